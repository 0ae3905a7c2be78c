import { type Endpoint } from '../../dissector.ts';
import { Triples } from '../../analysis/triples.ts';

const MOST_POLLS = 65_536;
const MOST_REGISTERS = 1 << 20;
const NOWHERE = -1;

/** Another read or write told of one of its registers: look at each of them once more. */
const STALE = 0;
/** What was read last is what its registers are worth. */
const FRESH = 1;
/** Others read some of its registers too: always look at each of them. */
const SHARED = 2;

/**
 * Ranges of registers that are read again and again, and what they held: most replies differ from the one before in a few
 * registers, and only these need a second look. How often the others came again is counted for the range as a whole.
 */
export class Polls {
  readonly #ranges = new Triples(MOST_POLLS);
  // By range.
  #states = new Uint8Array(64);
  #starts = new Int32Array(64).fill(NOWHERE);
  #replies = new Uint32Array(64);
  #times = new Float64Array(64);
  // By register of a range, one range behind the other.
  #values = new Uint16Array(1_024);
  #changes = new Uint32Array(1_024);
  #used = 0;

  /** The number of this range; -1 when there is no room for another. */
  of(device: Endpoint, unit: number, table: number, address: number, count: number): number {
    const poll = this.#ranges.index((device << 11) | (unit << 3) | table, (address << 16) | count, 0);
    if (poll < 0) return poll;
    if (poll >= this.#states.length) this.#grow();
    if (this.#starts[poll] === NOWHERE) {
      if (this.#used + count > MOST_REGISTERS) return -1;
      this.#starts[poll] = this.#used;
      this.#used += count;
      while (this.#used > this.#values.length) this.#widen();
    }
    return poll;
  }

  isFresh(poll: number): boolean {
    return this.#states[poll] === FRESH;
  }

  /** One more reply, of registers that `differs` then tells of. */
  replied(poll: number, time: number): void {
    this.#replies[poll]!++;
    this.#times[poll] = time;
  }

  /** The next register from `from` on that is not what it was; `count` if there is none. */
  differs(poll: number, bytes: Uint8Array, start: number, from: number, count: number): number {
    const values = this.#values;
    const first = this.#starts[poll]!;
    let at = start + from * 2;
    for (let i = from; i < count; i++, at += 2) {
      if (values[first + i] !== ((bytes[at]! << 8) | bytes[at + 1]!)) return i;
    }
    return count;
  }

  /** What this register holds now. */
  changed(poll: number, register: number, value: number): void {
    const at = this.#starts[poll]! + register;
    this.#values[at] = value;
    this.#changes[at]!++;
  }

  /** What all of its registers hold now, each of them looked at. */
  refresh(poll: number, bytes: Uint8Array, start: number, count: number): void {
    const first = this.#starts[poll]!;
    for (let i = 0; i < count; i++)
      this.#values[first + i] = (bytes[start + i * 2]! << 8) | bytes[start + i * 2 + 1]!;
    if (this.#states[poll] === STALE) this.#states[poll] = FRESH;
  }

  spoil(poll: number): void {
    if (this.#states[poll] === FRESH) this.#states[poll] = STALE;
  }

  share(poll: number): void {
    this.#states[poll] = SHARED;
  }

  /** Tells of each register that came again unchanged how often it did, and begins to count anew. */
  settle(poll: number, tell: Repeated): void {
    const replies = this.#replies[poll]!;
    if (replies === 0) return;
    const [place, range] = [this.#ranges.at(poll, 0), this.#ranges.at(poll, 1)];
    const first = this.#starts[poll]!;
    const address = range >>> 16;
    for (let i = 0; i < (range & 0xffff); i++) {
      const times = replies - this.#changes[first + i]!;
      this.#changes[first + i] = 0;
      if (times > 0)
        tell(place >>> 11, (place >> 3) & 0xff, place & 7, address + i, times, this.#times[poll]!);
    }
    this.#replies[poll] = 0;
  }

  settleAll(tell: Repeated): void {
    for (let poll = 0; poll < this.#ranges.count; poll++) this.settle(poll, tell);
  }

  #grow(): void {
    const size = this.#states.length * 2;
    this.#states = wider(this.#states, new Uint8Array(size));
    this.#starts = wider(this.#starts, new Int32Array(size).fill(NOWHERE));
    this.#replies = wider(this.#replies, new Uint32Array(size));
    this.#times = wider(this.#times, new Float64Array(size));
  }

  #widen(): void {
    const size = this.#values.length * 2;
    this.#values = wider(this.#values, new Uint16Array(size));
    this.#changes = wider(this.#changes, new Uint32Array(size));
  }
}

export type Repeated = (
  device: Endpoint,
  unit: number,
  table: number,
  address: number,
  times: number,
  time: number,
) => void;

function wider<Numbers extends { set(from: Numbers): void }>(before: Numbers, after: Numbers): Numbers {
  after.set(before);
  return after;
}
