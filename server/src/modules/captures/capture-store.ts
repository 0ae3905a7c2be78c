import type { Capture, Location, OperationSearch, Told } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { fewWith, readCursor, wordsOf, writeCursor } from '../../platform/search.ts';

/** What is kept of a capture's report beside its rows; warnings are counted when somebody asks. */
export type Summary = Omit<NonNullable<Capture['summary']>, 'warnings'>;
export type Counts = Record<string, number | Record<string, number>>;

interface CaptureTable {
  id: Generated<string>;
  owner_id: string;
  site_id: string;
  evidence_id: string;
  name: string;
  engine: string | null;
  summary: JSONColumnType<Summary | null, string | null, string | null>;
  counts: JSONColumnType<Counts | null, string | null, string | null>;
  report_id: string | null;
  /** What its report came in: its packets are elsewhere. */
  bundle_id: string | null;
  created_at: Generated<Date>;
}

interface ConversationTable {
  id: Generated<string>;
  owner_id: string;
  capture_id: string;
  from_asset: string | null;
  from_address: string;
  to_asset: string | null;
  to_address: string;
  protocol: string;
  transport: string;
  port: number | null;
  packets: number;
  bytes: number;
  messages: number;
  first_seen: Date;
  last_seen: Date;
}

interface OperationTable {
  id: Generated<string>;
  owner_id: string;
  capture_id: string;
  code: string;
  title: string;
  protocol: string;
  access: string;
  dangerous: boolean;
  techniques: string[];
  source_asset: string | null;
  source_address: string;
  target_asset: string | null;
  target_address: string;
  count: number;
  refused: number;
  first_seen: Date;
  last_seen: Date;
  samples: JSONColumnType<Sample[], string, string>;
  search: string;
}

export interface Sample {
  readonly what: Told;
  readonly at: Location;
  readonly refused: Told | null;
}

interface FindingTable {
  id: Generated<string>;
  owner_id: string;
  capture_id: string;
  code: string;
  protocol: string;
  field: string;
  params: JSONColumnType<Told['params'], string, string>;
  count: number;
  location: JSONColumnType<Location | null, string | null, string | null>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    capture: CaptureTable;
    capture_conversation: ConversationTable;
    capture_operation: OperationTable;
    capture_finding: FindingTable;
  }
}

export type CaptureRow = Selectable<CaptureTable>;
export type ConversationRow = Selectable<ConversationTable>;
export type OperationRow = Selectable<OperationTable>;
export type FindingRow = Selectable<FindingTable>;

export interface Found<Row> {
  readonly rows: Row[];
  readonly next: string | null;
  readonly total?: number;
}

