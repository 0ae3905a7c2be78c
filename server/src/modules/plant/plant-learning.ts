import { randomUUID } from 'node:crypto';

import { AssetRole, Criticality, FactField, Level } from '@busbar/contract';
import { type Device, type DeviceFact, instant, zoneOf } from '@busbar/dissect';
import { type Selectable, sql } from 'kysely';

import { insertMany, noteGrowth, storable, storableText } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { cut } from '../../platform/search.ts';
import { holding, identityCertainty, type Said, saidAddresses } from './holding-facts.ts';
import { recognise } from './plant-recognition.ts';
import { type AssetTable, factsOf, groupsOf, type SightingRow, sightingsOf } from './plant-store.ts';

export interface Lesson {
  readonly owner: string;
  readonly site: string;
  readonly capture: string;
  readonly devices: readonly Device[];
}

/**
 * Learns from a capture which devices there are: known ones are known again, new ones are proposed, and what this
 * capture said before is replaced by what it says now. What people said stays and holds.
 */
export async function learn(
  tx: Db,
  { owner, site, capture, devices }: Lesson,
): Promise<{ assets: Map<string, string>; touched: string[] }> {
  // One at a time: two captures of a site would each propose the same device.
  await sql`select from site where id = ${site} for no key update`.execute(tx);
  // What this capture itself said before is asked, too: a person may have corrected the address since.
  const known = await heeding(tx, capture, await recognise(tx, site, devices.map(identityOf)));
  const before = await forgetCapture(tx, capture);

  const created = devices
    .filter(({ id }) => !known.has(id))
    .map(({ id }) => ({ device: id, asset: randomUUID() }));
  await insertMany(
    tx,
    'asset',
    created.map(({ asset }) => ({ id: asset, owner_id: owner, site_id: site })),
  );
  const assets = new Map([...known, ...created.map(({ device, asset }) => [device, asset] as const)]);

  const sightings = new Map<string, ReturnType<typeof sightingOf>>();
  for (const device of devices) {
    const asset = assets.get(device.id)!;
    const sighting = sightingOf(device, { owner_id: owner, capture_id: capture, asset_id: asset });
    const other = sightings.get(asset);
    sightings.set(asset, other ? together(other, sighting) : sighting);
  }
  await insertMany(tx, 'asset_sighting', [...sightings.values()]);
  await insertMany(
    tx,
    'asset_fact',
    devices.flatMap((device) =>
      factRows(device).map((fact) => ({
        owner_id: owner,
        asset_id: assets.get(device.id)!,
        capture_id: capture,
        source: 'capture',
        ...fact,
      })),
    ),
  );
  const touched = await settle(tx, [...new Set([...before, ...assets.values()])]);
  return { assets, touched };
}

/** What a person split off what this capture shows stays apart. */
async function heeding(tx: Db, capture: string, known: Map<string, string>): Promise<Map<string, string>> {
  const splits = await tx
    .selectFrom('asset_split')
    .select(['from_id', 'to_id'])
    .where('capture_id', '=', capture)
    .execute();
  if (splits.length === 0) return known;
  const split = new Map(splits.map(({ from_id, to_id }) => [from_id, to_id]));
  return new Map([...known].map(([device, asset]) => [device, split.get(asset) ?? asset]));
}

/** Takes back what a capture said; the devices it spoke of still await `settle`. */
export async function forgetCapture(tx: Db, capture: string): Promise<string[]> {
  await tx.deleteFrom('asset_fact').where('capture_id', '=', capture).execute();
  const rows = await tx
    .deleteFrom('asset_sighting')
    .where('capture_id', '=', capture)
    .returning('asset_id')
    .execute();
  return rows.map(({ asset_id }) => asset_id);
}

function identityOf({ id, macs, addresses, facts, lastSeen }: Device) {
  const serials = facts.flatMap(({ field, certainty, value }) =>
    field === 'serial' && certainty === 'stated' ? [value] : [],
  );
  return { id, macs, addresses, serials, seen: new Date(instant(lastSeen)) };
}

const BATCH = 1000;

/**
 * Works out anew what holds for these devices, of merged ones for all their parts. One that no capture shows any more and
 * no person spoke of is gone. Gives back those that are still there.
 */
export async function settle(tx: Db, ids: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (let at = 0; at < ids.length; at += BATCH)
    left.push(...(await settleBatch(tx, ids.slice(at, at + BATCH))));
  return left;
}

