import { u16leAt, u32leAt } from './byte-reader.ts';
import { CRC32_BEGIN, crc32 } from './crc32.ts';

/** The bytes are not what was packed, or break off. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
  readonly packing: 'gzip' | 'zstd';

  constructor(problem: string, packing: 'gzip' | 'zstd' = 'gzip') {
    super(problem);
    this.packing = packing;
  }
}

const HEADER = 0;
const BLOCK = 1;
const STORED = 2;
const CODES = 3;
const TRAILER = 4;
const PADDING = 5;

/** RFC 1951, 2: so far back at most. */
const WINDOW = 32_768;
const ROOM = 131_072;
const LONGEST_MATCH = 258;
/** RFC 1952, 2.3: a name and a comment may be of any length; nobody's are so long. */
const LONGEST_HEADER = 131_072;
/** What stands behind every member: whoever has so much may read any code without looking where the bytes end. */
const TRAILER_LENGTH = 8;
/** Places are told in bits, as numbers of 32. */
const MOST_AT_ONCE = 1 << 24;

/**
 * Gzip (RFC 1952) of any number of members, pushed in pieces of any size.
 *
 * The `DecompressionStream` of browsers is faster and cannot be used: it takes one member, does not say how much of what
 * it was given belonged to that, and calls the next one an error. Where a member ends, only who reads its codes knows, for
 * a gzip that was sent over the network and captured looks just like the next member.
 */
export class Gunzip {
  #state = HEADER;
  /** What came in and is not read yet, how long it is, and the bit that is next. */
  #input = new Uint8Array(0);
  #end = 0;
  #bit = 0;

  /** What came out: from `#from` on it is of this member, from `#told` on nobody has it yet. */
  readonly #output = new Uint8Array(WINDOW + ROOM);
  #filled = 0;
  #from = 0;
  #told = 0;

  #isLastBlock = false;
  /** Of a stored block. */
  #left = 0;
  readonly #literals = new Uint16Array(1 << 15);
  readonly #distances = new Uint16Array(1 << 15);
  #literalMask = 0;
  #distanceMask = 0;

  #checksum = CRC32_BEGIN;
  #length = 0;

