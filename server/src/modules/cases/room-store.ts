import type { GuestRole, GuestState, Language, Participation, Resemblance } from '@busbar/contract';
import { type Generated, type Insertable, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { Feature } from './features.ts';

// Who is in the room of a case, what is said with whom, what was read, and what resembles it.

type AboutCase = Participation['about'];

interface ParticipantTable {
  id: string;
  case_id: string;
  ref: string;
  role: GuestRole;
  sealed: Buffer;
  email: string | null;
  language: Language;
  person_id: Generated<string | null>;
  organisation_id: Generated<string | null>;
  state: GuestState;
  terms: string;
  about: JSONColumnType<AboutCase, string, never>;
  invited_by: string;
  inviter_name: string;
  decided_by: Generated<string | null>;
  reason: Generated<Buffer | null>;
  created_at: Generated<Date>;
  answered_at: Generated<Date | null>;
  ended_at: Generated<Date | null>;
}

interface ThreadTable {
  id: string;
  case_id: string;
  sealed: Buffer;
  owner_reads: boolean;
  participants: string[];
  opened_by: string;
  opener_name: string;
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    case_participant: ParticipantTable;
    case_thread: ThreadTable;
    case_seen: { person_id: string; thread: string; case_id: string; until: Date };
    case_feature: { case_id: string; kind: Resemblance; hash: Buffer };
  }
}

export type ParticipantRow = Selectable<ParticipantTable>;

export async function participantsOf(tx: Db, id: string): Promise<ParticipantRow[]> {
  return tx
    .selectFrom('case_participant')
    .selectAll()
    .where('case_id', '=', id)
    .orderBy('created_at')
    .limit(500)
    .execute();
}

