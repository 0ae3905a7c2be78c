import { type ByteReader, u32At } from '../../bytes/byte-reader.ts';
import type { Direction, Params } from '../../dissector.ts';
import { addressName, areaOf, sizeOf } from './areas.ts';
import { commandNames } from './operations.ts';
import { endCodeOf, refusalOf, tcpRefusalOf } from './refusals.ts';

/** W342, section 5-1: a command or a response; or what FINS/TCP says between nodes (W421, section 7-4). */
export interface Frame {
  readonly direction: Direction;
  readonly code: number;
  readonly endCode: number;
  readonly body: Body;
  /** FINS/TCP without a FINS frame in it. */
  readonly link?: Link | undefined;
}

export interface Link {
  readonly command: number;
  readonly error: number;
  readonly client?: number | undefined;
}

export interface Body {
  readonly places?: readonly Place[];
  /** Values of the places, in their order. */
  readonly values?: readonly number[];
  /** Octets more, or less, than that many values have. */
  readonly surplus?: number;
  /** Content of programs and files. */
  readonly data?: Uint8Array;
  readonly offset?: number;
  /** Nothing follows: the end of a program. */
  readonly last?: boolean;
  readonly program?: number;
  readonly file?: string;
  readonly secret?: number;
  readonly model?: string;
  readonly version?: string;
  readonly name?: string;
  readonly mode?: string;
  readonly units?: readonly string[];
  readonly errors?: { readonly fatal: number; readonly other: number; readonly message: string };
  readonly params?: Params;
}

export interface Place {
  readonly area: number;
  readonly word: number;
  readonly bit: number;
  readonly count: number;
}

export const TCP_MAGIC = 0x4649_4e53;
export const TCP_HEADER = 16;
/** W421, 7-4. */
export const FRAME_SENT = 2;
const tcpCommands: Record<number, string> = {
  0: 'node address of the client',
  1: 'node address of the server',
  [FRAME_SENT]: 'FINS frame',
  3: 'error notice',
  6: 'connection confirmed',
};

export const HEADER = 10;
export const RESPONSE = 0x40;
export const CODE_AT = HEADER;
const MOST_PLACES = 256;
const MOST_VALUES = 1_024;
const FILE_NAME = 12;

const modes: Record<number, string> = { 0: 'program', 1: 'debug', 2: 'monitor', 4: 'run' };
/** W342, 5-3-36. */
const forces: Record<number, string> = {
  0x0000: 'reset',
  0x0001: 'set',
  0x8000: 'released and off',
  0x8001: 'released and on',
  0xffff: 'released',
};
const parameterAreas: Record<number, string> = {
  0x8002: 'CPU bus unit settings',
  0x8010: 'PLC setup',
  0x8011: 'peripheral device settings',
  0x8012: 'I/O table',
  0x8013: 'routing tables',
};

const nothing: Body = {};

export function isTcp(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 4 && u32At(bytes, start) === TCP_MAGIC;
}

/** @param asked command and area of the request, which a response does not repeat */
export function readFins(reader: ByteReader, asked: number | undefined): Frame {
  if (reader.peek() === 0x46) {
    const link = readLink(reader);
    if (link.command !== FRAME_SENT || reader.remaining === 0) {
      const client = readNodes(reader, link.command);
      const direction = link.command === 0 ? 'request' : 'reply';
      return { direction, code: -1, endCode: 0, body: nothing, link: { ...link, client } };
    }
  }
  const direction = readHeader(reader);
  const code = reader.u16('command code', commandNames);
  if (direction === 'request')
    return { direction, code, endCode: 0, body: bodyOf(reader, code, true, asked) };
  const word = reader.u16('end code', (said) =>
    endCodeOf(said) === 0 ? 'normal' : refusalOf(endCodeOf(said)).text,
  );
  reader.bits(word, 0x8000, 'relay error');
  reader.bits(word, 0x0080, 'fatal CPU error');
  reader.bits(word, 0x0040, 'non-fatal CPU error');
  const endCode = endCodeOf(word);
  return { direction, code, endCode, body: bodyOf(reader, code, false, asked) };
}

