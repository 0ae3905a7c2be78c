import { type ByteReader, Malformed, textAt } from '../../bytes/byte-reader.ts';

/** A line of text, a list of typed values in braces, two semicolons. Niagara 4 and AX write the same. */
export interface FoxFrame {
  readonly type: string;
  readonly sequence: number;
  /** Of a request that waits and of its answer; -1 for none. */
  readonly reply: number;
  readonly channel: string;
  readonly command: string;
  /** Text and numbers as they stand; of secrets, and of what is binary, nothing. */
  readonly values: ReadonlyMap<string, string>;
  /** Lengths of what must not be shown. */
  readonly secrets: ReadonlyMap<string, number>;
}

const LF = 0x0a;
const EQUALS = 0x3d;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const OPEN = 0x5b;
const BLOB = 0x62;
const OBJECT = 0x6f;
const MAGIC = [0x66, 0x6f, 0x78, 0x20];
/** s, a, r, e, n, k, c. */
const TYPES = [0x73, 0x61, 0x72, 0x65, 0x6e, 0x6b, 0x63];
export const LONGEST = 262_144;
const LONGEST_LINE = 16_384;
const MOST_VALUES = 256;
const MOST_TUPLES = 65_536;

const types: Record<string, string> = {
  s: 'request that waits',
  a: 'request or notice',
  r: 'reply',
  e: 'error',
  n: 'reply without content',
  k: 'keep-alive',
  c: 'close',
};

/** What signs somebody in, or stands for it: passwords, digests, tokens of sessions. */
const secret = /passw|credential|digest|secret|token|handshake|sessionid|httpsession|srp6|kerbkey/i;

/** As far as there are bytes. */
export function beginsLikeFox(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = 0; i < Math.min(MAGIC.length, end - start); i++) {
    if (bytes[start + i] !== MAGIC[i]) return false;
  }
  if (end - start > 4 && !TYPES.includes(bytes[start + 4]!)) return false;
  return end - start <= 5 || bytes[start + 5] === MAGIC[3];
}

export const HEAD = 6;

/** Where the frame that begins here ends; 0 when that has not arrived, -1 when there is none. */
export function frameEnd(bytes: Uint8Array, start: number, end: number): number {
  if (!beginsLikeFox(bytes, start, end)) return -1;
  let at = start;
  while (at < end) {
    const next = tupleEnd(bytes, at, end);
    if (next <= 0) return end - start < LONGEST ? next : -1;
    if (next - start > LONGEST) return -1;
    if (isLast(bytes, at, next)) return next;
    at = next;
  }
  return end - start < LONGEST ? 0 : -1;
}

/** Behind the line feed of a line, in which binary content may hold others. */
function tupleEnd(bytes: Uint8Array, start: number, end: number): number {
  const until = Math.min(end, start + LONGEST_LINE);
  for (let at = start; at < until; at++) {
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] !== OPEN || !isBinary(bytes, start, at)) continue;
    const length = numberBefore(bytes, start, at);
    if (length < 0 || length > LONGEST) return -1;
    const close = at + 1 + length;
    return close + 2 <= end ? close + 2 : 0;
  }
  return until < end ? -1 : 0;
}

/** `name=b:44` or `name=o:bog 61`. */
function isBinary(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at++) {
    if (bytes[at] !== EQUALS) continue;
    return (bytes[at + 1] === BLOB || bytes[at + 1] === OBJECT) && bytes[at + 2] === COLON;
  }
  return false;
}

function numberBefore(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let weight = 1;
  let at = end - 1;
  for (; at >= start && isDigit(bytes[at]!) && weight < 1e9; at--, weight *= 10) {
    value += (bytes[at]! - 0x30) * weight;
  }
  return weight === 1 ? -1 : value;
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/** `;;` ends a frame, behind the closing brace of its list if it has one. */
function isLast(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= 4 && end - start >= 3 && bytes[end - 2] === SEMICOLON && bytes[end - 3] === SEMICOLON;
}

export function readFox(reader: ByteReader): FoxFrame {
  reader.open('header');
  const magic = readWord(reader, 'magic');
  if (magic !== 'fox') throw new Malformed('magic', 0, 'is not fox');
  const type = readWord(reader, 'type');
  reader.remark(types[type] ?? 'unknown');
  const sequence = Number(readWord(reader, 'sequence number'));
  const reply = Number(readWord(reader, 'reply number'));
  const channel = readWord(reader, 'channel');
  const command = readWord(reader, 'command');
  reader.close();
  const values = new Map<string, string>();
  const secrets = new Map<string, number>();
  for (let count = 0; reader.remaining > 0; count++) {
    if (count > MOST_TUPLES) throw new Malformed('value', reader.offset, `more than ${MOST_TUPLES}`);
    readTuple(reader, values, secrets);
  }
  return { type, sequence, reply, channel, command, values, secrets };
}

/** Ends with a space or with the line. */
function readWord(reader: ByteReader, field: string): string {
  let length = 0;
  while (length < 256 && reader.peek(length) > MAGIC[3]!) length++;
  return reader.text(length + 1, field);
}

function readTuple(reader: ByteReader, values: Map<string, string>, secrets: Map<string, number>): void {
  const rest = reader.peekBytes(reader.remaining);
  const end = tupleEnd(rest, 0, rest.length);
  if (end <= 0) throw new Malformed('value', reader.offset, 'has no end');
  const equals = rest.subarray(0, Math.min(end, 256)).indexOf(EQUALS);
  if (equals <= 0 || rest[equals + 2] !== COLON) {
    reader.text(end, 'brackets');
    return;
  }
  const name = textAt(rest, 0, equals);
  const head = equals + 3;
  const type = rest[equals + 1]!;
  if (secret.test(name)) {
    reader.text(head, 'name');
    reader.secret(end - head, 'secret');
    secrets.set(name, Math.max(0, lengthOf(rest, head, end, type)));
  } else if (type === BLOB || type === OBJECT) {
    const open = rest.indexOf(OPEN);
    reader.text(Math.min(open + 1, end), 'name');
    if (open + 1 < end) reader.skip(end - open - 1, 'content');
  } else {
    reader.text(end, 'value', 'utf-8');
    if (values.size < MOST_VALUES && !values.has(name)) values.set(name, unescaped(textAt(rest, head, end)));
  }
}

function lengthOf(bytes: Uint8Array, start: number, end: number, type: number): number {
  if (type !== BLOB && type !== OBJECT) return end - start - 1;
  return numberBefore(bytes, start, bytes.indexOf(OPEN, start));
}

/** Whatever does not fit a line stands as `#1f;`, and nothing as `#null;`. */
function unescaped(text: string): string {
  return text
    .replace('#null;', '')
    .replaceAll(/#([0-9a-f]{1,4});/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}
