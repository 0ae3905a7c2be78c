import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { melsoftRefusalOf } from '../melsec/refusals.ts';
import { operations } from './operations.ts';

/** No specification is public: what a dissector of Nozomi Networks names, and what captures of GX Works3 show. */
export interface Frame {
  readonly isReply: boolean;
  /** -1 in a search. */
  readonly command: number;
  /** The same in request and reply. */
  readonly reference: number;
  readonly status: number;
  readonly body: Body;
}

export interface Body {
  readonly model?: string;
  readonly file?: string;
  readonly handle?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly content?: Uint8Array;
}

export const REQUEST = 0x57;
export const REPLY = 0xd7;
export const SEARCH = 0x5a;
export const FOUND = 0xda;
export const HEADER = 21;
export const LENGTH_AT = 19;
/** Behind the header: of the command, before its number. */
export const COMMAND_HEADER = 24;
export const STATUS = 2;
export const COMMAND_REQUEST = 0x1c;
export const COMMAND_REPLY = 0x9c;

const OPEN = 0x0121;
export const FILE_OPEN = 0x1867;
export const FILE_READ = 0x1868;
export const FILE_WRITE = 0x1869;
export const FILE_CLOSE = 0x186a;
const FILE_LIST = 0x1859;
const FILE_FIND = 0x185f;
const LOGIN_PASSWORD = 0x0132;
const LONGEST_PATH = 512;
const nothing: Body = {};

const commandName = (command: number) => operations[command]?.title;

export function readMelsoft(reader: ByteReader): Frame {
  const first = reader.peek();
  if (first === SEARCH || first === FOUND) return readSearch(reader, first === FOUND);
  const isReply = first === REPLY;
  reader.open('header');
  reader.u16('identification', { 0x5701: 'request', 0xd701: 'reply', 0xd700: 'reply' });
  reader.u8('sequence number');
  reader.skip(6, 'unknown');
  reader.u8('network');
  reader.u8('station');
  reader.u16le('module I/O');
  reader.skip(6, 'unknown');
  const length = reader.u16le('length');
  reader.close();
  const whole = reader.limit(length, 'length');
  reader.open('command header');
  reader.u8('type', { [COMMAND_REQUEST]: 'request', [COMMAND_REPLY]: 'reply' });
  reader.skip(3, 'sizes');
  const status = isReply
    ? reader.u16le('status', (code) => (code === 0 ? 'normal' : melsoftRefusalOf(code).text))
    : 0;
  reader.skip(COMMAND_HEADER - 4, 'unknown');
  reader.close();
  reader.open('command');
  const command = reader.u16('command', commandName);
  const reference = reader.u16le('reference');
  const body = status === 0 ? readBody(reader, command, isReply) : nothing;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  reader.release(whole);
  return { isReply, command, reference, status, body };
}

function readSearch(reader: ByteReader, isReply: boolean): Frame {
  reader.u8('identification', { [SEARCH]: 'search', [FOUND]: 'found' });
  reader.u16('unknown');
  const reference = reader.u8('question');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return { isReply, command: -1, reference, status: 0, body: nothing };
}

function readBody(reader: ByteReader, command: number, isReply: boolean): Body {
  const least = isReply ? 2 : 6;
  if (reader.remaining < least) return nothing;
  switch (command) {
    case OPEN:
      return isReply ? readModel(reader) : nothing;
    case FILE_LIST:
      return isReply ? nothing : readPath(reader, 14);
    case FILE_FIND:
      return isReply ? nothing : readPath(reader, 8);
    case FILE_OPEN:
      return isReply ? readHandle(reader) : readPath(reader, 14);
    case FILE_READ:
      return isReply ? readContent(reader, 'length') : readPart(reader);
    case FILE_WRITE:
      return isReply ? nothing : readPart(reader);
    case FILE_CLOSE:
      return isReply ? nothing : readHandle(reader);
    case LOGIN_PASSWORD:
      if (!isReply) reader.secret(reader.remaining, 'password');
      return nothing;
    default:
      return nothing;
  }
}

function readModel(reader: ByteReader): Body {
  if (reader.remaining < 18) return nothing;
  reader.u16le('unknown');
  return { model: reader.text(16, 'model') };
}

/** Counted UTF-16 behind what nobody knows the meaning of. */
function readPath(reader: ByteReader, unknown: number): Body {
  if (reader.remaining < unknown + 2) return nothing;
  reader.skip(unknown, 'unknown');
  const length = reader.u16le('length of the path');
  if (length > reader.remaining || length > LONGEST_PATH) return nothing;
  return { file: reader.text(length, 'path', 'utf-16le') };
}

function readHandle(reader: ByteReader): Body {
  reader.u16le('unknown');
  return reader.remaining < 2 ? nothing : { handle: reader.u16le('handle') };
}

function readPart(reader: ByteReader): Body {
  reader.u16le('unknown');
  if (reader.remaining < 8) return nothing;
  const handle = reader.u16le('handle');
  const offset = reader.u32le('offset');
  const length = reader.u16le('length');
  if (reader.remaining === 0) return { handle, offset, length };
  return { handle, offset, length, content: reader.bytes(Math.min(length, reader.remaining), 'content') };
}

function readContent(reader: ByteReader, field: string): Body {
  reader.u16le('unknown');
  if (reader.remaining < 2) return nothing;
  const length = reader.u16le(field);
  return { length, content: reader.bytes(Math.min(length, reader.remaining), 'content') };
}

export function commandAt(bytes: Uint8Array, start: number): number {
  const at = start + HEADER + COMMAND_HEADER + (bytes[start] === REPLY ? STATUS : 0);
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function lengthAt(bytes: Uint8Array, start: number): number {
  return u16leAt(bytes, start + LENGTH_AT);
}
