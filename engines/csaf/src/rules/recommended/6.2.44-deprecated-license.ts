import { licensesOf } from '../licenses.ts';
import type { Rule } from '../rule.ts';

export const deprecatedLicense: Rule = {
  section: '6.2.44',
  name: 'deprecated-license',
  versions: ['2.1'],
  advice: 'The license identifier {license} is deprecated; use the one that replaced it',
  check(subject, find, resources) {
    for (const { id, status } of licensesOf(subject, resources))
      if (status === 'deprecated') find(['document', 'license_expression'], { license: id });
  },
};
