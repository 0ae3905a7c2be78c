import { z } from 'zod';

import { Job } from './jobs.ts';
import { AuditEvent } from './audit.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, FormKey, Id, Instant, line, Told } from './words.ts';

/** Files of a case, who had them in hand, and what programs found in them. */

/**
 * receiving: bytes are still coming · damaged: what arrived differs from what its sender hashed · quarantined: whole, and
 * nobody has vouched for it · available: the team has looked at what it is · sealed: kept, and touched by nobody · removed:
 * it never arrived whole · purged: its key was destroyed; the hash stays.
 */
export const FileState = z.enum([
  'receiving',
  'damaged',
  'quarantined',
  'available',
  'sealed',
  'removed',
  'purged',
]);
export type FileState = z.infer<typeof FileState>;

export interface FileMove {
  readonly from: FileState;
  readonly to: FileState;
  readonly reason: boolean;
  /** `sender`: whoever sent it, and the team. */
  readonly by: 'team' | 'lead' | 'sender';
}

/** What arrived whole stays: only what did not is removed by hand. */
export const fileMoves: readonly FileMove[] = [
  { from: 'quarantined', to: 'available', reason: false, by: 'team' },
  { from: 'quarantined', to: 'sealed', reason: true, by: 'team' },
  { from: 'available', to: 'quarantined', reason: true, by: 'team' },
  { from: 'available', to: 'sealed', reason: true, by: 'team' },
  { from: 'sealed', to: 'available', reason: true, by: 'lead' },
  { from: 'receiving', to: 'removed', reason: false, by: 'sender' },
  { from: 'damaged', to: 'removed', reason: true, by: 'team' },
];

export const movesOfFile = (from: FileState): readonly FileMove[] =>
  fileMoves.filter((move) => move.from === from);

/** By its first bytes, whatever its name says. */
export const FileType = z.enum([
  'empty',
  'pcap',
  'pcapng',
  'gzip',
  'zstd',
  'bzip2',
  'xz',
  'zip',
  'tar',
  'sevenZip',
  'rar',
  'program',
  'document',
  'pdf',
  'html',
  'image',
  'eventLog',
  'registry',
  'diskImage',
  'text',
  'unknown',
]);
export type FileType = z.infer<typeof FileType>;

/** What reads which files. Version and working are the server's. */
export const analysisTools = [
  { id: 'network-capture', reads: ['pcap', 'pcapng', 'gzip', 'zstd'] },
  { id: 'text-log', reads: ['text'] },
  { id: 'archive-contents', reads: ['zip', 'tar'] },
  { id: 'disk-image', reads: ['diskImage'] },
] as const satisfies readonly { readonly id: string; readonly reads: readonly FileType[] }[];
export const AnalysisTool = z.enum(['network-capture', 'text-log', 'archive-contents', 'disk-image']);
export type AnalysisTool = z.infer<typeof AnalysisTool>;

export const toolsFor = (type: FileType | null): AnalysisTool[] =>
  analysisTools.filter(({ reads }) => (reads as readonly unknown[]).includes(type)).map(({ id }) => id);

/** How far the clock of a source goes wrong. */
export const Clock = z.object({
  offset: z
    .number()
    .int()
    .min(-3_155_760_000)
    .max(3_155_760_000)
    .describe('In seconds, to be added to what the source says to get the true time'),
  uncertainty: z.number().int().min(0).max(31_557_600).describe('In seconds, to both sides'),
});
export type Clock = z.infer<typeof Clock>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const EvidenceFile = z.object({
  id: Id,
  name: z.string(),
  note: z.string().describe('What it is and how it was taken, as whoever added it says'),
  state: FileState,
  size: z.number().int(),
  received: z.number().int(),
  sha256: Sha256.nullable().describe('Of what arrived'),
  claimed: Sha256.nullable().describe('As its sender computed it'),
  type: FileType.nullable(),
  addedBy: z.object({
    as: z.enum(['reporter', 'member', 'cert', 'guest']),
    name: z.string().nullable().describe('Of the CERT only to the CERT'),
  }),
  addedAt: Instant,
  mine: z.boolean().describe('I may go on sending it'),
  isShared: z.boolean().describe('Guests of the case read it'),
  clock: Clock,
  observations: z.object({ suggested: z.number().int(), accepted: z.number().int() }),
});
export type EvidenceFile = z.infer<typeof EvidenceFile>;

