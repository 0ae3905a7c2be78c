import { affectedFields, fixedFields } from '../product-states.ts';
import type { Rule } from '../rule.ts';
import type { BranchPlace, Subject } from '../subject.ts';

export const missingFixedProduct: Rule = {
  section: '6.2.39.1',
  name: 'missing-fixed-product',
  versions: ['2.1'],
  advice: 'No version of the product {id} is listed as fixed; add the version that contains the fix',
  check(subject, find) {
    if (subject.document.category !== 'csaf_security_advisory') return;
    for (const [v, { product_status: status = {}, remediations = [] }] of subject.vulnerabilities.entries()) {
      const fixed = new Set(
        fixedFields.flatMap((field) => status[field] ?? []).map((id) => kindOf(subject, id)),
      );
      const [withFix, without] = [new Set<string>(), new Set<string>()];
      for (const remediation of remediations) {
        const { category = '' } = remediation;
        const set = category === 'vendor_fix' ? withFix : noFix.has(category) ? without : undefined;
        if (set) for (const id of subject.productsOf(remediation) ?? []) set.add(id);
      }
      for (const id of new Set(affectedFields.flatMap((field) => status[field] ?? []))) {
        if (without.has(id) && !withFix.has(id) && !endsBefore(subject, id)) continue;
        if (!fixed.has(kindOf(subject, id))) find(['vulnerabilities', v, 'product_status'], { id });
      }
    }
  },
};

const noFix = new Set(['fix_planned', 'no_fix_planned', 'none_available']);

const versionCategories = new Set([
  'product_version',
  'product_version_range',
  'patch_level',
  'service_pack',
]);

/** What two versions of one product have in common: the branch above their versions. */
function kindOf({ productsById }: Subject, id: string): BranchPlace | string | undefined {
  let branch = productsById.get(id)?.branch;
  // Without branches nothing says what is a version of what: any two such products may be.
  if (!branch) return undefined;
  while (branch && versionCategories.has(branch.branch.category ?? '')) branch = branch.parent;
  return branch ?? 'root';
}

/** Whether the affected versions end before one that must exist then: the last constraint of the range is `<`. */
function endsBefore(subject: Subject, id: string): boolean {
  for (let place = subject.productsById.get(id)?.branch; place; place = place.parent) {
    if (place.branch.category !== 'product_version_range') continue;
    const range = subject.rangeOf(place.branch.name ?? '');
    return typeof range === 'object' && range.constraints.at(-1)?.comparator === '<';
  }
  return false;
}
