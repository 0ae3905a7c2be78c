import {
  type ByteReader,
  Malformed,
  textAt,
  u16At,
  u16leAt,
  u32At,
  u32leAt,
} from '../../bytes/byte-reader.ts';
import { LOST } from '../../dissector.ts';
import {
  LOGIN,
  READ_FILE,
  READ_ON,
  serviceName,
  SET_PASSWORD,
  SHELL,
  WRITE_FILE,
  WRITE_ON,
} from './names.ts';

/** What CoDeSys 2.3 runtimes and those who program them say; all of it is left out of what keeps a connection alive. */
export interface CodesysV2Message {
  /** Of a request. */
  readonly service?: number;
  /** Of the reply to a login, as the runtime numbers them. */
  readonly result?: number;
  readonly identity?: Identity | undefined;
  /** How long the password is that was sent. */
  readonly secret?: number | undefined;
  /** Of the file that is asked for, or written. */
  readonly name?: string | undefined;
  /** A part of a file, or of what the shell answers. */
  readonly content?: Uint8Array | undefined;
  /** No part follows. */
  readonly last?: boolean | undefined;
  /** Of the shell: its first word, in small letters, and all that may be shown; none where more output is asked for. */
  readonly command?: { readonly word: string; readonly shown: string } | undefined;
}

export interface Identity {
  readonly os: string;
  readonly version: string;
  readonly vendor: string;
}

/** What a reply answers. It does not say so itself. */
export interface Asked {
  readonly service: number;
  /** Its output may repeat a password. */
  readonly secret: boolean;
}

/** Sent by itself, in the byte order of the runtime. */
const DIRECT = 0xbbbb;
/** With a second header, which is known of little-endian runtimes. */
const ROUTED = 0xcccc;
const KEEP_ALIVE = 0x6666;
const magics = { [DIRECT]: 'direct', [ROUTED]: 'routed', [KEEP_ALIVE]: 'keep alive' };
const SERVICE = 0x23;
const POLL = 0x06;
const types = { [SERVICE]: 'service', [POLL]: 'keep alive' };

const DIRECT_HEADER = 6;
const ROUTED_HEADER = 24;
/** Up to here a length reads one way only, and so tells the byte order. */
const LONGEST = 65_535;

/** Of the identity, behind the result. */
const RESULT = 2;
const BEFORE_OS = 56;
const OS = 28;
const AFTER_OS = 4;
const VERSION = 32;
const VENDOR = 28;
const IDENTITY = BEFORE_OS + OS + AFTER_OS + VERSION + VENDOR;
const OS_AT = RESULT + BEFORE_OS;
const VERSION_AT = OS_AT + OS + AFTER_OS;
const VENDOR_AT = VERSION_AT + VERSION;

const LOGIN_WORDS = 12;
const OUTPUT_HEADER = 7;
const LAST_OUTPUT = 4;
const LONGEST_NAME = 255;
const LONGEST_COMMAND = 256;

/** The length of the message that begins here; 0 while that cannot be told, `LOST` when none does. */
export function lengthAt(bytes: Uint8Array, start: number, end: number): number {
  const there = end - start;
  const octet = bytes[start]!;
  if (there > 1 && bytes[start + 1] !== octet) return LOST;
  if (octet * 0x101 === DIRECT) {
    if (there < DIRECT_HEADER) return 0;
    const little = u32leAt(bytes, start + 2);
    const length = little <= LONGEST ? little : u32At(bytes, start + 2);
    return length > 0 && length <= LONGEST ? DIRECT_HEADER + length : LOST;
  }
  if (octet * 0x101 !== ROUTED && octet * 0x101 !== KEEP_ALIVE) return LOST;
  if (there > 3 && u16leAt(bytes, start + 2) !== 1) return LOST;
  if (there < ROUTED_HEADER) return 0;
  const length = u32leAt(bytes, start + 4);
  const isEmpty = length === 0 && bytes[start + 20] === SERVICE;
  return length <= LONGEST && !isEmpty ? ROUTED_HEADER + length : LOST;
}

/** Nothing but one message, down to the octets that are the same in all that were published. */
export function isAllOfIt(bytes: Uint8Array, start: number, end: number): boolean {
  if (lengthAt(bytes, start, end) !== end - start) return false;
  if (u16At(bytes, start) === DIRECT) return true;
  const type = u16At(bytes, start) === ROUTED ? SERVICE : POLL;
  return (
    u32At(bytes, start + 8) === 0 &&
    u32At(bytes, start + 12) === 0 &&
    u32leAt(bytes, start + 16) === 1 &&
    bytes[start + 20] === type &&
    u16leAt(bytes, start + 21) === u32leAt(bytes, start + 4) &&
    bytes[start + 23] === 0
  );
}

