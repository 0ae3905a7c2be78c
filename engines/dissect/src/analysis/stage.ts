import { ByteReader, Malformed } from '../bytes/byte-reader.ts';
import {
  type Assembly,
  type Capture,
  type Certainty,
  type Context,
  type Direction,
  type Dissector,
  type Endpoint,
  type FactField,
  type Held,
  type Here,
  LOST,
  NOBODY,
  NOT_OURS,
  type OperationKind,
  type OperationNote,
  OURS,
  type Params,
  PERHAPS,
  type Refusal,
  type Role,
  type Row,
  type Session,
  type StationKind,
  type Teller,
  type Transfer,
  type TransferKind,
} from '../dissector.ts';
import type { Detection } from '../detections/detection.ts';
import { Watch } from '../detections/watch.ts';
import { Endpoints } from '../network/endpoints.ts';
import type { Flow, Flows, LastFound } from '../network/flows.ts';
import { Gathered, type Origin, type Piece, piecesOf } from '../network/gathered.ts';
import type { Early } from '../network/streams.ts';
import type { Way } from '../network/ways.ts';
import { Counter, TextCounter } from './counters.ts';
import { emptyList } from './empty-list.ts';
import { FRAME, type Location } from './location.ts';
import { Notebook } from './notebook.ts';
import type { OperationGroup } from './operation-group.ts';
import { ANSWERED, ASKED, Talk } from './talk.ts';
import { Transfers } from './transfers.ts';
import { Triples } from './triples.ts';
import { Variables } from './variables.ts';

/** What `whose` answers when it is none of the dissectors. */
export const NOBODYS = -1;
/** Or when more bytes are needed to tell. */
export const PERHAPS_SOMEBODY = -2;

const DEEPEST = 8;
const MOST_TALKS = 65_536;
const MOST_AWAITED = 4_096;

/** The packet at hand, to be taken up again later. */
interface Moment extends Pick<Early, 'packet' | 'time' | 'frameAt' | 'frameLength' | 'linkType'> {
  readonly flow: Flow | undefined;
  readonly side: number;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sourceMac: Endpoint;
  readonly targetMac: Endpoint;
}

/** Dissectors by what carries them: those expected at a place, and all the others. */
interface Candidates {
  readonly at: ReadonlyMap<number, readonly number[]>;
  /** Content alone decides; they are tried everywhere. */
  readonly anywhere: readonly number[];
  readonly all: readonly number[];
}

/** One message at hand. */
class Level {
  dissector = 0;
  /** It carried another. */
  carried = false;
  origin: Origin = 0;
  start = 0;
  end = 0;
  /** Who talked before it said that others do. */
  before: Moment | undefined;

  holds(dissector: number, origin: Origin, start: number, end: number): void {
    this.dissector = dissector;
    this.carried = false;
    this.origin = origin;
    this.start = start;
    this.end = end;
  }
}

/** Where messages meet dissectors: the one `Here` and the one `Capture` of an analysis. */
export class Stage implements Here, Capture {
  readonly dissectors: readonly Dissector[];
  /** By dissector; each begins with what it is given first. */
  readonly #sessions: (Session | undefined)[];
  readonly endpoints = new Endpoints();
  readonly watch: Watch;
  readonly notebook: Notebook;
  readonly variableNotes = new Variables();
  readonly transfers = new Transfers();
  readonly counters = new Map<string, Counter | TextCounter>();
  readonly tables = new Map<string, () => readonly Row[]>();
  readonly reader = new ByteReader();

  // The packet.
  packet = 0;
  /** Before there was one, later than any. */
  time = Infinity;
  frameAt = 0;
  frameLength = 0;
  linkType = 0;
  vlan = 0;
  source: Endpoint = NOBODY;
  target: Endpoint = NOBODY;
  sourceMac: Endpoint = NOBODY;
  targetMac: Endpoint = NOBODY;
  /** By IP address, else by that of Ethernet: the pair that the reference counts under. */
  hostSource: Endpoint = NOBODY;
  hostTarget: Endpoint = NOBODY;
  sourcePort = 0;
  targetPort = 0;
  // The connection.
  flow = -1;
  side = 0;
  // The message.
  direction: Direction = 'request';
  carrier = '';
  carrierAt = 0;
  cut = false;
  context: Context | undefined;

