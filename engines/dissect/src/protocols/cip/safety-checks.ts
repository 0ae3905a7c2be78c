import { u16leAt } from '../../bytes/byte-reader.ts';

/** Who sends: with these three each of its messages begins to be checked, though none carries them. */
export interface SafetySender {
  readonly vendor: number;
  /** Serial number of the device. */
  readonly device: number;
  /** That of the connection: the originator's, or the instance of the validator at the target. */
  readonly connection: number;
}

export type SafetyFormat = 'base' | 'extended';

/** A cyclic checksum: highest bit first, nothing reversed or inverted. */
export class Checksum {
  readonly #width: number;
  readonly #table: Uint32Array;

  constructor(width: 8 | 16 | 24, polynomial: number) {
    this.#width = width;
    const [highest, all] = [2 ** (width - 1), 2 ** width - 1];
    this.#table = Uint32Array.from({ length: 256 }, (_, octet) => {
      let rest = octet << (width - 8);
      for (let bit = 0; bit < 8; bit++) rest = ((rest << 1) ^ (rest & highest ? polynomial : 0)) & all;
      return rest;
    });
  }

  octet(rest: number, octet: number): number {
    const first = ((rest >>> (this.#width - 8)) ^ octet) & 0xff;
    return ((rest << 8) & (2 ** this.#width - 1)) ^ this.#table[first]!;
  }

  /** The octet with the lower half comes first. */
  word(rest: number, word: number): number {
    return this.octet(this.octet(rest, word & 0xff), word >> 8);
  }

  /** @param inverted 0xff for the octets the other way round */
  octets(rest: number, bytes: Uint8Array, start: number, end: number, inverted = 0): number {
    let checked = rest;
    for (let at = start; at < end; at++) checked = this.octet(checked, bytes[at]! ^ inverted);
    return checked;
  }

  sender({ vendor, device, connection }: SafetySender): number {
    const serial = this.word(this.word(this.word(0, vendor), device & 0xffff), device >>> 16);
    return this.word(serial, connection);
  }
}

// CIP Volume 5, appendix E, as three independent implementations have it.
export const S1 = new Checksum(8, 0x37);
export const S2 = new Checksum(8, 0x3b);
export const S3 = new Checksum(16, 0x080f);
export const S5 = new Checksum(24, 0x5d6dcb);

/** Of the mode, what the data are checked with, and what their time. */
const DATA_MODE = 0xe0;
const TIME_MODE = 0x1f;

/** Behind the data of a message to a group: a correction of its time for one of them. */
const CORRECTION = 6;
export const TIME_MESSAGE = 6;
const SHORT = 6;
const LONG = 8;
const LONGEST_SHORT = 2;
/** Of time stamps, in microseconds. */
const TICK = 128;

/**
 * The checksums of all safety messages that one side of a connection sends. A wrong one counts only where another was
 * right: then it is known that the sender and its time are what they are taken for.
 */
export class SafetyChecks {
  readonly #format: SafetyFormat;
  readonly #isGroup: boolean;
  readonly #s1: number;
  readonly #s3: number;
  readonly #s5: number;
  #isProven = false;
  /** The time of the sender, how often it began anew in front, and that of the capture; before it had one: -1. */
  #clock = -1;
  #at = 0;
  readonly #rollovers: number;

  /** @param rollovers of the extended format: how often the time of the sender had begun anew before */
  constructor(sender: SafetySender, format: SafetyFormat, rollovers: number, isGroup: boolean) {
    this.#format = format;
    this.#rollovers = rollovers;
    this.#isGroup = isGroup;
    this.#s1 = S1.sender(sender);
    this.#s3 = S3.sender(sender);
    this.#s5 = S5.sender(sender);
  }

  /** @param time in microseconds, of the packet */
  isWrong(bytes: Uint8Array, start: number, end: number, time: number): boolean {
    const right = this.#isRight(bytes, start, end - (this.#isGroup ? CORRECTION : 0), time);
    if (right) this.#isProven = true;
    return right === false && this.#isProven;
  }

  /** Undefined when it is no message that we know how to check. */
  #isRight(bytes: Uint8Array, start: number, end: number, time: number): boolean | undefined {
    const length = end - start;
    if (length === TIME_MESSAGE && !this.#isGroup) return this.#isTimeRight(bytes, start);
    const isShort = length > SHORT && length <= SHORT + LONGEST_SHORT;
    const isLong = length > LONG + 2 * LONGEST_SHORT && length % 2 === 0;
    if (!isShort && !isLong) return undefined;
    const mode = start + (isShort ? length - SHORT : (length - LONG) / 2);
    const stamp = u16leAt(bytes, end - 3);
    if (this.#format === 'base') {
      const timeRest = S1.octet(this.#s1, bytes[mode]! & TIME_MODE);
      if (S1.word(timeRest, stamp) !== bytes[end - 1]) return false;
      return isShort ? this.#isShortRight(bytes, start, mode) : this.#isLongRight(bytes, start, mode);
    }
    const clock = this.#clockAt(stamp, time);
    // Who has no time yet has none that began anew.
    const rollovers = stamp === 0 ? 0 : Math.floor(clock / 0x1_0000) & 0xffff;
    const right = isShort
      ? this.#isExtendedShortRight(bytes, start, mode, rollovers, stamp)
      : this.#isExtendedLongRight(bytes, start, mode, rollovers, stamp);
    if (right && stamp !== 0) {
      this.#clock = clock;
      this.#at = time;
    }
    return right;
  }

  /** The time of a sender at a stamp: as near as can be to what the clock of the capture lets expect. */
  #clockAt(stamp: number, time: number): number {
    if (this.#clock < 0) return this.#rollovers * 0x1_0000 + stamp;
    const expected = this.#clock + Math.round((time - this.#at) / TICK);
    return expected + (((stamp - expected) << 16) >> 16);
  }

  #isShortRight(bytes: Uint8Array, start: number, mode: number): boolean {
    const [own, inverted] = [bytes[mode]! & DATA_MODE, ~bytes[mode]! & DATA_MODE];
    const first = S1.octets(S1.octet(this.#s1, own), bytes, start, mode);
    const second = S2.octets(S2.octet(this.#s1, inverted), bytes, start, mode, 0xff);
    return first === bytes[mode + 1] && second === bytes[mode + 2];
  }

  #isLongRight(bytes: Uint8Array, start: number, mode: number): boolean {
    const again = mode + 3;
    const stop = again + mode - start;
    const [own, inverted] = [bytes[mode]! & DATA_MODE, ~bytes[mode]! & DATA_MODE];
    const first = S3.octets(S3.octet(this.#s3, own), bytes, start, mode);
    const second = S3.octets(S3.octet(this.#s3, inverted), bytes, again, stop);
    return first === u16leAt(bytes, mode + 1) && second === u16leAt(bytes, stop);
  }

  #isExtendedShortRight(
    bytes: Uint8Array,
    start: number,
    mode: number,
    rollovers: number,
    stamp: number,
  ): boolean {
    const begun = S5.octet(S5.word(this.#s5, rollovers), bytes[mode]! & DATA_MODE);
    return S5.word(S5.octets(begun, bytes, start, mode), stamp) === s5At(bytes, mode + 1, mode + 5);
  }

  #isExtendedLongRight(
    bytes: Uint8Array,
    start: number,
    mode: number,
    rollovers: number,
    stamp: number,
  ): boolean {
    const again = mode + 3;
    const stop = again + mode - start;
    const begun = S3.octet(S3.word(this.#s3, rollovers), bytes[mode]! & DATA_MODE);
    if (S3.octets(begun, bytes, start, mode) !== u16leAt(bytes, mode + 1)) return false;
    const second = S5.octet(S5.word(this.#s5, rollovers), bytes[mode]! & TIME_MODE);
    return S5.word(S5.octets(second, bytes, again, stop), stamp) === s5At(bytes, stop, stop + 4);
  }

  /** What a consumer says of its time: acknowledgement, time, and in the base format the acknowledgement in other words. */
  #isTimeRight(bytes: Uint8Array, start: number): boolean {
    const [said, stamp] = [bytes[start]!, u16leAt(bytes, start + 1)];
    return this.#format === 'base'
      ? S3.word(S3.octet(this.#s3, said), stamp) === u16leAt(bytes, start + 4)
      : S5.word(S5.octet(this.#s5, said), stamp) === s5At(bytes, start + 3, start + 5);
  }
}

/** The three octets of a checksum do not always lie side by side. */
function s5At(bytes: Uint8Array, low: number, high: number): number {
  return u16leAt(bytes, low) | (bytes[high]! << 16);
}
