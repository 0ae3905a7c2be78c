import type {
  CaseSide,
  CaseState,
  CaseKind,
  HoldState,
  PurgeState,
  RetentionClass,
  RetentionSearch,
  Tombstone,
} from '@busbar/contract';
import { type Generated, type Insertable, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor } from '../../platform/search.ts';

interface RetentionTable {
  case_id: string;
  class: RetentionClass;
  months: number;
  sealed: Buffer | null;
  chosen_by: string | null;
  chooser_name: string | null;
  lesson: boolean | null;
  named: boolean | null;
  answered_by: 'member' | 'reporter' | null;
  answered_at: Date | null;
  ended_on: string | null;
  purge_on: Generated<string | null>;
  announced_at: Date | null;
  purged_at: Date | null;
  tombstone: JSONColumnType<Tombstone | null, string | null, string | null>;
}

interface HoldTable {
  id: string;
  case_id: string;
  side: CaseSide;
  state: HoldState;
  sealed: Buffer;
  asked_by: string;
  asker_name: string;
  asked_at: Generated<Date>;
  decided_by: string | null;
  decider_name: string | null;
  decided_at: Date | null;
  ended_by: string | null;
  ender_name: string | null;
  ended_at: Date | null;
}

interface PurgeTable {
  id: Generated<string>;
  case_id: string;
  side: CaseSide;
  state: PurgeState;
  reason: string;
  asked_by: string;
  asker_name: string;
  asked_at: Generated<Date>;
  decided_by: string | null;
  decided_side: CaseSide | null;
  decider_name: string | null;
  decided_at: Date | null;
  executed_by: string | null;
  executor_name: string | null;
  executed_at: Date | null;
}

declare module '../../platform/database.ts' {
  interface Tables {
    retention_class: { name: RetentionClass; months: number };
    retention_default: { kind: CaseKind; state: CaseState; class: RetentionClass };
    case_retention: RetentionTable;
    case_hold: HoldTable;
    case_purge: PurgeTable;
  }
}

export type RetentionRow = Selectable<RetentionTable>;
export type HoldRow = Selectable<HoldTable>;
export type PurgeRow = Selectable<PurgeTable>;

export async function schedule(tx: Db): Promise<{ class: RetentionClass; months: number }[]> {
  return tx.selectFrom('retention_class').select(['name as class', 'months']).orderBy('months').execute();
}

/** What a case of this kind has when nobody says otherwise; one that goes on is taken for one that will be closed. */
export async function usualClass(tx: Db, kind: CaseKind, state: CaseState): Promise<RetentionClass> {
  const row = await tx
    .selectFrom('retention_default')
    .select('class')
    .where('kind', '=', kind)
    .where('state', 'in', [state, 'closed'])
    .orderBy(sql`state = ${state}`, 'desc')
    .executeTakeFirstOrThrow();
  return row.class;
}

export async function findRetention(tx: Db, caseId: string): Promise<RetentionRow | undefined> {
  return tx.selectFrom('case_retention').selectAll().where('case_id', '=', caseId).executeTakeFirst();
}

/** Of a case that goes on there may be none yet. */
export async function saveRetention(
  tx: Db,
  caseId: string,
  usual: RetentionClass,
  values: Partial<Insertable<RetentionTable>>,
): Promise<void> {
  await sql`insert into case_retention (case_id, class, months)
    select ${caseId}, name, months from retention_class where name = ${usual} on conflict do nothing`.execute(
    tx,
  );
  await tx.updateTable('case_retention').set(values).where('case_id', '=', caseId).execute();
}

export async function insertHold(tx: Db, row: Insertable<HoldTable>): Promise<void> {
  await tx.insertInto('case_hold').values(row).execute();
}

export async function holdsOf(tx: Db, caseIds: readonly string[]): Promise<HoldRow[]> {
  if (caseIds.length === 0) return [];
  return tx
    .selectFrom('case_hold')
    .selectAll()
    .where('case_id', 'in', caseIds)
    .orderBy('asked_at', 'desc')
    .execute();
}

