import { u16At, u32At } from '../bytes/byte-reader.ts';

/** Where the payload of a header begins, and its EtherType; made once and filled again. */
export class Opened {
  at = 0;
  type = 0;

  set(at: number, type: number): true {
    this.at = at;
    this.type = type;
    return true;
  }
}

/** IEEE 802.3 annex A: what is bridged is a whole frame with its addresses. */
export const TRANSPARENT_ETHERNET = 0x6558;
export const PPP = 0x880b;
export const IPV4_TYPE = 0x0800;
export const IPV6_TYPE = 0x86dd;
/** IEC 62439-3, 5.7.2: a tag of rings in which every frame goes both ways round. */
export const HSR = 0x892f;
/** LINUX_SLL_P_802_2 of libpcap: IEEE 802.2 without the length in front. */
export const LINUX_LLC = 4;
/** LINUX_SLL_P_CAN, _CANFD and _CANXL: a frame of SocketCAN, whose numbers have the byte order of the machine. */
export const LINUX_CAN = 0x000c;
export const LINUX_CAN_FD = 0x000d;
export const LINUX_CAN_XL = 0x000e;
/** The link type of such frames by themselves: the high octet of the identifier first, and the low one of what else CAN XL has. */
export const SOCKETCAN = 227;
/** CANXL_MTU: the longest of them. */
export const LONGEST_CAN = 2_060;
export const NOTHING_INSIDE = -1;

export const isCookedCan = (type: number): boolean => type >= LINUX_CAN && type <= LINUX_CAN_XL;

/** From one octet to before another. */
export type Span = readonly [from: number, to: number];
/** What stands the other way round than in a frame by itself, when a machine with the low octet first wrote it. */
const IDENTIFIER: readonly Span[] = [[0, 4]];
/** The same of one with the high octet first: length and acceptance field of CAN XL. */
const LENGTH_AND_ACCEPTANCE: readonly Span[] = [
  [6, 8],
  [8, 12],
];
const NOTHING: readonly Span[] = [];

export function turnedInCooked(type: number, little: boolean): readonly Span[] {
  return little ? IDENTIFIER : type === LINUX_CAN_XL ? LENGTH_AND_ACCEPTANCE : NOTHING;
}

/** Turns a cooked frame that was written with the high octet first into one with the low octet first. */
export function turnCooked(bytes: Uint8Array, linkType: number): void {
  const at = cookedCan(bytes, linkType);
  if (at < 0) return;
  const type = u16At(bytes, linkType === 113 ? 14 : 0);
  for (const little of [true, false]) {
    for (const [from, to] of turnedInCooked(type, little)) {
      if (at + to <= bytes.length) bytes.subarray(at + from, at + to).reverse();
    }
  }
}

/** Where a frame of SocketCAN begins in a cooked one; -1 in others. */
function cookedCan(bytes: Uint8Array, linkType: number): number {
  const at = linkType === 113 ? 14 : linkType === 276 ? 0 : NOTHING_INSIDE;
  if (at < 0 || bytes.length < 24 || !isCookedCan(u16At(bytes, at))) return NOTHING_INSIDE;
  return linkType === 113 ? 16 : 20;
}

/** Bits of IEEE 802.5: frame type of the frame control octet, and "a route follows" in the source address. */
const LLC_FRAME = 0x40;
const ROUTED = 0x80;

/** IEEE 802.5, 3.2: where LLC begins; -1 for frames of the ring itself and those cut short. */
export function tokenRingPayload(bytes: Uint8Array, start: number, end: number): number {
  if ((bytes[start + 1]! & 0xc0) !== LLC_FRAME) return NOTHING_INSIDE;
  const route = bytes[start + 8]! & ROUTED && start + 14 < end ? bytes[start + 14]! & 0x1f : 0;
  return Math.min(end, start + 14 + route);
}

// ANSI/ATA 878.1: system codes.
export const ARCNET_IP = 0xd4;
export const ARCNET_ARP = 0xd5;
export const ARCNET_OLD_IP = 0xf0;
export const ARCNET_OLD_ARP = 0xf1;
export const ARCNET_BACNET = 0xcd;

/**
 * Where the system code stands. Captures hold packets as the driver had them: some with the two octets by which the
 * controller is told where in its buffer the packet begins (it ends with the buffer, of 256 or of 512 octets). Link
 * type 129 always has them; in captures of type 7 they are known by what they must be.
 */