  /** What it gives is good until it is asked for more. Throws Damaged, after all that was right. */
  *push(bytes: Uint8Array, isLast: boolean): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += MOST_AT_ONCE)
      yield* this.#take(bytes.subarray(at, at + MOST_AT_ONCE));
    if (!isLast) return;
    const isWhole = this.#state === PADDING || (this.#state === HEADER && this.#end === 0);
    if (isWhole) return;
    this.#takeLast();
    yield* this.#tell();
    throw new Damaged('It breaks off.');
  }

  *#take(bytes: Uint8Array): Generator<Uint8Array> {
    const rest = this.#input;
    this.#input = new Uint8Array(rest.length + bytes.length);
    this.#input.set(rest);
    this.#input.set(bytes, rest.length);
    this.#end = this.#input.length;
    let damaged: unknown;
    for (let goesOn = true; goesOn && !damaged;) {
      try {
        goesOn = this.#step();
      } catch (error) {
        damaged = error;
      }
      if (!goesOn || damaged || this.#isFull) yield* this.#tell();
    }
    if (damaged) throw damaged;
    this.#input = this.#input.slice(this.#bit >> 3);
    this.#end = this.#input.length;
    this.#bit &= 7;
  }

  *#tell(): Generator<Uint8Array> {
    if (this.#filled === this.#told) return;
    this.#count();
    yield this.#output.subarray(this.#told, this.#filled);
    this.#told = this.#filled;
    if (this.#isFull) this.#slide();
  }

  /** Of what breaks off, the last codes: one by one, as far as they are whole. */
  #takeLast(): void {
    const end = this.#end * 8;
    this.#end += TRAILER_LENGTH;
    const input = new Uint8Array(this.#end);
    input.set(this.#input);
    this.#input = input;
    while (this.#state === CODES && !this.#isFull) {
      const [bit, filled] = [this.#bit, this.#filled];
      this.#codes(filled);
      if (this.#bit > bit && this.#bit <= end) continue;
      this.#filled = filled;
      return;
    }
  }

  get #isFull(): boolean {
    return this.#filled > WINDOW + ROOM - LONGEST_MATCH;
  }

  #slide(): void {
    const gone = this.#filled - WINDOW;
    this.#output.copyWithin(0, gone, this.#filled);
    this.#filled = this.#told = WINDOW;
    this.#from = Math.max(0, this.#from - gone);
  }

  #count(): void {
    const from = Math.max(this.#told, this.#from);
    this.#checksum = crc32(this.#checksum, this.#output, from, this.#filled);
    this.#length = (this.#length + this.#filled - from) >>> 0;
  }

  /** False when more must be there. */
  #step(): boolean {
    switch (this.#state) {
      case HEADER:
        return this.#header();
      case BLOCK:
        return this.#block();
      case STORED:
        return this.#stored();
      case CODES:
        return this.#codes();
      case TRAILER:
        return this.#trailer();
      default:
        return this.#padding();
    }
  }

  // RFC 1952, 2.3.
  #header(): boolean {
    const [input, end] = [this.#input, this.#end];
    const start = this.#bit >> 3;
    if (start < end && input[start] === 0) {
      this.#state = PADDING;
      return true;
    }
    if (end - start < 10) return false;
    const flags = input[start + 3]!;
    if (u16leAt(input, start) !== 0x8b1f || input[start + 2] !== 8 || flags > 0x1f)
      throw new Damaged('Behind a member stands something else than the next.');
    let at = start + 10;
    if (flags & 4) at = at + 2 > end ? end + 1 : at + 2 + u16leAt(input, at);
    for (const flag of [8, 16]) {
      if ((flags & flag) === 0 || at > end) continue;
      const nul = input.indexOf(0, at);
      at = nul < 0 ? end + 1 : nul + 1;
    }
    if (flags & 2) at += 2;
    if (at > end) {
      if (end - start > LONGEST_HEADER) throw new Damaged('A header has no end.');
      return false;
    }
    this.#bit = at * 8;
    this.#checksum = CRC32_BEGIN;
    this.#length = 0;
    this.#from = this.#filled;
    this.#state = BLOCK;
    return true;
  }

  // RFC 1951, 3.2.3.
  #block(): boolean {
    if (!this.#isEnough) return false;
    const start = this.#bit;
    const isLast = this.#bits(1) === 1;
    const kind = this.#bits(2);
    if (kind === 3) throw new Damaged('A block is of no kind there is.');
    if (kind === 0) {
      const at = (this.#bit + 7) >> 3;
      this.#left = u16leAt(this.#input, at);
      if ((this.#left ^ u16leAt(this.#input, at + 2)) !== 0xffff) throw new Damaged('A length is wrong.');
      this.#bit = (at + 4) * 8;
    } else if (kind === 1) {
      this.#literalMask = fill(this.#literals, fixedLiterals);
      this.#distanceMask = fill(this.#distances, fixedDistances);
    } else if (!this.#dynamic()) {
      this.#bit = start;
      return false;
    }
    this.#isLastBlock = isLast;
    this.#state = kind === 0 ? STORED : CODES;
    return true;
  }

  /** RFC 1951, 3.2.7. False when more must be there. */
  #dynamic(): boolean {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const count = this.#bits(4) + 4;
    const lengths = new Uint8Array(19);
    for (let i = 0; i < count; i++) {
      if (!this.#isEnough) return false;
      lengths[order[i]!] = this.#bits(3);
    }
    const mask = fill(this.#distances, lengths);
    const all = new Uint8Array(literals + distances);
    for (let i = 0; i < all.length;) {
      if (!this.#isEnough) return false;
      const symbol = this.#symbol(this.#distances, mask);
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw new Damaged('A length is to be that of none.');
      const value = symbol === 16 ? all[i - 1]! : 0;
      const times =
        symbol === 16 ? 3 + this.#bits(2) : symbol === 17 ? 3 + this.#bits(3) : 11 + this.#bits(7);
      if (i + times > all.length) throw new Damaged('There are more lengths than codes.');
      all.fill(value, i, i + times);
      i += times;
    }
    this.#literalMask = fill(this.#literals, all.subarray(0, literals));
    this.#distanceMask = fill(this.#distances, all.subarray(literals));
    return true;
  }

  #stored(): boolean {
    const at = this.#bit >> 3;
    const length = Math.min(this.#left, this.#end - at, this.#output.length - this.#filled);
    this.#output.set(this.#input.subarray(at, at + length), this.#filled);
    this.#filled += length;
    this.#left -= length;
    this.#bit += length * 8;
    if (this.#left === 0) this.#blockEnded();
    return this.#left === 0 || this.#isFull;
  }

  /** This is where the time goes. @param full room for another begins no further than here */
  #codes(full = WINDOW + ROOM - LONGEST_MATCH): boolean {
    const [input, output, literals, distances] = [this.#input, this.#output, this.#literals, this.#distances];
    const [literalMask, distanceMask, from] = [this.#literalMask, this.#distanceMask, this.#from];
    const last = (this.#end - TRAILER_LENGTH) * 8;
    let bit = this.#bit;
    let filled = this.#filled;
    let isEnd = false;
    while (bit <= last && filled <= full) {
      let next = u32leAt(input, bit >> 3) >>> (bit & 7);
      let entry = literals[next & literalMask]!;
      const symbol = entry >> 4;
      if (entry === 0 || symbol > LAST_LENGTH) throw this.#noCode(filled);
      bit += entry & 15;
      if (symbol < END_OF_BLOCK) {
        output[filled++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) {
        isEnd = true;
        break;
      }
      const more = lengthBits[symbol - FIRST_LENGTH]!;
      const length = lengthBase[symbol - FIRST_LENGTH]! + ((next >>> (entry & 15)) & ((1 << more) - 1));
      bit += more;
      next = u32leAt(input, bit >> 3) >>> (bit & 7);
      entry = distances[next & distanceMask]!;
      if (entry === 0 || entry >> 4 > LAST_DISTANCE) throw this.#noCode(filled);
      bit += entry & 15;
      next = u32leAt(input, bit >> 3) >>> (bit & 7);
      const further = distanceBits[entry >> 4]!;
      const distance = distanceBase[entry >> 4]! + (next & ((1 << further) - 1));
      bit += further;
      if (distance > filled - from) throw this.#noCode(filled);
      for (const stop = filled + length; filled < stop; filled++) output[filled] = output[filled - distance]!;
    }
    this.#bit = bit;
    this.#filled = filled;
    if (isEnd) this.#blockEnded();
    return isEnd || this.#isFull;
  }

  #noCode(filled: number): Damaged {
    this.#filled = filled;
    return new Damaged('A code stands for nothing.');
  }

  #blockEnded(): void {
    this.#state = this.#isLastBlock ? TRAILER : BLOCK;
  }

  // RFC 1952, 2.3.1.
  #trailer(): boolean {
    const at = (this.#bit + 7) >> 3;
    if (this.#end - at < TRAILER_LENGTH) return false;
    // What was not told yet is counted, and told later.
    const from = Math.max(this.#told, this.#from);
    const checksum = ~crc32(this.#checksum, this.#output, from, this.#filled) >>> 0;
    const length = (this.#length + this.#filled - from) >>> 0;
    if (u32leAt(this.#input, at) !== checksum || u32leAt(this.#input, at + 4) !== length)
      throw new Damaged('What comes out is not what was packed.');
    this.#bit = (at + TRAILER_LENGTH) * 8;
    this.#state = HEADER;
    return true;
  }

  /** Whatever writes whole blocks of a medium fills the last one with zeros. */
  #padding(): boolean {
    const at = this.#bit >> 3;
    for (let i = at; i < this.#end; i++) {
      if (this.#input[i] !== 0) throw new Damaged('Behind the last member stands something else.');
    }
    this.#bit = this.#end * 8;
    return false;
  }

  /** For any code and what belongs to it. */
  get #isEnough(): boolean {
    return this.#bit <= (this.#end - TRAILER_LENGTH) * 8;
  }

  #bits(count: number): number {
    const bits = (u32leAt(this.#input, this.#bit >> 3) >>> (this.#bit & 7)) & ((1 << count) - 1);
    this.#bit += count;
    return bits;
  }

  #symbol(table: Uint16Array, mask: number): number {
    const entry = table[(u32leAt(this.#input, this.#bit >> 3) >>> (this.#bit & 7)) & mask]!;
    if (entry === 0) throw new Damaged('A code stands for nothing.');
    this.#bit += entry & 15;
    return entry >> 4;
  }
}

// RFC 1951, 3.2.5.
const END_OF_BLOCK = 256;
const FIRST_LENGTH = 257;
const LAST_LENGTH = 285;
const LAST_DISTANCE = 29;
const lengthBits = Uint8Array.from({ length: LAST_LENGTH - FIRST_LENGTH + 1 }, (_, i) =>
  i < 8 || i === LAST_LENGTH - FIRST_LENGTH ? 0 : (i >> 2) - 1,
);
const lengthBase = Uint16Array.from(basesOf(lengthBits, 3)).with(-1, LONGEST_MATCH);
const distanceBits = Uint8Array.from({ length: LAST_DISTANCE + 1 }, (_, i) => Math.max(0, (i >> 1) - 1));
const distanceBase = Uint16Array.from(basesOf(distanceBits, 1));
// 3.2.6.
const fixedLiterals = Uint8Array.from({ length: 288 }, (_, i) =>
  i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
);
const fixedDistances = new Uint8Array(32).fill(5);
// 3.2.7.
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Each begins where the one before it ends. */
function basesOf(bits: Uint8Array, first: number): number[] {
  let next = first;
  return Array.from(bits, (count) => {
    const base = next;
    next += 1 << count;
    return base;
  });
}

/**
 * RFC 1951, 3.2.2: codes by the bits that come next, the lowest first; symbol × 16 + length, 0 where no code is.
 * Returns the mask of the longest.
 */
function fill(table: Uint16Array, lengths: Uint8Array): number {
  const counts = new Uint16Array(17);
  let longest = 0;
  for (const length of lengths) {
    if (length > 0) counts[length]!++;
    if (length > longest) longest = length;
  }
  const next = new Uint32Array(17);
  for (let length = 1; length <= 15; length++) {
    next[length + 1] = (next[length]! + counts[length]!) << 1;
    if (next[length]! + counts[length]! > 1 << length) throw new Damaged('There are more codes than can be.');
  }
  table.fill(0, 0, 1 << longest);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    const code = next[length]!++;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
    for (let at = reversed; at < 1 << longest; at += 1 << length) table[at] = (symbol << 4) | length;
  }
  return (1 << longest) - 1;
}
