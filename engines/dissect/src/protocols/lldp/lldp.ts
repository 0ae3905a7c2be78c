import { type ByteReader, Malformed, u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Endpoint,
  type Here,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { described, stationOfChassis } from './descriptions.ts';
import { organisations, readOrganisational, type Told } from './organisations.ts';

// IEEE 802.1AB-2016, section 8.4.1.
const END = 0;
const CHASSIS = 1;
const PORT = 2;
const TTL = 3;
const PORT_DESCRIPTION = 4;
const NAME = 5;
const DESCRIPTION = 6;
const CAPABILITIES = 7;
const MANAGEMENT = 8;
const ORGANISATIONAL = 127;
const kinds: Record<number, string> = {
  [END]: 'end',
  [CHASSIS]: 'chassis',
  [PORT]: 'port',
  [TTL]: 'time to live',
  [PORT_DESCRIPTION]: 'port description',
  [NAME]: 'system name',
  [DESCRIPTION]: 'system description',
  [CAPABILITIES]: 'system capabilities',
  [MANAGEMENT]: 'management address',
  [ORGANISATIONAL]: 'organisationally specific',
};

// Sections 8.5.2.2 and 8.5.3.2; ports have an agent circuit where chassis have none.
const chassisKinds: Record<number, string> = {
  1: 'chassis component',
  2: 'interface alias',
  3: 'port component',
  4: 'MAC address',
  5: 'network address',
  6: 'interface name',
  7: 'locally assigned',
};
const portKinds: Record<number, string> = {
  1: 'interface alias',
  2: 'port component',
  3: 'MAC address',
  4: 'network address',
  5: 'interface name',
  6: 'agent circuit',
  7: 'locally assigned',
};

const BRIDGE = 0x04;
const ACCESS_POINT = 0x08;
const ROUTER = 0x10;
const STATION = 0x80;
/** Section 8.5.8.1, by bit. */
const capabilities: readonly [number, string][] = [
  [0x01, 'other'],
  [0x02, 'repeater'],
  [BRIDGE, 'bridge'],
  [ACCESS_POINT, 'WLAN access point'],
  [ROUTER, 'router'],
  [0x20, 'telephone'],
  [0x40, 'DOCSIS cable device'],
  [STATION, 'station only'],
  [0x100, 'C-VLAN component'],
  [0x200, 'S-VLAN component'],
  [0x400, 'two-port MAC relay'],
];

/** Addresses stay where they are: offsets into the message. */
export interface LldpMessage {
  chassis: string;
  /** Where the MAC address of the chassis stands; -1 when it has none. */
  chassisMac: number;
  port: string;
  ttl: number;
  portDescription: string;
  name: string;
  description: string;
  enabled: number;
  /** Where management addresses stand: IPv4, IPv6. */
  ipv4: number[];
  ipv6: number[];
  told: Told;
}

const MOST_ADDRESSES = 16;

export const lldp: Dissector<LldpMessage> = {
  name: 'lldp',
  title: 'LLDP',
  reference: 'IEEE 802.1AB-2016; annexes D and E of IEEE 802.1Q and 802.3; IEC 61158-6-10; ANSI/TIA-1057',
  industrial: true,
  carriers: [{ on: 'ethertype', at: [0x88cc] }],
  claims: [],

  recognises: (_bytes, _start, _end, expected) => (expected ? OURS : NOT_OURS),

  read(reader) {
    const message: LldpMessage = {
      chassis: '',
      chassisMac: -1,
      port: '',
      ttl: 0,
      portDescription: '',
      name: '',
      description: '',
      enabled: 0,
      ipv4: [],
      ipv6: [],
      told: { facts: [], macs: [] },
    };
    while (reader.remaining >= 2 && readElement(reader, message) !== END);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'padding of the frame');
    return message;
  },

  begin: (capture) => new LldpSession(capture),
};

function readElement(reader: ByteReader, message: LldpMessage): number {
  reader.open('element', '8.4');
  const head = reader.u16('type and length');
  const kind = reader.bits(head, 0xfe00, 'type', kinds);
  const whole = reader.limit(reader.bits(head, 0x01ff, 'length'), 'length');
  readContents(reader, kind, message);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'value');
  reader.release(whole);
  reader.close();
  reader.remark(kinds[kind] ?? `type ${kind}`);
  return kind;
}

