import { z } from 'zod';

import type { Action } from './matrix.ts';
import { Language } from './people.ts';
import { AssetRole } from './plant.ts';
import { page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Scope, Tlp, Told, Visibility } from './words.ts';

export const PublicationKind = z.enum([
  'advisory',
  'earlyWarning',
  'threatReport',
  'incidentNotice',
  'guidance',
  'lesson',
  'statistics',
  'exerciseReport',
  'rfc2350',
  'policy',
]);
export type PublicationKind = z.infer<typeof PublicationKind>;

export const PublicationState = z.enum([
  'draft',
  'sourced',
  'checked',
  'inTranslation',
  'approved',
  'scheduled',
  'published',
  'revised',
  'withdrawn',
]);
export type PublicationState = z.infer<typeof PublicationState>;

export interface PublicationMove {
  readonly from: PublicationState;
  readonly to: PublicationState;
  readonly action: Action;
  /** By whose hand: the desk's, that of one who wrote nothing of this version, or the release gate's. */
  readonly by: 'desk' | 'checker' | 'gate';
  /** A reason is asked for, and kept. */
  readonly reason: boolean;
  /** Only before the first version went out. */
  readonly unpublished?: true;
}

/**
 * Which way a version may go. Text is written in `draft`, translations also in `inTranslation`; nothing else changes
 * what was checked. What went out is withdrawn by an operation of its own, which asks for a confirming sentence.
 */
export const publicationMoves: readonly PublicationMove[] = [
  { from: 'draft', to: 'sourced', action: 'draft publication', by: 'desk', reason: false },
  { from: 'sourced', to: 'draft', action: 'draft publication', by: 'desk', reason: true },
  { from: 'sourced', to: 'checked', action: 'check a claim (not its author)', by: 'checker', reason: false },
  { from: 'checked', to: 'inTranslation', action: 'draft publication', by: 'desk', reason: false },
  { from: 'inTranslation', to: 'checked', action: 'draft publication', by: 'desk', reason: false },
  { from: 'checked', to: 'draft', action: 'draft publication', by: 'desk', reason: true },
  { from: 'inTranslation', to: 'draft', action: 'draft publication', by: 'desk', reason: true },
  {
    from: 'checked',
    to: 'approved',
    action: 'approve a release (not author nor proposer)',
    by: 'gate',
    reason: false,
  },
  {
    from: 'inTranslation',
    to: 'approved',
    action: 'approve a release (not author nor proposer)',
    by: 'gate',
    reason: false,
  },
  {
    from: 'approved',
    to: 'scheduled',
    action: 'approve a release (not author nor proposer)',
    by: 'gate',
    reason: false,
  },
  {
    from: 'approved',
    to: 'published',
    action: 'approve a release (not author nor proposer)',
    by: 'gate',
    reason: false,
  },
  {
    from: 'scheduled',
    to: 'published',
    action: 'approve a release (not author nor proposer)',
    by: 'gate',
    reason: false,
  },
  { from: 'approved', to: 'checked', action: 'recall or withdraw a release', by: 'gate', reason: true },
  { from: 'scheduled', to: 'checked', action: 'recall or withdraw a release', by: 'gate', reason: true },
  {
    from: 'draft',
    to: 'withdrawn',
    action: 'draft publication',
    by: 'desk',
    reason: true,
    unpublished: true,
  },
  {
    from: 'withdrawn',
    to: 'draft',
    action: 'draft publication',
    by: 'desk',
    reason: false,
    unpublished: true,
  },
];

/** Who may not be who else: nobody has two hands in one version. */
export const PublicationPart = z.enum(['author', 'checker', 'approver']);
export type PublicationPart = z.infer<typeof PublicationPart>;

/** Typed by people and kept while they type: too long is refused, what no screen shows is dropped, all else is kept. */
const typed = (most: number, unwanted: RegExp) =>
  z
    .string()
    .max(most)
    .transform((text) => text.toWellFormed().replace(unwanted, ''))
    .default('');
