import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Situation } from '../../dissector.ts';
import { CAN_HEADER, identifierAt } from '../can/can.ts';
import { abortCodes } from './abort-codes.ts';
import { objectName } from './objects.ts';
import { nodeControls } from './operations.ts';

/** CiA 301, table 38: what the upper four bits of an identifier of 11 bits are for. The lower seven are the node. */
export const NMT = 0x000;
export const SYNC = 0x080;
export const TIME = 0x100;
export const FIRST_PDO = 0x180;
export const SDO_ANSWER = 0x580;
export const SDO_REQUEST = 0x600;
export const HEARTBEAT = 0x700;
/** CiA 305: setting node numbers and bit rates. */
const LSS_ANSWER = 0x7e4;
const LSS_REQUEST = 0x7e5;

const FUNCTION = 0x780;
const NODE = 0x07f;
export const LAST_NODE = 127;

export const states: Readonly<Record<number, string>> = {
  0: 'boot-up',
  4: 'stopped',
  5: 'operational',
  127: 'pre-operational',
};

export interface Frame {
  readonly identifier: number;
  /** Of the identifier, or of NMT the one that is told; 0 is all of them. */
  readonly node: number;
  readonly function: number;
  /** NMT command, or state of a heartbeat. */
  readonly code?: number;
  readonly sdo?: Sdo;
  readonly emergency?: { readonly code: number; readonly register: number };
  /** Where data begins in the frame. */
  readonly start: number;
  readonly end: number;
}

export interface Sdo {
  readonly kind:
    | 'download'
    | 'downloaded'
    | 'upload'
    | 'uploaded'
    | 'segment'
    | 'segment-taken'
    | 'abort'
    | 'block-download'
    | 'block-upload'
    | 'block-begins'
    | 'block-segment'
    | 'block-segments-taken'
    | 'block-ends'
    | 'block-ended';
  readonly index: number;
  readonly subindex: number;
  /** All of the value is here; otherwise it comes in segments. */
  readonly expedited: boolean;
  readonly last: boolean;
  /** The value, or a segment of it, in the frame. */
  readonly start: number;
  readonly end: number;
  readonly abort: number;
  /** Of the value, where it is told. */
  readonly size?: number;
  readonly block?: BlockPart;
}

/** Of block transfers: 7.2.4.3.9 to 7.2.4.3.16. */
export interface BlockPart {
  /** Of a segment, or of the last one that was taken; from 1 in each block. */
  readonly sequence?: number;
  /** Whoever sends this calculates checksums. */
  readonly checks?: boolean;
  /** Octets of the last segment that are none of the value. */
  readonly unused?: number;
  readonly checksum?: number;
}

export const functionOf = (identifier: number): number => identifier & FUNCTION;

/** Does this frame say by itself that CANopen is spoken? Data of the process, and segments, do not. */
export function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  const identifier = identifierAt(bytes, start);
  const length = end - start - CAN_HEADER;
  const at = start + CAN_HEADER;
  const node = identifier & NODE;
  switch (functionOf(identifier)) {
    case NMT:
      return identifier === NMT && length === 2 && bytes[at]! in nodeControls && bytes[at + 1]! <= LAST_NODE;
    case HEARTBEAT:
      return node > 0 && length === 1 && bytes[at]! in states;
    case SDO_REQUEST:
      return node > 0 && length === 8 && beginsSdo(bytes, at);
    case SDO_ANSWER:
      return node > 0 && length === 8 && answersSdo(bytes, at);
    default:
      return false;
  }
}

/** 7.2.4.3: reserved bits and octets are zero. */
export function beginsSdo(bytes: Uint8Array, at: number): boolean {
  const command = bytes[at]!;
  if (command === ABORT) return abortAt(bytes, at) in abortCodes;
  if (command === UPLOAD) return isZero(bytes, at + 4, at + 8) && isObject(bytes, at);
  return command >> 5 === 1 && (command & 0x10) === 0 && (command & 0x03) !== 0 && isObject(bytes, at);
}

function answersSdo(bytes: Uint8Array, at: number): boolean {
  const command = bytes[at]!;
  if (command === ABORT) return abortAt(bytes, at) in abortCodes;
  if (command === DOWNLOADED) return isZero(bytes, at + 4, at + 8) && isObject(bytes, at);
  return command >> 5 === 2 && (command & 0x10) === 0 && (command & 0x03) !== 0 && isObject(bytes, at);
}

const ABORT = 0x80;
const UPLOAD = 0x40;
const DOWNLOADED = 0x60;

function abortAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0;
}

function isObject(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 2]! >= 0x10;
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Segments of a block show by nothing that they are some: the context says it. */
export function readFrame(reader: ByteReader, { context }: Pick<Situation, 'context'> = {}): Frame {
  reader.open('CAN', 'SocketCAN');
  const head = reader.peekBytes(CAN_HEADER);
  const identifier = head.length < CAN_HEADER ? 0 : identifierAt(head, 0);
  reader.u32('identifier and flags');
  reader.remark(`${functionName(identifier)}, node ${identifier & NODE}`);
  reader.u8('length');
  reader.skip(3, 'flags');
  reader.close();
  const start = reader.offset;
  const end = start + reader.remaining;
  const node = identifier & NODE;
  const frame = { identifier, node, function: functionOf(identifier), start, end };
  reader.open(functionName(identifier), 'CiA 301, 7.2');
  const details =
    context?.[BLOCK] === undefined || reader.remaining < 8
      ? readDetails(reader, frame.function, identifier)
      : { sdo: readBlockSegment(reader) };
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return { ...frame, ...details };
}

function readDetails(reader: ByteReader, kind: number, identifier: number): Partial<Frame> {
  if (identifier === LSS_ANSWER || identifier === LSS_REQUEST) return {};
  switch (kind) {
    case NMT: {
      if (identifier !== NMT || reader.remaining < 2) return {};
      const code = reader.u8('command', nodeControls);
      return { code, node: reader.u8('node') };
    }
    case SYNC: {
      if (identifier === SYNC || reader.remaining < 3) return {};
      return {
        emergency: { code: reader.u16le('error code', emergencyName), register: reader.u8('error register') },
      };
    }
    case TIME:
      if (identifier === TIME && reader.remaining >= 6) {
        reader.u32le('milliseconds since midnight');
        reader.u16le('days since 1984');
      }
      return {};
    case SDO_REQUEST:
      return reader.remaining < 8 ? {} : { sdo: readSdo(reader, true) };
    case SDO_ANSWER:
      return reader.remaining < 8 ? {} : { sdo: readSdo(reader, false) };
    case HEARTBEAT:
      return reader.remaining < 1 ? {} : { code: reader.u8('state', (value) => states[value & 0x7f]) & 0x7f };
    default:
      return {};
  }
}

export const BLOCK = 'block';
const LAST_SEGMENT = 0x80;
export const SEQUENCE = 0x7f;
export const SEGMENT_LENGTH = 7;
const none = { index: -1, subindex: -1, expedited: false, last: false, start: 0, end: 0, abort: -1 };

/** 7.2.4.3.10. */
function readBlockSegment(reader: ByteReader): Sdo {
  const command = reader.u8('command');
  const last = reader.bits(command, LAST_SEGMENT, 'last') === 1;
  const sequence = reader.bits(command, SEQUENCE, 'sequence number');
  const start = reader.offset;
  reader.skip(SEGMENT_LENGTH, 'segment');
  return { ...none, kind: 'block-segment', last, start, end: start + SEGMENT_LENGTH, block: { sequence } };
}

const TOGGLED = 0x10;

/** 7.2.4.3. Which of the two segments it is, only what came before tells. */
function readSdo(reader: ByteReader, isRequest: boolean): Sdo {
  const command = reader.u8('command');
  const specifier = reader.bits(command, 0xe0, 'specifier');
  const carriesSegment = specifier === 0;
  const asksSegment = isRequest ? specifier === 3 : specifier === 1;
  if (carriesSegment) {
    reader.bits(command, TOGGLED, 'toggle');
    const unused = reader.bits(command, 0x0e, 'octets without data');
    const last = reader.bits(command, 0x01, 'last') === 1;
    const start = reader.offset;
    reader.skip(7, 'segment');
    return { ...none, kind: 'segment', last, start, end: start + 7 - unused };
  }
  if (asksSegment) {
    reader.bits(command, TOGGLED, 'toggle');
    return { ...none, kind: isRequest ? 'segment' : 'segment-taken' };
  }
  if (specifier >= 5)
    return readBlock(reader, command, isRequest ? specifier === 6 : specifier === 5, isRequest);
  const index = reader.u16le('object', objectName);
  const subindex = reader.u8('subindex');
  const named = { ...none, index, subindex };
  if (specifier === 4) {
    return { ...named, kind: 'abort', abort: reader.u32le('abort code', abortCodes) };
  }
  // Of a request 1 writes and 2 reads; of an answer 3 has written, and 2 has read.
  const carries = isRequest ? specifier === 1 : specifier === 2;
  if (!carries) return { ...named, kind: isRequest ? 'upload' : 'downloaded' };
  const expedited = reader.bits(command, 0x02, 'expedited') === 1;
  const sized = reader.bits(command, 0x01, 'size is told') === 1;
  const unused = expedited && sized ? reader.bits(command, 0x0c, 'octets without data') : 0;
  const kind = isRequest ? 'download' : 'uploaded';
  const start = reader.offset;
  if (expedited) {
    reader.skip(4, 'value');
    return { ...named, kind, expedited, start, end: start + 4 - unused };
  }
  const size = reader.u32le('size');
  return { ...named, kind, start, end: start, ...(sized && { size }) };
}

