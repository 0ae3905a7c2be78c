import type { BranchJson } from './csaf-json.ts';
import type { BranchPlace, Subject } from './subject.ts';
import { includes, overlap } from './version-overlap.ts';
import type { VersionRange } from './version-range.ts';

/** A branch of versions, and one beside it in the product tree that holds some of the same versions. */
export interface Overlap {
  readonly range: BranchPlace;
  readonly sibling: BranchPlace;
  readonly kind: 'vers' | 'vls' | 'version';
  /** Products below the range. */
  readonly products: readonly string[];
  /** The product that the sibling is; undefined when it has branches of its own. */
  readonly product: string | undefined;
}

/**
 * How many version branches of one level are compared with one another. Beyond it the work would grow with the
 * square of what a stranger sends; real levels have a few dozen.
 */
const MOST = 400;
/** And how many pairs in the whole document. */
const mostPairs = 500_000;

/** See 6.2.50 of CSAF 2.1 for the words. Pairs of two ranges are there both ways round. */
export function overlapsOf(subject: Subject): readonly Overlap[] {
  const known = cache.get(subject);
  if (known) return known;
  const found = [...overlapsIn(subject)];
  cache.set(subject, found);
  return found;
}

const cache = new WeakMap<Subject, readonly Overlap[]>();

function* overlapsIn(subject: Subject): Generator<Overlap> {
  let pairs = 0;
  for (const level of levelsOf(subject.branches)) {
    const ranges = level.flatMap((place) => {
      const { category, name = '' } = place.branch;
      const range = category === 'product_version_range' && subject.rangeOf(name);
      return typeof range === 'object' ? [{ place, range, products: productsBelow(place.branch) }] : [];
    });
    const versions = level.filter(({ branch }) => branch.category === 'product_version');
    pairs += ranges.length * level.length;
    if (pairs > mostPairs) return;
    for (const { place, range, products } of ranges) {
      for (const other of ranges) {
        if (other.place === place || kindOf(other.range) !== kindOf(range)) continue;
        if (overlap(range, other.range))
          yield {
            range: place,
            sibling: other.place,
            kind: kindOf(range),
            products,
            product: leafOf(other.place),
          };
      }
      for (const sibling of versions) {
        if (includes(range, sibling.branch.name ?? ''))
          yield { range: place, sibling, kind: 'version', products, product: leafOf(sibling) };
      }
    }
  }
}

/** Branches that lie side by side, where there are versions among them. */
function levelsOf(branches: readonly BranchPlace[]): BranchPlace[][] {
  const levels = new Map<BranchPlace | undefined, BranchPlace[]>();
  for (const place of branches) {
    if (!place.branch.category?.startsWith('product_version')) continue;
    const level = levels.get(place.parent);
    if (!level) levels.set(place.parent, [place]);
    else if (level.length < MOST) level.push(place);
  }
  return [...levels.values()].filter(({ length }) => length > 1);
}

function kindOf({ scheme }: VersionRange): 'vers' | 'vls' {
  return scheme === undefined ? 'vls' : 'vers';
}

function leafOf({ branch }: BranchPlace): string | undefined {
  return branch.branches ? undefined : branch.product?.product_id;
}

function productsBelow(branch: BranchJson): string[] {
  const products: string[] = [];
  const waiting = [branch];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (one.product?.product_id !== undefined) products.push(one.product.product_id);
    for (const branch of one.branches ?? []) waiting.push(branch);
  }
  return products;
}
