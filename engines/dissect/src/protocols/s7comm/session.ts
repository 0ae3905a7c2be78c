import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import type { Counter, TextCounter } from '../../analysis/counters.ts';
import { u16At } from '../../bytes/byte-reader.ts';
import type {
  Capture,
  Context,
  Endpoint,
  Here,
  OperationNote,
  Params,
  Refusal,
  Session,
  Teller,
  Transfer,
} from '../../dissector.ts';
import { refusalOf, returned } from './errors.ts';
import type { Item } from './items.ts';
import type { Body } from './jobs.ts';
import { LastKnown } from './last-known.ts';
import { HEADER, headerLength, readS7, type S7Message } from './message.ts';
import * as s7 from './names.ts';
import { operations, type OperationName } from './operations.ts';
import { type Channel, tellValues } from './process-values.ts';
import { type StatusList, isMode, listName } from './szl.ts';
import { readSaid, type Said, type Userdata } from './userdata.ts';
import { type Value, valueOf } from './values.ts';

/** A job or a request that waits for its answer. Used again and again. */
interface Asked {
  note: OperationNote;
  code: number;
  /** Set when the note is wanted. */
  items: readonly Item[] | undefined;
  /** Where the answer to a read goes. */
  place: number;
  turn: number;
  /** What is to be written, until the controller says that it was. */
  writes: Writes | undefined;
}

interface Writes extends Setting {
  readonly channels: readonly (readonly Channel[])[];
  readonly data: Uint8Array;
}

function tellWritten(here: Teller, { of, channels, data }: Writes, results?: Uint8Array): void {
  tellValues(here, of, channels, data, 0, data.length, true, results);
}

/** What a connection remembers. */
interface Connection {
  /** Transfers of blocks under way: what they are about. */
  block: string;
  transfer: Transfer | undefined;
}

const MOST_ANSWERS = 256;
const MOST_PARTS = 16_384;
const NOT_COUNTED = -1;
/** Octets of a password, which is filled up with blanks before it is made unreadable in a way that can be undone. */
const PASSWORD = 8;

/** Data of one answer, brought together. */
class Parts {
  /** Waits until all of it is there. */
  asked: Asked | undefined;
  bytes = new Uint8Array(512);
  length = 0;

  add(bytes: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > MOST_PARTS) return;
    if (length > this.bytes.length) {
      const wider = new Uint8Array(Math.max(length, this.bytes.length * 2));
      wider.set(this.bytes.subarray(0, this.length));
      this.bytes = wider;
    }
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length = length;
  }
}

export class S7Session implements Session {
  readonly #types: Counter;
  readonly #functions: Counter;
  readonly #userdata: Counter;
  readonly #services: TextCounter;
  readonly #kinds: Readonly<Record<OperationName, number>>;
  readonly #asked: Pending<Asked>;
  /** Answers of which more is to come. */
  readonly #parts: Pending<Parts>;
  readonly #spare: Asked[] = [];
  readonly #lastKnown = new LastKnown();
  /** Of the message at hand, for those who read it again. */
  #items: readonly Item[] | undefined;
  #continues = false;

