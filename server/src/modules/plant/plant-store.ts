import type {
  Asset,
  AssetRole,
  AssetSearch,
  AssetState,
  Certainty,
  Criticality,
  Exposure,
  FactField,
  Level,
  Location,
  SafetyImpact,
  Site,
  SiteFields,
} from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { fewWith, readCursor, wordsOf, writeCursor } from '../../platform/search.ts';
import { unless } from '../../platform/unless.ts';
import { holding } from './holding-facts.ts';
import { type ZoneOfAsset, zonesById } from './zone-store.ts';

interface SiteTable {
  id: Generated<string>;
  owner_id: string;
  name: string;
  sector: Generated<string>;
  country: Generated<string>;
  process: Generated<string>;
  revision: Generated<number>;
  exposure: Exposure | null;
  safety_impact: SafetyImpact | null;
  created_at: Generated<Date>;
}

export interface AssetTable {
  id: Generated<string>;
  owner_id: string;
  site_id: string;
  state: Generated<AssetState | 'merged'>;
  state_before: Generated<AssetState | null>;
  merged_into: Generated<string | null>;
  given_address: string | null;
  name: Generated<string>;
  role: Generated<AssetRole>;
  level: Generated<Level>;
  network: Generated<string>;
  zone_id: Generated<string | null>;
  placed: Generated<boolean>;
  vendor: string | null;
  product: string | null;
  model: string | null;
  order_number: string | null;
  firmware: string | null;
  hardware: string | null;
  serial: string | null;
  software: string | null;
  slot: string | null;
  cpe: string | null;
  purl: string | null;
  criticality: Criticality | null;
  certainty: Generated<Certainty>;
  addresses: Generated<string[]>;
  macs: Generated<string[]>;
  protocols: Generated<string[]>;
  first_seen: Date | null;
  last_seen: Date | null;
  search: Generated<string>;
  name_key: Generated<string>;
  vendor_key: Generated<string>;
  seen_key: Generated<Date>;
  serial_key: Generated<string | null>;
  created_at: Generated<Date>;
}

interface FactTable {
  id: Generated<string>;
  owner_id: string;
  asset_id: string;
  field: FactField;
  value: string;
  certainty: Certainty;
  source: 'capture' | 'person' | 'import';
  protocol: string | null;
  capture_id: string | null;
  packet: number | null;
  location: JSONColumnType<Location | null, string | null, string | null>;
  rank: Generated<number>;
  person_id: string | null;
  inventory_id: string | null;
  inventory_row: number | null;
  merge_id: Generated<string | null>;
  at: Date;
  seen: Date;
}

interface SightingTable {
  owner_id: string;
  capture_id: string;
  asset_id: string;
  addresses: string[];
  macs: string[];
  protocols: string[];
  zone: string;
  told_by: number | null;
  first_seen: Date;
  last_seen: Date;
  packets: number;
  bytes: number;
}

declare module '../../platform/database.ts' {
  interface Tables {
    site: SiteTable;
    asset: AssetTable;
    asset_fact: FactTable;
    asset_sighting: SightingTable;
    asset_address: { owner_id: string; site_id: string; address: string; asset_id: string };
  }
}

export type FactRow = Selectable<FactTable>;
export type SightingRow = Selectable<SightingTable>;

export async function listSites(tx: Db): Promise<Site[]> {
  const rows = await tx
    .selectFrom('site as s')
    .leftJoin(
      (db) =>
        db
          .selectFrom('asset')
          .select(['site_id', sql<number>`count(*)`.as('assets')])
          .where('state', 'not in', ['dismissed', 'merged'])
          .groupBy('site_id')
          .as('a'),
      (join) => join.onRef('a.site_id', '=', 's.id'),
    )
    .select(['s.id', 's.name', 's.sector', 's.country', 's.process', 's.revision', 'a.assets'])
    .orderBy('s.created_at')
    .execute();
  return rows.map((row) => ({ ...row, assets: row.assets ?? 0, captures: 0 }));
}

export async function insertSite(
  tx: Db,
  owner: string,
  site: Pick<Site, 'name' | 'sector' | 'country' | 'process'>,
): Promise<Site | undefined> {
  const row = await tx
    .insertInto('site')
    .values({ owner_id: owner, ...site })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'name', 'sector', 'country', 'process', 'revision'])
    .executeTakeFirst();
  return row && { ...row, assets: 0, captures: 0 };
}

