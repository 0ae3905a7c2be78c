import { z } from 'zod';

import { Job } from './jobs.ts';
import { file, page, Paging, route } from './route.ts';
import { Fingerprint, SourceKind } from './sources.ts';
import { ById, Done, Id, Instant, line, Tlp, Told } from './words.ts';

/** The strictest label that a pack may carry. What is for named people is in none. */
export const PackTlp = Tlp.exclude(['RED']);
export type PackTlp = z.infer<typeof PackTlp>;

/**
 * `arriving` · `checking` whether it is whole and whose it is · `refused` with a reason · `ready` to be installed, not
 * installed · `installing` · `installed`.
 */
export const PackState = z.enum(['arriving', 'checking', 'refused', 'ready', 'installing', 'installed']);
export type PackState = z.infer<typeof PackState>;

/** An OpenPGP key with which packs are signed. */
export const PackSigner = z.object({
  fingerprint: z.string(),
  userIds: z.array(z.string()),
  publicKey: z.string().describe('Armored'),
});
export type PackSigner = z.infer<typeof PackSigner>;

/** What a pack changes in one source; before it is installed what it would, and null where only reading it tells. */
export const PackChange = z.object({
  source: z.string(),
  kind: SourceKind,
  address: z.string(),
  id: Id.nullable().describe('Of the source here; null while there is none'),
  isNew: z.boolean().describe('There is no such source here before the pack is installed'),
  holds: z.number().int().describe('Documents, or entries of a catalogue'),
  before: z.number().int().describe('Documents or entries of this source that were here already'),
  added: z.number().int().nullable(),
  updated: z.number().int().nullable(),
  unchanged: z.number().int().nullable(),
  held: z.number().int().nullable().describe('Kept with their errors, not taken into the library'),
  problems: z.array(Told),
});
export type PackChange = z.infer<typeof PackChange>;

/** A pack that was brought here. What it says of itself is null where that could not be read. */
export const Pack = z.object({
  id: Id,
  name: z.string().describe('Of the file'),
  size: z.number().int(),
  state: PackState,
  job: Job.nullable(),
  broughtAt: Instant,
  number: z.number().int().nullable().describe('Counts up with each pack of its maker'),
  maker: z.string().nullable().describe('The CERT that made it'),
  tlp: PackTlp.nullable(),
  madeAt: Instant.nullable(),
  since: z.number().int().nullable().describe('Holds only what is not in the packs up to this one'),
  signer: PackSigner.nullable().describe('As the pack says; true unless it is refused'),
  refused: Told.nullable().describe('Why it is not installed, and what to do'),
  changes: z.array(PackChange),
  leftOut: z
    .array(z.object({ name: z.string(), why: Told }))
    .describe(
      'All sources of kinds that this program does not know (`source-kind-unknown`), and the first 200 documents that are not in the library',
    ),
  installedAt: Instant.nullable(),
  installedBy: z.string().nullable(),
});
export type Pack = z.infer<typeof Pack>;

/** A pack that was made here. */
export const MadePack = z.object({
  id: Id,
  number: z.number().int(),
  tlp: PackTlp,
  since: z.number().int().nullable(),
  job: Job.nullable().describe('Null where the command line made it'),
  requestedAt: Instant,
  requestedBy: z.string().nullable(),
  madeAt: Instant.nullable(),
  fingerprint: z.string().nullable().describe('Of the key that signed it'),
  size: z.number().int().nullable(),
  sha256: z.string().nullable().describe('Of the whole file'),
  counts: z
    .object({
      sources: z.number().int(),
      documents: z.number().int(),
      entries: z.number().int().describe('Of catalogues'),
      bytes: z.number().int().describe('Unpacked'),
    })
    .nullable(),
  canDownload: z.boolean(),
});
export type MadePack = z.infer<typeof MadePack>;

export const MakePack = z.object({
  tlp: PackTlp.default('CLEAR').describe('What carries a stricter label, or none, stays here'),
  since: z.coerce
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('The number of a pack: only what is not in the packs up to it'),
});
export type MakePack = z.infer<typeof MakePack>;

/** Whose packs are taken. */
export const PackKey = PackSigner.extend({
  id: Id.nullable().describe('Null for our own signing key, which is always taken'),
  state: z.enum(['good', 'expired', 'revoked']),
  expiresAt: Instant.nullable(),
  addedAt: Instant.nullable(),
  addedBy: z.string().nullable(),
});
export type PackKey = z.infer<typeof PackKey>;

const action = 'carry packs in and out';
const PublicKey = z.string().min(1).max(100_000).describe('Armored');

export const packApi = {
  list: route({
    method: 'GET',
    path: '/api/packs',
    summary: 'The packs that were brought here, newest first',
    action,
    records: null,
    query: Paging,
    reply: page(Pack),
  }),
  get: route({
    method: 'GET',
    path: '/api/packs/:id',
    summary: 'One pack: whose it is, what it changes or has changed, why it is refused',
    action,
    records: null,
    params: ById,
    reply: Pack,
  }),
  begin: route({
    method: 'POST',
    path: '/api/packs',
    summary:
      'Announce a pack; send its bytes to the address that comes back (tus 1.0). It is checked, not installed',
    action,
    records: 'pack brought',
    body: z.object({ name: line(255), size: z.number().int().min(1) }),
    reply: z.object({ pack: Id, upload: z.string() }),
  }),
  check: route({
    method: 'POST',
    path: '/api/packs/:id/check',
    summary: 'Check a pack once more, such as after its key was accepted',
    action,
    records: 'pack checked again',
    params: ById,
    reply: Job,
  }),
  install: route({
    method: 'POST',
    path: '/api/packs/:id/install',
    summary: 'Install a pack that is ready: each document goes through the checks of its source',
    action,
    records: 'pack installation begun',
    params: ById,
    reply: Job,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/packs/:id',
    summary: 'Throw away a pack that is not installed',
    action,
    records: 'pack thrown away',
    params: ById,
    reply: Done,
  }),
};

export const madePackApi = {
  list: route({
    method: 'GET',
    path: '/api/made-packs',
    summary: 'The packs that were made here, newest first',
    action,
    records: null,
    query: Paging,
    reply: page(MadePack),
  }),
  make: route({
    method: 'POST',
    path: '/api/made-packs',
    summary: 'Make a pack of what sources brought, signed as a release is',
    action,
    records: 'pack requested',
    body: MakePack,
    reply: MadePack,
  }),
  file: file({
    path: '/api/made-packs/:id/file',
    summary: 'A pack that was made here, as a file',
    action,
    records: 'pack downloaded',
    params: ById,
  }),
};

export const packKeyApi = {
  list: route({
    method: 'GET',
    path: '/api/pack-keys',
    summary: 'Whose packs are taken: our own signing key and those that were accepted',
    action,
    records: null,
    reply: z.object({ items: z.array(PackKey) }),
  }),
  look: route({
    method: 'POST',
    path: '/api/pack-keys/look',
    summary: 'Whose key this is, to be compared before it is accepted; stores nothing',
    action,
    records: null,
    body: z.object({ publicKey: PublicKey }),
    reply: PackKey,
  }),
  accept: route({
    method: 'POST',
    path: '/api/pack-keys',
    summary: 'Take packs that this key signed; the fingerprint is the one that its owner gave by another way',
    action,
    records: 'pack key accepted',
    body: z.object({ publicKey: PublicKey, fingerprint: Fingerprint }),
    reply: PackKey,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/pack-keys/:id',
    summary: 'Take no more packs of this key; what it brought stays',
    action,
    records: 'pack key removed',
    params: ById,
    reply: Done,
  }),
};