  constructor(capture: Capture) {
    this.#asked = capture.bounded(
      'requests',
      new Pending<Asked>(undefined, ({ writes }) => {
        if (writes) tellWritten(capture.unanswered(writes.by, writes.time), writes);
      }),
    );
    this.#parts = capture.bounded('pieces', new Pending<Parts>(MOST_ANSWERS));
    this.#types = capture.counter('s7comm_rosctr', (type) => s7.messageTypes[type] ?? String(type));
    this.#functions = capture.counter(
      's7comm_function',
      (value) => `${s7.messageTypes[value >> 8]}:0x${(value & 0xff).toString(16).padStart(2, '0')}`,
    );
    this.#userdata = capture.counter(
      's7comm_userdata',
      (value) => `type${value >> 12}/group${(value >> 8) & 0xf}/sub${value & 0xff}`,
    );
    this.#services = capture.textCounter('s7comm_pi_service');
    this.#kinds = Object.fromEntries(
      Object.entries(operations).map(([name, kind]) => [name, capture.operation(kind)]),
    ) as Record<OperationName, number>;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#items = undefined;
    this.#continues = false;
    const type = bytes[start + 1]!;
    this.#types.add(type);
    const parameters = start + headerLength(type);
    const code =
      type !== s7.USERDATA && u16At(bytes, start + 6) > 0 && parameters < end
        ? bytes[parameters]!
        : NOT_COUNTED;
    if (code !== NOT_COUNTED) this.#functions.add((type << 8) | code);
    if (code === s7.READ || code === s7.WRITE) {
      if (type === s7.JOB) return this.#asks(here, code, bytes, start, end);
      if (type === s7.ACK_DATA) return this.#answers(here, bytes, start, end);
    }
    if (type === s7.USERDATA) return this.#talk(here, bytes, start, end);
    const message = readS7(here.reader.reset(bytes, start, end), here);
    if (type === s7.JOB) this.#job(here, message);
    else this.#acknowledged(here, message, bytes, start);
  }

  context(): Context | undefined {
    if (this.#continues) return { continues: 1 };
    return this.#items && { items: this.#items.map(({ address }) => address).join('; ') };
  }

  finish(): void {
    this.#asked.finish();
  }

  // Read and write: by far the most of what there is, so nothing is made unless it is told.

  #asks(here: Here, code: number, bytes: Uint8Array, start: number, end: number): void {
    here.turn('request');
    const parameters = start + HEADER;
    const parametersEnd = parameters + u16At(bytes, start + 6);
    const writes = code === s7.WRITE;
    const kind = writes
      ? touchesOutputs(bytes, parameters, Math.min(parametersEnd, end))
        ? this.#kinds.writeOutputs
        : this.#kinds.write
      : this.#kinds.read;
    const note = here.operation(kind);
    const asked = this.#wait(here, u16At(bytes, start + 4), note, code);
    if (here.wanted(note)) {
      const { body } = readS7(here.reader.reset(bytes, start, end), here);
      if (body.kind === 'items') {
        asked.items = body.items;
        here.describe(note, this.#itemsTold(here.target, body, writes));
      }
    }
    if (parametersEnd > end) return;
    asked.place = writes
      ? this.#lastKnown.writes(here.target, bytes, parameters, parametersEnd, end)
      : this.#lastKnown.asks(here.target, bytes, parameters, parametersEnd);
    asked.turn = this.#lastKnown.turnOf(asked.place);
    if (!writes) return;
    const channels = this.#lastKnown.channelsOf(asked.place, asked.turn);
    if (channels.some(({ length }) => length > 0)) {
      asked.writes = { ...settingOf(here), channels, data: bytes.slice(parametersEnd, end) };
    }
  }

  #itemsTold(device: Endpoint, { items, values }: Body & { kind: 'items' }, writes: boolean): Params {
    const told = { items: items.map(({ address }) => address), types: items.map(({ type }) => type) };
    if (!writes) return told;
    const before = items.map((item) => this.#lastKnown.value(device, item) ?? null);
    return {
      ...told,
      values: items.map((item, i) => (values[i] ? valueOf(item, values[i].bytes) : null)),
      ...(before.some((value) => value !== null) && { before }),
    };
  }

  #answers(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn('reply');
    const asked = this.#asked.take(here.flow, referenceOf(here, u16At(bytes, start + 4), true));
    const error = u16At(bytes, start + 10);
    const data = start + headerLength(s7.ACK_DATA) + u16At(bytes, start + 6);
    if (!asked) {
      // Nobody heard the question. Read it all the same: it may be malformed.
      readS7(here.reader.reset(bytes, start, end), here);
      return;
    }
    const { note, items, place, turn, writes } = asked;
    const count = bytes[start + headerLength(s7.ACK_DATA) + 1]!;
    let refused = s7.DONE;
    if (error !== 0) here.refuse(note, refusalOf(error));
    else if (data < end && asked.code === s7.WRITE) {
      refused = refusedWrite(bytes, data, end, count);
      if (refused === s7.DONE) this.#lastKnown.written(place, turn);
      if (writes) tellWritten(here, writes, bytes.subarray(data, Math.min(end, data + count)));
    } else if (data < end) {
      refused = refusedRead(bytes, data, end, count);
      this.#lastKnown.answered(place, turn, bytes, data, end);
      tellValues(here, here.source, this.#lastKnown.channelsOf(place, turn), bytes, data, end, false);
    }
    if (refused !== s7.DONE) here.refuse(note, returned(refused));
    if (items) {
      this.#items = items;
      const { body } = readS7(here.reader.reset(bytes, start, end), here);
      this.#tellResult(here, note, items, body);
    }
    this.#release(asked);
  }

  #tellResult(here: Here, note: OperationNote, items: readonly Item[], body: Body): void {
    const codes =
      body.kind === 'values'
        ? body.values.map(({ code }) => code)
        : body.kind === 'written'
          ? body.codes
          : [];
    if (body.kind === 'values') here.describe(note, { values: shown(items, body.values) });
    if (codes.length > 1 && codes.some((code) => code !== s7.DONE)) {
      here.describe(note, { results: codes.map(resultOf) });
    }
  }

  #wait(here: Here, reference: number, note: OperationNote, code: number): Asked {
    const asked = this.#spare.pop() ?? {
      note,
      code,
      items: undefined,
      place: -1,
      turn: 0,
      writes: undefined,
    };
    asked.note = note;
    asked.code = code;
    asked.items = undefined;
    asked.place = -1;
    asked.writes = undefined;
    this.#asked.put(here.flow, referenceOf(here, reference, false), asked);
    return asked;
  }

  #release(asked: Asked): void {
    asked.items = undefined;
    asked.writes = undefined;
    if (this.#spare.length < 64) this.#spare.push(asked);
  }

  // Everything else.

  #job(here: Here, { code, body, reference }: S7Message): void {
    // While a block is downloaded, it is the controller that asks for the next part.
    const fromDevice = code === s7.DOWNLOAD_BLOCK || code === s7.DOWNLOAD_ENDED;
    here.turn(fromDevice ? 'reply' : 'request');
    const kind = jobKind(code, body);
    const note = here.operation(this.#kinds[kind]);
    this.#wait(here, reference, note, code);
    if (body.kind === 'service') this.#services.add(body.service);
    if (body.kind === 'block' && body.file) here.connection(newConnection).block = body.file.block;
    this.#followTransfer(here, code);
    here.describe(note, this.#jobTold(here, code, body));
    if (programs(kind)) {
      here.role(fromDevice ? here.target : here.source, 'engineering', 'inferred', 's7comm.programs');
    }
  }

  #followTransfer(here: Here, code: number): void {
    const connection = here.connection(newConnection);
    if (code === s7.REQUEST_DOWNLOAD || code === s7.START_UPLOAD) {
      connection.transfer = undefined;
    } else if (code === s7.DOWNLOAD_ENDED || code === s7.END_UPLOAD) {
      connection.transfer?.end(true);
      connection.transfer = undefined;
    }
  }

  /** The block on its way; parts of one whose beginning nobody heard have no name. */
  #carried(here: Here, code: number): Transfer {
    const connection = here.connection(newConnection);
    const isDownload = code === s7.DOWNLOAD_BLOCK;
    const about = isDownload ? here.target : here.source;
    connection.transfer ??= here.transfer(about, isDownload ? 'to' : 'from', 'program', connection.block);
    return connection.transfer;
  }

  #jobTold(here: Here, code: number, body: Body): Params {
    switch (body.kind) {
      case 'setup':
        return { length: body.length, calling: body.calling, called: body.called };
      case 'block': {
        const block = body.file?.block ?? here.connection(newConnection).block;
        return { block, ...(body.length !== undefined && { length: body.length }) };
      }
      case 'service': {
        const { service, blocks, argument } = body;
        const restart = argument === 'C' ? 'cold restart' : 'warm restart';
        return {
          service,
          ...(blocks.length > 0 && { blocks: blocks.slice(0, 32) }),
          ...(argument !== '' && { argument }),
          ...(code === s7.SERVICE && service === 'P_PROGRAM' && { restart }),
        };
      }
      default:
        return { command: s7.functions[code] ?? `0x${code.toString(16)}` };
    }
  }

  #acknowledged(here: Here, message: S7Message, bytes: Uint8Array, start: number): void {
    const { code, body, error, reference } = message;
    here.turn(code === s7.DOWNLOAD_BLOCK || code === s7.DOWNLOAD_ENDED ? 'request' : 'reply');
    if (body.kind === 'block' && body.bytes !== undefined && body.contentAt !== undefined) {
      const at = start + body.contentAt;
      this.#carried(here, code).add(here, bytes, at, at + body.bytes);
    }
    const asked = this.#asked.take(here.flow, referenceOf(here, reference, true));
    if (!asked) return;
    if (error !== 0) here.refuse(asked.note, refusalOf(error));
    if (body.kind === 'setup') here.describe(asked.note, { length: body.length });
    if (body.kind === 'block') {
      const told: Record<string, number | boolean> = {};
      if (body.length !== undefined) told['length'] = body.length;
      if (body.bytes !== undefined) told['bytes'] = body.bytes;
      if (body.more !== undefined) told['more'] = body.more;
      here.describe(asked.note, told);
    }
    this.#release(asked);
  }

  #talk(here: Here, bytes: Uint8Array, start: number, end: number): void {
    // Counted before it is read: what is cut short was said all the same.
    const kind =
      end - start > HEADER + 6 ? (bytes[start + HEADER + 5]! << 8) | bytes[start + HEADER + 6]! : NOT_COUNTED;
    if (kind !== NOT_COUNTED) this.#userdata.add(kind);
    // A first question has number 0; the device gives another to an answer of which more is to come.
    const sequence = bytes[start + HEADER + 7] ?? 0;
    const more = partsKey(kind, sequence);
    const parts = sequence > 0 ? this.#parts.take(here.flow, more) : undefined;
    this.#continues = parts !== undefined && kind >> 12 === s7.RESPONSE;
    const message = readS7(
      here.reader.reset(bytes, start, end),
      this.#continues ? { direction: 'reply', context: { continues: 1 } } : here,
    );
    const userdata = message.userdata!;
    here.turn(userdata.type === s7.REQUEST ? 'request' : 'reply');
    if (userdata.type === s7.REQUEST) {
      // Asking for the next part of an answer is no operation of its own.
      if (!parts) return this.#requested(here, message.reference, userdata);
      if (parts.asked) this.#asked.put(here.flow, referenceOf(here, message.reference, false), parts.asked);
      this.#parts.put(here.flow, more, parts);
    } else if (userdata.type === s7.RESPONSE) {
      const from = start + userdata.from;
      this.#responded(here, message.reference, userdata, parts, bytes, from, start + userdata.to);
    } else this.#indicated(here, userdata);
  }

  #responded(
    here: Here,
    reference: number,
    userdata: Userdata,
    earlier: Parts | undefined,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    const { type, group, sub, sequence, returned: code } = userdata;
    if (userdata.last && !earlier) return this.#heard(here, reference, userdata, userdata.said);
    const parts = earlier ?? new Parts();
    parts.add(bytes, from, to);
    if (userdata.last) {
      const whole = here.reader.reset(parts.bytes, 0, parts.length);
      return this.#heard(here, reference, userdata, readSaid(whole, type, group, sub, code));
    }
    parts.asked = this.#asked.take(here.flow, referenceOf(here, reference, true)) ?? parts.asked;
    this.#parts.put(here.flow, partsKey((type << 12) | (group << 8) | sub, sequence), parts);
  }

  #requested(here: Here, reference: number, userdata: Userdata): void {
    const kind = userdataKind(userdata);
    const note = here.operation(this.#kinds[kind]);
    const asked = this.#wait(here, reference, note, (userdata.group << 8) | userdata.sub);
    if (kind === 'password') here.credentials('password', '', PASSWORD);
    if (!here.wanted(note)) return;
    const { said } = userdata;
    if (said.kind === 'items') asked.items = said.items;
    here.describe(note, {
      ...(kind in commandTold && { command: commandOf(userdata) }),
      ...askedTold(said),
    });
    if (programs(kind)) here.role(here.source, 'engineering', 'inferred', 's7comm.programs');
    if (said.kind === 'user' && said.user.startsWith('HmiRtm')) {
      here.role(here.source, 'hmi', 'inferred', 's7comm.message-user', { user: said.user });
    }
  }

  #heard(here: Here, reference: number, userdata: Userdata, said: Said): void {
    const asked = this.#asked.take(here.flow, referenceOf(here, reference, true));
    if (said.kind === 'list') this.#learn(here, said.list);
    if (!asked) return;
    const error = userdata.error !== 0 ? refusalOf(userdata.error) : failure(userdata);
    if (error) here.refuse(asked.note, error);
    if (asked.items) this.#items = asked.items;
    if (here.wanted(asked.note)) here.describe(asked.note, answerTold(said));
    this.#release(asked);
  }

  #learn(here: Here, { facts, state }: StatusList): void {
    for (const { field, value } of facts) here.fact(here.source, field, value);
    const order = facts.find(({ field }) => field === 'orderNumber')?.value ?? '';
    if (/^6(ES|AG|GK|AV|SL|FC)[0-9]/.test(order)) here.fact(here.source, 'vendor', 'Siemens', 'inferred');
    if (facts.length > 0 || state['mode'])
      here.role(here.source, 'controller', 'inferred', 's7comm.status-lists');
  }

  #indicated(here: Here, userdata: Userdata): void {
    if (userdata.group !== s7.MODE) return;
    const note = here.operation(this.#kinds.modeChanged);
    here.describe(note, { mode: s7.modes[userdata.sub] ?? `mode ${userdata.sub}` });
  }
}

