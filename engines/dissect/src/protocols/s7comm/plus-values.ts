import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** A typed value: its scalar, or how many there are of it, or the members of a structure. */
export interface PlusValue {
  readonly type: number;
  /** Null for what is no scalar. */
  readonly scalar: number | string | boolean | null;
  readonly count?: number;
  /** Of blobs and arrays of octets. */
  readonly length?: number;
  readonly members?: readonly (readonly [id: number, value: PlusValue])[];
  /** Of an array of numbers, the first of them. */
  readonly elements?: readonly number[];
  /** Of a packed structure, its first octets as hexadecimal digits. */
  readonly packed?: string;
}

const BOOL = 0x01;
const BLOB = 0x14;
const TEXT = 0x15;
const STRUCT = 0x17;
const ARRAYS = 0x70;
const SPARSE = 0x40;
const DEEPEST = 8;
const MOST = 65_536;
const MOST_KEPT = 4_096;
const SHOWN_OCTETS = 32;

const types: Record<number, string> = {
  0: 'null',
  [BOOL]: 'BOOL',
  2: 'USINT',
  3: 'UINT',
  4: 'UDINT',
  5: 'ULINT',
  6: 'SINT',
  7: 'INT',
  8: 'DINT',
  9: 'LINT',
  10: 'BYTE',
  11: 'WORD',
  12: 'DWORD',
  13: 'LWORD',
  14: 'REAL',
  15: 'LREAL',
  16: 'time stamp',
  17: 'time span',
  18: 'relation identifier',
  19: 'attribute identifier',
  [BLOB]: 'blob',
  [TEXT]: 'text',
  0x16: 'variant',
  [STRUCT]: 'structure',
  0x19: 'S7 string',
};

/** Seven bits an octet, the highest first; as wide as `most` octets allow. */
export function vlq(
  reader: ByteReader,
  field: string,
  meaning?: (value: number) => string | undefined,
): number {
  return readVlq(reader, field, 5, false, meaning);
}

/** Of 64 bits: the ninth octet counts in full. Beyond 2^53 it is rounded. */
export function vlq64(reader: ByteReader, field: string): number {
  return readVlq(reader, field, 9, false);
}

function readVlq(
  reader: ByteReader,
  field: string,
  most: number,
  signed: boolean,
  meaning?: (value: number) => string | undefined,
): number {
  let value = 0;
  let length = 0;
  let goesOn = true;
  for (; goesOn && length < most; length++) {
    const octet = reader.peek(length);
    if (octet < 0) break;
    goesOn = octet >= 0x80;
    const isLast = most === 9 && length === 8;
    const bits = isLast ? octet : octet & 0x7f;
    if (length === 0 && signed && (octet & 0x40) !== 0) value = (bits & 0x3f) - 0x40;
    else value = value * (isLast ? 256 : 128) + bits;
    if (isLast) goesOn = false;
  }
  if (goesOn && length === most) throw new Malformed(field, reader.offset, `has more than ${most} octets`);
  reader.bytes(Math.max(1, length), field);
  reader.remark(meaning?.(value) ?? String(value));
  return value;
}

/** Undefined for what nobody could say how long it is: then the rest cannot be read either. */
export function readValue(reader: ByteReader, depth = 0): PlusValue | undefined {
  const flags = reader.u8('flags');
  const type = reader.u8('type', types);
  if ((flags & ARRAYS) === 0) return readScalar(reader, type, depth);
  const isSparse = (flags & SPARSE) !== 0;
  const count = isSparse ? MOST : vlq(reader, 'number of elements');
  if (count > reader.remaining && !isSparse) {
    throw new Malformed('number of elements', reader.offset, `says ${count}, ${reader.remaining} bytes left`);
  }
  if (!isSparse && (type === 2 || type === 10)) {
    reader.skip(count, 'elements');
    return { type, scalar: null, count, length: count };
  }
  const elements: number[] = [];
  let read = 0;
  for (; read < count && reader.remaining > 0; read++) {
    if (isSparse && vlq(reader, 'key') === 0) break;
    const value = readScalar(reader, type, depth);
    if (!value) return undefined;
    const number = numberOf(value);
    if (number !== undefined && !isSparse && read < MOST_KEPT) elements.push(number);
  }
  return { type, scalar: null, count: read, ...(elements.length > 0 && { elements }) };
}

