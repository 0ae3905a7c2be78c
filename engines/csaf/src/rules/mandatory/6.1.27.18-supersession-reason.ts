import { noteProblem } from '../notes.ts';
import { isEnglish } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const supersessionReason: Rule = {
  section: '6.1.27.18',
  name: 'supersession-reason',
  versions: ['2.1'],
  advice:
    'A document that was superseded needs exactly one note with the title "Reasoning for Supersession", of category description',
  check({ document: { category, lang, notes = [] } }, find) {
    if (category !== 'csaf_superseded' || !isEnglish(lang)) return;
    const at = noteProblem(notes, 'Reasoning for Supersession', 'description');
    if (at) find(at);
  },
};