/** Parts of one answer and the requests for them share group, subfunction and sequence number. */
function partsKey(kind: number, sequence: number): number {
  return ((kind & 0xfff) << 8) | sequence;
}

/** Both sides number their own jobs; an answer belongs to a job of the other side. */
function referenceOf(here: Here, reference: number, answers: boolean): number {
  const fromClient = (here.direction === 'request') !== answers;
  return fromClient ? reference : reference | 0x1_0000;
}

/** Inputs, outputs and periphery: what hangs on the wires. */
function touchesOutputs(bytes: Uint8Array, parameters: number, end: number): boolean {
  let at = parameters + 2;
  while (end - at >= 12) {
    const length = bytes[at + 1]! + 2;
    if (bytes[at + 2] === 0x10) {
      const area = bytes[at + 8]!;
      if (area === s7.PERIPHERY || area === s7.INPUTS || area === s7.OUTPUTS) return true;
    }
    at += length + (length & 1);
  }
  return false;
}

/** The first code that is not success. */
function refusedWrite(bytes: Uint8Array, data: number, end: number, count: number): number {
  for (let i = 0; i < count && data + i < end; i++) if (bytes[data + i] !== s7.DONE) return bytes[data + i]!;
  return s7.DONE;
}

function refusedRead(bytes: Uint8Array, data: number, end: number, count: number): number {
  let at = data;
  for (let i = 0; i < count && end - at >= 4; i++) {
    if (bytes[at] !== s7.DONE) return bytes[at]!;
    const said = u16At(bytes, at + 2);
    const size = bytes[at + 1]!;
    const length = size >= 3 && size <= 5 ? (said + 7) >> 3 : said;
    at += 4 + length + (length & 1);
  }
  return s7.DONE;
}

