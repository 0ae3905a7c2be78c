import { z } from 'zod';

import { Job } from './jobs.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Tlp, Told } from './words.ts';

/** What a source speaks. A folder or archive is read whole; the others are asked for what is new. */
export const SourceKind = z.enum([
  'csaf-provider',
  'csaf-aggregator',
  'archive',
  'cve',
  'kev',
  'epss',
  'feed',
  'detections',
  'claims',
]);
export type SourceKind = z.infer<typeof SourceKind>;

/** Admiralty scale of the reliability of a source: A reliable … E unreliable, F cannot be judged. */
export const Reliability = z.enum(['A', 'B', 'C', 'D', 'E', 'F']);
export type Reliability = z.infer<typeof Reliability>;

export const SourceState = z.enum(['on', 'off']);

/**
 * `waiting` never asked · `working` its last run went well, whether or not there was anything new · `failing` it did
 * not · `down` it has not for thirty days · `off` switched off.
 */
export const SourceStanding = z.enum(['waiting', 'working', 'failing', 'down', 'off']);
export type SourceStanding = z.infer<typeof SourceStanding>;

/** After how many minutes a source that should have been read is late. */
export const minutesUntilLate = 30;
/** How many days before a key of a source runs out somebody is told. */
export const daysToRenewKey = 30;

/** After how many days of failing a source counts as down. */
export const daysUntilDown = 30;

/** As people print it: spaces and small letters are taken. */
export const Fingerprint = z
  .string()
  .transform((text) => text.replaceAll(/\s/g, '').toUpperCase())
  .pipe(z.string().regex(/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/));
const Host = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.string().regex(/^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/));

/** The pack by which something was carried here. */
const Carrier = z.object({
  id: Id,
  number: z.number().int(),
  maker: z.string().describe('The CERT that made it'),
  madeAt: Instant,
});

export const Source = z.object({
  id: Id,
  name: z.string(),
  kind: SourceKind,
  address: z.string().describe('https://…, or folder:NAME for a folder below the data of the program'),
  hosts: z
    .array(z.string())
    .describe('The only ones that are asked, with the port where it is not the usual one'),
  local: z.boolean().describe('On our own network: private addresses and http are allowed'),
  licence: z.string(),
  reliability: Reliability,
  maxTlp: Tlp.describe('What carries a stricter label is held back until a person decides'),
  fingerprints: z.array(z.string()).describe('Of the OpenPGP keys whose signatures are believed'),
  mustBeSigned: z.boolean(),
  everyMinutes: z.number().int(),
  state: SourceState,
  standing: SourceStanding,
  addedAt: Instant,
  lastRunAt: Instant.nullable(),
  lastSuccessAt: Instant.nullable(),
  lastNewAt: Instant.nullable().describe('When it last had something that we had not'),
  failingSince: Instant.nullable(),
  nextAt: Instant.nullable(),
  empty: z.boolean().describe('Its last answer was in order and held nothing'),
  problem: Told.nullable().describe('Why its last run failed, and what to do'),
  concerns: z
    .array(Told)
    .describe('Why somebody should look at it, and what to do next: it fails, is late, or its keys run out'),
  documents: z.number().int(),
  withErrors: z.number().int().describe('Documents that are kept and not in the library'),
  items: z.number().int().describe('Entries, CVE records, exploited vulnerabilities, scores'),
  job: Job.nullable().describe('The last run, as a job'),
  pack: Carrier.nullable().describe('The last pack that held something of it'),
});
export type Source = z.infer<typeof Source>;

