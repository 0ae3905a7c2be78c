import {
  choice,
  integer,
  latin1,
  mapped,
  objectIdentifier,
  octets,
  readBits,
  recursive,
  sequenceOf,
  type Type,
  unsigned,
  utf8,
} from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import type { ByteReader } from '../../bytes/byte-reader.ts';

/** A value of a variable: Data in ISO 9506-2, with what IEC 61850-8-1 (8.1.3) adds. */
export type Data = number | string | boolean | Bits | Moment | readonly Data[];

/** `0110`, the first bit first. */
export interface Bits {
  readonly bits: string;
}

/** As ISO 8601 writes it. */
export interface Moment {
  readonly moment: string;
}

// Tags of Data.
export const ARRAY = 0xa1;
export const STRUCTURE = 0xa2;
export const BOOLEAN = 0x83;
export const BIT_STRING = 0x84;
export const INTEGER = 0x85;
export const UNSIGNED = 0x86;
export const FLOATING_POINT = 0x87;
export const OCTET_STRING = 0x89;
export const VISIBLE_STRING = 0x8a;
export const UTC_TIME = 0x91;

const bitString: Type<Bits> = within((reader, field) => ({ bits: readBits(reader, field) }));

/** 8.1.3.6 of IEC 61850-8-1: the width of the exponent, then as IEEE 754. */
const floatingPoint: Type<number> = within((reader, field) => {
  const width = reader.remaining;
  if (width !== 5 && width !== 9) return unreadable(reader, field, NaN);
  reader.u8('exponent width');
  return width === 5 ? rounded(reader.f32(field)) : reader.f64(field);
});

const utcTime: Type<Moment> = within((reader, field) => ({ moment: readUtcTime(reader, field) }));

/** Milliseconds of the day, and days since 1984. */
const binaryTime: Type<Moment> = within((reader, field) => {
  const width = reader.remaining;
  if (width !== 4 && width !== 6) return unreadable(reader, field, { moment: '' });
  const milliseconds = reader.u32('milliseconds of the day');
  const days = width === 6 ? reader.u16('days since 1984') : 0;
  const date = new Date(FROM_1984 + days * DAY + milliseconds).toISOString();
  const moment = width === 6 ? date : date.slice(11, -1);
  reader.remark(moment);
  return { moment };
});

const octetString = mapped(octets, hexOf);

const truth: Type<boolean> = within((reader, field) =>
  reader.remaining === 0 ? false : reader.u8(field, (value) => String(value !== 0)) !== 0,
);

const parts = sequenceOf(
  recursive((): Type<Data> => data),
  'data',
);

const types: Readonly<Record<number, Type<Data>>> = {
  [ARRAY]: parts,
  [STRUCTURE]: parts,
  [BOOLEAN]: truth,
  [BIT_STRING]: bitString,
  [INTEGER]: integer(),
  [UNSIGNED]: unsigned(),
  [FLOATING_POINT]: floatingPoint,
  0x88: octetString,
  [OCTET_STRING]: octetString,
  [VISIBLE_STRING]: latin1,
  0x8b: latin1,
  0x8c: binaryTime,
  0x8d: integer(),
  0x8e: bitString,
  0x8f: objectIdentifier,
  0x90: utf8,
  [UTC_TIME]: utcTime,
};

export const data: Type<Data> = choice(types);
export const dataTags: readonly number[] = Object.keys(types).map(Number);

const FROM_1984 = Date.UTC(1984, 0, 1);
const DAY = 86_400_000;
const FRACTION = 0x100_0000;

/** 8.1.3.7 of IEC 61850-8-1: seconds, a fraction of 24 bits, and how good the clock is. */
export function readUtcTime(reader: ByteReader, field: string): string {
  if (reader.remaining !== 8) return unreadable(reader, field, '');
  const seconds = reader.u32('seconds');
  const fraction = reader.u24('fraction');
  const quality = reader.u8('time quality');
  reader.bits(quality, 0x80, 'leap seconds known');
  reader.bits(quality, 0x40, 'clock failure');
  reader.bits(quality, 0x20, 'clock not synchronized');
  reader.bits(quality, 0x1f, 'accuracy', (bits) => (bits === 31 ? 'unspecified' : `${bits} bits`));
  return new Date(seconds * 1_000 + Math.round((fraction / FRACTION) * 1_000)).toISOString();
}

function within<Value>(read: Type<Value>): Type<Value> {
  return (reader, field) => {
    const before = ber.enter(reader, field);
    const value = read(reader, field);
    ber.leave(reader, before);
    return value;
  };
}

function unreadable<Value>(reader: ByteReader, field: string, value: Value): Value {
  if (reader.remaining > 0) reader.skip(reader.remaining, field);
  return value;
}

/** What single precision holds: seven digits. Faster than by way of text. */
function rounded(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value)) return value;
  const digits = 6 - Math.floor(Math.log10(Math.abs(value)));
  if (digits > MOST_DIGITS) return value;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/** Powers of ten are exact up to here. */
const MOST_DIGITS = 22;

export function hexOf(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > 64 ? `${digits}…` : digits;
}

const MOST_SHOWN = 32;

/** `{true, 0110, 12.5}`, not longer than a person reads. */
export function shown(value: Data): string {
  if (typeof value !== 'object') return String(value);
  if ('bits' in value) return doublePoint(value.bits) ?? value.bits;
  if ('moment' in value) return value.moment;
  const inner = value.slice(0, MOST_SHOWN).map(shown);
  return `{${inner.join(', ')}${value.length > MOST_SHOWN ? ', …' : ''}}`;
}

// IEC 61850-7-3, Dbpos: two bits, and nothing else that devices tell is as short but Check.
const positions: Record<string, string> = { '00': 'intermediate', '01': 'off', '10': 'on', '11': 'bad' };

function doublePoint(bits: string): string | undefined {
  return positions[bits];
}

/** As a quantity: numbers, truth as 0 and 1, positions of two bits. */
export function quantity(value: Data): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'object' && 'bits' in value && value.bits.length === 2) return parseInt(value.bits, 2);
  return undefined;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The same straight from the contents of an element, for the hot path; NaN where there is no quantity. */
export function quantityAt(tag: number, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  switch (tag) {
    case BOOLEAN:
      return length === 1 ? Number(bytes[start] !== 0) : NaN;
    case INTEGER:
      return ber.integerAt(bytes, start, end);
    case UNSIGNED:
      return ber.unsignedAt(bytes, start, end);
    case BIT_STRING:
      return length === 2 && bytes[start] === 6 ? bytes[start + 1]! >> 6 : NaN;
    case FLOATING_POINT:
      if (length !== 5 && length !== 9) return NaN;
      for (let i = 1; i < length; i++) scratch.setUint8(i - 1, bytes[start + i]!);
      return length === 5 ? rounded(scratch.getFloat32(0)) : scratch.getFloat64(0);
    default:
      return NaN;
  }
}
