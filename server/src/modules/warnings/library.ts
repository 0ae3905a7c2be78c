import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import {
  type AdvisoryFacts,
  AdvisoryIndex,
  type Fleet,
  KnownNames,
  matchingData,
  type Verdict,
} from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';

/** What is needed of the advisories to match them. */
export interface AdvisorySource {
  edition(tx: Db): Promise<number>;
  factsAfter(tx: Db, edition: number, among: 'public' | 'restricted'): Promise<readonly FactsRow[]>;
  publicIds(tx: Db): Promise<readonly string[]>;
}

export interface FactsRow {
  readonly id: string;
  readonly edition: number;
  readonly facts: Buffer;
}

/** Advisories in memory, to be asked about devices. */
export class Shelf {
  #index = new AdvisoryIndex();
  /** The advisory at each position of the index. What was taken out keeps its position until the shelf is tidied. */
  #ids: string[] = [];
  #current = new Map<string, number>();
  #named = 0;

  async put(rows: readonly FactsRow[]): Promise<void> {
    for (const [count, { id, facts }] of rows.entries()) {
      this.#add(id, JSON.parse(gunzipSync(facts).toString('utf8')) as AdvisoryFacts);
      // An advisory takes a millisecond to be understood; others want to be served in between.
      if (count % 10 === 9) await setImmediate();
    }
    if (this.#ids.length > 1000 && this.#ids.length > 2 * this.#current.size) await this.#tidy();
  }

  /** Takes out all others. */
  keep(advisories: ReadonlySet<string>): void {
    for (const [id, position] of this.#current) {
      if (advisories.has(id)) continue;
      this.#index.remove(position);
      this.#current.delete(id);
    }
  }

  /** Tells how products are called in what came since it was asked the last time. */
  async name(names: KnownNames): Promise<void> {
    const { advisories } = this.#index;
    while (this.#named < advisories.length) {
      for (const { vendor, name } of advisories[this.#named++]!.products) names.add(vendor, name);
      if (this.#named % 100 === 0) await setImmediate();
    }
  }

  has(advisory: string): boolean {
    return this.#current.has(advisory);
  }

  get size(): number {
    return this.#current.size;
  }

  /** The advisories that may concern devices, equal ones together; not those that say they do not. */
  *concerning(fleet: Fleet): Generator<{ devices: readonly number[]; advisory: string; verdict: Verdict }> {
    // Whoever asks pauses in between, and a shelf that is tidied meanwhile gives its positions to others.
    const ids = this.#ids;
    for (const { assets: devices, verdicts } of fleet.explained(this.#index))
      for (const verdict of verdicts) {
        const advisory = ids[verdict.advisory]!;
        if (verdict.verdict !== 'notAffected') yield { devices, advisory, verdict };
      }
  }

  #add(id: string, facts: AdvisoryFacts): void {
    const before = this.#current.get(id);
    if (before !== undefined) this.#index.remove(before);
    this.#current.set(id, this.#index.addFacts(facts));
    this.#ids.push(id);
  }

  async #tidy(): Promise<void> {
    const tidy = new Shelf();
    for (const [id, position] of this.#current) {
      tidy.#add(id, this.#index.advisories[position]!);
      if (tidy.#ids.length % 10 === 0) await setImmediate();
    }
    [this.#index, this.#ids, this.#current, this.#named] = [tidy.#index, tidy.#ids, tidy.#current, 0];
  }
}

/**
 * The public advisories are kept in this process and brought up to date by whoever needs them next. What is not public
 * is read for each actor anew and never shared between two.
 */
export class Library {
  readonly #source: AdvisorySource;
  #public = new Shelf();
  #names = new KnownNames();
  #edition = 0;
  /** By which data it was understood: other names make other entries of the same facts. */
  #data = matchingData();
  #catchingUp: Promise<void> | undefined;

  constructor(source: AdvisorySource) {
    this.#source = source;
  }

  async shelves(tx: Db): Promise<{ open: Shelf; own: Shelf | undefined }> {
    const wanted = await this.#source.edition(tx);
    await this.#catchingUp?.catch(() => {});
    if (this.#data !== matchingData()) {
      // Who asks the earlier one keeps it until he is done.
      [this.#public, this.#names, this.#edition] = [new Shelf(), new KnownNames(), 0];
      this.#data = matchingData();
    }
    while (this.#edition < wanted) {
      // One that fails, because his transaction ended, leaves the work to the next.
      if (this.#catchingUp) await this.#catchingUp.catch(() => {});
      else await (this.#catchingUp = this.#catchUp(tx, wanted).finally(() => (this.#catchingUp = undefined)));
    }
    const rows = await this.#source.factsAfter(tx, 0, 'restricted');
    if (rows.length === 0) return { open: this.#public, own: undefined };
    const own = new Shelf();
    await own.put(rows);
    return { open: this.#public, own };
  }

  /** How products are called by the public advisories: what is not public is no name for others. */
  async names(tx: Db): Promise<KnownNames> {
    await this.shelves(tx);
    await this.#public.name(this.#names);
    return this.#names;
  }

  async #catchUp(tx: Db, edition: number): Promise<void> {
    await this.#public.put(await this.#source.factsAfter(tx, this.#edition, 'public'));
    // What was public before the actor may not be able to read: that it is public no longer, everybody may know.
    this.#public.keep(new Set(await this.#source.publicIds(tx)));
    this.#edition = edition;
  }
}
