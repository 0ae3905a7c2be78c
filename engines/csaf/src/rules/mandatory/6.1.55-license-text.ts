import { parseLicenseExpression } from '../license-expression.ts';
import { noteProblem } from '../notes.ts';
import { isEnglish } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const licenseText: Rule = {
  section: '6.1.55',
  name: 'license-text',
  versions: ['2.1'],
  advice:
    'The license {license} is in no public list; its text needs exactly one note with the title "License", of category legal_disclaimer',
  check({ document: { lang, license_expression: expression, notes = [] } }, find) {
    if (!expression || !isEnglish(lang)) return;
    const { licenses = [], exceptions = [] } = parseLicenseExpression(expression) ?? {};
    const license = [...licenses, ...exceptions].find(isOwn);
    const at = license && noteProblem(notes, 'License', 'legal_disclaimer');
    if (at) find(at, { license });
  },
};

/** What is neither on the SPDX list nor in ScanCode's LicenseDB carries a prefix of its own (section 3.2.2.7). */
function isOwn(identifier: string): boolean {
  return /^(?:LicenseRef|AdditionRef)-(?!scancode-)/.test(identifier);
}
