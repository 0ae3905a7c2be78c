import type { Language, PublicationKind, Subscription, Told } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface SubscriptionTable {
  id: Generated<string>;
  owner_id: string;
  person_id: string | null;
  address: string;
  language: Language;
  kinds: PublicationKind[];
  vendors: string[];
  vendor_keys: string[];
  min_severity: Subscription['minSeverity'];
  state: Subscription['state'];
  off_reason: JSONColumnType<Told | null, string | null | undefined, string | null>;
  refusals: Generated<number>;
  created_at: Generated<Date>;
}

interface RecipientKeyTable {
  person_id: string;
  fingerprint: string;
  public_key: string;
  user_ids: string[];
  expires_at: Date | null;
  added_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    subscription: SubscriptionTable;
    recipient_key: RecipientKeyTable;
    mail_request: { who: Buffer; at: Generated<Date> };
  }
}

export type SubscriptionRow = Selectable<SubscriptionTable>;
export type RecipientKeyRow = Selectable<RecipientKeyTable>;
export type Wanted = Pick<SubscriptionRow, 'language' | 'kinds' | 'vendors' | 'vendor_keys' | 'min_severity'>;

export async function listSubscriptions(tx: Db, person: string): Promise<SubscriptionRow[]> {
  return tx
    .selectFrom('subscription')
    .selectAll()
    .where('person_id', '=', person)
    .orderBy('created_at')
    .execute();
}

export async function findSubscription(tx: Db, id: string): Promise<SubscriptionRow | undefined> {
  return tx.selectFrom('subscription').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function insertSubscription(
  tx: Db,
  row: Wanted & Pick<SubscriptionRow, 'owner_id' | 'person_id' | 'address' | 'state'>,
): Promise<SubscriptionRow> {
  return tx.insertInto('subscription').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function changeSubscription(
  tx: Db,
  id: string,
  change: Partial<Wanted> & Partial<Pick<SubscriptionRow, 'state' | 'refusals' | 'address'>>,
): Promise<SubscriptionRow | undefined> {
  return tx
    .updateTable('subscription')
    .set({ ...change, ...(change.state === 'on' && { off_reason: null, refusals: 0 }) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteSubscription(tx: Db, id: string): Promise<SubscriptionRow | undefined> {
  return tx.deleteFrom('subscription').where('id', '=', id).returningAll().executeTakeFirst();
}

/** A reader without account has one subscription an address: the one he confirmed last. */
export async function deleteOthers(tx: Db, { id, address }: SubscriptionRow): Promise<void> {
  await tx
    .deleteFrom('subscription')
    .where('person_id', 'is', null)
    .where('address', '=', address)
    .where('id', '<>', id)
    .execute();
}

/** What nobody confirmed in time is forgotten, and so is who asked for it. */
export async function forgetUnconfirmed(tx: Db): Promise<void> {
  await tx
    .deleteFrom('subscription')
    .where('state', '=', 'unconfirmed')
    .where('created_at', '<', sql<Date>`now() - interval '2 days'`)
    .execute();
  await tx
    .deleteFrom('mail_request')
    .where('at', '<', sql<Date>`now() - interval '1 day'`)
    .execute();
}

/** Counts one more request of each of these; the figures are those of the last hour, this one among them. */
export async function countRequests(tx: Db, who: readonly Buffer[]): Promise<number[]> {
  await tx
    .insertInto('mail_request')
    .values(who.map((one) => ({ who: one })))
    .execute();
  const rows = await tx
    .selectFrom('mail_request')
    .select(['who', (row) => row.fn.countAll<number>().as('count')])
    .where('who', 'in', [...who])
    .where('at', '>', sql<Date>`now() - interval '1 hour'`)
    .groupBy('who')
    .execute();
  return who.map((one) => rows.find((row) => row.who.equals(one))?.count ?? 0);
}

/** Those that are on, some at a time, in the order of their ids. */
export async function subscriptionsAfter(
  tx: Db,
  after: string | undefined,
  limit: number,
): Promise<SubscriptionRow[]> {
  let query = tx.selectFrom('subscription').selectAll().where('state', '=', 'on').orderBy('id').limit(limit);
  if (after) query = query.where('id', '>', after);
  return query.execute();
}

export async function subscriptionsAmong(
  tx: Db,
  ids: readonly string[],
): Promise<Map<string, SubscriptionRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('subscription')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The mail server refused the address for good; after so many times in a row nothing more is sent to it. */
export async function refuseAddress(tx: Db, address: string, most: number, reason: Told): Promise<void> {
  await tx
    .updateTable('subscription')
    .set((row) => ({ refusals: row('refusals', '+', 1) }))
    .where('address', '=', address)
    .where('state', '=', 'on')
    .execute();
  await tx
    .updateTable('subscription')
    .set({ state: 'off', off_reason: JSON.stringify(reason) })
    .where('address', '=', address)
    .where('state', '=', 'on')
    .where('refusals', '>=', most)
    .execute();
}

export async function acceptAddress(tx: Db, address: string): Promise<void> {
  await tx
    .updateTable('subscription')
    .set({ refusals: 0 })
    .where('address', '=', address)
    .where('refusals', '>', 0)
    .execute();
}

export async function keyOf(tx: Db, person: string): Promise<RecipientKeyRow | undefined> {
  return tx.selectFrom('recipient_key').selectAll().where('person_id', '=', person).executeTakeFirst();
}

export async function keysAmong(tx: Db, people: readonly string[]): Promise<Map<string, RecipientKeyRow>> {
  if (people.length === 0) return new Map();
  const rows = await tx
    .selectFrom('recipient_key')
    .selectAll()
    .where('person_id', 'in', [...people])
    .execute();
  return new Map(rows.map((row) => [row.person_id, row]));
}

/** Of whoever signs in with this address. */
export async function keyOfAddress(tx: Db, address: string): Promise<RecipientKeyRow | undefined> {
  return tx
    .selectFrom('recipient_key as k')
    .innerJoin('person as p', 'p.id', 'k.person_id')
    .selectAll('k')
    .where(sql<string>`lower(p.email)`, '=', address)
    .executeTakeFirst();
}

export async function saveKey(tx: Db, key: Omit<RecipientKeyRow, 'added_at'>): Promise<void> {
  await tx
    .insertInto('recipient_key')
    .values(key)
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ ...key, added_at: new Date() }))
    .execute();
}

export async function deleteKey(tx: Db, person: string): Promise<RecipientKeyRow | undefined> {
  return tx.deleteFrom('recipient_key').where('person_id', '=', person).returningAll().executeTakeFirst();
}
