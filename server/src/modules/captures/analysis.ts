import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { type Baseline, type Report, v8Flags } from '@busbar/dissect';

import { Problem } from '../../platform/problem.ts';

export type FromProcess =
  | { readonly kind: 'progress'; readonly bytes: number }
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

const scriptOf = (name: string) => fileURLToPath(new URL(`${name}-process.ts`, import.meta.url));
const scripts = { analysis: scriptOf('analysis'), baseline: scriptOf('baseline') };
const project = fileURLToPath(new URL('../../../../', import.meta.url));

/** What the engine stands on, wherever npm has put it. */
function packagesOf(workspace: string): string[] {
  const { dependencies = {} } = JSON.parse(
    readFileSync(resolve(project, workspace, 'package.json'), 'utf8'),
  ) as { dependencies?: Record<string, string> };
  return Object.keys(dependencies);
}

/**
 * What a process that reads hostile bytes is given: memory for a capture of any size, the engine's own source, and
 * nothing else. No network, no other file, no program, no environment and so no key (Node's permission model).
 */
export const confinement: readonly string[] = [
  // The engine's own bounds lie far below; whoever reaches this found a hole in them.
  '--max-old-space-size=1024',
  '--stack-size=2000',
  ...v8Flags,
  '--permission',
  // Packages of a workspace are links, and whoever follows one reads it.
  ...[
    ...Object.values(scripts),
    'engines/dissect/',
    'node_modules/@busbar/dissect',
    ...packagesOf('engines/dissect').map((name) => `node_modules/${name}`),
    'package.json',
    'server/package.json',
  ].map((path) => `--allow-fs-read=${resolve(project, path)}`),
];

const MOST_SILENCE_MS = 120_000;
const MOST_REPORT = 1 << 29;

interface Watched {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/**
 * Analyses a capture apart: in a confined process that is killed when it is cancelled, makes no progress or tells too
 * much. Throws Problems that tell what to do.
 */
export async function analyseApart(source: AsyncIterable<Uint8Array>, watched: Watched): Promise<Analysed> {
  const json = await answerOf('analysis', source, watched);
  return { report: JSON.parse(json.toString('utf8')) as Report, json };
}

/** The same confinement for a report: it may be large, and what stands in it came from hostile bytes. */
export async function askOfReport<Answer>(
  question: ReportQuestion,
  report: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Answer> {
  const whole = async function* () {
    yield Buffer.from(`${JSON.stringify(question)}\n`);
    yield* report;
  };
  const json = await answerOf('baseline', whole(), { signal, onProgress: () => {} });
  return JSON.parse(json.toString('utf8')) as Answer;
}

export interface ReportQuestion {
  readonly kind: 'learn' | 'compare';
  readonly baseline: Baseline;
}

async function answerOf(
  script: keyof typeof scripts,
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress }: Watched,
): Promise<Buffer> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...confinement, scripts[script]], {
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    env: {},
  });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const silence = setTimeout(() => reject(stalled()), MOST_SILENCE_MS);
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  child.on('message', (message: FromProcess) => {
    silence.refresh();
    if (message.kind === 'progress') onProgress(message.bytes);
    else reject(new Problem(422, refusals[message.code], message.text, { looksLike: message.looksLike }));
  });
  child.once('error', reject);

  // A process that ends early stops listening; why it ended says more than the broken pipe.
  const feeding = pipeline(Readable.from(source), child.stdin!).catch((error: NodeJS.ErrnoException) => {
    if (!brokenPipe.includes(error.code ?? '')) reject(error);
  });
  try {
    return await Promise.race([reportOf(child), failed]);
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
    await feeding;
  }
}

const brokenPipe = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];
const refusals = { empty: 'empty-file', 'not-a-capture': 'not-a-capture' } as const;

async function reportOf(child: ChildProcess): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  let complaint = '';
  child.stderr!.on('data', (chunk) => (complaint = (complaint + String(chunk)).slice(-4000)));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  for await (const part of child.stdout as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_REPORT) throw tooMuch();
    parts.push(part);
  }
  const code = await ended;
  if (code === 0 && size > 0) return Buffer.concat(parts);
  // A refusal came as a message and is told already; this one is waited for in vain.
  if (code === 0) return new Promise<never>(() => {});
  throw /heap out of memory|Array buffer allocation failed/.test(complaint)
    ? tooMuch()
    : new Error(`The analysis ended with ${code}: ${complaint}`);
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
