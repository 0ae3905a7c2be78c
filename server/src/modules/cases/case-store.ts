import {
  type CaseKind,
  type CaseLane,
  type CaseMessage,
  type CaseSearch,
  type CaseState,
  endedCaseStates,
  type HandlingLimit,
  type Impact,
  type Language,
  type ReporterNaming,
  type RootCause,
  type Rsit,
  type Said,
  type Scope,
  type Spread,
  type Tlp,
} from '@busbar/contract';
import { type Generated, type Insertable, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor } from '../../platform/search.ts';

interface CaseTable {
  id: string;
  ref: string;
  kind: CaseKind;
  owner_id: string;
  label: Generated<Tlp>;
  scope: Generated<Scope>;
  state: Generated<CaseState>;
  since: Generated<Date>;
  lane: CaseLane;
  reporter: ReporterNaming;
  person_id: string | null;
  handling_limit: HandlingLimit;
  language: Language;
  impact: JSONColumnType<Impact, string, string>;
  aware_at: Date;
  received_at: Generated<Date>;
  claimed_at: Date | null;
  team: Generated<string[]>;
  guests: Generated<string[]>;
  spread: Generated<Spread>;
  rsit: Generated<Rsit>;
  root_cause: Generated<RootCause | null>;
  duplicate_of: Generated<string | null>;
  main_state: Generated<CaseState | null>;
}

interface CaseMessageTable {
  id: string;
  case_id: string;
  thread_id: string | null;
  author: CaseMessage['from'];
  internal: boolean;
  sealed: Buffer;
  person_id: string | null;
  person_name: string | null;
  at: Generated<Date>;
}

interface CaseStepTable {
  id: Generated<number>;
  uid: string;
  case_id: string;
  state: CaseState;
  sealed: Buffer | null;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    case: CaseTable;
    case_content: { case_id: string; sealed: Buffer };
    case_receipt: { case_id: string; ref: string; salt: Buffer; hash: Buffer };
    case_message: CaseMessageTable;
    case_step: CaseStepTable;
  }
}

export type CaseRow = Selectable<CaseTable> & {
  owner: string;
  opens: boolean;
  sets_limit: boolean;
  /** What is in it; null where it does not open. */
  sealed: Buffer | null;
};
export type CaseLineRow = CaseRow & { last_author: CaseMessage['from'] | null; unread: number };
export type MessageRow = Selectable<CaseMessageTable>;
export type StepRow = Selectable<CaseStepTable>;

const MOST_MESSAGES = 500;
const MOST_COUNTED = 100;

/** Undefined when it is there already: the same report, sent again. */
export async function insertCase(tx: Db, row: Insertable<CaseTable>): Promise<Date | undefined> {
  const added = await tx
    .insertInto('case')
    .values(row)
    .onConflict((already) => already.column('id').doNothing())
    .returning('received_at')
    .executeTakeFirst();
  return added?.received_at;
}

export async function insertContent(tx: Db, caseId: string, sealed: Buffer): Promise<void> {
  await tx.insertInto('case_content').values({ case_id: caseId, sealed }).execute();
}

export async function insertReceipt(
  tx: Db,
  row: { case_id: string; ref: string; salt: Buffer; hash: Buffer },
): Promise<void> {
  await tx.insertInto('case_receipt').values(row).execute();
}

export async function findReceipt(tx: Db, ref: string) {
  return tx.selectFrom('case_receipt').selectAll().where('ref', '=', ref).executeTakeFirst();
}

export async function findCase(tx: Db, id: string): Promise<CaseRow | undefined> {
  return cases(tx).where('case.id', '=', id).executeTakeFirst();
}

/** Held until the transaction ends: two who move it at once do so one after the other. */
export async function lockCase(tx: Db, id: string): Promise<CaseRow | undefined> {
  await tx.selectFrom('case').select('id').where('id', '=', id).forUpdate().execute();
  return findCase(tx, id);
}

/** As a list shows them: who wrote last, and how much of it this person has not seen. */
function lines(tx: Db, person: string | null) {
  return cases(tx).select((row) => [
    row
      .selectFrom('case_message as m')
      .select('m.author')
      .whereRef('m.case_id', '=', 'case.id')
      .where('m.internal', '=', false)
      .where('m.thread_id', 'is', null)
      .orderBy('m.at', 'desc')
      .limit(1)
      .as('last_author'),
    sql<number>`case when ${person}::uuid is not null and opens("case") then (
      select count(*)::int from (select from case_message m where m.case_id = "case".id and m.thread_id is null
        and m.person_id is distinct from ${person}::uuid and m.at > coalesce((
          select s.until from case_seen s where s.person_id = ${person}::uuid and s.thread = "case".id), '-infinity')
        limit ${MOST_COUNTED}) as fresh) else 0 end`.as('unread'),
  ]);
}

export async function linesById(
  tx: Db,
  person: string | null,
  ids: readonly string[],
): Promise<CaseLineRow[]> {
  if (ids.length === 0) return [];
  return lines(tx, person)
    .where('case.id', 'in', [...ids])
    .execute();
}

/** Reports that are worked on in this case. */
export async function partsOf(tx: Db, person: string | null, id: string): Promise<CaseLineRow[]> {
  return lines(tx, person).where('duplicate_of', '=', id).orderBy('received_at').limit(100).execute();
}

