import type { Told } from '@busbar/contract';
import type { Baseline, Detected, Detection, Report } from '@busbar/dissect';

import type { HeldList } from './asset-list.ts';
import type { MessageAsked, MessageFound } from './looking.ts';
import type { Shown } from './shown.ts';
import type { FoundWarning } from './work.ts';

/** rescued: found by a tab that ended before its reader closed it. */
export type State = 'waiting' | 'reading' | 'done' | 'stopped' | 'refused' | 'failed' | 'rescued';

/** A capture that lies here and nowhere else. */
export interface HeldCapture {
  readonly id: string;
  readonly file: File;
  readonly began: number;
  readonly state: State;
  /** How long it has been read. */
  readonly seconds: number;
  readonly bytes: number;
  readonly packets: number;
  readonly sha256: string | null;
  /** Version of the engine that reads it, and which detections of others it was told to look for. */
  readonly engine: string;
  /** What it shows, or shows so far. */
  readonly report: Report | null;
  readonly shown: Shown | null;
  readonly warnings: readonly FoundWarning[];
  /** Why nothing is, or nothing more will be shown. */
  readonly problem: { readonly code: string; readonly looksLike: string; readonly text: string } | null;
  /** It shows how things should be: others are compared with it. */
  readonly usual: boolean;
  /** Where only what was found is here: the file is empty, and that was its size. */
  readonly rescued?: { readonly size: number };
}

/** What is usual, as somebody exported it elsewhere. */
export interface HeldBaseline {
  readonly id: string;
  readonly file: File;
  readonly baseline: Baseline | null;
  /** Why it is not taken. */
  readonly problem: Told | null;
}

/** The captures that lie here, for whoever answers questions about them. */
export interface Captures {
  /** What is looked for in them. */
  readonly detections: readonly Detection[];
  readonly captures: readonly HeldCapture[];
  readonly baselines: readonly HeldBaseline[];
  readonly lists: readonly HeldList[];
  capture(id: string | undefined): HeldCapture | undefined;
  setUsual(id: string, usual: boolean): void;
  /** Null where there is no such packet. Whoever turns away aborts the signal. */
  message(file: File, asked: MessageAsked, signal?: AbortSignal): Promise<MessageFound | null>;
  /** Nothing where there is nothing to compare with. */
  differences(capture: HeldCapture): Promise<readonly Detected[] | undefined>;
}
