import type { Rule } from '../rule.ts';

export const nestedProductPath: Rule = {
  section: '6.3.22',
  name: 'nested-product-path',
  versions: ['2.1'],
  advice:
    'The product {id} is itself made by a product path, which is hard to match; write one path of all parts',
  check({ productTree, productLinks }, find) {
    const made = new Set(
      (productTree.product_paths ?? []).map(({ full_product_name: product }) => product?.product_id ?? ''),
    );
    for (const { id, at } of productLinks) if (id !== '' && made.has(id)) find(at, { id });
  },
};
