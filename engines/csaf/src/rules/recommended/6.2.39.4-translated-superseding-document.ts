import { isForeign, translated } from '../language.ts';
import type { Rule } from '../rule.ts';

export const translatedSupersedingDocument: Rule = {
  section: '6.2.39.4',
  name: 'translated-superseding-document',
  versions: ['2.1'],
  advice:
    'No external reference has a summary that begins with “{title}”; add where the document is that replaces this one',
  missing: (subject) =>
    subject.document.category === 'csaf_superseded' &&
    isForeign(subject) &&
    translated(subject, 'superseding_document') === undefined
      ? 'translation'
      : undefined,
  check(subject, find) {
    const { category, references = [] } = subject.document;
    const title = isForeign(subject) && translated(subject, 'superseding_document');
    if (category !== 'csaf_superseded' || !title) return;
    // A reference that does not say what it is, is external (section 3.1.17).
    const found = references.some(
      (one) => (one.category ?? 'external') === 'external' && one.summary?.startsWith(title),
    );
    if (!found) find(['document', 'references'], { title });
  },
};
