import { type Context, type Direction, type Dissector, type Endpoint, LOST } from '../dissector.ts';
import { Stage } from '../analysis/stage.ts';
import { ByteReader, Malformed } from '../bytes/byte-reader.ts';
import { CaptureReader, type PacketSink } from '../capture/capture-reader.ts';
import type { Problem } from '../capture/problem.ts';
import type { Flow } from '../network/flows.ts';
import { type Origin, type Piece, piecesOf } from '../network/gathered.ts';
import { turnCooked } from '../network/links.ts';
import { readLayers } from '../network/layers.ts';
import { Network, transportName } from '../network/network.ts';
import { dissectors as registry } from '../registry.ts';
import { correctChecksums, isFragment } from './checksums.ts';
import { Known } from './known.ts';
import { PcapngWriter } from './pcapng-writer.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { KEPT, RedactingReader, REPLACED, UNKNOWN, ZEROED } from './redacting-reader.ts';

/** Who talks to whom about what, as a report tells it. */
export interface Talk {
  readonly from: string;
  readonly to: string;
  readonly transport: string;
  readonly port: number;
}

/** Which packets go along: those that everything which is told here holds of. */
export interface SliceChoice {
  /** From or to one of these addresses. */
  readonly hosts?: readonly string[];
  readonly talks?: readonly Talk[];
  /** Microseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
}

export interface SliceOptions {
  readonly choice: SliceChoice;
  /** Packets go along as they are without. */
  readonly pseudonyms?: Pseudonyms;
  /** Names and addresses, as people write them, that must not be found in what is written, however they come there. */
  readonly names?: Iterable<string>;
  /** Microseconds that are added to every time; times within messages do not go along then. */
  readonly shift?: number;
  readonly dissectors?: readonly Dissector[];
  /** Takes the file piece by piece. */
  readonly write: (piece: Uint8Array<ArrayBuffer>) => void;
}

/** What was made of a capture. */
export interface Sliced {
  /** Of the capture. */
  readonly read: number;
  /** In the file. */
  readonly written: number;
  readonly bytes: number;
  /** Packets of which not all goes along, because nobody understood the rest. */
  readonly cut: number;
  /** Octets of packets that are zeros now, and those that were left out at their ends. */
  readonly zeroed: number;
  readonly leftOut: number;
  /** Octets that are another's: addresses and words. */
  readonly replaced: number;
  /** Packets of interfaces that the capture does not describe: nobody could read them. */
  readonly undescribed: number;
  /** Messages by protocol, of which what is understood goes along. */
  readonly kept: Readonly<Record<string, number>>;
  /** Where every 64th packet begins in the file, so that a page of them is found. */
  readonly index: readonly number[];
  /** Link types of the interfaces of the file, in their order. */
  readonly links: readonly number[];
  readonly problems: readonly Problem[];
}

export const INDEX_EVERY = 64;

/**
 * Writes the chosen packets of a capture as pcapng. Push its bytes in pieces of any size, then finish.
 *
 * With pseudonyms, only what a dissector understood goes along: numbers as they are, addresses and words as pseudonyms. All
 * else becomes zeros, and is cut off at the end of a packet, of which the length it had is told. A message may end many
 * packets after it began; packets wait for that, some 16 MiB of them, and what is not understood by then is cut off.
 */
export class Slicer implements PacketSink {
  time = 0;
  little = true;
  readonly #options: SliceOptions;
  readonly #reader = new CaptureReader(this);
  readonly #stage: Overhearing;
  readonly #network: Network;
  readonly #writer: PcapngWriter;
  readonly #known: Known | undefined;
  readonly #hosts: Set<string> | undefined;
  readonly #talks: Set<string> | undefined;
  /** By endpoint: 1 when it is one of the hosts, 2 when not. */
  #isHost = new Uint8Array(256);
  readonly #talkOfFlow = new Map<number, boolean>();
  /** The packet at hand is the last. */
  #waiting: Waiting[] = [];
  #first = 0;
  #waitingBytes = 0;
  #read = 0;
  #written = 0;
  #cut = 0;
  #zeroed = 0;
  #leftOut = 0;
  #replaced = 0;
  #undescribed = 0;
  readonly #kept: Record<string, number> = {};
  readonly #index: number[] = [];

