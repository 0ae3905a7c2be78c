/**
 * An empty list that the engine of the language takes for a list of objects from the start. It takes `[]` for one of
 * small integers until something else is stored; optimised code that has only ever met the list grown up is thrown away
 * when the next analysis begins with an empty one, and to optimise it again takes some tenths of a second.
 */
export function emptyList<Item extends object>(): Item[] {
  const list: (Item | undefined)[] = [undefined];
  list.length = 0;
  return list as Item[];
}
