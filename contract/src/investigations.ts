import { z } from 'zod';

import { passage } from './cases.ts';
import { Language } from './people.ts';
import { file, page, Paging, route } from './route.ts';
import { factsNamedIn, type Sentence, unsupportedIn } from './sentences.ts';
import { ById, Done, FormKey, Id, Instant, line, Tlp } from './words.ts';

/** What a fact stands on: an accepted observation, a file, a message of the case, a claim of the catalogue. */
export const EvidenceSource = z.enum(['observation', 'file', 'message', 'claim']);
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** As whoever writes a fact points to it. */
export const EvidencePointer = z.object({
  source: EvidenceSource,
  id: Id,
  place: z
    .string()
    .trim()
    .max(200)
    .default('')
    .describe('Where in it: `packet 214`, `line 3`, `offset 0x1f40`'),
});
export type EvidencePointer = z.infer<typeof EvidencePointer>;

/** As the program found it at that moment, and as the report keeps it. */
export const EvidenceReference = EvidencePointer.required().extend({
  name: z.string(),
  sha256: z.string().nullable().describe('Of a file, hexadecimal'),
  at: Instant.nullable().describe('When it was seen, written or claimed'),
});
export type EvidenceReference = z.infer<typeof EvidenceReference>;

export const CaseFact = z.object({
  id: Id,
  number: z.number().int().describe('F1, F2 …; given once and never to another'),
  says: z.string(),
  evidence: z.array(EvidenceReference),
  revision: z.number().int(),
  changedBy: z.string().nullable().describe('Who changed it last, where that is known'),
  withdrawn: z.object({ reason: z.string(), by: z.string(), at: Instant }).nullable(),
  by: z.string(),
  at: Instant,
});
export type CaseFact = z.infer<typeof CaseFact>;

export const FindingKind = z.enum(['weakness', 'nonconformity', 'compromise', 'gap']);
export type FindingKind = z.infer<typeof FindingKind>;
export const FindingSeverity = z.enum(['low', 'medium', 'high', 'critical']);
export type FindingSeverity = z.infer<typeof FindingSeverity>;
export const FindingEffort = z.enum(['hours', 'days', 'weeks', 'months']);
export type FindingEffort = z.infer<typeof FindingEffort>;
/** none: production goes on · degraded: with restrictions · window: in a planned stop · stop: production stops for it. */
export const OperationEffect = z.enum(['none', 'degraded', 'window', 'stop']);
export type OperationEffect = z.infer<typeof OperationEffect>;

/** drafted: part of a report that is not final, and seen by the CERT alone. */
export const FindingState = z.enum(['drafted', 'open', 'accepted', 'done', 'declined']);
export type FindingState = z.infer<typeof FindingState>;

export interface FindingMove {
  readonly from: FindingState;
  readonly to: FindingState;
  /** What this step asks for. */
  readonly asks: readonly ('owner' | 'due' | 'reason')[];
}

/** Which way a finding may go by the hand of whoever the case belongs to. */
export const findingMoves: readonly FindingMove[] = [
  { from: 'open', to: 'accepted', asks: ['owner', 'due'] },
  { from: 'open', to: 'declined', asks: ['reason'] },
  { from: 'accepted', to: 'accepted', asks: ['owner', 'due'] },
  { from: 'accepted', to: 'done', asks: [] },
  { from: 'accepted', to: 'declined', asks: ['reason'] },
  { from: 'done', to: 'accepted', asks: ['reason'] },
  { from: 'declined', to: 'accepted', asks: ['owner', 'due'] },
];
export const movesOfFinding = (from: FindingState) => findingMoves.filter((move) => move.from === from);

const Recommendation = z.object({
  title: line(200).describe('What to do, in a sentence'),
  because: passage(4000).default('').describe('Why, naming facts'),
  kind: FindingKind,
  severity: FindingSeverity,
  effort: FindingEffort,
  effect: OperationEffect,
  effectNote: passage(500).default('').describe('What it means for the process'),
});

