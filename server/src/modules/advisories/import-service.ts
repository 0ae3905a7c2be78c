import { mkdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import type { Import, Paging, Told } from '@busbar/contract';
import { withdrawn } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { lastJobs, type Worker } from '../../platform/jobs.ts';
import { notFound, tooLarge } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import { addImport, endImport, findImport, listImports, type Refusal } from './advisory-store.ts';
import { isKept, keep, unpack, unpackKept } from './archive.ts';
import {
  findOurs,
  foresee,
  type Foreseen,
  type NamedDocument,
  originalsOf,
  type Outcome,
  type Reach,
  renameOurs,
  shelve,
  type Shelved,
  shownDocuments,
} from './library-store.ts';
import { receive, type Received, told } from './received.ts';
import { line } from '../../platform/plain-text.ts';

export type { NamedDocument, Outcome, Taken } from './library-store.ts';
export type { Received } from './received.ts';
export type ImportService = ReturnType<typeof importService>;

export interface ImportParts {
  readonly database: Database;
  /** For what is being read: emptied by the system, never by us. */
  readonly folder: string;
  readonly uploads: Uploads;
  /** Called in the transaction in which the library changed. */
  readonly changed: (tx: Db, actor: Actor) => Promise<void>;
  /** Called in the same transaction with the documents that were taken, and the ids of those that were here already. */
  readonly took: (tx: Db, actor: Actor, came: Came) => Promise<void>;
}

export interface Came {
  readonly shelved: readonly Shelved[];
  readonly again: readonly string[];
  /** The source that brought them; nothing where somebody did. */
  readonly way: string | null;
}

const forgottenAfter = 2 * 86_400_000;
const mostRefusals = 200;
const mostDocuments = 50_000;
/** Of what is kept of the documents until all are stored in one go. */
const mostKept = 512 << 20;

export function importService({ database, folder, uploads, changed, took }: ImportParts) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  uploads.completes('import', async (_tx, _actor, { subject: { id, name } }) => ({
    kind: 'import-advisories',
    subject: { kind: 'import', id, name },
  }));

  return {
    async begin({ tx, actor, body, trail }: Ask<unknown, unknown, { name: string; size: number }>) {
      const id = crypto.randomUUID();
      const name = line(body.name, 255) || '?';
      const { id: evidence, address } = await uploads.announce(tx, actor, {
        purpose: 'import',
        subject: { id, name },
        size: body.size,
      });
      await addImport(tx, {
        id,
        owner: actor.organisation!,
        name,
        size: body.size,
        evidence,
        person: actor.person,
      });
      trail.on({ kind: 'import', id, name, owner: actor.organisation, details: { size: body.size } });
      return { import: id, upload: address };
    },

    async list(tx: Db, paging: Paging) {
      const rows = await listImports(tx, paging);
      const last = await lastJobs(
        tx,
        rows.map(({ id }) => id),
      );
      const items = rows.flatMap((row): Import[] => {
        const job = last.get(row.id);
        return job ? [toImport(row, job)] : [];
      });
      return { items, next: rows.length === paging.limit ? rows.at(-1)!.id : null };
    },

    async get(tx: Db, id: string): Promise<Import> {
      const row = (await findImport(tx, id)) ?? missing();
      const job = (await lastJobs(tx, [id])).get(id) ?? missing();
      return toImport(row, job);
    },

    /** What a job of kind import-advisories does. */
    work: (async ({ job, actor, signal, progress }) => {
      const { name, evidence, bytes } = await database.as(actor, async (tx) => {
        const { name, evidence_id } = (await findImport(tx, job.subject)) ?? missing();
        return { name, evidence: evidence_id, bytes: await uploads.open(tx, evidence_id) };
      });
      const read = await readAll(bytes.read(), name, folder, {
        signal,
        progress: (count) => progress(reading, count, null),
      });
      progress(storing, read.documents.length, read.documents.length);
      return async (tx) => {
        const outcome = await take(tx, actor, read, { id: job.subject, name });
        await endImport(tx, job.subject, { ...outcome, refused: outcome.refused.slice(0, mostRefusals) });
        // Every document is kept as it came; the archive they came in has served.
        await uploads.remove(tx, evidence);
      };
    }) satisfies Worker,

    /** The same for bytes at hand, without upload and job: the command line and the demo. */
    async importStream(actor: Actor, name: string, source: AsyncIterable<Uint8Array>): Promise<Outcome> {
      const read = await readAll(source, name, folder, {});
      return database.as(actor, (tx) => take(tx, actor, read, { id: null, name }));
    },

    // What sources need, which bring their documents one by one and say of each where it came from.

    understand: (document: Buffer): Received | { readonly refused: Told } => receive(document),

    /** Puts documents into the library and writes the line of the ledger. */
    shelve: (tx: Db, actor: Actor, name: string, id: string, documents: readonly NamedDocument[]) =>
      accounted(tx, actor, { documents, refused: [] }, { kind: 'source', id, name }),

    /** What would become of documents, by what they call themselves and their hashes. */
    foresee: (tx: Db, actor: Actor, documents: readonly Foreseen[]) => foresee(tx, actor, documents),

    /** The documents that the library shows, labelled no stricter; see `shownDocuments`. */
    shown: shownDocuments,

    /** Documents as they came, by advisory and hash; what was not found is not there. */
    originals: originalsOf,

    /** To be told once after documents were shelved: devices are compared with what is new. */
    changed,

    // What the release gate needs. All of it is in the transaction in which the CERT speaks.

    /** What the CERT itself says, as far as it lets it go: plants are compared with it, like with what others say. */
    async say(tx: Db, actor: Actor, said: Said & { readonly document: Buffer; readonly reach: Reach }) {
      await saidByUs(tx, actor, said, said.document, said.reach);
    },

    /** The CERT no longer says it: the library shows that it was withdrawn, and why, to those who could read it. */
    async unsay(tx: Db, actor: Actor, said: Said & { readonly reason: string }): Promise<void> {
      const there = await findOurs(tx, actor.organisation!, said.ref);
      const document = there && JSON.parse(gunzipSync(there.document).toString('utf8'));
      if (!there || /withdrawn/i.test(document.document.category)) return;
      const { label, scope, audience } = there;
      const next = withdrawn(document, { reason: said.reason, at: new Date().toISOString() });
      const text = Buffer.from(`${JSON.stringify(next, null, 2)}\n`);
      await saidByUs(tx, actor, said, text, { label, scope, audience });
    },

    /** The files of an archive, or the one file that was sent. */
    files: (source: AsyncIterable<Uint8Array>, name: string) => unpack(source, name, folder),

    /** Archives that are too large to be read in one go lie here until they are, under an id of whoever reads them. */
    kept: {
      has: (id: string) => isKept(pathOf(id)),
      put: (id: string, source: AsyncIterable<Uint8Array>) => keep(source, pathOf(id)),
      files: (id: string, name: string, from: number) => unpackKept(pathOf(id), name, folder, { from }),
      remove: (id: string) => rm(pathOf(id), { force: true }),
      /** Those that nobody came back for. */
      async sweep(): Promise<void> {
        for (const name of await readdir(folder)) {
          const path = join(folder, name);
          const age = await stat(path).then(
            ({ mtimeMs }) => Date.now() - mtimeMs,
            () => 0,
          );
          if (name.startsWith('kept-') && age > forgottenAfter) await rm(path, { force: true });
        }
      },
    },
  };

  function pathOf(id: string): string {
    return join(folder, `kept-${id}`);
  }

  async function saidByUs(
    tx: Db,
    actor: Actor,
    { release: id, ref: name }: Said,
    document: Buffer,
    reach: Reach,
  ): Promise<void> {
    const received = receive(document);
    if ('refused' in received) throw new Error(`We cannot read what we wrote: ${received.refused.text}`);
    const there = await findOurs(tx, actor.organisation!, received.trackingId);
    if (there) await renameOurs(tx, there.id, received.publisher);
    const read = { documents: [{ name, received }], refused: [] };
    const { edition } = await accounted(tx, actor, read, { kind: 'release', id, name }, reach);
    if (edition !== null) await changed(tx, actor);
  }

  async function take(
    tx: Db,
    actor: Actor,
    read: ReadAll,
    { id, name }: { id: string | null; name: string },
  ): Promise<Outcome> {
    const outcome = await accounted(tx, actor, read, { kind: 'import', id, name });
    if (outcome.edition !== null) await changed(tx, actor);
    return outcome;
  }

  async function accounted(
    tx: Db,
    actor: Actor,
    { documents, refused }: ReadAll,
    { kind, id, name }: { kind: string; id: string | null; name: string },
    ours?: Reach,
  ): Promise<Outcome> {
    const outcome = await shelve(tx, actor, documents, ours);
    const all = { ...outcome, refused: [...refused, ...outcome.refused] };
    const { added, updated, unchanged } = outcome;
    await record(tx, 'advisories imported', {
      kind,
      id,
      name,
      owner: actor.organisation,
      details: { added, updated, unchanged, refused: all.refused.length },
    });
    const again = outcome.taken.flatMap(({ as, advisory }) =>
      as === 'unchanged' && advisory ? [advisory] : [],
    );
    if (outcome.shelved.length + again.length > 0)
      await took(tx, actor, { shelved: outcome.shelved, again, way: kind === 'source' ? id : null });
    return all;
  }
}

