import { u16At } from '../../bytes/byte-reader.ts';
import type { Endpoint, Here } from '../../dissector.ts';

/** A power of two. */
const MOST = 4_096;
/** Of one: the longest message of MODBUS Messaging on TCP/IP. */
const LONGEST = 260;
const NONE = -1;
/** Whoever has not answered by then will not. In microseconds. */
const PATIENCE = 60_000_000;

export type Unanswered = (
  by: Endpoint,
  device: Endpoint,
  time: number,
  bytes: Uint8Array,
  start: number,
  end: number,
) => void;

/**
 * Writes that wait for their answer, for a device that refuses one does not hold what it says. What nobody answers is
 * handed on as it gives way to newer ones, after a minute, and at the end: a capture may show one direction only.
 */
export class HeldWrites {
  readonly #unanswered: Unanswered;
  /** Made with the first write: most captures have none. */
  #bytes = new Uint8Array(0);
  readonly #flows = new Int32Array(MOST).fill(NONE);
  readonly #lengths = new Uint16Array(MOST);
  readonly #by = new Int32Array(MOST);
  readonly #devices = new Int32Array(MOST);
  readonly #times = new Float64Array(MOST);
  #first = 0;
  #next = 0;

  constructor(unanswered: Unanswered) {
    this.#unanswered = unanswered;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The place of a request, for `answered`. */
  put(here: Here, bytes: Uint8Array, start: number, end: number): number {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(MOST * LONGEST);
    const { time } = here;
    while (this.#first < this.#next && this.#isOver(time)) this.#giveWay();
    const place = this.#next++ & (MOST - 1);
    const length = Math.min(end - start, LONGEST);
    const at = place * LONGEST;
    for (let i = 0; i < length; i++) this.#bytes[at + i] = bytes[start + i]!;
    this.#flows[place] = here.flow;
    this.#lengths[place] = length;
    this.#by[place] = here.source;
    this.#devices[place] = here.target;
    this.#times[place] = time;
    return place;
  }

  /** Where the request lies in `bytes`; -1 when its place was taken by another. It waits no longer. */
  answered(place: number, flow: number, transaction: number): number {
    const at = place * LONGEST;
    if (place < 0 || this.#flows[place] !== flow || u16At(this.#bytes, at) !== transaction) return NONE;
    this.#flows[place] = NONE;
    return at;
  }

  lengthOf(place: number): number {
    return this.#lengths[place]!;
  }

  finish(): void {
    while (this.#first < this.#next) this.#giveWay();
  }

  #isOver(now: number): boolean {
    const place = this.#first & (MOST - 1);
    if (this.#next - this.#first >= MOST || this.#flows[place] === NONE) return true;
    return now - this.#times[place]! > PATIENCE;
  }

  #giveWay(): void {
    const place = this.#first++ & (MOST - 1);
    if (this.#flows[place] === NONE) return;
    this.#flows[place] = NONE;
    const at = place * LONGEST;
    this.#unanswered(
      this.#by[place]!,
      this.#devices[place]!,
      this.#times[place]!,
      this.#bytes,
      at,
      at + this.#lengths[place]!,
    );
  }
}
