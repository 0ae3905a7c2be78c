import type { Rule } from '../rule.ts';

/** Section 3.2.4.15.1, table 1: what may not be said of the same product. */
const prohibited: Readonly<Record<string, readonly string[]>> = {
  workaround: ['optional_patch', 'none_available'],
  mitigation: ['optional_patch', 'none_available'],
  vendor_fix: ['optional_patch', 'none_available', 'fix_planned', 'no_fix_planned'],
  optional_patch: [
    'workaround',
    'mitigation',
    'vendor_fix',
    'none_available',
    'fix_planned',
    'no_fix_planned',
  ],
  none_available: [
    'workaround',
    'mitigation',
    'vendor_fix',
    'optional_patch',
    'fix_planned',
    'no_fix_planned',
  ],
  fix_planned: ['vendor_fix', 'optional_patch', 'none_available', 'no_fix_planned'],
  no_fix_planned: ['vendor_fix', 'optional_patch', 'none_available', 'fix_planned'],
};

export const contradictingRemediations: Rule = {
  section: '6.1.35',
  name: 'contradicting-remediations',
  versions: ['2.1'],
  advice: 'For the product {id} there is {first} and {second}, which contradict each other; keep one of them',
  check(subject, find) {
    for (const [v, { remediations = [] }] of subject.vulnerabilities.entries()) {
      // By product, the categories so far in bits.
      const said = new Map<string, number>();
      for (const [i, remediation] of remediations.entries()) {
        const { category = '' } = remediation;
        const others = Object.hasOwn(prohibited, category) ? prohibited[category]! : [];
        for (const id of subject.productsOf(remediation) ?? []) {
          const before = said.get(id) ?? 0;
          const other = before && others.find((one) => before & bitOf(one));
          if (other) find(['vulnerabilities', v, 'remediations', i], { id, first: other, second: category });
          said.set(id, before | bitOf(category));
        }
      }
    }
  },
};

const categories = Object.keys(prohibited);

function bitOf(category: string): number {
  const place = categories.indexOf(category);
  return place < 0 ? 0 : 1 << place;
}
