import { setImmediate } from 'node:timers/promises';

import type {
  FactField,
  InventoryChoice,
  InventoryField,
  InventoryReading,
  InventoryRow,
  RowOutcome,
  Told,
} from '@busbar/contract';

import type { Db } from '../../platform/database.ts';
import { isTelling, type PlantService, serialKey, type TableFact } from '../plant/plant-service.ts';
import {
  bare,
  criticalityOfWords,
  ipOf,
  isFormula,
  isNothing,
  levelOfWords,
  macOf,
  partsOf,
  roleOfWords,
} from './cell-values.ts';
import { isId, looksSwapped } from './columns.ts';
import { type Table, told } from './table.ts';

/** A row as it is understood. */
export interface Entry {
  readonly row: number;
  readonly says: Partial<Record<InventoryField, string>>;
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly isDoubtful: boolean;
  readonly notes: Told[];
  /** Not taken; the notes say why. */
  isLeft: boolean;
}

/** What is to become of a row, and what is to be written for it. */
export interface Planned extends Omit<InventoryRow, 'asset'> {
  readonly asset: string | null;
  readonly created: boolean;
  readonly accepted: boolean;
  readonly facts: readonly TableFact[];
}

const mostValue = 200;
const batch = 1000;

/** Understands every row, and says of each that cannot be taken why. Others are served in between. */
export async function entriesOf(
  table: Table,
  { headerRow, columns }: Pick<InventoryReading, 'headerRow' | 'columns'>,
  names: InventoryChoice['names'] = [],
): Promise<Entry[]> {
  const entries: Entry[] = [];
  // Only spreadsheets run formulas, and keep text from being one by an apostrophe.
  const isSheet = table.format === 'csv' || table.format === 'xlsx';
  const meant = new Map(names.map(({ vendor, product, means }) => [`${vendor}\n${product}`, means]));
  for (const { row, cells } of table.rows) {
    if (row <= headerRow) continue;
    entries.push(
      entryOf(
        row,
        columns.map(({ field }, column) => [field, cells[column] ?? ''] as const),
        isSheet,
      ),
    );
    const { says } = entries.at(-1)!;
    const means = meant.get(`${says.vendor ?? ''}\n${says.product ?? ''}`);
    if (means)
      Object.assign(says, { vendor: means.vendor, ...(means.product && { product: means.product }) });
    if (entries.length % batch === 0) await setImmediate();
  }
  leaveRepeated(entries);
  return entries;
}

function entryOf(
  row: number,
  cells: readonly (readonly [InventoryField | null, string])[],
  isSheet: boolean,
): Entry {
  const says: Partial<Record<InventoryField, string>> = {};
  const notes: Told[] = [];
  const addresses: string[] = [];
  const macs: string[] = [];
  for (const [field, cell] of cells) {
    if (field === null || isNothing(cell)) continue;
    if (field === 'id' && !isId.test(cell)) continue;
    if (isSheet && isFormula(cell)) {
      notes.push(told('formula', `A formula stands under ${field}; it was left out`, { field }));
      continue;
    }
    const value = isSheet ? bare(cell) : cell;
    if (value.length > mostValue) {
      notes.push(
        told(
          'too-long',
          `What stands under ${field} is longer than ${mostValue} characters and was left out`,
          {
            field,
            most: mostValue,
          },
        ),
      );
      continue;
    }
    if (field === 'address' || field === 'mac') {
      const list = field === 'address' ? addresses : macs;
      for (const part of partsOf(value)) {
        const address = field === 'address' ? ipOf(part) : macOf(part);
        if (address) list.push(address);
        else
          notes.push(
            told(`bad-${field}`, `“${part}” is no ${field === 'mac' ? 'MAC' : 'IP'} address`, {
              value: part,
            }),
          );
      }
      continue;
    }
    const meant = wordsOf[field]?.(value) ?? (field in wordsOf ? null : value);
    if (meant === null)
      notes.push(
        told('unknown-word', `“${value}” is no ${field} known here; it was left out`, { field, value }),
      );
    else says[field] = meant;
  }
  // Where nobody named it, a device is called by its address, and goes by that name only as long.
  if (says.name && [...addresses, ...macs].includes(says.name)) delete says.name;
  const isSwapped = looksSwapped(says.firmware ?? '', says.hardware ?? '');
  if (isSwapped)
    notes.push(
      told(
        'row-swapped',
        'By their form, firmware and hardware revision may stand in each other’s place; they count as guessed',
      ),
    );
  if (addresses.length > 0) says.address = [...new Set(addresses)].join(', ');
  if (macs.length > 0) says.mac = [...new Set(macs)].join(', ');
  const isLeft = !says.name && !says.serial && addresses.length + macs.length === 0;
  if (isLeft)
    notes.push(
      told(
        'nothing-to-know-it-by',
        'There is nothing to know this device by. Give it a name, an address, a MAC address or a serial number',
      ),
    );
  return {
    row,
    says,
    addresses: [...new Set(addresses)],
    macs: [...new Set(macs)],
    isDoubtful: isSwapped,
    notes,
    isLeft,
  };
}

const wordsOf: { readonly [Field in InventoryField]?: (cell: string) => string | null } = {
  role: roleOfWords,
  level: levelOfWords,
  criticality: criticalityOfWords,
};

/** No two rows are one device without anybody saying so: the first is taken, and both are told of one another. */
function leaveRepeated(entries: readonly Entry[]): void {
  const seen = new Map<string, Entry>();
  const rows = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.isLeft) continue;
    const whole = JSON.stringify(entry.says);
    const twin = rows.get(whole);
    if (twin) {
      leave(entry, told('same-row', `Says the same as row ${twin.row}`, { row: twin.row }));
      continue;
    }
    const { serial } = entry.says;
    const keys = [
      ...entry.macs.map((mac) => ['mac', mac] as const),
      ...(serial && isTelling(serial) ? [['serial', serialKey(serial)] as const] : []),
    ];
    for (const [field, key] of keys) {
      const other = seen.get(`${field} ${key}`);
      const value = field === 'mac' ? key : serial!;
      if (other) {
        const note = (row: number) =>
          told(
            `same-${field}`,
            `The ${field === 'mac' ? 'MAC address' : 'serial number'} ${value} stands in row ${row} as well, and only one device can have it. Correct the table and import it again`,
            { value, row },
          );
        if (!entry.isLeft) leave(entry, note(other.row));
        if (other.notes.length < 20) other.notes.push(note(entry.row));
      } else if (!entry.isLeft) seen.set(`${field} ${key}`, entry);
    }
    if (!entry.isLeft) rows.set(whole, entry);
  }
}

function leave(entry: Entry, why: Told): void {
  entry.isLeft = true;
  entry.notes.push(why);
}

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
        told(
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
        told('same-device', `This is the device of row ${first.row} by its addresses`, { row: first.row }),
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
      told('person-holds', `A person said that ${field} is “${value}”; that holds`, { field, value }),
    ),
    ...(known.state === 'dismissed'
      ? [told('dismissed', 'This device was dismissed before, and stays so')]
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
