import type { Find } from './rule.ts';
import type { Subject } from './subject.ts';

/** Files that are told apart by hashes of one algorithm alone (6.2.8, 6.2.9). */
export function findOnlyHash({ products }: Subject, algorithm: string, find: Find): void {
  for (const { product, at } of products) {
    const hashes = product.product_identification_helper?.hashes ?? [];
    for (const [i, { file_hashes: all = [], filename = '' }] of hashes.entries()) {
      if (all.length > 0 && all.every((one) => one.algorithm === algorithm))
        find([at, 'product_identification_helper', 'hashes', i, 'file_hashes'], { file: filename });
    }
  }
}
