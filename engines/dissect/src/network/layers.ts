import { type ByteReader, u16At } from '../bytes/byte-reader.ts';
import type { Dissector } from '../dissector.ts';
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
  LINUX_CAN,
  LINUX_CAN_FD,
  LINUX_CAN_XL,
  LINUX_LLC,
  netAnalyzerFrame,
  NOTHING_INSIDE,
  openErf,
  openGre,
  openMpls,
  Opened,
  openPpp,
  openUdp,
  PPP,
  tokenRingPayload,
  TRANSPARENT_ETHERNET,
  wirelessPayload,
} from './links.ts';
import { ipv4Text, ipv6Text, macText } from './endpoints.ts';

/**
 * Reads the headers of one frame for people to look at, from the link layer to the ports. The hot path does not come
 * through here: it needs five numbers and has no time for names. Frames of other links are read by who reads them.
 */
export function readLayers(reader: ByteReader, linkType: number, dissectors: readonly Dissector[]): void {
  headersLeft = MOST_HEADERS;
  const start = links[linkType];
  if (start) return start(reader, linkType);
  const owner = dissectors.find(({ carriers }) =>
    carriers.some(({ on, at }) => on === 'link' && at?.includes(linkType)),
  );
  owner?.read(reader, { direction: 'request', context: { link: linkType } });
}

/** Tags and tunnels one inside the other: of the frame being read. */
const MOST_HEADERS = 32;
let headersLeft = 0;

const opened = new Opened();

const links: Record<number, (reader: ByteReader, linkType: number) => void> = {
  0: loopback,
  1: ethernet,
  6: tokenRing,
  7: arcnet,
  9: ppp,
  50: ppp,
  51: pppoe,
  104: cisco,
  105: wireless,
  127: radiotap,
  129: arcnet,
  12: ip,
  14: ip,
  101: ip,
  108: loopback,
  113: cooked,
  197: erf,
  228: ip,
  229: ip,
  240: netAnalyzer,
  241: netAnalyzer,
  276: cooked2,
};

const etherTypes: Record<number, string> = {
  [TRANSPARENT_ETHERNET]: 'Ethernet',
  0x8847: 'MPLS',
  0x8848: 'MPLS, multicast',
  0x8863: 'PPPoE discovery',
  0x8864: 'PPPoE',
  0x88e7: 'backbone service instance (802.1ah)',
  0x88be: 'ERSPAN I or II',
  0x22eb: 'ERSPAN III',
  [PPP]: 'PPP',
  0x0800: 'IPv4',
  0x0806: 'ARP',
  0x8100: 'VLAN (802.1Q)',
  0x86dd: 'IPv6',
  0x8892: 'PROFINET',
  0x88a4: 'EtherCAT',
  0x88a8: 'VLAN (802.1ad)',
  0x88b8: 'GOOSE',
  0x88ba: 'Sampled values',
  0x88ab: 'POWERLINK',
  0x88cc: 'LLDP',
  0x88f7: 'PTP',
  [HSR]: 'HSR (IEC 62439-3)',
};

const cookedTypes = {
  ...etherTypes,
  [LINUX_LLC]: 'IEEE 802.2',
  [LINUX_CAN]: 'CAN',
  [LINUX_CAN_FD]: 'CAN FD',
  [LINUX_CAN_XL]: 'CAN XL',
};

const protocols: Record<number, string> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  41: 'IPv6',
  47: 'GRE',
  137: 'MPLS',
  143: 'Ethernet',
  6: 'TCP',
  17: 'UDP',
  44: 'fragment',
  58: 'ICMPv6',
};

/** IEEE 802.3 clause 3. */
function ethernet(reader: ByteReader): void {
  reader.open('Ethernet', 'IEEE 802.3 clause 3');
  mac(reader, 'destination');
  mac(reader, 'source');
  const type = reader.u16(
    'type or length',
    (value) => etherTypes[value] ?? (value < 0x600 ? 'length' : undefined),
  );
  reader.close();
  typed(reader, type);
}

