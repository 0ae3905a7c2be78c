import type { Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** OMG DDSI-RTPS 2.5, 8.3 and 9.4. */
export interface RtpsMessage {
  readonly vendor: number;
  readonly prefix: string;
  readonly submessages: readonly Submessage[];
}

export interface Submessage {
  readonly id: number;
  readonly writer: number;
  readonly parameters: Parameters | undefined;
}

/** What is told of a participant, a writer or a reader when they are discovered. */
export interface Parameters {
  readonly name: string;
  readonly topic: string;
  readonly type: string;
  readonly properties: ReadonlyMap<string, string>;
}

/** `RTPS` and, where the real-time system of RTI pings, the same. */
export const MAGIC = 0x5254_5053;
export const HEADER = 20;
/** A ping of RTI has only its name behind the vendor. */
export const PING = 16;

// 9.4.5.1.
const DATA = 0x15;
const submessageNames: Words = {
  0x01: 'PAD',
  0x06: 'ACKNACK',
  0x07: 'HEARTBEAT',
  0x08: 'GAP',
  0x09: 'INFO_TS',
  0x0c: 'INFO_SRC',
  0x0d: 'INFO_REPLY_IP4',
  0x0e: 'INFO_DST',
  0x0f: 'INFO_REPLY',
  0x12: 'NACK_FRAG',
  0x13: 'HEARTBEAT_FRAG',
  [DATA]: 'DATA',
  0x16: 'DATA_FRAG',
  0x30: 'SEC_BODY',
  0x31: 'SEC_PREFIX',
  0x32: 'SEC_POSTFIX',
  0x33: 'SRTPS_PREFIX',
  0x34: 'SRTPS_POSTFIX',
};

// 9.3.1.5, entities that discovery is made of.
export const PARTICIPANT_WRITER = 0x0001_00c2;
export const PUBLICATIONS_WRITER = 0x0000_03c2;
export const SUBSCRIPTIONS_WRITER = 0x0000_04c2;
const entities: Words = {
  [PARTICIPANT_WRITER]: 'participant announcer',
  0x0001_00c7: 'participant detector',
  [PUBLICATIONS_WRITER]: 'publications announcer',
  0x0000_03c7: 'publications detector',
  [SUBSCRIPTIONS_WRITER]: 'subscriptions announcer',
  0x0000_04c7: 'subscriptions detector',
  0x0002_00c2: 'participant message writer',
  0x0002_00c7: 'participant message reader',
};
export const isDiscovery = (writer: number) =>
  writer === PARTICIPANT_WRITER || writer === PUBLICATIONS_WRITER || writer === SUBSCRIPTIONS_WRITER;

/** Vendor ids, as OMG lists them. */
export const vendors: Words = {
  0x0101: 'RTI Connext DDS',
  0x0102: 'OpenSplice DDS',
  0x0103: 'OpenDDS',
  0x0104: 'MilSoft DDS',
  0x0105: 'Gallium InterCOM DDS',
  0x0106: 'TwinOaks CoreDX DDS',
  0x0109: 'RTI Connext DDS Micro',
  0x010a: 'ADLINK Vortex Cafe',
  0x010f: 'eProsima Fast DDS',
  0x0110: 'Eclipse Cyclone DDS',
  0x0111: 'Gurum DDS',
  0x0112: 'RustDDS',
};

// 9.6.3.2, parameters.
const SENTINEL = 0x0001;
const TOPIC = 0x0005;
const TYPE = 0x0007;
const PROPERTIES = 0x0059;
const ENTITY_NAME = 0x0062;
const parameterNames: Words = {
  [SENTINEL]: 'end of list',
  0x0002: 'participant lease duration',
  [TOPIC]: 'topic name',
  [TYPE]: 'type name',
  0x000f: 'domain id',
  0x0015: 'protocol version',
  0x0016: 'vendor id',
  0x001a: 'reliability',
  0x001d: 'durability',
  0x002c: 'user data',
  0x0031: 'default unicast locator',
  0x0032: 'metatraffic unicast locator',
  0x0033: 'metatraffic multicast locator',
  0x0048: 'default multicast locator',
  0x0050: 'participant guid',
  0x0058: 'built-in endpoints',
  [PROPERTIES]: 'properties',
  0x005a: 'endpoint guid',
  [ENTITY_NAME]: 'entity name',
};

export function readRtps(reader: ByteReader): RtpsMessage {
  reader.open('RTPS header', '8.3.3');
  const magic = reader.u32('protocol');
  if (magic !== MAGIC) throw new Malformed('protocol', 0, 'is not RTPS');
  reader.u8('version, major');
  reader.u8('version, minor');
  const vendor = reader.u16('vendor', vendors);
  if (reader.remaining === PING - 8) {
    reader.text(8, 'ping');
    reader.close();
    return { vendor, prefix: '', submessages: [] };
  }
  const prefix = hexadecimal(reader.bytes(12, 'GUID prefix'));
  reader.close();
  const submessages: Submessage[] = [];
  while (reader.remaining > 0) submessages.push(readSubmessage(reader));
  return { vendor, prefix, submessages };
}

/** 9.4.5. */
function readSubmessage(reader: ByteReader): Submessage {
  reader.open('submessage', '9.4.5');
  const id = reader.u8('id', submessageNames);
  const flags = reader.u8('flags');
  const little = reader.bits(flags, 0x01, 'little-endian') === 1;
  const said = little ? reader.u16le('length') : reader.u16('length');
  // The last one may leave its length out.
  const length = said === 0 && id !== PAD && id !== INFO_TIME ? reader.remaining : said;
  const before = reader.limit(length, 'length');
  let writer = -1;
  let parameters: Parameters | undefined;
  if (id === DATA) {
    const read = readData(reader, flags, little);
    ({ writer, parameters } = read);
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'content');
  reader.release(before);
  reader.close();
  return { id, writer, parameters };
}

const PAD = 0x01;
const INFO_TIME = 0x09;

/** 9.4.5.3. */
function readData(reader: ByteReader, flags: number, little: boolean) {
  const hasInline = reader.bits(flags, 0x02, 'inline QoS') === 1;
  const hasData = (flags & 0x0c) !== 0;
  reader.u16('extra flags');
  const toInline = little ? reader.u16le('octets to inline QoS') : reader.u16('octets to inline QoS');
  const end = reader.remaining - toInline;
  reader.u32('reader', entities);
  const writer = reader.u32('writer', entities);
  reader.bytes(8, 'sequence number');
  if (reader.remaining > end && end >= 0) reader.skip(reader.remaining - end, 'more header');
  if (hasInline) readParameters(reader, little);
  if (!hasData || !isDiscovery(writer)) return { writer, parameters: undefined };
  const encapsulation = reader.u16('encapsulation', {
    0: 'CDR',
    1: 'CDR, little-endian',
    2: 'parameter list',
    3: 'parameter list, little-endian',
  });
  reader.u16('options');
  const isList = (encapsulation & ~1) === 2;
  return { writer, parameters: isList ? readParameters(reader, encapsulation === 3) : undefined };
}

/** 9.4.2.11. */
function readParameters(reader: ByteReader, little: boolean): Parameters {
  let [name, topic, type] = ['', '', ''];
  const properties = new Map<string, string>();
  while (reader.remaining >= 4) {
    reader.open('parameter', '9.6.3.2');
    const id = (little ? reader.u16le('id', parameterName) : reader.u16('id', parameterName)) & 0x3fff;
    const length = little ? reader.u16le('length') : reader.u16('length');
    if (id === SENTINEL) {
      reader.close();
      break;
    }
    const before = reader.limit(length, 'length');
    if (id === TOPIC) topic = readString(reader, 'topic', little);
    else if (id === TYPE) type = readString(reader, 'type', little);
    else if (id === ENTITY_NAME) name = readString(reader, 'name', little);
    else if (id === PROPERTIES) readProperties(reader, little, properties);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'value');
    reader.release(before);
    reader.close();
  }
  return { name, topic, type, properties };
}

function readProperties(reader: ByteReader, little: boolean, properties: Map<string, string>): void {
  const count = little ? reader.u32le('properties') : reader.u32('properties');
  for (let i = 0; i < count && reader.remaining >= 8; i++) {
    const name = readString(reader, 'name', little);
    const value = readString(reader, 'value', little);
    properties.set(name, value);
  }
}

/** CDR: a length with the NUL, and filled up to four octets. */
function readString(reader: ByteReader, field: string, little: boolean): string {
  const length = little ? reader.u32le(`${field} length`) : reader.u32(`${field} length`);
  const text = reader.text(length, field, 'utf-8');
  const padding = Math.min((4 - (length & 3)) & 3, reader.remaining);
  if (padding > 0) reader.skip(padding, 'padding');
  return text;
}

function parameterName(id: number): string | undefined {
  return parameterNames[id & 0x3fff];
}

function hexadecimal(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits;
}
