import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Attribute, readAttribute } from './attributes.ts';
import { type Authentication, readAuthentication } from './authentication.ts';
import { type FileObject, readFile } from './files.ts';
import { shortest } from './numbers.ts';
import { groups, isString, type Layout, layoutOf, type Part } from './groups.ts';
import {
  controlStatuses,
  controlTypes,
  functions,
  indications as indicationNames,
  RESPONSE,
  tripClose,
} from './names.ts';

/** An application fragment: IEEE 1815-2012, clause 4. */
export interface Fragment {
  readonly control: number;
  readonly code: number;
  /** Of responses only: the first octet in the low byte. */
  readonly indications: number | undefined;
  readonly headers: readonly ObjectHeader[];
  /** Octets after an object whose length nobody can tell. */
  readonly unread: number;
}

export interface ObjectHeader {
  readonly group: number;
  readonly variation: number;
  /** The first and last index of a range; a count has only a last one; neither: all objects. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Beginning in the fragment. */
  readonly offset: number;
  readonly points: readonly Point[];
}

export interface Point {
  readonly index: number;
  value?: number | boolean | string;
  flags?: number;
  /** Of controls; see controlStatuses. */
  status?: number;
  /** Milliseconds since 1970. */
  time?: number;
  /** Milliseconds after the common time of occurrence. */
  relative?: number;
  command?: Command;
  attribute?: Attribute;
  file?: FileObject;
  authentication?: Authentication;
}

/** Annex A, group 12, variation 1. */
export interface Command {
  readonly code: number;
  readonly count: number;
  /** Milliseconds. */
  readonly on: number;
  readonly off: number;
}

// 4.2.2.4.
export const FIRST = 0x80;
export const FINAL = 0x40;
export const CONFIRM_WANTED = 0x20;
export const UNASKED = 0x10;
export const SEQUENCE = 0x0f;

/** More packed states than this are not taken out one by one. */
const MOST_STATES = 1_024;

export function readFragment(reader: ByteReader): Fragment {
  reader.open('application header', '4.2.2');
  const control = reader.u8('application control');
  reader.bits(control, FIRST, 'first');
  reader.bits(control, FINAL, 'final');
  reader.bits(control, CONFIRM_WANTED, 'confirmation wanted');
  reader.bits(control, UNASKED, 'unsolicited');
  reader.bits(control, SEQUENCE, 'sequence');
  const code = reader.u8('function', functions);
  let indications: number | undefined;
  if (code >= RESPONSE) {
    indications = reader.u16le('internal indications');
    for (const [mask, name] of indicationNames) reader.bits(indications, mask, name);
  }
  reader.close();
  const headers: ObjectHeader[] = [];
  while (reader.remaining > 0) {
    const header = readHeader(reader, code);
    headers.push(header.header);
    if (header.readable) continue;
    const unread = reader.remaining;
    if (unread > 0) reader.skip(unread, 'unknown objects');
    return { control, code, indications, headers, unread };
  }
  return { control, code, indications, headers, unread: 0 };
}

/** 4.2.2.7.3: qualifier, the octets of an object prefix, and whether the prefix is an index or a size. */
export const prefixLengths = [0, 1, 2, 4, 1, 2, 4, 0];
export const FIRST_SIZE_PREFIX = 4;
/** Octets of one number of the range by range specifier; 0 for none, -1 where there is no such specifier. */
export const rangeLengths = [1, 2, 4, 1, 2, 4, 0, 1, 2, 4, -1, 1, -1, -1, -1, -1];
export const FIRST_COUNT = 7;

const prefixes: Record<number, string> = {
  0: 'none',
  1: 'index, 1 octet',
  2: 'index, 2 octets',
  3: 'index, 4 octets',
  4: 'size, 1 octet',
  5: 'size, 2 octets',
  6: 'size, 4 octets',
};
const ranges: Record<number, string> = {
  0: 'start and stop, 1 octet',
  1: 'start and stop, 2 octets',
  2: 'start and stop, 4 octets',
  3: 'start and stop address, 1 octet',
  4: 'start and stop address, 2 octets',
  5: 'start and stop address, 4 octets',
  6: 'all objects',
  7: 'count, 1 octet',
  8: 'count, 2 octets',
  9: 'count, 4 octets',
  11: 'count of free format, 1 octet',
};

function readHeader(reader: ByteReader, code: number): { header: ObjectHeader; readable: boolean } {
  reader.open('objects', '4.2.2.7');
  const { offset } = reader;
  const group = reader.u8('group', groups);
  const variation = reader.u8('variation');
  const qualifier = reader.u8('qualifier');
  const prefix = reader.bits(qualifier, 0x70, 'prefix', prefixes);
  const specifier = reader.bits(qualifier, 0x0f, 'range', ranges);
  const width = rangeLengths[specifier]!;
  if (width < 0 || prefix === 7) {
    throw new Malformed('qualifier', offset + 2, `0x${qualifier.toString(16)} is reserved`);
  }
  let [first, last]: [number | undefined, number | undefined] = [undefined, undefined];
  let count = 0;
  if (specifier < 6) {
    first = readNumber(reader, width, 'start');
    last = readNumber(reader, width, 'stop');
    count = last - first + 1;
    if (count < 1) throw new Malformed('stop', reader.offset - width, `is ${last}, before start ${first}`);
  } else if (width > 0) {
    count = readNumber(reader, width, 'count');
    last = count - 1;
  }
  const bare = { group, variation, first, last, offset };
  const carries = prefix >= FIRST_SIZE_PREFIX || carriesObjects(code, group);
  const objects: Objects = { group, variation, first: first ?? 0, count, prefix };
  const points = carries ? readObjects(reader, objects) : readIndices(reader, objects);
  reader.close();
  return { header: { ...bare, points: points ?? [] }, readable: points !== undefined };
}

