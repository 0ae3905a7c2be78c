import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** A message of Protocol Buffers as its `.proto` declares it: fields by number. `[]`: repeated. */
export type Layout<Names extends string = string> = Readonly<
  Record<number, readonly [name: string, type: Scalar | Names | `${Scalar | Names}[]`]>
>;
type Scalar = 'uint32' | 'uint64' | 'bool' | 'float' | 'double' | 'string' | 'bytes';

export type Message = Record<string, unknown>;

// Protocol Buffers, "Encoding": wire types.
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;
const wireTypes = { [VARINT]: 'varint', [FIXED_64]: '64 bits', [LENGTH]: 'length', [FIXED_32]: '32 bits' };

const scalars: readonly string[] = ['uint32', 'uint64', 'bool', 'float', 'double', 'string', 'bytes'];
/** Messages within messages. */
const DEEPEST = 16;

/** Reads to the end. Fields that the layout does not know are stepped over, as every reader of the format does. */
export function readProtobuf(
  reader: ByteReader,
  layouts: Readonly<Record<string, Layout>>,
  name: string,
  depth = 0,
): Message {
  if (depth > DEEPEST) throw new Malformed(name, reader.offset, `is ${depth} messages deep`);
  const layout = layouts[name]!;
  const message: Message = {};
  while (reader.remaining > 0) {
    const key = reader.varint('key', 5);
    const number = Math.floor(key / 8);
    const wire = reader.bits(key, 0x07, 'wire type', wireTypes);
    const [field, type] = layout[number] ?? [`field ${number}`, 'bytes'];
    const repeated = type.endsWith('[]');
    const value = readValue(reader, layouts, field, repeated ? type.slice(0, -2) : type, wire, depth);
    if (!repeated) message[field] = value;
    else if (Array.isArray(message[field])) message[field].push(value);
    else message[field] = [value];
  }
  return message;
}

function readValue(
  reader: ByteReader,
  layouts: Readonly<Record<string, Layout>>,
  field: string,
  type: string,
  wire: number,
  depth: number,
): unknown {
  switch (wire) {
    case VARINT:
      if (type === 'bool') return reader.varint(field) !== 0;
      return type === 'uint32' ? Number(reader.varint64(field) & 0xffff_ffffn) : reader.varint64(field);
    case FIXED_32:
      return type === 'float' ? reader.f32le(field) : reader.u32le(field);
    case FIXED_64:
      return type === 'double' ? reader.f64le(field) : reader.u64le(field);
    case LENGTH:
      break;
    default:
      throw new Malformed(field, reader.offset - 1, `has the wire type ${wire}`);
  }
  const length = reader.varint('length', 5);
  if (type === 'string') return reader.text(length, field, 'utf-8');
  if (scalars.includes(type)) {
    reader.skip(length, field);
    return length;
  }
  reader.open(field);
  const whole = reader.limit(length, field);
  const inner = readProtobuf(reader, layouts, type, depth + 1);
  reader.release(whole);
  reader.close();
  return inner;
}
