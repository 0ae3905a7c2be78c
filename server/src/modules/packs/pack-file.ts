import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

import { Fingerprint, Id, Instant, PackTlp } from '@busbar/contract';
import { z } from 'zod';

import { malformed, type Problem, tooLarge } from '../../platform/problem.ts';
import { CarriedSource, UnknownSource } from '../sources/source-service.ts';

// A pack is a tar (POSIX.1-1988, ustar) under zstd (RFC 8878): the manifest, its detached OpenPGP signature, and the
// entries in the order of the manifest, which has the SHA-256 of each. Whoever has tar, zstd and gpg can check it.
// Names in it are made of numbers, by whoever reads as by whoever writes: no name of a pack is ever used.

export const packFormat = 'busbar pack 1';

const text = z.string().max(8000);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const PackEntry = z.object({
  /** Its place among the sources. */
  source: count,
  url: text,
  /** The date under which the source lists it. */
  listed: z.string().max(1000).nullable(),
  /** Detached OpenPGP signature of its publisher, armored. */
  signature: z.string().max(32_768).nullable(),
  /** Of a document: what it calls itself. */
  document: z
    .object({
      publisher: z.string().max(500),
      trackingId: z.string().max(200),
      version: z.string().max(60),
    })
    .nullable(),
  /** Documents, or entries of a catalogue. */
  holds: count,
  size: count,
  sha256: Sha256,
});
export type PackEntry = z.infer<typeof PackEntry>;

export const Manifest = z
  .object({
    format: z.literal(packFormat),
    number: z.number().int().min(1).max(2_147_483_647),
    madeAt: Instant,
    maker: z.object({ id: Id, name: z.string().min(1).max(300) }),
    program: z.string().max(100),
    key: z.object({
      fingerprint: Fingerprint,
      userIds: z.array(z.string().max(500)).max(20),
      publicKey: z.string().max(200_000),
    }),
    tlp: PackTlp,
    /** The pack that it goes on from: what is in that one or before it is not in this one. */
    since: z.object({ number: z.number().int().min(1), sha256: Sha256 }).nullable(),
    counts: z.object({ sources: count, documents: count, entries: count, bytes: count }),
    sources: z.array(z.union([CarriedSource, UnknownSource])).max(5000),
    entries: z.array(PackEntry).max(500_000),
  })
  .refine(({ sources, entries }) => entries.every(({ source }) => source < sources.length), {
    error: 'names a source that is not there',
  });
export type Manifest = z.infer<typeof Manifest>;

/** In bytes. Of the manifest, before anybody has vouched for it; of one entry; of all. */
export const packLimits = { manifest: 128 << 20, signature: 1 << 16, entry: 256 << 20, total: 32 * 2 ** 30 };

const BLOCK = 512;
const END = Buffer.alloc(2 * BLOCK);
const manifestName = 'manifest.json';
const signatureName = 'manifest.json.asc';
const entryName = (place: number) => `entries/${String(place + 1).padStart(6, '0')}`;

/** The same head for the same name and size, always: no date, no owner (pax, section 4.18.18.4 of POSIX.1-2017). */
function headOf(name: string, size: number): Buffer {
  const head = Buffer.alloc(BLOCK);
  head.write(name, 0, 'latin1');
  head.write('0000644\0' + '0000000\0' + '0000000\0', 100, 'latin1');
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  head.write(`${'0'.repeat(11)}\0`, 136, 'latin1');
  head.write('        0', 148, 'latin1');
  head.write('ustar\x0000', 257, 'latin1');
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
}

const paddingOf = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

