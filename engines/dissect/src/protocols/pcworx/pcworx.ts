import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Params,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import {
  CLOSE,
  DEVICE_INFORMATION,
  FETCH,
  NAMED,
  OPEN,
  operations,
  REQUEST,
  requests,
  unknownService,
} from './operations.ts';

/** What engineering tools of Phoenix Contact say to inline controllers on TCP 1962. */
export interface PcWorxMessage {
  readonly isReply: boolean;
  readonly service: number;
  /** Of the client, where it opens a session. */
  readonly name: string;
  /** -1 where none is told. */
  readonly session: number;
  /** What is asked for or answered; -1 where that is not said, or where the lengths around it do not agree. */
  readonly code: number;
  /** Of a request with names. */
  readonly items: readonly string[];
  /** Of an answer: not 0 where there is none. */
  readonly result: number;
  readonly identity?: { type: string; firmware: string; built: string; orderNumber: string } | undefined;
}

const REPLIED = 0x81;
const ASKED = 0x01;
const UNKNOWN = -1;
/** Set in the code of an answer. */
const ANSWER = 0x8000;
const HEADER = 12;
const LONGEST = 8_192;
const CLIENT_AT = 14;
/** How all names of clients begin that were seen: “IBETH”. */
const CLIENT = Uint8Array.of(0x49, 0x42, 0x45, 0x54, 0x48);
/** From the beginning of a message that asks, and of one that answers. */
const ASKED_SESSION_AT = 10;
const SESSION_AT = 16;
/** Where the parts of the identity stand in a reply, from its beginning. */
const TYPE_AT = 30;
const FIRMWARE_AT = 66;
const DATE_AT = 79;
const TIME_AT = 91;
const ORDER_AT = 152;
const ORDER_END = 160;
const MOST_ITEMS = 32;

const refusals = new Refusals('pcworx');
/** No number was published with what it means. */
const refusalOf = refusals.numbered({});

const serviceName = (service: number) => operations[service]?.title;
const codeName = (code: number) => requests[code & ~ANSWER]?.title;

export const pcworx: Dissector<PcWorxMessage> = {
  name: 'pcworx',
  title: 'Phoenix Contact PC WORX',
  reference: 'No public specification; nmap pcworx-info, and exchanges published with it and others like it',
  industrial: true,
  carriers: [{ on: 'tcp', at: [1962] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'pcworx.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'pcworx.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (bytes[start] !== ASKED && bytes[start] !== REPLIED) return NOT_OURS;
    if (!expected) return opensSession(bytes, start, end) ? OURS : NOT_OURS;
    if (end - start < 4) return PERHAPS;
    return isHeader(bytes, start) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== ASKED && bytes[start] !== REPLIED) return LOST;
    if (end - start < 4) return 0;
    return isHeader(bytes, start) ? u16At(bytes, start + 2) : LOST;
  },

  read: readPcWorx,

  begin: (capture) => new PcWorxSession(capture),
};

function isHeader(bytes: Uint8Array, start: number): boolean {
  const length = u16At(bytes, start + 2);
  return bytes[start + 1]! in operations && length >= HEADER && length <= LONGEST;
}

/** The header alone says too little, the name of the client and the two lengths around it enough. */
function opensSession(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  return (
    length >= CLIENT_AT + CLIENT.length &&
    bytes[start] === ASKED &&
    bytes[start + 1] === OPEN &&
    u16At(bytes, start + 2) === length &&
    u16At(bytes, start + 12) === length - CLIENT_AT &&
    CLIENT.every((letter, at) => bytes[start + CLIENT_AT + at] === letter)
  );
}

const silent = { name: '', session: UNKNOWN, code: UNKNOWN, items: [], result: 0 } as const;

function readPcWorx(reader: ByteReader): PcWorxMessage {
  reader.open('header');
  const isReply = reader.u8('direction', { [ASKED]: 'request', [REPLIED]: 'reply' }) === REPLIED;
  const service = reader.u8('service', serviceName);
  reader.u16('length');
  reader.u16('message number');
  reader.close();
  const content = isReply ? readReply(reader, service) : readRequest(reader, service);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return { isReply, service, ...silent, ...content };
}

function readRequest(reader: ByteReader, service: number): Partial<PcWorxMessage> {
  if (service === OPEN) return { name: readClient(reader) };
  const session = readSession(reader, ASKED_SESSION_AT);
  if (service !== REQUEST || reader.remaining < 10) return { session };
  reader.skip(2, 'parameters');
  reader.u16('counter');
  if (!agree(reader)) return { session };
  const code = reader.u16('code', codeName);
  reader.u16('words that follow');
  return { session, code, items: code === NAMED ? readNames(reader) : [] };
}

function readReply(reader: ByteReader, service: number): Partial<PcWorxMessage> {
  if (service !== OPEN && service !== FETCH) return {};
  const session = readSession(reader, SESSION_AT);
  if (service === OPEN || reader.remaining < 12) return { session };
  reader.skip(2, 'parameters');
  reader.u16('counter');
  if (!agree(reader)) return { session };
  const code = reader.u16('code', codeName) & ~ANSWER;
  const words = reader.u16('words that follow');
  const result = words > 0 ? reader.u16('result', { 0: 'success' }) : 0;
  const identity = code === DEVICE_INFORMATION && result === 0 ? readIdentity(reader) : undefined;
  return { session, code, result, ...(identity && { identity }) };
}

