import { z } from 'zod';

import { Language } from './people.ts';
import { Certainty } from './plant.ts';
import { page, Paging, route } from './route.ts';
import { ById, Done, FormKey, Id, Instant, Told } from './words.ts';

/** What somebody or something saw in a case, when, and how sure it is. The timeline is what of it was accepted. */

export const ObservationKind = z.enum([
  'asset',
  'flow',
  'process',
  'file',
  'plcBlock',
  'logEvent',
  'anomaly',
  'indicator',
  'note',
]);
export type ObservationKind = z.infer<typeof ObservationKind>;

/** Anything may be taken back: a rejected observation is kept, and suggested again by whoever thinks better of it. */
export const ObservationState = z.enum(['suggested', 'accepted', 'rejected']);
export type ObservationState = z.infer<typeof ObservationState>;

/** How finely the source tells the time. */
export const Precision = z.enum(['exact', 'second', 'minute', 'hour', 'day']);
export type Precision = z.infer<typeof Precision>;

/** `T0843` or, of a sub-technique, `T0843.001` (MITRE ATT&CK for ICS). */
export const TechniqueId = z.string().regex(/^T\d{4}(?:\.\d{3})?$/, 'must look like T0843');

export const CaseObservation = z.object({
  id: Id,
  kind: ObservationKind,
  state: ObservationState,
  revision: z.int().describe('Counts changes of its marks: whoever changes older ones is told'),
  from: Instant.nullable().describe('The clock of its source put right; null where nothing tells a time'),
  to: Instant.nullable(),
  precision: Precision,
  shift: z.number().int().describe('Seconds that were added to what the source says'),
  uncertainty: z.number().int().describe('Of the clock of its source, in seconds to both sides'),
  what: Told,
  place: z.string().describe('Where in its source: `line 412`, `packet 27`; empty for what a person saw'),
  source: z.object({ evidence: Id, name: z.string() }).nullable(),
  run: Id.nullable(),
  addresses: z.array(z.string()),
  assets: z.array(z.object({ id: Id, name: z.string() })).describe('Those of them that I may read'),
  otherAssets: z.number().int().describe('Linked devices that I may not read'),
  techniques: z.array(z.object({ id: z.string(), name: z.string() })),
  confidence: Certainty,
  count: z.number().int().describe('How often it was seen'),
  by: z.string().nullable().describe('The person who saw it; of the CERT only to the CERT'),
  decided: z.object({ by: z.string().nullable(), at: Instant }).nullable(),
});
export type CaseObservation = z.infer<typeof CaseObservation>;

export const ObservationSearch = Paging.extend({
  state: ObservationState.optional(),
  kind: ObservationKind.optional(),
  evidence: Id.optional().describe('From this source'),
  run: Id.optional(),
  technique: TechniqueId.optional(),
  search: z.string().max(200).optional(),
  order: z.enum(['oldest', 'newest']).default('oldest'),
  language: Language.default('en').describe('Of what a catalogue has words for'),
});
export type ObservationSearch = z.infer<typeof ObservationSearch>;

export const HypothesisState = z.enum(['open', 'supported', 'refuted']);
export type HypothesisState = z.infer<typeof HypothesisState>;

export const Hypothesis = z.object({
  id: Id,
  statement: z.string(),
  state: HypothesisState,
  by: z.string().nullable(),
  at: Instant,
  arguments: z.array(
    z.object({
      observation: Id,
      weighs: z.enum(['for', 'against']),
      what: Told,
      from: Instant.nullable(),
      withdrawn: z
        .object({
          by: z.string().nullable(),
          at: Instant,
          why: z.string(),
          again: z
            .object({ by: z.string().nullable(), at: Instant })
            .nullable()
            .describe('Where it counts again all the same: who said so, and when'),
        })
        .nullable()
        .describe('Where it did not count any more: who said so, when and why'),
    }),
  ),
});
export type Hypothesis = z.infer<typeof Hypothesis>;

const Said = z
  .string()
  .trim()
  .min(1)
  .max(4000)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed text');

const Marks = z.object({
  techniques: z.array(TechniqueId).max(20),
  assets: z.array(Id).max(50).describe('Devices that I may read'),
  confidence: Certainty,
});

/** In one press, so many of those that fit a filter. */
export const mostDecided = 10_000;

const Matching = z.object({
  state: ObservationState,
  kind: ObservationKind.optional(),
  evidence: Id.optional(),
  run: Id.optional(),
  technique: TechniqueId.optional(),
  count: z
    .number()
    .int()
    .min(1)
    .max(mostDecided)
    .describe('How many the person was told that fit; if it is another number by now, nothing is decided'),
});

const reading = 'read case (messages, observations, findings)';
const working = 'triage and move cases';

