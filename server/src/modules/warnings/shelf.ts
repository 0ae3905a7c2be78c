import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import type { Told } from '@busbar/contract';
import { type AdvisoryFacts, AdvisoryIndex, type Asset, match, type Verdict } from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';
import type { Library, Facts } from './warning-service.ts';

/** An advisory that may concern a device, and on which grounds. */
export interface Concern {
  readonly advisory: string;
  readonly certainty: 'exact' | 'likely' | 'unsure';
  readonly product: string;
  readonly productIds: readonly string[];
  readonly because: readonly Told[];
  readonly lookUp: readonly Told[];
}

/** Advisories in memory, ready to be asked about devices. */
export class Shelf {
  #index = new AdvisoryIndex();
  /** The advisory at each position of the index, and where each now stands: what was replaced stays behind unread. */
  #ids: string[] = [];
  #current = new Map<string, number>();

  get size(): number {
    return this.#current.size;
  }

  async put(rows: readonly Facts[]): Promise<void> {
    for (const [count, { id, facts }] of rows.entries()) {
      this.#add(id, JSON.parse(gunzipSync(facts).toString('utf8')) as AdvisoryFacts);
      // Others want to be served in between.
      if (count % 10 === 9) await setImmediate();
    }
    if (this.#ids.length > 100 && this.#ids.length > 2 * this.#current.size) await this.#tidy();
  }

  concerns(asset: Asset): Concern[] {
    return match(asset, this.#index).flatMap((verdict) => {
      const advisory = this.#ids[verdict.advisory]!;
      const concern =
        this.#current.get(advisory) === verdict.advisory ? toConcern(advisory, verdict) : undefined;
      return concern ? [concern] : [];
    });
  }

  #add(id: string, facts: AdvisoryFacts): void {
    this.#current.set(id, this.#index.addFacts(facts));
    this.#ids.push(id);
  }

  async #tidy(): Promise<void> {
    const tidy = new Shelf();
    let count = 0;
    for (const [id, position] of this.#current) {
      tidy.#add(id, this.#index.advisories[position]!);
      if (++count % 10 === 0) await setImmediate();
    }
    this.#index = tidy.#index;
    this.#ids = tidy.#ids;
    this.#current = tidy.#current;
  }
}

/** The public advisories, kept in this process and brought up to date by whoever needs them next. */
export class PublicShelf {
  readonly #library: Library;
  readonly #shelf = new Shelf();
  #edition = 0;
  #loading: Promise<void> | undefined;

  constructor(library: Library) {
    this.#library = library;
  }

  async upToDate(tx: Db): Promise<Shelf> {
    const wanted = await this.#library.edition(tx);
    while (this.#edition < wanted) {
      if (this.#loading) await this.#loading.catch(() => {});
      else {
        this.#loading = this.#load(tx, wanted).finally(() => (this.#loading = undefined));
        await this.#loading;
      }
    }
    return this.#shelf;
  }

  async #load(tx: Db, edition: number): Promise<void> {
    await this.#shelf.put(await this.#library.factsAfter(tx, this.#edition, 'public'));
    this.#edition = edition;
  }
}

/** What an advisory says is no reason to warn where it says that the device is not affected. */
function toConcern(
  advisory: string,
  {
    verdict,
    certainty,
    path,
    because,
    sentences,
    lookUp,
    lookUpSentences,
    vulnerabilities,
  }: Verdict & { lookUpSentences?: never },
): Concern | undefined {
  if (verdict === 'notAffected') return undefined;
  const ids = vulnerabilities
    .filter((one) => one.verdict !== 'notAffected')
    .flatMap(({ entries }) => entries.map(({ productId }) => productId));
  return {
    advisory,
    certainty: verdict === 'unknown' ? 'unsure' : certainty,
    product: [path.product, path.range].filter(Boolean).join(' '),
    productIds: [...new Set([path.productId, ...ids])].slice(0, 100),
    because: because.map(({ code, params }, place) => ({ code, params, text: sentences[place] ?? code })),
    lookUp: lookUp as never,
  };
}
