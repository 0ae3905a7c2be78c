import type { Endpoint } from '../dissector.ts';
import type { Endpoints } from './endpoints.ts';
import type { Begin, Flow } from './flows.ts';
import { hash } from './hash.ts';

/** Where headers begin behind an Ethernet header without tags, and behind an IPv4 header without options. */
export const IPV4_AT = 14;
export const TCP_AT = 34;
const TCP = 6;
const SHORTEST = TCP_AT + 20;

/** EtherType, version, and length of the header. */
const PLAIN_IPV4 = 0x0800_45;
/** Of the words with the place of a fragment, the time to live and the protocol: more fragments, place, protocol. */
const PLACE_AND_PROTOCOL = 0x3fff_00ff;

const FEW_SLOTS = 2_048;
const MOST_SLOTS = 262_144;
/** So that hardly any three ways meet in two slots. */
const SLOTS_PER_WAY = 4;
const NO_SLOT = -1;
const WORTH_IT = 500;

// A slot is one line of a cache: what is compared, and what is counted. Its first six words are addresses, ports and
// stations; behind them, what went this way and was not told yet.
const WORDS = 16;
const PACKETS = 6;
/** Of TCP; without that of the first packet, which its flow counts itself. */
const PAYLOAD = 7;
const BYTES = 8;
/** The words 10 and 11 as one number of 64 bits. */
const LAST = 5;
const NUMBERS = WORDS / 2;
/** Words hold twice as many, and no packet is as large. */
const MOST_BYTES = 0x4000_0000;

/** The packet at hand, and who sends it to whom. */
interface Going extends Begin {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sourceMac: Endpoint;
  readonly targetMac: Endpoint;
  readonly side: number;
  readonly endpoints: Endpoints;
}

/** One direction of a connection, as the headers of its packets have it. */
export class Way {
  readonly flow: Flow;
  readonly side: number;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sourceMac: Endpoint;
  readonly targetMac: Endpoint;
  /** Where it is found; negative when another needed the place. */
  slot: number;

  constructor({ source, target, sourceMac, targetMac, side }: Going, flow: Flow, slot: number) {
    this.flow = flow;
    this.side = side;
    this.source = source;
    this.target = target;
    this.sourceMac = sourceMac;
    this.targetMac = targetMac;
    this.slot = slot;
  }
}

/**
 * Ways that packets went, found by the bytes of their headers: stations, addresses and ports at once. Each lies in one of
 * two slots side by side; when both are taken, the newest has the first.
 */
export class Ways {
  /** Empty until there were enough packets for the table to be worth its room. */
  #numbers = new Float64Array(0);
  /** The same as whole numbers. */
  #words = new Int32Array(this.#numbers.buffer);
  #ways: (Way | undefined)[] = [];
  #mask = 0;
  #taken = 0;
  /** Packets that found no way here. */
  #strangers = 0;
  /** Those that did, as far as they are settled. */
  packets = 0;