/** Held until the transaction ends: two who decide at once do so one after the other. */
export async function findParticipant(tx: Db, id: string): Promise<ParticipantRow | undefined> {
  return tx.selectFrom('case_participant').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function lockParticipant(
  tx: Db,
  id: string,
  caseId?: string,
): Promise<ParticipantRow | undefined> {
  let query = tx.selectFrom('case_participant').selectAll().where('id', '=', id).forUpdate();
  if (caseId) query = query.where('case_id', '=', caseId);
  return query.executeTakeFirst();
}

/** Those that the actor accepted, as whom he acts; or the one in this case. */
export async function participationsOf(
  tx: Db,
  person: string | null,
  caseId?: string,
): Promise<ParticipantRow[]> {
  let query = tx
    .selectFrom('case_participant')
    .selectAll()
    .where('person_id', '=', person)
    .where('state', '=', 'accepted')
    .orderBy('created_at', 'desc')
    .limit(200);
  if (caseId) query = query.where('case_id', '=', caseId);
  return query.execute();
}

/** Nothing when somebody with this address is invited already. */
export async function insertParticipant(
  tx: Db,
  row: Insertable<ParticipantTable>,
): Promise<ParticipantRow | undefined> {
  return tx
    .insertInto('case_participant')
    .values(row)
    .onConflict((already) => already.doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** A guest who leaves sees himself no more; so nothing is read back. */
export async function updateParticipant(
  tx: Db,
  id: string,
  changes: Partial<
    Pick<
      ParticipantRow,
      'state' | 'person_id' | 'organisation_id' | 'decided_by' | 'reason' | 'answered_at' | 'ended_at'
    >
  >,
): Promise<void> {
  await tx.updateTable('case_participant').set(changes).where('id', '=', id).execute();
}

/** Has the database count anew who is a guest of the case. As the program. */
export async function countGuests(tx: Db, id: string): Promise<void> {
  await tx
    .updateTable('case')
    .set({ guests: sql<string[]>`guests` })
    .where('id', '=', id)
    .execute();
}

/** False when it was opened before. */
export async function insertThread(tx: Db, row: Insertable<ThreadTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('case_thread')
    .values(row)
    .onConflict((already) => already.column('id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

export async function findThread(tx: Db, caseId: string, id: string): Promise<{ id: string } | undefined> {
  return tx
    .selectFrom('case_thread')
    .select('id')
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** `readers`: those who accepted, as far as the actor may know of them. */
export type ThreadRow = Selectable<ThreadTable> & {
  readers: string[];
  newest: Date | null;
  unread: number;
};

export async function threadsOf(tx: Db, id: string, person: string | null): Promise<ThreadRow[]> {
  const { rows } = await sql<ThreadRow>`
    select t.*, array(select p.id from case_participant p where p.id = any (t.participants) and p.state = 'accepted')
        as readers,
      (select max(m.at) from case_message m where m.thread_id = t.id) as newest,
      (select count(*)::int from case_message m where m.thread_id = t.id
        and m.at > coalesce(s.until, '-infinity') and m.person_id is distinct from ${person}::uuid) as unread
    from case_thread t left join case_seen s on s.thread = t.id and s.person_id = ${person}::uuid
    where t.case_id = ${id} order by t.at limit 200`.execute(tx);
  return rows;
}

export async function seenUntil(tx: Db, person: string | null, thread: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('case_seen')
    .select('until')
    .where('person_id', '=', person)
    .where('thread', '=', thread)
    .executeTakeFirst();
  return row?.until ?? null;
}

/** Never back: another tab may know more. */
export async function setSeen(
  tx: Db,
  row: { person_id: string; thread: string; case_id: string; until: Date },
): Promise<void> {
  await tx
    .insertInto('case_seen')
    .values(row)
    .onConflict((already) =>
      already
        .columns(['person_id', 'thread'])
        .doUpdateSet({ until: sql<Date>`greatest(case_seen.until, excluded.until)` }),
    )
    .execute();
}

/**
 * Of what the actor may read: who sees nothing of a change learns nothing of it here, either. To people for
 * whom the case opens, its beats tell most of it; a guest reads what is said with him, and files that are his or shared.
 */
export async function pulseOf(tx: Db, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ pulse: string }>`
    select md5(concat_ws(' ', c.since, c.state, c.main_state,
      (select m.at from case_message m where m.case_id = c.id order by m.at desc limit 1),
      (select concat_ws(' ', count(*), max(p.created_at), max(p.answered_at), max(p.ended_at), string_agg(p.state, '' order by p.id))
        from case_participant p where p.case_id = c.id),
      (select count(*) from case_thread t where t.case_id = c.id),
      case when opens(c) and actor_person() is not null then (select concat_ws(' ', string_agg(b.id::text, ' ' order by b.id),
          (select count(*) from "case" d where d.duplicate_of = c.id)) from case_beat b where b.case_id = c.id)
        else (select string_agg(concat_ws(' ', e.id, e.handling, e.type, e.is_shared), ' ' order by e.id)
          from case_evidence e where e.case_id = c.id) end)) as pulse
    from "case" c where c.id = ${id}`.execute(tx);
  return rows[0]?.pulse;
}

export async function addFeatures(tx: Db, id: string, features: readonly Feature[]): Promise<void> {
  if (features.length === 0) return;
  await tx
    .insertInto('case_feature')
    .values(features.map((feature) => ({ ...feature, case_id: id })))
    .onConflict((already) => already.doNothing())
    .execute();
}

/** What so many cases have says nothing of any two of them. */
const TOO_COMMON = 20;

/** How often each other case shares what with this one. As the program. */
export async function resembling(
  tx: Db,
  id: string,
): Promise<{ id: string; kind: Resemblance; count: number }[]> {
  const { rows } = await sql<{ id: string; kind: Resemblance; count: number }>`
    select f.case_id as id, f.kind, count(*)::int as count
    from case_feature mine join case_feature f on f.hash = mine.hash and f.case_id <> mine.case_id
    where mine.case_id = ${id}
      and (select count(*) from (select from case_feature o where o.hash = mine.hash limit ${TOO_COMMON + 1}) as held) <= ${TOO_COMMON}
    group by f.case_id, f.kind`.execute(tx);
  return rows;
}

export async function peopleNamed(
  tx: Db,
  ids: readonly string[],
): Promise<{ person: string; name: string }[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('person')
    .select(['id as person', 'name'])
    .where('id', 'in', [...ids])
    .orderBy('name')
    .execute();
}

/** Analysts and leads of the organisation that the actor acts for. */
export async function staffOf(tx: Db, organisation: string | null) {
  return tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select(['p.id as person', 'p.name'])
    .where('m.organisation_id', '=', organisation)
    .where('m.until', 'is', null)
    .where(sql<boolean>`m.roles && array['ANA', 'LEAD']::role_code[]`)
    .orderBy('p.name')
    .limit(500)
    .execute();
}
