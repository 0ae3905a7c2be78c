import type { Rule } from '../rule.ts';

export const unsortedKeys: Rule = {
  section: '6.2.13',
  name: 'unsorted-keys',
  versions: ['2.0', '2.1'],
  advice: 'The field {field} should stand before {other}; sort the fields by their names',
  check({ unsorted }, find) {
    for (const { at, other } of unsorted) find(at, { field: at.at(-1)!, other });
  },
};
