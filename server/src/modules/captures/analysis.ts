import { Worker } from 'node:worker_threads';

import type { Report } from '@busbar/dissect';

import { Problem } from '../../platform/problem.ts';

export type ToThread = { readonly chunk: Uint8Array | undefined };
export type FromThread =
  | { readonly kind: 'want' }
  | { readonly kind: 'progress'; readonly bytes: number; readonly packets: number }
  | { readonly kind: 'done'; readonly report: Report; readonly json: Uint8Array }
  | {
      readonly kind: 'refused';
      readonly code: 'empty' | 'not-a-capture';
      readonly looksLike: string;
      readonly text: string;
    };

export interface Analysed {
  readonly report: Report;
  /** The same as the engine wrote it. */
  readonly json: Uint8Array;
}

/** The engine's own bounds lie far below; whoever reaches these found a hole in them. */
const bounds = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };
const MOST_SILENCE_MS = 120_000;

/**
 * Analyses a capture apart: in a thread with bounded memory that is killed when it is cancelled or makes no progress.
 * The thread asks for the bytes; it has no way to them of its own. Throws Problems that tell what to do.
 */
export async function analyseApart(
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (bytes: number) => void },
): Promise<Analysed> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('analysis-thread.ts', import.meta.url), {
    env: {},
    resourceLimits: bounds,
  });
  const bytes = source[Symbol.asyncIterator]();
  const { promise, resolve, reject } = Promise.withResolvers<Analysed>();
  const silence = setTimeout(() => reject(stalled()), MOST_SILENCE_MS);
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });

  let feeding: Promise<unknown> = Promise.resolve();
  const feed = async () => {
    const { value, done } = await bytes.next();
    const chunk = done ? undefined : own(value);
    thread.postMessage({ chunk } satisfies ToThread, chunk ? [chunk.buffer as ArrayBuffer] : []);
  };
  thread.on('message', (message: FromThread) => {
    silence.refresh();
    if (message.kind === 'want') feeding = feeding.then(feed).catch(reject);
    if (message.kind === 'progress') onProgress(message.bytes);
    if (message.kind === 'done') resolve(message);
    if (message.kind === 'refused')
      reject(new Problem(422, refusals[message.code], message.text, { looksLike: message.looksLike }));
  });
  thread.on('error', (error: NodeJS.ErrnoException) =>
    reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : error),
  );
  thread.on('exit', () => reject(new Error('The analysis ended without a result')));

  try {
    return await promise;
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
    await thread.terminate();
    await feeding;
    await bytes.return?.();
  }
}

const refusals = { empty: 'empty-file', 'not-a-capture': 'not-a-capture' } as const;

/** Only what has its buffer to itself may be handed over. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

const stalled = () =>
  new Problem(
    422,
    'analysis-stalled',
    'The analysis made no progress for two minutes and was stopped. The capture is kept; tell the administrator, for this should not happen',
  );
const tooMuch = () =>
  new Problem(
    422,
    'analysis-too-large',
    'The capture shows more than fits into memory. Cut it into pieces (editcap -i does it by time) and send those',
  );
