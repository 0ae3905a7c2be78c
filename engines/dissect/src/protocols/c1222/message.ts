import type { Words } from '../../analysis/refusals.ts';
import * as ber from '../../bytes/ber.ts';
import { type ByteReader, Malformed, textAt, u16leAt } from '../../bytes/byte-reader.ts';
import { procedureName, PROCEDURE_TABLE, secretTables, tableName } from './tables.ts';

/** IEEE 1703-2012 (ANSI C12.22), 5.3: an ACSE PDU with EPSEM services in it. */
export interface C1222Message {
  /** `1.3.6.1.4.1.33507.1919.1`, or relative: `.123.4`. Empty where it is not given. */
  readonly called: string;
  readonly calling: string;
  /** -1 where it is not given. */
  readonly calledInvocation: number;
  readonly callingInvocation: number;
  readonly security: number;
  /** None when they are encrypted. */
  readonly services: readonly Service[];
}

export interface Service {
  readonly code: number;
  readonly table?: number;
  readonly offset?: number;
  readonly indexes?: readonly number[];
  /** Octets or elements asked for. */
  readonly count?: number;
  readonly data?: Uint8Array;
  /** Octets of a table with passwords or keys, which nobody is shown. */
  readonly secret?: number;
  readonly isChecked?: boolean;
  readonly procedure?: string;
  readonly userId?: number;
  readonly user?: string;
  readonly seconds?: number;
  readonly titles?: readonly string[];
  readonly address?: string;
  readonly identity?: string;
  readonly deviceClass?: string;
}

export const APPLICATION_0 = 0x60;
const CALLED_TITLE = 0xa2;
const CALLED_INVOCATION = 0xa4;
const CALLING_TITLE = 0xa6;
const CALLING_INVOCATION = 0xa8;
const USER_INFORMATION = 0xbe;
const names: Words = {
  0xa1: 'ASO context',
  [CALLED_TITLE]: 'called AP title',
  0xa3: 'called AE qualifier',
  [CALLED_INVOCATION]: 'called AP invocation id',
  [CALLING_TITLE]: 'calling AP title',
  0xa7: 'calling AE qualifier',
  [CALLING_INVOCATION]: 'calling AP invocation id',
  0x8b: 'mechanism name',
  0xac: 'calling authentication value',
  [USER_INFORMATION]: 'user information',
};
export const isElement = (tag: number) => names[tag] !== undefined;

// 5.3.2, service codes.
export const OK = 0x00;
export const FIRST_REQUEST = 0x20;
export const IDENTIFY = 0x20;
export const TERMINATE = 0x21;
export const DISCONNECT = 0x22;
export const DEREGISTER = 0x24;
export const RESOLVE = 0x25;
export const TRACE = 0x26;
export const REGISTER = 0x27;
export const FULL_READ = 0x30;
export const READ_DEFAULT = 0x3e;
export const READ_OFFSET = 0x3f;
export const FULL_WRITE = 0x40;
export const WRITE_OFFSET = 0x4f;
export const LOGON = 0x50;
export const SECURITY = 0x51;
export const LOGOFF = 0x52;
export const WAIT = 0x70;
const MOST_INDEXES = 9;

/** Of a response: 5.3.2.3. */
export const responses: Words = {
  [OK]: 'success',
  0x01: 'error',
  0x02: 'service not supported',
  0x03: 'insufficient security clearance',
  0x04: 'operation not possible',
  0x05: 'inappropriate action requested',
  0x06: 'device busy',
  0x07: 'data not ready',
  0x08: 'data locked',
  0x09: 'renegotiate request',
  0x0a: 'invalid service sequence state',
  0x0b: 'security mechanism error',
  0x0c: 'unknown application title',
  0x0d: 'network time-out',
  0x0e: 'network not reachable',
  0x0f: 'request too large',
  0x10: 'response too large',
  0x11: 'segmentation not possible',
  0x12: 'segmentation error',
};

export const CLEAR = 0;
export const AUTHENTICATED = 1;
export const ENCRYPTED = 2;
const securityModes: Words = {
  [CLEAR]: 'cleartext',
  [AUTHENTICATED]: 'cleartext with authentication',
  [ENCRYPTED]: 'ciphertext with authentication',
};
const MAC = 4;
const PASSWORD = 20;
const USER = 10;

