import type { BundleManifest, IndexedAdvisory, SharedReport, Told, Warning } from '@busbar/contract';
import type { Entry, TableChoice } from '@busbar/csaf';
import type {
  Baseline,
  Detected,
  Detection,
  Device,
  Progress,
  Report,
  SliceChoice,
  Sliced,
} from '@busbar/dissect';

import type { Leaving } from './leaving.ts';
import type { Comparing, MessageAsked, MessageFound } from './looking.ts';
import type { ListRead } from './read-list.ts';
import type { Describing, Sealed, Sealing } from './sealing.ts';

/** What the page asks of a worker. */
export type Asked =
  | { readonly do: 'analyse'; readonly file: File; readonly brought: readonly Detection[] }
  /** What has been read until now is all there will be. */
  | { readonly do: 'stop' }
  | { readonly do: 'hash'; readonly key: string; readonly file: File }
  | { readonly do: 'know'; readonly packed: Blob }
  | { readonly do: 'describe'; readonly describing: Describing }
  | { readonly do: 'seal'; readonly sealing: Sealing }
  | { readonly do: 'list'; readonly key: string; readonly file: File; readonly choice: TableChoice }
  | { readonly do: 'matchRows'; readonly key: string; readonly entries: readonly Entry[] }
  | { readonly do: 'baseline'; readonly key: string; readonly file: File }
  | { readonly do: 'share'; readonly file: File; readonly wish: Wish }
  | { readonly do: 'look'; readonly file: File; readonly message: MessageAsked }
  | { readonly do: 'compare'; readonly comparing: Comparing }
  | { readonly do: 'match'; readonly key: string; readonly devices: readonly Device[] };

/** What somebody wants to share, as it is here; pseudonyms are drawn where the capture is read. */
export interface Wish {
  readonly report: Omit<SharedReport, 'slice' | 'pseudonyms'>;
  /** Nothing where no packets go along. */
  readonly choice: SliceChoice | undefined;
  readonly pseudonyms: { readonly vendors: boolean; readonly times: boolean } | undefined;
  /** Names and addresses that must not be found anywhere, and words that are nobody's. */
  readonly names: readonly string[];
  readonly publicWords: readonly string[];
}

/** What would leave, and how to look at it. */
export interface Prepared {
  readonly leaving: Leaving;
  readonly report: SharedReport;
  readonly sliced: Sliced | undefined;
  /** What became what. This stays here. */
  readonly pairs: readonly (readonly [before: string, after: string])[];
}

/** Why work ended early: the file is not any more what was chosen, no memory was left, or it is a fault of ours. */
export type Because = 'changed' | 'ended' | 'fault';

/** What a worker tells the page. */
export type Said =
  | { readonly said: 'progress'; readonly bytes: number; readonly packets: number }
  | { readonly said: 'report'; readonly report: Report; readonly whole: boolean }
  | {
      readonly said: 'refused';
      readonly code: 'empty' | 'not-a-capture';
      readonly looksLike: string;
      readonly text: string;
    }
  | { readonly said: 'failed'; readonly because: Because; readonly text: string }
  | { readonly said: 'hashed'; readonly key: string; readonly sha256: string }
  | { readonly said: 'known'; readonly advisories: number }
  | { readonly said: 'listed'; readonly key: string; readonly read: ListRead }
  | { readonly said: 'baseline'; readonly key: string; readonly baseline: Baseline }
  | { readonly said: 'notTaken'; readonly key: string; readonly problem: Told }
  | { readonly said: 'described'; readonly manifest: BundleManifest }
  | { readonly said: 'sealing'; readonly bytes: number }
  | ({ readonly said: 'sealed' } & Sealed)
  | ({ readonly said: 'sharing' } & Progress)
  | { readonly said: 'shared'; readonly prepared: Prepared }
  | { readonly said: 'looking'; readonly bytes: number }
  | { readonly said: 'looked'; readonly found: MessageFound | null }
  | { readonly said: 'compared'; readonly differences: readonly Detected[] }
  | { readonly said: 'matched'; readonly key: string; readonly found: readonly FoundWarning[] };

/** An advisory that may concern a device, as far as it can be told without people: urgency is decided with them. */
export interface FoundWarning extends Pick<Warning, 'product' | 'certainty'> {
  readonly device: string;
  /** The product as the advisory calls it, without its versions. */
  readonly named: string;
  readonly advisory: Omit<IndexedAdvisory, 'facts'> & Pick<Warning['advisory'], AboutAdvisory>;
  readonly because: Told[];
  readonly lookUp: Told[];
}

type AboutAdvisory = 'trackingId' | 'title' | 'publisher' | 'cves';
