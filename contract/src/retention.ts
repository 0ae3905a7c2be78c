import { z } from 'zod';

import { BreakGlass } from './break-glass.ts';
import { CaseKind, CaseState } from './cases.ts';
import { page, Paging, route } from './route.ts';
import { ById, Id, Instant, line, Tlp } from './words.ts';

/** How long a case is kept after its end; how many months that is, the schedule says. */
export const RetentionClass = z.enum(['brief', 'usual', 'long', 'lasting']);
export type RetentionClass = z.infer<typeof RetentionClass>;

/** Whoever a case belongs to, and the CERT's people on its team. */
export const CaseSide = z.enum(['owner', 'cert']);
export type CaseSide = z.infer<typeof CaseSide>;

export const HoldState = z.enum(['proposed', 'placed', 'refused', 'lifted']);
export type HoldState = z.infer<typeof HoldState>;
export const PurgeState = z.enum(['asked', 'refused', 'withdrawn', 'approved', 'executed']);
export type PurgeState = z.infer<typeof PurgeState>;

/** A hand in a decision: which side, and the name where the reader may see it. */
const Hand = z.object({ by: z.string().nullable(), at: Instant });

export const Hold = z.object({
  id: Id,
  side: CaseSide,
  state: HoldState,
  reason: z.string().nullable().describe('Null where the case does not open'),
  asked: Hand,
  decided: Hand.nullable(),
  ended: Hand.nullable(),
  mayDecide: z.boolean(),
});
export type Hold = z.infer<typeof Hold>;

export const Purge = z.object({
  id: Id,
  side: CaseSide,
  state: PurgeState,
  reason: z.string(),
  asked: Hand,
  decided: Hand.nullable(),
  executed: Hand.nullable(),
  mayDecide: z.boolean().describe('Not by whoever asked'),
  mayWithdraw: z.boolean(),
});
export type Purge = z.infer<typeof Purge>;

/** What stays of a case whose key was destroyed. */
export const Tombstone = z.object({
  reference: z.string(),
  kind: CaseKind,
  receivedAt: Instant,
  endedOn: z.iso.date(),
  class: RetentionClass,
  months: z.number().int(),
  purgeOn: z.iso.date(),
  rule: z.enum(['due', 'request']),
  reason: z.string().nullable().describe('Of whoever asked for it before its time'),
  purgedAt: Instant,
  destroyed: z.record(z.string(), z.number().int()).describe('How many of what can be read no more'),
});
export type Tombstone = z.infer<typeof Tombstone>;

export const CaseRetention = z.object({
  id: Id,
  reference: z.string(),
  kind: CaseKind,
  state: CaseState,
  label: Tlp,
  owner: z.string(),
  opens: z.boolean(),
  class: RetentionClass,
  months: z.number().int(),
  usual: RetentionClass.describe('What it would be by the schedule'),
  reason: z.string().nullable().describe('Why another class than the usual one'),
  chosenBy: z.string().nullable(),
  endedOn: z.iso.date().nullable().describe('UTC'),
  purgeOn: z.iso.date().nullable().describe('UTC; null while the case goes on'),
  announcedAt: Instant.nullable(),
  schedule: z.array(z.object({ class: RetentionClass, months: z.number().int() })),
  answers: z
    .object({
      lesson: z.boolean().describe('A lesson from it may be published'),
      name: z.boolean().describe('The owner may be named'),
      by: z.enum(['member', 'reporter']),
      at: Instant,
    })
    .nullable(),
  holds: z.array(Hold).describe('Newest first'),
  purges: z.array(Purge).describe('Newest first'),
  breakGlass: z
    .array(BreakGlass)
    .describe('Who looked or may look into it as an administrator, newest first'),
  tombstone: Tombstone.extend({
    digest: z.string().describe('SHA-256 of the tombstone, as the ledger has it'),
    ledger: z
      .object({ whole: z.boolean(), seq: z.number().int().nullable() })
      .nullable()
      .describe('Whether the ledger says the same; null where the reader does not see that line'),
  }).nullable(),
  may: z.object({
    choose: z.boolean(),
    answer: z.boolean(),
    hold: z.enum(['place', 'propose', 'no']),
    purge: z.boolean().describe('Ask to destroy it before its time'),
  }),
});
export type CaseRetention = z.infer<typeof CaseRetention>;

