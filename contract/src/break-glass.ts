import { z } from 'zod';

import { page, Paging, route } from './route.ts';
import { ById, Id, Instant, line } from './words.ts';

export const BreakGlassState = z.enum(['asked', 'refused', 'approved', 'ended', 'expired']);
export type BreakGlassState = z.infer<typeof BreakGlassState>;

/** An administrator who may look into one case for some hours: he asked, and another person, a lead, let him in. */
export const BreakGlass = z.object({
  id: Id,
  case: Id,
  reference: z.string(),
  state: BreakGlassState,
  reason: z.string(),
  hours: z.number().int(),
  askedBy: z.string(),
  askedAt: Instant,
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
  until: Instant.nullable().describe('When it ends, or would have ended'),
  endedBy: z.string().nullable(),
  endedAt: Instant.nullable(),
  mine: z.boolean().describe('Asked for by whoever reads this'),
});
export type BreakGlass = z.infer<typeof BreakGlass>;

const read = 'read case (messages, observations, findings)';

export const breakGlassApi = {
  list: route({
    method: 'GET',
    path: '/api/break-glass',
    summary: 'Who asked to look into a case, and who let him in: my own requests, or as a lead all of them',
    action: read,
    serves: ['breakglass', 'join'],
    records: 'break-glass listed',
    query: Paging,
    reply: page(BreakGlass),
  }),
  ask: route({
    method: 'POST',
    path: '/api/break-glass',
    summary: 'Ask, as an administrator, to look into one case',
    action: read,
    serves: ['breakglass'],
    records: 'break-glass asked for',
    body: z.object({
      reference: line(60),
      reason: line(500).describe('Read by the owner of the case, and kept in the ledger'),
      hours: z.number().int().min(1).max(24),
    }),
    reply: BreakGlass,
  }),
  decide: route({
    method: 'PUT',
    path: '/api/break-glass/:id',
    summary: 'Let the administrator in, refuse, or end it before its time',
    action: read,
    serves: ['breakglass', 'join'],
    records: 'break-glass decided',
    params: ById,
    body: z.object({ to: z.enum(['approved', 'refused', 'ended']) }),
    reply: BreakGlass,
  }),
};
