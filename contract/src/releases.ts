import { z } from 'zod';

import { file, page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Scope, Tlp, Told } from './words.ts';

/** What can leave. Each kind of subject freezes itself; the gate knows no more of it than its snapshot. */
export const SubjectKind = z.enum(['publication', 'profile']);
export type SubjectKind = z.infer<typeof SubjectKind>;

export const ReleaseState = z.enum([
  'proposed',
  'blocked',
  'approved',
  'scheduled',
  'sent',
  'recalled',
  'rejected',
  'withdrawn',
]);
export type ReleaseState = z.infer<typeof ReleaseState>;

/** Which way a release may go by whose hand. The program alone sends, and blocks what no longer passes its checks. */
export const releaseMoves = [
  { move: 'check', from: 'proposed', role: 'ANA' },
  { move: 'check', from: 'blocked', role: 'ANA' },
  { move: 'review', from: 'proposed', role: 'ANA' },
  { move: 'withdraw', from: 'proposed', role: 'ANA' },
  { move: 'withdraw', from: 'blocked', role: 'ANA' },
  { move: 'approve', from: 'proposed', role: 'LEAD' },
  { move: 'reject', from: 'proposed', role: 'LEAD' },
  { move: 'reject', from: 'blocked', role: 'LEAD' },
  { move: 'hold', from: 'approved', role: 'LEAD' },
  { move: 'hold', from: 'scheduled', role: 'LEAD' },
  { move: 'recall', from: 'sent', role: 'LEAD' },
] as const satisfies readonly { move: string; from: ReleaseState; role: 'ANA' | 'LEAD' }[];
export type ReleaseMove = (typeof releaseMoves)[number]['move'];

export const CheckName = z.enum([
  'label',
  'scope',
  'composition',
  'consents',
  'members',
  'addresses',
  'harm',
  'claims',
  'validator',
  'embargo',
  'translations',
  'links',
  'signature',
]);
export type CheckName = z.infer<typeof CheckName>;

export const CheckOutcome = z.enum(['passed', 'warning', 'blocked']);
export type CheckOutcome = z.infer<typeof CheckOutcome>;

