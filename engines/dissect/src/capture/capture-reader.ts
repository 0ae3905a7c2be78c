import { u16At, u16leAt, u32At, u32leAt } from '../bytes/byte-reader.ts';
import { sha256 } from '../bytes/sha256.ts';
import { looksLike, NotACapture, Problems } from './problem.ts';

/** Takes packets out of a capture. Everything is a number or a view: nothing is made for a packet. */
export interface PacketSink {
  /**
   * Of the packet handed over next, in microseconds since 1970. No argument, for a number as large as this would be an
   * object made for each.
   */
  time: number;
  /** Whether the machine that captured writes the low octet of a number first: some links bring its numbers as they were. */
  little?: boolean;
  /**
   * @param base offset in the file of index 0 of `bytes`
   * @param wireLength what the packet measured before it was cut for the capture
   */
  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    base: number,
    wireLength: number,
    linkType: number,
  ): void;
  /** Whoever captured knew this address, of 4 or 16 octets, by that name. */
  named?(address: Uint8Array, name: string): void;
}

export type CaptureFormat = 'pcap' | 'pcap-be' | 'pcapng' | 'snoop' | 'unknown';

/** Keys that a capture brings along, so that others can decrypt it: draft-ietf-opsawg-pcapng, 4.7. */
export interface CarriedSecrets {
  /** In English, `TLS key log`; `unknown` where the draft names no such kind. */
  readonly kind: string;
  /** The packet that stands before them in the file; 0 before the first. */
  readonly packet: number;
  readonly bytes: number;
  /** Null where they are too large, or the file breaks off in them. */
  readonly sha256: string | null;
  /** Where they lie in the (decompressed) file: [offset, length]. */
  readonly pieces: readonly (readonly [offset: number, length: number])[];
}

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Ticks in a microsecond; below 1 for coarse clocks. */
  readonly ticks: number;
  /** Microseconds added to every time. */
  readonly shift: number;
}

/** No network hands over more at once; a length above is a lie, and believing it costs memory. */
const LARGEST_PACKET = 16 * 1024 * 1024;
const USUAL_LARGEST = 262_144;
const LARGEST_BLOCK = LARGEST_PACKET + 65_536;
const MOST_INTERFACES = 4_096;
const MOST_COMMENTS = 100;
const LONGEST_COMMENT = 1_000;
const MOST_NAMES = 4_096;
const LONGEST_NAME = 255;
const MOST_SECRETS = 1_024;
/** Of one capture: beyond, secrets are told without a hash, which would take longer than all the rest. */
const MOST_HASHED = 64 * 1024 * 1024;
/** Of those each is told by itself among what is wrong with the file. */
const MOST_SECRETS_SAID = 8;
/** What is searched arrives in lots: taken byte by byte, each would cost a copy of what waits. */
const SEARCHED_AT_ONCE = 65_536;
/** The last byte of a length lies so far in a record of pcap, and nearer in all others: a record has one that is not 0. */
const LENGTH_ENDS = 11;
/** Shorter runs of zeros, as packets are full of them, are not worth another view. */
const FEW_ZEROS = 64;

const START = 0;
const PCAP = 1;
const PCAPNG = 2;
const LOST_PCAP = 3;
const LOST_PCAPNG = 4;
const STEP_OVER = 5;
const SNOOP = 6;
const LOST_SNOOP = 7;

const SECTION = 0x0a0d_0d0a;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const NAMES = 4;
const ENHANCED_PACKET = 6;
const SECRETS = 10;
/** Type, length, kind and length of the secrets. */
const SECRETS_HEADER = 16;

const text = new TextDecoder('utf-8');

/**
 * Reads pcap (either byte order, micro- and nanoseconds), pcapng and snoop (RFC 1761), pushed in pieces of any size.
 *
 * A record within one piece is handed on where it lies; only one that crosses pieces is copied together.
 * `#step` takes one record from the front, or says in `#needed` how much must be there for it.
 */
