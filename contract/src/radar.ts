import { z } from 'zod';

import { Severity } from './advisories.ts';
import { page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, Tlp } from './words.ts';

export const RadarState = z.enum(['new', 'later', 'attached', 'publishing', 'dropped']);
export type RadarState = z.infer<typeof RadarState>;

/** Which way an item may go; `reason` says which steps ask for one. Everything can be taken back. */
export const radarMoves = [
  { from: 'new', to: 'dropped', reason: true },
  { from: 'new', to: 'attached', reason: false },
  { from: 'new', to: 'publishing', reason: false },
  { from: 'new', to: 'later', reason: false },
  { from: 'later', to: 'dropped', reason: true },
  { from: 'later', to: 'attached', reason: false },
  { from: 'later', to: 'publishing', reason: false },
  { from: 'later', to: 'later', reason: false },
  { from: 'later', to: 'new', reason: false },
  { from: 'dropped', to: 'new', reason: false },
  { from: 'attached', to: 'new', reason: false },
  { from: 'publishing', to: 'new', reason: false },
] as const satisfies readonly { from: RadarState; to: RadarState; reason: boolean }[];

export const RadarCause = z.enum(['added', 'changed', 'contradicts']);
export type RadarCause = z.infer<typeof RadarCause>;

/** Something that came in and that nobody has looked at yet. The state is that of the whole CERT. */
export const RadarItem = z.object({
  id: Id,
  cause: RadarCause,
  advisory: Id.nullable(),
  publisher: z.string(),
  trackingId: z.string(),
  version: z.string(),
  title: z.string(),
  url: z.string().nullable(),
  severity: Severity,
  score: z.number().nullable(),
  exploited: z.boolean(),
  label: Tlp,
  vulnerabilities: z.array(z.object({ id: Id, ref: z.string(), disagreeing: z.number().int() })),
  state: RadarState,
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
  until: Instant.nullable().describe('When it comes back, where it was put off'),
  attachedTo: z.object({ id: Id, ref: z.string() }).nullable(),
  heldBy: z.string().nullable().describe('A colleague who has it in front of him now'),
  heldByMe: z.boolean(),
  at: Instant,
});
export type RadarItem = z.infer<typeof RadarItem>;

export const RadarSearch = Paging.extend({
  state: RadarState.optional(),
  cause: RadarCause.optional(),
  severity: Severity.optional(),
  search: z.string().max(200).optional().describe('In title, publisher, tracking id, CVE'),
});
export type RadarSearch = z.infer<typeof RadarSearch>;

export const radarApi = {
  list: route({
    method: 'GET',
    path: '/api/radar',
    summary: 'List what came in, what contradicts and what is severe first',
    action: 'import advisories of others',
    records: 'radar listed',
    query: RadarSearch,
    reply: page(RadarItem).extend({
      counts: z.record(RadarState, z.number().int()).describe('Items in each state, up to ten thousand'),
    }),
  }),
  get: route({
    method: 'GET',
    path: '/api/radar/:id',
    summary: 'Read one item of the radar with what happened to it',
    action: 'import advisories of others',
    records: 'radar item read',
    params: ById,
    reply: RadarItem.extend({
      summary: z.string(),
      history: z.array(
        z.object({ state: RadarState, at: Instant, by: z.string(), reason: z.string().nullable() }),
      ),
    }),
  }),
  next: route({
    method: 'POST',
    path: '/api/radar/next',
    summary: 'Get the next item that no colleague has in front of him, held for ten minutes',
    action: 'import advisories of others',
    records: 'radar item taken',
    body: z.object({ after: Id.optional().describe('The one that is passed over') }),
    reply: z.object({ item: Id.nullable() }),
  }),
  hold: route({
    method: 'POST',
    path: '/api/radar/:id/hold',
    summary: 'Take an item in front of me, from a colleague too if so asked',
    action: 'import advisories of others',
    records: 'radar item taken',
    params: ById,
    body: z.object({ takeOver: z.boolean().default(false) }),
    reply: Done,
  }),
  move: route({
    method: 'POST',
    path: '/api/radar/moves',
    summary:
      'Drop items, put them off, attach them to a vulnerability, start a publication, or take that back',
    action: 'import advisories of others',
    records: 'radar items moved',
    body: z.object({
      items: z.array(Id).min(1).max(500),
      to: RadarState,
      reason: z.string().trim().max(2000).optional(),
      until: Instant.optional(),
      vulnerability: z.string().max(60).optional().describe('Its number, to attach to'),
    }),
    reply: z.object({ changed: z.number().int() }),
  }),
};
