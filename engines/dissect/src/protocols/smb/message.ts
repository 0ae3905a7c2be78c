import { type ByteReader, Malformed, u16At, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { type Ntlm, readNtlmBlob } from '../ntlm/ntlm.ts';

/** NetBIOS session service: RFC 1002, 4.3.1. Port 445 uses its header without its sessions. */
export const SESSION_MESSAGE = 0x00;
export const sessionKinds: Record<number, string> = {
  [SESSION_MESSAGE]: 'message',
  0x81: 'request',
  0x82: 'positive response',
  0x83: 'negative response',
  0x84: 'retarget',
  0x85: 'keep alive',
};
export const NETBIOS_HEADER = 4;

/** `\xffSMB` and `\xfeSMB`, the first byte lowest. */
export const SMB1 = 0x424d_53ff;
export const SMB2 = 0x424d_53fe;
const SMB1_HEADER = 32;
const SMB2_BIG_ENDIAN = 0xfe53_4d42;
const SMB2_HEADER = 64;
/** Where the header says how far on the next one begins. */
const NEXT_COMMAND = 20;
/** All that stands in front of the data of a write request, MS-SMB2, 2.2.21; of a response to a read it is less. */
const BEFORE_DATA = SMB2_HEADER + 48;

// MS-SMB2, 2.2.1.2.
export const NEGOTIATE = 0;
export const SESSION_SETUP = 1;
export const TREE_CONNECT = 3;
export const CREATE = 5;
export const CLOSE = 6;
export const READ = 8;
export const WRITE = 9;
const IOCTL = 11;
/** FSCTL_PIPE_TRANSCEIVE, MS-FSCC, 2.3: a question and its answer in one. */
const TRANSCEIVE = 0x0011_c017;
const commands: Record<number, string> = {
  [NEGOTIATE]: 'negotiate',
  [SESSION_SETUP]: 'session setup',
  2: 'logoff',
  [TREE_CONNECT]: 'tree connect',
  4: 'tree disconnect',
  [CREATE]: 'create',
  [CLOSE]: 'close',
  7: 'flush',
  [READ]: 'read',
  [WRITE]: 'write',
  10: 'lock',
  [IOCTL]: 'ioctl',
  12: 'cancel',
  13: 'echo',
  14: 'query directory',
  15: 'change notify',
  16: 'query info',
  17: 'set info',
  18: 'oplock break',
};

// MS-CIFS, 2.2.2.1.
export const SMB1_NEGOTIATE = 0x72;
export const SMB1_SESSION_SETUP = 0x73;
export const SMB1_TREE_CONNECT = 0x75;
export const SMB1_CREATE = 0xa2;
export const SMB1_OPEN = 0x2d;
const SMB1_TRANSACTION = 0x25;
const SMB1_READ = 0x2e;
const SMB1_WRITE = 0x2f;
const smb1Commands: Record<number, string> = {
  0x04: 'close',
  [SMB1_TRANSACTION]: 'transaction',
  0x2b: 'echo',
  [SMB1_OPEN]: 'open',
  [SMB1_READ]: 'read',
  [SMB1_WRITE]: 'write',
  0x32: 'transaction 2',
  0x71: 'tree disconnect',
  [SMB1_NEGOTIATE]: 'negotiate',
  [SMB1_SESSION_SETUP]: 'session setup',
  0x74: 'logoff',
  [SMB1_TREE_CONNECT]: 'tree connect',
  [SMB1_CREATE]: 'create',
};

/** One command. Places count from the first byte of the message. */
export interface SmbCommand {
  readonly version: 1 | 2;
  readonly command: number;
  readonly reply: boolean;
  /** What it leaves out, and its file when that is `SAME_FILE`, is that of the command before. */
  readonly related: boolean;
  readonly status: number;
  /** Number by which a reply is known. */
  readonly id: number;
  /** Of a share or a file. */
  readonly name: string;
  readonly ntlm: Ntlm | undefined;
  readonly guest: boolean;
  readonly os: string;
  readonly dialect: number;
  /** Identifier of an open file, as text. */
  readonly file: string;
  /** Content that is read or written: where in the message and in the file. */
  readonly at: number;
  readonly length: number;
  readonly offset: number;
}

const nothing: SmbCommand = {
  version: 1,
  command: -1,
  reply: false,
  related: false,
  status: 0,
  id: 0,
  name: '',
  ntlm: undefined,
  guest: false,
  os: '',
  dialect: 0,
  file: '',
  at: 0,
  length: 0,
  offset: 0,
};

/** MS-SMB2, 3.3.5.2.7.2: the file that the command before opened or named. */
export const SAME_FILE = 'f'.repeat(32);

/** Octets of the message that are not here, because it was too long or was cut. */
export function missingOf(bytes: Uint8Array, start: number, end: number): number {
  return Math.max(0, NETBIOS_HEADER + ((bytes[start + 1]! << 16) | u16At(bytes, start + 2)) - (end - start));
}

/**
 * How much of a message that is too long to be collected says what it is: all its commands, up to the first one that is
 * itself too long. 0 until that is known.
 */
export function lengthOfCommands(bytes: Uint8Array, start: number, end: number, longest: number): number {
  for (let at = start + NETBIOS_HEADER; ;) {
    if (at + NEXT_COMMAND + 4 > end) return 0;
    const next = u32leAt(bytes, at) === SMB2 ? u32leAt(bytes, at + NEXT_COMMAND) : 0;
    if (next < SMB2_HEADER || at + next - start > longest) return at - start + BEFORE_DATA;
    at += next;
  }
}

/**
 * The message, command by command.
 * @param commands to which each is added as soon as it is read, so that those in front of a malformed one are known
 */
export function readSmb(reader: ByteReader, commands: SmbCommand[] = []): readonly SmbCommand[] {
  reader.open('session service', 'RFC 1002, 4.3.1');
  const kind = reader.u8('type', sessionKinds);
  const size = reader.u24('length');
  reader.close();
  const missing = Math.max(0, size - reader.remaining);
  const whole = reader.limit(size - missing, 'length');
  const head = reader.peekBytes(4);
  const magic = kind === SESSION_MESSAGE && head.length === 4 ? u32leAt(head, 0) : 0;
  if (magic === SMB2) readChain(reader, missing, commands);
  else if (magic === SMB1) commands.push(readSmb1(reader));
  if (reader.remaining > 0) reader.skip(reader.remaining, magic === 0 ? 'encrypted, or not SMB' : 'rest');
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'behind the message');
  return commands;
}

