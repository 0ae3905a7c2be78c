import type { AnalysisTool, CaseObservation, RunParams, Told } from '@busbar/contract';
import type { Detection } from '@busbar/dissect';

import type { FileApart } from '../../../platform/asked-apart.ts';

/**
 * Turns the bytes of a file into what somebody may want to know of it. Analysers run apart, in a confined process: they
 * know nobody, ask no clock and no chance, and say the same of the same bytes.
 */
export interface Analyser {
  readonly id: AnalysisTool;
  analyse(
    file: FileApart,
    params: RunParams,
    onProgress: (bytes: number) => void,
    /** What is looked for in traffic. */
    detections: readonly Detection[],
  ): Promise<Found>;
}

export interface Found {
  /** The most telling first: what is too much is left out from the end. */
  readonly observations: readonly Suggested[];
  /** Of the file as a whole. */
  readonly notes: readonly Told[];
}

/** What an analyser thinks was seen. Times are whole microseconds since 1970, as the source says. */
export interface Suggested {
  readonly kind: CaseObservation['kind'];
  readonly from: number | null;
  readonly to: number | null;
  readonly precision: CaseObservation['precision'];
  readonly what: Told;
  /** Where in the file: `line 412`, `packet 27`. */
  readonly place: string;
  readonly addresses: readonly string[];
  readonly techniques: readonly string[];
  readonly confidence: CaseObservation['confidence'];
  readonly count: number;
}

/** Not what this analyser reads. Told to whoever asked, with what it looks like. */
export class NotForThis extends Error {
  override readonly name = 'NotForThis';
}

const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text of the file, on one line, with what hides or turns it made visible. */
export function shown(text: string, most = 400): string {
  const line = text.toWellFormed().replaceAll(hidden, '\ufffd').trim();
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line;
}
