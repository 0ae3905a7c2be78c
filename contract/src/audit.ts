import { z } from 'zod';

import { page, Paging, route } from './route.ts';
import { Id, Instant } from './words.ts';

/** One line of the ledger: who did what to what, as whom, when, and why. Reads and refusals count. */
export const AuditEvent = z.object({
  id: Id,
  seq: z
    .number()
    .int()
    .nullable()
    .describe('Its place in the chain; null for the moment before it is linked'),
  at: Instant,
  person: z.object({ id: Id.nullable(), name: z.string() }),
  organisation: z.object({ id: Id.nullable(), name: z.string() }).describe('Acted for'),
  action: z.string(),
  object: z.object({ kind: z.string(), id: Id.nullable(), name: z.string() }),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditHead = z.object({
  day: z.iso.date(),
  seq: z.number().int(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  publishedAt: Instant,
});
export type AuditHead = z.infer<typeof AuditHead>;

export const AuditVerdict = z.object({
  whole: z.boolean(),
  events: z.number().int().describe('How many were checked'),
  pending: z.number().int().describe('Written and checked, but not linked yet'),
  head: AuditHead.omit({ day: true, publishedAt: true }).nullable(),
  broken: z
    .object({
      seq: z.number().int().describe('The first number at which chain and events disagree'),
      kind: z.enum(['changed', 'missing', 'reordered', 'truncated', 'unlinked']),
      text: z.string(),
    })
    .nullable(),
  headsChecked: z.number().int(),
  tookMs: z.number(),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;

export const auditApi = {
  heads: route({
    method: 'GET',
    path: '/api/audit/heads',
    summary: 'The published daily heads of the audit chain: keep a copy, compare later',
    action: 'read published audit heads',
    records: null,
    query: Paging,
    reply: page(AuditHead),
  }),
  verify: route({
    method: 'GET',
    path: '/api/audit/verify',
    summary: 'Recompute the whole chain and compare it with the published heads',
    action: 'verify audit chain',
    records: 'audit verified',
    reply: AuditVerdict,
  }),
  accesses: route({
    method: 'GET',
    path: '/api/audit/accesses',
    summary: 'Who saw or changed what belongs to my organisation, newest first',
    action: 'see who accessed my case',
    serves: ['own', 'Y', 'meta'],
    records: 'access log read',
    query: Paging.extend({
      object: Id.optional(),
      action: z.string().max(100).optional(),
      person: Id.optional(),
    }),
    reply: page(AuditEvent),
  }),
};
