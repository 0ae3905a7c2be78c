import { type BundleManifest, SharedReport } from '@busbar/contract';
import type { Entry, TableChoice } from '@busbar/csaf';
import {
  type Detected,
  type Detection,
  detections as ours,
  type Device,
  engineOf,
  type Progress,
  type Report,
  withBrought,
} from '@busbar/dissect';

import type { HeldList } from './asset-list.ts';
import type { Captures, HeldBaseline, HeldCapture } from './held-capture.ts';
import { kindOfFile } from './kind-of-file.ts';
import type { Aside, Leaving } from './leaving.ts';
import type { MessageAsked, MessageFound } from './looking.ts';
import { type Kept, Rescue } from './rescue.ts';
import type { Addressee, Bundled, Sealed, Sealing } from './sealing.ts';
import { usualOn } from './service.ts';
import { shownOf } from './shown.ts';
import type { Asked, Because, Prepared, Said, Wish } from './work.ts';

/** What this page is given by whoever opened it: a portal, or one file without any network. */
export interface Surroundings {
  /** A new worker that runs `worker.ts`. */
  worker(): Worker;
  /** The packed index of advisories. */
  advisories(): Promise<Blob>;
  /** What others brought, to be looked for beside what comes with the program. */
  detections(): Promise<readonly Detection[]>;
  readonly version: string;
  /** Who is at work: what one person found is offered to no other. Empty where that is not told. */
  readonly whose: string;
  /** To whom bundles are encrypted; fails where that cannot be told. */
  addressee(): Promise<Addressee>;
}

export interface Library {
  readonly state: 'waiting' | 'ready' | 'missing';
  readonly advisories: number;
}

/** A file in which something is looked up, while somebody waits for it. */
export interface Looking {
  readonly name: string;
  /** Octets. */
  readonly done: number;
  readonly total: number;
}

/** A piece of work with a worker of its own, while it goes. */
export interface Apart<T> {
  /** Undefined when it was cancelled. */
  readonly done: Promise<T | undefined>;
  cancel(): void;
}

