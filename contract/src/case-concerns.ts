import { z } from 'zod';

import { CaseLine } from './cases.ts';
import { ConsentPart } from './consents.ts';
import { Asset } from './plant.ts';
import { route } from './route.ts';
import { ById, Done, FormKey, Id, Instant, line } from './words.ts';

/** Of a device, what people who work on a case look at. */
export const ConcernedDevice = Asset.pick({
  id: true,
  name: true,
  site: true,
  state: true,
  role: true,
  zone: true,
  criticality: true,
  vendor: true,
  product: true,
  firmware: true,
  addresses: true,
}).extend({ warnings: z.number().int().nullable().describe('Open ones; null where I may not see them') });
export type ConcernedDevice = z.infer<typeof ConcernedDevice>;

const Place = Asset.shape.site;

/** What a case is about in a plant. */
export const CaseConcern = z.object({
  id: Id,
  kind: z.enum(['site', 'device', 'words']).describe('words: a name, linked to no inventory'),
  name: z
    .string()
    .describe('As it is called now; to whom may not read it there, as it was called when it was named'),
  site: Place.nullable().describe('Where its inventory is open to me'),
  device: ConcernedDevice.nullable().describe('Where its inventory is open to me'),
  by: z.string().nullable().describe('Who named it; of the CERT only to the CERT'),
  at: Instant,
});
export type CaseConcern = z.infer<typeof CaseConcern>;

/** All that a case is about, and what it may be about besides. */
export const CaseConcerns = z.object({
  items: z.array(CaseConcern).describe('Sites, then devices, then names; by name'),
  told: z
    .array(z.object({ device: ConcernedDevice, observations: z.number().int() }))
    .describe(
      'Linked to accepted observations, and not in the list yet; at most 20, the most frequent first',
    ),
  plant: Id.nullable().describe('Whose inventory is open to me here; none: names in words only'),
  parts: z.array(ConsentPart).describe('What of it is open to me'),
});
export type CaseConcerns = z.infer<typeof CaseConcerns>;

/** A case is about so many sites, devices and names at most. */
export const mostConcerns = 200;

const read = 'read case (messages, observations, findings)';
const add = 'add evidence to case';
/** Those whose plant it is, and those who work on the case. */
const serves = ['own', 'team', 'join'] as const;

export const caseConcernApi = {
  list: route({
    method: 'GET',
    path: '/api/cases/:id/concerns',
    summary: 'What a case is about in a plant, and which devices its timeline tells of besides',
    action: read,
    records: 'concerns of case read',
    params: ById,
    reply: CaseConcerns,
  }),
  candidates: route({
    method: 'GET',
    path: '/api/cases/:id/concerns/candidates',
    summary: 'Sites and devices of the plant that a case could be about, as far as it is open to me',
    action: add,
    serves,
    records: 'plant searched for case',
    params: ById,
    query: z.object({ search: z.string().max(200).default('') }),
    reply: z.object({
      sites: z.array(Place),
      devices: z.array(ConcernedDevice).describe('By name, at most 20'),
      more: z.boolean().describe('There are more devices: say more of it'),
    }),
  }),
  add: route({
    method: 'POST',
    path: '/api/cases/:id/concerns',
    summary: 'Say that a case is about a site, a device, or something that only has a name',
    action: add,
    serves,
    records: 'concern of case named',
    params: ById,
    body: z.union([
      z.strictObject({ key: FormKey, device: Id }),
      z.strictObject({ key: FormKey, site: Id }),
      z.strictObject({ key: FormKey, words: line() }),
    ]),
    reply: CaseConcern,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/cases/:id/concerns/:concern',
    summary: 'Say that a case is not about this; the inventory stays as it is',
    action: add,
    serves,
    records: 'concern of case taken away',
    params: ById.extend({ concern: Id }),
    reply: Done,
  }),
  ofDevice: route({
    method: 'GET',
    path: '/api/assets/:id/cases',
    summary: 'Cases that I may read which are about this device',
    action: read,
    serves,
    records: 'cases of device listed',
    params: ById,
    query: z.object({ plant: Id.optional().describe('That is open to me, where it is not my own') }),
    reply: z.object({ items: z.array(CaseLine).describe('The newest first, at most 100') }),
  }),
};
