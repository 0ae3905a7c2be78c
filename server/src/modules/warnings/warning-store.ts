import type { MatchCertainty, MatchState, Severity, Told, WarningSearch } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface MatchTable {
  id: Generated<string>;
  owner_id: string;
  asset_id: string;
  advisory_id: string;
  certainty: MatchCertainty;
  product: string;
  product_ids: string[];
  because: JSONColumnType<Told[], string, string>;
  look_up: JSONColumnType<Told[], string, string>;
  rank: number;
  severity: Severity;
  identity: Buffer;
  search: string;
  state: Generated<MatchState>;
  state_reason: Generated<string | null>;
  state_before: Generated<MatchState | null>;
  since: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    match: MatchTable;
    match_step: {
      id: Generated<number>;
      owner_id: string;
      match_id: string;
      state: MatchState;
      reason: string | null;
      person_id: string | null;
      at: Generated<Date>;
    };
  }
}

export type MatchRow = Selectable<MatchTable>;

/** What comparing a device with an advisory came to. */
export interface NewMatch {
  readonly asset: string;
  readonly advisory: string;
  readonly certainty: MatchCertainty;
  readonly product: string;
  readonly productIds: readonly string[];
  readonly because: readonly Told[];
  readonly lookUp: readonly Told[];
  readonly rank: number;
  readonly severity: Severity;
  readonly identity: Buffer;
  readonly search: string;
}

/** States in which something is still to be done. */
export const openStates: readonly MatchState[] = ['new', 'confirmed', 'planned'];
const isOpen = sql<boolean>`state in ('new', 'confirmed', 'planned')`;
const together = 500;

export async function matchesOf(tx: Db, assets: readonly string[]): Promise<MatchRow[]> {
  return tx
    .selectFrom('match')
    .selectAll()
    .where('asset_id', '=', sql<string>`any (${[...assets]}::uuid[])`)
    .execute();
}

export async function insertMatches(tx: Db, owner: string, matches: readonly NewMatch[]): Promise<void> {
  for (let at = 0; at < matches.length; at += together) {
    const rows = await tx
      .insertInto('match')
      .values(matches.slice(at, at + together).map((match) => ({ owner_id: owner, ...columnsOf(match) })))
      .returning('id')
      .execute();
    await insertSteps(
      tx,
      owner,
      rows.map(({ id }) => ({ id, state: 'new' })),
    );
  }
}

/** The same match with other reasons: what people said of it stays. */
export async function updateMatch(tx: Db, id: string, match: NewMatch): Promise<void> {
  await tx.updateTable('match').set(columnsOf(match)).where('id', '=', id).execute();
}

export async function setState(
  tx: Db,
  owner: string,
  changes: readonly { id: string; state: MatchState; before?: MatchState | null }[],
  { reason = null, person = null }: { reason?: string | null; person?: string | null } = {},
): Promise<void> {
  for (const { id, state, before = null } of changes) {
    await tx
      .updateTable('match')
      .set({ state, state_before: before, state_reason: reason, since: new Date() })
      .where('id', '=', id)
      .execute();
  }
  await insertSteps(tx, owner, changes, reason, person);
}

async function insertSteps(
  tx: Db,
  owner: string,
  changes: readonly { id: string; state: MatchState }[],
  reason: string | null = null,
  person: string | null = null,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ id, state }) => ({
    owner_id: owner,
    match_id: id,
    state,
    reason,
    person_id: person,
  }));
  await tx.insertInto('match_step').values(rows).execute();
}

/** Keeps others from moving them until the transaction ends. */
export async function lockMatches(tx: Db, ids: readonly string[]): Promise<MatchRow[]> {
  return tx
    .selectFrom('match')
    .selectAll()
    .where('id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function findMatch(tx: Db, id: string): Promise<MatchRow | undefined> {
  return tx.selectFrom('match').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The most certain and most severe first. `among` are the devices of a capture, when one is asked for. */
export async function listMatches(
  tx: Db,
  wanted: WarningSearch,
  among: readonly string[] | undefined,
): Promise<MatchRow[]> {
  let query = tx.selectFrom('match').selectAll().orderBy('rank').orderBy('id').limit(wanted.limit);
  if (wanted.asset) query = query.where('asset_id', '=', wanted.asset);
  if (among) query = query.where('asset_id', '=', sql<string>`any (${[...among]}::uuid[])`);
  if (wanted.advisory) query = query.where('advisory_id', '=', wanted.advisory);
  if (wanted.state) query = query.where('state', '=', wanted.state);
  if (wanted.open === 'true') query = query.where(isOpen);
  if (wanted.open === 'false') query = query.where((row) => row.not(isOpen));
  if (wanted.certainty) query = query.where('certainty', '=', wanted.certainty);
  for (const word of wanted.search?.toLowerCase().split(/\s+/).filter(Boolean) ?? [])
    query = query.where(sql<boolean>`position(${word} in search) > 0`);
  if (wanted.after)
    query = query.where(sql<boolean>`(rank, id) > (select rank, id from match where id = ${wanted.after})`);
  return query.execute();
}

export async function openMatchesOf(tx: Db, assets: readonly string[]): Promise<MatchRow[]> {
  return tx
    .selectFrom('match')
    .selectAll()
    .where('asset_id', '=', sql<string>`any (${[...assets]}::uuid[])`)
    .where(isOpen)
    .orderBy('rank')
    .orderBy('id')
    .execute();
}

export async function countOpen(
  tx: Db,
  by: 'asset_id' | 'advisory_id',
  among: readonly string[] | undefined,
): Promise<Map<string, number>> {
  let query = tx
    .selectFrom('match')
    .select([by, (row) => row.fn.countAll<number>().as('count')])
    .where(isOpen)
    .groupBy(by);
  if (among) query = query.where(by, '=', sql<string>`any (${[...among]}::uuid[])`);
  return new Map((await query.execute()).map((row) => [row[by], row.count]));
}

export async function countOpenByCertainty(tx: Db): Promise<Map<MatchCertainty, number>> {
  const rows = await tx
    .selectFrom('match')
    .select(['certainty', (row) => row.fn.countAll<number>().as('count')])
    .where(isOpen)
    .groupBy('certainty')
    .execute();
  return new Map(rows.map(({ certainty, count }) => [certainty, count]));
}

/** Other devices that are the same to this advisory. */
export async function countEqual(tx: Db, { id, advisory_id, identity }: MatchRow): Promise<number> {
  const { count } = await tx
    .selectFrom('match')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('advisory_id', '=', advisory_id)
    .where('identity', '=', identity)
    .where('id', '!=', id)
    .where('state', '!=', 'ended')
    .executeTakeFirstOrThrow();
  return count;
}

export async function stepsOf(tx: Db, id: string) {
  return tx
    .selectFrom('match_step as s')
    .leftJoin('person as p', 'p.id', 's.person_id')
    .select(['s.state', 's.at', 's.reason', 'p.name'])
    .where('s.match_id', '=', id)
    .orderBy('s.id')
    .execute();
}

function columnsOf(match: NewMatch) {
  return {
    asset_id: match.asset,
    advisory_id: match.advisory,
    certainty: match.certainty,
    product: match.product,
    product_ids: [...match.productIds],
    because: JSON.stringify(match.because),
    look_up: JSON.stringify(match.lookUp),
    rank: match.rank,
    severity: match.severity,
    identity: match.identity,
    search: match.search,
  };
}
