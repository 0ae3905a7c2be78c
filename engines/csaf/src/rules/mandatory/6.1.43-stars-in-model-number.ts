import type { Rule } from '../rule.ts';
import { findSeveralStars } from '../stars.ts';

export const starsInModelNumber: Rule = {
  section: '6.1.43',
  name: 'stars-in-model-number',
  versions: ['2.1'],
  advice: 'The model number {number} has more than one *; keep one, or write \\* for the character itself',
  check({ products }, find) {
    findSeveralStars(products, 'model_numbers', find);
  },
};
