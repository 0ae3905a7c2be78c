import type { Report } from '@busbar/dissect';

import type { HeldCapture } from './held-capture.ts';

/** What was found in a capture, from a tab that ended before its reader closed it. */
export interface Kept {
  readonly key: string;
  /** Of the engine: what another one found may have another shape. */
  readonly version: string;
  readonly whose: string;
  readonly name: string;
  readonly size: number;
  readonly engine: string;
  readonly bytes: number;
  readonly packets: number;
  readonly at: number;
}

const DATABASE = 'busbar-in-case-the-tab-ends';
const ABOUT = 'about';
const REPORTS = 'reports';

/** Of lists together, some 50 MB: as many devices and conversations as the engine tells apart, which is when memory is short. */
const MOST_ROWS = 100_000;
const EVERY_MS = 10_000;
const LONGEST_MS = 7 * 86_400_000;

/**
 * A tab that has no memory left ends with all that it knows, workers and page alike. What was found until then is put where
 * the browser keeps it on this machine, and taken away again when the reader closes the tab, or takes the capture off. A
 * browser that has no such place, or does not tell living tabs from those that ended, keeps nothing.
 */
export class Rescue {
  readonly #about: Pick<Kept, 'version' | 'whose'>;
  readonly #tab = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16)).join('-');
  readonly #kept = new Map<string, number>();
  readonly #opened: Promise<IDBDatabase | undefined>;

  constructor(about: Pick<Kept, 'version' | 'whose'>) {
    this.#about = about;
    this.#opened = this.#open().catch(() => undefined);
  }

  /** The first is put away at once, the next now and then, and the last one always. */
  keep({ id, file, rescued, engine, report, bytes, packets }: HeldCapture, isWhole: boolean): void {
    const now = Date.now();
    if (!report || rowsOf(report) > MOST_ROWS || (!isWhole && now < (this.#kept.get(id) ?? 0) + EVERY_MS))
      return;
    this.#kept.set(id, now);
    const key = this.#keyOf(id);
    const size = rescued?.size ?? file.size;
    const about: Kept = { key, ...this.#about, name: file.name, size, engine, bytes, packets, at: now };
    void this.#change((store) => {
      store(ABOUT).put(about, key);
      store(REPORTS).put(report, key);
    });
  }

  forget(id: string): void {
    this.#kept.delete(id);
    this.drop(this.#keyOf(id));
  }

  drop(keys: string | IDBKeyRange): void {
    void this.#change((store) => {
      store(ABOUT).delete(keys);
      store(REPORTS).delete(keys);
    });
  }

  /** What tabs left that are no more, the newest first. */
  async left(): Promise<readonly Kept[]> {
    const database = await this.#opened;
    if (!database) return [];
    const living = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
    const all = await answered<Kept[]>(database.transaction(ABOUT).objectStore(ABOUT).getAll());
    const ended = all.filter(({ key }) => !living.has(lockOf(key.split(' ')[0]!)));
    const { version, whose } = this.#about;
    for (const { key, at } of ended) if (at < Date.now() - LONGEST_MS) this.drop(key);
    return ended
      .filter((one) => one.version === version && one.whose === whose && one.at >= Date.now() - LONGEST_MS)
      .sort((a, b) => b.at - a.at);
  }

  async reportOf(key: string): Promise<Report | undefined> {
    const database = await this.#opened;
    return (
      database && answered<Report | undefined>(database.transaction(REPORTS).objectStore(REPORTS).get(key))
    );
  }

  #keyOf(id: string): string {
    return `${this.#tab} ${id}`;
  }

  async #open(): Promise<IDBDatabase> {
    await held(lockOf(this.#tab));
    const opening = indexedDB.open(DATABASE, 1);
    opening.addEventListener('upgradeneeded', () => {
      for (const name of [ABOUT, REPORTS]) opening.result.createObjectStore(name);
    });
    const database = await answered(opening);
    window.addEventListener('pagehide', ({ persisted }) => {
      // Nothing is waited for any more, and so it is said in one go.
      if (!persisted)
        changed(database, (store) => {
          for (const name of [ABOUT, REPORTS])
            store(name).delete(IDBKeyRange.bound(`${this.#tab} `, `${this.#tab}!`));
        });
    });
    return database;
  }

  async #change(change: Change): Promise<void> {
    const database = await this.#opened;
    if (database) changed(database, change);
  }
}

type Change = (store: (name: string) => IDBObjectStore) => void;

/** Whatever cannot be kept is not missed: the page itself has it. */
function changed(database: IDBDatabase, change: Change): void {
  try {
    const transaction = database.transaction([ABOUT, REPORTS], 'readwrite');
    change((name) => transaction.objectStore(name));
    transaction.commit();
  } catch {
    // The place was taken away, or is full.
  }
}

const lockOf = (tab: string) => `busbar tab ${tab}`;

/** Held for as long as the tab lives, however it ends: so others know that it does. */
function held(name: string): Promise<void> {
  return new Promise((done, failed) => {
    navigator.locks
      .request(name, () => {
        done();
        return new Promise(() => {});
      })
      .catch(failed);
  });
}

function answered<Answer>(request: IDBRequest<Answer>): Promise<Answer> {
  return new Promise((done, failed) => {
    request.addEventListener('success', () => done(request.result));
    request.addEventListener('error', () => failed(request.error));
  });
}

const rowsOf = (report: Report): number =>
  Object.values(report).reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
