import type { Rule } from '../rule.ts';

export const hardwareWithSoftware: Rule = {
  section: '6.2.31',
  name: 'hardware-with-software',
  versions: ['2.1'],
  advice:
    'The product {id} looks like hardware and is in no product path; say in one which software runs on it',
  check({ products, productLinks }, find) {
    const linked = new Set(productLinks.map(({ id }) => id));
    for (const { product, id, at } of products) {
      const { serial_numbers: serials, model_numbers: models } = product.product_identification_helper ?? {};
      if ((serials?.length || models?.length) && !linked.has(id ?? '')) find(at, { id: id ?? '' });
    }
  },
};
