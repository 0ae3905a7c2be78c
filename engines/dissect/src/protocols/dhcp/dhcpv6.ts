import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { systemOfClass } from './systems.ts';

const CLIENT_PORT = 546;
const SERVER_PORT = 547;

// RFC 8415, 7.3.
const ADVERTISE = 2;
const REPLY = 7;
const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
const messages: Record<number, string> = {
  1: 'solicit',
  [ADVERTISE]: 'advertise',
  3: 'request',
  4: 'confirm',
  5: 'renew',
  6: 'rebind',
  [REPLY]: 'reply',
  8: 'release',
  9: 'decline',
  10: 'reconfigure',
  11: 'information request',
  [RELAY_FORWARD]: 'relay forward',
  [RELAY_REPLY]: 'relay reply',
};

// RFC 8415, 21; RFC 4704.
const CLIENT_ID = 1;
const SERVER_ID = 2;
const VENDOR_CLASS = 16;
const FULL_NAME = 39;
const options: Record<number, string> = {
  [CLIENT_ID]: 'client identifier',
  [SERVER_ID]: 'server identifier',
  3: 'addresses',
  6: 'options asked for',
  8: 'elapsed time',
  9: 'relayed message',
  13: 'status',
  14: 'rapid commit',
  [VENDOR_CLASS]: 'vendor class',
  23: 'name servers',
  24: 'domains',
  25: 'prefixes',
  [FULL_NAME]: 'full name',
};

export interface Dhcpv6Message {
  readonly kind: number;
  name: string;
  vendorClass: string;
  /** Where the MAC address in the client's identifier stands; -1 for none. */
  mac: number;
}

export const dhcpv6: Dissector<Dhcpv6Message> = {
  name: 'dhcpv6',
  title: 'DHCPv6',
  reference: 'RFC 8415; RFC 4704',
  industrial: false,
  carriers: [{ on: 'udp', at: [CLIENT_PORT, SERVER_PORT] }],
  claims: [],
  recognises: (bytes, start, end, expected) =>
    expected && end - start >= 4 && bytes[start]! in messages ? OURS : NOT_OURS,
  read: readDhcpv6,
  begin: (capture) => new Dhcpv6Session(capture),
};

function readDhcpv6(reader: ByteReader): Dhcpv6Message {
  reader.open('header', 'RFC 8415, 8');
  const kind = reader.u8('message', messages);
  const relayed = kind === RELAY_FORWARD || kind === RELAY_REPLY;
  if (relayed) reader.skip(33, 'hops and addresses');
  else reader.u24('transaction');
  reader.close();
  const message: Dhcpv6Message = { kind, name: '', vendorClass: '', mac: -1 };
  while (reader.remaining >= 4) readOption(reader, message);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return message;
}

function readOption(reader: ByteReader, message: Dhcpv6Message): void {
  reader.open('option', 'RFC 8415, 21.1');
  const code = reader.u16('option', options);
  const whole = reader.limit(reader.u16('length'), 'length');
  if (code === CLIENT_ID) readIdentifier(reader, message);
  else if (code === FULL_NAME) readFullName(reader, message);
  else if (code === VENDOR_CLASS && reader.remaining >= 6) {
    reader.u32('enterprise', { 311: 'Microsoft' });
    message.vendorClass = reader.text(reader.u16('length'), 'vendor class');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'value');
  reader.release(whole);
  reader.close();
  reader.remark(options[code] ?? `option ${code}`);
}

/** RFC 8415, 11: made of the MAC address, with or without the time of when. */
function readIdentifier(reader: ByteReader, message: Dhcpv6Message): void {
  if (reader.remaining < 4) return;
  const kind = reader.u16('kind', { 1: 'address and time', 2: 'vendor', 3: 'address', 4: 'UUID' });
  if (kind !== 1 && kind !== 3) return;
  const ethernet = reader.u16('hardware type', { 1: 'Ethernet' }) === 1;
  if (kind === 1) reader.u32('time');
  if (ethernet && reader.remaining === 6) message.mac = reader.offset;
}

/** RFC 4704, 4.2. */
function readFullName(reader: ByteReader, message: Dhcpv6Message): void {
  if (reader.remaining === 0) return;
  reader.u8('flags');
  const labels: string[] = [];
  while (reader.remaining > 1 && reader.peek() > 0) {
    labels.push(reader.text(reader.u8('length'), 'label', 'utf-8'));
  }
  message.name = labels.join('.');
}

class Dhcpv6Session implements Session {
  readonly #capture: Capture;

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { kind, name, vendorClass, mac } = readDhcpv6(here.reader.reset(bytes, start, end));
    if (kind === RELAY_FORWARD || kind === RELAY_REPLY) return;
    if (kind === ADVERTISE || kind === REPLY) {
      here.turn('reply');
      return here.role(here.source, 'server', 'stated', 'dhcpv6.gives-addresses');
    }
    here.turn('request');
    here.fact(here.source, 'name', name);
    here.fact(here.source, 'os', systemOfClass(vendorClass), 'inferred');
    // The address of one of its adapters, which need not be the one that sends.
    if (mac >= 0) here.same(here.source, this.#capture.mac(bytes, start + mac));
  }
}