export const Finding = Recommendation.extend({
  id: Id,
  number: z.number().int().describe('R1, R2 … of its case'),
  revision: z.number().int(),
  changedBy: z.string().nullable().describe('Who wrote it last while it was drafted; for the CERT only'),
  case: z.object({ id: Id, reference: z.string() }),
  state: FindingState,
  owner: z.string().describe('Who does it; empty until somebody does'),
  due: z.iso.date().nullable(),
  overdue: z.boolean(),
  mayMove: z.boolean(),
  steps: z.array(z.object({ state: FindingState, reason: z.string(), by: z.string(), at: Instant })),
});
export type Finding = z.infer<typeof Finding>;

export const ReportSection = z.object({ heading: line(200), text: passage(40_000) });
export type ReportSection = z.infer<typeof ReportSection>;

/** submitted: closed, and waiting for somebody who did not write in it · final: a snapshot with a hash. */
export const ReportState = z.enum(['draft', 'submitted', 'final']);
export type ReportState = z.infer<typeof ReportState>;

/** Everything that HTML, PDF and JSON are made of. Its SHA-256 is that of the JSON file, byte for byte. */
export const ReportDocument = z.object({
  format: z.literal('busbar investigation report 1'),
  case: z.string().describe('Reference'),
  publisher: z.string(),
  label: Tlp,
  version: z.number().int(),
  language: Language.describe('In which it is written'),
  title: z.string(),
  sections: z.array(ReportSection),
  facts: z
    .array(CaseFact.pick({ number: true, says: true, evidence: true }))
    .describe('Those that are named in it'),
  recommendations: z.array(Recommendation.extend({ number: z.number().int() })),
});
export type ReportDocument = z.infer<typeof ReportDocument>;

export const ReportVersion = z.object({
  version: z.number().int(),
  state: ReportState,
  title: z.string(),
  language: Language,
  authors: z.array(z.string()).describe('Names; for the CERT only'),
  checker: z.string().nullable().describe('For the CERT only'),
  sha256: z.string().nullable().describe('Of the snapshot, hexadecimal, from its submission on'),
  at: Instant.describe('Of its last step'),
});
export type ReportVersion = z.infer<typeof ReportVersion>;

export const InvestigationReport = ReportVersion.extend({
  revision: z.number().int(),
  changedBy: z.string().nullable().describe('Who changed it last, where that is known'),
  sections: z.array(ReportSection),
  sentBack: z.string().nullable().describe('Why the checker sent it back'),
  mayDo: z.array(z.enum(['save', 'submit', 'check'])),
});
export type InvestigationReport = z.infer<typeof InvestigationReport>;

const ReportText = z.object({
  language: Language,
  title: line(200),
  sections: z
    .array(ReportSection)
    .max(40)
    .refine(
      (sections) => sections.reduce((sum, { text }) => sum + text.length, 0) <= 300_000,
      'must be 300,000 characters at most in all',
    ),
});
export type ReportText = z.infer<typeof ReportText>;

/** What keeps a report from being final. */
export interface ReportFlaw {
  readonly kind: 'unsupported' | 'unknownFact' | 'withdrawnFact' | 'factWithoutEvidence' | 'empty';
  /** Number of the section, from 0; of a recommendation, by its number; nothing for the whole. */
  readonly section?: number;
  readonly recommendation?: number;
  readonly sentence?: Sentence;
  readonly fact?: number;
}

