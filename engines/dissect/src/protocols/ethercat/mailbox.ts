import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { abortCodes } from '../canopen/abort-codes.ts';
import { objectName } from '../canopen/objects.ts';

// ETG.1000.4, 5.6 (mailbox); ETG.1000.6, 5.6 (CoE), 5.7 (EoE), 5.8 (FoE); 5.9 (SoE).
export const MAILBOX_HEADER = 6;
const ERROR = 0;
const EOE = 2;
export const COE = 3;
export const FOE = 4;
const SOE = 5;
const VENDOR = 15;
const protocols: Readonly<Record<number, string>> = {
  [ERROR]: 'error',
  1: 'AoE, ADS',
  [EOE]: 'EoE, Ethernet',
  [COE]: 'CoE, CANopen',
  [FOE]: 'FoE, files',
  [SOE]: 'SoE, drives',
  [VENDOR]: 'VoE, of the vendor',
};

/** Process memory and mailboxes begin here. */
const FIRST_OF_MEMORY = 0x1000;
const SDO_REQUEST = 2;
const SDO_RESPONSE = 3;
const services: Readonly<Record<number, string>> = {
  1: 'emergency',
  [SDO_REQUEST]: 'SDO request',
  [SDO_RESPONSE]: 'SDO response',
  4: 'transmit PDO',
  5: 'receive PDO',
  6: 'transmit PDO, asked for',
  7: 'receive PDO, asked for',
  8: 'SDO information',
};

/** What a mailbox brought. */
export interface Mail {
  readonly protocol: number;
  readonly counter: number;
  readonly sdo?: Sdo;
  readonly file?: FileMail;
  readonly drive?: DriveMail;
}

export interface Sdo {
  readonly kind: 'download' | 'upload' | 'downloaded' | 'uploaded' | 'segment' | 'abort';
  readonly index: number;
  readonly subindex: number;
  /** Where the value, or what is here of it, stands from the beginning of the message that is read. */
  readonly content?: readonly [start: number, end: number];
  /** Of the whole value. */
  readonly size?: number;
  /** Of segments. */
  readonly last?: boolean;
  readonly abort?: number;
}

export interface FileMail {
  readonly kind: number;
  readonly name?: string;
  readonly password?: number;
  /** Where the content stands, from the beginning of the message that is read. */
  readonly content?: readonly [start: number, end: number];
  readonly error?: number;
}

export interface DriveMail {
  readonly kind: number;
  readonly drive: number;
  /** `S-0-0047`. */
  readonly parameter: string;
  readonly data: Uint8Array;
}

/** Does a mailbox stand here? All that is prescribed has to be right, for process data stand in the same memory. */
export function isMailbox(register: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (register < FIRST_OF_MEMORY || end - start < MAILBOX_HEADER + 4) return false;
  const length = u16leAt(bytes, start);
  if (length < 4 || length > end - start - MAILBOX_HEADER) return false;
  const kind = bytes[start + 5]!;
  const protocol = kind & 0x0f;
  if (kind & 0x80 || bytes[start + 4] !== 0) return false;
  if (protocol === COE) {
    const word = u16leAt(bytes, start + MAILBOX_HEADER);
    return (word & 0x0fff) === 0 && word >> 12 >= 1 && word >> 12 <= 8;
  }
  if (protocol === FOE) {
    const operation = u16leAt(bytes, start + MAILBOX_HEADER);
    return operation >= READ && operation <= BUSY;
  }
  return protocol === EOE || protocol === SOE || protocol === 1;
}

export function readMailbox(reader: ByteReader): Mail {
  reader.open('mailbox', 'ETG.1000.4, 5.6');
  const length = reader.u16le('length');
  reader.u16le('address');
  const channel = reader.u8('channel and priority');
  reader.bits(channel, 0xc0, 'priority');
  const kind = reader.u8('protocol and counter');
  const protocol = reader.bits(kind, 0x0f, 'protocol', protocols);
  const counter = reader.bits(kind, 0x70, 'counter');
  const whole = reader.limit(length, 'length');
  const mail = { protocol, counter, ...readContent(reader, protocol) };
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  reader.close();
  return mail;
}