/** Do objects follow their header, or does the header alone say which are meant? 4.4, function by function. */
export function carriesObjects(code: number, group: number): boolean {
  if (code >= RESPONSE) return true;
  if (code === 11 || code === 12) return group === 50;
  return (code >= 2 && code <= 6) || (code >= 25 && code <= 33);
}

interface Objects {
  readonly group: number;
  readonly variation: number;
  readonly first: number;
  readonly count: number;
  readonly prefix: number;
}

function readIndices(reader: ByteReader, { count, prefix }: Objects): Point[] {
  const width = prefixLengths[prefix]!;
  if (width === 0) return [];
  demandRoom(reader, count, width);
  return Array.from({ length: count }, () => ({ index: readNumber(reader, width, 'index') }));
}

/** Undefined when nobody can tell how long the objects are. */
function readObjects(reader: ByteReader, objects: Objects): Point[] | undefined {
  const { group, variation, first, count, prefix } = objects;
  if (count === 0) return [];
  if (prefix >= FIRST_SIZE_PREFIX) return readSized(reader, objects);
  const layout = layoutOf(group, variation);
  const width = prefixLengths[prefix]!;
  if (layout && layout.bits > 0 && width === 0) return readPacked(reader, objects, layout.bits);
  const least = layout ? Math.max(layout.size, layout.bits > 0 ? 1 : 0) : isString(group) ? variation : 1;
  demandRoom(reader, count, width + least);
  if (width + least === 0) return [];
  const points: Point[] = [];
  for (let i = 0; i < count; i++) {
    const index = width > 0 ? readNumber(reader, width, 'index') : first + i;
    const point = layout ? readParts(reader, group, index, layout) : readSpecial(reader, objects, index);
    if (!point) return undefined;
    points.push(point);
  }
  return points;
}

/** A count that the fragment cannot hold is noticed before anything is made for it. */
function demandRoom(reader: ByteReader, count: number, each: number): void {
  if (count * each <= reader.remaining) return;
  throw new Malformed('count', reader.offset, `${count} objects of ${each} bytes, ${reader.remaining} left`);
}

/** Objects that say how long they are: 4.2.2.7.3.3. */
function readSized(reader: ByteReader, { group, variation, count, prefix }: Objects): Point[] {
  const width = prefixLengths[prefix]!;
  demandRoom(reader, count, width);
  const points: Point[] = [];
  for (let i = 0; i < count; i++) {
    const size = readNumber(reader, width, 'size');
    const whole = reader.limit(size, 'size');
    const layout = layoutOf(group, variation);
    if (group === 70) points.push({ index: i, file: readFile(reader, variation) });
    else if (group === 120)
      points.push({ index: i, authentication: readAuthentication(reader, variation, true) });
    else if (layout && layout.size > 0 && layout.size <= size)
      points.push(readParts(reader, group, i, layout));
    else if (reader.remaining > 0 && (isString(group) || group === 90 || group >= 114)) {
      points.push({ index: i, value: readString(reader, size) });
    } else points.push({ index: i });
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest of object');
    reader.release(whole);
  }
  return points;
}

function readPacked(reader: ByteReader, { first, count }: Objects, bits: number): Point[] {
  const packed = reader.bytes(Math.ceil((count * bits) / 8), 'states');
  return Array.from({ length: Math.min(count, MOST_STATES) }, (_, i) => {
    const at = i * bits;
    const state = (packed[at >> 3]! >> (at & 7)) & ((1 << bits) - 1);
    return { index: first + i, value: bits === 1 ? state === 1 : (doubleStates[state] ?? state) };
  });
}

function readSpecial(reader: ByteReader, { group, variation }: Objects, index: number): Point | undefined {
  if (group === 0) return { index, attribute: readAttribute(reader, variation) };
  if (isString(group)) return { index, value: readString(reader, variation) };
  if (group === 120 && (variation === 3 || variation === 4)) {
    return { index, authentication: readAuthentication(reader, variation, false) };
  }
  return undefined;
}

function readString(reader: ByteReader, length: number): string {
  const bytes = reader.bytes(length, 'string');
  let text = '';
  for (const byte of bytes.subarray(0, 256)) {
    if (byte === 0) break;
    if (byte < 0x20 || byte > 0x7e) {
      return Array.from(bytes.subarray(0, 64), (octet) => octet.toString(16).padStart(2, '0')).join('');
    }
    text += String.fromCharCode(byte);
  }
  return text;
}

