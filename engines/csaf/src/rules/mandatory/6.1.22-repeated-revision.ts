import type { Rule } from '../rule.ts';

export const repeatedRevision: Rule = {
  section: '6.1.22',
  name: 'repeated-revision',
  versions: ['2.0', '2.1'],
  advice: 'The revision history has version {number} more than once; give each entry a number of its own',
  check({ revisions }, find) {
    const met = new Set<string>();
    for (const {
      revision: { number },
      at,
    } of revisions) {
      if (!number) continue;
      if (met.has(number)) find([at, 'number'], { number });
      met.add(number);
    }
  },
};
