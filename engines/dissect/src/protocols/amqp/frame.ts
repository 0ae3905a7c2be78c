import { Refusals, type Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed, u16At, u32At } from '../../bytes/byte-reader.ts';

/** AMQP 0-9 and 0-9-1: a frame. AMQP 1.0 shares its name and its port, and is in `amqp10.ts`. */
export interface Frame {
  readonly kind: 'protocol header' | 'method' | 'header' | 'body' | 'heartbeat';
  readonly channel: number;
  /** Class and method, as one number: `classId * 65536 + methodId`. */
  readonly method: number;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly properties: ReadonlyMap<string, string>;
  /** Length of a password or token, which nobody is shown. */
  readonly secret: number;
}

export const AMQP = 0x414d_5150;
export const PROTOCOL_HEADER = 8;
/** Type, channel, size; and the octet at the end. */
export const HEADER = 7;
const END = 0xce;
const MOST_SIZE = 131_072;

// 4.2.3 of AMQP 0-9-1.
const METHOD = 1;
const CONTENT_HEADER = 2;
const BODY = 3;
const types: Words = {
  [METHOD]: 'method',
  [CONTENT_HEADER]: 'header',
  [BODY]: 'body',
  4: 'heartbeat',
  8: 'heartbeat',
};

const method = (classId: number, methodId: number) => classId * 0x1_0000 + methodId;
export const START = method(10, 10);
export const START_OK = method(10, 11);
export const OPEN = method(10, 40);
export const CONNECTION_CLOSE = method(10, 50);
/** Of AMQP 0-9, where 50 redirects. */
export const CONNECTION_CLOSE_0_9 = method(10, 60);
export const CHANNEL_CLOSE = method(20, 40);
export const EXCHANGE_DECLARE = method(40, 10);
export const EXCHANGE_DELETE = method(40, 20);
export const QUEUE_DECLARE = method(50, 10);
export const QUEUE_BIND = method(50, 20);
export const QUEUE_PURGE = method(50, 30);
export const QUEUE_DELETE = method(50, 40);
export const CONSUME = method(60, 20);
export const PUBLISH = method(60, 40);
export const DELIVER = method(60, 60);
export const GET = method(60, 70);
const methods: Words = {
  [START]: 'connection.start',
  [START_OK]: 'connection.start-ok',
  [method(10, 20)]: 'connection.secure',
  [method(10, 21)]: 'connection.secure-ok',
  [method(10, 30)]: 'connection.tune',
  [method(10, 31)]: 'connection.tune-ok',
  [OPEN]: 'connection.open',
  [method(10, 41)]: 'connection.open-ok',
  [CONNECTION_CLOSE]: 'connection.close',
  [method(10, 51)]: 'connection.close-ok',
  [CONNECTION_CLOSE_0_9]: 'connection.close (0-9)',
  [method(10, 61)]: 'connection.close-ok (0-9)',
  [method(20, 10)]: 'channel.open',
  [method(20, 11)]: 'channel.open-ok',
  [method(20, 20)]: 'channel.flow',
  [method(20, 21)]: 'channel.flow-ok',
  [CHANNEL_CLOSE]: 'channel.close',
  [method(20, 41)]: 'channel.close-ok',
  [EXCHANGE_DECLARE]: 'exchange.declare',
  [method(40, 11)]: 'exchange.declare-ok',
  [EXCHANGE_DELETE]: 'exchange.delete',
  [method(40, 21)]: 'exchange.delete-ok',
  [QUEUE_DECLARE]: 'queue.declare',
  [method(50, 11)]: 'queue.declare-ok',
  [QUEUE_BIND]: 'queue.bind',
  [method(50, 21)]: 'queue.bind-ok',
  [QUEUE_PURGE]: 'queue.purge',
  [method(50, 31)]: 'queue.purge-ok',
  [QUEUE_DELETE]: 'queue.delete',
  [method(50, 41)]: 'queue.delete-ok',
  [method(50, 50)]: 'queue.unbind',
  [method(50, 51)]: 'queue.unbind-ok',
  [method(60, 10)]: 'basic.qos',
  [method(60, 11)]: 'basic.qos-ok',
  [CONSUME]: 'basic.consume',
  [method(60, 21)]: 'basic.consume-ok',
  [method(60, 30)]: 'basic.cancel',
  [method(60, 31)]: 'basic.cancel-ok',
  [PUBLISH]: 'basic.publish',
  [method(60, 50)]: 'basic.return',
  [DELIVER]: 'basic.deliver',
  [GET]: 'basic.get',
  [method(60, 71)]: 'basic.get-ok',
  [method(60, 72)]: 'basic.get-empty',
  [method(60, 80)]: 'basic.ack',
  [method(60, 90)]: 'basic.reject',
};
/** Sent by a server. */
export const isAnswer = (id: number) =>
  id === START || id === method(10, 20) || id === method(10, 30) || id === DELIVER || id === method(60, 50);

