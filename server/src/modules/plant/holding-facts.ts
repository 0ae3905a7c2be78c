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

/**
 * Of addresses, a device has all those that a person said last, or else the table that was brought last.
 * @returns `after`: when a person said so; what was seen until then holds no more
 */
export function saidAddresses(
  facts: readonly Said[],
  field: 'address' | 'mac',
): { readonly values: readonly string[]; readonly after: Date | undefined } {
  const all = facts.filter((fact) => fact.field === field);
  const byPeople = all.filter(({ source }) => source === 'person');
  const said = byPeople.length > 0 ? byPeople : all;
  const last = Math.max(...said.map(({ seen }) => seen.getTime()));
  return {
    // A person who says that there are none leaves one empty value.
    values: said
      .filter(({ seen, value }) => seen.getTime() === last && value !== '')
      .map(({ value }) => value),
    after: byPeople.length > 0 ? new Date(last) : undefined,
  };
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
