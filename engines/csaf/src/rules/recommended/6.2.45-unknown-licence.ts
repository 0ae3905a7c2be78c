import { licenceParts, licenceStatus } from '../../licences/licence-expression.ts';
import type { Rule } from '../rule.ts';

export const unknownLicence: Rule = {
  section: '6.2.45',
  name: 'unknown-licence',
  versions: ['2.1'],
  advice:
    'There is no licence {licence} in the list of SPDX or ScanCode; correct the identifier, or begin it with LicenseRef-',
  check({ document }, find, { scancodeLicences }) {
    for (const part of licenceParts(document.license_expression ?? '')) {
      if (licenceStatus(part, scancodeLicences) === 'unknown')
        find(['document', 'license_expression'], { licence: part.id });
    }
  },
};
