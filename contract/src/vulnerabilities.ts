import { z } from 'zod';

import { Severity } from './advisories.ts';
import { page, Paging, route } from './route.ts';
import { MatchCertainty, MatchState } from './warnings.ts';
import { ById, Done, Id, Instant, line, Scope, Tlp } from './words.ts';

export const ClaimKind = z.enum([
  'productStatus',
  'severity',
  'exploitation',
  'weakness',
  'remedy',
  'mitigation',
  'date',
]);
export type ClaimKind = z.infer<typeof ClaimKind>;

/** Kinds in which two sources can contradict one another. Two remedies do not: they add to one another. */
export const comparedKinds: readonly ClaimKind[] = ['productStatus', 'severity', 'exploitation', 'weakness'];

/** What somebody who stands for a value says of it, from weak to strong. */
export const StatedVerification = z.enum([
  'unverified',
  'singleSource',
  'independentSource',
  'reproducedByUs',
]);
export type StatedVerification = z.infer<typeof StatedVerification>;
export const Verification = z.enum([...StatedVerification.options, 'disputed']);
export type Verification = z.infer<typeof Verification>;

/** Where the sources of one fact stand to one another; `unclear` where what one of them says cannot be read. */
export const Agreement = z.enum(['one', 'agree', 'disagree', 'unclear']);
export type Agreement = z.infer<typeof Agreement>;

export const VerdictState = z.enum(['waiting', 'checkedTwice', 'disputed', 'resolved', 'withdrawn']);
export type VerdictState = z.infer<typeof VerdictState>;
/** A fact has at most one verdict in these. */
export const openVerdictStates: readonly VerdictState[] = ['waiting', 'disputed'];

export const PublisherKind = z.enum(['vendor', 'coordinator', 'discoverer', 'catalogue', 'other']);
export type PublisherKind = z.infer<typeof PublisherKind>;

/** A document or record that says something about a vulnerability. */
export const VulnerabilitySource = z.object({
  id: Id,
  advisory: Id.nullable().describe('Where it is an advisory of the library'),
  publisher: z.string(),
  publisherKind: PublisherKind,
  trackingId: z.string(),
  version: z.string(),
  title: z.string(),
  severity: Severity,
  score: z.number().nullable(),
  url: z.string().nullable(),
  label: Tlp,
  updatedAt: Instant,
  retrievedAt: Instant,
  removedAt: Instant.nullable().describe('We read it no more: what it said is history and counts no more'),
});
export type VulnerabilitySource = z.infer<typeof VulnerabilitySource>;

export const Claim = z.object({
  id: Id,
  source: Id.nullable().describe('Null where the CERT itself says it'),
  publisher: z.string(),
  value: z.string(),
  group: z.number().int().describe('Claims of a fact with the same number say the same'),
  quote: z.string().describe('The words of the source'),
  pointer: z.string().describe('Their place in the document, a JSON pointer (RFC 6901)'),
  version: z.string().describe('Of the document that said it first'),
  label: Tlp,
  scope: Scope,
  retrievedAt: Instant,
  verification: Verification,
  corrects: Id.nullable().describe('The claim that this one says is a mistake of its document'),
});
export type Claim = z.infer<typeof Claim>;

/** What a person answered: which value he stands for, how sure, and why. */
export const VerdictAnswer = z.object({
  by: z.string(),
  value: z.string(),
  verification: StatedVerification,
  evidence: z.string(),
  links: z.array(z.string()),
  claims: z.array(Id).describe('The claims it rests on'),
  at: Instant,
});
export type VerdictAnswer = z.infer<typeof VerdictAnswer>;