export const SourceRun = z.object({
  id: Id,
  job: Job.nullable(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  listed: z.number().int().describe('What the source says it has'),
  fetched: z.number().int(),
  added: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  held: z.number().int().describe('Kept with their errors, not taken into the library'),
  missed: z.number().int().describe('Listed and not to be had; asked for again next time'),
  problems: z.array(Told),
});
export type SourceRun = z.infer<typeof SourceRun>;

/** `unchecked` where the source gives nothing to check by. */
export const HashVerdict = z.enum(['right', 'wrong', 'unchecked']);
export type HashVerdict = z.infer<typeof HashVerdict>;
export const SignatureVerdict = z.enum(['right', 'wrong', 'unknown-key', 'unchecked']);
export type SignatureVerdict = z.infer<typeof SignatureVerdict>;

/**
 * What became of a document: `added`, `updated`, `unchanged`: in the library. `older` than what the library has.
 * `conflict`: other bytes under the same tracking id and version. `held`: hash, signature or label do not hold.
 * `unreadable`: no CSAF document. `missed`: listed and not to be had.
 */
export const DocumentOutcome = z.enum([
  'added',
  'updated',
  'unchanged',
  'older',
  'conflict',
  'held',
  'unreadable',
  'missed',
]);
export type DocumentOutcome = z.infer<typeof DocumentOutcome>;

/** Outcomes after which somebody should look. */
export const troubledOutcomes: readonly DocumentOutcome[] = ['conflict', 'held', 'unreadable', 'missed'];

export const SourceDocument = z.object({
  id: Id,
  source: z.object({ id: Id, name: z.string() }),
  url: z.string(),
  title: z.string().nullable(),
  publisher: z.string().nullable(),
  trackingId: z.string().nullable(),
  version: z.string().nullable(),
  label: Tlp.nullable(),
  advisory: Id.nullable().describe('In the library'),
  listed: z.string().nullable().describe('The date under which the source lists it'),
  retrievedAt: Instant,
  size: z.number().int().nullable(),
  sha256: z.string().nullable(),
  hash: HashVerdict,
  signature: SignatureVerdict,
  signedBy: z.string().nullable().describe('Fingerprint'),
  pack: Carrier.nullable().describe('By which pack it came; null where it was fetched'),
  outcome: DocumentOutcome,
  problems: z.array(Told),
});
export type SourceDocument = z.infer<typeof SourceDocument>;

export const SourceItem = z.object({
  id: Id,
  source: z.object({ id: Id, name: z.string() }),
  kind: SourceKind,
  externalId: z.string(),
  title: z.string(),
  summary: z.string().describe('Plain text, whatever it was'),
  link: z.string().nullable().describe('http or https'),
  cves: z.array(z.string()),
  publishedAt: Instant.nullable(),
  retrievedAt: Instant,
  sha256: z.string(),
});
export type SourceItem = z.infer<typeof SourceItem>;

const settings = {
  name: line(120),
  licence: z.string().trim().max(500).default(''),
  reliability: Reliability.default('F'),
  maxTlp: Tlp.default('CLEAR'),
  hosts: z.array(Host).max(50).default([]),
  fingerprints: z.array(Fingerprint).max(20).default([]),
  mustBeSigned: z.boolean().default(false),
  everyMinutes: z.coerce.number().int().min(5).max(43_200).default(240),
};

const Address = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .refine((text) => /^(?:https?:\/\/\S+|folder:[\w][\w.-]{0,99})$/i.test(text), 'must be an address');

export const SourceSearch = Paging.extend({
  search: z.string().max(200).optional(),
  kind: SourceKind.optional(),
  standing: SourceStanding.optional(),
  concerning: z.enum(['true', 'false']).optional().describe('Only those that somebody should look at'),
});
export type SourceSearch = z.infer<typeof SourceSearch>;

export const SourceDocumentSearch = Paging.extend({
  search: z.string().max(200).optional().describe('In title, tracking id, publisher and address'),
  outcome: DocumentOutcome.optional(),
  troubled: z.enum(['true', 'false']).optional().describe('Only those that somebody should look at'),
});
export type SourceDocumentSearch = z.infer<typeof SourceDocumentSearch>;

export const SourceFound = z.object({
  kind: SourceKind.nullable().describe('Null when nothing known was found'),
  name: z.string(),
  address: z.string().describe('To be stored: where what was found stands'),
  hosts: z.array(z.string()),
  fingerprints: z.array(z.string()),
  mustBeSigned: z.boolean(),
  count: z.number().int().nullable().describe('Feeds, providers or entries it speaks of'),
  problems: z.array(Told),
});
export type SourceFound = z.infer<typeof SourceFound>;

export const sourceApi = {
  list: route({
    method: 'GET',
    path: '/api/sources',
    summary: 'List the sources we read, with how they are',
    action: 'import advisories of others',
    records: null,
    query: SourceSearch,
    reply: page(Source),
  }),
  get: route({
    method: 'GET',
    path: '/api/sources/:id',
    summary: 'Read one source',
    action: 'import advisories of others',
    records: null,
    params: ById,
    reply: Source,
  }),
  look: route({
    method: 'POST',
    path: '/api/sources/look',
    summary: 'Look what stands at an address, before it becomes a source; stores nothing',
    action: 'import advisories of others',
    records: 'source looked at',
    body: z.object({ address: Address, local: z.boolean().default(false) }),
    reply: SourceFound,
  }),
  add: route({
    method: 'POST',
    path: '/api/sources',
    summary: 'Add a source and ask it for the first time',
    action: 'import advisories of others',
    records: 'source added',
    body: z.object({ ...settings, kind: SourceKind, address: Address, local: z.boolean().default(false) }),
    reply: Source,
  }),
  change: route({
    method: 'PUT',
    path: '/api/sources/:id',
    summary: 'Change the settings of a source, or switch it on or off',
    action: 'import advisories of others',
    records: 'source changed',
    params: ById,
    body: z.object({ ...settings, state: SourceState.default('on') }),
    reply: Source,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/sources/:id',
    summary: 'Stop reading a source for good; its documents stay, what only it has said counts no more',
    action: 'import advisories of others',
    records: 'source removed',
    params: ById,
    query: z.object({
      claims: z
        .enum(['keep', 'delete'])
        .default('keep')
        .describe(
          'What only it has said stays as history, or is deleted where no verdict of ours stands on it',
        ),
    }),
    reply: Done,
  }),
  fetch: route({
    method: 'POST',
    path: '/api/sources/:id/fetch',
    summary: 'Ask a source now',
    action: 'import advisories of others',
    records: 'source asked',
    params: ById,
    reply: Job,
  }),
  runs: route({
    method: 'GET',
    path: '/api/sources/:id/runs',
    summary: 'How the runs of a source went, newest first',
    action: 'import advisories of others',
    records: null,
    params: ById,
    query: Paging,
    reply: page(SourceRun),
  }),
  documents: route({
    method: 'GET',
    path: '/api/sources/:id/documents',
    summary: 'The documents a source gave us, with what is wrong with them, newest first',
    action: 'import advisories of others',
    records: null,
    params: ById,
    query: SourceDocumentSearch,
    reply: page(SourceDocument),
  }),
  original: file({
    path: '/api/sources/:id/documents/:document/original',
    summary: 'A document that is not in the library, byte for byte as it came',
    action: 'import advisories of others',
    records: 'source document downloaded',
    params: z.object({ id: Id, document: Id }),
  }),
  items: route({
    method: 'GET',
    path: '/api/sources/:id/items',
    summary: 'What else a source told us: news, CVE records, exploited vulnerabilities; newest first',
    action: 'import advisories of others',
    records: null,
    params: ById,
    query: Paging.extend({ search: z.string().max(200).optional() }),
    reply: page(SourceItem),
  }),
  origins: route({
    method: 'GET',
    path: '/api/sources/origins/:id',
    summary: 'Where an advisory of the library came from: source, address, hash, signature, conflicts',
    action: 'import advisories of others',
    records: null,
    params: ById,
    reply: z.object({ items: z.array(SourceDocument) }),
  }),
};
