import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** Start line and header fields, RFC 9112, 2 and 5; SSDP and RTSP write theirs the same way. */
export interface Head {
  readonly start: string;
  /** Names in lower case; what is said twice is kept as it was said first. */
  readonly fields: ReadonlyMap<string, string>;
}

const CR = 0x0d;
const LF = 0x0a;
/** More than servers accept. */
export const LONGEST_HEAD = 32_768;
const MOST_FIELDS = 200;

/** Behind the empty line; 0 when it is not there. Bare line feeds are taken as devices send them. */
export function headEnd(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end, start + LONGEST_HEAD);
  for (let at = start; at < stop; at++) {
    if (bytes[at] !== LF) continue;
    if (bytes[at + 1] === LF && at + 1 < stop) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF && at + 2 < stop) return at + 3;
  }
  return 0;
}

/**
 * @param secret fields of which only the length may be shown
 */
export function readHead(
  reader: ByteReader,
  secret: (name: string, value: string) => boolean = () => false,
): Head {
  const start = readLine(reader, 'start line');
  const fields = new Map<string, string>();
  for (let count = 0; reader.remaining > 0; count++) {
    if (count > MOST_FIELDS) throw new Malformed('header field', reader.offset, `more than ${MOST_FIELDS}`);
    const at = lineLength(reader);
    const line = peekText(reader, at);
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon > 0 && secret(name, value)) {
      reader.text(colon + 1, 'header field');
      reader.secret(at - colon - 1, 'secret');
    } else readLine(reader, line.trim() === '' ? 'end of the header' : 'header field');
    if (line.trim() === '') break;
    if (colon > 0 && !fields.has(name)) fields.set(name, value);
  }
  return { start, fields };
}

export function readLine(reader: ByteReader, field: string): string {
  return reader.text(lineLength(reader), field, 'utf-8');
}

/** With its end. */
export function lineLength(reader: ByteReader): number {
  const rest = reader.peekBytes(Math.min(reader.remaining, LONGEST_HEAD));
  const end = rest.indexOf(LF);
  return end < 0 ? rest.length : end + 1;
}

export function peekText(reader: ByteReader, length: number): string {
  return utf8.decode(reader.peekBytes(length));
}

const utf8 = new TextDecoder('utf-8');
