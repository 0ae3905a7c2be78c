import type { Endpoint } from '../dissector.ts';
import type { Shown } from './untyped.ts';

/**
 * What variables that have names were worth when last seen, so that a write can be told with what was there before. When
 * it is full, no more of them are remembered, and `dropped` counts those.
 */
export class LastNamed {
  readonly #values = new Map<string, Shown>();
  readonly #most: number;
  dropped = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(of: Endpoint, name: string): Shown | undefined {
    return this.#values.get(keyOf(of, name));
  }

  put(of: Endpoint, name: string, value: Shown): void {
    const key = keyOf(of, name);
    if (this.#values.size < this.#most || this.#values.has(key)) this.#values.set(key, value);
    else this.dropped++;
  }
}

function keyOf(of: Endpoint, name: string): string {
  return `${of} ${name}`;
}