/** By which release it is said, and under which number. */
interface Said {
  readonly release: string;
  readonly ref: string;
}

interface ReadAll {
  readonly documents: readonly NamedDocument[];
  readonly refused: readonly Refusal[];
}

async function readAll(
  source: AsyncIterable<Uint8Array>,
  name: string,
  folder: string,
  { signal, progress }: { signal?: AbortSignal; progress?: (documents: number) => void },
): Promise<ReadAll> {
  const documents: NamedDocument[] = [];
  const refused: Refusal[] = [];
  let kept = 0;
  for await (const file of unpack(source, name, folder)) {
    signal?.throwIfAborted();
    if ('refused' in file) refused.push({ name: file.name, why: file.refused });
    else if (mayBeDocument(file)) {
      const received = receive(file.bytes);
      if ('refused' in received) refused.push({ name: file.name, why: received.refused });
      else {
        documents.push({ name: file.name, received });
        kept += received.document.length + received.facts.length + received.words.length;
      }
    } else if (!companion.test(file.name)) refused.push({ name: file.name, why: notDocument });
    if (documents.length > mostDocuments || kept > mostKept)
      throw tooLarge(
        'import-too-large',
        'This is more than one import takes; split it. Nothing of it was stored',
        {
          most: mostDocuments,
        },
      );
    progress?.(documents.length + refused.length);
    // Reading a document takes a millisecond; others want to be served in between.
    await setImmediate();
  }
  return { documents, refused };
}

/** Its first character decides, or its name: what calls itself JSON and is none deserves to be told so. */
function mayBeDocument({ name, bytes }: { name: string; bytes: Buffer }): boolean {
  return /^(?:\xef\xbb\xbf)?\s*[[{]/.test(bytes.toString('latin1', 0, 100)) || /\.json$/i.test(name);
}

/** What providers put beside their documents: signatures, hashes, lists. */
const companion = /\.(?:asc|sig|sha\d+|md5|txt|csv|md|html?|xml)$|(?:^|\/)\.[^/]*$/i;

const notDocument = told('not-json', 'This is not JSON; a CSAF document is a JSON file');
const reading: Told = told('reading-documents', 'Reading documents');
const storing: Told = told('storing-documents', 'Storing documents');

function toImport(row: NonNullable<Awaited<ReturnType<typeof findImport>>>, job: Import['job']): Import {
  const { id, name, added, updated, unchanged, refused, created_at } = row;
  return { id, name, job, added, updated, unchanged, refused, at: created_at.toISOString() };
}

function missing(): never {
  throw notFound('import');
}
