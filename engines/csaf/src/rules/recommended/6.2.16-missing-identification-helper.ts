import type { Rule } from '../rule.ts';

export const missingIdentificationHelper: Rule = {
  section: '6.2.16',
  name: 'missing-identification-helper',
  versions: ['2.0', '2.1'],
  advice: 'Nothing but its name tells which product {id} is; add a CPE, an order number, a hash or the like',
  check({ products }, find) {
    for (const { product, id = '', at } of products)
      if (product.product_identification_helper === undefined) find(at, { id });
  },
};
