import { isForeign, translated } from '../language.ts';
import { noteProblem } from '../notes.ts';
import type { Rule } from '../rule.ts';

export const translatedWithdrawal: Rule = {
  section: '6.2.39.2',
  name: 'translated-withdrawal',
  versions: ['2.1'],
  advice:
    'Exactly one note of the category description must have the title "{title}"; say there why the document was withdrawn',
  missing: (subject) =>
    subject.document.category === 'csaf_withdrawn' &&
    isForeign(subject) &&
    translated(subject, 'reasoning_for_withdrawal') === undefined
      ? 'translation'
      : undefined,
  check(subject, find) {
    const { category, notes = [] } = subject.document;
    const title = isForeign(subject) && translated(subject, 'reasoning_for_withdrawal');
    if (category !== 'csaf_withdrawn' || !title) return;
    const at = noteProblem(notes, title, 'description');
    if (at) find(at, { title });
  },
};
