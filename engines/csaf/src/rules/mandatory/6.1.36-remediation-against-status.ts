import type { Rule } from '../rule.ts';
import { productStates as state } from '../subject.ts';

/** Section 3.2.4.15.1, table 2: states of a product that a remediation contradicts. */
const prohibited: Readonly<Record<string, number>> = {
  workaround: state.notAffected | state.fixed,
  mitigation: state.notAffected | state.fixed,
  vendor_fix: state.notAffected | state.fixed,
  optional_patch: state.affected,
  none_available: state.notAffected | state.fixed,
  fix_planned: state.fixed,
  no_fix_planned: state.fixed,
};

export const remediationAgainstStatus: Rule = {
  section: '6.1.36',
  name: 'remediation-against-status',
  versions: ['2.1'],
  advice:
    'A remediation {category} contradicts the status {status} of the product {id}; correct one of the two',
  check(subject, find) {
    for (const [v, { remediations = [] }] of subject.vulnerabilities.entries()) {
      const states = subject.states(v);
      for (const [i, remediation] of remediations.entries()) {
        const { category = '' } = remediation;
        const against = Object.hasOwn(prohibited, category) ? prohibited[category]! : 0;
        for (const id of subject.productsOf(remediation) ?? []) {
          const clash = (states.get(id) ?? 0) & against;
          if (clash) find(['vulnerabilities', v, 'remediations', i], { id, category, status: nameOf(clash) });
        }
      }
    }
  },
};

function nameOf(clash: number): string {
  if (clash & state.affected) return 'affected';
  return clash & state.notAffected ? 'not affected' : 'fixed';
}