  backwards = 0;
  capturedBytes = 0;
  truncated = 0;
  /** Messages inside messages inside messages: deeper than anybody means it. */
  tooDeep = 0;
  failures = 0;

  /** Packets in which a protocol was spoken, by name and by who spoke to whom. */
  readonly protocols: string[];
  readonly frames: number[];
  readonly talks = new Triples(MOST_TALKS);
  readonly talkNotes = emptyList<Talk>();
  /** The same, of stations that are not hosts, by the hosts that carried them. */
  readonly carriedTalks = new Triples(MOST_TALKS);
  readonly carriedFrames: number[] = [];
  readonly #lastFrame: number[];

  /** Names that whoever captured knew addresses by. */
  readonly names = new Map<Endpoint, Set<string>>();

  /** Of the network: where the connections of stations are kept. */
  flows!: Flows;

  readonly #held: [Held, { readonly dropped: number }][] = [];
  readonly #candidates = new Map<string, Candidates>();
  /** Dissectors by the place of a conversation that another one agreed on. */
  readonly #awaited = new Map<string, number>();
  readonly #strict: boolean;
  #flow: Flow | undefined;
  #location: Location | undefined;
  #firstTime = Infinity;
  /** Of the packets before the clock went backwards last. */
  #latest = 0;
  #depth = 0;
  /** Whose session is being made. */
  #beginning = 0;
  /** The message at hand, and those that carry it, by depth. */
  readonly #levels = Array.from({ length: DEEPEST + 1 }, () => new Level());

  /** @param strict a fault in a dissector ends the analysis instead of being noted: for tests */
  constructor(dissectors: readonly Dissector[], detections: readonly Detection[], strict = false) {
    this.dissectors = dissectors;
    this.#strict = strict;
    this.protocols = dissectors.map(({ name }) => name);
    this.frames = dissectors.map(() => 0);
    this.#lastFrame = dissectors.map(() => 0);
    this.watch = new Watch(detections);
    this.notebook = new Notebook(this, this.watch);
    for (const carrier of new Set(dissectors.flatMap(({ carriers }) => carriers.map(({ on }) => on)))) {
      this.#candidates.set(carrier, candidatesFor(carrier, dissectors));
    }
    this.#sessions = dissectors.map(() => undefined);
  }

  /** That of this dissector: it remembers the whole capture, and most captures speak few protocols. */
  sessionOf(dissector: number): Session {
    const before = this.#beginning;
    this.#beginning = dissector;
    const session = (this.#sessions[dissector] ??= this.dissectors[dissector]!.begin(this));
    this.#beginning = before;
    return session;
  }

  arrived(time: number, at: number, length: number, linkType: number): void {
    if (time < this.time) this.#begins(time);
    this.packet++;
    this.time = time;
    this.frameAt = at;
    this.frameLength = length;
    this.linkType = linkType;
    this.capturedBytes += length;
  }

  /** The first packet, or one with an earlier time than the one before. */
  #begins(time: number): void {
    if (this.packet > 0) {
      this.backwards++;
      this.#latest = this.lastTime;
    }
    this.#firstTime = Math.min(this.#firstTime, time);
  }

  named(endpoint: Endpoint, name: string): void {
    const names = this.names.get(endpoint);
    if (!names) this.names.set(endpoint, new Set([name]));
    else if (names.size < MOST_NAMES) names.add(name);
  }

  /** The sender and the receiver of the packet are known by now. */
  host(): void {
    this.endpoints.sent(this.source, this.time, this.frameLength);
    this.endpoints.received(this.target, this.time, this.frameLength);
    if (this.sourceMac >= 0 && this.source !== this.sourceMac) {
      this.endpoints.bind(this.source, this.sourceMac);
    }
    if (!this.endpoints.isHost(this.source)) return;
    this.hostSource = this.source;
    this.hostTarget = this.target;
  }

