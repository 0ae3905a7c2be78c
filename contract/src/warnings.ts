import { z } from 'zod';

import { Remedy, Severity } from './advisories.ts';
import { Asset } from './plant.ts';
import { file, page, Paging, route } from './route.ts';
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

/** Whether something can be done while the plant runs, as far as its words tell. */
export const Safety = z.enum(['yes', 'no', 'unknown']);
export type Safety = z.infer<typeof Safety>;

/** Something that can be done about a warning: a line of its checklist. */
export const Measure = Remedy.extend({
  key: z.string().describe('The same words have the same key, also in a later version of the advisory'),
  safe: Safety.describe('Whether it can be done while the plant runs'),
  because: Told.describe('Why it is taken to be so'),
  fits: z.boolean().describe('It is for a device of this role; the others are for what stands beside it'),
  chosen: z.object({ at: Instant, by: z.string() }).nullable(),
  done: z.object({ at: Instant, by: z.string() }).nullable(),
});
export type Measure = z.infer<typeof Measure>;

/** Where a device stands to one vulnerability of an advisory; not listed: the advisory says nothing of it there. */
export const VulnerabilityState = z.enum(['affected', 'unsure', 'fixed', 'notAffected', 'notListed']);
export type VulnerabilityState = z.infer<typeof VulnerabilityState>;

/** How far a device is remedied of one vulnerability (CSAF 2.1, section 9.1.13). */
export const Remediation = z.enum(['notRemediated', 'inProgress', 'done']);
export type Remediation = z.infer<typeof Remediation>;

/** What the state of a warning says of each of its vulnerabilities; nothing where nothing is to be remedied. */
export const remediationOf: Readonly<Record<MatchState, Remediation | null>> = {
  new: 'notRemediated',
  confirmed: 'notRemediated',
  planned: 'inProgress',
  mitigated: 'done',
  fixed: 'done',
  verified: 'done',
  notAffected: null,
  riskAccepted: 'notRemediated',
  ended: null,
};

/** Vulnerabilities of which an advisory says the same of a device, and by which path. */
export const VulnerabilityGroup = z.object({
  state: VulnerabilityState,
  certainty: MatchCertainty,
  product: z.string().describe('The entry of the advisory by which it was found'),
  because: z.array(Told),
  lookUp: z.array(Told),
  fixes: z.array(z.string()).describe('Fixes of the vendor for just these'),
  vulnerabilities: z.array(
    z.object({
      cve: z.string().nullable(),
      title: z.string(),
      severity: Severity,
      score: z.number().nullable(),
      name: z.string().describe('By which it is marked: its CVE, else its title'),
      remediation: Remediation.nullable().describe('Null where nothing is to be remedied'),
      marked: z
        .boolean()
        .describe('A person said so of just this one; else the state of the warning says it'),
    }),
  ),
});
export type VulnerabilityGroup = z.infer<typeof VulnerabilityGroup>;

/** Something that became of a warning, and what was known then. */
export const WarningStep = z.object({
  what: z.enum(['state', 'decision', 'plan', 'measure']),
  state: MatchState,
  urgency: Urgency.nullable(),
  certainty: MatchCertainty.nullable(),
  version: z.string().nullable().describe('Of the advisory, as it was known then'),
  at: Instant,
  by: z.string().describe('Empty: the program itself'),
  reason: z.string().nullable(),
  told: z.array(Told).describe('What changed besides the state'),
});
export type WarningStep = z.infer<typeof WarningStep>;

/** Which way a warning may go by whose hand; `reason` says which steps ask for one. The program alone ends a warning. */
export const matchMoves = [
  { from: 'new', to: 'confirmed', reason: false },
  { from: 'new', to: 'planned', reason: false },
  { from: 'new', to: 'notAffected', reason: true },
  { from: 'confirmed', to: 'planned', reason: false },
  { from: 'confirmed', to: 'mitigated', reason: false },
  { from: 'confirmed', to: 'fixed', reason: false },
  { from: 'confirmed', to: 'notAffected', reason: true },
  { from: 'confirmed', to: 'riskAccepted', reason: true },
  { from: 'planned', to: 'mitigated', reason: false },
  { from: 'planned', to: 'fixed', reason: false },
  { from: 'planned', to: 'notAffected', reason: true },
  { from: 'planned', to: 'riskAccepted', reason: true },
  { from: 'mitigated', to: 'fixed', reason: false },
  { from: 'mitigated', to: 'verified', reason: false },
  { from: 'fixed', to: 'verified', reason: false },
  { from: 'mitigated', to: 'confirmed', reason: true },
  { from: 'fixed', to: 'confirmed', reason: true },
  { from: 'verified', to: 'confirmed', reason: true },
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
  acceptedUntil: z.iso
    .date()
    .nullable()
    .describe(
      'The last day, in the zone of the organisation, on which the risk is accepted; then it is confirmed again',
    ),
});
export type Warning = z.infer<typeof Warning>;

