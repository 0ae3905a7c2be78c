import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export const circularProduct: Rule = {
  section: '6.1.3',
  name: 'circular-product',
  versions: ['2.0', '2.1'],
  advice: 'The product {id} is made of itself, directly or through others; correct the products it refers to',
  check(subject, find) {
    if (subject.productLinks.length === 0) return;
    const made = madeOfOthers(subject);
    for (const { id, field, index } of endingInCircles(made))
      find(['product_tree', field, index, 'full_product_name', 'product_id'], { id });
  },
};

interface Made {
  readonly id: string;
  readonly parts: readonly (string | undefined)[];
  readonly field: 'relationships' | 'product_paths';
  readonly index: number;
}

function madeOfOthers({ productTree: { relationships = [], product_paths: paths = [] } }: Subject): Made[] {
  return [
    ...relationships.map((relationship, index) => ({
      id: relationship.full_product_name?.product_id ?? '',
      parts: [relationship.product_reference, relationship.relates_to_product_reference],
      field: 'relationships' as const,
      index,
    })),
    ...paths.map(
      ({ full_product_name: product, beginning_product_reference: first, subpaths = [] }, index) => ({
        id: product?.product_id ?? '',
        parts: [first, ...subpaths.map(({ next_product_reference: next }) => next)],
        field: 'product_paths' as const,
        index,
      }),
    ),
  ];
}

/** What is left when everything whose parts are all settled has been taken away, again and again. */
function endingInCircles(made: readonly Made[]): Made[] {
  const open = new Map<string, number>();
  const users = new Map<string, Made[]>();
  for (const one of made) if (one.id !== '') open.set(one.id, 0);
  for (const one of made) {
    for (const part of new Set(one.parts)) {
      if (part === undefined || !open.has(part)) continue;
      open.set(one.id, (open.get(one.id) ?? 0) + 1);
      const others = users.get(part);
      if (others) others.push(one);
      else users.set(part, [one]);
    }
  }
  const settled = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = settled.pop(); id !== undefined; id = settled.pop()) {
    for (const user of users.get(id) ?? []) {
      const left = open.get(user.id)! - 1;
      open.set(user.id, left);
      if (left === 0) settled.push(user.id);
    }
  }
  return made.filter(({ id }) => (open.get(id) ?? 0) > 0);
}
