import type { OperationGroup } from '../analysis/operation-group.ts';
import type { Talk } from '../analysis/talk.ts';
import type { Endpoint } from '../dissector.ts';
import { hash } from './hash.ts';
import { Stream } from './streams.ts';
import type { Way } from './ways.ts';

export const UNDECIDED = -1;
export const GIVEN_UP = -2;

/** The packet with which it begins. */
export interface Begin {
  readonly packet: number;
  readonly time: number;
  readonly frameAt: number;
  readonly frameLength: number;
  readonly linkType: number;
}

/** What was found for whole numbers, for the last few of them. */
export class LastFound<Found> {
  #key0 = -1;
  #key1 = -1;
  #found0: Found | undefined;
  #found1: Found | undefined;

  of(key: number): Found | undefined {
    return key === this.#key0 ? this.#found0 : key === this.#key1 ? this.#found1 : undefined;
  }

  keep(key: number, found: Found): Found {
    this.#key1 = this.#key0;
    this.#found1 = this.#found0;
    this.#key0 = key;
    return (this.#found0 = found);
  }
}

/**
 * One connection, both directions. `one` is the endpoint with the smaller number, not the one who began. What every packet
 * looks at is declared first, so that it lies together.
 */
export class Flow {
  /** Index into the registry, or UNDECIDED, or GIVEN_UP. */
  dissector = UNDECIDED;
  /** A segment of either side waits for its turn. */
  waits = false;
  /** Which side asks: 0 `one`, 1 `other`, -1 nobody knows yet. */
  asking = -1;
  /** By side, as far as one spoke. */
  stream0: Stream | undefined;
  stream1: Stream | undefined;
  /** What each side says it has received; -1 before it said anything. */
  received0 = -1;
  received1 = -1;
  /** Places where the messages did not go on, since the last good one. */
  misses = 0;
  messages = 0;
  /** Given once and never again; what waits for a reply is found by it. */
  id: number;
  readonly onePort: number;
  readonly otherPort: number;
  vlan = 0;
  /** What was looked up for it last, for whoever looks it up with every message. */
  readonly talks = new LastFound<Talk>();
  readonly operations = new LastFound<OperationGroup>();
  /** What its dissectors remember of it, by dissector; and whose was asked for last. */
  #memories: unknown[] | undefined;
  #memory: unknown;
  #remembers = -1;
  readonly transport: number;
  readonly one: Endpoint;
  readonly other: Endpoint;
  /** What the dissector found inside, last; -1 for nothing. */
  inner = -1;
  /** Payloads that nobody recognised. */
  attempts = 0;
  /** The side that sent the SYN, or else the first packet. */
  began: number;
  beganKnown = false;
  /** TCP: counted as a stream. */
  opened = false;
  /** The first sequence number of each side. */
  sequence0 = -1;
  sequence1 = -1;
  /** The sides, by bit, of which that was the number of a SYN. */
  synchronized = 0;
  /** By side: the way its packets go, for what this has not been told yet. */
  readonly ways: [Way | undefined, Way | undefined] = [undefined, undefined];
  first: number;
  last: number;
  /** By direction: 0 from `one`, 1 from `other`. */
  packets0 = 0;
  packets1 = 0;
  bytes0 = 0;
  bytes1 = 0;
  /** Its first packet since it was told last. */
  packet = 0;
  time = 0;
  frameAt = 0;
  frameLength = 0;
  linkType = 0;

  constructor(
    id: number,
    transport: number,
    one: Endpoint,
    other: Endpoint,
    onePort: number,
    otherPort: number,
    began: number,
    time: number,
  ) {
    this.id = id;
    this.transport = transport;
    this.one = one;
    this.other = other;
    this.onePort = onePort;
    this.otherPort = otherPort;
    this.began = began;
    this.first = this.last = time;
  }

  /** That of one side; made when it speaks first. */
  streamOf(side: number): Stream {
    return side === 0 ? (this.stream0 ??= new Stream(this, 0)) : (this.stream1 ??= new Stream(this, 1));
  }

  /** The number of the first octet a side sends, as a signed number, where its SYN told. */
  startOf(side: number): number | undefined {
    if ((this.synchronized & (1 << side)) === 0) return undefined;
    return ((side === 0 ? this.sequence0 : this.sequence1) + 1) | 0;
  }

  memoryOf<Memory>(dissector: number, make: () => Memory): Memory {
    if (this.#remembers !== dissector) {
      this.#memory = (this.#memories ??= [])[dissector] ??= make();
      this.#remembers = dissector;
    }
    return this.#memory as Memory;
  }

  /** The same ports, but a new connection. */
  renew(id: number): void {
    this.id = id;
    this.dissector = UNDECIDED;
    this.inner = this.asking = this.sequence0 = this.sequence1 = this.received0 = this.received1 = -1;
    this.attempts = this.misses = this.synchronized = 0;
    this.beganKnown = this.waits = false;
    this.stream0 = this.stream1 = undefined;
    this.#memories = this.#memory = undefined;
    this.#remembers = -1;
  }

