import { addressIn, type Pseudonyms } from './pseudonyms.ts';

/**
 * What must not be found in what leaves: addresses and names of the capture, in either byte order and as text. A second
 * net: the first are the fields.
 */
export class Known {
  readonly #pseudonyms: Pseudonyms;
  /** By the first four octets, letters in lower case. */
  readonly #patterns = new Map<number, Pattern[]>();
  /** Most places begin nothing: one look tells. */
  readonly #begins = new Uint8Array(0x1_0000);
  readonly #told = new Set<string | number>();
  #count = 0;

  constructor(pseudonyms: Pseudonyms) {
    this.#pseudonyms = pseudonyms;
  }

  ipv4(address: number): void {
    if (!this.#isNew(address) || this.#pseudonyms.ipv4(address) === address) return;
    const octets = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
    this.#add(octets, true);
    this.#add(octets.toReversed(), true);
    this.#addText(octets.join('.'));
  }

  mac(high: number, low: number): void {
    if (!this.#isNew(MACS + high * 0x1_0000 + low)) return;
    const made = this.#pseudonyms.mac(high, low);
    if (made[0] === high && made[1] === low) return;
    const octets = [...[24, 16, 8, 0].map((shift) => (high >>> shift) & 0xff), low >>> 8, low & 0xff];
    this.#add(octets, true);
    this.#add(octets.toReversed(), true);
    const digits = octets.map((octet) => octet.toString(16).padStart(2, '0'));
    for (const between of ['', ':', '-']) this.#addText(digits.join(between));
  }

  ipv6(words: readonly number[], text: string): void {
    if (!this.#isNew(`6 ${text}`)) return;
    this.#add(
      words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff)),
      true,
    );
    this.#addText(text);
  }

  /** An address as people write it, or a name. */
  text(text: string): void {
    const read = addressIn(text);
    if (read?.is === 'ipv4') this.ipv4(read.address);
    else if (read?.is === 'mac') this.mac(read.high, read.low);
    else if (read) this.ipv6(read.words, text);
    else this.name(text);
  }

  /** Short words are found everywhere and name nobody. */
  name(name: string): void {
    const words = name.trim();
    if (words.length < SHORTEST_NAME || this.#pseudonyms.words(words) === words || !this.#isNew(`n ${words}`))
      return;
    this.#addText(words);
  }

  /**
   * Whether something known begins here and ends before `end`: its length, else 0.
   */
  at(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < 4) return 0;
    const first = folded4(bytes, at);
    if (this.#begins[hashed(first)] === 0) return 0;
    for (const { octets, exact } of this.#patterns.get(first) ?? NONE) {
      if (octets.length > end - at) continue;
      let i = 0;
      while (i < octets.length && (exact ? bytes[at + i]! : folded(bytes[at + i]!)) === octets[i]) i++;
      if (i === octets.length) return i;
    }
    return 0;
  }

  /** @param what an IPv4 address, a MAC address beyond these, or words */
  #isNew(what: string | number): boolean {
    if (this.#told.has(what) || this.#count >= MOST_PATTERNS) return false;
    this.#told.add(what);
    return true;
  }

  #addText(text: string): void {
    const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    this.#add([...new TextEncoder().encode(text)], false);
    this.#add(
      units.flatMap((unit) => [unit & 0xff, unit >>> 8]),
      false,
    );
    this.#add(
      units.flatMap((unit) => [unit >>> 8, unit & 0xff]),
      false,
    );
  }

  #add(given: readonly number[], exact: boolean): void {
    if (given.length < 4) return;
    this.#count++;
    const octets = exact ? given : given.map(folded);
    const first = folded4(given, 0);
    this.#begins[hashed(first)] = 1;
    const same = this.#patterns.get(first);
    if (same) same.push({ octets, exact });
    else this.#patterns.set(first, [{ octets, exact }]);
  }
}

interface Pattern {
  readonly octets: readonly number[];
  /** Numbers rather than letters, of which some would be the same in lower case. */
  readonly exact: boolean;
}

const NONE: readonly Pattern[] = [];
const MACS = 0x1_0000_0000;
const SHORTEST_NAME = 4;
const MOST_PATTERNS = 500_000;

const folded = (octet: number) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet);

function folded4(bytes: ArrayLike<number>, at: number): number {
  return (
    ((folded(bytes[at]!) << 24) |
      (folded(bytes[at + 1]!) << 16) |
      (folded(bytes[at + 2]!) << 8) |
      folded(bytes[at + 3]!)) >>>
    0
  );
}

const hashed = (word: number) => Math.imul(word, 0x9e37_79b1) >>> 16;
