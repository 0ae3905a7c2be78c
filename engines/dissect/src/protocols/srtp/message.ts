import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Range, selectorName, sizeOf } from './memory.ts';
import { operations } from './operations.ts';
import { majorOf, minorOf } from './refusals.ts';

/** No specification is public: SRTP as Denton and others published it (2017), mailboxes as in GFK-0529 (SNP). */
export interface Message {
  readonly type: number;
  readonly sequence: number;
  /** -1 where none is asked for. */
  readonly service: number;
  readonly range?: Range | undefined;
  readonly data?: Uint8Array | undefined;
  readonly value?: number | undefined;
  readonly secret?: number | undefined;
  readonly major: number;
  readonly minor: number;
  readonly state?: number | undefined;
}

export const HEADER = 56;
export const CONNECT = 0;
export const CONNECTED = 1;
export const REQUEST = 2;
export const REPLY = 3;
const types: Record<number, string> = {
  [CONNECT]: 'connect',
  [CONNECTED]: 'connected',
  [REQUEST]: 'request',
  [REPLY]: 'reply',
};

export const LENGTH_AT = 4;
export const MAILBOX_AT = 31;
const SHORT = 0xc0;
const LONG = 0x80;
const SHORT_REPLY = 0xd4;
const LONG_REPLY = 0x94;
const ERROR_REPLY = 0xd1;
const mailboxes: Record<number, string> = {
  [SHORT]: 'request',
  [LONG]: 'request with text buffer',
  [SHORT_REPLY]: 'completion',
  [LONG_REPLY]: 'completion with text buffer',
  [ERROR_REPLY]: 'error',
};

export const READ = 0x04;
export const WRITE = 0x07;
export const CHANGE_PRIVILEGE = 0x21;
export const SET_STATE = 0x23;
export const UPLOAD = 0x3f;
export const DOWNLOAD = 0x40;
export const FORCE = 0x44;

/** GFK-0529, table 3-8: bits 12 to 15 of the status word. */
export const states: Record<number, string> = {
  0: 'running',
  1: 'running, outputs disabled',
  2: 'stopped',
  3: 'stopped by a fault',
  4: 'halted',
  5: 'suspended',
  6: 'stopped, I/O enabled',
};

export function isMailbox(type: number, mailbox: number): boolean {
  if (type === REQUEST) return mailbox === SHORT || mailbox === LONG;
  return type === REPLY && (mailbox === SHORT_REPLY || mailbox === LONG_REPLY || mailbox === ERROR_REPLY);
}

export function readSrtp(reader: ByteReader): Message {
  reader.open('header');
  const type = reader.u8('type', types);
  reader.u8('reserved');
  const sequence = reader.u8('sequence number');
  reader.u8('reserved');
  const length = reader.u16le('text length');
  reader.skip(20, 'reserved');
  reader.u8('seconds');
  reader.u8('minutes');
  reader.u8('hours');
  reader.skip(2, 'reserved');
  const mailbox = reader.u8('mailbox type', mailboxes);
  reader.skip(4, 'mailbox source');
  reader.skip(4, 'mailbox destination');
  reader.close();
  const base = { type, sequence, service: -1, major: 0, minor: 0 };
  if (type === REQUEST) return { ...base, ...readRequest(reader, mailbox, length) };
  if (type === REPLY) return { ...base, ...readReply(reader, length) };
  reader.skip(reader.remaining, 'data');
  return base;
}

type Rest = Partial<Message>;

/** With a text buffer, what is asked for stands eight octets later. */
function readRequest(reader: ByteReader, mailbox: number, length: number): Rest {
  reader.open('mailbox', 'GFK-0529');
  if (mailbox === LONG) reader.skip(8, 'reserved');
  reader.u8('packet number');
  reader.u8('packets');
  const service = reader.u8('service request', (code) => operations[code]?.title);
  const inline = mailbox === LONG ? 0 : 8;
  const rest = readParameters(reader, service, inline);
  reader.close();
  if (length === 0) return { service, ...rest };
  if (service === CHANGE_PRIVILEGE) {
    reader.secret(length, 'password');
    return { service, ...rest, secret: length };
  }
  return { service, ...rest, data: reader.bytes(length, 'text buffer') };
}

function readParameters(reader: ByteReader, service: number, inline: number): Rest {
  switch (service) {
    case READ:
    case WRITE:
    case FORCE: {
      const selector = reader.u8('segment selector', selectorName);
      const offset = reader.u16le('offset');
      const range = { selector, offset, count: reader.u16le('length') };
      if (inline === 0) return { range };
      const size = service === WRITE ? Math.min(sizeOf(range), inline) : 0;
      const data = reader.bytes(size, 'data');
      reader.skip(inline - size, 'reserved');
      return service === WRITE ? { range, data } : { range };
    }
    case CHANGE_PRIVILEGE: {
      const value = reader.u8('privilege level');
      const secret = inline + 4;
      const used = passwordLength(reader.peekBytes(secret));
      reader.secret(secret, 'password');
      return used > 0 ? { value, secret: used } : { value };
    }
    case SET_STATE: {
      const value = reader.u8('state');
      reader.skip(inline + 4, 'reserved');
      return { value };
    }
    default:
      reader.skip(inline + 5, 'parameters');
      return {};
  }
}

function readReply(reader: ByteReader, length: number): Rest {
  reader.open('mailbox', 'GFK-0529');
  reader.u8('packet number');
  reader.u8('packets');
  const major = reader.u8('status', (code) => (code === 0 ? 'no error' : majorOf(code).text));
  const minor = reader.u8('minor status', (code) => (code === 0 ? 'no error' : minorOf(code).text));
  const inline = reader.bytes(6, 'data');
  reader.u8('control program number');
  reader.u8('privilege level');
  reader.u16le('last sweep time');
  const status = reader.u16le('PLC status');
  reader.bits(status, 0x0040, 'programmer attached');
  reader.bits(status, 0x0020, 'I/O fault present');
  reader.bits(status, 0x0010, 'PLC fault present');
  const state = reader.bits(status, 0xf000, 'state', states);
  reader.close();
  const data = length > 0 ? reader.bytes(length, 'text buffer') : inline;
  return { major, minor, data, state };
}

function passwordLength(bytes: Uint8Array): number {
  let length = 0;
  bytes.forEach((octet, i) => {
    if (octet !== 0) length = i + 1;
  });
  return length;
}
