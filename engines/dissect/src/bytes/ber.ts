import { type ByteReader, Malformed, type Meaning, u16At, u32At } from './byte-reader.ts';

/**
 * Basic Encoding Rules, ITU-T X.690 section 8, for whatever is written in ASN.1.
 *
 * A tag is its identifier octets taken as one number, so that it reads like the bytes do: `0x30`, `0xa1`, `0xbf48`.
 * Nothing is made for an element, and every length is held against the bytes there are. Elements do not nest here:
 * whoever recurses bounds how deep with `MOST_NESTED`.
 *
 *     const before = ber.enter(reader, 'request');
 *     const id = ber.integer(reader, 'request id');
 *     while (ber.peekTag(reader) === 0x30) readBinding(reader);
 *     ber.leave(reader, before);
 */
export const MOST_NESTED = 32;
/** What `peekTag` says where nothing follows. */
export const NOTHING = -1;
export const CONSTRUCTED = 0x20;

// X.680, table 1.
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OBJECT_IDENTIFIER = 0x06;
export const EXTERNAL = 0x28;
export const ENUMERATED = 0x0a;
export const UTF8_STRING = 0x0c;
export const SEQUENCE = 0x30;
export const SET = 0x31;
export const VISIBLE_STRING = 0x1a;
export const GENERALIZED_TIME = 0x18;
export const GENERAL_STRING = 0x1b;

/** The tag of the next element, without stepping over it. */
export function peekTag(reader: ByteReader): number {
  const first = reader.peek();
  if ((first & MULTIPLE) !== MULTIPLE || first < 0) return first;
  let tag = first;
  for (let i = 1; i < LONGEST_TAG; i++) {
    const octet = reader.peek(i);
    if (octet < 0) break;
    tag = tag * 256 + octet;
    if (octet < 0x80) break;
  }
  return tag;
}

/** Steps into the next element, whatever its tag: the reader ends where the element does, until `leave`. */
export function enter(reader: ByteReader, field: string, section?: string): number {
  reader.open(field, section);
  const tag = readTag(reader, field);
  const first = reader.u8('length');
  if (first < 0x80) return reader.limit(first, field);
  if (first === INDEFINITE) return enterIndefinite(reader, tag, field);
  const width = first & 0x7f;
  if (width > LONGEST_LENGTH) {
    throw new Malformed(field, reader.offset - 1, `a length of ${width} octets`);
  }
  return reader.limit(reader.uint(width, 'length continued'), field);
}

/** Steps behind the element. What was not read of it shows as such in the field tree. */
export function leave(reader: ByteReader, before: number): void {
  if (reader.remaining > 0) reader.skip(reader.remaining, 'not read');
  reader.release(before < 0 ? ~before : before);
  if (before < 0) reader.u16('end of contents');
  reader.close();
}

/** Any INTEGER, ENUMERATED or what is tagged like them. Beyond 2^53 it is rounded. */
export function integer(reader: ByteReader, field: string, meaning?: Meaning): number {
  const before = enter(reader, field);
  const value = reader.int(reader.remaining, field, meaning);
  leave(reader, before);
  return value;
}

/** Of types that are never negative, but written without the leading zero by some. */
export function unsigned(reader: ByteReader, field: string, meaning?: Meaning): number {
  const before = enter(reader, field);
  const value = reader.uint(reader.remaining, field, meaning);
  leave(reader, before);
  return value;
}

export function boolean(reader: ByteReader, field: string): boolean {
  const before = enter(reader, field);
  const value = reader.u8(field, truth) !== 0;
  leave(reader, before);
  return value;
}

export function text(reader: ByteReader, field: string, encoding: 'latin1' | 'utf-8' = 'latin1'): string {
  const before = enter(reader, field);
  const value = reader.text(reader.remaining, field, encoding);
  leave(reader, before);
  return value;
}

/** A view on the capture: copy what is to be kept. */
export function octets(reader: ByteReader, field: string): Uint8Array {
  const before = enter(reader, field);
  const value = reader.bytes(reader.remaining, field);
  leave(reader, before);
  return value;
}

/** `1.3.6.1.2.1`. */
export function objectIdentifier(
  reader: ByteReader,
  field: string,
  meaning?: Readonly<Record<string, string>>,
): string {
  const before = enter(reader, field);
  const bytes = reader.bytes(reader.remaining, field);
  const value = objectIdentifierAt(bytes, 0, bytes.length);
  reader.remark(meaning?.[value] ?? value);
  leave(reader, before);
  return value;
}

/** Steps over an element, with whatever is in it. */
export function skip(reader: ByteReader, field: string): void {
  const before = enter(reader, field);
  if (reader.remaining > 0) reader.skip(reader.remaining, field);
  leave(reader, before);
}

/**
 * Where an element lies, for `recognises` and for what is met a million times. Kept and used again. Lengths that are
 * not given beforehand it does not know: those who meet them use the reader.
 */
export class Element {
  tag = 0;
  /** Of the contents. */
  start = 0;
  end = 0;

  /** False when no whole element is there. */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    return this.begin(bytes, at, end) && this.end <= end;
  }

  /** True when a whole element with this tag is there. */
  is(tag: number, bytes: Uint8Array, at: number, end: number): boolean {
    return this.read(bytes, at, end) && this.tag === tag;
  }

  /** The same as `read` for an element whose tag and length are there, but perhaps not all of its contents. */
  begin(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    if (at >= end) return false;
    let tag = bytes[at++]!;
    if ((tag & MULTIPLE) === MULTIPLE) {
      let octet;
      do {
        if (at >= end || at - start >= LONGEST_TAG) return false;
        octet = bytes[at++]!;
        tag = tag * 256 + octet;
      } while (octet >= 0x80);
    }
    if (at >= end) return false;
    let length = bytes[at++]!;
    if (length >= 0x80) {
      const width = length & 0x7f;
      if (width === 0 || width > LONGEST_LENGTH || end - at < width) return false;
      length = unsignedAt(bytes, at, at + width);
      at += width;
    }
    this.tag = tag;
    this.start = at;
    this.end = at + length;
    return true;
  }
}

