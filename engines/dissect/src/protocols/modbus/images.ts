import { u16At } from '../../bytes/byte-reader.ts';
import { hash } from '../../network/endpoints.ts';

const PAGE = 1_024;
const MOST_PAGES = 2_048;
const NEVER = -1;

/**
 * What each register of each device was worth when last read or written, so that a write can be told with the value
 * it replaces. In pages of a thousand registers; when they run out, no more devices are remembered.
 */
export class Images {
  readonly #pages = new Map<number, Int32Array>();
  #lastKey = NEVER;
  #last: Int32Array | undefined;

  put(device: number, unit: number, address: number, value: number): void {
    const page = this.#page(device, unit, address, true);
    if (page) page[address % PAGE] = value;
  }

  /** Values of registers from `address` on, as a reply carries them. */
  putAll(device: number, unit: number, address: number, bytes: Uint8Array, start: number, end: number): void {
    let page: Int32Array | undefined;
    for (let at = start, register = address; at + 1 < end && register < 0x1_0000; at += 2, register++) {
      const place = register % PAGE;
      if (at === start || place === 0) page = this.#page(device, unit, register, true);
      if (page) page[place] = u16At(bytes, at);
    }
  }

  /** Undefined when never seen. */
  get(device: number, unit: number, address: number): number | undefined {
    const value = this.#page(device, unit, address, false)?.[address % PAGE];
    return value === undefined || value === NEVER ? undefined : value;
  }

  #page(device: number, unit: number, address: number, make: boolean): Int32Array | undefined {
    // Endpoints have 18 bits, units 8, pages 6: exact below 2^53.
    const key = (device * 256 + unit) * 64 + (address >> 10);
    if (key === this.#lastKey && this.#last) return this.#last;
    let page = this.#pages.get(key);
    if (!page && make && this.#pages.size < MOST_PAGES) {
      page = new Int32Array(PAGE).fill(NEVER);
      this.#pages.set(key, page);
    }
    if (page) {
      this.#lastKey = key;
      this.#last = page;
    }
    return page;
  }
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
