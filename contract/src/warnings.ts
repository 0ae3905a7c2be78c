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

/** How soon to act (SSVC, deployer): at once · before the next maintenance · at the next maintenance · not now. */
export const Urgency = z.enum(['immediate', 'out-of-cycle', 'scheduled', 'defer']);
export type Urgency = z.infer<typeof Urgency>;

/** The inputs of the decision, each from harmless to grave; safety and mission impact make up the impact on people. */
export const Ssvc = z.object({
  exploitation: z.enum(['none', 'publicPoc', 'active']),
  exposure: z.enum(['small', 'controlled', 'open']),
  automatable: z.enum(['no', 'yes']),
  humanImpact: z.enum(['low', 'medium', 'high', 'veryHigh']),
  safetyImpact: z.enum(['negligible', 'marginal', 'critical', 'catastrophic']),
  missionImpact: z.enum(['degraded', 'supportCrippled', 'functionFails', 'missionFails']),
});
export type Ssvc = z.infer<typeof Ssvc>;

export const DecisionPoint = Ssvc.omit({ humanImpact: true }).keyof();
export type DecisionPoint = z.infer<typeof DecisionPoint>;

export const DecisionGround = z.object({
  value: z.string(),
  assumed: z.boolean().describe('Nobody has said so: it is taken until somebody says otherwise'),
  because: Told,
});
export type DecisionGround = z.infer<typeof DecisionGround>;

export const Decision = z.object({
  inputs: z.array(
    DecisionGround.extend({
      point: DecisionPoint,
      otherwise: z
        .array(z.object({ value: z.string(), urgency: Urgency }))
        .describe('What the answer would be if just this were another; where it stays the same is left out'),
    }),
  ),
});
export type Decision = z.infer<typeof Decision>;

/** Somebody of the organisation whose plant it is. */
const Colleague = z.object({ id: Id, name: z.string() });

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
  urgency: Urgency,
  ssvc: Ssvc.nullable().describe(
    'What the urgency came from; nothing until it is decided for the first time',
  ),
  because: z.array(Told).describe('Vendor, model, version: each step in a sentence'),
  lookUp: z.array(Told).describe('What to look up to be sure'),
  state: MatchState,
  stateReason: z.string().nullable(),
  since: Instant,
  due: z.iso.date().nullable().describe('Until when it is to be done'),
  assignee: Colleague.nullable(),
  secondContact: Colleague.nullable().describe('Who is told when the first does not answer'),
});
export type Warning = z.infer<typeof Warning>;

export const WarningSearch = Paging.extend({
  asset: Id.optional(),
  capture: Id.optional(),
  advisory: Id.optional(),
  urgency: Urgency.optional(),
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
    summary: 'List the warnings for my plant, most urgent first, of these the most certain',
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
      decision: Decision.nullable().describe('How the urgency came about'),
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
