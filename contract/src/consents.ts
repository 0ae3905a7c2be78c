import { z } from 'zod';

import { AuditEvent } from './audit.ts';
import { BundledShare, WhichShare } from './bundles.ts';
import { Asset, AssetPage, AssetSearch } from './plant.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Told, Visibility } from './words.ts';
import { Warning, WarningSearch } from './warnings.ts';

/**
 * devices: sites, zones, devices and what is known of them · warnings: which advisories concern them, and what became of
 * that · shares: what was ticked of captures and came in bundles · packets: those that went along with it; only with shares.
 */
export const ConsentPart = z.enum(['devices', 'warnings', 'shares', 'packets']);
export type ConsentPart = z.infer<typeof ConsentPart>;

/**
 * requested: the CERT asks, and reads nothing · granted · narrowed: granted, and less than was asked for or had · refused ·
 * withdrawn: by whoever gave it, or given back · expired: its day has come; for a request, unanswered.
 */
export const ConsentState = z.enum(['requested', 'granted', 'narrowed', 'refused', 'withdrawn', 'expired']);
export type ConsentState = z.infer<typeof ConsentState>;

export const Consent = z.object({
  id: Id,
  owner: z.object({ id: Id, name: z.string() }).describe('Whose plant it is'),
  reader: z.object({ id: Id, name: z.string() }).describe('The CERT'),
  only: z.string().nullable().describe('The one person it is for; null for all analysts'),
  parts: z.array(ConsentPart),
  purpose: z.string(),
  caseRef: z.string().describe('The case it is for; empty for standing consent'),
  state: ConsentState,
  until: Instant,
  requestedBy: z.string().nullable().describe('The analyst who asked; null where the member gave it unasked'),
  at: Instant,
  steps: z.array(
    z.object({
      state: ConsentState,
      parts: z.array(ConsentPart),
      until: Instant,
      person: z.string(),
      organisation: z.string(),
      reason: z.string(),
      at: Instant,
    }),
  ),
});
export type Consent = z.infer<typeof Consent>;

/** Somebody who can read a plant now. */
export const PlantReader = z.object({
  person: z.string(),
  organisation: z.string(),
  reads: z.array(
    z.object({
      part: ConsentPart,
      until: Instant.nullable().describe('Null for people of the owner, as long as they have their role'),
    }),
  ),
});
export type PlantReader = z.infer<typeof PlantReader>;

/** A bundle, and which of its files were shared. */
export const PlantShares = z.object({
  id: Id,
  name: z.string(),
  madeAt: Instant.nullable().describe('By its own word'),
  importedAt: Instant.nullable(),
  shares: z.array(
    z.object({
      place: z.number().int().describe('Among the files of the bundle, from 0'),
      name: z.string(),
      size: z.number().int(),
    }),
  ),
});
export type PlantShares = z.infer<typeof PlantShares>;

const Terms = z.object({
  purpose: line(500).describe('What for, in a sentence that the other side reads'),
  caseRef: z.string().trim().max(80).default(''),
  warnings: z.boolean().describe('The warnings, too'),
  shares: z.boolean().default(false).describe('What was shared of captures, too'),
  packets: z.boolean().default(false).describe('And the packets that went along; only with `shares`'),
  days: z.number().int().min(1).max(366),
});

/** What an answer leaves out stays as it is. */
const Answer = z.object({
  to: z.enum(['granted', 'refused', 'narrowed', 'withdrawn']),
  warnings: z.boolean().optional().describe('false: without the warnings'),
  shares: z.boolean().optional().describe('false: without what was shared of captures, and its packets'),
  packets: z.boolean().optional().describe('false: without the packets that went along'),
  days: z.number().int().min(1).max(366).optional().describe('From now, if that is sooner'),
  onlyWhoAsked: z.boolean().optional(),
  reason: z.string().trim().max(500).optional(),
});

const manage = 'manage sites zones assets';
const give = 'grant or withdraw consent';

