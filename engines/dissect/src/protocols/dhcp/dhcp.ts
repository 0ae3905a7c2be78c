import { type ByteReader, u16At, u32At } from '../../bytes/byte-reader.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import {
  type Capture,
  type Dissector,
  type Endpoint,
  type Here,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { systemOfClass, systemOfRequests } from './systems.ts';

const SERVER_PORT = 67;
const CLIENT_PORT = 68;

// RFC 2131, 2: header, names of server and file, and the cookie that options begin with.
const HEADER = 236;
const COOKIE = 0x6382_5363;
const REQUEST = 1;
const REPLY = 2;
const CHADDR = 28;

// RFC 2132, 9.6.
const OFFER = 2;
const ACK = 5;
const messages: Record<number, string> = {
  1: 'discover',
  [OFFER]: 'offer',
  3: 'request',
  4: 'decline',
  [ACK]: 'acknowledge',
  6: 'refuse',
  7: 'release',
  8: 'inform',
};

// RFC 2132, RFC 3046, RFC 4702.
const ROUTERS = 3;
const DNS = 6;
const HOST_NAME = 12;
const DOMAIN = 15;
const TIME = 42;
const KIND = 53;
const SERVER = 54;
const ASKED_FOR = 55;
const CLASS = 60;
const FILE = 67;
const FULL_NAME = 81;
const END = 255;
const options: Record<number, string> = {
  1: 'subnet mask',
  [ROUTERS]: 'routers',
  [DNS]: 'name servers',
  [HOST_NAME]: 'host name',
  [DOMAIN]: 'domain',
  28: 'broadcast address',
  [TIME]: 'time servers',
  43: 'vendor specific',
  44: 'NetBIOS name servers',
  50: 'address asked for',
  51: 'lease time',
  [KIND]: 'message',
  [SERVER]: 'server',
  [ASKED_FOR]: 'options asked for',
  57: 'longest message',
  58: 'renewal time',
  59: 'rebinding time',
  [CLASS]: 'vendor class',
  61: 'client identifier',
  66: 'TFTP server',
  [FILE]: 'boot file',
  [FULL_NAME]: 'full name',
  82: 'relay agent',
  [END]: 'end',
};
const ADDRESSES = new Set([ROUTERS, DNS, TIME, SERVER, 1, 28, 44, 50]);
const MOST_ADDRESSES = 16;
const MOST_TRANSACTIONS = 1_024;

export interface DhcpMessage {
  readonly operation: number;
  /** 0 for BOOTP. */
  kind: number;
  readonly transaction: number;
  readonly ethernet: boolean;
  readonly given: number;
  hostName: string;
  domain: string;
  vendorClass: string;
  file: string;
  server: number;
  readonly askedFor: number[];
  readonly routers: number[];
  readonly nameServers: number[];
  readonly timeServers: number[];
}

