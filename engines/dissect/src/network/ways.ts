import type { Stage } from '../analysis/stage.ts';
import type { Endpoint } from '../dissector.ts';
import { type Endpoints, hash } from './endpoints.ts';
import type { Flow } from './flows.ts';

/** Where headers begin behind an Ethernet header without tags, and behind an IPv4 header without options. */
export const IPV4_AT = 14;
export const TCP_AT = 34;
const TCP = 6;
const SHORTEST = TCP_AT + 20;

const SLOTS = 8_192;
const WORDS = 6;
const WORTH_IT = 500;
const NONE = new Uint32Array(0);

/** One direction of a connection, as the headers of its packets have it. */
export interface Way {
  readonly flow: Flow;
  readonly side: number;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sourceMac: Endpoint;
  readonly targetMac: Endpoint;
  /** What its endpoints sent and received this way and have not been told yet. */
  packets: number;
  bytes: number;
  last: number;
}

/**
 * Ways that packets went, found by the bytes of their headers: stations, addresses and ports at once. One for each slot;
 * the newest stays.
 */
export class Ways {
  #words = NONE;
  /** Empty until there were enough packets for the table to be worth its room. */
  #ways: (Way | undefined)[] = [];
  #packets = 0;

  /** The way of this frame, if it is plain TCP and one like it went the long way before. */
  of(bytes: DataView, start: number, end: number): Way | undefined {
    if (this.#ways.length === 0 || end - start < SHORTEST || !isPlain(bytes, start)) return undefined;
    const source = bytes.getUint32(start + 26);
    const target = bytes.getUint32(start + 30);
    const ports = bytes.getUint32(start + TCP_AT);
    const slot = slotOf(source, target, ports);
    const way = this.#ways[slot];
    if (way === undefined || way.flow.gone) return undefined;
    const words = this.#words;
    const at = slot * WORDS;
    return words[at] === source &&
      words[at + 1] === target &&
      words[at + 2] === ports &&
      words[at + 3] === bytes.getUint32(start) &&
      words[at + 4] === bytes.getUint32(start + 4) &&
      words[at + 5] === bytes.getUint32(start + 8)
      ? way
      : undefined;
  }

  /** Remembers the way of the packet at hand. `start`: where its frame would begin if nothing stood before it. */
  keep(stage: Stage, flow: Flow, bytes: DataView, start: number): void {
    if (++this.#packets < WORTH_IT || start < 0 || !isPlain(bytes, start)) return;
    if (this.#ways.length === 0) {
      this.#words = new Uint32Array(SLOTS * WORDS);
      this.#ways = Array.from({ length: SLOTS }, () => undefined);
    }
    const source = bytes.getUint32(start + 26);
    const target = bytes.getUint32(start + 30);
    const ports = bytes.getUint32(start + TCP_AT);
    const slot = slotOf(source, target, ports);
    const before = this.#ways[slot];
    if (before && before.packets > 0) stage.endpoints.went(before);
    const words = this.#words;
    const at = slot * WORDS;
    words[at] = source;
    words[at + 1] = target;
    words[at + 2] = ports;
    for (let i = 0; i < 3; i++) words[at + 3 + i] = bytes.getUint32(start + i * 4);
    const { side, sourceMac, targetMac } = stage;
    const [from, to] = [stage.source, stage.target];
    this.#ways[slot] = {
      flow,
      side,
      source: from,
      target: to,
      sourceMac,
      targetMac,
      packets: 0,
      bytes: 0,
      last: 0,
    };
  }

  /** Tells the endpoints what went this way. Called once, at the end. */
  settle(endpoints: Endpoints): void {
    for (const way of this.#ways) if (way && way.packets > 0) endpoints.went(way);
  }
}

/** IPv4 without options, whole, carrying TCP. */
function isPlain(bytes: DataView, start: number): boolean {
  return (
    bytes.getUint16(start + 12) === 0x0800 &&
    bytes.getUint8(start + IPV4_AT) === 0x45 &&
    bytes.getUint8(start + 23) === TCP &&
    (bytes.getUint16(start + 20) & 0x3fff) === 0
  );
}

function slotOf(source: number, target: number, ports: number): number {
  return hash(source, target, ports, 0) & (SLOTS - 1);
}
