/** What a column of an inventory can be about. By `id`, a plant knows a device of its own again; it stands in `site` and `zone`. */
export const inventoryFields = [
  'id',
  'site',
  'zone',
  'name',
  'address',
  'mac',
  'serial',
  'vendor',
  'product',
  'model',
  'orderNumber',
  'firmware',
  'hardware',
  'software',
  'slot',
  'cpe',
  'purl',
  'role',
  'level',
  'criticality',
  'location',
  'description',
] as const;
export type InventoryField = (typeof inventoryFields)[number];

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'windows-1251' | 'gb18030';
export type Separator = ',' | ';' | '\t' | '|';

/** Something odd: `code` names the sentence, `params` fill it, `text` is the English. */
export interface Note {
  readonly code: string;
  readonly params: Record<string, string | number | boolean>;
  readonly text: string;
}

export const noted = (code: string, text: string, params: Note['params'] = {}): Note => ({
  code,
  params,
  text,
});

/** How a table is to be read. What is left out is guessed. */
export interface TableChoice {
  readonly encoding?: TextEncoding | undefined;
  readonly separator?: Separator | undefined;
  /** Counted from 1; 0 where there is none. */
  readonly headerRow?: number | undefined;
  /** What each column is; null where it is to be left out. */
  readonly columns?: readonly (InventoryField | null)[] | undefined;
}

/** What a file says, cell by cell. Nothing is understood yet. */
export interface Table {
  readonly format: 'csv' | 'xlsx' | 'cyclonedx' | 'spdx' | 'json';
  /** Of text, as the separator. */
  readonly encoding: TextEncoding | null;
  readonly separator: Separator | null;
  readonly notes: Note[];
  /** Without empty rows. */
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** As a spreadsheet numbers it. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** Rows of the fields that a table can have, with the names of the API in its first row. */
export function tableOf(rows: readonly Partial<Record<InventoryField, string>>[]): TableRow[] {
  const table = [
    [...inventoryFields],
    ...rows.map((row) => inventoryFields.map((field) => row[field] ?? '')),
  ];
  return table.map((cells, place) => ({ row: place + 1, cells }));
}

/** How a table was read. */
export interface TableReading extends Omit<Table, 'rows'> {
  /** Counted from 1; 0 where there is none. */
  readonly headerRow: number;
  readonly columns: { title: string; field: InventoryField | null; samples: string[] }[];
  /** Without the header and empty ones. */
  readonly rows: number;
}

export const mostRows = 100_000;
export const mostColumns = 256;
/** Longer than anything an inventory says of a device. */
export const mostCell = 1000;

/** Why a file is no table that can be read; `code` names the sentence. */
export class NotATable extends Error {
  override readonly name = 'NotATable';
  readonly code: string;
  readonly params: Note['params'];
  /** It is a table, and more than is taken. */
  readonly isTooMuch: boolean;

  constructor(code: string, text: string, params: Note['params'] = {}, isTooMuch = false) {
    super(text);
    this.code = code;
    this.params = params;
    this.isTooMuch = isTooMuch;
  }
}