/** Bytes of entries between their making and their going out: in a file that has no name and goes with the process. */
export class Spool {
  readonly #file: FileHandle;
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async in(folder: string): Promise<Spool> {
    const path = join(folder, `pack-${crypto.randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new Spool(file);
  }

  /** Where it begins. */
  async add(bytes: Uint8Array): Promise<number> {
    const at = this.#end;
    for (let done = 0; done < bytes.length;)
      done += (await this.#file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    this.#end += bytes.length;
    return at;
  }

  async read(at: number, size: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(size);
    for (let done = 0; done < size;) {
      const { bytesRead } = await this.#file.read(bytes, done, size - done, at + done);
      if (bytesRead === 0) throw new Error('The spool of a pack is shorter than it was');
      done += bytesRead;
    }
    return bytes;
  }

  async *stream(at: number, size: number): AsyncGenerator<Buffer> {
    for (let done = 0; done < size; done += PIECE)
      yield await this.read(at + done, Math.min(PIECE, size - done));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const PIECE = 1 << 20;

/** A pack, byte by byte the same for the same manifest, signature and entries. */
export async function* writePack(
  manifest: Uint8Array,
  signature: Uint8Array,
  entries: readonly PackEntry[],
  contentOf: (place: number) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const packed = createZstdCompress({
    params: {
      [constants.ZSTD_c_compressionLevel]: 9,
      [constants.ZSTD_c_windowLog]: 24,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
  yield* pipeline(whole(), packed, () => {}) as AsyncIterable<Buffer>;

  async function* whole(): AsyncGenerator<Uint8Array> {
    for (const [name, bytes] of [
      [manifestName, manifest],
      [signatureName, signature],
    ] as const) {
      yield headOf(name, bytes.length);
      yield bytes;
      yield Buffer.alloc(paddingOf(bytes.length));
    }
    for (const [place, { size }] of entries.entries()) {
      yield headOf(entryName(place), size);
      yield* contentOf(place);
      yield Buffer.alloc(paddingOf(size));
    }
    yield END;
  }
}

/**
 * Reads a pack from its beginning to its end. Nothing of it is believed before `vouched` has looked at the manifest and
 * its signature; after that, everything must be as the manifest says, to the last byte.
 *
 * @param vouched gives back the manifest, or throws why it is not taken
 * @param take is handed each entry, its hash compared
 */
export async function readPack(
  source: AsyncIterable<Uint8Array>,
  vouched: (manifest: Buffer, signature: string | null) => Promise<Manifest>,
  take: (entry: PackEntry, bytes: Buffer, place: number) => Promise<void>,
): Promise<Manifest> {
  const { unpacked, isAll } = unpacking(source);
  const bytes = new Pulled(unpacked);
  try {
    const head = await bytes.exactly(BLOCK, notAPack);
    const size = sizeIn(head);
    if (!head.equals(headOf(manifestName, size))) throw notAPack();
    if (size > packLimits.manifest) throw tooMuch(packLimits.manifest);
    const text = await body(bytes, size);
    const manifest = await vouched(text, await signatureIn(bytes));
    for (const [place, entry] of manifest.entries.entries()) {
      const found = await bytes.exactly(BLOCK);
      if (!found.equals(headOf(entryName(place), entry.size))) throw altered();
      const content = await body(bytes, entry.size);
      if (hashOf(content) !== entry.sha256) throw altered();
      await take(entry, content, place);
    }
    if (!(await bytes.exactly(END.length)).equals(END)) throw altered();
    if ((await bytes.more()) || !isAll()) throw altered();
    return manifest;
  } finally {
    await bytes.close();
  }
}

async function signatureIn(bytes: Pulled): Promise<string | null> {
  const head = await bytes.exactly(BLOCK);
  const size = sizeIn(head);
  if (!head.equals(headOf(signatureName, size))) return null;
  if (size > packLimits.signature) throw tooMuch(packLimits.signature);
  return (await body(bytes, size)).toString('latin1');
}

async function body(bytes: Pulled, size: number): Promise<Buffer> {
  const content = await bytes.exactly(size);
  const padding = await bytes.exactly(paddingOf(size));
  if (padding.some((byte) => byte !== 0)) throw altered();
  return content;
}

/** What the head says; a head that says nonsense is compared with a right one, and is found to be none. */
const sizeIn = (head: Buffer) => Number.parseInt(head.toString('latin1', 124, 135), 8) || 0;

export const hashOf = (bytes: Uint8Array) => hashing().update(bytes).digest('hex');
export const hashing = (): Hash => createHash('sha256');

/** @returns what is packed, and once that has ended, whether it was all of the source: the library passes over what is behind. */
function unpacking(source: AsyncIterable<Uint8Array>) {
  // A frame that asks for a larger window than ours is refused by the library: memory is bounded before anything is read.
  const zstd = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 24 } });
  let given = 0;
  const counted = async function* () {
    for await (const chunk of source) {
      given += chunk.length;
      yield chunk;
    }
  };
  return {
    unpacked: pipeline(counted(), zstd, () => {}) as AsyncIterable<Buffer>,
    isAll: () => zstd.bytesWritten === given,
  };
}

/** So many bytes of a stream as somebody asks for, and no more of it in memory. */
class Pulled {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async exactly(size: number, orElse: () => Problem = cut): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    while (length < size) {
      if (this.#rest.length === 0 && !(await this.more())) throw orElse();
      const part = this.#rest.subarray(0, size - length);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      length += part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, length);
  }

  async more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next().catch((error: NodeJS.ErrnoException) => {
        if (!/^(?:Z_|ZSTD_)/.test(error.code ?? '')) throw error;
        if (error.code === 'Z_BUF_ERROR') throw cut();
        throw this.#begun ? altered() : notAPack();
      });
      if (next.done) return false;
      this.#begun = true;
      this.#rest = next.value;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#source.return?.().catch(() => {});
  }
}

const notAPack = () =>
  malformed(
    'pack-not-one',
    'This file is no pack of Busbar, or its beginning is damaged. Fetch it again from whoever made it',
  );
const cut = () =>
  malformed(
    'pack-cut',
    'The pack breaks off before its end. Copy the whole file once more, and bring it again',
  );
export const altered = () =>
  malformed(
    'pack-altered',
    'The pack is not what its maker signed: it was changed or damaged on its way. Fetch it again, and ask its maker by another way',
  );
const tooMuch = (most: number) =>
  tooLarge('pack-too-large', `A part of the pack says that it is larger than ${most >> 20} MiB; no pack is`, {
    most: most >> 20,
  });

/** What nobody makes, even with a good key: refused by what it declares, before it is unpacked. */
export function refuseTooLarge({ entries }: Manifest): void {
  if (entries.some(({ size }) => size > packLimits.entry)) throw tooMuch(packLimits.entry);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > packLimits.total) throw tooMuch(packLimits.total);
}
