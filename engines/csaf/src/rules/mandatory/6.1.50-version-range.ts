import type { Rule } from '../rule.ts';

export const versionRange: Rule = {
  section: '6.1.50',
  name: 'version-range',
  versions: ['2.1'],
  advice: {
    blank: 'The version range "{range}" has white space; write it without, like vers:intdot/>=1.2|<1.5',
    scheme:
      'The version range "{range}" names no versioning scheme; write vers:SCHEME/… or the constraints alone',
    constraint:
      'The version range "{range}" has a part that is no constraint; write parts like >=1.2, <1.5 or !=1.3 with | between them',
    star: 'In the version range "{range}" the star is out of place; all versions are vers:all/*',
    repeated: 'The version range "{range}" names a version twice; keep one of the two',
    order: 'The versions of the range "{range}" are not in ascending order; sort them',
    redundant: 'The version range "{range}" has bounds that say nothing new; leave them out',
  },
  check(subject, find) {
    for (const { branch, at } of subject.branches) {
      const { category, name: range } = branch;
      if (category !== 'product_version_range' || !range) continue;
      const parsed = subject.rangeOf(range);
      if (typeof parsed === 'string') find([at, 'name'], { range }, parsed);
    }
  },
};
