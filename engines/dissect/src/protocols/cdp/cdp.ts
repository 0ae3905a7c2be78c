import type { ByteReader } from '../../bytes/byte-reader.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { described } from '../lldp/descriptions.ts';

/** SNAP: Cisco's organisation, protocol 0x2000. */
const SNAP = 0x00000c_2000;
const HEADER = 4;

// As Cisco's own documents and independent implementations have them; there is no standard.
const DEVICE = 1;
const ADDRESSES = 2;
const PORT = 3;
const CAPABILITIES = 4;
const VERSION = 5;
const PLATFORM = 6;
const NATIVE_VLAN = 0x0a;
const SYSTEM_NAME = 0x14;
const MANAGEMENT = 0x16;
const elements: Record<number, string> = {
  [DEVICE]: 'device',
  [ADDRESSES]: 'addresses',
  [PORT]: 'port',
  [CAPABILITIES]: 'capabilities',
  [VERSION]: 'software version',
  [PLATFORM]: 'platform',
  7: 'prefixes',
  8: 'protocol hello',
  9: 'VTP domain',
  [NATIVE_VLAN]: 'native VLAN',
  0x0b: 'duplex',
  0x0e: 'VLAN of appliances',
  0x10: 'power',
  0x11: 'longest packet',
  0x12: 'trust',
  0x13: 'class of untrusted ports',
  [SYSTEM_NAME]: 'system name',
  [MANAGEMENT]: 'management addresses',
  0x17: 'location',
};

const ROUTER = 0x01;
const SWITCH = 0x08;
const BRIDGES = 0x06;
const capabilities: readonly [number, string][] = [
  [ROUTER, 'router'],
  [0x02, 'transparent bridge'],
  [0x04, 'source route bridge'],
  [SWITCH, 'switch'],
  [0x10, 'host'],
  [0x20, 'IGMP'],
  [0x40, 'repeater'],
  [0x80, 'telephone'],
];
const MOST_ADDRESSES = 16;

export interface CdpMessage {
  device: string;
  systemName: string;
  version: string;
  platform: string;
  capabilities: number;
  readonly addresses: number[];
}

export const cdp: Dissector<CdpMessage> = {
  name: 'cdp',
  title: 'Cisco Discovery Protocol',
  reference: 'Cisco; no public standard',
  industrial: false,
  carriers: [{ on: 'snap', at: [SNAP] }],
  claims: [],
  recognises: (bytes, start, end, expected) =>
    expected && end - start > HEADER && bytes[start]! <= 2 ? OURS : NOT_OURS,
  read: readCdp,
  begin: (capture) => new CdpSession(capture),
};

function readCdp(reader: ByteReader): CdpMessage {
  reader.open('header');
  reader.u8('version');
  reader.u8('time to live');
  reader.u16('checksum');
  reader.close();
  const message: CdpMessage = {
    device: '',
    systemName: '',
    version: '',
    platform: '',
    capabilities: 0,
    addresses: [],
  };
  while (reader.remaining >= 4) readElement(reader, message);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  return message;
}

function readElement(reader: ByteReader, message: CdpMessage): void {
  reader.open('element');
  const kind = reader.u16('type', elements);
  const length = reader.u16('length');
  const whole = reader.limit(length - 4, 'length');
  switch (kind) {
    case DEVICE:
      message.device = reader.text(reader.remaining, 'device');
      break;
    case ADDRESSES:
    case MANAGEMENT:
      readAddresses(reader, message);
      break;
    case PORT:
      reader.text(reader.remaining, 'port');
      break;
    case CAPABILITIES:
      if (reader.remaining >= 4) message.capabilities = readCapabilities(reader);
      break;
    case VERSION:
      message.version = reader.text(reader.remaining, 'version');
      break;
    case PLATFORM:
      message.platform = reader.text(reader.remaining, 'platform');
      break;
    case NATIVE_VLAN:
      if (reader.remaining >= 2) reader.u16('VLAN');
      break;
    case SYSTEM_NAME:
      message.systemName = reader.text(reader.remaining, 'name');
      break;
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'value');
  reader.release(whole);
  reader.close();
  reader.remark(elements[kind] ?? `type ${kind}`);
}

function readCapabilities(reader: ByteReader): number {
  const value = reader.u32('capabilities');
  for (const [bit, name] of capabilities) if (value & bit) reader.bits(value, bit, name);
  return value;
}

function readAddresses(reader: ByteReader, message: CdpMessage): void {
  if (reader.remaining < 4) return;
  reader.u32('number');
  while (reader.remaining >= 5 && message.addresses.length < MOST_ADDRESSES) {
    reader.u8('kind of protocol');
    const protocol = reader.bytes(reader.u8('protocol length'), 'protocol');
    const length = reader.u16('address length');
    // NLPID 0xCC is IPv4.
    if (protocol.length === 1 && protocol[0] === 0xcc && length === 4) {
      message.addresses.push(reader.u32('address', ipv4Text));
    } else reader.skip(length, 'address');
  }
}

class CdpSession implements Session {
  readonly #capture: Capture;

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readCdp(here.reader.reset(bytes, start, end));
    const about = here.source;
    for (const address of message.addresses) {
      if (address !== 0) here.same(about, this.#capture.ipv4(address));
    }
    here.fact(about, 'name', message.systemName || message.device);
    const [, maker, product = message.platform] = /^(cisco) (.+)$/i.exec(message.platform) ?? [];
    if (maker) here.fact(about, 'vendor', 'Cisco');
    here.fact(about, 'product', product);
    const version = message.version.replaceAll(/\s+/g, ' ');
    here.fact(about, 'description', version);
    for (const { field, value } of described(version).facts) {
      if (field !== 'product') here.fact(about, field, value, 'inferred');
    }
    if (message.capabilities & ROUTER && !(message.capabilities & SWITCH)) {
      here.role(about, 'router', 'stated', 'cdp.router');
    } else if (message.capabilities & (SWITCH | BRIDGES)) {
      here.role(about, 'switch', 'stated', 'cdp.switch');
    }
  }
}
