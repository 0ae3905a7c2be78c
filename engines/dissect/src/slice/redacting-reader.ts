import { ByteReader, u16At, u32At, u32leAt } from '../bytes/byte-reader.ts';
import { ipv4Text, ipv6Text } from '../network/endpoints.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** What becomes of an octet. Nobody understood it: it does not go along. */
export const UNKNOWN = 0;
/** A zero now, so that the message around it is as long as it was. */
export const ZEROED = 1;
export const KEPT = 2;
export const REPLACED = 3;

export interface Hearing {
  ipv4?(address: number): void;
  mac?(high: number, low: number): void;
  ipv6?(words: readonly number[], text: string): void;
}

/**
 * Reads a message as its dissector does and writes down another one, in which numbers are what they were, addresses and
 * words are pseudonyms of the same length, and of everything else nothing is known: `marks` tells which octet is which.
 *
 * What is an address is seen by how it would be shown to people; nothing here knows a protocol.
 */
export class RedactingReader extends ByteReader {
  readonly out: Uint8Array;
  readonly marks: Uint8Array;
  /** Groups in the order they were opened, for whoever looks for a header. */
  readonly groups: { readonly name: string; readonly start: number }[] = [];
  readonly #pseudonyms: Pseudonyms;
  readonly #hideTimes: boolean;
  readonly #hearing: Hearing;
  #field = '';
  #at = 0;
  #length = 0;
  /** What came last is a field of octets or one that was stepped over. */
  #isOpaque = false;

  constructor(bytes: Uint8Array, pseudonyms: Pseudonyms, hideTimes: boolean, hearing: Hearing = {}) {
    super(bytes);
    this.out = bytes.slice();
    this.marks = new Uint8Array(bytes.length);
    this.#pseudonyms = pseudonyms;
    this.#hideTimes = hideTimes;
    this.#hearing = hearing;
  }

  /** The message as it was. */
  get bytesRead(): Uint8Array {
    return this.source;
  }

  override open(group: string): void {
    this.groups.push({ name: group, start: this.offset });
    this.#isOpaque = false;
  }

  override close(): void {
    this.#isOpaque = false;
  }

  override text(length: number, field: string, encoding: 'latin1' | 'utf-8' | 'utf-16le' = 'latin1'): string {
    const words = super.text(length, field, encoding);
    // By what a message begins with, it is known; so few letters are nobody's name.
    if (length <= 1 || (length <= 4 && isKind.test(field))) this.#mark(this.#at, length, KEPT);
    else this.#words(words, encoding);
    return words;
  }

  override secret(length: number, field: string): void {
    super.secret(length, field);
    this.#isOpaque = false;
  }