  constructor(options: SliceOptions) {
    this.#options = options;
    const { choice, pseudonyms } = options;
    this.#stage = new Overhearing(options.dissectors ?? registry, (heard) => this.#overheard(heard));
    this.#network = new Network(this.#stage);
    this.#writer = new PcapngWriter(options.write);
    this.#hosts = choice.hosts && new Set(choice.hosts);
    this.#talks = choice.talks && new Set(choice.talks.map(keyOf));
    if (!pseudonyms) return;
    this.#known = new Known(pseudonyms);
    for (const name of options.names ?? []) this.#known.text(name);
  }

  get packets(): number {
    return this.#read;
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  /** Throws NotACapture as soon as that is clear. */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /** Notes something wrong with the source of the bytes, after the last of them. */
  problem(code: 'gzip-damaged' | 'source-lost'): void {
    this.#reader.problems.add(code, this.bytesRead);
  }

  /** Throws NotACapture when nothing, or too little to tell, was pushed. */
  finish(): Sliced {
    this.#reader.finish();
    this.#network.finish();
    this.#release(0);
    this.#writer.finish();
    return {
      read: this.#read,
      written: this.#written,
      bytes: this.#writer.written,
      cut: this.#cut,
      zeroed: this.#zeroed,
      leftOut: this.#leftOut,
      replaced: this.#replaced,
      undescribed: this.#undescribed,
      kept: this.#kept,
      index: this.#index,
      links: this.#writer.links,
      problems: this.#reader.problems.list,
    };
  }

  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    base: number,
    wireLength: number,
    linkType: number,
  ): void {
    this.#read++;
    const { time, little } = this;
    this.#network.time = time;
    this.#network.little = little;
    const { from = -Infinity, to = Infinity } = this.#options.choice;
    const inTime = time >= from && time <= to && linkType >= 0;
    if (linkType < 0) this.#undescribed++;
    // Messages of this packet are heard while it is read: it waits already.
    if (inTime) this.#wait(bytes.slice(start, end), base + start, time, wireLength, linkType);
    this.#network.packet(bytes, start, end, base, wireLength, linkType);
    if (!inTime) return;
    if (!this.#isChosen()) return this.#forgetLast();
    if (this.#waitingBytes > MOST_WAITING || this.#waiting.length - this.#first > MOST_PACKETS)
      this.#release(MOST_WAITING / 2);
    if (!this.#options.pseudonyms) this.#release(0);
  }

  #wait(bytes: Uint8Array, at: number, time: number, wireLength: number, linkType: number): void {
    const out = this.#options.pseudonyms ? new Uint8Array(bytes.length) : bytes;
    const marks = this.#options.pseudonyms ? new Uint8Array(bytes.length) : NOTHING;
    this.#waiting.push({ bytes, out, marks, at, time, little: this.little, wireLength, linkType });
    this.#waitingBytes += bytes.length + OVERHEAD;
  }

  #forgetLast(): void {
    const { bytes } = this.#waiting.pop()!;
    this.#waitingBytes -= bytes.length + OVERHEAD;
  }

  /** @param most bytes that may go on waiting */
  #release(most: number): void {
    while (this.#first < this.#waiting.length) {
      const fewer = this.#waiting.length - this.#first <= MOST_PACKETS / 2;
      if (this.#waitingBytes <= most && (most > 0 || this.#waitingBytes === 0) && fewer) break;
      const packet = this.#waiting[this.#first++]!;
      this.#waitingBytes -= packet.bytes.length + OVERHEAD;
      this.#send(packet);
    }
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }

  #send(packet: Waiting): void {
    const { time, little, wireLength, linkType } = packet;
    if (this.#written % INDEX_EVERY === 0) this.#index.push(this.#writer.written);
    this.#written++;
    const bytes = this.#options.pseudonyms ? this.#redacted(packet, this.#options.pseudonyms) : packet.bytes;
    // What is written is of a machine with the low octet first.
    if (!little) turnCooked(bytes, linkType);
    this.#writer.packet(bytes, Math.max(0, time + (this.#options.shift ?? 0)), wireLength, linkType);
  }

  // Which packets.

  #isChosen(): boolean {
    const stage = this.#stage;
    if (this.#hosts) {
      const { source, target, sourceMac, targetMac } = stage;
      if (![source, target, sourceMac, targetMac].some((endpoint) => this.#isOneOf(endpoint))) return false;
    }
    return !this.#talks || this.#isTalk(this.#talks);
  }

  #isOneOf(endpoint: Endpoint): boolean {
    if (endpoint < 0) return false;
    if (endpoint >= this.#isHost.length) {
      const wider = new Uint8Array(endpoint * 2);
      wider.set(this.#isHost);
      this.#isHost = wider;
    }
    const known = this.#isHost[endpoint]!;
    if (known !== 0) return known === 1;
    const is = this.#hosts!.has(this.#stage.addressOf(endpoint));
    this.#isHost[endpoint] = is ? 1 : 2;
    return is;
  }

  #isTalk(talks: Set<string>): boolean {
    const { flowAtHand: flow } = this.#stage;
    if (!flow) return false;
    const known = this.#talkOfFlow.get(flow.id);
    if (known !== undefined) return known;
    const [one, other] = [flow.one, flow.other].map((endpoint) => this.#stage.addressOf(endpoint)) as [
      string,
      string,
    ];
    const transport = transportName(flow.transport, this.#stage.endpoints.isHost(flow.one));
    const is = [flow.onePort, flow.otherPort].some((port) =>
      talks.has(keyOf({ from: one, to: other, transport, port })),
    );
    if (this.#talkOfFlow.size >= MOST_FLOWS) this.#talkOfFlow.clear();
    this.#talkOfFlow.set(flow.id, is);
    return is;
  }

  // What of them.

  #overheard({ dissector, bytes, pieces, direction, context }: Heard): void {
    const { pseudonyms } = this.#options;
    if (!pseudonyms || pieces.length === 0) return;
    if (pieces.every(([at, length]) => this.#waitingAt(at + length - 1) < 0)) return;
    const reader = new RedactingReader(bytes, pseudonyms, this.#hidesTimes, this.#known);
    let sound = true;
    try {
      dissector.read(reader, { direction, context });
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      sound = false;
    }
    this.#hideText(reader, pseudonyms);
    this.#hideKnown(reader.bytesRead, reader.out, reader.marks, 0, pseudonyms);
    if (sound && !readsAgain(dissector, bytes, reader.out, direction, context)) return;
    if (reader.marks.some((mark) => mark !== UNKNOWN))
      this.#kept[dissector.name] = (this.#kept[dissector.name] ?? 0) + 1;
    if (sound) this.#fillWithZeros(reader, (made) => readsAgain(dissector, bytes, made, direction, context));
    let from = 0;
    for (const [at, length] of pieces) {
      this.#apply(at, reader.out.subarray(from, from + length), reader.marks.subarray(from, from + length));
      from += length;
    }
  }

  /** What nobody understood in a message that is understood: it stays whole, if it can be read with zeros there. */
  #fillWithZeros({ out, marks }: RedactingReader, isRead: (made: Uint8Array) => boolean): void {
    if (!marks.includes(UNKNOWN)) return;
    const made = out.map((octet, place) => (marks[place] === UNKNOWN ? 0 : octet));
    if (!isRead(made)) return;
    marks.forEach((mark, place) => {
      if (mark !== UNKNOWN) return;
      marks[place] = ZEROED;
      out[place] = 0;
    });
  }

  get #hidesTimes(): boolean {
    return (this.#options.shift ?? 0) !== 0;
  }

  /** Numbers that can be read as a word, many of them in a row: whoever put a name into registers. */
  #hideText({ out, marks }: RedactingReader, pseudonyms: Pseudonyms): void {
    for (let at = 0; at < out.length; at++) {
      let end = at;
      let letters = 0;
      while (end < out.length && marks[end] === KEPT && out[end]! >= 0x20 && out[end]! < 0x7f)
        if (/[A-Za-z]/.test(String.fromCharCode(out[end++]!))) letters++;
      if (end - at >= LIKE_TEXT && letters >= LIKE_TEXT - 2) {
        const made = pseudonyms.octets(String.fromCharCode(...out.subarray(at, Math.min(end, at + 4_096))));
        for (let i = 0; i < made.length; i++) out[at + i] = made.charCodeAt(i);
        marks.fill(REPLACED, at, at + made.length);
      }
      at = Math.max(at, end);
    }
  }

  /** Where an address or a name of the capture stands among what is kept, words are drawn for it like for any other. */
  #hideKnown(
    bytes: Uint8Array,
    out: Uint8Array,
    marks: Uint8Array,
    from: number,
    pseudonyms: Pseudonyms | undefined,
  ): void {
    for (let at = from; at + 4 <= bytes.length; at++) {
      if (marks[at]! < KEPT) continue;
      const length = this.#known!.at(bytes, at, bytes.length);
      if (length === 0) continue;
      let stays = false;
      for (let i = at; i < at + length; i++) stays ||= marks[i] === KEPT;
      if (!stays) continue;
      const words = String.fromCharCode(...bytes.subarray(at, at + length));
      const made = pseudonyms && /^[\x20-\x7e]+$/.test(words) ? pseudonyms.octets(words) : '';
      for (let i = 0; i < length; i++) {
        if (marks[at + i] !== KEPT) continue;
        out[at + i] = made === '' ? 0 : made.charCodeAt(i);
        marks[at + i] = REPLACED;
      }
    }
  }

  #apply(at: number, out: Uint8Array, marks: Uint8Array): void {
    for (let done = 0; done < out.length;) {
      const place = this.#waitingAt(at + done);
      if (place < 0) {
        done++;
        continue;
      }
      const packet = this.#waiting[place]!;
      const offset = at + done - packet.at;
      const length = Math.min(out.length - done, packet.bytes.length - offset);
      for (let i = 0; i < length; i++) {
        const mark = marks[done + i]!;
        if (mark <= packet.marks[offset + i]!) continue;
        packet.marks[offset + i] = mark;
        packet.out[offset + i] = out[done + i]!;
      }
      done += length;
    }
  }

  /** Which of the waiting packets holds this place of the capture; -1 when none does. */
  #waitingAt(place: number): number {
    let [low, high] = [this.#first, this.#waiting.length - 1];
    // Mostly it is the packet at hand.
    if (high >= low && place >= this.#waiting[high]!.at) low = high;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { at, bytes } = this.#waiting[middle]!;
      if (place < at) high = middle - 1;
      else if (place >= at + bytes.length) low = middle + 1;
      else return middle;
    }
    return -1;
  }

  #redacted({ bytes, out, marks, wireLength, linkType }: Waiting, pseudonyms: Pseudonyms): Uint8Array {
    const headers = new RedactingReader(bytes, pseudonyms, this.#hidesTimes, this.#known);
    try {
      readLayers(headers, linkType, []);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
    const { groups } = headers;
    const payload = headers.offset;
    for (let i = 0; i < payload; i++) {
      marks[i] = headers.marks[i]!;
      out[i] = marks[i] === UNKNOWN ? 0 : headers.out[i]!;
    }
    const isPart = groups.some((group) => isFragment(bytes, group));
    if (isPart) marks.fill(UNKNOWN, payload);
    this.#hideKnown(out, out, marks, payload, undefined);
    let length = bytes.length;
    // What was nothing but zeros may stay: it says nothing.
    while (length > payload && marks[length - 1] === UNKNOWN && bytes[length - 1] === 0) length--;
    const endsInZeros = length === payload || marks[length - 1] !== UNKNOWN;
    if (endsInZeros) length = bytes.length;
    else while (length > payload && marks[length - 1] === UNKNOWN) length--;
    if (isPart) length = Math.min(length, payload);
    const made = out.slice(0, length);
    for (let i = 0; i < length; i++) {
      if (marks[i] === REPLACED) this.#replaced++;
      if (marks[i]! > ZEROED) continue;
      made[i] = 0;
      if (bytes[i] !== 0) this.#zeroed++;
    }
    if (length < bytes.length) this.#cut++;
    this.#leftOut += bytes.length - length;
    correctChecksums(made, isPart ? groups.filter(({ name }) => name.startsWith('IPv')) : groups, wireLength);
    return made;
  }
}

/** A packet that waits for what is said of its bytes. */
interface Waiting {
  readonly bytes: Uint8Array;
  /** What will be written in their place. */
  readonly out: Uint8Array;
  readonly marks: Uint8Array;
  /** In the (decompressed) capture. */
  readonly at: number;
  readonly time: number;
  readonly little: boolean;
  readonly wireLength: number;
  readonly linkType: number;
}

interface Heard {
  readonly dissector: Dissector;
  readonly bytes: Uint8Array;
  readonly pieces: readonly Piece[];
  readonly direction: Direction;
  readonly context: Context | undefined;
}

/** Listens in on every message that is handed to a dissector, those within others first. */
class Overhearing extends Stage {
  /** Undefined for a packet that belongs to none. */
  flowAtHand: Flow | undefined;
  readonly #listener: (heard: Heard) => void;

  constructor(dissectors: readonly Dissector[], listener: (heard: Heard) => void) {
    super(dissectors, []);
    this.#listener = listener;
  }

  override arrived(time: number, at: number, length: number, linkType: number): void {
    super.arrived(time, at, length, linkType);
    this.outside();
    this.sourceMac = this.targetMac = -1;
  }

  override outside(): void {
    super.outside();
    this.flowAtHand = undefined;
  }

  override enter(flow: Flow, side: number): void {
    super.enter(flow, side);
    this.flowAtHand = flow;
  }

  override deliver(
    dissector: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    carrier: string,
    carrierAt: number,
    cut: boolean,
  ): void {
    // Whoever reads the message may let go of what it was put together from.
    const pieces = piecesOf(origin, start, end);
    const whole = bytes.slice(start, end);
    super.deliver(dissector, bytes, start, end, origin, carrier, carrierAt, cut);
    this.#listener({
      dissector: this.dissectors[dissector]!,
      bytes: whole,
      pieces,
      direction: this.direction,
      context: this.sessionOf(dissector).context?.(),
    });
  }
}

/** What was put in place of a message is one of the same protocol and the same length. */
function readsAgain(
  dissector: Dissector,
  before: Uint8Array,
  after: Uint8Array,
  direction: Direction,
  context: Context | undefined,
): boolean {
  const { messageLength } = dissector;
  if (messageLength) {
    const length = dissector.messageLength!(before, 0, before.length);
    if (length !== LOST && dissector.messageLength!(after, 0, after.length) !== length) return false;
  }
  try {
    dissector.read(new ByteReader(after), { direction, context });
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

const keyOf = ({ from, to, transport, port }: Talk) =>
  `${transport} ${port} ${from < to ? `${from} ${to}` : `${to} ${from}`}`;

const NOTHING = new Uint8Array(0);
const MOST_WAITING = 16 * 1024 * 1024;
const MOST_PACKETS = 32_768;
const MOST_FLOWS = 65_536;
/** What a packet takes beside its bytes, of which there are three copies. */
const OVERHEAD = 128;
const LIKE_TEXT = 6;
