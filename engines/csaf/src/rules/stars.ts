import type { Find } from './rule.ts';
import type { ProductPlace } from './subject.ts';

/** Numbers with more than one `*` that is not escaped (CSAF 2.1 section 3.1.10.3). */
export function findSeveralStars(
  products: readonly ProductPlace[],
  field: 'model_numbers' | 'serial_numbers' | 'skus',
  find: Find,
): void {
  for (const { product, at } of products) {
    const numbers = product.product_identification_helper?.[field] ?? [];
    for (const [i, number] of numbers.entries())
      if (stars(number) > 1) find([at, 'product_identification_helper', field, i], { number });
  }
}

function stars(number: string): number {
  let count = 0;
  for (let i = 0; i < number.length; i++) {
    if (number[i] === '\\') i++;
    else if (number[i] === '*') count++;
  }
  return count;
}
