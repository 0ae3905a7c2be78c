import type { Rule } from '../rule.ts';

export const unusedProduct: Rule = {
  section: '6.2.1',
  name: 'unused-product',
  versions: ['2.0', '2.1'],
  advice: 'Nothing refers to the product {id}; say what it has to do with the vulnerabilities, or remove it',
  check({ document, products, productNumbers: numbers }, find) {
    if (document.category === 'csaf_informational_advisory') return;
    for (const { id, at } of products) if (id && !numbers.isUsed(id)) find([at, 'product_id'], { id });
  },
};
