import type { Rule } from '../rule.ts';

export const missingLicence: Rule = {
  section: '6.2.43',
  name: 'missing-licence',
  versions: ['2.1'],
  advice: 'The licence of the document is {state}; say under which licence it may be used, such as CC-BY-4.0',
  check({ document }, find) {
    const { license_expression: licence } = document;
    if (!licence)
      find(['document', 'license_expression'], { state: licence === undefined ? 'missing' : 'empty' });
  },
};
