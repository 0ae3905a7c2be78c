import { Refusals, type Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import { type Cemi, deviceName, readCemi } from './cemi.ts';

/** KNXnet/IP: ISO 22510, KNX 03_08_01 to 03_08_09. */
export interface Frame {
  readonly service: number;
  /** -1 where there is none. */
  readonly channel: number;
  readonly status: number;
  readonly connection: string;
  /** Given to the client of a tunnel. */
  readonly address: number;
  readonly device: Device | undefined;
  readonly cemi: Cemi | undefined;
}

/** What a device says of itself: 03_08_02, 7.5.4. */
export interface Device {
  readonly name: string;
  readonly address: string;
  readonly serial: string;
  readonly mac: Uint8Array;
}

export const HEADER = 6;
export const VERSION = 0x10;

// 03_08_01, 2.2 and the parts that define the services.
export const SEARCH = 0x0201;
export const SEARCH_ANSWER = 0x0202;
export const DESCRIPTION = 0x0203;
export const DESCRIPTION_ANSWER = 0x0204;
export const CONNECT = 0x0205;
export const CONNECT_ANSWER = 0x0206;
export const STATE = 0x0207;
export const STATE_ANSWER = 0x0208;
export const DISCONNECT = 0x0209;
export const DISCONNECT_ANSWER = 0x020a;
export const EXTENDED_SEARCH = 0x020b;
export const EXTENDED_SEARCH_ANSWER = 0x020c;
export const CONFIGURATION = 0x0310;
export const CONFIGURATION_ACK = 0x0311;
export const TUNNELLING = 0x0420;
export const TUNNELLING_ACK = 0x0421;
export const ROUTING = 0x0530;
export const ROUTING_LOST = 0x0531;
export const ROUTING_BUSY = 0x0532;
export const REMOTE_BASIC = 0x0742;
export const REMOTE_RESET = 0x0743;
export const SECURE_WRAPPER = 0x0950;
export const SESSION = 0x0951;
export const SESSION_ANSWER = 0x0952;
export const services: Words = {
  [SEARCH]: 'search request',
  [SEARCH_ANSWER]: 'search response',
  [DESCRIPTION]: 'description request',
  [DESCRIPTION_ANSWER]: 'description response',
  [CONNECT]: 'connect request',
  [CONNECT_ANSWER]: 'connect response',
  [STATE]: 'connection state request',
  [STATE_ANSWER]: 'connection state response',
  [DISCONNECT]: 'disconnect request',
  [DISCONNECT_ANSWER]: 'disconnect response',
  [EXTENDED_SEARCH]: 'extended search request',
  [EXTENDED_SEARCH_ANSWER]: 'extended search response',
  [CONFIGURATION]: 'device configuration request',
  [CONFIGURATION_ACK]: 'device configuration acknowledgement',
  [TUNNELLING]: 'tunnelling request',
  [TUNNELLING_ACK]: 'tunnelling acknowledgement',
  0x0422: 'tunnelling feature get',
  0x0423: 'tunnelling feature response',
  0x0424: 'tunnelling feature set',
  0x0425: 'tunnelling feature info',
  [ROUTING]: 'routing indication',
  [ROUTING_LOST]: 'routing lost message',
  [ROUTING_BUSY]: 'routing busy',
  0x0533: 'routing system broadcast',
  0x0740: 'remote diagnostic request',
  0x0741: 'remote diagnostic response',
  [REMOTE_BASIC]: 'remote basic configuration request',
  [REMOTE_RESET]: 'remote reset request',
  [SECURE_WRAPPER]: 'secure wrapper',
  [SESSION]: 'secure session request',
  [SESSION_ANSWER]: 'secure session response',
  0x0953: 'secure session authenticate',
  0x0954: 'secure session status',
  0x0955: 'timer notify',
};

/** 03_08_02, 7.8.2 and 03_08_03, 03_08_04: error codes of the parts. */
export const statuses: Words = {
  0x00: 'success',
  0x01: 'host protocol not supported',
  0x02: 'version not supported',
  0x04: 'sequence number wrong',
  0x21: 'no such connection',
  0x22: 'connection type not supported',
  0x23: 'connection option not supported',
  0x24: 'no more connections',
  0x25: 'no more unique connections',
  0x26: 'data connection error',
  0x27: 'KNX connection error',
  0x28: 'authorisation error',
  0x29: 'tunnelling layer not supported',
  0x2d: 'no such tunnelling address',
  0x2e: 'connection in use',
};
export const refusals = new Refusals('knx');
export const statusRefusal = refusals.numbered(statuses);
/** KNX 03_06_03, 4.1.5.3.5: L_Data.con with its error bit set. */
export const notOnBus = refusals.named('negative confirmation');

const connectionTypes: Words = {
  0x03: 'device management',
  0x04: 'tunnelling',
  0x06: 'remote logging',
  0x07: 'remote configuration',
  0x08: 'object server',
};
const layers: Words = { 0x02: 'link layer', 0x04: 'raw', 0x80: 'bus monitor' };

export function readFrame(reader: ByteReader): Frame {
  reader.open('KNXnet/IP header', '03_08_01 2.3');
  reader.constant8(HEADER, 'header length');
  reader.constant8(VERSION, 'version');
  const service = reader.u16('service', services);
  const length = reader.u16('total length');
  if (length < HEADER) throw new Malformed('total length', 4, `is ${length}, must be ${HEADER} or more`);
  reader.close();
  const before = reader.limit(length - HEADER, 'total length');
  const body = readBody(reader, service);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'content');
  reader.release(before);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'surplus');
  return {
    service,
    channel: -1,
    status: 0,
    connection: '',
    address: -1,
    device: undefined,
    cemi: undefined,
    ...body,
  };
}

