import type { ClockEvent, Language, Law, NoticeHow } from '@busbar/contract';
import {
  type Generated,
  type Insertable,
  type JSONColumnType,
  type Selectable,
  sql,
  type Updateable,
} from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor, wordsOf } from '../../platform/search.ts';
import { unless } from '../../platform/unless.ts';
import type { Calendar } from './calendar.ts';

interface AuthorityTable {
  id: Generated<string>;
  name: string;
  laws: string[];
  organisation_id: string | null;
  mail: string | null;
  public_key: string | null;
  page: string | null;
  phone: string | null;
  removed_at: Generated<Date | null>;
  created_at: Generated<Date>;
}

interface ClockTable {
  id: string;
  case_id: string;
  law: string;
  version: number;
  sha256: string;
  content: JSONColumnType<{ law: Law; calendar: Calendar }, string, never>;
  zone: string;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
  stopped_at: Generated<Date | null>;
  stop_reason: Buffer | null;
}

interface ClockEventTable {
  id: Generated<number>;
  case_id: string;
  clock_id: string;
  event: ClockEvent;
  at: Date;
  person_id: string;
  person_name: string;
  recorded_at: Generated<Date>;
}

interface DeadlineTable {
  id: Generated<string>;
  case_id: string;
  clock_id: string;
  law: string;
  stage: string;
  zone: string;
  from_what: string;
  from_at: Date | null;
  assumed: boolean;
  due_at: Date | null;
  last_day: string | null;
  notice_id: string | null;
  ended_at: Date | null;
  tells: string[];
  remind_at: Date | null;
  reminded: Generated<number>;
}

interface NoticeTable {
  id: string;
  case_id: string;
  clock_id: string;
  stage: string;
  language: Language;
  sealed: Buffer;
  state: Generated<'draft' | 'sent'>;
  letter: Buffer | null;
  sha256: string | null;
  how: NoticeHow | null;
  authority_id: string | null;
  addressee: Buffer | null;
  sent_at: Date | null;
  sent_by: string | null;
  sent_name: string | null;
  revision: Generated<number>;
  changed_name: Generated<string | null>;
  created_at: Generated<Date>;
}

interface ReceivedTable {
  id: string;
  owner_id: string;
  from_name: string;
  reference: string;
  law: string;
  stage: string;
  title: string;
  letter: string;
  sha256: string;
  received_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    authority: AuthorityTable;
    case_clock: ClockTable;
    case_clock_event: ClockEventTable;
    case_deadline: DeadlineTable;
    case_notice: NoticeTable;
    received_notice: ReceivedTable;
  }
}

export type AuthorityRow = Selectable<AuthorityTable>;
export type ClockRow = Selectable<ClockTable>;
export type ClockEventRow = Selectable<ClockEventTable>;
export type DeadlineRow = Selectable<DeadlineTable>;
export type NoticeRow = Selectable<NoticeTable>;
export type ReceivedRow = Selectable<ReceivedTable>;

