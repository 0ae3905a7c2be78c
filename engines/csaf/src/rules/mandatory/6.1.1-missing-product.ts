import type { Rule } from '../rule.ts';

export const missingProduct: Rule = {
  section: '6.1.1',
  name: 'missing-product',
  versions: ['2.0', '2.1'],
  advice: 'No product has the id {id}; define it in the product tree or correct the id',
  check({ productsById, productLists, productLinks }, find) {
    for (const { ids, at } of productLists) {
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!;
        if (id !== '' && !productsById.has(id)) find([at, i], { id });
      }
    }
    for (const { id, at } of productLinks) if (id !== '' && !productsById.has(id)) find(at, { id });
  },
};