function readContent(reader: ByteReader, protocol: number): Partial<Mail> {
  switch (protocol) {
    case COE:
      return readCanopen(reader);
    case FOE:
      return { file: readFile(reader) };
    case SOE:
      return { drive: readDrive(reader) };
    case EOE:
      readEthernet(reader);
      return {};
    case ERROR:
      reader.u16le('type');
      reader.u16le('error', {
        1: 'syntax',
        2: 'protocol not supported',
        3: 'invalid channel',
        4: 'service not supported',
        5: 'invalid header',
        6: 'too short',
        7: 'no memory',
        8: 'invalid size',
      });
      return {};
    default:
      return {};
  }
}

function readCanopen(reader: ByteReader): Partial<Mail> {
  reader.open('CoE', 'ETG.1000.6, 5.6');
  const word = reader.u16le('number and service');
  const service = reader.bits(word, 0xf000, 'service', services);
  const sdo =
    service === SDO_REQUEST
      ? readRequest(reader)
      : service === SDO_RESPONSE
        ? readResponse(reader)
        : undefined;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return sdo ? { sdo } : {};
}

const ABORT = 4;
const EXPEDITED = 0x02;
const SIZED = 0x01;

// ETG.1000.6, 5.6.2.1 to 5.6.2.7.
function readRequest(reader: ByteReader): Sdo {
  const specifier = reader.u8('command');
  const command = reader.bits(specifier, 0xe0, 'command', {
    0: 'download segment',
    1: 'download',
    2: 'upload',
    3: 'upload segment',
    [ABORT]: 'abort',
  });
  reader.bits(specifier, 0x10, 'complete access, or toggle');
  if (command === 0) return readSegment(reader, specifier);
  if (command === 3) return { kind: 'segment', index: 0, subindex: 0 };
  const [index, subindex] = [reader.u16le('object', objectName), reader.u8('subindex')];
  if (command === ABORT) return { kind: 'abort', index, subindex, abort: reader.u32le('code', abortCodes) };
  if (command !== 1) return { kind: 'upload', index, subindex };
  return { kind: 'download', index, subindex, ...readValue(reader, specifier) };
}

function readResponse(reader: ByteReader): Sdo {
  const specifier = reader.u8('command');
  const command = reader.bits(specifier, 0xe0, 'command', {
    0: 'upload segment',
    1: 'download segment',
    2: 'upload',
    3: 'download',
    [ABORT]: 'abort',
  });
  if (command === 0) return readSegment(reader, specifier);
  if (command === 1) return { kind: 'segment', index: 0, subindex: 0 };
  const [index, subindex] = [reader.u16le('object', objectName), reader.u8('subindex')];
  if (command === ABORT) return { kind: 'abort', index, subindex, abort: reader.u32le('code', abortCodes) };
  if (command !== 2) return { kind: 'downloaded', index, subindex };
  return { kind: 'uploaded', index, subindex, ...readValue(reader, specifier) };
}

const LEAST_SEGMENT = 7;

/** 5.6.2.3 and 5.6.2.6: as long as the mailbox has it, but for the shortest, of which some octets may be unused. */
function readSegment(reader: ByteReader, specifier: number): Sdo {
  const unused = reader.bits(specifier, 0x0e, 'unused bytes');
  const last = reader.bits(specifier, 0x01, 'last') === 1;
  const [start, there] = [reader.offset, reader.remaining];
  reader.skip(there, 'segment');
  const length = there === LEAST_SEGMENT ? there - unused : there;
  return { kind: 'segment', index: 0, subindex: 0, content: [start, start + length], last };
}

function readValue(reader: ByteReader, specifier: number): Pick<Sdo, 'content' | 'size'> {
  reader.bits(specifier, EXPEDITED, 'expedited');
  reader.bits(specifier, SIZED, 'size indicated');
  const unused = reader.bits(specifier, 0x0c, 'unused bytes');
  if (specifier & EXPEDITED) {
    const size = specifier & SIZED ? 4 - unused : 4;
    const start = reader.offset;
    reader.skip(size, 'value');
    return { content: [start, start + size], size };
  }
  const size = reader.u32le('size');
  const start = reader.offset;
  const length = Math.min(size, reader.remaining);
  if (length > 0) reader.skip(length, 'value');
  return { content: [start, start + length], size };
}