/** MS-SMB2, 3.3.5.2.7: commands in one message, each of which says where the next one begins. */
function readChain(reader: ByteReader, missing: number, commands: SmbCommand[]): void {
  for (;;) {
    const length = lengthOfCommand(reader, missing);
    const rest = reader.limit(length === 0 ? reader.remaining : length, 'next command');
    const command = readSmb2(reader);
    if (reader.remaining > 0) reader.skip(reader.remaining, length === 0 ? 'rest' : 'padding');
    const longest = Math.max(0, reader.offset - command.at);
    reader.release(rest);
    // What it says to hold does not reach into the next one.
    commands.push(length === 0 ? command : { ...command, length: Math.min(command.length, longest) });
    if (length === 0) return;
  }
}

/** From this header to the next one; 0 when none follows, or none that is here. */
function lengthOfCommand(reader: ByteReader, missing: number): number {
  const head = reader.peekBytes(NEXT_COMMAND + 4);
  const next = head.length === NEXT_COMMAND + 4 ? u32leAt(head, NEXT_COMMAND) : 0;
  if (next === 0 || (missing > 0 && next >= reader.remaining)) return 0;
  const problem =
    next < SMB2_HEADER
      ? `leads ${next} bytes on, into the header itself`
      : next % 8 !== 0
        ? `leads ${next} bytes on, which is no multiple of 8`
        : next + SMB2_HEADER > reader.remaining && missing === 0
          ? `leads ${next} bytes on, where no header has room: ${reader.remaining} left`
          : undefined;
  if (problem !== undefined) throw new Malformed('next command', reader.offset + NEXT_COMMAND, problem);
  return next;
}