  /** Addresses are octets to a protocol, and something to people. */
  override remark(text: string): void {
    if (!this.#isOpaque) return;
    const [at, length] = [this.#at, this.#length];
    const { source: bytes } = this;
    const from = this.begin + at;
    if (length === 6 && text.charCodeAt(2) === COLON) this.#mac(at);
    else if (length === 16 && text === ipv6Text(groupsAt(bytes, from))) this.#ipv6(at);
    else if (length === 4 && text === ipv4Text(u32At(bytes, from))) this.#ipv4(at, u32At(bytes, from), false);
    else if (text !== '') this.#labels(at, length);
  }

  protected override advance(length: number, field: string): number {
    const at = super.advance(length, field);
    this.#field = field;
    this.#at = at - this.begin;
    this.#length = length;
    this.#isOpaque = false;
    return at;
  }

  protected override value<T extends number | bigint | string | Uint8Array>(value: T, meaning: unknown): T {
    if (typeof value === 'number') this.#number(value, meaning);
    else if (typeof value === 'bigint') this.#long();
    else if (typeof value !== 'string') this.#octets();
    return value;
  }

  protected override passed(): void {
    this.#isOpaque = true;
    this.#short();
  }

  /** One octet or two that no field explains hold neither an address nor a name. */
  #short(): void {
    if (this.#length <= 2) this.#mark(this.#at, this.#length, KEPT);
  }

  #number(value: number, meaning: unknown): void {
    const [at, length, field] = [this.#at, this.#length, this.#field];
    if (length === 4 && typeof meaning === 'function' && Number.isInteger(value)) {
      const shown: unknown = meaning(value);
      const from = this.begin + at;
      const [big, little] = [u32At(this.source, from), u32leAt(this.source, from)];
      if (shown === ipv4Text(big)) return this.#ipv4(at, big, false);
      if (shown === ipv4Text(little)) return this.#ipv4(at, little, true);
    }
    if (this.#hideTimes && isTime.test(field)) return;
    if (isSerial.test(field) && length >= 3 && Number.isInteger(value) && value >= 0) {
      const made = this.#pseudonyms.number(value, length);
      for (let i = 0; i < length; i++) this.out[at + i] = (made / 256 ** (length - 1 - i)) & 0xff;
      return this.#mark(at, length, REPLACED);
    }
    this.#mark(at, length, KEPT);
  }

  /** Eight octets may be a station: IEEE 802, extended identifiers made of a MAC address. */
  #long(): void {
    const [at, field] = [this.#at, this.#field];
    const from = this.begin + at;
    if (this.#hideTimes && isTime.test(field)) return;
    if (this.#length === 8 && u16At(this.source, from + 3) >= 0xfffe) {
      const high =
        ((u16At(this.source, from) << 16) | (this.source[from + 2]! << 8) | this.source[from + 5]!) >>> 0;
      const [made, low] = this.#pseudonyms.mac(high, u16At(this.source, from + 6));
      const octets = [
        made >>> 24,
        made >>> 16,
        made >>> 8,
        0xff,
        this.source[from + 4]!,
        made,
        low >>> 8,
        low,
      ];
      octets.forEach((octet, i) => (this.out[at + i] = octet));
      return this.#mark(at, 8, REPLACED);
    }
    if (!isSerial.test(field)) this.#mark(at, this.#length, KEPT);
  }

  #octets(): void {
    this.#isOpaque = true;
    this.#short();
    const [at, length, field] = [this.#at, this.#length, this.#field];
    if (!isAddress.test(field)) return;
    const from = this.begin + at;
    // A field for addresses of any kind: of Ethernet's where there is room for more.
    if (length === 6 || length === 8 || (length === 16 && isHardware.test(field))) {
      this.#mac(at);
      for (let i = 6; i < length; i++) this.out[at + i] = 0;
      this.#mark(at + 6, length - 6, REPLACED);
    } else if (length === 4) this.#ipv4(at, u32At(this.source, from), false);
    else if (length === 16) this.#ipv6(at);
    // IANA address family numbers: one octet in front.
    else if (length === 5 && this.source[from] === 1) {
      this.#mark(at, 1, KEPT);
      this.#ipv4(at + 1, u32At(this.source, from + 1), false);
    }
  }

  #ipv4(at: number, address: number, little: boolean): void {
    if (isMask(address)) return this.#mark(at, 4, KEPT);
    this.#hearing.ipv4?.(address);
    const made = this.#pseudonyms.ipv4(address);
    for (let i = 0; i < 4; i++) this.out[at + (little ? 3 - i : i)] = (made >>> (24 - i * 8)) & 0xff;
    this.#mark(at, 4, REPLACED);
  }

  #mac(at: number): void {
    const from = this.begin + at;
    const [high, low] = [u32At(this.source, from), u16At(this.source, from + 4)];
    this.#hearing.mac?.(high, low);
    const [madeHigh, madeLow] = this.#pseudonyms.mac(high, low);
    for (let i = 0; i < 4; i++) this.out[at + i] = (madeHigh >>> (24 - i * 8)) & 0xff;
    this.out[at + 4] = madeLow >>> 8;
    this.out[at + 5] = madeLow & 0xff;
    this.#mark(at, 6, REPLACED);
  }

  #ipv6(at: number): void {
    const from = this.begin + at;
    const words = [0, 4, 8, 12].map((place) => u32At(this.source, from + place));
    this.#hearing.ipv6?.(words, ipv6Text(groupsAt(this.source, from)));
    this.#pseudonyms.ipv6(words).forEach((word, place) => {
      for (let i = 0; i < 4; i++) this.out[at + place * 4 + i] = (word >>> (24 - i * 8)) & 0xff;
    });
    this.#mark(at, 16, REPLACED);
  }

  /** As long as it was. What follows a NUL is nobody's text, and does not go along. */
  #words(words: string, encoding: string): void {
    const [at, length] = [this.#at, this.#length];
    if (this.#hideTimes && isTime.test(this.#field)) return;
    if (encoding === 'utf-16le') this.#wideWords(at, length, words);
    else this.#narrowWords(at, length, this.#pseudonyms.isPublic(words), encoding === 'utf-8');
  }

  #narrowWords(at: number, length: number, stays: boolean, isUtf8 = false): void {
    const from = this.begin + at;
    let size = 0;
    while (size < length && this.source[from + size] !== 0) size++;
    const octets = this.source.subarray(from, from + size);
    if (!stays) this.out.set((isUtf8 && this.#utf8Of(octets)) || this.#octetsOf(octets), at);
    this.out.fill(0, at + size, at + length);
    this.#mark(at, length, REPLACED);
  }

  /** Undefined for what is said to be UTF-8 and is not. */
  #utf8Of(octets: Uint8Array): Uint8Array | undefined {
    try {
      return encoder.encode(this.#pseudonyms.octets(decoder.decode(octets)));
    } catch {
      return undefined;
    }
  }

  #octetsOf(octets: Uint8Array): Uint8Array {
    let text = '';
    for (const octet of octets) text += String.fromCharCode(octet);
    return Uint8Array.from(this.#pseudonyms.octets(text), (letter) => letter.charCodeAt(0));
  }

  #wideWords(at: number, length: number, words: string): void {
    const units = length >> 1;
    let text = '';
    for (let i = 0; i < units; i++) {
      const from = this.begin + at + i * 2;
      const unit = this.source[from]! | (this.source[from + 1]! << 8);
      if (unit === 0) break;
      text += String.fromCharCode(unit);
    }
    const made = this.#pseudonyms.isPublic(words) ? text : this.#pseudonyms.words(text);
    this.out.fill(0, at, at + length);
    for (let i = 0; i < made.length; i++) {
      this.out[at + i * 2] = made.charCodeAt(i) & 0xff;
      this.out[at + i * 2 + 1] = made.charCodeAt(i) >>> 8;
    }
    this.#mark(at, length, REPLACED);
  }

  /** RFC 1035, 3.1 and 4.1.4: a name in labels, each behind its length, at its end nothing or a pointer. */
  #labels(at: number, length: number): void {
    let place = 0;
    const labels: [number, number][] = [];
    for (let octet = -1; octet !== 0 && place < length;) {
      octet = this.source[this.begin + at + place]!;
      if (octet >= 0xc0) {
        place += 2;
        break;
      }
      if (octet > 63) return;
      labels.push([place, octet]);
      place += 1 + octet;
    }
    if (place !== length) return;
    this.#mark(at, length, KEPT);
    for (const [from, size] of labels) this.#narrowWords(at + from + 1, size, false);
  }

  /** What was replaced once is not put back by whoever reads it again. */
  #mark(at: number, length: number, mark: number): void {
    for (let i = at; i < at + length; i++) if (this.marks[i]! < mark) this.marks[i] = mark;
  }
}

const COLON = 0x3a;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isAddress = /address|\bmac\b/i;
const isHardware = /hardware|\bmac\b/i;
const isKind = /\b(type|kind|magic|method|signature)\b/i;
const isSerial = /serial number|^serial$/i;
/** A part of a date tells the day, too; how far a packet may go is no time. */
const isTime =
  /\btimes?\b(?! to live)|timestamp|clock|\b(?:date|epoch|century|years?|months?|days?|hours?|minutes?|(?:milli|micro|nano)?seconds)\b|^second$|^second of|fraction of (?:a )?second/i;

/** Of a network rather than of somebody: ones, then zeros. */
function isMask(address: number): boolean {
  const zeros = ~address >>> 0;
  return address >>> 24 === 0xff && (zeros & (zeros + 1)) === 0;
}

const groupsAt = (bytes: Uint8Array, at: number) =>
  Array.from({ length: 8 }, (_, i) => u16At(bytes, at + i * 2));
