import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  type OperationNote,
  OURS,
  PERHAPS,
  type Session,
  type Transfer,
} from '../../dissector.ts';
import { operations, unknownOpcode } from './operations.ts';

/** ROC Plus Protocol Specifications Manual (D301180X012), chapters 1 and 2. */
export interface RocMessage {
  readonly opcode: number;
  readonly checked: boolean;
  /** As the manual writes a parameter: type, logical number, parameter. */
  readonly items?: readonly string[];
  readonly values?: readonly string[];
  readonly phase?: string;
  readonly user?: string;
  readonly secret?: number;
  readonly type?: string;
  readonly file?: string;
  readonly offset?: number;
  readonly content?: Uint8Array;
  readonly error?: number;
}

const HEADER = 6;
const CHECKSUM = 2;
const OPCODE_AT = 4;
const LENGTH_AT = 5;
const CONFIGURATION = 6;
const LOGIN = 17;
const SET_PARAMETERS = 166;
const READ_PARAMETERS = 167;
const READ_TLPS = 180;
const WRITE_TLPS = 181;
const FILES = 203;
const REPORT = 224;
const ERROR = 255;
const MOST_SHOWN = 64;

/** Table 2-7: what a login is, by its length. */
const STANDARD_LOGIN = 5;
const STANDARD_LOGIN_LEVEL = 6;
const STANDARD_LOGOUT = 11;

const FILE_OPEN = 1;
const FILE_WRITE = 3;
const FILE_DELETE = 5;
const filePhases: Record<number, string> = {
  [FILE_OPEN]: 'open',
  2: 'read',
  [FILE_WRITE]: 'write',
  4: 'close',
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

const refusals = new Refusals('roc-plus');
/** Table 2-32. */
const refusalOf = refusals.numbered({
  1: 'invalid opcode',
  2: 'invalid parameter number',
  3: 'invalid logical number',
  4: 'invalid point type',
  5: 'too many data bytes',
  6: 'too few data bytes',
  13: 'outside valid address range',
  14: 'invalid history request',
  15: 'invalid FST request',
  16: 'invalid event entry',
  17: 'too many alarms requested',
  18: 'too many events requested',
  19: 'parameter is read-only',
  20: 'security error',
  21: 'invalid security logon',
  22: 'invalid store and forward path',
  24: 'history configuration in progress',
  25: 'invalid parameter range',
  29: 'invalid history index',
  30: 'invalid history point',
  32: 'invalid TLP',
  33: 'invalid time',
  34: 'illegal Modbus range',
  50: 'general error',
  51: 'invalid state for write',
  52: 'invalid configurable opcode',
  61: 'HART pass-through disabled',
  62: 'HART pass-through not licensed',
  63: 'access level too high',
  77: 'invalid logoff string',
});

export const rocPlus: Dissector<RocMessage> = {
  name: 'roc-plus',
  title: 'Emerson ROC Plus',
  reference: 'Emerson D301180X012: ROC Plus Protocol Specifications Manual',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [4000] },
    { on: 'udp', at: [4000] },
  ],
  claims: [],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'roc-plus.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'roc-plus.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (end - start < HEADER) return expected ? PERHAPS : NOT_OURS;
    if (!isOpcode(bytes[start + OPCODE_AT]!)) return NOT_OURS;
    const size = HEADER + bytes[start + LENGTH_AT]! + CHECKSUM;
    if (size > end - start) return expected ? PERHAPS : NOT_OURS;
    const right = crc(bytes, start, start + size - CHECKSUM) === u16leAt(bytes, start + size - CHECKSUM);
    return right && (expected || size === end - start) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (end - start < HEADER) return 0;
    return isOpcode(bytes[start + OPCODE_AT]!) ? HEADER + bytes[start + LENGTH_AT]! + CHECKSUM : LOST;
  },

  read: (reader, { direction }) => readRoc(reader, direction === 'reply'),

  begin: (capture) => new RocSession(capture),
};

function isOpcode(opcode: number): boolean {
  return opcode === ERROR || opcode in operations;
}

