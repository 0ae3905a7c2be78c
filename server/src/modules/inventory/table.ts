import type { InventoryChoice, InventoryReading, Separator, TextEncoding, Told } from '@busbar/contract';
import { type CellValue, readSheet } from 'read-excel-file/node';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

import { line, plain } from '../../platform/plain-text.ts';
import { malformed, Problem, tooLarge } from '../../platform/problem.ts';
import { isCycloneDx, tableOfCycloneDx } from './cyclonedx.ts';
import { isExport, tableOfExport } from './exported.ts';

/** What a file says, cell by cell. Nothing is understood yet. */
export interface Table extends Pick<InventoryReading, 'format' | 'encoding' | 'separator' | 'notes'> {
  /** Without empty rows. */
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** As a spreadsheet numbers it. */
  readonly row: number;
  readonly cells: readonly string[];
}

export const mostBytes = 64 << 20;
const mostRows = 100_000;
const mostColumns = 256;
/** Longer than anything an inventory says of a device. */
const mostCell = 1000;

/**
 * Reads a table by its content, never by its name: a workbook (ECMA-376), CycloneDX, or text with separators (RFC 4180,
 * as spreadsheets of any country write it). Throws Problems that say what to do.
 */
export async function readTable(bytes: Buffer, choice: InventoryChoice): Promise<Table> {
  if (bytes.length === 0)
    throw malformed('empty-file', 'The file is empty; check that the whole file was chosen');
  if (bytes.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1')
    throw malformed(
      'old-workbook',
      'This is a workbook of an old form (.xls), or one with a password. Save it as .xlsx without a password',
    );
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04') return readWorkbook(bytes);
  return readText(bytes, choice);
}

async function readWorkbook(bytes: Buffer): Promise<Table> {
  const { sheets, merged } = await inspected(bytes);
  const rows = await readSheet(bytes).catch((error: Error) => {
    throw brokenWorkbook(error.message);
  });
  const notes: Told[] = [];
  if (sheets > 1)
    notes.push(
      told('first-sheet', `The first of ${sheets} sheets was read; the others were not`, { sheets }),
    );
  if (merged > 0)
    notes.push(
      told(
        'merged-cells',
        `${merged} groups of merged cells: only the first cell of each has its value, the others are empty`,
        { count: merged },
      ),
    );
  return {
    format: 'xlsx',
    encoding: null,
    separator: null,
    notes,
    rows: filled(rows.map((cells, place) => ({ row: place + 1, cells: cells.map(cellText) }))),
  };
}

function cellText(cell: CellValue | null): string {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return clean(String(cell ?? ''));
}

/**
 * Opens every part of a workbook once, before anybody believes what it says of its size: what unpacks to more than is
 * claimed, or hides between its parts, goes no further.
 */
async function inspected(bytes: Buffer): Promise<{ sheets: number; merged: number }> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true }).catch((error: Error) => {
    throw brokenWorkbook(error.message);
  });
  let [parts, packed, unpacked, sheets, merged] = [0, 0, 0, 0, 0];
  for await (const entry of entriesOf(zip)) {
    parts++;
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
    if (parts > 2000 || unpacked > mostUnpacked)
      throw tooLarge(
        'workbook-too-large',
        `The workbook unpacks to more than ${mostUnpacked >> 20} MiB. Save the sheet with the devices alone, or as CSV`,
        { most: mostUnpacked >> 20 },
      );
    if (entry.isEncrypted()) throw brokenWorkbook('encrypted');
    const counted = await count(zip, entry);
    sheets += counted.sheets;
    merged += counted.merged;
  }
  if (sheets === 0)
    throw malformed(
      'not-a-table',
      'This archive is no workbook. Send a sheet as .xlsx or .csv, without packing it',
    );
  if (bytes.length - packed > mostBetween + parts * 1024) throw brokenWorkbook('hidden parts');
  return { sheets, merged };
}

const mostUnpacked = 256 << 20;
const mostBetween = 256 << 10;

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    throw brokenWorkbook((error as Error).message);
  }
}

