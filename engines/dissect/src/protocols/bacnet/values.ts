import type { Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed, textAt } from '../../bytes/byte-reader.ts';
import { objectTypes } from './enumerations.ts';
import { properties } from './properties.ts';

// ANSI/ASHRAE 135-2020, 20.2.1.4, application tags.
export const NULL = 0;
export const BOOLEAN = 1;
export const UNSIGNED = 2;
export const SIGNED = 3;
export const REAL = 4;
export const DOUBLE = 5;
export const OCTETS = 6;
export const TEXT = 7;
export const BITS = 8;
export const ENUMERATED = 9;
export const DATE = 10;
export const TIME = 11;
export const OBJECT = 12;
const applicationTags: Words = {
  [NULL]: 'null',
  [BOOLEAN]: 'boolean',
  [UNSIGNED]: 'unsigned',
  [SIGNED]: 'signed',
  [REAL]: 'real',
  [DOUBLE]: 'double',
  [OCTETS]: 'octet string',
  [TEXT]: 'character string',
  [BITS]: 'bit string',
  [ENUMERATED]: 'enumerated',
  [DATE]: 'date',
  [TIME]: 'time',
  [OBJECT]: 'object identifier',
};
/** Not among the application tags: passwords, of which only the length is read. */
export const SECRET = 13;
export const PROPERTY = 14;

const CONTEXT = 0x08;
const EXTENDED = 5;
const OPENING = 6;
const CLOSING = 7;
const LONGEST_INTEGER = 8;
const MOST_SHOWN = 64;

export interface Tag {
  readonly number: number;
  readonly context: boolean;
  readonly opens: boolean;
  readonly closes: boolean;
  /** Octets that follow; of an application-tagged boolean, its value. */
  readonly length: number;
}

/** What can be told of one value. */
export type Scalar = number | string | boolean | null;

/** One primitive value. */
export interface Value {
  /** As an application tag; UNREAD where neither the tag nor the standard says. */
  readonly type: number;
  /** Dates, times, bits and octets as text. Of a secret, its length. */
  readonly value: Scalar;
  readonly means?: string | undefined;
  /** Where the octets of an octet string are. */
  readonly octets?: Uint8Array;
}
export const UNREAD = -1;

/** 20.2.1. */
export function readTag(reader: ByteReader): Tag {
  const first = reader.u8('tag');
  const context = (first & CONTEXT) !== 0;
  const low = reader.bits(first, 0xf0, 'number', context ? undefined : applicationTags);
  reader.bits(first, CONTEXT, 'class', { 0: 'application', 1: 'context' });
  const kind = reader.bits(first, 0x07, 'length, value or type', { 5: 'longer', 6: 'opens', 7: 'closes' });
  const number = low === 15 ? reader.u8('tag number') : low;
  if (context && kind >= OPENING) {
    return { number, context, opens: kind === OPENING, closes: kind === CLOSING, length: 0 };
  }
  let length = kind;
  if (kind === EXTENDED) {
    length = reader.u8('length');
    if (length === 254) length = reader.u16('length, two bytes');
    else if (length === 255) length = reader.u32('length, four bytes');
  } else if (kind > EXTENDED) {
    throw new Malformed('tag', reader.offset - 1, 'opens or closes an application tag');
  }
  return { number, context, opens: false, closes: false, length };
}

export interface NextTag {
  readonly number: number;
  readonly context: boolean;
  readonly kind: number;
}

/** What the next tag says, without stepping over it; of numbers from 255 on nobody knows. */
export function peekTag(reader: ByteReader): NextTag | undefined {
  const first = reader.peek();
  if (first < 0) return undefined;
  const number = first >> 4 === 15 ? reader.peek(1) : first >> 4;
  return { number, context: (first & CONTEXT) !== 0, kind: first & 7 };
}

export const isOpening = ({ context, kind }: NextTag) => context && kind === OPENING;
export const isClosing = ({ context, kind }: NextTag) => context && kind === CLOSING;

/** 20.2.2 to 20.2.14. `length` is what the tag said. */
export function readPrimitive(reader: ByteReader, type: number, length: number, names?: Words): Value {
  if (length > reader.remaining && type !== BOOLEAN) {
    throw new Malformed('length', reader.offset, `says ${length} bytes, ${reader.remaining} left`);
  }
  switch (type) {
    case NULL:
      return { type, value: null };
    case UNSIGNED:
    case ENUMERATED:
    case PROPERTY: {
      const value = readUnsigned(reader, length, type === PROPERTY ? properties : names);
      const means = type === PROPERTY ? (properties[value] ?? `property ${value}`) : names?.[value];
      return { type, value, means };
    }
    case SIGNED:
      return { type, value: readSigned(reader, length) };
    case REAL:
      return { type, value: length === 4 ? precise(reader.f32('value')) : unexpected(reader, length) };
    case DOUBLE:
      return { type, value: length === 8 ? reader.f64('value') : unexpected(reader, length) };
    case TEXT:
      return { type, value: readText(reader, length) };
    case BITS:
      return { type, value: readBits(reader, length) };
    case DATE:
      return { type, value: length === 4 ? readDate(reader) : unexpected(reader, length) };
    case TIME:
      return { type, value: length === 4 ? readTime(reader) : unexpected(reader, length) };
    case OBJECT: {
      if (length !== 4) return { type: UNREAD, value: unexpected(reader, length) };
      const value = reader.u32('object', objectName);
      return { type, value, means: objectName(value) };
    }
    case SECRET:
      reader.secret(length, 'password');
      // The first octet tells the character set.
      return { type, value: Math.max(0, length - 1) };
    default: {
      const octets = reader.bytes(length, 'octets');
      return { type: type === OCTETS ? type : UNREAD, value: hexadecimal(octets), octets };
    }
  }
}