/** 1.2, reply codes of a close. */
const closeReasons: Words = {
  200: 'success',
  311: 'content too large',
  313: 'no consumers',
  320: 'connection forced',
  402: 'invalid path',
  403: 'access refused',
  404: 'not found',
  405: 'resource locked',
  406: 'precondition failed',
  501: 'frame error',
  502: 'syntax error',
  503: 'command invalid',
  504: 'channel error',
  505: 'unexpected frame',
  506: 'resource error',
  530: 'not allowed',
  540: 'not implemented',
  541: 'internal error',
};
export const refusals = new Refusals('amqp');
export const closeRefusal = refusals.numbered(closeReasons);

/** For the length of a frame; 0 until it is known, -1 when it cannot be one. */
export function frameLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === AMQP >>> 24) {
    if (end - start < 4) return 0;
    return u32At(bytes, start) === AMQP ? PROTOCOL_HEADER : -1;
  }
  if (types[bytes[start]!] === undefined) return -1;
  if (end - start < HEADER) return 0;
  const size = u32At(bytes, start + 3);
  if (size > MOST_SIZE) return -1;
  const length = HEADER + size + 1;
  return end - start >= length && bytes[start + length - 1] !== END ? -1 : length;
}

/** A method that is known: what a stranger must begin with. */
export function beginsMethod(bytes: Uint8Array, start: number): boolean {
  return (
    bytes[start] === METHOD && methods[method(u16At(bytes, start + 7), u16At(bytes, start + 9))] !== undefined
  );
}

export function readFrame(reader: ByteReader): Frame {
  const nothing = { channel: 0, method: -1, fields: {}, properties: new Map<string, string>(), secret: 0 };
  if (reader.peek() === AMQP >>> 24) {
    reader.open('protocol header', '4.2.2');
    if (reader.u32('protocol') !== AMQP) throw new Malformed('protocol', 0, 'is not AMQP');
    reader.bytes(4, 'version');
    reader.close();
    return { ...nothing, kind: 'protocol header' };
  }
  reader.open('frame', '4.2.3');
  const type = reader.u8('type', types);
  const channel = reader.u16('channel');
  const size = reader.u32('size');
  reader.close();
  const before = reader.limit(size, 'size');
  const read = type === METHOD ? readMethod(reader) : { kind: kinds[type] ?? ('body' as const) };
  if (reader.remaining > 0) reader.skip(reader.remaining, 'content');
  reader.release(before);
  reader.constant8(END, 'end');
  return { ...nothing, channel, ...read };
}

const kinds: Readonly<Record<number, Frame['kind']>> = {
  [CONTENT_HEADER]: 'header',
  [BODY]: 'body',
  4: 'heartbeat',
  8: 'heartbeat',
};

type Read = Partial<Frame> & { readonly kind: Frame['kind'] };

function readMethod(reader: ByteReader): Read {
  reader.open('method', '1.2');
  const id = method(reader.u16('class'), reader.u16('method'));
  reader.remark(methods[id] ?? 'unknown');
  const read = readArguments(reader, id);
  reader.close();
  return { kind: 'method', method: id, ...read };
}

