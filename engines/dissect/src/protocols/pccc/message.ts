import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Params } from '../../dissector.ts';
import {
  CLOSE_FILE,
  commandOf,
  DIAGNOSTIC_STATUS,
  hasFunction,
  MODE_OF_PLC5,
  MODE_OF_SLC,
  OPEN_FILE,
  type OperationName,
  plc5Modes,
  PROTECTED_BIT_WRITE,
  PROTECTED_WRITE,
  READ_FILE,
  READ_MODIFY_WRITE,
  READ_PHYSICAL,
  READ_THREE_FIELDS,
  READ_TWO_FIELDS,
  slcModes,
  TYPED_READ,
  TYPED_WRITE,
  UNPROTECTED_BIT_WRITE,
  UNPROTECTED_READ,
  UNPROTECTED_WRITE,
  WORD_RANGE_READ,
  WORD_RANGE_WRITE,
  WRITE_FILE,
  WRITE_MASKED,
  WRITE_PHYSICAL,
  WRITE_THREE_FIELDS,
  WRITE_TWO_FIELDS,
} from './commands.ts';
import {
  addressOf,
  defaultFiles,
  elementsFurther,
  elementTypes,
  fileTypes,
  further,
  type Item,
  itemsOfBits,
  type Place,
  readItems,
} from './data-table.ts';
import { EXTENDED, extendedStatuses, statusName } from './refusals.ts';

export interface Message {
  readonly isReply: boolean;
  readonly transaction: number;
  readonly status: number;
  /** -1 without. */
  readonly extended: number;
  /** What was asked, or, of a reply, what it answers; its function is not in it. */
  readonly asked: Asked;
  readonly operation: OperationName;
  readonly body: Body;
}

/** What a request said and its reply does not repeat. */
export interface Asked {
  /** CMD × 256 + FNC. */
  readonly code: number;
  readonly place?: Place | undefined;
  /** Not of the data table: what belongs to the program. */
  readonly file?: string | undefined;
  /** Where in the file, in bytes. */
  readonly offset?: number | undefined;
}

export interface Body {
  readonly params?: Params;
  readonly items?: readonly Item[];
  /** Part of a program, in bytes from the beginning of the message. */
  readonly start?: number;
  readonly end?: number;
  readonly mode?: string;
  readonly tag?: number;
  /** What the processor calls itself. */
  readonly processor?: string;
}

const REPLY = 0x40;
const COMMAND = 0x0f;
const nothing: Body = {};

export const isReplyCommand = (command: number): boolean => (command & REPLY) !== 0;

/** 1770-6.5.16, chapter 6: CMD, STS, TNS, then FNC and data of a command, EXT STS or data of a reply. */
export function readMessage(reader: ByteReader, asked?: Asked): Message {
  const first = reader.u8('command');
  const isReply = isReplyCommand(first);
  reader.bits(first, REPLY, 'reply');
  const command = reader.bits(first, COMMAND, 'command');
  const status = reader.u8('status', statusName);
  const transaction = reader.u16le('transaction');
  if (isReply) return { isReply, transaction, status, ...readReply(reader, command, status, asked) };
  const func = hasFunction(command) ? reader.u8('function', (value) => nameOf(command, value)) : 0;
  const code = command * 256 + func;
  reader.open('arguments', '1770-6.5.16, chapter 7');
  const { place, file, offset, ...body } = readArguments(reader, code);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  const operation = operationOf(code, file, body.mode);
  return {
    isReply,
    transaction,
    status,
    extended: -1,
    operation,
    asked: { code, place, file, offset },
    body,
  };
}

const nameOf = (command: number, func: number) => commandOf(command * 256 + func).name;

/** The same command stops or starts, reads data or a program, by what it is given. */
function operationOf(code: number, file: string | undefined, mode: string | undefined): OperationName {
  const { operation } = commandOf(code);
  if (operation === 'changeMode') {
    if (mode === 'run') return 'startController';
    if (mode === 'program') return 'stopController';
  }
  if (file !== undefined && operation === 'read') return 'readProgram';
  if (file !== undefined && operation === 'write') return 'writeProgram';
  return operation;
}

type Arguments = Body & Partial<Asked>;