export const CheckResult = z.object({
  name: CheckName,
  outcome: CheckOutcome,
  findings: z
    .array(
      z.object({
        outcome: z.enum(['warning', 'blocked']),
        told: Told.describe('What was found and what to do about it'),
        where: z.string().describe('Part of the text, or JSON pointer into the document'),
      }),
    )
    .describe('At most 50'),
  answer: z.string().nullable().describe('Why a warning may stand; by the second checker'),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** Who gets it, in words and in numbers of now. */
export const Audience = z.object({
  scope: Scope,
  label: Tlp,
  organisations: z.array(z.string()).describe('Named where the scope names them'),
  members: z.number().int().describe('Organisations of the constituency that may read it'),
  people: z.number().int().nullable().describe('People of these; known to the lead only'),
});
export type Audience = z.infer<typeof Audience>;

const Person = z.object({ id: Id, name: z.string() });

export const Release = z.object({
  id: Id,
  subject: z.object({ kind: SubjectKind, id: Id }),
  kind: z.string().describe('advisory, early warning, guidance …'),
  ref: z.string(),
  version: z.string(),
  title: z.string(),
  label: Tlp,
  scope: Scope,
  state: ReleaseState,
  outcome: CheckOutcome.describe('The worst of its checks'),
  proposer: z.string(),
  reviewed: z.boolean(),
  createdAt: Instant,
  sendAt: Instant.nullable().describe('Its minute, when it is scheduled'),
  sentAt: Instant.nullable(),
});
export type Release = z.infer<typeof Release>;

/** One language of a publication as its readers get it; the body is Markdown. */
export const PublishedText = z.object({
  language: z.string(),
  title: z.string(),
  summary: z.string(),
  body: z.string(),
  basedOn: z.string().nullable().describe('Version that was translated, where that is not this one'),
});
export type PublishedText = z.infer<typeof PublishedText>;

export const ReleasePage = Release.extend({
  snapshot: z.string().describe('SHA-256 of the manifest, hexadecimal; name it to approve'),
  manifest: z.string(),
  artefacts: z.array(
    z.object({
      id: Id,
      name: z.string(),
      type: z.string(),
      size: z.number().int(),
      sha256: z.string(),
    }),
  ),
  texts: z.array(PublishedText),
  audience: Audience,
  checks: z.array(CheckResult),
  people: z.object({
    authors: z.array(Person),
    proposer: Person,
    reviewer: Person.nullable(),
    approver: Person.nullable(),
  }),
  review: z.object({ couldHarm: z.boolean(), reason: z.string(), at: Instant }).nullable(),
  reason: z.string().nullable().describe('Of a rejection or recall'),
  mayDo: z.array(z.enum(['check', 'review', 'withdraw', 'approve', 'reject', 'hold', 'recall'])),
});
export type ReleasePage = z.infer<typeof ReleasePage>;

export const Snapshot = z.string().regex(/^[0-9a-f]{64}$/, 'is the SHA-256 shown on the page, hexadecimal');
const Reason = line(2000);

export const releaseApi = {
  list: route({
    method: 'GET',
    path: '/api/releases',
    summary: 'List what waits at the release gate and what went through, newest first',
    action: 'draft publication',
    serves: ['Y'],
    records: 'releases listed',
    query: Paging.extend({
      state: ReleaseState.optional(),
      open: z.enum(['true', 'false']).optional(),
      search: z.string().max(200).optional(),
    }),
    reply: page(Release),
  }),
  get: route({
    method: 'GET',
    path: '/api/releases/:id',
    summary: 'Read one release: the snapshot as it will look, its audience, its checks',
    action: 'draft publication',
    serves: ['Y'],
    records: 'release read',
    params: ById,
    reply: ReleasePage,
  }),
  artefact: file({
    path: '/api/releases/:id/artefacts/:artefact',
    summary: 'One file of the snapshot, byte for byte as it would leave',
    action: 'draft publication',
    serves: ['Y'],
    records: 'release read',
    params: ById.extend({ artefact: Id }),
  }),
  propose: route({
    method: 'POST',
    path: '/api/releases',
    summary:
      'Freeze a subject as it is now and propose it for release; takes the place of one that still waits',
    action: 'draft publication',
    serves: ['Y'],
    records: 'release proposed',
    body: z.object({ subject: z.object({ kind: SubjectKind, id: Id }) }),
    reply: z.object({ id: Id }),
  }),
  check: route({
    method: 'POST',
    path: '/api/releases/:id/checks',
    summary:
      'Ask every check again: names of members, claims, embargoes and keys change while a release waits',
    action: 'draft publication',
    serves: ['Y'],
    records: 'release checked',
    params: ById,
    reply: Done,
  }),
  review: route({
    method: 'POST',
    path: '/api/releases/:id/review',
    summary:
      'Second check by somebody who did not write it: answer the warnings, and whether it could prepare an attack',
    action: 'check a claim (not its author)',
    serves: ['Y'],
    records: 'release reviewed',
    params: ById,
    body: z.object({
      snapshot: Snapshot,
      couldHarm: z.boolean(),
      reason: Reason,
      answers: z.partialRecord(CheckName, Reason),
    }),
    reply: Done,
  }),
  withdraw: route({
    method: 'POST',
    path: '/api/releases/:id/withdrawal',
    summary: 'Take a proposal back',
    action: 'draft publication',
    serves: ['Y'],
    records: 'release withdrawn',
    params: ById,
    reply: Done,
  }),
  approve: route({
    method: 'POST',
    path: '/api/releases/:id/approval',
    summary:
      'Approve exactly this snapshot, now or for a minute to come; neither author, proposer nor second checker may',
    action: 'approve a release (not author nor proposer)',
    records: 'release approved',
    reauthenticates: true,
    params: ById,
    body: z.object({ snapshot: Snapshot, sendAt: Instant.nullable() }),
    reply: Done,
  }),
  reject: route({
    method: 'POST',
    path: '/api/releases/:id/rejection',
    summary: 'Send a proposal back to its author with a reason',
    action: 'approve a release (not author nor proposer)',
    records: 'release rejected',
    params: ById,
    body: z.object({ reason: Reason }),
    reply: Done,
  }),
  hold: route({
    method: 'POST',
    path: '/api/releases/:id/hold',
    summary: 'Take an approval back before it is sent',
    action: 'recall or withdraw a release',
    records: 'release held',
    params: ById,
    body: z.object({ reason: Reason }),
    reply: Done,
  }),
  recall: route({
    method: 'POST',
    path: '/api/releases/:id/recall',
    summary: 'Recall what was sent: its page says so and why, its files are gone from feeds',
    action: 'recall or withdraw a release',
    records: 'release recalled',
    params: ById,
    body: z.object({ reason: Reason }),
    reply: Done,
  }),
};

export const Published = z.object({
  id: Id,
  kind: z.string(),
  ref: z.string(),
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  languages: z.array(z.string()),
  label: Tlp,
  scope: Scope,
  publishedAt: Instant,
  recalledAt: Instant.nullable(),
});
export type Published = z.infer<typeof Published>;

export const PublishedPage = Published.extend({
  recallReason: z.string().nullable(),
  current: z.boolean(),
  texts: z.array(PublishedText).describe('Empty when it was recalled'),
  vulnerabilities: z.array(z.string()).describe('By number; those it names that have a page here'),
  files: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      size: z.number().int(),
      sha256: z.string(),
      url: z.string(),
    }),
  ),
  versions: z.array(
    z.object({ id: Id, version: z.string(), publishedAt: Instant, recalledAt: Instant.nullable() }),
  ),
});
export type PublishedPage = z.infer<typeof PublishedPage>;

