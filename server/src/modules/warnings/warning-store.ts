import { randomUUID } from 'node:crypto';

import {
  type MatchCertainty,
  type MatchState,
  openMatchStates,
  type Severity,
  type Told,
  type Urgency,
  type WarningSearch,
  type WarningStep,
} from '@busbar/contract';
import { type Generated, type JSONColumnType, type RawBuilder, type Selectable, sql } from 'kysely';

import { insertMany, noteGrowth, storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import type { Grounds } from './decision.ts';
import type { Marks, VulnerabilityAnswer } from './vulnerability-answers.ts';
import type { Before } from './work-store.ts';

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
  urgency: Urgency;
  decision: JSONColumnType<Grounds | null, string | null, string | null>;
  cves: string[];
  vulnerabilities: JSONColumnType<VulnerabilityAnswer[], string, string>;
  version: string;
  accepted_until: string | null;
  due: string | null;
  assignee_id: string | null;
  second_contact_id: string | null;
  identity: Buffer;
  search: string;
  state: Generated<MatchState>;
  state_reason: Generated<string | null>;
  state_before: Generated<MatchState | null>;
  remediation: Generated<Marks>;
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
      what: Generated<StepKind>;
      urgency: Urgency | null;
      certainty: MatchCertainty | null;
      version: string | null;
      details: JSONColumnType<Told[] | null, string | null, string | null>;
      before: JSONColumnType<Before | null, string | null, string | null>;
      move_id: string | null;
    };
  }
}

export type StepKind = WarningStep['what'];
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
  readonly urgency: Urgency;
  readonly grounds: Grounds;
  readonly cves: readonly string[];
  readonly vulnerabilities: readonly VulnerabilityAnswer[];
  /** Of the advisory. */
  readonly version: string;
  readonly identity: Buffer;
  readonly search: string;
}

const together = 1000;
const isOpen = sql<boolean>`state in (${sql.join(openMatchStates.map((state) => sql.lit(state)))})`;

/** Of these devices, of all advisories or of these. */
export async function matchesOf(
  tx: Db,
  assets: readonly string[],
  among: readonly string[] | undefined,
): Promise<MatchRow[]> {
  let query = tx
    .selectFrom('match')
    .selectAll()
    .where('asset_id', '=', sql<string>`any (${[...assets]}::uuid[])`);
  if (among) query = query.where('advisory_id', '=', sql<string>`any (${[...among]}::uuid[])`);
  return query.execute();
}

/** Those that have not ended though their advisory may not be read any more. */
export async function unreadableMatches(
  tx: Db,
  readable: RawBuilder<boolean>,
): Promise<Pick<MatchRow, 'id'>[]> {
  return tx
    .selectFrom('match')
    .select('id')
    .where('state', '!=', 'ended')
    .where(({ not }) => not(readable))
    .execute();
}

/** Their ids. */
export async function insertMatches(tx: Db, owner: string, matches: readonly NewMatch[]): Promise<string[]> {
  const rows = matches.map((match) => ({ id: randomUUID(), owner_id: owner, ...columnsOf(match) }));
  await insertMany(tx, 'match', rows);
  await addSteps(tx, rows);
  return rows.map(({ id }) => id);
}

/** The same matches with other reasons: what people said of them stays. */
export async function updateMatches(
  tx: Db,
  changes: readonly { readonly id: string; readonly match: NewMatch }[],
): Promise<void> {
  for (let at = 0; at < changes.length; at += together) {
    const rows = changes.slice(at, at + together).map(({ id, match }) => ({ id, ...columnsOf(match) }));
    await sql`update match m set certainty = n.certainty, product = n.product, product_ids = n.product_ids,
        because = n.because, look_up = n.look_up, rank = n.rank, severity = n.severity,
        urgency = n.urgency, decision = n.decision, cves = n.cves, vulnerabilities = n.vulnerabilities, version = n.version, identity = n.identity, search = n.search
      from jsonb_populate_recordset(null::match, ${storable(rows)}::jsonb) n where m.id = n.id`.execute(tx);
  }
}

