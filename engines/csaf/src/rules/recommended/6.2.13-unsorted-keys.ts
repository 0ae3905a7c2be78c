import type { Path, Rule } from '../rule.ts';

export const unsortedKeys: Rule = {
  section: '6.2.13',
  name: 'unsorted-keys',
  versions: ['2.0', '2.1'],
  advice: 'The field {field} should stand before {other}; sort the fields by their names',
  check({ root }, find) {
    const waiting: { readonly value: object; readonly at: Path }[] = [{ value: root, at: [] }];
    // Documents nest as deeply as strangers like; a stack of our own does not overflow.
    for (let place = waiting.pop(); place; place = waiting.pop()) {
      const { value, at } = place;
      const isList = Array.isArray(value);
      let last: string | undefined;
      let first = true;
      for (const key in value) {
        const inner: unknown = (value as Readonly<Record<string, unknown>>)[key];
        if (!isList && first && last !== undefined && key < last) {
          find([at, key], { field: key, other: last });
          first = false;
        }
        last = key;
        if (typeof inner === 'object' && inner !== null)
          waiting.push({ value: inner, at: [at, isList ? Number(key) : key] });
      }
    }
  },
};
