import { Pending } from '../../analysis/pending.ts';
import { Tried } from '../../analysis/tried.ts';
import { type ByteReader, Malformed, u16At, u16leAt } from '../../bytes/byte-reader.ts';
import {
  type Assembly,
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { agrees, crc } from './crc.ts';
import { addressName, FIRST_BROADCAST } from './names.ts';
import { addressSweep, LINK_RESET, LINK_STATUS } from './operations.ts';

export interface LinkFrame {
  readonly control: number;
  readonly destination: number;
  readonly source: number;
  /** Of the header and of every block. */
  readonly checked: boolean;
  /** Of the transport function, when there is user data. */
  readonly transport: number | undefined;
  /** User data without checksums and without the octet of the transport function. */
  readonly length: number;
}

// IEEE 1815-2012, 9.2.4.
const START = 0x0564;
const HEADER = 10;
const CHECKSUM = 2;
const BLOCK = 16;
/** The length counts control and addresses, but no checksums. */
const LEAST = 5;

/** From the master. */
const DIRECTION = 0x80;
/** Begins something, rather than answering on the link. */
const PRIMARY = 0x40;

// 9.2.4.1.3.
const RESET_LINK = 0x0;
const CONFIRMED_USER_DATA = 0x3;
const UNCONFIRMED_USER_DATA = 0x4;
const REQUEST_STATUS = 0x9;
const primaryFunctions: Record<number, string> = {
  [RESET_LINK]: 'reset link states',
  0x1: 'reset user process (obsolete)',
  0x2: 'test link states',
  [CONFIRMED_USER_DATA]: 'confirmed user data',
  [UNCONFIRMED_USER_DATA]: 'unconfirmed user data',
  [REQUEST_STATUS]: 'request link status',
};
const secondaryFunctions: Record<number, string> = {
  0x0: 'acknowledged',
  0x1: 'not acknowledged',
  0xb: 'link status',
  0xe: 'link not functioning (obsolete)',
  0xf: 'not supported',
};

// Clause 8.
const FINAL = 0x80;
const FIRST = 0x40;
const SEQUENCE = 0x3f;

/** Carries `dnp3`, at source × 65536 + destination. */
const INNER = 'dnp3';
/** No device takes more than a few thousand octets. */
const LONGEST_FRAGMENT = 1 << 16;
/** At a time, in the whole capture; of more, the oldest is abandoned. */
const MOST_UNFINISHED = 256;
const MANY_ADDRESSES = 16;

/**
 * Frames with their checksums, and the transport function that puts them together. It counts as `dnp3` what it
 * carries and what it does not: also a frame without user data is DNP3.
 */
export const dnp3Link: Dissector<readonly LinkFrame[]> = {
  name: 'dnp3-link',
  title: 'DNP3 data link',
  reference: 'IEEE 1815-2012, clauses 8 and 9',
  industrial: false,
  carriers: [
    { on: 'tcp', at: [20_000] },
    { on: 'udp', at: [20_000] },
  ],
  claims: ['dnp3_link'],

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] !== START >> 8 || (length > 1 && bytes[start + 1] !== (START & 0xff))) return NOT_OURS;
    if (length < HEADER) return PERHAPS;
    if (expected) return OURS;
    return bytes[start + 2]! >= LEAST && agrees(bytes, start, start + HEADER - CHECKSUM) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const length = end - start;
    if (bytes[start] !== START >> 8 || (length > 1 && bytes[start + 1] !== (START & 0xff))) return LOST;
    return length < 3 ? 0 : frameLength(bytes[start + 2]!);
  },

  read(reader) {
    const frames = [];
    // Datagrams may hold several.
    do frames.push(readFrame(reader));
    while (reader.remaining > 0);
    return frames;
  },

  begin: (capture) => new LinkSession(capture),
};

/** Whoever says less than the least has sent a header at most: reading it tells what is wrong. */
function frameLength(length: number): number {
  const data = Math.max(0, length - LEAST);
  return HEADER + data + Math.ceil(data / BLOCK) * CHECKSUM;
}

function readFrame(reader: ByteReader): LinkFrame {
  reader.open('header', '9.2.4.1');
  const start = reader.peekBytes(HEADER - CHECKSUM);
  reader.constant16(START, 'start');
  const length = reader.u8('length');
  if (length < LEAST) throw new Malformed('length', 2, `is ${length}, must be ${LEAST} or more`);
  const control = reader.u8('control');
  const primary = reader.bits(control, PRIMARY, 'primary') === 1;
  reader.bits(control, DIRECTION, 'direction', { 0: 'from the outstation', 1: 'from the master' });
  if (primary) {
    reader.bits(control, 0x20, 'frame count bit');
    reader.bits(control, 0x10, 'frame count valid');
  } else {
    reader.bits(control, 0x10, 'data flow control');
  }
  reader.bits(control, 0x0f, 'function', primary ? primaryFunctions : secondaryFunctions);
  const destination = reader.u16le('destination', addressName);
  const source = reader.u16le('source', addressName);
  let checked = readChecksum(reader, start);
  reader.close();

  let left = length - LEAST;
  let transport: number | undefined;
  const carriesData = primary && isUserData(control & 0x0f);
  const data = carriesData && left > 0 ? left - 1 : left;
  for (let block = 0; left > 0; block++) {
    const size = Math.min(left, BLOCK);
    reader.open('block', '9.2.4.2');
    const content = reader.peekBytes(size);
    if (block === 0 && carriesData) transport = readTransport(reader);
    const rest = block === 0 && carriesData ? size - 1 : size;
    if (rest > 0) reader.skip(rest, 'user data');
    checked = readChecksum(reader, content) && checked;
    reader.close();
    left -= size;
  }
  return { control, destination, source, checked, transport, length: data };
}

