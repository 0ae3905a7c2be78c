import { unsafe } from '@noble/ciphers/aes.js';

import { ipv4Text, ipv6Text, macText } from '../network/endpoints.ts';

export interface PseudonymOptions {
  /** Sixteen bytes of key and sixteen of padding, made anew for each share and never shown to anybody. */
  readonly key: Uint8Array;
  /** The first half of a MAC address tells who made the station; kept unless told otherwise. */
  readonly keepVendors?: boolean;
  /** Words that are nobody's name: makes and models, as devices tell them. */
  readonly publicWords?: Iterable<string>;
}

const WHOLE = 0x1_0000_0000;

/**
 * Other addresses and names for those of a capture. The same one always becomes the same, nobody without the key finds the
 * way back, and who is a neighbour stays one:
 *
 * - IP addresses keep the length of the prefix they have in common. The construction is that of Crypto-PAn (Xu, Fan, Ammar and
 *   Moon, "Prefix-preserving IP address anonymization", 2002). What is reserved for a use stays in its block: a private
 *   address remains private, a multicast address a group. Of other addresses that share their first bits with such a
 *   block, those few bits are known.
 * - MAC addresses keep their vendor, or become locally administered ones.
 * - Names keep their length and which of their characters are letters and digits, so that a message that carries one is
 *   as long as it was.
 */
