import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, u32At } from '../../bytes/byte-reader.ts';
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
} from '../../dissector.ts';
import { CONFIRMED, FDA, FMS, LAN, operations, otherService, serviceNames, SM } from './operations.ts';

/** FF-588: HSE Field Device Access Agent, 6.3: a header, parameters, and a trailer as the options have it. */
export interface HseMessage {
  readonly type: number;
  /** Protocol × 256, 0x80 where it is confirmed, and service. */
  readonly code: number;
  readonly invoke: number;
  readonly items?: readonly string[];
  readonly values?: readonly string[];
  readonly tag?: string;
  readonly device?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly revision?: string;
  readonly error?: number;
}

const PORTS = [1089, 1090, 1091, 3622];
const HEADER = 12;
const VERSION = 1;
const LONGEST = 65_535;
const LENGTH_AT = 8;
const REQUEST = 0;
const RESPONSE = 1;
const ERROR = 2;
const types: Record<number, string> = { [REQUEST]: 'request', [RESPONSE]: 'response', [ERROR]: 'error' };
const protocols: Record<number, string> = {
  [FDA]: 'FDA session management',
  [SM]: 'system management',
  [FMS]: 'FMS',
  [LAN]: 'LAN redundancy',
};

const HAS_NUMBER = 0x80;
const HAS_INVOKE = 0x40;
const HAS_TIME = 0x20;
const HAS_CONTROL = 0x08;
const RESERVED = 0x10;

const FIND_TAG = 0x201;
const ANNUNCIATION = 0x210;
const SM_IDENTIFY = 0x283;
const CLEAR_ADDRESS = 0x28c;
const CLEAR_ASSIGNMENT = 0x28f;
const SET_ASSIGNMENT = 0x28e;
const FMS_IDENTIFY = 0x381;
const FMS_READ = 0x382;
const FMS_WRITE = 0x383;
const GET_OD = 0x384;
const READ_SUBINDEX = 0x3d2;
const WRITE_SUBINDEX = 0x3d3;
const REPORT = 0x300;
const REPORT_SUBINDEX = 0x310;
const REPORT_CHANGE = 0x311;
const REPORT_CHANGE_SUBINDEX = 0x312;
const TAG = 32;
const MOST_SHOWN = 32;

const refusals = new Refusals('ff-hse');
/** FF-588, table of error classes and codes: class × 256 + code. */
const refusalOf = refusals.numbered({
  0x100: 'VFD state',
  0x200: 'application reference',
  0x201: 'object undefined',
  0x202: 'object attributes inconsistent',
  0x203: 'name already exists',
  0x300: 'definition',
  0x301: 'application unreachable',
  0x400: 'resource',
  0x401: 'memory unavailable',
  0x402: 'too many outstanding requests',
  0x403: 'too many sessions',
  0x404: 'object creation failure',
  0x500: 'service',
  0x501: 'object state conflict',
  0x502: 'PDU size',
  0x503: 'object constraint conflict',
  0x504: 'parameter inconsistent',
  0x505: 'illegal parameter',
  0x506: 'unsupported service',
  0x507: 'unsupported version',
  0x600: 'access',
  0x601: 'object invalidated',
  0x602: 'hardware fault',
  0x603: 'object access denied',
  0x604: 'invalid address',
  0x605: 'object attribute inconsistent',
  0x606: 'object access unsupported',
  0x607: 'object non-existent',
  0x608: 'type conflict',
  0x60d: 'unrecognized FDA address',
  0x700: 'object dictionary',
  0x703: 'object dictionary write-protected',
  0x800: 'other',
  0xb05: 'password error',
});

const serviceName = (code: number) =>
  serviceNames[code] ?? `${protocols[code >> 8] ?? 'protocol'} service ${code & 0x7f}`;

export const ffHse: Dissector<HseMessage> = {
  name: 'ff-hse',
  title: 'FOUNDATION Fieldbus HSE',
  reference: 'FF-588: HSE Field Device Access Agent',
  industrial: true,
  carriers: [
    { on: 'udp', at: PORTS },
    { on: 'tcp', at: PORTS },
  ],
  claims: [],
  roles: {
    asking: { role: 'server', certainty: 'guessed', because: 'ff-hse.asks' },
    asked: { role: 'io', certainty: 'inferred', because: 'ff-hse.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (bytes[start] !== VERSION) return NOT_OURS;
    if (end - start < HEADER) return expected ? PERHAPS : NOT_OURS;
    if (!isHeader(bytes, start)) return NOT_OURS;
    return expected || isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== VERSION) return LOST;
    if (end - start < HEADER) return 0;
    return isHeader(bytes, start) ? u32At(bytes, start + LENGTH_AT) : LOST;
  },

  read: readHse,

  begin: (capture) => new HseSession(capture),
};