export interface Step {
  readonly id: string;
  readonly state: MatchState;
}

/** What ends remembers what it comes back to, with its reason: what stands then, whatever its caller has read. */
export async function setState(
  tx: Db,
  steps: readonly Step[],
  {
    reason = null,
    until = null,
    ...click
  }: Click & { readonly until?: string | null; readonly was?: ReadonlyMap<string, Before> } = {},
): Promise<void> {
  if (steps.length === 0) return;
  const [ids, states] = [steps.map(({ id }) => id), steps.map(({ state }) => state)];
  await sql`update match m set state = n.state,
      state_reason = coalesce(${reason}, case when n.state = 'ended' or (m.state = 'ended' and n.state <> 'new') then m.state_reason end),
      state_before = case n.state when 'ended' then m.state end,
      accepted_until = case n.state when 'riskAccepted' then coalesce(${until}::date, accepted_until)
        when 'ended' then accepted_until end
    from unnest(${ids}::uuid[], ${states}::text[]) as n (id, state) where m.id = n.id`.execute(tx);
  await addSteps(
    tx,
    steps.map(({ id }) => ({ id, ...(click.was && { was: click.was.get(id) }) })),
    { ...click, reason },
  );
}

/** Who did it and why, and which click it was; nobody where the program did. */
export interface Click {
  readonly reason?: string | null;
  readonly person?: string | null;
  readonly move?: string | null;
}

export interface NewStep {
  readonly id: string;
  readonly what?: StepKind;
  readonly told?: readonly Told[];
  readonly was?: Before | undefined;
}

/** Writes down what became of matches, each with what stands now. */
export async function addSteps(
  tx: Db,
  steps: readonly NewStep[],
  { reason = null, person = null, move = null }: Click = {},
): Promise<void> {
  for (let at = 0; at < steps.length; at += together) {
    const some = steps
      .slice(at, at + together)
      .map(({ id, what = 'state', told = null, was = null }) => ({ id, what, told, was }));
    await sql`insert into match_step
        (owner_id, match_id, state, reason, person_id, what, urgency, certainty, version, details, before, move_id)
      select m.owner_id, m.id, m.state, ${reason}, ${person}::uuid, n.what, m.urgency, m.certainty, m.version,
        nullif(n.told, 'null'), nullif(n.was, 'null') || jsonb_build_object('since', m.since), ${move}::uuid
      from jsonb_to_recordset(${storable(some)}::jsonb) as n (id uuid, what text, told jsonb, was jsonb)
      join match m on m.id = n.id`.execute(tx);
  }
  await noteGrowth(tx, 'match_step', steps.length);
}

/** A match that comes back is news again. */
export async function sinceNow(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update match set since = now() where id = any (${[...ids]}::uuid[])`.execute(tx);
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

/**
 * The most urgent first. `among` are the devices of a capture, when one is asked for. An advisory that
 * is no longer `readable` takes its warnings along, and a page is full without them.
 */
export async function listMatches(
  tx: Db,
  wanted: WarningSearch,
  among: readonly string[] | undefined,
  readable: RawBuilder<boolean>,
): Promise<MatchRow[]> {
  let query = tx
    .selectFrom('match')
    .selectAll()
    .where(readable)
    .orderBy('rank')
    .orderBy('id')
    .limit(wanted.limit);
  if (wanted.asset) query = query.where('asset_id', '=', wanted.asset);
  if (among) query = query.where('asset_id', '=', sql<string>`any (${[...among]}::uuid[])`);
  if (wanted.advisory) query = query.where('advisory_id', '=', wanted.advisory);
  if (wanted.urgency) query = query.where('urgency', '=', wanted.urgency);
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

export async function openMatchesFor(
  tx: Db,
  advisories: readonly string[],
  most: number,
): Promise<MatchRow[]> {
  return tx
    .selectFrom('match')
    .selectAll()
    .where('advisory_id', '=', sql<string>`any (${[...advisories]}::uuid[])`)
    .where(isOpen)
    .orderBy('rank')
    .orderBy('id')
    .limit(most)
    .execute();
}

export async function countDecided(tx: Db, assets: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct m.id) as count from match m join match_step s on s.match_id = m.id
    where m.asset_id = any (${[...assets]}::uuid[]) and s.person_id is not null`.execute(tx);
  return rows[0]!.count;
}

