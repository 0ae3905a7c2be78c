import { affectedFields, statusEntries } from '../product-states.ts';
import type { Rule } from '../rule.ts';

export const missingCvss4: Rule = {
  section: '6.3.12',
  name: 'missing-cvss-4',
  versions: ['2.1'],
  advice: 'The product {id} has no CVSS 4.0 score; add a vector of that version',
  check(subject, find) {
    const covered = subject.vulnerabilities.map(() => new Set<string>());
    for (const { score } of subject.cvss)
      for (const id of score.products) covered[score.vulnerability]!.add(id);
    for (const { content, products, contentAt } of subject.scores) {
      if ((content.cvss_v2 || content.cvss_v3) && !content.cvss_v4)
        find(contentAt, { id: products[0] ?? '' });
    }
    for (const { vulnerability, field, index, id } of statusEntries(subject, affectedFields)) {
      if (!covered[vulnerability]!.has(id))
        find(['vulnerabilities', vulnerability, 'product_status', field, index], { id });
    }
  },
};
