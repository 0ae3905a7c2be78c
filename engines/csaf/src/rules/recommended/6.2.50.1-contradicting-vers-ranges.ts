import { findOverlaps } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const contradictingVersRanges: Rule = {
  section: '6.2.50.1',
  name: 'contradicting-vers-ranges',
  versions: ['2.1'],
  advice:
    'The versions {range} of {id} and {otherRange} of {other} overlap, and their product status contradicts; split them',
  check(subject, find) {
    findOverlaps(subject, 'vers', 'contradict', find);
  },
};