async function settleBatch(tx: Db, asked: readonly string[]): Promise<string[]> {
  const groups = await groupsOf(tx, asked);
  const ids = [...groups.values()].flat();
  const assets = await tx
    .selectFrom('asset')
    .select(['id', 'owner_id', 'site_id', 'state', 'state_before', 'merged_into', 'given_address'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  const facts = Map.groupBy(await factsOf(tx, ids), ({ asset_id }) => asset_id);
  const sightings = Map.groupBy(await sightingsOf(tx, ids), ({ asset_id }) => asset_id);

  const isKnown = ({ id, state, state_before, given_address }: (typeof assets)[number]) =>
    (state_before ?? state) === 'accepted' ||
    given_address !== null ||
    sightings.has(id) ||
    (facts.get(id) ?? []).some(({ source }) => source !== 'capture');
  const known = new Set(assets.filter(isKnown).map(({ id }) => id));
  // A device is there as long as one of its parts is.
  const isLeft = ({ id }: { id: string }) =>
    known.has(id) || (groups.get(id) ?? []).some((part) => known.has(part));
  const left = assets.filter(isLeft);
  const gone = assets.filter((asset) => !isLeft(asset)).map(({ id }) => id);
  const said = (parts: readonly string[]) => ({
    facts: parts.flatMap((part) => facts.get(part) ?? []),
    sightings: parts
      .flatMap((part) => sightings.get(part) ?? [])
      .toSorted((a, b) => b.last_seen.getTime() - a.last_seen.getTime()),
  });

  await sql`delete from asset where id = any(${gone}::uuid[])`.execute(tx);
  await tx
    .deleteFrom('asset_address')
    .where('asset_id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  await writeSettled(
    tx,
    left.map((asset) => ({ ...asset, ...said(groups.get(asset.id) ?? [asset.id]), own: said([asset.id]) })),
  );
  return left.map(({ id }) => id);
}

/** A device with all that anybody said of it. */
interface Settling extends Pick<
  Selectable<AssetTable>,
  'id' | 'owner_id' | 'site_id' | 'state' | 'given_address'
> {
  readonly facts: readonly Said[];
  readonly sightings: readonly SightingRow[];
  /** Of all that, what is its own and not of its parts: by this it is known again. */
  readonly own?: Pick<Settling, 'facts' | 'sightings'>;
}

/** Adds devices that nobody knew, as what is said of them comes to. Their facts are for the caller to write. */
export async function insertSettled(tx: Db, assets: readonly Settling[]): Promise<void> {
  for (let at = 0; at < assets.length; at += BATCH) await writeSettled(tx, assets.slice(at, at + BATCH));
  await noteGrowth(tx, 'asset', assets.length);
}

/** Whether a device is there is asked of its key: statistics, from before many came, would have all of them read. */
async function writeSettled(tx: Db, assets: readonly Settling[]): Promise<void> {
  if (assets.length === 0) return;
  const rows = assets.map(({ facts, sightings, own, ...asset }) => {
    const held = whatHolds(facts, sightings, asset.given_address);
    const isWhole = own && own.facts.length + own.sightings.length < facts.length + sightings.length;
    return { asset, held, own: isWhole ? whatHolds(own.facts, own.sightings, asset.given_address) : held };
  });
  const held = Object.keys(rows[0]!.held);
  const columns = sql.join([...Object.keys(rows[0]!.asset), ...held].map((name) => sql.ref(name)));
  const assignments = sql.join(held.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`));
  await sql`insert into asset (${columns})
    select ${columns} from jsonb_populate_recordset(null::asset, ${storable(rows.map(({ asset, held }) => ({ ...asset, ...held })))}::jsonb)
    on conflict (id) do update set ${assignments}`.execute(tx);
  await insertMany(
    tx,
    'asset_address',
    rows.flatMap(({ asset: { id, owner_id, site_id }, own: { macs, addresses } }) =>
      [...macs, ...addresses].map((address) => ({ owner_id, site_id, address, asset_id: id })),
    ),
  );
}

/** More addresses than a device has; beyond, somebody claims too much. */
export const MOST_ADDRESSES = 64;

function whatHolds(facts: readonly Said[], sightings: readonly SightingRow[], given: string | null) {
  const held = holding(facts);
  const value = (field: FactField) => held.get(field)?.value || null;
  const said = { address: saidAddresses(facts, 'address'), mac: saidAddresses(facts, 'mac') };
  const seenSince = (after: Date | undefined) =>
    after === undefined ? sightings : sightings.filter(({ last_seen }) => last_seen > after);
  const addresses = union([
    ...(given && said.address.after === undefined ? [given] : []),
    ...said.address.values,
    ...seenSince(said.address.after).flatMap((seen) => seen.addresses),
  ]);
  const macs = union([...said.mac.values, ...seenSince(said.mac.after).flatMap((seen) => seen.macs)]);
  const asset = {
    name: cut(value('name') ?? value('station') ?? addresses[0] ?? macs[0] ?? '', MOST_NAMED),
    role: AssetRole.catch('unknown').parse(value('role')),
    level: Level.catch('unknown').parse(value('level')),
    network: sightings[0]?.zone ?? zoneOf({ vlans: [], addresses }),
    vendor: value('vendor'),
    product: value('product'),
    model: value('model'),
    order_number: value('orderNumber'),
    firmware: value('firmware'),
    hardware: value('hardware'),
    serial: value('serial'),
    software: value('software'),
    slot: value('slot'),
    cpe: value('cpe'),
    purl: value('purl'),
    criticality: Criticality.nullable().catch(null).parse(value('criticality')),
    certainty: identityCertainty(held),
    addresses,
    macs,
    protocols: union(sightings.flatMap((seen) => seen.protocols)).sort(),
    first_seen:
      sightings.length > 0 ? new Date(Math.min(...sightings.map((seen) => seen.first_seen.getTime()))) : null,
    last_seen: sightings[0]?.last_seen ?? null,
  };
  const { name, vendor, product, model, order_number, firmware, serial } = asset;
  const words = [
    name,
    vendor,
    product,
    model,
    order_number,
    order_number?.replace(/[ -]/g, ''),
    firmware,
    serial,
  ];
  const search = [...words, ...addresses, ...macs].filter(Boolean).join(' ').toLowerCase();
  return { ...asset, search: cut(search, MOST_SEARCHED) };
}

/** In bytes: name and words stand in one entry of an index, which takes 2,704. */
const MOST_NAMED = 700;
const MOST_SEARCHED = 1800;

const union = (values: readonly string[]) => [...new Set(values)].slice(0, MOST_ADDRESSES);

function sightingOf(device: Device, whose: { owner_id: string; capture_id: string; asset_id: string }) {
  const identity = ['orderNumber', 'product', 'model', 'firmware', 'serial', 'name', 'vendor'];
  const telling = device.facts
    .filter(({ field, at }) => at && identity.includes(field))
    .sort((a, b) => identity.indexOf(a.field) - identity.indexOf(b.field));
  return {
    ...whose,
    addresses: [...device.addresses],
    macs: [...device.macs],
    protocols: [...device.protocols],
    zone: zoneOf(device),
    told_by: telling[0]?.at?.packet ?? null,
    first_seen: instant(device.firstSeen),
    last_seen: instant(device.lastSeen),
    packets: device.packets,
    bytes: device.bytes,
  };
}

type Seen = Omit<SightingRow, 'first_seen' | 'last_seen'> & {
  readonly first_seen: string | Date;
  readonly last_seen: string | Date;
};

/** Two addresses of a capture that turn out to be one device we know. */
export function together<One extends Seen>(one: One, other: One): One {
  return {
    ...one,
    addresses: union([...one.addresses, ...other.addresses]),
    macs: union([...one.macs, ...other.macs]),
    protocols: union([...one.protocols, ...other.protocols]),
    told_by: one.told_by ?? other.told_by,
    first_seen: one.first_seen < other.first_seen ? one.first_seen : other.first_seen,
    last_seen: one.last_seen > other.last_seen ? one.last_seen : other.last_seen,
    packets: one.packets + other.packets,
    bytes: one.bytes + other.bytes,
  };
}

function factRows(device: Device) {
  const seen = instant(device.lastSeen);
  const told = device.facts.flatMap((fact, rank) => {
    const field = FactField.safeParse(fact.field).data;
    const value = storableText(fact.value).trim();
    if (!field || !value) return [];
    const { at } = fact as DeviceFact;
    return [
      {
        field,
        value,
        certainty: fact.certainty,
        protocol: fact.protocol,
        packet: at?.packet ?? null,
        location: at ?? null,
        rank,
        at: at ? instant(at.time) : seen,
        seen,
      },
    ];
  });
  const follows = (field: FactField, value: string, certainty: string, because: string, rank: number) => ({
    field,
    value,
    certainty,
    protocol: because.split('.')[0]!,
    packet: null,
    location: null,
    rank,
    at: seen,
    seen,
  });
  const roles = device.roles
    .filter(({ role }) => role !== 'unknown')
    .map(({ role, certainty, because }, rank) => follows('role', role, certainty, because, rank));
  // A switch stands beside the lanes of the map; which one it serves is for people to say.
  const level = Level.safeParse(device.level).data ?? 'unknown';
  return [
    ...told,
    ...roles,
    ...(level === 'unknown' ? [] : [follows('level', level, 'guessed', 'network', 0)]),
  ];
}
