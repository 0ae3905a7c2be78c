import { isInitial } from '../document-version.ts';
import type { Rule } from '../rule.ts';

export const releasedRevisions: Rule = {
  section: '6.1.18',
  name: 'released-revisions',
  versions: ['2.0', '2.1'],
  advice:
    'The document is {status}, and its revision history still has version {number} from before its release; remove the entry',
  check({ tracking: { status }, revisions }, find) {
    if (status !== 'final' && status !== 'interim') return;
    for (const { number, revision, at } of revisions)
      if (number && isInitial(number)) find([at, 'number'], { status, number: revision.number! });
  },
};