export const consentApi = {
  readers: route({
    method: 'GET',
    path: '/api/plant/readers',
    summary: 'Who sees my inventory: in words and by name, from the rule that lets them',
    action: manage,
    serves: ['own'],
    records: 'plant readers read',
    reply: z.object({
      says: z.array(Told).describe('The answer, a sentence each'),
      readers: z.array(PlantReader),
      visibility: Visibility,
    }),
  }),
  accesses: route({
    method: 'GET',
    path: '/api/plant/accesses',
    summary: 'Who from outside looked at what is mine, and when, newest first',
    action: 'see who accessed my case',
    serves: ['own'],
    records: 'access log read',
    query: Paging,
    reply: page(AuditEvent),
  }),
  list: route({
    method: 'GET',
    path: '/api/consents',
    summary: 'Consents that my organisation gave or was asked for, newest first',
    action: manage,
    serves: ['own'],
    records: null,
    query: Paging.extend({ open: z.enum(['true']).optional().describe('Only those that hold or wait') }),
    reply: page(Consent),
  }),
  give: route({
    method: 'POST',
    path: '/api/consents',
    summary: 'Let analysts of the CERT read my plant without being asked',
    action: give,
    records: 'consent given',
    reauthenticates: true,
    body: Terms,
    reply: Consent,
  }),
  answer: route({
    method: 'PUT',
    path: '/api/consents/:id',
    summary: 'Grant, refuse, narrow or withdraw a consent; it takes effect at once',
    action: give,
    records: 'consent answered',
    reauthenticates: true,
    params: ById,
    body: Answer,
    reply: Consent,
  }),
  plants: route({
    method: 'GET',
    path: '/api/plants',
    summary: 'Plants that are or were open to us, and those we asked for, newest first',
    action: manage,
    serves: ['consent'],
    records: null,
    query: Paging.extend({ open: z.enum(['true']).optional().describe('Only those that hold or wait') }),
    reply: page(Consent),
  }),
  ask: route({
    method: 'POST',
    path: '/api/plants/:id/requests',
    summary: 'Ask a member to let analysts read its plant',
    action: manage,
    serves: ['consent'],
    records: 'consent asked for',
    params: ById,
    body: Terms,
    reply: Consent,
  }),
  giveBack: route({
    method: 'DELETE',
    path: '/api/plants/requests/:id',
    summary: 'Take a request back, or give back what is needed no longer',
    action: manage,
    serves: ['consent'],
    records: 'consent given back',
    params: ById,
    reply: Done,
  }),
  assets: route({
    method: 'GET',
    path: '/api/plants/:id/assets',
    summary: 'List the devices of a plant that is open to us',
    action: manage,
    serves: ['consent'],
    records: 'plant read by consent',
    params: ById,
    query: AssetSearch,
    reply: page(Asset).extend({ visibility: Visibility, parts: z.array(ConsentPart) }),
  }),
  asset: route({
    method: 'GET',
    path: '/api/plants/:id/assets/:asset',
    summary: 'Read one device of a plant that is open to us',
    action: manage,
    serves: ['consent'],
    records: 'asset read by consent',
    params: ById.extend({ asset: Id }),
    reply: AssetPage,
  }),
  warnings: route({
    method: 'GET',
    path: '/api/plants/:id/warnings',
    summary: 'List the warnings of a plant that is open to us',
    action: 'see matches of assets and advisories',
    serves: ['consent'],
    records: 'warnings read by consent',
    params: ById,
    query: WarningSearch,
    reply: page(Warning),
  }),
  shares: route({
    method: 'GET',
    path: '/api/plants/:id/shares',
    summary:
      'List the bundles with something shared of captures, of a plant that is open to us, newest first',
    action: manage,
    serves: ['consent'],
    records: 'shares read by consent',
    params: ById,
    query: Paging,
    reply: page(PlantShares),
  }),
  share: route({
    method: 'GET',
    path: '/api/plants/:id/shares/:bundle',
    summary: 'Read what was shared of a capture, of a plant that is open to us',
    action: manage,
    serves: ['consent'],
    records: 'share read by consent',
    params: ById.extend({ bundle: Id }),
    query: WhichShare,
    reply: BundledShare,
  }),
  packets: file({
    path: '/api/plants/:id/shares/:bundle/packets',
    summary: 'The packets that went along with what was shared, of a plant that is open to us',
    action: manage,
    serves: ['consent'],
    records: 'shared packets downloaded',
    reauthenticates: true,
    params: ById.extend({ bundle: Id }),
    query: WhichShare,
  }),
};
