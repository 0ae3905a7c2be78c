import { u16At, u32At } from '../bytes/byte-reader.ts';
import { type Endpoint, NOBODY, type StationKind } from '../dissector.ts';
import { hash } from './hash.ts';

export const MAC = 1;
export const IPV4 = 4;
export const IPV6 = 6;
// Beyond: stations that have neither an Ethernet nor an IP address. The reference does not count them as hosts.
/** As on Ethernet, but the group bit is the first on the wire: the highest of the first octet. */
export const TOKEN_RING = 7;
const stationKinds: Record<StationKind, number> = {
  arcnet: 8,
  mstp: 9,
  wpan: 10,
  eui64: 11,
  can: 12,
  canopen: 13,
  j1939: 14,
};
const {
  arcnet: ARCNET,
  mstp: MSTP,
  wpan: WPAN,
  eui64: EUI64,
  can: CAN,
  canopen: CANOPEN,
  j1939: J1939,
} = stationKinds;
/** On a CAN bus, where a message says what it is about and not for whom. */
export const EVERYBODY_ON_CAN = 0xffff_ffff;

/** Whoever found no room in the table: all of them are this endpoint. */
export const NO_ROOM = 0;

const NEVER = -1;
const RECENT = 1_023;
/** There is room for so many to begin with. */
const FEW = 64;

/** What went from one to the other, and when the last of it. */
interface Went {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly packets: number;
  readonly bytes: number;
  readonly last: number;
}

/**
 * Every address seen, as a small number. An open hash table over typed arrays: looking one up makes no object.
 * When the table is full, strangers are all `NO_ROOM`, and `dropped` says how often that happened.
 */
export class Endpoints {
  readonly #limit: number;
  #kinds: Uint8Array;
  #words: Uint32Array;
  #slots: Int32Array;
  #count = 1;
  /** A few that are likely to come again, found without the hash. */
  readonly #recentIpv4 = new Int32Array(RECENT + 1);
  readonly #recentMac = new Int32Array(RECENT + 1);
  dropped = 0;
  /** Those that sent or received a packet by this address. */
  hosts = 0;

  // By endpoint.
  packets = new Float64Array(FEW);
  bytes = new Float64Array(FEW);
  firstSeen = new Float64Array(FEW);
  lastSeen = new Float64Array(FEW);
  sentPackets = new Float64Array(FEW);
  /** The MAC address that packets of this IP address came from last. */
  #boundTo = new Int32Array(FEW).fill(NOBODY);
  /** Every pair of IP and MAC address seen on one packet, and whether ARP confirmed it. */
  readonly bindings = new Map<number, { address: Endpoint; mac: Endpoint; arp: boolean }>();

  constructor(limit = 131_072) {
    this.#limit = limit;
    this.#kinds = new Uint8Array(FEW);
    this.#words = new Uint32Array(FEW * 4);
    this.#slots = new Int32Array(FEW * 2).fill(NEVER);
  }

  /** Endpoint 0 stands for those that did not fit. */
  get count(): number {
    return this.#count;
  }

