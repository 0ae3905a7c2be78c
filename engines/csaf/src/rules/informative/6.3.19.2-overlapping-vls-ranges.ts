import { findOverlaps } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const overlappingVlsRanges: Rule = {
  section: '6.3.19.2',
  name: 'overlapping-vls-ranges',
  versions: ['2.1'],
  advice:
    'The versions {range} of {id} and {otherRange} of {other} overlap; split them so that each version stands once',
  check(subject, find) {
    findOverlaps(subject, 'vls', 'agree', find);
  },
};
