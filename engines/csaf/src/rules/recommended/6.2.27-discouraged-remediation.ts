import type { Rule } from '../rule.ts';
import { productStates } from '../subject.ts';

export const discouragedRemediation: Rule = {
  section: '6.2.27',
  name: 'discouraged-remediation',
  versions: ['2.1'],
  advice:
    'A remediation {category} makes little sense for the product {id} in its product status; correct one of the two',
  check(subject, find) {
    for (const [v, { remediations = [] }] of subject.vulnerabilities.entries()) {
      const states = subject.states(v);
      for (const [i, remediation] of remediations.entries()) {
        const { category = '' } = remediation;
        const bits = Object.hasOwn(discouraged, category) ? (discouraged[category] ?? 0) : 0;
        if (bits === 0) continue;
        for (const id of subject.productsOf(remediation) ?? []) {
          if (((states.get(id) ?? 0) & bits) === 0) continue;
          find(['vulnerabilities', v, 'remediations', i], { category, id });
          break;
        }
      }
    }
  },
};

const { notAffected, fixed, underInvestigation, unknown } = productStates;

/** Section 3.2.4.14.1, table 2. */
const discouraged: Readonly<Record<string, number>> = {
  workaround: underInvestigation | unknown,
  mitigation: underInvestigation | unknown,
  vendor_fix: underInvestigation | unknown,
  optional_patch: fixed,
  fix_planned: notAffected | underInvestigation | unknown,
  no_fix_planned: notAffected,
};
