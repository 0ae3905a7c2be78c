import type { Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** EN 14908-4 (EIA-852): packets of the control network over IP, and the LonTalk frame (EN 14908-1) in them. */
export interface CnPacket {
  readonly type: number;
  readonly session: number;
  readonly sequence: number;
  readonly frame: LonFrame | undefined;
}

export interface LonFrame {
  /** `1/42`: subnet and node; behind a domain, if it has a name: `2a:1/42`. */
  readonly source: string;
  readonly destination: string;
  readonly sourceNode: number;
  /** Of transport and session; -1 where there is no transaction. */
  readonly transaction: number;
  readonly isAcknowledgement: boolean;
  readonly isAnswer: boolean;
  /** Message code; -1 for acknowledgements and network variables. */
  readonly code: number;
  /** Selector of a network variable; -1 where it is none. */
  readonly variable: number;
  /** Polls ask, updates say. */
  readonly isPoll: boolean;
  readonly data: Uint8Array;
  /** Length of a key, which nobody is shown. */
  readonly secret: number;
}

export const HEADER = 20;
export const VERSION = 1;
export const DATA = 0x01;
/** Others configure the devices that route between IP and the bus; they are counted and not read. */
const packetTypes: Words = { [DATA]: 'data' };

// EN 14908-1, the NPDU: formats of what it carries and of its addresses.
const TRANSPORT = 0;
const SESSION = 1;
const AUTHENTICATION = 2;
const BROADCAST = 0;
const GROUP = 1;
const NODE = 2;
const domainLengths = [0, 1, 3, 6];

/** Of a transport or session PDU, by their number. */
const TRANSPORT_ACK = 2;
const SESSION_ANSWER = 2;

const VARIABLE = 0x80;
/** Of network management and diagnostics: EN 14908-1, annex on network management. */
export const QUERY_ID = 0x61;
export const UPDATE_DOMAIN = 0x63;
export const LEAVE_DOMAIN = 0x64;
export const UPDATE_KEY = 0x65;
export const UPDATE_ADDRESS = 0x66;
export const UPDATE_VARIABLE = 0x6b;
export const SET_MODE = 0x6c;
export const READ_MEMORY = 0x6d;
export const WRITE_MEMORY = 0x6e;
export const WINK = 0x70;
export const QUERY_STATUS = 0x51;
export const messageCodes: Words = {
  [QUERY_STATUS]: 'query status',
  0x52: 'proxy command',
  0x53: 'clear status',
  0x54: 'query transceiver status',
  [QUERY_ID]: 'query id',
  0x62: 'respond to query',
  [UPDATE_DOMAIN]: 'update domain',
  [LEAVE_DOMAIN]: 'leave domain',
  [UPDATE_KEY]: 'update key',
  [UPDATE_ADDRESS]: 'update address',
  0x67: 'query address',
  0x68: 'query network variable configuration',
  0x69: 'update group address',
  0x6a: 'query domain',
  [UPDATE_VARIABLE]: 'update network variable configuration',
  [SET_MODE]: 'set node mode',
  [READ_MEMORY]: 'read memory',
  [WRITE_MEMORY]: 'write memory',
  0x6f: 'recalculate checksum',
  [WINK]: 'wink',
  0x71: 'refresh memory',
  0x72: 'query self-identification',
  0x73: 'fetch network variable',
  0x7f: 'service pin',
};

const NO_DATA = new Uint8Array(0);
const KEY = 6;

export function readPacket(reader: ByteReader): CnPacket {
  reader.open('CN packet header', 'EN 14908-4');
  const length = reader.u16('length');
  if (length < HEADER) throw new Malformed('length', 0, `is ${length}, must be ${HEADER} or more`);
  const whole = reader.limit(length - 2, 'length');
  const version = reader.u8('version');
  if (version !== VERSION) throw new Malformed('version', 2, `is ${version}, must be ${VERSION}`);
  const type = reader.u8('type', packetTypes);
  const extra = reader.u8('extended header size') * 4;
  reader.u8('protocol flags');
  reader.u16('vendor code');
  const session = reader.u32('session');
  const sequence = reader.u32('sequence');
  reader.u32('time stamp');
  if (extra > 0) reader.skip(extra, 'extended header');
  reader.close();
  const frame = type === DATA ? readFrame(reader) : undefined;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'content');
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'surplus');
  return { type, session, sequence, frame };
}

