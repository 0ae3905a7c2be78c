import { type Endpoint } from '../../dissector.ts';
import { Triples } from '../../analysis/triples.ts';

const MOST_POLLS = 65_536;
const MOST_REGISTERS = 1 << 20;
const NO_BYTES = new Uint8Array(0);

/** Another read or write told of one of its registers: look at each of them once more. */
const STALE = 0;
/** What was read last is what its registers are worth, and nobody else knows it yet. */
const FRESH = 1;
/** Others read some of its registers too: always look at each of them. */
const SHARED = 2;

// Numbers of a range, side by side: half a line of a cache, and the last two are one number of 64 bits.
const STATE = 0;
const START = 1;
const REPLIES = 2;
const WIDTH = 6;
const TIME = 2;
const TIME_WIDTH = WIDTH / 2;

// Numbers of a register.
const VARIABLE = 0;
const CHANGES = 1;
const REGISTER_WIDTH = 2;

/**
 * Ranges of registers that are read again and again, and what they hold: most replies differ from the one before in a few
 * registers, and only these need a second look. How often the others came again is counted for the range as a whole.
 * What a fresh range holds is told to the images when it is settled, and not before.
 */
export class Polls {
  readonly #ranges = new Triples(MOST_POLLS);
  // By range: the same octets as whole numbers and as times.
  #numbers = new Int32Array(64 * WIDTH);
  #times = new Float64Array(this.#numbers.buffer);
  #known = 0;
  // By register of a range, one range behind the other; what they hold in the octets of a reply, to compare two at a time.
  #values = new DataView(new ArrayBuffer(1_024 * 2));
  #registers = new Int32Array(1_024 * REGISTER_WIDTH);
  #used = 0;
  // Of what was looked at last: one piece of a capture holds thousands of replies.
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = new DataView(NO_BYTES.buffer);

  /** The number of this range; -1 when there is no room for another. */
  of(device: Endpoint, unit: number, table: number, address: number, count: number): number {
    const poll = this.#ranges.index((device << 11) | (unit << 3) | table, (address << 16) | count, 0);
    return poll < this.#known ? poll : this.#begin(poll, count);
  }

  /** It wants to be told what all of its registers hold. */
  isStale(poll: number): boolean {
    return this.#numbers[poll * WIDTH + STATE] === STALE;
  }

  isFresh(poll: number): boolean {
    return this.#numbers[poll * WIDTH + STATE] === FRESH;
  }

  /** One more reply, of registers that `differs` then tells of. */
  replied(poll: number, time: number): void {
    this.#numbers[poll * WIDTH + REPLIES]!++;
    this.#times[poll * TIME_WIDTH + TIME] = time;
  }

  /** The next register from `from` on that is not what it was; `count` if there is none. */
  differs(poll: number, bytes: Uint8Array, start: number, from: number, count: number): number {
    const values = this.#values;
    const view = bytes === this.#bytes ? this.#view : this.#look(bytes);
    let held = (this.#numbers[poll * WIDTH + START]! + from) * 2;
    let at = start + from * 2;
    let i = from;
    for (; i + 1 < count; i += 2, at += 4, held += 4) {
      if (view.getInt32(at) !== values.getInt32(held))
        return view.getInt16(at) === values.getInt16(held) ? i + 1 : i;
    }
    return i < count && view.getInt16(at) !== values.getInt16(held) ? i : count;
  }

  #look(bytes: Uint8Array): DataView {
    this.#bytes = bytes;
    return (this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  /** What this register holds now; which variable it is. */
  changed(poll: number, register: number, value: number): number {
    const which = this.#numbers[poll * WIDTH + START]! + register;
    const at = which * REGISTER_WIDTH;
    this.#values.setUint16(which * 2, value);
    this.#registers[at + CHANGES]!++;
    return this.#registers[at + VARIABLE]!;
  }

  /** What this register of a fresh range holds. */
  valueOf(poll: number, address: number): number {
    return this.#held(this.#numbers[poll * WIDTH + START]! + address - this.#addressOf(poll));
  }

  /** What all of its registers hold now, each of them looked at. */
  refresh(poll: number, bytes: Uint8Array, start: number, count: number): void {
    const at = poll * WIDTH;
    this.#numbers[at + STATE] = FRESH;
    const first = this.#numbers[at + START]!;
    for (let i = 0; i < count * 2; i++) this.#values.setUint8(first * 2 + i, bytes[start + i]!);
  }

  /** Which variable this register is. */
  name(poll: number, register: number, variable: number): void {
    const which = this.#numbers[poll * WIDTH + START]! + register;
    this.#registers[which * REGISTER_WIDTH + VARIABLE] = variable;
  }

  spoil(poll: number): void {
    if (this.isFresh(poll)) this.#numbers[poll * WIDTH + STATE] = STALE;
  }

  share(poll: number): void {
    this.#numbers[poll * WIDTH + STATE] = SHARED;
  }

  /** Tells of each register what it holds and how often it came again unchanged, and begins to count anew. */
  settle(poll: number, tell: Repeated): void {
    const at = poll * WIDTH;
    const replies = this.#numbers[at + REPLIES]!;
    if (replies === 0) return;
    this.#numbers[at + REPLIES] = 0;
    const place = this.#ranges.at(poll, 0);
    const count = this.#ranges.at(poll, 1) & 0xffff;
    const [first, address] = [this.#numbers[at + START]!, this.#addressOf(poll)];
    const time = this.#times[poll * TIME_WIDTH + TIME]!;
    for (let i = 0; i < count; i++) {
      const changes = (first + i) * REGISTER_WIDTH + CHANGES;
      const times = replies - this.#registers[changes]!;
      this.#registers[changes] = 0;
      tell(place >>> 11, (place >> 3) & 0xff, place & 7, address + i, this.#held(first + i), times, time);
    }
  }

  settleAll(tell: Repeated): void {
    for (let poll = 0; poll < this.#known; poll++) this.settle(poll, tell);
  }

  /** A range that was not met before, or that found no room for its registers. */
  #begin(poll: number, count: number): number {
    if (poll < 0 || this.#used + count > MOST_REGISTERS) return -1;
    // Ranges without room for their registers leave none for the ranges behind them.
    if (poll > this.#known) return -1;
    this.#known++;
    if (this.#known * WIDTH > this.#numbers.length) {
      this.#numbers = wider(this.#numbers);
      this.#times = new Float64Array(this.#numbers.buffer);
    }
    this.#numbers[poll * WIDTH + START] = this.#used;
    this.#used += count;
    while (this.#used * 2 > this.#values.byteLength) {
      const values = new Uint8Array(this.#values.byteLength * 2);
      values.set(new Uint8Array(this.#values.buffer));
      this.#values = new DataView(values.buffer);
      this.#registers = wider(this.#registers);
    }
    return poll;
  }

  #held(which: number): number {
    return this.#values.getUint16(which * 2);
  }

  #addressOf(poll: number): number {
    return this.#ranges.at(poll, 1) >>> 16;
  }
}

/** @param value what it holds @param times how often it came again unchanged, the last time at `time` */
export type Repeated = (
  device: Endpoint,
  unit: number,
  table: number,
  address: number,
  value: number,
  times: number,
  time: number,
) => void;

function wider(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(numbers.length * 2);
  twice.set(numbers);
  return twice;
}
