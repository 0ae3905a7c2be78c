import { affectedFields, statusEntries } from '../product-states.ts';
import type { Rule } from '../rule.ts';

/** "Missing Score" in 2.0, "Missing Metric" in 2.1. */
export const missingScore: Rule = {
  section: '6.2.3',
  name: 'missing-score',
  versions: ['2.0', '2.1'],
  advice: 'The affected product {id} has no score; add one that covers it',
  check(subject, find) {
    const covered = subject.vulnerabilities.map(() => new Set<string>());
    for (const { vulnerability, products } of subject.scores)
      for (const id of products) covered[vulnerability]!.add(id);
    for (const { vulnerability, field, index, id } of statusEntries(subject, affectedFields)) {
      if (!covered[vulnerability]!.has(id))
        find(['vulnerabilities', vulnerability, 'product_status', field, index], { id });
    }
  },
};