/** Of an element with its tag and length; 0 until those are there, -1 when they cannot be. For `messageLength`. */
export function elementLength(bytes: Uint8Array, start: number, end: number): number {
  if (measured.begin(bytes, start, end)) return measured.end - start;
  return end - start < LONGEST_TAG + 1 + LONGEST_LENGTH && bytes[start + 1] !== INDEFINITE ? 0 : -1;
}

const measured = new Element();

/** Two's complement, of any width; beyond 2^53 it is rounded. */
export function integerAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1) return (bytes[start]! << 24) >> 24;
  if (end - start === 4) return u32At(bytes, start) | 0;
  const value = unsignedAt(bytes, start, end);
  return start < end && bytes[start]! >= 0x80 ? value - 2 ** (8 * (end - start)) : value;
}

export function unsignedAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 2) return u16At(bytes, start);
  if (end - start === 4) return u32At(bytes, start);
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + bytes[at]!;
  return value;
}

/** X.690, 8.19. Arcs beyond 2^53 are rounded; what ends in the middle of an arc ends before it. */
export function objectIdentifierAt(bytes: Uint8Array, start: number, end: number): string {
  let value = '';
  let arc = 0;
  for (let at = start; at < end; at++) {
    arc = arc * 128 + (bytes[at]! & 0x7f);
    if (bytes[at]! >= 0x80) continue;
    if (value === '') {
      const first = Math.min(2, Math.floor(arc / 40));
      value = `${first}.${arc - first * 40}`;
    } else value += `.${arc}`;
    arc = 0;
  }
  return value;
}

/** The low bits of a tag that goes on in the next octet: X.690, 8.1.2.4. */
const MULTIPLE = 0x1f;
const LONGEST_TAG = 4;
const LONGEST_LENGTH = 4;
const INDEFINITE = 0x80;

const truth = (value: number) => (value === 0 ? 'false' : 'true');

function readTag(reader: ByteReader, field: string): number {
  const tag = peekTag(reader);
  if (tag < 0x100) return reader.u8('tag', tagName);
  if (tag < 0x1_0000) return reader.u16('tag', tagName);
  if (tag < 0x100_0000) return reader.u24('tag', tagName);
  if (tag & 0x80) throw new Malformed(field, reader.offset, `a tag of more than ${LONGEST_TAG} octets`);
  return reader.u32('tag', tagName);
}

/** X.690, 8.1.3.6: the end is where an empty element with tag 0 stands. */
function enterIndefinite(reader: ByteReader, tag: number, field: string): number {
  const bytes = reader.peekBytes(reader.remaining);
  const length = isConstructed(tag) ? lengthBeforeEnd(bytes) : -1;
  if (length < 0) throw new Malformed(field, reader.offset - 1, 'its contents have no end');
  return ~reader.limit(length, field);
}

function isConstructed(tag: number): boolean {
  let first = tag;
  while (first > 0xff) first = Math.floor(first / 256);
  return (first & CONSTRUCTED) !== 0;
}

function lengthBeforeEnd(bytes: Uint8Array): number {
  let open = 1;
  let at = 0;
  while (at < bytes.length) {
    if (inner.begin(bytes, at, bytes.length)) {
      if (inner.tag === 0 && inner.end === inner.start) {
        if (--open === 0) return at;
      }
      at = inner.end;
      continue;
    }
    // Lengths that are not given beforehand, one in the other.
    let length = at + 1;
    if ((bytes[at]! & MULTIPLE) === MULTIPLE) while (bytes[length++]! >= 0x80);
    if (bytes[length] !== INDEFINITE || ++open > MOST_NESTED) return -1;
    at = length + 1;
  }
  return -1;
}

const inner = new Element();

const classes = ['', 'APPLICATION ', '', 'PRIVATE '];

/** As ASN.1 writes it: `INTEGER`, `[3]`, `APPLICATION 1`. */
export function tagName(tag: number): string {
  let [first, rest, factor] = [tag, 0, 1];
  for (; first > 0xff; first = Math.floor(first / 256), factor *= 128) rest += (first & 0x7f) * factor;
  const number = factor > 1 ? rest : first & MULTIPLE;
  const kind = first >> 6;
  if (kind === 0) return universal[number] ?? `UNIVERSAL ${number}`;
  return kind === 2 ? `[${number}]` : `${classes[kind]}${number}`;
}

const universal: Readonly<Record<number, string>> = {
  0: 'end of contents',
  1: 'BOOLEAN',
  2: 'INTEGER',
  3: 'BIT STRING',
  4: 'OCTET STRING',
  5: 'NULL',
  6: 'OBJECT IDENTIFIER',
  7: 'ObjectDescriptor',
  8: 'EXTERNAL',
  9: 'REAL',
  10: 'ENUMERATED',
  12: 'UTF8String',
  13: 'RELATIVE-OID',
  16: 'SEQUENCE',
  17: 'SET',
  18: 'NumericString',
  19: 'PrintableString',
  20: 'TeletexString',
  22: 'IA5String',
  23: 'UTCTime',
  24: 'GeneralizedTime',
  25: 'GraphicString',
  26: 'VisibleString',
  27: 'GeneralString',
  28: 'UniversalString',
  30: 'BMPString',
};
