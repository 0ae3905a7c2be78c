import places from './data/reading.json' with { type: 'json' };

/** By how names are compared here: without case, dashes and blanks, with a blank around each word. */
const spelled = (text: string) =>
  ` ${text
    .toLowerCase()
    .replace(/[-_.]/g, '')
    .replace(/[^\p{L}\p{N}*]+/gu, ' ')
    .trim()} `;

const known = Map.groupBy(
  places.places.map(({ vendor, words, where }) => ({
    vendor,
    where,
    words: words.map((word) => spelled(word).replace(/\* $/, '')),
  })),
  ({ vendor }) => vendor,
);

/**
 * Where a device shows its version, in the words of its own menus; undefined where reading.json does not say.
 * @param names how the device calls itself, and its families
 */
export function whereToRead(vendors: readonly string[], names: readonly string[]): string | undefined {
  const some = vendors.flatMap((vendor) => known.get(vendor) ?? []);
  if (some.length === 0) return undefined;
  const text = names.map((name) => spelled(name.slice(0, 300))).join('');
  return some.find(({ words }) => words.some((word) => text.includes(word)))?.where;
}