function readLink(reader: ByteReader): Link {
  reader.open('FINS/TCP header', 'W421 7-4');
  reader.constant32(TCP_MAGIC, 'FINS');
  reader.u32('length');
  const command = reader.u32('command', tcpCommands);
  const error = reader.u32('error code', (code) => (code === 0 ? 'normal' : tcpRefusalOf(code).text));
  reader.close();
  return { command, error };
}

function readNodes(reader: ByteReader, command: number): number | undefined {
  const client = command <= 1 && reader.remaining >= 4 ? reader.u32('client node address') : undefined;
  if (command === 1 && reader.remaining >= 4) reader.u32('server node address');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return client;
}

function readHeader(reader: ByteReader): Direction {
  reader.open('FINS header', 'W342 5-1-2');
  const control = reader.u8('information control field');
  reader.bits(control, 0x80, 'gateway used');
  const response = reader.bits(control, RESPONSE, 'response');
  reader.bits(control, 0x01, 'no response required');
  reader.u8('reserved');
  reader.u8('gateway count');
  reader.u8('destination network');
  reader.u8('destination node');
  reader.u8('destination unit');
  reader.u8('source network');
  reader.u8('source node');
  reader.u8('source unit');
  reader.u8('service id');
  reader.close();
  return response ? 'reply' : 'request';
}

function bodyOf(reader: ByteReader, code: number, asks: boolean, asked: number | undefined): Body {
  if (reader.remaining === 0) return nothing;
  reader.open('parameters', 'W342 5-3');
  const body = asks ? readQuestion(reader, code) : readAnswer(reader, code, asked);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return body;
}

function readQuestion(reader: ByteReader, code: number): Body {
  switch (code) {
    case 0x0101:
    case 0x230a:
      return { places: [readPlace(reader)] };
    case 0x0102: {
      const place = readPlace(reader);
      const expected = place.count * sizeOf(place.area);
      const surplus = expected > 0 ? reader.remaining - expected : 0;
      return { places: [place], surplus, values: readElements(reader, sizeOf(place.area), place.count) };
    }
    case 0x0103:
      return { places: [readPlace(reader)], values: [reader.u16('data')] };
    case 0x0104:
      return { places: readAddresses(reader) };
    case 0x0105: {
      const [from, to] = [readAddress(reader), readAddress(reader)];
      const count = reader.u16('number of elements');
      return {
        places: [
          { ...from, count },
          { ...to, count },
        ],
      };
    }
    case 0x0201:
    case 0x0202:
    case 0x0203:
      return readParameterArea(reader);
    case 0x0304:
    case 0x0305:
      return readProtection(reader);
    case 0x0306:
    case 0x0307:
      return readProgramPart(reader);
    case 0x0308: {
      const program = reader.u16('program number');
      reader.u8('clear code');
      return { program };
    }
    case 0x0401: {
      if (reader.remaining >= 2) reader.u16('program number');
      const mode = reader.remaining >= 1 ? reader.u8('mode', modes) : 2;
      return { mode: modes[mode] ?? String(mode) };
    }
    case 0x0702:
      return { params: { time: readClock(reader) } };
    case 0x2101:
      return { params: { qualifier: `0x${reader.u16('error code').toString(16).padStart(4, '0')}` } };
    case 0x2601:
      return { name: reader.text(reader.remaining, 'name') };
    case 0x2301:
      return readForces(reader);
    default:
      return code >> 8 === 0x22 ? readFileQuestion(reader, code) : nothing;
  }
}

