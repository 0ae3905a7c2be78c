import { type Baseline, type Detection, type Report, v8Flags } from '@busbar/dissect';

import { answerApart } from '../../platform/apart.ts';
import { withQuestion } from '../../platform/asked-apart.ts';
import { Problem } from '../../platform/problem.ts';

export interface Analysed {
  readonly report: Report;
  /** The same as the engine wrote it. */
  readonly json: Uint8Array;
}

const program = (name: string) => ({ script: `server/src/modules/captures/${name}-process.ts`, v8Flags });
const programs = {
  analysis: program('analysis'),
  baseline: program('baseline'),
  report: program('report'),
};

interface Watched {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** Analyses a capture apart, also by the detections that others brought. Throws Problems that tell what to do. */
export async function analyseApart(
  source: AsyncIterable<Uint8Array>,
  brought: readonly Detection[],
  watched: Watched,
): Promise<Analysed> {
  const json = await answerOf('analysis', withQuestion(brought, source), watched);
  return { report: JSON.parse(json.toString('utf8')) as Report, json };
}

/** The same of a report that was written elsewhere: it is judged where it can do no harm. */
export async function checkReport(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Analysed> {
  const json = await answerOf('report', source, { signal, onProgress: () => {} });
  return { report: JSON.parse(json.toString('utf8')) as Report, json };
}

/** The same confinement for a report: it may be large, and what stands in it came from hostile bytes. */
export async function askOfReport<Answer>(
  question: ReportQuestion,
  report: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Answer> {
  const json = await answerOf('baseline', withQuestion(question, report), { signal, onProgress: () => {} });
  return JSON.parse(json.toString('utf8')) as Answer;
}

export interface ReportQuestion {
  readonly kind: 'learn' | 'compare';
  readonly baseline: Baseline;
  /** Brought by others. */
  readonly detections: readonly Detection[];
}

const answerOf = (which: keyof typeof programs, source: AsyncIterable<Uint8Array>, watched: Watched) =>
  answerApart(programs[which], source, { ...watched, stalled, tooMuch });

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