export const CustodyLine = AuditEvent.omit({ object: true });
export type CustodyLine = z.infer<typeof CustodyLine>;

export const RunParams = z.object({
  utcOffset: z
    .number()
    .int()
    .min(-840)
    .max(840)
    .optional()
    .describe('In minutes, of times that name no zone; UTC when left out'),
  year: z.number().int().min(1980).max(2100).optional().describe('Of times that name no year'),
});
export type RunParams = z.infer<typeof RunParams>;

export const Run = z.object({
  id: Id,
  tool: AnalysisTool,
  version: z.string(),
  params: RunParams,
  input: z.object({ evidence: Id, name: z.string(), sha256: Sha256 }),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  job: Job.nullable().describe('To whom it belongs'),
  problem: Told.nullable(),
  output: z.object({ sha256: Sha256, size: z.number().int() }).nullable(),
  program: z
    .object({ sha256: Sha256, runtime: z.string().describe('What ran it: `Node.js v26.10.0`') })
    .nullable()
    .describe(
      'What read the file, as one file of JavaScript; null until it has ended, and where nobody kept it',
    ),
  repeats: z
    .object({ run: Id, same: z.boolean().describe('It gave the same output, byte by byte') })
    .nullable()
    .describe('An earlier run of the same tool over the same input'),
  counts: z
    .object({
      suggested: z.number().int(),
      known: z.number().int().describe('Had been suggested before'),
      leftOut: z.number().int().describe('More than one run suggests; they stand in its output'),
    })
    .nullable(),
  notes: z.array(Told).describe('What the tool says of the file as a whole'),
  by: z.string(),
  at: Instant,
  endedAt: Instant.nullable(),
});
export type Run = z.infer<typeof Run>;

const InCase = ById;
const OfFile = ById.extend({ evidence: Id });
const OfRun = ById.extend({ run: Id });
const Note = z
  .string()
  .trim()
  .max(2000)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed text');

const reading = 'read case (messages, observations, findings)';
const adding = 'add evidence to case';
const working = 'triage and move cases';

