import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed, u16At } from '../../bytes/byte-reader.ts';
import {
  type Assembly,
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type OperationNote,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { CONNECT } from './operations.ts';
import { resources, type Tsap, tsap } from './tsap.ts';

// RFC 1006, section 6.
const VERSION = 3;
const TPKT_HEADER = 4;
const SHORTEST = 7;

// ISO 8073, section 13.2.
const CR = 0xe0;
const CC = 0xd0;
const DR = 0x80;
const DC = 0xc0;
const DT = 0xf0;
const ED = 0x10;
const ER = 0x70;
const types: Record<number, string> = {
  [CR]: 'connection request',
  [CC]: 'connection confirm',
  [DR]: 'disconnect request',
  [DC]: 'disconnect confirm',
  [DT]: 'data',
  [ED]: 'expedited data',
  [ER]: 'error',
  0x60: 'data acknowledgement',
  0x20: 'expedited data acknowledgement',
  0x50: 'reject',
};
const LAST = 0x80;
/** ISO 8073 sets no limit to a series of data units; what is carried here sets one of 64 KiB. */
const LONGEST_SERIES = 1 << 17;

/** Carries `cotp`, at the first byte of what it carries. */
const INNER = 'cotp';

export interface CotpMessage {
  readonly type: number;
  readonly last?: boolean;
  readonly calling?: Tsap | undefined;
  readonly called?: Tsap | undefined;
  readonly reason?: number;
  /** From the beginning of the TPKT to what is carried. */
  readonly payload: number;
}

// ISO 8073, section 13.5.3.
const disconnectReasons: Record<number, string> = {
  0: 'not specified',
  1: 'congestion',
  2: 'session not attached',
  3: 'address unknown',
  128: 'normal disconnect',
  129: 'remote congestion',
  130: 'negotiation failed',
  131: 'duplicate source reference',
  132: 'mismatched references',
  133: 'protocol error',
  135: 'reference overflow',
  136: 'connection request refused',
  138: 'header or parameter length invalid',
};
const refusals = new Refusals('cotp');
const refusalOf = refusals.numbered(disconnectReasons);

export const cotp: Dissector<CotpMessage> = {
  name: 'cotp',
  title: 'ISO on TCP',
  reference: 'RFC 1006 (TPKT); ISO 8073 / RFC 905 (COTP)',
  industrial: true,
  carriers: [{ on: 'tcp', at: [102] }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] !== VERSION || (length > 1 && bytes[start + 1] !== 0)) return NOT_OURS;
    if (length < SHORTEST) return PERHAPS;
    const said = u16At(bytes, start + 2);
    const header = bytes[start + 4]!;
    const type = bytes[start + 5]!;
    if (said < SHORTEST || header + 5 > said || header < 2) return NOT_OURS;
    if (expected) return (type & 0xf0) in types ? OURS : NOT_OURS;
    if (type === DT) return header === 2 && (bytes[start + 6]! & 0x7f) === 0 ? OURS : NOT_OURS;
    if (type !== CR && type !== CC) return NOT_OURS;
    if (length < 5 + header) return PERHAPS;
    return describesItself(bytes, start + 11, start + 5 + header) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== VERSION || (end - start > 1 && bytes[start + 1] !== 0)) return LOST;
    if (end - start < TPKT_HEADER) return 0;
    const length = u16At(bytes, start + 2);
    return length < SHORTEST ? LOST : length;
  },

  read(reader) {
    reader.open('TPKT', 'RFC 1006, 6');
    reader.constant8(VERSION, 'version');
    reader.u8('reserved');
    reader.u16('length');
    reader.close();
    reader.open('COTP', 'ISO 8073, 13');
    const length = reader.u8('header length');
    const whole = reader.limit(length, 'header length');
    const message = readHeader(reader, length);
    reader.release(whole);
    reader.close();
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    return message;
  },

  begin: (capture) => new CotpSession(capture),
};

/** RDP says hello in TPKT as well, but in words of its own. */
function describesItself(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (end - at >= 2) {
    if (bytes[at]! < 0x80) return false;
    at += 2 + bytes[at + 1]!;
  }
  return at === end;
}

// ISO 8073, sections 13.3 to 13.12.
function readHeader(reader: ByteReader, length: number): CotpMessage {
  const code = reader.u8('type', (value) => types[value & 0xf0]);
  const type = code & 0xf0;
  const payload = TPKT_HEADER + 1 + length;
  switch (type) {
    case DT:
    case ED: {
      // Classes 2 to 4 name the connection first; on TCP it is class 0 and they do not.
      if (length > 2) reader.u16('destination reference');
      const number = reader.u8('number');
      reader.bits(number, 0x7f, 'number');
      const last = reader.bits(number, LAST, 'last of series') === 1;
      return { type, last: last || type === ED, payload };
    }
    case CR:
    case CC:
      reader.u16('destination reference');
      reader.u16('source reference');
      reader.u8('class and options');
      return { type, payload, ...readParameters(reader) };
    case DR: {
      reader.u16('destination reference');
      reader.u16('source reference');
      const reason = reader.u8('reason', disconnectReasons);
      readParameters(reader);
      return { type, reason, payload };
    }
    case ER: {
      reader.u16('destination reference');
      const reason = reader.u8('reject cause', rejectCauses);
      readParameters(reader);
      return { type, reason, payload };
    }
    default:
      return { type, payload };
  }
}

// ISO 8073, section 13.12.3.
const rejectCauses: Record<number, string> = {
  0: 'not specified',
  1: 'invalid parameter code',
  2: 'invalid type',
  3: 'invalid parameter value',
};

