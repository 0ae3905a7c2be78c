import type { Endpoint } from '../dissector.ts';

const MOST = 65_536;

/**
 * What numbered quantities were worth when last seen, so that a write can be told with what was there before. Nothing is
 * made for a value that is known already. When it is full, no more of them are remembered, and `dropped` counts those.
 */
export class LastValues {
  readonly #values = new Map<Endpoint, Map<number, number>>();
  readonly #most: number;
  #size = 0;
  dropped = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  get(about: Endpoint, index: number): number | undefined {
    return this.#values.get(about)?.get(index);
  }

  put(about: Endpoint, index: number, value: number): void {
    let own = this.#values.get(about);
    if (!own?.has(index)) {
      if (this.#size >= this.#most) {
        this.dropped++;
        return;
      }
      this.#size++;
      if (!own) this.#values.set(about, (own = new Map()));
    }
    own!.set(index, value);
  }
}