/** What people say of a place; null where nobody said, and what can be told of each device counts. */
const Assumption = z.object({
  id: Id,
  name: z.string(),
  exposure: Ssvc.shape.exposure.nullable(),
  safetyImpact: Ssvc.shape.safetyImpact.nullable(),
  devices: z.number().int(),
  warnings: z.number().int().describe('Open warnings'),
});

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
      measures: z
        .array(Measure)
        .describe('What can be done, first what can be done while the plant runs, then what is not known of'),
      vulnerabilities: z
        .array(VulnerabilityGroup)
        .describe('Where the device stands to each vulnerability of the advisory, the gravest first'),
      detection: z.array(z.string()).describe('How an attack would be seen, where the advisory says so'),
      history: z.array(WarningStep),
      colleagues: z.array(Colleague).describe('Who may be asked to do it'),
      equal: z
        .number()
        .int()
        .describe('Devices of the same vendor, product and version with the same warning'),
      equalInState: z.number().int().describe('Of these, those whose warning is in the same state'),
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
      equal: z
        .boolean()
        .optional()
        .describe('Also those of the same devices with the same warning in the same state'),
      to: MatchState,
      reason: z.string().trim().max(2000).optional(),
      until: z.iso
        .date()
        .optional()
        .describe('For riskAccepted: the last day on which it holds, in the zone of the organisation'),
    }),
    reply: z.object({ changed: z.number().int(), move: Id.describe('By which it can be undone') }),
  }),
  undo: route({
    method: 'POST',
    path: '/api/warnings/undo',
    summary: 'Take back a step of my own, for an hour, where nobody has gone on from it',
    action: 'set match state / acknowledge alert',
    records: 'warnings moved back',
    body: z.object({ move: Id }),
    reply: z.object({ changed: z.number().int() }),
  }),
  plan: route({
    method: 'POST',
    path: '/api/warnings/plans',
    summary: 'Say what is done about warnings, by whom and until when',
    action: 'set match state / acknowledge alert',
    records: 'warnings planned',
    body: z.object({
      warnings: z.array(Id).min(1).max(5000),
      equal: z
        .boolean()
        .default(false)
        .describe('Also for the same devices with the same warning that nobody has decided on'),
      measures: z
        .array(z.string().max(22))
        .max(200)
        .optional()
        .describe('Keys of the checklist; what is left out is not chosen any more'),
      assignee: Id.nullable().optional(),
      secondContact: Id.nullable().optional(),
      due: z.iso.date().nullable().optional(),
    }),
    reply: z.object({ changed: z.number().int(), move: Id.describe('By which it can be undone') }),
  }),
  tick: route({
    method: 'POST',
    path: '/api/warnings/:id/measures',
    summary: 'Say that a chosen measure is done, or is not done after all',
    action: 'set match state / acknowledge alert',
    records: 'measure ticked',
    params: ById,
    body: z.object({ key: z.string().max(22), done: z.boolean() }),
    reply: z.object({ left: z.number().int().describe('How many are chosen and not done') }),
  }),
  mark: route({
    method: 'POST',
    path: '/api/warnings/:id/vulnerabilities',
    summary: 'Say how far the device is remedied of single vulnerabilities of the advisory',
    action: 'set match state / acknowledge alert',
    records: 'vulnerabilities marked',
    params: ById,
    body: z.object({
      names: z.array(z.string().max(5000)).min(1).max(1000),
      remediation: Remediation.nullable().describe('Null: what the state of the warning says'),
      equal: z
        .boolean()
        .default(false)
        .describe('Also those of the same devices with the same warning in the same state'),
    }),
    reply: z.object({ changed: z.number().int().describe('Warnings') }),
  }),
  compare: route({
    method: 'POST',
    path: '/api/warnings/comparisons',
    summary:
      'Have devices compared again with all advisories, or all devices with advisories, by hand (CSAF 2.1, section 9.1.13)',
    action: 'set match state / acknowledge alert',
    records: 'comparing asked for',
    body: z
      .object({
        assets: z.array(Id).max(5000).default([]),
        advisories: z.array(Id).max(200).default([]),
      })
      .refine(
        ({ assets, advisories }) => assets.length + advisories.length > 0,
        'name a device or an advisory',
      ),
    reply: z.object({ later: z.boolean().describe('A job compares; warnings follow when it is done') }),
  }),
  colleagues: route({
    method: 'GET',
    path: '/api/warnings/colleagues',
    summary: 'Who of my organisation may be asked to do something about a warning',
    action: 'set match state / acknowledge alert',
    records: null,
    reply: z.object({ items: z.array(Colleague) }),
  }),
  assumptions: route({
    method: 'GET',
    path: '/api/warnings/assumptions',
    summary: 'What is said of sites and zones that decides how urgent warnings are',
    action: 'manage sites zones assets',
    records: null,
    reply: z.object({ sites: z.array(Assumption.extend({ zones: z.array(Assumption) })) }),
  }),
  assume: route({
    method: 'PUT',
    path: '/api/warnings/assumptions',
    summary:
      'Say how exposed a site or a zone is and what may happen to people there; warnings are decided anew',
    action: 'manage sites zones assets',
    records: 'assumption said',
    body: z.object({
      site: Id,
      zone: Id.optional(),
      exposure: Ssvc.shape.exposure.nullable(),
      safetyImpact: Ssvc.shape.safetyImpact.nullable(),
    }),
    reply: z.object({
      more: z.number().int().describe('Open warnings that are more urgent now'),
      less: z.number().int(),
      later: z.boolean().describe('There are many: a job decides about them'),
    }),
  }),
  proof: file({
    path: '/api/warnings/proof',
    summary: 'Download what was known when: each step of each warning, with the versions of its advisory',
    action: 'see matches of assets and advisories',
    records: 'warnings exported',
    query: z.object({ format: z.enum(['csv', 'json']).default('csv'), warning: Id.optional() }),
  }),
  vex: file({
    path: '/api/warnings/vex',
    summary: 'Download my own decisions as VEX, for whoever asks what of my plant is affected',
    action: 'see matches of assets and advisories',
    records: 'warnings exported',
    query: z.object({ format: z.enum(['csaf', 'openvex']).default('csaf'), warning: Id.optional() }),
  }),
};
