import { missingProduct } from './mandatory/6.1.1-missing-product.ts';
import { repeatedProduct } from './mandatory/6.1.2-repeated-product.ts';
import { missingGroup } from './mandatory/6.1.4-missing-group.ts';
import { informativeRules } from './informative.ts';
import { recommendedRules } from './recommended.ts';
import type { Rule } from './rule.ts';

/** Every test of section 6 that is done, in its order. */
export const rules: readonly Rule[] = [
  missingProduct,
  repeatedProduct,
  missingGroup,
  ...recommendedRules,
  ...informativeRules,
];
