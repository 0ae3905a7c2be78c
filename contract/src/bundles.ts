import { z } from 'zod';

import { Job } from './jobs.ts';
import { Language } from './people.ts';
import { file, page, Paging, route } from './route.ts';
import { SharedFinding, SharedReport } from './sharing.ts';
import { ById, Done, Id, Instant, line, Visibility } from './words.ts';

/** new: taken over · known: was here already, from the bundle that is named. */
export const BundleOutcome = z.enum(['new', 'known']);
export type BundleOutcome = z.infer<typeof BundleOutcome>;

export const BundleState = z.enum(['receiving', 'imported']);
export type BundleState = z.infer<typeof BundleState>;

/** What somebody saved for the CERT where a capture was read, and what became of it here. */
export const Bundle = z.object({
  id: Id,
  name: z.string(),
  site: z.object({ id: Id, name: z.string() }),
  state: BundleState,
  job: Job.nullable().describe('The last work on it'),
  sha256: z.string().nullable().describe('Of the file as it was received'),
  size: z.number().int(),
  by: z.string(),
  at: Instant,
  importedAt: Instant.nullable(),
  madeAt: Instant.nullable().describe('By its own word'),
  program: z.string().nullable().describe('Version of the Busbar that made it'),
  files: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      size: z.number().int(),
      sha256: z.string(),
      outcome: BundleOutcome,
      capture: Id.nullable().describe('Where what it shows is read; null where it is kept and not read'),
      before: z.object({ id: Id, name: z.string() }).nullable().describe('The bundle it was known from'),
    }),
  ),
});
export type Bundle = z.infer<typeof Bundle>;

/** What somebody ticked of a capture, as it came in a bundle. */
export const BundledShare = z.object({
  bundle: z.object({ id: Id, name: z.string() }),
  name: z.string().describe('Of the file'),
  packets: Id.nullable().describe(
    'The capture made of the packets that came along; null where none did, where they are others than the report tells of, and for whoever may not read them',
  ),
  report: SharedReport.extend({ findings: z.array(SharedFinding.extend({ title: z.string() })) }),
  visibility: Visibility,
});
export type BundledShare = z.infer<typeof BundledShare>;

/** Which of the files of a bundle. */
export const WhichShare = z.object({
  place: z.coerce.number().int().min(0).default(0).describe('Counted from 0, in the order of `files`'),
  language: Language.default('en'),
});
export type WhichShare = z.infer<typeof WhichShare>;

const manage = 'manage sites zones assets';

export const bundleApi = {
  recipient: route({
    method: 'GET',
    path: '/api/bundle-recipient',
    summary: 'The public age key to which bundles for this CERT are encrypted',
    action: 'verify a credential',
    records: null,
    reply: z.object({
      cert: z.string(),
      recipient: z.string().describe('An X25519 recipient of age-encryption.org/v1: age1…'),
      madeAt: Instant,
    }),
  }),
  list: route({
    method: 'GET',
    path: '/api/bundles',
    summary: 'List the bundles that were brought into my plant, newest first',
    action: manage,
    records: null,
    query: Paging,
    reply: page(Bundle).extend({ visibility: Visibility }),
  }),
  begin: route({
    method: 'POST',
    path: '/api/bundles',
    summary: 'Announce a bundle that a field kit saved; it tells where to send the bytes',
    action: manage,
    records: 'bundle announced',
    body: z.object({ name: line(), size: z.number().int().min(0), site: Id.optional() }),
    reply: z.object({ bundle: Bundle, upload: z.string() }),
  }),
  get: route({
    method: 'GET',
    path: '/api/bundles/:id',
    summary: 'What was in a bundle, and what became of it',
    action: manage,
    records: 'bundle read',
    params: ById,
    reply: Bundle.extend({ visibility: Visibility }),
  }),
  file: file({
    path: '/api/bundles/:id/file',
    summary: 'A file of a bundle, as it came',
    action: 'download raw evidence',
    records: 'evidence downloaded',
    reauthenticates: true,
    params: ById,
    query: z.object({
      place: z.coerce.number().int().min(0).default(0).describe('Counted from 0, in the order of `files`'),
    }),
  }),
  share: route({
    method: 'GET',
    path: '/api/bundles/:id/share',
    summary:
      'What somebody ticked of a capture and put into a bundle, and what was made of its names and packets',
    action: manage,
    records: 'bundle read',
    params: ById,
    query: WhichShare,
    reply: BundledShare,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/bundles/:id',
    summary: 'Throw away a bundle of which nothing was taken over',
    action: manage,
    records: 'bundle removed',
    params: ById,
    reply: Done,
  }),
};