  /** The slot of this frame's way, if it is plain TCP and one like it went the long way before; negative if not. */
  of(bytes: DataView, start: number, end: number): number {
    if (this.#mask === 0 || end - start < SHORTEST || !isPlain(bytes, start)) return NO_SLOT;
    const source = bytes.getInt32(start + 26);
    const target = bytes.getInt32(start + 30);
    const ports = bytes.getInt32(start + TCP_AT);
    const slot = this.#find(this.#first(source, target, ports), source, target, ports);
    if (slot < 0) return NO_SLOT;
    const at = slot * WORDS;
    const words = this.#words;
    return words[at + 3] === bytes.getInt32(start) &&
      words[at + 4] === bytes.getInt32(start + 4) &&
      words[at + 5] === bytes.getInt32(start + 8)
      ? slot
      : NO_SLOT;
  }

  /** What lies in a slot; undefined if a frame was forged to look like an empty one. */
  at(slot: number): Way | undefined {
    return this.#ways[slot];
  }

  /** One more packet went this way. */
  count(way: Way, packet: Going, payload: number): void {
    const words = this.#words;
    const at = way.slot * WORDS;
    if (words[at + BYTES]! > MOST_BYTES) this.#settle(way, packet.endpoints);
    if (words[at + PACKETS]!++ === 0) way.flow.count(way.side, payload, packet);
    else words[at + PAYLOAD]! += payload;
    words[at + BYTES]! += packet.frameLength;
    this.#numbers[way.slot * NUMBERS + LAST] = packet.time;
  }

  /** Remembers the way of the packet at hand. `start`: where its frame would begin if nothing stood before it. */
  keep(packet: Going, flow: Flow, bytes: DataView, start: number): void {
    if (++this.#strangers < WORTH_IT || start < 0 || !isPlain(bytes, start)) return;
    if (this.#taken * SLOTS_PER_WAY >= this.#ways.length && this.#ways.length < MOST_SLOTS) this.#grow();
    const source = bytes.getInt32(start + 26);
    const target = bytes.getInt32(start + 30);
    const ports = bytes.getInt32(start + TCP_AT);
    const first = this.#first(source, target, ports);
    const known = this.#find(first, source, target, ports);
    const free = this.#ways[first] && !this.#ways[first ^ 1] ? first ^ 1 : first;
    const slot = known < 0 ? free : known;
    this.#leave(slot, packet.endpoints);
    const at = slot * WORDS;
    this.#words.set([source, target, ports], at);
    for (let i = 0; i < 3; i++) this.#words[at + 3 + i] = bytes.getInt32(start + i * 4);
    this.#ways[slot] = flow.ways[packet.side] = new Way(packet, flow, slot);
    this.#taken++;
  }

  /** Tells a flow and its endpoints what went its ways. */
  settle(flow: Flow, endpoints: Endpoints): void {
    for (const way of flow.ways) if (way && way.slot >= 0) this.#settle(way, endpoints);
  }

  /** The packets of this flow go the long way again. */
  forget(flow: Flow, endpoints: Endpoints): void {
    for (const way of flow.ways) if (way && way.slot >= 0) this.#leave(way.slot, endpoints);
  }

  /** The slot where this is; negative when it is in neither of its two. */
  #find(first: number, source: number, target: number, ports: number): number {
    if (this.#is(first, source, target, ports)) return first;
    return this.#is(first ^ 1, source, target, ports) ? first ^ 1 : NO_SLOT;
  }

  /** Where this is looked for first. */
  #first(source: number, target: number, ports: number): number {
    return hash(source, target, ports, 0) & this.#mask;
  }

  #is(slot: number, source: number, target: number, ports: number): boolean {
    const words = this.#words;
    const at = slot * WORDS;
    return words[at] === source && words[at + 1] === target && words[at + 2] === ports;
  }

  #settle({ flow, side, slot, source, target }: Way, endpoints: Endpoints): void {
    const words = this.#words;
    const at = slot * WORDS;
    const packets = words[at + PACKETS]!;
    if (packets === 0) return;
    this.packets += packets;
    const last = this.#numbers[slot * NUMBERS + LAST]!;
    endpoints.went({ source, target, packets, bytes: words[at + BYTES]!, last });
    flow.went(side, packets - 1, words[at + PAYLOAD]!, last);
    words.fill(0, at + PACKETS, at + WORDS);
  }

  /** Whatever lies there leaves it. */
  #leave(slot: number, endpoints: Endpoints): void {
    const way = this.#ways[slot];
    if (!way) return;
    this.#settle(way, endpoints);
    way.slot = NO_SLOT;
    this.#ways[slot] = undefined;
    this.#words.fill(0, slot * WORDS, (slot + 1) * WORDS);
    this.#taken--;
  }

  /** More slots; each way with what was counted of it. */
  #grow(): void {
    const [ways, words] = [this.#ways, this.#words];
    const slots = Math.max(FEW_SLOTS, ways.length * 4);
    this.#numbers = new Float64Array(slots * NUMBERS);
    this.#words = new Int32Array(this.#numbers.buffer);
    this.#ways = Array.from({ length: slots }, () => undefined);
    this.#mask = slots - 1;
    for (const way of ways) {
      if (!way) continue;
      const at = way.slot * WORDS;
      const first = this.#first(words[at]!, words[at + 1]!, words[at + 2]!);
      // The ways of two slots share the eight that these become: there is always room.
      way.slot = this.#ways[first] ? first ^ 1 : first;
      this.#words.set(words.subarray(at, at + WORDS), way.slot * WORDS);
      this.#ways[way.slot] = way;
    }
  }
}

/** IPv4 without options, whole, carrying TCP. */
function isPlain(bytes: DataView, start: number): boolean {
  return (
    bytes.getInt32(start + 12) >>> 8 === PLAIN_IPV4 &&
    (bytes.getInt32(start + 20) & PLACE_AND_PROTOCOL) === TCP
  );
}
