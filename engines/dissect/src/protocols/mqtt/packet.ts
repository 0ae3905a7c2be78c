import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Payload, readPayload } from './payload.ts';
import { readProperties } from './properties.ts';
import { reasonName } from './reasons.ts';

/** One control packet: MQTT 3.1.1 (OASIS, 2014) and MQTT 5.0 (OASIS, 2019), section 2. */
export interface Packet {
  readonly type: number;
  readonly flags: number;
  /** Packet identifier; 0 where there is none. */
  readonly id: number;
  readonly connect?: Connect;
  /** Of a packet that answers: 2.4 of 5.0, 3.2.2.3 of 3.1.1; the worst, where there are several. */
  readonly reason: number;
  /** Of PUBLISH, or the filters of SUBSCRIBE and UNSUBSCRIBE. */
  readonly topics: readonly string[];
  /** 5.0, 3.3.2.3.4: stands for a topic said before; 0 where there is none. */
  readonly alias: number;
  readonly payload?: Payload;
  readonly surplus: number;
}

export interface Connect {
  readonly version: number;
  readonly client: string;
  readonly user: string | undefined;
  /** How long it is. */
  readonly password: number | undefined;
  readonly willTopic: string | undefined;
  readonly keepAlive: number;
}

// 2.1.2.
export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;
export const AUTH = 15;
const types: readonly string[] = [
  '',
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
  'AUTH',
];

export const V5 = 5;
export const V3_1_1 = 4;
/** From here on a reason is a failure: 5.0, 2.4. */
export const FIRST_FAILURE = 0x80;

const NOTHING = { id: 0, reason: 0, topics: [], alias: 0 };

/** @param version what the connection agreed on: without, 3.1.1 */
export function readPacket(reader: ByteReader, version: number): Packet {
  reader.open('fixed header', '2.1');
  const first = reader.u8('control packet');
  const type = reader.bits(first, 0xf0, 'type', typeName);
  const flags = reader.bits(first, 0x0f, 'flags');
  const length = reader.varint('remaining length', 4);
  reader.close();
  const whole = reader.limit(length, 'remaining length');
  const packet = readBody(reader, type, flags, version);
  const surplus = reader.remaining;
  if (surplus > 0) reader.skip(surplus, 'surplus');
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'surplus');
  return { type, flags, ...NOTHING, ...packet, surplus };
}

function typeName(type: number): string | undefined {
  return types[type];
}

function readBody(reader: ByteReader, type: number, flags: number, version: number): Partial<Packet> {
  switch (type) {
    case CONNECT:
      return { connect: readConnect(reader) };
    case CONNACK:
      return readConnack(reader, version);
    case PUBLISH:
      return readPublish(reader, flags, version);
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      return readAcknowledgement(reader, version);
    case SUBSCRIBE:
      return readSubscribe(reader, version);
    case UNSUBSCRIBE:
      return readUnsubscribe(reader, version);
    case SUBACK:
    case UNSUBACK:
      return readReasons(reader, version);
    case DISCONNECT:
    case AUTH:
      return reader.remaining > 0 ? readEnd(reader) : {};
    case PINGREQ:
    case PINGRESP:
      return {};
    default:
      throw new Malformed('control packet', 0, 'has the type 0');
  }
}

// 3.1.
const USER_NAME = 0x80;
const PASSWORD = 0x40;
const WILL = 0x04;

