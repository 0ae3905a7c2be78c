import type { Rule } from '../rule.ts';

export const repeatedProduct: Rule = {
  section: '6.1.2',
  name: 'repeated-product',
  versions: ['2.0', '2.1'],
  advice: 'The product id {id} is defined more than once; give each product an id of its own',
  check({ products, productsById }, find) {
    for (const place of products) {
      const first = place.id ? productsById.get(place.id) : undefined;
      if (first && first !== place) find([place.at, 'product_id'], { id: place.id! });
    }
  },
};
