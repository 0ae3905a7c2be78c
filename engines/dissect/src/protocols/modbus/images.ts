import { u16At } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Teller } from '../../dissector.ts';
import { hash } from '../../network/hash.ts';
import { Polls } from './polls.ts';

// MODBUS Application Protocol V1.1b3, 4.3: the four tables.
export const COILS = 0;
export const DISCRETE_INPUTS = 1;
export const INPUT_REGISTERS = 3;
export const HOLDING_REGISTERS = 4;

const PAGE = 256;
const MOST_PAGES = 4_096;
const RECENT = 1_023;
const NEVER = -1;
const NO_POLL = -1;
const NOT_ASKED = -2;
const ADDRESSES = 0x1_0000;
const TABLES = 8;

interface Page {
  readonly key: number;
  readonly values: Int32Array;
  /** Of the process variables. */
  readonly numbers: Int32Array;
  /** How often a value came again that was told, and when it did last. */
  readonly repeats: Uint32Array;
  readonly times: Float64Array;
  /** The range that tells of it. */
  readonly polls: Int32Array;
}

/**
 * What each register and coil of each device was worth when last read or written: so that a write can be told with the
 * value it replaces, and as process variables. In pages; when they run out, no more devices are remembered.
 */
export class Images {
  readonly #family: number;
  readonly #pages = new Map<number, Page>();
  /** A few that are likely to come again, found without the hash of a large number. */
  readonly #recent: (Page | undefined)[] = Array.from({ length: RECENT + 1 });
  readonly #polls = new Polls();

  constructor(capture: Capture) {
    this.#family = capture.variables(nameOf);
  }

  put(
    here: Teller,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    value: number,
    set: boolean,
  ): void {
    const page = this.#page(device, unit, table, address, true);
    this.#note(here, page, device, unit, table, address, value, set, NO_POLL);
  }

  /** What a read of registers was answered, two octets each: mostly what it was answered before. */
  readRegisters(
    here: Teller,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const count = Math.min((end - start) >> 1, ADDRESSES - address);
    const polls = this.#polls;
    const poll = count > 0 ? polls.of(device, unit, table, address, count) : NO_POLL;
    if (poll < 0 || !polls.isFresh(poll)) {
      this.#registers(here, device, unit, table, address, bytes, start, end, false, poll);
      if (poll >= 0 && polls.isStale(poll))
        this.#refresh(poll, device, unit, table, address, bytes, start, count);
      return;
    }
    polls.replied(poll, here.time);
    for (let i = polls.differs(poll, bytes, start, 0, count); i < count;) {
      const value = u16At(bytes, start + i * 2);
      here.numberedVariable(polls.changed(poll, i, value), value, false);
      i = polls.differs(poll, bytes, start, i + 1, count);
    }
  }

