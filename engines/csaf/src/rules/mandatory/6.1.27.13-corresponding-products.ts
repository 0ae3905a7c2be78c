import type { ProductPathJson } from '../csaf-json.ts';
import type { Rule } from '../rule.ts';
import { productStates, type ProductPlace, type Subject } from '../subject.ts';

export const correspondingProducts: Rule = {
  section: '6.1.27.13',
  name: 'corresponding-products',
  versions: ['2.1'],
  advice:
    'The product {id} is fixed, and no other version of it is listed as affected; list the affected versions',
  check(subject, find) {
    const { document, vulnerabilities } = subject;
    if (document.category !== 'csaf_security_advisory') return;
    const identity = identities(subject);
    for (const [v, { product_status: statuses }] of vulnerabilities.entries()) {
      const fixed = statuses?.fixed ?? [];
      if (fixed.length === 0) continue;
      const affected = new Set<string | undefined>();
      for (const [id, state] of subject.states(v))
        if (state & productStates.affected) affected.add(identity(id).product);
      for (const [i, id] of fixed.entries()) {
        const { product, withoutAddition } = identity(id);
        // A product that is not defined has no versions; 6.1.1 says so.
        if (product === undefined || affected.has(product)) continue;
        if (withoutAddition === undefined || !affected.has(withoutAddition))
          find(['vulnerabilities', v, 'product_status', 'fixed', i], { id });
      }
    }
  },
};

interface Identity {
  /** The same for all versions of a product. */
  readonly product: string | undefined;
  /** For what something was installed with: what it was before. */
  readonly withoutAddition?: string | undefined;
}

/** Branches that tell versions of one product apart. */
const versionCategories = new Set([
  'product_version',
  'product_version_range',
  'service_pack',
  'patch_level',
]);

function identities({ productsById, productTree: { product_paths: paths = [] } }: Subject) {
  const pathsById = new Map<string, ProductPathJson>();
  for (const path of paths) {
    const id = path.full_product_name?.product_id;
    if (id !== undefined && !pathsById.has(id)) pathsById.set(id, path);
  }
  const known = new Map<string, Identity>();
  return (id: string): Identity => {
    let identity = known.get(id);
    if (!identity) {
      const path = pathsById.get(id);
      const place = productsById.get(id);
      identity = path ? identityOfPath(path) : { product: place && identityOfPlace(place) };
      known.set(id, identity);
    }
    return identity;
  };

  /** Of a product in a path only the first part may be of another version. */
  function identityOfPath({
    beginning_product_reference: first = '',
    subpaths = [],
  }: ProductPathJson): Identity {
    const place = productsById.get(first);
    const steps = [place ? identityOfPlace(place) : first];
    let withoutAddition: string | undefined;
    for (const { category, next_product_reference: next = '' } of subpaths) {
      if (category === 'installed_with') withoutAddition ??= JSON.stringify(steps);
      steps.push(category ?? '', next);
    }
    return { product: JSON.stringify(steps), withoutAddition: withoutAddition && unwrapped(withoutAddition) };
  }
}

/** A path of one product is that product. */
function unwrapped(steps: string): string {
  const parsed = JSON.parse(steps) as string[];
  return parsed.length === 1 ? parsed[0]! : steps;
}

/** Products outside of the branches cannot be told apart by more than their text: they pass for one another. */
function identityOfPlace({ branch }: ProductPlace): string {
  const names: (string | undefined)[] = [];
  for (let place = branch; place; place = place.parent)
    if (!versionCategories.has(place.branch.category ?? ''))
      names.push(place.branch.category, place.branch.name);
  return JSON.stringify(names.reverse());
}