// MS-SMB2, 2.2.1.2.
function readSmb2(reader: ByteReader): SmbCommand {
  const begin = reader.offset;
  reader.open('SMB2 header', 'MS-SMB2, 2.2.1');
  reader.constant32(SMB2_BIG_ENDIAN, 'protocol');
  reader.u16le('size of the header');
  reader.u16le('credit charge');
  const status = reader.u32le('status');
  const command = reader.u16le('command', commands);
  reader.u16le('credits');
  const flags = reader.u32le('flags');
  const reply = reader.bits(flags, 1, 'reply') === 1;
  const answeredLater = reader.bits(flags, 2, 'answered later') === 1;
  const related = reader.bits(flags, 4, 'related to the command before') === 1;
  reader.u32le('next command');
  const id = reader.u32le('message');
  reader.u32le('message, continued');
  if (answeredLater) reader.skip(8, 'number of what is answered later');
  else {
    reader.u32le('process');
    reader.u32le('tree');
  }
  reader.skip(8, 'session');
  reader.skip(16, 'signature');
  reader.close();
  const message = { ...nothing, version: 2 as const, command, reply, related, status, id };
  const failed = reply && status !== 0 && status !== MORE_PROCESSING && status !== BUFFER_OVERFLOW;
  return failed || reader.remaining < 2
    ? message
    : { ...message, ...readBody(reader, begin, command, reply) };
}

/** STATUS_MORE_PROCESSING_REQUIRED: the other side has to answer a challenge. */
export const MORE_PROCESSING = 0xc000_0016;
/** STATUS_BUFFER_OVERFLOW: of a message on a pipe there is more to read. */
export const BUFFER_OVERFLOW = 0x8000_0005;
/** STATUS_PENDING: the answer itself comes later, under the same number; MS-SMB2, 3.3.4.2. */
export const STILL_TO_COME = 0x0000_0103;

function readBody(reader: ByteReader, begin: number, command: number, reply: boolean): Partial<SmbCommand> {
  reader.open(commands[command] ?? 'body', 'MS-SMB2, 2.2');
  const body = readFields(reader, begin, command, reply);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.close();
  return body;
}

function readFields(reader: ByteReader, begin: number, command: number, reply: boolean): Partial<SmbCommand> {
  reader.u16le('structure size');
  switch (command) {
    case NEGOTIATE: {
      if (!reply) return {};
      reader.u16le('security mode');
      return { dialect: reader.u16le('dialect', dialectName) };
    }
    case SESSION_SETUP: {
      // MS-SMB2, 2.2.5 and 2.2.6.
      const flags = reply ? reader.u16le('session flags') : 0;
      if (!reply) reader.skip(10, 'flags, security, capabilities, channel');
      const at = begin + reader.u16le('offset of token');
      const length = reader.u16le('length of token');
      goTo(reader, at);
      const ntlm = readNtlmBlob(reader, Math.min(length, reader.remaining));
      return { ntlm, guest: (flags & 3) !== 0 };
    }
    case TREE_CONNECT: {
      if (reply) return {};
      reader.u16le('flags');
      const at = begin + reader.u16le('offset of path');
      const length = reader.u16le('length of path');
      goTo(reader, at);
      return { name: reader.text(Math.min(length, reader.remaining), 'path', 'utf-16le') };
    }
    case CREATE: {
      if (reply) {
        reader.skip(62, 'attributes and times');
        return { file: readFile(reader) };
      }
      reader.skip(42, 'access and options');
      const at = begin + reader.u16le('offset of name');
      const length = reader.u16le('length of name');
      goTo(reader, at);
      return { name: reader.text(Math.min(length, reader.remaining), 'name', 'utf-16le') };
    }
    case CLOSE: {
      if (reply) return {};
      reader.skip(6, 'flags');
      return { file: readFile(reader) };
    }
    case READ: {
      if (reply) {
        const at = begin + reader.u8('offset of data');
        reader.u8('reserved');
        const length = reader.u32le('length of data');
        // What is remaining, and flags.
        if (reader.remaining >= 8) reader.skip(8, 'remaining, flags');
        return { at, length };
      }
      reader.skip(6, 'padding, flags, length');
      const offset = reader.u48le('offset');
      reader.u16le('offset, continued');
      return { offset, file: readFile(reader) };
    }
    case WRITE: {
      if (reply) return {};
      const at = begin + reader.u16le('offset of data');
      const length = reader.u32le('length of data');
      const offset = reader.u48le('offset');
      reader.u16le('offset, continued');
      return { at, length, offset, file: readFile(reader) };
    }
    case IOCTL:
      return readIoctl(reader, begin, reply);
    default: {
      const before = reply ? undefined : beforeFile[command];
      if (before === undefined) return {};
      reader.skip(before, 'parameters');
      return { file: readFile(reader) };
    }
  }
}

