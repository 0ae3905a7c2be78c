import type { Setting } from '../../analysis/pending.ts';
import { crc16HighFirst } from '../../bytes/crc16.ts';
import type { Endpoint, Here, OperationNote, Transfer } from '../../dissector.ts';
import { type BlockPart, SEGMENT_LENGTH, SEQUENCE } from './frame.ts';
import { isProgram, objectName } from './objects.ts';

/** Longer ones are carried over, not shown. */
export const LONGEST_VALUE = 1_024;

/** What a node is asked, one thing at a time: to write an object, or to have it read. */
export class Exchange {
  readonly note: OperationNote;
  readonly index: number;
  readonly subindex: number;
  readonly writes: boolean;
  readonly setting: Setting;
  transfer: Transfer | undefined;
  block: Block | undefined;
  /** All of the value was sent. */
  isWhole = false;
  readonly #value: number[] = [];
  #length = 0;

  constructor(
    note: OperationNote,
    { index, subindex }: { readonly index: number; readonly subindex: number },
    writes: boolean,
    setting: Setting,
  ) {
    this.note = note;
    this.index = index;
    this.subindex = subindex;
    this.writes = writes;
    this.setting = setting;
  }

  get length(): number {
    return this.#length;
  }

  /** Undefined when it is longer than what is kept. */
  get value(): Uint8Array | undefined {
    return this.#length > LONGEST_VALUE ? undefined : Uint8Array.from(this.#value.slice(0, this.#length));
  }

  /** @param at in the value; otherwise it follows what came before */
  add(here: Here, bytes: Uint8Array, start: number, end: number, at = this.#length): void {
    for (let i = 0; i < end - start && at + i < LONGEST_VALUE; i++) this.#value[at + i] = bytes[start + i]!;
    this.#length = Math.max(this.#length, at + end - start);
    this.transfer?.add(here, bytes, start, end, at);
  }

  /** Programs that are written, and whatever is too long for a value, are carried over. */
  carries(here: Here, about: Endpoint, size: number, where = ''): void {
    const program = isProgram(this.index);
    if (!(program && this.writes) && size <= LONGEST_VALUE) return;
    const kind = program ? 'program' : 'file';
    const way = this.writes ? 'to' : 'from';
    this.transfer = here.transfer(about, way, kind, `${where}${objectName(this.index)}`);
  }

  /** What came behind it fills the last segment only. */
  shorten(length: number): void {
    this.#length = Math.min(this.#length, length);
  }
}

/**
 * A value that comes in blocks of up to 127 segments: CiA 301, 7.2.4.3.9 to 7.2.4.3.16. Whoever takes them says with each
 * block up to which segment it got them; the others are sent again.
 */
export class Block {
  /** Segments may come. */
  isOpen: boolean;
  /** Both sides calculate checksums. */
  checks: boolean;
  /** Of the value, as far as it was told. */
  readonly size: number | undefined;
  /** Of the value, before the block at hand. */
  #before = 0;
  /** Up to this one there is no gap in the block at hand. */
  #sequence = 0;
  /** The last segment of all was seen. */
  #seesEnd = false;
  /** Somebody got what the capture does not have. */
  isTorn = false;

  constructor(isOpen: boolean, checks: boolean, size: number | undefined) {
    this.isOpen = isOpen;
    this.checks = checks;
    this.size = size;
  }

  /** Segments look like anything else: is this one? Behind the last of all nothing can come but the end. */
  awaits(command: number): boolean {
    return this.isOpen && (command & SEQUENCE) > 0 && !(this.#seesEnd && isEnd(command));
  }

  isNext(command: number): boolean {
    return (command & SEQUENCE) === this.#sequence + 1;
  }

  /** Where in the value the segment belongs. */
  place({ sequence = 0 }: BlockPart, last: boolean): number {
    // Nobody saw that the block before was taken.
    if (sequence === 1 && this.#sequence > 1) this.taken({ sequence: this.#sequence });
    if (sequence === this.#sequence + 1) this.#sequence = sequence;
    if (last) this.#seesEnd = true;
    return this.#before + (sequence - 1) * SEGMENT_LENGTH;
  }

  taken({ sequence = 0 }: BlockPart): void {
    if (sequence > this.#sequence) this.isTorn = true;
    else if (sequence < this.#sequence) this.#seesEnd = false;
    this.#before += sequence * SEGMENT_LENGTH;
    this.#sequence = 0;
  }

  /** How long the value is after all. */
  ends({ unused = 0 }: BlockPart): number {
    this.isOpen = false;
    return Math.max(0, this.#before + this.#sequence * SEGMENT_LENGTH - unused);
  }
}

function isEnd(command: number): boolean {
  return (command & 0xe3) === 0xc1;
}

/** 7.2.4.3.16: x^16 + x^12 + x^5 + 1, from nought. */
export function agrees(value: Uint8Array, { checksum }: BlockPart): boolean {
  return crc16HighFirst(0, value, 0, value.length) === checksum;
}
