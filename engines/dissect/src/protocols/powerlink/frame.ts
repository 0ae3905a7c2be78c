import type { ByteReader } from '../../bytes/byte-reader.ts';
import { abortCodes } from '../canopen/abort-codes.ts';
import { objectName } from '../canopen/objects.ts';
import { ipText } from '../dcp/message.ts';
import {
  ASND,
  commandName,
  FILE_READ,
  FILE_WRITE,
  hasIndex,
  IDENT_RESPONSE,
  isWriting,
  NMT_COMMAND,
  NMT_REQUEST,
  nodeName,
  PREQ,
  PRES,
  SDO,
  sdoCommands,
  services,
  SOA,
  SOC,
  stateName,
  STATUS_RESPONSE,
  types,
} from './names.ts';

/** EPSG DS 301, 4.6.1.1. */
export interface Frame {
  readonly type: number;
  readonly target: number;
  readonly source: number;
  readonly state?: number;
  readonly service?: number;
  /** Of an NMT command or request. */
  readonly command?: number;
  readonly sdo?: Sdo;
  readonly ident?: Ident;
}

export interface Sdo {
  readonly transaction: number;
  readonly response: boolean;
  readonly abort?: number;
  /** 0 expedited, 1 initiates, 2 segment, 3 the last. */
  readonly segmentation: number;
  readonly command: number;
  readonly index?: number;
  readonly subindex?: number;
  readonly file?: string;
  /** Of the sequence layer: the same again is sent again. */
  readonly sequence: number;
  /** Octets in all segments. */
  readonly total?: number;
  /** Where data stand, from the beginning of the message. */
  readonly data: readonly [start: number, end: number];
}

export interface Ident {
  readonly state: number;
  readonly deviceType: number;
  readonly vendor: number;
  readonly product: number;
  readonly revision: number;
  readonly serial: number;
  readonly ip: number;
  readonly name: string;
}

export function readFrame(reader: ByteReader): Frame {
  reader.open('header', 'EPSG DS 301, 4.6.1.1.1');
  const type = reader.bits(reader.u8('type'), 0x7f, 'type', types);
  const target = reader.u8('destination node', nodeName);
  const source = reader.u8('source node', nodeName);
  reader.close();
  const content = readContent(reader, type);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  return { type, target, source, ...content };
}

function readContent(reader: ByteReader, type: number): Partial<Frame> {
  switch (type) {
    case SOC:
      return readStartOfCycle(reader);
    case PREQ:
    case PRES:
      return readPoll(reader, type);
    case SOA:
      return readStartOfAsynchronous(reader);
    case ASND:
      return readAsynchronous(reader);
    default:
      return {};
  }
}

// 4.6.1.1.2.
function readStartOfCycle(reader: ByteReader): Partial<Frame> {
  reader.u8('reserved');
  const flags = reader.u8('flags');
  reader.bits(flags, 0x80, 'multiplexed cycle completed');
  reader.bits(flags, 0x40, 'prescaled slot');
  reader.u8('reserved');
  reader.u32le('net time, seconds');
  reader.u32le('net time, nanoseconds');
  reader.u64le('relative time');
  return {};
}

// 4.6.1.1.3 and 4.6.1.1.4.
function readPoll(reader: ByteReader, type: number): Partial<Frame> {
  const state = type === PRES ? reader.u8('state', stateName) : reader.u8('reserved');
  const flags = reader.u8('flags');
  reader.bits(flags, 0x20, 'multiplexed slot');
  reader.bits(flags, 0x10, 'exception new');
  reader.bits(flags, 0x04, 'exception acknowledged');
  reader.bits(flags, 0x01, 'ready: data are valid');
  const more = reader.u8('more flags');
  reader.bits(more, 0x38, 'priority');
  reader.bits(more, 0x07, 'requests to send');
  reader.u8('PDO version');
  reader.u8('reserved');
  const whole = reader.limit(reader.u16le('size'), 'size');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  return type === PRES ? { state } : {};
}

// 4.6.1.1.5.
function readStartOfAsynchronous(reader: ByteReader): Partial<Frame> {
  const state = reader.u8('state', stateName);
  const flags = reader.u8('flags');
  reader.bits(flags, 0x04, 'exception acknowledged');
  reader.bits(flags, 0x02, 'exception reset');
  reader.u8('reserved');
  reader.u8('service asked for', services);
  reader.u8('node asked', nodeName);
  reader.u8('version');
  return { state };
}

// 4.6.1.1.6.
function readAsynchronous(reader: ByteReader): Partial<Frame> {
  const service = reader.u8('service', services);
  switch (service) {
    case IDENT_RESPONSE: {
      const ident = readIdent(reader);
      return { service, ident, state: ident.state };
    }
    case STATUS_RESPONSE: {
      reader.u8('flags');
      reader.u8('more flags');
      const state = reader.u8('state', stateName);
      reader.skip(3, 'reserved');
      reader.u64le('static errors');
      return { service, state };
    }
    case NMT_REQUEST: {
      const command = reader.u8('command', commandName);
      reader.u8('target node', nodeName);
      return { service, command };
    }
    case NMT_COMMAND: {
      const command = reader.u8('command', commandName);
      reader.u8('reserved');
      return { service, command };
    }
    case SDO: {
      const sdo = readSdo(reader);
      return sdo ? { service, sdo } : { service };
    }
    default:
      return { service };
  }
}