export class Pseudonyms {
  readonly #round: Uint32Array;
  /** What the inputs for prefixes are mixed with, so that they are no other's; big-endian. */
  readonly #pad: readonly number[];
  readonly #keepVendors: boolean;
  readonly #public: Set<string>;
  readonly #ipv4 = new Map<number, number>();
  readonly #ipv6 = new Map<string, number[]>();
  readonly #macs = new Map<number, readonly [number, number]>();
  readonly #words = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor({ key, keepVendors = true, publicWords = [] }: PseudonymOptions) {
    if (key.length !== 32) throw new RangeError(`A key of pseudonyms has 32 bytes, this one ${key.length}`);
    this.#round = unsafe.expandKeyLE(key.slice(0, 16));
    const view = new DataView(key.buffer, key.byteOffset + 16, 16);
    this.#pad = this.#encrypted([0, 4, 8, 12].map((at) => view.getUint32(at)));
    this.#keepVendors = keepVendors;
    this.#public = new Set([...publicWords].map((word) => word.trim().toLowerCase()));
  }

  ipv4(address: number): number {
    const known = this.#ipv4.get(address);
    if (known !== undefined) return known;
    const made = isKept4(address) ? address : this.#prefixes([address >>> 0], blocks4)[0]!;
    if (this.#ipv4.size < MOST_KNOWN) this.#ipv4.set(address, made);
    return made;
  }

  /** @param words the address in four numbers of 32 bits */
  ipv6(words: readonly number[]): number[] {
    const key = words.join(' ');
    const known = this.#ipv6.get(key);
    if (known) return known;
    const made = isKept6(words) ? [...words] : this.#prefixes(words, blocks6);
    if (this.#ipv6.size < MOST_KNOWN) this.#ipv6.set(key, made);
    return made;
  }

  /** What became what, in the order in which it was met, as people write it. */
  get pairs(): { addresses: [before: string, after: string][]; words: [before: string, after: string][] } {
    const six = (words: readonly number[]) => ipv6Text(words.flatMap((word) => [word >>> 16, word & 0xffff]));
    return {
      addresses: [
        ...[...this.#ipv4].map(([before, after]): [string, string] => [ipv4Text(before), ipv4Text(after)]),
        ...[...this.#ipv6].map(([before, after]): [string, string] => [
          six(before.split(' ').map(Number)),
          six(after),
        ]),
        ...[...this.#macs].map(([before, [high, low]]): [string, string] => [
          macText(Math.floor(before / 0x1_0000), before % 0x1_0000),
          macText(high, low),
        ]),
      ],
      words: [...this.#words],
    };
  }

  /** @param high the first four octets @param low the last two */
  mac(high: number, low: number): readonly [high: number, low: number] {
    const key = high * 0x1_0000 + low;
    const known = this.#macs.get(key);
    if (known) return known;
    const made = this.#station(high, low);
    if (this.#macs.size < MOST_KNOWN) this.#macs.set(key, made);
    return made;
  }

  #station(high: number, low: number): readonly [high: number, low: number] {
    // A group: which protocol is meant, and nobody's station.
    if (high & 0x0100_0000 || (high === 0 && low === 0)) return this.#group(high, low);
    const host = ((high & 0xff) << 16) | low;
    const vendor = high >>> 8;
    const made = this.#shuffled(host, 12, MAC_HOST, vendor);
    // Locally administered, and not a group: IEEE 802, 8.2.
    const madeBy = this.#keepVendors ? vendor : (this.#number(MAC_VENDOR, vendor, 0) & 0xfc_ffff) | 0x02_0000;
    return [((madeBy << 8) | (made >>> 16)) >>> 0, made & 0xffff];
  }

  /** A number that names one thing, such as a serial number, in `length` octets; zero says that there is none. */
  number(value: number, length: number): number {
    if (value === 0) return 0;
    const range = 256 ** Math.min(length, 6);
    const [high, low] = this.#encrypted([SERIAL, length, Math.floor(value / WHOLE), value >>> 0]);
    return ((high! & 0xffff) * WHOLE + low!) % range || 1;
  }

  /** As people write it: an address of any kind, else words. */
  text(text: string): string {
    return this.address(text) ?? this.words(text);
  }

  /** Undefined for what is no address of IP or Ethernet. */
  address(text: string): string | undefined {
    const read = addressIn(text);
    if (read?.is === 'ipv4') return ipv4Text(this.ipv4(read.address));
    if (read?.is === 'mac') return macText(...this.mac(read.high, read.low));
    if (read) return ipv6Text(this.ipv6(read.words).flatMap((word) => [word >>> 16, word & 0xffff]));
    return undefined;
  }

  /**
   * Every word of a text by another of the same length. What stands between them stays, so that names of the same family
   * are seen to be one.
   */
  words(text: string): string {
    if (this.isPublic(text)) return text;
    return this.octets(text);
  }

  /** The same of octets, each as one character: whatever the encoding, no octet of a letter stays. */
  octets(text: string): string {
    return text.replaceAll(/[\p{L}\p{M}\p{N}\x80-\xff]+/gu, (word) => this.#word(word));
  }

  isPublic(text: string): boolean {
    return this.#public.has(text.trim().toLowerCase());
  }

  /** Case stays, and does not tell names apart. */
  #word(word: string): string {
    const lower = word.toLowerCase();
    const key = isAsLong(lower, word) ? lower : word;
    if (structural.has(key)) return word;
    let made = this.#words.get(key);
    if (made === undefined) {
      made = this.#newWord(key);
      if (this.#words.size < MOST_KNOWN) {
        this.#words.set(key, made);
        this.#taken.add(made);
      }
    }
    let as = '';
    for (let i = 0; i < word.length; i++) as += word[i] === key[i] ? made[i]! : made[i]!.toUpperCase();
    return as;
  }

  /** Two names become two; only where there are no other words of this length any more, one. */
  #newWord(key: string): string {
    if (netbiosName.test(key)) return this.#netbios(key);
    let made = '';
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      made = this.#drawn(key, attempt);
      if (made !== key && !this.#taken.has(made)) return made;
    }
    return made;
  }

  #drawn(key: string, attempt: number): string {
    let made = '';
    let state = this.#digest(key, attempt);
    for (let i = 0; i < key.length; i++) {
      if (i % 16 === 0 && i > 0) state = this.#encrypted(state);
      const draw = (state[(i >> 2) & 3]! >>> ((i & 3) * 8)) & 0xff;
      made += isDigit(key, i) ? String(draw % 10) : letterLike(key.charCodeAt(i), draw);
    }
    return made;
  }

  /** RFC 1001, 14.1: half octets as the letters from A. The last octet says what kind of name it is. */
  #netbios(key: string): string {
    const octets = Array.from(
      { length: 16 },
      (_, i) => (key.charCodeAt(i * 2) - 97) * 16 + key.charCodeAt(i * 2 + 1) - 97,
    );
    const name = String.fromCharCode(...octets.slice(0, 15)).replaceAll(/[^\x20-\x7e]/g, '\0');
    const words = this.words(name);
    const made = Array.from({ length: 16 }, (_, i) => (i < 15 ? words.charCodeAt(i) : octets[15]!));
    return made.map((octet) => String.fromCharCode(97 + (octet >> 4), 97 + (octet & 15))).join('');
  }

  /** IPv4 groups and IPv6 groups have MAC addresses made of them: RFC 1112, 6.4 and RFC 2464, 7. */
  #group(high: number, low: number): readonly [number, number] {
    // Of groups of its own, a plant may have chosen the last octets by the addresses of its devices.
    if (high >>> 8 === 0x01_005e && (high & 0x7f) !== 0 && !((high & 0x7f) === 0x7f && low >>> 8 === 0xff)) {
      const made = this.#number(MAC_GROUP, high, low) & 0x7f_ffff;
      return [0x0100_5e00 | (made >>> 16), made & 0xffff];
    }
    if (high >>> 8 === 0x33_33ff) {
      const made = this.#shuffled(((high & 0xff) << 16) | low, 12, SOLICITED, 6);
      return [(0x3333_ff00 | (made >>> 16)) >>> 0, made & 0xffff];
    }
    return [high, low];
  }

  /**
   * Each bit is flipped or not by a keyed function of the bits before it. As it was published, Crypto-PAn fills a prefix up with
   * fixed bits, and where the address agrees with them, two bits in a row are drawn from one input: every hundredth key
   * would leave a whole /24 as it was.
   */
  #prefixes(words: readonly number[], blocks: readonly Block[]): number[] {
    if (words.length === 4 && isSolicited(words)) {
      const made = this.#shuffled(words[3]! & 0xff_ffff, 12, SOLICITED, 6);
      return [words[0]!, words[1]!, words[2]!, (0xff00_0000 | made) >>> 0];
    }
    const made = [...words];
    for (let bit = 0; bit < words.length * 32; bit++) {
      if (blocks.some((block) => bit < block.bits && sharesPrefix(words, block.prefix, bit))) continue;
      // The bits before it, a one, and zeros: no two prefixes make the same input.
      const input = this.#pad.map((pad, place) => {
        const known = Math.min(32, Math.max(0, bit - place * 32));
        const before = known === 0 ? 0 : words[place]! & (-1 << (32 - known));
        const end = place === bit >> 5 ? 0x8000_0000 >>> (bit & 31) : 0;
        return (pad ^ (before | end)) >>> 0;
      });
      const flips = this.#encrypted(input)[0]! >>> 31;
      const place = bit >> 5;
      made[place] = (made[place]! ^ (flips << (31 - (bit & 31)))) >>> 0;
    }
    return made;
  }

  /** A permutation of the numbers of `2 × half` bits: a Feistel network of eight rounds. */
  #shuffled(value: number, half: number, domain: number, tweak: number): number {
    const mask = (1 << half) - 1;
    let [left, right] = [value >>> half, value & mask];
    for (let round = 0; round < 8; round++) {
      const mixed = this.#number(domain, tweak, (round << 24) | right) & mask;
      [left, right] = [right, left ^ mixed];
    }
    return ((left << half) | right) >>> 0;
  }

  #number(domain: number, one: number, other: number): number {
    return this.#encrypted([domain, one >>> 0, other >>> 0, 0])[0]!;
  }

  /** CBC-MAC with the length in front. */
  #digest(text: string, attempt: number): number[] {
    const bytes = encoder.encode(text);
    let state = this.#encrypted([WORD, bytes.length, attempt, 0]);
    for (let at = 0; at < bytes.length; at += 16) {
      const block = [0, 4, 8, 12].map((from, place) => {
        let word = 0;
        for (let i = 0; i < 4; i++) word = (word << 8) | (bytes[at + from + i] ?? 0);
        return (word ^ state[place]!) >>> 0;
      });
      state = this.#encrypted(block);
    }
    return state;
  }

  /** AES-128 (FIPS 197) of one block, as four big-endian numbers. */
  #encrypted(block: readonly number[]): number[] {
    const [a, b, c, d] = block.map(swapped) as [number, number, number, number];
    const { s0, s1, s2, s3 } = unsafe.encrypt(this.#round, a, b, c, d);
    return [s0, s1, s2, s3].map(swapped);
  }
}

