import { Kinds } from '../../analysis/kinds.ts';
import { LastValues } from '../../analysis/last-values.ts';
import { type Pending, pendingSettings, type Setting, settingOf } from '../../analysis/pending.ts';
import type {
  Capture,
  Context,
  Endpoint,
  FactField,
  Here,
  OperationNote,
  Params,
  Session,
  Teller,
  Transfer,
} from '../../dissector.ts';
import { rounded } from './logs.ts';
import {
  CHECKSUM,
  ERROR,
  FILE_CLOSE,
  FILES,
  isAnswer,
  itemNames,
  LENGTH_AT,
  OPCODE_AT,
  readRoc,
  type RocMessage,
  SET_PARAMETERS,
  WRITE_TLPS,
} from './message.ts';
import { changeLogon, operations, unknownOpcode } from './operations.ts';
import { indexOf, type Item, LOGON, nameOfIndex } from './points.ts';
import { refusalOf } from './refusals.ts';

const MOST_SHOWN = 64;
const POINTS = 136;
const SYSTEM = 91;
const TABLES = 99;
/** Parameters of point type 91 that say who it is. */
const identity: Readonly<Record<number, FactField>> = {
  2: 'station',
  3: 'firmware',
  5: 'vendor',
  6: 'product',
};

interface Request {
  readonly opcode: number;
  readonly note: OperationNote;
  readonly sets: readonly Item[];
  readonly setting: Setting | undefined;
  /** Of opcode 136. */
  readonly points: number;
}

interface Connection {
  /** An error does not say to what. */
  asked: number;
  file: string;
  to: Transfer | undefined;
  from: Transfer | undefined;
}

const newConnection = (): Connection => ({ asked: -1, file: '', to: undefined, from: undefined });

export class RocSession implements Session {
  readonly #kinds: Kinds;
  readonly #changeLogon: number;
  readonly #family: number;
  readonly #waiting: Pending<Request>;
  readonly #last: LastValues;
  #replyTo: Request | undefined;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownOpcode);
    this.#changeLogon = capture.operation(changeLogon);
    this.#family = capture.variables(nameOfIndex);
    this.#last = capture.bounded('memories', new LastValues());
    this.#waiting = pendingSettings<Request>(capture, (as, of, { sets }) => this.#saw(as, of, sets, true));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const opcode = bytes[start + OPCODE_AT] ?? 0;
    const known = isAnswer(opcode, bytes[start + LENGTH_AT] ?? 0);
    if (known !== undefined) here.turn(known ? 'reply' : 'request');
    const isReply = here.direction === 'reply';
    const asked = opcode === ERROR ? here.connection(newConnection).asked : opcode;
    this.#replyTo = isReply ? this.#waiting.take(here.flow, asked) : undefined;
    const reader = here.reader.reset(bytes, start, end);
    const message = readRoc(reader, isReply, this.#replyTo?.points ?? 0);
    if (!message.checked) here.anomaly('roc-plus.checksum-wrong', 'checksum', end - start - CHECKSUM);
    else if (isReply) this.#answered(here, message, bytes);
    else this.#asked(here, message, bytes);
  }

