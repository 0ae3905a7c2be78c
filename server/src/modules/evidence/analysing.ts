import { v8Flags } from '@busbar/dissect';

import { answerApart } from '../../platform/apart.ts';
import { hashOf } from '../../platform/one-file.ts';
import { Problem } from '../../platform/problem.ts';
import { withFile } from '../../platform/asked-apart.ts';
import type { Answer, Beside, Question } from './analyser-process.ts';

const program = { script: 'server/src/modules/evidence/analyser-process.ts', v8Flags };

export interface Analysed {
  readonly answer: Answer;
  /** The same as the tool wrote it. */
  readonly json: Buffer;
  readonly program: AnalysisProgram;
}

/** What ran: the same over the same bytes writes the same. */
export interface AnalysisProgram {
  /** Of the one file it consists of. */
  readonly sha256: Buffer;
  /** `Node.js v26.10.0` */
  readonly runtime: string;
}

export interface Source {
  readonly size: number;
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** Lets a tool read a file apart, the parts of it that it asks for. Throws Problems that tell what to do. */
export async function analyseApart(
  question: Question & Beside,
  source: Source,
  watched: { readonly signal: AbortSignal; readonly onProgress: (bytes: number) => void },
  mostMs: number,
): Promise<Analysed> {
  const sha256 = await hashOf(program.script);
  const json = await answerApart(program, withFile(question, source.size), {
    ...watched,
    part: (from, to) => {
      if (!(0 <= from && from <= to && to <= source.size))
        throw new Error(`A tool asked for bytes ${from} to ${to} of ${source.size}`);
      return source.read(from, to);
    },
    stalled,
    tooMuch,
    atMost: { ms: mostMs, tooLong: () => tooLong(mostMs) },
  });
  const answer = JSON.parse(json.toString('utf8')) as Answer;
  return { answer, json, program: { sha256, runtime: `Node.js ${process.version}` } };
}

/** In milliseconds: far more than any tool needs for so many bytes on a slow machine (ten minutes, and a second for 2 MB). */
export const longestFor = (bytes: number) => 600_000 + Math.ceil(bytes / 2_000_000) * 1000;

const tooLong = (ms: number) =>
  new Problem(
    422,
    'run-too-long',
    `The tool worked on it for ${Math.round(ms / 60_000)} minutes, which is all it is given, and was stopped. The file is as it was; let its sender cut it into pieces, and read those`,
    { minutes: Math.round(ms / 60_000) },
  );
const stalled = () =>
  new Problem(
    422,
    'run-stalled',
    'The tool made no progress for two minutes and was stopped. The file is as it was; tell the administrator, for this should not happen',
  );
const tooMuch = () =>
  new Problem(
    422,
    'run-too-large',
    'The file holds more than fits into memory. Let its sender cut it into pieces, and read those',
  );
