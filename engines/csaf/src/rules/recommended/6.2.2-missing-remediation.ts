import { affectedFields, statusEntries } from '../product-states.ts';
import type { Rule } from '../rule.ts';

export const missingRemediation: Rule = {
  section: '6.2.2',
  name: 'missing-remediation',
  versions: ['2.0', '2.1'],
  advice: 'There is no remediation for the product {id}; add one, if only to say that none is available',
  check(subject, find) {
    const covered = subject.vulnerabilities.map(({ remediations = [] }) => {
      const ids = new Set<string>();
      for (const one of remediations) for (const id of subject.productsOf(one) ?? []) ids.add(id);
      return ids;
    });
    const fields = [...affectedFields, 'under_investigation'] as const;
    for (const { vulnerability, field, index, id } of statusEntries(subject, fields)) {
      if (!covered[vulnerability]!.has(id))
        find(['vulnerabilities', vulnerability, 'product_status', field, index], { id });
    }
  },
};
