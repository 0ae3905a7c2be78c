import type { InventoryChoice } from '@busbar/contract';
import { clean, filled, NotATable, type Note, noted, readText, type Table } from '@busbar/csaf';
import { type CellValue, readSheet } from 'read-excel-file/node';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

import { line } from '../../platform/plain-text.ts';
import { malformed, Problem, tooLarge } from '../../platform/problem.ts';

export const mostBytes = 64 << 20;

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
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04') return inProblems(() => readWorkbook(bytes));
  return inProblems(() => readText(bytes, choice));
}

async function inProblems(read: () => Table | Promise<Table>): Promise<Table> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NotATable)) throw error;
    const { code, message, params, isTooMuch } = error;
    throw isTooMuch ? tooLarge(code, message, params) : new Problem(422, code, message, params);
  }
}

async function readWorkbook(bytes: Buffer): Promise<Table> {
  const { sheets, merged } = await inspected(bytes);
  const rows = await readSheet(bytes).catch((error: Error) => {
    throw brokenWorkbook(error.message);
  });
  const notes: Note[] = [];
  if (sheets > 1)
    notes.push(
      noted('first-sheet', `The first of ${sheets} sheets was read; the others were not`, { sheets }),
    );
  if (merged > 0)
    notes.push(
      noted(
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
