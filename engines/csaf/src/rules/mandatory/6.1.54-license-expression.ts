import { parseLicenseExpression } from '../license-expression.ts';
import type { Rule } from '../rule.ts';

export const licenseExpression: Rule = {
  section: '6.1.54',
  name: 'license-expression',
  versions: ['2.1'],
  advice:
    'This is no SPDX license expression; write one such as CC-BY-4.0, and put a text of a license in the notes',
  check({ document: { license_expression: expression } }, find) {
    if (expression && !parseLicenseExpression(expression)) find(['document', 'license_expression']);
  },
};
