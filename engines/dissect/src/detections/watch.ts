import type { Endpoint, OperationKind, Refusal } from '../dissector.ts';
import type { Location } from '../analysis/location.ts';
import type { OperationGroup, OperationSample } from '../analysis/operation-group.ts';
import { type Detection, matcher, type OperationSeen, type SequenceSeen, type Which } from './detection.ts';

/** Keys (pairs, sources, targets) that one detection follows at once; the one that began first gives way. */
const MOST_FOLLOWED = 4_096;
/** Different things that are counted within a time. */
const MOST_DIFFERENT = 1_024;
export const MOST_EVIDENCE = 16;

/** A message that is part of what was detected. */
export interface Witness {
  readonly group: OperationGroup;
  /** With its parameters, when they were kept. */
  readonly sample: OperationSample | undefined;
  readonly at: Location;
  /** Of a sequence, from 1. */
  readonly step?: number;
}

/** Something that was detected between two, as far as it is told while the capture streams. */
export interface Sighting {
  readonly detection: Detection;
  readonly source: Endpoint | undefined;
  readonly target: Endpoint | undefined;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly witnesses: readonly Witness[];
}

/** The operation at hand, as a watcher sees it. */
export interface Moment {
  readonly time: number;
  readonly group: OperationGroup;
  witness(step?: number): Witness;
}

/** What must be looked at in its order: sequences, and how much within a time. The rest is told from the notes at the end. */
export class Watch {
  readonly #watchers: Watcher[];
  readonly #meant: WeakMap<OperationKind, readonly Meant[]>;
  /** Lists of interested watchers, one after another. */
  readonly #interests: Interest[][] = [];

