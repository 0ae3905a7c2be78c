import { weakness } from '../../cwe/cwe.ts';
import type { Rule } from '../rule.ts';

export const cweToReview: Rule = {
  section: '6.2.26',
  name: 'cwe-to-review',
  versions: ['2.1'],
  advice:
    '{cwe} is very general and should only be used after a review; see whether a more specific one fits',
  check(subject, find) {
    for (const { cwe, at } of subject.cwes) {
      if (weakness(cwe.id ?? '', cwe.version ?? '')?.usage === 'allowed-with-review')
        find(at, { cwe: cwe.id! });
    }
  },
};
