import * as ber from '../../bytes/ber.ts';
import { type ByteReader, textAt, u32At } from '../../bytes/byte-reader.ts';
import { ipv4Text } from '../../network/endpoints.ts';

// RFC 3416, 3 and RFC 1157, 4.1.
export const GET_REQUEST = 0xa0;
export const GET_NEXT = 0xa1;
export const RESPONSE = 0xa2;
export const SET_REQUEST = 0xa3;
const TRAP = 0xa4;
export const GET_BULK = 0xa5;
export const INFORM = 0xa6;
export const TRAP_2 = 0xa7;
export const REPORT = 0xa8;
const pdus: Record<number, string> = {
  [GET_REQUEST]: 'get',
  [GET_NEXT]: 'get next',
  [RESPONSE]: 'response',
  [SET_REQUEST]: 'set',
  [TRAP]: 'trap',
  [GET_BULK]: 'get bulk',
  [INFORM]: 'inform',
  [TRAP_2]: 'trap, version 2',
  [REPORT]: 'report',
};

export const VERSION_3 = 3;
const versions: Record<number, string> = { 0: '1', 1: '2c', [VERSION_3]: '3' };

const MOST_BINDINGS = 64;

export interface Binding {
  readonly object: string;
  readonly value: string | number | null;
}

export interface SnmpMessage {
  readonly version: number;
  /** Length of the community, and whether it is one that devices come with. */
  readonly community: number;
  readonly isDefault: boolean;
  readonly user: string;
  /** The maker of an engine, by its enterprise number. */
  readonly enterprise: number;
  /** -1 when it is encrypted. */
  readonly pdu: number;
  readonly request: number;
  readonly error: number;
  readonly bindings: readonly Binding[];
}

export function readSnmp(reader: ByteReader): SnmpMessage {
  const whole = ber.enter(reader, 'message', 'RFC 1157, 4');
  const version = ber.integer(reader, 'version', versions);
  const message =
    version === VERSION_3
      ? readVersion3(reader, version)
      : { ...readCommunity(reader), ...readPdu(reader), version };
  ber.leave(reader, whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'behind the message');
  return message;
}

function readCommunity(reader: ByteReader) {
  const before = ber.enter(reader, 'community');
  const community = reader.remaining;
  const words = reader.peekBytes(community);
  const text = textAt(words, 0, words.length);
  reader.secret(community, 'community');
  ber.leave(reader, before);
  return { community, isDefault: text === 'public' || text === 'private', user: '', enterprise: 0 };
}

/** RFC 3412, 6 and RFC 3414, 2.4. */
function readVersion3(reader: ByteReader, version: number): SnmpMessage {
  const head = ber.enter(reader, 'header', 'RFC 3412, 6');
  const id = ber.integer(reader, 'message');
  ber.integer(reader, 'longest message');
  ber.octets(reader, 'flags');
  const model = ber.integer(reader, 'security model', { 3: 'user based' });
  ber.leave(reader, head);
  const security = ber.enter(reader, 'security', 'RFC 3414, 2.4');
  const { user, enterprise } = model === 3 ? readUser(reader) : { user: '', enterprise: 0 };
  ber.leave(reader, security);
  const common = { version, community: 0, isDefault: false, user, enterprise };
  if (ber.peekTag(reader) !== ber.SEQUENCE) {
    ber.skip(reader, 'encrypted');
    return { ...common, pdu: -1, request: id, error: 0, bindings: [] };
  }
  const scoped = ber.enter(reader, 'scoped data', 'RFC 3412, 6');
  ber.octets(reader, 'engine');
  ber.text(reader, 'context');
  const pdu = readPdu(reader);
  ber.leave(reader, scoped);
  return { ...common, ...pdu };
}

function readUser(reader: ByteReader): { user: string; enterprise: number } {
  const before = ber.enter(reader, 'user based security');
  const engine = ber.octets(reader, 'engine');
  ber.integer(reader, 'boots');
  ber.integer(reader, 'time');
  const user = ber.text(reader, 'user', 'utf-8');
  ber.skip(reader, 'authentication');
  ber.skip(reader, 'privacy');
  ber.leave(reader, before);
  // RFC 3411, 5, SnmpEngineID: the first bit says that the rest of four bytes is the enterprise.
  const enterprise = engine.length >= 5 && engine[0]! >= 0x80 ? u32At(engine, 0) & 0x7fff_ffff : 0;
  return { user, enterprise };
}

function readPdu(reader: ByteReader) {
  const pdu = ber.peekTag(reader);
  const before = ber.enter(reader, pdus[pdu] ?? 'data', 'RFC 3416, 3');
  let [request, error] = [0, 0];
  if (pdu === TRAP) {
    ber.objectIdentifier(reader, 'enterprise');
    ber.skip(reader, 'agent');
    ber.integer(reader, 'generic trap');
    ber.integer(reader, 'specific trap');
    ber.skip(reader, 'time');
  } else {
    request = ber.integer(reader, 'request');
    error = ber.integer(reader, pdu === GET_BULK ? 'without repetition' : 'error');
    ber.integer(reader, pdu === GET_BULK ? 'repetitions' : 'error index');
  }
  const bindings: Binding[] = [];
  const list = ber.enter(reader, 'bindings');
  while (reader.remaining > 0 && bindings.length < MOST_BINDINGS) bindings.push(readBinding(reader));
  ber.leave(reader, list);
  ber.leave(reader, before);
  return { pdu, request, error: pdu === RESPONSE ? error : 0, bindings };
}

function readBinding(reader: ByteReader): Binding {
  const before = ber.enter(reader, 'binding');
  const object = ber.objectIdentifier(reader, 'object');
  const value = readValue(reader);
  ber.leave(reader, before);
  return { object, value };
}

// RFC 2578, 7.1.
function readValue(reader: ByteReader): string | number | null {
  switch (ber.peekTag(reader)) {
    case ber.INTEGER:
      return ber.integer(reader, 'value');
    case ber.OCTET_STRING:
      return textOf(ber.octets(reader, 'value'));
    case ber.OBJECT_IDENTIFIER:
      return ber.objectIdentifier(reader, 'value');
    case 0x40: {
      const address = ber.octets(reader, 'value');
      return address.length === 4 ? ipv4Text(u32At(address, 0)) : null;
    }
    case 0x41:
    case 0x42:
    case 0x43:
    case 0x46:
      return ber.unsigned(reader, 'value');
    default:
      ber.skip(reader, 'value');
      return null;
  }
}

/** Text where it is text, else hexadecimal. */
function textOf(bytes: Uint8Array): string {
  const isText = bytes.every(
    (byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13 || byte === 0,
  );
  if (isText) return textAt(bytes, 0, bytes.length, 'utf-8');
  return Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
