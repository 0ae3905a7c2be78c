import type { Delivery, DeliveryState, Language, Role, Scope, Tlp, Told } from '@busbar/contract';
import { type Generated, type Insertable, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor, wordsOf, writeCursor } from '../../platform/search.ts';

/** What is told of, as far as subscriptions ask for it and programs are told. */
export interface About {
  /** Of what is published; otherwise what it is. */
  readonly kind: string;
  readonly ref: string;
  readonly version: string;
  readonly vendors: readonly string[];
  readonly severity: Severity | null;
  /** The language of the original, for whoever wants one that there is none in. */
  readonly original: string;
  readonly summary: string;
  readonly reason?: string | undefined;
}

export type Severity = 'none' | 'low' | 'medium' | 'high' | 'critical';
export type Texts = Readonly<Record<string, { readonly subject: string; readonly text: string }>>;

interface DispatchTable {
  id: Generated<string>;
  owner_id: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  key: string;
  kind:
    | 'published'
    | 'recalled'
    | 'warning'
    | 'confirmation'
    | 'notice'
    | 'participation'
    | 'letter'
    | 'head';
  release_id: string | null;
  /** Which it tells of; its label is that of the case then, whatever is said here. */
  case_id: Generated<string | null>;
  about: JSONColumnType<About, string, string>;
  texts: JSONColumnType<Texts, string, string>;
  path: string;
  expanded_at: Date | null;
  created_at: Generated<Date>;
}

interface DeliveryTable {
  id: Generated<string>;
  owner_id: string;
  dispatch_id: string;
  channel: Delivery['channel'];
  recipient: string;
  address: string;
  person_id: string | null;
  organisation_id: string | null;
  subscription_id: string | null;
  webhook_id: string | null;
  reply_id: Generated<string | null>;
  language: Language;
  state: Generated<DeliveryState>;
  form: Generated<Delivery['form']>;
  attempts: Generated<number>;
  next_at: Generated<Date>;
  leased_until: Generated<Date | null>;
  leased_by: Generated<string | null>;
  leased_in: Generated<number | null>;
  reason: JSONColumnType<Told | null, string | null | undefined, string | null>;
  sent_at: Generated<Date | null>;
  created_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    dispatch: DispatchTable;
    delivery: DeliveryTable;
  }
}

export type DispatchRow = Selectable<DispatchTable>;
export type DeliveryRow = Selectable<DeliveryTable>;
export type NewDelivery = Pick<
  DeliveryRow,
  | 'channel'
  | 'recipient'
  | 'address'
  | 'person_id'
  | 'organisation_id'
  | 'subscription_id'
  | 'webhook_id'
  | 'language'
> & { readonly reply_id?: string };

const waiting: readonly DeliveryState[] = ['queued', 'failed'];

