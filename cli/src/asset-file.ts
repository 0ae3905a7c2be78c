import { open } from 'node:fs/promises';

import { type AssetRecord, assetOfRecord } from '@busbar/csaf';

/** As many as a large operator has; more are for the server. */
const LARGEST = 256 * 1024 * 1024;
const MOST_ROWS = 1_000_000;

export interface AssetFile {
  readonly assets: readonly AssetRecord[];
  /** Columns that say nothing about what a device is. */
  readonly ignored: readonly string[];
}

/** Reads assets from JSON (an array of objects, or `assets` holding one) or from CSV with names in its first row. */
export async function assetsIn(path: string): Promise<AssetFile> {
  const text = await textOf(path);
  const records = /^\s*[[{]/.test(text) ? fromJson(text) : fromCsv(text);
  const ignored = new Set<string>();
  const assets = records.map((record) => {
    const read = assetOfRecord(record);
    for (const name of read.ignored) if (ignored.size < 100) ignored.add(name);
    return read;
  });
  return { assets, ignored: [...ignored] };
}

async function textOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    if ((await file.stat()).size > LARGEST) throw new Error('The file is larger than 256 MiB. Split it.');
    const text = await file.readFile('utf8');
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  } finally {
    await file.close();
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fromJson(text: string): Fields[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`This is neither JSON nor CSV: ${(error as Error).message}`, { cause: error });
  }
  const list = Array.isArray(json) ? (json as unknown[]) : (json as { assets?: unknown }).assets;
  if (!Array.isArray(list))
    throw new Error(
      'There are no assets in it: an array of objects, or an object with such an array as "assets".',
    );
  if (list.length > MOST_ROWS) throw new Error('There are more than a million assets in it. Split it.');
  return list.map((one: unknown) => (typeof one === 'object' && one !== null ? (one as Fields) : {}));
}

/** Commas, semicolons or tabs, as the first row has them. */
function fromCsv(text: string): Fields[] {
  const firstLine = text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1);
  const separator = [';', '\t', ','].toSorted(
    (a, b) => firstLine.split(b).length - firstLine.split(a).length,
  )[0]!;
  const [names, ...rows] = csvRows(text, separator);
  if (!names || rows.length === 0) throw new Error('There are no rows in it below the names of the columns.');
  return rows.map((cells) =>
    Object.fromEntries(names.map((name, i) => [name.trim(), unformulated(cells[i] ?? '')])),
  );
}

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