  /** All of its registers were looked at: from now on the range holds what they are worth. */
  #refresh(
    poll: number,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    bytes: Uint8Array,
    start: number,
    count: number,
  ): void {
    this.#polls.refresh(poll, bytes, start, count);
    for (let i = 0; i < count; i++) {
      const page = this.#page(device, unit, table, address + i, false)!;
      this.#polls.name(poll, i, page.numbers[(address + i) % PAGE]!);
    }
  }

  /** Registers that are set from `address` on, two octets each. */
  setRegisters(
    here: Teller,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    this.#registers(here, device, unit, table, address, bytes, start, end, true, NO_POLL);
  }

  /** Coils or inputs from `address` on, packed from the lowest bit of the first octet. */
  putBits(
    here: Teller,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    quantity: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    set: boolean,
  ): void {
    let page: Page | undefined;
    const count = Math.min(quantity, (end - start) * 8, ADDRESSES - address);
    for (let i = 0; i < count; i++) {
      const coil = address + i;
      if (i === 0 || coil % PAGE === 0) page = this.#page(device, unit, table, coil, true);
      const value = (bytes[start + (i >> 3)]! >> (i & 7)) & 1;
      this.#note(here, page, device, unit, table, coil, value, set, NO_POLL);
    }
  }

  /** Undefined when never seen. */
  get(device: Endpoint, unit: number, table: number, address: number): number | undefined {
    const page = this.#page(device, unit, table, address, false);
    if (!page) return undefined;
    const poll = page.polls[address % PAGE]!;
    if (poll >= 0 && this.#polls.isFresh(poll)) return this.#polls.valueOf(poll, address);
    const value = page.values[address % PAGE]!;
    return value === NEVER ? undefined : value;
  }

  /** Tells how often what did not change was seen. */
  finish(capture: Capture): void {
    this.#polls.settleAll(this.#settled);
    for (const { numbers, repeats, times } of this.#pages.values()) {
      repeats.forEach((count, place) => {
        if (count > 0) capture.repeatedVariable(numbers[place]!, count, times[place]!);
      });
    }
  }

  #registers(
    here: Teller,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    set: boolean,
    poll: number,
  ): void {
    let page: Page | undefined;
    for (let at = start, register = address; at + 1 < end && register < ADDRESSES; at += 2, register++) {
      if (at === start || register % PAGE === 0) page = this.#page(device, unit, table, register, true);
      // Without a place for its value, a register cannot be told by what its range held before.
      if (!page && poll >= 0) this.#polls.share(poll);
      this.#note(here, page, device, unit, table, register, u16At(bytes, at), set, poll);
    }
  }

  #note(
    here: Teller,
    page: Page | undefined,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    value: number,
    set: boolean,
    poll: number,
  ): void {
    if (!page) return here.variable(device, this.#family, indexOf(unit, table, address), value, set);
    const place = address % PAGE;
    if (page.polls[place] !== poll) this.#disturb(page, place, poll);
    if (page.values[place] === value && !set) {
      page.repeats[place]!++;
      page.times[place] = here.time;
      return;
    }
    let number = page.numbers[place]!;
    if (number === NOT_ASKED) {
      number = here.variableNumber(device, this.#family, indexOf(unit, table, address));
      page.numbers[place] = number;
    }
    page.values[place] = value;
    here.numberedVariable(number, value, set);
  }

  /** Something else tells of a register than the range that told of it before. */
  #disturb(page: Page, place: number, poll: number): void {
    const before = page.polls[place]!;
    if (poll !== NO_POLL) page.polls[place] = poll;
    if (before === NO_POLL) return;
    this.#polls.settle(before, this.#settled);
    if (poll === NO_POLL) {
      this.#polls.spoil(before);
    } else {
      this.#polls.share(before);
      this.#polls.share(poll);
    }
  }

  readonly #settled = (
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    value: number,
    times: number,
    time: number,
  ): void => {
    const page = this.#page(device, unit, table, address, false)!;
    const place = address % PAGE;
    page.values[place] = value;
    if (times === 0) return;
    page.repeats[place]! += times;
    page.times[place] = time;
  };

  #page(device: number, unit: number, table: number, address: number, make: boolean): Page | undefined {
    // Endpoints have 18 bits, units 8, tables 3, pages 8: exact below 2^53.
    const key = ((device * 256 + unit) * TABLES + table) * 256 + (address >> 8);
    const slot = (Math.imul(device, 31) ^ (unit << 5) ^ (table << 3) ^ (address >> 8)) & RECENT;
    const recent = this.#recent[slot];
    if (recent !== undefined && recent.key === key) return recent;
    let page = this.#pages.get(key);
    if (!page && make && this.#pages.size < MOST_PAGES) {
      page = {
        key,
        values: new Int32Array(PAGE).fill(NEVER),
        numbers: new Int32Array(PAGE).fill(NOT_ASKED),
        repeats: new Uint32Array(PAGE),
        times: new Float64Array(PAGE),
        polls: new Int32Array(PAGE).fill(NO_POLL),
      };
      this.#pages.set(key, page);
    }
    if (page) this.#recent[slot] = page;
    return page;
  }
}

function indexOf(unit: number, table: number, address: number): number {
  return (unit * TABLES + table) * ADDRESSES + address;
}

/**
 * `40001` is holding register 0; with six digits where five do not do. The unit stands in front where it names a device
 * behind a gateway: 0 and 255 mean the server itself.
 */
function nameOf(index: number): string {
  const number = (index % ADDRESSES) + 1;
  const table = Math.floor(index / ADDRESSES) % TABLES;
  const unit = Math.floor(index / ADDRESSES / TABLES);
  const name = `${table}${String(number).padStart(number > 9_999 ? 5 : 4, '0')}`;
  return unit === 0 || unit === 255 ? name : `unit ${unit} ${name}`;
}

/** As many as need be, up to the second: most captures have few requests that wait at once. */
const FEW_SLOTS = 256;
const MOST_SLOTS = 16_384;
/** Eight, so that no slot lies across two lines of a cache. */
const FIELDS = 8;
const FLOW = 0;
/** Transaction, unit and, in the lowest octet, what was asked for. */
const REQUEST = 1;
const NOTE = 2;
/** Address and, in the lower half, quantity. */
const RANGE = 3;
const HELD = 4;
/** Slots of one client and unit, side by side: the next requests find room where the last ones were. */
const TOGETHER = 16;