/** False when somebody else was first, or it is not the actor's to move. */
export async function moveHold(
  tx: Db,
  id: string,
  from: HoldState,
  values: Partial<Insertable<HoldTable>>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('case_hold')
    .set(values)
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function insertPurge(tx: Db, row: Insertable<PurgeTable>): Promise<void> {
  await tx.insertInto('case_purge').values(row).execute();
}

export async function purgesOf(tx: Db, caseIds: readonly string[]): Promise<PurgeRow[]> {
  if (caseIds.length === 0) return [];
  return tx
    .selectFrom('case_purge')
    .selectAll()
    .where('case_id', 'in', caseIds)
    .orderBy('asked_at', 'desc')
    .execute();
}

export async function movePurge(
  tx: Db,
  id: string,
  from: PurgeState,
  values: Partial<Insertable<PurgeTable>>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('case_purge')
    .set(values)
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The soonest first; what has no date yet comes last. */
export async function listRetention(
  tx: Db,
  { view, search, after, limit }: RetentionSearch,
): Promise<RetentionRow[]> {
  let query = tx
    .selectFrom('case_retention as r')
    .innerJoin('case as c', 'c.id', 'r.case_id')
    .selectAll('r')
    .orderBy(place)
    .orderBy('r.case_id')
    .limit(limit);
  if (view === 'due')
    query = query
      .where('purged_at', 'is', null)
      .where(sql<boolean>`purge_on <= current_date + ${ANNOUNCED}::int`);
  if (view === 'held')
    query = query.where(
      sql<boolean>`exists (select from case_hold h where h.case_id = r.case_id and h.state in ('proposed', 'placed'))`,
    );
  if (view === 'asked')
    query = query.where(
      sql<boolean>`exists (select from case_purge p where p.case_id = r.case_id and p.state in ('asked', 'approved'))`,
    );
  if (view === 'purged') query = query.where('purged_at', 'is not', null);
  const digits = search?.toUpperCase().replaceAll(/[^A-Z0-9-]/g, '');
  if (digits) query = query.where('c.ref', 'like', `%${digits}%`);
  const cursor = readCursor(after);
  if (cursor) query = query.where(sql<boolean>`(${place}, r.case_id) > (${cursor[0]}, ${cursor[1]}::uuid)`);
  return query.execute();
}

const place = sql<string>`coalesce(to_char(r.purge_on, 'YYYY-MM-DD'), '~')`;

/** How long before its date people are told, in days. */
const ANNOUNCED = 30;

/** Those whose date comes near and whose owner was not told. */
export async function toAnnounce(tx: Db): Promise<string[]> {
  const rows = await tx
    .selectFrom('case_retention')
    .select('case_id')
    .where('purged_at', 'is', null)
    .where('announced_at', 'is', null)
    .where(sql<boolean>`purge_on <= (clock_timestamp() at time zone 'UTC')::date + ${ANNOUNCED}::int`)
    .limit(500)
    .execute();
  return rows.map(({ case_id }) => case_id);
}

/** The date, when it was not announced before. */
export async function announce(tx: Db, caseId: string): Promise<string | null> {
  const row = await tx
    .updateTable('case_retention')
    .set({ announced_at: sql<Date>`clock_timestamp()` })
    .where('case_id', '=', caseId)
    .where('announced_at', 'is', null)
    .where('purged_at', 'is', null)
    .returning('purge_on')
    .executeTakeFirst();
  return row?.purge_on ?? null;
}

export async function toPurge(tx: Db): Promise<string[]> {
  const rows = await tx
    .selectFrom('case_retention as r')
    .select('case_id')
    .where('purged_at', 'is', null)
    .where(sql<boolean>`may_purge(r)`)
    .orderBy('purge_on')
    .limit(500)
    .execute();
  return rows.map(({ case_id }) => case_id);
}

/** Sets the tombstone, if the case may be purged now, and gives its digest. */
export async function bury(tx: Db, caseId: string, tombstone: Tombstone): Promise<string | undefined> {
  const row = await tx
    .updateTable('case_retention as r')
    .set({ purged_at: new Date(tombstone.purgedAt), tombstone: JSON.stringify(tombstone) })
    .where('case_id', '=', caseId)
    .where(sql<boolean>`may_purge(r)`)
    .returning(digest.as('digest'))
    .executeTakeFirst();
  return row?.digest;
}

export async function digestOf(tx: Db, caseId: string): Promise<string> {
  const row = await tx
    .selectFrom('case_retention')
    .select(digest.as('digest'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  return row.digest;
}

const digest = sql<string>`encode(sha256(convert_to(tombstone::text, 'utf8')), 'hex')`;

/** What the ledger says that the tombstone was, for whom the ledger shows it. */
export async function ledgerLine(
  tx: Db,
  caseId: string,
): Promise<{ tombstone: string; seq: number | null } | undefined> {
  return tx
    .selectFrom('audit_event as e')
    .leftJoin('audit_link as l', 'l.event_id', 'e.id')
    .select([sql<string>`e.details ->> 'tombstone'`.as('tombstone'), 'l.seq'])
    .where('e.object_id', '=', caseId)
    .where('e.action', '=', 'case purged')
    .executeTakeFirst();
}
