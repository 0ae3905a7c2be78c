import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type PlusValue, readValue, vlq } from './plus-values.ts';
import { classes, idName, SESSION_RESPONSE, CLIENT_PASSWORD } from './plus-names.ts';

export interface PlusObject {
  readonly relation: number;
  readonly classId: number;
  readonly attributes: ReadonlyMap<number, PlusValue>;
  /** Classes of all objects within. */
  readonly inner: readonly number[];
  /** False when something in it could not be read: what follows is not either. */
  readonly whole: boolean;
}

const OBJECT = 0xa1;
const END = 0xa2;
const ATTRIBUTE = 0xa3;
const RELATION = 0xa4;
const DEEPEST = 16;
const MOST_ATTRIBUTES = 1_024;

export function isObject(reader: ByteReader): boolean {
  return reader.peek() === OBJECT;
}

export function readObject(reader: ByteReader, depth = 0): PlusObject {
  reader.open('object');
  reader.constant8(OBJECT, 'begin');
  const relation = reader.u32('relation', idName);
  const classId = vlq(reader, 'class', (id) => classes[id] ?? idName(id));
  vlq(reader, 'class flags');
  vlq(reader, 'attribute');
  const attributes = new Map<number, PlusValue>();
  const inner: number[] = [];
  const whole = readElements(reader, attributes, inner, depth);
  reader.close();
  return { relation, classId, attributes, inner, whole };
}

function readElements(
  reader: ByteReader,
  attributes: Map<number, PlusValue>,
  inner: number[],
  depth: number,
): boolean {
  for (;;) {
    switch (reader.peek()) {
      case END:
        reader.u8('end');
        return true;
      case ATTRIBUTE: {
        reader.open('attribute');
        reader.u8('begin');
        const id = vlq(reader, 'attribute', idName);
        const value = isSecret(id) ? readSecret(reader) : readValue(reader);
        reader.close();
        if (!value) return false;
        if (attributes.size < MOST_ATTRIBUTES) attributes.set(id, value);
        break;
      }
      case RELATION:
        reader.u8('relation');
        vlq(reader, 'kind of relation');
        reader.u32('other object');
        break;
      case OBJECT: {
        if (depth >= DEEPEST) return false;
        const object = readObject(reader, depth + 1);
        if (inner.length < MOST_ATTRIBUTES) inner.push(object.classId, ...object.inner);
        if (!object.whole) return false;
        break;
      }
      default:
        return false;
    }
  }
}

/** What a client proves its knowledge of the password with, and the password itself. */
export function isSecret(id: number): boolean {
  return id === SESSION_RESPONSE || id === CLIENT_PASSWORD;
}

/** Values of an octet each: an array of USINT, or text; anything else is not looked into. */
export function readSecret(reader: ByteReader): PlusValue | undefined {
  reader.u8('flags');
  const type = reader.u8('type');
  if (type !== 2 && type !== 0x15) return undefined;
  const length = vlq(reader, 'length');
  reader.secret(length, 'secret');
  return { type, scalar: null, length };
}
