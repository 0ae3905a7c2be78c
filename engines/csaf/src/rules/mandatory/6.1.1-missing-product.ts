import type { Rule } from '../rule.ts';

export const missingProduct: Rule = {
  section: '6.1.1',
  name: 'missing-product',
  versions: ['2.0', '2.1'],
  advice: 'No product has the id {id}; define it in the product tree or correct the id',
  check({ productsById, productLists, productLinks, usedProducts }, find) {
    const missing = new Set<string>();
    for (const id of usedProducts) if (!productsById.has(id)) missing.add(id);
    if (missing.size === 0) return;
    for (const { ids, at } of productLists)
      for (const [i, id] of ids.entries()) if (missing.has(id)) find([at, i], { id });
    for (const { id, at } of productLinks) if (missing.has(id)) find(at, { id });
  },
};