/** `taken`: another of its owner has the name; `older`: somebody changed it since. */
export async function updateSite(
  tx: Db,
  id: string,
  revision: number,
  site: SiteFields,
): Promise<'done' | 'taken' | 'older'> {
  const change = () =>
    tx
      .updateTable('site')
      .set({ ...site, revision: revision + 1 })
      .where('id', '=', id)
      .where('revision', '=', revision)
      .executeTakeFirst();
  const changed = await unless(tx, 'unique', change);
  if (!changed) return 'taken';
  return changed.numUpdatedRows > 0n ? 'done' : 'older';
}

/** False where something points at it: what may, the database knows best. */
export async function deleteSite(tx: Db, id: string): Promise<boolean> {
  const remove = () => tx.deleteFrom('site').where('id', '=', id).execute();
  return (await unless(tx, 'foreignKey', remove)) !== undefined;
}

/** What the program has worked out of a device, as the contract shows it. Warnings are for others to count. */
const shown = [
  'a.id',
  'a.site_id',
  'a.state',
  'a.name',
  'a.role',
  'a.level',
  'a.network',
  'a.zone_id',
  'a.vendor',
  'a.product',
  'a.model',
  'a.order_number',
  'a.firmware',
  'a.hardware',
  'a.serial',
  'a.software',
  'a.slot',
  'a.cpe',
  'a.purl',
  'a.criticality',
  'a.addresses',
  'a.macs',
  'a.protocols',
  'a.certainty',
  'a.first_seen',
  'a.last_seen',
] as const;

type AssetRow = Omit<
  Selectable<AssetTable>,
  | 'owner_id'
  | 'given_address'
  | 'placed'
  | 'search'
  | 'name_key'
  | 'vendor_key'
  | 'seen_key'
  | 'serial_key'
  | 'created_at'
  | 'state_before'
  | 'merged_into'
>;

export async function allAssets(
  tx: Db,
  { site, most }: { site?: string | undefined; most: number },
): Promise<Asset[]> {
  let query = tx
    .selectFrom('asset as a')
    .select(shown)
    .where(isDevice('a'))
    .orderBy('a.name_key')
    .orderBy('a.id')
    .limit(most);
  if (site) query = query.where('a.site_id', '=', site);
  const rows = await query.execute();
  return withSites(tx, rows);
}

/** Place and description of each device that has one, of a site or of all. */
export async function describedAssets(
  tx: Db,
  site: string | undefined,
): Promise<Map<string, Map<FactField, FactRow>>> {
  const { rows } = await sql<FactRow & { whole: string }>`
    select f.*, coalesce(a.merged_into, a.id) as whole from asset_fact f join asset a on a.id = f.asset_id
    where f.owner_id = (select actor_organisation()) and f.field in ('location', 'description')
      and (${site ?? null}::uuid is null or a.site_id = ${site ?? null})`.execute(tx);
  return new Map(
    Array.from(
      Map.groupBy(rows, ({ whole }) => whole),
      ([id, facts]) => [id, holding(facts)],
    ),
  );
}

/** By the ids that were asked for: of one that was merged, the device it is part of. */
export async function findAssets(tx: Db, ids: readonly string[]): Promise<Map<string, Asset>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('asset as q')
    .innerJoin('asset as a', (join) => join.on('a.id', '=', wholeOf('q')))
    .select(shown)
    .select('q.id as asked')
    .where('q.id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  const assets = await withSites(tx, rows);
  return new Map(rows.map(({ asked }, place) => [asked, assets[place]!]));
}

/** Whether a row is a device of its own that people count: neither dismissed nor part of another. */
export const isDevice = (row: string) =>
  sql<boolean>`${sql.ref(`${row}.state`)} not in ('dismissed', 'merged')`;

/** The device that a row stands for: itself, or the one it was merged into. */
export const wholeOf = (row: string) =>
  sql<string>`coalesce(${sql.ref(`${row}.merged_into`)}, ${sql.ref(`${row}.id`)})`;

/** These devices with all their parts, by the device that is shown. */
export async function groupsOf(tx: Db, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; whole: string }>`
    with asked as (select coalesce(merged_into, id) as id from asset where id = any(${ids}::uuid[]))
    select id, id as whole from asset where id in (select id from asked)
    union all select id, merged_into from asset where merged_into in (select id from asked)`.execute(tx);
  const groups = new Map<string, string[]>();
  for (const { id, whole } of rows) groups.set(whole, [...(groups.get(whole) ?? []), id]);
  return groups;
}

