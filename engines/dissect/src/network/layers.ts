import type { ByteReader } from '../bytes/byte-reader.ts';
import { ipv4Text, ipv6Text, macText } from './endpoints.ts';

/**
 * Reads the headers of one frame for people to look at, from the link layer to the ports. The hot path does not come
 * through here: it needs five numbers and has no time for names.
 */
export function readLayers(reader: ByteReader, linkType: number): void {
  const start = links[linkType];
  if (start) start(reader);
}

const links: Record<number, (reader: ByteReader) => void> = {
  0: loopback,
  1: ethernet,
  12: ip,
  14: ip,
  101: ip,
  108: loopback,
  113: cooked,
  228: ip,
  229: ip,
  276: cooked2,
};

const etherTypes: Record<number, string> = {
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
};

const protocols: Record<number, string> = {
  1: 'ICMP',
  2: 'IGMP',
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
  if (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
    reader.open('VLAN tag', 'IEEE 802.1Q clause 9.6');
    const control = reader.u16('tag control');
    reader.bits(control, 0xe000, 'priority');
    reader.bits(control, 0x1000, 'drop eligible');
    reader.bits(control, 0x0fff, 'VLAN');
    const inner = reader.u16('type', etherTypes);
    reader.close();
    typed(reader, inner);
  } else if (type === 0x0800 || type === 0x86dd) {
    ip(reader);
  } else if (type === 0x0806) {
    arp(reader);
  } else if (type < 0x600) {
    logicalLink(reader);
  }
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
  reader.bytes(4, 'address family, in the byte order of the capturing machine');
  reader.close();
  ip(reader);
}

function cooked(reader: ByteReader): void {
  reader.open('Linux cooked capture');
  reader.u16('packet type', directions);
  reader.u16('device type');
  reader.u16('address length');
  reader.bytes(8, 'address');
  const type = reader.u16('protocol', etherTypes);
  reader.close();
  typed(reader, type);
}

function cooked2(reader: ByteReader): void {
  reader.open('Linux cooked capture, version 2');
  const type = reader.u16('protocol', etherTypes);
  reader.u16('reserved');
  reader.u32('interface');
  reader.u16('device type');
  reader.u8('packet type', directions);
  reader.u8('address length');
  reader.bytes(8, 'address');
  reader.close();
  typed(reader, type);
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
  reader.u16('destination port');
  reader.u16('length');
  reader.u16('checksum');
  reader.close();
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
