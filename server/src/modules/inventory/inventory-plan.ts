import type { FactField, InventoryRow, RowOutcome } from '@busbar/contract';
import { type Entry, leave, noted } from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';
import type { PlantService, TableFact } from '../plant/plant-service.ts';
import type { TableSite, TableZone } from './inventory-places.ts';

/** What is to become of a row, and what is to be written for it. */
export interface Planned extends Omit<InventoryRow, 'asset'> {
  readonly asset: string | null;
  readonly created: boolean;
  readonly accepted: boolean;
  readonly facts: readonly TableFact[];
  /** The zone that it is to be placed in; of the site that its row names. */
  readonly zone: TableZone | null;
}

/** Where a known device stands, and whether it was a table that placed it there. */
export interface Stands {
  readonly device: string;
  readonly zone: string | null;
  readonly name: string | null;
  readonly placed: boolean;
  readonly byTable: boolean;
}

const batch = 1000;

/** A table of all sites is brought site by site: what stands in another would be there twice. */
async function leaveElsewhere(
  tx: Db,
  plant: Pick<PlantService, 'siteNames'>,
  site: string,
  entries: readonly Entry[],
): Promise<void> {
  const names = await plant.siteNames(tx);
  const key = (name: string) => name.trim().replace(/\s+/g, ' ').toLowerCase();
  const others = new Set(Array.from(names.values(), key));
  others.delete(key(names.get(site) ?? ''));
  for (const entry of entries)
    if (!entry.isLeft && entry.says.site && others.has(key(entry.says.site)))
      leave(
        entry,
        noted(
          'other-site',
          `This device stands in ${entry.says.site}, another of your sites. Import the table there as well`,
          { site: entry.says.site },
        ),
      );
}

/** Compares the rows with the plant as it is now. Nothing is written. */
export async function planOf(
  tx: Db,
  plant: Pick<PlantService, 'recognise' | 'knownOf' | 'after' | 'siteNames' | 'sitesKnowing' | 'assetsById'>,
  {
    site,
    entries,
    at,
    places,
    standing,
  }: {
    site: string;
    entries: readonly Entry[];
    at: Date;
    /** Where the rows stand, if they are to be taken there. */
    places: readonly TableSite[] | undefined;
    standing: (assets: readonly string[]) => Promise<ReadonlyMap<string, Stands>>;
  },
  reached: (rows: number) => void = () => {},
): Promise<Planned[]> {
  if (!places) await leaveElsewhere(tx, plant, site, entries);
  const known = new Map<string, string>();
  const zoneOf = new Map<number, TableZone>();
  for (const place of places ?? [{ id: site, entries, zones: new Map<string, TableZone>() }]) {
    for (const zone of place.zones.values()) for (const row of zone.rows) zoneOf.set(row, zone);
    // Nobody is known at a site that is not there yet.
    if (place.id === undefined) continue;
    const here = await plant.recognise(
      tx,
      place.id,
      place.entries.filter(({ isLeft }) => !isLeft).map(identityOf),
    );
    for (const [row, asset] of here) known.set(row, asset);
  }
  if (places) await leaveKnownElsewhere(tx, plant, places, known);
  const taken = entries.filter(({ isLeft }) => !isLeft);
  // Two rows may both be known by an address of one device; the second is then said to be, and not taken.
  const firstOf = new Map<string, Entry>();
  for (const entry of taken) {
    const asset = known.get(String(entry.row));
    if (!asset) continue;
    const first = firstOf.get(asset);
    if (first)
      leave(
        entry,
        noted('same-device', `This is the device of row ${first.row} by its addresses`, { row: first.row }),
      );
    else firstOf.set(asset, entry);
  }

  const planned: Planned[] = [];
  for (let from = 0; from < entries.length; from += batch) {
    reached(from);
    const some = entries.slice(from, from + batch);
    const assets = some.flatMap(({ row, isLeft }) => (isLeft ? [] : (known.get(String(row)) ?? [])));
    const acquaintances = await plant.knownOf(tx, assets);
    const stands = await standing(
      some.flatMap(({ row }) => (zoneOf.has(row) ? (known.get(String(row)) ?? []) : [])),
    );
    for (const entry of some) {
      const asset = entry.isLeft ? undefined : known.get(String(entry.row));
      const told = plannedOf(entry, asset ? acquaintances.get(asset) : undefined, plant, at);
      planned.push(placed(told, zoneOf.get(entry.row), asset ? stands.get(asset) : undefined));
    }
  }
  return planned;
}

