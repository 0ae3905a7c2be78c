import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Range, selectorName, sizeOf } from './memory.ts';
import { majorOf, minorOf } from './refusals.ts';
import { services } from './services.ts';

/**
 * No specification is public: SRTP as Denton and others published it (2017), mailboxes as in GFK-0529 (SNP). Where the
 * fields of mailboxes with a text buffer are, and that sequence numbers have two octets, is as recordings of a controller
 * show that others printed (Booozie-Z/Fanuc_GESRTP_Driver).
 */
export interface Message {
  readonly type: number;
  readonly sequence: number;
  /** -1 where none is asked for. */
  readonly service: number;
  /** Which one this is of so many that make one message, from 1. */
  readonly packet: number;
  readonly packets: number;
  readonly range?: Range | undefined;
  readonly data?: Uint8Array | undefined;
  readonly value?: number | undefined;
  readonly secret?: number | undefined;
  readonly major: number;
  readonly minor: number;
  readonly state?: number | undefined;
  readonly identity?: Identity | undefined;
}

/** What a controller says of itself: nobody published what its number of a type means. */
export interface Identity {
  readonly type: number;
  readonly name: string;
}

export const HEADER = 56;
export const CONNECT = 0;
export const CONNECTED = 1;
export const REQUEST = 2;
export const REPLY = 3;
/** A request of session control, as some clients send it (Palatis/packet-ge-srtp). */
export const SESSION = 8;
const types: Record<number, string> = {
  [CONNECT]: 'connect',
  [CONNECTED]: 'connected',
  [REQUEST]: 'request',
  [REPLY]: 'reply',
  [SESSION]: 'session control',
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
export const IDENTIFY = 0x43;
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
  if (type === SESSION) return mailbox === SHORT;
  return type === REPLY && (mailbox === SHORT_REPLY || mailbox === LONG_REPLY || mailbox === ERROR_REPLY);
}

/** Requests and session control ask. */
export function asks(type: number): boolean {
  return type === REQUEST || type === SESSION;
}

export function isType(type: number): boolean {
  return type <= REPLY || type === SESSION;
}

/** @param asked the service that a reply answers, where it is known */
export function readSrtp(reader: ByteReader, asked?: number): Message {
  reader.open('header');
  const type = reader.u8('type', types);
  reader.u8('reserved');
  const sequence = reader.u16le('sequence number');
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
  const base = { type, sequence, service: -1, packet: 1, packets: 1, major: 0, minor: 0 };
  if (asks(type)) return { ...base, ...readRequest(reader, mailbox, length) };
  if (type === REPLY) return { ...base, ...readReply(reader, mailbox, length, asked) };
  reader.skip(reader.remaining, 'data');
  return base;
}

type Rest = Partial<Message>;

/** With a text buffer, what is asked for stands eight octets later. */
function readRequest(reader: ByteReader, mailbox: number, length: number): Rest {
  reader.open('mailbox', 'GFK-0529');
  if (mailbox === LONG) skipToPackets(reader);
  const packet = reader.u8('packet number');
  const packets = reader.u8('packets');
  const service = reader.u8('service request', services);
  const inline = mailbox === LONG ? 0 : 8;
  // What needs no text buffer is never continued, whatever it says.
  const part = inline === 0 ? { packet, packets } : {};
  const rest = { ...part, ...readParameters(reader, service, inline) };
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

/** Those of a mailbox without a text buffer say nothing in one with it. */
function skipToPackets(reader: ByteReader): void {
  reader.skip(2, 'unused');
  reader.u32le('length of the text buffer');
  reader.skip(2, 'unused');
}

function readReply(reader: ByteReader, mailbox: number, length: number, asked: number | undefined): Rest {
  reader.open('mailbox', 'GFK-0529');
  const head = mailbox === LONG_REPLY ? readLongHead(reader) : readShortHead(reader);
  reader.u8('control program number', { 0xff: 'not logged in' });
  reader.u8('privilege level');
  reader.u16le('last sweep time');
  const state = readStatus(reader);
  reader.close();
  if (length === 0) return { ...head, state };
  if (asked !== IDENTIFY || length < IDENTITY) {
    return { ...head, state, data: reader.bytes(length, 'text buffer') };
  }
  return { ...head, state, identity: readIdentity(reader, length) };
}

function readShortHead(reader: ByteReader): Rest {
  reader.u8('packet number');
  reader.u8('packets');
  const major = reader.u8('status', (code) => (code === 0 ? 'no error' : majorOf(code).text));
  const minor = reader.u8('minor status', (code) => (code === 0 ? 'no error' : minorOf(code).text));
  return { major, minor, data: reader.bytes(6, 'data') };
}

/** Says no status: an error has a mailbox of its own. */
function readLongHead(reader: ByteReader): Rest {
  skipToPackets(reader);
  const packet = reader.u8('packet number');
  return { packet, packets: reader.u8('packets') };
}

/** GFK-0529, table 3-8. */
function readStatus(reader: ByteReader): number {
  const status = reader.u16le('PLC status');
  reader.bits(status, 0x0001, 'sweep took too long');
  reader.bits(status, 0x0002, 'constant sweep');
  reader.bits(status, 0x0004, 'new PLC fault');
  reader.bits(status, 0x0008, 'new I/O fault');
  reader.bits(status, 0x0010, 'PLC fault present');
  reader.bits(status, 0x0020, 'I/O fault present');
  reader.bits(status, 0x0040, 'programmer attached');
  reader.bits(status, 0x0080, 'outputs switch', { 0: 'enabled', 1: 'disabled' });
  reader.bits(status, 0x0100, 'run switch', { 0: 'stop', 1: 'run' });
  reader.bits(status, 0x0200, 'OEM protection');
  return reader.bits(status, 0xf000, 'state', states);
}

const IDENTITY = 20;
const NAME = 8;

/**
 * As a scanner reads it that others published (praetorian-inc/nerva): the service once more, a number for the type and the
 * name. Whoever does not say the service again means something else.
 */
function readIdentity(reader: ByteReader, length: number): Identity | undefined {
  reader.open('identity');
  reader.skip(8, 'unknown');
  const service = reader.u8('service request', services);
  const type = reader.u8('controller type');
  reader.skip(2, 'unknown');
  const name = reader.text(NAME, 'name');
  reader.skip(length - IDENTITY, 'unknown');
  reader.close();
  return service === IDENTIFY ? { type, name } : undefined;
}

function passwordLength(bytes: Uint8Array): number {
  let length = 0;
  bytes.forEach((octet, i) => {
    if (octet !== 0) length = i + 1;
  });
  return length;
}