function readConnect(reader: ByteReader): Connect {
  reader.open('variable header', '3.1.2');
  const name = readText(reader, 'protocol name');
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    throw new Malformed('protocol name', 4, `is ${JSON.stringify(name.slice(0, 16))}`);
  }
  const version = reader.u8('protocol version', { 3: '3.1', [V3_1_1]: '3.1.1', [V5]: '5.0' });
  const flags = reader.u8('connect flags');
  reader.bits(flags, USER_NAME, 'user name');
  reader.bits(flags, PASSWORD, 'password');
  reader.bits(flags, 0x20, 'will retain');
  reader.bits(flags, 0x18, 'will QoS');
  reader.bits(flags, WILL, 'will');
  reader.bits(flags, 0x02, 'clean start');
  const keepAlive = reader.u16('keep alive', (seconds) => `${seconds} s`);
  if (version === V5) readProperties(reader, 'properties');
  reader.close();
  reader.open('payload', '3.1.3');
  const client = readText(reader, 'client identifier');
  let willTopic;
  if (flags & WILL) {
    if (version === V5) readProperties(reader, 'will properties');
    willTopic = readText(reader, 'will topic');
    reader.skip(reader.u16('will length'), 'will');
  }
  const user = flags & USER_NAME ? readText(reader, 'user name') : undefined;
  let password;
  if (flags & PASSWORD) {
    password = reader.u16('password length');
    reader.secret(password, 'password');
  }
  reader.close();
  return { version, client, user, password, willTopic, keepAlive };
}

// 3.2.
function readConnack(reader: ByteReader, version: number): Partial<Packet> {
  const flags = reader.u8('acknowledge flags');
  reader.bits(flags, 0x01, 'session present');
  const reason = reader.u8('reason', reasonName);
  if (version === V5 && reader.remaining > 0) readProperties(reader, 'properties');
  return { reason };
}

// 3.3.
function readPublish(reader: ByteReader, flags: number, version: number): Partial<Packet> {
  const quality = (flags >> 1) & 3;
  if (quality === 3) throw new Malformed('control packet', 0, 'has the QoS 3');
  const topic = readText(reader, 'topic');
  const id = quality > 0 ? reader.u16('packet identifier') : 0;
  const alias = version === V5 ? readProperties(reader, 'properties') : 0;
  return { id, topics: [topic], alias, payload: readPayload(reader, topic) };
}

// 3.4 to 3.7.
function readAcknowledgement(reader: ByteReader, version: number): Partial<Packet> {
  const id = reader.u16('packet identifier');
  if (version !== V5 || reader.remaining === 0) return { id };
  const reason = reader.u8('reason', reasonName);
  if (reader.remaining > 0) readProperties(reader, 'properties');
  return { id, reason };
}

// 3.8.
function readSubscribe(reader: ByteReader, version: number): Partial<Packet> {
  const id = reader.u16('packet identifier');
  if (version === V5) readProperties(reader, 'properties');
  const topics: string[] = [];
  while (reader.remaining > 0) {
    topics.push(readText(reader, 'topic filter'));
    const options = reader.u8('subscription options');
    reader.bits(options, 0x03, 'maximum QoS');
    if (version !== V5) continue;
    reader.bits(options, 0x04, 'no local');
    reader.bits(options, 0x08, 'retain as published');
    reader.bits(options, 0x30, 'retain handling');
  }
  return { id, topics };
}

// 3.10.
function readUnsubscribe(reader: ByteReader, version: number): Partial<Packet> {
  const id = reader.u16('packet identifier');
  if (version === V5) readProperties(reader, 'properties');
  const topics: string[] = [];
  while (reader.remaining > 0) topics.push(readText(reader, 'topic filter'));
  return { id, topics };
}

// 3.9 and 3.11.
function readReasons(reader: ByteReader, version: number): Partial<Packet> {
  const id = reader.u16('packet identifier');
  if (version === V5) readProperties(reader, 'properties');
  let worst = 0;
  while (reader.remaining > 0) worst = Math.max(worst, reader.u8('reason', reasonName));
  return { id, reason: worst };
}

// 5.0, 3.14 and 3.15.
function readEnd(reader: ByteReader): Partial<Packet> {
  const reason = reader.u8('reason', reasonName);
  if (reader.remaining > 0) readProperties(reader, 'properties');
  return { reason };
}

/** 1.5.3 of 3.1.1. */
export function readText(reader: ByteReader, field: string): string {
  reader.open(field, '1.5');
  const text = reader.text(reader.u16('length'), 'text', 'utf-8');
  reader.close();
  return text;
}
