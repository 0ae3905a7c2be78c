import { findOverlaps } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const contradictingVlsRanges: Rule = {
  section: '6.2.50.2',
  name: 'contradicting-vls-ranges',
  versions: ['2.1'],
  advice:
    'The versions {range} of {id} and {otherRange} of {other} overlap, and their product status contradicts; split them',
  check(subject, find) {
    findOverlaps(subject, 'vls', 'contradict', find);
  },
};
