import { licensesOf } from '../licenses.ts';
import type { Rule } from '../rule.ts';

export const unknownLicense: Rule = {
  section: '6.2.45',
  name: 'unknown-license',
  versions: ['2.1'],
  advice:
    'There is no license {license} in the list of SPDX or ScanCode; correct the identifier, or begin it with LicenseRef-',
  check(subject, find, resources) {
    for (const { id, status } of licensesOf(subject, resources))
      if (status === 'unknown') find(['document', 'license_expression'], { license: id });
  },
};