function readRoc(reader: ByteReader, isReply: boolean): RocMessage {
  const whole = reader.peekBytes(reader.remaining);
  reader.open('header', '1.2');
  reader.u8('destination unit');
  reader.u8('destination group');
  reader.u8('source unit');
  reader.u8('source group');
  const opcode = reader.u8('opcode', (code) => (code === ERROR ? 'error' : operations[code]?.title));
  const length = reader.u8('length');
  reader.close();
  const before = reader.limit(length, 'length');
  const body =
    length === 0 ? {} : isReply ? readAnswer(reader, opcode) : readQuestion(reader, opcode, length);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(before);
  const right = crc(whole, 0, Math.min(HEADER + length, whole.length));
  const checked = reader.u16le('checksum') === right;
  if (!checked) reader.remark(`should be ${right}`);
  return { opcode, checked, ...body };
}

type Body = Omit<RocMessage, 'opcode' | 'checked'>;

function readQuestion(reader: ByteReader, opcode: number, length: number): Body {
  switch (opcode) {
    case LOGIN:
      return readLogin(reader, length);
    case SET_PARAMETERS: {
      const item = readRange(reader);
      return { items: [item], values: [shown(reader.bytes(reader.remaining, 'values'))] };
    }
    case READ_PARAMETERS:
      return reader.remaining >= 4 ? { items: [readRange(reader)] } : {};
    case READ_TLPS:
      return { items: readTlps(reader) };
    case WRITE_TLPS:
      return readWritten(reader);
    case FILES:
      return readFile(reader);
    default:
      return {};
  }
}

function readAnswer(reader: ByteReader, opcode: number): Body {
  switch (opcode) {
    case ERROR:
      return { error: reader.u8('error', (code) => refusalOf(code).text) };
    case CONFIGURATION: {
      if (reader.remaining < 19) return {};
      reader.u8('mode', { 0: 'firmware update', 1: 'run' });
      reader.u16le('port');
      reader.u8('security access mode');
      reader.skip(14, 'compatibility and reserved');
      const type = reader.u8('type', types);
      return { type: types[type] ?? `type ${type}` };
    }
    case READ_PARAMETERS:
      if (reader.remaining < 4) return {};
      readRange(reader);
      return { values: [shown(reader.bytes(reader.remaining, 'values'))] };
    case READ_TLPS:
      return readWritten(reader);
    default:
      return {};
  }
}

/** 2.2.6. The password is a number of two octets; the enhanced one is encrypted. */
function readLogin(reader: ByteReader, length: number): Body {
  if (length !== STANDARD_LOGIN && length !== STANDARD_LOGIN_LEVEL && length !== STANDARD_LOGOUT) {
    return { phase: length < STANDARD_LOGOUT ? 'log in' : 'log in, enhanced' };
  }
  const user = reader.text(3, 'operator');
  reader.secret(2, 'password');
  return { user, secret: 2, phase: length === STANDARD_LOGOUT ? 'log out' : 'log in' };
}

function readRange(reader: ByteReader): string {
  const type = reader.u8('point type');
  const logical = reader.u8('logical number');
  const count = reader.u8('number of parameters');
  const first = reader.u8('first parameter');
  return count <= 1
    ? tlpName(type, logical, first)
    : `${tlpName(type, logical, first)} to ${first + count - 1}`;
}

function readTlps(reader: ByteReader): string[] {
  const count = reader.u8('number of parameters');
  const items: string[] = [];
  for (let i = 0; i < count && reader.remaining >= 3; i++) items.push(readTlp(reader));
  return items;
}

/** How long each value is, only a table of all point types could tell: of several, the first is named. */
function readWritten(reader: ByteReader): Body {
  const count = reader.u8('number of parameters');
  if (reader.remaining < 3) return {};
  const item = readTlp(reader);
  const values = [shown(reader.bytes(reader.remaining, count === 1 ? 'value' : 'values'))];
  return { items: count === 1 ? [item] : [`${item} and ${count - 1} more`], values };
}

