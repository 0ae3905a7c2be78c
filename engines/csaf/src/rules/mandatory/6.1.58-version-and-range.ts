import type { Rule } from '../rule.ts';

const other: Readonly<Record<string, string>> = {
  product_version: 'product_version_range',
  product_version_range: 'product_version',
};

export const versionAndRange: Rule = {
  section: '6.1.58',
  name: 'version-and-range',
  versions: ['2.1'],
  advice: 'A version and a version range stand on the way to one product; keep one of the two',
  check({ branches }, find) {
    for (const { branch, parent, at } of branches) {
      const { category = '' } = branch;
      if (!Object.hasOwn(other, category)) continue;
      for (let above = parent; above; above = above.parent) {
        if (above.branch.category !== other[category]) continue;
        find([at, 'category']);
        break;
      }
    }
  },
};