function readScalar(reader: ByteReader, type: number, depth: number): PlusValue | undefined {
  switch (type) {
    case BLOB: {
      // Another root says that the content is a tree of its own.
      if (vlq(reader, 'root') !== 0) return undefined;
      const length = vlq(reader, 'length');
      reader.skip(length, 'blob');
      return { type, scalar: null, length };
    }
    case TEXT:
      return { type, scalar: reader.text(vlq(reader, 'length'), 'text', 'utf-8') };
    case STRUCT:
      return readStruct(reader, depth);
    default: {
      const scalar = readNumber(reader, type);
      return scalar === undefined ? undefined : { type, scalar };
    }
  }
}

function readNumber(reader: ByteReader, type: number): number | boolean | string | null | undefined {
  switch (type) {
    case 0:
      return null;
    case BOOL:
      return reader.u8('value') !== 0;
    case 2:
    case 10:
      return reader.u8('value');
    case 3:
    case 11:
      return reader.u16('value');
    case 4:
    case 19:
    case 0x16:
      return vlq(reader, 'value');
    case 5:
      return vlq64(reader, 'value');
    case 6:
      return reader.i8('value');
    case 7:
      return reader.i16('value');
    case 8:
      return readVlq(reader, 'value', 5, true);
    case 9:
    case 17:
      return readVlq(reader, 'value', 9, true);
    case 12:
    case 18:
      return reader.u32('value');
    case 13:
    case 16:
      return String(reader.u64('value'));
    case 14:
      return reader.f32('value');
    case 15:
      return reader.f64('value');
    default:
      return undefined;
  }
}

function readStruct(reader: ByteReader, depth: number): PlusValue | undefined {
  const id = reader.u32('structure');
  if (isPacked(id)) return readPacked(reader);
  if (depth >= DEEPEST) return undefined;
  const members: [number, PlusValue][] = [];
  for (;;) {
    const member = vlq(reader, 'member');
    if (member === 0) return { type: STRUCT, scalar: null, members };
    const value = readValue(reader, depth + 1);
    if (!value) return undefined;
    members.push([member, value]);
  }
}

/** The controller must be asked what they are made of: types of the system such as DTL, and those of the program. */
function isPacked(id: number): boolean {
  return (id > 0x9000_0000 && id < 0x9fff_ffff) || (id > 0x0200_0000 && id < 0x02ff_ffff);
}

const COUNTED_TWICE = 0x400;

function readPacked(reader: ByteReader): PlusValue {
  reader.u64('time stamp of the interface');
  const flags = vlq(reader, 'transport flags');
  let length = vlq(reader, 'length');
  // Of an array: first the length of one element, then that of all.
  if ((flags & COUNTED_TWICE) !== 0) length = vlq(reader, 'length of all elements');
  const bytes = reader.bytes(length, 'packed structure');
  const digits = Array.from(bytes.subarray(0, SHOWN_OCTETS), (octet) => octet.toString(16).padStart(2, '0'));
  return { type: STRUCT, scalar: null, length, packed: digits.join('') };
}

/** Undefined for what is no number. */
export function numberOf({ scalar }: PlusValue): number | undefined {
  return typeof scalar === 'number' || typeof scalar === 'boolean' ? Number(scalar) : undefined;
}

/** As few digits as a REAL has. */
export function shownValue(value: PlusValue): number | string | boolean | null {
  const { scalar, type, count, length, members, packed } = value;
  if (typeof scalar === 'number' && type === 14) return Number(scalar.toPrecision(7));
  if (typeof scalar === 'string') return scalar.slice(0, 200);
  if (scalar !== null) return scalar;
  if (packed !== undefined) return `0x${packed}${packed.length < length! * 2 ? '…' : ''}`;
  if (length !== undefined) return `${length} bytes`;
  if (count !== undefined) return `${count} values`;
  return members ? `structure of ${members.length}` : null;
}
