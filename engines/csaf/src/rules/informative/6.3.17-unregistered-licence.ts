import { licenceParts, licenceStatus } from '../../licences/licence-expression.ts';
import type { Rule } from '../rule.ts';

export const unregisteredLicence: Rule = {
  section: '6.3.17',
  name: 'unregistered-licence',
  versions: ['2.1'],
  advice: 'The licence {licence} is in the list of neither SPDX nor ScanCode; use one of those where you can',
  check({ document }, find, { scancodeLicences }) {
    for (const part of licenceParts(document.license_expression ?? '')) {
      const status = licenceStatus(part, scancodeLicences);
      const nobodyCanSay = status === undefined && part.id.startsWith('LicenseRef-scancode-');
      if (!nobodyCanSay && (status === undefined || status === 'unknown'))
        find(['document', 'license_expression'], { licence: part.id });
    }
  },
};
