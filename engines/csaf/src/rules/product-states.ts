import type { ProductSet } from './product-numbers.ts';
import type { Find } from './rule.ts';
import { productStates, type Subject } from './subject.ts';

/** The states that contradict one another; something may be recommended in any of them (section 3.2.4.12 of 2.1). */
const contradicting =
  productStates.affected |
  productStates.notAffected |
  productStates.fixed |
  productStates.underInvestigation |
  productStates.unknown;

/** Whether the two products are in groups of product status that contradict one another, and whether in the same one. */
export function compareStates(
  subject: Subject,
  vulnerability: number,
  a: string,
  b: string,
): { readonly contradict: boolean; readonly agree: boolean } {
  const states = subject.states(vulnerability);
  const one = (states.get(a) ?? 0) & contradicting;
  const other = (states.get(b) ?? 0) & contradicting;
  return {
    contradict: one !== 0 && other !== 0 && (one !== other || (one & (one - 1)) !== 0),
    agree: (one & other) !== 0,
  };
}

/** Tells of products in some lists of the product status of a vulnerability that are not among others. */
export function findOutside(
  products: ProductSet,
  { productNumbers, vulnerabilities }: Subject,
  vulnerability: number,
  fields: readonly StatusField[],
  find: Find,
): void {
  const { product_status: status } = vulnerabilities[vulnerability]!;
  if (!status) return;
  for (const field of fields) {
    const ids = status[field];
    if (!ids) continue;
    const numbers = productNumbers.of(ids);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      if (number !== 0 && !products.has(number))
        find(['vulnerabilities', vulnerability, 'product_status', field, i], { id: ids[i]! });
    }
  }
}

/** The products in some lists of the product status of a vulnerability, with the place of each. */
export function* statusEntries(
  { vulnerabilities }: Subject,
  fields: readonly StatusField[],
): Generator<{ vulnerability: number; field: StatusField; index: number; id: string }> {
  for (const [vulnerability, { product_status: status }] of vulnerabilities.entries()) {
    for (const field of fields) {
      const ids = status?.[field] ?? [];
      for (let index = 0; index < ids.length; index++) {
        const id = ids[index];
        if (id) yield { vulnerability, field, index, id };
      }
    }
  }
}

export type StatusField = keyof NonNullable<Subject['vulnerabilities'][number]['product_status']>;

export const affectedFields = ['first_affected', 'known_affected', 'last_affected'] as const;
export const fixedFields = ['first_fixed', 'fixed'] as const;