function resultOf(code: number): string {
  return s7.returnCodes[code] ?? returned(code).text;
}

function shown(items: readonly Item[], values: readonly Value[]) {
  return values.map(({ code, bytes }, i) => (code === s7.DONE ? valueOf(items[i], bytes) : null));
}

const jobKinds: Record<number, OperationName> = {
  [s7.SETUP]: 'setup',
  [s7.REQUEST_DOWNLOAD]: 'download',
  [s7.DOWNLOAD_BLOCK]: 'downloadBlock',
  [s7.DOWNLOAD_ENDED]: 'downloadEnded',
  [s7.START_UPLOAD]: 'upload',
  [s7.UPLOAD]: 'uploadPart',
  [s7.END_UPLOAD]: 'uploadEnded',
  [s7.STOP]: 'stop',
};

const serviceKinds: Record<string, OperationName> = {
  P_PROGRAM: 'start',
  _INSE: 'insert',
  _INS2: 'insert',
  _DELE: 'delete',
  _MODU: 'toRom',
  _GARB: 'compress',
};

function jobKind(code: number, body: Body): OperationName {
  if (code === s7.SERVICE) return (body.kind === 'service' && serviceKinds[body.service]) || 'service';
  return jobKinds[code] ?? 'other';
}

const userdataKinds: Record<number, OperationName> = {
  [(s7.PROGRAMMER << 8) | 0x08]: 'modify',
  [(s7.PROGRAMMER << 8) | 0x09]: 'force',
  [(s7.PROGRAMMER << 8) | 0x0a]: 'breakpoint',
  [(s7.PROGRAMMER << 8) | 0x0c]: 'memoryReset',
  [(s7.PROGRAMMER << 8) | 0x16]: 'flash',
  [(s7.BLOCKS << 8) | 0x03]: 'blockInformation',
  [(s7.CPU << 8) | 0x01]: 'readList',
  [(s7.CPU << 8) | 0x02]: 'messages',
  [(s7.CPU << 8) | 0x07]: 'lockAlarms',
  [(s7.CPU << 8) | 0x08]: 'unlockAlarms',
  [(s7.CPU << 8) | 0x0b]: 'acknowledgeAlarm',
  [(s7.CPU << 8) | 0x13]: 'alarms',
  [(s7.SECURITY << 8) | 0x01]: 'password',
  [(s7.SECURITY << 8) | 0x02]: 'clearPassword',
  [(s7.TIME << 8) | 0x01]: 'readClock',
  [(s7.TIME << 8) | 0x02]: 'setClock',
  [(s7.TIME << 8) | 0x03]: 'readClock',
  [(s7.TIME << 8) | 0x04]: 'setClock',
};