function typed(reader: ByteReader, type: number): void {
  if (--headersLeft < 0) return;
  if (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
    reader.open('VLAN tag', 'IEEE 802.1Q clause 9.6');
    const control = reader.u16('tag control');
    reader.bits(control, 0xe000, 'priority');
    reader.bits(control, 0x1000, 'drop eligible');
    reader.bits(control, 0x0fff, 'VLAN');
    const inner = reader.u16('type', etherTypes);
    reader.close();
    typed(reader, inner);
  } else if (type === HSR) {
    reader.open('HSR tag', 'IEC 62439-3 clause 5.7.2');
    const path = reader.u16('path and size');
    reader.bits(path, 0xf000, 'path');
    reader.bits(path, 0x0fff, 'size');
    reader.u16('sequence number');
    const inner = reader.u16('type or length', etherTypes);
    reader.close();
    typed(reader, inner);
  } else if (type === 0x0800 || type === 0x86dd) {
    ip(reader);
  } else if (type === 0x0806) {
    arp(reader);
  } else if (type < 0x600) {
    logicalLink(reader);
  } else if (type === 0x8847 || type === 0x8848) {
    mpls(reader);
  } else if (type === 0x8864) {
    pppoe(reader);
  } else if (type === 0x88e7) {
    reader.open('backbone service instance', 'IEEE 802.1Q clause 9.7');
    const tag = reader.u32('tag');
    reader.bits(tag, 0xe000_0000, 'priority');
    reader.bits(tag, 0x00ff_ffff, 'service');
    reader.close();
    ethernet(reader);
  } else if (type === TRANSPARENT_ETHERNET) {
    ethernet(reader);
  } else if (type === PPP) {
    ppp(reader);
  }
}

/** IEEE 802.5. */
function tokenRing(reader: ByteReader): void {
  const frame = reader.peekBytes(reader.remaining);
  const at = frame.length < 14 ? NOTHING_INSIDE : tokenRingPayload(frame, 0, frame.length);
  reader.open('Token Ring', 'IEEE 802.5 clause 3.2');
  const access = reader.u8('access control');
  reader.bits(access, 0xe0, 'priority');
  reader.bits(access, 0x10, 'token');
  reader.bits(access, 0x08, 'monitor');
  reader.bits(access, 0x07, 'reservation');
  const control = reader.u8('frame control');
  reader.bits(control, 0xc0, 'frame type', { 0: 'of the ring', 1: 'logical link control' });
  mac(reader, 'destination');
  mac(reader, 'source');
  if (at > 14) reader.bytes(at - 14, 'route');
  reader.close();
  if (at !== NOTHING_INSIDE) logicalLink(reader);
}

const systemCodes: Record<number, string> = {
  [ARCNET_IP]: 'IP',
  [ARCNET_ARP]: 'ARP',
  [ARCNET_OLD_IP]: 'IP (RFC 1051)',
  [ARCNET_OLD_ARP]: 'ARP (RFC 1051)',
  [ARCNET_BACNET]: 'BACnet',
};

function arcnet(reader: ByteReader, linkType: number): void {
  const frame = reader.peekBytes(reader.remaining);
  const code = arcnetSystemCode(frame, 0, frame.length, frame.length, linkType);
  reader.open('ARCNET', 'ANSI/ATA 878.1');
  reader.u8('source');
  reader.u8('destination', { 0: 'everybody' });
  if (code > 2) reader.bytes(2, 'place in the buffer of the controller');
  const system = reader.u8('system code', systemCodes);
  const at = arcnetPayload(frame, code);
  if (at > code + 1) reader.bytes(at - code - 1, 'split flag and sequence number');
  reader.close();
  if (system === ARCNET_IP || system === ARCNET_OLD_IP) ip(reader);
  else if (system === ARCNET_BACNET) logicalLink(reader);
}

/** RFC 2516. */
function pppoe(reader: ByteReader): void {
  reader.open('PPPoE', 'RFC 2516 section 4');
  const first = reader.u8('version and type');
  reader.bits(first, 0xf0, 'version');
  reader.bits(first, 0x0f, 'type');
  reader.u8('code', { 0: 'session' });
  reader.u16('session');
  reader.u16('length');
  reader.close();
  ppp(reader);
}