// ISO 8073, section 13.2.3.
const parameters: Record<number, string> = {
  0xc0: 'size of data units',
  0xc1: 'calling selector',
  0xc2: 'called selector',
  0xc3: 'checksum',
  0xc4: 'version',
  0xc5: 'protection',
  0xc6: 'additional options',
  0xc7: 'alternative classes',
  0xe0: 'additional information',
  0xf0: 'preferred size of data units',
};

function readParameters(reader: ByteReader): { calling?: Tsap | undefined; called?: Tsap | undefined } {
  let calling: Tsap | undefined;
  let called: Tsap | undefined;
  while (reader.remaining > 0) {
    const code = reader.u8('parameter', parameters);
    const length = reader.u8('parameter length');
    if (code === 0xc0 && length === 1) reader.u8('size of data units', (value) => `${2 ** value} bytes`);
    else if (code === 0xc1 && length > 0) calling = readTsap(reader, length, 'calling selector');
    else if (code === 0xc2 && length > 0) called = readTsap(reader, length, 'called selector');
    else reader.skip(length, 'parameter value');
  }
  return { calling, called };
}

function readTsap(reader: ByteReader, length: number, field: string): Tsap {
  const selector = tsap(reader.bytes(length, field));
  if (selector.resource === undefined) reader.remark(selector.text);
  else {
    const resource = resources[selector.resource] ?? `connection resource ${selector.resource}`;
    reader.remark(`${resource}, rack ${selector.rack}, slot ${selector.slot}`);
  }
  return selector;
}

interface Connection {
  request: { note: OperationNote; calling: Tsap | undefined; called: Tsap | undefined } | undefined;
}

/** At a time, in the whole capture; of more, the oldest is abandoned. What they hold is held in memory. */
const MOST_SERIES = 256;

class CotpSession implements Session {
  readonly #connect: number;
  readonly #series: Pending<Assembly>;

  constructor(capture: Capture) {
    this.#connect = capture.operation(CONNECT);
    this.#series = capture.bounded('pieces', new Pending<Assembly>(MOST_SERIES));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    // Nearly everything is data in one piece: no object for that.
    if (bytes[start + 4] === 2 && bytes[start + 5] === DT && bytes[start] === VERSION) {
      return this.#data(here, bytes, start + SHORTEST, end, (bytes[start + 6]! & LAST) !== 0);
    }
    const message = cotp.read(here.reader.reset(bytes, start, end), here);
    switch (message.type) {
      case DT:
      case ED:
        return this.#data(here, bytes, start + message.payload, end, message.last ?? true);
      case CR:
        return this.#asked(here, message);
      case CC:
        return this.#answered(here, message);
      case DR:
        return this.#refused(here, message);
    }
  }

  gap(here: Here): void {
    this.#series.take(here.flow, side(here));
  }

  #data(here: Here, bytes: Uint8Array, start: number, end: number, last: boolean): void {
    // Some send empty pieces to keep the other side awake.
    if (start >= end && !last) return;
    const begun = this.#series.size > 0 ? this.#series.take(here.flow, side(here)) : undefined;
    if (last && !begun) {
      if (start < end) here.carry(INNER, bytes, start, end, bytes[start]!);
      return;
    }
    const series = begun ?? here.assembly(LONGEST_SERIES);
    if (!series.add(here, bytes, start, end)) {
      throw new Malformed('last of series', 6, `no end after ${LONGEST_SERIES} bytes`);
    }
    if (last) here.carryAssembled(INNER, series);
    else this.#series.put(here.flow, side(here), series);
  }

  #asked(here: Here, { calling, called }: CotpMessage): void {
    here.turn('request');
    const note = here.operation(this.#connect);
    here.connection(newConnection).request = { note, calling, called };
    if (here.wanted(note)) here.describe(note, { from: calling?.text ?? '', to: called?.text ?? '' });
    const caller = callers[calling?.text ?? ''] ?? callers[called?.text ?? ''];
    if (caller)
      here.role(here.source, caller.role, 'inferred', 'cotp.selector', { selector: caller.selector });
    const resource = called?.resource;
    if (resource === 1) here.role(here.source, 'engineering', 'guessed', 'cotp.programming-device');
    if (resource === 2) here.role(here.source, 'hmi', 'guessed', 'cotp.operator-panel');
  }

  #answered(here: Here, message: CotpMessage): void {
    here.turn('reply');
    const connection = here.connection(newConnection);
    const called = message.called ?? connection.request?.called;
    connection.request = undefined;
    if (called?.resource === undefined || called.rack === undefined || called.slot === undefined) return;
    if (called.resource < 1 || called.resource > 3 || called.slot === 0) return;
    here.fact(here.source, 'module', `rack ${called.rack}, slot ${called.slot}`, 'inferred');
  }

  #refused(here: Here, { reason = 0 }: CotpMessage): void {
    const connection = here.connection(newConnection);
    if (connection.request) here.refuse(connection.request.note, refusalOf(reason));
    connection.request = undefined;
  }
}

/** Names that the configuration tools and panels of one vendor call with. */
const callers: Record<string, { role: 'engineering' | 'hmi'; selector: string }> = {
  'SIMATIC-ROOT-ES': { role: 'engineering', selector: 'SIMATIC-ROOT-ES' },
  'SIMATIC-ROOT-HMI': { role: 'hmi', selector: 'SIMATIC-ROOT-HMI' },
};

function newConnection(): Connection {
  return { request: undefined };
}

/** Tells the two directions of a connection apart, whoever of them asks. */
function side({ source, target, sourcePort, targetPort }: Here): number {
  return Number(sourcePort === targetPort ? source > target : sourcePort > targetPort);
}