export const evidenceApi = {
  list: route({
    method: 'GET',
    path: '/api/cases/:id/evidence',
    summary: 'List the files of a case',
    action: reading,
    records: 'evidence listed',
    params: InCase,
    query: Paging,
    reply: page(EvidenceFile),
  }),
  begin: route({
    method: 'POST',
    path: '/api/cases/:id/evidence',
    summary: 'Announce a file for a case; its bytes then go to `upload` by the tus protocol',
    action: adding,
    records: 'evidence announced',
    params: InCase,
    body: z.object({
      key: FormKey,
      name: line(255),
      size: z
        .number()
        .int()
        .min(0)
        .max(2 ** 43),
      sha256: Sha256.optional().describe('As computed by the sender, if known before'),
      note: Note.default(''),
    }),
    reply: z.object({
      evidence: EvidenceFile,
      upload: z.string().describe('Address for tus; HEAD tells how much has arrived'),
    }),
  }),
  get: route({
    method: 'GET',
    path: '/api/cases/:id/evidence/:evidence',
    summary: 'Read what is known of one file of a case; its bytes stay where they are',
    action: reading,
    records: 'evidence read',
    params: OfFile,
    reply: EvidenceFile,
  }),
  claimHash: route({
    method: 'POST',
    path: '/api/cases/:id/evidence/:evidence/hash',
    summary: 'Tell the hash computed while sending, to be compared with what arrived',
    action: adding,
    records: 'evidence hash told',
    params: OfFile,
    body: z.object({ sha256: Sha256 }),
    reply: EvidenceFile,
  }),
  move: route({
    method: 'POST',
    path: '/api/cases/:id/evidence/:evidence/moves',
    summary: 'Vouch for a file, put it back, seal it, or remove what never arrived whole',
    action: adding,
    records: 'evidence moved',
    params: OfFile,
    body: z.object({ to: FileState, reason: Note.optional() }),
    reply: EvidenceFile,
  }),
  share: route({
    method: 'POST',
    path: '/api/cases/:id/evidence/:evidence/share',
    summary: 'Let guests of the case read a file, or no more',
    action: working,
    records: 'evidence shared',
    params: OfFile,
    body: z.object({ shared: z.boolean() }),
    reply: EvidenceFile,
  }),
  setClock: route({
    method: 'POST',
    path: '/api/cases/:id/evidence/:evidence/clock',
    summary: 'Say how far the clock of a source goes wrong; all it tells moves with it',
    action: working,
    records: 'evidence clock set',
    params: OfFile,
    body: Clock.extend({ reason: Note.refine((text) => text !== '', 'must say how it was compared') }),
    reply: EvidenceFile.pick({ id: true, clock: true }).extend({
      moved: z.number().int().describe('Observations that stand at another time now'),
    }),
  }),
  custody: route({
    method: 'GET',
    path: '/api/cases/:id/evidence/:evidence/custody',
    summary: 'Who had a file in hand, what he did with it, when: the lines of the ledger, newest first',
    action: 'see who accessed my case',
    records: 'custody read',
    params: OfFile,
    query: Paging,
    reply: page(CustodyLine),
  }),
  exportCustody: file({
    path: '/api/cases/:id/evidence/:evidence/custody.json',
    summary: 'The custody of a file, with what the ledger needs to prove each line',
    action: 'see who accessed my case',
    records: 'custody exported',
    params: OfFile,
  }),
  download: file({
    path: '/api/cases/:id/evidence/:evidence/original',
    summary: 'The file as it was received; what for is kept in its custody',
    action: 'download raw evidence',
    records: 'evidence downloaded',
    reauthenticates: true,
    params: OfFile,
    query: z.object({ purpose: line(300).describe('What it is needed for') }),
  }),

  run: route({
    method: 'POST',
    path: '/api/cases/:id/runs',
    summary: 'Let a tool read a file, apart and without a network; what it finds is suggested',
    action: working,
    records: 'analysis run asked for',
    params: InCase,
    body: z.object({ evidence: Id, tool: AnalysisTool, params: RunParams.default({}) }),
    reply: Run,
  }),
  runs: route({
    method: 'GET',
    path: '/api/cases/:id/runs',
    summary: 'List the analysis runs of a case, newest first',
    action: reading,
    records: 'analysis runs listed',
    params: InCase,
    query: Paging.extend({ evidence: Id.optional() }),
    reply: page(Run),
  }),
  getRun: route({
    method: 'GET',
    path: '/api/cases/:id/runs/:run',
    summary: 'Read one analysis run: tool, version, parameters, hashes, how far it is',
    action: reading,
    records: 'analysis run read',
    params: OfRun,
    reply: Run,
  }),
  cancelRun: route({
    method: 'POST',
    path: '/api/cases/:id/runs/:run/cancel',
    summary: 'Stop an analysis run; nothing of it is stored',
    action: working,
    records: 'analysis run cancelled',
    params: OfRun,
    reply: Run,
  }),
  output: file({
    path: '/api/cases/:id/runs/:run/output.json',
    summary: 'What the tool wrote, byte by byte: its hash is the one of the run',
    action: reading,
    records: 'analysis output exported',
    params: OfRun,
  }),
};