/** The captures that were dropped into this page, and the workers that read them: one after the other, as they came. */
export class Desk implements Captures {
  readonly surroundings: Surroundings;
  #captures: readonly HeldCapture[] = [];
  #lists: readonly HeldList[] = [];
  #baselines: readonly HeldBaseline[] = [];
  #library: Library = { state: 'waiting', advisories: 0 };
  #brought: Promise<readonly Detection[]> | undefined;
  #detections: readonly Detection[] = ours;
  #reader: Worker | undefined;
  #reading: string | undefined;
  #since = 0;
  /** Of whatever was dropped: a number is never given again. */
  #dropped = 0;
  #matcher: Worker | undefined;
  #looker: Worker | undefined;
  #lookUp: LookUp | undefined;
  #looking: Looking | undefined;
  readonly #compared = new WeakMap<
    Report,
    { readonly with: string; readonly found: Promise<readonly Detected[]> }
  >();
  #aside: readonly Aside[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #rescue: Rescue;
  #left: readonly Kept[] = [];

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    const { version, whose } = surroundings;
    this.#rescue = new Rescue({ version, whose });
    this.#rescue.left().then(
      (left) => {
        this.#left = left;
        this.#tell();
      },
      // Then there is nothing to offer.
      () => undefined,
    );
  }

  get version(): string {
    return this.surroundings.version;
  }

  /** Starts the workers and fetches the advisories: the first drop is not to wait for that. */
  warmUp(): void {
    this.#reader ??= this.#newReader();
    // Without them what comes with the program is looked for: better than nothing, and than waiting.
    this.#brought ??= this.surroundings.detections().catch(() => []);
    if (this.#matcher) return;
    this.#matcher = this.surroundings.worker();
    this.#matcher.addEventListener('message', ({ data }: MessageEvent<Said>) => this.#matched(data));
    // One that ends by itself has run out of memory, over a list that was made for that, or a library too large for it.
    this.#matcher.addEventListener('error', () => {
      this.#matcher?.terminate();
      this.#matcher = undefined;
      for (const { id } of this.#lists.filter(({ state }) => state === 'reading'))
        this.#changeList(id, { state: 'refused', problem: notRead });
      for (const { id, baseline, problem } of this.#baselines)
        if (!baseline && !problem) this.#changeBaseline(id, { problem: baselineNotRead });
      this.#know({ state: 'missing', advisories: 0 });
    });
    this.surroundings
      .advisories()
      .then((packed) => ask(this.#matcher!, { do: 'know', packed }))
      .catch(() => this.#know({ state: 'missing', advisories: 0 }))
      // It is needed last, and must not be asked for once there is a capture.
      .finally(() => (this.#looker ??= this.surroundings.worker()));
  }

  get captures(): readonly HeldCapture[] {
    return this.#captures;
  }

  get lists(): readonly HeldList[] {
    return this.#lists;
  }

  get baselines(): readonly HeldBaseline[] {
    return this.#baselines;
  }

  get library(): Library {
    return this.#library;
  }

  get detections(): readonly Detection[] {
    return this.#detections;
  }

  capture(id: string | undefined): HeldCapture | undefined {
    return this.#captures.find((one) => one.id === id);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly HeldCapture[] => this.#captures;
  readonly listSnapshot = (): readonly HeldList[] => this.#lists;
  readonly baselineSnapshot = (): readonly HeldBaseline[] => this.#baselines;
  readonly leftSnapshot = (): readonly Kept[] => this.#left;
  readonly asideSnapshot = (): readonly Aside[] => this.#aside;
  readonly lookingSnapshot = (): Looking | undefined => this.#looking;
  readonly librarySnapshot = (): Library => this.#library;

  /** Takes a file for what it is. @returns where what it shows is read */
  async take(file: File): Promise<string> {
    const kind = await kindOfFile(file);
    if (kind === 'capture') return `/captures/${this.add(file)}`;
    this.warmUp();
    if (kind === 'baseline') {
      const id = `b${++this.#dropped}`;
      this.#baselines = [...this.#baselines, { id, file, baseline: null, problem: null }];
      this.#tell();
      ask(this.#matcher!, { do: 'baseline', key: id, file });
      return '/';
    }
    const id = `l${++this.#dropped}`;
    const fresh = { id, file, state: 'reading', read: null, warnings: [], problem: null } as const;
    this.#lists = [...this.#lists, fresh];
    this.#tell();
    ask(this.#matcher!, { do: 'list', key: id, file, choice: {} });
    return `/lists/${id}`;
  }

  /** Says how a list is to be read; it is read again. */
  choose(id: string, choice: TableChoice): void {
    const list = this.#lists.find((one) => one.id === id);
    if (!list) return;
    this.warmUp();
    this.#changeList(id, { state: 'reading' });
    ask(this.#matcher!, { do: 'list', key: id, file: list.file, choice });
  }

  add(file: File): string {
    const id = String(++this.#dropped);
    const fresh = {
      id,
      file,
      began: Date.now(),
      state: 'waiting',
      seconds: 0,
      bytes: 0,
      packets: 0,
      engine: this.version,
    } as const;
    const nothing = { sha256: null, report: null, shown: null, warnings: [], problem: null, usual: false };
    this.#captures = [...this.#captures, { ...fresh, ...nothing }];
    this.#tell();
    this.#next();
    return id;
  }

  /** What was read so far is kept. */
  stop(id: string): void {
    if (id === this.#reading && this.#reader) ask(this.#reader, { do: 'stop' });
    this.#change(id, { state: 'stopped' });
  }

  /** Puts what another tab left on the desk. @returns where it is read; nothing where it is gone */
  async takeBack(kept: Kept): Promise<string | undefined> {
    const report = await this.#rescue.reportOf(kept.key).catch(() => undefined);
    if (!report) {
      this.drop(kept);
      return undefined;
    }
    const id = String(++this.#dropped);
    const { bytes, packets, size, engine } = kept;
    const found = { report, shown: shownOf(report), bytes, packets, engine, rescued: { size } };
    const nothing = { seconds: 0, sha256: null, warnings: [], problem: null, usual: false };
    const file = new File([], kept.name);
    this.#captures = [
      ...this.#captures,
      { id, file, began: kept.at, state: 'rescued', ...nothing, ...found },
    ];
    this.#tell();
    this.#match(id, report.devices);
    this.#rescue.keep(this.capture(id)!, true);
    this.drop(kept);
    return `/captures/${id}`;
  }

  /** What another tab left is not wanted. */
  drop({ key }: Kept): void {
    this.#rescue.drop(key);
    this.#left = this.#left.filter((one) => one.key !== key);
    this.#tell();
  }

  /** Takes anything off the desk. Of a capture, what was found is gone with it; the file stays where it is. */
  remove(id: string): void {
    this.#captures = this.#captures.filter((one) => one.id !== id);
    this.#lists = this.#lists.filter((one) => one.id !== id);
    this.#baselines = this.#baselines.filter((one) => one.id !== id);
    this.#rescue.forget(id);
    this.#tell();
    if (id !== this.#reading) return;
    // It would tell of a capture that nobody knows any more, and keep the next one waiting.
    this.#reader?.terminate();
    this.#reader = undefined;
    this.#reading = undefined;
    this.#next();
  }

  setUsual(id: string, usual: boolean): void {
    this.#change(id, { usual });
  }

  /** Makes what is to be shared, in a worker of its own: whoever changes their mind ends it. Nothing is sent anywhere. */
  share(file: File, wish: Wish, onProgress: (progress: Progress) => void): Apart<Prepared> {
    return this.#apart({ do: 'share', file, wish }, (said, done) => {
      if (said.said === 'sharing') onProgress(said);
      // What others will read is what was agreed on with them, or it does not leave.
      if (said.said === 'shared' && SharedReport.parse(said.prepared.report)) done(said.prepared);
    });
  }

  /** Keeps what was prepared for a bundle with others. */
  putAside(name: string, { files }: Leaving): void {
    this.#aside = [...this.#aside, { id: `s${++this.#dropped}`, name, files }];
    this.#tell();
  }

  /** Works out what a bundle of these files will say of itself. */
  describe(files: readonly Bundled[], { cert, member }: Addressee): Apart<BundleManifest> {
    const describing = { files, program: engineOf(this.version, this.#detections), cert, member };
    return this.#apart({ do: 'describe', describing }, (said, done) => {
      if (said.said === 'described') done(said.manifest);
    });
  }

  /** Encrypts files to a CERT. */
  seal(sealing: Sealing, reached: (bytes: number) => void): Apart<Sealed> {
    return this.#apart({ do: 'seal', sealing }, (said, done) => {
      if (said.said === 'sealing') reached(said.bytes);
      if (said.said === 'sealed') done(said);
    });
  }

  /** What is asked for again while it is being looked up is waited for, and not looked up anew. */
  async message(file: File, asked: MessageAsked, signal?: AbortSignal): Promise<MessageFound | null> {
    const going = this.#lookUp;
    const isSame = going?.file === file && going.packet === asked.packet && going.at === asked.at;
    const lookUp = isSame ? going : this.#look(file, asked);
    lookUp.waiting++;
    signal?.addEventListener('abort', () => {
      lookUp.waiting--;
      // A page that is drawn anew asks again before this.
      setTimeout(() => lookUp.waiting === 0 && lookUp.work.cancel());
    });
    const answer = await lookUp.work.done;
    if (!answer) throw new DOMException('Nobody waits for it', 'AbortError');
    return answer.found;
  }

  #look(file: File, message: MessageAsked): LookUp {
    this.#lookUp?.work.cancel();
    const work = this.#apart<{ found: MessageFound | null }>(
      { do: 'look', file, message },
      (said, done) => {
        if (said.said === 'looking') tell({ name: file.name, done: said.bytes, total: file.size });
        if (said.said === 'looked') done(said);
      },
      this.#waiting(),
    );
    const lookUp: LookUp = { file, packet: message.packet, at: message.at, work, waiting: 0 };
    const tell = (looking: Looking | undefined) => {
      if (this.#lookUp !== lookUp) return;
      this.#looking = looking;
      this.#tell();
    };
    const over = () => {
      if (this.#lookUp !== lookUp) return;
      this.#lookUp = undefined;
      if (!this.#looking) return;
      this.#looking = undefined;
      this.#tell();
    };
    work.done.then(over, over);
    this.#looking = undefined;
    return (this.#lookUp = lookUp);
  }

  /** Compares once for each baseline: pages ask for a part of it at a time. */
  async differences({ report }: HeldCapture): Promise<readonly Detected[] | undefined> {
    const { usual, brought } = usualOn(this);
    if (usual.length + brought.length === 0 || !report) return undefined;
    const ids = [...usual, ...this.#baselines.filter(({ baseline }) => baseline)].map(({ id }) => id);
    const by = [engineOf(this.version, this.#detections), ...ids].join(' ');
    const known = this.#compared.get(report);
    if (known?.with === by) return known.found;
    const comparing = {
      report,
      baselines: brought,
      usual: usual.flatMap((one) => one.report ?? []),
      detections: this.#detections,
    };
    const { done } = this.#apart<readonly Detected[]>(
      { do: 'compare', comparing },
      (said, told) => {
        if (said.said === 'compared') told(said.differences);
      },
      this.#waiting(),
    );
    const found = done.then((differences) => differences!);
    this.#compared.set(report, { with: by, found });
    found.catch(() => this.#compared.delete(report));
    return found;
  }

  /** The worker that waits for such questions: opening one takes longer than most answers, and asks for its program. */
  #waiting(): Lent {
    const worker = this.#looker ?? this.surroundings.worker();
    this.#looker = undefined;
    return { worker, giveBack: () => (this.#looker ??= worker) === worker };
  }

  #apart<T>(
    asked: Asked,
    heard: (said: Said, done: (result: T) => void) => void,
    { worker, giveBack }: Lent = { worker: this.surroundings.worker(), giveBack: () => false },
  ): Apart<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const listening = new AbortController();
    const { signal } = listening;
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<Said>) => {
        if (data.said === 'failed') return reject(new Ended(data.because, data.text));
        try {
          heard(data, resolve);
        } catch (error) {
          reject(new Ended('fault', String(error)));
        }
      },
      { signal },
    );
    // One that ends by itself has run out of memory.
    worker.addEventListener(
      'error',
      (event) => {
        event.preventDefault();
        reject(new Ended('ended', event.message ?? ''));
      },
      { signal },
    );
    ask(worker, asked);
    const ended = (isFree: boolean) => {
      listening.abort();
      if (!isFree || !giveBack()) worker.terminate();
    };
    const done = promise.then(
      (result) => {
        ended(result !== undefined);
        return result;
      },
      (error: unknown) => {
        ended(false);
        throw error;
      },
    );
    return { done, cancel: () => resolve(undefined) };
  }

  #next(): void {
    if (this.#reading !== undefined) return;
    const next = this.#captures.find(({ state }) => state === 'waiting');
    if (!next) return;
    this.#reading = next.id;
    this.#since = Date.now();
    this.#change(next.id, { state: 'reading' });
    this.warmUp();
    void this.#brought!.then((brought) => {
      // It may have been taken off the desk meanwhile; then another one may have begun.
      if (this.#reading !== next.id) return;
      this.#detections = withBrought(brought);
      this.#change(next.id, { engine: engineOf(this.version, this.#detections) });
      ask(this.#reader!, { do: 'analyse', file: next.file, brought });
      // Whoever said so before it began means it, too.
      if (this.capture(next.id)?.state === 'stopped') ask(this.#reader!, { do: 'stop' });
    });
  }

  #newReader(): Worker {
    const worker = this.surroundings.worker();
    worker.addEventListener('message', ({ data }: MessageEvent<Said>) => this.#heard(data));
    // A worker that ends by itself has run out of memory, or met a fault of ours: what it told before stays.
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#ended({ state: 'failed', problem: failure('reader-ended', event.message ?? '') });
    });
    return worker;
  }

  #heard(said: Said): void {
    const id = this.#reading;
    const capture = this.capture(id);
    if (!capture || id === undefined) return;
    if (said.said === 'progress')
      this.#change(id, {
        bytes: said.bytes || capture.bytes,
        packets: said.packets,
        seconds: (Date.now() - this.#since) / 1000,
      });
    if (said.said === 'report') {
      this.#change(id, { report: said.report, shown: shownOf(said.report) });
      this.#match(id, said.report.devices);
      this.#rescue.keep(this.capture(id)!, said.whole);
      if (said.whole) this.#ended({ state: capture.state === 'stopped' ? 'stopped' : 'done' });
    }
    if (said.said === 'refused') {
      const { code, looksLike, text } = said;
      this.#ended({ state: 'refused', problem: { code, looksLike, text } });
    }
    if (said.said === 'failed') this.#ended({ state: 'failed', problem: failure('reader-ended', said.text) });
  }

  #ended(how: Pick<HeldCapture, 'state'> & Partial<HeldCapture>): void {
    const id = this.#reading;
    if (id === undefined) return;
    this.#reading = undefined;
    if (how.state === 'failed') {
      this.#reader?.terminate();
      this.#reader = undefined;
    }
    this.#change(id, how);
    const { file } = this.capture(id)!;
    if (how.state === 'done' && this.#matcher) ask(this.#matcher, { do: 'hash', key: id, file });
    this.#next();
  }

  #match(id: string, devices: readonly Device[]): void {
    if (this.#library.state === 'ready' && this.#matcher)
      ask(this.#matcher, { do: 'match', key: id, devices });
  }

  #matched(said: Said): void {
    if (said.said === 'known') {
      this.#know({ state: 'ready', advisories: said.advisories });
      for (const { id, report } of this.#captures) if (report) this.#match(id, report.devices);
      for (const { id, read } of this.#lists) if (read) this.#matchRows(id, read.entries);
    }
    if (said.said === 'failed') this.#know({ state: 'missing', advisories: 0 });
    if (said.said === 'hashed') this.#change(said.key, { sha256: said.sha256 });
    if (said.said === 'matched' && this.#lists.some(({ id }) => id === said.key))
      this.#changeList(said.key, { warnings: said.found });
    else if (said.said === 'matched') this.#change(said.key, { warnings: said.found });
    if (said.said === 'listed') {
      this.#changeList(said.key, { state: 'read', read: said.read, problem: null });
      this.#matchRows(said.key, said.read.entries);
    }
    if (said.said === 'baseline') this.#changeBaseline(said.key, { baseline: said.baseline });
    if (said.said === 'notTaken') {
      this.#changeList(said.key, { state: 'refused', problem: said.problem });
      this.#changeBaseline(said.key, { problem: said.problem });
    }
  }

  #matchRows(id: string, entries: readonly Entry[]): void {
    if (this.#library.state === 'ready' && this.#matcher)
      ask(this.#matcher, { do: 'matchRows', key: id, entries: entries.filter(({ isLeft }) => !isLeft) });
  }

  #changeList(id: string, change: Partial<HeldList>): void {
    this.#lists = this.#lists.map((one) => (one.id === id ? { ...one, ...change } : one));
    this.#tell();
  }

  #changeBaseline(id: string, change: Partial<HeldBaseline>): void {
    this.#baselines = this.#baselines.map((one) => (one.id === id ? { ...one, ...change } : one));
    this.#tell();
  }

  #know(library: Library): void {
    this.#library = library;
    this.#tell();
  }

  #change(id: string, change: Partial<HeldCapture>): void {
    this.#captures = this.#captures.map((one) => (one.id === id ? { ...one, ...change } : one));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const notRead = {
  code: 'table-not-read',
  params: {},
  text: 'The table cannot be read to its end. Save it as CSV',
};

const baselineNotRead = {
  code: 'baseline-not-read',
  params: {},
  text: 'The baseline was not read to its end: the browser had no memory left. Close other tabs and drop it again',
};

/** A worker for one piece of work; `giveBack` says whether somebody wants it afterwards. */
interface Lent {
  readonly worker: Worker;
  giveBack(): boolean;
}

interface LookUp extends MessageAsked {
  readonly file: File;
  readonly work: Apart<{ readonly found: MessageFound | null }>;
  /** How many wait for it. */
  waiting: number;
}

/** Work apart from the page that ended early. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly because: Because;

  constructor(because: Because, text: string) {
    super(text);
    this.because = because;
  }
}

const failure = (code: string, text: string) => ({ code, looksLike: '', text });

function ask(worker: Worker, asked: Asked): void {
  worker.postMessage(asked);
}
