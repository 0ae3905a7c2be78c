import type { Certainty } from '../dissector.ts';

const order: readonly Certainty[] = ['stated', 'inferred', 'guessed'];

/** The surest first. */
export function byCertainty(one: Certainty, other: Certainty): number {
  return order.indexOf(one) - order.indexOf(other);
}

export function isSurer(one: Certainty, other: Certainty): boolean {
  return byCertainty(one, other) < 0;
}
