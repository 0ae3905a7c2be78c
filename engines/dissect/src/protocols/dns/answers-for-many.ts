import type { Endpoint } from '../../dissector.ts';

const MANY = 4;
const MOST_ANSWERERS = 1_024;

/**
 * Names without a server are answered for by whoever has them: one or two. Who answers for many pretends to be each of
 * them, so that others sign in at his machine.
 */
export class AnswersForMany {
  readonly #names = new Map<Endpoint, Set<string>>();
  dropped = 0;

  /** The names, once there are too many of them for one host. */
  add(source: Endpoint, name: string): readonly string[] | undefined {
    let names = this.#names.get(source);
    if (!names) {
      if (this.#names.size >= MOST_ANSWERERS) {
        this.dropped++;
        return undefined;
      }
      this.#names.set(source, (names = new Set()));
    }
    if (names.size >= MANY) return undefined;
    names.add(name.toLowerCase());
    return names.size === MANY ? [...names] : undefined;
  }
}
