import type { ByteReader } from '../../bytes/byte-reader.ts';
import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import { type History, readHistoryReply, readHistoryRequest } from './history.ts';
import { readLog } from './logs.ts';
import { operations } from './operations.ts';
import { type Item, itemName, LOGON, PASSWORD, readTlp, readValue, sizeOf, type Tlp } from './points.ts';
import { refusalOf } from './refusals.ts';

/** ROC Plus Protocol Specifications Manual (D301180X012), chapters 1 and 2. */
export interface RocMessage extends History {
  readonly opcode: number;
  readonly isReply: boolean;
  readonly checked: boolean;
  /** Asked for, set or answered; in what is asked for, without values. */
  readonly parameters?: readonly Item[];
  readonly phase?: string;
  readonly user?: string;
  readonly secret?: number;
  readonly type?: string;
  /** Of a clock, without a zone. */
  readonly time?: string;
  readonly entries?: readonly string[];
  readonly file?: string;
  readonly command?: number;
  readonly offset?: number;
  readonly content?: Uint8Array;
  readonly error?: number;
}

export const HEADER = 6;
export const CHECKSUM = 2;
export const OPCODE_AT = 4;
export const LENGTH_AT = 5;
const CONFIGURATION = 6;
const READ_CLOCK = 7;
const SET_CLOCK = 8;
const READ_TABLE = 10;
const WRITE_TABLE = 11;
const LOGIN = 17;
const PASS_ON = 24;
const READ_ALARMS = 118;
const READ_EVENTS = 119;
export const SET_PARAMETERS = 166;
const READ_PARAMETERS = 167;
const READ_TLPS = 180;
export const WRITE_TLPS = 181;
export const FILES = 203;
export const REPORT = 224;
export const ERROR = 255;
const MOST_OCTETS = 64;

/** Chapter 2: how long a question is, where no answer is as long. */
const questionLengths: Readonly<Record<number, number>> = {
  [CONFIGURATION]: 0,
  [READ_CLOCK]: 0,
  [READ_TABLE]: 3,
  50: 1,
  100: 3,
  105: 2,
  [READ_ALARMS]: 3,
  [READ_EVENTS]: 3,
  135: 6,
  136: 7,
  137: 3,
  138: 4,
  [READ_PARAMETERS]: 4,
};
/** These are answered without a word. */
const silent: ReadonlySet<number> = new Set([
  SET_CLOCK,
  WRITE_TABLE,
  LOGIN,
  PASS_ON,
  SET_PARAMETERS,
  WRITE_TLPS,
]);

/** Nothing in a message says which way it goes, but its length may; undefined where both are possible. */
export function isAnswer(opcode: number, length: number): boolean | undefined {
  if (opcode === ERROR || opcode === REPORT) return true;
  if (silent.has(opcode)) return length === 0;
  const question = questionLengths[opcode];
  return question === undefined ? undefined : length !== question;
}

/** Table 2-7: what a login is, by its length. */
const STANDARD_LOGIN = 5;
const STANDARD_LOGIN_LEVEL = 6;
const STANDARD_LOGOUT = 11;

const FILE_OPEN = 1;
export const FILE_READ = 2;
export const FILE_WRITE = 3;
export const FILE_CLOSE = 4;
const FILE_DELETE = 5;
const filePhases: Record<number, string> = {
  [FILE_OPEN]: 'open',
  [FILE_READ]: 'read',
  [FILE_WRITE]: 'write',
  [FILE_CLOSE]: 'close',
  [FILE_DELETE]: 'delete',
  6: 'list',
  64: 'list',
};

/** Of opcode 6. */
const types: Record<number, string> = {
  1: 'ROCPAC ROC300',
  2: 'FloBoss 407',
  3: 'FlashPAC ROC300',
  4: 'FloBoss 503',
  5: 'FloBoss 504',
  6: 'ROC800',
  11: 'DL8000',
};

