import { weakness } from '../../cwe/cwe.ts';
import type { Rule } from '../rule.ts';

export const deprecatedCwe: Rule = {
  section: '6.2.23',
  name: 'deprecated-cwe',
  versions: ['2.1'],
  advice: '{cwe} is deprecated in version {version} of the CWE; choose the weakness that replaced it',
  check(subject, find) {
    for (const { cwe, at } of subject.cwes) {
      const { id = '', version = '' } = cwe;
      if (weakness(id, version)?.deprecated) find(at, { cwe: id, version });
    }
  },
};