export class CaptureReader {
  readonly problems = new Problems();
  readonly comments: string[] = [];
  format: CaptureFormat = 'unknown';
  bytesRead = 0;
  /** Of the file, because they could not be read as packets. */
  bytesLost = 0;
  readonly secrets: CarriedSecrets[] = [];
  secretsDropped = 0;

  readonly #sink: PacketSink;
  #state = START;
  #needed = 4;
  /** The beginning of a record whose end has not arrived. */
  #rest = new Uint8Array(4096);
  #restLength = 0;
  #ended = false;

  #little = true;
  #headerLength = 16;
  #fraction = 1;
  #linkType = 0;
  #largest = LARGEST_PACKET;
  #packetsOfBlocks = 0;
  #hashed = 0;
  #interfaces: Interface[] = [];
  #lastTime = 0;
  #toStepOver = 0;
  #lostSince = 0;
  /** Up to here there were only zeros since trust was lost. */
  #zerosTo = 0;
  #namesTold = 0;
  #complained = new Set<string>();

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  push(piece: Uint8Array): void {
    // Some give a class of their own (Node's Buffer): all code behind this line meets one and the same kind of bytes.
    const chunk = new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
    let at = 0;
    while (this.#restLength > 0 && at < chunk.length) {
      at += this.#fill(chunk, at);
      if (this.#restLength < this.#needed) break;
      this.#takeFromRest(this.bytesRead + at);
    }
    if (this.#restLength === 0) {
      while (at < chunk.length) {
        const used = this.#step(chunk, at, chunk.length, this.bytesRead);
        if (used === 0) break;
        at += used;
      }
      if (at < chunk.length) this.#keep(chunk, at);
    }
    this.bytesRead += chunk.length;
  }

  /** Throws NotACapture when it was none. */
  finish(): void {
    this.#ended = true;
    while (this.#restLength > 0) {
      if (!this.#takeFromRest(this.bytesRead)) break;
    }
    if (this.#state === START) throw new NotACapture(looksLike(this.#rest.subarray(0, this.#restLength)));
    this.#tellSecrets();
    if (this.#state === LOST_PCAP || this.#state === LOST_PCAPNG || this.#state === LOST_SNOOP)
      this.#found(this.bytesRead);
    else if (this.#restLength > 0 || this.#toStepOver > 0) {
      const missing = this.#toStepOver || this.#needed - this.#restLength;
      this.problems.add('cut-off', this.bytesRead, { missing });
    }
  }

  /** Moves as many bytes to the rest as the record in it still needs. */
  #fill(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.#needed - this.#restLength, chunk.length - at);
    if (count <= 0) return 0;
    this.#room(this.#restLength + count);
    this.#rest.set(chunk.subarray(at, at + count), this.#restLength);
    this.#restLength += count;
    return count;
  }

  #keep(chunk: Uint8Array, at: number): void {
    this.#room(chunk.length - at);
    this.#rest.set(chunk.subarray(at));
    this.#restLength = chunk.length - at;
  }

  #room(length: number): void {
    if (length <= this.#rest.length) return;
    const wider = new Uint8Array(Math.max(length, this.#rest.length * 2));
    wider.set(this.#rest.subarray(0, this.#restLength));
    this.#rest = wider;
  }

  #takeFromRest(fileEnd: number): boolean {
    const used = this.#step(this.#rest, 0, this.#restLength, fileEnd - this.#restLength);
    if (used === 0) return false;
    this.#rest.copyWithin(0, used, this.#restLength);
    this.#restLength -= used;
    return true;
  }

  /** One record from the front; the number of bytes it took, or 0 when `#needed` are not there yet. */
  #step(bytes: Uint8Array, at: number, end: number, base: number): number {
    switch (this.#state) {
      case PCAP:
        return this.#packets(bytes, at, end, base);
      case PCAPNG:
        return this.#block(bytes, at, end, base);
      case STEP_OVER:
        return this.#over(end - at);
      case SNOOP:
        return this.#snoop(bytes, at, end, base);
      case START:
        return this.#start(bytes, at, end);
      default:
        return this.#search(bytes, at, end, base);
    }
  }

  #need(count: number): 0 {
    this.#needed = count;
    return 0;
  }

  #start(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < 4) return this.#need(4);
    const magic = u32At(bytes, at);
    if (magic === SECTION) {
      this.format = 'pcapng';
      this.#state = PCAPNG;
      return this.#block(bytes, at, end, 0);
    }
    if (magic === SNOOP_MAGIC && (end - at < 16 || isSnoop(bytes, at))) {
      if (end - at < 16 && !this.#ended) return this.#need(16);
      this.format = 'snoop';
      this.#state = SNOOP;
      this.#order(false);
      this.#linkType = end - at < 16 ? -1 : (snoopLinks[u32At(bytes, at + 12)] ?? -1);
      return Math.min(16, end - at);
    }
    const known = pcapMagic[magic];
    if (!known) {
      if (end - at < 64 && !this.#ended) return this.#need(64);
      throw new NotACapture(looksLike(bytes.subarray(at, end)));
    }
    this.format = known.little ? 'pcap' : 'pcap-be';
    if (end - at < 24) {
      if (this.#ended) this.#state = PCAP;
      return this.#need(24);
    }
    this.#order(known.little);
    this.#fraction = known.nano ? 1000 : 1;
    this.#headerLength = known.header;
    const snapLength = this.#u32(bytes, at + 16);
    this.#largest = Math.min(LARGEST_PACKET, Math.max(USUAL_LARGEST, snapLength));
    // The upper bits tell about frame check sequences, the lower what lies in front of the network layer.
    this.#linkType = this.#u32(bytes, at + 20) & 0xffff;
    this.#state = PCAP;
    return 24;
  }

  /** As many as there are: this is the loop that most of a capture passes through. */
  #packets(bytes: Uint8Array, from: number, end: number, base: number): number {
    const header = this.#headerLength;
    const little = this.#little;
    const fraction = this.#fraction;
    const sink = this.#sink;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = from;
    while (end - at >= header) {
      const length = view.getUint32(at + 8, little);
      // Too long or nothing at all, which takes one comparison for both.
      if ((length - 1) >>> 0 >= this.#largest) {
        const isNothing = length === 0 && isZero(bytes, at, header);
        if (length > 0) this.problems.add('record-length', base + at, { length });
        if (length > 0 || isNothing) {
          this.#lost(LOST_PCAP, base + at, isNothing ? header : 0);
          return at - from + this.#step(bytes, at, end, base);
        }
      }
      const start = at + header;
      if (end - start < length) {
        this.#needed = header + length;
        return at - from;
      }
      const part = view.getUint32(at + 4, little);
      const time =
        view.getUint32(at, little) * 1_000_000 + (fraction === 1 ? part : Math.floor(part / fraction));
      const wireLength = view.getUint32(at + 12, little);
      this.#lastTime = time;
      at = start + length;
      sink.time = time;
      sink.packet(bytes, start, at, base, wireLength, this.#linkType);
    }
    this.#needed = header;
    return at - from;
  }

  /** RFC 1761: one record, padded as its length says. */
  #snoop(bytes: Uint8Array, at: number, end: number, base: number): number {
    if (end - at < SNOOP_HEADER) return this.#need(SNOOP_HEADER);
    const [length, record] = [u32At(bytes, at + 4), u32At(bytes, at + 8)];
    if (!isSnoopRecord(bytes, at)) {
      const isNothing = isZero(bytes, at, SNOOP_HEADER);
      if (!isNothing) this.problems.add('record-length', base + at, { length });
      this.#lost(LOST_SNOOP, base + at, isNothing ? SNOOP_HEADER : 0);
      return this.#search(bytes, at, end, base);
    }
    const start = at + SNOOP_HEADER;
    if (end - at < record && !(this.#ended && end - start >= length)) return this.#need(record);
    const time = u32At(bytes, at + 16) * 1_000_000 + u32At(bytes, at + 20);
    this.#lastTime = time;
    this.#sink.time = time;
    this.#sink.packet(bytes, start, start + length, base, u32At(bytes, at), this.#linkType);
    return Math.min(record, end - at);
  }

  #block(bytes: Uint8Array, at: number, end: number, base: number): number {
    if (end - at < 12) return this.#need(12);
    const isSection = u32At(bytes, at) === SECTION;
    if (isSection) {
      const order = u32At(bytes, at + 8);
      if (order === 0x4d3c_2b1a) this.#order(true);
      else if (order === 0x1a2b_3c4d) this.#order(false);
      else return this.#lose(bytes, at, end, base, 0);
    }
    const type = isSection ? SECTION : this.#u32(bytes, at);
    const length = this.#u32(bytes, at + 4);
    if (length < 12 || length > 0x7fff_ffff) return this.#lose(bytes, at, end, base, length);
    // Some writers do not pad; the trailing length, if it is there, tells.
    const whole = (length + 3) & ~3;
    if (type === SECRETS) {
      const needed = length > LARGEST_BLOCK ? SECRETS_HEADER : whole;
      if (end - at < needed && !this.#ended) return this.#need(needed);
      this.#secretsAt(bytes, at, end, base, length);
    }
    if (!readBlocks.has(type)) {
      this.#toStepOver = whole;
      this.#state = STEP_OVER;
      return this.#over(end - at);
    }
    if (length > LARGEST_BLOCK) return this.#lose(bytes, at, end, base, length);
    if (end - at < whole && !(this.#ended && end - at >= length)) return this.#need(whole);
    if (this.#u32(bytes, at + (length & ~3) - 4) !== length && this.#u32(bytes, at + length - 4) !== length) {
      return this.#lose(bytes, at, end, base, length);
    }
    this.#readBlock(type, bytes, at + 8, at + length - 4, base);
    return Math.min(whole, end - at);
  }

  /** A block of this length, as much of it as is there. Nothing looks at what the secrets say. */
  #secretsAt(bytes: Uint8Array, at: number, end: number, base: number, length: number): void {
    if (this.secrets.length >= MOST_SECRETS) {
      this.secretsDropped++;
      return;
    }
    const start = at + SECRETS_HEADER;
    const isTold = end >= start && length >= SECRETS_HEADER + 4;
    const size = isTold ? Math.min(this.#u32(bytes, at + 12), length - SECRETS_HEADER - 4) : 0;
    const isRead = isTold && length <= LARGEST_BLOCK && start + size <= end;
    const isHashed = isRead && this.#hashed + size <= MOST_HASHED;
    if (isHashed) this.#hashed += size;
    this.secrets.push({
      kind: (isTold && secretKinds[this.#u32(bytes, at + 8)]) || 'unknown',
      packet: this.#packetsOfBlocks,
      bytes: size,
      sha256: isHashed ? sha256(bytes.subarray(start, start + size)) : null,
      pieces: size > 0 ? [[base + start, size]] : [],
    });
  }

  #tellSecrets(): void {
    for (const { kind, packet, bytes, sha256: hash, pieces } of this.secrets.slice(0, MOST_SECRETS_SAID))
      this.problems.add('secrets-in-capture', pieces[0]?.[0] ?? 0, {
        kind,
        packet,
        bytes,
        sha256: hash ?? '–',
      });
    const more = this.secrets.length - MOST_SECRETS_SAID + this.secretsDropped;
    if (more > 0) this.problems.add('more-secrets-in-capture', 0, { count: more });
  }

  #readBlock(type: number, bytes: Uint8Array, at: number, end: number, base: number): void {
    switch (type) {
      case SECTION:
        this.#interfaces = [];
        this.#options(bytes, at + 16, end, (code, start, length) => {
          const what = sectionTexts[code];
          if (what !== undefined && length > 0)
            this.#comment(`${what}: ${this.#textAt(bytes, start, length)}`);
        });
        break;
      case INTERFACE:
        if (end - at >= 8 && this.#interfaces.length < MOST_INTERFACES) this.#interface(bytes, at, end);
        break;
      case ENHANCED_PACKET:
        if (end - at >= 20) this.#enhanced(bytes, at, end, base);
        break;
      case OLD_PACKET:
        if (end - at < 20) break;
        this.#timed(this.#u16(bytes, at), bytes, at, end, base);
        break;
      case NAMES:
        this.#names(bytes, at, end);
        break;
      case SIMPLE_PACKET:
        if (end - at >= 4) this.#simple(bytes, at, end, base);
        break;
    }
  }

  /** draft-ietf-opsawg-pcapng, 4.5: records of one address and names that end with NUL. */
  #names(bytes: Uint8Array, from: number, end: number): void {
    for (let at = from; end - at >= 4;) {
      const kind = this.#u16(bytes, at);
      const length = this.#u16(bytes, at + 2);
      const octets = addressOctets[kind];
      if (kind === 0 || length > end - at - 4) return;
      const start = at + 4;
      if (octets !== undefined && length > octets) this.#named(bytes, start, start + octets, start + length);
      at = start + ((length + 3) & ~3);
    }
  }

  #named(bytes: Uint8Array, start: number, namesStart: number, end: number): void {
    const names = text.decode(bytes.subarray(namesStart, end)).split('\0');
    for (const name of names) {
      if (name === '' || this.#namesTold >= MOST_NAMES) continue;
      this.#namesTold++;
      this.#sink.named?.(bytes.subarray(start, namesStart), name.slice(0, LONGEST_NAME));
    }
  }

  #enhanced(bytes: Uint8Array, at: number, end: number, base: number): void {
    const options = at + 20 + ((this.#u32(bytes, at + 12) + 3) & ~3);
    this.#timed(this.#u32(bytes, at), bytes, at, end, base);
    if (options < end) this.#options(bytes, options, end);
  }

  #timed(index: number, bytes: Uint8Array, at: number, end: number, base: number): void {
    const length = this.#u32(bytes, at + 12);
    if (length > end - at - 20) {
      this.problems.add('record-length', base + at, { length });
      return;
    }
    const from = this.#interfaces[index];
    if (!from) this.#once('unknown-interface', base + at, { interface: index });
    const stamp = this.#u32(bytes, at + 4) * 0x1_0000_0000 + this.#u32(bytes, at + 8);
    const told = from ? Math.floor(stamp / from.ticks) + from.shift : stamp;
    // A clock may be described so that its time lies before 1970 or beyond all counting.
    const time = told >= 0 && told <= Number.MAX_SAFE_INTEGER ? told : this.#lastTime;
    this.#lastTime = time;
    const start = at + 20;
    this.#packetsOfBlocks++;
    this.#sink.time = time;
    this.#sink.packet(bytes, start, start + length, base, this.#u32(bytes, at + 16), from?.linkType ?? -1);
  }

  #simple(bytes: Uint8Array, at: number, end: number, base: number): void {
    const from = this.#interfaces[0];
    this.#once(from ? 'no-timestamps' : 'unknown-interface', base + at, { interface: 0 });
    const wireLength = this.#u32(bytes, at);
    const snapLength = from?.snapLength || Infinity;
    const stop = Math.min(end, at + 4 + wireLength, at + 4 + snapLength);
    this.#packetsOfBlocks++;
    this.#sink.time = this.#lastTime;
    this.#sink.packet(bytes, at + 4, stop, base, wireLength, from?.linkType ?? -1);
  }

  #interface(bytes: Uint8Array, at: number, end: number): void {
    let ticks = 1;
    let shift = 0;
    this.#options(bytes, at + 8, end, (code, start, length) => {
      if (code === 9 && length >= 1) {
        const resolution = bytes[start]!;
        const perSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
        ticks = perSecond / 1_000_000;
      }
      if (code === 14 && length >= 8) {
        const [first, second] = [this.#u32(bytes, start), this.#u32(bytes, start + 4)];
        const [high, low] = this.#little ? [second, first] : [first, second];
        shift = ((high | 0) * 0x1_0000_0000 + low) * 1_000_000;
      }
      const what = interfaceTexts[code];
      if (what !== undefined && length > 0) this.#comment(`${what}: ${this.#textAt(bytes, start, length)}`);
    });
    const linkType = this.#u16(bytes, at);
    this.#interfaces.push({ linkType, snapLength: this.#u32(bytes, at + 4), ticks, shift });
  }

  /** Comments are common to all blocks; the rest is for those who ask. */
  #options(
    bytes: Uint8Array,
    from: number,
    end: number,
    take?: (code: number, start: number, length: number) => void,
  ): void {
    for (let at = from; end - at >= 4;) {
      const code = this.#u16(bytes, at);
      const length = this.#u16(bytes, at + 2);
      if (code === 0 || length > end - at - 4) return;
      if (code === 1) this.#comment(this.#textAt(bytes, at + 4, length));
      take?.(code, at + 4, length);
      at += 4 + ((length + 3) & ~3);
    }
  }

  #textAt(bytes: Uint8Array, start: number, length: number): string {
    return text.decode(bytes.subarray(start, start + Math.min(length, LONGEST_COMMENT)));
  }

