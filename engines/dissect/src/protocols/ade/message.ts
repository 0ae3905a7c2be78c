import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { attributes, PREFIX, startModes, STATE, usual } from './names.ts';
import { type AttributeValue, pad, readObjects } from './objects.ts';
import { methods } from './operations.ts';
import { errors } from './refusals.ts';
import { readValues, signatures, type Values } from './signatures.ts';

export const VERSION = 1;
/** Flags beside the version: the message comes in pieces. */
export const NOT_LAST = 0x01;
export const NOT_FIRST = 0x02;

export const LOOK_UP = 0;
export const LOOKED_UP = 1;
export const CALL = 2;
export const RETURN = 3;
export const SOCKET_TEST = 6;

export const kinds: Readonly<Record<number, string>> = {
  [LOOK_UP]: 'look up a service',
  [LOOKED_UP]: 'service looked up',
  [CALL]: 'call',
  [RETURN]: 'return',
  [SOCKET_TEST]: 'socket test',
};

/** All others are errors, by whichever number. */
export const isError = (kind: number) => kind > RETURN && kind !== SOCKET_TEST;

export const HEADER = 16;
export const ADDITIONAL_AT = 4;
export const LENGTH_AT = 6;
export const CHECKSUM_AT = 14;
/** What an additional header has at most. */
export const LONGEST_ADDITIONAL = 32;

/** What all names of services are shorter than. */
export const LONGEST_NAME = 128;
/** Most attributes that are read of one call. */
const MOST = 256;

const DEVICE = 'IDeviceInfoService';
const CONTROL = 'IProConOSControlService';

export interface AdeMessage {
  readonly kind: number;
  /** One of several pieces, by itself. */
  readonly isPiece: boolean;
  /** The header has no checksum, or a right one. */
  readonly checked: boolean;
  /** By its number, and in a question for one by its name: '' where that is too long for one. */
  readonly service: number;
  readonly name: string;
  readonly method: number;
  /** How the program is to start; 0 elsewhere. */
  readonly mode: number;
  /** Which are asked for or set. */
  readonly attributes: readonly number[];
  /** Of attributes, as they are set or were asked for. */
  readonly objects: readonly AttributeValue[];
  /** What a method is called with or returns; undefined where the body is not what its signature says. */
  readonly values: Values | undefined;
  /** Undefined where it is none, or one without a number. */
  readonly error: number | undefined;
}

/** What is known of a call besides its octets. */
export interface Known {
  /** Which service has the number it carries. */
  readonly name: string;
  /** Whether it answers a call that was understood. */
  readonly answers: boolean;
  /** Which attributes were asked for. */
  readonly attributes: readonly number[];
}

const nothing = {
  mode: 0,
  attributes: [],
  objects: [],
  values: undefined,
  error: undefined,
} as const;

/** Little-endian, as all that was published is. */
export function readAde(reader: ByteReader, known?: Known): AdeMessage {
  const header = reader.peekBytes(HEADER);
  reader.open('header');
  const versionAndFlags = reader.u16le('version and flags');
  reader.bits(versionAndFlags, 0xff, 'version');
  reader.bits(versionAndFlags, NOT_LAST << 8, 'not the last piece');
  reader.bits(versionAndFlags, NOT_FIRST << 8, 'not the first piece');
  const kind = reader.u16le('command', (value) => kinds[value] ?? 'error');
  const additional = reader.u16le('length of the additional header');
  const length = reader.u16le('length');
  const nameOf = (number: number) => known?.name || usual[number] || '';
  const service = reader.u16le('service', nameOf);
  const method = reader.u16le('method', (number) => methodName(nameOf(service), number));
  reader.u16le('invocation');
  reader.u16le('checksum', { 0: 'none' });
  const checked = isChecked(header);
  if (!checked) reader.remark(`should be ${~sumOf(header) & 0xffff}`);
  reader.close();
  readAdditional(reader, additional);
  const flags = versionAndFlags >> 8;
  // Put together, they stand behind the header of the first, whose length is of its own piece.
  const grew = flags === NOT_LAST && reader.remaining > length;
  const rest = reader.limit(grew ? reader.remaining : length, 'length');
  const isPiece = flags !== 0 && !grew;
  const name = kind === LOOK_UP && !isPiece ? readName(reader) : nameOf(service);
  const body = isPiece ? nothing : { ...nothing, ...readBody(reader, kind, name, method, grew, known) };
  if (reader.remaining > 0) reader.skip(reader.remaining, isPiece ? 'piece' : 'data');
  reader.release(rest);
  return { kind, isPiece, checked, service, name, method, ...body };
}