// 7.3.3.2.1.
function readIdent(reader: ByteReader): Ident {
  reader.open('identification', 'EPSG DS 301, 7.3.3.2.1');
  reader.u8('flags');
  reader.u8('more flags');
  const state = reader.u8('state', stateName);
  reader.u8('identification flags');
  reader.u8('version');
  reader.u8('reserved');
  reader.u32le('features');
  reader.u16le('MTU');
  reader.u16le('size of poll requests');
  reader.u16le('size of poll responses');
  reader.u32le('response time, in ns');
  reader.u16le('reserved');
  const deviceType = reader.u32le('device type');
  const vendor = reader.u32le('vendor', vendors);
  const product = reader.u32le('product code');
  const revision = reader.u32le('revision');
  const serial = reader.u32le('serial number');
  reader.skip(8, 'of the vendor');
  reader.u32le('configuration date');
  reader.u32le('configuration time');
  reader.u32le('software date');
  reader.u32le('software time');
  const ip = reader.u32le('IP address', ipText);
  reader.u32le('mask', ipText);
  reader.u32le('gateway', ipText);
  const name = reader.text(32, 'host name');
  reader.close();
  return { state, deviceType, vendor, product, revision, serial, ip, name };
}

/** Companies as CAN in Automation numbers them; those one meets with POWERLINK. */
export const vendors: Readonly<Record<number, string>> = {
  0x0100_006c: 'B&R',
  0x0000_006c: 'B&R',
  0x0000_001b: 'HMS Industrial Networks',
  0x0000_0044: 'Hilscher',
};

const SEQUENCE = 4;
const ABORT = 0x40;
const RESPONSE = 0x80;

// 6.3.2.3 (sequence layer) and 6.3.2.4 (command layer).
function readSdo(reader: ByteReader): Sdo | undefined {
  reader.open('sequence', 'EPSG DS 301, 6.3.2.3');
  const received = reader.u8('received');
  reader.bits(received, 0xfc, 'number');
  reader.bits(received, 0x03, 'connection', connections);
  const sent = reader.u8('sent');
  const sequence = reader.bits(sent, 0xfc, 'number');
  reader.bits(sent, 0x03, 'connection', connections);
  reader.skip(2, 'reserved');
  reader.close();
  // Behind an acknowledgement nothing follows but padding, which says of itself that it is 0 bytes of no command.
  if (reader.remaining < 2 * SEQUENCE || (reader.peek(3) | reader.peek(4) | reader.peek(2)) === 0) {
    return undefined;
  }
  reader.open('command', 'EPSG DS 301, 6.3.2.4');
  reader.u8('reserved');
  const transaction = reader.u8('transaction');
  const flags = reader.u8('flags');
  reader.bits(flags, RESPONSE, 'response');
  reader.bits(flags, ABORT, 'abort');
  const segmentation = reader.bits(flags, 0x30, 'segmentation', {
    0: 'none',
    1: 'begins',
    2: 'segment',
    3: 'last segment',
  });
  const command = reader.u8('command', sdoCommands);
  const size = reader.u16le('size');
  reader.u16le('reserved');
  const whole = reader.limit(Math.min(size, reader.remaining), 'size');
  const total = segmentation === 1 && reader.remaining >= 4 ? reader.u32le('size of data') : undefined;
  const response = (flags & RESPONSE) !== 0;
  const aborted = (flags & ABORT) !== 0 && reader.remaining >= 4;
  const abort = aborted ? reader.u32le('code', abortCodes) : undefined;
  const asked = !response && abort === undefined && segmentation < 2 ? readAsked(reader, command) : {};
  const start = reader.offset;
  const end = start + reader.remaining;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  reader.close();
  const head = { transaction, response, segmentation, command, sequence, data: [start, end] as const };
  return {
    ...head,
    ...asked,
    ...(total !== undefined && { total }),
    ...(abort !== undefined && { abort }),
  };
}

const connections: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'initialization',
  2: 'connected',
  3: 'acknowledgement asked for',
};

// 6.3.2.4.2.
function readAsked(reader: ByteReader, command: number): Partial<Sdo> {
  if (hasIndex(command) && reader.remaining >= 3) {
    const [index, subindex] = [reader.u16le('object', objectName), reader.u8('subindex')];
    if (isWriting(command) && reader.remaining > 0) reader.u8('reserved');
    return { index, subindex };
  }
  if ((command === FILE_WRITE || command === FILE_READ) && reader.remaining > 4) {
    reader.u32le('address');
    const bytes = reader.peekBytes(reader.remaining);
    const end = bytes.indexOf(0);
    const length = end < 0 ? bytes.length : end + 1;
    return { file: reader.text(length, 'file') };
  }
  return {};
}
