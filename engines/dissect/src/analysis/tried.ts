import type { Capture, Endpoint, Here, OperationKind } from '../dissector.ts';

const MOST_ASKERS = 4_096;

interface Tries<Thing> {
  readonly things: Set<Thing>;
  told: boolean;
}

/**
 * Who tries what is not there. A plant's own programs know what their devices have; somebody who tries does not. Told
 * once, when there were `many` different things. Beyond the bound, newcomers are not watched.
 */
export class Tried<Thing extends number | string> {
  readonly #kind: number;
  readonly #many: number;
  readonly #because: string;
  readonly #tries = new Map<number, Tries<Thing>>();
  #lastKey = -1;
  #last: Tries<Thing> | undefined;

  /** @param kind told with the parameter `tried` @param because of taking the asker for a scanner */
  constructor(capture: Capture, kind: OperationKind, many: number, because: string) {
    this.#kind = capture.operation(kind);
    this.#many = many;
    this.#because = because;
  }

  add(here: Here, asker: Endpoint, asked: Endpoint, thing: Thing): void {
    const tries = this.#of(asker, asked);
    if (!tries || tries.told) return;
    tries.things.add(thing);
    if (tries.things.size < this.#many) return;
    tries.told = true;
    const tried = [...tries.things];
    const note = here.operation(this.#kind);
    if (here.wanted(note)) here.describe(note, { tried });
    here.role(asker, 'scanner', 'inferred', this.#because, { tried });
  }

  /** It was there after all. */
  found(asker: Endpoint, asked: Endpoint, thing: Thing): void {
    this.#of(asker, asked)?.things.delete(thing);
  }

  #of(asker: Endpoint, asked: Endpoint): Tries<Thing> | undefined {
    const key = asker * 0x100_0000 + asked;
    if (key === this.#lastKey) return this.#last;
    let tries = this.#tries.get(key);
    if (!tries && this.#tries.size < MOST_ASKERS) {
      tries = { things: new Set(), told: false };
      this.#tries.set(key, tries);
    }
    this.#lastKey = key;
    return (this.#last = tries);
  }
}
