import type { Rule } from '../rule.ts';

export const descriptionNote: Rule = {
  section: '6.1.27.14',
  name: 'description-note',
  versions: ['2.1'],
  advice:
    'A document that was withdrawn or superseded needs a note of category description; add one that says why',
  check({ document: { category, notes = [] } }, find) {
    if (category !== 'csaf_withdrawn' && category !== 'csaf_superseded') return;
    if (!notes.some((note) => note.category === 'description')) find(['document', 'notes']);
  },
};
