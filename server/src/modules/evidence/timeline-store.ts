import type {
  CaseObservation,
  Hypothesis,
  HypothesisState,
  ObservationSearch,
  ObservationState,
  Run,
  RunParams,
  Told,
} from '@busbar/contract';
import {
  type ColumnType,
  type Generated,
  type Insertable,
  type JSONColumnType,
  type Selectable,
  sql,
} from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor } from '../../platform/search.ts';
import type { AnalysisProgram } from './analysing.ts';

interface RunTable {
  id: string;
  owner_id: string;
  case_id: string;
  evidence_id: string;
  tool: Run['tool'];
  version: string;
  params: JSONColumnType<RunParams, string, never>;
  input_sha256: Buffer;
  state: Generated<Run['state']>;
  problem: JSONColumnType<Told | null, null, string | null>;
  output_id: string | null;
  output_sha256: Buffer | null;
  output_size: number | null;
  program_sha256: Buffer | null;
  runtime: string | null;
  counts: JSONColumnType<NonNullable<Run['counts']> | null, null, string>;
  notes: JSONColumnType<Told[], never, string>;
  person_id: string;
  person_name: string;
  created_at: Generated<Date>;
  ended_at: Date | null;
}

/** ISO 8601, to the microsecond: finer than a Date. */
type Time = ColumnType<Date, string | undefined, Date>;

interface ObservationTable {
  id: string;
  case_id: string;
  run_id: string | null;
  evidence_id: string | null;
  kind: CaseObservation['kind'];
  state: ObservationState;
  revision: Generated<number>;
  said_from: Time;
  said_to: Time;
  from: Time;
  to: Time;
  precision: CaseObservation['precision'];
  sealed: Buffer;
  origin: string;
  techniques: string[];
  assets: string[];
  confidence: CaseObservation['confidence'];
  count: Generated<number>;
  person_id: string | null;
  person_name: string | null;
  added_as: 'reporter' | 'member' | 'cert' | null;
  decided_by: string | null;
  decided_name: string | null;
  decided_at: Date | null;
  decision_id: Generated<string | null>;
  state_before: Generated<ObservationState | null>;
  prior_by: Generated<string | null>;
  prior_name: Generated<string | null>;
  prior_at: Generated<Date | null>;
  prior_decision: Generated<string | null>;
  prior_state: Generated<ObservationState | null>;
  created_at: Generated<Date>;
}

interface HypothesisTable {
  id: string;
  case_id: string;
  sealed: Buffer;
  state: Generated<HypothesisState>;
  person_id: string;
  person_name: string;
  created_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    case_run: RunTable;
    case_observation: ObservationTable;
    case_hypothesis: HypothesisTable;
    case_argument: {
      case_id: string;
      hypothesis_id: string;
      observation_id: string;
      weighs: Hypothesis['arguments'][number]['weighs'];
      withdrawn_by: Generated<string | null>;
      withdrawn_name: Generated<string | null>;
      withdrawn_at: Generated<Date | null>;
      withdrawn_why: Generated<Buffer | null>;
      /** Who said later that it counts again. */
      again_by: Generated<string | null>;
      again_name: Generated<string | null>;
      again_at: Generated<Date | null>;
    };
  }
}

const MOST_TOLD = 1000;

export type NewObservation = Insertable<ObservationTable>;
export type RunRow = Selectable<RunTable>;
/** Times are null where nothing tells them. `place` is where it stands in the list, for the page behind it. */
export type ObservationRow = Omit<
  Selectable<ObservationTable>,
  'from' | 'to' | 'said_from' | 'said_to' | 'decision_id' | 'state_before' | `prior_${string}`
> & {
  from: Date | null;
  to: Date | null;
  place: string;
};
export type HypothesisRow = Selectable<HypothesisTable>;
export type ArgumentRow = {
  hypothesis_id: string;
  weighs: 'for' | 'against';
  withdrawn_name: string | null;
  withdrawn_at: Date | null;
  withdrawn_why: Buffer | null;
  again_name: string | null;
  again_at: Date | null;
} & ObservationRow;
export type Filter = Pick<ObservationSearch, 'state' | 'kind' | 'evidence' | 'run' | 'technique'>;

export async function insertRun(tx: Db, row: Insertable<RunTable>): Promise<void> {
  await tx.insertInto('case_run').values(row).execute();
}