async function count(zip: ZipFile, entry: Entry): Promise<{ sheets: number; merged: number }> {
  const isBook = /^xl\/workbook\.xml$/i.test(entry.fileName);
  const isSheet = /^xl\/worksheets\/[^/]+\.xml$/i.test(entry.fileName);
  const counts = { sheets: 0, merged: 0 };
  let tail = '';
  try {
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      if (!isBook && !isSheet) continue;
      const text = tail + chunk.toString('latin1');
      if (isBook) counts.sheets += text.match(/<(?:\w+:)?sheet\s/g)?.length ?? 0;
      else counts.merged += text.match(/<(?:\w+:)?mergeCell\s/g)?.length ?? 0;
      // A tag that lies across two chunks is counted with the second.
      tail = text.slice(Math.max(text.lastIndexOf('<'), text.length - 40)).replace(/^[^<].*/s, '');
      if (/<(?:\w+:)?(?:sheet|mergeCell)\s/.test(tail)) tail = '';
    }
  } catch (error) {
    throw brokenWorkbook((error as Error).message);
  }
  return counts;
}

const brokenWorkbook = (why: string) =>
  malformed('broken-workbook', 'The workbook cannot be read to its end. Save it again as .xlsx, or as CSV', {
    why: line(why, 200),
  });

function readText(bytes: Buffer, choice: InventoryChoice): Table {
  const encoding = choice.encoding ?? encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  if (/^\s*[{[]/.test(text.slice(0, 100))) {
    const document = parsed(text);
    const isOurs = isExport(document);
    if (!isOurs && !isCycloneDx(document))
      throw malformed(
        'not-a-table',
        'This is JSON, and of JSON only CycloneDX and our own export can be read here. Send a sheet as .xlsx or .csv',
      );
    const { rows, notes } = isOurs
      ? { rows: tableOfExport(document, mostRows), notes: [] }
      : tableOfCycloneDx(document, mostRows);
    return {
      format: isOurs ? 'json' : 'cyclonedx',
      encoding,
      separator: null,
      notes,
      rows: filled(rows.map(({ row, cells }) => ({ row, cells: cells.map(clean) }))),
    };
  }
  if (/[\0\x01-\x08]/.test(text.slice(0, 10_000)))
    throw malformed('not-a-table', 'This is not a table. Send a sheet as .xlsx or .csv');
  // What spreadsheets write for one another (`sep=;`) is no row, and yet it is counted as one.
  const declared = /^sep=(.)\r?\n/i.exec(text.slice(0, 10));
  const separator = choice.separator ?? separators.find((one) => one === declared?.[1]) ?? separatorOf(text);
  const rows = splitRows(declared ? text.slice(declared[0].length) : text, separator);
  return {
    format: 'csv',
    encoding,
    separator,
    notes: [],
    rows: filled(
      rows.map((cells, place) => ({ row: place + 1 + (declared ? 1 : 0), cells: cells.map(clean) })),
    ),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('not-json', 'This begins like JSON and is none; export it again');
  }
}

/** By its byte order mark, else by what reads without a fault, else by how the letters beyond ASCII stand together. */
export function encodingOf(bytes: Buffer): TextEncoding {
  const mark = bytes.subarray(0, 3).toString('hex');
  if (mark === 'efbbbf') return 'utf-8';
  if (mark.startsWith('fffe')) return 'utf-16le';
  if (mark.startsWith('feff')) return 'utf-16be';
  const sample = bytes.subarray(0, 1 << 20);
  const zeros = [0, 0];
  for (let at = 0; at < Math.min(sample.length, 4096); at++) if (sample[at] === 0) zeros[at % 2]!++;
  if (zeros[0]! + zeros[1]! > 20) return zeros[1]! > zeros[0]! ? 'utf-16le' : 'utf-16be';
  if (reads(bytes, 'utf-8')) return 'utf-8';
  return singleByteOf(sample, bytes);
}

/**
 * Western text has single letters beyond ASCII among others; Cyrillic words and Chinese ones consist of them. Of the
 * two, common Chinese characters begin with B0 to D7 (GB 2312, level 1), and small Russian letters lie above.
 */
function singleByteOf(sample: Buffer, whole: Buffer): TextEncoding {
  let [runs, high, common, pairs] = [0, 0, 0, 0];
  for (let at = 0; at < sample.length; at++) {
    if (sample[at]! < 0x80) continue;
    runs++;
    const start = at;
    while (at < sample.length && sample[at]! >= 0x80) at++;
    high += at - start;
    for (let pair = start; pair + 1 < at; pair += 2) {
      pairs++;
      if (sample[pair]! >= 0xa1 && sample[pair]! <= 0xd7) common++;
    }
  }
  if (runs === 0 || high / runs < 1.5) return 'windows-1252';
  return common / Math.max(1, pairs) > 0.7 && reads(whole, 'gb18030') ? 'gb18030' : 'windows-1251';
}

function reads(bytes: Buffer, encoding: TextEncoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const separators: readonly Separator[] = [';', ',', '\t', '|'];

/** The one that cuts the first rows into most columns, all alike. */
export function separatorOf(text: string): Separator {
  const start = text.slice(0, 20_000);
  let best: Separator = ',';
  let most = 0;
  for (const separator of separators) {
    const widths = splitRows(start, separator, 50)
      .map(({ length }) => length)
      .filter((width) => width > 1);
    const usual = widths.toSorted((a, b) => a - b)[widths.length >> 1] ?? 0;
    const score = usual * widths.filter((width) => width === usual).length;
    if (score > most) [best, most] = [separator, score];
  }
  return best;
}

/** Rows of cells; a quoted cell may hold separators, line ends and doubled quotes. */
function splitRows(text: string, separator: Separator, most = mostRows + 101): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length && rows.length < most) {
    let cell: string;
    if (text[at] === '"') [cell, at] = quoted(text, at + 1, separator);
    else {
      const end = endOfCell(text, at, separator);
      cell = text.slice(at, Math.min(end, at + mostCell + 1));
      at = end;
    }
    if (cells.length <= mostColumns) cells.push(cell);
    else if (cell !== '') throw tooWide();
    if (text[at] === separator) {
      at++;
      // A separator at the end of the text is followed by an empty cell, which says nothing.
      continue;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    rows.push(cells);
    cells = [];
  }
  if (cells.length > 0 && rows.length < most) rows.push(cells);
  return rows;
}

function endOfCell(text: string, from: number, separator: string): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === separator || character === '\n' || character === '\r') return at;
  }
  return text.length;
}

