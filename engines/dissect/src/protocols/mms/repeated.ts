/** A power of two. */
const PLACES = 1_024;
const LONGEST = 4_096;

interface Place<Reading> {
  hash: number;
  bytes: Uint8Array;
  reading: Reading;
}

/**
 * Clients ask the same again and again: what was read once is not read anew. Fixed in size; bytes hash to a place and
 * drive out whoever had it.
 */
export class Repeated<Reading> {
  readonly #places: (Place<Reading> | undefined)[] = Array.from({ length: PLACES });
  #hash = 0;

  get(bytes: Uint8Array, start: number, end: number): Reading | undefined {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
    this.#hash = hash;
    const place = this.#places[(hash ^ (hash >>> 15)) & (PLACES - 1)];
    if (place?.hash !== hash || place.bytes.length !== end - start) return undefined;
    for (let i = place.bytes.length - 1; i >= 0; i--) {
      if (place.bytes[i] !== bytes[start + i]) return undefined;
    }
    return place.reading;
  }

  /** What the bytes that `get` did not know turned out to be. */
  keep(bytes: Uint8Array, start: number, end: number, reading: Reading): void {
    if (end - start > LONGEST) return;
    const hash = this.#hash;
    this.#places[(hash ^ (hash >>> 15)) & (PLACES - 1)] = { hash, bytes: bytes.slice(start, end), reading };
  }
}