/** What we know of a file by its hash. `known` is false for what we never published, and for what is not for the asker. */
export const FileVerification = z.object({
  known: z.boolean(),
  file: z
    .object({
      name: z.string(),
      publication: Id,
      ref: z.string(),
      version: z.string(),
      title: z.string(),
      publishedAt: Instant,
      current: z.boolean(),
      recalledAt: Instant.nullable(),
      recallReason: z.string().nullable(),
      signature: z.enum(['valid', 'invalid']),
      key: z.object({
        fingerprint: z.string(),
        state: z.enum(['active', 'retired', 'revoked']),
        revokedReason: z.string().nullable(),
      }),
    })
    .nullable(),
});
export type FileVerification = z.infer<typeof FileVerification>;

export const publishedApi = {
  list: route({
    method: 'GET',
    path: '/api/published',
    summary: 'Search what this CERT has published and I may read, newest first',
    action: 'read publication TLP:CLEAR',
    records: null,
    query: Paging.extend({ search: z.string().max(200).optional(), kind: z.string().max(40).optional() }),
    reply: page(Published),
  }),
  get: route({
    method: 'GET',
    path: '/api/published/:id',
    summary: 'Read one publication, or why it was recalled',
    action: 'read publication TLP:CLEAR',
    records: null,
    params: ById,
    reply: PublishedPage,
  }),
  verify: route({
    method: 'GET',
    path: '/api/verification',
    summary: 'Did we publish the file with this SHA-256 or SHA-512, is its signature valid, was it recalled?',
    action: 'verify a credential',
    records: null,
    query: z.object({ hash: z.string().regex(/^([0-9a-f]{64}|[0-9a-f]{128})$/) }),
    reply: FileVerification,
  }),
};

export const SigningKey = z.object({
  id: Id,
  fingerprint: z.string(),
  userIds: z.array(z.string()),
  algorithm: z.string(),
  publicKey: z.string().describe('Armored (RFC 9580)'),
  madeAt: Instant,
  expiresAt: Instant.nullable(),
  state: z.enum(['active', 'retired', 'revoked']),
  revokedReason: z.string().nullable(),
  warning: Told.nullable().describe('What to do about its expiry'),
});
export type SigningKey = z.infer<typeof SigningKey>;

export const signingKeyApi = {
  list: route({
    method: 'GET',
    path: '/api/signing-keys',
    summary: 'The OpenPGP keys that sign what this CERT publishes, the active one first',
    action: 'verify a credential',
    records: null,
    reply: z.object({ items: z.array(SigningKey) }),
  }),
  create: route({
    method: 'POST',
    path: '/api/signing-keys',
    summary: 'Make a new signing key; the one that was active is retired and still verifies',
    action: 'manage platform settings and roles',
    records: 'signing key made',
    body: z.object({ years: z.number().int().min(1).max(10) }),
    reply: SigningKey,
  }),
  import: route({
    method: 'POST',
    path: '/api/signing-keys/import',
    summary: 'Bring a key of your own, armored, with its passphrase if it has one; it becomes the active one',
    action: 'manage platform settings and roles',
    records: 'signing key imported',
    body: z.object({ privateKey: z.string().min(1).max(100_000), passphrase: z.string().max(1000) }),
    reply: SigningKey,
  }),
  revoke: route({
    method: 'POST',
    path: '/api/signing-keys/:id/revocation',
    summary: 'Revoke a key: what it signed still verifies, with a word of warning',
    action: 'manage platform settings and roles',
    records: 'signing key revoked',
    params: ById,
    body: z.object({ reason: z.enum(['superseded', 'retired', 'compromised']) }),
    reply: SigningKey,
  }),
};
