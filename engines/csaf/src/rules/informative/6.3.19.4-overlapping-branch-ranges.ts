import { findOverlappingBranches } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const overlappingBranchRanges: Rule = {
  section: '6.3.19.4',
  name: 'overlapping-branch-ranges',
  versions: ['2.1'],
  advice: 'The version ranges {range} and {other} lie side by side and overlap; split them',
  check(subject, find) {
    findOverlappingBranches(subject, ['vers', 'vls'], find);
  },
};