/** A service that was asked for, and of which table: what it takes to read the answer. */
export const question = ({ code, table = 0 }: Service) => (table << 8) | code;
const codeOf = (asked: number) => asked & 0xff;

/** @param asked the questions that the message answers, in order */
export function readMessage(reader: ByteReader, asked: readonly number[]): C1222Message {
  const message = { called: '', calling: '', calledInvocation: -1, callingInvocation: -1, security: CLEAR };
  let services: readonly Service[] = [];
  if (ber.peekTag(reader) !== APPLICATION_0) throw new Malformed('tag', 0, 'no ACSE PDU of C12.22');
  const whole = ber.enter(reader, 'ACSE PDU', '5.3.4');
  while (reader.remaining > 0) {
    const tag = ber.peekTag(reader);
    const before = ber.enter(reader, names[tag] ?? 'element');
    if (tag === CALLED_TITLE) message.called = readTitle(reader);
    else if (tag === CALLING_TITLE) message.calling = readTitle(reader);
    else if (tag === CALLED_INVOCATION) message.calledInvocation = ber.unsigned(reader, 'id');
    else if (tag === CALLING_INVOCATION) message.callingInvocation = ber.unsigned(reader, 'id');
    else if (tag === USER_INFORMATION) {
      const read = readUserInformation(reader, asked);
      message.security = read.security;
      ({ services } = read);
    }
    ber.leave(reader, before);
  }
  ber.leave(reader, whole);
  return { ...message, services };
}

/** 5.2.3: an object identifier, or one relative to that of the network. */
function readTitle(reader: ByteReader, field = 'title'): string {
  const tag = ber.peekTag(reader);
  const before = ber.enter(reader, field);
  const octets = reader.bytes(reader.remaining, 'identifier');
  const title =
    tag === ber.OBJECT_IDENTIFIER ? ber.objectIdentifierAt(octets, 0, octets.length) : relativeTitle(octets);
  reader.remark(title);
  ber.leave(reader, before);
  return title;
}

function relativeTitle(octets: Uint8Array): string {
  let title = '';
  let arc = 0;
  for (const octet of octets) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    title += `.${arc}`;
    arc = 0;
  }
  return title;
}

/** 5.3.4.11 and 5.3.3. */
function readUserInformation(reader: ByteReader, asked: readonly number[]) {
  const external = ber.enter(reader, 'external');
  while (reader.remaining > 0 && ber.peekTag(reader) !== 0x81) ber.skip(reader, 'reference');
  const content = ber.enter(reader, 'EPSEM', '5.3.3');
  const control = reader.u8('control');
  reader.bits(control, 0x40, 'recovery session');
  reader.bits(control, 0x20, 'proxy service used');
  const hasClass = reader.bits(control, 0x10, 'device class included') === 1;
  const security = reader.bits(control, 0x0c, 'security mode', securityModes);
  reader.bits(control, 0x03, 'response control', { 0: 'always', 1: 'on exception', 2: 'never' });
  if (hasClass) reader.bytes(4, 'device class');
  const protectedLength = reader.remaining - (security === CLEAR ? 0 : MAC);
  let services: Service[] = [];
  if (security === ENCRYPTED) reader.skip(protectedLength, 'encrypted services');
  else {
    const before = reader.limit(protectedLength, 'services');
    services = readServices(reader, asked);
    reader.release(before);
  }
  if (security !== CLEAR) reader.skip(MAC, 'message authentication code');
  ber.leave(reader, content);
  ber.leave(reader, external);
  return { security, services };
}

