import { Decompress } from 'fzstd';

import { u32leAt } from '../bytes/byte-reader.ts';
import { Analysis, type Options } from './analysis.ts';
import type { Report } from './report.ts';

export interface Progress {
  /** As they came from the source: compressed bytes, if it is compressed. */
  readonly bytes: number;
  readonly packets: number;
}

export interface AnalyseOptions extends Options {
  readonly signal?: AbortSignal;
  /** `interim` gives the report so far: it costs as much as the one at the end. */
  readonly onProgress?: (progress: Progress, interim: () => Report) => void;
}

/** So long one chunk may keep everything else in the process waiting. */
const SLICE = 4 * 1024 * 1024;

/**
 * Analyses a whole source, decompressing gzip and zstd on the way (by content, whatever the file is called). What it
 * yields need only be good until it is asked for more.
 * Throws NotACapture, or the reason of the signal.
 */
export async function analyse(
  source: AsyncIterable<Uint8Array>,
  options: AnalyseOptions = {},
): Promise<Report> {
  const { signal, onProgress } = options;
  const analysis = new Analysis(options);
  await pour(source, analysis, signal, (progress) => onProgress?.(progress, () => analysis.interim()));
  return analysis.finish();
}

/** Who takes the bytes of a capture, piece by piece. */
interface Vessel {
  readonly packets: number;
  push(chunk: Uint8Array): void;
  problem(code: 'gzip-damaged' | 'source-lost'): void;
}

/** Everything a source gives, unpacked, into one that takes captures. Throws what that throws, or the reason of the signal. */
export async function pour(
  source: AsyncIterable<Uint8Array>,
  vessel: Vessel,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    for await (const chunk of decompressed(counted())) {
      for (let at = 0; at < chunk.length; at += SLICE) {
        signal?.throwIfAborted();
        vessel.push(chunk.subarray(at, at + SLICE));
        onProgress({ bytes, packets: vessel.packets });
        if (at > 0) await breath();
      }
    }
  } catch (error) {
    if (error instanceof Damaged) vessel.problem('gzip-damaged');
    else if (error instanceof SourceLost) vessel.problem('source-lost');
    else throw error;
  }
  signal?.throwIfAborted();
}

/** Lets timers, cancellations and messages of others have their turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** To be thrown by a source that has no more to give, though there should be: what came before is told. */
export class SourceLost extends Error {}

class Damaged extends Error {}

/** The libraries of browsers and of Node describe the same object in different words. */
interface Decompression {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
}

/** The bytes themselves, or what they are a gzip of. Never holds more than a chunk or two. */
export async function* decompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    let head = new Uint8Array(0);
    while (head.length < 4) {
      const { value, done } = await chunks.next();
      if (done) break;
      head = joined(head, value);
    }
    if (isGzip(head)) yield* gunzipped(head, chunks);
    else if (isZstd(head)) yield* unzstd(head, chunks);
    else {
      if (head.length > 0) yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Told by the first four octets: whether places in the capture are other than places in the file. */
export function isCompressed(head: Uint8Array): boolean {
  return isGzip(head) || isZstd(head);
}

/** RFC 1952, 2.3.1. */
function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** RFC 8878, 3.1.1: the magic number of a frame. */
function isZstd(head: Uint8Array): boolean {
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
}

/** A block of three octets and one may stand for 128 KiB: so much goes in at once that no more than 32 MiB come out. */
const ZSTD_SLICE = 1_024;

async function* unzstd(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => ready.push(chunk));
  const push = (bytes: Uint8Array, isLast: boolean) => {
    try {
      decompress.push(bytes, isLast);
    } catch (error) {
      throw new Damaged('', { cause: error });
    }
  };
  for (let chunk = head; ;) {
    for (let at = 0; at < chunk.length; at += ZSTD_SLICE) {
      // What is incomplete is kept beyond the call, and chunks may be used again.
      push(chunk.slice(at, at + ZSTD_SLICE), false);
      yield* ready;
      ready = [];
    }
    const { value, done } = await chunks.next();
    if (done) break;
    chunk = value as Uint8Array<ArrayBuffer>;
  }
  push(new Uint8Array(0), true);
  yield* ready;
}