const encoder = new TextEncoder();
const MOST_KNOWN = 262_144;
const MOST_ATTEMPTS = 64;

// What a number is drawn for: the same number elsewhere says nothing about it.
const [MAC_HOST, MAC_VENDOR, MAC_GROUP, SOLICITED, SERIAL, WORD] = [1, 2, 3, 4, 5, 6] as const;

const swapped = (word: number) =>
  (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

/**
 * A letter that takes as much room as another in every encoding that has it: so one name becomes one, whether a protocol
 * writes it in UTF-8, in UTF-16 or, where that can, in Latin-1. Half a letter beyond the first plane takes two octets of UTF-8.
 */
function letterLike(unit: number, draw: number): string {
  if (unit < 0x80) return String.fromCharCode(0x61 + (draw % 26));
  if (unit < 0x100) return String.fromCharCode(0xe0 + (draw % 23));
  return String.fromCharCode(octetsOf(unit) === 2 ? 0x430 + (draw % 32) : 0x4e00 + draw);
}

const octetsOf = (unit: number) => (unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3);

/** Of some letters the small one takes another room than the great one. */
function isAsLong(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++)
    if (octetsOf(one.charCodeAt(i)) !== octetsOf(other.charCodeAt(i))) return false;
  return true;
}

const isDigit = (word: string, at: number) => word.charCodeAt(at) >= 0x30 && word.charCodeAt(at) <= 0x39;