export function arcnetSystemCode(
  bytes: Uint8Array,
  start: number,
  end: number,
  wireLength: number,
  linkType: number,
): number {
  if (linkType === 129) return start + 4;
  const payload = wireLength - 4;
  const short = bytes[start + 2] === 256 - payload && bytes[start + 3] === 0;
  const long = bytes[start + 2] === 0 && bytes[start + 3] === (512 - payload) % 256 && payload > 253;
  return end - start >= 5 && (short || long) ? start + 4 : start + 2;
}

/** RFC 1201 and its kin number the pieces of what is longer than a packet; the oldest codes do not. */
export function arcnetPayload(bytes: Uint8Array, code: number): number {
  switch (bytes[code]) {
    case ARCNET_IP:
    case ARCNET_ARP:
      // RFC 1201, 2.1: split flag and sequence number; 0xff is an exception packet that begins anew.
      return bytes[code + 1] === 0xff ? code + 8 : code + 4;
    default:
      return code + 1;
  }
}

/** RFC 1662 and 1661: with or without address and control, with one octet of protocol or two. */
export function openPpp(bytes: Uint8Array, start: number, end: number, opened: Opened): boolean {
  let at = start;
  if (end - at >= 2 && u16At(bytes, at) === 0xff03) at += 2;
  if (at >= end) return false;
  if (bytes[at]! & 1) return openPppProtocol(bytes[at]!, at + 1, opened);
  return end - at >= 2 && openPppProtocol(u16At(bytes, at), at + 2, opened);
}

const pppProtocols: Record<number, number> = {
  0x0021: IPV4_TYPE,
  0x0057: IPV6_TYPE,
  0x0281: 0x8847,
  0x0283: 0x8848,
  0x0031: TRANSPARENT_ETHERNET,
};

function openPppProtocol(protocol: number, at: number, opened: Opened): boolean {
  const type = pppProtocols[protocol];
  return type !== undefined && opened.set(at, type);
}

/** Types of Endace's records whose content is an Ethernet frame behind two octets, and those of IP. */
const ERF_ETHERNET = new Set([2, 11, 16, 20]);
const ERF_IP = new Set([22, 23]);
const ERF_HEADER = 16;
const MOST_ERF_EXTENSIONS = 16;

/** Endace ERF: a header of 16 octets, extensions of 8 as long as their first bit says that another follows, the content. */
export function openErf(bytes: Uint8Array, start: number, end: number, opened: Opened): boolean {
  if (end - start < ERF_HEADER) return false;
  const type = bytes[start + 8]! & 0x7f;
  let at = start + ERF_HEADER;
  let goesOn = (bytes[start + 8]! & 0x80) !== 0;
  for (let i = 0; goesOn && i < MOST_ERF_EXTENSIONS && end - at > 8; i++, at += 8)
    goesOn = (bytes[at]! & 0x80) !== 0;
  if (goesOn || at >= end) return false;
  if (ERF_ETHERNET.has(type)) return end - at > 16 && opened.set(at + 2, TRANSPARENT_ETHERNET);
  return ERF_IP.has(type) && opened.set(at, bytes[at]! >> 4 === 6 ? IPV6_TYPE : IPV4_TYPE);
}

const NETANALYZER_HEADER = 4;
const PREAMBLE = 8;
const FRAME_BEGINS = 0xd5;

/** netANALYZER of Hilscher, link types 240 and 241: a header, with 241 the preamble, and the frame with its check sequence. */
export function netAnalyzerFrame(bytes: Uint8Array, start: number, end: number, linkType: number): number {
  if (linkType === 240) return start + NETANALYZER_HEADER;
  const begins = bytes.subarray(
    start + NETANALYZER_HEADER,
    Math.min(end, start + NETANALYZER_HEADER + PREAMBLE),
  );
  const at = begins.indexOf(FRAME_BEGINS);
  return at < 0 ? NOTHING_INSIDE : start + NETANALYZER_HEADER + at + 1;
}

const MOST_LABELS = 16;

/** RFC 3032. What lies below the last label is not said; it is told by its first half octet (RFC 4928). */
export function openMpls(bytes: Uint8Array, start: number, end: number, opened: Opened): boolean {
  let at = start;
  for (let labels = 0; labels < MOST_LABELS && end - at > 4; labels++) {
    const isLast = (bytes[at + 2]! & 1) === 1;
    at += 4;
    if (!isLast) continue;
    const first = bytes[at]! >> 4;
    if (first === 4) return opened.set(at, IPV4_TYPE);
    if (first === 6) return opened.set(at, IPV6_TYPE);
    // RFC 4385: a control word before an Ethernet frame.
    return first === 0 && end - at >= 18 && opened.set(at + 4, TRANSPARENT_ETHERNET);
  }
  return false;
}

const ERSPAN = 0x88be;
const ERSPAN_III = 0x22eb;

