import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import type { Told } from '@busbar/contract';
import { extract, type Extract } from 'tar-stream';
import { type Entry, fromFd, type ZipFile } from 'yauzl';

import { malformed, tooLarge } from '../../platform/problem.ts';
import { plain } from '../../platform/plain-text.ts';

/** A file that may be a document, or why it was not opened. */
export type Unpacked = (
  | { readonly name: string; readonly bytes: Buffer }
  | { readonly name: string; readonly refused: Told }
) & {
  /** Which entry of how many; of a zip alone, which begins with the list of them. */
  readonly place?: number;
  readonly of?: number;
};

export interface Limits {
  /** Of one file, unpacked. */
  readonly file: number;
  /** Of all files together, unpacked. */
  readonly total: number;
  readonly files: number;
  /** How many times larger than itself an archive may unpack; real ones of JSON stay below 30. */
  readonly ratio: number;
}

const usual: Limits = { file: 64 << 20, total: 4 * 2 ** 30, files: 100_000, ratio: 200 };
/** Of archives whose files are taken one by one and never held together: every CVE record there is, some times over. */
export const oneByOne: Limits = { file: 16 << 20, total: 64 * 2 ** 30, files: 3_000_000, ratio: 200 };
/** What may always be unpacked, whatever the ratio. */
const harmless = 16 << 20;

/**
 * Opens what was sent, by its content and never by its name: zip, tar, tar.gz, or a single document, plain or
 * gzipped. Names inside are shown and otherwise ignored; nothing is written under them.
 *
 * @param folder where the bytes lie while they are read, in a file that has no name and goes with the process
 */
export async function* unpack(
  source: AsyncIterable<Uint8Array>,
  name: string,
  folder: string,
  limits: Limits = usual,
): AsyncGenerator<Unpacked> {
  const file = await spool(source, folder);
  try {
    yield* filesOf(file, name, limits);
  } finally {
    await file.close();
  }
}

/**
 * The same for a file that was kept, one entry after the other in bounded memory. A zip may hold nothing but one other
 * zip, as CVE lists are published.
 *
 * @param from entries of a zip that are passed over unread
 */
export async function* unpackKept(
  path: string,
  name: string,
  folder: string,
  { limits = oneByOne, from = 0 }: { limits?: Limits; from?: number } = {},
): AsyncGenerator<Unpacked> {
  let file = await open(path, 'r');
  try {
    const inner = await onlyZipIn(file, folder, limits);
    if (inner) {
      await file.close();
      file = inner;
    }
    yield* filesOf(file, name, limits, from);
  } finally {
    await file.close();
  }
}

