import { noteProblem } from '../notes.ts';
import { isEnglish } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const withdrawalReason: Rule = {
  section: '6.1.27.17',
  name: 'withdrawal-reason',
  versions: ['2.1'],
  advice:
    'A document that was withdrawn needs exactly one note with the title "Reasoning for Withdrawal", of category description',
  check({ document: { category, lang, notes = [] } }, find) {
    if (category !== 'csaf_withdrawn' || !isEnglish(lang)) return;
    const at = noteProblem(notes, 'Reasoning for Withdrawal', 'description');
    if (at) find(at);
  },
};