  /** The packet went a way that is known. */
  goes(way: Way): void {
    this.source = this.hostSource = way.source;
    this.target = this.hostTarget = way.target;
    this.sourceMac = way.sourceMac;
    this.targetMac = way.targetMac;
    this.vlan = 0;
    this.enter(way.flow, way.side);
    way.flow.vlan = 0;
  }

  /** No connection: whoever reads the frame will say who talks. */
  outside(): void {
    this.#flow = undefined;
    this.flow = -1;
    this.side = this.sourcePort = this.targetPort = 0;
    this.source = this.target = NOBODY;
    this.direction = 'request';
  }

  enter(flow: Flow, side: number): void {
    this.#flow = flow;
    this.flow = flow.id;
    this.side = side;
    this.sourcePort = side === 0 ? flow.onePort : flow.otherPort;
    this.targetPort = side === 0 ? flow.otherPort : flow.onePort;
  }

  /** Which way the message at hand goes. */
  face(flow: Flow): void {
    this.direction = this.side === flow.asking ? 'request' : 'reply';
  }

  moment(): Moment {
    const { packet, time, frameAt, frameLength, linkType, side } = this;
    const { source, target, sourceMac, targetMac } = this;
    const frame = { packet, time, frameAt, frameLength, linkType };
    return { ...frame, flow: this.#flow, side, source, target, sourceMac, targetMac };
  }

  /** Goes back to an earlier packet, or forward again. */
  relive(moment: Early | Moment, flow: Flow | undefined, side: number): void {
    this.packet = moment.packet;
    this.time = moment.time;
    this.frameAt = moment.frameAt;
    this.frameLength = moment.frameLength;
    this.linkType = moment.linkType;
    if (flow) {
      this.enter(flow, side);
      this.source = side === 0 ? flow.one : flow.other;
      this.target = side === 0 ? flow.other : flow.one;
    }
    // Of a segment that waited, the stations on the wire are not kept.
    this.sourceMac = this.targetMac = NOBODY;
    if ('source' in moment) {
      this.sourceMac = moment.sourceMac;
      this.targetMac = moment.targetMac;
      this.source = moment.source;
      this.target = moment.target;
    }
  }

  /** Bytes from one side of a connection are missing: told to its dissector, and to the one inside. */
  gap(flow: Flow, side: number): void {
    if (flow.dissector < 0) return;
    const now = this.moment();
    this.enter(flow, side);
    this.source = side === 0 ? flow.one : flow.other;
    this.target = side === 0 ? flow.other : flow.one;
    this.face(flow);
    this.#tellGap(flow.dissector);
    if (flow.inner >= 0) this.#tellGap(flow.inner);
    this.relive(now, now.flow, now.side);
    this.face(flow);
  }

  closed(flow: Flow): void {
    this.notebook.conversation(flow);
  }

  usual(dissector: number, carrier: string): readonly number[] {
    return this.dissectors[dissector]!.carriers.flatMap(({ on, at }) => (on === carrier && at) || []);
  }

  reads(carrier: string, at: number): boolean {
    return this.#candidates.get(carrier)?.at.has(at) ?? false;
  }

  /** Who wants what this carrier brought: expected ones first, then strangers by content. */
  whose(carrier: string, at: number, otherAt: number, bytes: Uint8Array, start: number, end: number): number {
    const candidates = this.#candidates.get(carrier);
    if (!candidates) return NOBODYS;
    const awaited = this.#awaited.size > 0 ? this.#takeAwaited(carrier) : NOBODYS;
    if (awaited >= 0) return awaited;
    let perhaps = false;
    for (let place = at; ; place = otherAt) {
      for (const index of candidates.at.get(place) ?? NONE) {
        const answer = this.dissectors[index]!.recognises(bytes, start, end, true);
        if (answer === OURS) return index;
        perhaps ||= answer === PERHAPS;
      }
      if (place === otherAt) break;
    }
    for (const index of candidates.anywhere) {
      if (this.dissectors[index]!.recognises(bytes, start, end, true) === OURS) return index;
    }
    if (perhaps) return PERHAPS_SOMEBODY;
    for (const index of candidates.all) {
      if (this.dissectors[index]!.recognises(bytes, start, end, false) === OURS) return index;
    }
    return NOBODYS;
  }

  /** Gives one message to a dissector. */
  deliver(
    dissector: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    carrier: string,
    carrierAt: number,
    cut: boolean,
  ): void {
    if (this.#depth >= DEEPEST) {
      this.tooDeep++;
      return;
    }
    const depth = ++this.#depth;
    const level = this.#levels[depth]!;
    level.holds(dissector, origin, start, end);
    this.carrier = carrier;
    this.carrierAt = carrierAt;
    this.cut = cut;
    this.#location = undefined;
    if (depth > 1 && this.#flow) this.#flow.inner = dissector;
    const session = this.#sessions[dissector] ?? this.sessionOf(dissector);
    try {
      session.message(this, bytes, start, end);
    } catch (error) {
      this.#failed(error, cut);
    }
    if (!(level.carried && this.dissectors[dissector]!.yields)) this.#spoken(dissector);
    if (this.#location && session.context) this.#addContext(this.#location, session.context());
    if (level.before) this.#restore(level);
    this.#depth = depth - 1;
    this.#location = undefined;
  }

  /** Gives what was announced as content of the stream at hand to its dissector. */
  content(
    dissector: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    offset: number,
  ): void {
    const depth = ++this.#depth;
    this.#levels[depth]!.holds(dissector, origin, start, end);
    this.#location = undefined;
    try {
      this.sessionOf(dissector).content?.(this, bytes, start, end, offset);
    } catch (error) {
      this.#failed(error, false);
    }
    this.#spoken(dissector);
    this.#depth = depth - 1;
    this.#location = undefined;
  }

  finish(): void {
    this.#sessions.forEach((session, index) => {
      this.#beginning = index;
      session?.finish?.();
    });
  }

  // Capture.

  counter(key: string, nameOf?: (value: number) => string): Counter {
    return this.#counter(key, () => new Counter(nameOf)) as Counter;
  }

  textCounter(key: string): TextCounter {
    return this.#counter(key, () => new TextCounter()) as TextCounter;
  }

  rows(key: string, rows: () => readonly Row[]): void {
    this.tables.set(key, rows);
  }

  bounded<Bounded extends { readonly dropped: number }>(key: Held, holder: Bounded): Bounded {
    this.#held.push([key, holder]);
    return holder;
  }

  repeatedVariable(number: number, times: number, time: number): void {
    this.variableNotes.repeatAt(number, times, time);
  }

  unanswered(by: Endpoint, time: number): Teller {
    const notes = this.variableNotes;
    const when = { time };
    const dissector = this.#depth > 0 ? this.#level.dissector : this.#beginning;
    const numberedVariable = (number: number, value: number, set = false) =>
      set ? notes.noteSetBefore(number, value, by, when) : notes.noteAt(number, value, NOBODY, when);
    return {
      time,
      variable: (about, family, index, value, set) =>
        numberedVariable(notes.number(about, family, index), value, set),
      variableNumber: (about, family, index) => notes.number(about, family, index),
      numberedVariable,
      variableNamed: (about, name, value, set) =>
        numberedVariable(notes.numberNamed(dissector, about, name), value, set),
    };
  }

  variables(nameOf: (index: number) => string, cyclic?: boolean): number {
    return this.variableNotes.family(this.#beginning, nameOf, cyclic);
  }

  /** What gave way in what the sessions hold. */
  get firstTime(): number {
    return this.packet === 0 ? 0 : this.#firstTime;
  }

  get lastTime(): number {
    return this.packet === 0 ? 0 : Math.max(this.#latest, this.time);
  }

  get forgotten(): Record<Held, number> {
    const total = { requests: 0, pieces: 0, memories: 0 };
    for (const [key, { dropped }] of this.#held) total[key] += dropped;
    return total;
  }

  ipv4(address: number): Endpoint {
    return this.endpoints.ipv4(address);
  }

  ipv6(bytes: Uint8Array, start: number): Endpoint {
    return this.endpoints.ipv6(bytes, start);
  }

  mac(bytes: Uint8Array, start: number): Endpoint {
    return this.endpoints.mac(bytes, start);
  }

  station(kind: StationKind, low: number, high = 0): Endpoint {
    return this.endpoints.station(kind, low, high);
  }

  panOf(station: Endpoint): number | undefined {
    return this.endpoints.panOf(station);
  }

  addressOf(endpoint: Endpoint): string {
    return this.endpoints.text(endpoint);
  }

  // Here.

  get protocol(): string {
    return this.#depth === 0 ? 'network' : this.protocols[this.#level.dissector]!;
  }

  connection<State>(make: () => State): State {
    return this.#flow ? this.#flow.memoryOf(this.#level.dissector, make) : make();
  }

  between(source: Endpoint, target: Endpoint): void {
    if (source === this.source && target === this.target) return;
    const level = this.#level;
    level.before ??= this.#flow ? this.moment() : NOWHERE;
    const { time, frameLength, endpoints } = this;
    this.source = source;
    this.target = target;
    endpoints.sent(source, time, frameLength);
    endpoints.received(target, time, frameLength);
    const flow = this.flows.find(STATIONS + level.dissector, source, target, 0, 0, time);
    const side = source === flow.one ? 0 : 1;
    flow.count(side, frameLength, this);
    if (flow.asking === -1) flow.decide(level.dissector, NONE);
    this.enter(flow, side);
    this.face(flow);
  }

  turn(direction: Direction): void {
    this.direction = direction;
    if (this.#flow) this.#flow.asking = direction === 'request' ? this.side : 1 - this.side;
  }

  follows(length: number): void {
    const flow = this.#flow;
    const stream = this.side === 0 ? flow?.stream0 : flow?.stream1;
    stream?.announce(length);
  }

  expect(carrier: 'tcp' | 'udp', about: Endpoint, port: number, dissector: string): void {
    const index = this.dissectors.findIndex(({ name }) => name === dissector);
    if (index < 0) return;
    const place = `${carrier} ${about} ${port}`;
    this.#awaited.delete(place);
    if (this.#awaited.size >= MOST_AWAITED) this.#awaited.delete(this.#awaited.keys().next().value!);
    this.#awaited.set(place, index);
  }

  carry(carrier: string, bytes: Uint8Array, start: number, end: number, at = -1): boolean {
    return this.#carry(carrier, bytes, start, end, this.#level.origin, at);
  }

  carryAssembled(carrier: string, assembly: Assembly, at = -1): boolean {
    const { gathered } = assembly as Pieces;
    return this.#carry(carrier, gathered.bytes, 0, gathered.length, gathered, at);
  }

  lengthOn(carrier: string, bytes: Uint8Array, start: number, end: number): number {
    for (const index of this.#candidates.get(carrier)?.all ?? NONE) {
      const dissector = this.dissectors[index]!;
      const answer = dissector.messageLength ? dissector.recognises(bytes, start, end, true) : NOT_OURS;
      if (answer === PERHAPS) return 0;
      if (answer === OURS) return dissector.messageLength!(bytes, start, end);
    }
    return LOST;
  }

  assembly(limit = 1 << 20): Assembly {
    return new Pieces(limit);
  }

  also(protocol: string): void {
    let index = this.protocols.indexOf(protocol);
    if (index < 0) {
      index = this.protocols.push(protocol) - 1;
      this.frames.push(0);
      this.#lastFrame.push(0);
    }
    this.#spoken(index);
  }

  operation(kind: OperationKind): number;
  operation(kind: number): OperationNote;
  operation(kind: OperationKind | number): number {
    return typeof kind === 'number' ? this.notebook.operation(kind) : this.notebook.operationKind(kind);
  }

  wanted(note: OperationNote): boolean {
    return this.notebook.wanted(note);
  }

  describe(note: OperationNote, params: Params): void {
    this.notebook.describe(note, params);
  }

  refuse(note: OperationNote, reason: Refusal): void {
    this.notebook.refuse(note, reason);
  }

  variable(about: Endpoint, family: number, index: number, value: number, set = false): void {
    this.variableNotes.note(about, family, index, value, set ? this.#setter(about) : NOBODY, this);
  }

  variableNumber(about: Endpoint, family: number, index: number): number {
    return this.variableNotes.number(about, family, index);
  }

  numberedVariable(number: number, value: number, set = false): void {
    const setter = set ? this.#setter(this.variableNotes.aboutOf(number)) : NOBODY;
    this.variableNotes.noteAt(number, value, setter, this);
  }

  variableNamed(about: Endpoint, name: string, value: number, set = false): void {
    const { dissector } = this.#level;
    const setter = set ? this.#setter(about) : NOBODY;
    this.variableNotes.noteNamed(dissector, about, name, value, setter, this);
  }

  transfer(about: Endpoint, way: 'to' | 'from', kind: TransferKind, name: string): Transfer {
    return this.transfers.begin(this, about, way, kind, name);
  }

  /** Where bytes of the message at hand lie in the file. */
  placesOf(_bytes: Uint8Array, start: number, end: number): readonly Piece[] {
    return piecesOf(this.#level.origin, start, end);
  }

  credentials(scheme: string, user: string, secret: number): void {
    this.notebook.credentials(scheme, user, secret);
  }

  fact(about: Endpoint, field: FactField, value: string, certainty: Certainty = 'stated'): void {
    if (value !== '') this.notebook.fact(about, field, value, certainty);
  }

  same(one: Endpoint, other: Endpoint): void {
    this.notebook.same(one, other);
  }

  role(about: Endpoint, role: Role, certainty: Certainty, because: string, params?: Params): void {
    this.notebook.role(about, role, certainty, because, params);
  }

  anomaly(code: string, field: string, offset: number, params: Params = {}): void {
    this.notebook.anomaly(code, field, offset, params);
  }

  /** Of the message at hand; one object however many notes are taken of it. */
  get location(): Location {
    if (this.#depth === 0) return this.frameLocation();
    return (this.#location ??= this.#locate());
  }

  /** Of the packet at hand as a whole. */
  frameLocation(): Location {
    const frame = [this.frameAt, this.frameLength] as const;
    const { packet, time, linkType } = this;
    return { packet, time, pieces: [frame], frame, linkType, dissector: FRAME, direction: 'request' };
  }

  append(gathered: Gathered, bytes: Uint8Array, start: number, end: number): boolean {
    return gathered.append(bytes, start, end, this.#level.origin);
  }

  /** Who set a value of this one: it may be told from the request or from its confirmation. */
  #setter(about: Endpoint): Endpoint {
    return this.direction === 'request' && about !== this.source ? this.source : this.target;
  }

  get #level(): Level {
    return this.#levels[this.#depth]!;
  }

  #takeAwaited(carrier: string): number {
    for (const place of [
      `${carrier} ${this.target} ${this.targetPort}`,
      `${carrier} ${this.source} ${this.sourcePort}`,
    ]) {
      const index = this.#awaited.get(place);
      if (index === undefined) continue;
      this.#awaited.delete(place);
      return index;
    }
    return NOBODYS;
  }

  #locate(): Location {
    const pieces = ({ origin, start, end }: Level) => piecesOf(origin, start, end).slice(0, MOST_PIECES);
    const within = this.#levels.slice(1, this.#depth).map((level) => ({
      dissector: this.dissectors[level.dissector]!.name,
      pieces: pieces(level),
    }));
    return {
      packet: this.packet,
      time: this.time,
      pieces: pieces(this.#level),
      frame: [this.frameAt, this.frameLength],
      linkType: this.linkType,
      dissector: this.dissectors[this.#level.dissector]!.name,
      direction: this.direction,
      ...(within.length > 0 && { within }),
    };
  }

  #restore(level: Level): void {
    const before = level.before!;
    level.before = undefined;
    if (before.flow) {
      this.relive(before, before.flow, before.side);
      this.face(before.flow);
    } else {
      this.outside();
    }
  }

  #addContext(location: Location, context: Context | undefined): void {
    if (context) location.context = context;
  }

  #tellGap(dissector: number): void {
    this.#depth++;
    this.#level.dissector = dissector;
    this.sessionOf(dissector).gap?.(this);
    this.#depth--;
  }

  #spoken(protocol: number): void {
    if (this.#lastFrame[protocol] === this.packet) return;
    this.#lastFrame[protocol] = this.packet;
    this.frames[protocol]!++;
    // The same for all packets of one side of a connection.
    const key = protocol * 2 + this.side;
    const talk = this.#flow?.talks.of(key) ?? this.#talk(protocol, key);
    if (talk ? talk.isCarried : !this.endpoints.isHost(this.source)) this.#carriedTalk(protocol);
    if (!talk) return;
    talk.frames++;
    talk.sides |= this.direction === 'request' ? ASKED : ANSWERED;
  }

  /** Who talks to whom; undefined when there is no room for another. */
  #talk(protocol: number, key: number): Talk | undefined {
    const index = this.talks.index(this.source, this.target, protocol);
    if (index < 0) return undefined;
    const talk = (this.talkNotes[index] ??= new Talk(!this.endpoints.isHost(this.source)));
    return this.#flow ? this.#flow.talks.keep(key, talk) : talk;
  }

  /** What was looked up for the connection at hand. */
  get operationsOfFlow(): LastFound<OperationGroup> | undefined {
    return this.#flow?.operations;
  }

  #carriedTalk(protocol: number): void {
    const talk = this.carriedTalks.index(this.hostSource, this.hostTarget, protocol);
    if (talk >= 0) this.carriedFrames[talk] = (this.carriedFrames[talk] ?? 0) + 1;
  }

  #failed(error: unknown, cut: boolean): void {
    if (error instanceof Malformed) {
      // Of a message that the capture cut short, the rest is not there to be wrong.
      if (!cut) this.notebook.malformed(error);
      return;
    }
    if (this.#strict) throw error;
    this.failures++;
    this.notebook.anomaly('dissector-failed', this.protocol, 0, { error: String(error).slice(0, 200) });
  }

  #carry(
    carrier: string,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    at: number,
  ): boolean {
    if (start >= end) return false;
    const inner = this.whose(carrier, at, at, bytes, start, end);
    if (inner < 0) return false;
    const { carrier: outer, carrierAt, cut, direction } = this;
    const location = this.#location;
    this.#level.carried = true;
    this.deliver(inner, bytes, start, end, origin, carrier, at, cut);
    this.#location = location;
    this.carrier = outer;
    this.carrierAt = carrierAt;
    this.cut = cut;
    this.direction = direction;
    return true;
  }

