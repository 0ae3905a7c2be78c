import type { Rule } from '../rule.ts';

export const undatedInvolvement: Rule = {
  section: '6.2.7',
  name: 'undated-involvement',
  versions: ['2.0', '2.1'],
  advice: 'This involvement has no date; say when the party did this',
  check({ vulnerabilities }, find) {
    for (const [v, { involvements = [] }] of vulnerabilities.entries()) {
      for (const [i, { date }] of involvements.entries())
        if (date === undefined) find(['vulnerabilities', v, 'involvements', i]);
    }
  },
};