  /** What many interfaces or sections say alike is kept once. */
  #comment(said: string): void {
    if (this.comments.length < MOST_COMMENTS && !this.comments.includes(said)) this.comments.push(said);
  }

  #over(available: number): number {
    const count = Math.min(this.#toStepOver, available);
    this.#toStepOver -= count;
    if (this.#toStepOver === 0) this.#state = PCAPNG;
    return count;
  }

  #lose(bytes: Uint8Array, at: number, end: number, base: number, length: number): number {
    const isNothing = isZero(bytes, at, 12);
    if (!isNothing) this.problems.add('block-length', base + at, { length });
    this.#lost(LOST_PCAPNG, base + at, isNothing ? 12 : 0);
    return this.#search(bytes, at, end, base);
  }

  /** @param zeros so many bytes from there on are known to be zeros */
  #lost(state: number, offset: number, zeros: number): void {
    this.#state = state;
    this.#lostSince = offset;
    this.#zerosTo = offset + zeros;
  }

  /**
   * Steps forward byte by byte, and over zeros at once, until something makes sense: a believable record whose successor is
   * believable too, or that ends with the file.
   */
  #search(bytes: Uint8Array, from: number, end: number, base: number): number {
    const lost = this.#state;
    // The place where trust was lost is not tried again.
    for (let at = Math.max(from, this.#lostSince + 1 - base); at < end; at++) {
      if (bytes[at] === 0) {
        const zerosEnd = endOfZeros(bytes, at, end);
        if (base + at <= this.#zerosTo) this.#zerosTo = Math.max(this.#zerosTo, base + zerosEnd);
        at = Math.max(at, zerosEnd - LENGTH_ENDS);
      }
      const answer =
        lost === LOST_PCAP
          ? this.#believableRecord(bytes, at, end)
          : lost === LOST_SNOOP
            ? this.#believableSnoop(bytes, at, end)
            : this.#believableBlock(bytes, at, end);
      if (answer === 'no') continue;
      if (answer === 'yes') {
        this.#found(base + at);
        this.#state = lost === LOST_PCAP ? PCAP : lost === LOST_SNOOP ? SNOOP : PCAPNG;
      }
      // Until more has arrived, the bytes before this one are done with.
      return at - from || (answer === 'yes' ? this.#step(bytes, at, end, base) : 0);
    }
    return end > from ? end - from : this.#need(1);
  }

  #found(offset: number): void {
    const since = this.#lostSince;
    // A number of the next record may begin with some of the zeros.
    const zerosTo = Math.min(offset, this.#zerosTo);
    this.bytesLost += offset - since;
    if (zerosTo > since) this.problems.add('zeros', since, { bytes: zerosTo - since });
    if (offset > zerosTo) this.problems.add('resynchronised', zerosTo, { lost: offset - zerosTo });
  }

  #believableRecord(bytes: Uint8Array, at: number, end: number): 'yes' | 'no' | 'more' {
    const header = this.#headerLength;
    if (end - at < header) return this.#more(header);
    if (!this.#believableHeader(bytes, at)) return 'no';
    const next = at + header + this.#u32(bytes, at + 8);
    if (this.#ended && next === end) return 'yes';
    if (end - next < header) return this.#more(next + header - at);
    return this.#believableHeader(bytes, next) ? 'yes' : 'no';
  }

  #believableHeader(bytes: Uint8Array, at: number): boolean {
    const seconds = this.#u32(bytes, at);
    const length = this.#u32(bytes, at + 8);
    const wireLength = this.#u32(bytes, at + 12);
    return (
      length > 0 &&
      length <= USUAL_LARGEST &&
      wireLength >= length &&
      wireLength <= USUAL_LARGEST &&
      this.#u32(bytes, at + 4) < 1_000_000 * this.#fraction &&
      (this.#lastTime === 0 || Math.abs(seconds - this.#lastTime / 1_000_000) < WEEK)
    );
  }

  #believableSnoop(bytes: Uint8Array, at: number, end: number): 'yes' | 'no' | 'more' {
    if (end - at < SNOOP_HEADER) return this.#more(SNOOP_HEADER);
    if (!isSnoopRecord(bytes, at) || u32At(bytes, at + 4) === 0) return 'no';
    if (this.#lastTime > 0 && Math.abs(u32At(bytes, at + 16) - this.#lastTime / 1_000_000) >= WEEK)
      return 'no';
    const next = at + u32At(bytes, at + 8);
    if (this.#ended && next === end) return 'yes';
    if (end - next < SNOOP_HEADER) return this.#more(next + SNOOP_HEADER - at);
    return isSnoopRecord(bytes, next) ? 'yes' : 'no';
  }

  #believableBlock(bytes: Uint8Array, at: number, end: number): 'yes' | 'no' | 'more' {
    if (end - at < 12) return this.#more(12);
    const isSection = u32At(bytes, at) === SECTION;
    const type = isSection ? SECTION : this.#u32(bytes, at);
    if (!readBlocks.has(type)) return 'no';
    const little = isSection ? u32At(bytes, at + 8) === 0x4d3c_2b1a : this.#little;
    const length = little ? u32leAt(bytes, at + 4) : u32At(bytes, at + 4);
    if (length < 12 || length % 4 !== 0 || length > USUAL_LARGEST + 65_536) return 'no';
    if (end - at < length) return this.#more(length);
    const trailing = at + length - 4;
    return (little ? u32leAt(bytes, trailing) : u32At(bytes, trailing)) === length ? 'yes' : 'no';
  }

  #order(little: boolean): void {
    this.#little = this.#sink.little = little;
  }

  #more(count: number): 'more' | 'no' {
    if (this.#ended) return 'no';
    this.#needed = count + SEARCHED_AT_ONCE;
    return 'more';
  }

  #once(code: string, offset: number, params: Record<string, number | string> = {}): void {
    const key = `${code} ${JSON.stringify(params)}`;
    if (this.#complained.has(key) || this.#complained.size > 100) return;
    this.#complained.add(key);
    this.problems.add(code, offset, params);
  }

  #u16(bytes: Uint8Array, at: number): number {
    return this.#little ? u16leAt(bytes, at) : u16At(bytes, at);
  }

  #u32(bytes: Uint8Array, at: number): number {
    return this.#little ? u32leAt(bytes, at) : u32At(bytes, at);
  }
}

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Where the zeros at `from` end. A recorder that crashed leaves gigabytes of them. */
function endOfZeros(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  const near = Math.min(end, from + FEW_ZEROS);
  while (at < near && bytes[at] === 0) at++;
  if (at < near || at === end) return at;
  // By words, which lie at multiples of four in the memory.
  const ahead = -(bytes.byteOffset + at) & 3;
  if (end - at >= ahead + 4 && isZero(bytes, at, ahead)) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + at + ahead, (end - at - ahead) >> 2);
    let word = 0;
    while (word < words.length && words[word] === 0) word++;
    at += ahead + word * 4;
  }
  while (at < end && bytes[at] === 0) at++;
  return at;
}

