import * as ber from './ber.ts';
import { type ByteReader, Malformed, type Meaning } from './byte-reader.ts';

/**
 * Types of ASN.1, written down nearly as a standard prints its module: a type reads one element, tag and all, and says
 * what was in it. Tags are what stands before the name, so IMPLICIT costs nothing; EXPLICIT is said with `explicit`.
 *
 *     const fileOpen = sequence(
 *       [0xa0, 'fileName', fileName],
 *       [0x81, 'initialPosition', unsigned()],
 *     );
 *
 * Values are objects: not for what is met a million times.
 */
export type Type<Value> = (reader: ByteReader, field: string) => Value;

/** Tags by which a component begins (several for a CHOICE without a tag of its own), its name, its type. */
export type Component = readonly [tag: number | readonly number[], name: string, type: Type<unknown>];

export type ValueOf<T> = T extends Type<infer Value> ? Value : never;

type Components<Parts extends readonly Component[]> = {
  readonly [Part in Parts[number] as Part[1]]?: ValueOf<Part[2]>;
};

export const integer =
  (meaning?: Meaning): Type<number> =>
  (reader, field) =>
    ber.integer(reader, field, meaning);

export const unsigned =
  (meaning?: Meaning): Type<number> =>
  (reader, field) =>
    ber.unsigned(reader, field, meaning);

export const boolean: Type<boolean> = ber.boolean;
export const latin1: Type<string> = ber.text;
export const utf8: Type<string> = (reader, field) => ber.text(reader, field, 'utf-8');
export const octets: Type<Uint8Array> = ber.octets;
export const objectIdentifier: Type<string> = ber.objectIdentifier;

export const nothing: Type<true> = (reader, field) => {
  ber.skip(reader, field);
  return true;
};

/** X.690, 8.6: `0110`. */
export const bits: Type<string> = (reader, field) => {
  const before = ber.enter(reader, field);
  const value = readBits(reader, field);
  ber.leave(reader, before);
  return value;
};

export function readBits(reader: ByteReader, field: string): string {
  if (reader.remaining === 0) return '';
  const unused = reader.u8('unused bits');
  const bytes = reader.bytes(reader.remaining, field);
  if (unused > 7 || unused > bytes.length * 8) {
    throw new Malformed(field, reader.offset - bytes.length - 1, `${unused} unused bits`);
  }
  let value = '';
  for (const byte of bytes.subarray(0, LONGEST_BITS)) value += byte.toString(2).padStart(8, '0');
  if (bytes.length <= LONGEST_BITS) value = value.slice(0, value.length - unused);
  reader.remark(value);
  return value;
}

const LONGEST_BITS = 128;

/** A SEQUENCE or SET. Components come in their order; whatever is not among them is shown and stepped over. */
export function sequence<const Parts extends readonly Component[]>(...parts: Parts): Type<Components<Parts>> {
  return (reader, field) => {
    const before = ber.enter(reader, field);
    const value = readComponents(reader, parts);
    ber.leave(reader, before);
    return value as Components<Parts>;
  };
}

function readComponents(reader: ByteReader, parts: readonly Component[]): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  let next = 0;
  while (reader.remaining > 0) {
    const tag = ber.peekTag(reader);
    let at = next;
    while (at < parts.length && !begins(parts[at]!, tag)) at++;
    if (at === parts.length) {
      ber.skip(reader, 'unknown component');
      continue;
    }
    const [, name, type] = parts[at]!;
    value[name] = type(reader, name);
    next = at + 1;
  }
  return value;
}

function begins([tags]: Component, tag: number): boolean {
  return typeof tags === 'number' ? tags === tag : tags.includes(tag);
}

export function sequenceOf<Value>(type: Type<Value>, name: string): Type<Value[]> {
  return (reader, field) => {
    const before = ber.enter(reader, field);
    const values: Value[] = [];
    while (reader.remaining > 0) values.push(type(reader, name));
    ber.leave(reader, before);
    return values;
  };
}

/** By tag. */
export function choice<const Types extends Readonly<Record<number, Type<unknown>>>>(
  types: Types,
): Type<ValueOf<Types[keyof Types]>> {
  return (reader, field) => {
    const tag = ber.peekTag(reader);
    const type = types[tag];
    if (!type) {
      const what = tag === ber.NOTHING ? 'is missing' : `cannot be ${ber.tagName(tag)}`;
      throw new Malformed(field, reader.offset, what);
    }
    return type(reader, field) as ValueOf<Types[keyof Types]>;
  };
}

/** A tag around another. */
export function explicit<Value>(type: Type<Value>): Type<Value> {
  return (reader, field) => {
    const before = ber.enter(reader, field);
    const value = type(reader, field);
    ber.leave(reader, before);
    return value;
  };
}

export function mapped<Value, Other>(type: Type<Value>, to: (value: Value) => Other): Type<Other> {
  return (reader, field) => to(type(reader, field));
}

/** A type that contains itself, so many times one in the other at most. */
export function recursive<Value>(type: () => Type<Value>): Type<Value> {
  let depth = 0;
  return (reader, field) => {
    if (depth >= ber.MOST_NESTED) throw new Malformed(field, reader.offset, 'nested too deep');
    depth++;
    try {
      return type()(reader, field);
    } finally {
      depth--;
    }
  };
}
