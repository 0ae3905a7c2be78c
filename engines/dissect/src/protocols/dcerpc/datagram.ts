import { type ByteReader, u16At, u16leAt } from '../../bytes/byte-reader.ts';
import { functionName, interfaceName } from './interfaces.ts';
import {
  FAULT,
  isLittle,
  isRepresentation,
  CANCEL_ACKNOWLEDGED,
  FRAGMENT_ACKNOWLEDGED,
  readRepresentation,
  REJECT,
  REQUEST,
  RESPONSE,
  types,
} from './pdu.ts';
import { faults } from './refusals.ts';
import { readUuid } from './uuid.ts';

/** C706, 12.5: a message of the connectionless protocol, which UDP carries. */
export interface Datagram {
  readonly type: number;
  readonly flags: number;
  readonly little: boolean;
  readonly object: string;
  readonly interface: string;
  /** Who calls; with the sequence, which call. */
  readonly activity: string;
  readonly sequence: number;
  readonly function: number;
  /** Of the body in this fragment. */
  readonly length: number;
  readonly fragment: number;
  readonly status?: number;
}

export const DATAGRAM_VERSION = 4;
export const DATAGRAM_HEADER = 80;
export const LAST_FRAGMENT = 0x02;
export const FRAGMENT = 0x04;

/** Could this be one? `whole`: its length must be that of what is here, too. */
export function isDatagram(bytes: Uint8Array, start: number, end: number, whole: boolean): boolean {
  if (end - start < DATAGRAM_HEADER || bytes[start] !== DATAGRAM_VERSION) return false;
  if (bytes[start + 1]! > CANCEL_ACKNOWLEDGED || bytes[start + 6] !== 0) return false;
  if (!isRepresentation(bytes[start + 4]!, bytes[start + 5]!)) return false;
  const length = bodyLength(bytes, start);
  return whole ? end - start === DATAGRAM_HEADER + length : length <= 0xffff;
}

export function bodyLength(bytes: Uint8Array, start: number): number {
  return isLittle(bytes[start + 4]!) ? u16leAt(bytes, start + 74) : u16At(bytes, start + 74);
}

/** The header, for whoever is inside too. */
export function readDatagramHeader(reader: ByteReader): Datagram {
  reader.open('header', 'C706, 12.5.2');
  reader.constant8(DATAGRAM_VERSION, 'version');
  const type = reader.u8('type', types);
  const flags = reader.u8('flags');
  reader.bits(flags, LAST_FRAGMENT, 'last fragment');
  reader.bits(flags, FRAGMENT, 'fragment');
  reader.bits(flags, 0x08, 'no fragment acknowledgement');
  reader.bits(flags, 0x10, 'maybe');
  reader.bits(flags, 0x20, 'idempotent');
  reader.bits(flags, 0x40, 'broadcast');
  const more = reader.u8('more flags');
  reader.bits(more, 0x02, 'cancel pending');
  const little = readRepresentation(reader, reader.u8('data representation'));
  reader.u8('reserved');
  reader.u8('serial number, high');
  const object = readUuid(reader, 'object', little);
  const called = readUuid(reader, 'interface', little, interfaceName);
  const activity = readUuid(reader, 'activity', little);
  const word = (field: string) => (little ? reader.u32le(field) : reader.u32(field));
  const half = (field: string) => (little ? reader.u16le(field) : reader.u16(field));
  word('server boot time');
  word('interface version');
  const sequence = word('sequence');
  const number = half('function');
  reader.remark(functionName(called, number));
  half('interface hint');
  half('activity hint');
  const length = half('length of body');
  const fragment = half('fragment');
  reader.u8('authentication', { 0: 'none', 1: 'private key' });
  reader.u8('serial number, low');
  reader.close();
  return {
    type,
    flags,
    little,
    object,
    interface: called,
    activity,
    sequence,
    function: number,
    length,
    fragment,
  };
}

export function readDatagram(reader: ByteReader): Datagram {
  const head = readDatagramHeader(reader);
  const whole = reader.limit(head.length, 'length of body');
  const status = readBody(reader, head);
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'authentication verifier');
  return status === undefined ? head : { ...head, status };
}

/** The status, where the body is one. */
function readBody(reader: ByteReader, { type, little }: Datagram): number | undefined {
  let status: number | undefined;
  if ((type === FAULT || type === REJECT) && reader.remaining >= 4) {
    status = little ? reader.u32le('status', faults) : reader.u32('status', faults);
  } else if (type === FRAGMENT_ACKNOWLEDGED && reader.remaining >= 16) {
    readAcknowledgement(reader, little);
  }
  const field = type === REQUEST || type === RESPONSE ? 'stub data' : 'body';
  if (reader.remaining > 0) reader.skip(reader.remaining, field);
  return status;
}

/** C706, 12.5.3.4: what has come, and how much more may. */
function readAcknowledgement(reader: ByteReader, little: boolean): void {
  const half = (field: string) => (little ? reader.u16le(field) : reader.u16(field));
  const word = (field: string) => (little ? reader.u32le(field) : reader.u32(field));
  reader.open('fragment acknowledgement', 'C706, 12.5.3.4');
  reader.u8('version');
  reader.skip(1, 'padding');
  half('window size');
  word('longest packet');
  word('longest fragment');
  half('serial number');
  half('selective acknowledgements');
  while (reader.remaining >= 4) word('acknowledged');
  reader.close();
}
