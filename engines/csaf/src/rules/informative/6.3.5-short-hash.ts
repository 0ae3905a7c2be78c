import type { Rule } from '../rule.ts';

export const shortHash: Rule = {
  section: '6.3.5',
  name: 'short-hash',
  versions: ['2.0', '2.1'],
  advice:
    'The hash has only {length} of at least 64 digits, so it may be forged; use SHA-256 or a longer one',
  check({ products }, find) {
    for (const { product, at } of products) {
      const hashes = product.product_identification_helper?.hashes ?? [];
      for (const [i, { file_hashes: all = [] }] of hashes.entries()) {
        for (const [j, { value }] of all.entries()) {
          if (value !== undefined && value.length < 64)
            find([at, 'product_identification_helper', 'hashes', i, 'file_hashes', j, 'value'], {
              length: value.length,
            });
        }
      }
    }
  },
};
