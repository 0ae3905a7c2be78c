import type { MatchState } from '@busbar/contract';
import { sql } from 'kysely';

import { storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import type { StepKind } from './warning-store.ts';
import type { Marks } from './vulnerability-answers.ts';

// What two devices that a person says are one do to their warnings, and how it is taken back.

/** What people have said of a warning. Times to the microsecond: by them it is known again. */
export interface Said {
  readonly id: string;
  readonly asset: string;
  readonly state: MatchState;
  readonly reason: string | null;
  readonly until: string | null;
  readonly due: string | null;
  readonly assignee: string | null;
  readonly second: string | null;
  readonly since: string;
  readonly marks: Marks;
  readonly measures: Readonly<Record<string, Measure>>;
}
interface Measure {
  readonly chosen: string;
  readonly done: string | null;
}

/** What was given to a warning of which nothing of the kind had been said. */
interface Given {
  readonly id: string;
  /** The last step that was written by then. */
  readonly step: number;
  readonly state: boolean;
  readonly due: string | null;
  readonly assignee: string | null;
  readonly second: string | null;
  readonly marks: Marks;
  readonly measures: Readonly<Record<string, Measure>>;
  /** Measures that had been chosen before, and are done by this. */
  readonly done: Readonly<Record<string, string>>;
}

/** What a merge did to the warnings of both devices. Kept as JSON with the merge. */
export interface MergedWarnings {
  readonly given: readonly Given[];
  /** Those that it ended, as they were. */
  readonly ended: readonly (Pick<Said, 'id' | 'state' | 'reason' | 'until' | 'since'> & {
    readonly step: number;
  })[];
}

export async function saidOf(tx: Db, assets: readonly string[]): Promise<Map<string, Said>> {
  const { rows } = await sql<Said>`
    select m.id, m.asset_id as asset, m.state, m.state_reason as reason, m.accepted_until::text as until, m.due::text as due,
      m.assignee_id as assignee, m.second_contact_id as second, to_jsonb(m.since) as since, m.remediation as marks,
      coalesce((select jsonb_object_agg(c.key, jsonb_build_object('chosen', c.chosen_at, 'done', c.done_at))
        from match_measure c where c.match_id = m.id), '{}') as measures
    from match m where m.asset_id = any (${[...assets]}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * What is planned for warnings of one device is planned for those of another, as far as nothing was planned there. Measures
 * of both are measures, and done where they were done at one: it is the same device.
 */
export async function carryPlans(tx: Db, from: string, to: string): Promise<void> {
  await sql`insert into match_measure as k (owner_id, match_id, key, kind, text, chosen_by, chosen_at, done_by, done_at)
    select c.owner_id, m.id, c.key, c.kind, c.text, c.chosen_by, c.chosen_at, c.done_by, c.done_at
    from match p join match_measure c on c.match_id = p.id join match m on m.advisory_id = p.advisory_id
    where m.asset_id = ${to} and p.asset_id = ${from}
    on conflict (match_id, key) do update set done_by = excluded.done_by, done_at = excluded.done_at where k.done_at is null`.execute(
    tx,
  );
  await sql`update match m set due = coalesce(m.due, p.due), assignee_id = coalesce(m.assignee_id, p.assignee_id),
      second_contact_id = coalesce(m.second_contact_id, p.second_contact_id), remediation = p.remediation || m.remediation
    from match p where m.asset_id = ${to} and p.asset_id = ${from} and p.advisory_id = m.advisory_id
      and (num_nonnulls(p.due, p.assignee_id, p.second_contact_id) > 0 or p.remediation <> '{}')`.execute(tx);
}

/** What this warning has now and had not before; nothing where that is nothing. */
export function givenTo(before: Said, now: Said, step: number): Given | undefined {
  const fresh = <Value>(of: Readonly<Record<string, Value>>, had: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(of).filter(([key]) => !(key in had)));
  const given: Given = {
    id: now.id,
    step,
    state: now.state !== before.state,
    due: before.due === null ? now.due : null,
    assignee: before.assignee === null ? now.assignee : null,
    second: before.second === null ? now.second : null,
    marks: fresh(now.marks, before.marks),
    measures: fresh(now.measures, before.measures),
    done: Object.fromEntries(
      Object.entries(now.measures).flatMap(([key, { done }]) =>
        done !== null && before.measures[key]?.done === null ? [[key, done]] : [],
      ),
    ),
  };
  const { id: _id, step: _step, ...parts } = given;
  const isSome = (part: unknown) =>
    typeof part === 'object' && part !== null ? Object.keys(part).length > 0 : Boolean(part);
  return Object.values(parts).some(isSome) ? given : undefined;
}

/** Of what one merge gave at two times. */
export function givenTogether(earlier: readonly Given[], later: readonly Given[]): Given[] {
  const all = new Map(earlier.map((one) => [one.id, one]));
  for (const now of later) {
    const before = all.get(now.id);
    all.set(
      now.id,
      before
        ? {
            ...now,
            state: before.state || now.state,
            due: now.due ?? before.due,
            assignee: now.assignee ?? before.assignee,
            second: now.second ?? before.second,
            marks: { ...before.marks, ...now.marks },
            measures: { ...before.measures, ...now.measures },
            done: { ...before.done, ...now.done },
          }
        : now,
    );
  }
  return [...all.values()];
}

export async function lastStepOf(tx: Db, assets: readonly string[]): Promise<number> {
  const { rows } = await sql<{ last: number }>`select coalesce(max(s.id), 0) as last
    from match m join match_step s on s.match_id = m.id where m.asset_id = any (${[...assets]}::uuid[])`.execute(
    tx,
  );
  return rows[0]!.last;
}

/**
 * What kinds of things people have said of warnings after a step. What they took back was not said, and that two devices
 * are one, or are two again, says nothing of a warning: both are clicks with a step that has nothing to go back to.
 */
async function saidSince(
  tx: Db,
  after: readonly { readonly id: string; readonly step: number }[],
): Promise<Map<string, Set<StepKind>>> {
  const { rows } = await sql<{ id: string; what: StepKind }>`
    select distinct s.match_id as id, s.what
    from jsonb_to_recordset(${storable(after.map(({ id, step }) => ({ id, step })))}::jsonb) as n (id uuid, step bigint)
      join match_step s on s.match_id = n.id and s.id > n.step
    where s.person_id is not null and s.what <> 'decision'
      and not exists (select from match_step b
        where b.match_id = s.match_id and b.move_id = s.move_id and b.before is null)`.execute(tx);
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, steps]) => [id, new Set(steps.map(({ what }) => what))]),
  );
}

/**
 * Takes from warnings what a merge gave to them, as far as nobody has gone on from it since, and has those that it ended
 * as they were. Gives back which of them have another state by that, and which another plan.
 */
export async function takeBack(
  tx: Db,
  { given, ended }: MergedWarnings,
): Promise<{ opened: string[]; unplanned: string[]; revived: string[] }> {
  const since = await saidSince(tx, [...given, ...ended]);
  const isPlanned = (id: string) => since.get(id)?.has('plan') ?? false;
  const isMoved = (id: string) => isPlanned(id) || (since.get(id)?.has('state') ?? false);
  const taken = given.map((one) =>
    Object.assign(
      { ...one, state: one.state && !isMoved(one.id) },
      isPlanned(one.id) && { due: null, assignee: null, second: null, measures: {} },
    ),
  );
  const { rows: changed } = await sql<{ id: string }>`
    update match m set
      state = case when n.state and m.state <> 'ended' then 'new' else m.state end,
      state_before = case when n.state and m.state = 'ended' then 'new' else m.state_before end,
      state_reason = case when n.state then null else m.state_reason end,
      accepted_until = case when n.state then null else m.accepted_until end,
      due = case when m.due = n.due then null else m.due end,
      assignee_id = case when m.assignee_id = n.assignee then null else m.assignee_id end,
      second_contact_id = case when m.second_contact_id = n.second then null else m.second_contact_id end,
      remediation = m.remediation - array(select key from jsonb_each(n.marks) where m.remediation -> key = value)
    from jsonb_to_recordset(${storable(taken)}::jsonb)
      as n (id uuid, state boolean, due date, assignee uuid, second uuid, marks jsonb)
    where m.id = n.id returning m.id`.execute(tx);
  const flat = (of: (one: (typeof taken)[number]) => readonly (readonly [string, object])[]) =>
    storable(taken.flatMap((one) => of(one).map(([key, rest]) => ({ id: one.id, key, ...rest }))));
  await sql`delete from match_measure c
    using jsonb_to_recordset(${flat(({ measures }) => Object.entries(measures))}::jsonb)
      as n (id uuid, key text, chosen timestamptz, done timestamptz)
    where c.match_id = n.id and c.key = n.key and c.chosen_at = n.chosen and c.done_at is not distinct from n.done`.execute(
    tx,
  );
  await sql`update match_measure c set done_by = null, done_at = null
    from jsonb_to_recordset(${flat(({ done }) => Object.entries(done).map(([key, at]) => [key, { at }]))}::jsonb)
      as n (id uuid, key text, at timestamptz)
    where c.match_id = n.id and c.key = n.key and c.done_at = n.at`.execute(tx);

  // What ended knows itself what it was, as far as other merges have not been taken back since.
  const { rows: revived } = await sql<{ id: string }>`
    update match m set state = case m.state when 'ended' then coalesce(m.state_before, n.state) else n.state end,
      state_reason = case m.state when 'ended' then m.state_reason else n.reason end,
      accepted_until = case m.state when 'ended' then m.accepted_until else n.until end,
      state_before = null, since = n.since
    from jsonb_to_recordset(${storable(ended.filter(({ id }) => !isMoved(id)))}::jsonb)
      as n (id uuid, state text, reason text, until date, since timestamptz)
    where m.id = n.id returning m.id`.execute(tx);
  const isOpened = new Set(taken.filter(({ state }) => state).map(({ id }) => id));
  return {
    opened: changed.flatMap(({ id }) => (isOpened.has(id) ? [id] : [])),
    unplanned: changed.flatMap(({ id }) => (isOpened.has(id) ? [] : [id])),
    revived: revived.map(({ id }) => id),
  };
}
