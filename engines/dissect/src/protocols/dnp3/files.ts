import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { fileModes, fileStatuses, fileTypes } from './names.ts';

/** IEEE 1815-2012, Annex A, group 70: files. */
export interface FileObject {
  readonly variation: number;
  readonly name?: string;
  readonly handle?: number;
  readonly size?: number;
  readonly mode?: number;
  readonly status?: number;
  readonly block?: number;
  readonly last?: boolean;
  /** Octets of the file in this block. */
  readonly octets?: number;
  /** Where they begin in the fragment. */
  readonly contentAt?: number;
  /** Of the one who wants to open the file; the password is not kept. */
  readonly user?: string;
  /** How long the password is. */
  readonly secret?: number;
}

const LAST_BLOCK = 0x8000_0000;

/** The reader is limited to the object. */
export function readFile(reader: ByteReader, variation: number): FileObject {
  const begin = reader.offset;
  switch (variation) {
    case 2:
      return readCredentials(reader, begin);
    case 3:
      return readCommand(reader, begin);
    case 4:
      return readCommandStatus(reader);
    case 5: {
      const handle = reader.u32le('handle');
      const block = reader.u32le('block', blockName);
      const octets = reader.remaining;
      const contentAt = reader.offset;
      if (octets > 0) reader.skip(octets, 'data');
      const last = block >= LAST_BLOCK;
      return { variation, handle, block: (block & ~LAST_BLOCK) >>> 0, last, octets, contentAt };
    }
    case 6: {
      const handle = reader.u32le('handle');
      const block = reader.u32le('block', blockName);
      const status = reader.u8('status', fileStatuses);
      if (reader.remaining > 0) reader.text(reader.remaining, 'text');
      return { variation, handle, block: (block & ~LAST_BLOCK) >>> 0, status };
    }
    case 7:
      return readDescriptor(reader, begin);
    case 8:
      return { variation, name: reader.text(reader.remaining, 'name') };
    default:
      return { variation };
  }
}

function blockName(block: number): string {
  return block >= LAST_BLOCK ? `${block - LAST_BLOCK}, the last` : String(block);
}

function readCredentials(reader: ByteReader, begin: number): FileObject {
  const userAt = reader.u16le('user offset');
  const userLength = reader.u16le('user length');
  const passwordAt = reader.u16le('password offset');
  const secret = reader.u16le('password length');
  const hasKey = readKey(reader);
  const isFirst = secret > 0 && passwordAt < userAt;
  if (isFirst) hide(reader, begin + userAt - reader.offset);
  goTo(reader, begin, userAt, userLength);
  const user = reader.text(userLength, 'user');
  if (secret > 0 && !isFirst) hide(reader, reader.remaining);
  return { variation: 2, user, ...(secret > 0 && { secret }), ...(hasKey && { status: 0 }) };
}

function hide(reader: ByteReader, length: number): void {
  if (length > 0) reader.secret(Math.min(length, reader.remaining), 'password');
}

/** Whoever has it may open a file, once. */
function readKey(reader: ByteReader): boolean {
  const isSet = reader.peekBytes(4).some((octet) => octet !== 0);
  reader.secret(4, 'authentication key');
  return isSet;
}

function readCommand(reader: ByteReader, begin: number): FileObject {
  const nameAt = reader.u16le('name offset');
  const nameLength = reader.u16le('name length');
  reader.u48le('created', (ms) => new Date(ms).toISOString());
  reader.u16le('permissions', octal);
  readKey(reader);
  const size = reader.u32le('size');
  const mode = reader.u16le('mode', fileModes);
  reader.u16le('longest block');
  reader.u16le('request');
  goTo(reader, begin, nameAt, nameLength);
  return { variation: 3, name: reader.text(nameLength, 'name'), size, mode };
}

function readCommandStatus(reader: ByteReader): FileObject {
  const handle = reader.u32le('handle');
  const size = reader.u32le('size');
  reader.u16le('longest block');
  reader.u16le('request');
  const status = reader.u8('status', fileStatuses);
  if (reader.remaining > 0) reader.text(reader.remaining, 'text');
  return { variation: 4, handle, size, status };
}

function readDescriptor(reader: ByteReader, begin: number): FileObject {
  const nameAt = reader.u16le('name offset');
  const nameLength = reader.u16le('name length');
  reader.u16le('type', fileTypes);
  const size = reader.u32le('size');
  reader.u48le('created', (ms) => new Date(ms).toISOString());
  reader.u16le('permissions', octal);
  reader.u16le('request');
  goTo(reader, begin, nameAt, nameLength);
  return { variation: 7, name: reader.text(nameLength, 'name'), size };
}

function octal(value: number): string {
  return value.toString(8).padStart(3, '0');
}

/** Strings are where their offset says, counted from the beginning of the object. */
function goTo(reader: ByteReader, begin: number, at: number, length: number): void {
  if (length === 0) return;
  const ahead = begin + at - reader.offset;
  if (ahead < 0) throw new Malformed('offset', reader.offset, `${at} points into the object itself`);
  if (ahead > 0) reader.skip(ahead, 'padding');
}
