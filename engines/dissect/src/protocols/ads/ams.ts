import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Direction } from '../../dissector.ts';
import {
  ADD_NOTIFICATION,
  ADS_COMMAND,
  commands,
  DELETE_NOTIFICATION,
  groups,
  NOTIFICATION,
  placeName,
  portName,
  READ,
  READ_DEVICE_INFO,
  READ_STATE,
  READ_WRITE,
  RESPONSE,
  states,
  SUM_READ,
  SUM_READ_WRITE,
  SUM_WRITE,
  WRITE,
  WRITE_CONTROL,
} from './names.ts';
import { refusalOf } from './refusals.ts';
import { readSymbol, type Symbol } from './symbols.ts';

/** ADS/AMS specification: AMS/TCP header, AMS header, ADS data. */
export interface AmsMessage {
  readonly targetPort: number;
  readonly sourcePort: number;
  readonly command: number;
  readonly direction: Direction;
  readonly error: number;
  readonly invoke: number;
  readonly body: Body;
}

export interface Body {
  readonly result?: number;
  readonly group?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly data?: Uint8Array;
  readonly state?: number;
  readonly name?: string;
  readonly version?: string;
  readonly handle?: number;
  readonly samples?: readonly Sample[];
  /** Of a sum of reads or writes. */
  readonly parts?: readonly Part[];
}

export interface Sample {
  readonly handle: number;
  readonly data: Uint8Array;
}

export interface Part {
  readonly group: number;
  readonly offset: number;
  readonly length: number;
  readonly data?: Uint8Array;
}

export const TCP_HEADER = 6;
export const HEADER = 32;
/** From the beginning of the message, behind the header of TCP. */
export const COMMAND_AT = TCP_HEADER + 16;
export const FLAGS_AT = TCP_HEADER + 18;
export const LENGTH_AT = TCP_HEADER + 20;
/** A sum asks for a few hundred values at most: 500, says Beckhoff. */
const MOST_PARTS = 1_024;

export function readAms(reader: ByteReader): AmsMessage {
  reader.open('AMS/TCP header', 'ADS/AMS, AMS/TCP Header');
  reader.constant16le(0, 'reserved');
  reader.u32le('length');
  reader.close();
  reader.open('AMS header', 'ADS/AMS, AMS Header');
  reader.u48le('target AMS Net Id', netId);
  const targetPort = reader.u16le('target AMS port', portName);
  reader.u48le('source AMS Net Id', netId);
  const sourcePort = reader.u16le('source AMS port', portName);
  const command = reader.u16le('command', commands);
  const flags = reader.u16le('state flags');
  const response = reader.bits(flags, RESPONSE, 'response');
  reader.bits(flags, ADS_COMMAND, 'ADS command');
  const length = reader.u32le('data length');
  const error = reader.u32le('error code', errorName);
  const invoke = reader.u32le('invoke id');
  reader.close();
  const whole = reader.limit(length, 'data length');
  const direction = response ? 'reply' : 'request';
  const body = response ? readAnswer(reader, command) : readQuestion(reader, command);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'unknown data');
  reader.release(whole);
  return {
    targetPort,
    sourcePort,
    command,
    direction,
    error,
    invoke,
    body,
  };
}

function readQuestion(reader: ByteReader, command: number): Body {
  switch (command) {
    case READ:
      return { ...readPlace(reader), length: reader.u32le('read length') };
    case WRITE: {
      const place = readPlace(reader);
      const length = reader.u32le('write length');
      return { ...place, length, data: reader.bytes(length, 'data') };
    }
    case WRITE_CONTROL: {
      const state = reader.u16le('ADS state', states);
      reader.u16le('device state');
      const length = reader.u32le('length');
      return { state, data: reader.bytes(length, 'data') };
    }
    case ADD_NOTIFICATION: {
      const place = readPlace(reader);
      const length = reader.u32le('length');
      reader.u32le('transmission mode', { 3: 'cyclic', 4: 'on change' });
      reader.u32le('maximum delay');
      reader.u32le('cycle time');
      reader.skip(16, 'reserved');
      return { ...place, length };
    }
    case DELETE_NOTIFICATION:
      return { handle: reader.u32le('notification handle') };
    case NOTIFICATION:
      return { samples: readSamples(reader) };
    case READ_WRITE:
      return readReadWrite(reader);
    default:
      return {};
  }
}

