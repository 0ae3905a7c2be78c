import { isCycloneDx, isCycloneDxAsXml, tableOfCycloneDx } from './cyclonedx.ts';
import { isExport, tableOfExport } from './exported.ts';
import { isSpdx, isSpdx3, isSpdxAsTags, tableOfSpdx, tableOfSpdxTags } from './spdx.ts';
import {
  mostCell,
  mostColumns,
  mostRows,
  NotATable,
  type Separator,
  type Table,
  type TableChoice,
  type TableRow,
  type TextEncoding,
} from './table.ts';

/**
 * Reads CycloneDX, SPDX, what Busbar exports as JSON, or text with separators (RFC 4180, as spreadsheets of any country write it), by its content. Throws
 * `NotATable`.
 */
export function readText(bytes: Uint8Array, choice: TableChoice = {}): Table {
  const encoding = choice.encoding ?? encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  const ofDocument = (
    format: Table['format'],
    { rows, notes }: { rows: TableRow[]; notes: Table['notes'] },
  ): Table => {
    const cleaned = rows.map(({ row, cells }) => ({ row, cells: cells.map(clean) }));
    return { format, encoding, separator: null, notes, rows: filled(cleaned) };
  };
  if (/^\s*[{[]/.test(text.slice(0, 100))) {
    const document = parsed(text);
    if (isSpdx(document)) return ofDocument('spdx', tableOfSpdx(document, mostRows));
    if (isCycloneDx(document)) return ofDocument('cyclonedx', tableOfCycloneDx(document, mostRows));
    if (isExport(document)) return ofDocument('json', { rows: tableOfExport(document, mostRows), notes: [] });
    if (isSpdx3(document))
      throw new NotATable(
        'spdx-3',
        'This is SPDX 3, which is not read here. Save it as SPDX 2.3 (JSON or tag-value) or as CycloneDX in the program that wrote it',
      );
    throw new NotATable(
      'not-a-table',
      'This is JSON, and of JSON only CycloneDX, SPDX 2 and our own export can be read here. Send a sheet as .xlsx or .csv',
    );
  }
  if (isSpdxAsTags(text)) return ofDocument('spdx', tableOfSpdxTags(text, mostRows));
  if (isCycloneDxAsXml(text))
    throw new NotATable(
      'cyclonedx-xml',
      'This is CycloneDX as XML, which is not read here. Save it as JSON in the program that wrote it (cyclonedx-cli convert does it, too)',
    );
  if (/[\0\x01-\x08]/.test(text.slice(0, 10_000)))
    throw new NotATable('not-a-table', 'This is not a table. Send a sheet as .xlsx or .csv');
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
    throw new NotATable('not-json', 'This begins like JSON and is none; export it again');
  }
}

/** By its byte order mark, else by what reads without a fault, else by how the letters beyond ASCII stand together. */
export function encodingOf(bytes: Uint8Array): TextEncoding {
  const mark = [...bytes.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
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
function singleByteOf(sample: Uint8Array, whole: Uint8Array): TextEncoding {
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

function reads(bytes: Uint8Array, encoding: TextEncoding): boolean {
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
    const widths = firstRows(start, separator)
      .map(({ length }) => length)
      .filter((width) => width > 1);
    const usual = widths.toSorted((a, b) => a - b)[widths.length >> 1] ?? 0;
    const score = usual * widths.filter((width) => width === usual).length;
    if (score > most) [best, most] = [separator, score];
  }
  return best;
}

/** Those that are whole: the text was cut somewhere, in a quoted cell as likely as not. */
function firstRows(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  try {
    takeRows(text, separator, 50, rows);
  } catch (error) {
    if (!(error instanceof NotATable) || error.code !== 'quote-not-closed') throw error;
  }
  return rows;
}

function splitRows(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  takeRows(text, separator, mostRows + 101, rows);
  return rows;
}

function takeRows(text: string, separator: string, most: number, rows: string[][]): void {
  for (const cells of rowsIn(text, separator)) if (rows.push(cells) === most) return;
}

/** Rows of cells; a quoted cell may hold separators, line ends and doubled quotes. */
function* rowsIn(text: string, separator: string): Generator<string[]> {
  let cells: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
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
    yield cells;
    cells = [];
  }
  if (cells.length > 0) yield cells;
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
      throw new NotATable(
        'quote-not-closed',
        `A quotation mark is opened and never closed: ${clean(text.slice(from, from + 40))}. Correct it there`,
        { near: clean(text.slice(from, from + 40)) },
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

/** Of strangers: nothing unseen in it, on one line, and no longer than a cell may be. */
export function clean(text: string): string {
  const whole = text
    .slice(0, mostCell + 1)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return whole.length > mostCell ? `${whole.slice(0, mostCell - 1)}…` : whole;
}

/** Without empty rows. Throws `NotATable` where none is left, or there are too many. */
export function filled(rows: readonly TableRow[]): TableRow[] {
  const full = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (full.length === 0) throw new NotATable('empty-table', 'There is not a single filled row in this table');
  if (full.length > mostRows + 1)
    throw new NotATable(
      'too-many-rows',
      `One import takes up to ${mostRows} rows; split the table`,
      { most: mostRows },
      true,
    );
  for (const { cells } of full)
    if (cells.length > mostColumns && cells.slice(mostColumns).some((cell) => cell !== '')) throw tooWide();
  return full;
}

const tooWide = () =>
  new NotATable(
    'too-many-columns',
    `The table has more than ${mostColumns} columns. Keep those that speak of the devices, and send it again`,
    { most: mostColumns },
  );
