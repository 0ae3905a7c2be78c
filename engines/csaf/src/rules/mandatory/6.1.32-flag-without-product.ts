import type { Rule } from '../rule.ts';

export const flagWithoutProduct: Rule = {
  section: '6.1.32',
  name: 'flag-without-product',
  versions: ['2.0', '2.1'],
  advice: 'This flag does not say for which products it is; add product_ids or group_ids',
  check({ vulnerabilities }, find) {
    for (const [v, { flags = [] }] of vulnerabilities.entries())
      for (const [i, { product_ids: products, group_ids: groups }] of flags.entries())
        if (!products && !groups) find(['vulnerabilities', v, 'flags', i]);
  },
};
