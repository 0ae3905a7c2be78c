import { z } from 'zod';

import { page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Told, Visibility } from './words.ts';

export const Certainty = z.enum(['stated', 'inferred', 'guessed']);
export type Certainty = z.infer<typeof Certainty>;

export const AssetRole = z.enum([
  'controller',
  'hmi',
  'engineering',
  'historian',
  'switch',
  'router',
  'io',
  'drive',
  'gateway',
  'safety',
  'server',
  'workstation',
  'scanner',
  'client',
  'unknown',
]);
export type AssetRole = z.infer<typeof AssetRole>;

/** Where a device stands in the plant, as lanes of the map; after the levels of IEC 62443-1-1. */
export const Level = z.enum([
  'enterprise',
  'dmz',
  'operations',
  'supervision',
  'control',
  'field',
  'unknown',
]);
export type Level = z.infer<typeof Level>;

/**
 * What depends on a device. low: nothing stops without it · medium: work is slower, or something stands in for it ·
 * high: the process stops · very-high: people, the environment or supply to the public may come to harm.
 */
export const Criticality = z.enum(['low', 'medium', 'high', 'very-high']);
export type Criticality = z.infer<typeof Criticality>;

export const FactField = z.enum([
  'vendor',
  'product',
  'model',
  'orderNumber',
  'firmware',
  'hardware',
  'serial',
  'name',
  'role',
  'level',
  'criticality',
  'slot',
  'cpe',
  'purl',
  'os',
  'station',
  'project',
  'module',
  'deviceType',
  'location',
  'description',
  'user',
  'software',
  'domain',
  'certificate',
  'fingerprint',
  'address',
  'mac',
]);
export type FactField = z.infer<typeof FactField>;

export const Site = z.object({
  id: Id,
  name: z.string(),
  sector: z.string(),
  country: z.string(),
  process: z.string().describe('What is made or moved there, in a sentence'),
  revision: z.int().describe('Counts changes of what is said of it: whoever changes an older one is told'),
  assets: z.number().int(),
  captures: z.number().int(),
});
export type Site = z.infer<typeof Site>;

/** proposed: seen in a capture, nobody has looked · accepted: a person says it is so · dismissed: not ours, or not a device. */
export const AssetState = z.enum(['proposed', 'accepted', 'dismissed']);
export type AssetState = z.infer<typeof AssetState>;

/** A device of the plant, with the value of each field that holds now; where the values come from is on its page. */
export const Asset = z.object({
  id: Id,
  site: z.object({ id: Id, name: z.string() }),
  state: AssetState,
  name: z.string().describe('Given by people, else stated by the device, else its address'),
  role: AssetRole,
  level: Level,
  vendor: z.string().nullable(),
  product: z.string().nullable(),
  model: z.string().nullable(),
  orderNumber: z.string().nullable(),
  firmware: z.string().nullable(),
  hardware: z.string().nullable(),
  serial: z.string().nullable(),
  software: z.string().nullable().describe('What runs on it, with its version'),
  slot: z.string().nullable().describe('Where it is plugged in: rack, slot, module'),
  cpe: z.string().nullable().describe('Common Platform Enumeration, 2.3 or 2.2'),
  purl: z.string().nullable().describe('Package URL'),
  criticality: Criticality.nullable().describe('Null where nobody said'),
  network: z
    .string()
    .describe('VLAN or network, such as `VLAN 10` or `192.168.1.0/24`; empty when nothing tells'),
  zone: z.object({ id: Id, name: z.string() }).nullable().describe('Where people say it stands'),
  addresses: z.array(z.string()),
  macs: z.array(z.string()),
  protocols: z.array(z.string()),
  certainty: Certainty.describe('Of its identity: the weakest of vendor and product'),
  firstSeen: Instant.nullable(),
  lastSeen: Instant.nullable(),
  warnings: z.number().int().describe('Open warnings'),
});
export type Asset = z.infer<typeof Asset>;

/** Of a device, what people write in words of their own. */
export const writtenFields = [
  'vendor',
  'product',
  'model',
  'orderNumber',
  'firmware',
  'hardware',
  'software',
  'serial',
  'slot',
  'cpe',
  'purl',
] as const satisfies readonly (FactField & keyof Asset)[];

/** All that people may say of a device: what two sources, or two devices, can disagree on. */
export const saidFields = [
  'name',
  'role',
  'level',
  ...writtenFields,
  'criticality',
] as const satisfies readonly (FactField & keyof Asset)[];

/** One source saying one thing about a device. Contradicting facts stand side by side. */
export const AssetFact = z.object({
  id: Id,
  field: FactField,
  value: z.string().describe('Empty where a person says that nobody knows'),
  holds: z.boolean().describe('This is the value shown for the field'),
  certainty: Certainty,
  protocol: z.string().nullable(),
  source: z.enum(['capture', 'person', 'import']),
  capture: z.object({ id: Id, name: z.string(), packet: z.number().int() }).nullable(),
  inventory: z
    .object({ id: Id, name: z.string(), row: z.number().int() })
    .nullable()
    .describe('The table that says so, and its row'),
  person: z.string().nullable(),
  at: Instant,
});
export type AssetFact = z.infer<typeof AssetFact>;