/** RFC 1761: `snoop`, three NULs, version 2. */
const SNOOP_MAGIC = 0x736e_6f6f;
const SNOOP_HEADER = 24;
const MOST_PADDING = 64;

function isSnoop(bytes: Uint8Array, at: number): boolean {
  return u32At(bytes, at + 4) === 0x7000_0000 && u32At(bytes, at + 8) === 2;
}

function isSnoopRecord(bytes: Uint8Array, at: number): boolean {
  const [wireLength, length, record] = [u32At(bytes, at), u32At(bytes, at + 4), u32At(bytes, at + 8)];
  return (
    length <= USUAL_LARGEST &&
    wireLength >= length &&
    record >= length + SNOOP_HEADER &&
    record <= length + SNOOP_HEADER + MOST_PADDING &&
    u32At(bytes, at + 20) < 1_000_000
  );
}

/** RFC 1761, datalink types, by the numbers of the tcpdump project: IEEE 802.3, Token Ring, Ethernet, FDDI. */
const snoopLinks: Readonly<Record<number, number>> = { 0: 1, 2: 6, 4: 1, 8: 10 };

const WEEK = 7 * 86_400;
const readBlocks = new Set([SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, NAMES, ENHANCED_PACKET]);

/** draft-ietf-opsawg-pcapng, 4.7: secrets of a decryption secrets block. */
const secretKinds: Record<number, string> = {
  0x544c_534b: 'TLS key log',
  0x5353_484b: 'SSH key log',
  0x5747_4b4c: 'WireGuard key log',
  0x5a4e_574b: 'Zigbee network key',
  0x5a41_5053: 'Zigbee APS key',
  0x5541_4b4c: 'OPC UA key log',
  0x4553_5053: 'IPsec ESP keys',
};

/** Of records of names, by their kind: IPv4 and IPv6. */
const addressOctets: Record<number, number> = { 1: 4, 2: 16 };

/** Options of a section and of an interface that are text: draft-ietf-opsawg-pcapng, 4.1 and 4.2. */
const sectionTexts: Record<number, string> = { 2: 'hardware', 3: 'operating system', 4: 'captured with' };
const interfaceTexts: Record<number, string> = {
  2: 'interface',
  3: 'interface description',
  12: 'operating system of the interface',
  15: 'hardware of the interface',
};

/** By the first four bytes of the file, read big-endian. */
const pcapMagic: Record<number, { little: boolean; nano: boolean; header: number }> = {
  0xa1b2_c3d4: { little: false, nano: false, header: 16 },
  0xd4c3_b2a1: { little: true, nano: false, header: 16 },
  0xa1b2_3c4d: { little: false, nano: true, header: 16 },
  0x4d3c_b2a1: { little: true, nano: true, header: 16 },
  // Kuznetzov's patch of long ago: eight more bytes before each packet.
  0xa1b2_cd34: { little: false, nano: false, header: 24 },
  0x34cd_b2a1: { little: true, nano: false, header: 24 },
};
