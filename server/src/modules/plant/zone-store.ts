import type { AssetRole, Exposure, Level, SafetyImpact } from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import { insertMany } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { isDevice, wholeOf } from './plant-store.ts';
import type { Candidate } from './zone-proposals.ts';

interface ZoneTable {
  id: Generated<string>;
  owner_id: string;
  site_id: string;
  kind: 'zone' | 'conduit';
  state: Generated<'accepted' | 'dismissed'>;
  proposal: string | null;
  name: string;
  level: Generated<Level>;
  safety_impact: SafetyImpact | null;
  exposure: Exposure | null;
  sl_target: number[] | null;
  sl_achieved: number[] | null;
  protocols: Generated<string[]>;
  outside: Generated<boolean>;
  note: Generated<string>;
  x: number | null;
  y: number | null;
  created_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    zone: ZoneTable;
    conduit_end: { owner_id: string; site_id: string; conduit_id: string; zone_id: string };
  }
}

/** What the place of a device means for how urgent something is; null where nobody said. */
export interface ZoneOfAsset {
  readonly id: string;
  readonly name: string;
  readonly safetyImpact: SafetyImpact | null;
  readonly exposure: Exposure | null;
}

/**
 * The zone of each of these devices. Those that nobody placed are left out. Without a join: a prepared plan takes the ids
 * for ten, and would look through the devices of every zone.
 */
export async function zonesOf(tx: Db, assets: readonly string[]): Promise<Map<string, ZoneOfAsset>> {
  if (assets.length === 0) return new Map();
  const rows = await tx
    .selectFrom('asset')
    .select(['id', 'zone_id'])
    .where('id', '=', sql<string>`any(${[...assets]}::uuid[])`)
    .where('zone_id', 'is not', null)
    .execute();
  const zones = await zonesById(
    tx,
    rows.map(({ zone_id }) => zone_id),
  );
  return new Map(
    rows.flatMap(({ id, zone_id }) => {
      const zone = zones.get(zone_id!);
      return zone ? [[id, zone]] : [];
    }),
  );
}

/** Those of these zones that were not dismissed. */
export async function zonesById(tx: Db, ids: readonly (string | null)[]): Promise<Map<string, ZoneOfAsset>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await tx
    .selectFrom('zone')
    .select(['id', 'name', 'safety_impact as safetyImpact', 'exposure'])
    .where('id', '=', sql<string>`any(${wanted}::uuid[])`)
    .where('state', '=', 'accepted')
    .execute();
  return new Map(rows.map((zone) => [zone.id, zone]));
}

export type ZoneRow = Selectable<ZoneTable>;

export async function zonesOfSite(tx: Db, site: string): Promise<ZoneRow[]> {
  return tx
    .selectFrom('zone')
    .selectAll()
    .where('site_id', '=', site)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute();
}

