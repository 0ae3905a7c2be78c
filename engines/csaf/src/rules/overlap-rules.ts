import { type Overlap, overlapsOf } from './overlaps.ts';
import { compareStates } from './product-states.ts';
import type { Find } from './rule.ts';
import type { Subject } from './subject.ts';

/** Products with versions in common that are in contradicting groups of product status, or in the same one. */
export function findOverlaps(
  subject: Subject,
  kind: Overlap['kind'],
  relation: 'contradict' | 'agree',
  find: Find,
): void {
  const overlaps = overlapsOf(subject).filter((one) => one.kind === kind && one.product !== undefined);
  if (overlaps.length === 0) return;
  for (const v of subject.vulnerabilities.keys()) {
    const told = new Set<string>();
    for (const { products, product, range, sibling } of overlaps) {
      for (const id of products) {
        if (!compareStates(subject, v, id, product!)[relation]) continue;
        const pair = [id, product!].toSorted().join('\n');
        if (told.has(pair)) continue;
        told.add(pair);
        find(['vulnerabilities', v, 'product_status'], {
          id,
          range: range.branch.name ?? '',
          other: product!,
          otherRange: sibling.branch.name ?? '',
        });
      }
    }
  }
}

/** Version branches with branches of their own that have versions in common with a range beside them. */
export function findOverlappingBranches(
  subject: Subject,
  kinds: readonly Overlap['kind'][],
  find: Find,
): void {
  for (const { kind, product, range, sibling } of overlapsOf(subject)) {
    if (kinds.includes(kind) && product === undefined && sibling.branch.branches)
      find([sibling.at, 'name'], { range: range.branch.name ?? '', other: sibling.branch.name ?? '' });
  }
}
