import { z } from 'zod';

import { Job } from './jobs.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Told, Visibility } from './words.ts';

/** What a column of an inventory can be about. By `id`, a plant knows a device of its own again; it stands in `site` and `zone`. */
export const InventoryField = z.enum([
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
]);
export type InventoryField = z.infer<typeof InventoryField>;

export const TextEncoding = z.enum([
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1251',
  'gb18030',
]);
export type TextEncoding = z.infer<typeof TextEncoding>;

export const Separator = z.enum([',', ';', '\t', '|']);
export type Separator = z.infer<typeof Separator>;

/** How a table is to be read. What is left out, the program guesses. */
export const InventoryChoice = z.object({
  encoding: TextEncoding.optional(),
  separator: Separator.optional(),
  headerRow: z.number().int().min(0).max(100).optional().describe('Counted from 1; 0 where there is none'),
  columns: z
    .array(InventoryField.nullable())
    .max(256)
    .optional()
    .describe('What each column is; null where it is to be left out'),
  names: z
    .array(
      z.object({
        vendor: z.string().max(200),
        product: z.string().max(200),
        means: z.object({ vendor: z.string().max(200), product: z.string().max(200).nullable() }),
      }),
    )
    .max(200)
    .optional()
    .describe('Vendors and products as the table writes them, and how advisories call them'),
  places: z
    .boolean()
    .optional()
    .describe(
      'Take the rows of all sites into theirs, and place devices in the zones that rows name; those that are not there are made',
    ),
  alike: z
    .array(
      z.object({
        site: z.string().max(200).nullable().describe('Of a zone: its site; null where a site is meant'),
        written: z.string().max(200),
        means: z.string().max(200),
      }),
    )
    .max(200)
    .optional()
    .describe('Sites and zones as the table writes them, and which of those that are there they are'),
});
export type InventoryChoice = z.infer<typeof InventoryChoice>;

/** How a table was read. */
export const InventoryReading = z.object({
  format: z.enum(['csv', 'xlsx', 'cyclonedx', 'spdx', 'json']),
  encoding: TextEncoding.nullable().describe('Of text'),
  separator: Separator.nullable().describe('Of text'),
  headerRow: z.number().int().describe('Counted from 1; 0 where there is none'),
  columns: z.array(
    z.object({
      title: z.string(),
      field: InventoryField.nullable(),
      samples: z.array(z.string()).describe('Of the first rows'),
    }),
  ),
  rows: z.number().int().describe('Without the header and empty ones'),
  notes: z.array(Told).describe('What is odd about the whole table'),
  places: z
    .array(
      z.object({
        site: z.string().nullable().describe('Of a zone: its site; null of a site'),
        name: z.string(),
        like: z.string().nullable().describe('One that is there and called nearly so'),
        rows: z.number().int(),
      }),
    )
    .optional()
    .describe('Sites and zones that rows name and that are not there'),
});
export type InventoryReading = z.infer<typeof InventoryReading>;

/**
 * new: a device nobody knew · changed: a known one, and what holds of it becomes another · known: a known one, and
 * nothing changes · left: not taken, and the notes say why.
 */
export const RowOutcome = z.enum(['new', 'changed', 'known', 'left']);
export type RowOutcome = z.infer<typeof RowOutcome>;

/** read: shown, nothing stored in the plant yet · imported · undone: taken back. */
export const InventoryState = z.enum(['receiving', 'read', 'imported', 'undone']);
export type InventoryState = z.infer<typeof InventoryState>;

export const Inventory = z.object({
  id: Id,
  name: z.string(),
  site: z.object({ id: Id, name: z.string() }),
  state: InventoryState,
  job: Job.nullable().describe('The last work on it'),
  by: z.string(),
  at: Instant,
  importedAt: Instant.nullable(),
  counts: z.record(RowOutcome, z.number().int()).nullable(),
});
export type Inventory = z.infer<typeof Inventory>;

/** One row: what it would do, or did. */
export const InventoryRow = z.object({
  row: z.number().int().describe('As the spreadsheet numbers it'),
  outcome: RowOutcome,
  asset: z.object({ id: Id, name: z.string() }).nullable(),
  says: z.partialRecord(InventoryField, z.string()),
  changes: z.array(z.object({ field: InventoryField, from: z.string().nullable(), to: z.string() })),
  notes: z.array(Told),
});
export type InventoryRow = z.infer<typeof InventoryRow>;

const BySite = z.object({ site: Id.optional() });
const manage = 'manage sites zones assets';

export const inventoryApi = {
  list: route({
    method: 'GET',
    path: '/api/inventories',
    summary: 'List the inventories that were brought into my plant, newest first',
    action: manage,
    records: null,
    query: Paging,
    reply: page(Inventory).extend({ visibility: Visibility }),
  }),
  begin: route({
    method: 'POST',
    path: '/api/inventories',
    summary:
      'Announce a table (CSV, XLSX) or a CycloneDX or SPDX document of devices; it tells where to send the bytes',
    action: manage,
    records: 'inventory announced',
    body: z.object({ name: line(), size: z.number().int().min(0), site: Id.optional() }),
    reply: z.object({ inventory: Inventory, upload: z.string() }),
  }),
  get: route({
    method: 'GET',
    path: '/api/inventories/:id',
    summary: 'How an inventory was read',
    action: manage,
    records: 'inventory read',
    params: ById,
    reply: Inventory.extend({
      reading: InventoryReading.nullable(),
      places: z.boolean().describe('Whether rows are taken to the sites and zones they name'),
      visibility: Visibility,
    }),
  }),
  rows: route({
    method: 'GET',
    path: '/api/inventories/:id/rows',
    summary: 'What each row of an inventory would do, or did',
    action: manage,
    records: 'inventory rows listed',
    params: ById,
    query: Paging.extend({ outcome: RowOutcome.optional(), noted: z.enum(['true', 'false']).optional() }),
    reply: page(InventoryRow),
  }),
  choose: route({
    method: 'PUT',
    path: '/api/inventories/:id/choice',
    summary: 'Say how the table is to be read; it is read again, and nothing is stored in the plant',
    action: manage,
    records: 'inventory choice made',
    params: ById,
    body: InventoryChoice,
    reply: Job,
  }),
  confirm: route({
    method: 'POST',
    path: '/api/inventories/:id/confirmation',
    summary: 'Take the inventory into the plant as it was shown',
    action: manage,
    records: 'inventory confirmed',
    params: ById,
    reply: Job,
  }),
  undo: route({
    method: 'POST',
    path: '/api/inventories/:id/undo',
    summary: 'Take back all that an inventory said, as long as nothing was built upon it',
    action: manage,
    records: 'inventory undo asked for',
    params: ById,
    reply: Job,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/inventories/:id',
    summary: 'Throw away an inventory that is not in the plant',
    action: manage,
    records: 'inventory removed',
    params: ById,
    reply: Done,
  }),
  exportCsv: file({
    path: '/api/plant/assets.csv',
    summary: 'The devices of my plant as a table',
    action: manage,
    records: 'plant exported',
    query: BySite,
  }),
  exportJson: file({
    path: '/api/plant/assets.json',
    summary: 'The devices of my plant as JSON, as the API shows them',
    action: manage,
    records: 'plant exported',
    query: BySite,
  }),
  exportCycloneDx: file({
    path: '/api/plant/assets.cdx.json',
    summary: 'The devices of my plant as a CycloneDX 1.6 document',
    action: manage,
    records: 'plant exported',
    query: BySite,
  }),
};