export async function listCases(
  tx: Db,
  person: string | null,
  { after, limit, view, mainFor, ref }: Omit<CaseSearch, 'search'> & { ref: string | undefined },
): Promise<CaseLineRow[]> {
  let query = lines(tx, person).orderBy('received_at', 'desc').orderBy('case.id', 'desc').limit(limit);
  if (view === 'new') query = query.where('case.state', '=', 'received').where('lane', '=', 'usual');
  if (view === 'slow') query = query.where('case.state', '=', 'received').where('lane', '=', 'slow');
  if (view === 'open') query = query.where('case.state', 'not in', notUnderWay);
  if (view === 'ended') query = query.where('case.state', 'in', endedCaseStates);
  if (mainFor)
    query = query
      .where('case.id', '!=', mainFor)
      .where('case.state', 'not in', notUnderWay)
      .where(sql<boolean>`opens("case")`);
  if (ref) query = query.where('ref', 'like', `%${ref}%`);
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(
      sql<boolean>`(received_at, "case".id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`,
    );
  return query.execute();
}

const notUnderWay: readonly CaseState[] = ['received', ...endedCaseStates];

/** What a step says of a case, besides where it goes. */
export type Found = Partial<
  Pick<CaseRow, 'spread' | 'rsit' | 'root_cause' | 'duplicate_of' | 'main_state'> & { impact: string }
>;

/** Whoever moves it is of its team from then on. Reports that are part of it are told where it stands. */
export async function moveCase(
  tx: Db,
  { id, team }: CaseRow,
  person: string,
  { state, ...found }: { state: CaseState } & Found,
): Promise<Date> {
  const { since } = await tx
    .updateTable('case')
    .set({
      state,
      since: sql<Date>`clock_timestamp()`,
      team: [...new Set([...team, person])],
      ...found,
    })
    .where('id', '=', id)
    .returning('since')
    .executeTakeFirstOrThrow();
  await tx.updateTable('case').set({ main_state: state }).where('duplicate_of', '=', id).execute();
  return since;
}

/** All those of one case go to another together with it, and its team with them. */
export async function takeParts(tx: Db, from: string, { id, state, team }: CaseRow): Promise<void> {
  await tx
    .updateTable('case')
    .set({
      duplicate_of: id,
      main_state: state,
      team: sql<string[]>`array(select distinct unnest(team || ${[...team]}::uuid[]))`,
    })
    .where('duplicate_of', '=', from)
    .execute();
}

/** A case and the reports that are part of it have one team. */
export async function joinTeam(tx: Db, id: string, person: string): Promise<void> {
  await tx
    .updateTable('case')
    .set({ team: sql<string[]>`team || ${person}::uuid` })
    .where((row) => row.or([row('id', '=', id), row('duplicate_of', '=', id)]))
    .where(sql<boolean>`not ${person}::uuid = any (team)`)
    .execute();
}

export async function leaveTeam(tx: Db, id: string, person: string): Promise<void> {
  await tx
    .updateTable('case')
    .set({ team: sql<string[]>`array_remove(team, ${person}::uuid)` })
    .where((row) => row.or([row('id', '=', id), row('duplicate_of', '=', id)]))
    .where(sql<boolean>`${person}::uuid = any (team)`)
    .execute();
}

export async function claimCase(tx: Db, id: string, owner: string): Promise<void> {
  await tx
    .updateTable('case')
    .set({ owner_id: owner, claimed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute();
}

export async function setLimit(tx: Db, id: string, limit: HandlingLimit): Promise<void> {
  await tx.updateTable('case').set({ handling_limit: limit }).where('id', '=', id).execute();
}

export async function setLabel(tx: Db, id: string, label: Tlp): Promise<void> {
  await tx.updateTable('case').set({ label }).where('id', '=', id).execute();
}

export async function insertStep(tx: Db, row: Insertable<CaseStepTable>): Promise<void> {
  await tx.insertInto('case_step').values(row).execute();
}

export async function stepsOf(tx: Db, id: string): Promise<StepRow[]> {
  return tx.selectFrom('case_step').selectAll().where('case_id', '=', id).orderBy('id').execute();
}

/** Undefined when it was written before. */
export async function insertMessage(
  tx: Db,
  row: Insertable<CaseMessageTable>,
): Promise<MessageRow | undefined> {
  return tx
    .insertInto('case_message')
    .values(row)
    .onConflict((already) => already.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function messageOf(tx: Db, caseId: string, id: string): Promise<MessageRow> {
  return tx
    .selectFrom('case_message')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** The newest of those that the actor reads, or the newest before one of them; oldest first, and where it goes on. */
export async function messagesOf(
  tx: Db,
  id: string,
  { before, thread, ids }: Said & { ids?: readonly string[] | undefined } = {},
): Promise<{ rows: MessageRow[]; earlier: string | null }> {
  let query = tx
    .selectFrom('case_message')
    .selectAll()
    .where('case_id', '=', id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST_MESSAGES + 1);
  if (ids) query = query.where('id', 'in', ids.length > 0 ? [...ids] : [id]);
  if (thread) query = query.where('thread_id', 'is not distinct from', thread === id ? null : thread);
  // A message that is not the actor's to read is before none: he does not learn that it is there.
  if (before)
    query = query.where(
      sql<boolean>`(at, id) < (select m.at, m.id from case_message m where m.id = ${before} and m.case_id = ${id})`,
    );
  const found = await query.execute();
  const rows = found.slice(0, MOST_MESSAGES).reverse();
  return { rows, earlier: found.length > MOST_MESSAGES ? rows[0]!.id : null };
}

/** With the name of its owner, where the actor may read it: a CERT always, a member to itself and to the CERT. */
function cases(tx: Db) {
  return tx
    .selectFrom('case')
    .leftJoin('organisation as o', 'o.id', 'case.owner_id')
    .leftJoin('case_content as content', 'content.case_id', 'case.id')
    .selectAll('case')
    .select('content.sealed')
    .select([
      sql<string>`coalesce(o.name, '')`.as('owner'),
      sql<boolean>`opens("case")`.as('opens'),
      sql<boolean>`sets_limit("case")`.as('sets_limit'),
    ]);
}