export const RetentionLine = z.object({
  id: Id.describe('Of the case'),
  reference: z.string(),
  kind: CaseKind,
  owner: z.string(),
  class: RetentionClass,
  endedOn: z.iso.date().nullable(),
  purgeOn: z.iso.date().nullable(),
  hold: z.enum(['none', 'proposed', 'placed']),
  purge: z.enum(['none', 'asked', 'approved']),
  announcedAt: Instant.nullable(),
  purgedAt: Instant.nullable(),
});
export type RetentionLine = z.infer<typeof RetentionLine>;

export const RetentionSearch = Paging.extend({
  view: z.enum(['due', 'held', 'asked', 'purged', 'all']).default('all'),
  search: z.string().max(60).optional().describe('A reference or a part of one'),
});
export type RetentionSearch = z.infer<typeof RetentionSearch>;

const read = 'read case (messages, observations, findings)';
const decide = 'legal hold / purge approval';
const people = ['own', 'propose', 'Y'] as const;
const reason = line(500);

export const retentionApi = {
  calendar: route({
    method: 'GET',
    path: '/api/retention',
    summary: 'What will be destroyed when, what is held, and what was destroyed, the soonest first',
    action: decide,
    serves: [...people, 'execute'],
    records: 'retention calendar read',
    query: RetentionSearch,
    reply: page(RetentionLine),
  }),
  of: route({
    method: 'GET',
    path: '/api/cases/:id/retention',
    summary: 'How long one case is kept, who holds it, and its tombstone when it was destroyed',
    action: read,
    records: 'retention read',
    params: ById,
    reply: CaseRetention,
  }),
  choose: route({
    method: 'PUT',
    path: '/api/cases/:id/retention',
    summary: 'Keep a case longer or shorter than usual, and say why',
    action: decide,
    serves: ['own', 'Y'],
    records: 'retention chosen',
    params: ById,
    body: z.object({ class: RetentionClass, reason }),
    reply: CaseRetention,
  }),
  answer: route({
    method: 'PUT',
    path: '/api/cases/:id/closing',
    summary: 'Answer what may be published of a case that has ended: a lesson, the name',
    action: 'grant or withdraw consent',
    records: 'closing answered',
    reauthenticates: true,
    params: ById,
    body: z.object({ lesson: z.boolean(), name: z.boolean() }),
    reply: CaseRetention,
  }),
  hold: route({
    method: 'POST',
    path: '/api/cases/:id/holds',
    summary:
      'Have nothing of a case destroyed until it is said otherwise; who may not decide it, proposes it',
    action: decide,
    serves: people,
    records: 'legal hold asked for',
    params: ById,
    body: z.object({ reason }),
    reply: CaseRetention,
  }),
  decideHold: route({
    method: 'PUT',
    path: '/api/cases/:id/holds/:hold',
    summary: 'Place a hold that was proposed, refuse it, or lift it: each side its own',
    action: decide,
    serves: ['own', 'Y'],
    records: 'legal hold decided',
    params: ById.extend({ hold: Id }),
    body: z.object({ to: z.enum(['placed', 'refused', 'lifted']) }),
    reply: CaseRetention,
  }),
  askPurge: route({
    method: 'POST',
    path: '/api/cases/:id/purges',
    summary: 'Ask that a case that has ended is destroyed before its time',
    action: decide,
    serves: people,
    records: 'purge asked for',
    params: ById,
    body: z.object({ reason: reason.describe('Stays in the tombstone') }),
    reply: CaseRetention,
  }),
  decidePurge: route({
    method: 'PUT',
    path: '/api/cases/:id/purges/:purge',
    summary: 'Approve a purge that somebody else asked for, refuse it, or take it back',
    action: decide,
    serves: people,
    records: 'purge decided',
    params: ById.extend({ purge: Id }),
    body: z.object({ to: z.enum(['approved', 'refused', 'withdrawn']) }),
    reply: CaseRetention,
  }),
  purge: route({
    method: 'POST',
    path: '/api/retention/:id/purge',
    summary: 'Destroy the key of a case whose purge was approved, as an administrator who did neither',
    action: decide,
    serves: ['execute'],
    records: 'purge executed',
    params: ById,
    reply: RetentionLine,
  }),
};