function readServices(reader: ByteReader, asked: readonly number[]): Service[] {
  const services: Service[] = [];
  while (reader.remaining > 0) {
    reader.open('service', '5.3.2');
    const length = readLength(reader);
    if (length > 0) {
      const before = reader.limit(length, 'service length');
      services.push(readService(reader, asked[services.length]));
      if (reader.remaining > 0) reader.skip(reader.remaining, 'not read');
      reader.release(before);
    }
    reader.close();
    // An empty service ends the list.
    if (length === 0 && reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  }
  return services;
}

/** 5.2.2. */
function readLength(reader: ByteReader): number {
  const first = reader.u8('length');
  return first < 0x80 ? first : reader.uint(Math.min(first & 0x7f, 4), 'length continued');
}

function readService(reader: ByteReader, asked: number | undefined): Service {
  const code = reader.u8('code', serviceName);
  if (code < FIRST_REQUEST) return code === OK ? { code, ...readAnswer(reader, asked) } : { code };
  return { code, ...readRequest(reader, code) };
}

type Read = Omit<Service, 'code'>;

function readRequest(reader: ByteReader, code: number): Read {
  if (code >= FULL_READ && code < FULL_WRITE) return readReadRequest(reader, code);
  if (code >= FULL_WRITE && code <= WRITE_OFFSET) return readWriteRequest(reader, code);
  switch (code) {
    case LOGON:
      return {
        userId: reader.u16('user id'),
        user: reader.text(USER, 'user'),
        ...(reader.remaining >= 2 && { seconds: reader.u16('session time-out') }),
      };
    case SECURITY:
      return readSecurity(reader);
    case WAIT:
      return { seconds: reader.u8('seconds') };
    case REGISTER:
      return readRegistration(reader);
    case DEREGISTER:
    case RESOLVE:
    case TRACE:
      return { titles: readTitles(reader) };
    default:
      return {};
  }
}

/** 5.3.2.4.2. */
function readReadRequest(reader: ByteReader, code: number): Read {
  if (code === READ_DEFAULT) return {};
  const table = reader.u16('table', tableName);
  if (code === FULL_READ) return { table };
  if (code === READ_OFFSET) {
    return { table, offset: reader.u24('offset'), count: reader.u16('octets') };
  }
  const indexes = readIndexes(reader, code - FULL_READ);
  return { table, indexes, count: reader.u16('elements') };
}

/** 5.3.2.4.3. */
function readWriteRequest(reader: ByteReader, code: number): Read {
  const table = reader.u16('table', tableName);
  const offset = code === WRITE_OFFSET ? { offset: reader.u24('offset') } : {};
  const count = code - FULL_WRITE;
  const indexes =
    code !== WRITE_OFFSET && count > 0 && count <= MOST_INDEXES
      ? { indexes: readIndexes(reader, count) }
      : {};
  return { table, ...offset, ...indexes, ...readTable(reader, table) };
}

function readIndexes(reader: ByteReader, count: number): number[] {
  return Array.from({ length: Math.min(count, MOST_INDEXES) }, () => reader.u16('index'));
}

/** 5.3.2.4.2, table data. What holds passwords or keys is stepped over. */
function readTable(reader: ByteReader, table: number): Read {
  const count = reader.u16('count');
  if (secretTables.has(table)) {
    reader.secret(count, 'data');
    reader.u8('checksum');
    return { secret: count };
  }
  const data = reader.bytes(count, 'data');
  const isChecked = reader.u8('checksum') === checksum(data);
  if (!isChecked) reader.remark(`should be ${checksum(data)}`);
  const procedure =
    table === PROCEDURE_TABLE && data.length >= 2 ? { procedure: procedureName(u16leAt(data, 0)) } : {};
  return { data, isChecked, ...procedure };
}

/** Two's complement of the sum. */
export function checksum(data: Uint8Array): number {
  let sum = 0;
  for (const octet of data) sum += octet;
  return -sum & 0xff;
}

/** 5.3.2.4.5. How long the password is without what fills it up, which nobody is shown. */
function readSecurity(reader: ByteReader): Read {
  const password = reader.peekBytes(PASSWORD);
  const first = password.findIndex(isFilled);
  const secret = first < 0 ? 0 : password.findLastIndex(isFilled) - first + 1;
  reader.secret(PASSWORD, 'password');
  return { secret, ...(reader.remaining >= 2 && { userId: reader.u16('user id') }) };
}

const isFilled = (octet: number) => octet !== 0 && octet !== 0x20;

/** 5.3.2.4.10. */
function readRegistration(reader: ByteReader): Read {
  const node = reader.u8('node type');
  reader.bits(node, 0x80, 'domain pattern');
  reader.bits(node, 0x20, 'end device');
  reader.bits(node, 0x10, 'authentication host');
  reader.bits(node, 0x08, 'notification host');
  reader.bits(node, 0x04, 'host');
  reader.bits(node, 0x02, 'master relay');
  reader.bits(node, 0x01, 'relay');
  reader.u8('connection type');
  reader.bytes(4, 'device class');
  const titles = [readTitle(reader, 'AP title')];
  const identity = readTitle(reader, 'electronic serial number');
  const address = reader.text(reader.u8('address length'), 'native address');
  const seconds = reader.u24('registration period');
  return { titles, identity, address, seconds };
}

function readTitles(reader: ByteReader): string[] {
  const titles: string[] = [];
  while (reader.remaining > 0) titles.push(readTitle(reader));
  return titles;
}

function readAnswer(reader: ByteReader, asked: number | undefined): Read {
  if (asked === undefined) return {};
  const code = codeOf(asked);
  if (code >= FULL_READ && code < FULL_WRITE)
    return reader.remaining >= 3 ? readTable(reader, asked >> 8) : {};
  switch (code) {
    case IDENTIFY:
      return readIdentity(reader);
    case LOGON:
      return reader.remaining >= 2 ? { seconds: reader.u16('session time-out') } : {};
    case DEREGISTER:
    case TRACE:
      return { titles: readTitles(reader) };
    case RESOLVE:
      return { address: reader.text(reader.u8('address length'), 'local address') };
    case REGISTER: {
      const titles = [readTitle(reader, 'AP title')];
      reader.u16('registration delay, in seconds');
      const seconds = reader.u24('registration period, in seconds');
      reader.u8('registration information');
      return { titles, seconds };
    }
    default:
      return {};
  }
}

/** 5.3.2.4.1. */
function readIdentity(reader: ByteReader): Read {
  reader.u8('standard', { 0: 'ANSI C12.18', 1: 'reserved', 2: 'ANSI C12.21', 3: 'ANSI C12.22' });
  reader.u8('version');
  reader.u8('revision');
  let identity = '';
  let deviceClass = '';
  while (reader.remaining > 0) {
    reader.open('feature');
    const feature = reader.u8('feature', features);
    if (feature === 0x04) readTitle(reader, 'mechanism');
    else if (feature === 0x05) reader.u8('session control');
    else if (feature === 0x06) deviceClass = readTitle(reader, 'class');
    else if (feature === 0x07) {
      const length = reader.u8('length');
      if (length > 0) {
        reader.u8('format');
        const octets = reader.bytes(length - 1, 'identification');
        identity = isPrintable(octets) ? textAt(octets, 0, octets.length) : '';
      }
    } else if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    reader.close();
  }
  return { identity, deviceClass };
}

const features: Words = {
  0: 'end of list',
  4: 'security mechanism',
  5: 'session control',
  6: 'device class',
  7: 'device identity',
};

export function isPrintable(octets: Uint8Array): boolean {
  return octets.every((octet) => octet === 0 || (octet >= 0x20 && octet < 0x7f));
}

export function serviceName(code: number): string {
  if (code > FULL_READ && code <= FULL_READ + MOST_INDEXES) return 'partial read by index';
  if (code > FULL_WRITE && code <= FULL_WRITE + MOST_INDEXES) return 'partial write by index';
  return (code < FIRST_REQUEST ? responses[code] : requests[code]) ?? 'unknown';
}

const requests: Words = {
  [IDENTIFY]: 'identify',
  [TERMINATE]: 'terminate',
  [DISCONNECT]: 'disconnect',
  [DEREGISTER]: 'deregister',
  [RESOLVE]: 'resolve',
  [TRACE]: 'trace',
  [REGISTER]: 'register',
  [FULL_READ]: 'full read',
  [READ_DEFAULT]: 'default read',
  [READ_OFFSET]: 'partial read by offset',
  [FULL_WRITE]: 'full write',
  [WRITE_OFFSET]: 'partial write by offset',
  [LOGON]: 'logon',
  [SECURITY]: 'security',
  [LOGOFF]: 'logoff',
  0x53: 'authenticate',
  0x60: 'negotiate',
  [WAIT]: 'wait',
  0x71: 'timing set-up',
};
