import type { Rule } from '../rule.ts';
import { findSeveralStars } from '../stars.ts';

export const starsInSku: Rule = {
  section: '6.1.61',
  name: 'stars-in-sku',
  versions: ['2.1'],
  advice:
    'The stock keeping unit {number} has more than one *; keep one, or write \\* for the character itself',
  check({ products }, find) {
    findSeveralStars(products, 'skus', find);
  },
};