/** The objectivity of a report: each sentence names a fact, and each fact that is named stands and has evidence. */
export function flawsOf(
  sections: readonly ReportSection[],
  recommendations: readonly Pick<Finding, 'number' | 'because'>[],
  facts: readonly Pick<CaseFact, 'number' | 'evidence' | 'withdrawn'>[],
): ReportFlaw[] {
  const known = new Map(facts.map((fact) => [fact.number, fact]));
  const texts = [
    ...sections.map(({ text }, section) => ({ text, where: { section } })),
    ...recommendations.map(({ because, number }) => ({ text: because, where: { recommendation: number } })),
  ];
  const flaws = texts.flatMap(({ text, where }): ReportFlaw[] => [
    ...unsupportedIn(text).map((sentence) => ({ kind: 'unsupported' as const, sentence, ...where })),
    ...factsNamedIn(text).flatMap((fact): ReportFlaw[] => {
      const found = known.get(fact);
      if (!found) return [{ kind: 'unknownFact', fact, ...where }];
      if (found.withdrawn) return [{ kind: 'withdrawnFact', fact, ...where }];
      return found.evidence.length === 0 ? [{ kind: 'factWithoutEvidence', fact, ...where }] : [];
    }),
  ]);
  return sections.every(({ text }) => !text) ? [{ kind: 'empty' }, ...flaws] : flaws;
}

/** The facts that a report names, by number. */
export const factsOfReport = (
  sections: readonly ReportSection[],
  recommendations: readonly Pick<Finding, 'because'>[],
): Set<number> =>
  new Set(
    [...sections.map(({ text }) => text), ...recommendations.map(({ because }) => because)].flatMap(
      factsNamedIn,
    ),
  );

const read = 'read case (messages, observations, findings)';
const team = 'triage and move cases';
const ByVersion = ById.extend({ version: z.coerce.number().int().min(1).max(9999) });
const WordsOf = z.object({
  language: Language.optional().describe('Of its fixed words; else that of the report'),
});

export const investigationApi = {
  facts: route({
    method: 'GET',
    path: '/api/cases/:id/facts',
    summary: 'List the facts of a case by their numbers',
    action: team,
    records: 'facts listed',
    params: ById,
    query: Paging.extend({ search: z.string().max(200).optional() }),
    reply: page(CaseFact),
  }),
  addFact: route({
    method: 'POST',
    path: '/api/cases/:id/facts',
    summary: 'Write down a fact with what it stands on; it gets the next number for ever',
    action: team,
    records: 'fact added',
    params: ById,
    body: z.object({
      key: FormKey,
      says: passage(2000).refine((text) => text !== '', 'must say something'),
      evidence: z.array(EvidencePointer).max(20),
    }),
    reply: CaseFact,
  }),
  changeFact: route({
    method: 'PUT',
    path: '/api/cases/:id/facts/:fact',
    summary: 'Word a fact anew, or give it other evidence',
    action: team,
    records: 'fact changed',
    params: ById.extend({ fact: Id }),
    body: z.object({
      revision: z.number().int().min(1),
      says: passage(2000).refine((text) => text !== '', 'must say something'),
      evidence: z.array(EvidencePointer).max(20),
    }),
    reply: CaseFact,
  }),
  withdrawFact: route({
    method: 'POST',
    path: '/api/cases/:id/facts/:fact/withdrawal',
    summary: 'Withdraw a fact that does not hold; its number stays its own',
    action: team,
    records: 'fact withdrawn',
    params: ById.extend({ fact: Id }),
    body: z.object({ reason: line(500) }),
    reply: CaseFact,
  }),
  sources: route({
    method: 'GET',
    path: '/api/cases/:id/fact-sources',
    summary: 'What a fact of this case may stand on, newest first',
    action: team,
    records: 'fact sources listed',
    params: ById,
    query: z.object({ source: EvidenceSource.optional(), search: z.string().max(200).optional() }),
    reply: z.object({ items: z.array(EvidenceReference.omit({ place: true })) }),
  }),
  report: route({
    method: 'GET',
    path: '/api/cases/:id/report',
    summary: 'The report that is being written, and the versions that are final',
    action: read,
    records: 'investigation report read',
    params: ById,
    reply: z.object({
      case: z.object({ id: Id, reference: z.string(), label: Tlp, owner: z.string() }),
      current: InvestigationReport.nullable().describe('For the CERT only'),
      versions: z.array(ReportVersion).describe('Final ones, newest first'),
      mayWrite: z.boolean(),
    }),
  }),
  save: route({
    method: 'PUT',
    path: '/api/cases/:id/report',
    summary: 'Save the report; the first time, or after a final one, this begins a version',
    action: team,
    records: 'investigation report saved',
    params: ById,
    body: ReportText.extend({ revision: z.number().int().min(0).describe('That was read; 0 to begin') }),
    reply: InvestigationReport,
  }),
  submit: route({
    method: 'POST',
    path: '/api/cases/:id/report/submission',
    summary: 'Close the report for the check by somebody who did not write in it; each sentence has its fact',
    action: team,
    records: 'investigation report submitted',
    params: ById,
    body: z.object({ revision: z.number().int().min(1) }),
    reply: InvestigationReport,
  }),
  check: route({
    method: 'POST',
    path: '/api/cases/:id/report/check',
    summary: 'Make exactly this snapshot final, or send it back with a reason; not for who wrote in it',
    action: team,
    records: 'investigation report checked',
    params: ById,
    body: z.object({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      agrees: z.boolean(),
      reason: passage(2000).default(''),
    }),
    reply: z.object({ version: z.number().int(), state: ReportState }),
  }),
  version: route({
    method: 'GET',
    path: '/api/cases/:id/reports/:version',
    summary: 'Read one version of a report; one that is not final is for the CERT only',
    action: read,
    records: 'investigation report read',
    params: ByVersion,
    reply: ReportVersion.extend({ case: z.object({ id: Id, owner: z.string() }), document: ReportDocument }),
  }),
  pdf: file({
    path: '/api/cases/:id/reports/:version/report.pdf',
    summary: 'One version of a report as PDF/A; the same version gives the same bytes',
    action: read,
    records: 'investigation report exported',
    params: ByVersion,
    query: WordsOf,
  }),
  html: file({
    path: '/api/cases/:id/reports/:version/report.html',
    summary: 'One version of a report as a page of its own that needs nothing else',
    action: read,
    records: 'investigation report exported',
    params: ByVersion,
    query: WordsOf,
  }),
  json: file({
    path: '/api/cases/:id/reports/:version/report.json',
    summary: 'The snapshot of a report, byte for byte what its hash is of',
    action: read,
    records: 'investigation report exported',
    params: ByVersion,
  }),
};

