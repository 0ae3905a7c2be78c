import { type ByteReader, u16At, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { crc32, CRC32_BEGIN } from '../../bytes/crc32.ts';
import { keys, runStates } from '../tristation/names.ts';
import { answers, ASK_FOR_DATA, type Bin, bins, CLOCK, DATA, READ, STATUS, types, VALUES } from './names.ts';

export interface TsaaMessage {
  readonly type: number;
  /** An answer has that of its question. */
  readonly sequence: number;
  readonly sound: boolean;
  /** Which points are asked for. */
  readonly ranges: readonly Range[];
  readonly points: readonly Point[];
  /** Where it speaks of points that its bin does not have, which are left out. */
  readonly beyond?: number | undefined;
  /** In an answer: 0 where all is well. */
  readonly response: number;
  readonly status?: Status | undefined;
  /** Of the clock, in seconds since 1970. */
  readonly time?: number | undefined;
}

/** By aliases. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Point {
  readonly alias: number;
  readonly value: number;
}

export interface Status {
  readonly key: number;
  readonly run: number;
  readonly project: string;
}

export const HEADER = 8;
export const CHECKSUM = 4;
const LENGTH_AT = 6;
/** Of a block of points. */
const DATA_BLOCK = 8;
const READ_BLOCK = 8;
const VALUES_BLOCK = 12;
const SHORTEST_STATUS = 78;

type Body = Partial<TsaaMessage>;

/** The length counts the header; a client was seen to leave it out where nothing follows, and answers to have it turned round. */
export function isSized(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start - CHECKSUM;
  if (size < HEADER) return false;
  const length = u16At(bytes, start + LENGTH_AT);
  return length === size || u16leAt(bytes, start + LENGTH_AT) === size || (length === 0 && size === HEADER);
}

export function crcAgrees(bytes: Uint8Array, start: number, end: number): boolean {
  return ~crc32(CRC32_BEGIN, bytes, start, end - CHECKSUM) === (u32leAt(bytes, end - CHECKSUM) | 0);
}

export function readTsaa(reader: ByteReader): TsaaMessage {
  const content = reader.peekBytes(reader.remaining - CHECKSUM);
  reader.open('header');
  const type = reader.u8('type', types);
  reader.u8('node number');
  const sequence = reader.u8('sequence number');
  reader.u8('version');
  const flag = reader.u8('flag');
  reader.bits(flag, 0x01, 'first part');
  reader.bits(flag, 0x02, 'last part');
  reader.u8('identification');
  const isTurned = reader.remaining >= 2 && ((reader.peek() << 8) | reader.peek(1)) !== content.length;
  if (isTurned) reader.u16le('length');
  else reader.u16('length');
  reader.close();
  const whole = reader.limit(content.length - HEADER, 'data');
  const body = readBody(reader, type);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  const right = ~crc32(CRC32_BEGIN, content, 0, content.length);
  const sound = (reader.u32le('checksum') | 0) === right;
  if (!sound) reader.remark(`should be ${right >>> 0}`);
  return { type, sequence, sound, ranges: [], points: [], response: 0, ...body };
}

function readBody(reader: ByteReader, type: number): Body {
  if (type === DATA) return { points: readData(reader) };
  if (type === ASK_FOR_DATA && reader.remaining >= 4) return { ranges: readBins(reader) };
  if (type === READ) return readRanges(reader);
  if (!answers(type) || reader.remaining < 4) return {};
  const response = reader.u8('response');
  reader.u8('reason');
  if (type === VALUES) return { response, ...readValues(reader) };
  reader.skip(2, 'reserved');
  if (type === CLOCK && reader.remaining >= 6) return { response, ...readClock(reader) };
  if (type === STATUS && reader.remaining >= SHORTEST_STATUS - 4) {
    return { response, status: readStatus(reader) };
  }
  return { response };
}

function readBins(reader: ByteReader): Range[] {
  const mask = reader.u16('bins');
  const wanted = bins.filter(({ name }, bit) => reader.bits(mask, 1 << bit, name) === 1);
  reader.u16('time');
  return wanted.map(({ first, most }) => ({ first, last: first + most - 1 }));
}

function readRanges(reader: ByteReader): Body {
  if (reader.remaining < 4) return {};
  const count = reader.u16('blocks');
  reader.skip(2, 'reserved');
  const ranges: Range[] = [];
  let beyond: number | undefined;
  for (let i = 0; i < count && reader.remaining >= READ_BLOCK; i++) {
    const bin = readBin(reader);
    reader.skip(3, 'reserved');
    const at = reader.offset;
    const offset = reader.u16('offset');
    const values = reader.u16('number of values');
    if (!bin) continue;
    const end = Math.min(bin.most, offset + Math.max(1, values));
    if (offset < end) ranges.push({ first: bin.first + offset, last: bin.first + end - 1 });
    if (offset + values > bin.most) beyond ??= at;
  }
  return { ranges, beyond };
}

function readBin(reader: ByteReader): Bin | undefined {
  return bins[reader.u8('bin', (number) => bins[number]?.name)];
}

/** Of a bin that comes in several parts, the first: how the offset of the others counts nobody told. */
function readData(reader: ByteReader): Point[] {
  if (reader.remaining < 4) return [];
  const count = reader.u16('blocks');
  reader.skip(2, 'reserved');
  const points: Point[] = [];
  for (let i = 0; i < count && reader.remaining >= DATA_BLOCK; i++) {
    const bin = readBin(reader);
    reader.u8('reserved');
    reader.u16('length of the bin');
    const offset = reader.u16('offset');
    const length = reader.u16('length');
    const rest = reader.limit(Math.min(length, reader.remaining), 'values');
    if (bin && offset === 0) readPoints(reader, bin, 0, bin.most, points);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'values');
    reader.release(rest);
  }
  return points;
}