function readArguments(reader: ByteReader, code: number): Arguments {
  switch (code) {
    case READ_TWO_FIELDS:
    case READ_THREE_FIELDS: {
      const size = reader.u8('size, bytes');
      return { ...readLogical(reader, code === READ_THREE_FIELDS), params: { bytes: size } };
    }
    case WRITE_TWO_FIELDS:
    case WRITE_THREE_FIELDS:
      reader.u8('size, bytes');
      return readWritten(reader, readLogical(reader, code === WRITE_THREE_FIELDS));
    case WRITE_MASKED:
      return readMasked(reader);
    case WORD_RANGE_READ:
    case WORD_RANGE_WRITE: {
      const offset = reader.u16le('packet offset, words');
      reader.u16le('total, words');
      const place = further(readPlc5Address(reader), offset);
      if (code === WORD_RANGE_WRITE) return { place, items: readItems(reader, place) };
      return { place, params: { bytes: reader.u8('size, bytes') } };
    }
    case TYPED_READ:
    case TYPED_WRITE: {
      const offset = reader.u16le('packet offset, elements');
      reader.u16le('total, elements');
      const place = elementsFurther(readPlc5Address(reader), offset);
      if (code === TYPED_WRITE) return { place, ...readTyped(reader, place) };
      return { place, params: { elements: reader.u16le('elements') } };
    }
    case READ_MODIFY_WRITE:
      return readModified(reader);
    case MODE_OF_SLC: {
      const mode = reader.u8('mode', slcModes);
      return { mode: slcModes[mode] ?? hex(mode, 2) };
    }
    case MODE_OF_PLC5: {
      const mode = reader.u8('mode', (value) => plc5Modes[value & 3]) & 3;
      return { mode: plc5Modes[mode] ?? hex(mode, 2) };
    }
    case READ_PHYSICAL: {
      const offset = reader.u32le('physical address');
      return { file: MEMORY, offset, params: { bytes: reader.u8('size, bytes') } };
    }
    case WRITE_PHYSICAL: {
      const offset = reader.u32le('physical address');
      return { file: MEMORY, offset, ...readContent(reader) };
    }
    case OPEN_FILE: {
      const mode = reader.u8('protection', accesses);
      const number = reader.remaining >= 3 ? reader.u16le('file number') : reader.u8('file number');
      const file = programFile(reader.u8('file type', fileTypes), number);
      return { file, mode: accesses[mode] ?? hex(mode, 2) };
    }
    case CLOSE_FILE:
      return { tag: reader.u16le('tag') };
    case READ_FILE: {
      const size = reader.u8('size, bytes');
      return { ...readTagged(reader), params: { bytes: size } };
    }
    case WRITE_FILE:
      reader.u8('size, bytes');
      return { ...readTagged(reader), ...readContent(reader) };
    case UNPROTECTED_READ: {
      const place = readPlc2Address(reader);
      return { place, params: { bytes: reader.u8('size, bytes') } };
    }
    case PROTECTED_WRITE:
    case UNPROTECTED_WRITE: {
      const place = readPlc2Address(reader);
      return { place, items: readItems(reader, place) };
    }
    case PROTECTED_BIT_WRITE:
    case UNPROTECTED_BIT_WRITE:
      return readPlc2Bits(reader);
    default:
      return reader.remaining > 0 ? { params: { data: readHex(reader) } } : nothing;
  }
}

/** How the whole memory of a PLC-5 is called here; its command has no name for it. */
const MEMORY = 'processor memory';

const accesses: Readonly<Record<number, string>> = { 1: 'to read', 2: 'to write', 3: 'to read and write' };

/** Size, file number, file type, element and, of three, sub-element. What is no data belongs to the program. */
function readLogical(reader: ByteReader, three: boolean): Partial<Asked> {
  reader.open('address', '1770-6.5.16, chapter 13');
  const file = readLevel(reader, 'file number');
  const type = reader.u8('file type', fileTypes);
  const element = readLevel(reader, 'element');
  const sub = three ? readLevel(reader, 'sub-element') : 0;
  reader.close();
  const letter = fileTypes[type];
  if (letter === undefined) return { file: programFile(type, file) };
  const place = { letter, file, element, sub, plc5: false };
  reader.remark(addressOf(place));
  return { place };
}

function programFile(type: number, number: number): string {
  return `file ${number} of type ${fileTypes[type] ?? hex(type, 2)}`;
}

function readWritten(reader: ByteReader, to: Partial<Asked>): Arguments {
  if (!to.place) return { ...to, ...readContent(reader) };
  return { ...to, items: readItems(reader, to.place) };
}

function readMasked(reader: ByteReader): Arguments {
  reader.u8('size, bytes');
  const to = readLogical(reader, true);
  const mask = reader.u16le('mask');
  if (!to.place) return { ...to, ...readContent(reader) };
  const items: Item[] = [];
  for (let place = to.place; reader.remaining >= 2; place = further(place, 1)) {
    items.push(...itemsOfBits(place, mask, reader.u16le('value')));
  }
  return { ...to, items };
}

