import { z } from 'zod';

import { CaseThread, Participant, Teammate } from './case-people.ts';
import {
  type CaseField,
  CaseSeverity,
  neededFields,
  Resemblance,
  RootCause,
  Rsit,
  Spread,
} from './case-triage.ts';
import { Language } from './people.ts';
import { page, Paging, route } from './route.ts';
import { ById, Done, FormKey, Id, Instant, line, Tlp } from './words.ts';

export const CaseKind = z.enum([
  'incident',
  'vulnerability',
  'assessment',
  'scan',
  'analysis',
  'consultation',
]);
export type CaseKind = z.infer<typeof CaseKind>;

export const CaseState = z.enum([
  'received',
  'triaged',
  'containing',
  'eradicating',
  'recovering',
  'monitoring',
  'closed',
  'rejected',
  'duplicate',
]);
export type CaseState = z.infer<typeof CaseState>;

export interface CaseMove {
  readonly from: CaseState;
  readonly to: CaseState;
  /** This step asks for a reason, which the reporter reads. */
  readonly reason: boolean;
  /** Its form: what else this step may say, and nothing besides. */
  readonly form?: readonly CaseField[];
}

const triage = ['impact', 'spread', 'rsit'] as const;
const partOf = ['duplicateOf'] as const;

/** Which way a case of each kind may go. A kind without moves has no cases yet. */
export const caseMoves: Readonly<Record<CaseKind, readonly CaseMove[]>> = {
  incident: [
    { from: 'received', to: 'triaged', reason: false, form: triage },
    { from: 'received', to: 'rejected', reason: true, form: ['rsit'] },
    { from: 'received', to: 'duplicate', reason: true, form: partOf },
    { from: 'triaged', to: 'containing', reason: false, form: triage },
    { from: 'triaged', to: 'rejected', reason: true, form: ['rsit'] },
    { from: 'triaged', to: 'duplicate', reason: true, form: partOf },
    { from: 'containing', to: 'eradicating', reason: false },
    { from: 'containing', to: 'recovering', reason: false },
    { from: 'eradicating', to: 'containing', reason: true, form: triage },
    { from: 'eradicating', to: 'recovering', reason: false },
    { from: 'recovering', to: 'containing', reason: true, form: triage },
    { from: 'recovering', to: 'monitoring', reason: false },
    { from: 'monitoring', to: 'containing', reason: true, form: triage },
    { from: 'monitoring', to: 'closed', reason: true, form: ['rootCause'] },
    { from: 'closed', to: 'triaged', reason: true },
    { from: 'rejected', to: 'triaged', reason: true },
    { from: 'duplicate', to: 'triaged', reason: true },
  ],
  vulnerability: [],
  assessment: [],
  scan: [],
  analysis: [],
  consultation: [],
};

/** Fields of this step's form that it is not taken without. */
export const fieldsNeeded = ({ form = [] }: CaseMove): readonly CaseField[] =>
  form.filter((field) => neededFields.includes(field));

export const movesOf = (kind: CaseKind, from: CaseState): readonly CaseMove[] =>
  caseMoves[kind].filter((move) => move.from === from);

/** States in which nothing more is to be done. */
export const endedCaseStates: readonly CaseState[] = ['closed', 'rejected', 'duplicate'];

export const Danger = z.enum(['yes', 'no', 'unknown']);
export type Danger = z.infer<typeof Danger>;
export const Control = z.enum(['yes', 'partly', 'no', 'unknown']);
export type Control = z.infer<typeof Control>;

/** How a reporter is named: to nobody, to the CERT only, or as a member by his account. */
export const ReporterNaming = z.enum(['anonymous', 'named', 'member']);
export type ReporterNaming = z.infer<typeof ReporterNaming>;

/** What the CERT may do with what it is told, from little to much. Each includes the ones before it. */
export const HandlingLimit = z.enum(['advise', 'analyse', 'shareIndicators']);
export type HandlingLimit = z.infer<typeof HandlingLimit>;

/** Under RED nothing of a case leaves but marked so, whatever was consented to. */
export const CaseLabel = Tlp.extract(['AMBER+STRICT', 'RED']);
export type CaseLabel = z.infer<typeof CaseLabel>;

