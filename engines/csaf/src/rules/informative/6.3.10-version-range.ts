import type { Rule } from '../rule.ts';

export const versionRange: Rule = {
  section: '6.3.10',
  name: 'version-range',
  versions: ['2.0', '2.1'],
  advice: 'Programs find it hard to tell which versions are in {range}; list the versions where you can',
  check({ branches }, find) {
    for (const { branch, at } of branches) {
      if (branch.category === 'product_version_range') find([at, 'category'], { range: branch.name ?? '' });
    }
  },
};
