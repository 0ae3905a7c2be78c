import type { FactField, InventoryRow, RowOutcome } from '@busbar/contract';
import { type Entry, leave, noted } from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';
import type { PlantService, TableFact } from '../plant/plant-service.ts';

/** What is to become of a row, and what is to be written for it. */
export interface Planned extends Omit<InventoryRow, 'asset'> {
  readonly asset: string | null;
  readonly created: boolean;
  readonly accepted: boolean;
  readonly facts: readonly TableFact[];
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
  plant: Pick<PlantService, 'recognise' | 'knownOf' | 'after' | 'siteNames'>,
  { site, entries, at }: { site: string; entries: readonly Entry[]; at: Date },
  reached: (rows: number) => void = () => {},
): Promise<Planned[]> {
  await leaveElsewhere(tx, plant, site, entries);
  const taken = entries.filter(({ isLeft }) => !isLeft);
  const known = await plant.recognise(
    tx,
    site,
    taken.map(({ row, says, addresses, macs }) => ({
      id: String(row),
      macs,
      addresses,
      serials: says.serial ? [says.serial] : [],
      unless: { id: says.id ?? null, orderNumber: says.orderNumber ?? null, name: says.name ?? null },
    })),
  );
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
    for (const entry of some) {
      const asset = entry.isLeft ? undefined : known.get(String(entry.row));
      planned.push(plannedOf(entry, asset ? acquaintances.get(asset) : undefined, plant, at));
    }
  }
  return planned;
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
  const nothing = { created: false, accepted: false, facts: [], changes: [] };
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
    notes,
  };
}

function factsOf({ says, addresses, macs, isDoubtful }: Entry): TableFact[] {
  const { address: _address, mac: _mac, id: _id, site: _site, ...rest } = says;
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
