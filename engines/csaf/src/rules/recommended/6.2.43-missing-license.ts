import type { Rule } from '../rule.ts';

export const missingLicense: Rule = {
  section: '6.2.43',
  name: 'missing-license',
  versions: ['2.1'],
  advice: {
    missing: 'The document does not say under which license it may be used; add one, such as CC-BY-4.0',
    empty: 'The field for the license of the document is empty; write one, such as CC-BY-4.0',
  },
  check({ document }, find) {
    const { license_expression: license } = document;
    if (!license) find(['document', 'license_expression'], {}, license === undefined ? 'missing' : 'empty');
  },
};
