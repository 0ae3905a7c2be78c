import type { Rule } from '../rule.ts';

export const unknownHashAlgorithm: Rule = {
  section: '6.2.52',
  name: 'unknown-hash-algorithm',
  versions: ['2.1'],
  advice:
    'The standard does not mention the hash algorithm {algorithm}, and it is not supported here; use sha256 or sha512',
  check({ products }, find) {
    for (const { product, at } of products) {
      const hashes = product.product_identification_helper?.hashes ?? [];
      for (const [i, { file_hashes: all = [] }] of hashes.entries()) {
        for (const [j, { algorithm }] of all.entries()) {
          if (algorithm !== undefined && !known.has(algorithm))
            find([at, 'product_identification_helper', 'hashes', i, 'file_hashes', j, 'algorithm'], {
              algorithm,
            });
        }
      }
    }
  },
};

/** Section 3.1.10.3.2. */
const known = new Set(
  (
    'blake2b512 blake2s256 md4 md5 md5-sha1 mdc2 ripemd ripemd160 rmd160 sha1 sha224 sha256 sha3-224 sha3-256 ' +
    'sha3-384 sha3-512 sha384 sha512 sha512-224 sha512-256 shake128 shake256 sm3 ssl3-md5 ssl3-sha1 whirlpool'
  ).split(' '),
);