function readClient(reader: ByteReader): string {
  const gap = CLIENT_AT - 2 - reader.offset;
  if (reader.remaining <= gap + 2) return '';
  reader.skip(gap, 'parameters');
  reader.u16('length of the name');
  return reader.text(reader.remaining, 'client');
}

function readSession(reader: ByteReader, at: number): number {
  const gap = at - reader.offset;
  if (reader.remaining < gap + 2) return UNKNOWN;
  reader.skip(gap, 'parameters');
  return reader.u16('session');
}

/** Two lengths: of the rest in octets, and, behind the code, in words of what follows. The code is believed where both are right. */
function agree(reader: ByteReader): boolean {
  const length = reader.u16('length of the rest');
  const [, , high = 0, low = 0] = reader.peekBytes(4);
  return length === reader.remaining && length === 4 + 2 * ((high << 8) | low);
}

/** Each behind its length, behind a word of which nothing is known, and filled up to whole words. */
function readNames(reader: ByteReader): string[] {
  const names: string[] = [];
  if (reader.remaining < 2) return names;
  reader.skip(2, 'parameters');
  while (names.length < MOST_ITEMS && reader.peek() > 0 && reader.peek() < reader.remaining) {
    names.push(reader.text(reader.u8('length of a name'), 'name'));
  }
  return names;
}

function readIdentity(reader: ByteReader): PcWorxMessage['identity'] {
  if (reader.offset + reader.remaining < ORDER_END) return undefined;
  const type = reader.text(FIRMWARE_AT - TYPE_AT, 'controller type');
  const firmware = reader.text(DATE_AT - FIRMWARE_AT, 'firmware version');
  const date = reader.text(TIME_AT - DATE_AT, 'firmware date');
  const time = reader.text(9, 'firmware time');
  reader.skip(ORDER_AT - reader.offset, 'parameters');
  const orderNumber = reader.text(ORDER_END - ORDER_AT, 'order number');
  return { type, firmware, built: `${date} ${time}`, orderNumber };
}

interface Connection {
  /** Of the session that is about to be opened. */
  opening: OperationNote | undefined;
}

const newConnection = (): Connection => ({ opening: undefined });

class PcWorxSession implements Session {
  readonly #services: Kinds;
  readonly #requests: Kinds;
  /** By session and code, which answers bring, too; the counter that requests have comes back not always. */
  readonly #waiting: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#services = new Kinds(capture, operations, unknownService);
    this.#requests = new Kinds(capture, requests, operations[REQUEST]!);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readPcWorx(here.reader.reset(bytes, start, end));
    here.turn(message.isReply ? 'reply' : 'request');
    if (message.isReply) this.#answered(here, message);
    else this.#asked(here, message);
  }

  #asked(here: Here, message: PcWorxMessage): void {
    const { service, session, code } = message;
    const note = here.operation(service === REQUEST ? this.#requests.of(code) : this.#services.of(service));
    if (service === OPEN) here.connection(newConnection).opening = note;
    if (code !== UNKNOWN) this.#waiting.put(here.flow, keyOf(session, code), note);
    if (here.wanted(note)) here.describe(note, paramsOf(message));
  }

  #answered(here: Here, { service, session, code, result, identity }: PcWorxMessage): void {
    if (identity) {
      here.fact(here.source, 'vendor', 'Phoenix Contact', 'inferred');
      here.fact(here.source, 'model', identity.type);
      here.fact(here.source, 'firmware', `${identity.firmware} (${identity.built})`);
      here.fact(here.source, 'orderNumber', identity.orderNumber);
    }
    if (service === OPEN) return opened(here, session);
    const note = code === UNKNOWN ? undefined : this.#waiting.take(here.flow, keyOf(session, code));
    if (note !== undefined && result !== 0) here.refuse(note, refusalOf(result));
  }
}

function opened(here: Here, session: number): void {
  const connection = here.connection(newConnection);
  const note = connection.opening;
  connection.opening = undefined;
  if (note !== undefined && session !== UNKNOWN && here.wanted(note)) here.describe(note, { session });
}

function keyOf(session: number, code: number): number {
  return (session << 16) | code;
}

function paramsOf({ service, name, session, code, items }: PcWorxMessage): Params {
  return {
    ...(name !== '' && { name }),
    ...((service === CLOSE || service === FETCH) && session !== UNKNOWN && { session }),
    ...(service === REQUEST &&
      code !== DEVICE_INFORMATION &&
      code !== UNKNOWN && { request: hexadecimal(code, 4) }),
    ...(items.length > 0 && { items }),
    ...(!(service in operations) && { service: hexadecimal(service, 2) }),
  };
}

function hexadecimal(number: number, digits: number): string {
  return `0x${number.toString(16).padStart(digits, '0')}`;
}