/** Application-tagged booleans have their value in the tag, others in an octet: 20.2.3. */
export function readBoolean(reader: ByteReader, { context, length }: Tag): Value {
  if (!context) return { type: BOOLEAN, value: length !== 0 };
  return { type: BOOLEAN, value: readUnsigned(reader, length, { 0: 'false', 1: 'true' }) !== 0 };
}

/** As an engineer writes it: `analog-input 3`. */
export function objectName(id: number): string {
  const type = id >>> 22;
  return `${objectTypes[type] ?? `object-type-${type}`} ${id & 0x3f_ffff}`;
}

export function propertyName(property: number): string {
  return properties[property] ?? `property-${property}`;
}

/** Writing null gives up a priority: it is a value too. */
export function shown({ type, value, means }: Value): Scalar {
  return type === NULL ? 'null' : (means ?? value);
}

/** Of the process: booleans as 0 and 1; undefined for what is no number. */
export function numberOf({ type, value }: Value): number | undefined {
  if (type === BOOLEAN) return value === true ? 1 : 0;
  const isNumber =
    type === UNSIGNED || type === SIGNED || type === REAL || type === DOUBLE || type === ENUMERATED;
  return isNumber && typeof value === 'number' ? value : undefined;
}

function readUnsigned(reader: ByteReader, length: number, names?: Words): number {
  switch (length) {
    case 1:
      return reader.u8('value', names);
    case 2:
      return reader.u16('value', names);
    case 3:
      return reader.u24('value', names);
    case 4:
      return reader.u32('value', names);
    default:
      return Number(BigInt(`0x0${hexadecimal(integer(reader, length))}`));
  }
}

function readSigned(reader: ByteReader, length: number): number {
  switch (length) {
    case 1:
      return reader.i8('value');
    case 2:
      return reader.i16('value');
    case 3:
      return (reader.u24('value') << 8) >> 8;
    case 4:
      return reader.i32('value');
    default: {
      const octets = integer(reader, length);
      return Number(BigInt.asIntN(octets.length * 8, BigInt(`0x0${hexadecimal(octets)}`)));
    }
  }
}

function integer(reader: ByteReader, length: number): Uint8Array {
  if (length > LONGEST_INTEGER) throw new Malformed('value', reader.offset, `an integer of ${length} bytes`);
  return reader.bytes(length, 'value');
}

function unexpected(reader: ByteReader, length: number): string {
  return hexadecimal(reader.bytes(length, 'value of another length'));
}

/** 20.2.9. Code pages and JIS are shown as Latin-1. */
function readText(reader: ByteReader, length: number): string {
  if (length === 0) return '';
  const set = reader.u8('character set', characterSets);
  if (set === 4) {
    const octets = Uint8Array.from(reader.bytes(length - 1, 'text, UCS-2'));
    for (let i = 0; i + 1 < octets.length; i += 2) octets.subarray(i, i + 2).reverse();
    return textAt(octets, 0, octets.length, 'utf-16le');
  }
  return reader.text(length - 1, 'text', set === 0 ? 'utf-8' : 'latin1');
}

const characterSets: Words = {
  0: 'UTF-8',
  1: 'DBCS',
  2: 'JIS X 0208',
  3: 'UCS-4',
  4: 'UCS-2',
  5: 'ISO 8859-1',
};

/** 20.2.10: `{1 0 0 0}`, as bits are written in the standard. */
function readBits(reader: ByteReader, length: number): string {
  if (length === 0) return '{}';
  const unused = Math.min(7, reader.u8('unused bits'));
  const octets = reader.bytes(length - 1, 'bits');
  const count = Math.max(0, Math.min(octets.length * 8 - unused, MOST_SHOWN * 8));
  const bits = Array.from({ length: count }, (_, i) => (octets[i >> 3]! >> (7 - (i & 7))) & 1);
  return `{${bits.join(' ')}}`;
}

/** 20.2.12. 255 stands for any. */
function readDate(reader: ByteReader): string {
  const year = reader.u8('year since 1900');
  const month = reader.u8('month');
  const day = reader.u8('day');
  reader.u8('day of week');
  return `${year === 255 ? '*' : year + 1_900}-${two(month)}-${two(day)}`;
}

/** 20.2.13. */
function readTime(reader: ByteReader): string {
  const [hour, minute] = [reader.u8('hour'), reader.u8('minute')];
  const [second, hundredths] = [reader.u8('second'), reader.u8('hundredths')];
  return `${two(hour)}:${two(minute)}:${two(second)}.${two(hundredths)}`;
}

function two(value: number): string {
  return value === 255 ? '*' : String(value).padStart(2, '0');
}

/** As few digits as tell the real from its neighbours: as a double it would be shown with ten more that mean nothing. */
function precise(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 7; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

export function hexadecimal(octets: Uint8Array): string {
  let digits = '';
  const length = Math.min(octets.length, MOST_SHOWN);
  for (let i = 0; i < length; i++) digits += octets[i]!.toString(16).padStart(2, '0');
  return octets.length > length ? `${digits}…` : digits;
}