type Body = Partial<Omit<Frame, 'service'>>;

function readBody(reader: ByteReader, service: number): Body {
  switch (service) {
    case SEARCH:
    case DESCRIPTION:
    case EXTENDED_SEARCH:
      readEndpoint(reader, 'endpoint');
      return {};
    case SEARCH_ANSWER:
    case EXTENDED_SEARCH_ANSWER:
      readEndpoint(reader, 'control endpoint');
      return { device: readDevice(reader) };
    case DESCRIPTION_ANSWER:
      return { device: readDevice(reader) };
    case CONNECT:
      readEndpoint(reader, 'control endpoint');
      readEndpoint(reader, 'data endpoint');
      return { connection: readConnection(reader) };
    case CONNECT_ANSWER: {
      const channel = reader.u8('channel');
      const status = reader.u8('status', statuses);
      if (status !== 0 || reader.remaining === 0) return { channel, status };
      readEndpoint(reader, 'data endpoint');
      return { channel, status, address: readGiven(reader) };
    }
    case STATE:
    case DISCONNECT: {
      const channel = reader.u8('channel');
      reader.u8('reserved');
      readEndpoint(reader, 'control endpoint');
      return { channel };
    }
    case STATE_ANSWER:
    case DISCONNECT_ANSWER:
      return { channel: reader.u8('channel'), status: reader.u8('status', statuses) };
    case CONFIGURATION:
    case TUNNELLING:
      return { ...readConnectionHeader(reader), cemi: readCemi(reader) };
    case CONFIGURATION_ACK:
    case TUNNELLING_ACK:
      return readConnectionHeader(reader);
    case ROUTING:
      return { cemi: readCemi(reader) };
    case SECURE_WRAPPER:
      reader.open('secure wrapper', '03_08_09 2.2.2');
      reader.u16('session');
      reader.bytes(6, 'sequence');
      reader.bytes(6, 'serial number');
      reader.u16('message tag');
      reader.close();
      return {};
    case SESSION:
      readEndpoint(reader, 'control endpoint');
      return {};
    case SESSION_ANSWER:
      return { channel: reader.u16('session') };
    default:
      return {};
  }
}

