import { weakness } from '../../cwe/cwe.ts';
import type { Rule } from '../rule.ts';

export const cweNotForMapping: Rule = {
  section: '6.2.25',
  name: 'cwe-not-for-mapping',
  versions: ['2.1'],
  advice: '{cwe} is not meant for vulnerabilities ({usage}); choose a more specific weakness',
  check(subject, find) {
    for (const { cwe, at } of subject.cwes) {
      const usage = weakness(cwe.id ?? '', cwe.version ?? '')?.usage;
      if (usage === 'discouraged' || usage === 'prohibited') find(at, { cwe: cwe.id!, usage });
    }
  },
};
