import { u16At } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here } from '../../dissector.ts';
import { hash } from '../../network/endpoints.ts';

// MODBUS Application Protocol V1.1b3, 4.3: the four tables.
export const COILS = 0;
export const DISCRETE_INPUTS = 1;
export const INPUT_REGISTERS = 3;
export const HOLDING_REGISTERS = 4;

const PAGE = 256;
const MOST_PAGES = 4_096;
const RECENT = 1_023;
const NEVER = -1;
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

  constructor(capture: Capture) {
    this.#family = capture.variables(nameOf);
  }

  put(
    here: Here,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    value: number,
    set: boolean,
  ): void {
    this.#note(
      here,
      this.#page(device, unit, table, address, true),
      device,
      unit,
      table,
      address,
      value,
      set,
    );
  }

  /** Registers from `address` on, two octets each. */
  putRegisters(
    here: Here,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    set: boolean,
  ): void {
    let page: Page | undefined;
    for (let at = start, register = address; at + 1 < end && register < ADDRESSES; at += 2, register++) {
      if (at === start || register % PAGE === 0) page = this.#page(device, unit, table, register, true);
      this.#note(here, page, device, unit, table, register, u16At(bytes, at), set);
    }
  }

  /** Coils or inputs from `address` on, packed from the lowest bit of the first octet. */
  putBits(
    here: Here,
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
      this.#note(here, page, device, unit, table, coil, value, set);
    }
  }

  /** Undefined when never seen. */
  get(device: Endpoint, unit: number, table: number, address: number): number | undefined {
    const value = this.#page(device, unit, table, address, false)?.values[address % PAGE];
    return value === undefined || value === NEVER ? undefined : value;
  }

  /** Tells how often what did not change was seen. */
  finish(capture: Capture): void {
    for (const { numbers, repeats, times } of this.#pages.values()) {
      repeats.forEach((count, place) => {
        if (count > 0) capture.repeatedVariable(numbers[place]!, count, times[place]!);
      });
    }
  }

  #note(
    here: Here,
    page: Page | undefined,
    device: Endpoint,
    unit: number,
    table: number,
    address: number,
    value: number,
    set: boolean,
  ): void {
    if (!page) return here.variable(device, this.#family, indexOf(unit, table, address), value, set);
    const place = address % PAGE;
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

const SLOTS = 16_384;
const FIELDS = 7;

/**
 * Requests that wait for their reply, without an object for each: a slot for each hash, the newest wins.
 * A client rarely has more than a handful outstanding, so a lost slot is a rarity; `dropped` counts them.
 */
export class Waiting {
  readonly #slots = new Int32Array(SLOTS * FIELDS).fill(NEVER);
  dropped = 0;
  // The request that `take` found.
  note = NEVER;
  code = 0;
  address = 0;
  quantity = 0;

  put(
    flow: number,
    transaction: number,
    unit: number,
    note: number,
    code: number,
    address: number,
    quantity: number,
  ): void {
    const at = this.#at(flow, transaction, unit);
    const slots = this.#slots;
    const isOther = slots[at] !== flow || slots[at + 1] !== transaction || slots[at + 2] !== unit;
    if (slots[at] !== NEVER && isOther) this.dropped++;
    slots[at] = flow;
    slots[at + 1] = transaction;
    slots[at + 2] = unit;
    slots[at + 3] = note;
    slots[at + 4] = code;
    slots[at + 5] = address;
    slots[at + 6] = quantity;
  }

  take(flow: number, transaction: number, unit: number): boolean {
    const at = this.#at(flow, transaction, unit);
    const slots = this.#slots;
    if (slots[at] !== flow || slots[at + 1] !== transaction || slots[at + 2] !== unit) return false;
    slots[at] = NEVER;
    this.note = slots[at + 3]!;
    this.code = slots[at + 4]!;
    this.address = slots[at + 5]!;
    this.quantity = slots[at + 6]!;
    return true;
  }

  #at(flow: number, transaction: number, unit: number): number {
    return (hash(flow, transaction, unit, 0) & (SLOTS - 1)) * FIELDS;
  }
}