export const Verdict = z.object({
  id: Id,
  vulnerability: z.object({ id: Id, ref: z.string(), title: z.string() }),
  fact: z.string(),
  kind: ClaimKind,
  aspect: z.string(),
  subject: z.string(),
  state: VerdictState,
  openedBy: z.string(),
  openedAt: Instant,
  mine: z.boolean().describe('I have answered, and cannot be the next who does'),
  corrects: Id.nullable().describe('The claim that the first answer holds for a mistake; as hidden as that'),
  first: VerdictAnswer.nullable().describe('Hidden from everybody else until a second person has answered'),
  second: VerdictAnswer.nullable(),
  third: VerdictAnswer.nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

/** One thing that can be known about a vulnerability, with all that is said of it. */
export const Fact = z.object({
  key: z.string(),
  kind: ClaimKind,
  aspect: z.string().describe('What of the kind: the status of a product, the system of a score, which date'),
  subject: z.string().describe('The product; empty where the fact is about the vulnerability itself'),
  agreement: Agreement,
  claims: z.array(Claim),
  ours: z
    .object({
      claim: Id,
      value: z.string(),
      verification: Verification,
      checks: z.number().int(),
      at: Instant,
    })
    .nullable()
    .describe('What the CERT says after two checks'),
  verdict: Verdict.nullable().describe('For those who decide: the one that is open, or the last'),
  changedSince: z.boolean().describe('A source has said something new after our verdict'),
});
export type Fact = z.infer<typeof Fact>;

export const Vulnerability = z.object({
  id: Id,
  ref: z.string().describe('Its CVE, or a number of our own, VUL-…, where it has none'),
  title: z.string(),
  vendors: z.array(z.string()),
  sources: z.number().int(),
  publishers: z.array(z.string()),
  severity: Severity,
  score: z.number().nullable(),
  exploited: z.boolean().describe('A source I may read says that it is exploited'),
  updatedAt: Instant,
  standing: z
    .object({
      disagreeing: z.number().int(),
      waiting: z.number().int(),
      disputed: z.number().int(),
      checked: z.number().int(),
    })
    .nullable()
    .describe('Facts by where they stand, for those who decide'),
});
export type Vulnerability = z.infer<typeof Vulnerability>;

export const VulnerabilityPage = Vulnerability.extend({
  aliases: z.array(z.string()),
  sourceList: z.array(VulnerabilitySource),
  facts: z.array(Fact).describe('What sources disagree about comes first'),
  factsInAll: z.number().int(),
  timeline: z.array(
    z.object({
      at: Instant,
      kind: ClaimKind,
      aspect: z.string(),
      subject: z.string(),
      publisher: z.string(),
      version: z.string(),
      why: z.enum(['changed', 'removed']).describe('The source said otherwise, or was removed'),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  devices: z
    .array(
      z.object({
        warning: Id,
        asset: Id,
        name: z.string(),
        product: z.string(),
        certainty: MatchCertainty,
        state: MatchState,
      }),
    )
    .describe('Of my plant'),
  owner: z.string(),
});
export type VulnerabilityPage = z.infer<typeof VulnerabilityPage>;

export const Standing = z.enum(['disagreeing', 'waiting', 'disputed', 'checked']);
export type Standing = z.infer<typeof Standing>;

export const VulnerabilitySearch = Paging.extend({
  search: z.string().max(200).optional().describe('A CVE or its beginning, or words of its advisories'),
  standing: Standing.optional(),
});
export type VulnerabilitySearch = z.infer<typeof VulnerabilitySearch>;

const links = z
  .array(z.url({ protocol: /^https?$/ }).max(2000))
  .max(20)
  .default([]);

export const VerdictInput = z.object({
  value: line(1000),
  verification: StatedVerification,
  evidence: z.string().trim().max(5000).default(''),
  links,
  claims: z.array(Id).max(50).default([]),
});
export type VerdictInput = z.infer<typeof VerdictInput>;

/** By number, CVE or our own. */
const ByRef = z.object({ ref: z.string().min(1).max(60) });

export const vulnerabilityApi = {
  list: route({
    method: 'GET',
    path: '/api/vulnerabilities',
    summary: 'Search the vulnerabilities I may read about, most recently changed first',
    action: 'read publication TLP:CLEAR',
    records: null,
    query: VulnerabilitySearch,
    reply: page(Vulnerability),
  }),
  get: route({
    method: 'GET',
    path: '/api/vulnerabilities/:ref',
    summary: 'Read one vulnerability: every fact, and which source says what',
    action: 'read publication TLP:CLEAR',
    records: null,
    params: ByRef,
    reply: VulnerabilityPage,
  }),
  decide: route({
    method: 'POST',
    path: '/api/vulnerabilities/:ref/verdicts',
    summary: 'Stand for a value of a fact; nobody else sees it before a second person has answered',
    action: 'draft publication',
    records: 'verdict given',
    params: ByRef,
    body: VerdictInput.extend({
      fact: z.string().min(1).max(500).optional().describe('The key of the fact; left out for a new one'),
      kind: ClaimKind.optional(),
      aspect: line(60).optional(),
      subject: line(300).optional(),
      corrects: Id.optional().describe('The claim whose document is mistaken'),
    }),
    reply: z.object({ verdict: Id }),
  }),
  verdicts: route({
    method: 'GET',
    path: '/api/verdicts',
    summary: 'List the verdicts that wait for somebody, oldest first',
    action: 'check a claim (not its author)',
    serves: ['Y'],
    records: 'verdicts listed',
    query: Paging.extend({
      state: VerdictState.optional(),
      search: z.string().max(200).optional(),
      forMe: z.enum(['true', 'false']).optional().describe('Only those that I may answer'),
    }),
    reply: page(Verdict),
  }),
  verdict: route({
    method: 'GET',
    path: '/api/verdicts/:id',
    summary: 'Read one verdict with what the sources say',
    action: 'check a claim (not its author)',
    serves: ['Y'],
    records: 'verdict read',
    params: ById,
    reply: Verdict.extend({ sources: z.array(Claim) }),
  }),
  check: route({
    method: 'POST',
    path: '/api/verdicts/:id/check',
    summary: 'Answer as the second person, without having seen the first answer',
    action: 'check a claim (not its author)',
    serves: ['Y'],
    records: 'claim checked',
    params: ById,
    body: VerdictInput,
    reply: z.object({ state: VerdictState }),
  }),
  resolve: route({
    method: 'POST',
    path: '/api/verdicts/:id/resolution',
    summary: 'Resolve a dispute as a third person, with a reason',
    action: 'check a claim (not its author)',
    serves: ['Y'],
    records: 'dispute resolved',
    params: ById,
    body: VerdictInput.extend({ evidence: z.string().trim().min(1).max(5000) }),
    reply: z.object({ state: VerdictState }),
  }),
  withdraw: route({
    method: 'POST',
    path: '/api/verdicts/:id/withdrawal',
    summary: 'Take back a verdict of mine that nobody has checked yet',
    action: 'draft publication',
    records: 'verdict withdrawn',
    params: ById,
    reply: Done,
  }),
};