/** @param points asked for with opcode 136 */
export function readRoc(reader: ByteReader, guess: boolean, points: number): RocMessage {
  const whole = reader.peekBytes(reader.remaining);
  reader.open('header', '1.2');
  reader.u8('destination unit');
  reader.u8('destination group');
  reader.u8('source unit');
  reader.u8('source group');
  const opcode = reader.u8('opcode', (code) => (code === ERROR ? 'error' : operations[code]?.title));
  const length = reader.u8('length');
  reader.close();
  const isReply = isAnswer(opcode, length) ?? guess;
  const before = reader.limit(length, 'length');
  const body = length === 0 ? {} : readBody(reader, opcode, isReply, points);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(before);
  const right = crc16(crc16Arc, 0, whole, 0, Math.min(HEADER + length, whole.length));
  const checked = reader.u16le('checksum') === right;
  if (!checked) reader.remark(`should be ${right}`);
  return { opcode, isReply, checked, ...body };
}

type Body = Omit<RocMessage, 'opcode' | 'isReply' | 'checked'>;

function readBody(reader: ByteReader, opcode: number, isReply: boolean, points: number): Body {
  reader.open('data', '2.2');
  const body = isReply ? readAnswer(reader, opcode, points) : readQuestion(reader, opcode);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return body;
}

function readQuestion(reader: ByteReader, opcode: number): Body {
  switch (opcode) {
    case SET_CLOCK:
      return reader.remaining >= 7 ? { time: readClock(reader) } : {};
    case READ_TABLE:
    case WRITE_TABLE:
      return readTable(reader, opcode === WRITE_TABLE);
    case LOGIN:
      return readLogin(reader);
    case READ_ALARMS:
    case READ_EVENTS: {
      const count = reader.u8('entries');
      return { items: [`${count} from ${reader.u16le('first index')}`] };
    }
    case 105:
    case 135:
    case 136:
    case 137:
    case 138:
    case 139:
      return readHistoryRequest(reader, opcode);
    case SET_PARAMETERS:
      return { parameters: readValues(reader, readRange(reader)) };
    case READ_PARAMETERS:
      return { parameters: readRange(reader) };
    case READ_TLPS:
      return { parameters: readTlps(reader) };
    case WRITE_TLPS:
      return { parameters: readWritten(reader) };
    case FILES:
      return readFile(reader);
    default:
      return {};
  }
}

function readAnswer(reader: ByteReader, opcode: number, points: number): Body {
  switch (opcode) {
    case ERROR:
      return { error: reader.u8('error', (code) => refusalOf(code).text) };
    case CONFIGURATION:
      return reader.remaining >= 19 ? readConfiguration(reader) : {};
    case READ_CLOCK:
      return reader.remaining >= 7 ? { time: readClock(reader) } : {};
    case READ_TABLE:
      return readTable(reader, true);
    case READ_ALARMS:
    case READ_EVENTS:
      return { entries: readLog(reader, opcode === READ_ALARMS ? 'alarm' : 'event') };
    case 105:
    case 135:
    case 136:
    case 138:
    case 139:
      return readHistoryReply(reader, opcode, points);
    case READ_PARAMETERS:
      return { parameters: readValues(reader, readRange(reader)) };
    case READ_TLPS:
      return { parameters: readWritten(reader) };
    case FILES:
      return readFileAnswer(reader);
    default:
      return {};
  }
}

function readConfiguration(reader: ByteReader): Body {
  reader.u8('mode', { 0: 'firmware update', 1: 'run' });
  reader.u16le('port');
  reader.u8('security access mode');
  reader.u8('logical compatibility');
  reader.u8('revision');
  reader.u8('subtype', { 0: 'series 2', 1: 'series 1' });
  reader.skip(11, 'reserved');
  const type = reader.u8('type', types);
  return { type: types[type] ?? `type ${type}` };
}