/** Bits that AND leaves, and those that OR sets. */
function readModified(reader: ByteReader): Arguments {
  let place: Place | undefined;
  const items: Item[] = [];
  while (reader.remaining >= 6) {
    const at = readPlc5Address(reader);
    const and = reader.u16le('AND mask');
    const or = reader.u16le('OR mask');
    items.push(...itemsOfBits(at, (~and | or) & 0xffff, or));
    place ??= at;
  }
  return { place, items };
}

function readPlc2Bits(reader: ByteReader): Arguments {
  let place: Place | undefined;
  const items: Item[] = [];
  while (reader.remaining >= 4) {
    const byte = reader.u16le('address, bytes');
    const at = plc2Place(byte);
    const shift = (byte & 1) * 8;
    const set = reader.u8('set') << shift;
    const reset = reader.u8('reset') << shift;
    items.push(...itemsOfBits(at, set | reset, set));
    place ??= at;
  }
  return { place, items };
}

function readPlc2Address(reader: ByteReader): Place {
  const place = plc2Place(reader.u16le('address, bytes'));
  reader.remark(addressOf(place));
  return place;
}

/** PLC-2 knows no files: those who speak for it keep its words in one of theirs. */
function plc2Place(byte: number): Place {
  return { letter: 'PLC-2 ', file: 0, element: byte >> 1, sub: 0, plc5: false };
}

const MOST_LEVELS = 7;
const WIDE = 0xff;

/** Chapter 13, "PLC-5 system address": which levels follow, or a text. */
function readPlc5Address(reader: ByteReader): Place {
  reader.open('address', '1770-6.5.16, chapter 13');
  const place = reader.peek() === 0 && reader.peek(1) === DOLLAR ? readText(reader) : readLevels(reader);
  reader.close();
  reader.remark(addressOf(place));
  return place;
}

function readLevels(reader: ByteReader): Place {
  const present = reader.u8('levels');
  const levels: number[] = [];
  for (let level = 0; level < MOST_LEVELS; level++) {
    levels.push((present >> level) & 1 ? readLevel(reader, levelNames[level] ?? 'level') : 0);
  }
  const [area = 0, file = 0, element = 0, sub = 0] = levels;
  return { letter: area === 0 ? (defaultFiles[file] ?? '') : '', file, element, sub, plc5: true };
}

const levelNames = ['area', 'file', 'element', 'sub-element'];

/** An octet, or 0xff and a word. */
function readLevel(reader: ByteReader, name: string): number {
  const value = reader.u8(name);
  return value === WIDE ? reader.u16le(name) : value;
}

const DOLLAR = 0x24;
const LONGEST_TEXT = 64;

function readText(reader: ByteReader): Place {
  reader.u8('text follows');
  let length = 0;
  while (length < LONGEST_TEXT && reader.peek(length) > 0) length++;
  const text = reader.text(length, 'text').slice(1).toUpperCase();
  if (reader.peek() === 0) reader.u8('end');
  const parts = /^([A-Z]{1,3})(\d*):(\d+)(?:\.(\w+))?/.exec(text);
  if (!parts) return { letter: text, file: 0, element: 0, sub: 0, plc5: true };
  const [, letter = '', number = '', element = '', sub = ''] = parts;
  const octal = letter === 'O' || letter === 'I';
  return {
    letter,
    file: number === '' ? Math.max(0, defaultFiles.indexOf(letter)) : Number(number),
    element: parseInt(element, octal ? 8 : 10),
    sub: Math.max(
      0,
      subNames.findIndex((names) => names.includes(sub)),
    ),
    plc5: true,
  };
}

const subNames = [[], ['PRE', 'LEN'], ['ACC', 'POS']];

/** Chapter 13, "type/data parameter": what the elements are, and as many as there are. */
function readTyped(reader: ByteReader, place: Place): Body {
  const array = readType(reader);
  const type = array === ARRAY ? readType(reader) : array;
  const letter = letterOf(type, place.letter);
  if (letter === undefined) return { params: { data: readHex(reader) } };
  return { items: readItems(reader, { ...place, letter }) };
}

const ARRAY = 9;
const INTEGER = 4;
const BYTES = 3;

function letterOf(type: number, letter: string): string | undefined {
  if (type === BYTES) return letter === 'ST' ? 'ST' : 'A';
  // An integer may be a word of anything; only what nobody named becomes N.
  if (type === INTEGER && letter !== '' && letter !== 'F') return letter;
  return elementTypes[type];
}

