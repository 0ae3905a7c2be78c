import { advisoryCategories } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const productStatus: Rule = {
  section: '6.1.27.6',
  name: 'product-status',
  versions: ['2.0', '2.1'],
  advice:
    'In a document of this category each vulnerability needs a product status; say which products it concerns',
  check({ document: { category = '' }, vulnerabilities, version }, find) {
    if (!advisoryCategories[version].includes(category)) return;
    for (const [v, { product_status: status }] of vulnerabilities.entries())
      if (!status) find(['vulnerabilities', v, 'product_status']);
  },
};
