import { findOverlaps } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const contradictingVersionInRange: Rule = {
  section: '6.2.50.3',
  name: 'contradicting-version-in-range',
  versions: ['2.1'],
  advice:
    'The versions {range} of {id} include {otherRange} of {other}, and their product status contradicts; exclude it',
  check(subject, find) {
    findOverlaps(subject, 'version', 'contradict', find);
  },
};