/** @param asked is called where a reply to a service is read, and only there */
export function readV2(
  reader: ByteReader,
  isReply: boolean,
  asked: () => Asked | undefined,
): CodesysV2Message {
  const { order, length, isService } = readHeader(reader);
  // Of a message that the capture cut short, secrets are passed over, too.
  const isWhole = length <= reader.remaining;
  const whole = reader.limit(Math.min(length, reader.remaining), 'length');
  let message: CodesysV2Message = {};
  if (isService) {
    reader.open('service');
    message = isReply ? readReply(reader, order, asked()) : readRequest(reader, order, isWhole);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'unknown');
    reader.close();
  } else if (reader.remaining > 0) reader.skip(reader.remaining, 'unknown');
  reader.release(whole);
  return message;
}

type Order = 'little' | 'big';

function readHeader(reader: ByteReader): { order: Order; length: number; isService: boolean } {
  reader.open('header');
  const magic = reader.u16('magic', magics);
  if (!(magic in magics)) throw new Malformed('magic', 0, 'is none of CODESYS V2');
  if (magic === DIRECT) {
    // No length has all four octets.
    const order = reader.peek(2) === 0 && reader.peek(3) === 0 ? 'little' : 'big';
    const length = u32(reader, order, 'length');
    reader.close();
    return { order, length, isService: true };
  }
  reader.u16le('unknown');
  const length = reader.u32le('length');
  reader.skip(8, 'unknown');
  reader.u32le('unknown');
  const type = reader.u8('type', types);
  reader.u16le('length of the service');
  reader.u8('unknown');
  reader.close();
  return { order: 'little', length, isService: magic === ROUTED && type === SERVICE };
}

function readRequest(reader: ByteReader, order: Order, isWhole: boolean): CodesysV2Message {
  const service = reader.u8('service', serviceName);
  switch (service) {
    case LOGIN:
      return { service, secret: readLogin(reader, order, isWhole) };
    case SET_PASSWORD:
      // Nobody published where the password stands in it.
      if (reader.remaining > 0) reader.secret(reader.remaining, 'password');
      return { service };
    case SHELL:
      return { service, ...readCommand(reader, isWhole) };
    case READ_FILE:
      return { service, name: readName(reader, order) };
    case WRITE_FILE:
      return { service, ...readFirstPart(reader) };
    case WRITE_ON:
      return { service, ...readPart(reader, order, 0) };
    default:
      return { service };
  }
}

/** How long the password is, where its length and what is there agree; what is there is shown in neither case. */
function readLogin(reader: ByteReader, order: Order, isWhole: boolean): number | undefined {
  if (reader.remaining < LOGIN_WORDS) {
    if (reader.remaining > 0) reader.secret(reader.remaining, 'unknown');
    return undefined;
  }
  u32(reader, order, 'unknown');
  u32(reader, order, 'unknown');
  const length = u32(reader, order, 'length of the password');
  const fits = length === reader.remaining;
  if (reader.remaining > 0) reader.secret(reader.remaining, fits ? 'password' : 'unknown');
  return fits && isWhole && length > 0 ? length : undefined;
}

function readCommand(reader: ByteReader, isWhole: boolean): CodesysV2Message {
  // A command has zeros here, who asks for more output the number of the block that came, and no text.
  if (reader.remaining < 4) return {};
  reader.skip(4, 'unknown');
  if (reader.remaining <= 1) return {};
  const text = latin1.decode(reader.peekBytes(LONGEST_COMMAND));
  const word = /^\s*([a-z]+|\?)/i.exec(text)?.[1]?.toLowerCase() ?? '';
  const open = PASSWORD_COMMAND.exec(text)?.[0];
  if (open === undefined) {
    const shown = reader.text(reader.remaining, 'command');
    return { command: { word, shown: isPrintable(shown) ? shown.slice(0, LONGEST_COMMAND) : '' } };
  }
  const shown = reader.text(open.length, 'command');
  const argument = reader.peekBytes(reader.remaining);
  const secret = textAt(argument, 0, argument.length).length;
  if (reader.remaining > 0) reader.secret(reader.remaining, 'password');
  const isNew = word === NEW_PASSWORD && isWhole && secret > 0;
  return { command: { word, shown: isPrintable(shown) ? shown : word }, ...(isNew && { secret }) };
}

const latin1 = new TextDecoder('latin1');
const NEW_PASSWORD = 'setpwd';
/** Whatever follows is nobody's business, also of commands of other devices. */
const PASSWORD_COMMAND = /^[^\0]*?(?:pwd|passw(?:or)?d?)/i;

export function isAboutPasswords({ shown }: { readonly shown: string }): boolean {
  return PASSWORD_COMMAND.test(shown);
}

function readName(reader: ByteReader, order: Order): string | undefined {
  if (reader.remaining < 3) return undefined;
  reader.u8('unknown');
  const length = u16(reader, order, 'length of the name');
  if (length === 0 || length !== reader.remaining) return undefined;
  return named(reader.text(length, 'name'));
}