export const findingApi = {
  list: route({
    method: 'GET',
    path: '/api/findings',
    summary: 'List findings over all cases that I may read, newest first',
    action: read,
    records: 'findings listed',
    query: Paging.extend({
      state: FindingState.optional(),
      case: Id.optional(),
      overdue: z.enum(['true']).optional(),
      search: z.string().max(200).optional(),
    }),
    reply: page(Finding),
  }),
  add: route({
    method: 'POST',
    path: '/api/cases/:id/findings',
    summary: 'Add a recommendation to the report that is being written',
    action: team,
    records: 'finding added',
    params: ById,
    body: Recommendation.extend({ key: FormKey }),
    reply: Finding,
  }),
  change: route({
    method: 'PUT',
    path: '/api/findings/:id',
    summary: 'Change a recommendation of a report that is not final',
    action: team,
    records: 'finding changed',
    params: ById,
    body: Recommendation.extend({ revision: z.number().int().min(1).describe('That was read') }),
    reply: Finding,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/findings/:id',
    summary: 'Take a recommendation out of a report that is not final',
    action: team,
    records: 'finding removed',
    params: ById,
    reply: Done,
  }),
  move: route({
    method: 'POST',
    path: '/api/findings/:id/moves',
    summary: 'Accept, decline or finish a finding, by whoever the case belongs to',
    action: 'follow own report and reply',
    records: 'finding moved',
    params: ById,
    body: z.object({
      to: FindingState,
      owner: line(120).optional(),
      due: z.iso.date().optional(),
      reason: passage(1000).optional(),
    }),
    reply: Finding,
  }),
};
