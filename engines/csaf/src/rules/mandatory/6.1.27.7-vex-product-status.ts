import type { Rule } from '../rule.ts';

const sufficient = ['fixed', 'known_affected', 'known_not_affected', 'under_investigation'] as const;

export const vexProductStatus: Rule = {
  section: '6.1.27.7',
  name: 'vex-product-status',
  versions: ['2.0', '2.1'],
  advice:
    'In a VEX each vulnerability must say which products are fixed, affected, not affected or under investigation; add one of these lists',
  check({ document: { category }, vulnerabilities }, find) {
    if (category !== 'csaf_vex') return;
    for (const [v, { product_status: status }] of vulnerabilities.entries())
      if (!sufficient.some((name) => status?.[name])) find(['vulnerabilities', v, 'product_status']);
  },
};