/** Undefined when this was told before. */
export async function insertDispatch(
  tx: Db,
  dispatch: Omit<Insertable<DispatchTable>, 'about' | 'texts'> & { about: About; texts: Texts },
): Promise<DispatchRow | undefined> {
  return tx
    .insertInto('dispatch')
    .values({
      ...dispatch,
      about: JSON.stringify(dispatch.about),
      texts: JSON.stringify(dispatch.texts),
    })
    .onConflict((conflict) => conflict.columns(['owner_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Under the label of this moment: a case may have been narrowed since it was told of. */
export async function findDispatch(tx: Db, id: string): Promise<DispatchRow | undefined> {
  return tx
    .selectFrom('dispatch as d')
    .leftJoin('case as c', 'c.id', 'd.case_id')
    .selectAll('d')
    .select(sql<Tlp>`coalesce(c.label, d.label)`.as('label'))
    .where('d.id', '=', id)
    .executeTakeFirst();
}

export async function dispatchKeyed(tx: Db, key: string): Promise<DispatchRow | undefined> {
  return tx.selectFrom('dispatch').selectAll().where('key', '=', key).executeTakeFirst();
}

/** What became of what was told once, to one recipient. */
export async function stateKeyed(tx: Db, key: string): Promise<DeliveryState | undefined> {
  const row = await tx
    .selectFrom('delivery as d')
    .innerJoin('dispatch', 'dispatch.id', 'd.dispatch_id')
    .select('d.state')
    .where('dispatch.key', '=', key)
    .executeTakeFirst();
  return row?.state;
}

export async function dispatchesOf(tx: Db, release: string): Promise<DispatchRow[]> {
  return tx
    .selectFrom('dispatch')
    .selectAll()
    .where('release_id', '=', release)
    .orderBy('created_at')
    .execute();
}

/** Messages that were sent about these releases; who they went to is not counted here. */
export async function countSent(
  tx: Db,
  releases: readonly string[],
): Promise<Map<string, { sent: number; last: Date }>> {
  if (releases.length === 0) return new Map();
  const rows = await tx
    .selectFrom('delivery')
    .innerJoin('dispatch', 'dispatch.id', 'delivery.dispatch_id')
    .select([
      'dispatch.release_id',
      sql<number>`count(*)::int`.as('sent'),
      sql<Date>`max(delivery.sent_at)`.as('last'),
    ])
    .where('dispatch.release_id', 'in', releases)
    .where('dispatch.kind', '=', 'published')
    .where('delivery.state', '=', 'sent')
    .groupBy('dispatch.release_id')
    .execute();
  return new Map(rows.map(({ release_id, sent, last }) => [release_id!, { sent, last }]));
}

/** What became of messages of an organisation about its warnings: of these dispatches, and of all that lead to these pages. */
export async function warningMessages(
  tx: Db,
  { dispatches, paths }: { readonly dispatches: readonly string[]; readonly paths: readonly string[] },
) {
  return tx
    .selectFrom('delivery as d')
    .innerJoin('dispatch as p', 'p.id', 'd.dispatch_id')
    .select([
      'd.dispatch_id',
      'p.path',
      'd.person_id',
      'd.channel',
      'd.address',
      'd.form',
      'd.state',
      'd.sent_at',
    ])
    .where('p.kind', '=', 'warning')
    .where('p.owner_id', '=', sql<string>`actor_organisation()`)
    .where(sql<boolean>`(p.id = any (${[...dispatches]}::uuid[]) or p.path = any (${[...paths]}::text[]))`)
    .orderBy('d.created_at')
    .orderBy('d.id')
    .execute();
}

export async function setExpanded(tx: Db, id: string): Promise<void> {
  await tx.updateTable('dispatch').set({ expanded_at: new Date() }).where('id', '=', id).execute();
}

/** Whoever has a row of this dispatch keeps the one he has. */
export async function insertDeliveries(
  tx: Db,
  { id, owner_id }: Pick<DispatchRow, 'id' | 'owner_id'>,
  recipients: readonly NewDelivery[],
): Promise<void> {
  if (recipients.length === 0) return;
  await tx
    .insertInto('delivery')
    .values(recipients.map((recipient) => ({ ...recipient, owner_id, dispatch_id: id })))
    .onConflict((conflict) => conflict.columns(['dispatch_id', 'channel', 'recipient']).doNothing())
    .execute();
}

/** One run of a job. */
export interface Run {
  readonly id: string;
  readonly attempt: number;
}

/**
 * Takes some that are due in hand. For as long as the lease runs nobody else sends them but a later run of the same
 * job, which is there because this one has died.
 */
export async function lease(
  tx: Db,
  dispatch: string,
  run: Run,
  many: number,
  until: Date,
): Promise<DeliveryRow[]> {
  return tx
    .updateTable('delivery')
    .set((row) => ({
      leased_until: until,
      leased_by: run.id,
      leased_in: run.attempt,
      attempts: row('attempts', '+', 1),
    }))
    .where('id', 'in', (rows) =>
      rows
        .selectFrom('delivery')
        .select('id')
        .where('dispatch_id', '=', dispatch)
        .where('state', 'in', waiting)
        .where('next_at', '<=', sql<Date>`clock_timestamp()`)
        .where(
          sql<boolean>`(leased_until is null or leased_until < clock_timestamp()
            or leased_by = ${run.id} and leased_in < ${run.attempt})`,
        )
        .orderBy('next_at')
        .orderBy('id')
        .limit(many)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
}

export type Outcome =
  | {
      readonly state: 'sent';
      readonly form: NonNullable<Delivery['form']>;
      /** Of a notice: the recipient has a key, but it has ended. */
      readonly keyExpired?: boolean;
    }
  | { readonly state: 'givenUp' | 'withdrawn'; readonly reason: Told }
  | { readonly state: 'failed'; readonly reason: Told; readonly nextAt: Date }
  /** Nobody tried: what stood in the way was not its own. */
  | { readonly state: 'queued'; readonly reason: Told; readonly nextAt: Date };

/** Says what became of one that is in hand. False when somebody else has it by now. */
export async function settle(tx: Db, row: DeliveryRow, outcome: Outcome): Promise<boolean> {
  const reason = 'reason' in outcome ? JSON.stringify(outcome.reason) : null;
  const { numUpdatedRows } = await tx
    .updateTable('delivery')
    .set({
      state: outcome.state,
      leased_until: null,
      reason,
      ...(outcome.state === 'sent' && { form: outcome.form, sent_at: new Date() }),
      ...('nextAt' in outcome && { next_at: outcome.nextAt }),
      ...(outcome.state === 'queued' && { attempts: row.attempts - 1 }),
    })
    .where('id', '=', row.id)
    .where('leased_until', '=', row.leased_until)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** What waits of a dispatch waits until then, for a reason that is not its own. */
export async function defer(tx: Db, dispatch: string, until: Date, reason: Told): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({ next_at: until, reason: JSON.stringify(reason) })
    .where('dispatch_id', '=', dispatch)
    .where('channel', '=', 'mail')
    .where('state', 'in', waiting)
    .where('leased_until', 'is', null)
    .where('next_at', '<', until)
    .execute();
}

export async function countStates(
  tx: Db,
  dispatches: readonly string[],
): Promise<Record<DeliveryState, number>> {
  const rows = await tx
    .selectFrom('delivery')
    .select(['state', (row) => row.fn.countAll<number>().as('count')])
    .where('dispatch_id', 'in', dispatches.length > 0 ? [...dispatches] : [noId])
    .groupBy('state')
    .execute();
  const found = new Map(rows.map(({ state, count }) => [state, count]));
  const states: DeliveryState[] = ['queued', 'sent', 'failed', 'givenUp', 'withdrawn'];
  return Object.fromEntries(states.map((state) => [state, found.get(state) ?? 0])) as Record<
    DeliveryState,
    number
  >;
}

const noId = '00000000-0000-0000-0000-000000000000';

/** Everybody who got a release, or may have got it when a line broke; what has not gone yet does not go. */
export async function takeBack(tx: Db, published: DispatchRow, reason: Told): Promise<NewDelivery[]> {
  const got = await tx
    .selectFrom('delivery')
    .select([
      'channel',
      'recipient',
      'address',
      'person_id',
      'organisation_id',
      'subscription_id',
      'webhook_id',
      'language',
    ])
    .where('dispatch_id', '=', published.id)
    .where((row) =>
      row.or([
        row('state', '=', 'sent'),
        row.and([row('state', '=', 'failed'), row('attempts', '>', 0)]),
        row('leased_until', '>', sql<Date>`clock_timestamp()`),
      ]),
    )
    .forUpdate()
    .execute();
  await tx
    .updateTable('delivery')
    .set({ state: 'withdrawn', reason: JSON.stringify(reason) })
    .where('dispatch_id', '=', published.id)
    .where('state', 'in', waiting)
    .execute();
  return got;
}

export async function listDeliveries(
  tx: Db,
  release: string,
  wanted: {
    state?: DeliveryState | undefined;
    search?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
) {
  let query = tx
    .selectFrom('delivery as d')
    .innerJoin('dispatch as p', 'p.id', 'd.dispatch_id')
    .leftJoin('organisation as o', 'o.id', 'd.organisation_id')
    .selectAll('d')
    .select(['p.kind', 'o.name as organisation'])
    .where('p.release_id', '=', release)
    .orderBy('d.created_at', 'desc')
    .orderBy('d.id', 'desc')
    .limit(wanted.limit);
  if (wanted.state) query = query.where('d.state', '=', wanted.state);
  for (const pattern of wordsOf(wanted.search))
    query = query.where(sql<boolean>`lower(d.address || ' ' || coalesce(o.name, '')) like ${pattern}`);
  const place = readCursor(wanted.after);
  if (place)
    query = query.where(
      sql<boolean>`(date_trunc('milliseconds', d.created_at), d.id) < (${place[0]}::timestamptz, ${place[1]}::uuid)`,
    );
  return query.execute();
}

export const cursorOf = ({ created_at, id }: DeliveryRow) => writeCursor(created_at.toISOString(), id);

/** Gives those another chance that were not taken; how many. */
export async function requeue(tx: Db, dispatches: readonly string[], only: readonly string[] | undefined) {
  if (dispatches.length === 0) return [];
  let query = tx
    .updateTable('delivery')
    .set({ state: 'queued', attempts: 0, next_at: new Date(), reason: null })
    .where('dispatch_id', 'in', [...dispatches])
    .where('state', 'in', ['failed', 'givenUp'])
    .where((row) => row.or([row('leased_until', 'is', null), row('leased_until', '<', sql<Date>`now()`)]));
  if (only) query = query.where('id', 'in', only.length > 0 ? [...only] : [noId]);
  const rows = await query.returning('dispatch_id').execute();
  return rows.map(({ dispatch_id }) => dispatch_id);
}

/** Those whose time has come and on which nobody works, as the program itself. */
export async function dueDispatches(tx: Db): Promise<{ id: string; owner_id: string; ref: string }[]> {
  const { rows } = await sql<{ id: string; owner_id: string; ref: string }>`
    select d.id, d.owner_id, coalesce(d.about ->> 'ref', '') as ref from dispatch d
    where (d.expanded_at is null or exists (
        select from delivery v where v.dispatch_id = d.id and v.state in ('queued', 'failed')
          and v.next_at <= clock_timestamp() and (v.leased_until is null or v.leased_until < clock_timestamp())))
      and (d.expanded_at is null or d.id in (
        select v.dispatch_id from delivery v where v.state in ('queued', 'failed') and v.next_at <= clock_timestamp()))
      and not exists (
        select from job j join queue.job q on q.name = 'deliver' and q.data ->> 'job' = j.id::text
        where j.subject_id = d.id and j.state in ('queued', 'running') and q.state < 'completed')
    order by d.created_at limit 50`.execute(tx);
  return rows;
}

/** How much mail waits, and how much of it was refused before; as the program itself. */
export async function countWaiting(tx: Db): Promise<{ waiting: number; failing: number }> {
  const row = await tx
    .selectFrom('delivery')
    .select((row) => [
      row.fn.countAll<number>().as('waiting'),
      row.fn.countAll<number>().filterWhere('state', '=', 'failed').as('failing'),
    ])
    .where('state', 'in', waiting)
    .executeTakeFirstOrThrow();
  return { waiting: row.waiting, failing: row.failing };
}

/** A membership as which somebody reads, as far as there still is one. */
export interface Reader {
  readonly person: string;
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly roles: Role[];
}

export async function readersAmong(
  tx: Db,
  wanted: readonly { person: string; organisation: string }[],
): Promise<Map<string, Reader>> {
  if (wanted.length === 0) return new Map();
  const rows = await tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select([
      'm.person_id as person',
      'p.name',
      'p.email',
      'm.organisation_id as organisation',
      sql<Role[]>`m.roles::text[]`.as('roles'),
    ])
    .where('m.until', 'is', null)
    .where('p.state', '=', 'active')
    .where('o.state', '=', 'active')
    .where(
      'm.person_id',
      'in',
      wanted.map(({ person }) => person),
    )
    .execute();
  return new Map(rows.map((row) => [`${row.person} ${row.organisation}`, row]));
}
