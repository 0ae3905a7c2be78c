import { z } from 'zod';

import { page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant } from './words.ts';

/** What somebody did to something, roughly; which actions are which is told by the operation that leaves the line. */
export const AccessKind = z.enum(['read', 'search', 'download', 'write']);
export type AccessKind = z.infer<typeof AccessKind>;

/** Who acted: a person, whoever holds the words of a receipt, a machine account, a visitor, or the program itself. */
export const AccessBy = z.enum(['person', 'receipt', 'machine', 'visitor', 'program']);
export type AccessBy = z.infer<typeof AccessBy>;

/** One line of the ledger: who did what to what, as whom, when, and why. Reads and refusals count. */
export const AuditEvent = z.object({
  id: Id,
  seq: z
    .number()
    .int()
    .nullable()
    .describe('Its place in the chain; null for the moment before it is linked'),
  at: Instant,
  by: AccessBy,
  person: z.object({ id: Id.nullable(), name: z.string().describe('As it was then') }),
  organisation: z.object({ id: Id.nullable(), name: z.string() }).describe('Acted for'),
  action: z.string(),
  kind: AccessKind,
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

/** What this CERT did in one month, UTC, as the ledger tells: numbers that name nobody. */
export const MonthInNumbers = z.object({
  month: z.string().regex(/^\d{4}-\d{2}$/),
  reports: z.int(),
  answered: z.int().describe('Of those, how many the CERT has written back to by now'),
  firstAnswer: z
    .number()
    .nullable()
    .describe('Median of the seconds until it first did; null where it did to none'),
  releases: z.int(),
  recalls: z.int(),
  breakGlass: z.int().describe('How often an administrator was let into a case'),
  purges: z.int().describe('Cases that were destroyed'),
});
export type MonthInNumbers = z.infer<typeof MonthInNumbers>;

/** What is asked of an access log. */
export const AccessSearch = Paging.extend({
  kind: AccessKind.optional(),
  action: z.string().max(100).optional(),
  person: Id.optional(),
  organisation: Id.optional().describe('Acted for'),
  object: Id.optional(),
  since: z.iso.date().optional().describe('From the beginning of this day, UTC'),
  until: z.iso.date().optional().describe('To the end of this day, UTC'),
});
export type AccessSearch = z.infer<typeof AccessSearch>;

/** One line of the access log of a case: no details, which may hold what is not for its reader. */
export const CaseAccess = AuditEvent.omit({ details: true });
export type CaseAccess = z.infer<typeof CaseAccess>;

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
  headMail: route({
    method: 'GET',
    path: '/api/me/head-mail',
    summary: 'Whether I am mailed the head of the ledger each day',
    action: 'see and change my own account',
    records: null,
    reply: z.object({
      wanted: z.boolean(),
      mail: z.boolean().describe('Whether this instance sends mail at all'),
    }),
  }),
  chooseHeadMail: route({
    method: 'PUT',
    path: '/api/me/head-mail',
    summary: 'Be mailed the head of the ledger each day, for the organisation I act for; or no more',
    action: 'see and change my own account',
    records: 'head mail chosen',
    body: z.object({ wanted: z.boolean() }),
    reply: Done,
  }),
  numbers: route({
    method: 'GET',
    path: '/api/audit/numbers',
    summary:
      'What this CERT did in each of the last 24 months that are over and in which something was done, newest first',
    action: 'read published audit heads',
    records: null,
    reply: z.object({ items: z.array(MonthInNumbers) }),
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
    query: AccessSearch,
    reply: page(AuditEvent),
  }),
  ofCase: route({
    method: 'GET',
    path: '/api/cases/:id/accesses',
    summary: 'Who read, searched, downloaded or wrote in a case that is open to me, newest first',
    action: 'see who accessed my case',
    records: 'access log read',
    params: ById,
    query: AccessSearch,
    reply: page(CaseAccess),
  }),
  ofReport: route({
    method: 'GET',
    path: '/api/reports/:id/accesses',
    summary: 'Who did what with the report whose words I hold; of the CERT it names no people',
    action: 'follow own report and reply',
    records: 'access log read',
    params: ById,
    query: AccessSearch,
    reply: page(CaseAccess),
  }),
};
