import { textAt } from '../../bytes/byte-reader.ts';
import type { Endpoint, Here } from '../../dissector.ts';

/** Of all stations, and behind one address to one group. */
const MOST = 4_096;
const MOST_OF_ONE = 256;

/** What one station publishes under one name. */
export interface Publication {
  readonly index: number;
  readonly name: string;
  /** Its name as it stands in the frames. */
  readonly id: Uint8Array;
  readonly appId: number;
  readonly source: Endpoint;
  /** Who published under this name first, if it was another. */
  readonly original: Endpoint | undefined;
}

interface Connection {
  readonly known: Publication[];
  /** Where the last one stands: the next is most likely that or the one behind it. */
  last: number;
}

const newConnection = (): Connection => ({ known: [], last: 0 });

/** All that is published. Bounded; nothing is made to find one again. */
export class Publications<One extends Publication> {
  dropped = 0;
  readonly list: One[] = [];
  readonly #originals = new Map<string, Endpoint>();
  readonly #begin: (here: Here, publication: Publication) => One;

  /** @param begin makes of it what is remembered, and tells about it, when it is first seen */
  constructor(begin: (here: Here, publication: Publication) => One) {
    this.#begin = begin;
  }

  /** What the source of the message at hand publishes under the name from `start` to `end`; undefined without room. */
  of(here: Here, appId: number, bytes: Uint8Array, start: number, end: number): One | undefined {
    const connection = here.connection(newConnection);
    const { known } = connection;
    for (let i = 0; i < known.length; i++) {
      let at = connection.last + i;
      if (at >= known.length) at -= known.length;
      const one = known[at]!;
      if (one.appId !== appId || one.source !== here.source || one.id.length !== end - start) continue;
      if (!isEqual(one.id, bytes, start, end)) continue;
      connection.last = at;
      return one as One;
    }
    if (this.list.length >= MOST || known.length >= MOST_OF_ONE) {
      this.dropped++;
      return undefined;
    }
    const name = textAt(bytes, start, end);
    const first = this.#originals.get(name);
    if (first === undefined) this.#originals.set(name, here.source);
    const { source } = here;
    const original = first === source ? undefined : first;
    const id = bytes.slice(start, end);
    const one = this.#begin(here, { index: this.list.length, name, id, appId, source, original });
    connection.last = known.push(one) - 1;
    this.list.push(one);
    return one;
  }
}

/** As far as the bytes go. */
export function isEqual(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = end - start - 1; i >= 0; i--) if (known[i] !== bytes[start + i]) return false;
  return true;
}
