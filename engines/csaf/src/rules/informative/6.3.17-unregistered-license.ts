import { licensesOf } from '../licenses.ts';
import type { Rule } from '../rule.ts';

export const unregisteredLicense: Rule = {
  section: '6.3.17',
  name: 'unregistered-license',
  versions: ['2.1'],
  advice: 'The license {license} is in the list of neither SPDX nor ScanCode; use one of those where you can',
  check(subject, find, resources) {
    for (const { id, status } of licensesOf(subject, resources)) {
      if (status === 'unlisted' || status === 'unknown')
        find(['document', 'license_expression'], { license: id });
    }
  },
};
