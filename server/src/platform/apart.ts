import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { oneFileOf } from './one-file.ts';
import { Problem } from './problem.ts';

/** What a program that works apart says besides its answer, which goes out by standard output. */
export type FromProgram =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'wanted'; readonly from: number; readonly to: number }
  | { readonly kind: 'refused'; readonly code: string; readonly looksLike: string; readonly text: string };

/**
 * What a process that reads hostile bytes is given: memory for a file of any size, the one file its program consists
 * of, and nothing else. No network, no other file, no program, no thread (Node's permission model).
 */
export const confinement = (file: string, v8Flags: readonly string[]): readonly string[] => [
  // The engines' own bounds lie far below; whoever reaches these found a hole in them.
  '--max-old-space-size=1024',
  '--stack-size=2000',
  ...v8Flags,
  '--permission',
  `--allow-fs-read=${file}`,
];

const MOST_SILENCE_MS = 120_000;
const MOST_ANSWER = 1 << 29;
/** Bytes that it may hold resident: its heap, whose bound V8 keeps, and buffers and WebAssembly besides, which nobody else bounds. */
const MOST_RESIDENT = 2 ** 31;
const LOOK_EVERY_MS = 100;

export interface Watched {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
  /** What to tell whoever asked when it takes more memory, or says more, than it may; and when it falls silent. */
  readonly tooMuch: () => Problem;
  readonly stalled: () => Problem;
  /** In bytes. */
  readonly mostResident?: number;
  /** Where it asks for parts of a file: gives each, behind what was sent first. */
  readonly part?: (from: number, to: number) => AsyncIterable<Uint8Array>;
  /** After so many milliseconds in all, whatever progress it makes, and what to tell then. */
  readonly atMost?: { readonly ms: number; readonly tooLong: () => Problem };
}

export interface Program {
  /** From the root of the project. */
  readonly script: string;
  readonly v8Flags?: readonly string[];
}

/**
 * Runs a program apart: in a confined process without environment, and so without a key, that is killed when it is
 * cancelled, makes no progress or tells too much. Bytes go in by standard input, its answer comes back. Throws
 * Problems that tell what to do.
 */
export async function answerApart(
  { script, v8Flags = [] }: Program,
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress, tooMuch, stalled, mostResident = MOST_RESIDENT, part, atMost }: Watched,
): Promise<Buffer> {
  signal.throwIfAborted();
  const file = await oneFileOf(script);
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...confinement(file, v8Flags), file], {
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    env: {},
  });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const parts = new WantedParts();
  const silence = setTimeout(() => reject(stalled()), MOST_SILENCE_MS);
  const scale = setInterval(() => {
    void residentOf(child.pid).then((bytes) => bytes > mostResident && reject(tooMuch()));
  }, LOOK_EVERY_MS);
  const whole = atMost && setTimeout(() => reject(atMost.tooLong()), atMost.ms);
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  child.on('message', (message: FromProgram) => {
    silence.refresh();
    if (message.kind === 'progress') onProgress(message.bytes);
    else if (message.kind === 'wanted') parts.want(message.from, message.to);
    else reject(new Problem(422, message.code, message.text, { looksLike: message.looksLike }));
  });
  child.once('error', reject);

  // A process that ends early stops listening; why it ended says more than the broken pipe.
  const feeding = pipeline(Readable.from(part ? parts.behind(source, part) : source), child.stdin!).catch(
    (error: NodeJS.ErrnoException) => {
      if (!brokenPipe.includes(error.code ?? '')) reject(error);
    },
  );
  try {
    return await Promise.race([answerOf(child, tooMuch), failed]);
  } finally {
    clearTimeout(silence);
    clearInterval(scale);
    clearTimeout(whole);
    signal.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
    parts.end();
    await feeding;
  }
}

/** What a process asks for, one part after another. */
class WantedParts {
  #wanted: { readonly from: number; readonly to: number } | undefined;
  #isOver = false;
  #told = Promise.withResolvers<void>();

  want(from: number, to: number): void {
    this.#wanted = { from, to };
    this.#told.resolve();
  }

  end(): void {
    this.#isOver = true;
    this.#told.resolve();
  }

  async *behind(source: AsyncIterable<Uint8Array>, part: NonNullable<Watched['part']>) {
    yield* source;
    for (;;) {
      await this.#told.promise;
      if (this.#isOver) return;
      this.#told = Promise.withResolvers();
      // One that asks for the next before it has this one gets the last that it asked for.
      const { from, to } = this.#wanted!;
      yield* part(from, to);
    }
  }
}

/** As Linux tells it (proc_pid_status(5), VmRSS); elsewhere, and of a process that has ended, 0. */
async function residentOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

const brokenPipe = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];

async function answerOf(child: ChildProcess, tooMuch: () => Problem): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  let complaint = '';
  child.stderr!.on('data', (chunk) => (complaint = (complaint + String(chunk)).slice(-4000)));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  for await (const part of child.stdout as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_ANSWER) throw tooMuch();
    parts.push(part);
  }
  const code = await ended;
  if (code === 0 && size > 0) return Buffer.concat(parts);
  // A refusal came as a message and is told already; this one is waited for in vain.
  if (code === 0) return new Promise<never>(() => {});
  throw /heap out of memory|Array buffer allocation failed|Failed to allocate memory/.test(complaint)
    ? tooMuch()
    : new Error(`The analysis ended with ${code}: ${complaint}`);
}
