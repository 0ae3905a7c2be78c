import type { Rule } from '../rule.ts';
import { isOpenAbove } from '../version-overlap.ts';

export const openVersionRange: Rule = {
  section: '6.2.49',
  name: 'open-version-range',
  versions: ['2.1'],
  advice:
    'The version range {range} also speaks of versions that do not exist yet; end it at the newest one you know of',
  check(subject, find) {
    for (const { branch, at } of subject.branches) {
      const { category, name = '' } = branch;
      const range = category === 'product_version_range' ? subject.rangeOf(name) : undefined;
      if (typeof range === 'object' && isOpenAbove(range)) find([at, 'name'], { range: name });
    }
  },
};
