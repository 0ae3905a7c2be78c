import type { Certainty, FactField } from '@busbar/contract';

/** What somebody said about a device, as far as it matters for whom to believe. */
export interface Said {
  readonly field: FactField;
  readonly value: string;
  readonly certainty: Certainty;
  readonly source: 'capture' | 'person' | 'import';
  readonly rank: number;
  readonly at: Date;
  readonly seen: Date;
}

/** Of addresses, a device has all those that the table brought last says. */
export function heldAddresses(facts: readonly Said[], field: 'address' | 'mac'): string[] {
  const said = facts.filter((fact) => fact.field === field);
  const last = Math.max(...said.map(({ seen }) => seen.getTime()));
  return said.filter(({ seen }) => seen.getTime() === last).map(({ value }) => value);
}

const weight: Record<Certainty, number> = { stated: 0, inferred: 1, guessed: 2 };

/**
 * Of each field, the fact that holds. What a person said last holds over everything; then the surest; of equally
 * sure ones the capture that looked last, for devices are updated; within one capture what its engine put first.
 */
export function holding<Fact extends Said>(facts: readonly Fact[]): Map<FactField, Fact> {
  const held = new Map<FactField, Fact>();
  for (const fact of facts) {
    const rival = held.get(fact.field);
    if (!rival || better(fact, rival)) held.set(fact.field, fact);
  }
  return held;
}

function better(one: Said, other: Said): boolean {
  const [ours, theirs] = [one.source === 'person', other.source === 'person'];
  if (ours !== theirs) return ours;
  if (ours) return one.at > other.at;
  if (one.certainty !== other.certainty) return weight[one.certainty] < weight[other.certainty];
  if (one.seen.getTime() !== other.seen.getTime()) return one.seen > other.seen;
  return one.rank < other.rank;
}

/** How sure a device's identity is: as sure as the weaker of vendor and product. */
export function identityCertainty(held: ReadonlyMap<FactField, Said>): Certainty {
  const known = (['vendor', 'product'] as const).flatMap((field) => held.get(field) ?? []);
  if (known.length === 0) return 'guessed';
  return known.map(({ certainty }) => certainty).reduce((a, b) => (weight[a] > weight[b] ? a : b));
}