function readNumber(reader: ByteReader, width: number, field: string): number {
  return width === 1 ? reader.u8(field) : width === 2 ? reader.u16le(field) : reader.u32le(field);
}

function readParts(reader: ByteReader, group: number, index: number, { parts, bits }: Layout): Point {
  const point: Point = { index };
  for (const part of parts) readPart(reader, part, group, point);
  // A packed state that comes alone, behind an index, takes an octet.
  if (bits > 0) point.value = (reader.u8('state') & 1) === 1;
  return point;
}

// Annex A.
function readPart(reader: ByteReader, part: Part, group: number, point: Point): void {
  switch (part) {
    case 'flags':
      return readFlags(reader, group, point);
    case 'status':
      return readStatus(reader, group, point);
    case 'command':
      return readCommand(reader, point);
    case 'time':
      point.time = reader.u48le('time', dateOf);
      return;
    case 'relative':
      point.relative = reader.u16le('time after common time', (ms) => `${ms} ms`);
      return;
    case 'association':
      reader.u16le('association');
      return;
    case 'interval':
      reader.u32le('interval');
      return;
    case 'units':
      reader.u8('interval units', intervalUnits);
      return;
    case 'group':
      reader.u8('group', groups);
      return;
    case 'variation':
      reader.u8('variation');
      return;
    case 'bcd2':
    case 'bcd4':
    case 'bcd8':
      point.value = decimalOf(reader.bytes(Number(part.slice(3)), 'value'));
      return;
    default:
      point.value = readValue(reader, part);
  }
}

function readValue(reader: ByteReader, part: Part): number {
  switch (part) {
    case 'u8':
      return reader.u8('value');
    case 'u16':
      return reader.u16le('value');
    case 'u32':
      return reader.u32le('value');
    case 'i16':
      return reader.i16le('value');
    case 'i32':
      return reader.i32le('value');
    case 'f32':
      return shortest(reader.f32le('value'));
    case 'coarse':
      return reader.u16le('delay', (seconds) => `${seconds} s`);
    case 'fine':
      return reader.u16le('delay', (ms) => `${ms} ms`);
    default:
      return reader.f64le('value');
  }
}

const doubleStates = ['intermediate', 'off', 'on', 'indeterminate'];
export const ONLINE = 0x01;

function readFlags(reader: ByteReader, group: number, point: Point): void {
  const flags = reader.u8('flags');
  reader.bits(flags, ONLINE, 'online');
  reader.bits(flags, 0x02, 'restart');
  reader.bits(flags, 0x04, 'communication lost');
  reader.bits(flags, 0x08, 'forced remotely');
  reader.bits(flags, 0x10, 'forced locally');
  if (group <= 2) reader.bits(flags, 0x20, 'chatter');
  else if (group === 3 || group === 4) reader.bits(flags, 0x20, 'chatter');
  else if (group >= 20 && group <= 23) {
    reader.bits(flags, 0x20, 'rollover');
    reader.bits(flags, 0x40, 'discontinuity');
  } else if (group >= 30 && group <= 43) {
    reader.bits(flags, 0x20, 'over range');
    reader.bits(flags, 0x40, 'reference error');
  }
  if (group === 1 || group === 2 || group === 10 || group === 11) {
    point.value = reader.bits(flags, 0x80, 'state', { 0: 'off', 1: 'on' }) === 1;
  } else if (group === 3 || group === 4) {
    point.value = doubleStates[reader.bits(flags, 0xc0, 'state', doubleStates)]!;
  }
  point.flags = flags;
}

function readStatus(reader: ByteReader, group: number, point: Point): void {
  const status = reader.u8('status', (value) => controlStatuses[value & 0x7f]);
  point.status = status & 0x7f;
  if (group === 13) point.value = reader.bits(status, 0x80, 'commanded state', { 0: 'off', 1: 'on' }) === 1;
}

function readCommand(reader: ByteReader, point: Point): void {
  const code = reader.u8('control code');
  reader.bits(code, 0x0f, 'operation', controlTypes);
  reader.bits(code, 0x10, 'queue (obsolete)');
  reader.bits(code, 0x20, 'clear');
  reader.bits(code, 0xc0, 'trip or close', tripClose);
  const count = reader.u8('count');
  const on = reader.u32le('on time', (ms) => `${ms} ms`);
  const off = reader.u32le('off time', (ms) => `${ms} ms`);
  point.command = { code, count, on, off };
  point.status = reader.u8('status', (value) => controlStatuses[value & 0x7f]) & 0x7f;
}

const intervalUnits: Record<number, string> = {
  0: 'not repeated',
  1: 'milliseconds',
  2: 'seconds',
  3: 'minutes',
  4: 'hours',
  5: 'days',
  6: 'weeks',
  7: 'months',
};

/** Binary-coded decimal, the lowest two digits first. */
function decimalOf(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 100 + (byte >> 4) * 10 + (byte & 0xf), 0);
}

/** The farthest a date can be: ECMAScript's own bound is far beyond 48 bits of milliseconds. */
export function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