const Line = (most = 300) => typed(most, /[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g);
/** Markdown (CommonMark with the tables of GFM) without raw HTML. */
const Markdown = typed(20_000, /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g);

/** Stated of a product, in the words of CSAF `product_status` (CSAF 2.0 section 3.2.3.9). */
export const PublishedStatus = z.enum(['affected', 'fixed', 'notAffected', 'underInvestigation']);
export type PublishedStatus = z.infer<typeof PublishedStatus>;

export const SafeInOperation = z.enum(['yes', 'no', 'unknown']);
export type SafeInOperation = z.infer<typeof SafeInOperation>;

const words = { heading: Line(), text: Markdown };

/**
 * One block of a publication. `heading` and `text` are what a translator translates; everything else is the same in
 * every language. Half-typed values are kept as they are: `publicationFindings` says what is wrong with them.
 */
export const BlockContent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('title'), ...words }),
  z.object({ kind: z.literal('summary'), ...words }),
  z.object({ kind: z.literal('impact'), ...words }),
  z.object({
    kind: z.literal('product'),
    ...words,
    vendor: Line(200),
    product: Line(200),
    orderNumbers: z.array(Line(100)).max(200).default([]),
    range: Line(500).describe('Which versions, as text: `< 4.35`'),
    status: PublishedStatus.default('affected'),
    claim: Id.nullable().default(null),
  }),
  z.object({
    kind: z.literal('vulnerability'),
    ...words,
    cve: Line(30),
    cwe: Line(20),
    vectors: z.array(Line(300)).max(10).default([]).describe('CVSS v3.1 and v4.0 vector strings'),
    claims: z.array(Id).max(200).default([]),
  }),
  z.object({
    kind: z.literal('mitigation'),
    ...words,
    roles: z.array(AssetRole).max(20).default([]).describe('For which devices; empty: for all'),
    safe: SafeInOperation.default('unknown').describe('Can be done while the plant runs'),
  }),
  z.object({ kind: z.literal('fix'), ...words, url: Line(2000) }),
  z.object({ kind: z.literal('detection'), ...words }),
  z.object({ kind: z.literal('reference'), ...words, url: Line(2000) }),
  z.object({ kind: z.literal('acknowledgement'), ...words }),
  z.object({ kind: z.literal('section'), ...words }),
]);
export type BlockContent = z.infer<typeof BlockContent>;
export type BlockKind = BlockContent['kind'];

/** What kinds a publication may have once only. */
export const singleBlocks: readonly BlockKind[] = ['title', 'summary', 'impact'];

export const BLOCKS_MOST = 500;

/** A translation of one block, and what it was translated from. */
export const BlockTranslation = z.object({
  language: Language,
  heading: z.string(),
  text: z.string(),
  revision: z.number().int(),
  by: z.string(),
  at: Instant,
  from: z
    .object({ heading: z.string(), text: z.string() })
    .describe('What the original said when this was translated'),
  fromVersion: z.number().int(),
  staleSince: Instant.nullable().describe('When the original changed; null: it has not'),
});
export type BlockTranslation = z.infer<typeof BlockTranslation>;

/** What somebody wrote who did not know that another had changed the block meanwhile. Kept until one is picked. */
export const BlockVariant = z.object({
  id: Id,
  language: Language.nullable().describe('null: of the original'),
  content: BlockContent,
  by: z.string(),
  mine: z.boolean(),
  at: Instant,
});
export type BlockVariant = z.infer<typeof BlockVariant>;

export const Block = z.object({
  id: Id,
  revision: z.number().int().describe('Goes up by one with every change; 0 is not yet saved'),
  place: z.number().describe('Blocks stand in the order of their places'),
  removed: z.boolean(),
  content: BlockContent,
  by: z.string().describe('Who changed it last'),
  at: Instant,
  translations: z.array(BlockTranslation),
  variants: z.array(BlockVariant),
});
export type Block = z.infer<typeof Block>;

export const PublicationFinding = z.object({
  block: Id.nullable(),
  field: z.string().describe('Of the block: `text`, `cve`, `vectors` …'),
  level: z.enum(['error', 'warning']).describe('An error stops the way on'),
  told: Told,
});
export type PublicationFinding = z.infer<typeof PublicationFinding>;

