import { findOverlappingBranches } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const branchVersionInRange: Rule = {
  section: '6.3.19.5',
  name: 'branch-version-in-range',
  versions: ['2.1'],
  advice: 'The version range {range} includes the version {other} beside it; exclude it from the range',
  check(subject, find) {
    findOverlappingBranches(subject, ['version'], find);
  },
};
