import { compareDocumentVersions } from '../document-version.ts';
import type { Rule } from '../rule.ts';

export const unsortedRevisions: Rule = {
  section: '6.1.14',
  name: 'unsorted-revisions',
  versions: ['2.0', '2.1'],
  advice:
    'Version {second} is dated after version {first}, which is a later number; correct the dates or the numbers',
  check({ sortedRevisions: revisions }, find) {
    for (let i = 1; i < revisions.length; i++) {
      const [first, second] = [revisions[i - 1]!, revisions[i]!];
      if (!first.number || !second.number || compareDocumentVersions(first.number, second.number) <= 0)
        continue;
      const numbers = { first: first.revision.number!, second: second.revision.number! };
      return find(['document', 'tracking', 'revision_history'], numbers);
    }
  },
};