function ppp(reader: ByteReader): void {
  const frame = reader.peekBytes(reader.remaining);
  const isRead = openPpp(frame, 0, frame.length, opened);
  const { type } = opened;
  reader.open('PPP', 'RFC 1661 section 2');
  if (frame.length >= 2 && u16At(frame, 0) === 0xff03) reader.u16('address and control');
  if (reader.peek() & 1) reader.u8('protocol');
  else reader.u16('protocol', { 0x21: 'IPv4', 0x57: 'IPv6', 0xc021: 'link control', 0x8021: 'IP control' });
  reader.close();
  if (isRead) typed(reader, type);
}

function cisco(reader: ByteReader): void {
  reader.open('Cisco HDLC');
  reader.u8('address');
  reader.u8('control');
  const type = reader.u16('protocol', etherTypes);
  reader.close();
  typed(reader, type);
}

/** Endace Extensible Record Format. */
function erf(reader: ByteReader): void {
  const record = reader.peekBytes(reader.remaining);
  if (!openErf(record, 0, record.length, opened)) return;
  const { at, type } = opened;
  reader.open('ERF');
  reader.u64le('time');
  reader.u8('type');
  reader.u8('flags');
  reader.u16('length of the record');
  reader.u16('colour or losses');
  reader.u16('length on the wire');
  const isEthernet = type === TRANSPARENT_ETHERNET;
  const extensions = at - reader.offset - (isEthernet ? 2 : 0);
  if (extensions > 0) reader.bytes(extensions, 'extensions');
  if (isEthernet) reader.u16('offset and padding');
  reader.close();
  if (isEthernet) ethernet(reader);
  else ip(reader);
}

/** Hilscher. */
function netAnalyzer(reader: ByteReader, linkType: number): void {
  const record = reader.peekBytes(reader.remaining);
  const at = netAnalyzerFrame(record, 0, record.length, linkType);
  reader.open('netANALYZER');
  reader.u32le('port, state and length');
  if (at > 4) reader.bytes(at - 4, 'preamble');
  reader.close();
  if (at !== NOTHING_INSIDE) ethernet(reader);
}

function radiotap(reader: ByteReader): void {
  reader.open('Radiotap');
  reader.u8('version');
  reader.u8('padding');
  const length = reader.u16le('length');
  reader.bytes(length - 4, 'fields');
  reader.close();
  wireless(reader);
}

/** IEEE 802.11. */
function wireless(reader: ByteReader): void {
  const frame = reader.peekBytes(reader.remaining);
  const at = wirelessPayload(frame, 0, frame.length);
  reader.open('IEEE 802.11', 'IEEE 802.11-2020 clause 9.2.4');
  const control = reader.u16le('frame control');
  reader.bits(control, 0x000c, 'type', { 0: 'management', 1: 'control', 2: 'data' });
  reader.bits(control, 0x00f0, 'subtype');
  reader.bits(control, 0x0100, 'to the network');
  reader.bits(control, 0x0200, 'from the network');
  reader.bits(control, 0x4000, 'protected');
  reader.u16le('duration');
  mac(reader, 'address 1');
  if (at !== NOTHING_INSIDE) {
    mac(reader, 'address 2');
    mac(reader, 'address 3');
    reader.u16le('sequence control');
    if (at > 24) reader.bytes(at - 24, 'address 4, quality of service');
  }
  reader.close();
  if (at !== NOTHING_INSIDE) logicalLink(reader);
}

/** RFC 3032. */
function mpls(reader: ByteReader): void {
  const frame = reader.peekBytes(reader.remaining);
  const isRead = openMpls(frame, 0, frame.length, opened);
  const { at, type } = opened;
  reader.open('MPLS', 'RFC 3032 section 2.1');
  let isLast = false;
  for (let labels = 0; labels < 16 && !isLast && reader.remaining >= 4; labels++) {
    const entry = reader.u32('label stack entry');
    reader.bits(entry, 0xffff_f000, 'label');
    reader.bits(entry, 0x0000_0e00, 'traffic class');
    isLast = reader.bits(entry, 0x0000_0100, 'bottom of stack') === 1;
    reader.bits(entry, 0x0000_00ff, 'time to live');
  }
  reader.close();
  if (!isRead) return;
  const word = at - (frame.length - reader.remaining);
  if (word > 0) reader.bytes(word, 'control word');
  typed(reader, type);
}