/** A vendor, and a product of it where one was meant. */
export const ProductName = z.object({ vendor: z.string(), product: z.string().nullable() });
export type ProductName = z.infer<typeof ProductName>;

/** Another device that may be the same, and why. */
const Same = z.object({
  other: Asset.pick({ id: true, name: true, vendor: true, product: true, serial: true, addresses: true }),
  because: z.array(Told),
});

/** A device with everything that is known of it. */
export const AssetPage = Asset.extend({
  facts: z.array(AssetFact),
  captures: z.array(
    z.object({
      id: Id,
      name: z.string(),
      firstSeen: Instant,
      lastSeen: Instant,
      packets: z.number().int(),
    }),
  ),
  talksTo: z.array(
    z.object({
      id: Id,
      name: z.string(),
      address: z.string(),
      protocol: z.string(),
      outgoing: z.boolean(),
      packets: z.number().int(),
    }),
  ),
  merges: z
    .array(z.object({ id: Id, name: z.string(), by: z.string(), at: Instant }))
    .describe('Devices that a person said are this one, newest first; undoing a merge brings them back'),
  sources: z
    .array(
      z.object({ kind: z.enum(['capture', 'inventory']), id: Id, name: z.string(), facts: z.number().int() }),
    )
    .describe('What can be split off, if it speaks of another device'),
  same: z.array(Same).describe('Devices that may be this one'),
  visibility: Visibility,
});
export type AssetPage = z.infer<typeof AssetPage>;

export const AssetSearch = Paging.extend({
  search: z.string().max(200).optional().describe('In name, address, vendor, product, order number, serial'),
  site: Id.optional(),
  state: AssetState.optional(),
  role: AssetRole.optional(),
  capture: Id.optional().describe('Seen in this capture'),
  zone: Id.or(z.literal('none')).optional().describe('Stands in this zone; none: in no zone'),
  warned: z.enum(['true', 'false']).optional(),
  sort: z.enum(['name', 'vendor', 'role', 'lastSeen', 'warnings']).default('name'),
});
export type AssetSearch = z.infer<typeof AssetSearch>;

const correctable = z.string().trim().max(200).nullable().optional();
const identifiers = z.string().trim().max(600).nullable().optional();
const addressed = z.array(z.string().trim().min(1).max(64)).max(64).optional();
export const AssetCorrection = z.object({
  name: correctable,
  role: AssetRole.optional(),
  level: Level.optional(),
  vendor: correctable,
  product: correctable,
  model: correctable,
  orderNumber: correctable,
  firmware: correctable,
  hardware: correctable,
  serial: correctable,
  software: correctable,
  slot: correctable,
  cpe: identifiers.describe('Several with blanks between them: of the hardware, and of its firmware'),
  purl: identifiers,
  criticality: Criticality.nullable().optional(),
  addresses: addressed.describe('All IP addresses that it has; what captures show later comes to them'),
  macs: addressed.describe('The same of its MAC addresses'),
});
export type AssetCorrection = z.infer<typeof AssetCorrection>;

const several = z.object({ assets: z.array(Id).min(1).max(5000) });

const SiteFields = z.object({
  name: line(),
  sector: z.string().trim().max(60).default(''),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .or(z.literal(''))
    .default(''),
  process: z.string().trim().max(500).default(''),
});
export type SiteFields = z.infer<typeof SiteFields>;

/** What people say of many devices in one stroke; what is left out stays as it is. */
export const AssetWords = AssetCorrection.pick({ role: true, level: true, criticality: true });
export type AssetWords = z.infer<typeof AssetWords>;

