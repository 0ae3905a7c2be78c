import type { Rule } from '../rule.ts';

export const affectedProducts: Rule = {
  section: '6.1.27.12',
  name: 'affected-products',
  versions: ['2.1'],
  advice: 'In a security advisory each vulnerability needs products that are known to be affected; list them',
  check({ document: { category }, vulnerabilities }, find) {
    if (category !== 'csaf_security_advisory') return;
    for (const [v, { product_status: status }] of vulnerabilities.entries())
      if (!status?.known_affected) find(['vulnerabilities', v, 'product_status', 'known_affected']);
  },
};
