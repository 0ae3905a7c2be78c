import { licenceParts, licenceStatus } from '../../licences/licence-expression.ts';
import type { Rule } from '../rule.ts';

export const deprecatedLicence: Rule = {
  section: '6.2.44',
  name: 'deprecated-licence',
  versions: ['2.1'],
  advice: 'The licence identifier {licence} is deprecated; use the one that replaced it',
  check({ document }, find, { scancodeLicences }) {
    for (const part of licenceParts(document.license_expression ?? '')) {
      if (licenceStatus(part, scancodeLicences) === 'deprecated')
        find(['document', 'license_expression'], { licence: part.id });
    }
  },
};