  constructor(detections: readonly Detection[]) {
    let meant = meantBy.get(detections);
    if (!meant) meantBy.set(detections, (meant = new WeakMap()));
    this.#meant = meant;
    this.#watchers = detections.flatMap((detection): Watcher[] => {
      const { seen } = detection;
      if ('sequence' in seen) return [new SequenceWatcher(detection, seen.sequence)];
      if ('operation' in seen && seen.operation.within !== undefined)
        return [new RateWatcher(detection, seen.operation, seen.operation.within)];
      return [];
    });
  }

  /**
   * Asked once for each kind of operation: who wants to know when it happens, and who when it is refused; -1 when
   * nobody cares.
   */
  interestIn(kind: OperationKind): { readonly happening: number; readonly refusal: number } {
    let meant = this.#meant.get(kind);
    if (!meant) this.#meant.set(kind, (meant = this.#meantBy(kind)));
    const interested = meant.map(({ index, mask }) => ({ watcher: this.#watchers[index]!, mask }));
    const listed = (list: Interest[]) => (list.length === 0 ? -1 : this.#interests.push(list) - 1);
    return {
      happening: listed(interested.filter(({ watcher }) => !watcher.onlyRefusals)),
      refusal: listed(interested),
    };
  }

  happened(interest: number, moment: Moment): void {
    for (const { watcher, mask } of this.#interests[interest]!) watcher.happened(mask, moment);
  }

  refused(interest: number, moment: Moment, reason: Refusal): void {
    for (const { watcher, mask } of this.#interests[interest]!) watcher.refused(mask, moment, reason);
  }

  get sightings(): Sighting[] {
    return this.#watchers.flatMap((watcher) => watcher.sightings());
  }

  get dropped(): number {
    return this.#watchers.reduce((total, { dropped }) => total + dropped, 0);
  }

  #meantBy(kind: OperationKind): Meant[] {
    return this.#watchers.flatMap((watcher, index) => {
      const mask = watcher.interestIn(kind);
      return mask === 0 ? [] : [{ index, mask }];
    });
  }
}

/** Which watcher looks at a kind of operation. */
interface Meant {
  readonly index: number;
  readonly mask: number;
}

/** Asked once for each kind of each list of detections, however many captures are read. */
const meantBy = new WeakMap<readonly Detection[], WeakMap<OperationKind, readonly Meant[]>>();

interface Interest {
  readonly watcher: Watcher;
  /** Bit by bit: which steps of a sequence the operation may be. */
  readonly mask: number;
}

interface Watcher {
  readonly dropped: number;
  /** What merely happens is nothing to it. */
  readonly onlyRefusals: boolean;
  interestIn(kind: OperationKind): number;
  happened(mask: number, moment: Moment): void;
  refused(mask: number, moment: Moment, reason: Refusal): void;
  sightings(): Sighting[];
}

/** Whether an operation is one of those that are meant. */
export function means({
  codes,
  except,
  access,
  dangerous,
  techniques,
}: Which): (kind: OperationKind) => boolean {
  const among = codes && matcher(codes);
  const outside = except && matcher(except);
  return (kind) =>
    (!among || among(kind.code)) &&
    !outside?.(kind.code) &&
    (!access || access.includes(kind.access)) &&
    (dangerous === undefined || dangerous === (kind.dangerous ?? false)) &&
    (!techniques || techniques.some((technique) => kind.techniques?.includes(technique)));
}

/** Which detections look at operations of this kind, be it as one step of several. */
export function detectionsOf(kind: OperationKind, detections: readonly Detection[]): Detection[] {
  return detections.filter(({ seen }) => {
    if ('operation' in seen) return means(seen.operation)(kind);
    return 'sequence' in seen && seen.sequence.steps.some((step) => means(step)(kind));
  });
}

/** What is followed, by whom it is about. Bounded. */
class Followed<State> {
  readonly #states = new Map<number, State>();
  dropped = 0;

  of(key: number, make: () => State): State {
    let state = this.#states.get(key);
    if (state === undefined) {
      if (this.#states.size >= MOST_FOLLOWED) {
        this.#states.delete(this.#states.keys().next().value!);
        this.dropped++;
      }
      this.#states.set(key, (state = make()));
    }
    return state;
  }

  known(key: number): State | undefined {
    return this.#states.get(key);
  }

  [Symbol.iterator](): IterableIterator<State> {
    return this.#states.values();
  }
}

/** Endpoints are below 2^17, so that two of them fit into a whole number. */
const ENDPOINTS = 0x2_0000;

/** How far a sequence has come between two. */
class Progress {
  readonly source: Endpoint | undefined;
  readonly target: Endpoint;
  /** By step: when the latest chain that has come so far began, how often the step was seen since, and the messages. */
  readonly began: number[];
  readonly counts: number[];
  readonly chains: (readonly Witness[])[];
  count = 0;
  first = 0;
  last = 0;
  readonly witnesses: Witness[] = [];

  constructor(source: Endpoint | undefined, target: Endpoint, steps: number) {
    this.source = source;
    this.target = target;
    this.began = Array.from({ length: steps }, () => -Infinity);
    this.counts = Array.from({ length: steps }, () => 0);
    this.chains = Array.from({ length: steps }, () => []);
  }
}

class SequenceWatcher implements Watcher {
  readonly onlyRefusals = false;
  readonly #detection: Detection;
  readonly #between: 'pair' | 'target';
  readonly #within: number;
  readonly #steps: readonly { readonly means: (kind: OperationKind) => boolean; readonly count: number }[];
  readonly #followed = new Followed<Progress>();

  constructor(detection: Detection, { between = 'pair', within, steps }: SequenceSeen) {
    this.#detection = detection;
    this.#between = between;
    this.#within = within * 1e6;
    this.#steps = steps.map((step) => ({ means: means(step), count: step.count ?? 1 }));
  }

  get dropped(): number {
    return this.#followed.dropped;
  }

  interestIn(kind: OperationKind): number {
    return this.#steps.reduce((mask, step, i) => (step.means(kind) ? mask | (1 << i) : mask), 0);
  }

  happened(mask: number, moment: Moment): void {
    const { source, target } = moment.group;
    const key = this.#between === 'pair' ? source * ENDPOINTS + target : target;
    let progress = this.#followed.known(key);
    // Only what may begin a sequence is worth remembering.
    if (!progress && (mask & 1) === 0) return;
    progress ??= this.#followed.of(
      key,
      () => new Progress(this.#between === 'pair' ? source : undefined, target, this.#steps.length),
    );
    // The last step first, so that one operation is not two steps of the same chain.
    for (let step = this.#steps.length - 1; step >= 0; step--) {
      if (mask & (1 << step)) this.#advance(progress, step, moment);
    }
  }

  /** The device said no: the step was not taken. */
  refused(mask: number, { group: { source, target } }: Moment): void {
    const progress = this.#followed.known(this.#between === 'pair' ? source * ENDPOINTS + target : target);
    if (!progress) return;
    const last = this.#steps.length - 1;
    for (let step = last; step >= 0; step--) {
      if ((mask & (1 << step)) === 0 || progress.counts[step] === 0) continue;
      const complete = progress.counts[step]! >= this.#steps[step]!.count;
      progress.counts[step]!--;
      if (
        complete &&
        progress.counts[step]! < this.#steps[step]!.count &&
        step === last &&
        progress.count > 0
      ) {
        progress.count--;
        progress.witnesses.splice(-progress.chains[last]!.length);
      }
      return;
    }
  }

  sightings(): Sighting[] {
    return [...this.#followed]
      .filter(({ count }) => count > 0)
      .map(({ source, target, count, first, last, witnesses }) => ({
        detection: this.#detection,
        source,
        target,
        first,
        last,
        count,
        witnesses,
      }));
  }

  #advance(progress: Progress, step: number, moment: Moment): void {
    const { began, counts, chains } = progress;
    const { time } = moment;
    const before = step === 0 ? time : began[step - 1]!;
    if (step > 0 && (counts[step - 1]! < this.#steps[step - 1]!.count || time - before > this.#within))
      return;
    const alone = step === 0 && this.#steps[0]!.count === 1;
    // A first step that must be seen several times goes on from where it began, while there is time.
    const goesOn = step === 0 && !alone && time - began[0]! <= this.#within;
    if (goesOn || (step > 0 && began[step] === before)) {
      counts[step]!++;
    } else {
      began[step] = before;
      counts[step] = 1;
      const witness = moment.witness(step + 1);
      chains[step] = step === 0 ? [witness] : [...chains[step - 1]!, witness];
    }
    const last = step === this.#steps.length - 1;
    if (!last || counts[step]! < this.#steps[step]!.count) return;
    progress.last = time;
    if (counts[step]! > this.#steps[step]!.count) return;
    if (progress.count++ === 0) progress.first = before;
    if (progress.witnesses.length + chains[step]!.length <= MOST_EVIDENCE)
      progress.witnesses.push(...chains[step]!);
  }
}

/** What happened lately between two. */
class Lately {
  readonly source: Endpoint | undefined;
  readonly target: Endpoint | undefined;
  /** A ring of the last so many times. */
  readonly times: Float64Array;
  turn = 0;
  readonly different = new Map<number, number>();
  count = 0;
  first = 0;
  last = 0;
  readonly witnesses: Witness[] = [];

  constructor(source: Endpoint | undefined, target: Endpoint | undefined, count: number) {
    this.source = source;
    this.target = target;
    this.times = new Float64Array(count).fill(-Infinity);
  }
}

class RateWatcher implements Watcher {
  readonly onlyRefusals: boolean;
  readonly #detection: Detection;
  readonly #seen: OperationSeen;
  readonly #means: (kind: OperationKind) => boolean;
  readonly #reasons: (code: string) => boolean;
  readonly #within: number;
  readonly #different: number;
  readonly #kinds = new Map<OperationKind, number>();
  readonly #followed = new Followed<Lately>();

  constructor(detection: Detection, seen: OperationSeen, within: number) {
    this.#detection = detection;
    this.#seen = seen;
    this.#means = means(seen);
    this.#reasons = seen.reasons ? matcher(seen.reasons) : () => true;
    this.onlyRefusals = seen.refused === 'only';
    this.#within = within * 1e6;
    this.#different = seen.kinds ?? seen.sources ?? seen.targets ?? 0;
  }

  get dropped(): number {
    return this.#followed.dropped;
  }

  interestIn(kind: OperationKind): number {
    return this.#means(kind) ? 1 : 0;
  }

  happened(_mask: number, moment: Moment): void {
    this.#add(moment);
  }

  refused(_mask: number, moment: Moment, { code }: Refusal): void {
    if (this.onlyRefusals && this.#reasons(code)) this.#add(moment);
  }

  sightings(): Sighting[] {
    return [...this.#followed]
      .filter(({ count }) => count > 0)
      .map(({ source, target, count, first, last, witnesses }) => ({
        detection: this.#detection,
        source,
        target,
        first,
        last,
        count,
        witnesses,
      }));
  }

  #add(moment: Moment): void {
    const { time } = moment;
    const recent = this.#of(moment.group);
    const { times, turn } = recent;
    times[turn] = time;
    recent.turn = (turn + 1) % times.length;
    // Now the oldest of them.
    let since = times[recent.turn]!;
    if (times.length === 1) since = time;
    if (time - since > this.#within) since = NaN;
    if (this.#different > 0 && !this.#enoughDifferent(recent, moment)) return;
    if (Number.isNaN(since)) return;
    if (recent.count === 0) {
      recent.first = since;
      recent.count = times.length;
    } else recent.count++;
    recent.last = time;
    if (recent.witnesses.length < MOST_EVIDENCE) recent.witnesses.push(moment.witness());
  }

  #of({ source, target }: OperationGroup): Lately {
    const { per = 'pair', count = 1 } = this.#seen;
    const key = per === 'pair' ? source * ENDPOINTS + target : per === 'source' ? source : target;
    return (
      this.#followed.known(key) ??
      this.#followed.of(
        key,
        () => new Lately(per === 'target' ? undefined : source, per === 'source' ? undefined : target, count),
      )
    );
  }

  #enoughDifferent({ different }: Lately, { time, group: { kind, source, target } }: Moment): boolean {
    const { kinds, sources } = this.#seen;
    const what = kinds !== undefined ? this.#numberOf(kind) : sources !== undefined ? source : target;
    // The one seen longest ago stands first.
    different.delete(what);
    different.set(what, time);
    for (const [oldest, at] of different) {
      if (time - at <= this.#within && different.size <= MOST_DIFFERENT) break;
      different.delete(oldest);
    }
    return different.size >= this.#different;
  }

  #numberOf(kind: OperationKind): number {
    let number = this.#kinds.get(kind);
    if (number === undefined) this.#kinds.set(kind, (number = this.#kinds.size));
    return number;
  }
}
