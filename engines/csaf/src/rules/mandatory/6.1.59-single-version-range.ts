import type { Rule } from '../rule.ts';
import { isSingleVersion } from '../version-range.ts';

export const singleVersionRange: Rule = {
  section: '6.1.59',
  name: 'single-version-range',
  versions: ['2.1'],
  advice: '"{range}" is one version, not a range; make the category product_version',
  check(subject, find) {
    for (const { branch, at } of subject.branches) {
      const { category, name: range } = branch;
      if (category !== 'product_version_range' || !range) continue;
      const parsed = subject.rangeOf(range);
      if (typeof parsed !== 'string' && isSingleVersion(parsed)) find([at, 'name'], { range });
    }
  },
};
