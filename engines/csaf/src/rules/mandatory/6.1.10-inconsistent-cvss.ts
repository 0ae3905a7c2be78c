import { contradictingMetrics } from '../../cvss/object.ts';
import type { Rule } from '../rule.ts';

export const inconsistentCvss: Rule = {
  section: '6.1.10',
  name: 'inconsistent-cvss',
  versions: ['2.0', '2.1'],
  advice: 'The CVSS vector says {expected} for {property}, not {found}; correct the value or the vector',
  check({ cvss: places }, find) {
    for (const { cvss, at } of places)
      for (const { property, expected, found } of contradictingMetrics(cvss))
        find([at, property], { property, expected, found: String(found) });
  },
};