/** What changed in one block between two versions. */
export const WordChange = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() });
export type WordChange = z.infer<typeof WordChange>;
export const PublicationChange = z.object({
  block: Id,
  kind: z.string(),
  what: z.enum(['added', 'removed', 'changed', 'moved']),
  name: z.string().describe('What a reader knows the block by'),
  heading: z.array(WordChange),
  text: z.array(WordChange),
  fields: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
});
export type PublicationChange = z.infer<typeof PublicationChange>;

/** One block as it went out, or would go out, in one language. */
export const SnapshotBlock = z.object({
  id: Id,
  content: BlockContent,
  translated: z.boolean().describe('false: these are the words of the original'),
  staleSince: Instant.nullable().describe('When the original changed after this was translated'),
});
export type SnapshotBlock = z.infer<typeof SnapshotBlock>;

export const SnapshotText = z.object({
  title: z.string(),
  summary: z.string().describe('Markdown'),
  blocks: z.array(SnapshotBlock).describe('In their order, with title and summary'),
  translatedFrom: z
    .number()
    .int()
    .describe('The oldest version that any block of it was translated from; the original: its own version'),
  staleSince: Instant.nullable(),
});
export type SnapshotText = z.infer<typeof SnapshotText>;

/** Everything about one version that may leave the house: the release gate takes it, hashes it and lets it out. */
export const PublicationSnapshot = z.object({
  ref: z.string(),
  kind: PublicationKind,
  version: z.number().int(),
  label: Tlp,
  scope: Scope,
  audience: z.array(Id).describe('Whom a scope of listed organisations or communities means'),
  language: Language.describe('Of the original'),
  sectors: z.array(z.string()),
  languages: z.partialRecord(Language, SnapshotText),
  products: z.array(
    z.object({
      id: Id,
      vendor: z.string(),
      product: z.string(),
      orderNumbers: z.array(z.string()),
      range: z.string(),
      status: PublishedStatus,
      claim: Id.nullable(),
    }),
  ),
  vulnerabilities: z.array(
    z.object({
      id: Id,
      cve: z.string(),
      cwe: z.string(),
      title: z.string(),
      text: z.string(),
      vectors: z.array(z.string()),
      claims: z.array(Id),
    }),
  ),
  references: z.array(z.object({ title: z.string(), url: z.string() })),
  changes: z.array(PublicationChange).describe('Since the version that went out before; none for the first'),
  changeNote: z.string().describe('The same in a sentence, by its authors'),
  csaf20: z.unknown().optional(),
  csaf21: z.unknown().optional(),
});
export type PublicationSnapshot = z.infer<typeof PublicationSnapshot>;

export const PublicationLine = z.object({
  id: Id,
  ref: z.string().describe('How it is cited; tells neither its place among others nor a date'),
  kind: PublicationKind,
  title: z.string(),
  version: z.number().int(),
  publishedVersion: z.number().int().nullable().describe('The version readers have now'),
  state: PublicationState,
  language: Language,
  languages: z.array(Language).describe('With at least one translated block'),
  stale: z.number().int().describe('Translated blocks whose original changed'),
  variants: z.number().int().describe('Blocks of which two versions wait for somebody to pick'),
  label: Tlp.describe('Under which it is to go out'),
  scope: Scope,
  authors: z.array(z.string()),
  mine: z.boolean(),
  updatedAt: Instant,
});
export type PublicationLine = z.infer<typeof PublicationLine>;

export const Publication = PublicationLine.extend({
  audience: z.array(Id),
  sectors: z.array(z.string()),
  changeNote: z.string(),
  proposedBy: z.string().nullable(),
  embargo: z
    .object({ until: Instant, with: z.string() })
    .nullable()
    .describe('Nothing leaves before; with whom that was agreed'),
  hands: z.array(z.object({ person: Id, name: z.string(), part: PublicationPart, at: Instant })),
  blocks: z.array(Block).describe('Also those removed, so that they can be brought back'),
  findings: z.array(PublicationFinding),
  history: z.array(
    z.object({
      version: z.number().int(),
      state: PublicationState,
      at: Instant,
      by: z.string(),
      reason: z.string().nullable(),
    }),
  ),
  visibility: Visibility.describe('Of the draft'),
});
export type Publication = z.infer<typeof Publication>;

