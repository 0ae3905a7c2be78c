import type { Rule } from '../rule.ts';

export const missingProduct: Rule = {
  section: '6.1.1',
  name: 'missing-product',
  versions: ['2.0', '2.1'],
  advice: 'No product has the id {id}; define it in the product tree or correct the id',
  check({ productNumbers: numbers, productLists, productLinks }, find) {
    if (numbers.last === numbers.defined) return;
    for (const { ids, at } of productLists)
      for (const [i, number] of numbers.of(ids).entries())
        if (number > numbers.defined) find([at, i], { id: ids[i]! });
    for (const { id, at } of productLinks) if (numbers.of([id])[0]! > numbers.defined) find(at, { id });
  },
};