function readTlp(reader: ByteReader): string {
  const type = reader.u8('point type');
  const logical = reader.u8('logical number');
  return tlpName(type, logical, reader.u8('parameter'));
}

function tlpName(type: number, logical: number, parameter: number): string {
  return `${type},${logical},${parameter}`;
}

/** 2.2.25. */
function readFile(reader: ByteReader): Body {
  const command = reader.u8('command', filePhases);
  const phase = filePhases[command] ?? `command ${command}`;
  if ((command === FILE_OPEN || command === FILE_DELETE) && reader.remaining >= 125) {
    if (command === FILE_OPEN) reader.u8('options');
    const path = reader.text(100, 'path');
    return { phase, file: `${path}${reader.text(Math.min(25, reader.remaining), 'file name')}` };
  }
  if (command === FILE_WRITE && reader.remaining >= 13) {
    reader.u32le('descriptor');
    reader.u32le('file size');
    const offset = reader.u32le('offset');
    const length = reader.u8('number of bytes');
    return { phase, offset, content: reader.bytes(Math.min(length, reader.remaining), 'content') };
  }
  return { phase };
}

function shown(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, MOST_SHOWN), (octet) => octet.toString(16).padStart(2, '0'));
  return `0x${digits.join('')}${bytes.length > MOST_SHOWN ? '…' : ''}`;
}

/** Appendix A: x^16 + x^15 + x^2 + 1, reflected, from 0. */
export function crc(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    value ^= bytes[at]!;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >> 1) ^ 0xa001 : value >> 1;
  }
  return value;
}

interface Connection {
  file: string;
  transfer: Transfer | undefined;
}

class RocSession implements Session {
  readonly #kinds: Kinds;
  readonly #waiting: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownOpcode);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  /** Nothing in a message says which way it goes, but an error and a report come from the device. */
  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const opcode = bytes[start + OPCODE_AT] ?? 0;
    if (opcode === ERROR || opcode === REPORT) here.turn('reply');
    const isReply = here.direction === 'reply';
    const message = readRoc(here.reader.reset(bytes, start, end), isReply);
    if (!message.checked) here.anomaly('roc-plus.checksum-wrong', 'checksum', end - start - CHECKSUM);
    else if (isReply) this.#answered(here, message);
    else this.#asked(here, message, bytes);
  }

  #asked(here: Here, message: RocMessage, bytes: Uint8Array): void {
    const { opcode, items, values, phase, user, secret, file } = message;
    const connection = here.connection(newConnection);
    if (file !== undefined) connection.file = file;
    const note = here.operation(this.#kinds.of(opcode));
    if (here.wanted(note)) {
      here.describe(note, {
        ...(items && { items: items.slice(0, MOST_SHOWN) }),
        ...(values && { values }),
        ...(phase !== undefined && { phase }),
        ...(user !== undefined && { user }),
        ...(opcode === FILES && connection.file !== '' && { file: connection.file }),
      });
    }
    if (secret !== undefined && phase === 'log in') here.credentials('ROC Plus login', user ?? '', secret);
    if (message.content) this.#carry(here, connection, message, bytes);
    this.#waiting.put(here.flow, opcode, note);
    this.#waiting.put(here.flow, ERROR, note);
  }

  #carry(here: Here, connection: Connection, { content, offset }: RocMessage, bytes: Uint8Array): void {
    connection.transfer ??= here.transfer(here.target, 'to', 'file', connection.file || 'file');
    const from = content!.byteOffset - bytes.byteOffset;
    connection.transfer.add(here, bytes, from, from + content!.length, offset);
  }

  #answered(here: Here, { opcode, type, values, error }: RocMessage): void {
    const note = this.#waiting.take(here.flow, opcode);
    if (type !== undefined) {
      here.fact(here.source, 'vendor', 'Emerson', 'inferred');
      here.fact(here.source, 'product', type);
    }
    if (note === undefined) return;
    if (error !== undefined) here.refuse(note, refusalOf(error));
    else if (values && here.wanted(note)) here.describe(note, { values });
  }
}

const newConnection = (): Connection => ({ file: '', transfer: undefined });
