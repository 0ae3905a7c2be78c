import { type CaseLetter, endedCaseStates, type LetterSignature, type Told } from '@busbar/contract';
import { type Generated, type Insertable, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { Place } from '../../platform/imap.ts';

interface MailboxTable {
  id: Buffer;
  uid_validity: Generated<number>;
  last_uid: Generated<number>;
  looked_at: Date | null;
  next_at: Generated<Date>;
  failures: Generated<number>;
  problem: JSONColumnType<Told | null, string | null | undefined, string | null>;
}

interface CaseLetterTable {
  id: string;
  case_id: string;
  kind: CaseLetter['kind'];
  message_id: string | null;
  signature: LetterSignature;
  encrypted: boolean;
  sealed: Buffer;
  at: Generated<Date>;
  taken_by: Generated<string | null>;
  taker_name: Generated<string | null>;
}

interface CaseReplyTable {
  id: string;
  case_id: string;
  kind: 'receipt' | 'came' | 'message';
  message_id: string | null;
  in_clear: boolean;
  sealed: Buffer | null;
}

declare module '../../platform/database.ts' {
  interface Tables {
    mailbox: MailboxTable;
    letter_taken: { letter: Buffer; at: Generated<Date> };
    letter_answered: { address: Buffer; at: Generated<Date> };
    case_correspondent: { case_id: string; address: Buffer; sealed: Buffer };
    case_letter: CaseLetterTable;
    case_reply: CaseReplyTable;
    case_abuse: {
      case_id: string;
      series: Buffer;
      letters: Generated<number>;
      incidents: number;
      last_at: Generated<Date>;
    };
  }
}

export type MailboxRow = Selectable<MailboxTable>;
export type CaseLetterRow = Selectable<CaseLetterTable>;
export type CaseReplyRow = Selectable<CaseReplyTable>;

const mostLetters = 200;
/** Whoever looks into the mailbox and falls silent is taken for dead after that. */
const turn = sql<Date>`clock_timestamp() + interval '5 minutes'`;

/** Where to go on, when it is time to look and nobody else does. */
export async function beginTurn(tx: Db, id: Buffer): Promise<(Place & { failures: number }) | undefined> {
  await tx
    .insertInto('mailbox')
    .values({ id, looked_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tx
    .updateTable('mailbox')
    .set({ next_at: turn })
    .where('id', '=', id)
    .where('next_at', '<=', sql<Date>`clock_timestamp()`)
    .returningAll()
    .executeTakeFirst();
  return row && { uidValidity: row.uid_validity, uid: row.last_uid, failures: row.failures };
}

export async function endTurn(
  tx: Db,
  id: Buffer,
  outcome: { problem: Told; failures: number; seconds: number } | { seconds: number },
): Promise<void> {
  const next_at = sql<Date>`clock_timestamp() + make_interval(secs => ${outcome.seconds})`;
  await tx
    .updateTable('mailbox')
    .set(
      'problem' in outcome
        ? { next_at, failures: outcome.failures, problem: JSON.stringify(outcome.problem) }
        : { next_at, failures: 0, problem: null, looked_at: sql<Date>`clock_timestamp()` },
    )
    .where('id', '=', id)
    .execute();
}

/** Goes on behind this letter, and holds the mailbox until the transaction ends. Not when it was passed before. */
export async function passLetter(tx: Db, id: Buffer, { uidValidity, uid }: Place): Promise<boolean> {
  const row = await tx
    .updateTable('mailbox')
    .set({ uid_validity: uidValidity, last_uid: uid, next_at: turn })
    .where('id', '=', id)
    .where(({ or, eb }) => or([eb('uid_validity', '!=', uidValidity), eb('last_uid', '<', uid)]))
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findMailbox(tx: Db, id: Buffer): Promise<MailboxRow | undefined> {
  return tx.selectFrom('mailbox').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function isTaken(tx: Db, letter: Buffer): Promise<boolean> {
  const row = await tx
    .selectFrom('letter_taken')
    .select('at')
    .where('letter', '=', letter)
    .executeTakeFirst();
  return row !== undefined;
}

/** Not when it was taken before. */
export async function markTaken(tx: Db, letter: Buffer): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('letter_taken')
    .values({ letter })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Not when this address was answered within the hour. */
export async function markAnswered(tx: Db, address: Buffer): Promise<boolean> {
  await tx
    .deleteFrom('letter_answered')
    .where('at', '<', sql<Date>`clock_timestamp() - interval '1 hour'`)
    .execute();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('letter_answered')
    .values({ address })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Cases that a letter names: by ids of letters that we sent, and by references; the nearest first. */
export async function casesNamed(
  tx: Db,
  deliveries: readonly string[],
  references: readonly string[],
): Promise<string[]> {
  const answered =
    deliveries.length > 0
      ? await tx
          .selectFrom('delivery as d')
          .innerJoin('case_reply as r', 'r.id', 'd.reply_id')
          .select(['d.id', 'r.case_id'])
          .where('d.id', 'in', deliveries)
          .execute()
      : [];
  const named =
    references.length > 0
      ? await tx.selectFrom('case').select(['id', 'ref']).where('ref', 'in', references).execute()
      : [];
  return [
    ...new Set([
      ...deliveries.flatMap((id) => answered.find((one) => one.id === id)?.case_id ?? []),
      ...references.flatMap((ref) => named.find((one) => one.ref === ref)?.id ?? []),
    ]),
  ];
}

export async function findCorrespondent(tx: Db, caseId: string) {
  return tx.selectFrom('case_correspondent').selectAll().where('case_id', '=', caseId).executeTakeFirst();
}

export async function insertCorrespondent(
  tx: Db,
  row: { case_id: string; address: Buffer; sealed: Buffer },
): Promise<void> {
  await tx.insertInto('case_correspondent').values(row).execute();
}

export async function changeCorrespondent(tx: Db, caseId: string, sealed: Buffer): Promise<void> {
  await tx.updateTable('case_correspondent').set({ sealed }).where('case_id', '=', caseId).execute();
}

export async function insertLetter(tx: Db, row: Insertable<CaseLetterTable>): Promise<void> {
  await tx.insertInto('case_letter').values(row).execute();
}

export async function lettersOf(tx: Db, caseId: string): Promise<CaseLetterRow[]> {
  const rows = await tx
    .selectFrom('case_letter')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('at', 'desc')
    .limit(mostLetters)
    .execute();
  return rows.reverse();
}

export async function findLetter(tx: Db, caseId: string, id: string): Promise<CaseLetterRow | undefined> {
  return tx
    .selectFrom('case_letter')
    .selectAll()
    .where('id', '=', id)
    .where('case_id', '=', caseId)
    .executeTakeFirst();
}

/** Only one that may be taken. Held until the transaction ends: of two who take it at once one comes too late. */
export async function lockLetter(tx: Db, caseId: string, id: string): Promise<CaseLetterRow | undefined> {
  return tx
    .selectFrom('case_letter')
    .selectAll()
    .where('id', '=', id)
    .where('case_id', '=', caseId)
    .forUpdate()
    .executeTakeFirst();
}

export async function takeLetter(
  tx: Db,
  id: string,
  taken: { message_id: string; taken_by: string; taker_name: string },
): Promise<void> {
  await tx.updateTable('case_letter').set(taken).where('id', '=', id).execute();
}

export async function insertSeries(
  tx: Db,
  row: { case_id: string; series: Buffer; incidents: number },
): Promise<void> {
  await tx.insertInto('case_abuse').values(row).execute();
}

/** Counts a letter with those before it, where the last of them came within a day and their case has not ended. */
export async function countAgain(tx: Db, series: Buffer, incidents: number) {
  return tx
    .updateTable('case_abuse')
    .set((row) => ({
      letters: row('letters', '+', 1),
      incidents: row('incidents', '+', incidents),
      last_at: sql<Date>`clock_timestamp()`,
    }))
    .where('case_id', '=', (row) =>
      row
        .selectFrom('case_abuse as a')
        .innerJoin('case as c', 'c.id', 'a.case_id')
        .select('a.case_id')
        .where('a.series', '=', series)
        .where('a.last_at', '>', sql<Date>`clock_timestamp() - interval '1 day'`)
        .where('c.state', 'not in', endedCaseStates)
        .orderBy('a.last_at', 'desc')
        .limit(1),
    )
    .returning(['case_id', 'letters'])
    .executeTakeFirst();
}

export async function findSeries(tx: Db, caseId: string) {
  return tx.selectFrom('case_abuse').selectAll().where('case_id', '=', caseId).executeTakeFirst();
}

export async function insertReply(tx: Db, row: Insertable<CaseReplyTable>): Promise<void> {
  await tx.insertInto('case_reply').values(row).execute();
}

export async function findReply(tx: Db, id: string): Promise<CaseReplyRow | undefined> {
  return tx.selectFrom('case_reply').selectAll().where('id', '=', id).executeTakeFirst();
}

/** It was sent: whom to and with which words is not needed any more. */
export async function forgetReply(tx: Db, id: string): Promise<void> {
  await tx.updateTable('case_reply').set({ sealed: null }).where('id', '=', id).execute();
}

/** What became of the newest messages of a case that were mailed, in the order in which they went. */
export async function mailedOf(tx: Db, caseId: string) {
  const rows = await tx
    .selectFrom('case_reply as r')
    .innerJoin('delivery as d', 'd.reply_id', 'r.id')
    .select(['r.message_id', 'd.state', 'd.form'])
    .where('r.case_id', '=', caseId)
    .where('r.kind', '=', 'message')
    .orderBy('d.created_at', 'desc')
    .orderBy('d.id')
    .limit(500)
    .execute();
  return rows.toReversed();
}
