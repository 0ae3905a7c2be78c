import { findOverlaps } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const overlappingVersRanges: Rule = {
  section: '6.3.19.1',
  name: 'overlapping-vers-ranges',
  versions: ['2.1'],
  advice:
    'The versions {range} of {id} and {otherRange} of {other} overlap; split them so that each version stands once',
  check(subject, find) {
    findOverlaps(subject, 'vers', 'agree', find);
  },
};
