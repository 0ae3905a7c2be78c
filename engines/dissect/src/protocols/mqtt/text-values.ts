const MOST_FIELDS = 32;
const number = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Numbers in what was published as text: alone, or as fields of an object in JSON. */
export function numbersIn(topic: string, text: string): [name: string, value: number][] {
  if (number.test(text)) return [[topic, Number(text)]];
  if (text === 'true' || text === 'false') return [[topic, text === 'true' ? 1 : 0]];
  if (!text.startsWith('{')) return [];
  return Object.entries(objectOf(text))
    .slice(0, MOST_FIELDS)
    .flatMap(([field, value]): [string, number][] => {
      if (typeof value === 'number') return [[`${topic} ${field}`, value]];
      return typeof value === 'boolean' ? [[`${topic} ${field}`, value ? 1 : 0]] : [];
    });
}

function objectOf(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}
