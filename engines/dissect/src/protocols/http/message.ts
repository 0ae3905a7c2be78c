import { type ByteReader, u32At } from '../../bytes/byte-reader.ts';
import { LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { type Head, LONGEST_HEAD, readHead } from './head.ts';

/** RFC 9110, 9.3, and RFC 4918 (WebDAV), 9. */
const methods = [
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'CONNECT',
  'TRACE',
  'PROPFIND',
  'MOVE',
  'COPY',
  'MKCOL',
].map((method) => new TextEncoder().encode(`${method} `));
const VERSION = new TextEncoder().encode('HTTP/1.');
const LF = 0x0a;
const CR = 0x0d;
const LONGEST_CHUNK_LINE = 256;

export interface HttpMessage {
  /** Of a chunk; -1 for a head. */
  readonly chunk: number;
  readonly head?: Head;
}

export const REQUEST_LINE = 3;
export const STATUS_LINE = 4;

/** What these bytes begin with. `PERHAPS` when there are too few of them. */
export function beginning(bytes: Uint8Array, start: number, end: number): number {
  const version = matches(bytes, start, end, VERSION);
  if (version === OURS) return beginsWithStatus(bytes, start, end);
  if (version === PERHAPS) return PERHAPS;
  let result: number = NOT_OURS;
  for (const method of methods) {
    const same = matches(bytes, start, end, method);
    if (same === OURS) return REQUEST_LINE;
    if (same === PERHAPS) result = PERHAPS;
  }
  return result;
}

/** `HTTP/1.1 200`; the version alone stands at the end of a request line too. */
function beginsWithStatus(bytes: Uint8Array, start: number, end: number): number {
  const at = start + VERSION.length;
  if (end - at < 3) return PERHAPS;
  return bytes[at + 1] === 0x20 && isDigit(bytes[at]!) && isDigit(bytes[at + 2]!) ? STATUS_LINE : NOT_OURS;
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

function matches(bytes: Uint8Array, start: number, end: number, text: Uint8Array): 0 | 1 | 2 {
  for (let i = 0; i < text.length; i++) {
    if (start + i >= end) return PERHAPS;
    if (bytes[start + i] !== text[i]) return NOT_OURS;
  }
  return OURS;
}

/** Behind the first line; 0 when it has not ended. */
export function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end, start + LONGEST_HEAD);
  for (let at = start; at < stop; at++) if (bytes[at] === LF) return at + 1;
  return 0;
}

/** `… HTTP/1.1`. */
export function endsWithVersion(bytes: Uint8Array, start: number, end: number): boolean {
  const at = end - (bytes[end - 2] === CR ? 10 : 9);
  return at > start && u32At(bytes, at) === 0x4854_5450 && bytes[at + 5] === 0x31;
}

/** RFC 9112, 7.1: the size in hexadecimal, perhaps behind the end of the chunk before. */
export function chunkLineLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === LF) return 1;
  if (bytes[start] === CR) return end - start < 2 ? 0 : bytes[start + 1] === LF ? 2 : LOST;
  if (!isHexadecimal(bytes[start]!)) return LOST;
  const stop = Math.min(end, start + LONGEST_CHUNK_LINE);
  for (let at = start, digits = true; at < stop; at++) {
    const octet = bytes[at]!;
    if (octet === LF) return at + 1 - start;
    if (digits && !isHexadecimal(octet)) {
      if (octet !== CR && octet !== 0x3b && octet !== 0x20) return LOST;
      digits = false;
    }
    if (digits && at - start >= 8) return LOST;
  }
  return end - start >= LONGEST_CHUNK_LINE ? LOST : 0;
}

function isHexadecimal(octet: number): boolean {
  const letter = octet | 0x20;
  return isDigit(octet) || (letter >= 0x61 && letter <= 0x66);
}

/** Fields by which somebody signs in. */
const secrets = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-auth-token',
]);

export function readHttp(reader: ByteReader): HttpMessage {
  const first = reader.peekBytes(16);
  if (beginning(first, 0, first.length) < REQUEST_LINE) return readChunk(reader);
  reader.open('head', 'RFC 9112, 2.1');
  const head = readHead(reader, (name) => secrets.has(name));
  reader.close();
  // Somebody may look at it who need not know what was typed into a form.
  if (reader.remaining > 0) reader.secret(reader.remaining, 'body');
  return { chunk: -1, head };
}

function readChunk(reader: ByteReader): HttpMessage {
  const bytes = reader.peekBytes(LONGEST_CHUNK_LINE);
  const length = chunkLineLength(bytes, 0, bytes.length);
  if (length > 2) {
    reader.open('chunk', 'RFC 9112, 7.1');
    const size = Number.parseInt(reader.text(length, 'size of the chunk'), 16);
    reader.close();
    if (reader.remaining > 0) reader.secret(reader.remaining, 'content');
    return { chunk: size };
  }
  if (length > 0) reader.skip(length, 'end of the chunk');
  if (reader.remaining > 0) reader.secret(reader.remaining, 'content');
  return { chunk: 0 };
}