/** RFC 2784, RFC 2890; ERSPAN inside. */
function gre(reader: ByteReader): void {
  const frame = reader.peekBytes(reader.remaining);
  const isRead = openGre(frame, 0, frame.length, opened);
  const { at, type } = opened;
  reader.open('GRE', 'RFC 2784 section 2.1');
  const flags = reader.u16('flags and version');
  const checked = reader.bits(flags, 0x8000, 'checksum present');
  const routed = reader.bits(flags, 0x4000, 'routing present');
  const keyed = reader.bits(flags, 0x2000, 'key present');
  const numbered = reader.bits(flags, 0x1000, 'sequence number present');
  reader.bits(flags, 0x0007, 'version');
  reader.u16('protocol', etherTypes);
  if (checked || routed) reader.u32('checksum and reserved');
  if (keyed) reader.u32('key');
  if (numbered) reader.u32('sequence number');
  reader.close();
  if (!isRead) return;
  const between = at - (frame.length - reader.remaining);
  if (between > 0) reader.bytes(between, 'ERSPAN header, or number acknowledged');
  typed(reader, type);
}

const tunnels: Record<number, string> = { 2152: 'GTP', 4789: 'VXLAN', 6081: 'Geneve', 8472: 'VXLAN' };

/** Tunnels in UDP: their header in one piece, with the number of the network. */
function tunnel(reader: ByteReader, port: number): void {
  const frame = reader.peekBytes(reader.remaining);
  if (!openUdp(port, frame, 0, frame.length, opened)) return;
  const { at, type } = opened;
  const name = tunnels[port]!;
  reader.open(name);
  if (name === 'GTP') {
    reader.u32('flags, kind, length');
    reader.u32('tunnel');
  } else {
    reader.u32('flags');
    reader.bits(reader.u32('network and reserved'), 0xffff_ff00, 'network');
  }
  if (at > 8) reader.bytes(at - 8, 'options');
  reader.close();
  typed(reader, type);
}

function logicalLink(reader: ByteReader): void {
  reader.open('Logical link control', 'IEEE 802.2 clause 3');
  const service = reader.u8('destination service');
  reader.u8('source service');
  const control = reader.u8('control');
  if ((control & 3) !== 3) reader.u8('control, second byte');
  reader.close();
  if (service !== 0xaa) return;
  reader.open('SNAP', 'IEEE 802 clause 9.5');
  const organisation = reader.u24('organisation');
  const type = reader.u16('protocol', etherTypes);
  reader.close();
  if (organisation === 0) typed(reader, type);
}

function loopback(reader: ByteReader): void {
  reader.open('Loopback');
  reader.u32('address family, in the byte order of the capturing machine');
  reader.close();
  ip(reader);
}

function cooked(reader: ByteReader): void {
  reader.open('Linux cooked capture');
  reader.u16('packet type', directions);
  reader.u16('device type');
  reader.u16('address length');
  reader.bytes(8, 'address');
  const type = reader.u16('protocol', cookedTypes);
  reader.close();
  if (!isCookedCan(type)) typed(reader, type);
}

function cooked2(reader: ByteReader): void {
  reader.open('Linux cooked capture, version 2');
  const type = reader.u16('protocol', cookedTypes);
  reader.u16('reserved');
  reader.u32('interface');
  reader.u16('device type');
  reader.u8('packet type', directions);
  reader.u8('address length');
  reader.bytes(8, 'address');
  reader.close();
  if (!isCookedCan(type)) typed(reader, type);
}

const directions = { 0: 'to us', 1: 'broadcast', 2: 'multicast', 3: 'to somebody else', 4: 'from us' };

/** RFC 826. */
function arp(reader: ByteReader): void {
  reader.open('ARP', 'RFC 826');
  reader.u16('hardware type', { 1: 'Ethernet' });
  reader.u16('protocol type', etherTypes);
  reader.u8('hardware length');
  reader.u8('protocol length');
  reader.u16('operation', { 1: 'request', 2: 'reply' });
  mac(reader, 'sender hardware address');
  reader.u32('sender address', ipv4Text);
  mac(reader, 'target hardware address');
  reader.u32('target address', ipv4Text);
  reader.close();
}

