import { advisoryCategories } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const productTree: Rule = {
  section: '6.1.27.4',
  name: 'product-tree',
  versions: ['2.0', '2.1'],
  advice: 'A document of this category needs a product tree; add one',
  check({ document: { category = '' }, root, version }, find) {
    if ([...advisoryCategories[version], 'csaf_vex'].includes(category) && !root.product_tree)
      find(['product_tree']);
  },
};
