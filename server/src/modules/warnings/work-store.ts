import { type MatchState, openMatchStates, type Remediation, type Remedy } from '@busbar/contract';
import { type Generated, sql } from 'kysely';

import { insertMany, storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import type { MatchRow } from './warning-store.ts';

declare module '../../platform/database.ts' {
  interface Tables {
    match_measure: {
      owner_id: string;
      match_id: string;
      key: string;
      kind: Remedy['kind'];
      text: string;
      chosen_by: string | null;
      chosen_at: Generated<Date>;
      done_by: string | null;
      done_at: Date | null;
    };
  }
}

/** What people may change of a warning, as it stood before they did. */
export interface Before {
  readonly state: MatchState;
  readonly reason: string | null;
  readonly until: string | null;
  readonly due: string | null;
  readonly assignee: string | null;
  readonly second: string | null;
  /** Nothing where measures were left alone. */
  readonly measures: readonly Chosen[] | null;
  /** To the microsecond: what was told of it is known by that. Added as the step is written down. */
  readonly since?: string;
}

export interface Chosen {
  readonly key: string;
  readonly kind: Remedy['kind'];
  readonly text: string;
  readonly chosen_by: string | null;
  readonly chosen_at: Date | string;
  readonly done_by: string | null;
  readonly done_at: Date | string | null;
}

export type MeasureRow = Awaited<ReturnType<typeof measuresOf>>[number];

export const beforeOf = (row: MatchRow, measures: readonly Chosen[] | null = null): Before => ({
  state: row.state,
  reason: row.state_reason,
  until: row.accepted_until,
  due: row.due,
  assignee: row.assignee_id,
  second: row.second_contact_id,
  measures,
});

export async function measuresOf(tx: Db, match: string) {
  return tx
    .selectFrom('match_measure as m')
    .leftJoin('person as c', 'c.id', 'm.chosen_by')
    .leftJoin('person as d', 'd.id', 'm.done_by')
    .select(['m.key', 'm.kind', 'm.text', 'm.chosen_at', 'm.done_at', 'c.name as chooser', 'd.name as doer'])
    .where('m.match_id', '=', match)
    .orderBy('m.chosen_at')
    .orderBy('m.key')
    .execute();
}

export async function chosenFor(tx: Db, matches: readonly string[]): Promise<Map<string, Chosen[]>> {
  const rows = await tx
    .selectFrom('match_measure')
    .selectAll()
    .where('match_id', '=', sql<string>`any (${[...matches]}::uuid[])`)
    .orderBy('key')
    .execute();
  const found = new Map<string, Chosen[]>();
  for (const { match_id, owner_id: _owner, ...row } of rows)
    found.set(match_id, [...(found.get(match_id) ?? []), row]);
  return found;
}

/** In the place of all that was chosen before. */
export async function setMeasures(
  tx: Db,
  owner: string,
  measures: ReadonlyMap<string, readonly Chosen[]>,
): Promise<void> {
  await tx
    .deleteFrom('match_measure')
    .where('match_id', '=', sql<string>`any (${[...measures.keys()]}::uuid[])`)
    .execute();
  await insertMany(
    tx,
    'match_measure',
    Array.from(measures, ([match_id, chosen]) =>
      chosen.map((one) => ({ owner_id: owner, match_id, ...one })),
    ).flat(),
  );
}

/** Gives back the words of the measure, or nothing where it was not chosen. */
export async function tickMeasure(
  tx: Db,
  match: string,
  key: string,
  person: string | null,
): Promise<string | undefined> {
  const row = await tx
    .updateTable('match_measure')
    .set({ done_by: person, done_at: person === null ? null : new Date() })
    .where('match_id', '=', match)
    .where('key', '=', key)
    .returning('text')
    .executeTakeFirst();
  return row?.text;
}

export async function setPlans(
  tx: Db,
  plans: readonly {
    readonly id: string;
    readonly due: string | null;
    readonly assignee: string | null;
    readonly second: string | null;
    readonly since?: string | undefined;
  }[],
): Promise<void> {
  if (plans.length === 0) return;
  await sql`update match m set due = n.due, assignee_id = n.assignee, second_contact_id = n.second, since = coalesce(n.since, m.since)
    from jsonb_to_recordset(${storable(plans)}::jsonb) as n (id uuid, due date, assignee uuid, second uuid, since timestamptz)
    where m.id = n.id`.execute(tx);
}

/** What is said of some vulnerabilities of warnings; null takes back what was said. */
export async function setRemediation(
  tx: Db,
  matches: readonly string[],
  names: readonly string[],
  remediation: Remediation | null,
): Promise<void> {
  const said = remediation === null ? {} : Object.fromEntries(names.map((name) => [name, remediation]));
  await sql`update match set remediation = (remediation - ${[...names]}::text[]) || ${storable(said)}::jsonb
    where id = any (${[...matches]}::uuid[])`.execute(tx);
}

/** The same devices with the same warning, which nobody has decided on yet. */
export async function equalOf(tx: Db, matches: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct e.id from match m join match e on e.advisory_id = m.advisory_id and e.identity = m.identity
    where m.id = any (${[...matches]}::uuid[]) and e.state in ('new', 'confirmed')`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Whether there are some among these of which nothing is to be done. */
export async function someClosed(tx: Db, matches: readonly string[]): Promise<boolean> {
  const row = await tx
    .selectFrom('match')
    .select('id')
    .where('id', '=', sql<string>`any (${[...matches]}::uuid[])`)
    .where('state', 'not in', openMatchStates)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The same devices with the same warning, where it is in the same state. */
export async function alikeOf(tx: Db, matches: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct e.id from match m join match e on e.advisory_id = m.advisory_id and e.identity = m.identity
      and e.state = m.state where m.id = any (${[...matches]}::uuid[])`.execute(tx);
  return rows.map(({ id }) => id);
}

/** What a click of this person in the last hour changed, where nobody has gone on from it since. */
export async function undoable(
  tx: Db,
  move: string,
  person: string,
): Promise<{ id: string; before: Before }[]> {
  const { rows } = await sql<{ id: string; before: Before }>`
    select s.match_id as id, s.before from match_step s
    where s.owner_id = actor_organisation() and s.move_id = ${move} and s.person_id = ${person}
      and s.at > now() - interval '1 hour' and s.before is not null
      and not exists (select from match_step l where l.match_id = s.match_id and l.id > s.id and l.what <> 'decision')`.execute(
    tx,
  );
  return rows;
}

/** Accepted until a day that is over today. */
export async function lapsed(tx: Db, today: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from match where owner_id = actor_organisation() and state = 'riskAccepted' and accepted_until < ${today}::date
    for update`.execute(tx);
  return rows.map(({ id }) => id);
}