/** Its borders are known of one tool only. Unless all of them fit, nothing of it is told. */
function readFirstPart(reader: ByteReader): CodesysV2Message {
  if (reader.remaining < 5) return {};
  const more = reader.u8('more follows');
  const fixed = reader.u8('unknown');
  const length = reader.u16('length of name and content');
  const fixedToo = reader.u8('unknown');
  const nul = reader.peekBytes(LONGEST_NAME + 1).indexOf(0);
  if (fixed !== 0 || fixedToo !== 0 || length !== reader.remaining || nul < 1 || nul + 2 > length) return {};
  const name = named(reader.text(nul + 1, 'name'));
  reader.u8('unknown');
  const content = reader.bytes(reader.remaining, 'content');
  return name === undefined ? {} : { name, content, last: more === 0 };
}

/** @param gap octets without a meaning between what says whether more follows and the length */
function readPart(reader: ByteReader, order: Order, gap: number): CodesysV2Message {
  if (reader.remaining < 3 + gap) return {};
  const more = reader.u8('more follows');
  if (gap > 0) reader.skip(gap, 'unknown');
  const length = u16(reader, order, 'length of the content');
  if (length !== reader.remaining) return {};
  return { content: reader.bytes(length, 'content'), last: more === 0 };
}

function readReply(reader: ByteReader, order: Order, asked: Asked | undefined): CodesysV2Message {
  switch (asked?.service) {
    case LOGIN:
      return readLoggedIn(reader, order);
    case READ_FILE:
    case READ_ON:
      if (reader.remaining < 2) return {};
      reader.skip(2, 'unknown');
      return readPart(reader, order, 1);
    case SHELL:
      return readOutput(reader, order, asked!.secret);
    case undefined:
      return looksLikeIdentity(reader.peekBytes(RESULT + IDENTITY)) ? readLoggedIn(reader, order) : {};
    default:
      return {};
  }
}

function readLoggedIn(reader: ByteReader, order: Order): CodesysV2Message {
  if (reader.remaining < RESULT) return {};
  const isIntroduced = hasIdentity(reader.peekBytes(RESULT + IDENTITY));
  const result = u16(reader, order, 'result');
  if (!isIntroduced) return { result };
  reader.skip(BEFORE_OS, 'unknown');
  const os = reader.text(OS, 'operating system');
  reader.skip(AFTER_OS, 'unknown');
  const version = reader.text(VERSION, 'version of the operating system');
  const vendor = reader.text(VENDOR, 'vendor');
  return { result, identity: { os: worded(os), version: worded(version), vendor: worded(vendor) } };
}

/** Each of the texts ends within its octets, and zeros lie between the first two. */
function hasIdentity(bytes: Uint8Array): boolean {
  if (bytes.length < RESULT + IDENTITY) return false;
  const zeros = bytes.subarray(VERSION_AT - 5, VERSION_AT);
  return (
    zeros.every((octet) => octet === 0) && bytes[VENDOR_AT - 1] === 0 && bytes[VENDOR_AT + VENDOR - 1] === 0
  );
}

/** Of a reply of which nobody saw the request: all three are there. */
function looksLikeIdentity(bytes: Uint8Array): boolean {
  return (
    hasIdentity(bytes) &&
    [OS_AT, VERSION_AT, VENDOR_AT].every((at) => worded(textAt(bytes, at, at + OS)) !== '')
  );
}

function readOutput(reader: ByteReader, order: Order, secret: boolean): CodesysV2Message {
  if (reader.remaining < OUTPUT_HEADER) return {};
  reader.skip(3, 'unknown');
  const more = reader.u8('more follows', (value) => (value === LAST_OUTPUT ? 'no' : undefined));
  reader.u8('unknown');
  u16(reader, order, 'block');
  if (secret) {
    if (reader.remaining > 0) reader.secret(reader.remaining, 'output');
    return {};
  }
  const octets = reader.peekBytes(reader.remaining);
  const nul = octets.indexOf(0);
  if (reader.remaining > 0) reader.text(reader.remaining, 'output');
  return { content: nul < 0 ? octets : octets.subarray(0, nul), last: more === LAST_OUTPUT };
}

function u16(reader: ByteReader, order: Order, field: string): number {
  return order === 'little' ? reader.u16le(field) : reader.u16(field);
}

function u32(reader: ByteReader, order: Order, field: string): number {
  return order === 'little' ? reader.u32le(field) : reader.u32(field);
}

/** Empty unless it is a name of two letters at least. */
function worded(text: string): string {
  return text.length >= 2 && isPrintable(text) ? text : '';
}

function named(text: string): string | undefined {
  return text !== '' && isPrintable(text) ? text : undefined;
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e\xa0-\xff]*$/.test(text);
}