/**
 * Keeps others from changing the assets until the transaction ends. Whoever adds a match of one of them need not wait for
 * it: he may hold the plant, for which we wait.
 */
export async function lockAssets(
  tx: Db,
  ids: readonly string[],
): Promise<{ id: string; owner_id: string }[]> {
  return tx
    .selectFrom('asset')
    .select(['id', 'owner_id'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('state', '!=', 'merged')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}

export interface Found {
  readonly items: Asset[];
  readonly next: string | null;
  readonly total?: number;
}

/**
 * @param warnings the devices with open warnings, and how many: wanted for `warned` and for sorting by warnings
 * @param hasIndex the index of words serves whoever asks
 */
export async function searchAssets(
  tx: Db,
  { search, site, state, role, capture, zone, warned, sort, after, limit }: AssetSearch,
  warnings: ReadonlyMap<string, number>,
  hasIndex: boolean,
): Promise<Found> {
  let query = tx.selectFrom('asset as a').where('a.state', '!=', 'merged');
  const few = hasIndex && (await fewWith(search, (grams, most) => assetsWith(tx, grams, most)));
  if (few) query = query.where('a.id', '=', sql<string>`any(${few}::uuid[])`);
  for (const word of wordsOf(search)) query = query.where('a.search', 'like', word);
  if (site) query = query.where('a.site_id', '=', site);
  if (state) query = query.where('a.state', '=', state);
  if (role) query = query.where('a.role', '=', role);
  if (capture)
    query = query.where(
      sql<boolean>`a.id in (select ${wholeOf('q')} from asset_sighting x join asset q on q.id = x.asset_id
        where x.capture_id = ${capture})`,
    );
  if (zone) {
    const placed = sql`(select from zone z where z.id = a.zone_id and z.state = 'accepted')`;
    query = query.where(
      zone === 'none'
        ? sql<boolean>`not exists ${placed}`
        : sql<boolean>`a.zone_id = ${zone} and exists ${placed}`,
    );
  }
  if (warned) {
    const ids = sql`(select unnest(${[...warnings.keys()]}::uuid[]))`;
    query = query.where(warned === 'true' ? sql<boolean>`a.id in ${ids}` : sql<boolean>`a.id not in ${ids}`);
  }
  // A search stops when its page is full; to count on would be to read every device a second time.
  const total =
    after || search
      ? undefined
      : await query.select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();

  const { key, type, descending } = orders[sort];
  if (sort === 'warnings') {
    const counts = sql<{
      id: string;
      count: number;
    }>`unnest(${[...warnings.keys()]}::uuid[], ${[...warnings.values()]}::integer[])`;
    query = query.leftJoin(counts.as<'w'>(sql`w (id, count)`), 'w.id', 'a.id') as typeof query;
  }
  if (search && !few) await preferOrder(tx);
  const cursor = readCursor(after);
  if (cursor) {
    const place = sql`(${cursor[0]}::text::${sql.raw(type)}, ${cursor[1]}::uuid)`;
    query = query.where(
      descending ? sql<boolean>`(${key}, a.id) < ${place}` : sql<boolean>`(${key}, a.id) > ${place}`,
    );
  }
  const direction = descending ? 'desc' : 'asc';
  const rows = await query
    .select(['a.id', sql<string>`(${key})::text`.as('place')])
    .orderBy(key, direction)
    .orderBy('a.id', direction)
    .limit(limit)
    .execute();
  const found = await findAssets(
    tx,
    rows.map(({ id }) => id),
  );
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    items: rows.map(({ id }) => found.get(id)!),
    next: last ? writeCursor(last.place, last.id) : null,
    ...(total && { total: total.count }),
    ...(search && !after && !last && { total: rows.length }),
  };
}

async function assetsWith(tx: Db, grams: readonly string[], most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select assets_with(${grams}, ${most}) as id`.execute(tx);
  return rows.map(({ id }) => id);
}

/**
 * For the rest of the transaction. The planner takes every word for rare and would read, and sort, the whole plant;
 * along the index of the order asked for, a page of what is common is found at once, and what is rare no later.
 */
async function preferOrder(tx: Db): Promise<void> {
  await sql`select set_config('enable_sort', 'off', true)`.execute(tx);
}

interface Order {
  readonly key: ReturnType<typeof sql<unknown>>;
  readonly type: string;
  readonly descending: boolean;
}

const orders: Record<AssetSearch['sort'], Order> = {
  name: { key: sql`a.name_key`, type: 'text', descending: false },
  vendor: { key: sql`a.vendor_key`, type: 'text', descending: false },
  role: { key: sql`a.role`, type: 'text', descending: false },
  lastSeen: { key: sql`a.seen_key`, type: 'timestamptz', descending: true },
  warnings: { key: sql`coalesce(w.count, 0)`, type: 'integer', descending: true },
};

export async function setAssetState(tx: Db, ids: readonly string[], state: AssetState): Promise<string[]> {
  const rows = await tx
    .updateTable('asset')
    .set({ state })
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('state', '!=', state)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function insertAsset(
  tx: Db,
  asset: { owner_id: string; site_id: string; state: AssetState; given_address: string | null },
): Promise<string> {
  const { id } = await tx
    .insertInto('asset')
    .values({ ...asset, ...nothingKnown })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export const nothingKnown = {
  vendor: null,
  product: null,
  model: null,
  order_number: null,
  firmware: null,
  hardware: null,
  serial: null,
  software: null,
  slot: null,
  cpe: null,
  purl: null,
  criticality: null,
  first_seen: null,
  last_seen: null,
};

export async function factsOf(tx: Db, assets: readonly string[]): Promise<FactRow[]> {
  const { rows } = await sql<FactRow>`select f.* ${eachOf(assets, 'asset_fact')}`.execute(tx);
  return rows;
}

export async function sightingsOf(tx: Db, assets: readonly string[]): Promise<SightingRow[]> {
  const { rows } =
    await sql<SightingRow>`select f.* ${eachOf(assets, 'asset_sighting')} order by f.last_seen desc`.execute(
      tx,
    );
  return rows;
}

/**
 * The rows of some devices, device by device. Of a table that grew in this very transaction the planner knows nothing,
 * and would read all of it for every thousand devices.
 */
function eachOf(assets: readonly string[], table: 'asset_fact' | 'asset_sighting') {
  return sql`from unnest(${[...assets]}::uuid[]) as w (id)
    cross join lateral (select * from ${sql.table(table)} t where t.asset_id = w.id offset 0) f`;
}

/** The sightings of a capture, those with most traffic first. */
export async function sightingsIn(
  tx: Db,
  capture: string,
  { search, after, limit }: { search?: string | undefined; after?: string | undefined; limit: number },
): Promise<{ rows: SightingRow[]; next: string | null; total?: number }> {
  let query = tx
    .selectFrom('asset_sighting as x')
    .innerJoin('asset as q', 'q.id', 'x.asset_id')
    .innerJoin('asset as a', (join) => join.on('a.id', '=', wholeOf('q')))
    .where('x.capture_id', '=', capture);
  for (const word of wordsOf(search)) query = query.where('a.search', 'like', word);
  const total = after
    ? undefined
    : await query.select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(
      sql<boolean>`(x.packets, x.asset_id) < (${cursor[0]}::text::bigint, ${cursor[1]}::uuid)`,
    );
  const rows = await query
    .selectAll('x')
    .orderBy('x.packets', 'desc')
    .orderBy('x.asset_id', 'desc')
    .limit(limit)
    .execute();
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    rows,
    next: last ? writeCursor(String(last.packets), last.asset_id) : null,
    ...(total && { total: total.count }),
  };
}

/** What a capture shows, by the devices that are shown. */
export async function shownIn(
  tx: Db,
  capture: string,
): Promise<{ asset: string; addresses: string[]; macs: string[] }[]> {
  return tx
    .selectFrom('asset_sighting as x')
    .innerJoin('asset as q', 'q.id', 'x.asset_id')
    .select([wholeOf('q').as('asset'), 'x.addresses', 'x.macs'])
    .where('x.capture_id', '=', capture)
    .execute();
}

/** Adds up what is counted by device, over the devices of each capture. */
export async function sumOverSightings(
  tx: Db,
  captures: readonly string[],
  counts: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  if (captures.length === 0 || counts.size === 0) return new Map();
  const { rows } = await sql<{ capture_id: string; total: number }>`
    select capture_id, sum(count)::bigint as total from (
      select distinct x.capture_id, w.id, w.count
      from unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::integer[]) as w (id, count)
      cross join lateral (select w.id union all select id from asset where merged_into = w.id) as part (id)
      join asset_sighting x on x.asset_id = part.id
      where x.capture_id = any(${captures}::uuid[])) as seen
    group by capture_id`.execute(tx);
  return new Map(rows.map(({ capture_id, total }) => [capture_id, total]));
}

/** Where in a capture a fact was told by this packet. */
export async function locationOf(tx: Db, capture: string, packet: number): Promise<Location | undefined> {
  const row = await tx
    .selectFrom('asset_fact')
    .select('location')
    .where('capture_id', '=', capture)
    .where('packet', '=', packet)
    .where('location', 'is not', null)
    .executeTakeFirst();
  return row?.location ?? undefined;
}

export async function countAssets(tx: Db): Promise<{ accepted: number; proposed: number }> {
  const rows = await tx
    .selectFrom('asset')
    .select(['state', sql<number>`count(*)`.as('count')])
    .groupBy('state')
    .execute();
  const of = (state: AssetState) => rows.find((row) => row.state === state)?.count ?? 0;
  return { accepted: of('accepted'), proposed: of('proposed') };
}

/** What matching asks of a device. */
export async function assetsForMatching(tx: Db, ids: readonly string[]) {
  const rows = await forMatching(tx)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  return rows.map(toComparable);
}

/** The same of those that come after one, by id. */
export async function assetsForMatchingAfter(tx: Db, after: string | null, most: number) {
  let query = forMatching(tx).orderBy('id').limit(most);
  if (after) query = query.where('id', '>', after);
  return (await query.execute()).map(toComparable);
}

const forMatching = (tx: Db) =>
  tx
    .selectFrom('asset')
    .select(['id', 'name', 'vendor', 'product', 'model', 'order_number', 'firmware', 'software', 'hardware'])
    .select(['serial', 'cpe', 'purl'])
    .where('state', 'not in', ['dismissed', 'merged']);

const toComparable = <Row extends { order_number: string | null }>({
  order_number: orderNumber,
  ...rest
}: Row) => ({ ...rest, orderNumber });

export async function settingsOf(tx: Db, ids: readonly string[]) {
  return tx
    .selectFrom('asset')
    .select(['id', 'role', 'level', 'criticality', 'addresses'])
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}

export async function ownerName(tx: Db, owner: string): Promise<string> {
  const row = await tx.selectFrom('organisation').select('name').where('id', '=', owner).executeTakeFirst();
  return row?.name ?? '';
}

/** Those who work on the plant of this organisation, by name. */
export async function colleaguesOf(tx: Db): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct p.id, p.name, lower(p.name) as key from membership m join person p on p.id = m.person_id
    where m.organisation_id = actor_organisation() and m.until is null and p.state = 'active'
      and m.roles && array['MEM', 'MAD']::role_code[]
    order by key, p.id limit 1000`.execute(tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function personNames(tx: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('person').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Apart from the search: a join would tempt the planner to read the whole plant before it sorts. */
async function withSites(tx: Db, rows: readonly AssetRow[]): Promise<Asset[]> {
  if (rows.length === 0) return [];
  const sites = await tx.selectFrom('site').select(['id', 'name']).execute();
  const names = new Map(sites.map(({ id, name }) => [id, name]));
  const zones = await zonesById(
    tx,
    rows.map(({ zone_id }) => zone_id),
  );
  return rows.map((row) => toAsset(row, names.get(row.site_id) ?? '', zones.get(row.zone_id ?? '') ?? null));
}

function toAsset(row: AssetRow, site: string, zone: ZoneOfAsset | null): Asset {
  return {
    id: row.id,
    site: { id: row.site_id, name: site },
    // What is merged is never shown itself.
    state: row.state as AssetState,
    name: row.name,
    role: row.role,
    level: row.level,
    network: row.network,
    zone: zone && { id: zone.id, name: zone.name },
    vendor: row.vendor,
    product: row.product,
    model: row.model,
    orderNumber: row.order_number,
    firmware: row.firmware,
    hardware: row.hardware,
    serial: row.serial,
    software: row.software,
    slot: row.slot,
    cpe: row.cpe,
    purl: row.purl,
    criticality: row.criticality,
    addresses: row.addresses,
    macs: row.macs,
    protocols: row.protocols,
    certainty: row.certainty,
    firstSeen: row.first_seen?.toISOString() ?? null,
    lastSeen: row.last_seen?.toISOString() ?? null,
    warnings: 0,
  };
}