/** As the controller's own calendar has it. */
function readClock(reader: ByteReader): string {
  const [second, minute, hour, day, month] = ['second', 'minute', 'hour', 'day', 'month'].map((name) =>
    two(reader.u8(name)),
  );
  const year = reader.u16le('year');
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** Which parameters are in a table, its owner configured (point type 99). */
function readTable(reader: ByteReader, withData: boolean): Body {
  const table = reader.u8('table');
  const first = reader.u8('first location');
  const count = reader.u8('locations');
  const items = [`table ${table}, ${count} from ${first}`];
  if (!withData) return { items };
  reader.f32le('revision');
  return { items, values: [shown(reader.bytes(reader.remaining, 'values'))] };
}

/** 2.2.6. The password is a number of two octets; the enhanced one is encrypted. */
function readLogin(reader: ByteReader): Body {
  const length = reader.remaining;
  if (length !== STANDARD_LOGIN && length !== STANDARD_LOGIN_LEVEL && length !== STANDARD_LOGOUT) {
    return { phase: length < STANDARD_LOGOUT ? 'log in' : 'log in, enhanced' };
  }
  const user = reader.text(3, 'operator');
  reader.secret(2, 'password');
  return { user, secret: 2, phase: length === STANDARD_LOGOUT ? 'log out' : 'log in' };
}

function readRange(reader: ByteReader): Tlp[] {
  const type = reader.u8('point type');
  const logical = reader.u8('logical number');
  const count = reader.u8('number of parameters');
  const first = reader.u8('first parameter');
  return Array.from({ length: count }, (_, i) => ({ type, logical, parameter: (first + i) & 0xff }));
}

function readTlps(reader: ByteReader): Item[] {
  const count = reader.u8('number of parameters');
  const items: Item[] = [];
  for (let i = 0; i < count && reader.remaining >= 3; i++) items.push(readTlp(reader, 'parameter'));
  return items;
}

/** How long a value is, only its type tells: what comes after one that nobody knows is not taken apart. */
function readWritten(reader: ByteReader): Item[] {
  const count = reader.u8('number of parameters');
  const items: Item[] = [];
  for (let i = 0; i < count && reader.remaining >= 3; i++) {
    const tlp = readTlp(reader, 'parameter');
    items.push(readItem(reader, tlp));
  }
  return items;
}

function readValues(reader: ByteReader, tlps: readonly Tlp[]): Item[] {
  return tlps.map((tlp) => (reader.remaining > 0 ? readItem(reader, tlp) : tlp));
}

function readItem(reader: ByteReader, tlp: Tlp): Item {
  const size = sizeOf(tlp);
  if (size !== undefined && size <= reader.remaining) return { ...tlp, value: readValue(reader, tlp) };
  if (mayHoldPassword(reader.peekBytes(reader.remaining))) {
    reader.secret(reader.remaining, 'values');
    return tlp;
  }
  return { ...tlp, value: shown(reader.bytes(reader.remaining, 'values')) };
}

/** Among parameters that nobody can tell apart there may be one that is nobody's business. */
function mayHoldPassword(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(LOGON); at >= 0; at = bytes.indexOf(LOGON, at + 1)) {
    if (bytes[at + 2] === PASSWORD) return true;
  }
  return false;
}

/** `103,0,5 to 9` for neighbours. */
export function itemNames(parameters: readonly Tlp[]): string[] {
  const [first] = parameters;
  const last = parameters.at(-1);
  const isRange =
    parameters.length > 2 &&
    parameters.every(
      ({ type, logical, parameter }, i) =>
        type === first!.type && logical === first!.logical && parameter === first!.parameter + i,
    );
  if (isRange) return [`${itemName(first!)} to ${last!.parameter}`];
  return parameters.map(itemName);
}

/** 2.2.25. */
function readFile(reader: ByteReader): Body {
  const command = reader.u8('command', filePhases);
  const phase = filePhases[command] ?? `command ${command}`;
  if ((command === FILE_OPEN || command === FILE_DELETE) && reader.remaining >= 125) {
    if (command === FILE_OPEN) reader.u8('options');
    const path = reader.text(100, 'path');
    const name = reader.text(Math.min(25, reader.remaining), 'file name');
    return { phase, command, file: `${path}${name}` };
  }
  return { phase, command, ...(command === FILE_WRITE && readPiece(reader)) };
}

function readFileAnswer(reader: ByteReader): Body {
  const command = reader.u8('command', filePhases);
  return { command, ...(command === FILE_READ && readPiece(reader)) };
}

function readPiece(reader: ByteReader): Pick<RocMessage, 'offset' | 'content'> {
  if (reader.remaining < 13) return {};
  reader.u32le('descriptor');
  reader.u32le('file size');
  const offset = reader.u32le('offset');
  const length = reader.u8('number of bytes');
  return { offset, content: reader.bytes(Math.min(length, reader.remaining), 'content') };
}

function shown(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, MOST_OCTETS), (octet) => octet.toString(16).padStart(2, '0'));
  return `0x${digits.join('')}${bytes.length > MOST_OCTETS ? '…' : ''}`;
}
