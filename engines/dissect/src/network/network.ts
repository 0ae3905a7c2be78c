import {
  ARCNET_ARP,
  ARCNET_BACNET,
  ARCNET_IP,
  ARCNET_OLD_ARP,
  ARCNET_OLD_IP,
  arcnetPayload,
  arcnetSystemCode,
  HSR,
  isCookedCan,
  LINUX_LLC,
  LONGEST_CAN,
  netAnalyzerFrame,
  NOTHING_INSIDE,
  openErf,
  openGre,
  openMpls,
  Opened,
  openPpp,
  openUdp,
  PPP,
  SOCKETCAN,
  tokenRingPayload,
  TRANSPARENT_ETHERNET,
  turnedInCooked,
  wirelessPayload,
  wirelessSource,
  wirelessTarget,
} from './links.ts';
import { NOBODYS, PERHAPS_SOMEBODY, type Stage, STATIONS } from '../analysis/stage.ts';
import { u16At, u16leAt, u32At, u32leAt } from '../bytes/byte-reader.ts';
import type { PacketSink } from '../capture/capture-reader.ts';
import { Counter } from '../analysis/counters.ts';
import { LOST, NOBODY, NOT_OURS, OURS, PERHAPS } from '../dissector.ts';
import { NO_ROOM } from './endpoints.ts';
import { type Flow, Flows, GIVEN_UP, UNDECIDED } from './flows.ts';
import { Fragments } from './fragments.ts';
import { type Origin, Turned } from './gathered.ts';
import type { Early, Stream } from './streams.ts';
import { IPV4_AT, TCP_AT, Ways } from './ways.ts';

// IANA protocol numbers.
export const TCP = 6;
export const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
const IPV4_INSIDE = 4;
const IPV6_INSIDE = 41;
const GRE = 47;
const ETHERNET_INSIDE = 143;
const MPLS_INSIDE = 137;
/** Unreachable, source quench, redirect, time exceeded, parameter problem: RFC 792. */
const ICMP_ERRORS = new Set([3, 4, 5, 11, 12]);
const FRAGMENT = 44;
const AUTHENTICATION = 51;
/** Hop-by-hop, routing, destination options, mobility, host identity, shim6. */
const EXTENSIONS = new Set([0, 43, 60, 135, 139, 140]);
/** Frames that are not IP are flows too; the EtherType stands for the port. */
export const ETHERNET = 0;

const transportNames: Record<number, string> = { [ETHERNET]: 'ethernet', [TCP]: 'tcp', [UDP]: 'udp' };

/** @param isHost whether the stations have addresses of IP or Ethernet */
export function transportName(transport: number, isHost = true): string {
  if (transport >= STATIONS || (transport === ETHERNET && !isHost)) return 'link';
  return transportNames[transport] ?? `ip/${transport}`;
}

const NO_BYTES = new Uint8Array(0);
const SYN = 0x02;
const ACK = 0x10;

/** Frames within packets within frames: nobody means it deeper. */
const MOST_TUNNELS = 6;
const MOST_TAGS = 16;

const INTER_SWITCH = 0x0100_0c00;

const MOST_EARLY = 256;
const MOST_EARLY_BYTES = 262_144;
const MOST_HELD = 48 * 1024 * 1024;
/** Beyond any receive window: not a gap but another conversation. */
const FARTHEST = 16 * 1024 * 1024;
const MOST_ATTEMPTS = 24;
const MOST_MISSES = 24;
const UNDECIDED_LIMIT = 4_096;
/** That of EtherNet/IP: some send the header of a message in a segment of its own. */
const LONGEST_HEADER = 24;

/** From frames to messages. */
export class Network implements PacketSink {
  readonly #stage: Stage;
  readonly flows: Flows;
  readonly fragments = new Fragments();

  time = 0;
  little = true;
  readonly linkTypes = new Map<number, number>();
  /** Packets by layer, for `counts.protocol_frames`. */
  readonly layers = new Counter();
  readonly arp = new Counter();
  tcpStreams = 0;
  retransmitted = 0;
  gaps = 0;
  lostBytes = 0;
  dropped = 0;
  /** Packets whose headers make no sense. */
  unreadable = 0;

  /** That of nearly every capture, to begin with: what never changes is no reason to optimise the packets' way again. */
  #linkType = 1;
  #countedByLinkType = 0;
  /** Bytes waiting in streams. */
  #held = 0;
  /** Bytes of the packet at hand that were not captured. */
  #cut = 0;
  #base: Origin = 0;
  readonly #turned = new Turned(LONGEST_CAN);
  /** Layers of the packet at hand, by bit: each is counted once. */
  #seen = 0;
  #tunnels = 0;
  #tags = 0;
  readonly #opened = new Opened();
  readonly #ways = new Ways();
  /** The piece of the capture at hand, and a view of it. */
  #viewed: Uint8Array = NO_BYTES;
  #view: DataView = new DataView(NO_BYTES.buffer);