/** What moved to another site, or was brought to one before its own was there, would be there twice. */
async function leaveKnownElsewhere(
  tx: Db,
  plant: Pick<PlantService, 'recognise' | 'siteNames' | 'sitesKnowing' | 'assetsById'>,
  places: readonly TableSite[],
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const unknown = places.flatMap(({ id, entries }) =>
    entries
      .filter(({ row, isLeft }) => !isLeft && !known.has(String(row)))
      .map((entry) => ({
        entry,
        at: id,
        identity: {
          ...identityOf(entry),
          addresses: [],
          unless: { id: null, orderNumber: null, name: null },
        },
      })),
  );
  const sites = await plant.sitesKnowing(
    tx,
    unknown.map(({ identity }) => identity),
  );
  const names = await plant.siteNames(tx);
  for (const id of sites) {
    const others = unknown.filter(({ at, entry }) => at !== id && !entry.isLeft);
    const there = await plant.recognise(
      tx,
      id,
      others.map(({ identity }) => identity),
    );
    const devices = await plant.assetsById(tx, [...there.values()]);
    const site = names.get(id) ?? '';
    for (const { entry } of others)
      if ((devices.get(there.get(String(entry.row)) ?? '')?.state ?? 'dismissed') !== 'dismissed')
        leave(
          entry,
          noted(
            'known-elsewhere',
            `This device is known in ${site} by its serial number or MAC address. Correct the table, or dismiss the device there`,
            { site },
          ),
        );
  }
}

function identityOf({ row, says, addresses, macs }: Entry) {
  return {
    id: String(row),
    macs,
    addresses,
    serials: says.serial ? [says.serial] : [],
    unless: { id: says.id ?? null, orderNumber: says.orderNumber ?? null, name: says.name ?? null },
  };
}

/** A person's word of where a device stands holds over a table, as of everything else. */
function placed(row: Planned, zone: TableZone | undefined, stands: Stands | undefined): Planned {
  if (!zone || row.outcome === 'left') return row;
  if (!stands) return { ...row, zone };
  if (stands.zone !== null && stands.zone === zone.id) return row;
  if (stands.placed && !stands.byTable) {
    const value = stands.name ?? '–';
    const note = noted('person-holds', `A person said that zone is “${value}”; that holds`, {
      field: 'zone',
      value,
    });
    return { ...row, notes: [...row.notes, note] };
  }
  const change = { field: 'zone' as const, from: stands.name, to: zone.name };
  return { ...row, outcome: 'changed', zone, changes: [...row.changes, change] };
}

type Known = Awaited<ReturnType<PlantService['knownOf']>> extends Map<string, infer One> ? One : never;

function plannedOf(
  entry: Entry,
  known: Known | undefined,
  plant: Pick<PlantService, 'after'>,
  at: Date,
): Planned {
  const { row, says, isLeft } = entry;
  const common = { row, says };
  const nothing = { created: false, accepted: false, facts: [], changes: [], zone: null };
  if (isLeft) return { ...common, ...nothing, outcome: 'left', asset: null, notes: entry.notes };
  const facts = factsOf(entry);
  if (!known)
    return {
      ...common,
      outcome: 'new',
      asset: null,
      created: true,
      accepted: false,
      facts,
      changes: [],
      zone: null,
      notes: entry.notes,
    };

  const { news, changes, beaten } = plant.after(known, facts, at);
  const notes = [
    ...entry.notes,
    ...beaten.map(({ field, value }) =>
      noted('person-holds', `A person said that ${field} is “${value}”; that holds`, { field, value }),
    ),
    ...(known.state === 'dismissed'
      ? [noted('dismissed', 'This device was dismissed before, and stays so')]
      : []),
  ];
  const outcome: RowOutcome = changes.length > 0 ? 'changed' : 'known';
  return {
    ...common,
    outcome,
    asset: known.id,
    created: false,
    accepted: known.state === 'proposed',
    facts: news,
    changes: changes as InventoryRow['changes'],
    zone: null,
    notes,
  };
}

function factsOf({ says, addresses, macs, isDoubtful }: Entry): TableFact[] {
  const { address: _address, mac: _mac, id: _id, site: _site, zone: _zone, ...rest } = says;
  const one = (field: FactField, value: string): TableFact => ({
    field,
    value,
    certainty: isDoubtful && (field === 'firmware' || field === 'hardware') ? 'guessed' : 'stated',
  });
  return [
    ...Object.entries(rest).map(([field, value]) => one(field as FactField, value)),
    ...addresses.map((address) => one('address', address)),
    ...macs.map((mac) => one('mac', mac)),
  ];
}
