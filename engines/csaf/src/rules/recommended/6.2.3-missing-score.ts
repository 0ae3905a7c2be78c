import { affectedFields, findOutside } from '../product-states.ts';
import type { Rule } from '../rule.ts';

/** "Missing Score" in 2.0, "Missing Metric" in 2.1. */
export const missingScore: Rule = {
  section: '6.2.3',
  name: 'missing-score',
  versions: ['2.0', '2.1'],
  advice: 'The affected product {id} has no score; add one that covers it',
  check(subject, find) {
    const scored = subject.productSet();
    for (const [v, { scores, metrics = [] }] of subject.vulnerabilities.entries()) {
      scored.clear();
      for (const { products = [] } of scores ?? metrics) scored.add(products);
      findOutside(scored, subject, v, affectedFields, find);
    }
  },
};