export const timelineApi = {
  list: route({
    method: 'GET',
    path: '/api/cases/:id/observations',
    summary: 'List what was seen in a case, in the order of its times; accepted, it is the timeline',
    action: reading,
    records: 'observations listed',
    params: ById,
    query: ObservationSearch,
    reply: page(CaseObservation).extend({
      counts: z.object({
        suggested: z.number().int(),
        accepted: z.number().int(),
        rejected: z.number().int(),
      }),
      fits: z
        .number()
        .int()
        .nullable()
        .describe('How many fit the filters, on all pages; null where words are looked for'),
      techniques: z
        .array(z.object({ id: z.string(), name: z.string(), count: z.number().int() }))
        .describe('What of this state shows, whatever else is asked for; the most frequent first'),
    }),
  }),
  note: route({
    method: 'POST',
    path: '/api/cases/:id/observations',
    summary: 'Write down what somebody saw; of the team it stands in the timeline, of others it is suggested',
    action: 'add evidence to case',
    records: 'observation noted',
    params: ById,
    body: z.object({
      key: FormKey,
      kind: ObservationKind.default('note'),
      what: Said,
      from: Instant.optional(),
      to: Instant.optional(),
      precision: Precision.default('minute'),
      evidence: Id.optional().describe('Where it was seen; its clock counts'),
      ...Marks.partial().shape,
    }),
    reply: CaseObservation,
  }),
  decide: route({
    method: 'POST',
    path: '/api/cases/:id/observations/decisions',
    summary: 'Accept or reject many observations at once, or take that back',
    action: working,
    records: 'observations decided',
    params: ById,
    body: z
      .object({
        ids: z.array(Id).min(1).max(500).optional().describe('These'),
        matching: Matching.optional().describe('Or all that fit'),
        to: ObservationState,
      })
      .refine(({ ids, matching }) => (ids === undefined) !== (matching === undefined), {
        path: ['ids'],
        message: 'either these, or all that fit',
      }),
    reply: z.object({
      changed: z.array(Id).describe('Those that stood otherwise before'),
      decision: Id.nullable().describe('By which all of it is taken back; null where nothing changed'),
    }),
  }),
  undo: route({
    method: 'POST',
    path: '/api/cases/:id/observations/decisions/:decision/undo',
    summary: 'Take one decision back; what was decided otherwise since stays',
    action: working,
    records: 'observations decided',
    params: ById.extend({ decision: Id }),
    reply: z.object({ changed: z.array(Id) }),
  }),
  classify: route({
    method: 'POST',
    path: '/api/cases/:id/observations/techniques',
    summary: 'Say of many observations that they show a technique, or that they do not',
    action: working,
    records: 'observation marked',
    params: ById,
    body: z.object({ ids: z.array(Id).min(1).max(500), technique: TechniqueId, shows: z.boolean() }),
    reply: z.object({ changed: z.array(Id).describe('Those that said otherwise before') }),
  }),
  mark: route({
    method: 'POST',
    path: '/api/cases/:id/observations/:observation/marks',
    summary: 'Say which technique and which devices an observation is about, and how sure it is',
    action: working,
    records: 'observation marked',
    params: ById.extend({ observation: Id }),
    body: Marks.partial().extend({
      assets: z
        .object({ add: Marks.shape.assets.default([]), remove: Marks.shape.assets.default([]) })
        .optional()
        .describe('What is to change: every other device stays, also those that I may not read'),
      revision: z.int().optional().describe('What was read: where it is another by now, nothing is changed'),
    }),
    reply: CaseObservation,
  }),
  hypotheses: route({
    method: 'GET',
    path: '/api/cases/:id/hypotheses',
    summary: 'What may have happened, with what speaks for and against it',
    action: reading,
    records: 'hypotheses listed',
    params: ById,
    reply: z.object({ items: z.array(Hypothesis) }),
  }),
  suppose: route({
    method: 'POST',
    path: '/api/cases/:id/hypotheses',
    summary: 'Write down what may have happened',
    action: working,
    records: 'hypothesis written',
    params: ById,
    body: z.object({ key: FormKey, statement: Said }),
    reply: z.object({ hypothesis: Id }),
  }),
  judge: route({
    method: 'POST',
    path: '/api/cases/:id/hypotheses/:hypothesis/state',
    summary: 'Say that a hypothesis is supported, refuted, or open again',
    action: working,
    records: 'hypothesis judged',
    params: ById.extend({ hypothesis: Id }),
    body: z.object({ state: HypothesisState }),
    reply: Done,
  }),
  weigh: route({
    method: 'POST',
    path: '/api/cases/:id/hypotheses/:hypothesis/arguments',
    summary: 'Say that an observation speaks for or against a hypothesis, or withdraw that and say why',
    action: working,
    records: 'hypothesis weighed',
    params: ById.extend({ hypothesis: Id }),
    body: z
      .object({
        observation: Id,
        weighs: z.enum(['for', 'against']).nullable(),
        why: Said.optional().describe('Why it does not hold'),
      })
      .refine(({ weighs, why }) => (weighs === null) === (why !== undefined), {
        path: ['why'],
        message: 'is needed where an argument is withdrawn, and only there',
      }),
    reply: Done,
  }),
};