export async function findZone(tx: Db, id: string): Promise<ZoneRow | undefined> {
  return tx.selectFrom('zone').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Keeps others from changing the zones of a site, and from placing its devices, until the transaction ends. */
export async function holdZones(tx: Db, site: string): Promise<{ id: string; name: string } | undefined> {
  return tx
    .selectFrom('site')
    .select(['id', 'name'])
    .where('id', '=', site)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

export interface ZoneFields {
  readonly name?: string | undefined;
  readonly state?: 'accepted' | 'dismissed' | undefined;
  readonly level?: Level | undefined;
  readonly safety_impact?: SafetyImpact | null | undefined;
  readonly exposure?: Exposure | null | undefined;
  readonly sl_target?: number[] | null | undefined;
  readonly sl_achieved?: number[] | null | undefined;
  readonly protocols?: string[] | undefined;
  readonly outside?: boolean | undefined;
  readonly note?: string | undefined;
}

export async function insertZone(
  tx: Db,
  zone: Required<Pick<ZoneTable, 'owner_id' | 'site_id' | 'kind' | 'name'>> &
    ZoneFields & { proposal?: string | null },
): Promise<string> {
  const { id } = await tx
    .insertInto('zone')
    .values({ ...nothingSaid, ...defined(zone) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

const nothingSaid = {
  proposal: null,
  safety_impact: null,
  exposure: null,
  sl_target: null,
  sl_achieved: null,
  x: null,
  y: null,
};

export async function updateZone(
  tx: Db,
  id: string,
  fields: ZoneFields & { x?: number | null; y?: number | null },
): Promise<void> {
  const set = defined(fields);
  if (Object.keys(set).length > 0) await tx.updateTable('zone').set(set).where('id', '=', id).execute();
}

function defined<Fields extends object>(fields: Fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Required<{
    [Name in keyof Fields]: Exclude<Fields[Name], undefined>;
  }>;
}

/** Is there another of this kind, not dismissed, with this name? */
export async function isTaken(
  tx: Db,
  { id, site_id, kind, name }: { id: string | null; site_id: string; kind: 'zone' | 'conduit'; name: string },
): Promise<boolean> {
  const row = await tx
    .selectFrom('zone')
    .select('id')
    .where('site_id', '=', site_id)
    .where('kind', '=', kind)
    .where('state', '=', 'accepted')
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .where(sql<boolean>`id is distinct from ${id}::uuid`)
    .executeTakeFirst();
  return row !== undefined;
}

/** The zones that each conduit of a site joins. */
export async function endsOfSite(tx: Db, site: string): Promise<Map<string, string[]>> {
  const rows = await tx
    .selectFrom('conduit_end')
    .select(['conduit_id', 'zone_id'])
    .where('site_id', '=', site)
    .orderBy('zone_id')
    .execute();
  const ends = Map.groupBy(rows, ({ conduit_id }) => conduit_id);
  return new Map([...ends].map(([conduit, list]) => [conduit, list.map(({ zone_id }) => zone_id)]));
}

export async function setEnds(
  tx: Db,
  conduit: { owner_id: string; site_id: string; id: string },
  zones: readonly string[],
): Promise<void> {
  await tx.deleteFrom('conduit_end').where('conduit_id', '=', conduit.id).execute();
  await insertMany(
    tx,
    'conduit_end',
    zones.map((zone_id) => ({
      owner_id: conduit.owner_id,
      site_id: conduit.site_id,
      conduit_id: conduit.id,
      zone_id,
    })),
  );
}

export async function devicesByZone(tx: Db, site: string): Promise<Map<string | null, number>> {
  const { rows } = await sql<{ zone: string | null; count: number }>`
    select z.id as zone, count(*) as count from asset a
    left join zone z on z.id = a.zone_id and z.state = 'accepted'
    where a.site_id = ${site} and ${isDevice('a')} group by 1`.execute(tx);
  return new Map(rows.map(({ zone, count }) => [zone, count]));
}

/** Adds up over the devices of each zone what is counted by device. */
export async function sumByZone(tx: Db, counts: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  if (counts.size === 0) return new Map();
  const { rows } = await sql<{ zone: string; total: number }>`
    select a.zone_id as zone, sum(w.count)::bigint as total
    from unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::integer[]) as w (id, count)
    join asset a on a.id = w.id where a.zone_id is not null group by 1`.execute(tx);
  return new Map(rows.map(({ zone, total }) => [zone, total]));
}

export interface CandidateRow extends Candidate {
  readonly addresses: string[];
}

/** Devices that nobody placed yet. */
export async function unplaced(tx: Db, site: string, most: number): Promise<CandidateRow[]> {
  return tx
    .selectFrom('asset')
    .select(['id', 'role', 'level', 'network', 'addresses'])
    .where('site_id', '=', site)
    .where(isDevice('asset'))
    .where('placed', '=', false)
    .orderBy('id')
    .limit(most)
    .execute();
}

/** Where these devices stand, by the ids that were asked for; those of dismissed zones nowhere. */
export async function standingOf(tx: Db, ids: readonly string[]): Promise<Map<string, Standing>> {
  const { rows } = await sql<Standing & { asked: string }>`
    select q.id as asked, a.id as device, z.id as zone, a.addresses from asset q
    join asset a on a.id = ${wholeOf('q')}
    left join zone z on z.id = a.zone_id and z.state = 'accepted'
    where q.id = any(${ids}::uuid[]) and a.state <> 'dismissed'`.execute(tx);
  return new Map(rows.map(({ asked, ...standing }) => [asked, standing]));
}

export interface Standing {
  /** The device that is shown: of a part, the one it was merged into. */
  readonly device: string;
  readonly zone: string | null;
  readonly addresses: string[];
}

/** The accepted zones of all sites. */
export async function zonesBySite(tx: Db): Promise<Map<string, { id: string; name: string }[]>> {
  const rows = await tx
    .selectFrom('zone')
    .select(['id', 'name', 'site_id'])
    .where('kind', '=', 'zone')
    .where('state', '=', 'accepted')
    .execute();
  return Map.groupBy(rows, ({ site_id }) => site_id);
}

/** Where these devices stand, and whether anybody placed them, by the ids that were asked for. */
export async function placementOf(tx: Db, ids: readonly string[]): Promise<Map<string, Placement>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Placement & { asked: string }>`
    select q.id as asked, a.id as device, z.id as zone, z.name, a.placed from asset q
    join asset a on a.id = ${wholeOf('q')}
    left join zone z on z.id = a.zone_id and z.state = 'accepted'
    where q.id = any(${[...ids]}::uuid[])`.execute(tx);
  return new Map(rows.map(({ asked, ...placement }) => [asked, placement]));
}

export interface Placement {
  readonly device: string;
  readonly zone: string | null;
  readonly name: string | null;
  readonly placed: boolean;
}

/** Each, or the device it was merged into, to its zone. Those that stand elsewhere than `from` are left there. */
export async function moveAssets(
  tx: Db,
  moves: readonly { readonly asset: string; readonly from?: string; readonly zone: string | null }[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`update asset a set zone_id = m.zone, placed = m.zone is not null
    from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as m (asset uuid, "from" uuid, zone uuid) join asset q on q.id = m.asset
    where a.id = ${wholeOf('q')} and (m."from" is null or a.zone_id = m."from") returning a.id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Removes those of these zones that hold no device and that no conduit joins. */
export async function deleteUnused(tx: Db, zones: readonly string[]): Promise<void> {
  await sql`delete from zone z where z.id = any(${[...zones]}::uuid[])
    and not exists (select from asset a where a.zone_id = z.id)
    and not exists (select from conduit_end e where e.zone_id = z.id)`.execute(tx);
}

export async function placeAssets(
  tx: Db,
  ids: readonly string[],
  zone: string | null,
  placed: boolean,
): Promise<void> {
  await sql`update asset set zone_id = ${zone}, placed = ${placed} where id = any(${ids}::uuid[])`.execute(
    tx,
  );
}

/** Where devices stand now, of a dismissed zone too. */
export async function placesOf(
  tx: Db,
  ids: readonly string[],
): Promise<{ id: string; site_id: string; zone_id: string | null; placed: boolean }[]> {
  return tx
    .selectFrom('asset')
    .select(['id', 'site_id', 'zone_id', 'placed'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}

export async function devicesToDraw(tx: Db, site: string, most: number) {
  const { rows } = await sql<{
    id: string;
    name: string;
    role: AssetRole;
    level: Level;
    product: string;
    addresses: string[];
    zone: string | null;
    total: number;
  }>`
    select a.id, a.name, a.role, a.level, coalesce(a.product, a.vendor, '') as product, a.addresses, z.id as zone,
      count(*) over () as total
    from asset a left join zone z on z.id = a.zone_id and z.state = 'accepted'
    where a.site_id = ${site} and ${isDevice('a')}
    order by a.name_key, a.id limit ${most}`.execute(tx);
  return rows;
}
