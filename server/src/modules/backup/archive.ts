import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { z } from 'zod';

import { synced } from '../../platform/blobs.ts';
import { DataKey } from '../../platform/keys.ts';
import { FrameList, sealed, unsealed } from '../../platform/sealed.ts';

/** What an operator can understand and act on; everything else is a fault of ours. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** A sealed file of a backup: what it takes to open it, and to notice that it is another one. */
const SealedFile = z.object({
  id: z.uuid(),
  file: z.string(),
  frames: z.array(z.number()),
  sha256: z.string(),
});
export type SealedFile = z.infer<typeof SealedFile>;

const Table = SealedFile.extend({ table: z.string(), columns: z.array(z.string()), rows: z.number() });
export type Table = z.infer<typeof Table>;

/** What is in a backup. Itself sealed: how many rows a table has is nobody's business. */
export const Manifest = z.object({
  migration: z.string().describe('The last one that had been applied'),
  queue: z.number().describe('Version of the tables of the queue'),
  tables: z.array(Table),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
  heads: z.string().describe('The published heads of the audit chain, as their file has them'),
  evidence: z.object({ sha256: z.string(), count: z.number(), bytes: z.number() }),
  damaged: z.array(z.string()).describe('Evidence that was not whole in the store when it was copied'),
});
export type Manifest = z.infer<typeof Manifest>;

/** A line of the list of evidence: a file that is sealed already, under a key of the file of keys. */
export const EvidenceLine = z.object({
  path: z.string().regex(/^[0-9a-f-]{36}\/[0-9a-f]{64}\.[0-9a-f-]{36}$/),
  id: z.uuid(),
  key: z.uuid().nullable(),
  frames: z.array(z.number()),
  size: z.number(),
  sha256: z.string(),
});
export type EvidenceLine = z.infer<typeof EvidenceLine>;

/** Says which backup this is, and whether it was finished. Tells nothing else. */
const Cover = z.object({
  format: z.literal('busbar backup 1'),
  id: z.uuid(),
  begunAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Cover = z.infer<typeof Cover>;

/** Keys that were destroyed: ids, which open nothing. */
const Purges = z.array(z.uuid());

/** The other half of a backup: with it alone nothing can be read, and without it neither. Kept elsewhere. */
export const KeyFile = z.object({
  format: z.literal('busbar keys 1'),
  backup: z.uuid(),
  finishedAt: z.iso.datetime(),
  masterKey: z.string(),
  sealing: z.string().describe('Under which the files of this backup are sealed'),
  manifest: SealedFile,
  dataKeys: z.array(z.looseObject({ id: z.uuid(), owner_id: z.uuid(), wrapped: z.string() })),
  purges: Purges,
});
export type KeyFile = z.infer<typeof KeyFile>;

/** What was purged, for whoever restores a backup from before it: a file of keys, or a list of its own. */
export const PurgeList = z.object({
  format: z.literal('busbar purges 1'),
  at: z.iso.datetime(),
  purges: Purges,
});

export const coverOf = (folder: string) => join(folder, 'BACKUP.json');
export const evidenceList = (folder: string) => join(folder, 'evidence.jsonl');
export const evidenceFolder = (folder: string) => join(folder, 'evidence');

/** Whole or not at all, and on the disk before anybody relies on it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.coming`, text, { mode: 0o600, flush: true });
  await rename(`${path}.coming`, path);
  await synced(dirname(path));
}

export async function writeSealed(
  folder: string,
  file: string,
  key: DataKey,
  source: AsyncIterable<Uint8Array>,
): Promise<SealedFile> {
  const id = randomUUID();
  const frames = new FrameList();
  const hash = createHash('sha256');
  const hashed = async function* () {
    for await (const frame of sealed(key.sealing(id), id, source, frames)) {
      hash.update(frame);
      yield frame;
    }
  };
  const out = createWriteStream(join(folder, file), { mode: 0o600, flush: true });
  await pipeline(Readable.from(hashed(), { objectMode: false }), out);
  return { id, file, frames: frames.runs, sha256: hash.digest('hex') };
}

export function readSealed(
  folder: string,
  { id, file, frames }: SealedFile,
  key: DataKey,
): AsyncIterable<Buffer> {
  return unsealed(key.sealing(id), id, frames, (start) => createReadStream(join(folder, file), { start }));
}

export const sealingKey = ({ backup, sealing }: Pick<KeyFile, 'backup' | 'sealing'>) =>
  new DataKey(backup, Buffer.from(sealing, 'base64'));

export async function hashOf(path: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), size };
}

export async function readCover(folder: string): Promise<Cover | undefined> {
  return read(coverOf(folder), Cover, 'This folder holds no backup of Busbar').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
}

export async function readKeyFile(path: string): Promise<KeyFile> {
  return read(path, KeyFile, `${path} is no file of keys of a backup`);
}

/** Of a file of keys or a list of purges. */
export async function readPurges(path: string): Promise<{ at: string; purges: readonly string[] }> {
  const either = z.union([
    PurgeList,
    KeyFile.transform(({ finishedAt, purges }) => ({ at: finishedAt, purges })),
  ]);
  return read(path, either, `${path} is neither a file of keys nor a list of purges`);
}

async function read<T>(path: string, shape: z.ZodType<T>, why: string): Promise<T> {
  const text = await readFile(path, 'utf8');
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new BackupRefused(why, { cause });
  }
}

/** The list of evidence, a line at a time. */
export const linesOf = (path: string) => shaped(path, EvidenceLine);

/** What an unfinished backup has copied already; what a kill left of its last line is not there. */
export const copiedIn = (path: string) => shaped(path, EvidenceLine.pick({ path: true, sha256: true }));

async function* shaped<T>(path: string, shape: z.ZodType<T>): AsyncGenerator<T> {
  const handle = await open(path, 'r');
  try {
    for await (const line of handle.readLines()) {
      const { data } = shape.safeParse(parsed(line));
      if (data === undefined) return;
      yield data;
    }
  } finally {
    await handle.close();
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