function isHeader(bytes: Uint8Array, start: number): boolean {
  const kind = bytes[start + 2]!;
  const length = u32At(bytes, start + LENGTH_AT);
  return kind >> 2 in protocols && (kind & 3) in types && length >= HEADER && length <= LONGEST;
}

/** A service that there is, with an invoke id where an answer is wanted, and as long as it says. */
function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  const options = bytes[start + 1]!;
  const code = (bytes[start + 2]! >> 2) * 256 + bytes[start + 3]!;
  const length = u32At(bytes, start + LENGTH_AT);
  return (
    start + length === end &&
    length >= HEADER + trailerSize(options) &&
    (options & RESERVED) === 0 &&
    code in serviceNames &&
    ((code & CONFIRMED) === 0 || (options & HAS_INVOKE) !== 0)
  );
}

function readHse(reader: ByteReader): HseMessage {
  reader.open('header', '6.3');
  reader.u8('version');
  const options = reader.u8('options');
  reader.bits(options, HAS_NUMBER, 'message number');
  reader.bits(options, HAS_INVOKE, 'invoke id');
  reader.bits(options, HAS_TIME, 'time stamp');
  reader.bits(options, HAS_CONTROL, 'extended control');
  const kind = reader.u8('protocol and type');
  const protocol = reader.bits(kind, 0xfc, 'protocol', protocols);
  const type = reader.bits(kind, 0x03, 'type', types);
  const service = reader.u8('service', (one) => serviceNames[protocol * 256 + one]);
  reader.u32('FDA address');
  const length = reader.u32('length');
  reader.close();
  const code = protocol * 256 + service;
  const whole = reader.limit(length - HEADER, 'length');
  const trailer = trailerSize(options);
  const inner = reader.limit(Math.max(0, reader.remaining - trailer), 'parameters');
  const body = reader.remaining === 0 ? {} : readBody(reader, code, type);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'parameters');
  reader.release(inner);
  const invoke = readTrailer(reader, options);
  reader.release(whole);
  return { type, code, invoke, ...body };
}

function trailerSize(options: number): number {
  return (
    (options & HAS_NUMBER ? 4 : 0) +
    (options & HAS_INVOKE ? 4 : 0) +
    (options & HAS_TIME ? 8 : 0) +
    (options & HAS_CONTROL ? 4 : 0)
  );
}

function readTrailer(reader: ByteReader, options: number): number {
  if (reader.remaining < trailerSize(options)) {
    reader.skip(reader.remaining, 'trailer');
    return 0;
  }
  if (options & HAS_NUMBER) reader.u32('message number');
  const invoke = options & HAS_INVOKE ? reader.u32('invoke id') : 0;
  if (options & HAS_TIME) reader.u64('time stamp');
  if (options & HAS_CONTROL) reader.u32('extended control');
  return invoke;
}

type Body = Omit<HseMessage, 'type' | 'code' | 'invoke'>;

function readBody(reader: ByteReader, code: number, type: number): Body {
  if (type === ERROR) {
    if (reader.remaining < 2) return {};
    const errorClass = reader.u8('error class');
    return { error: errorClass * 256 + reader.u8('error code') };
  }
  return type === REQUEST ? readRequest(reader, code) : readResponse(reader, code);
}