  constructor(stage: Stage, mostFlows = 65_536) {
    this.#stage = stage;
    this.flows = new Flows(
      mostFlows,
      (flow) => this.#settle(flow),
      (flow) => {
        this.#close(flow);
        this.#ways.forget(flow, stage.endpoints);
      },
    );
    stage.flows = this.flows;
  }

  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    base: number,
    wireLength: number,
    linkType: number,
  ): void {
    const stage = this.#stage;
    const length = end - start;
    stage.arrived(this.time, base + start, length, linkType);
    this.#cut = wireLength > length ? wireLength - length : 0;
    if (this.#cut > 0) stage.truncated++;
    this.#base = base;
    if (linkType !== this.#linkType) this.#changeLinkType(linkType);
    if (linkType === 1 && this.#cut === 0 && this.#goes(bytes, start, end)) return;
    stage.hostSource = stage.hostTarget = stage.sourceMac = stage.targetMac = NOBODY;
    stage.vlan = 0;
    this.#seen = this.#tunnels = this.#tags = 0;
    switch (linkType) {
      case 1:
        return this.#ethernet(bytes, start, end);
      case 6:
        return this.#tokenRing(bytes, start, end);
      case 7:
      case 129:
        return this.#arcnet(bytes, start, end, linkType);
      case 9:
      case 50:
        return this.#ppp(bytes, start, end);
      case 51:
        return this.#ppp(bytes, start + PPPOE_HEADER, end);
      case 104:
        return this.#cisco(bytes, start, end);
      case 105:
        return this.#wireless(bytes, start, end);
      case 127:
        return this.#radiotap(bytes, start, end);
      case 0:
      case 108:
        return this.#loopback(bytes, start, end);
      case 12:
      case 14:
      case 101:
        return this.#raw(bytes, start, end);
      case 197:
        return this.#erf(bytes, start, end);
      case 240:
      case 241:
        return this.#netAnalyzer(bytes, start, end, linkType);
      case 228:
        return this.#ipv4(bytes, start, end);
      case 229:
        return this.#ipv6(bytes, start, end);
      case 113:
        return this.#cooked(bytes, start, end);
      case 276:
        return this.#cooked2(bytes, start, end);
      default:
        return this.#link(linkType, bytes, start, end);
    }
  }

  named(address: Uint8Array, name: string): void {
    const { endpoints } = this.#stage;
    this.#stage.named(
      address.length === 4 ? endpoints.ipv4(u32At(address, 0)) : endpoints.ipv6(address, 0),
      name,
    );
  }

  finish(): void {
    this.#countLinkType(this.#stage.packet);
    for (const flow of this.flows) this.#close(flow);
    const known = this.#ways.packets;
    for (const layer of [ETH, IP, TCP_LAYER]) if (known > 0) this.layers.add(layer, known);
  }

  /** The packet at hand came over another kind of link than the one before. */
  #changeLinkType(linkType: number): void {
    this.#countLinkType(this.#stage.packet - 1);
    this.#linkType = linkType;
  }

  #countLinkType(packets: number): void {
    const more = packets - this.#countedByLinkType;
    if (more > 0) this.linkTypes.set(this.#linkType, (this.linkTypes.get(this.#linkType) ?? 0) + more);
    this.#countedByLinkType = packets;
  }

  /**
   * The way of most packets: TCP in IPv4 in Ethernet without options or tags, from and to where one came from before. Its
   * connection is found by the bytes of the headers as they stand; whatever is out of the ordinary goes the long way.
   */
  #goes(bytes: Uint8Array, start: number, end: number): boolean {
    if (bytes !== this.#viewed) this.#look(bytes);
    const view = this.#view;
    const slot = this.#ways.of(view, start, end);
    const way = slot < 0 ? undefined : this.#ways.at(slot);
    if (way === undefined) return false;
    const stop = start + IPV4_AT + view.getUint16(start + 16);
    const at = start + TCP_AT + (bytes[start + 46]! >> 4) * 4;
    const flags = bytes[start + 47]!;
    if (stop > end || at > stop || at < start + TCP_AT + 20 || flags & SYN) return false;
    const stage = this.#stage;
    this.#ways.count(way, stage, stop - at);
    stage.goes(way);
    const { flow, side } = way;
    if (flags & ACK) this.#acknowledge(flow, side, view.getInt32(start + 42));
    if (at === stop || flow.dissector === GIVEN_UP) return true;
    const stream = flow.streamOf(side);
    const sequence = view.getInt32(start + 38);
    if (!this.#isOneMessage(stream, sequence, bytes, at, stop)) {
      this.#segment(stream, sequence, bytes, at, stop, this.#base);
    }
    return true;
  }

  /** Mostly a segment is the next and just one message: then it needs nothing of what is there for all the others. */
  #isOneMessage(stream: Stream, sequence: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { flow } = stream;
    const { dissector } = flow;
    if (sequence !== stream.next || !stream.isCalm || dissector < 0) return false;
    const stage = this.#stage;
    if (stage.dissectors[dissector]!.messageLength!(bytes, start, end) !== end - start) return false;
    stream.rememberIn(this.#view, sequence, start, end);
    stream.next = (sequence + end - start) | 0;
    flow.misses = 0;
    flow.messages++;
    stage.face(flow);
    stage.deliver(dissector, bytes, start, end, this.#base, 'tcp', stage.targetPort, false);
    return true;
  }

  /** A number of several bytes is one load by a view. There is one for each piece of the capture. */
  #look(bytes: Uint8Array): void {
    this.#viewed = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #layer(layer: number): void {
    const bit = 1 << layer;
    if (this.#seen & bit) return;
    this.#seen |= bit;
    this.layers.add(layer);
  }

  /** Neither Ethernet nor IP: a dissector reads the frame, and says who talks. */
  #link(linkType: number, bytes: Uint8Array, start: number, end: number, origin = this.#base): void {
    const stage = this.#stage;
    stage.outside();
    const whose = stage.whose('link', linkType, linkType, bytes, start, end);
    if (whose < 0) return this.#cannotRead();
    stage.deliver(whose, bytes, start, end, origin, 'link', linkType, this.#cut > 0);
  }

  #tokenRing(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 14) return this.#cannotRead();
    const stage = this.#stage;
    const { endpoints } = stage;
    stage.targetMac = endpoints.tokenRing(u32At(bytes, start + 2), u16At(bytes, start + 6));
    // The first bit of a source address says that a route follows.
    const high = u32At(bytes, start + 8) & 0x7fff_ffff;
    stage.sourceMac = endpoints.tokenRing(high, u16At(bytes, start + 12));
    const at = tokenRingPayload(bytes, start, end);
    if (at !== NOTHING_INSIDE) return this.#logicalLink(bytes, at, end);
    stage.source = stage.sourceMac;
    stage.target = stage.targetMac;
    stage.host();
  }

  #arcnet(bytes: Uint8Array, start: number, end: number, linkType: number): void {
    if (end - start < 3) return this.#cannotRead();
    const stage = this.#stage;
    stage.sourceMac = stage.station('arcnet', bytes[start]!);
    stage.targetMac = stage.station('arcnet', bytes[start + 1]!);
    const code = arcnetSystemCode(bytes, start, end, end - start + this.#cut, linkType);
    if (code >= end) return this.#cannotRead();
    const at = Math.min(end, arcnetPayload(bytes, code));
    switch (bytes[code]) {
      case ARCNET_IP:
      case ARCNET_OLD_IP:
        return this.#ipv4(bytes, at, end);
      case ARCNET_ARP:
      case ARCNET_OLD_ARP:
        return this.#arp(bytes, at, end);
      case ARCNET_BACNET:
        return this.#logicalLink(bytes, at, end);
      default:
        return this.#frame('arcnet', bytes[code]!, bytes, at, end);
    }
  }

  #ppp(bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) return this.#cannotRead();
    if (openPpp(bytes, start, end, this.#opened)) this.#inside(bytes, end);
  }

  /** Cisco's HDLC: address, control, EtherType. */
  #cisco(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 4) return this.#cannotRead();
    this.#typed(u16At(bytes, start + 2), bytes, start + 4, end);
  }

  /** The length of the record is that of the capture's: what the card appended lies beyond. */
  #erf(bytes: Uint8Array, start: number, end: number): void {
    if (!openErf(bytes, start, end, this.#opened)) return this.#cannotRead();
    const { at, type } = this.#opened;
    if (type === TRANSPARENT_ETHERNET) this.#ethernet(bytes, at, end);
    else this.#raw(bytes, at, end);
  }

  #netAnalyzer(bytes: Uint8Array, start: number, end: number, linkType: number): void {
    const at = netAnalyzerFrame(bytes, start, end, linkType);
    // A check sequence ends the frame.
    const stop = this.#cut > 0 ? end : end - 4;
    if (at === NOTHING_INSIDE || at > stop) return this.#cannotRead();
    this.#ethernet(bytes, at, stop);
  }

  #radiotap(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 8) return this.#cannotRead();
    const at = start + u16leAt(bytes, start + 2);
    // The first word says which fields are there. Only when the flags (bit 1) come first or behind the clock is it
    // known without a table where they stand; in them, whether a frame check sequence ends the frame.
    const present = u32leAt(bytes, start + 4);
    const flags = present & 0x8000_0000 || !(present & 2) ? 0 : bytes[start + 8 + (present & 1 ? 8 : 0)]!;
    if (at > end) return this.#cannotRead();
    this.#wireless(bytes, at, flags & 0x10 ? Math.max(at, end - 4) : end);
  }

  #wireless(bytes: Uint8Array, start: number, end: number): void {
    const at = wirelessPayload(bytes, start, end);
    if (at === NOTHING_INSIDE) return;
    const ways = bytes[start + 1]! & 3;
    const { endpoints } = this.#stage;
    this.#stage.targetMac = endpoints.mac(bytes, start + wirelessTarget[ways]!);
    this.#stage.sourceMac = endpoints.mac(bytes, start + wirelessSource[ways]!);
    this.#logicalLink(bytes, at, end);
  }

  /** What a tunnel carries, as found in `#opened`. Its addresses take the place of those outside. */
  #inside(bytes: Uint8Array, end: number, origin: Origin = this.#base): void {
    const { at, type } = this.#opened;
    if (this.#tunnels >= MOST_TUNNELS) return this.#tooDeep();
    if (at >= end) return;
    const base = this.#base;
    this.#base = origin;
    this.#tunnels++;
    // The stations on the wire are those of the tunnel: an address inside it is not theirs.
    this.#stage.sourceMac = this.#stage.targetMac = -1;
    if (type === TRANSPARENT_ETHERNET) this.#ethernet(bytes, at, end);
    else if (type === PPP) this.#ppp(bytes, at, end);
    else this.#typed(type, bytes, at, end);
    this.#base = base;
  }

  #ethernet(bytes: Uint8Array, start: number, end: number): void {
    this.#layer(ETH);
    if (end - start < 14) return this.#cannotRead();
    if (u32At(bytes, start) === INTER_SWITCH && bytes[start + 4] === 0 && end - start >= 40) {
      // Cisco ISL: a header of 26 bytes and a checksum around another Ethernet frame.
      this.#stage.vlan = u16At(bytes, start + 20) >> 1;
      return this.#addressed(bytes, start + 26, end - 4);
    }
    this.#addressed(bytes, start, end);
  }

  #addressed(bytes: Uint8Array, start: number, end: number): void {
    const { endpoints } = this.#stage;
    this.#stage.targetMac = endpoints.mac(bytes, start);
    this.#stage.sourceMac = endpoints.mac(bytes, start + 6);
    this.#typed(u16At(bytes, start + 12), bytes, start + 14, end);
  }

  /** IEEE 802.3 clause 3.2.6: up to 1500 it is a length, from 1536 a type. */
  #typed(type: number, bytes: Uint8Array, start: number, end: number): void {
    const stage = this.#stage;
    if (type === 0x0800) return this.#ipv4(bytes, start, end);
    if (type === 0x86dd) return this.#ipv6(bytes, start, end);
    if (type < 0x0600) return this.#logicalLink(bytes, start, Math.min(end, start + type));
    if (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
      this.#layer(VLAN);
      if (++this.#tags > MOST_TAGS) return this.#tooDeep();
      if (end - start < 4) return this.#cannotRead();
      stage.vlan = u16At(bytes, start) & 0xfff;
      return this.#typed(u16At(bytes, start + 2), bytes, start + 4, end);
    }
    if (type === HSR) {
      // Ring and size, sequence number, and the type that was there before.
      if (++this.#tags > MOST_TAGS) return this.#tooDeep();
      if (end - start < 6) return this.#cannotRead();
      return this.#typed(u16At(bytes, start + 4), bytes, start + 6, end);
    }
    if (type === 0x0806) this.#arp(bytes, start, end);
    else if (TUNNEL_TYPES.has(type) && this.#openType(type, bytes, start, end)) {
      return this.#inside(bytes, end);
    }
    this.#frame('ethertype', type, bytes, start, end);
  }

  /** What other headers than IP have inside an Ethernet frame. */
  #openType(type: number, bytes: Uint8Array, start: number, end: number): boolean {
    switch (type) {
      case 0x8847:
      case 0x8848:
        return openMpls(bytes, start, end, this.#opened);
      case 0x8864:
        // RFC 2516, 4: version, type and code, session, length.
        if (end - start < PPPOE_HEADER + 2 || u16At(bytes, start) !== 0x1100) return false;
        return openPpp(bytes, start + PPPOE_HEADER, end, this.#opened);
      default:
        // IEEE 802.1Q, 9.7: the tag of a backbone service instance, and the frame of the customer.
        return end - start >= 18 && this.#opened.set(start + 4, TRANSPARENT_ETHERNET);
    }
  }

  #logicalLink(bytes: Uint8Array, start: number, end: number): void {
    this.#layer(LLC);
    if (end - start < 3) return this.#cannotRead();
    const service = bytes[start]!;
    if (service === 0xaa && end - start >= 8) {
      const organisation = (bytes[start + 3]! << 16) | u16At(bytes, start + 4);
      const type = u16At(bytes, start + 6);
      if (organisation === 0 && type >= 0x0600) return this.#typed(type, bytes, start + 8, end);
      return this.#frame('snap', organisation * 0x1_0000 + type, bytes, start + 8, end);
    }
    // Control is two bytes for information and supervisory frames, one for unnumbered ones.
    const control = (bytes[start + 2]! & 3) === 3 ? 3 : 4;
    this.#frame('llc', service, bytes, Math.min(end, start + control), end);
  }

  /** Between two stations of one segment, without IP. */
  #frame(carrier: string, type: number, bytes: Uint8Array, start: number, end: number): void {
    const stage = this.#stage;
    if (stage.sourceMac < 0) return;
    stage.source = stage.sourceMac;
    stage.target = stage.targetMac;
    stage.host();
    const flow = this.#flow(ETHERNET, type & 0xffff, type & 0xffff, end - start);
    this.#datagram(flow, carrier, type, type, bytes, start, end);
  }

  #loopback(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 4) return this.#cannotRead();
    // Written in the byte order of the machine that captured.
    const little = u32leAt(bytes, start);
    const family = little > 0xffff ? u32At(bytes, start) : little;
    if (family === 2) this.#ipv4(bytes, start + 4, end);
    else if (INET6.has(family)) this.#ipv6(bytes, start + 4, end);
  }

  #raw(bytes: Uint8Array, start: number, end: number): void {
    const version = start < end ? bytes[start]! >> 4 : 0;
    if (version === 4) this.#ipv4(bytes, start, end);
    else if (version === 6) this.#ipv6(bytes, start, end);
    else this.#cannotRead();
  }

  #cooked(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 16) return this.#cannotRead();
    if (u16At(bytes, start + 4) === 6) this.#stage.sourceMac = this.#stage.endpoints.mac(bytes, start + 6);
    this.#cookedFrame(u16At(bytes, start + 14), bytes, start + 16, end);
  }

  #cooked2(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 20) return this.#cannotRead();
    if (bytes[start + 11] === 6) this.#stage.sourceMac = this.#stage.endpoints.mac(bytes, start + 12);
    this.#cookedFrame(u16At(bytes, start), bytes, start + 20, end);
  }

  /** A number of Linux's own stands where a length was: that is gone. */
  #cookedFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === LINUX_LLC) this.#logicalLink(bytes, start, end);
    else if (isCookedCan(type)) this.#cookedCan(type, bytes, start, end);
    else this.#typed(type, bytes, start, end);
  }

  #cookedCan(type: number, bytes: Uint8Array, start: number, end: number): void {
    const spans = turnedInCooked(type, this.little);
    if (spans.length === 0) return this.#link(SOCKETCAN, bytes, start, end);
    const turned = this.#turned;
    turned.set(bytes, start, end, this.#base, spans);
    this.#link(SOCKETCAN, turned.bytes, 0, turned.length, turned);
  }

  #arp(bytes: Uint8Array, start: number, end: number): void {
    this.#layer(ARP);
    if (end - start < 28 || u16At(bytes, start + 2) !== 0x0800) return;
    const operation = u16At(bytes, start + 6);
    this.arp.add(operation);
    const address = u32At(bytes, start + 14);
    // A probe for duplicates (RFC 5227) has no sender address yet.
    if (address === 0) return;
    const stage = this.#stage;
    stage.endpoints.resolved(stage.endpoints.ipv4(address), stage.endpoints.mac(bytes, start + 8));
  }

  #ipv4(bytes: Uint8Array, start: number, end: number): void {
    this.#layer(IP);
    const header = end > start ? (bytes[start]! & 0xf) * 4 : 0;
    if (header < 20 || end - start < header || bytes[start]! >> 4 !== 4) return this.#cannotRead();
    const stage = this.#stage;
    stage.source = stage.endpoints.ipv4(u32At(bytes, start + 12));
    stage.target = stage.endpoints.ipv4(u32At(bytes, start + 16));
    stage.host();
    // 0 is what segmentation offload leaves.
    const total = u16At(bytes, start + 2) || end - start + this.#cut;
    if (total < header) return this.#cannotRead();
    const stop = Math.min(end, start + total);
    this.#cut = total - (stop - start);
    const at = start + header;
    const protocol = bytes[start + 9]!;
    const fragment = u16At(bytes, start + 6);
    if ((fragment & 0x3fff) === 0) return this.#transport(protocol, bytes, at, stop, this.#base);
    const key = `4 ${u32At(bytes, start + 12)} ${u32At(bytes, start + 16)} ${protocol} ${u16At(bytes, start + 4)}`;
    this.#fragment(key, protocol, (fragment & 0x1fff) * 8, (fragment & 0x2000) !== 0, bytes, at, stop);
  }

  /** RFC 8200. */
  #ipv6(bytes: Uint8Array, start: number, end: number): void {
    this.#layer(IPV6);
    if (end - start < 40 || bytes[start]! >> 4 !== 6) return this.#cannotRead();
    const stage = this.#stage;
    stage.source = stage.endpoints.ipv6(bytes, start + 8);
    stage.target = stage.endpoints.ipv6(bytes, start + 24);
    stage.host();
    const total = u16At(bytes, start + 4) || end - start - 40 + this.#cut;
    const stop = Math.min(end, start + 40 + total);
    this.#cut = total - (stop - start - 40);
    let next = bytes[start + 6]!;
    let at = start + 40;
    while (stop - at >= 8) {
      if (EXTENSIONS.has(next)) {
        next = bytes[at]!;
        at += (bytes[at + 1]! + 1) * 8;
      } else if (next === AUTHENTICATION) {
        next = bytes[at]!;
        at += (bytes[at + 1]! + 2) * 4;
      } else break;
    }
    if (next !== FRAGMENT) return this.#transport(next, bytes, at, stop, this.#base);
    if (stop - at < 8) return this.#cannotRead();
    const place = u16At(bytes, at + 2);
    const between =
      stage.source === NO_ROOM || stage.target === NO_ROOM
        ? String(bytes.subarray(start + 8, start + 40))
        : `${stage.source} ${stage.target}`;
    const key = `6 ${between} ${u32At(bytes, at + 4)}`;
    this.#fragment(key, bytes[at]!, place & 0xfff8, (place & 1) !== 0, bytes, at + 8, stop);
  }

  #fragment(
    key: string,
    protocol: number,
    offset: number,
    more: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (this.#cut > 0 || start > end) return;
    const whole = this.fragments.add(key, offset, more, bytes, start, end, this.#base);
    if (this.fragments.overlapped) this.#overlapped(protocol, bytes, start, end);
    if (whole) this.#transport(protocol, whole.bytes, 0, whole.length, whole);
  }

  /** Told by who reads fragments, of the connection without ports. */
  #overlapped(protocol: number, bytes: Uint8Array, start: number, end: number): void {
    const stage = this.#stage;
    const whose = stage.whose('fragment', protocol, protocol, bytes, start, end);
    if (whose < 0) return;
    stage.face(this.#flow(protocol, 0, 0, 0));
    stage.deliver(whose, bytes, start, end, this.#base, 'fragment', protocol, false);
  }

  #transport(protocol: number, bytes: Uint8Array, start: number, end: number, origin: Origin): void {
    if (protocol === TCP) this.#tcp(bytes, start, end, origin);
    else if (protocol === UDP) this.#udp(bytes, start, end, origin);
    else {
      if (this.#openTransport(protocol, bytes, start, end)) {
        this.#flow(protocol, 0, 0, end - start);
        return this.#inside(bytes, end, origin);
      }
      if (protocol === ICMP || protocol === ICMPV6) this.#quoted(protocol, bytes, start, end);
      const flow = this.#flow(protocol, 0, 0, Math.max(0, end - start));
      this.#datagram(flow, 'ip', protocol, protocol, bytes, start, end, origin);
    }
  }

  #openTransport(protocol: number, bytes: Uint8Array, start: number, end: number): boolean {
    const opened = this.#opened;
    switch (protocol) {
      case IPV4_INSIDE:
        return opened.set(start, 0x0800);
      case IPV6_INSIDE:
        return opened.set(start, 0x86dd);
      case GRE:
        return openGre(bytes, start, end, opened);
      case MPLS_INSIDE:
        return openMpls(bytes, start, end, opened);
      case ETHERNET_INSIDE:
        return opened.set(start, TRANSPARENT_ETHERNET);
      default:
        return false;
    }
  }

  /**
   * An ICMP error quotes the packet that caused it. The quotation counts as a packet of its protocol, as the
   * reference counts have it, but it is no traffic.
   */
  #quoted(protocol: number, bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start] ?? 0;
    const isError = protocol === ICMP ? ICMP_ERRORS.has(type) : type > 0 && type < 5;
    const at = start + 8;
    if (!isError || end - at < 20) return;
    const version = bytes[at]! >> 4;
    const inner = version === 4 ? bytes[at + 9] : version === 6 ? bytes[at + 6] : undefined;
    if (inner === UDP) this.#layer(UDP_LAYER);
    else if (inner === TCP) this.#layer(TCP_LAYER);
  }

  #udp(bytes: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#layer(UDP_LAYER);
    if (end - start < 8) return this.#cannotRead();
    const [sourcePort, targetPort] = [u16At(bytes, start), u16At(bytes, start + 2)];
    const length = u16At(bytes, start + 4);
    const stop = length >= 8 ? Math.min(end, start + length) : end;
    const flow = this.#flow(UDP, sourcePort, targetPort, end - start - 8);
    if (TUNNEL_PORTS.has(targetPort) && openUdp(targetPort, bytes, start + 8, stop, this.#opened)) {
      return this.#inside(bytes, stop, origin);
    }
    this.#datagram(flow, 'udp', targetPort, sourcePort, bytes, start + 8, stop, origin);
  }

  #flow(transport: number, sourcePort: number, targetPort: number, length: number): Flow {
    const stage = this.#stage;
    const flow = this.flows.find(transport, stage.source, stage.target, sourcePort, targetPort, stage.time);
    const side = stage.source === flow.one && sourcePort === flow.onePort ? 0 : 1;
    flow.count(side, length, stage);
    flow.vlan = stage.vlan;
    stage.enter(flow, side);
    return flow;
  }

  #datagram(
    flow: Flow,
    carrier: string,
    at: number,
    otherAt: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin = this.#base,
  ): void {
    if (start >= end) return;
    const stage = this.#stage;
    let whose = flow.dissector;
    if (whose < 0 || stage.dissectors[whose]!.recognises(bytes, start, end, true) !== OURS) {
      if (whose === GIVEN_UP) return;
      whose = stage.whose(carrier, at, otherAt, bytes, start, end);
      if (whose < 0) {
        // Office traffic on ports nobody expects: not looked at for ever.
        if (flow.dissector === UNDECIDED && ++flow.attempts > MOST_ATTEMPTS) flow.dissector = GIVEN_UP;
        return;
      }
      flow.decide(whose, stage.usual(whose, carrier));
    }
    stage.face(flow);
    stage.deliver(whose, bytes, start, end, origin, carrier, at, this.#cut > 0);
  }

  #tcp(bytes: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#layer(TCP_LAYER);
    if (end - start < 20) return this.#cannotRead();
    const stage = this.#stage;
    const at = start + (bytes[start + 12]! >> 4) * 4;
    const flags = bytes[start + 13]!;
    const sequence = u32At(bytes, start + 4);
    const flow = this.#flow(TCP, u16At(bytes, start), u16At(bytes, start + 2), Math.max(0, end - at));
    const side = stage.side;
    this.#begin(flow, side, flags, sequence);
    const areStrangers = this.#areStrangers();
    if (this.#seen === PLAIN_TCP && this.#tunnels === 0 && bytes === this.#viewed && !areStrangers) {
      this.#ways.keep(stage, flow, this.#view, start - TCP_AT);
    }
    if (flags & ACK) this.#acknowledge(flow, side, u32At(bytes, start + 8) | 0);
    if (flow.dissector === GIVEN_UP || at < start + 20) return;
    if (at >= end && this.#cut === 0) return;
    const stream = flow.streamOf(side);
    if (areStrangers) this.#restart(stream);
    // The SYN itself takes a number.
    this.#segment(stream, (sequence + ((flags & SYN) >> 1)) | 0, bytes, Math.min(at, end), end, origin);
  }

  #areStrangers(): boolean {
    return this.#stage.source === NO_ROOM || this.#stage.target === NO_ROOM;
  }

  /** Those who found no room share one connection: what one of them sends does not follow upon what another sent. */
  #restart(stream: Stream): void {
    if (stream.pending.length > 0) this.dropped++;
    this.#held -= stream.pending.length;
    stream.pending.clear();
    stream.begun = stream.lost = false;
    stream.content = 0;
  }

  /** A SYN with another number begins a new connection between the same ports. */
  #begin(flow: Flow, side: number, flags: number, sequence: number): void {
    const before = side === 0 ? flow.sequence0 : flow.sequence1;
    if (!flow.opened) {
      flow.opened = true;
      this.tcpStreams++;
    } else if ((flags & (SYN | ACK)) === SYN && before !== -1 && before !== sequence) {
      this.tcpStreams++;
      this.#close(flow);
      this.flows.renew(flow);
      this.#stage.enter(flow, side);
    }
    if ((side === 0 ? flow.sequence0 : flow.sequence1) === -1) {
      if (side === 0) flow.sequence0 = sequence;
      else flow.sequence1 = sequence;
      if (flags & SYN && !this.#areStrangers()) flow.synchronized |= 1 << side;
    }
    if (flags & SYN && !flow.beganKnown) {
      flow.beganKnown = true;
      flow.began = flags & ACK ? 1 - side : side;
    }
  }

  /** What one side acknowledges, the other has sent: if we have not seen it by now, we never shall. */
  #acknowledge(flow: Flow, by: number, received: number): void {
    if (by === 0) flow.received0 = received;
    else flow.received1 = received;
    if (!flow.waits) return;
    const stream = by === 0 ? flow.stream1 : flow.stream0;
    while (stream && stream.early.length > 0 && ((received - stream.next) | 0) > 0) this.#skip(stream);
  }

  #segment(
    stream: Stream,
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
  ): void {
    if (!stream.begun) {
      stream.begun = true;
      stream.next = stream.flow.startOf(stream.side) ?? sequence;
    }
    const ahead = (sequence - stream.next) | 0;
    if (ahead === 0) {
      stream.remember(sequence, bytes, start, end);
      this.#accept(stream, bytes, start, end, origin, this.#cut);
    } else if (ahead < 0 && ahead > -FARTHEST) {
      const known = -ahead;
      if (stream.contradicts(sequence, bytes, start, end)) {
        this.#stage.anomaly('network.retransmission-differs', 'payload', 0, { octets: end - start });
      }
      if (known < end - start) this.#accept(stream, bytes, start + known, end, origin, this.#cut);
      else this.retransmitted++;
    } else if (ahead > 0 && ahead < FARTHEST) {
      this.#wait(stream, sequence, bytes, start, end, origin);
      return;
    } else {
      this.#lose(stream, 0);
      stream.next = sequence;
      this.#accept(stream, bytes, start, end, origin, this.#cut);
    }
    if (stream.early.length > 0) this.#continue(stream);
    stream.calm();
  }

  #wait(
    stream: Stream,
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
  ): void {
    const stage = this.#stage;
    if (start >= end) return;
    // A segment of reassembled fragments has no single place in the file: take the first.
    const base = typeof origin === 'number' ? origin + start : (origin.pieces(start, end)[0]?.[0] ?? 0);
    stream.keep({
      sequence,
      bytes: bytes.slice(start, end),
      base,
      cut: this.#cut,
      packet: stage.packet,
      time: stage.time,
      frameAt: stage.frameAt,
      frameLength: stage.frameLength,
      linkType: stage.linkType,
    });
    this.#held += end - start;
    const { flow } = stream;
    flow.waits = true;
    const received = stream.side === 0 ? flow.received1 : flow.received0;
    const acknowledged = received !== -1 && ((received - stream.next) | 0) > 0;
    const tooMuch =
      stream.early.length > MOST_EARLY || stream.earlyBytes > MOST_EARLY_BYTES || this.#held > MOST_HELD;
    if (acknowledged || tooMuch) this.#skip(stream);
  }

  /** Gives up waiting for what is missing, and goes on with what is there. */
  #skip(stream: Stream): void {
    const [first] = stream.early;
    if (!first) return;
    this.#lose(stream, Math.max(0, (first.sequence - stream.next) | 0));
    stream.next = first.sequence;
    this.#continue(stream);
  }

  /** Takes up early segments whose turn has come, each as the packet it was. */
  #continue(stream: Stream): void {
    const stage = this.#stage;
    const now = stage.moment();
    const cut = this.#cut;
    while (stream.early.length > 0) {
      const ahead = (stream.early[0]!.sequence - stream.next) | 0;
      if (ahead > 0) break;
      const segment: Early = stream.takeEarly();
      this.#held -= segment.bytes.length;
      const known = -ahead;
      if (known >= segment.bytes.length) continue;
      stage.relive(segment, stream.flow, stream.side);
      this.#accept(stream, segment.bytes, known, segment.bytes.length, segment.base, segment.cut);
    }
    stage.relive(now, now.flow, now.side);
    this.#cut = cut;
  }

  #lose(stream: Stream, bytes: number): void {
    this.gaps++;
    this.lostBytes += bytes + stream.pending.length;
    this.#held -= stream.pending.length;
    stream.pending.clear();
    stream.lost ||= !stream.missing(bytes);
    this.#stage.gap(stream.flow, stream.side);
  }

  /** The bytes that come next. */
  #accept(stream: Stream, bytes: Uint8Array, start: number, end: number, origin: Origin, cut: number): void {
    stream.next = (stream.next + end - start + cut) | 0;
    const { flow, pending } = stream;
    const held = pending.length;
    if (flow.dissector === UNDECIDED && !this.#recognise(stream, bytes, start, end, origin)) {
      if (cut > 0) pending.clear();
      this.#held += pending.length - held;
      return;
    }
    // Early segments may still come in turn after the connection was given up.
    if (flow.dissector === GIVEN_UP) return;
    this.#stage.face(flow);
    if (pending.length === 0) {
      const used = this.#messages(stream, bytes, start, end, origin, cut > 0);
      if (used < end) pending.append(bytes, used, end, origin);
    } else if (pending.append(bytes, start, end, origin)) {
      pending.drop(this.#messages(stream, pending.bytes, 0, pending.length, pending, cut > 0));
    } else {
      this.dropped++;
      pending.clear();
      stream.lost = true;
    }
    if (cut > 0) {
      pending.clear();
      stream.lost ||= !stream.missing(cut);
    }
    this.#held += pending.length - held;
  }

  /** Whose stream is this? Bytes are kept while it takes more of them to tell. */
  #recognise(stream: Stream, bytes: Uint8Array, start: number, end: number, origin: Origin): boolean {
    const stage = this.#stage;
    const { flow, pending } = stream;
    if (pending.length > 0) {
      if (pending.append(bytes, start, end, origin)) {
        const { length } = pending;
        const whose = stage.whose('tcp', stage.targetPort, stage.sourcePort, pending.bytes, 0, length);
        if (whose >= 0) {
          this.#decide(stream, whose);
          stage.face(flow);
          pending.drop(this.#messages(stream, pending.bytes, 0, length, pending, false));
          return false;
        }
        if (whose === PERHAPS_SOMEBODY && length < UNDECIDED_LIMIT) return false;
      }
      // What was kept was no beginning: this may be one.
      pending.clear();
    }
    const whose = stage.whose('tcp', stage.targetPort, stage.sourcePort, bytes, start, end);
    if (whose >= 0) {
      this.#decide(stream, whose);
      return true;
    }
    if (whose === NOBODYS && ++flow.attempts > MOST_ATTEMPTS) this.#giveUp(stream);
    else if (whose === PERHAPS_SOMEBODY || (end - start <= LONGEST_HEADER && !this.#areStrangers()))
      pending.append(bytes, start, end, origin);
    return false;
  }

  /** Both directions are now somebody's. What the other one kept stays only if it may be the beginning of a message. */
  #decide(stream: Stream, whose: number): void {
    const { flow } = stream;
    flow.decide(whose, this.#stage.usual(whose, 'tcp'));
    const pending = (stream === flow.stream0 ? flow.stream1 : flow.stream0)?.pending;
    if (!pending || pending.length === 0) return;
    const { bytes, length } = pending;
    if (this.#stage.dissectors[whose]!.recognises(bytes, 0, length, true) !== NOT_OURS) return;
    this.#held -= length;
    pending.clear();
  }

  /** Nobody reads what either side says: what of it was kept makes room. */
  #giveUp({ flow, pending }: Stream): void {
    flow.dissector = GIVEN_UP;
    for (const stream of [flow.stream0, flow.stream1]) {
      if (!stream) continue;
      this.#held -= stream.earlyBytes;
      stream.early = [];
      stream.earlyBytes = 0;
      // The caller reckons with what is pending of its own.
      if (stream.pending !== pending) this.#held -= stream.pending.length;
      stream.pending.clear();
    }
    flow.stream0 = flow.stream1 = undefined;
  }

  /** Gives whole messages to the dissector; where the rest begins. */
  #messages(
    stream: Stream,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    cut: boolean,
  ): number {
    const stage = this.#stage;
    const { flow } = stream;
    const dissector = stage.dissectors[flow.dissector]!;
    let at = start;
    if (stream.lost && at < end) {
      at = this.#resume(stream, bytes, start, end);
      if (stream.lost && !cut) return at;
    }
    while (at < end) {
      if (stream.content > 0) {
        at = this.#content(stream, bytes, at, end, origin);
        continue;
      }
      const length = dissector.messageLength!(bytes, at, end);
      if (length === LOST) {
        stream.lost = true;
        stage.gap(flow, stage.side);
        if (++flow.misses > MOST_MISSES) {
          flow.dissector = GIVEN_UP;
          return end;
        }
        at = this.#resume(stream, bytes, at + 1, end, 1);
        continue;
      }
      const whole = length > 0 && length <= end - at;
      if (!whole && !cut) return at;
      const stop = whole ? at + length : end;
      flow.misses = 0;
      flow.messages++;
      stage.deliver(flow.dissector, bytes, at, stop, origin, 'tcp', stage.targetPort, !whole);
      at = stop;
    }
    return at;
  }

  /** Gives what was announced as content to the dissector; where it ends. */
  #content(stream: Stream, bytes: Uint8Array, start: number, end: number, origin: Origin): number {
    const stop = Math.min(end, start + stream.content);
    const offset = stream.contentRead;
    stream.content -= stop - start;
    stream.contentRead += stop - start;
    this.#stage.content(stream.flow.dissector, bytes, start, stop, origin, offset);
    return stop;
  }

  /** The next place where a message may begin; everything before it is lost, and perhaps all. */
  #resume(stream: Stream, bytes: Uint8Array, start: number, end: number, alreadyLost = 0): number {
    const dissector = this.#stage.dissectors[stream.flow.dissector]!;
    let at = start;
    for (; at < end; at++) {
      const isFirst = at === start && alreadyLost === 0;
      const whose = dissector.recognises(bytes, at, end, isFirst);
      // A header in a segment of its own: with the next one it can be told.
      if (whose === PERHAPS && isFirst && end - at <= LONGEST_HEADER) break;
      if (whose !== OURS) continue;
      const length = dissector.messageLength!(bytes, at, end);
      if (length === LOST) continue;
      const next = at + length;
      if (next >= end || dissector.messageLength!(bytes, next, end) !== LOST) {
        stream.lost = false;
        break;
      }
    }
    this.lostBytes += at - start + alreadyLost;
    return at;
  }

  #settle(flow: Flow): void {
    this.#ways.settle(flow, this.#stage.endpoints);
  }

  /** The connection is over, or its place is needed. */
  #close(flow: Flow): void {
    this.#settle(flow);
    for (const stream of [flow.stream0, flow.stream1]) {
      if (!stream) continue;
      while (stream.early.length > 0) this.#skip(stream);
      this.#held -= stream.pending.length;
      stream.pending.clear();
    }
    this.#stage.closed(flow);
  }

  #tooDeep(): void {
    this.#stage.tooDeep++;
  }

  #cannotRead(): void {
    this.unreadable++;
  }
}

/** What `packet` knows how to begin with; -1 is an interface the file does not describe. */
export const readLinkTypes = new Set([
  -1, 0, 1, 6, 7, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 127, 129, 197, 228, 229, 276,
]);

const PPPOE_HEADER = 6;
const TUNNEL_TYPES = new Set([0x8847, 0x8848, 0x8864, 0x88e7]);
const TUNNEL_PORTS = new Set([2152, 4789, 6081, 8472]);

const INET6 = new Set([10, 23, 24, 28, 30]);

/** Layers that are counted; the order is that of `layerNames`. */
const ETH = 0;
const VLAN = 1;
const LLC = 2;
const ARP = 3;
const IP = 4;
const IPV6 = 5;
const TCP_LAYER = 6;
const UDP_LAYER = 7;
/** Ethernet, IP and TCP, and nothing else: no tag, no other link. */
const PLAIN_TCP = (1 << ETH) | (1 << IP) | (1 << TCP_LAYER);
export const layerNames = ['eth', 'vlan', 'llc', 'arp', 'ip', 'ipv6', 'tcp', 'udp'];