export const PublicationVersion = z.object({
  version: z.number().int(),
  state: PublicationState.extract(['published', 'revised', 'withdrawn']),
  publishedAt: Instant,
  sha256: z.string(),
  snapshot: PublicationSnapshot,
});
export type PublicationVersion = z.infer<typeof PublicationVersion>;

/** A machine-readable document as it would go out now, with what the validator says of it. */
export const PublicationDocument = z.object({
  name: z.string(),
  text: z.string().describe('CSAF, as JSON in lines'),
  findings: z.array(
    z.object({
      severity: z.enum(['error', 'warning', 'information']),
      path: z.string().describe('JSON pointer'),
      block: Id.nullable().describe('Where it was written, as far as the path tells'),
      told: Told,
    }),
  ),
});
export type PublicationDocument = z.infer<typeof PublicationDocument>;

export const PublicationSearch = Paging.extend({
  search: z.string().max(200).optional().describe('In ref, title, text, CVE, vendor, product'),
  state: PublicationState.optional(),
  kind: PublicationKind.optional(),
  label: Tlp.optional(),
  mine: z.enum(['true', 'false']).optional().describe('Only those I have a hand in'),
});
export type PublicationSearch = z.infer<typeof PublicationSearch>;

const Editor = Id.describe('One open page of one person: its own earlier saves are no conflict to it');
const InBlock = z.object({ id: Id, block: Id });

export const BlockSave = z.object({
  editor: Editor,
  base: z.number().int().min(0).describe('The revision that was on the screen; 0 for a new block'),
  place: z.number().min(-1e9).max(1e9).optional().describe('Only where it is to stand elsewhere now'),
  removed: z.boolean().default(false),
  content: BlockContent,
  settles: z.array(Id).max(50).default([]).describe('Variants that this pick makes an end of'),
});
export type BlockSave = z.infer<typeof BlockSave>;

export const TranslationSave = z.object({
  editor: Editor,
  base: z.number().int().min(0),
  heading: Line(),
  text: Markdown,
  source: z.number().int().min(1).describe('The revision of the original that was beside it'),
  settles: z.array(Id).max(50).default([]),
});
export type TranslationSave = z.infer<typeof TranslationSave>;

/** `aside`: another had changed the block. Nothing of his was overwritten, and what was sent is kept as a variant. */
const Saved = z.object({ outcome: z.enum(['saved', 'aside']), block: Block });
export type Saved = z.infer<typeof Saved>;

export const Presence = z.object({
  editor: Id,
  name: z.string(),
  block: Id.nullable(),
  at: Instant,
});
export type Presence = z.infer<typeof Presence>;

export const ProposalState = z.enum(['proposed', 'accepted', 'declined', 'withdrawn']);
export type ProposalState = z.infer<typeof ProposalState>;

export const ProposalContent = z.object({
  kind: PublicationKind,
  language: Language,
  title: line(300),
  summary: z.string().trim().min(1).max(20_000).describe('Markdown'),
  impact: z.string().max(20_000).default(''),
  mitigation: z.string().max(20_000).default(''),
  references: z.array(line(2000)).max(50).default([]).describe('Addresses'),
});
export type ProposalContent = z.infer<typeof ProposalContent>;

export const Proposal = z.object({
  id: Id,
  state: ProposalState,
  content: ProposalContent,
  organisation: z.string(),
  by: z.string().describe('Empty for those who may not know'),
  at: Instant,
  answer: z.string().nullable().describe('What the CERT said to it'),
  answeredAt: Instant.nullable(),
  publication: Id.nullable().describe('The draft it became; only for the CERT'),
  consentEndedAt: Instant.nullable().describe('Since when its owner does not agree any more that it leaves'),
});
export type Proposal = z.infer<typeof Proposal>;

const desk = { action: 'draft publication' } as const;
const proposing = { action: 'draft publication', serves: ['propose', 'Y'] } as const;