/** Of names in DNS, what is no name: RFC 1034 to 1035, 3596, 6762 and 6763. */
const structural = new Set(['local', 'arpa', 'in', 'addr', 'ip6', 'tcp', 'udp']);
const netbiosName = /^[a-p]{32}$/;

interface Block {
  readonly prefix: readonly number[];
  readonly bits: number;
}

/** IANA IPv4 special-purpose registry: this network, private (RFC 1918, 6598), loopback, link-local, groups and beyond. */
const blocks4: readonly Block[] = [
  [0x0000_0000, 8],
  [0x0a00_0000, 8],
  [0x6440_0000, 10],
  [0x7f00_0000, 8],
  [0xa9fe_0000, 16],
  [0xac10_0000, 12],
  [0xc0a8_0000, 16],
  // Groups that a plant chose for itself (RFC 2365); the others are kept whole.
  [0xef00_0000, 8],
].map(([prefix, bits]) => ({ prefix: [prefix!], bits: bits! }));

/** RFC 4291 and 4193: global unicast, unique local, link-local, groups. */
const blocks6: readonly Block[] = [
  [0x2000_0000, 3],
  [0xfc00_0000, 7],
  [0xfe80_0000, 10],
  [0xff00_0000, 8],
].map(([prefix, bits]) => ({ prefix: [prefix!, 0, 0, 0], bits: bits! }));

/** Groups that mean a protocol, everybody, nobody, oneself. */
function isKept4(address: number): boolean {
  const first = address >>> 24;
  // RFC 2365, 9: the last 256 of a scope are given by IANA, such as that of SSDP.
  const given = address >>> 8 === 0xef_ffff || (first >= 0xe0 && first < 0xef);
  return address === 0 || address === 0x7f00_0001 || first > 0xef || given;
}

function isKept6([a, b, c, d]: readonly number[]): boolean {
  if (a === 0 && b === 0 && c === 0) return d! <= 1;
  // RFC 4291, 2.7: groups given by IANA, but not those made of somebody's address.
  return a! >>> 24 === 0xff && (a! & 0x00f0_0000) === 0 && !isSolicited([a!, b!, c!, d!]);
}

const isSolicited = ([a, b, c, d]: readonly number[]) =>
  a === 0xff02_0000 && b === 0 && c === 1 && d! >>> 24 === 0xff;

function sharesPrefix(one: readonly number[], other: readonly number[], bits: number): boolean {
  for (let place = 0; place * 32 < bits; place++) {
    const shift = 32 - Math.min(32, bits - place * 32);
    if (one[place]! >>> shift !== other[place]! >>> shift) return false;
  }
  return true;
}

export type Address =
  | { readonly is: 'ipv4'; readonly address: number }
  | { readonly is: 'mac'; readonly high: number; readonly low: number }
  | { readonly is: 'ipv6'; readonly words: readonly number[] };

/** An address as people write it; undefined for what is none of IP or Ethernet. */
export function addressIn(text: string): Address | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (four) {
    const octets = four.slice(1).map(Number);
    if (octets.some((octet) => octet > 255)) return undefined;
    return { is: 'ipv4', address: octets.reduce((sum, octet) => sum * 256 + octet, 0) };
  }
  if (/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text)) {
    const digits = text.replaceAll(/[:-]/g, '');
    return {
      is: 'mac',
      high: Number.parseInt(digits.slice(0, 8), 16),
      low: Number.parseInt(digits.slice(8), 16),
    };
  }
  const words = ipv6Words(text);
  return words && { is: 'ipv6', words };
}

/** RFC 4291, 2.2. */
export function ipv6Words(text: string): number[] | undefined {
  if (!/^[0-9a-f:]+$/i.test(text) || !text.includes(':')) return undefined;
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...front, ...Array.from({ length: missing }, () => '0'), ...back];
  if (all.some((group) => group === '' || group.length > 4)) return undefined;
  const numbers = all.map((group) => Number.parseInt(group, 16));
  return [0, 2, 4, 6].map((at) => numbers[at]! * 0x1_0000 + numbers[at + 1]!);
}
