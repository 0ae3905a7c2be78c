import { gunzipSync } from 'node:zlib';

import { type AdvisoryFacts, AdvisoryIndex } from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';

/** What is needed of the advisories to match them. */
export interface AdvisorySource {
  edition(tx: Db): Promise<number>;
  factsAfter(
    tx: Db,
    edition: number,
    among?: 'public' | 'restricted',
  ): Promise<readonly { id: string; edition: number; facts: Buffer }[]>;
}

/** An index, and the advisory that stands at each of its positions. */
export interface Shelf {
  readonly index: AdvisoryIndex;
  readonly ids: readonly string[];
}

/**
 * The public advisories as an index, kept in memory and built anew when the library has a later edition. What is not
 * public is read for each actor anew and never shared between two.
 */
export class Library {
  readonly #source: AdvisorySource;
  readonly #facts = new Map<string, AdvisoryFacts>();
  #edition = 0;
  #shelf: Shelf = { index: new AdvisoryIndex(), ids: [] };

  constructor(source: AdvisorySource) {
    this.#source = source;
  }

  async shelves(tx: Db): Promise<Shelf[]> {
    if ((await this.#source.edition(tx)) !== this.#edition) await this.#catchUp(tx);
    const own = await this.#source.factsAfter(tx, 0, 'restricted');
    const shelf = own.length > 0 ? [shelfOf(new Map(own.map(({ id, facts }) => [id, unpacked(facts)])))] : [];
    return [this.#shelf, ...shelf];
  }

  async #catchUp(tx: Db): Promise<void> {
    const edition = await this.#source.edition(tx);
    // Another transaction may have been rolled back after we read what it wrote: then begin from the beginning.
    const from = edition < this.#edition ? 0 : this.#edition;
    if (from === 0) this.#facts.clear();
    for (const { id, facts } of await this.#source.factsAfter(tx, from, 'public'))
      this.#facts.set(id, unpacked(facts));
    this.#shelf = shelfOf(this.#facts);
    this.#edition = edition;
  }
}

function shelfOf(facts: ReadonlyMap<string, AdvisoryFacts>): Shelf {
  return {
    index: AdvisoryIndex.restore({ format: 1, advisories: [...facts.values()] }),
    ids: [...facts.keys()],
  };
}

const unpacked = (facts: Buffer) => JSON.parse(gunzipSync(facts).toString('utf8')) as AdvisoryFacts;
