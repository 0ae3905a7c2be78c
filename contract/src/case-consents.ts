import { z } from 'zod';

import { ConsentState } from './consents.ts';
import { SubjectKind } from './releases.ts';
import { page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Scope, Tlp } from './words.ts';

/** How whoever it is from is spoken of, from open to closed. */
export const Attribution = z.enum(['named', 'pseudonym', 'anonymous']);
export type Attribution = z.infer<typeof Attribution>;

/** fact, indicator: one of the case · lesson: what others may learn from it · name: that it was this plant. */
export const ConsentItemKind = z.enum(['fact', 'indicator', 'lesson', 'name']);
export type ConsentItemKind = z.infer<typeof ConsentItemKind>;

/** How an item is named in a consent: its kind, and the id of the one it is. */
export const ConsentItemPart = z
  .string()
  .regex(/^(?:(?:fact|indicator):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|lesson|name)$/);

export const CaseConsent = z.object({
  id: Id,
  case: z.object({ id: Id, reference: z.string() }),
  asks: z.string().describe('Name of the CERT'),
  purpose: z.string(),
  items: z.array(
    z.object({
      part: ConsentItemPart,
      kind: ConsentItemKind,
      says: z.string().describe('In the words in which it was asked for'),
      state: ConsentState.exclude(['narrowed']),
    }),
  ),
  audience: Scope.describe('No farther than this'),
  label: Tlp.describe('Under this label or a stricter one'),
  attribution: Attribution,
  state: ConsentState,
  until: Instant,
  requestedBy: z.string().describe('Empty for the holder of a receipt'),
  at: Instant,
  mayAnswer: z.boolean(),
  steps: z.array(
    z.object({
      state: ConsentState,
      items: z.number().int().describe('How many of them were open after it'),
      by: z.string().describe('Empty for the holder of a receipt'),
      organisation: z.string(),
      reason: z.string(),
      at: Instant,
    }),
  ),
});
export type CaseConsent = z.infer<typeof CaseConsent>;

/** Something that is to leave and holds items of the case. */
export const ConsentUse = z.object({
  subject: z.object({ kind: SubjectKind, id: Id }),
  title: z.string().nullable().describe('For the CERT only'),
  parts: z.array(ConsentItemPart),
});
export type ConsentUse = z.infer<typeof ConsentUse>;

/** What already left, and can be called back but not be made unread. */
export const ConsentLeft = z.object({
  release: Id,
  ref: z.string(),
  version: z.string(),
  parts: z.array(ConsentItemPart),
  label: Tlp,
  audience: Scope,
  members: z.number().int().describe('Organisations that could read it when it left'),
  told: z.number().int().describe('Messages about it that were sent'),
  toldAt: Instant.nullable().describe('When the last of them was sent'),
  at: Instant,
  recalledAt: Instant.nullable(),
});
export type ConsentLeft = z.infer<typeof ConsentLeft>;

/** What a case lets out of nothing, whatever was granted: its label, its handling limit, or an answer given when it ended. */
export const ConsentBound = z.enum(['label', 'indicators', 'lesson', 'name']);
export type ConsentBound = z.infer<typeof ConsentBound>;

const days = z.number().int().min(1).max(366);
const reason = z.string().trim().max(500).optional();

/** Other terms that are left out stay as they are. */
export const CaseConsentGiven = z.object({
  to: z.enum(['granted', 'narrowed']),
  parts: z
    .array(ConsentItemPart)
    .max(50)
    .describe('Those that it is given for, each of them: what is not named here is not given'),
  audience: Scope.optional(),
  label: Tlp.optional(),
  attribution: Attribution.optional(),
  days: days.optional().describe('From now, if that is sooner'),
  reason,
});
export type CaseConsentGiven = z.infer<typeof CaseConsentGiven>;

const CaseConsentNotGiven = z.object({ to: z.enum(['refused', 'withdrawn']), reason });

const read = 'read case (messages, observations, findings)';
const team = 'triage and move cases';

export const caseConsentApi = {
  list: route({
    method: 'GET',
    path: '/api/case-consents',
    summary: 'List what was asked for of the cases that I may read, newest first',
    action: read,
    records: 'case consents listed',
    query: Paging.extend({
      open: z.enum(['true']).optional().describe('Only those that hold or wait'),
      search: z.string().max(200).optional(),
    }),
    reply: page(CaseConsent),
  }),
  get: route({
    method: 'GET',
    path: '/api/case-consents/:id',
    summary: 'Read what is asked for, item by item',
    action: read,
    records: 'case consents read',
    params: ById,
    reply: CaseConsent,
  }),
  ofCase: route({
    method: 'GET',
    path: '/api/cases/:id/consents',
    summary: 'What was asked for of a case and answered, what it goes into, and what already left',
    action: read,
    records: 'case consents read',
    params: ById,
    reply: z.object({
      case: z.object({ id: Id, reference: z.string(), label: Tlp, owner: z.string() }),
      items: z.array(CaseConsent),
      uses: z.array(ConsentUse),
      left: z.array(ConsentLeft),
      kept: z.array(ConsentBound).describe('What leaves with no consent, as whoever it is from said'),
      mayAsk: z.boolean(),
    }),
  }),
  ask: route({
    method: 'POST',
    path: '/api/cases/:id/consents',
    summary: 'Ask whoever a case belongs to whether items of it may leave',
    action: team,
    records: 'case consent asked for',
    params: ById,
    body: z.object({
      purpose: line(500).describe('What for, in a sentence that the other side reads'),
      items: z
        .array(
          z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('fact'), id: Id }),
            z.object({ kind: z.literal('indicator'), id: Id.optional(), says: line(500) }),
            z.object({ kind: z.enum(['lesson', 'name']), says: line(500) }),
          ]),
        )
        .min(1)
        .max(50),
      audience: Scope.exclude(['case', 'org']),
      label: Tlp,
      attribution: Attribution,
      days,
    }),
    reply: CaseConsent,
  }),
  answer: route({
    method: 'PUT',
    path: '/api/case-consents/:id',
    summary: 'Grant, refuse, narrow or withdraw, item by item; what has not left is stopped at once',
    action: 'grant or withdraw consent',
    records: 'case consent answered',
    reauthenticates: true,
    params: ById,
    body: z.discriminatedUnion('to', [CaseConsentGiven, CaseConsentNotGiven]),
    reply: CaseConsent,
  }),
  takeBack: route({
    method: 'DELETE',
    path: '/api/case-consents/:id',
    summary: 'Take a question back, or give back what is needed no longer',
    action: team,
    records: 'case consent given back',
    params: ById,
    reply: Done,
  }),
  use: route({
    method: 'PUT',
    path: '/api/cases/:id/uses',
    summary:
      'Say which items of a case go into something that is to leave; the gate asks for consent to each',
    action: team,
    records: 'case items used',
    params: ById,
    body: z.object({
      subject: z.object({ kind: SubjectKind, id: Id }),
      parts: z.array(ConsentItemPart).max(200).describe('All of them; none: nothing of this case is in it'),
    }),
    reply: Done,
  }),
};