/** Member after member: whatever packs in parallel, or appends to a file, writes several (RFC 1952, 2.2). */
async function* gunzipped(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const members = new GzipMembers(head, chunks);
  do yield* gunzippedMember(members);
  while (members.next());
}

async function* gunzippedMember(members: GzipMembers): AsyncGenerator<Uint8Array> {
  let failed: unknown;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const piece = await members.take();
        if (piece) controller.enqueue(piece);
        else controller.close();
      } catch (error) {
        failed = error;
        controller.error(error);
      }
    },
  });
  const reader = compressed.pipeThrough(new DecompressionStream('gzip') as Decompression).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read().catch((error: unknown) => {
        throw failed ?? new Damaged('', { cause: error });
      });
      if (done) return;
      members.unpacked += value.length;
      yield value;
    }
  } finally {
    // The source is closed by whoever opened it; what is left in the pipe is of no use.
    await reader.cancel().catch(() => undefined);
  }
}

// RFC 1952, 2.3: header without its options; checksum and length behind the content.
const GZIP_HEADER = 10;
const GZIP_TRAILER = 8;
/** So much goes into the pipe at once. What waits in it, eight pieces perhaps, is not counted yet: 1,032 times as much at most. */
const GZIP_SLICE = 16_384;
const MOST_UNCOUNTED = 2 ** 27;
/** What stands before a body of HTTP, which is often a gzip itself, as the upper half of a length. */
const LINE_END = 0x0a0d;

/**
 * Where one member of a gzip ends and the next begins. What decompresses does not say where it came to an end, so that is
 * found by the length that stands there and a header that makes sense in all its fields.
 */
class GzipMembers {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array<ArrayBuffer>;
  #sourceEnded = false;
  #memberEnded = false;
  /** Bytes of the member at hand that came out so far. */
  unpacked = 0;

  constructor(head: Uint8Array, chunks: AsyncIterator<Uint8Array>) {
    this.#rest = head.slice();
    this.#chunks = chunks;
  }

  /** Goes on to the next member; false when there is none. */
  next(): boolean {
    this.#memberEnded = false;
    this.unpacked = 0;
    return this.#rest.length > 0;
  }

  /** More of the member at hand; undefined at its end. */
  async take(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (!this.#memberEnded) {
      const end = this.#boundary();
      this.#memberEnded = end > 0;
      // Of what is next to come, the beginning of a member may be here already.
      const kept = this.#sourceEnded ? 0 : GZIP_TRAILER + GZIP_HEADER - 1;
      const most = GZIP_SLICE - GZIP_TRAILER;
      const length = end > 0 ? end : Math.min(most, this.#rest.length - kept);
      if (length > 0) {
        const piece = this.#rest.subarray(0, length);
        this.#rest = this.#rest.subarray(length);
        return piece;
      }
      if (this.#sourceEnded) break;
      const { value, done } = await this.#chunks.next();
      if (done) this.#sourceEnded = true;
      // Chunks may be used again.
      else this.#rest = joined(this.#rest, value);
    }
    return undefined;
  }

  /** Where another member begins in what is there, or -1. */
  #boundary(): number {
    const bytes = this.#rest;
    const stop = Math.min(bytes.length, GZIP_SLICE + GZIP_HEADER);
    let at = bytes.indexOf(0x1f, GZIP_TRAILER);
    while (at >= 0 && at + GZIP_HEADER <= stop) {
      if (bytes[at + 1] === 0x8b && isMember(bytes, at) && this.#mayMeasure(u32leAt(bytes, at - 4)))
        return at;
      at = bytes.indexOf(0x1f, at + 1);
    }
    return -1;
  }

  /** The length of a member is told modulo 2³². */
  #mayMeasure(length: number): boolean {
    return length >>> 16 !== LINE_END && (length - this.unpacked) >>> 0 < MOST_UNCOUNTED;
  }
}

/** RFC 1952, 2.3.1: method, flags, extra flags, operating system. */
function isMember(bytes: Uint8Array, at: number): boolean {
  const [flags, extra, system] = [bytes[at + 3]!, bytes[at + 8]!, bytes[at + 9]!];
  return (
    bytes[at + 2] === 8 &&
    flags < 0x20 &&
    (extra === 0 || extra === 2 || extra === 4) &&
    (system < 14 || system === 255)
  );
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