/** Puts all of it into a file. Whoever was killed meanwhile finds the file whole, or not at all. */
export async function keep(source: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    for await (const chunk of source) await file.write(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

export const isKept = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function* filesOf(file: FileHandle, name: string, limits: Limits, from = 0): AsyncGenerator<Unpacked> {
  const { size } = await file.stat();
  const budget = new Budget(limits, size);
  const kind = kindOf(await firstBytes(file));
  if (size === 0) throw malformed('empty-file', 'The file is empty; check that the whole file was chosen');
  if (kind === 'zip') yield* fromZip(file, budget, from);
  else if (kind === 'gzip') yield* fromGzip(file, name, budget);
  else if (kind === 'tar') yield* fromTar(wholeOf(file), name, budget);
  else yield await oneFile(shownName(name), async () => wholeOf(file), budget);
}

async function onlyZipIn(file: FileHandle, folder: string, limits: Limits): Promise<FileHandle | undefined> {
  if (kindOf(await firstBytes(file)) !== 'zip') return undefined;
  const zip = await openZip(file.fd);
  if (zip.entryCount !== 1) return undefined;
  const entry = await nextEntry(zip);
  if (!entry || entry.isEncrypted() || entry.uncompressedSize > limits.total) return undefined;
  const inner = await spool(checked(await streamOf(zip, entry), limits.total), folder);
  if (kindOf(await firstBytes(inner)) === 'zip') return inner;
  await inner.close();
  return undefined;
}

async function* checked(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    if ((size += chunk.length) > most)
      throw tooLarge('archive-too-large', 'The archive inside the archive is too large', { most });
    yield chunk;
  }
}

async function spool(source: AsyncIterable<Uint8Array>, folder: string): Promise<FileHandle> {
  const path = join(folder, `import-${crypto.randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  try {
    for await (const chunk of source) await file.write(chunk);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function firstBytes(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.subarray(0, bytesRead);
}

function kindOf(start: Buffer): 'zip' | 'gzip' | 'tar' | 'archive' | 'text' {
  const magic = start.toString('latin1', 0, 8);
  // Local header, or the end record of an empty one (APPNOTE 6.3.10, sections 4.3.7 and 4.3.16).
  if (magic.startsWith('PK\x03\x04') || magic.startsWith('PK\x05\x06')) return 'zip';
  if (magic.startsWith('\x1f\x8b')) return 'gzip';
  if (start.toString('latin1', 257, 262) === 'ustar') return 'tar';
  if (/^(?:7z\xbc\xaf|Rar!|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/.test(magic)) return 'archive';
  return 'text';
}

async function* fromZip(file: FileHandle, budget: Budget, from: number): AsyncGenerator<Unpacked> {
  const zip = await openZip(file.fd);
  const of = zip.entryCount;
  let place = 0;
  for (let entry = await nextEntry(zip); entry; entry = await nextEntry(zip)) {
    if (++place <= from) continue;
    const name = shownName((entry.fileName as unknown as Buffer).toString('utf8'));
    if (name.endsWith('/') || name === '') continue;
    budget.file();
    if (entry.isEncrypted()) {
      yield {
        name,
        place,
        of,
        refused: told('encrypted', 'The file is protected by a password; import it without one'),
      };
      continue;
    }
    yield { ...(await oneFile(name, () => streamOf(zip, entry), budget)), place, of };
  }
}

function openZip(fd: number): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // Names stay bytes: yauzl would end the whole archive at the first that points outside of it.
    fromFd(fd, { lazyEntries: true, autoClose: false, decodeStrings: false }, (error, zip) =>
      error ? reject(brokenArchive(error.message)) : resolve(zip),
    );
  });
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      zip.removeAllListeners();
      act();
    };
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)));
    zip.once('end', () => settle(() => resolve(undefined)));
    zip.once('error', (error: Error) => settle(() => reject(brokenArchive(error.message))));
    zip.readEntry();
  });
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

async function* fromGzip(file: FileHandle, name: string, budget: Budget): AsyncGenerator<Unpacked> {
  const chunks = gunzipped(wholeOf(file))[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let end: unknown;
  // A file that breaks off this early says so again when it is read.
  for (let size = 0; size < 512; size += first.at(-1)!.length) {
    const next = await chunks.next().catch((error: unknown) => void (end = error));
    if (!next || next.done) break;
    first.push(next.value);
  }
  const unpacked = (async function* () {
    yield* first;
    if (end) throw end;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  if (kindOf(Buffer.concat(first)) === 'tar') yield* fromTar(unpacked, name, budget);
  else yield await oneFile(shownName(name.replace(/\.gz$/i, '')), async () => unpacked, budget);
}

function gunzipped(packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  return pipeline(packed, createGunzip(), () => {}) as AsyncIterable<Buffer>;
}

const wholeOf = (file: FileHandle): AsyncIterable<Buffer> =>
  file.createReadStream({ start: 0, autoClose: false });

async function* fromTar(
  source: AsyncIterable<Buffer>,
  name: string,
  budget: Budget,
): AsyncGenerator<Unpacked> {
  const tar = extract();
  const feeding = feed(source, tar, budget);
  try {
    for await (const entry of tar) {
      const { type } = entry.header;
      if (type !== 'file' && type !== 'contiguous-file') {
        entry.resume();
        continue;
      }
      budget.file();
      yield await oneFile(
        shownName(entry.header.name),
        async () => entry as AsyncIterable<Buffer>,
        budget,
        true,
      );
    }
    await feeding;
  } catch (error) {
    if (budget.exceeded) throw budget.exceeded;
    yield {
      name,
      refused: told(
        'broken-off',
        'The archive breaks off here; what came before it was read. Fetch it again',
        {
          why: plain((error as Error).message),
        },
      ),
    };
  } finally {
    tar.destroy(null);
    await feeding.catch(() => {});
  }
}

/** Padding and headers count as well: an archive can be made of nothing else. */
async function feed(source: AsyncIterable<Buffer>, tar: Extract, budget: Budget): Promise<void> {
  const closed = new Promise<void>((resolve) => tar.once('close', () => resolve()));
  try {
    for await (const chunk of source) {
      budget.bytes(chunk.length);
      if (tar.destroyed) return;
      if (!tar.write(chunk))
        await Promise.race([new Promise<void>((resolve) => tar.once('drain', () => resolve())), closed]);
    }
    tar.end(null);
  } catch (error) {
    tar.destroy(error as Error);
  }
}

async function oneFile(
  name: string,
  open: () => Promise<AsyncIterable<Uint8Array>>,
  budget: Budget,
  counted = false,
): Promise<Unpacked> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of await open()) {
      size += (chunk as Buffer).length;
      if (!counted) budget.bytes((chunk as Buffer).length);
      // The rest of it is read and dropped, for the next file stands behind it.
      if (size <= budget.limits.file) chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (budget.exceeded) throw budget.exceeded;
    if (counted) throw error;
    return {
      name,
      refused: told('damaged', 'The file is damaged inside the archive; fetch it again', {
        why: plain((error as Error).message),
      }),
    };
  }
  if (size > budget.limits.file)
    return {
      name,
      refused: told('too-large', `The file is larger than ${budget.limits.file >> 20} MiB`, {
        most: budget.limits.file >> 20,
      }),
    };
  const bytes = Buffer.concat(chunks, size);
  if (kindOf(bytes) !== 'text')
    return {
      name,
      refused: told('nested-archive', 'An archive inside an archive is not opened; import it by itself'),
    };
  return { name, bytes };
}

/** Counts what comes out, so that a small file cannot fill the machine. */
class Budget {
  readonly limits: Limits;
  readonly #most: number;
  #files = 0;
  #bytes = 0;
  exceeded: Error | undefined;

  constructor(limits: Limits, packed: number) {
    this.limits = limits;
    this.#most = Math.min(limits.total, Math.max(harmless, packed * limits.ratio));
  }

  file(): void {
    if (++this.#files > this.limits.files)
      this.#stop(`The archive holds more than ${this.limits.files} files; split it`, this.limits.files);
  }

  bytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > this.#most)
      this.#stop('The archive unpacks to far more than archives of advisories do; split it', this.#most);
  }

  #stop(why: string, most: number): never {
    this.exceeded = tooLarge('archive-too-large', `${why}. Nothing of it was stored`, { most });
    throw this.exceeded;
  }
}

const brokenArchive = (why: string) =>
  malformed('broken-archive', 'The archive cannot be read to its end; fetch or pack it again', {
    why: plain(why),
  });

const told = (code: string, text: string, params: Told['params'] = {}): Told => ({ code, params, text });

/** For showing only. */
const shownName = (name: string) => plain(name).slice(-200);