const groupKinds: Record<number, OperationName> = {
  [s7.PROGRAMMER]: 'programmer',
  [s7.CYCLIC]: 'subscribe',
  [s7.BLOCKS]: 'listBlocks',
  [s7.BLOCK_SEND]: 'blockSend',
  [s7.NC]: 'numericControl',
};

function userdataKind({ group, sub, said }: Userdata): OperationName {
  if (said.kind === 'list' && isMode(said.list.id)) return 'readMode';
  return userdataKinds[(group << 8) | sub] ?? groupKinds[group] ?? 'other';
}

/** Kinds whose sentence needs the name of the subfunction. */
const commandTold: Partial<Record<OperationName, true>> = {
  programmer: true,
  subscribe: true,
  listBlocks: true,
  numericControl: true,
  other: true,
};

function commandOf({ group, sub }: Userdata): string {
  return s7.subfunctions[group]?.[sub] ?? `${s7.groups[group] ?? `group ${group}`}, ${sub}`;
}

/** What only those do who write the program. */
function programs(kind: OperationName): boolean {
  return operations[kind].access === 'program';
}

function askedTold(said: Said): Params {
  switch (said.kind) {
    case 'list':
      return { list: listNumber(said.list.id), name: listName(said.list.id), index: said.list.index };
    case 'block':
      return { block: said.block };
    case 'clock':
      return { time: said.time };
    case 'user':
      return { user: said.user };
    case 'items':
      return {
        items: said.items.map(({ address }) => address),
        ...(said.values.length > 0 && {
          values: said.values.map(({ bytes }, i) => valueOf(said.items[i], bytes)),
        }),
      };
    default:
      return {};
  }
}

const MOST_NUMBERS = 64;

function answerTold(said: Said): Params {
  switch (said.kind) {
    case 'list':
      return said.list.state;
    case 'counts':
      return Object.fromEntries(said.counts.map(({ type, count }) => [type, count]));
    case 'numbers':
      return { numbers: said.numbers.slice(0, MOST_NUMBERS), blocks: said.numbers.length };
    case 'information':
      return { ...said.information };
    case 'clock':
      return { time: said.time };
    default:
      return {};
  }
}

function listNumber(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`;
}

function failure({ returned: code, from, to }: Userdata): Refusal | undefined {
  // An answer without data says 0x0A and means nothing by it.
  return code === s7.DONE || code === 0x0a || code === 0 || to === from ? undefined : returned(code);
}

function newConnection(): Connection {
  return { block: '', transfer: undefined };
}