function readFileQuestion(reader: ByteReader, code: number): Body {
  switch (code) {
    case 0x2202:
    case 0x2203: {
      reader.u16('disk');
      if (code === 0x2203)
        reader.u16('parameter', { 0: 'new', 1: 'overwrite', 2: 'append', 3: 'at the position' });
      const file = reader.text(FILE_NAME, 'file name');
      const offset = reader.u32('position');
      const length = reader.u16('length');
      if (code === 0x2202) return { file, offset, params: { octets: length } };
      return { file, offset, data: reader.bytes(Math.min(length, reader.remaining), 'content') };
    }
    case 0x2205: {
      reader.u16('disk');
      const count = reader.u16('number of files');
      const files = [];
      for (let i = 0; i < count && reader.remaining >= FILE_NAME; i++)
        files.push(reader.text(FILE_NAME, 'file name'));
      return { params: { files } };
    }
    case 0x2206:
      reader.u16('disk');
      reader.u16('parameter');
      return { name: reader.text(Math.min(FILE_NAME, reader.remaining), 'volume label') };
    case 0x2207: {
      reader.u16('source disk');
      const from = reader.text(FILE_NAME, 'source file name');
      reader.u16('destination disk');
      return { params: { files: [from, reader.text(FILE_NAME, 'destination file name')] } };
    }
    case 0x2208: {
      reader.u16('disk');
      const one = reader.text(FILE_NAME, 'file name');
      return { params: { files: [one, reader.text(FILE_NAME, 'file name')] } };
    }
    case 0x2209:
      reader.u16('disk');
      return { file: reader.text(FILE_NAME, 'file name') };
    case 0x220a: {
      reader.u16('parameter', { 0: 'memory to file', 1: 'file to memory', 2: 'compare' });
      const place = readPlace(reader);
      reader.u16('disk');
      return { places: [place], file: reader.text(FILE_NAME, 'file name') };
    }
    case 0x220b:
      reader.u16('parameter', { 0: 'parameters to file', 1: 'file to parameters', 2: 'compare' });
      reader.u16('parameter area', parameterAreas);
      reader.skip(4, 'range');
      reader.u16('disk');
      return { file: reader.text(FILE_NAME, 'file name') };
    case 0x220c: {
      reader.u16('parameter', { 0: 'program to file', 1: 'file to program', 2: 'compare' });
      const program = reader.u16('program number');
      reader.skip(8, 'range');
      reader.u16('disk');
      return { program, file: reader.text(FILE_NAME, 'file name') };
    }
    default:
      return nothing;
  }
}

function readAnswer(reader: ByteReader, code: number, asked: number | undefined): Body {
  switch (code) {
    case 0x0101:
      return asked === undefined ? nothing : { values: readElements(reader, sizeOf(asked)) };
    case 0x0104:
      return { values: readMultiple(reader) };
    case 0x0306:
    case 0x0307:
      return readProgramPart(reader);
    case 0x0501:
      return readControllerData(reader);
    case 0x0502:
      return { units: readUnits(reader) };
    case 0x0601:
      return readStatus(reader);
    case 0x0701:
      return { params: { time: readClock(reader) } };
    case 0x2202: {
      reader.u32('capacity');
      const offset = reader.u32('position');
      const length = reader.u16('length');
      return { offset, data: reader.bytes(Math.min(length, reader.remaining), 'content') };
    }
    case 0x2603:
      return { name: reader.text(reader.remaining, 'name') };
    default:
      return nothing;
  }
}

function readAddress(reader: ByteReader): Place {
  const area = reader.u8('area', (code) => areaOf(code)?.prefix.trim());
  const word = reader.u16('word');
  const bit = reader.u8('bit');
  reader.remark(addressName(area, word, bit));
  return { area, word, bit, count: 1 };
}

function readPlace(reader: ByteReader): Place {
  const address = readAddress(reader);
  return { ...address, count: reader.u16('number of elements') };
}

function readAddresses(reader: ByteReader): Place[] {
  const places: Place[] = [];
  while (reader.remaining >= 4 && places.length < MOST_PLACES) places.push(readAddress(reader));
  return places;
}

function readElements(reader: ByteReader, size: number, most = MOST_VALUES): number[] {
  const values: number[] = [];
  while (size > 0 && reader.remaining >= size && values.length < Math.min(most, MOST_VALUES)) {
    values.push(readElement(reader, size));
  }
  return values;
}

function readElement(reader: ByteReader, size: number): number {
  if (size === 1) return reader.u8('value') & 1;
  if (size === 2) return reader.u16('value');
  // The word, and which of its bits are forced.
  const value = reader.u16('value');
  reader.u16('forced bits');
  return value;
}

