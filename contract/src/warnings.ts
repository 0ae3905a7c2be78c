import { z } from 'zod';

import { Remedy, Severity } from './advisories.ts';
import { Asset } from './plant.ts';
import { page, Paging, route } from './route.ts';
import { ById, Id, Instant, Told } from './words.ts';

export const MatchCertainty = z.enum(['exact', 'likely', 'unsure']);
export type MatchCertainty = z.infer<typeof MatchCertainty>;

export const MatchState = z.enum([
  'new',
  'confirmed',
  'planned',
  'mitigated',
  'fixed',
  'verified',
  'notAffected',
  'riskAccepted',
  'ended',
]);
export type MatchState = z.infer<typeof MatchState>;

/** States in which something is still to be done. */
export const openMatchStates: readonly MatchState[] = ['new', 'confirmed', 'planned'];

/** Which way a warning may go by whose hand; `reason` says which steps ask for one. The program alone ends a warning. */
export const matchMoves = [
  { from: 'new', to: 'confirmed', reason: false },
  { from: 'new', to: 'notAffected', reason: true },
  { from: 'confirmed', to: 'planned', reason: false },
  { from: 'confirmed', to: 'mitigated', reason: false },
  { from: 'confirmed', to: 'fixed', reason: false },
  { from: 'confirmed', to: 'notAffected', reason: true },
  { from: 'confirmed', to: 'riskAccepted', reason: true },
  { from: 'planned', to: 'mitigated', reason: false },
  { from: 'planned', to: 'fixed', reason: false },
  { from: 'planned', to: 'riskAccepted', reason: true },
  { from: 'mitigated', to: 'fixed', reason: false },
  { from: 'mitigated', to: 'verified', reason: false },
  { from: 'fixed', to: 'verified', reason: false },
  { from: 'notAffected', to: 'confirmed', reason: false },
  { from: 'riskAccepted', to: 'confirmed', reason: false },
] as const satisfies readonly { from: MatchState; to: MatchState; reason: boolean }[];

/** An advisory that may concern a device: the domain's Match, which a reader knows as a warning. */
export const Warning = z.object({
  id: Id,
  asset: Asset.pick({
    id: true,
    name: true,
    vendor: true,
    product: true,
    model: true,
    orderNumber: true,
    firmware: true,
    role: true,
    level: true,
    addresses: true,
    site: true,
    zone: true,
  }),
  advisory: z.object({
    id: Id,
    trackingId: z.string(),
    title: z.string(),
    publisher: z.string(),
    severity: Severity,
    score: z.number().nullable(),
    cves: z.array(z.string()),
    publishedAt: Instant,
    hasFix: z.boolean(),
  }),
  product: z.string().describe('The entry of the advisory that matched'),
  certainty: MatchCertainty,
  because: z.array(Told).describe('Vendor, model, version: each step in a sentence'),
  lookUp: z.array(Told).describe('What to look up to be sure'),
  state: MatchState,
  stateReason: z.string().nullable(),
  since: Instant,
});
export type Warning = z.infer<typeof Warning>;

export const WarningSearch = Paging.extend({
  asset: Id.optional(),
  capture: Id.optional(),
  advisory: Id.optional(),
  state: MatchState.optional(),
  open: z.enum(['true', 'false']).optional(),
  certainty: MatchCertainty.optional(),
  search: z.string().max(200).optional(),
});
export type WarningSearch = z.infer<typeof WarningSearch>;

export const warningApi = {
  list: route({
    method: 'GET',
    path: '/api/warnings',
    summary: 'List the warnings for my plant, most certain and most severe first',
    action: 'see matches of assets and advisories',
    records: 'warnings listed',
    query: WarningSearch,
    reply: page(Warning),
  }),
  get: route({
    method: 'GET',
    path: '/api/warnings/:id',
    summary: 'Read one warning: why, how sure, what to do without stopping production',
    action: 'see matches of assets and advisories',
    records: 'warning read',
    params: ById,
    reply: Warning.extend({
      remedies: z.array(Remedy).describe('For the matched product, mitigations first'),
      history: z.array(
        z.object({ state: MatchState, at: Instant, by: z.string(), reason: z.string().nullable() }),
      ),
      equal: z
        .number()
        .int()
        .describe('Devices of the same vendor, product and version with the same warning'),
    }),
  }),
  move: route({
    method: 'POST',
    path: '/api/warnings/moves',
    summary: 'Say what became of warnings',
    action: 'set match state / acknowledge alert',
    records: 'warnings moved',
    body: z.object({
      warnings: z.array(Id).min(1).max(5000),
      to: MatchState,
      reason: z.string().trim().max(2000).optional(),
    }),
    reply: z.object({ changed: z.number().int() }),
  }),
};