/** Undefined when this law's clock runs already. */
export async function insertClock(tx: Db, row: Insertable<ClockTable>): Promise<ClockRow | undefined> {
  return tx
    .insertInto('case_clock')
    .values(row)
    .onConflict((already) => already.columns(['case_id', 'law']).where('stopped_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function clocksOf(tx: Db, caseId: string): Promise<ClockRow[]> {
  return tx.selectFrom('case_clock').selectAll().where('case_id', '=', caseId).orderBy('at').execute();
}

/** Held until the transaction ends: its deadlines are counted by one after the other. */
export async function lockClock(tx: Db, caseId: string, id: string): Promise<ClockRow | undefined> {
  return tx
    .selectFrom('case_clock')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function stopClock(tx: Db, id: string, reason: Buffer): Promise<void> {
  await tx
    .updateTable('case_clock')
    .set({ stopped_at: sql<Date>`clock_timestamp()`, stop_reason: reason })
    .where('id', '=', id)
    .execute();
  await tx.updateTable('case_deadline').set({ remind_at: null }).where('clock_id', '=', id).execute();
}

/** False where another clock of its law runs in this case. */
export async function resumeClock(tx: Db, id: string): Promise<boolean> {
  const resume = () =>
    tx.updateTable('case_clock').set({ stopped_at: null, stop_reason: null }).where('id', '=', id).execute();
  return (await unless(tx, 'unique', resume)) !== undefined;
}

export async function insertEvent(tx: Db, row: Insertable<ClockEventTable>): Promise<void> {
  await tx.insertInto('case_clock_event').values(row).execute();
}

/** The last word on each event of the clocks of a case. */
export async function eventsOf(tx: Db, caseId: string): Promise<ClockEventRow[]> {
  return tx
    .selectFrom('case_clock_event')
    .selectAll()
    .distinctOn(['clock_id', 'event'])
    .where('case_id', '=', caseId)
    .orderBy('clock_id')
    .orderBy('event')
    .orderBy('id', 'desc')
    .execute();
}

export async function deadlinesOfCase(tx: Db, caseId: string): Promise<DeadlineRow[]> {
  return tx.selectFrom('case_deadline').selectAll().where('case_id', '=', caseId).execute();
}

/** As it was counted now; one that has ended stays as it ended. */
export async function saveDeadline(tx: Db, row: Insertable<DeadlineTable>): Promise<void> {
  const { from_what, from_at, assumed, due_at, last_day, notice_id, ended_at, tells, remind_at } = row;
  const counted = { from_what, from_at, assumed, due_at, last_day, notice_id, ended_at, tells, remind_at };
  await tx
    .insertInto('case_deadline')
    .values(row)
    .onConflict((already) =>
      already
        .columns(['clock_id', 'stage'])
        .doUpdateSet(counted)
        .where('case_deadline.notice_id', 'is', null),
    )
    .execute();
}

/** The next ones of whose coming people are to be told; as the program. */
export async function deadlinesToTell(tx: Db, now: Date): Promise<DeadlineRow[]> {
  return tx
    .selectFrom('case_deadline')
    .selectAll()
    .where('remind_at', '<=', now)
    .orderBy('remind_at')
    .limit(100)
    .execute();
}

export async function setReminder(
  tx: Db,
  { id, remind_at, reminded }: DeadlineRow,
  next: Date | null,
): Promise<void> {
  await tx
    .updateTable('case_deadline')
    .set({ remind_at: next, reminded: reminded + 1 })
    .where('id', '=', id)
    // Counted anew meanwhile: that holds.
    .where('remind_at', '=', remind_at)
    .execute();
}

export async function insertNotice(tx: Db, row: Insertable<NoticeTable>): Promise<void> {
  await tx.insertInto('case_notice').values(row).execute();
}

export async function noticesOf(tx: Db, caseId: string): Promise<NoticeRow[]> {
  return tx
    .selectFrom('case_notice')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('created_at')
    .execute();
}

export async function findNotice(tx: Db, caseId: string, id: string): Promise<NoticeRow | undefined> {
  return tx
    .selectFrom('case_notice')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function noticeById(tx: Db, id: string): Promise<NoticeRow | undefined> {
  return tx.selectFrom('case_notice').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Held until the transaction ends: two who send it at once do so one after the other. */
export async function lockNotice(tx: Db, caseId: string, id: string): Promise<void> {
  await tx
    .selectFrom('case_notice')
    .select('id')
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .forUpdate()
    .execute();
}

export async function sealAddressee(tx: Db, id: string, addressee: Buffer): Promise<void> {
  await tx.updateTable('case_notice').set({ addressee }).where('id', '=', id).execute();
}

export async function updateNotice(tx: Db, id: string, set: Updateable<NoticeTable>): Promise<NoticeRow> {
  return tx.updateTable('case_notice').set(set).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

export async function authorities(tx: Db): Promise<AuthorityRow[]> {
  return tx
    .selectFrom('authority')
    .selectAll()
    .where('removed_at', 'is', null)
    .orderBy('name')
    .limit(500)
    .execute();
}

export async function findAuthority(tx: Db, id: string): Promise<AuthorityRow | undefined> {
  return tx.selectFrom('authority').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function insertAuthority(tx: Db, row: Insertable<AuthorityTable>): Promise<AuthorityRow> {
  return tx.insertInto('authority').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function removeAuthority(tx: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('authority')
    .set({ removed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function insertReceived(tx: Db, row: Insertable<ReceivedTable>): Promise<void> {
  await tx.insertInto('received_notice').values(row).execute();
}

export async function listReceived(
  tx: Db,
  { after, limit, search }: { after?: string | undefined; limit: number; search?: string | undefined },
): Promise<ReceivedRow[]> {
  let query = tx
    .selectFrom('received_notice')
    .selectAll()
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  for (const word of wordsOf(search))
    query = query.where(sql<boolean>`lower(from_name || ' ' || reference || ' ' || title) like ${word}`);
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(sql<boolean>`(received_at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`);
  return query.execute();
}

export async function findReceived(tx: Db, id: string): Promise<ReceivedRow | undefined> {
  return tx.selectFrom('received_notice').selectAll().where('id', '=', id).executeTakeFirst();
}
