import type { ByteReader } from '../../bytes/byte-reader.ts';
import {
  databaseOperations,
  READ_BY_ADDRESS,
  READ_BY_NAME,
  WRITE_BY_ADDRESS,
  WRITE_BY_NAME,
} from './operations.ts';
import { hasElementErrors } from './refusals.ts';

/** Remote database access: which signals are asked for or written. */
export interface DatabaseRequest {
  readonly function: number;
  /** Which fields the answer is to have: the first field select octet, and the second above it. */
  readonly fields?: number;
  /** Of a name or an address, whichever the function goes by. */
  readonly signals?: readonly (string | number)[];
  /** What is written; null where it is no number. */
  readonly values?: readonly (number | null)[];
}

export interface DatabaseReply {
  readonly error: number;
  /** The first error of an element. */
  readonly elementError?: number | undefined;
  readonly elements: readonly Element[];
}

export interface Element {
  /** Then there is nothing else. */
  readonly refused?: true;
  readonly value?: number | string;
  readonly address?: number;
}

const TYPE = 0x80;
const VALUE = 0x40;
const ADDRESS = 0x10;
/** Of the second field select octet. */
const VERSION = 0x01;
/** Fields with which the length of an element is known. */
const READABLE = TYPE | VALUE | ADDRESS | (VERSION << 8);

/** Answers to writes have elements only to say what is wrong with them. */
const NOTHING = 0;

const LOGICAL = 0;
const ANALOG = 2;
const STRING = 3;
const types: Record<number, string> = { [LOGICAL]: 'logical', [ANALOG]: 'analog', [STRING]: 'string' };

const ON = 0x09;
const OFF = 0x0a;
const SET_ANALOG = 0x0b;
const fieldCodes: Record<number, string> = {
  [ON]: 'set on',
  [OFF]: 'set off',
  [SET_ANALOG]: 'set analog value',
};

const LONGEST_NAME = 64;

export function readDatabaseRequest(reader: ByteReader): DatabaseRequest {
  const code = reader.u8('database function', (value) => databaseOperations[value]?.title);
  switch (code) {
    case READ_BY_ADDRESS: {
      const fields = readFields(reader);
      reader.u16le('version');
      reader.u8('security level');
      const count = reader.u8('number of signals');
      const signals: number[] = [];
      for (let i = 0; i < count; i++) signals.push(reader.u16le('address'));
      return { function: code, fields, signals };
    }
    case READ_BY_NAME: {
      const fields = readFields(reader);
      reader.u8('security level');
      const count = reader.u8('number of signals');
      const signals: string[] = [];
      for (let i = 0; i < count; i++) signals.push(readName(reader));
      return { function: code, fields, signals };
    }
    case WRITE_BY_ADDRESS:
      reader.u16le('version');
      return readWrites(reader, code, (inner) => inner.u16le('address'));
    case WRITE_BY_NAME:
      return readWrites(reader, code, readName);
    default:
      return { function: code };
  }
}

/** The first octet says which others follow. */
function readFields(reader: ByteReader): number {
  const which = reader.u8('field select');
  let fields = 0;
  for (let bit = 0; bit < 4; bit++) {
    if ((which & (1 << bit)) === 0) continue;
    const octet = reader.u8(`field select ${bit + 1}`);
    // What only the third and fourth can ask for is in no element that we can measure.
    fields |= bit < 2 ? octet << (8 * bit) : octet === 0 ? 0 : 0x1_0000;
    if (bit === 0) {
      reader.bits(octet, TYPE, 'type and inhibits');
      reader.bits(octet, VALUE, 'value');
      reader.bits(octet, ADDRESS, 'address');
    }
  }
  return fields;
}

function readWrites(
  reader: ByteReader,
  code: number,
  readSignal: (reader: ByteReader) => string | number,
): DatabaseRequest {
  reader.u8('security level');
  const count = reader.u8('number of signals');
  const signals: (string | number)[] = [];
  const values: (number | null)[] = [];
  for (let i = 0; i < count; i++) {
    signals.push(readSignal(reader));
    const field = reader.u8('field', fieldCodes);
    values.push(field === SET_ANALOG ? reader.f32le('value') : field === ON ? 1 : field === OFF ? 0 : null);
    // How long the value of another field is, nobody published.
    if (values.at(-1) === null) break;
  }
  return { function: code, fields: NOTHING, signals, values };
}

/** Ends with a NUL. */
function readName(reader: ByteReader): string {
  let length = 0;
  while (length < LONGEST_NAME && reader.peek(length) > 0) length++;
  return reader.text(length + 1, 'signal');
}

/** @param fields those that were asked for; without them the elements cannot be told apart */
export function readDatabaseReply(reader: ByteReader, fields: number | undefined): DatabaseReply {
  const error = reader.u8('error');
  reader.bits(error, 0x80, 'elements with errors');
  if (reader.remaining === 0) return { error, elements: [] };
  const count = reader.u8('number of elements');
  const elements: Element[] = [];
  let elementError: number | undefined;
  const readable = fields === NOTHING || (fields !== undefined && isReadable(fields));
  for (let i = 0; readable && i < count && reader.remaining > 0; i++) {
    reader.open('element');
    const refused = hasElementErrors(error) ? reader.u8('error') : 0;
    if (refused !== 0) elementError ??= refused;
    elements.push(refused === 0 ? readElement(reader, fields) : { refused: true });
    reader.close();
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'elements');
  return { error, elementError, elements };
}

function isReadable(fields: number): boolean {
  return (fields & TYPE) !== 0 && (fields & ~READABLE) === 0;
}

function readElement(reader: ByteReader, fields: number): Element {
  if (fields === NOTHING) return {};
  const type = reader.u8('type and inhibits') & 3;
  reader.remark(types[type] ?? 'spare');
  const value = fields & VALUE ? readValue(reader, type) : undefined;
  const address = fields & ADDRESS ? reader.u16le('address') : undefined;
  if (fields & (VERSION << 8)) reader.u16le('version');
  return { ...(value !== undefined && { value }), ...(address !== undefined && { address }) };
}

function readValue(reader: ByteReader, type: number): number | string {
  if (type === ANALOG) return reader.f32le('value');
  return type === STRING ? readName(reader) : reader.u8('value');
}