  context(): Context | undefined {
    return this.#replyTo?.opcode === POINTS ? { points: this.#replyTo.points } : undefined;
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, message: RocMessage, bytes: Uint8Array): void {
    const { opcode, parameters = [], phase, user, secret, file, points = 0 } = message;
    const connection = here.connection(newConnection);
    connection.asked = opcode;
    if (file !== undefined) connection.file = file;
    const isLogon = isWrite(opcode) && parameters.some(({ type }) => type === LOGON);
    const note = here.operation(isLogon ? this.#changeLogon : this.#kinds.of(opcode));
    if (here.wanted(note)) here.describe(note, this.#paramsOf(here.target, message, connection));
    if (secret !== undefined && phase === 'log in') here.credentials('ROC Plus login', user ?? '', secret);
    if (message.content) {
      connection.to ??= here.transfer(here.target, 'to', 'file', connection.file || 'file');
      carry(here, connection.to, message, bytes);
    }
    if (opcode === FILES && message.command === FILE_CLOSE) ended(connection);
    const sets = isWrite(opcode) ? parameters : [];
    const setting = sets.length > 0 ? settingOf(here) : undefined;
    this.#waiting.put(here.flow, opcode, { opcode, note, sets, setting, points });
  }

  #paramsOf(target: Endpoint, message: RocMessage, { file }: Connection): Params {
    const { opcode, parameters, items, values, phase, user, time } = message;
    const names = parameters ? itemNames(parameters) : items;
    const written = parameters && isWrite(opcode) ? parameters.slice(0, MOST_SHOWN) : [];
    const before = written.map((item) => this.#last.get(target, indexOf(item)));
    const set = parameters ? valuesOf(written) : values;
    return {
      ...(names && { items: names.slice(0, MOST_SHOWN) }),
      ...(set && set.length > 0 && { values: set }),
      ...(set &&
        before.some((value) => value !== undefined) && { before: before.slice(0, MOST_SHOWN).map(shown) }),
      ...(phase !== undefined && { phase }),
      ...(user !== undefined && { user }),
      ...(time !== undefined && { time }),
      ...(opcode === FILES && file !== '' && { file }),
      ...(!operations[opcode] && { command: opcode }),
    };
  }

  #answered(here: Here, message: RocMessage, bytes: Uint8Array): void {
    const { type, parameters, values, entries, time, current, error } = message;
    const request = this.#replyTo;
    if (type !== undefined) {
      here.fact(here.source, 'vendor', 'Emerson', 'inferred');
      here.fact(here.source, 'product', type);
    }
    if (parameters) {
      identify(here, parameters);
      this.#saw(here, here.source, parameters, false);
    }
    if (current) this.#saw(here, here.source, [current], false);
    if (message.content) {
      const connection = here.connection(newConnection);
      connection.from ??= here.transfer(here.source, 'from', 'file', connection.file || 'file');
      carry(here, connection.from, message, bytes);
    }
    if (!request) return;
    if (error !== undefined) return here.refuse(request.note, refusalOf(error));
    this.#saw(here, here.source, request.sets, true);
    if (!here.wanted(request.note)) return;
    here.describe(request.note, {
      ...(parameters && { values: valuesOf(parameters) }),
      ...(values && { values }),
      ...(entries && { entries }),
      ...(time !== undefined && { time }),
    });
  }

  #saw(here: Teller, about: Endpoint, items: readonly Item[], set: boolean): void {
    for (const item of items) {
      const { type, value } = item;
      if (typeof value !== 'number' || type === SYSTEM || type === LOGON || type === TABLES) continue;
      const index = indexOf(item);
      here.variable(about, this.#family, index, value, set);
      this.#last.put(about, index, value);
    }
  }
}

function identify(here: Here, items: readonly Item[]): void {
  for (const { type, parameter, value } of items) {
    const field = type === SYSTEM ? identity[parameter] : undefined;
    if (field && typeof value === 'string') here.fact(here.source, field, value);
  }
}

function isWrite(opcode: number): boolean {
  return opcode === SET_PARAMETERS || opcode === WRITE_TLPS;
}

/** A password is left open. */
function valuesOf(items: readonly Item[]): (number | string | null)[] {
  return items.slice(0, MOST_SHOWN).map(({ value }) => shown(value));
}

function shown(value: number | string | undefined): number | string | null {
  return typeof value === 'number' ? rounded(value) : (value ?? null);
}

function carry(here: Here, transfer: Transfer, { content, offset }: RocMessage, bytes: Uint8Array): void {
  const from = content!.byteOffset - bytes.byteOffset;
  transfer.add(here, bytes, from, from + content!.length, offset);
}

function ended(connection: Connection): void {
  connection.to?.end(true);
  connection.from?.end(true);
  connection.to = connection.from = undefined;
}