/** Ones' complement of the sum of the other words. Whether its carry is added was never told: both are right. */
function isChecked(header: Uint8Array): boolean {
  const checksum = u16leAt(header, CHECKSUM_AT);
  if (checksum === 0) return true;
  const sum = sumOf(header);
  const carried = (sum & 0xffff) + (sum >> 16);
  return ((~sum ^ checksum) & 0xffff) === 0 || ((~carried ^ checksum) & 0xffff) === 0;
}

function sumOf(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < CHECKSUM_AT; at += 2) sum += u16leAt(header, at);
  return sum;
}

/** Says so where the number of a method is not published but assumed. */
function methodName(service: string, method: number): string | undefined {
  const title = methods[service]?.[method]?.title;
  return title !== undefined && service === 'IDataAccessService' ? `${title} (assumed)` : title;
}

/** Behind the header of a piece: where in the whole the length of an array stands, and how much this piece adds to it. */
function readAdditional(reader: ByteReader, length: number): void {
  if (length === 0) return;
  reader.open('additional header');
  const rest = reader.limit(length, 'length of the additional header');
  if (length >= 8) {
    reader.u16le('added to the array');
    reader.skip(2, 'padding');
    reader.u32le('place of its length');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(rest);
  reader.close();
}

function readBody(
  reader: ByteReader,
  kind: number,
  name: string,
  method: number,
  grew: boolean,
  known: Known | undefined,
): Partial<AdeMessage> {
  if (isError(kind)) return { error: readError(reader) };
  if (kind === CALL) {
    if (name === CONTROL && method === 6 && reader.remaining >= 2) {
      return { mode: reader.u16le('mode', startModes) };
    }
    if (name === DEVICE) return readAttributes(reader, method);
    const asks = signatures[name]?.[method]?.asks;
    return asks ? { values: readValues(reader, asks) } : {};
  }
  if (kind !== RETURN || !known?.answers) return {};
  if (name === DEVICE) return { objects: readAnswer(reader, method, known.attributes) };
  const returns = signatures[name]?.[method]?.returns;
  return returns ? { values: readValues(reader, returns, grew) } : {};
}

function readError(reader: ByteReader): number | undefined {
  return reader.remaining >= 4 ? reader.u32le('error', errors) : undefined;
}

function readName(reader: ByteReader): string {
  const isTooLong = reader.remaining > LONGEST_NAME;
  const name = reader.text(reader.remaining, 'name');
  if (isTooLong) return '';
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

/** Which are asked for or set, and to what. */
function readAttributes(reader: ByteReader, method: number): Partial<AdeMessage> {
  const isOne = method === 1 || method === 4;
  const isList = method === 3 || method === 5;
  if ((!isOne && !isList) || reader.remaining < (isOne ? 2 : 4)) return {};
  const start = reader.offset;
  const count = isOne ? 1 : Math.min(reader.u32le('number of attributes'), MOST);
  const named: number[] = [];
  while (named.length < count && reader.remaining >= 2) named.push(reader.u16le('attribute', attributes));
  const objects = method > 3 ? readSet(reader, start, isList, named) : [];
  return { attributes: named, objects };
}

function readSet(reader: ByteReader, start: number, isList: boolean, named: number[]): AttributeValue[] {
  if (!isList) return readObjects(reader, start, 1, named);
  pad(reader, start, 4);
  return reader.remaining < 4 ? [] : readObjects(reader, start, reader.u32le('number of values'), named);
}

function readAnswer(reader: ByteReader, method: number, named: readonly number[]): AttributeValue[] {
  const start = reader.offset;
  if (method === 1) return readObjects(reader, start, 1, named);
  if (method !== 3 || reader.remaining < 4) return [];
  return readObjects(reader, start, reader.u32le('number of values'), named);
}

export const asksStateFirst = ({ kind, name, attributes: [first] }: AdeMessage) =>
  kind === CALL && name === DEVICE && first === STATE;