function readFrame(reader: ByteReader): LonFrame {
  reader.open('LonTalk link header', 'EN 14908-1');
  const link = reader.u8('link header');
  reader.bits(link, 0x80, 'priority');
  reader.bits(link, 0x40, 'alternate path');
  reader.bits(link, 0x3f, 'delta backlog');
  reader.close();
  reader.open('network header', 'EN 14908-1');
  const control = reader.u8('version and formats');
  reader.bits(control, 0xc0, 'version');
  const carried = reader.bits(control, 0x30, 'PDU', {
    [TRANSPORT]: 'transport',
    [SESSION]: 'session',
    [AUTHENTICATION]: 'authentication',
    3: 'application',
  });
  const format = reader.bits(control, 0x0c, 'address format', {
    [BROADCAST]: 'broadcast',
    [GROUP]: 'group',
    [NODE]: 'subnet and node',
    3: 'Neuron id',
  });
  const domainLength = domainLengths[reader.bits(control, 0x03, 'domain length')]!;
  const subnet = reader.u8('source subnet');
  const node = reader.u8('source node');
  const number = reader.bits(node, 0x7f, 'node');
  const target = readDestination(reader, format, (node & 0x80) === 0);
  const domain = domainLength > 0 ? hexadecimal(reader.bytes(domainLength, 'domain')) : '';
  reader.close();
  const whole = domain === '' ? '' : `${domain}:`;
  return {
    source: `${whole}${subnet}/${number}`,
    destination: `${whole}${target}`,
    sourceNode: subnet * 128 + number,
    ...readCarried(reader, carried),
  };
}

/** @param isReminder a group acknowledges by its member: the selector of the source says so */
function readDestination(reader: ByteReader, format: number, acknowledgesGroup: boolean): string {
  if (format === BROADCAST) return `${reader.u8('destination subnet')}/*`;
  if (format === GROUP) return `group ${reader.u8('destination group')}`;
  const subnet = reader.u8('destination subnet');
  if (format !== NODE) return `${subnet}, Neuron ${hexadecimal(reader.bytes(6, 'Neuron id'))}`;
  const name = `${subnet}/${reader.bits(reader.u8('destination node'), 0x7f, 'node')}`;
  if (acknowledgesGroup) {
    reader.u8('group');
    reader.u8('member');
  }
  return name;
}

type Carried = Omit<LonFrame, 'source' | 'destination' | 'sourceNode'>;

function readCarried(reader: ByteReader, carried: number): Carried {
  const nothing = {
    transaction: -1,
    isAcknowledgement: false,
    isAnswer: false,
    code: -1,
    variable: -1,
    isPoll: false,
    data: NO_DATA,
    secret: 0,
  };
  if (carried === AUTHENTICATION) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'authentication');
    return nothing;
  }
  if (carried !== TRANSPORT && carried !== SESSION) return { ...nothing, ...readApplication(reader) };
  const control = reader.u8('transport control', undefined);
  reader.bits(control, 0x80, 'authenticated');
  const type = reader.bits(control, 0x70, 'type', carried === SESSION ? sessionTypes : transportTypes);
  const transaction = reader.bits(control, 0x0f, 'transaction');
  if (carried === TRANSPORT && type === TRANSPORT_ACK) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    return { ...nothing, transaction, isAcknowledgement: true };
  }
  if (type > SESSION_ANSWER) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'reminder');
    return { ...nothing, transaction };
  }
  const isAnswer = carried === SESSION && type === SESSION_ANSWER;
  return { ...nothing, transaction, isAnswer, ...readApplication(reader) };
}

const transportTypes: Words = {
  0: 'acknowledged',
  1: 'repeated',
  2: 'acknowledgement',
  4: 'reminder',
  5: 'reminder with message',
};
const sessionTypes: Words = { 0: 'request', 2: 'response', 4: 'reminder', 5: 'reminder with message' };

function readApplication(reader: ByteReader): Partial<Carried> {
  reader.open('application', 'EN 14908-1');
  const first = reader.u8('message code', (code) =>
    code & VARIABLE ? 'network variable' : messageCodes[code],
  );
  let read: Partial<Carried>;
  if (first & VARIABLE) {
    const isPoll = (first & 0x40) !== 0 && reader.remaining === 1;
    const variable = ((first & 0x3f) << 8) | reader.u8('selector, low byte');
    read = { variable, isPoll, data: reader.bytes(reader.remaining, 'value') };
  } else if (first === UPDATE_KEY && reader.remaining > 1) {
    reader.u8('domain index');
    const secret = Math.min(KEY, reader.remaining);
    reader.secret(secret, 'key');
    read = { code: first, secret };
  } else {
    read = { code: first, data: reader.bytes(reader.remaining, 'data') };
  }
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return read;
}

export function hexadecimal(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits;
}
