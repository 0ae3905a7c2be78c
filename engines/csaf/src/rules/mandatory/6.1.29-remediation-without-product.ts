import type { Rule } from '../rule.ts';

export const remediationWithoutProduct: Rule = {
  section: '6.1.29',
  name: 'remediation-without-product',
  versions: ['2.0', '2.1'],
  advice: 'This remediation does not say for which products it is; add product_ids or group_ids',
  check({ vulnerabilities }, find) {
    for (const [v, { remediations = [] }] of vulnerabilities.entries())
      for (const [i, { product_ids: products, group_ids: groups }] of remediations.entries())
        if (!products && !groups) find(['vulnerabilities', v, 'remediations', i]);
  },
};