export async function insertCapture(
  tx: Db,
  capture: Pick<CaptureRow, 'id' | 'owner_id' | 'site_id' | 'evidence_id' | 'name'> &
    Partial<Pick<CaptureRow, 'bundle_id'>>,
): Promise<CaptureRow> {
  return tx
    .insertInto('capture')
    .values({ bundle_id: null, ...capture, engine: null, summary: null, counts: null, report_id: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findCapture(tx: Db, id: string): Promise<CaptureRow | undefined> {
  return tx.selectFrom('capture').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Keeps others from changing the capture until the transaction ends. */
export async function lockCapture(tx: Db, id: string): Promise<CaptureRow | undefined> {
  return tx.selectFrom('capture').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function listCaptures(
  tx: Db,
  {
    site,
    search,
    after,
    limit,
  }: { site?: string | undefined; search?: string | undefined; after?: string | undefined; limit: number },
): Promise<Found<CaptureRow>> {
  let query = tx.selectFrom('capture');
  if (site) query = query.where('site_id', '=', site);
  for (const word of wordsOf(search)) query = query.where(sql<boolean>`lower(name) like ${word}`);
  const whole = query;
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(
      sql<boolean>`(created_at, id) < (${cursor[0]}::text::timestamptz, ${cursor[1]}::uuid)`,
    );
  const rows = await query
    .selectAll()
    .select(sql<string>`created_at::text`.as('place'))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return found(rows, { limit, after, whole }, (row) => row.place);
}

export async function captureNames(tx: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('capture').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function countCapturesBySite(tx: Db): Promise<Map<string, number>> {
  const rows = await tx
    .selectFrom('capture')
    .select(['site_id', sql<number>`count(*)`.as('count')])
    .groupBy('site_id')
    .execute();
  return new Map(rows.map(({ site_id, count }) => [site_id, count]));
}

export async function setResult(
  tx: Db,
  id: string,
  { engine, summary, counts, report }: { engine: string; summary: string; counts: string; report: string },
): Promise<void> {
  await tx
    .updateTable('capture')
    .set({ engine, summary, counts, report_id: report })
    .where('id', '=', id)
    .execute();
}

export async function deleteResult(tx: Db, capture: string): Promise<void> {
  await tx.deleteFrom('capture_conversation').where('capture_id', '=', capture).execute();
  await tx.deleteFrom('capture_operation').where('capture_id', '=', capture).execute();
  await tx.deleteFrom('capture_finding').where('capture_id', '=', capture).execute();
}

export async function deleteCapture(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('capture').where('id', '=', id).execute();
}

export async function listConversations(
  tx: Db,
  capture: string,
  {
    protocol,
    asset,
    after,
    limit,
  }: {
    protocol?: string | undefined;
    asset?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<Found<ConversationRow>> {
  let query = tx.selectFrom('capture_conversation').where('capture_id', '=', capture);
  if (protocol) query = query.where('protocol', '=', protocol);
  if (asset)
    query = query.where((where) =>
      where.or([where('from_asset', '=', asset), where('to_asset', '=', asset)]),
    );
  const whole = query;
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(sql<boolean>`(packets, id) < (${cursor[0]}::text::bigint, ${cursor[1]}::uuid)`);
  const rows = await query
    .selectAll()
    .orderBy('packets', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return found(rows, { limit, after, whole }, (row) => String(row.packets));
}

export async function listOperations(
  tx: Db,
  capture: string,
  { dangerous, protocol, access, technique, asset, search, after, limit }: OperationSearch,
): Promise<Found<OperationRow>> {
  let query = tx.selectFrom('capture_operation').where('capture_id', '=', capture);
  if (dangerous) query = query.where('dangerous', '=', dangerous === 'true');
  if (protocol) query = query.where('protocol', '=', protocol);
  if (access) query = query.where('access', '=', access);
  if (technique) query = query.where(sql<boolean>`${technique} = any(techniques)`);
  if (asset)
    query = query.where((where) =>
      where.or([where('source_asset', '=', asset), where('target_asset', '=', asset)]),
    );
  const few = await fewWith(search, (grams, most) => operationsWith(tx, capture, grams, most));
  if (few) query = query.where('id', '=', sql<string>`any(${few}::uuid[])`);
  for (const word of wordsOf(search)) query = query.where('search', 'like', word);
  const whole = query;
  const cursor = readCursor(after);
  if (cursor) {
    const [danger, count] = cursor[0].split(' ');
    query = query.where(
      sql<boolean>`(dangerous, count, id) < (${danger}::text::boolean, ${count}::text::bigint, ${cursor[1]}::uuid)`,
    );
  }
  // Found in the index alone; what is shown of them is read for one page.
  const ids = query
    .select('id')
    .orderBy('dangerous', 'desc')
    .orderBy('count', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  const rows = await tx
    .selectFrom('capture_operation')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('dangerous', 'desc')
    .orderBy('count', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return found(rows, { limit, after, whole }, (row) => `${row.dangerous} ${row.count}`);
}

async function operationsWith(
  tx: Db,
  capture: string,
  grams: readonly string[],
  most: number,
): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select operations_with(${capture}, ${grams}, ${most}) as id`.execute(tx);
  return rows.map(({ id }) => id);
}

export async function listFindings(
  tx: Db,
  capture: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Found<FindingRow>> {
  let query = tx.selectFrom('capture_finding').where('capture_id', '=', capture);
  const whole = query;
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(sql<boolean>`(count, id) < (${cursor[0]}::text::bigint, ${cursor[1]}::uuid)`);
  const rows = await query.selectAll().orderBy('count', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return found(rows, { limit, after, whole }, (row) => String(row.count));
}

export interface LineRow {
  readonly from_asset: string;
  readonly to_asset: string;
  readonly addresses: string[];
  readonly protocols: string[];
  readonly packets: number;
  readonly dangerous: boolean;
}

/** Conversations between these devices, brought together to one line for each pair and direction. */
export async function linesBetween(tx: Db, capture: string, assets: readonly string[]): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select c.from_asset, c.to_asset, sum(c.packets)::bigint as packets,
      array_agg(distinct c.protocol) as protocols,
      array_agg(distinct c.from_address) || array_agg(distinct c.to_address) as addresses,
      exists (
        select from capture_operation o
        where o.capture_id = ${capture} and o.dangerous and o.source_asset = c.from_asset and o.target_asset = c.to_asset
      ) as dangerous
    from capture_conversation c
    where c.capture_id = ${capture} and c.from_asset = any(${assets}::uuid[]) and c.to_asset = any(${assets}::uuid[])
      and c.from_asset <> c.to_asset
    group by c.from_asset, c.to_asset
    order by packets desc`.execute(tx);
  return rows;
}

export interface TalkRow {
  readonly asset: string;
  readonly address: string;
  readonly protocol: string;
  readonly outgoing: boolean;
  readonly packets: number;
}

const MOST_TALKS = 200;

export async function talksOf(tx: Db, asset: string): Promise<TalkRow[]> {
  const { rows } = await sql<TalkRow>`
    select asset, address, protocol, outgoing, sum(packets)::bigint as packets from (
      select to_asset as asset, to_address as address, protocol, true as outgoing, packets
      from capture_conversation where from_asset = ${asset} and to_asset is not null
      union all
      select from_asset, from_address, protocol, false, packets
      from capture_conversation where to_asset = ${asset} and from_asset is not null
    ) talk group by asset, address, protocol, outgoing
    order by packets desc limit ${MOST_TALKS}`.execute(tx);
  return rows;
}

const MOST_SITE_TALKS = 50_000;

/** Who says what to whom, over all captures of a site; what says most comes first. */
export async function talksOfSite(tx: Db, site: string): Promise<SiteTalkRow[]> {
  const { rows } = await sql<SiteTalkRow>`
    select c.from_asset as "from", c.to_asset as "to", c.protocol, sum(c.packets)::bigint as packets,
      max(c.last_seen) as last
    from capture k join capture_conversation c on c.capture_id = k.id
    where k.site_id = ${site} and c.from_asset is not null and c.to_asset is not null and c.from_asset <> c.to_asset
    group by 1, 2, 3 order by packets desc, 1, 2, 3 limit ${MOST_SITE_TALKS}`.execute(tx);
  return rows;
}

export interface SiteTalkRow {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly packets: number;
  readonly last: Date;
}

/** Which device did something dangerous to which, over all captures of a site. */
export async function dangerousOfSite(tx: Db, site: string): Promise<{ from: string; to: string }[]> {
  const { rows } = await sql<{ from: string; to: string }>`
    select distinct o.source_asset as "from", o.target_asset as "to"
    from capture k join capture_operation o on o.capture_id = k.id
    where k.site_id = ${site} and o.dangerous and o.source_asset is not null and o.target_asset is not null
    limit ${MOST_SITE_TALKS}`.execute(tx);
  return rows;
}

/** The conversations of a site from these devices to those, pair by pair, with the captures that show them. */
export async function conversationsOfPairs(
  tx: Db,
  site: string,
  pairs: readonly { from: string; to: string; protocol: string }[],
  most: number,
): Promise<(ConversationRow & { capture_name: string })[]> {
  const { rows } = await sql<ConversationRow & { capture_name: string }>`
    select c.*, k.name as capture_name
    from unnest(${pairs.map(({ from }) => from)}::uuid[], ${pairs.map(({ to }) => to)}::uuid[],
      ${pairs.map(({ protocol }) => protocol)}::text[]) as pair (one, other, protocol)
    join capture_conversation c on c.from_asset = pair.one and c.to_asset = pair.other and c.protocol = pair.protocol
    join capture k on k.id = c.capture_id and k.site_id = ${site}
    order by c.packets desc, c.id limit ${most}`.execute(tx);
  return rows;
}

/** A page of a list. How many there are in all is only counted where the first page does not tell. */
export async function found<Row extends { id: string }>(
  rows: Row[],
  { limit, after, whole }: { limit: number; after?: string | undefined; whole: { select: Function } },
  placeOf: (row: Row) => string,
): Promise<Found<Row>> {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  const total = after ? undefined : last ? await countOf(whole) : rows.length;
  return {
    rows,
    next: last ? writeCursor(placeOf(last), last.id) : null,
    ...(total !== undefined && { total }),
  };
}

async function countOf(query: { select: Function }): Promise<number> {
  const counted = query.select(sql<number>`count(*)`.as('count')) as {
    executeTakeFirstOrThrow(): Promise<{ count: number }>;
  };
  return (await counted.executeTakeFirstOrThrow()).count;
}
