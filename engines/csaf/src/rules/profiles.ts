import type { DocumentJson } from './csaf-json.ts';
import type { CsafVersion } from './rule.ts';

/** Values of the document category that stand for a profile of section 4, CSAF Base left aside. */
export const profiles: Readonly<Record<CsafVersion, readonly string[]>> = {
  '2.0': [
    'csaf_informational_advisory',
    'csaf_security_advisory',
    'csaf_security_incident_response',
    'csaf_vex',
  ],
  '2.1': [
    'csaf_deprecated_security_advisory',
    'csaf_informational_advisory',
    'csaf_security_advisory',
    'csaf_security_incident_response',
    'csaf_superseded',
    'csaf_vex',
    'csaf_vulnerability_report',
    'csaf_withdrawn',
  ],
};

/** The profile for what a finder or a coordinator reports to a vendor. */
export function isReport({ category }: DocumentJson): boolean {
  return category === 'csaf_vulnerability_report';
}

/** English, or not said. */
export function isEnglish(language: string | undefined): boolean {
  return language === undefined || /^en(?:-|$)/i.test(language);
}

/** Security advisories; in 2.1 also those of the 2.0 kind. */
export const advisoryCategories: Readonly<Record<CsafVersion, readonly string[]>> = {
  '2.0': ['csaf_security_advisory'],
  '2.1': ['csaf_security_advisory', 'csaf_deprecated_security_advisory'],
};