function readContents(reader: ByteReader, kind: number, message: LldpMessage): void {
  switch (kind) {
    case CHASSIS: {
      const form = reader.u8('chassis subtype', chassisKinds);
      if (form === 4 && reader.remaining === 6) message.chassisMac = reader.offset;
      message.chassis = readIdentifier(reader, form, form === 4, form === 5);
      return;
    }
    case PORT: {
      const form = reader.u8('port subtype', portKinds);
      message.port = readIdentifier(reader, form, form === 3, form === 4);
      return;
    }
    case TTL:
      message.ttl = reader.u16('seconds');
      return;
    case PORT_DESCRIPTION:
      message.portDescription = reader.text(reader.remaining, 'port description', 'utf-8');
      return;
    case NAME:
      message.name = reader.text(reader.remaining, 'system name', 'utf-8');
      return;
    case DESCRIPTION:
      message.description = reader.text(reader.remaining, 'system description', 'utf-8');
      return;
    case CAPABILITIES:
      readCapabilities(reader, 'capabilities');
      message.enabled = readCapabilities(reader, 'enabled capabilities');
      return;
    case MANAGEMENT:
      return readManagement(reader, message);
    case ORGANISATIONAL: {
      const organisation = reader.u24('organisation', (value) => organisations[value]);
      return readOrganisational(reader, organisation, message.told);
    }
  }
}

function readIdentifier(reader: ByteReader, form: number, isMac: boolean, isAddress: boolean): string {
  if (!isMac && !isAddress) return reader.text(reader.remaining, 'identifier', 'utf-8');
  const bytes = reader.bytes(
    reader.remaining,
    form === 0 ? 'identifier' : isMac ? 'MAC address' : 'network address',
  );
  return isMac ? macText(bytes) : '';
}

function readCapabilities(reader: ByteReader, field: string): number {
  const value = reader.u16(field);
  for (const [bit, name] of capabilities) if (value & bit) reader.bits(value, bit, name);
  return value;
}

const IPV4 = 1;
const IPV6 = 2;

// Section 8.5.9.
function readManagement(reader: ByteReader, message: LldpMessage): void {
  const length = reader.u8('address length');
  if (length < 2) throw new Malformed('address length', reader.offset - 1, `is ${length}, must be 2 to 32`);
  const family = reader.u8('address family', { [IPV4]: 'IPv4', [IPV6]: 'IPv6', 6: 'MAC' });
  const at = reader.offset;
  reader.bytes(length - 1, 'address');
  if (family === IPV4 && length === 5 && message.ipv4.length < MOST_ADDRESSES) message.ipv4.push(at);
  if (family === IPV6 && length === 17 && message.ipv6.length < MOST_ADDRESSES) message.ipv6.push(at);
  reader.u8('interface numbering', { 1: 'unknown', 2: 'interface index', 3: 'system port number' });
  reader.u32('interface number');
  reader.skip(reader.u8('length of the object identifier'), 'object identifier');
}

class LldpSession implements Session {
  readonly #capture: Capture;

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = lldp.read(here.reader.reset(bytes, start, end), here);
    const about = here.source;
    this.#addresses(about, here, message, bytes, start);
    here.fact(about, 'name', message.name);
    here.fact(about, 'description', message.description);
    for (const { field, value } of stationOfChassis(
      message.chassis,
      message.port,
      message.told.macs.length > 0,
    )) {
      here.fact(about, field, value);
    }
    for (const { field, value } of message.told.facts) here.fact(about, field, value);
    const { facts, role } = described(message.description);
    for (const { field, value } of facts) here.fact(about, field, value, 'inferred');
    if (role)
      here.role(about, role, 'inferred', 'lldp.description', {
        description: message.description.slice(0, 80),
      });
    else this.#roleByCapabilities(here, message.enabled);
  }

  /** Each port of a switch has a MAC address; the chassis has one for all of them. */
  #addresses(about: Endpoint, here: Here, message: LldpMessage, bytes: Uint8Array, start: number): void {
    const { chassisMac, ipv4, ipv6, told } = message;
    if (chassisMac >= 0) here.same(about, this.#capture.mac(bytes, start + chassisMac));
    for (const at of told.macs) here.same(about, this.#capture.mac(bytes, start + at));
    for (const at of ipv4) {
      const first = bytes[start + at]!;
      // 0.0.0.0 says that there is none yet, 127.… that the device thinks of itself.
      if (first !== 0 && first !== 127) here.same(about, this.#capture.ipv4(addressAt(bytes, start + at)));
    }
    for (const at of ipv6) {
      if (u16At(bytes, start + at) !== 0) here.same(about, this.#capture.ipv6(bytes, start + at));
    }
  }

  #roleByCapabilities(here: Here, enabled: number): void {
    // A station with two ports forwards frames for its neighbours, and is no switch for that.
    if (enabled & STATION) return;
    if (enabled & BRIDGE) here.role(here.source, 'switch', 'stated', 'lldp.bridge');
    else if (enabled & ROUTER) here.role(here.source, 'router', 'stated', 'lldp.router');
    else if (enabled & ACCESS_POINT) here.role(here.source, 'gateway', 'stated', 'lldp.access-point');
  }
}

function addressAt(bytes: Uint8Array, at: number): number {
  return ((u16At(bytes, at) << 16) | u16At(bytes, at + 2)) >>> 0;
}

function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