function readPlace(reader: ByteReader): { group: number; offset: number } {
  const group = reader.u32le('index group', groups);
  const offset = reader.u32le('index offset');
  return { group, offset };
}

function readReadWrite(reader: ByteReader): Body {
  const { group, offset } = readPlace(reader);
  const length = reader.u32le('read length');
  const size = reader.u32le('write length');
  const isSum = group === SUM_READ || group === SUM_WRITE || group === SUM_READ_WRITE;
  if (!isSum) return { group, offset, length, data: reader.bytes(size, 'data') };
  const whole = reader.limit(size, 'write length');
  const parts = readParts(reader, group, Math.min(offset, MOST_PARTS));
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  return { group, offset, length, parts };
}

/** First all places, then all data. */
function readParts(reader: ByteReader, group: number, count: number): Part[] {
  const places: { group: number; offset: number; length: number; size: number }[] = [];
  for (let i = 0; i < count; i++) {
    const place = readPlace(reader);
    const length = reader.u32le('length');
    const size = group === SUM_READ_WRITE ? reader.u32le('write length') : group === SUM_WRITE ? length : 0;
    places.push({ ...place, length, size });
  }
  return places.map(({ size, ...place }) =>
    group === SUM_READ ? place : { ...place, data: reader.bytes(size, 'data') },
  );
}

function readSamples(reader: ByteReader): Sample[] {
  const length = reader.u32le('length');
  const whole = reader.limit(length, 'length');
  const stamps = reader.u32le('time stamps');
  const samples: Sample[] = [];
  for (let i = 0; i < stamps && reader.remaining > 0; i++) {
    reader.open('stamp');
    reader.u64le('time', fileTime);
    const count = reader.u32le('samples');
    for (let k = 0; k < count && reader.remaining > 0; k++) {
      const handle = reader.u32le('notification handle');
      const size = reader.u32le('sample size');
      samples.push({ handle, data: reader.bytes(size, 'data') });
    }
    reader.close();
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'unknown data');
  reader.release(whole);
  return samples;
}

function readAnswer(reader: ByteReader, command: number): Body {
  // A router that answers in place of the addressee has no result to give.
  if (reader.remaining === 0) return {};
  const result = reader.u32le('result', errorName);
  switch (command) {
    case READ_DEVICE_INFO: {
      if (reader.remaining === 0) return { result };
      const major = reader.u8('major version');
      const minor = reader.u8('minor version');
      const build = reader.u16le('build');
      const name = reader.text(16, 'device name');
      return { result, name, version: `${major}.${minor}.${build}` };
    }
    case READ:
    case READ_WRITE: {
      if (reader.remaining === 0) return { result };
      const length = reader.u32le('length');
      return { result, length, data: reader.bytes(length, 'data') };
    }
    case READ_STATE: {
      if (reader.remaining === 0) return { result };
      const state = reader.u16le('ADS state', states);
      reader.u16le('device state');
      return { result, state };
    }
    case ADD_NOTIFICATION:
      return reader.remaining === 0 ? { result } : { result, handle: reader.u32le('notification handle') };
    default:
      return { result };
  }
}

/** `5.13.117.96.1.1`, of a number whose lowest octet came first. */
function netId(number: number): string {
  return Array.from({ length: 6 }, (_, i) => Math.floor(number / 2 ** (8 * i)) % 256).join('.');
}

function errorName(code: number): string | undefined {
  return code === 0 ? 'no error' : refusalOf(code).text;
}

/** 100 ns since 1601. */
function fileTime(ticks: bigint): string | undefined {
  const milliseconds = Number(ticks / 10_000n - 11_644_473_600_000n);
  return Math.abs(milliseconds) < 8.64e15 ? new Date(milliseconds).toISOString() : undefined;
}

/** Entries of a symbol upload, one behind the other; as many as make sense. */
export function symbolsIn(reader: ByteReader, most: number): Symbol[] {
  const symbols: Symbol[] = [];
  while (symbols.length < most && reader.remaining >= 30) {
    const symbol = readSymbol(reader);
    if (!symbol) break;
    symbols.push(symbol);
  }
  return symbols;
}

export function placeOf(body: Body): string {
  return body.group === undefined ? '' : placeName(body.group, body.offset ?? 0);
}