/** HPAI: 03_08_02, 7.5.1. */
function readEndpoint(reader: ByteReader, name: string): void {
  reader.open(name, '03_08_02 7.5.1');
  const length = reader.u8('length');
  const before = reader.limit(length - 1, 'length');
  reader.u8('protocol', { 1: 'UDP', 2: 'TCP' });
  reader.u32('address', ipv4Text);
  reader.u16('port');
  reader.release(before);
  reader.close();
}

/** CRI: 03_08_02, 7.5.2. */
function readConnection(reader: ByteReader): string {
  reader.open('connection request information', '03_08_02 7.5.2');
  const length = reader.u8('length');
  const before = reader.limit(length - 1, 'length');
  const type = reader.u8('type', connectionTypes);
  const layer = type === 0x04 && reader.remaining > 0 ? reader.u8('layer', layers) : -1;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'options');
  reader.release(before);
  reader.close();
  const name = connectionTypes[type] ?? `type ${type}`;
  return layer < 0 ? name : `${name}, ${layers[layer] ?? layer}`;
}

/** CRD: 03_08_02, 7.5.3. */
function readGiven(reader: ByteReader): number {
  reader.open('connection response data', '03_08_02 7.5.3');
  const length = reader.u8('length');
  const before = reader.limit(length - 1, 'length');
  reader.u8('type', connectionTypes);
  const address = reader.remaining >= 2 ? reader.u16('individual address', deviceName) : -1;
  reader.release(before);
  reader.close();
  return address;
}

/** 03_08_02, 5.3.1. */
function readConnectionHeader(reader: ByteReader) {
  reader.open('connection header', '03_08_02 5.3.1');
  const length = reader.u8('length');
  const before = reader.limit(length - 1, 'length');
  const channel = reader.u8('channel');
  reader.u8('sequence');
  const status = reader.u8('status', statuses);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'more');
  reader.release(before);
  reader.close();
  return { channel, status };
}

/** DIBs: 03_08_02, 7.5.4. */
function readDevice(reader: ByteReader): Device | undefined {
  let device: Device | undefined;
  while (reader.remaining > 0) {
    reader.open('description', '03_08_02 7.5.4');
    const length = reader.u8('length');
    const before = reader.limit(length - 1, 'length');
    const type = reader.u8('type', descriptions);
    if (type === 0x01) device = readDeviceInformation(reader);
    else if (type === 0x02) {
      while (reader.remaining >= 2) {
        reader.u8('family', families);
        reader.u8('version');
      }
    }
    if (reader.remaining > 0) reader.skip(reader.remaining, 'content');
    reader.release(before);
    reader.close();
  }
  return device;
}

function readDeviceInformation(reader: ByteReader): Device {
  reader.u8('medium', { 0x02: 'TP1', 0x04: 'PL110', 0x10: 'RF', 0x20: 'IP' });
  reader.bits(reader.u8('status'), 0x01, 'programming mode');
  const address = deviceName(reader.u16('individual address', deviceName));
  reader.u16('project and installation');
  const serial = hexadecimal(reader.bytes(6, 'serial number'));
  reader.u32('multicast address', ipv4Text);
  const mac = reader.bytes(6, 'MAC address');
  const name = reader.text(30, 'name');
  return { name, address, serial, mac };
}

const descriptions: Words = {
  0x01: 'device information',
  0x02: 'supported services',
  0x03: 'IP configuration',
  0x04: 'current IP configuration',
  0x05: 'KNX addresses',
  0x06: 'secured services',
  0x07: 'tunnelling information',
  0x08: 'extended device information',
  0xfe: 'of the manufacturer',
};

const families: Words = {
  2: 'core',
  3: 'device management',
  4: 'tunnelling',
  5: 'routing',
  6: 'remote logging',
  7: 'remote configuration',
  8: 'object server',
  9: 'security',
};

export function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
