import { wrongScores } from '../../cvss/object.ts';
import type { Rule } from '../rule.ts';

export const wrongCvssScore: Rule = {
  section: '6.1.9',
  name: 'wrong-cvss-score',
  versions: ['2.0', '2.1'],
  advice: 'The CVSS vector gives {expected} for {property}, not {found}; correct the value or the vector',
  check({ cvss: places }, find) {
    for (const { cvss, at } of places)
      for (const { property, expected, found } of wrongScores(cvss))
        find([at, property], { property, expected, found: String(found) });
  },
};