/** What stands between the structure size and the file in other requests: MS-SMB2, 2.2.17, 2.2.26, 2.2.33 to 2.2.39. */
const beforeFile: Record<number, number> = { 7: 6, 10: 6, 14: 6, 15: 6, 16: 22, 17: 14 };

/** MS-SMB2, 2.2.31 and 2.2.32. */
function readIoctl(reader: ByteReader, begin: number, reply: boolean): Partial<SmbCommand> {
  reader.u16le('reserved');
  const code = reader.u32le('control code', { [TRANSCEIVE]: 'transceive on a pipe' });
  const file = readFile(reader);
  const input = reader.u32le('offset of input');
  const inputLength = reader.u32le('length of input');
  if (!reply) reader.u32le('most input in the response');
  const output = reader.u32le('offset of output');
  const outputLength = reader.u32le('length of output');
  if (code !== TRANSCEIVE) return { file };
  const [offset, length] = reply ? [output, outputLength] : [input, inputLength];
  return { file, at: begin + offset, length };
}

function readFile(reader: ByteReader): string {
  const octets = reader.bytes(16, 'file');
  const file = Array.from(octets, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (file === SAME_FILE) reader.remark('the file of the command before');
  return file;
}

/** Offsets lead forward, or to nothing. */
function goTo(reader: ByteReader, at: number): void {
  const gap = at - reader.offset;
  if (gap > 0) reader.skip(Math.min(gap, reader.remaining), 'padding');
}

export function dialectName(dialect: number): string {
  const [major, minor] = [dialect >> 8, (dialect >> 4) & 0xf];
  const patch = dialect & 0xf;
  return patch === 0 ? `SMB ${major}.${minor}` : `SMB ${major}.${minor}.${patch}`;
}

// MS-CIFS, 2.2.3.1.
function readSmb1(reader: ByteReader): SmbCommand {
  const begin = reader.offset;
  reader.open('SMB header', 'MS-CIFS, 2.2.3.1');
  reader.skip(4, 'protocol');
  const command = reader.u8('command', smb1Commands);
  const status = reader.u32le('status');
  const flags = reader.u8('flags');
  const reply = reader.bits(flags, 0x80, 'reply') === 1;
  const unicode = reader.bits(reader.u16le('flags 2'), 0x8000, 'Unicode') === 1;
  reader.skip(SMB1_HEADER - 12, 'further header');
  reader.close();
  const id = 0;
  const message = { ...nothing, version: 1 as const, command, reply, status, id };
  if (reader.remaining < 3) return message;
  const words = reader.u8('words');
  const whole = reader.limit(words * 2, 'words');
  const parameters = reader.peekBytes(words * 2);
  if (words > 0) reader.skip(words * 2, 'parameters');
  reader.release(whole);
  const before = reader.limit(Math.min(reader.u16le('bytes'), reader.remaining), 'bytes');
  const data = smb1Data(command, reply, parameters);
  const place = data && { at: begin + data.offset, length: data.length };
  if (place) showData(reader, place.at, place.length);
  const body = place ?? readSmb1Body(reader, command, reply, parameters, unicode);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.release(before);
  return { ...message, ...body };
}

interface Data {
  readonly offset: number;
  readonly length: number;
}

/** Where content is, counted from the header: MS-CIFS, 2.2.4.33, 2.2.4.42 and 2.2.4.43. */
function smb1Data(command: number, reply: boolean, parameters: Uint8Array): Data | undefined {
  const [lengthAt, offsetAt] =
    command === SMB1_TRANSACTION
      ? reply
        ? [12, 14]
        : [22, 24]
      : command === SMB1_READ && reply
        ? [10, 12]
        : command === SMB1_WRITE && !reply
          ? [20, 22]
          : [0, 0];
  if (offsetAt === 0 || parameters.length < offsetAt + 2) return undefined;
  return { offset: u16leAt(parameters, offsetAt), length: u16leAt(parameters, lengthAt) };
}

function showData(reader: ByteReader, at: number, length: number): void {
  goTo(reader, at);
  const rest = Math.min(length, reader.remaining);
  if (rest > 0) reader.skip(rest, 'data');
}

function readSmb1Body(
  reader: ByteReader,
  command: number,
  reply: boolean,
  parameters: Uint8Array,
  unicode: boolean,
): Partial<SmbCommand> {
  switch (command) {
    case SMB1_SESSION_SETUP:
      return readSmb1Setup(reader, reply, parameters, unicode);
    case SMB1_TREE_CONNECT: {
      if (reply || parameters.length < 8) return {};
      // MS-CIFS, 2.2.4.55.1: a password, then the path.
      const secret = Math.min(u16leAt(parameters, 6), reader.remaining);
      if (secret > 0) reader.secret(secret, 'password');
      return { name: readString(reader, 'path', unicode) };
    }
    case SMB1_CREATE:
      return reply ? {} : { name: readString(reader, 'name', unicode) };
    default:
      return {};
  }
}

/** MS-SMB, 2.2.4.6 (with a token) and MS-CIFS, 2.2.4.53 (with passwords). */
function readSmb1Setup(
  reader: ByteReader,
  reply: boolean,
  parameters: Uint8Array,
  unicode: boolean,
): Partial<SmbCommand> {
  const words = parameters.length / 2;
  const guest = reply && words >= 3 && (u16leAt(parameters, 4) & 1) !== 0;
  if (words === 12 || words === 4) {
    const length = u16leAt(parameters, words === 12 ? 14 : 6);
    const ntlm = readNtlmBlob(reader, Math.min(length, reader.remaining));
    return { ntlm, guest, os: readString(reader, 'operating system', unicode) };
  }
  if (words === 3) return { guest, os: readString(reader, 'operating system', unicode) };
  if (reply || words !== 13) return { guest };
  const response = Math.min(u16leAt(parameters, 14) + u16leAt(parameters, 16), reader.remaining);
  if (response > 0) reader.secret(response, 'passwords');
  const user = readString(reader, 'user', unicode);
  const domain = readString(reader, 'domain', unicode);
  const os = readString(reader, 'operating system', unicode);
  const ntlm = { kind: 3, os: '', domain, host: '', user, response };
  return { ntlm: user === '' ? undefined : ntlm, os };
}

/** Ends with a NUL; of two bytes and at an even place, counted from the header, when it is Unicode. */
function readString(reader: ByteReader, field: string, unicode: boolean): string {
  if (!unicode) {
    const end = reader.peekBytes(reader.remaining).indexOf(0);
    return reader.text(end < 0 ? reader.remaining : end + 1, field);
  }
  // The header begins at byte 4.
  if (reader.offset % 2 === 1 && reader.remaining > 0) reader.skip(1, 'padding');
  const bytes = reader.peekBytes(reader.remaining);
  let end = 0;
  while (end + 1 < bytes.length && (bytes[end] !== 0 || bytes[end + 1] !== 0)) end += 2;
  return reader.text(Math.min(bytes.length, end + 2), field, 'utf-16le');
}
