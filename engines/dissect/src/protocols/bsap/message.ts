import { ByteReader, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import {
  type DatabaseReply,
  type DatabaseRequest,
  readDatabaseReply,
  readDatabaseRequest,
} from './database.ts';
import {
  ACKNOWLEDGEMENT,
  DATABASE,
  EXTENSION,
  functions,
  messages,
  PEI_PC,
  REPLIES,
  REQUESTS,
} from './names.ts';
import { extensionOperations } from './operations.ts';

/** One exchange of an application; a datagram may carry several. */
export interface Part {
  readonly sequence: number;
  /** What the message is for; of replies over IP it is not said. */
  readonly application?: number;
  readonly extension?: number;
  readonly request?: DatabaseRequest;
  readonly reply?: DatabaseReply;
}

export interface BsapMessage {
  readonly isReply: boolean | undefined;
  readonly parts: readonly Part[];
  /** False when the checksum of a serial frame is wrong. */
  readonly checked: boolean;
  /** Of the node on a serial line. */
  readonly address?: number;
}

/** Which fields the request with this sequence number asked for. */
export type FieldsOf = (sequence: number) => number | undefined;

const HEADER = 14;
const PART_HEADER = 9;
/** In the header: the number of this datagram, and the one that was received last, which a reply answers. */
const SENT_AT = 6;
const RECEIVED_AT = 10;
/** In a message: the number of the exchange. */
const NUMBER_AT = 5;
const DLE = 0x10;
const STX = 0x02;
const ETX = 0x03;
const CHECKSUM = 2;
const LEAST_FRAME = 9;
const GLOBAL = 0x80;
const MOST_PARTS = 64;

export function isOverIp(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER || u16leAt(bytes, start) !== HEADER) return false;
  const count = u16leAt(bytes, start + 2);
  if (!(u16leAt(bytes, start + 4) in messages) || count > MOST_PARTS) return false;
  let at = start + HEADER;
  for (let i = 0; i < count; i++) {
    if (end - at < PART_HEADER) return false;
    const length = u32leAt(bytes, at);
    if (length < PART_HEADER || length > end - at) return false;
    at += length;
  }
  return at === end;
}

/**
 * Where nobody expects it: a datagram over IP of which a message has the number that the datagram says. With the lengths
 * that fill it, 77 bits at least have to be what they are; of an acknowledgement, which has no message, it is too few.
 */
export function isNumbered(bytes: Uint8Array, start: number, end: number): boolean {
  const isReply = REPLIES.includes(u16leAt(bytes, start + 4));
  const number = u16leAt(bytes, start + (isReply ? RECEIVED_AT : SENT_AT));
  if (number === 0) return false;
  for (let at = start + HEADER; end - at >= PART_HEADER; at += u32leAt(bytes, at)) {
    if (u16leAt(bytes, at + NUMBER_AT) === number) return true;
  }
  return false;
}

/** The end of a serial frame that begins here, with its checksum; 0 when it is not there yet, -1 when none begins. */
export function frameEnd(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== DLE || (start + 1 < end && bytes[start + 1] !== STX)) return -1;
  for (let at = start + 2; at + 1 < end; at++) {
    if (bytes[at] !== DLE) continue;
    if (bytes[at + 1] === ETX) return at + 2 + CHECKSUM <= end ? at + 2 + CHECKSUM : 0;
    if (bytes[at + 1] !== DLE) return -1;
    at++;
  }
  return 0;
}

export function isFrame(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= LEAST_FRAME && frameEnd(bytes, start, end) === end;
}

/** Over all between both delimiters and the octet that ends it, doubled octets counted once. */
export function frameAgrees(bytes: Uint8Array, start: number, end: number): boolean {
  const last = end - CHECKSUM;
  let rest = 0xffff;
  for (let at = start + 2; at < last - 2; at++) {
    rest = crc16(crc16Ccitt, rest, bytes, at, at + 1);
    if (bytes[at] === DLE) at++;
  }
  return crc16(crc16Ccitt, rest, bytes, last - 1, last) === u16leAt(bytes, last);
}

export function readBsap(reader: ByteReader, isReply: boolean, fieldsOf: FieldsOf): BsapMessage {
  return reader.peek() === DLE ? readFrame(reader, fieldsOf) : readDatagram(reader, isReply, fieldsOf);
}

