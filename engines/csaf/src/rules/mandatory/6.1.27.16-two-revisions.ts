import type { Rule } from '../rule.ts';

export const twoRevisions: Rule = {
  section: '6.1.27.16',
  name: 'two-revisions',
  versions: ['2.1'],
  advice:
    'What was withdrawn or superseded was there before; the revision history needs two entries at least',
  check({ document: { category }, revisions }, find) {
    if ((category === 'csaf_withdrawn' || category === 'csaf_superseded') && revisions.length < 2)
      find(['document', 'tracking', 'revision_history']);
  },
};