function ip(reader: ByteReader): void {
  const version = reader.peek() >> 4;
  if (version === 4) ipv4(reader);
  else if (version === 6) ipv6(reader);
}

/** RFC 791. */
function ipv4(reader: ByteReader): void {
  reader.open('IPv4', 'RFC 791 section 3.1');
  const first = reader.u8('version and header length');
  reader.bits(first, 0xf0, 'version');
  const words = reader.bits(first, 0x0f, 'header length, in words');
  reader.u8('type of service');
  reader.u16('total length');
  reader.u16('identification');
  const fragment = reader.u16('flags and fragment offset');
  reader.bits(fragment, 0x4000, 'do not fragment');
  reader.bits(fragment, 0x2000, 'more fragments');
  const offset = reader.bits(fragment, 0x1fff, 'fragment offset, in 8 bytes');
  reader.u8('time to live');
  const protocol = reader.u8('protocol', protocols);
  reader.u16('header checksum');
  reader.u32('source', ipv4Text);
  reader.u32('destination', ipv4Text);
  if (words > 5) reader.bytes(words * 4 - 20, 'options');
  reader.close();
  if (offset === 0) transport(reader, protocol);
}

/** RFC 8200. */
function ipv6(reader: ByteReader): void {
  reader.open('IPv6', 'RFC 8200 section 3');
  reader.u32('version, traffic class, flow label');
  reader.u16('payload length');
  let next = reader.u8('next header', protocols);
  reader.u8('hop limit');
  address6(reader, 'source');
  address6(reader, 'destination');
  reader.close();
  while (next === 0 || next === 43 || next === 60) {
    reader.open('Extension header', 'RFC 8200 section 4');
    next = reader.u8('next header', protocols);
    reader.bytes(reader.u8('length') * 8 + 6, 'content');
    reader.close();
  }
  if (next === 44) {
    reader.open('Fragment header', 'RFC 8200 section 4.5');
    next = reader.u8('next header', protocols);
    reader.u8('reserved');
    const place = reader.u16('offset and flags');
    reader.u32('identification');
    reader.close();
    if (place >> 3 > 0) return;
  }
  transport(reader, next);
}

function transport(reader: ByteReader, protocol: number): void {
  if (protocol === 6) tcp(reader);
  else if (protocol === 17) udp(reader);
  else if (protocol === 4) typed(reader, 0x0800);
  else if (protocol === 41) typed(reader, 0x86dd);
  else if (protocol === 47) gre(reader);
  else if (protocol === 137) mpls(reader);
  else if (protocol === 143) typed(reader, TRANSPARENT_ETHERNET);
}

/** RFC 9293. */
function tcp(reader: ByteReader): void {
  reader.open('TCP', 'RFC 9293 section 3.1');
  reader.u16('source port');
  reader.u16('destination port');
  reader.u32('sequence number');
  reader.u32('acknowledgement number');
  const words = reader.bits(reader.u8('data offset'), 0xf0, 'data offset, in words');
  const flags = reader.u8('flags');
  reader.bits(flags, 0x20, 'URG');
  reader.bits(flags, 0x10, 'ACK');
  reader.bits(flags, 0x08, 'PSH');
  reader.bits(flags, 0x04, 'RST');
  reader.bits(flags, 0x02, 'SYN');
  reader.bits(flags, 0x01, 'FIN');
  reader.u16('window');
  reader.u16('checksum');
  reader.u16('urgent pointer');
  if (words > 5) reader.bytes(words * 4 - 20, 'options');
  reader.close();
}

/** RFC 768. */
function udp(reader: ByteReader): void {
  reader.open('UDP', 'RFC 768');
  reader.u16('source port');
  const port = reader.u16('destination port');
  reader.u16('length');
  reader.u16('checksum');
  reader.close();
  if (port in tunnels) tunnel(reader, port);
}

function mac(reader: ByteReader, field: string): void {
  const bytes = reader.bytes(6, field);
  const [a, b, c, d, e, f] = bytes as unknown as [number, number, number, number, number, number];
  reader.remark(macText(((a << 24) | (b << 16) | (c << 8) | d) >>> 0, (e << 8) | f));
}

function address6(reader: ByteReader, field: string): void {
  const bytes = reader.bytes(16, field);
  reader.remark(ipv6Text(Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!)));
}
