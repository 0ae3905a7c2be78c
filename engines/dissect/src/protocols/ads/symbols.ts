import { shownOctets, textUpToNul, untypedNumber } from '../../analysis/untyped.ts';
import { type ByteReader, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';

/** AdsSymbolEntry. */
export interface Symbol {
  readonly name: string;
  readonly group: number;
  readonly offset: number;
  readonly size: number;
  readonly type: number;
}

/** ADST_… of AdsDef. */
const INT16 = 2;
const INT32 = 3;
const REAL32 = 4;
const REAL64 = 5;
const INT8 = 16;
const UINT8 = 17;
const UINT16 = 18;
const UINT32 = 19;
const STRING = 30;
const BIT = 33;
export const UNKNOWN_TYPE = 0;

const SHORTEST_ENTRY = 30;
const scratch = new DataView(new ArrayBuffer(8));

/** Undefined where the entry's own length makes no sense. */
export function readSymbol(reader: ByteReader): Symbol | undefined {
  reader.open('symbol');
  const length = reader.u32le('entry length');
  if (length < SHORTEST_ENTRY || length - 4 > reader.remaining) {
    reader.close();
    return undefined;
  }
  const whole = reader.limit(length - 4, 'entry length');
  const group = reader.u32le('index group');
  const offset = reader.u32le('index offset');
  const size = reader.u32le('size');
  const type = reader.u32le('data type');
  reader.u32le('flags');
  const nameLength = reader.u16le('name length');
  const typeLength = reader.u16le('type length');
  const commentLength = reader.u16le('comment length');
  const room = nameLength + typeLength + commentLength + 3 <= reader.remaining;
  const name = room ? reader.text(nameLength + 1, 'name') : '';
  if (room) {
    reader.text(typeLength + 1, 'type');
    reader.text(commentLength + 1, 'comment');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  reader.release(whole);
  reader.close();
  return { name, group, offset, size, type };
}

/** A number for the process image; undefined when the type is not a number or not known. */
export function numberOf(data: Uint8Array, type: number): number | undefined {
  switch (type) {
    case INT8:
      return data.length === 1 ? (data[0]! << 24) >> 24 : undefined;
    case BIT:
    case UINT8:
      return data.length === 1 ? data[0] : undefined;
    case INT16:
      return data.length === 2 ? (u16leAt(data, 0) << 16) >> 16 : undefined;
    case UINT16:
      return data.length === 2 ? u16leAt(data, 0) : undefined;
    case INT32:
      return data.length === 4 ? u32leAt(data, 0) | 0 : undefined;
    case UINT32:
      return data.length === 4 ? u32leAt(data, 0) : undefined;
    case REAL32:
      return data.length === 4 ? (load(data), Number(scratch.getFloat32(0, true).toPrecision(7))) : undefined;
    case REAL64:
      return data.length === 8 ? (load(data), scratch.getFloat64(0, true)) : undefined;
    case UNKNOWN_TYPE:
      return untypedNumber(data);
    default:
      return undefined;
  }
}

/** For people: the number, the text, or the bytes. */
export function shownData(data: Uint8Array, type: number): number | string {
  const number = numberOf(data, type);
  if (number !== undefined) return number;
  if (type === STRING) return textUpToNul(data);
  return shownOctets(data);
}

function load(data: Uint8Array): void {
  for (let i = 0; i < data.length; i++) scratch.setUint8(i, data[i]!);
}