export const READ = 1;
export const WRITE = 2;
export const CONTENT = 3;
export const ACKNOWLEDGED = 4;
export const FILE_ERROR = 5;
const BUSY = 6;

// ETG.1000.6, 5.8.
function readFile(reader: ByteReader): FileMail {
  reader.open('FoE', 'ETG.1000.6, 5.8');
  const kind = reader.u8('operation', {
    [READ]: 'read',
    [WRITE]: 'write',
    [CONTENT]: 'data',
    [ACKNOWLEDGED]: 'acknowledgement',
    [FILE_ERROR]: 'error',
    [BUSY]: 'busy',
  });
  reader.u8('reserved');
  const mail = { kind, ...readFileContent(reader, kind) };
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return mail;
}

function readFileContent(reader: ByteReader, kind: number): Partial<FileMail> {
  if (kind === READ || kind === WRITE) {
    const password = (reader.peek() | reader.peek(1) | reader.peek(2) | reader.peek(3)) > 0 ? 4 : 0;
    reader.secret(4, 'password');
    return { password, name: reader.text(reader.remaining, 'file') };
  }
  if (kind === FILE_ERROR) {
    const error = reader.u32le('error', fileErrors);
    if (reader.remaining > 0) reader.text(reader.remaining, 'text');
    return { error };
  }
  reader.u32le(kind === CONTENT || kind === ACKNOWLEDGED ? 'packet' : 'done');
  if (kind !== CONTENT) return {};
  const start = reader.offset;
  return { content: [start, start + reader.remaining] };
}

export const fileErrors: Readonly<Record<number, string>> = {
  0x8000: 'not defined',
  0x8001: 'not found',
  0x8002: 'access denied',
  0x8003: 'disk full',
  0x8004: 'illegal',
  0x8005: 'wrong packet number',
  0x8006: 'already exists',
  0x8007: 'no user',
  0x8008: 'bootstrap only',
  0x8009: 'not in bootstrap',
  0x800a: 'no rights',
  0x800b: 'program error',
  0x800c: 'wrong checksum',
  0x800d: 'firmware does not fit',
  0x800f: 'no file',
};

// IEC 61800-7-300 over ETG.1000.6, 5.9.
function readDrive(reader: ByteReader): DriveMail {
  reader.open('SoE', 'ETG.1000.6, 5.9');
  const word = reader.u8('operation and drive');
  const kind = reader.bits(word, 0x07, 'operation', driveOperations);
  reader.bits(word, 0x08, 'incomplete');
  reader.bits(word, 0x10, 'error');
  const drive = reader.bits(word, 0xe0, 'drive');
  reader.u8('elements');
  const number = reader.u16le('parameter', parameterName);
  const data = Uint8Array.from(reader.bytes(reader.remaining, 'data'));
  reader.close();
  return { kind, drive, parameter: parameterName(number), data };
}

export const READ_PARAMETER = 1;
export const WRITE_PARAMETER = 3;
const driveOperations: Readonly<Record<number, string>> = {
  [READ_PARAMETER]: 'read',
  2: 'read response',
  [WRITE_PARAMETER]: 'write',
  4: 'write response',
  5: 'notification',
  6: 'emergency',
};

function parameterName(number: number): string {
  const set = (number >> 12) & 7;
  return `${number & 0x8000 ? 'P' : 'S'}-${set}-${String(number & 0x0fff).padStart(4, '0')}`;
}

// ETG.1000.6, 5.7.
function readEthernet(reader: ByteReader): void {
  reader.open('EoE', 'ETG.1000.6, 5.7');
  const word = reader.u16le('type and port');
  reader.bits(word, 0x000f, 'type', { 0: 'fragment', 2: 'set IP request', 3: 'set IP response' });
  reader.bits(word, 0x00f0, 'port');
  reader.bits(word, 0x0100, 'last fragment');
  const fragment = reader.u16le('fragment and frame');
  reader.bits(fragment, 0x003f, 'fragment');
  reader.bits(fragment, 0x0fc0, 'offset, in 32 bytes');
  reader.bits(fragment, 0xf000, 'frame');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'piece of an Ethernet frame');
  reader.close();
}
