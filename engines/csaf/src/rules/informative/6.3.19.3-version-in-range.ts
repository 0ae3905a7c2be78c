import { findOverlaps } from '../overlap-rules.ts';
import type { Rule } from '../rule.ts';

export const versionInRange: Rule = {
  section: '6.3.19.3',
  name: 'version-in-range',
  versions: ['2.1'],
  advice:
    'The versions {range} of {id} include {otherRange} of {other}; exclude it so that each version stands once',
  check(subject, find) {
    findOverlaps(subject, 'version', 'agree', find);
  },
};
