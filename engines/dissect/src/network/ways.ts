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

const SLOTS = 8_192;
/** Of which two are free, so that none lies across two lines of a cache. */
const WORDS = 8;
const WORTH_IT = 500;
const NONE = new Int32Array(0);

/** The packet at hand, and who sends it to whom. */
interface Going extends Begin {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sourceMac: Endpoint;
  readonly targetMac: Endpoint;
  readonly side: number;
  readonly endpoints: Endpoints;
}

/** One direction of a connection, as the headers of its packets have it; and what went this way and was not told yet. */
export class Way {
  readonly flow: Flow;
  readonly side: number;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sourceMac: Endpoint;
  readonly targetMac: Endpoint;
  packets = 0;
  bytes = 0;
  /** Of TCP; without that of the first packet, which its flow counts itself. */
  payload = 0;
  last = 0;

  constructor({ source, target, sourceMac, targetMac, side }: Going, flow: Flow) {
    this.flow = flow;
    this.side = side;
    this.source = source;
    this.target = target;
    this.sourceMac = sourceMac;
    this.targetMac = targetMac;
  }

  count(packet: Going, payload: number): void {
    if (this.packets++ === 0) this.flow.count(this.side, payload, packet);
    else this.payload += payload;
    this.bytes += packet.frameLength;
    this.last = packet.time;
  }

  /** Tells its endpoints and its flow. */
  settle(endpoints: Endpoints): void {
    if (this.packets === 0) return;
    endpoints.went(this);
    this.flow.went(this.side, this.packets - 1, this.payload, this.last);
    this.packets = this.bytes = this.payload = 0;
  }
}

/**
 * Ways that packets went, found by the bytes of their headers: stations, addresses and ports at once. One for each slot;
 * the newest stays.
 */
export class Ways {
  /** Empty until there were enough packets for the table to be worth its room. */
  #words = NONE;
  #ways: (Way | undefined)[] = [];
  #packets = 0;

  /** The way of this frame, if it is plain TCP and one like it went the long way before. */
  of(bytes: DataView, start: number, end: number): Way | undefined {
    if (this.#words.length === 0 || end - start < SHORTEST || !isPlain(bytes, start)) return undefined;
    const source = bytes.getInt32(start + 26);
    const target = bytes.getInt32(start + 30);
    const ports = bytes.getInt32(start + TCP_AT);
    const slot = slotOf(source, target, ports);
    const way = this.#ways[slot];
    if (way === undefined || way.flow.gone) return undefined;
    const words = this.#words;
    const at = slot * WORDS;
    return words[at] === source &&
      words[at + 1] === target &&
      words[at + 2] === ports &&
      words[at + 3] === bytes.getInt32(start) &&
      words[at + 4] === bytes.getInt32(start + 4) &&
      words[at + 5] === bytes.getInt32(start + 8)
      ? way
      : undefined;
  }

  /** Remembers the way of the packet at hand. `start`: where its frame would begin if nothing stood before it. */
  keep(packet: Going, flow: Flow, bytes: DataView, start: number): void {
    if (++this.#packets < WORTH_IT || start < 0 || !isPlain(bytes, start)) return;
    if (this.#words.length === 0) {
      this.#words = new Int32Array(SLOTS * WORDS);
      this.#ways = Array.from({ length: SLOTS }, () => undefined);
    }
    const source = bytes.getInt32(start + 26);
    const target = bytes.getInt32(start + 30);
    const ports = bytes.getInt32(start + TCP_AT);
    const slot = slotOf(source, target, ports);
    this.#ways[slot]?.settle(packet.endpoints);
    const words = this.#words;
    const at = slot * WORDS;
    words[at] = source;
    words[at + 1] = target;
    words[at + 2] = ports;
    for (let i = 0; i < 3; i++) words[at + 3 + i] = bytes.getInt32(start + i * 4);
    const way = new Way(packet, flow);
    flow.ways[packet.side]?.settle(packet.endpoints);
    this.#ways[slot] = flow.ways[packet.side] = way;
  }
}

/** IPv4 without options, whole, carrying TCP. */
function isPlain(bytes: DataView, start: number): boolean {
  return (
    bytes.getInt32(start + 12) >>> 8 === PLAIN_IPV4 &&
    (bytes.getInt32(start + 20) & PLACE_AND_PROTOCOL) === TCP
  );
}

function slotOf(source: number, target: number, ports: number): number {
  return hash(source, target, ports, 0) & (SLOTS - 1);
}
