import { gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

import { pdfWords } from './pdf-words.ts';

/** Octets that one answer is unpacked to, and how often something packed lies in something packed. */
const ROOM = 128 << 20;
const DEPTH = 4;

/**
 * Everything that the bytes of an answer say: as they are, unpacked (gzip, zstd, ZIP, PDF), and decoded from every form in
 * which a word hides from a search: base64, hex, UTF-16, entities, escapes, lines that are folded.
 * @param unread told what nobody without a key can read
 */
export function* readingsOf(
  content: Uint8Array,
  unread: (what: string) => void = () => {},
): Generator<string> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  yield* within(bytes, DEPTH, { left: ROOM }, unread);
}

function* within(
  bytes: Buffer,
  depth: number,
  room: { left: number },
  unread: (what: string) => void,
): Generator<string> {
  const text = bytes.toString('latin1');
  yield* decoded(text);
  if (text.startsWith('age-encryption.org/')) unread('a file that is encrypted to its recipient (age)');
  if (text.includes('-----BEGIN PGP MESSAGE-----'))
    unread('a letter that is encrypted to its recipient (OpenPGP)');
  for (const [what, unpack] of packings)
    if (what(text))
      try {
        for (const part of unpack(bytes, room.left)) {
          room.left -= part.length;
          if (depth === 0 || room.left < 0) unread('something packed too large or too deep');
          else yield* within(part, depth - 1, room, unread);
        }
      } catch {
        unread('something packed that does not unpack');
      }
  if (text.startsWith('%PDF-')) yield* pdfWords(streamsOf(bytes)).flatMap((words) => [...decoded(words)]);
  for (const [packed] of text.matchAll(packedInText))
    yield* within(Buffer.from(packed, 'base64'), depth - 1, room, unread);
}

/** gzip, zstd, ZIP and PDF, in base64: what a page carries for its scripts. */
const packedInText = /(?:H4sI|KLUv\/|UEsDB|JVBERi)[A-Za-z0-9+/]{60,}={0,2}/g;

type Packing = readonly [is: (text: string) => boolean, unpack: (bytes: Buffer, room: number) => Buffer[]];

const packings: readonly Packing[] = [
  // RFC 1952 section 2.3.1
  [(text) => text.startsWith('\x1f\x8b'), (bytes, room) => [gunzipSync(bytes, { maxOutputLength: room })]],
  // RFC 8878 section 3.1.1
  [
    (text) => text.startsWith('\x28\xb5\x2f\xfd'),
    (bytes, room) => [zstdDecompressSync(bytes, { maxOutputLength: room })],
  ],
  [(text) => text.startsWith('PK\x03\x04'), unzipped],
  [(text) => text.startsWith('%PDF-'), streamsOf],
];

/** By the central directory (APPNOTE.TXT section 4.3.12), and the names with it. */
function unzipped(bytes: Buffer, room: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 46)) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + size);
    parts.push(method === 8 ? inflateRawSync(packed, { maxOutputLength: room }) : packed);
  }
  return parts;
}

/** Every stream of a PDF (ISO 32000-2 section 7.3.8), inflated where it is deflated. */
function streamsOf(bytes: Buffer): Buffer[] {
  const streams: Buffer[] = [];
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    if (bytes.toString('latin1', at - 3, at) === 'end') continue;
    const start = at + (bytes[at + 6] === 0x0d ? 8 : 7);
    const end = bytes.indexOf('endstream', start);
    if (end < 0) break;
    const stream = bytes.subarray(start, end);
    // 8, deflate with the window that everybody uses (RFC 1950 section 2.2): fonts and pictures may be something else.
    streams.push((stream[0]! & 0x0f) === 8 ? inflated(stream) : stream);
    at = end + 3;
  }
  return streams;
}

function inflated(stream: Buffer): Buffer {
  try {
    return inflateSync(stream, { maxOutputLength: ROOM });
  } catch {
    return stream;
  }
}

function* decoded(text: string): Generator<string> {
  yield text;
  // UTF-16 of either order.
  if (/a\0n\0/i.test(text)) yield text.replaceAll('\0', '');
  // Folded: MIME (RFC 2045 section 6.7), calendars (RFC 5545 section 3.1), base64 in lines.
  const whole = text.includes('\n') ? text.replaceAll(/=?\r?\n[ \t]?/g, '') : text;
  if (whole !== text) yield whole;
  if (escaped.test(whole)) yield unescaped(whole);
  for (const [run] of whole.matchAll(base64OfMarker)) {
    const plain = run.replaceAll('-', '+').replaceAll('_', '/');
    for (let skip = 0; skip < 4; skip++) yield Buffer.from(plain.slice(skip), 'base64').toString('latin1');
  }
  for (const [run] of whole.matchAll(hexOfMarker))
    yield Buffer.from(run, 'hex').toString('latin1').replaceAll('\0', '');
}

/** One of the letters of a marker, written as a number: HTML, addresses, JSON, quoted-printable. */
const escaped =
  /(?:&#|%|\\u00|\\x|=)(?:x?0*(?:[46]1|[46]3|[46]e|[57]2|[57]9)|0*(?:99|97|110|114|121|67|65|78|82|89);)/i;

function unescaped(text: string): string {
  return text
    .replaceAll(/(?:&#x0*|%|\\u00|\\x|=)([0-9a-f]{2});?/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll(/&#0*(\d{2,3});/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** “canary” or “CANARY” at each of the three places where it may begin among the threes of base64, and what is around it. */
const base64OfMarker =
  /[A-Za-z0-9+/_-]{0,400}(?:Y2FuYXJ5|NhbmFye|jYW5hcn|Q0FOQVJZ|NBTkFSW|DQU5BUl)[A-Za-z0-9+/_-]{0,400}/g;

/** The same in hex, as octets or as UTF-16. */
const hexOfMarker =
  /(?:00)?(?:[46]3(?:00)?[46]1(?:00)?[46]e(?:00)?[46]1(?:00)?[57]2(?:00)?[57]9)(?:[0-9a-f]{2}){0,80}/gi;