  ipv4(address: number): Endpoint {
    const at = (address ^ (address >>> 11)) & RECENT;
    const recent = this.#recentIpv4[at]!;
    if (recent > 0 && this.#words[recent * 4] === address >>> 0) return recent;
    return (this.#recentIpv4[at] = this.#intern(IPV4, address >>> 0, 0, 0, 0));
  }

  ipv6(bytes: Uint8Array, start: number): Endpoint {
    return this.#intern(
      IPV6,
      u32At(bytes, start),
      u32At(bytes, start + 4),
      u32At(bytes, start + 8),
      u32At(bytes, start + 12),
    );
  }

  mac(bytes: Uint8Array, start: number): Endpoint {
    const high = u32At(bytes, start);
    const low = u16At(bytes, start + 4);
    const at = (low ^ (low >>> 7)) & RECENT;
    const recent = this.#recentMac[at]!;
    if (recent > 0 && this.#words[recent * 4 + 1] === low && this.#words[recent * 4] === high) return recent;
    return (this.#recentMac[at] = this.#intern(MAC, high, low, 0, 0));
  }

  tokenRing(high: number, low: number): Endpoint {
    return this.#intern(TOKEN_RING, high, low, 0, 0);
  }

  station(kind: StationKind, low: number, high: number): Endpoint {
    return this.#intern(stationKinds[kind], high >>> 0, low >>> 0, 0, 0);
  }

  panOf(endpoint: Endpoint): number | undefined {
    return this.kind(endpoint) === WPAN ? this.word(endpoint, 0) : undefined;
  }

  kind(endpoint: Endpoint): number {
    return this.#kinds[endpoint]!;
  }

  word(endpoint: Endpoint, index: number): number {
    return this.#words[endpoint * 4 + index]!;
  }

  sent(endpoint: Endpoint, time: number, bytes: number): void {
    this.sentPackets[endpoint]!++;
    this.received(endpoint, time, bytes);
  }

  received(endpoint: Endpoint, time: number, bytes: number): void {
    if (this.packets[endpoint] === 0) {
      if (this.isHost(endpoint)) this.hosts++;
      this.firstSeen[endpoint] = time;
    }
    this.packets[endpoint]!++;
    this.bytes[endpoint]! += bytes;
    this.lastSeen[endpoint] = time;
  }

  /** The same for many packets at once. */
  went({ source, target, packets, bytes, last }: Went): void {
    this.sentPackets[source]! += packets;
    for (const endpoint of [source, target]) {
      this.packets[endpoint]! += packets;
      this.bytes[endpoint]! += bytes;
      if (last > this.lastSeen[endpoint]!) this.lastSeen[endpoint] = last;
    }
  }

  bind(address: Endpoint, mac: Endpoint): void {
    if (this.#boundTo[address] === mac) return;
    this.#boundTo[address] = mac;
    this.#binding(address, mac);
  }

  /** ARP says that the station with this MAC address has this IP address. */
  resolved(address: Endpoint, mac: Endpoint): void {
    const binding = this.#binding(address, mac);
    if (binding) binding.arp = true;
  }

  /** An address of the Internet, of one station. */
  isPublic(endpoint: Endpoint): boolean {
    const address = this.word(endpoint, 0);
    if (this.kind(endpoint) === IPV6) return address >>> 29 === 0b001 && address !== DOCUMENTATION_IPV6;
    if (this.kind(endpoint) !== IPV4) return false;
    return !notPublic.some(([prefix, bits]) => address >>> (32 - bits) === prefix >>> (32 - bits));
  }

  /** The same first half of an IPv4 address, or quarter of an IPv6 one. */
  isNear(one: Endpoint, other: Endpoint): boolean {
    const bits = this.kind(one) === IPV4 ? 16 : 0;
    return this.kind(one) === this.kind(other) && this.word(one, 0) >>> bits === this.word(other, 0) >>> bits;
  }

  /** Has an address of IP or Ethernet. */
  isHost(endpoint: Endpoint): boolean {
    return this.kind(endpoint) <= IPV6;
  }

  /** Neither a group, nor broadcast, nor "no address". */
  isStation(endpoint: Endpoint): boolean {
    const [high, low] = [this.word(endpoint, 0), this.word(endpoint, 1)];
    switch (this.kind(endpoint)) {
      case MAC:
        return (high & 0x0100_0000) === 0 && (high !== 0 || low !== 0);
      case TOKEN_RING:
        return high < 0x8000_0000 && (high !== 0 || low !== 0);
      case IPV4:
        return high !== 0 && high < 0xe000_0000;
      case IPV6:
        return high >>> 24 !== 0xff && [0, 1, 2, 3].some((i) => this.word(endpoint, i) !== 0);
      case ARCNET:
        return low !== 0;
      case MSTP:
        return low !== 0xff;
      case WPAN:
        // Zigbee keeps 0xfff8 and above for groups of devices; 0xfffe is "no short address".
        return low < 0xfff8;
      case EUI64:
        return (high !== 0 || low !== 0) && (high !== 0xffff_ffff || low !== 0xffff_ffff);
      case CAN:
        return low !== EVERYBODY_ON_CAN;
      case CANOPEN:
      case J1939:
        return true;
      default:
        return false;
    }
  }

  /**
   * `192.0.2.1`, `2001:db8::1`, `00:0e:8c:…`; `arcnet:61`, `mstp:12`, `wpan:01ff/4d2c` (PAN and short address),
   * `eui64:00:0d:6f:…`, `can:642`, `can:5/642`, `canopen:66`, `j1939:17`; `?` for endpoint 0.
   */
  text(endpoint: Endpoint): string {
    const word = (index: number) => this.word(endpoint, index);
    switch (this.kind(endpoint)) {
      case IPV4:
        return ipv4Text(word(0));
      case IPV6:
        return ipv6Text([0, 1, 2, 3].flatMap((index) => [word(index) >>> 16, word(index) & 0xffff]));
      case MAC:
      case TOKEN_RING:
        return macText(word(0), word(1));
      case ARCNET:
        return `arcnet:${word(1)}`;
      case MSTP:
        return `mstp:${word(1)}`;
      case WPAN:
        return `wpan:${hex(word(0), 4)}/${hex(word(1), 4)}`;
      case EUI64:
        return `eui64:${eui64Text(word(0), word(1))}`;
      case CAN:
        return `can:${networkText(word(0))}${word(1) === EVERYBODY_ON_CAN ? '*' : canText(word(1))}`;
      case CANOPEN:
        return `canopen:${word(1)}`;
      case J1939:
        return `j1939:${word(1)}`;
      default:
        return '?';
    }
  }

  #binding(address: Endpoint, mac: Endpoint): { arp: boolean } | undefined {
    const key = address * 0x100_0000 + mac;
    const before = this.bindings.get(key);
    if (before || this.bindings.size >= this.#limit) return before;
    const binding = { address, mac, arp: false };
    this.bindings.set(key, binding);
    return binding;
  }

  #intern(kind: number, a: number, b: number, c: number, d: number): Endpoint {
    const mask = this.#slots.length - 1;
    let slot = hash(a ^ kind, b, c, d) & mask;
    for (;;) {
      const endpoint = this.#slots[slot]!;
      if (endpoint === NEVER) break;
      const at = endpoint * 4;
      if (
        this.#words[at] === a &&
        this.#words[at + 1] === b &&
        this.#words[at + 2] === c &&
        this.#words[at + 3] === d &&
        this.#kinds[endpoint] === kind
      ) {
        return endpoint;
      }
      slot = (slot + 1) & mask;
    }
    if (this.#count >= this.#limit) {
      this.dropped++;
      return NO_ROOM;
    }
    const endpoint = this.#count++;
    if (endpoint >= this.#kinds.length) this.#grow();
    this.#kinds[endpoint] = kind;
    this.#words.set([a, b, c, d], endpoint * 4);
    this.#place(endpoint);
    return endpoint;
  }

  #place(endpoint: Endpoint): void {
    const mask = this.#slots.length - 1;
    const at = endpoint * 4;
    let slot =
      hash(
        this.#words[at]! ^ this.#kinds[endpoint]!,
        this.#words[at + 1]!,
        this.#words[at + 2]!,
        this.#words[at + 3]!,
      ) & mask;
    while (this.#slots[slot] !== NEVER) slot = (slot + 1) & mask;
    this.#slots[slot] = endpoint;
  }

  #grow(): void {
    const kinds = new Uint8Array(this.#kinds.length * 2);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    const words = new Uint32Array(kinds.length * 4);
    words.set(this.#words);
    this.#words = words;
    this.packets = wider(this.packets);
    this.bytes = wider(this.bytes);
    this.firstSeen = wider(this.firstSeen);
    this.lastSeen = wider(this.lastSeen);
    this.sentPackets = wider(this.sentPackets);
    const boundTo = new Int32Array(kinds.length).fill(NOBODY);
    boundTo.set(this.#boundTo);
    this.#boundTo = boundTo;
    this.#slots = new Int32Array(kinds.length * 2).fill(NEVER);
    // The newest is placed by whoever made it.
    for (let endpoint = 1; endpoint < this.#count - 1; endpoint++) this.#place(endpoint);
  }
}

/** What IANA's registry of special addresses (RFC 6890) does not send over the Internet. */
const notPublic: readonly (readonly [number, number])[] = [
  [0x0000_0000, 8],
  [0x0a00_0000, 8],
  [0x6440_0000, 10],
  [0x7f00_0000, 8],
  [0xa9fe_0000, 16],
  [0xac10_0000, 12],
  [0xc000_0000, 24],
  [0xc000_0200, 24],
  [0xc0a8_0000, 16],
  [0xc612_0000, 15],
  [0xc633_6400, 24],
  [0xcb00_7100, 24],
  [0xe000_0000, 3],
];
const DOCUMENTATION_IPV6 = 0x2001_0db8;

function wider(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const result = new Float64Array(array.length * 2);
  result.set(array);
  return result;
}

export function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

export function macText(high: number, low: number): string {
  const digits = high.toString(16).padStart(8, '0') + low.toString(16).padStart(4, '0');
  return digits.match(/../g)!.join(':');
}

export function eui64Text(high: number, low: number): string {
  return (hex(high, 8) + hex(low, 8)).match(/../g)!.join(':');
}

/** Identifiers of 11 bits with three digits, those of 29 bits (bit 31 says so) with eight. */
export function canText(identifier: number): string {
  return identifier >>> 31 ? hex(identifier & 0x1fff_ffff, 8) : hex(identifier, 3);
}

/** The virtual network of CAN XL, which is 0 of all other frames. */
function networkText(network: number): string {
  return network === 0 ? '' : `${network}/`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** RFC 5952: the longest run of zeros, if of two or more, becomes `::`. */
export function ipv6Text(groups: readonly number[]): string {
  let [best, bestLength] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [start, length];
  }
  const digits = groups.map((group) => group.toString(16));
  if (best < 0) return digits.join(':');
  return `${digits.slice(0, best).join(':')}::${digits.slice(best + bestLength).join(':')}`;
}