/** Of more than a page asks for, all are counted: a prepared plan would look for each match among all of them. */
const mostAsked = 1000;

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
  if (among && among.length <= mostAsked)
    query = query.where(by, '=', sql<string>`any (${[...among]}::uuid[])`);
  const counts = (await query.execute()).map((row) => [row[by], row.count] as const);
  const wanted = among && new Set(among);
  return new Map(wanted ? counts.filter(([id]) => wanted.has(id)) : counts);
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

/** Other devices that are the same to this advisory, and those of them whose warning is in the same state. */
export async function countEqual(
  tx: Db,
  { id, advisory_id, identity, state }: MatchRow,
): Promise<{ equal: number; equalInState: number }> {
  return tx
    .selectFrom('match')
    .select((row) => [
      row.fn.countAll<number>().as('equal'),
      row.fn.countAll<number>().filterWhere('state', '=', state).as('equalInState'),
    ])
    .where('advisory_id', '=', advisory_id)
    .where('identity', '=', identity)
    .where('id', '!=', id)
    .where('state', '!=', 'ended')
    .executeTakeFirstOrThrow();
}

/** All of the plant, or one, by device; what has ended is among them. */
export async function matchesForProof(tx: Db, id: string | undefined): Promise<MatchRow[]> {
  let query = tx.selectFrom('match').selectAll().orderBy('asset_id').orderBy('rank').orderBy('id');
  if (id !== undefined) query = query.where('id', '=', id);
  return query.execute();
}

/** Some matches that have not ended, by id. */
export async function matchesAfter(
  tx: Db,
  after: string | null,
  { most, among }: { most: number; among?: readonly string[] | undefined },
): Promise<MatchRow[]> {
  let query = tx.selectFrom('match').selectAll().where('state', '!=', 'ended').orderBy('id').limit(most);
  if (after !== null) query = query.where('id', '>', after);
  if (among) query = query.where('asset_id', '=', sql<string>`any (${[...among]}::uuid[])`);
  return query.execute();
}

/** Another decision about the same matches. */
export async function updateDecisions(
  tx: Db,
  rows: readonly {
    readonly id: string;
    readonly urgency: Urgency;
    readonly grounds: Grounds;
    readonly rank: number;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`update match m set urgency = n.urgency, decision = n.grounds, rank = n.rank
    from jsonb_to_recordset(${storable(rows)}::jsonb) as n (id uuid, urgency text, grounds jsonb, rank integer)
    where m.id = n.id`.execute(tx);
}

export async function stepsOfAll(tx: Db, ids: readonly string[]) {
  const rows = await tx
    .selectFrom('match_step as s')
    .leftJoin('person as p', 'p.id', 's.person_id')
    .select([
      's.match_id',
      's.what',
      's.state',
      's.urgency',
      's.certainty',
      's.version',
      's.at',
      's.reason',
      's.details',
      'p.name',
    ])
    .where('s.match_id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .orderBy('s.id')
    .execute();
  return Map.groupBy(rows, ({ match_id }) => match_id);
}

export async function stepsOf(tx: Db, id: string) {
  return (await stepsOfAll(tx, [id])).get(id) ?? [];
}

function columnsOf(match: NewMatch) {
  return {
    asset_id: match.asset,
    advisory_id: match.advisory,
    certainty: match.certainty,
    product: match.product,
    product_ids: [...match.productIds],
    because: match.because,
    look_up: match.lookUp,
    rank: match.rank,
    severity: match.severity,
    urgency: match.urgency,
    decision: match.grounds,
    cves: [...match.cves],
    vulnerabilities: match.vulnerabilities,
    version: match.version,
    identity: `\\x${match.identity.toString('hex')}`,
    search: match.search,
  };
}
