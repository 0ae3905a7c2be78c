import { isForeign, translated } from '../language.ts';
import { noteProblem } from '../notes.ts';
import type { Rule } from '../rule.ts';

export const translatedSupersession: Rule = {
  section: '6.2.39.3',
  name: 'translated-supersession',
  versions: ['2.1'],
  advice:
    'Exactly one note of the category description must have the title "{title}"; say there why the document was replaced',
  missing: (subject) =>
    subject.document.category === 'csaf_superseded' &&
    isForeign(subject) &&
    translated(subject, 'reasoning_for_supersession') === undefined
      ? 'translation'
      : undefined,
  check(subject, find) {
    const { category, notes = [] } = subject.document;
    const title = isForeign(subject) && translated(subject, 'reasoning_for_supersession');
    if (category !== 'csaf_superseded' || !title) return;
    const at = noteProblem(notes, title, 'description');
    if (at) find(at, { title });
  },
};