/** The working state of publications: the CERT's own, never what readers read. That is the release gate's. */
export const publicationApi = {
  list: route({
    method: 'GET',
    path: '/api/publications',
    summary: 'List the publications of the CERT in whatever state, last changed first',
    ...desk,
    records: 'publications listed',
    query: PublicationSearch,
    reply: page(PublicationLine),
  }),
  create: route({
    method: 'POST',
    path: '/api/publications',
    summary: 'Begin a publication',
    ...desk,
    records: 'publication begun',
    body: z.object({
      kind: PublicationKind,
      language: Language,
      title: line(300),
      proposal: Id.optional().describe('Accepts this proposal and begins with what it says'),
      vulnerability: line(100)
        .optional()
        .describe('Begins with what two people have decided about this one, each fact with its claim'),
    }),
    reply: z.object({ id: Id, ref: z.string() }),
  }),
  get: route({
    method: 'GET',
    path: '/api/publications/:id',
    summary: 'Read the working state of a publication, all of its blocks and what is wrong with them',
    ...desk,
    records: 'publication read',
    params: ById,
    reply: Publication,
  }),
  describe: route({
    method: 'PUT',
    path: '/api/publications/:id',
    summary: 'Say under which label and for whom it is to go out',
    ...desk,
    records: 'publication described',
    params: ById,
    body: z.object({
      label: Tlp.optional(),
      scope: Scope.optional(),
      audience: z.array(Id).max(1000).optional(),
      sectors: z.array(line(100)).max(50).optional(),
      changeNote: z.string().trim().max(2000).optional(),
    }),
    reply: Done,
  }),
  save: route({
    method: 'PUT',
    path: '/api/publications/:id/blocks/:block',
    summary: 'Save one block; saving the same again changes nothing, and nobody overwrites another',
    ...desk,
    records: 'publication block saved',
    params: InBlock,
    body: BlockSave,
    reply: Saved,
  }),
  translate: route({
    method: 'PUT',
    path: '/api/publications/:id/blocks/:block/translations/:language',
    summary: 'Save the translation of one block',
    ...desk,
    records: 'publication block translated',
    params: InBlock.extend({ language: Language }),
    body: TranslationSave,
    reply: Saved,
  }),
  settle: route({
    method: 'POST',
    path: '/api/publications/:id/variants/:variant/settled',
    summary: 'Keep what stands and let go of the other version of a block',
    ...desk,
    records: 'publication variant settled',
    params: z.object({ id: Id, variant: Id }),
    reply: Done,
  }),
  presence: route({
    method: 'POST',
    path: '/api/publications/:id/presence',
    summary: 'Say where I am, and learn who else is here and which blocks have changed',
    ...desk,
    // Every few seconds from every open page. That it was read stands in the ledger since it was opened.
    records: null,
    params: ById,
    body: z.object({
      editor: Editor,
      block: Id.nullable().default(null),
      known: z
        .array(
          z.object({
            id: Id,
            revision: z.number().int(),
            translations: z.number().int(),
            variants: z.number().int(),
          }),
        )
        .max(BLOCKS_MOST * 2)
        .default([])
        .describe('The blocks on the screen, with the sum of the revisions of their translations'),
    }),
    reply: z.object({
      others: z.array(Presence),
      changed: z.array(Block),
      state: PublicationState,
      version: z.number().int(),
      findings: z.array(PublicationFinding),
    }),
  }),
  move: route({
    method: 'POST',
    path: '/api/publications/:id/moves',
    summary: 'Take a version a step on, or back, as the table of moves allows',
    ...desk,
    records: 'publication moved',
    params: ById,
    body: z.object({ to: PublicationState, reason: z.string().trim().max(2000).optional() }),
    reply: z.object({ state: PublicationState }),
  }),
  revise: route({
    method: 'POST',
    path: '/api/publications/:id/versions',
    summary: 'Begin the next version of what is published; readers keep the present one until then',
    ...desk,
    records: 'publication revision begun',
    params: ById,
    reply: z.object({ version: z.number().int() }),
  }),
  versions: route({
    method: 'GET',
    path: '/api/publications/:id/versions',
    summary: 'Every version that went out, as it went out',
    ...desk,
    records: 'publication versions read',
    params: ById,
    reply: z.object({ items: z.array(PublicationVersion) }),
  }),
  changes: route({
    method: 'GET',
    path: '/api/publications/:id/changes',
    summary: 'What changed from one version to another, block by block and word by word',
    ...desk,
    records: 'publication changes read',
    params: ById,
    query: z.object({
      from: z.coerce.number().int().min(1).optional().describe('Else the version that went out last'),
      to: z.coerce.number().int().min(1).optional().describe('Else the working state'),
      language: Language.optional(),
    }),
    reply: z.object({
      from: z.number().int().nullable(),
      to: z.number().int(),
      items: z.array(PublicationChange),
    }),
  }),
  preview: route({
    method: 'GET',
    path: '/api/publications/:id/snapshot',
    summary: 'The working state as it would go out',
    ...desk,
    records: 'publication previewed',
    params: ById,
    reply: PublicationSnapshot,
  }),
  documents: route({
    method: 'GET',
    path: '/api/publications/:id/documents',
    summary: 'The CSAF documents it would go out as, and what the validator says of them',
    ...desk,
    records: 'publication previewed',
    params: ById,
    reply: z.object({ items: z.array(PublicationDocument) }),
  }),
  embargo: route({
    method: 'PUT',
    path: '/api/publications/:id/embargo',
    summary: 'Set until when those concerned agreed to be silent, or lift it, with a reason',
    action: 'propose embargo date',
    serves: ['team', 'Y'],
    records: 'embargo set',
    params: ById,
    body: z.object({
      until: Instant.nullable(),
      with: z.string().trim().max(300).default('').describe('With whom it was agreed'),
      reason: line(2000),
    }),
    reply: Done,
  }),
  withdraw: route({
    method: 'POST',
    path: '/api/publications/:id/withdrawal',
    summary: 'Withdraw what is published; its readers are told that, and why',
    action: 'recall or withdraw a release',
    records: 'publication withdrawn',
    params: ById,
    body: z.object({
      reason: z.string().trim().min(1).max(2000).describe('Readers see it'),
      confirm: z.string().max(100).describe('The ref, typed by hand'),
    }),
    reply: Done,
  }),
  propose: route({
    method: 'POST',
    path: '/api/publication-proposals',
    summary: 'Propose a publication to the CERT',
    action: 'draft publication',
    serves: ['propose'],
    records: 'publication proposed',
    body: ProposalContent,
    reply: Proposal,
  }),
  proposals: route({
    method: 'GET',
    path: '/api/publication-proposals',
    summary: 'List the proposals of my organisation; the CERT: those made to it',
    ...proposing,
    records: 'publication proposals listed',
    query: Paging.extend({ state: ProposalState.optional() }),
    reply: page(Proposal),
  }),
  proposal: route({
    method: 'GET',
    path: '/api/publication-proposals/:id',
    summary: 'Read one proposal',
    ...proposing,
    records: 'publication proposal read',
    params: ById,
    reply: Proposal,
  }),
  takeBack: route({
    method: 'POST',
    path: '/api/publication-proposals/:id/withdrawal',
    summary: 'Take back a proposal that is not answered yet',
    action: 'draft publication',
    serves: ['propose'],
    records: 'publication proposal taken back',
    params: ById,
    reply: Proposal,
  }),
  endConsent: route({
    method: 'POST',
    path: '/api/publication-proposals/:id/consent-withdrawal',
    summary: 'Take back that what I proposed may leave; what has left already stays out',
    action: 'grant or withdraw consent',
    records: 'consent withdrawn',
    reauthenticates: true,
    params: ById,
    reply: Proposal,
  }),
  decline: route({
    method: 'POST',
    path: '/api/publication-proposals/:id/decline',
    summary: 'Decline a proposal, saying why',
    ...desk,
    records: 'publication proposal declined',
    params: ById,
    body: z.object({ reason: z.string().trim().min(1).max(2000) }),
    reply: Proposal,
  }),
};
