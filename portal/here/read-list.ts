import {
  type Asset,
  clean,
  entriesOf,
  type Entry,
  filled,
  NotATable,
  noted,
  readingOf,
  readText,
  type Table,
  type TableChoice,
  type TableReading,
} from '@busbar/csaf';
import readSheets from 'read-excel-file/web-worker';

/** As the service takes. */
const MOST_BYTES = 64 << 20;
const MOST_UNPACKED = 256 << 20;

/** A list of devices that people keep, as it was understood. */
export interface ListRead {
  readonly reading: TableReading;
  readonly entries: readonly Entry[];
}

/** Reads a workbook, CycloneDX, or text with separators. Throws `NotATable`. */
export async function readList(file: File, choice: TableChoice): Promise<ListRead> {
  if (file.size > MOST_BYTES)
    throw new NotATable(
      'table-too-large',
      'This table is more than is read here. Split it, or save it as CSV',
      { most: MOST_BYTES >> 20 },
      true,
    );
  const bytes = new Uint8Array(await file.arrayBuffer());
  const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (bytes.length === 0)
    throw new NotATable('empty-file', 'The file is empty; check that the whole file was chosen');
  if (magic === 'd0cf11e0')
    throw new NotATable(
      'old-workbook',
      'This is a workbook of an old form (.xls), or one with a password. Save it as .xlsx without a password',
    );
  const table = magic === '504b0304' ? await workbook(bytes) : readText(bytes, choice);
  const reading = readingOf(table, choice);
  return { reading, entries: await entriesOf(table, reading) };
}

/** This worker alone dies of a workbook that unpacks to more than it says; what it says is judged before. */
async function workbook(bytes: Uint8Array<ArrayBuffer>): Promise<Table> {
  if (unpackedSize(bytes) > MOST_UNPACKED)
    throw new NotATable(
      'workbook-too-large',
      `The workbook unpacks to more than ${MOST_UNPACKED >> 20} MiB. Save the sheet with the devices alone, or as CSV`,
      { most: MOST_UNPACKED >> 20 },
      true,
    );
  const sheets = await readSheets(bytes.buffer).catch((error: Error) => {
    throw new NotATable(
      'broken-workbook',
      'The workbook cannot be read to its end. Save it again as .xlsx, or as CSV',
      { why: clean(error.message) },
    );
  });
  const [first] = sheets;
  return {
    format: 'xlsx',
    encoding: null,
    separator: null,
    notes:
      sheets.length > 1
        ? [
            noted('first-sheet', `The first of ${sheets.length} sheets was read; the others were not`, {
              sheets: sheets.length,
            }),
          ]
        : [],
    rows: filled(
      (first?.data ?? []).map((cells, place) => ({
        row: place + 1,
        cells: cells.map((cell) =>
          cell instanceof Date ? cell.toISOString().slice(0, 10) : clean(String(cell ?? '')),
        ),
      })),
    ),
  };
}

const CENTRAL_HEADER = 0x02014b50;

/** What the central directory of a ZIP (APPNOTE 4.3.12) says that its parts unpack to. */
function unpackedSize(bytes: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(bytes.buffer);
  let size = 0;
  // Parts themselves begin otherwise; whoever writes the mark into packed data makes it more, and never less.
  for (let at = bytes.indexOf(0x50); at >= 0 && at + 46 <= bytes.length; at = bytes.indexOf(0x50, at + 1))
    if (view.getUint32(at, true) === CENTRAL_HEADER) size += view.getUint32(at + 24, true);
  return size;
}

export function assetOfEntry({ says }: Entry): Asset {
  const { vendor, product, model, orderNumber, hardware, firmware, software, serial, name } = says;
  const isNamed = product ?? model ?? orderNumber;
  return Object.fromEntries(
    // What people call a device is better than nothing.
    Object.entries({
      vendor,
      product: isNamed ? product : name,
      model,
      orderNumber,
      hardware,
      firmware,
      software,
      serial,
    }).filter(([, value]) => value !== undefined),
  );
}
