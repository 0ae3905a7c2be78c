import type { ByteReader } from '../../bytes/byte-reader.ts';
import { attributes, marks, STATE, states, types } from './names.ts';

/** Of an attribute; null where it is void. */
export type AttributeValue = number | string | boolean | null;

/** Most objects that are read of one message. */
const MOST = 256;

/**
 * Objects, each behind its type, as far as they are of types whose form is known. Of a list nothing is read behind another.
 * @param start of the body: numbers stand at multiples of their width from there
 * @param named attributes in their order
 */
export function readObjects(
  reader: ByteReader,
  start: number,
  count: number,
  named: readonly number[],
): AttributeValue[] {
  const values: AttributeValue[] = [];
  while (values.length < Math.min(count, MOST) && reader.remaining >= 2) {
    const attribute = named[values.length];
    reader.open((attribute !== undefined && attributes[attribute]) || 'value');
    const value = readObject(reader, start, attribute);
    reader.close();
    if (value === undefined) break;
    values.push(value);
  }
  return values;
}

/** Who asks has the type in the upper octet, who answers in the lower one. */
function typeOf(word: number): number {
  return word > 0xff ? word >> 8 : word;
}

function readObject(
  reader: ByteReader,
  start: number,
  attribute: number | undefined,
): AttributeValue | undefined {
  pad(reader, start, 2);
  if (reader.remaining < 2) return undefined;
  const type = typeOf(reader.u16le('type', (word) => types[typeOf(word)]));
  const width = widths[type];
  if (width === undefined) return readOther(reader, type);
  pad(reader, start, Math.min(width, 4));
  // Whether 64 bits stand at multiples of four or of eight nobody told: they are read where it makes no difference.
  if (reader.remaining < width || (width === 8 && (reader.offset - start) % 8 !== 0)) return undefined;
  switch (type) {
    case 0x02:
      return reader.u16le('boolean', { 0: 'false', 1: 'true' }) !== 0;
    case 0x04:
      return (reader.u16le('number') << 24) >> 24;
    case 0x06:
      return reader.i16le('number');
    case 0x08:
    case 0x09:
      return attribute === STATE
        ? readState(reader)
        : type === 0x08
          ? reader.i32le('number')
          : reader.u32le('number');
    case 0x0a:
      return Number(reader.i64le('number'));
    case 0x0b:
      return Number(reader.u64le('number'));
    case 0x0c:
      return Number(reader.f32le('number').toPrecision(7));
    case 0x0d:
      return reader.f64le('number');
    default:
      return reader.u16le('number');
  }
}

/** Octets of numbers by type: those of eight bits have 16 outside of arrays. */
const widths: Readonly<Record<number, number>> = {
  0x02: 2,
  0x03: 2,
  0x04: 2,
  0x05: 2,
  0x06: 2,
  0x07: 2,
  0x08: 4,
  0x09: 4,
  0x0a: 8,
  0x0b: 8,
  0x0c: 4,
  0x0d: 8,
};

function readOther(reader: ByteReader, type: number): AttributeValue | undefined {
  if (type === 0x01) return null;
  const encoding = type === 0x13 ? 'utf-8' : type === 0x0e || type === 0x1a ? 'latin1' : undefined;
  if (!encoding) return undefined;
  const end = reader.peekBytes(reader.remaining).indexOf(0);
  return end < 0 ? undefined : reader.text(end + 1, 'text', encoding);
}

function readState(reader: ByteReader): number {
  const state = reader.u32le('state', (value) => states[value & 0xff]);
  reader.bits(state, 0xff, 'running state', states);
  for (const [bit, mark] of Object.entries(marks)) reader.bits(state, Number(bit), mark);
  return state;
}

export function pad(reader: ByteReader, start: number, width: number): void {
  const padding = -(reader.offset - start) & (width - 1);
  if (padding > 0 && padding <= reader.remaining) reader.skip(padding, 'padding');
}