export const plantApi = {
  sites: route({
    method: 'GET',
    path: '/api/sites',
    summary: 'List the sites of my organisation',
    action: 'manage sites zones assets',
    records: null,
    reply: z.object({ items: z.array(Site) }),
  }),
  addSite: route({
    method: 'POST',
    path: '/api/sites',
    summary: 'Add a site',
    action: 'manage sites zones assets',
    records: 'site added',
    body: SiteFields,
    reply: Site,
  }),
  changeSite: route({
    method: 'PUT',
    path: '/api/sites/:id',
    summary: 'Change what a site is called and what is said of it',
    action: 'manage sites zones assets',
    records: 'site changed',
    params: ById,
    body: SiteFields.extend({ revision: z.int().describe('What was read; nothing else is changed') }),
    reply: Site,
  }),
  removeSite: route({
    method: 'DELETE',
    path: '/api/sites/:id',
    summary: 'Remove a site that nothing belongs to, and never did',
    action: 'manage sites zones assets',
    records: 'site removed',
    params: ById,
    reply: Done,
  }),
  summary: route({
    method: 'GET',
    path: '/api/plant',
    summary: 'My plant at a glance: devices, warnings, last captures, who can see it',
    action: 'manage sites zones assets',
    records: 'plant read',
    reply: z.object({
      assets: z.object({ accepted: z.number().int(), proposed: z.number().int() }),
      warnings: z.object({
        open: z.number().int(),
        exact: z.number().int(),
        likely: z.number().int(),
        unsure: z.number().int(),
      }),
      captures: z.number().int(),
      visibility: Visibility,
    }),
  }),
  assets: route({
    method: 'GET',
    path: '/api/assets',
    summary: 'List the devices of my plant',
    action: 'manage sites zones assets',
    records: 'assets listed',
    query: AssetSearch,
    reply: page(Asset).extend({ visibility: Visibility }),
  }),
  asset: route({
    method: 'GET',
    path: '/api/assets/:id',
    summary: 'Read one device with every fact known about it and where it comes from',
    action: 'manage sites zones assets',
    records: 'asset read',
    params: ById,
    reply: AssetPage,
  }),
  addAsset: route({
    method: 'POST',
    path: '/api/assets',
    summary: 'Add a device by hand',
    action: 'manage sites zones assets',
    records: 'asset added',
    body: AssetCorrection.extend({
      site: Id.optional(),
      newSite: line().optional().describe('In place of `site`: one that is made unless it is there'),
      zone: line().optional().describe('By its name; made unless it is there'),
      anyway: z.boolean().optional().describe('Make a site or zone though one is called nearly so'),
      name: line(),
      address: z.string().trim().max(60).optional(),
    }),
    reply: Asset,
  }),
  correct: route({
    method: 'PUT',
    path: '/api/assets/:id',
    summary: 'Correct what is known of a device; a correction accepts it',
    action: 'manage sites zones assets',
    records: 'asset corrected',
    params: ById,
    body: AssetCorrection,
    reply: Asset,
  }),
  names: route({
    method: 'GET',
    path: '/api/product-names',
    summary: 'Which vendor and product may be meant, as advisories call them',
    action: 'manage sites zones assets',
    serves: ['own'],
    records: null,
    query: z.object({ typed: z.string().max(400) }),
    reply: z.object({ items: z.array(ProductName) }),
  }),
  same: route({
    method: 'GET',
    path: '/api/assets/same',
    summary: 'Pairs of devices that may be one, and why',
    action: 'manage sites zones assets',
    serves: ['own'],
    records: 'same assets listed',
    reply: z.object({
      items: z.array(z.object({ one: Asset, other: Asset, because: z.array(Told) })),
      visibility: Visibility,
    }),
  }),
  merge: route({
    method: 'POST',
    path: '/api/assets/:id/merges',
    summary: 'Say that another device is this one; facts, sightings and warnings of both are kept',
    action: 'manage sites zones assets',
    records: 'assets merged',
    params: ById,
    body: z.object({
      other: Id,
      takes: z
        .array(FactField)
        .max(30)
        .default([])
        .describe('Fields of which the value of the other holds; of the rest, that of this one'),
    }),
    reply: Asset,
  }),
  unmerge: route({
    method: 'DELETE',
    path: '/api/asset-merges/:id',
    summary: 'Undo a merge: both devices are there again, each with what is known of it',
    action: 'manage sites zones assets',
    records: 'asset merge undone',
    params: ById,
    reply: Asset,
  }),
  split: route({
    method: 'POST',
    path: '/api/assets/:id/splits',
    summary: 'Say that some sources speak of another device: what they say becomes a device of its own',
    action: 'manage sites zones assets',
    records: 'asset split',
    params: ById,
    body: z.object({
      captures: z.array(Id).max(200).default([]),
      inventories: z.array(Id).max(200).default([]),
    }),
    reply: Asset,
  }),
  apart: route({
    method: 'POST',
    path: '/api/assets/:id/apart',
    summary: 'Say that two devices that look alike are two; nobody is asked again',
    action: 'manage sites zones assets',
    records: 'assets kept apart',
    params: ById,
    body: z.object({ other: Id }),
    reply: Done,
  }),
  describe: route({
    method: 'PUT',
    path: '/api/assets',
    summary: 'Say role, level and criticality of several assets in one stroke',
    action: 'manage sites zones assets',
    records: 'assets described',
    body: several.extend(AssetWords.shape),
    reply: z.object({ changed: z.number().int() }),
  }),
  accept: route({
    method: 'POST',
    path: '/api/assets/accept',
    summary: 'Accept proposed devices as ours',
    action: 'manage sites zones assets',
    records: 'assets accepted',
    body: several,
    reply: z.object({ changed: z.number().int() }),
  }),
  dismiss: route({
    method: 'POST',
    path: '/api/assets/dismiss',
    summary: 'Dismiss devices; accepting them again undoes it',
    action: 'manage sites zones assets',
    records: 'assets dismissed',
    body: several,
    reply: z.object({ changed: z.number().int() }),
  }),
};
