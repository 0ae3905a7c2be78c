import type { AnalysisTool, RunParams } from '@busbar/contract';

import type { FromProgram } from '../../platform/apart.ts';
import { NotForThis, type Suggested } from './analysers/analyser.ts';
import { analysers } from './analysers/registry.ts';

// Runs in a process of its own: a line that says what is wanted, then the bytes of the file; what was found goes out by
// standard output. The same question over the same bytes gives the same answer, byte by byte.

/** What one run suggests; the rest is told in numbers. */
const MOST_SUGGESTED = 5000;
const TELL_EVERY_MS = 250;

export interface Question {
  readonly tool: AnalysisTool;
  readonly version: string;
  readonly params: RunParams;
}

export interface Answer extends Question {
  readonly notes: readonly {
    code: string;
    params: Record<string, string | number | boolean>;
    text: string;
  }[];
  readonly leftOut: number;
  readonly observations: readonly Suggested[];
}

const [question, bytes] = await begun(process.stdin as AsyncIterable<Uint8Array>);
const { analyse } = analysers.find(({ id }) => id === question.tool)!;
let told = 0;
try {
  const { observations, notes } = await analyse(bytes, question.params, (done) => {
    if (Date.now() - told < TELL_EVERY_MS) return;
    told = Date.now();
    tell({ kind: 'progress', bytes: done });
  });
  const answer: Answer = {
    ...question,
    notes,
    leftOut: Math.max(0, observations.length - MOST_SUGGESTED),
    observations: observations.slice(0, MOST_SUGGESTED),
  };
  process.stdout.end(JSON.stringify(answer));
} catch (error) {
  if (!(error instanceof NotForThis)) throw error;
  tell({ kind: 'refused', code: 'not-for-this-tool', looksLike: '', text: error.message });
}
process.disconnect!();

function tell(message: FromProgram): void {
  process.send!(message);
}

/** The line in front, and what comes behind it. */
async function begun(source: AsyncIterable<Uint8Array>): Promise<[Question, AsyncIterable<Uint8Array>]> {
  const pieces = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await pieces.next();
    if (done) throw new Error('The question is missing');
    head = Buffer.concat([head, value]);
    const end = head.indexOf(0x0a);
    if (end < 0) continue;
    return [JSON.parse(head.toString('utf8', 0, end)) as Question, rest(head.subarray(end + 1))];
  }
  async function* rest(first: Uint8Array) {
    if (first.length > 0) yield first;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
}
