import { instantOf } from '../instant.ts';
import type { Rule } from '../rule.ts';

export const repeatedInvolvement: Rule = {
  section: '6.1.24',
  name: 'repeated-involvement',
  versions: ['2.0', '2.1'],
  advice: 'The party {party} is involved more than once at the same date; keep one entry or correct its date',
  check({ vulnerabilities }, find) {
    for (const [v, { involvements = [] }] of vulnerabilities.entries()) {
      const met = new Set<string>();
      for (const [i, { party, date }] of involvements.entries()) {
        if (!party) continue;
        const key = `${party} ${instantOf(date) ?? date ?? ''}`;
        if (met.has(key)) find(['vulnerabilities', v, 'involvements', i], { party });
        met.add(key);
      }
    }
  },
};
