import type { Subject } from './subject.ts';

/** Titles that CSAF 2.1 gives a meaning, and what they are in other languages. */
export type KnownTitle =
  | 'license'
  | 'product_description'
  | 'reasoning_for_supersession'
  | 'reasoning_for_withdrawal'
  | 'superseding_document';

/** The list of the OASIS CSAF TC (csaf_2.1/language_specific_translation), by primary language subtag. */
const translations: Readonly<Record<string, Readonly<Record<KnownTitle, string>>>> = {
  de: {
    license: 'Lizenz',
    product_description: 'Produktbeschreibung',
    reasoning_for_supersession: 'Begründung für die Ersetzung',
    reasoning_for_withdrawal: 'Begründung für die Zurückziehung',
    superseding_document: 'Ersetzendes Dokument',
  },
};

/** The primary subtag of the document's language, in lower case; undefined when it is not said. */
export function languageOf({ document }: Subject): string | undefined {
  return document.lang?.split('-', 1)[0]?.toLowerCase() || undefined;
}

/** Whether the document says that its language is another one than English. */
export function isForeign(subject: Subject): boolean {
  const language = languageOf(subject);
  return language !== undefined && language !== 'en' && subject.document.lang !== 'i-default';
}

/** A title in the language of the document, where that is another one than English and somebody translated it. */
export function translated(subject: Subject, title: KnownTitle): string | undefined {
  const language = languageOf(subject);
  return language !== undefined && Object.hasOwn(translations, language)
    ? translations[language]?.[title]
    : undefined;
}
