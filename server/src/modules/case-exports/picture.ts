import type {
  CaseKind,
  CaseObservation,
  CaseState,
  CaseSeverity,
  FileType,
  FindingSeverity,
  FindingState,
  HandlingLimit,
  Impact,
  MeasureState,
  RootCause,
  Rsit,
  Spread,
  Tlp,
} from '@busbar/contract';

import type { Observable } from './observables.ts';

/**
 * A case as one person may read it, in no format yet: what every writer writes from, and nothing besides. Times are ISO 8601
 * in UTC. Whoever reported, whoever works on it and what was written in its threads are not in it.
 */
export interface CasePicture {
  readonly id: string;
  readonly reference: string;
  readonly kind: CaseKind;
  readonly state: CaseState;
  readonly label: Tlp;
  /** When this was read. */
  readonly at: string;
  /** Whoever runs this instance, and under which address. */
  readonly publisher: { readonly name: string; readonly origin: string };
  /** What its guests are not told: null in what they take with them. */
  readonly told: Told | null;
  readonly steps: readonly { readonly to: CaseState; readonly at: string }[];
  /** Accepted, in the order of their times. */
  readonly observations: readonly Seen[];
  /** Accepted too, and more than a file carries. */
  readonly leftOut: number;
  readonly devices: readonly Device[];
  /** CVE numbers that facts, observations and recommendations name. */
  readonly vulnerabilities: readonly string[];
  /** The team’s own, or those of the newest final report. */
  readonly facts: readonly Fact[];
  readonly recommendations: readonly Recommendation[];
  readonly measures: readonly Measure[];
  readonly files: readonly EvidenceFile[];
  readonly runs: readonly AnalysisRun[];
  /** Of these files, oldest first, for whom the ledger answers; organisations, and no people. */
  readonly custody: readonly CustodyStep[];
}

export interface Told {
  readonly title: string;
  /** What whoever reported it sees, in his words. */
  readonly sees: string;
  /** To whom it happened. */
  readonly owner: { readonly id: string; readonly name: string };
  readonly limit: HandlingLimit;
  readonly severity: CaseSeverity;
  readonly rsit: Rsit;
  readonly spread: Spread;
  readonly impact: Impact;
  readonly rootCause: RootCause | null;
  readonly receivedAt: string;
  readonly awareAt: string;
}

export interface Seen extends Pick<
  CaseObservation,
  'id' | 'kind' | 'precision' | 'uncertainty' | 'place' | 'run' | 'techniques' | 'confidence' | 'count'
> {
  readonly text: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly file: string | null;
  readonly observables: readonly Observable[];
  readonly devices: readonly string[];
  /** When it was accepted. */
  readonly at: string | null;
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly vendor: string | null;
  readonly product: string | null;
  readonly firmware: string | null;
  readonly addresses: readonly Observable[];
}

export interface Fact {
  readonly number: number;
  readonly says: string;
  readonly evidence: readonly {
    readonly source: string;
    readonly id: string;
    readonly name: string;
    readonly place: string;
    readonly sha256: string | null;
  }[];
}

export interface Recommendation {
  readonly number: number;
  readonly title: string;
  readonly because: string;
  readonly severity: FindingSeverity;
  /** Null where it stands in a report, and not in the list of findings. */
  readonly state: FindingState | null;
}

export interface Measure {
  readonly id: string;
  readonly title: string;
  readonly does: string;
  readonly effect: string;
  readonly state: MeasureState;
  /** When it was done. */
  readonly doneAt: string | null;
}

/** Of its content nothing but the hash. */
export interface EvidenceFile {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly type: FileType | null;
  readonly size: number;
  readonly sha256: string;
  readonly addedAs: string;
  readonly addedAt: string;
  readonly state: string;
}

export interface AnalysisRun {
  readonly id: string;
  readonly tool: string;
  readonly version: string;
  readonly input: { readonly file: string; readonly sha256: string };
  readonly output: { readonly sha256: string; readonly size: number } | null;
  /** What ran, as one file, and under what. */
  readonly program: { readonly sha256: string; readonly runtime: string } | null;
  readonly state: string;
  readonly at: string;
  readonly endedAt: string | null;
}

export interface CustodyStep {
  readonly file: string;
  /** As the ledger calls it. */
  readonly action: string;
  readonly at: string;
  /** For which organisation; null for the program and for whoever has no account. */
  readonly by: string | null;
}

/** Letters of one text at most. A line of a log may be as long as its file. */
export const mostLetters = 8000;

// eslint-disable-next-line no-control-regex
const unwritable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/**
 * Text that every format takes: characters that XML 1.0 (section 2.2) has no place for, and those that turn the direction of
 * what is read, become the replacement character; so do halves of a pair. Whoever reads sees that something stood there.
 */
export const plainText = (text: string, most = mostLetters): string => {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.toWellFormed().replaceAll(unwritable, '\ufffd');
};

/** The same picture with every text in it made plain. */
export function plain<T>(value: T): T {
  if (typeof value === 'string') return plainText(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => plain(one)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one as unknown)])) as T;
}
