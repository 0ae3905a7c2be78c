import { affectedFields, findOutside } from '../product-states.ts';
import type { Rule } from '../rule.ts';

const fields = [...affectedFields, 'under_investigation'] as const;

export const missingRemediation: Rule = {
  section: '6.2.2',
  name: 'missing-remediation',
  versions: ['2.0', '2.1'],
  advice: 'There is no remediation for the product {id}; add one, if only to say that none is available',
  check(subject, find) {
    const remedied = subject.productSet();
    for (const [v, { remediations = [] }] of subject.vulnerabilities.entries()) {
      remedied.clear();
      for (const remediation of remediations) remedied.addOf(remediation);
      findOutside(remedied, subject, v, fields, find);
    }
  },
};