function quoted(text: string, from: number, separator: string): [cell: string, end: number] {
  let cell = '';
  let at = from;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end < 0)
      throw malformed(
        'quote-not-closed',
        `A quotation mark is opened and never closed: ${line(text.slice(from, from + 40), 40)}. Correct it there`,
        { near: line(text.slice(from, from + 40), 40) },
      );
    if (cell.length <= mostCell) cell += text.slice(at, end);
    if (text[end + 1] === '"') {
      cell += '"';
      at = end + 2;
      continue;
    }
    // What stands behind the closing quote belongs to the cell, as spreadsheets have it.
    const after = endOfCell(text, end + 1, separator);
    return [cell + text.slice(end + 1, Math.min(after, end + 1 + mostCell)), after];
  }
}

function clean(text: string): string {
  const whole = plain(text.slice(0, mostCell + 1))
    .replace(/\s+/g, ' ')
    .trim();
  return whole.length > mostCell ? `${whole.slice(0, mostCell - 1)}…` : whole;
}

function filled(rows: readonly TableRow[]): TableRow[] {
  const full = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (full.length === 0) throw malformed('empty-table', 'There is not a single filled row in this table');
  if (full.length > mostRows + 1)
    throw tooLarge('too-many-rows', `One import takes up to ${mostRows} rows; split the table`, {
      most: mostRows,
    });
  for (const { cells } of full)
    if (cells.length > mostColumns && cells.slice(mostColumns).some((cell) => cell !== '')) throw tooWide();
  return full;
}

const tooWide = () =>
  new Problem(
    422,
    'too-many-columns',
    `The table has more than ${mostColumns} columns. Keep those that speak of the devices, and send it again`,
    { most: mostColumns },
  );

export const told = (code: string, text: string, params: Told['params'] = {}): Told => ({
  code,
  params,
  text,
});
