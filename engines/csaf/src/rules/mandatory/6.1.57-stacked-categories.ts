import type { Rule } from '../rule.ts';

export const stackedCategories: Rule = {
  section: '6.1.57',
  name: 'stacked-categories',
  versions: ['2.1'],
  advice:
    'The category {category} stands twice on the way to a product; join the two branches or make one a product_family',
  check({ branches }, find) {
    for (const { branch, parent, at } of branches) {
      const { category } = branch;
      if (!category || category === 'product_family') continue;
      for (let above = parent; above; above = above.parent) {
        if (above.branch.category !== category) continue;
        find([at, 'category'], { category });
        break;
      }
    }
  },
};
