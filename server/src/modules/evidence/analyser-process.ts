import type { AnalysisTool, RunParams } from '@busbar/contract';
import { type Detection, withBrought } from '@busbar/dissect';

import type { FromProgram } from '../../platform/apart.ts';
import { askedOfFile } from '../../platform/asked-apart.ts';
import { NotForThis, type Suggested } from './analysers/analyser.ts';
import { analysers } from './analysers/registry.ts';

// Runs in a process of its own: a line that says what is wanted, then the parts of the file that it asks for; what was found
// goes out by standard output. The same question over the same bytes gives the same answer, byte by byte.

/** What one run suggests; the rest is told in numbers. */
const MOST_SUGGESTED = 5000;
const TELL_EVERY_MS = 250;

export interface Question {
  readonly tool: AnalysisTool;
  readonly version: string;
  readonly params: RunParams;
}

/** What others brought, which the version of the question tells. */
export interface Beside {
  readonly detections: readonly Detection[];
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

const [{ detections, ...question }, file] = await askedOfFile<Question & Beside>(
  process.stdin as AsyncIterable<Uint8Array>,
  (from, to) => tell({ kind: 'wanted', from, to }),
);
const { analyse } = analysers.find(({ id }) => id === question.tool)!;
let told = 0;
try {
  const { observations, notes } = await analyse(
    file,
    question.params,
    (done) => {
      if (Date.now() - told < TELL_EVERY_MS) return;
      told = Date.now();
      tell({ kind: 'progress', bytes: done });
    },
    withBrought(detections),
  );
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
// Nothing more is asked for; what waits for it would wait for ever.
process.stdin.destroy();
process.disconnect!();

function tell(message: FromProgram): void {
  process.send!(message);
}