// 8.2.
function readTransport(reader: ByteReader): number {
  const transport = reader.u8('transport');
  reader.bits(transport, FINAL, 'final');
  reader.bits(transport, FIRST, 'first');
  reader.bits(transport, SEQUENCE, 'sequence');
  return transport;
}

// 9.2.4.3.
function readChecksum(reader: ByteReader, content: Uint8Array): boolean {
  const right = crc(content, 0, content.length);
  const agreed = reader.u16le('checksum') === right;
  if (!agreed) reader.remark(`should be ${right}`);
  return agreed;
}

function isUserData(code: number): boolean {
  return code === CONFIRMED_USER_DATA || code === UNCONFIRMED_USER_DATA;
}

/** A fragment of which not all segments have come. */
interface Unfinished {
  readonly assembly: Assembly;
  sequence: number;
}

class LinkSession implements Session {
  readonly #links;
  readonly #reset: number;
  readonly #status: number;
  /** Outstations that have not answered. */
  readonly #sweeps: Tried<number>;
  readonly #unfinished: Pending<Unfinished>;
  /** Nearly every fragment comes in one segment: they share this. */
  #whole: Assembly | undefined;

  constructor(capture: Capture) {
    this.#links = capture.counter('dnp3_link', (link) => `${Math.floor(link / 0x1_0000)}->${link & 0xffff}`);
    this.#reset = capture.operation(LINK_RESET);
    this.#status = capture.operation(LINK_STATUS);
    this.#sweeps = new Tried(capture, addressSweep, MANY_ADDRESSES, 'dnp3.tries-addresses');
    this.#unfinished = capture.bounded('pieces', new Pending<Unfinished>(MOST_UNFINISHED));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (end - at >= HEADER && u16At(bytes, at) === START && bytes[at + 2]! >= LEAST) {
      const next = at + frameLength(bytes[at + 2]!);
      if (next > end) break;
      this.#frame(here, bytes, at, next, start);
      at = next;
    }
    // Whatever stops the frames, reading says what it is.
    if (at < end) {
      here.also(INNER);
      dnp3Link.read(here.reader.reset(bytes, start, end), here);
    }
  }

  #frame(here: Here, bytes: Uint8Array, start: number, end: number, message: number): void {
    const control = bytes[start + 3]!;
    const destination = u16leAt(bytes, start + 4);
    const source = u16leAt(bytes, start + 6);
    here.turn(control & DIRECTION ? 'request' : 'reply');
    here.also(INNER);
    const link = source * 0x1_0000 + destination;
    this.#links.add(link);
    if (!isSound(bytes, start, end)) {
      return here.anomaly('dnp3.checksum-wrong', 'checksum', start - message, { source, destination });
    }
    if (here.direction === 'reply') this.#sweeps.found(here.target, here.source, source);
    else if (destination < FIRST_BROADCAST) this.#sweeps.add(here, here.source, here.target, destination);
    if (!(control & PRIMARY)) return;
    const code = control & 0x0f;
    if (isUserData(code)) {
      if (end - start > HEADER) this.#segment(here, bytes, start + HEADER, end, link);
    } else if (code === RESET_LINK || code === REQUEST_STATUS) {
      const note = here.operation(code === RESET_LINK ? this.#reset : this.#status);
      if (here.wanted(note)) here.describe(note, { source, destination });
    }
  }

  // Clause 8: a first segment begins anew, and each later one must be the next.
  #segment(here: Here, bytes: Uint8Array, start: number, end: number, link: number): void {
    const transport = bytes[start]!;
    const sequence = transport & SEQUENCE;
    if ((transport & (FIRST | FINAL)) === (FIRST | FINAL)) {
      if (this.#unfinished.size > 0) this.#unfinished.take(here.flow, link);
      const whole = (this.#whole ??= here.assembly(LONGEST_FRAGMENT));
      whole.clear();
      addBlocks(here, whole, bytes, start, end);
      here.carryAssembled(INNER, whole, link);
      return;
    }
    const begun = this.#unfinished.take(here.flow, link);
    if (!(transport & FIRST) && (!begun || ((begun.sequence + 1) & SEQUENCE) !== sequence)) {
      // The first segments were before the capture, or lost.
      return;
    }
    const fragment =
      transport & FIRST || !begun ? { assembly: here.assembly(LONGEST_FRAGMENT), sequence } : begun;
    fragment.sequence = sequence;
    if (!addBlocks(here, fragment.assembly, bytes, start, end)) return;
    if (transport & FINAL) here.carryAssembled(INNER, fragment.assembly, link);
    else this.#unfinished.put(here.flow, link, fragment);
  }
}

/** Takes the data out of its blocks, without the octet of the transport function. */
function addBlocks(here: Here, assembly: Assembly, bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += BLOCK + CHECKSUM) {
    const stop = Math.min(at + BLOCK, end - CHECKSUM);
    const from = at === start ? at + 1 : at;
    if (from < stop && !assembly.add(here, bytes, from, stop)) return false;
  }
  return true;
}

function isSound(bytes: Uint8Array, start: number, end: number): boolean {
  if (!agrees(bytes, start, start + HEADER - CHECKSUM)) return false;
  for (let at = start + HEADER; at < end; at += BLOCK + CHECKSUM) {
    if (!agrees(bytes, at, Math.min(at + BLOCK, end - CHECKSUM))) return false;
  }
  return true;
}