/**
 * Requests that wait for their reply, without an object for each: a slot by connection and the lowest bits of the
 * transaction, and one by everything for those whose slot another needed. There, too, the newest wins; `dropped` counts
 * what is lost.
 */
export class Waiting {
  #near = emptySlots(FEW_SLOTS);
  #far = emptySlots(FEW_SLOTS);
  #slots = FEW_SLOTS;
  dropped = 0;
  // The request that `take` found.
  note = NEVER;
  code = 0;
  address = 0;
  quantity = 0;
  /** Its place among the writes that are held; -1 when it sets nothing. */
  held = NEVER;

  put(
    flow: number,
    transaction: number,
    unit: number,
    note: number,
    code: number,
    address: number,
    quantity: number,
    held: number,
  ): void {
    let at = nearPlace(this.#slots, flow, transaction, unit);
    while (this.#near[at] !== NEVER && !isAt(this.#near, at, flow, transaction, unit)) {
      if (this.#slots === MOST_SLOTS) {
        this.#putAway(at);
        break;
      }
      this.#grow();
      at = nearPlace(this.#slots, flow, transaction, unit);
    }
    const near = this.#near;
    near[at + FLOW] = flow;
    near[at + REQUEST] = (transaction << 16) | (unit << 8) | code;
    near[at + NOTE] = note;
    near[at + RANGE] = (address << 16) | quantity;
    near[at + HELD] = held;
  }

  take(flow: number, transaction: number, unit: number): boolean {
    const at = nearPlace(this.#slots, flow, transaction, unit);
    if (isAt(this.#near, at, flow, transaction, unit)) return this.#found(this.#near, at);
    const far = farPlace(this.#slots, flow, transaction, unit);
    return isAt(this.#far, far, flow, transaction, unit) && this.#found(this.#far, far);
  }

  #found(slots: Int32Array, at: number): true {
    slots[at + FLOW] = NEVER;
    const range = slots[at + RANGE]!;
    this.code = slots[at + REQUEST]! & 0xff;
    this.note = slots[at + NOTE]!;
    this.address = range >>> 16;
    this.quantity = range & 0xffff;
    this.held = slots[at + HELD]!;
    return true;
  }

  #putAway(at: number): void {
    const near = this.#near;
    const request = near[at + REQUEST]!;
    const to = farPlace(this.#slots, near[at + FLOW]!, request >>> 16, (request >> 8) & 0xff);
    if (this.#far[to] !== NEVER) this.dropped++;
    this.#far.set(near.subarray(at, at + FIELDS), to);
  }

  /** Those that have a place each in few slots have one in many; the newest keep their places. */
  #grow(): void {
    const before = [this.#far, this.#near];
    this.#slots *= 8;
    this.#near = emptySlots(this.#slots);
    this.#far = emptySlots(this.#slots);
    for (const slots of before) {
      for (let from = 0; from < slots.length; from += FIELDS) {
        if (slots[from + FLOW] === NEVER) continue;
        const request = slots[from + REQUEST]!;
        const at = nearPlace(this.#slots, slots[from + FLOW]!, request >>> 16, (request >> 8) & 0xff);
        if (this.#near[at] !== NEVER) this.#putAway(at);
        this.#near.set(slots.subarray(from, from + FIELDS), at);
      }
    }
  }
}

function emptySlots(count: number): Int32Array<ArrayBuffer> {
  return new Int32Array(count * FIELDS).fill(NEVER);
}

function isAt(slots: Int32Array, at: number, flow: number, transaction: number, unit: number): boolean {
  return slots[at + FLOW] === flow && slots[at + REQUEST]! >>> 8 === ((transaction << 8) | unit);
}

function nearPlace(slots: number, flow: number, transaction: number, unit: number): number {
  // Connections are numbered one after the other: as they are, they are as well apart as any hash would set them.
  const first = (flow ^ Math.imul(unit, 0x9e5)) & (slots / TOGETHER - 1);
  // Some count transactions in the upper octet.
  return (first * TOGETHER + ((transaction ^ (transaction >>> 8)) & (TOGETHER - 1))) * FIELDS;
}

function farPlace(slots: number, flow: number, transaction: number, unit: number): number {
  return (hash(flow, transaction, unit, 0) & (slots - 1)) * FIELDS;
}
