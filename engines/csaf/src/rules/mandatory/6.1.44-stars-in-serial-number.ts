import type { Rule } from '../rule.ts';
import { findSeveralStars } from '../stars.ts';

export const starsInSerialNumber: Rule = {
  section: '6.1.44',
  name: 'stars-in-serial-number',
  versions: ['2.1'],
  advice: 'The serial number {number} has more than one *; keep one, or write \\* for the character itself',
  check({ products }, find) {
    findSeveralStars(products, 'serial_numbers', find);
  },
};
