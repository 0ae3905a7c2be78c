import { Decompress } from 'fzstd';

import { u32leAt } from '../bytes/byte-reader.ts';
import { Damaged, Gunzip } from '../bytes/gunzip.ts';
import { NotACapture } from '../capture/problem.ts';
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
  /** Unpacked. */
  readonly bytesRead: number;
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
    if (error instanceof Damaged) {
      if (vessel.bytesRead === 0) throw new NotACapture(error.packing);
      vessel.problem('gzip-damaged');
    } else if (error instanceof SourceLost) vessel.problem('source-lost');
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

/**
 * The bytes themselves, or what they are a gzip or zstd of: each piece is good until the next is asked for. Never holds
 * more than a chunk or two.
 */
export async function* decompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    let head = new Uint8Array(0);
    while (head.length < 4) {
      const { value, done } = await chunks.next();
      if (done) break;
      head = joined(head, value);
    }
    if (isGzip(head)) yield* breathing(gunzipped(head, chunks));
    else if (isZstd(head)) yield* breathing(unzstd(head, chunks));
    else {
      if (head.length > 0) yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Little that is packed may be very much: others have their turn in between. */
async function* breathing(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unbroken = 0;
  for await (const piece of pieces) {
    yield piece;
    unbroken += piece.length;
    if (unbroken <= SLICE) continue;
    unbroken = 0;
    await breath();
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

/** RFC 8878, 3.1.1 and 3.1.2: a frame, or one to be skipped, with which those begin who pack in parallel. */
function isZstd(head: Uint8Array): boolean {
  const magic = head.length < 4 ? 0 : u32leAt(head, 0);
  return magic === ZSTD || (magic & ~0xf) === ZSTD_SKIPPABLE;
}

const ZSTD = 0xfd2f_b528;
const ZSTD_SKIPPABLE = 0x184d_2a50;

/** A block of three octets and one may stand for 128 KiB: so much goes in at once that no more than 32 MiB come out. */
const ZSTD_SLICE = 1_024;

async function* unzstd(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => ready.push(chunk));
  /** What came out before something went wrong is right. */
  function* pushed(bytes: Uint8Array, isLast: boolean): Generator<Uint8Array> {
    let damaged: Damaged | undefined;
    try {
      decompress.push(bytes, isLast);
    } catch (error) {
      damaged = new Damaged(String(error), 'zstd');
    }
    yield* ready;
    ready = [];
    if (damaged) throw damaged;
  }
  for (let chunk = head; ;) {
    for (let at = 0; at < chunk.length; at += ZSTD_SLICE) {
      // What is incomplete is kept beyond the call, and chunks may be used again.
      yield* pushed(chunk.slice(at, at + ZSTD_SLICE), false);
    }
    const { value, done } = await chunks.next();
    if (done) break;
    chunk = value as Uint8Array<ArrayBuffer>;
  }
  yield* pushed(new Uint8Array(0), true);
}

async function* gunzipped(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = new Gunzip();
  yield* gunzip.push(head, false);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    yield* gunzip.push(next.value, false);
  }
  yield* gunzip.push(new Uint8Array(0), true);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
