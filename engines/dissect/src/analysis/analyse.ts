import { Decompress } from 'fzstd';

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

async function* gunzipped(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let failed: unknown;
  let first: Uint8Array | undefined = head;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (first) {
        controller.enqueue(first as Uint8Array<ArrayBuffer>);
        first = undefined;
        return;
      }
      try {
        const { value, done } = await chunks.next();
        if (done) controller.close();
        // It waits in the pipe while the next is read, and chunks may be used again.
        else controller.enqueue(value.slice());
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
      yield value;
    }
  } finally {
    // The source is closed by whoever opened it; what is left in the pipe is of no use.
    await reader.cancel().catch(() => undefined);
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
