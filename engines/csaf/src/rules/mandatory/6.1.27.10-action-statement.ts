import type { Rule } from '../rule.ts';

export const actionStatement: Rule = {
  section: '6.1.27.10',
  name: 'action-statement',
  versions: ['2.0', '2.1'],
  advice: 'In a VEX it must be said what to do about the affected product {id}; add a remediation for it',
  check(subject, find) {
    const { document, vulnerabilities } = subject;
    if (document.category !== 'csaf_vex') return;
    for (const [v, { product_status: statuses, remediations = [] }] of vulnerabilities.entries()) {
      const helped = new Set<string>();
      for (const remediation of remediations)
        for (const id of subject.productsOf(remediation) ?? []) helped.add(id);
      for (const [i, id] of (statuses?.known_affected ?? []).entries())
        if (id !== '' && !helped.has(id))
          find(['vulnerabilities', v, 'product_status', 'known_affected', i], { id });
    }
  },
};
