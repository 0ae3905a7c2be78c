import { isEnglish } from './profiles.ts';
import type { Subject } from './subject.ts';

/** Titles that CSAF 2.1 gives a meaning, and what they are in other languages. */
export type KnownTitle =
  | 'cve_description'
  | 'license'
  | 'product_description'
  | 'reasoning_for_supersession'
  | 'reasoning_for_withdrawal'
  | 'superseding_document'
  | 'vulnerability_summary';

/** The list of the OASIS CSAF TC (csaf_2.1/language_specific_translation), by primary language subtag. */
const translations: Readonly<Record<string, Readonly<Record<KnownTitle, string>>>> = {
  de: {
    cve_description: 'CVE Beschreibung',
    license: 'Lizenz',
    product_description: 'Produktbeschreibung',
    reasoning_for_supersession: 'Begründung für die Ersetzung',
    reasoning_for_withdrawal: 'Begründung für die Zurückziehung',
    superseding_document: 'Ersetzendes Dokument',
    vulnerability_summary: 'Schwachstellenzusammenfassung',
  },
};

/** Whether the document says that its language is another one than English. */
export function isForeign({ document }: Subject): boolean {
  return !isEnglish(document.lang);
}

/** A title in the language of the document; undefined where nobody has translated it. */
export function translated({ document }: Subject, title: KnownTitle): string | undefined {
  const language = document.lang?.split('-', 1)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(translations, language) ? translations[language]?.[title] : undefined;
}
