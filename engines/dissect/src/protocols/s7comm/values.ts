import type { ByteReader } from '../../bytes/byte-reader.ts';
import { f32At } from './numbers.ts';
import type { Item, Range } from './items.ts';
import { BIT, CHAR, dataSizes, DONE, REAL, returnCodes, transportSizes } from './names.ts';

/** The data of one item. */
export interface Value {
  readonly code: number;
  /** A view on the message: copy what is to be kept. */
  readonly bytes: Uint8Array;
}

export type Shown = number | string | boolean | null;

/** Lengths in bits for these, in bytes for the others. */
const countsBits = (size: number) => size >= 3 && size <= 5;

/** The data of `count` items of a write job or of the answer to a read job. */
export function readValues(reader: ByteReader, count: number, addresses?: readonly string[]): Value[] {
  const values: Value[] = [];
  for (let i = 0; i < count; i++) {
    reader.open('data');
    const code = reader.u8('return code', returnCodes);
    const size = reader.u8('data size', dataSizes);
    const said = reader.u16('length');
    const absent = size === 0 && code !== DONE && code !== 0;
    const length = absent ? 0 : countsBits(size) ? Math.ceil(said / 8) : said;
    values.push({ code, bytes: reader.bytes(length, 'value') });
    if (length % 2 === 1 && i < count - 1) reader.skip(1, 'fill byte');
    reader.close();
    if (addresses?.[i] !== undefined) reader.remark(addresses[i]!);
  }
  return values;
}

/** At most this many units are spelled out. */
const SPELLED = 32;

/** A value as its type has it; several as text with commas, bytes as hexadecimal. */
export function valueOf(item: Item | undefined, bytes: Uint8Array): Shown {
  const range = item?.range;
  if (bytes.length === 0) return null;
  if (!range) return hexOf(bytes);
  if (range.size === BIT && range.count === 1) return (bytes[0]! & 1) === 1;
  if (range.size === CHAR) return String.fromCharCode(...bytes.subarray(0, 254)).replaceAll('\0', '');
  const width = transportSizes[range.size]?.width ?? 0;
  if (range.count === 1 && width > 0 && bytes.length >= width) return unitOf(range, bytes, 0, width);
  if (width < 2 || width * range.count > bytes.length) return hexOf(bytes);
  const units: Shown[] = [];
  for (let i = 0; i < Math.min(range.count, SPELLED); i++) units.push(unitOf(range, bytes, i * width, width));
  return units.join(', ') + (range.count > SPELLED ? ', …' : '');
}

function unitOf({ size }: Range, bytes: Uint8Array, at: number, width: number): Shown {
  let value = 0;
  for (let i = 0; i < width && i < 4; i++) value = value * 256 + bytes[at + i]!;
  switch (transportSizes[size]?.name) {
    case 'INT':
      return (value << 16) >> 16;
    case 'DINT':
      return value | 0;
    case 'TIME':
      return `${value | 0} ms`;
    case 'TIME_OF_DAY':
      return clock(value);
    case 'S5TIME':
    case 'TIMER':
      return `${bcd(value & 0xfff) * 10 ** ((value >> 12) & 3) * 10} ms`;
    case 'COUNTER':
      return bcd(value & 0xfff);
    case 'DATE':
      return new Date(Date.UTC(1990, 0, 1 + value)).toISOString().slice(0, 10);
    case 'DATE_AND_TIME':
      return dateAndTime(bytes, at);
    default:
      return size === REAL ? shownReal(f32At(bytes, at)) : value;
  }
}

/** As many digits as the 32 bits of a REAL hold, and JSON has no NaN. */
function shownReal(value: number): Shown {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : String(value);
}

function clock(milliseconds: number): string {
  return new Date(milliseconds % 86_400_000).toISOString().slice(11, 23);
}

export function bcd(value: number): number {
  let number = 0;
  for (let shift = 12; shift >= 0; shift -= 4) number = number * 10 + ((value >> shift) & 0xf);
  return number;
}

/** Eight bytes of BCD: year, month, day, hour, minute, second, milliseconds and weekday. */
export function dateAndTime(bytes: Uint8Array, at: number): string {
  const digits = (index: number) => (bytes[at + index] ?? 0).toString(16).padStart(2, '0');
  const century = bcd(bytes[at] ?? 0) >= 90 ? '19' : '20';
  const milliseconds = (digits(6) + digits(7)).slice(0, 3);
  return `${century}${digits(0)}-${digits(1)}-${digits(2)} ${digits(3)}:${digits(4)}:${digits(5)}.${milliseconds}`;
}

export function hexOf(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > 64 ? `${digits}…` : digits;
}