  #counter(key: string, make: () => Counter | TextCounter): Counter | TextCounter {
    const before = this.counters.get(key);
    if (before) return before;
    const made = make();
    this.counters.set(key, made);
    return made;
  }
}

/** Beyond the protocol numbers of IP: between stations of a field bus or a radio network, one for each protocol. */
export const STATIONS = 256;

/** What a frame of another link had before it said who talks. */
const NOWHERE: Moment = {
  packet: 0,
  time: 0,
  frameAt: 0,
  frameLength: 0,
  linkType: 0,
  flow: undefined,
  side: 0,
  source: NOBODY,
  target: NOBODY,
  sourceMac: NOBODY,
  targetMac: NOBODY,
};

const NONE: readonly number[] = [];
const MOST_PIECES = 256;
const MOST_NAMES = 16;

function candidatesFor(carrier: string, dissectors: readonly Dissector[]): Candidates {
  const at = new Map<number, number[]>();
  const anywhere: number[] = [];
  const all: number[] = [];
  dissectors.forEach(({ carriers }, index) => {
    const places = carriers.filter(({ on }) => on === carrier);
    if (places.length > 0) all.push(index);
    for (const { at: usual } of places) {
      if (!usual) anywhere.push(index);
      for (const place of usual ?? []) at.set(place, [...(at.get(place) ?? []), index]);
    }
  });
  return { at, anywhere, all };
}

class Pieces implements Assembly {
  readonly gathered: Gathered;

  constructor(limit: number) {
    this.gathered = new Gathered(limit);
  }

  get length(): number {
    return this.gathered.length;
  }

  add(here: Here, bytes: Uint8Array, start: number, end: number): boolean {
    if ((here as Stage).append(this.gathered, bytes, start, end)) return true;
    this.clear();
    return false;
  }

  clear(): void {
    this.gathered.clear();
  }
}