function readRequest(reader: ByteReader, code: number): Body {
  switch (code) {
    case FIND_TAG:
      if (reader.remaining < 8 + TAG) return {};
      reader.u8('query type');
      reader.skip(3, 'reserved');
      reader.u32('index');
      return { tag: reader.text(TAG, 'tag') };
    case ANNUNCIATION:
      return readDevice(reader);
    case CLEAR_ADDRESS:
    case SET_ASSIGNMENT:
    case CLEAR_ASSIGNMENT:
      if (reader.remaining < 2 * TAG) return {};
      return { device: reader.text(TAG, 'device id'), tag: reader.text(TAG, 'PD tag') };
    case GET_OD: {
      if (reader.remaining < 8) return {};
      reader.u8('all attributes');
      const isFrom = reader.u8('start index flag') !== 0;
      reader.u16('reserved');
      return { items: [`dictionary ${isFrom ? 'from' : 'of'} index ${reader.u32('index')}`] };
    }
    case FMS_READ:
      return reader.remaining < 4 ? {} : { items: [`index ${reader.u32('index')}`] };
    case READ_SUBINDEX:
      return reader.remaining < 8 ? {} : { items: [readSubindex(reader)] };
    case FMS_WRITE:
    case REPORT:
    case REPORT_CHANGE:
      if (reader.remaining < 4) return {};
      return { items: [`index ${reader.u32('index')}`], values: readValues(reader) };
    case WRITE_SUBINDEX:
    case REPORT_SUBINDEX:
    case REPORT_CHANGE_SUBINDEX:
      return reader.remaining < 8 ? {} : { items: [readSubindex(reader)], values: readValues(reader) };
    default:
      return {};
  }
}

function readResponse(reader: ByteReader, code: number): Body {
  switch (code) {
    case SM_IDENTIFY:
      return readDevice(reader);
    case FMS_IDENTIFY:
      if (reader.remaining < 3 * TAG) return {};
      return {
        vendor: reader.text(TAG, 'vendor name'),
        model: reader.text(TAG, 'model name'),
        revision: reader.text(TAG, 'revision'),
      };
    case GET_OD:
      if (reader.remaining < 4) return {};
      reader.u8('more follows');
      reader.u8('number of object descriptions');
      reader.u16('reserved');
      return { values: readValues(reader) };
    case FMS_READ:
    case READ_SUBINDEX:
      return { values: readValues(reader) };
    default:
      return {};
  }
}

/** 6.5.2.3 and 6.5.2.7. */
function readDevice(reader: ByteReader): Body {
  if (reader.remaining < 24 + 2 * TAG) return {};
  reader.u8('SMK state');
  reader.u8('device type');
  reader.u8('redundancy state');
  reader.u8('duplicate detection state');
  reader.u16('device index');
  reader.u16('maximum device index');
  reader.skip(16, 'operational IP address');
  return { device: reader.text(TAG, 'device id'), tag: reader.text(TAG, 'PD tag') };
}

function readSubindex(reader: ByteReader): string {
  const index = reader.u32('index');
  return `index ${index}.${reader.u32('subindex')}`;
}

/** Only the object dictionary knows types. */
function readValues(reader: ByteReader): string[] {
  const bytes = reader.bytes(reader.remaining, 'data');
  const digits = Array.from(bytes.subarray(0, MOST_SHOWN), (octet) => octet.toString(16).padStart(2, '0'));
  return bytes.length === 0 ? [] : [`0x${digits.join('')}${bytes.length > MOST_SHOWN ? '…' : ''}`];
}

class HseSession implements Session {
  readonly #kinds: Kinds;
  readonly #waiting: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, otherService);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readHse(here.reader.reset(bytes, start, end));
    here.turn(message.type === REQUEST ? 'request' : 'reply');
    if (message.type === REQUEST) this.#asked(here, message);
    else this.#answered(here, message);
  }

  #asked(here: Here, { code, invoke, items, values, tag, device }: HseMessage): void {
    if (code === ANNUNCIATION) return introduce(here, device, tag);
    const note = here.operation(this.#kinds.of(code));
    if (here.wanted(note)) {
      here.describe(note, {
        service: serviceName(code),
        ...(items && { items }),
        ...(values && { values }),
        ...(tag !== undefined && { tag }),
      });
    }
    if (code & CONFIRMED) this.#waiting.put(here.flow, keyOf(code, invoke), note);
  }

  #answered(here: Here, message: HseMessage): void {
    const { code, invoke, error, values } = message;
    const note = this.#waiting.take(here.flow, keyOf(code, invoke));
    introduce(here, message.device, message.tag);
    here.fact(here.source, 'vendor', message.vendor ?? '');
    here.fact(here.source, 'model', message.model ?? '');
    here.fact(here.source, 'firmware', message.revision ?? '');
    if (note === undefined) return;
    if (error !== undefined) here.refuse(note, refusalOf(error));
    else if (values && here.wanted(note)) here.describe(note, { values });
  }
}

function introduce(here: Here, device = '', tag = ''): void {
  here.fact(here.source, 'name', tag);
  here.fact(here.source, 'serial', device);
}

function keyOf(code: number, invoke: number): number {
  return (invoke ^ (code << 20)) >>> 0;
}