export async function findRun(tx: Db, caseId: string, id: string): Promise<RunRow | undefined> {
  return tx
    .selectFrom('case_run')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Whatever case it is of: a job knows its run alone. */
export async function findRunOfJob(tx: Db, id: string): Promise<RunRow | undefined> {
  return tx.selectFrom('case_run').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listRuns(
  tx: Db,
  caseId: string,
  { evidence, after, limit }: { evidence?: string | undefined; after?: string | undefined; limit: number },
): Promise<RunRow[]> {
  let query = tx
    .selectFrom('case_run')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (evidence) query = query.where('evidence_id', '=', evidence);
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(sql<boolean>`(created_at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`);
  return query.execute();
}

/** The last run before this one that asked the same of the same bytes, and has an answer. */
export async function runBefore(tx: Db, run: RunRow): Promise<RunRow | undefined> {
  return tx
    .selectFrom('case_run')
    .selectAll()
    .where('case_id', '=', run.case_id)
    .where('input_sha256', '=', run.input_sha256)
    .where('tool', '=', run.tool)
    .where('version', '=', run.version)
    .where(sql<boolean>`params = ${JSON.stringify(run.params)}::jsonb`)
    .where('state', '=', 'done')
    .where('created_at', '<', run.created_at)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export interface RunResult {
  readonly program: AnalysisProgram;
  readonly output: { readonly id: string; readonly sha256: Buffer; readonly size: number };
  readonly counts: NonNullable<Run['counts']>;
  readonly notes: readonly Told[];
}

export async function endRun(
  tx: Db,
  id: string,
  end: RunResult | { state: 'failed' | 'cancelled'; problem?: Told },
): Promise<void> {
  const change =
    'output' in end
      ? {
          state: 'done' as const,
          output_id: end.output.id,
          output_sha256: end.output.sha256,
          output_size: end.output.size,
          program_sha256: end.program.sha256,
          runtime: end.program.runtime,
          counts: JSON.stringify(end.counts),
          notes: JSON.stringify(end.notes),
        }
      : { state: end.state, problem: end.problem ? JSON.stringify(end.problem) : null };
  await tx
    .updateTable('case_run')
    .set({ ...change, ended_at: new Date() })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/** Of many at once: which of them were new. */
export async function insertObservations(tx: Db, rows: readonly NewObservation[]): Promise<number> {
  let added = 0;
  for (let at = 0; at < rows.length; at += 500) {
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto('case_observation')
      .values(rows.slice(at, at + 500))
      .onConflict((known) => known.doNothing())
      .executeTakeFirst();
    added += Number(numInsertedOrUpdatedRows);
  }
  return added;
}

export async function listObservations(
  tx: Db,
  caseId: string,
  wanted: Omit<ObservationSearch, 'search' | 'language'> & { ids?: readonly string[] | undefined },
): Promise<ObservationRow[]> {
  const { order, after, limit, ids } = wanted;
  const direction = order === 'newest' ? 'desc' : 'asc';
  let query = observations(tx)
    .where(fits(caseId, wanted))
    .orderBy('o.from', direction)
    .orderBy('o.id', direction)
    .limit(limit);
  if (ids) query = query.where('o.id', 'in', [...ids]);
  const cursor = readCursor(after);
  if (cursor) {
    const than = sql.raw(order === 'newest' ? '<' : '>');
    query = query.where(
      sql<boolean>`(o."from", o.id) ${than} (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`,
    );
  }
  return query.execute();
}

export async function countObservations(tx: Db, caseId: string): Promise<Record<ObservationState, number>> {
  const rows = await tx
    .selectFrom('case_observation')
    .select(['state', sql<number>`count(*)::int`.as('count')])
    .where('case_id', '=', caseId)
    .groupBy('state')
    .execute();
  const counts = { suggested: 0, accepted: 0, rejected: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** How many observations of a state show each technique, the most frequent first. */
export async function countTechniques(
  tx: Db,
  caseId: string,
  state: ObservationState | undefined,
): Promise<{ technique: string; count: number }[]> {
  const { rows } = await sql<{ technique: string; count: number }>`
    select technique, count(*)::int as count from case_observation o, unnest(o.techniques) as technique
    where o.case_id = ${caseId} and (${state ?? null}::text is null or o.state = ${state ?? null})
    group by technique order by count desc, technique`.execute(tx);
  return rows;
}

export async function devicesTold(tx: Db, caseId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ asset: string; count: number }>`
    select asset, count(*)::int as count from case_observation o, unnest(o.assets) as asset
    where o.case_id = ${caseId} and o.state = 'accepted'
    group by asset order by count desc, asset limit ${MOST_TOLD}`.execute(tx);
  return new Map(rows.map(({ asset, count }) => [asset, count]));
}

/** Until the transaction ends nobody else changes it. */
export async function lockObservation(tx: Db, caseId: string, id: string): Promise<void> {
  await sql`select from case_observation where case_id = ${caseId} and id = ${id} for no key update`.execute(
    tx,
  );
}

export async function findObservation(
  tx: Db,
  caseId: string,
  id: string,
): Promise<ObservationRow | undefined> {
  return observations(tx).where('o.case_id', '=', caseId).where('o.id', '=', id).executeTakeFirst();
}

/** Decides on these, or on all that fit and one more than were counted, so that whoever counted can tell. */
export async function decideObservations(
  tx: Db,
  caseId: string,
  which: { readonly ids: readonly string[] } | { readonly filter: Filter; readonly count: number },
  state: ObservationState,
  { decision, person, name }: { decision: string; person: string; name: string },
): Promise<string[]> {
  const decided =
    state === 'suggested'
      ? { decided_by: null, decided_name: null, decided_at: null }
      : { decided_by: person, decided_name: name, decided_at: new Date() };
  // Asked first: of a table that grew a moment ago the planner knows nothing, and would compare each row with each.
  const ids = 'ids' in which ? [...which.ids] : await idsFitting(tx, caseId, which.filter, which.count + 1);
  const rows = await tx
    .updateTable('case_observation')
    .set({
      state,
      ...decided,
      decision_id: decision,
      state_before: sql<ObservationState>`state`,
      prior_by: sql<string | null>`decided_by`,
      prior_name: sql<string | null>`decided_name`,
      prior_at: sql<Date | null>`decided_at`,
      prior_decision: sql<string | null>`decision_id`,
      prior_state: sql<ObservationState | null>`state_before`,
    })
    .where('case_id', '=', caseId)
    .where('state', '!=', state)
    // Asked of the row itself, too: what somebody else decided while this one waited does not fit any more.
    .$if('filter' in which && which.filter.state !== undefined, (query) =>
      query.where('state', '=', (which as { filter: Filter }).filter.state!),
    )
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

async function idsFitting(tx: Db, caseId: string, filter: Filter, most: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('case_observation as o')
    .select('o.id')
    .where(fits(caseId, filter))
    .limit(most)
    .execute();
  return rows.map(({ id }) => id);
}

/** Puts back what one decision changed and nobody decided on since: as it stood, and whose decision that was. */
export async function undoDecision(tx: Db, caseId: string, decision: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update case_observation set state = state_before, decision_id = prior_decision, state_before = prior_state,
      decided_by = prior_by, decided_name = prior_name, decided_at = prior_at,
      prior_by = null, prior_name = null, prior_at = null, prior_decision = null, prior_state = null
    where case_id = ${caseId} and decision_id = ${decision}
    returning id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Those of these that said otherwise before. */
export async function classifyObservations(
  tx: Db,
  caseId: string,
  ids: readonly string[],
  technique: string,
  shows: boolean,
): Promise<{ id: string; techniques: string[] }[]> {
  const change = shows ? sql.raw('array_append') : sql.raw('array_remove');
  return tx
    .updateTable('case_observation')
    .set({ techniques: sql<string[]>`${change}(techniques, ${technique}::text)` })
    .where('case_id', '=', caseId)
    .where('id', 'in', ids)
    .where(sql<boolean>`(${technique}::text = any (techniques)) <> ${shows}`)
    .returning(['id', 'techniques'])
    .execute();
}

export async function countFitting(tx: Db, caseId: string, filter: Filter): Promise<number> {
  const { count } = await tx
    .selectFrom('case_observation as o')
    .select(sql<number>`count(*)::int`.as('count'))
    .where(fits(caseId, filter))
    .executeTakeFirstOrThrow();
  return count;
}

export async function markObservation(
  tx: Db,
  id: string,
  marks: { techniques?: string[]; assets?: string[]; confidence?: CaseObservation['confidence'] },
): Promise<void> {
  if (Object.keys(marks).length > 0)
    await tx.updateTable('case_observation').set(marks).where('id', '=', id).execute();
}

/** Puts all that a source told where its clock, put right by so many seconds, says. */
export async function moveTimes(tx: Db, caseId: string, evidence: string, offset: number): Promise<number> {
  const by = sql`make_interval(secs => ${offset})`;
  const { numUpdatedRows } = await tx
    .updateTable('case_observation')
    .set({ from: sql<Date>`said_from + ${by}`, to: sql<Date>`said_to + ${by}` })
    .where('case_id', '=', caseId)
    .where('evidence_id', '=', evidence)
    .where(sql<boolean>`isfinite(said_from)`)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** False when it was written before. */
export async function insertHypothesis(tx: Db, row: Insertable<HypothesisTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('case_hypothesis')
    .values(row)
    .onConflict((already) => already.column('id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

export async function listHypotheses(tx: Db, caseId: string, most: number): Promise<HypothesisRow[]> {
  return tx
    .selectFrom('case_hypothesis')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(most)
    .execute();
}

export async function judgeHypothesis(
  tx: Db,
  caseId: string,
  id: string,
  state: HypothesisState,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('case_hypothesis')
    .set({ state })
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function hasHypothesis(tx: Db, caseId: string, id: string): Promise<boolean> {
  return Boolean(
    await tx
      .selectFrom('case_hypothesis')
      .select('id')
      .where('case_id', '=', caseId)
      .where('id', '=', id)
      .executeTakeFirst(),
  );
}

export async function listArguments(tx: Db, caseId: string): Promise<ArgumentRow[]> {
  return observations(tx)
    .innerJoin('case_argument as a', 'a.observation_id', 'o.id')
    .select(['a.hypothesis_id', 'a.weighs', 'a.withdrawn_name', 'a.withdrawn_at', 'a.withdrawn_why'])
    .select(['a.again_name', 'a.again_at'])
    .where('a.case_id', '=', caseId)
    .orderBy('o.from')
    .orderBy('o.id')
    .execute();
}

const counts = sql<boolean>`(case_argument.withdrawn_at is null or case_argument.again_at is not null)`;

/** Of one that was withdrawn, this says that it counts again; why it was withdrawn stays. */
export async function weigh(
  tx: Db,
  argument: { case_id: string; hypothesis_id: string; observation_id: string; weighs: 'for' | 'against' },
  by: { person: string; name: string },
): Promise<void> {
  const { weighs } = argument;
  await tx
    .insertInto('case_argument')
    .values(argument)
    .onConflict((known) =>
      known.columns(['hypothesis_id', 'observation_id']).doUpdateSet({
        weighs,
        again_by: sql`case when ${counts} then case_argument.again_by else ${by.person} end`,
        again_name: sql`case when ${counts} then case_argument.again_name else ${by.name} end`,
        again_at: sql`case when ${counts} then case_argument.again_at else clock_timestamp() end`,
      }),
    )
    .execute();
}

/** Is there an argument that still counted? */
export async function withdrawArgument(
  tx: Db,
  hypothesis: string,
  observation: string,
  by: { person: string; name: string; why: Buffer },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('case_argument')
    .set({
      withdrawn_by: by.person,
      withdrawn_name: by.name,
      withdrawn_at: sql<Date>`clock_timestamp()`,
      withdrawn_why: by.why,
      again_by: null,
      again_name: null,
      again_at: null,
    })
    .where('hypothesis_id', '=', hypothesis)
    .where('observation_id', '=', observation)
    .where(counts)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Of `case_observation as o`. */
function fits(caseId: string, { state, kind, evidence, run, technique }: Filter) {
  const parts = [sql`o.case_id = ${caseId}`];
  if (state) parts.push(sql`o.state = ${state}`);
  if (kind) parts.push(sql`o.kind = ${kind}`);
  if (evidence) parts.push(sql`o.evidence_id = ${evidence}`);
  if (run) parts.push(sql`o.run_id = ${run}`);
  if (technique) parts.push(sql`o.techniques @> array[${technique}]`);
  return sql<boolean>`(${sql.join(parts, sql` and `)})`;
}

function observations(tx: Db) {
  const known = (column: 'from' | 'to') => sql<Date | null>`nullif(${sql.ref(`o.${column}`)}, 'infinity')`;
  return tx
    .selectFrom('case_observation as o')
    .select([
      'o.id',
      'o.case_id',
      'o.run_id',
      'o.evidence_id',
      'o.kind',
      'o.state',
      'o.revision',
      'o.precision',
      'o.sealed',
      'o.origin',
      'o.techniques',
      'o.assets',
      'o.confidence',
      'o.count',
      'o.person_id',
      'o.person_name',
      'o.added_as',
      'o.decided_by',
      'o.decided_name',
      'o.decided_at',
      'o.created_at',
      known('from').as('from'),
      known('to').as('to'),
      sql<string>`o."from"::text`.as('place'),
    ]);
}
