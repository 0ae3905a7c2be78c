import type { ByteReader } from '../../bytes/byte-reader.ts';

// CIP Volume 1, table C-6.1; structures as Logix numbers them (1756-PM020).
export const STRUCTURE = 0x02a0;
const BOOL = 0xc1;

export const typeNames: Readonly<Record<number, string>> = {
  [BOOL]: 'BOOL',
  0xc2: 'SINT',
  0xc3: 'INT',
  0xc4: 'DINT',
  0xc5: 'LINT',
  0xc6: 'USINT',
  0xc7: 'UINT',
  0xc8: 'UDINT',
  0xc9: 'ULINT',
  0xca: 'REAL',
  0xcb: 'LREAL',
  0xd0: 'STRING',
  0xd1: 'BYTE',
  0xd2: 'WORD',
  0xd3: 'DWORD',
  0xd4: 'LWORD',
  0xda: 'SHORT_STRING',
  [STRUCTURE]: 'structure',
};

const sizes: Readonly<Record<number, number>> = {
  [BOOL]: 1,
  0xc2: 1,
  0xc3: 2,
  0xc4: 4,
  0xc5: 8,
  0xc6: 1,
  0xc7: 2,
  0xc8: 4,
  0xc9: 8,
  0xca: 4,
  0xcb: 8,
  0xd1: 1,
  0xd2: 2,
  0xd3: 4,
  0xd4: 8,
};

export type Value = number | string | boolean;

/** As many values as a sample shows. */
const MOST_SHOWN = 32;

/** Bytes of one value; 0 when the type does not say. */
export const sizeOf = (type: number): number => sizes[type] ?? 0;

/** Reads values of one type to the end; those of a type that says nothing of its size as hexadecimal. */
export function readValues(reader: ByteReader, type: number): Value[] {
  const size = sizeOf(type);
  if (size === 0) return reader.remaining > 0 ? [readHex(reader, 'values')] : [];
  const values: Value[] = [];
  while (reader.remaining >= size && values.length < MOST_SHOWN) values.push(readValue(reader, type));
  return values;
}

function readValue(reader: ByteReader, type: number): Value {
  switch (type) {
    case BOOL:
      return reader.u8('value') !== 0;
    case 0xc2:
      return reader.i8('value');
    case 0xc3:
      return reader.i16le('value');
    case 0xc4:
      return reader.i32le('value');
    case 0xc5:
      return exact(reader.i64le('value'));
    case 0xc6:
    case 0xd1:
      return reader.u8('value');
    case 0xc7:
    case 0xd2:
      return reader.u16le('value');
    case 0xca:
      return reader.f32le('value');
    case 0xcb:
      return reader.f64le('value');
    case 0xc9:
    case 0xd4:
      return exact(reader.u64le('value'));
    default:
      return reader.u32le('value');
  }
}

function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

const MOST_HEX = 32;

/** The rest of the data as hexadecimal, cut off where nobody reads on. */
export function readHex(reader: ByteReader, field: string): string {
  const length = reader.remaining;
  const bytes = reader.bytes(length, field);
  const digits = Array.from(bytes.subarray(0, MOST_HEX), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
  return length > MOST_HEX ? `${digits}…` : digits;
}
