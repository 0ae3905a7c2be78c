import { open } from 'node:fs/promises';

import { type AssetRecord, assetOfRecord, encodingOf, NotATable, readText, separatorOf } from '@busbar/csaf';

/** As many as a large operator has; more are for the server. */
const LARGEST = 256 * 1024 * 1024;
const MOST_ROWS = 1_000_000;

export interface AssetFile {
  readonly assets: readonly AssetRecord[];
  /** Columns that say nothing about what a device is. */
  readonly ignored: readonly string[];
}

/**
 * Reads assets from JSON (an array of objects, or `assets` holding one), from a bill of materials (CycloneDX, SPDX 2) or
 * Busbar's own export, or from CSV as spreadsheets of any country write it, with names in one of its first rows.
 */
export async function assetsIn(path: string): Promise<AssetFile> {
  const bytes = await bytesOf(path);
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  const records = /^\s*[[{]/.test(text) ? fromJson(text, bytes) : fromCsv(text);
  const ignored = new Set<string>();
  const assets = records.map((record) => {
    const read = assetOfRecord(record);
    for (const name of read.ignored) if (ignored.size < 100) ignored.add(name);
    return read;
  });
  return { assets, ignored: [...ignored] };
}

async function bytesOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    if ((await file.stat()).size > LARGEST) throw new Error('The file is larger than 256 MiB. Split it.');
    return await file.readFile();
  } finally {
    await file.close();
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fromJson(text: string, bytes: Uint8Array): Fields[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`This is neither JSON nor CSV: ${(error as Error).message}`, { cause: error });
  }
  const list = Array.isArray(json) ? (json as unknown[]) : (json as { assets?: unknown }).assets;
  if (!Array.isArray(list)) return fromDocument(bytes);
  if (list.length > MOST_ROWS) throw new Error('There are more than a million assets in it. Split it.');
  return list.map((one: unknown) => (typeof one === 'object' && one !== null ? (one as Fields) : {}));
}

/** CycloneDX, SPDX, and what Busbar exports, as the import of the service reads them. */
function fromDocument(bytes: Uint8Array): Fields[] {
  try {
    const [names, ...rows] = readText(bytes).rows;
    return rows.map(({ cells }) => fieldsOf(names!.cells, cells));
  } catch (error) {
    if (!(error instanceof NotATable)) throw error;
    throw new Error(
      `There are no assets in it: an array of objects, an object with such an array as "assets", CycloneDX, SPDX 2 or an export of Busbar. (${error.message})`,
      { cause: error },
    );
  }
}

/** Above the names of the columns may stand what the list is called. */
const LATEST_NAMES = 20;

function fromCsv(text: string): Fields[] {
  const rows = csvRows(text, separatorOf(text));
  const isHeader = (cells: readonly string[]) => {
    const named = cells.filter((cell) => cell.trim() !== '');
    const { ignored } = assetOfRecord(Object.fromEntries(named.map((name) => [name, 'x'])));
    return new Set(named).size - ignored.length >= 2;
  };
  const place = Math.max(0, rows.slice(0, LATEST_NAMES).findIndex(isHeader));
  const [names, ...below] = rows.slice(place);
  if (!names || below.length === 0)
    throw new Error('There are no rows in it below the names of the columns.');
  return below.map((cells) => fieldsOf(names, cells));
}

const fieldsOf = (names: readonly string[], cells: readonly string[]): Fields =>
  Object.fromEntries(names.map((name, i) => [name.trim(), unformulated(cells[i] ?? '')]));

/** RFC 4180: a quoted cell may hold separators, line ends and, doubled, quotes. */
export function csvRows(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    let cell: string;
    if (text[at] === '"') {
      let end = at + 1;
      while (end < text.length && (text[end] !== '"' || text[end + 1] === '"'))
        end += text[end] === '"' ? 2 : 1;
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
      cell = text.slice(at, end);
      at = end;
    }
    row.push(cell);
    if (text[at] === separator) {
      at++;
      if (at < text.length) continue;
      row.push('');
    }
    // Anything between a closing quote and the line end belongs to nobody.
    while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    if (row.some((one) => one.trim() !== '')) rows.push(row);
    if (rows.length > MOST_ROWS + 1) throw new Error('There are more than a million assets in it. Split it.');
    row = [];
  }
  return rows;
}

/** Spreadsheets keep numbers from being changed as ="007" or '007. */
function unformulated(cell: string): string {
  return cell.replace(/^="(.*)"$/, '$1').replace(/^'(?=\S)/, '');
}