/** Type and size of a piece of data, each in three bits or in as many octets as those say. */
function readType(reader: ByteReader): number {
  const both = reader.u8('type and size', typeNames);
  const type = both & 0x80 ? readNumber(reader, (both >> 4) & 7, 'type') : (both >> 4) & 7;
  if (both & 0x08) readNumber(reader, both & 7, 'size');
  return type;
}

const typeNames = (both: number): string | undefined =>
  both & 0x80 ? undefined : elementTypes[(both >> 4) & 7];

function readNumber(reader: ByteReader, octets: number, field: string): number {
  let number = 0;
  for (let i = 0; i < octets; i++) number = number + reader.u8(field) * 256 ** i;
  return number;
}

function readTagged(reader: ByteReader): Arguments {
  const tag = reader.u16le('tag');
  reader.u16le('offset');
  return { tag, file: programFile(reader.u8('file type', fileTypes), 0) };
}

function readContent(reader: ByteReader): Body {
  const start = reader.offset;
  const bytes = reader.remaining;
  reader.skip(bytes, 'content');
  return { start, end: start + bytes, params: { bytes } };
}

function readReply(
  reader: ByteReader,
  command: number,
  status: number,
  asked: Asked | undefined,
): Pick<Message, 'extended' | 'asked' | 'operation' | 'body'> {
  const isExtended = (status & EXTENDED) === EXTENDED && reader.remaining > 0;
  const extended = isExtended ? reader.u8('extended status', extendedStatuses) : -1;
  const known = asked ?? { code: command * 256 };
  reader.open('answer', '1770-6.5.16, chapter 7');
  const body = status === 0 && asked ? readAnswer(reader, asked) : nothing;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return { extended, asked: known, operation: operationOf(known.code, known.file, undefined), body };
}

function readAnswer(reader: ByteReader, { code, place, file }: Asked): Body {
  if (code === DIAGNOSTIC_STATUS) return readProcessor(reader);
  if (code === OPEN_FILE && reader.remaining >= 2) return { tag: reader.u16le('tag') };
  if (operationOf(code, file, undefined) === 'readProgram') return readContent(reader);
  if (place && commandOf(code).operation === 'read') {
    return code === TYPED_READ ? readTyped(reader, place) : { items: readItems(reader, place) };
  }
  return reader.remaining > 0 ? { params: { data: readHex(reader) } } : nothing;
}

const NAMED = 0xee;
const NAME_LENGTH = 11;

/** What SLC 500 and MicroLogix say of themselves (chapter 10); others have no name there. */
function readProcessor(reader: ByteReader): Body {
  if (reader.peek(1) !== NAMED || reader.remaining < 5 + NAME_LENGTH) return nothing;
  reader.u8('operating status');
  reader.u8('type extender');
  reader.u8('extended interface type');
  reader.u8('extended processor type');
  reader.u8('series and revision');
  return { processor: reader.text(NAME_LENGTH, 'processor') };
}

/** Of an item its value, and of a bit which it is. */
export function valuesOf(items: readonly Item[]): (number | string)[] {
  return items.slice(0, MOST_SHOWN).map(({ name, value, bit }) => {
    return bit < 0 ? value : `${/[^./]*$/.exec(name)![0]}=${value}`;
  });
}

const MOST_SHOWN = 32;
const MOST_HEX = 32;

function readHex(reader: ByteReader): string {
  const bytes = reader.bytes(reader.remaining, 'data');
  const digits = Array.from(bytes.subarray(0, MOST_HEX), (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('') + (bytes.length > MOST_HEX ? '…' : '');
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** As text, to be kept with the place of a reply. */
export function written({ code, place, file, offset }: Asked): string {
  const where = place && [place.letter, place.file, place.element, place.sub, place.plc5 ? 1 : 0].join(':');
  return [code, where ?? '', file ?? '', offset ?? ''].join(',');
}

export function askedOf(text: string | number | undefined): Asked | undefined {
  if (typeof text !== 'string') return undefined;
  const [code, where, file, offset] = text.split(',');
  const asked = { code: Number(code), file: file || undefined, offset: offset ? Number(offset) : undefined };
  if (!where) return asked;
  const [letter = '', ...numbers] = where.split(':');
  const [number = 0, element = 0, sub = 0, plc5 = 0] = numbers.map(Number);
  return { ...asked, place: { letter, file: number, element, sub, plc5: plc5 === 1 } };
}