function readValues(reader: ByteReader): Body {
  const count = reader.u16('blocks');
  const points: Point[] = [];
  let beyond: number | undefined;
  for (let i = 0; i < count && reader.remaining >= VALUES_BLOCK; i++) {
    const bin = readBin(reader);
    reader.u8('reserved');
    const at = reader.offset;
    const offset = reader.u16('offset');
    reader.u32('seconds');
    reader.u16('milliseconds');
    const values = reader.u16('number of values');
    const length = bin?.kind === 'bit' ? Math.ceil(values / 8) : values * 4;
    const rest = reader.limit(Math.min(length, reader.remaining), 'values');
    if (bin) readPoints(reader, bin, offset, Math.min(values, bin.most - offset), points);
    if (bin && offset + values > bin.most) beyond ??= at;
    if (reader.remaining > 0) reader.skip(reader.remaining, 'values');
    reader.release(rest);
  }
  return { points, beyond };
}

/** Low octet first, as a public client reads them. */
function readPoints(reader: ByteReader, bin: Bin, offset: number, most: number, points: Point[]): void {
  const { kind } = bin;
  const first = bin.first + offset;
  if (kind === 'bit') {
    for (let i = 0; i < most && reader.remaining > 0; i += 8) {
      const octet = reader.u8('points');
      for (let bit = 0; bit < 8 && i + bit < most; bit++) {
        points.push({ alias: first + i + bit, value: (octet >> bit) & 1 });
      }
    }
  } else if (kind !== 'status') {
    for (let i = 0; i < most && reader.remaining >= 4; i++) {
      const value = kind === 'real' ? reader.f32le('value') : reader.i32le('value');
      points.push({ alias: first + i, value });
    }
  }
}

function readClock(reader: ByteReader): Body {
  const time = reader.u32('seconds');
  reader.u16('milliseconds');
  return { time };
}

function readStatus(reader: ByteReader): Status {
  reader.u8('load in progress');
  reader.u8('change in progress');
  reader.u8('load state');
  reader.u8('single scan');
  reader.u8('program valid');
  const key = reader.u8('key', keys);
  const run = reader.u8('program', runStates);
  reader.u8('version of the executive');
  reader.skip(40, 'memory');
  reader.u16le('scan time');
  reader.u16le('actual scan time');
  reader.skip(4, 'unused');
  const minor = reader.u16le('minor version');
  const major = reader.u16le('major version');
  reader.u32le('time of the download');
  const name = reader.text(10, 'project');
  return { key, run, project: name === '' ? '' : `${name} ${major}.${minor}` };
}