  #begins({ packet, time, frameAt, frameLength, linkType }: Begin): void {
    this.packet = packet;
    this.time = time;
    this.frameAt = frameAt;
    this.frameLength = frameLength;
    this.linkType = linkType;
  }

  /** Whose it is, and with that who asks: the usual port is asked, else who began asks, else the higher port. */
  decide(dissector: number, usual: readonly number[]): void {
    this.dissector = dissector;
    const one = usual.includes(this.onePort);
    const other = usual.includes(this.otherPort);
    if (one !== other) this.asking = one ? 1 : 0;
    else if (this.asking === -1) this.asking = this.likelyAsking;
  }

  count(side: number, bytes: number, packet: Begin): void {
    this.last = packet.time;
    if (this.packets0 + this.packets1 === 0) this.#begins(packet);
    if (side === 0) {
      this.packets0++;
      this.bytes0 += bytes;
    } else {
      this.packets1++;
      this.bytes1 += bytes;
    }
  }

  /** The same for many packets at once. */
  went(side: number, packets: number, bytes: number, last: number): void {
    if (last > this.last) this.last = last;
    if (side === 0) {
      this.packets0 += packets;
      this.bytes0 += bytes;
    } else {
      this.packets1 += packets;
      this.bytes1 += bytes;
    }
  }

  get likelyAsking(): number {
    if (this.beganKnown || this.onePort === this.otherPort) return this.began;
    return this.onePort > this.otherPort ? 0 : 1;
  }
}

const FREE = -1;

/** Finds the flow of a packet without making an object. When full, the flow seen least recently gives way. */
export class Flows {
  readonly #limit: number;
  readonly #gone: (flow: Flow) => void;
  readonly #settle: (flow: Flow) => void;
  #slots = new Int32Array(2048).fill(FREE);
  #flows: Flow[] = [];
  #last: Flow | undefined;
  #ids = 0;
  evicted = 0;

  /** @param settle brings a flow up to date */
  constructor(limit: number, settle: (flow: Flow) => void, gone: (flow: Flow) => void) {
    this.#limit = limit;
    this.#settle = settle;
    this.#gone = gone;
  }

  get created(): number {
    return this.#ids;
  }

  [Symbol.iterator](): Iterator<Flow> {
    return this.#flows[Symbol.iterator]();
  }

  find(
    transport: number,
    source: Endpoint,
    target: Endpoint,
    sourcePort: number,
    targetPort: number,
    time: number,
  ): Flow {
    const swap = source > target || (source === target && sourcePort > targetPort);
    const one = swap ? target : source;
    const other = swap ? source : target;
    const onePort = swap ? targetPort : sourcePort;
    const otherPort = swap ? sourcePort : targetPort;
    const last = this.#last;
    if (last && matches(last, transport, one, other, onePort, otherPort)) return last;

    const mask = this.#slots.length - 1;
    let slot = hash(one, other, (onePort << 16) | otherPort, transport) & mask;
    for (;;) {
      const index = this.#slots[slot]!;
      if (index === FREE) break;
      const flow = this.#flows[index]!;
      if (matches(flow, transport, one, other, onePort, otherPort)) return (this.#last = flow);
      slot = (slot + 1) & mask;
    }
    const flow = new Flow(this.#ids++, transport, one, other, onePort, otherPort, swap ? 1 : 0, time);
    this.#add(flow);
    return (this.#last = flow);
  }

  /** The same ports, but a new connection. */
  renew(flow: Flow): void {
    flow.renew(this.#ids++);
  }

  #add(flow: Flow): void {
    if (this.#flows.length < this.#limit) {
      this.#flows.push(flow);
      if (this.#flows.length * 2 > this.#slots.length) this.#rebuild(this.#slots.length * 2);
      else this.#place(this.#flows.length - 1);
      return;
    }
    this.#evict();
    this.#flows.push(flow);
    this.#rebuild(this.#slots.length);
  }

  /** An eighth at a time, so that the table is rebuilt seldom. */
  #evict(): void {
    for (const flow of this.#flows) this.#settle(flow);
    const oldestFirst = this.#flows.toSorted((a, b) => a.last - b.last);
    const leaving = oldestFirst.slice(0, Math.max(1, this.#limit >> 3));
    for (const flow of leaving) this.#gone(flow);
    this.evicted += leaving.length;
    this.#flows = oldestFirst.slice(leaving.length);
    this.#last = undefined;
  }

  #rebuild(size: number): void {
    this.#slots = new Int32Array(size).fill(FREE);
    for (let index = 0; index < this.#flows.length; index++) this.#place(index);
  }

  #place(index: number): void {
    const flow = this.#flows[index]!;
    const mask = this.#slots.length - 1;
    let slot = hash(flow.one, flow.other, (flow.onePort << 16) | flow.otherPort, flow.transport) & mask;
    while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
    this.#slots[slot] = index;
  }
}

function matches(
  flow: Flow,
  transport: number,
  one: Endpoint,
  other: Endpoint,
  onePort: number,
  otherPort: number,
): boolean {
  return (
    flow.one === one &&
    flow.other === other &&
    flow.onePort === onePort &&
    flow.otherPort === otherPort &&
    flow.transport === transport
  );
}
