import type { Rule } from '../rule.ts';

export const repeatedHashAlgorithm: Rule = {
  section: '6.1.25',
  name: 'repeated-hash-algorithm',
  versions: ['2.0', '2.1'],
  advice: 'The hash algorithm {algorithm} is used more than once for this file; keep one value',
  check({ products }, find) {
    for (const { product, at } of products) {
      const hashes = product.product_identification_helper?.hashes ?? [];
      for (const [h, { file_hashes: values = [] }] of hashes.entries()) {
        const met = new Set<string>();
        for (const [i, { algorithm }] of values.entries()) {
          if (!algorithm) continue;
          const place = [at, 'product_identification_helper', 'hashes', h, 'file_hashes', i];
          if (met.has(algorithm)) find(place, { algorithm });
          met.add(algorithm);
        }
      }
    }
  },
};