const CHECKS = 0x04;
const SIZED = 0x02;

/** What begins and ends a block transfer, and what is said in between: the lowest bits tell which it is. */
function readBlock(reader: ByteReader, command: number, downloads: boolean, isRequest: boolean): Sdo {
  // Whoever has the value begins with its size and ends with its checksum; the other one takes it.
  const gives = downloads === isRequest;
  const step = reader.bits(command, gives ? 0x01 : 0x03, 'step', gives ? givingSteps : takingSteps);
  if (gives && step === ENDS) {
    const unused = reader.bits(command, 0x1c, 'octets without data');
    return { ...none, kind: 'block-ends', block: { unused, checksum: reader.u16le('checksum') } };
  }
  if (step === ENDS) return { ...none, kind: 'block-ended' };
  if (step === TAKEN) {
    const sequence = reader.u8('last segment taken');
    reader.u8('segments of the next block');
    return { ...none, kind: 'block-segments-taken', block: { sequence } };
  }
  if (step === STARTS) return { ...none, kind: 'block-begins' };
  const checks = reader.bits(command, CHECKS, 'checksum') === 1;
  const sized = gives && reader.bits(command, SIZED, 'size is told') === 1;
  const named = { ...none, index: reader.u16le('object', objectName), subindex: reader.u8('subindex') };
  const kind = !isRequest ? 'block-begins' : downloads ? 'block-download' : 'block-upload';
  if (gives) {
    const size = reader.u32le('size');
    return { ...named, kind, ...(sized && { size }), block: { checks } };
  }
  reader.u8('segments of a block');
  if (isRequest) reader.u8('not in blocks up to this size');
  return { ...named, kind, block: { checks } };
}

const ENDS = 1;
const TAKEN = 2;
const STARTS = 3;
const givingSteps: Readonly<Record<number, string>> = { 0: 'begins', [ENDS]: 'ends' };
const takingSteps: Readonly<Record<number, string>> = {
  0: 'begins',
  [ENDS]: 'ended',
  [TAKEN]: 'segments taken',
  [STARTS]: 'segments may come',
};

function functionName(identifier: number): string {
  switch (functionOf(identifier)) {
    case NMT:
      return 'NMT';
    case SYNC:
      return identifier === SYNC ? 'SYNC' : 'emergency';
    case TIME:
      return 'TIME';
    case SDO_ANSWER:
      return 'SDO answer';
    case SDO_REQUEST:
      return 'SDO request';
    case HEARTBEAT:
      return 'heartbeat';
    default:
      return identifier === LSS_ANSWER || identifier === LSS_REQUEST ? 'LSS' : pdoName(identifier);
  }
}

/** What a node sends (`TPDO1`), and what it is sent (`RPDO1`), as nodes have it by default. */
export function pdoName(identifier: number): string {
  const number = (functionOf(identifier) - FIRST_PDO) >> 7;
  return `${number % 2 === 0 ? 'TPDO' : 'RPDO'}${(number >> 1) + 1}`;
}

export const isReceived = (identifier: number): boolean =>
  (((functionOf(identifier) - FIRST_PDO) >> 7) & 1) === 1;

/** 7.2.7.1: the upper octet of an emergency code. */
const emergencies: Readonly<Record<number, string>> = {
  0x00: 'no error',
  0x10: 'generic error',
  0x20: 'current',
  0x30: 'voltage',
  0x40: 'temperature',
  0x50: 'hardware',
  0x60: 'software',
  0x70: 'additional modules',
  0x80: 'monitoring',
  0x90: 'external error',
  0xf0: 'additional functions',
  0xff: 'specific to the device',
};

export function emergencyName(code: number): string {
  return emergencies[code >> 8] ?? emergencies[(code >> 8) & 0xf0] ?? 'unknown';
}
