import { affectedFields, findOutside } from '../product-states.ts';
import type { Rule } from '../rule.ts';

export const missingCvss4: Rule = {
  section: '6.3.12',
  name: 'missing-cvss-4',
  versions: ['2.1'],
  advice: 'The product {id} has no CVSS 4.0 score; add a vector of that version',
  check(subject, find) {
    for (const { content, products, contentAt } of subject.scores) {
      if ((content.cvss_v2 || content.cvss_v3) && !content.cvss_v4)
        find(contentAt, { id: products[0] ?? '' });
    }
    const scored = subject.productSet();
    for (const [v, { metrics = [] }] of subject.vulnerabilities.entries()) {
      scored.clear();
      for (const { content: { cvss_v2: v2, cvss_v3: v3, cvss_v4: v4 } = {}, products = [] } of metrics)
        if (v2 ?? v3 ?? v4) scored.add(products);
      findOutside(scored, subject, v, affectedFields, find);
    }
  },
};