/** `slow`: taken over the limit of reports, and looked at after the others. */
export const CaseLane = z.enum(['usual', 'slow']);
export type CaseLane = z.infer<typeof CaseLane>;

export const Effect = z.enum(['none', 'possible', 'real', 'unknown']);
export const Impact = z.object({ safety: Effect, production: Effect, environment: Effect, data: Effect });
export type Impact = z.infer<typeof Impact>;

/** Several lines as they were typed: no control characters but line breaks and tabs. */
export const passage = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine(
      (text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(text),
      'must not hold control characters',
    )
    .refine((text) => text.isWellFormed(), 'must be well-formed text');

export const IncidentReport = z.object({
  key: z
    .string()
    .regex(/^[\w-]{22,64}$/)
    .optional()
    .describe(
      'Random, made once for each report: a report that is sent again under it is the same report and gets the same receipt, for one hour',
    ),
  danger: Danger,
  control: Control,
  sees: passage(8000).refine((text) => text !== '', 'must say what you see'),
  place: passage(500).default('').describe('Which plant, and where in it'),
  details: passage(20_000).default(''),
  awareAt: Instant.optional().describe('When it was noticed; from here legal clocks run'),
  naming: ReporterNaming.default('anonymous'),
  name: line().optional(),
  reach: line(300).optional().describe('How to call back'),
  limit: HandlingLimit.default('advise'),
  language: Language.default('en'),
  asIs: z.boolean().default(false).describe('Sent although the text seems to hold a password'),
  website: z.string().max(500).default('').describe('Left empty by people'),
});
export type IncidentReport = z.infer<typeof IncidentReport>;

export const Receipt = z.object({
  reference: z.string(),
  words: z.array(z.string()).length(6).describe('Shown now and never again'),
  receivedAt: Instant,
  lane: CaseLane,
  again: z.boolean().describe('This report had been taken already; nothing was added to it'),
  token: z.string().describe('Sent as the cookie busbar.receipt; opens this case for two hours'),
});
export type Receipt = z.infer<typeof Receipt>;

export const ReceiptWords = z.object({ reference: line(60), words: line(200) });
export type ReceiptWords = z.infer<typeof ReceiptWords>;

export const CaseMessage = z.object({
  id: Id,
  thread: Id.nullable().describe('Nothing: the thread of the case itself'),
  from: z.enum(['reporter', 'member', 'cert', 'guest']),
  by: z.string().nullable().describe('A name; of the CERT only to the CERT'),
  internal: z.boolean().describe('A note of the CERT, shown to nobody else'),
  body: z.string(),
  at: Instant,
});
export type CaseMessage = z.infer<typeof CaseMessage>;

/** Which of what was said: the newest 500, or as many before one of them. */
export const Said = z.object({
  before: Id.optional().describe('A message: those before it'),
  thread: Id.optional().describe('Of this thread only; that of the case itself goes by the id of the case'),
});
export type Said = z.infer<typeof Said>;

export const earlier = Id.nullable().describe(
  'There are more before this message: ask for those with `before`',
);

export const CaseLine = z.object({
  id: Id,
  reference: z.string(),
  kind: CaseKind,
  opens: z.boolean().describe('What is in it may be read; a lead sees no more than the line until he joins'),
  title: z.string().nullable(),
  state: CaseState,
  since: Instant,
  lane: CaseLane,
  danger: Danger.nullable(),
  control: Control.nullable(),
  naming: ReporterNaming,
  owner: z.string().describe('Name of the organisation it belongs to: the CERT until a member claims it'),
  receivedAt: Instant,
  awaits: z.enum(['cert', 'reporter']).nullable().describe('Whose turn it is to write'),
  severity: CaseSeverity.nullable(),
  unread: z.number().int().describe('Messages of others that I have not seen'),
});
export type CaseLine = z.infer<typeof CaseLine>;

/** A report of the same incident, which keeps its own thread with its own reporter. */
export const CasePart = CaseLine.pick({
  id: true,
  reference: true,
  title: true,
  naming: true,
  receivedAt: true,
  unread: true,
});
export type CasePart = z.infer<typeof CasePart>;

export const Case = CaseLine.omit({ awaits: true, opens: true }).extend({
  title: z.string(),
  danger: Danger,
  control: Control,
  label: Tlp,
  stateReason: z.string().nullable(),
  sees: z.string(),
  place: z.string(),
  details: z.string(),
  name: z.string().nullable(),
  reach: z.string().nullable(),
  limit: HandlingLimit,
  setsLimit: z.boolean().describe('I may say what the CERT may do with it: it is from me, or from us'),
  mayLabel: z
    .array(CaseLabel)
    .describe('Labels that I may give it: the team a stricter one, whoever it is from either'),
  language: Language,
  impact: Impact,
  awareAt: Instant,
  claimed: z.boolean(),
  severity: CaseSeverity,
  spread: Spread,
  rsit: Rsit,
  rootCause: RootCause.nullable(),
  partOf: z
    .object({ id: Id.nullable(), reference: z.string().nullable(), state: CaseState })
    .nullable()
    .describe('The case that this report is worked on in; its reporter is told where it stands, and no more'),
  parts: z.array(CasePart).describe('Reports of the same incident, to whom they are open'),
  team: z.array(Teammate).describe('Told to the CERT and to the owner'),
  guests: z.array(Participant).describe('Those from outside, told to the CERT and to the owner'),
  threads: z.array(CaseThread).describe('Besides that of the case itself'),
  messages: z.array(CaseMessage).describe('Of all threads, oldest first; the newest 500, or those asked for'),
  earlier,
  seenUntil: Instant.nullable().describe('Up to when I have read the thread of the case itself'),
  steps: z.array(
    z.object({ to: CaseState, reason: z.string().nullable(), by: z.string().nullable(), at: Instant }),
  ),
});
export type Case = z.infer<typeof Case>;

/** What another case may have to do with this one. */
export const RelatedCase = z.object({
  case: CaseLine,
  shares: z.array(z.object({ what: Resemblance, count: z.number().int() })),
});
export type RelatedCase = z.infer<typeof RelatedCase>;

/** What a step may say; which of it, `caseMoves` says. */
export const CaseStep = z.object({
  to: CaseState,
  reason: passage(2000).optional(),
  impact: Impact.optional(),
  spread: Spread.optional(),
  rsit: Rsit.optional(),
  duplicateOf: Id.optional(),
  rootCause: RootCause.optional(),
});
export type CaseStep = z.infer<typeof CaseStep>;

export const CaseSearch = Paging.extend({
  view: z.enum(['new', 'slow', 'open', 'ended', 'all']).default('all'),
  search: z.string().max(200).optional(),
  mainFor: Id.optional().describe('Only those under way, of which this case can become a part'),
});
export type CaseSearch = z.infer<typeof CaseSearch>;

export const CaseList = page(CaseLine).extend({
  looked: z
    .number()
    .int()
    .optional()
    .describe('The search opened so many cases and ended there; it goes on with `after`'),
});
export type CaseList = z.infer<typeof CaseList>;

export const caseApi = {
  report: route({
    method: 'POST',
    path: '/api/reports',
    summary: 'Report an incident, with or without an account',
    action: 'report incident or vulnerability',
    records: 'incident reported',
    body: IncidentReport,
    reply: Receipt,
  }),
  open: route({
    method: 'POST',
    path: '/api/receipts',
    summary: 'Come back to a report by its reference and its six words',
    action: 'report incident or vulnerability',
    records: 'case opened by words',
    body: ReceiptWords,
    reply: z.object({
      case: Id,
      token: z.string().describe('Sent as the cookie busbar.receipt; opens this case for two hours'),
    }),
  }),
  claim: route({
    method: 'POST',
    path: '/api/receipts/claim',
    summary: 'Take a report into my organisation by its reference and its six words',
    action: 'follow own report and reply',
    records: 'case claimed',
    body: ReceiptWords,
    reply: z.object({ case: Id }),
  }),
  list: route({
    method: 'GET',
    path: '/api/cases',
    summary: 'List the cases that I may read, newest first',
    action: 'read case (messages, observations, findings)',
    records: 'cases listed',
    query: CaseSearch,
    reply: CaseList,
  }),
  get: route({
    method: 'GET',
    path: '/api/cases/:id',
    summary: 'Read one case with its messages',
    action: 'read case (messages, observations, findings)',
    records: 'case read',
    params: ById,
    query: Said,
    reply: Case,
  }),
  write: route({
    method: 'POST',
    path: '/api/cases/:id/messages',
    summary: 'Write into a case; what was written stays',
    action: 'follow own report and reply',
    records: 'case message written',
    params: ById,
    body: z.object({
      key: FormKey,
      body: passage(20_000).refine((text) => text !== '', 'must say something'),
      internal: z.boolean().default(false).describe('For the CERT only'),
      inClear: z
        .boolean()
        .optional()
        .describe(
          'Mailed as it is where the reporter came by mail and gave no key; otherwise only a notice goes',
        ),
      asIs: z.boolean().default(false).describe('Sent although the text seems to hold a password'),
      thread: Id.optional().describe('Nothing: the thread of the case itself'),
    }),
    reply: CaseMessage,
  }),
  allow: route({
    method: 'PUT',
    path: '/api/cases/:id/limit',
    summary: 'Allow the CERT more or less with what I reported; the thread of the case says so',
    action: 'follow own report and reply',
    serves: ['own'],
    records: 'handling limit changed',
    params: ById,
    body: z.object({ limit: HandlingLimit }),
    reply: z.object({ limit: HandlingLimit }),
  }),
  label: route({
    method: 'PUT',
    path: '/api/cases/:id/label',
    summary:
      'Narrow the label of a case, or put it back as whoever it is from; the thread of the case says so',
    action: 'follow own report and reply',
    serves: ['own', 'team', 'join'],
    records: 'case label changed',
    params: ById,
    body: z.object({ label: CaseLabel }),
    reply: z.object({ label: Tlp }),
  }),
  join: route({
    method: 'POST',
    path: '/api/cases/:id/team',
    summary: 'Join the team of a case as a lead; its owner sees who did',
    action: 'triage and move cases',
    records: 'case joined',
    params: ById,
    reply: z.object({ case: Id }),
  }),
  move: route({
    method: 'POST',
    path: '/api/cases/:id/moves',
    summary: 'Take a case one step further, by the moves of its kind',
    action: 'triage and move cases',
    records: 'case moved',
    params: ById,
    body: CaseStep,
    reply: CaseLine.pick({ id: true, state: true, since: true }),
  }),
  colleagues: route({
    method: 'GET',
    path: '/api/cases/:id/colleagues',
    summary: 'List who of the CERT could be brought into the team of a case',
    action: 'triage and move cases',
    records: null,
    params: ById,
    reply: z.object({ items: z.array(z.object({ person: Id, name: z.string() })) }),
  }),
  bring: route({
    method: 'POST',
    path: '/api/cases/:id/colleagues',
    summary: 'Bring a colleague into the team of a case; its owner sees whom',
    action: 'triage and move cases',
    records: 'colleague brought into case',
    params: ById,
    body: z.object({ person: Id }),
    reply: Done,
  }),
  leave: route({
    method: 'POST',
    path: '/api/cases/:id/team/leave',
    summary: 'Leave the team of a case, as long as somebody stays',
    action: 'triage and move cases',
    records: 'case left',
    params: ById,
    reply: Done,
  }),
  related: route({
    method: 'GET',
    path: '/api/cases/:id/related',
    summary:
      'Cases that share addresses, files, devices, vendors or words with this one; of those I may not see, how many',
    action: 'triage and move cases',
    records: 'related cases looked for',
    params: ById,
    reply: z.object({
      items: z.array(RelatedCase).describe('The most alike first, at most 10'),
      hidden: z.number().int().describe('Others, which a lead can look at'),
    }),
  }),
  pulse: route({
    method: 'GET',
    path: '/api/cases/:id/pulse',
    summary: 'Changes when something changes in a case that I may read: asked often, and cheap',
    action: 'read case (messages, observations, findings)',
    records: null,
    params: ById,
    reply: z.object({ pulse: z.string() }),
  }),
  seen: route({
    method: 'PUT',
    path: '/api/cases/:id/seen',
    summary: 'Up to when I have read a thread',
    action: 'read case (messages, observations, findings)',
    records: null,
    params: ById,
    body: z.object({ thread: Id.optional(), until: Instant }),
    reply: Done,
  }),
};