function readDatagram(reader: ByteReader, isReplyByFlow: boolean, fieldsOf: FieldsOf): BsapMessage {
  reader.open('header');
  reader.constant16le(HEADER, 'length');
  const count = reader.u16le('number of messages');
  const kind = reader.u16le('kind', messages);
  reader.u32le('sequence number');
  reader.u32le('sequence number received last');
  reader.close();
  const isReply = REPLIES.includes(kind)
    ? true
    : REQUESTS.includes(kind) || kind === ACKNOWLEDGEMENT
      ? false
      : isReplyByFlow;
  const parts: Part[] = [];
  for (let i = 0; i < Math.min(count, MOST_PARTS); i++) {
    reader.open('message');
    const before = reader.limit(partLength(reader), 'length');
    reader.u32le('length');
    reader.u8('message exchange');
    const sequence = reader.u16le('sequence number');
    reader.u16le('local address');
    parts.push({
      sequence,
      ...(isReply
        ? { reply: readDatabaseReply(reader, fieldsOf(sequence)) }
        : readApplication(reader, reader.u8('application', functions), () => reader.u8('node status'))),
    });
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    reader.release(before);
    reader.close();
  }
  return { isReply, parts, checked: true };
}

function partLength(reader: ByteReader): number {
  const next = reader.peekBytes(4);
  return Math.max(PART_HEADER, next.length < 4 ? 0 : u32leAt(next, 0));
}

function readApplication(
  reader: ByteReader,
  application: number,
  before?: () => void,
): Omit<Part, 'sequence'> {
  before?.();
  if (application === DATABASE) return { application, request: readDatabaseRequest(reader) };
  if (application !== EXTENSION || reader.remaining < 2) return { application };
  return {
    application,
    extension: reader.u16le('extended function', (code) => extensionOperations[code]?.title),
  };
}

function readFrame(reader: ByteReader, fieldsOf: FieldsOf): BsapMessage {
  const whole = reader.peekBytes(reader.remaining);
  const length = whole.length - 2 - 2 - CHECKSUM;
  const checked = length > 0 && frameAgrees(whole, 0, whole.length);
  reader.constant8(DLE, 'start of frame');
  reader.constant8(STX, 'start of text');
  const before = reader.limit(length, 'content');
  // Doubled octets are taken out first: then fields are not where they stand in the frame.
  const isDoubled = reader.peekBytes(length).includes(DLE);
  const inner = isDoubled ? new ByteReader(plain(reader.bytes(length, 'content, octets doubled'))) : reader;
  const message = checked ? readContent(inner, fieldsOf) : { isReply: undefined, parts: [] };
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(before);
  reader.constant8(DLE, 'end of text');
  reader.constant8(ETX, 'end of frame');
  reader.u16le('checksum');
  if (!checked) reader.remark('wrong');
  return { ...message, checked };
}

function plain(bytes: Uint8Array): Uint8Array {
  return bytes.filter((octet, at) => !(octet === DLE && precedingDles(bytes, at) % 2 === 1));
}

function precedingDles(bytes: Uint8Array, at: number): number {
  let count = 0;
  while (at - count > 0 && bytes[at - count - 1] === DLE) count++;
  return count;
}

function readContent(reader: ByteReader, fieldsOf: FieldsOf): Omit<BsapMessage, 'checked'> {
  reader.open('header');
  const address = reader.u8('address');
  const isGlobal = reader.bits(address, GLOBAL, 'passed on') === 1;
  reader.u8('serial number');
  if (isGlobal) {
    reader.u16le('destination');
    reader.u16le('source');
    reader.u8('control');
  }
  const application = reader.u8('destination function', functions);
  const node = { address: address & ~GLOBAL };
  // Polls and acknowledgements of the line end here.
  if (reader.remaining < 4) {
    reader.close();
    return { isReply: undefined, parts: [], ...node };
  }
  const sequence = reader.u16le('sequence number');
  const source = reader.u8('source function', functions);
  reader.u8('node status');
  reader.close();
  const isReply = application === PEI_PC;
  const part =
    isReply && source === DATABASE
      ? { reply: readDatabaseReply(reader, fieldsOf(sequence)) }
      : isReply
        ? {}
        : readApplication(reader, application);
  return { isReply, parts: [{ sequence, ...part }], ...node };
}
