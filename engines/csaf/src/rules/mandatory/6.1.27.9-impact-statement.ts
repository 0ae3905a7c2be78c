import type { Rule } from '../rule.ts';

export const impactStatement: Rule = {
  section: '6.1.27.9',
  name: 'impact-statement',
  versions: ['2.0', '2.1'],
  advice:
    'In a VEX it must be said why the product {id} is not affected; add a flag or a threat of category impact for it',
  check(subject, find) {
    const { document, vulnerabilities } = subject;
    if (document.category !== 'csaf_vex') return;
    for (const [v, { product_status: statuses, flags = [], threats = [] }] of vulnerabilities.entries()) {
      const explained = new Set<string>();
      for (const statement of [...flags, ...threats.filter(({ category }) => category === 'impact')])
        for (const id of subject.productsOf(statement) ?? []) explained.add(id);
      for (const [i, id] of (statuses?.known_not_affected ?? []).entries())
        if (id !== '' && !explained.has(id))
          find(['vulnerabilities', v, 'product_status', 'known_not_affected', i], { id });
    }
  },
};