/** RFC 2784, 2890 and 2637; NVGRE (RFC 7637) is one of them. ERSPAN is Cisco's: draft-foschiano-erspan. */
export function openGre(bytes: Uint8Array, start: number, end: number, opened: Opened): boolean {
  if (end - start < 4) return false;
  const flags = u16At(bytes, start);
  const type = u16At(bytes, start + 2);
  const hasSequence = (flags & 0x1000) !== 0;
  let at = start + 4;
  if (flags & 0xc000) at += 4;
  if (flags & 0x2000) at += 4;
  if (hasSequence) at += 4;
  if ((flags & 7) === 1 && flags & 0x80) at += 4;
  if (at >= end) return false;
  if (type === ERSPAN) return opened.set(hasSequence ? at + 8 : at, TRANSPARENT_ETHERNET);
  if (type !== ERSPAN_III) return opened.set(at, type);
  if (end - at < 12) return false;
  const after = at + (bytes[at + 11]! & 1 ? 20 : 12);
  const isIp = ((bytes[at + 10]! >> 2) & 0x1f) === 2;
  if (!isIp) return opened.set(after, TRANSPARENT_ETHERNET);
  return after < end && opened.set(after, bytes[after]! >> 4 === 6 ? IPV6_TYPE : IPV4_TYPE);
}

/** Tunnels in UDP, by the port they are sent to; 0 for other ports. */
export function openUdp(
  port: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  opened: Opened,
): boolean {
  switch (port) {
    case 4789:
    case 8472:
      return openVxlan(bytes, start, end, opened);
    case 6081:
      return openGeneve(bytes, start, end, opened);
    case 2152:
      return openGtp(bytes, start, end, opened);
    default:
      return false;
  }
}

/** RFC 7348, 5; with a policy of its group (draft-smith-vxlan-group-policy) in what was reserved, or without. */
function openVxlan(bytes: Uint8Array, start: number, end: number, opened: Opened): boolean {
  if (end - start < 22 || bytes[start + 7] !== 0) return false;
  const flags = u32At(bytes, start);
  if (flags !== 0x0800_0000 && flags >>> 24 !== 0x88) return false;
  return opened.set(start + 8, TRANSPARENT_ETHERNET);
}

/** RFC 8926, 3.4: version 0. */
function openGeneve(bytes: Uint8Array, start: number, end: number, opened: Opened): boolean {
  if (end - start < 8 || bytes[start]! >> 6 !== 0 || bytes[start + 7] !== 0) return false;
  const at = start + 8 + (bytes[start]! & 0x3f) * 4;
  return at < end && opened.set(at, u16At(bytes, start + 2));
}

const MOST_EXTENSIONS = 16;
const GTP_USER_DATA = 0xff;

/** 3GPP TS 29.281, 5.1: version 1, of which only user data carries packets. */
function openGtp(bytes: Uint8Array, start: number, end: number, opened: Opened): boolean {
  if (end - start < 9 || (bytes[start]! & 0xf8) !== 0x30 || bytes[start + 1] !== GTP_USER_DATA) return false;
  if (u16At(bytes, start + 2) !== end - start - 8) return false;
  let at = start + 8;
  if (bytes[start]! & 7) {
    at += 4;
    for (let i = 0; i < MOST_EXTENSIONS && at < end && bytes[at - 1] !== 0; i++) {
      if (bytes[at] === 0) return false;
      at += bytes[at]! * 4;
    }
  }
  if (at >= end) return false;
  const version = bytes[at]! >> 4;
  return (version === 4 || version === 6) && opened.set(at, version === 6 ? IPV6_TYPE : IPV4_TYPE);
}

/** Where LLC begins behind the header of a data frame that is not encrypted; IEEE 802.11-2020, 9.2.4 and 9.3.2. */
export function wirelessPayload(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 24) return NOTHING_INSIDE;
  const control = bytes[start]!;
  const isData = (control & 0x0c) === 0x08 && (control & 0x40) === 0;
  const isProtected = (bytes[start + 1]! & 0x40) !== 0;
  if (!isData || isProtected) return NOTHING_INSIDE;
  let at = start + 24;
  if ((bytes[start + 1]! & 3) === 3) at += 6;
  if (control & 0x80) at += bytes[start + 1]! & 0x80 ? 6 : 2;
  return at + 3 <= end ? at : NOTHING_INSIDE;
}

/** Offsets of the addresses in a data frame, by the two bits that say whether it goes to or comes from a network. */
export const wirelessTarget: readonly number[] = [4, 16, 4, 16];
export const wirelessSource: readonly number[] = [10, 10, 16, 24];