/** Each value comes with its area. */
function readMultiple(reader: ByteReader): number[] {
  const values: number[] = [];
  while (reader.remaining > 1 && values.length < MOST_PLACES) {
    const size = sizeOf(reader.u8('area', (code) => areaOf(code)?.prefix.trim()));
    if (size === 0 || reader.remaining < size) break;
    values.push(readElement(reader, size));
  }
  return values;
}

function readParameterArea(reader: ByteReader): Body {
  const area = reader.u16('parameter area', parameterAreas);
  const word = reader.u16('first word');
  const quantity = reader.u16('number of words') & 0x7fff;
  const name = parameterAreas[area] ?? `0x${area.toString(16).padStart(4, '0')}`;
  return { params: { address: `${name}, ${word}`, quantity } };
}

/** 5-3-9: a password of four octets, in clear. */
function readProtection(reader: ByteReader): Body {
  const program = reader.u16('program number');
  reader.u8('protect code');
  reader.u32('first word');
  reader.u32('last word');
  const secret = Math.min(4, reader.remaining);
  reader.secret(secret, 'password');
  return { program, ...(secret > 0 && { secret }) };
}

function readProgramPart(reader: ByteReader): Body {
  const program = reader.u16('program number');
  const offset = reader.u32('first word');
  const word = reader.u16('number of bytes');
  const last = reader.bits(word, 0x8000, 'last') === 1;
  const length = reader.bits(word, 0x7fff, 'bytes');
  const data = reader.bytes(Math.min(length, reader.remaining), 'program');
  return { program, offset, last, data, params: { octets: length } };
}

function readForces(reader: ByteReader): Body {
  const count = reader.u16('number of bits');
  const places: Place[] = [];
  const values: string[] = [];
  for (let i = 0; i < count && reader.remaining >= 6 && places.length < MOST_PLACES; i++) {
    const what = reader.u16('specification', forces);
    values.push(forces[what] ?? String(what));
    places.push(readAddress(reader));
  }
  return { places, params: { values } };
}

/** 5-3-17. */
function readControllerData(reader: ByteReader): Body {
  if (reader.remaining < 40) return nothing;
  const model = reader.text(20, 'model');
  const version = reader.text(20, 'version');
  if (reader.remaining >= 52) {
    reader.skip(40, 'for system use');
    reader.u16('program area size');
    reader.u8('I/O memory size');
    reader.u16('number of DM words');
    reader.u8('timers and counters');
    reader.u8('banks of expansion DM');
    reader.u16('steps and transitions');
    reader.u8('kind of memory card');
    reader.u16('memory card size');
  }
  return { model, version };
}

function readUnits(reader: ByteReader): string[] {
  const count = reader.u8('number of units') & 0x7f;
  const units: string[] = [];
  for (let i = 0; i < count && reader.remaining >= 21; i++) {
    const address = reader.u8('unit address');
    units.push(`${reader.text(20, 'model')} (unit 0x${address.toString(16)})`);
  }
  return units;
}

/** 5-3-19. */
function readStatus(reader: ByteReader): Body {
  reader.u8('status', { 0: 'stopped', 1: 'running', 0x80: 'CPU on standby' });
  const mode = reader.u8('mode', modes);
  if (reader.remaining < 8) return { mode: modes[mode] ?? String(mode) };
  const fatal = reader.u16('fatal errors');
  const other = reader.u16('non-fatal errors');
  reader.u16('messages');
  reader.u16('error code');
  const message = reader.text(Math.min(16, reader.remaining), 'error message');
  return { mode: modes[mode] ?? String(mode), errors: { fatal, other, message } };
}

/** Binary-coded decimals: year of the century, month, day, hour, minute, and perhaps second. */
function readClock(reader: ByteReader): string {
  const parts: string[] = [];
  for (const field of ['year', 'month', 'day', 'hour', 'minute', 'second']) {
    if (reader.remaining === 0) break;
    parts.push(reader.u8(field).toString(16).padStart(2, '0'));
  }
  if (reader.remaining > 0) reader.u8('day of the week');
  return `${parts.slice(0, 3).join('-')} ${parts.slice(3).join(':')}`;
}