export const dhcp: Dissector<DhcpMessage> = {
  name: 'dhcp',
  title: 'DHCP and BOOTP',
  reference: 'RFC 951; RFC 2131; RFC 2132',
  industrial: false,
  carriers: [{ on: 'udp', at: [SERVER_PORT, CLIENT_PORT] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    if (end - start < HEADER || (bytes[start] !== REQUEST && bytes[start] !== REPLY)) return NOT_OURS;
    if (expected) return OURS;
    return end - start > HEADER + 4 && u32At(bytes, start + HEADER) === COOKIE ? OURS : NOT_OURS;
  },

  read: readDhcp,
  begin: (capture) => new DhcpSession(capture),
};

function readDhcp(reader: ByteReader): DhcpMessage {
  reader.open('header', 'RFC 2131, 2');
  const operation = reader.u8('operation', { [REQUEST]: 'request', [REPLY]: 'reply' });
  const ethernet = reader.u8('hardware type', { 1: 'Ethernet' }) === 1;
  reader.u8('hardware length');
  reader.u8('hops');
  const transaction = reader.u32('transaction');
  reader.u16('seconds');
  reader.u16('flags');
  reader.u32('address of the client', ipv4Text);
  const given = reader.u32('address given', ipv4Text);
  reader.u32('next server', ipv4Text);
  reader.u32('relay agent', ipv4Text);
  reader.bytes(16, 'hardware address');
  reader.text(64, 'server name');
  const file = reader.text(128, 'boot file');
  reader.close();
  const message: DhcpMessage = {
    operation,
    kind: 0,
    transaction,
    ethernet,
    given,
    hostName: '',
    domain: '',
    vendorClass: '',
    file,
    server: 0,
    askedFor: [],
    routers: [],
    nameServers: [],
    timeServers: [],
  };
  if (reader.remaining >= 4 && reader.u32('cookie') === COOKIE) {
    while (reader.remaining > 0 && readOption(reader, message) !== END);
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  return message;
}

function readOption(reader: ByteReader, message: DhcpMessage): number {
  if (reader.peek() === 0) {
    reader.skip(1, 'padding');
    return 0;
  }
  reader.open('option', 'RFC 2132, 2');
  const code = reader.u8('option', options);
  if (code !== END) {
    const whole = reader.limit(reader.u8('length'), 'length');
    readValue(reader, code, message);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'value');
    reader.release(whole);
  }
  reader.close();
  reader.remark(options[code] ?? `option ${code}`);
  return code;
}

function readValue(reader: ByteReader, code: number, message: DhcpMessage): void {
  if (ADDRESSES.has(code)) {
    const list: number[] = [];
    while (reader.remaining >= 4) list.push(reader.u32('address', ipv4Text));
    if (code === SERVER) message.server = list[0] ?? 0;
    else listOf(code, message)?.push(...list.slice(0, MOST_ADDRESSES));
    return;
  }
  switch (code) {
    case KIND:
      if (reader.remaining > 0) message.kind = reader.u8('message', messages);
      return;
    case HOST_NAME:
      message.hostName = reader.text(reader.remaining, 'name', 'utf-8');
      return;
    case DOMAIN:
      message.domain = reader.text(reader.remaining, 'domain');
      return;
    case CLASS:
      message.vendorClass = reader.text(reader.remaining, 'vendor class');
      return;
    case FILE:
      message.file ||= reader.text(reader.remaining, 'file');
      return;
    case ASKED_FOR:
      while (reader.remaining > 0) message.askedFor.push(reader.u8('option', options));
      return;
    case FULL_NAME:
      return readFullName(reader, message);
  }
}

function listOf(code: number, message: DhcpMessage): number[] | undefined {
  if (code === ROUTERS) return message.routers;
  if (code === DNS) return message.nameServers;
  return code === TIME ? message.timeServers : undefined;
}

/** RFC 4702, 2: as text, or since then as labels. */
function readFullName(reader: ByteReader, message: DhcpMessage): void {
  if (reader.remaining < 3) return;
  const labels = reader.bits(reader.u8('flags'), 0x04, 'written as labels') === 1;
  reader.u16('codes of the answer');
  if (!labels) {
    message.hostName ||= reader.text(reader.remaining, 'name');
    return;
  }
  const names: string[] = [];
  while (reader.remaining > 1 && reader.peek() > 0) names.push(reader.text(reader.u8('length'), 'label'));
  message.hostName ||= names.join('.');
}

class DhcpSession implements Session {
  readonly #capture: Capture;
  /** Who offered an address in which transaction. */
  readonly #offers = new Map<number, number>();

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readDhcp(here.reader.reset(bytes, start, end));
    here.turn(message.operation === REQUEST ? 'request' : 'reply');
    const known = message.ethernet && (u16At(bytes, start + CHADDR) | u32At(bytes, start + CHADDR + 2)) !== 0;
    const client = known ? this.#capture.mac(bytes, start + CHADDR) : here.source;
    if (message.operation === REQUEST) asked(here, client, message);
    else this.#answered(here, client, message, known);
  }

  #answered(here: Here, client: Endpoint, message: DhcpMessage, known: boolean): void {
    const { kind, given, routers, nameServers, timeServers, domain, file } = message;
    if (kind === OFFER) this.#compare(here, message);
    const server = message.server === 0 ? here.source : this.#capture.ipv4(message.server);
    here.role(server, 'server', 'stated', 'dhcp.gives-addresses');
    if (known && given !== 0 && (kind === ACK || kind === 0)) here.same(client, this.#capture.ipv4(given));
    if (kind === ACK || kind === 0) {
      here.fact(client, 'domain', domain, 'inferred');
      if (file !== '') here.fact(client, 'description', `boots ${file}`, 'inferred');
    }
    for (const one of routers) here.role(this.#capture.ipv4(one), 'router', 'inferred', 'dhcp.names-router');
    for (const one of nameServers) here.role(this.#capture.ipv4(one), 'server', 'inferred', 'dhcp.names-dns');
    for (const one of timeServers)
      here.role(this.#capture.ipv4(one), 'server', 'inferred', 'dhcp.names-time');
  }

  /** Where two servers compete for a client, one of them was not meant to. */
  #compare(here: Here, { transaction, server }: DhcpMessage): void {
    const before = this.#offers.get(transaction);
    if (before === undefined) {
      if (this.#offers.size >= MOST_TRANSACTIONS) this.#offers.delete(this.#offers.keys().next().value!);
      this.#offers.set(transaction, server);
    } else if (before !== server) {
      const servers = [ipv4Text(before), ipv4Text(server)];
      here.anomaly('dhcp.servers-compete', 'server', HEADER, { servers });
    }
  }
}

function asked(here: Here, client: Endpoint, { hostName, vendorClass, askedFor }: DhcpMessage): void {
  here.fact(client, 'name', hostName);
  if (vendorClass !== '') here.fact(client, 'description', `DHCP vendor class ${vendorClass}`);
  here.fact(client, 'os', systemOfClass(vendorClass) || systemOfRequests(askedFor), 'inferred');
  if (askedFor.length > 0) here.fact(client, 'fingerprint', `DHCP ${askedFor.join(',')}`, 'inferred');
}
