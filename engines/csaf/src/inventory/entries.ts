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
import { isTelling, serialKey } from './serial.ts';
import { type InventoryField, type Note, noted, type Table, type TableReading } from './table.ts';

/** A row as it is understood. */
export interface Entry {
  readonly row: number;
  readonly says: Partial<Record<InventoryField, string>>;
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly isDoubtful: boolean;
  readonly notes: Note[];
  /** Not taken; the notes say why. */
  isLeft: boolean;
}

/** How a table writes a name, and how advisories do. */
export interface Named {
  readonly vendor: string;
  readonly product: string;
  readonly means: { readonly vendor: string; readonly product: string | null };
}

const mostValue = 200;
/** Machines name things at length, and a device may have several such names. */
const mostOf: { readonly [Field in InventoryField]?: number } = { cpe: 600, purl: 600 };
const batch = 1000;

/** Understands every row, and says of each that cannot be taken why. Others are served in between. */
export async function entriesOf(
  table: Table,
  { headerRow, columns }: Pick<TableReading, 'headerRow' | 'columns'>,
  names: readonly Named[] = [],
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
    if (entries.length % batch === 0) await others();
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
  const notes: Note[] = [];
  const addresses: string[] = [];
  const macs: string[] = [];
  for (const [field, cell] of cells) {
    if (field === null || isNothing(cell)) continue;
    if (field === 'id' && !isId.test(cell)) continue;
    if (isSheet && isFormula(cell)) {
      notes.push(noted('formula', `A formula stands under ${field}; it was left out`, { field }));
      continue;
    }
    const value = isSheet ? bare(cell) : cell;
    const most = mostOf[field] ?? mostValue;
    if (value.length > most) {
      notes.push(
        noted('too-long', `What stands under ${field} is longer than ${most} characters and was left out`, {
          field,
          most,
        }),
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
            noted(`bad-${field}`, `“${part}” is no ${field === 'mac' ? 'MAC' : 'IP'} address`, {
              value: part,
            }),
          );
      }
      continue;
    }
    const meant = wordsOf[field]?.(value) ?? (field in wordsOf ? null : value);
    if (meant === null)
      notes.push(
        noted('unknown-word', `“${value}” is no ${field} known here; it was left out`, { field, value }),
      );
    else says[field] = meant;
  }
  // Where nobody named it, a device is called by its address, and goes by that name only as long.
  if (says.name && [...addresses, ...macs].includes(says.name)) delete says.name;
  const isSwapped = looksSwapped(says.firmware ?? '', says.hardware ?? '');
  if (isSwapped)
    notes.push(
      noted(
        'row-swapped',
        'By their form, firmware and hardware revision may stand in each other’s place; they count as guessed',
      ),
    );
  if (addresses.length > 0) says.address = [...new Set(addresses)].join(', ');
  if (macs.length > 0) says.mac = [...new Set(macs)].join(', ');
  const isLeft = !says.name && !says.serial && addresses.length + macs.length === 0;
  if (isLeft)
    notes.push(
      noted(
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
      leave(entry, noted('same-row', `Says the same as row ${twin.row}`, { row: twin.row }));
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
          noted(
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

export function leave(entry: Entry, why: Note): void {
  entry.isLeft = true;
  entry.notes.push(why);
}

/** Whoever waits in this thread comes by. */
const others = () => new Promise((go) => setTimeout(go));
