import type { Rule } from '../rule.ts';
import type { BranchPlace } from '../subject.ts';

export const branchCategories: Rule = {
  section: '6.3.9',
  name: 'branch-categories',
  versions: ['2.0', '2.1'],
  advice:
    'The branches above {id} should name the vendor, then the product, then the version; add what is missing',
  check({ products }, find) {
    for (const { branch, id = '', at } of products) if (branch && !isInOrder(branch)) find(at, { id });
  },
};

const upwards = ['product_version', 'product_name', 'vendor'];

/** Up from the product: a version, above it a product, above that a vendor, with anything between them. */
function isInOrder(branch: BranchPlace): boolean {
  let met = 0;
  for (let place: BranchPlace | undefined = branch; place && met < upwards.length; place = place.parent)
    if (place.branch.category === upwards[met]) met++;
  return met === upwards.length;
}
