import type { Rule } from '../rule.ts';

export const noProductTree: Rule = {
  section: '6.1.27.15',
  name: 'no-product-tree',
  versions: ['2.1'],
  advice: 'A document that was withdrawn or superseded has no product tree; remove it',
  check({ document: { category }, root }, find) {
    if ((category === 'csaf_withdrawn' || category === 'csaf_superseded') && root.product_tree)
      find(['product_tree']);
  },
};