function readArguments(reader: ByteReader, id: number): Partial<Frame> {
  switch (id) {
    case START: {
      reader.u8('version, major');
      reader.u8('version, minor');
      const properties = readTable(reader, 'server properties', 0);
      return { properties, fields: { mechanisms: readLong(reader, 'mechanisms') } };
    }
    case START_OK: {
      const properties = readTable(reader, 'client properties', 0);
      const mechanism = readShort(reader, 'mechanism');
      const { user, secret } = readResponse(reader, mechanism);
      return { properties, fields: { mechanism, user }, secret };
    }
    case OPEN:
      return { fields: { path: readShort(reader, 'virtual host') } };
    case CONNECTION_CLOSE:
    case CONNECTION_CLOSE_0_9:
    case CHANNEL_CLOSE:
      return {
        fields: { code: reader.u16('reply code', closeReasons), text: readShort(reader, 'reply text') },
      };
    case EXCHANGE_DECLARE:
      reader.u16('reserved');
      return { fields: { name: readShort(reader, 'exchange'), type: readShort(reader, 'type') } };
    case EXCHANGE_DELETE:
    case QUEUE_DECLARE:
    case QUEUE_PURGE:
    case QUEUE_DELETE:
    case CONSUME:
    case GET:
      reader.u16('reserved');
      return { fields: { name: readShort(reader, 'name') } };
    case QUEUE_BIND:
      reader.u16('reserved');
      return {
        fields: {
          name: readShort(reader, 'queue'),
          exchange: readShort(reader, 'exchange'),
          key: readShort(reader, 'routing key'),
        },
      };
    case PUBLISH:
      reader.u16('reserved');
      return { fields: { exchange: readShort(reader, 'exchange'), key: readShort(reader, 'routing key') } };
    default:
      return {};
  }
}

/** SASL PLAIN (RFC 4616) has a user between two NULs and the password behind; of others only the length is told. */
function readResponse(reader: ByteReader, mechanism: string): { user: string; secret: number } {
  reader.open('response');
  const length = reader.u32('length');
  if (length > reader.remaining) throw new Malformed('length', reader.offset - 4, 'longer than the frame');
  let user = '';
  let secret = length;
  if (mechanism === 'PLAIN') {
    const octets = reader.peekBytes(length);
    const first = octets.indexOf(0);
    const second = octets.indexOf(0, first + 1);
    if (first >= 0 && second > first) {
      reader.text(first + 1, 'identity to act as', 'utf-8');
      user = reader.text(second - first, 'user', 'utf-8');
      secret = length - second - 1;
    }
  }
  reader.secret(secret, 'password');
  reader.close();
  return { user, secret };
}

const DEEPEST = 8;
const MOST_PROPERTIES = 64;

/** 4.2.5.5. Only text is kept. */
function readTable(reader: ByteReader, name: string, depth: number): Map<string, string> {
  if (depth > DEEPEST) throw new Malformed(name, reader.offset, 'nested too deeply');
  const table = new Map<string, string>();
  reader.open(name, '4.2.5.5');
  const before = reader.limit(reader.u32('length'), name);
  while (reader.remaining > 0) {
    const key = readShort(reader, 'key');
    const type = String.fromCharCode(reader.u8('type', (code) => String.fromCharCode(code)));
    const value = readValue(reader, key, type, depth);
    if (typeof value === 'string' && table.size < MOST_PROPERTIES) table.set(key, value);
  }
  reader.release(before);
  reader.close();
  return table;
}

const widths: Readonly<Record<string, number>> = {
  t: 1,
  b: 1,
  B: 1,
  s: 2,
  u: 2,
  I: 4,
  i: 4,
  f: 4,
  l: 8,
  L: 8,
  d: 8,
  T: 8,
  D: 5,
  V: 0,
};

function readValue(reader: ByteReader, key: string, type: string, depth: number): string | undefined {
  if (type === 'S') return readLong(reader, key);
  if (type === 'F') {
    readTable(reader, key, depth + 1);
    return undefined;
  }
  if (type === 'A' || type === 'x') {
    reader.skip(reader.u32('length'), key);
    return undefined;
  }
  const width = widths[type];
  // Its length is not known: what follows cannot be read.
  reader.skip(width ?? reader.remaining, key);
  return undefined;
}

function readShort(reader: ByteReader, name: string): string {
  return reader.text(reader.u8(`${name}, length`), name, 'utf-8');
}

function readLong(reader: ByteReader, name: string): string {
  const length = reader.u32(`${name}, length`);
  return reader.text(length, name, 'utf-8');
}
