import { ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import type { Endpoint } from '../../dissector.ts';
import { Slots } from './slots.ts';
import { readValues, sizeOf, type Value } from './values.ts';

const WIDEST = 8;

/**
 * The last known first value of each tag, so that a write can be told with what was there before. Filled by every reply
 * to a poll: bytes are kept, and only become a value when somebody asks.
 */
export class TagValues {
  readonly #slots: Slots;
  #types = new Uint16Array(0);
  #bytes = new Uint8Array(0);

  /** @param most a power of two */
  constructor(most: number) {
    this.#slots = new Slots(most);
  }

  get dropped(): number {
    return this.#slots.dropped;
  }

  /** `at`: where the type stands; its value follows `gap` bytes after the type. Structures are not kept. */
  keep(device: Endpoint, path: number, bytes: Uint8Array, at: number, end: number, gap: number): void {
    if (end - at < 2) return;
    const type = u16leAt(bytes, at);
    const size = sizeOf(type);
    const from = at + 2 + gap;
    if (size === 0 || from + size > end) return;
    const slot = this.#claim(device, path);
    this.#types[slot] = type;
    for (let i = 0; i < size; i++) this.#bytes[slot * WIDEST + i] = bytes[from + i]!;
  }

  /** Takes over what `other` has of a tag. */
  adopt(other: TagValues, device: Endpoint, path: number): void {
    const from = other.#slots.find(device, path);
    if (from < 0) return;
    const slot = this.#claim(device, path);
    this.#types[slot] = other.#types[from]!;
    this.#bytes.set(other.#bytes.subarray(from * WIDEST, (from + 1) * WIDEST), slot * WIDEST);
  }

  #claim(device: Endpoint, path: number): number {
    const { size } = this.#slots;
    if (this.#types.length < size) {
      this.#types = new Uint16Array(size);
      this.#bytes = new Uint8Array(size * WIDEST);
    }
    return this.#slots.claim(device, path);
  }

  get(device: Endpoint, path: number): Value | undefined {
    const slot = this.#slots.find(device, path);
    if (slot < 0) return undefined;
    const type = this.#types[slot]!;
    const at = slot * WIDEST;
    const [value] = readValues(new ByteReader(this.#bytes, at, at + sizeOf(type)), type);
    return value;
  }
}
