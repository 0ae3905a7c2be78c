import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** What a configuration frame says about the data frames of its stream: IEEE C37.118.2-2011, 6.4. */
export interface Configuration {
  /** Of a second. */
  readonly timeBase: number;
  readonly blocks: readonly Block[];
  /** Frames a second; negative: seconds a frame. */
  readonly rate: number;
}

/** One PMU. */
export interface Block {
  readonly station: string;
  readonly id: number;
  readonly format: number;
  readonly phasors: readonly Channel[];
  readonly analogs: readonly Channel[];
  /** Words of 16 states. */
  readonly digitals: readonly string[][];
  /** Hertz. */
  readonly nominal: number;
  readonly changes: number;
  /** Degrees; configuration 3 only. */
  readonly location?: string;
}

export interface Channel {
  readonly name: string;
  /** Volt, ampere or a unit of the user's, for each bit. */
  readonly scale: number;
  readonly unit: string;
}

// 6.4.2, FORMAT.
export const POLAR = 0x01;
export const FLOAT_PHASORS = 0x02;
export const FLOAT_ANALOGS = 0x04;
export const FLOAT_FREQUENCY = 0x08;

const NAME = 16;
const STATES = 16;
/** A frame of 64 KiB has no room for more. */
const MOST_BLOCKS = 2_184;

/** CFG-1 and CFG-2; the reader ends before the checksum. */
export function readConfiguration(reader: ByteReader): Configuration {
  const timeBase = readTimeBase(reader);
  const count = readCount(reader);
  const blocks = Array.from({ length: count }, () => readBlock(reader));
  return { timeBase, blocks, rate: readRate(reader) };
}

/** CFG-3: names of any length, and where the PMU stands. Undefined for a frame that continues another. */
export function readConfiguration3(reader: ByteReader): Configuration | undefined {
  const part = reader.u16('continuation', { 0: 'only frame', 0xffff: 'last frame' });
  if (part !== 0) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'part of a configuration');
    return undefined;
  }
  const timeBase = readTimeBase(reader);
  const count = readCount(reader);
  const blocks = Array.from({ length: count }, () => readBlock3(reader));
  return { timeBase, blocks, rate: readRate(reader) };
}

function readTimeBase(reader: ByteReader): number {
  const base = reader.u32('time base');
  return reader.bits(base, 0x00ff_ffff, 'fractions of a second') || 1;
}

function readCount(reader: ByteReader): number {
  const count = reader.u16('number of PMUs');
  if (count > MOST_BLOCKS) {
    throw new Malformed('number of PMUs', reader.offset - 2, `${count} do not fit into a frame`);
  }
  return count;
}

function readRate(reader: ByteReader): number {
  return reader.i16('data rate', (rate) => (rate > 0 ? `${rate} frames/s` : `${-rate} s a frame`));
}

function readBlock(reader: ByteReader): Block {
  reader.open('PMU', '6.4');
  const station = reader.text(NAME, 'station');
  const id = reader.u16('id');
  const { format, phasorCount, analogCount, digitalCount } = readShape(reader);
  const names = (count: number, field: string) =>
    Array.from({ length: count }, () => reader.text(NAME, field));
  const phasorNames = names(phasorCount, 'phasor');
  const analogNames = names(analogCount, 'analog');
  const digitals = Array.from({ length: digitalCount }, () => names(STATES, 'digital'));
  const phasors = phasorNames.map((name): Channel => {
    const word = reader.u32('phasor unit');
    const isCurrent = reader.bits(word, 0xff00_0000, 'kind', { 0: 'voltage', 1: 'current' }) === 1;
    const scale = reader.bits(word, 0x00ff_ffff, 'scale') * 1e-5;
    return { name, scale, unit: isCurrent ? 'A' : 'V' };
  });
  const analogs = analogNames.map((name): Channel => {
    const word = reader.u32('analog unit');
    reader.bits(word, 0xff00_0000, 'kind', { 0: 'point on wave', 1: 'effective value', 2: 'peak' });
    const bits = reader.bits(word, 0x00ff_ffff, 'scale');
    return { name, scale: (bits << 8) >> 8, unit: '' };
  });
  readMasks(reader, digitalCount);
  const rest = readEnd(reader);
  reader.close();
  return { station, id, format, phasors, analogs, digitals, ...rest };
}

// 6.5: names say their length, units are longer.
function readBlock3(reader: ByteReader): Block {
  reader.open('PMU', '6.5');
  const station = readName(reader, 'station');
  const id = reader.u16('id');
  reader.skip(16, 'global id');
  const { format, phasorCount, analogCount, digitalCount } = readShape(reader);
  const names = (count: number, field: string) =>
    Array.from({ length: count }, () => readName(reader, field));
  const phasorNames = names(phasorCount, 'phasor');
  const analogNames = names(analogCount, 'analog');
  const digitals = Array.from({ length: digitalCount }, () => names(STATES, 'digital'));
  const phasors = phasorNames.map((name): Channel => {
    reader.open('phasor scale');
    reader.u16('modifications');
    const isCurrent = (reader.u8('component') & 0x08) !== 0;
    reader.u8('user');
    const scale = reader.f32('scale');
    reader.f32('angle adjustment');
    reader.close();
    return { name, scale, unit: isCurrent ? 'A' : 'V' };
  });
  const analogs = analogNames.map((name): Channel => {
    reader.open('analog scale');
    const scale = reader.f32('scale');
    reader.f32('offset');
    reader.close();
    return { name, scale, unit: '' };
  });
  readMasks(reader, digitalCount);
  const [latitude, longitude] = [reader.f32('latitude'), reader.f32('longitude')];
  reader.f32('elevation');
  reader.text(1, 'service class');
  reader.i32('window');
  reader.i32('group delay');
  const rest = readEnd(reader);
  reader.close();
  const known = Number.isFinite(latitude) && Number.isFinite(longitude);
  const location = known ? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}` : undefined;
  return { station, id, format, phasors, analogs, digitals, ...rest, ...(location && { location }) };
}

function readShape(reader: ByteReader) {
  const format = reader.u16('format');
  reader.bits(format, POLAR, 'polar phasors');
  reader.bits(format, FLOAT_PHASORS, 'floating-point phasors');
  reader.bits(format, FLOAT_ANALOGS, 'floating-point analogs');
  reader.bits(format, FLOAT_FREQUENCY, 'floating-point frequency');
  const phasorCount = reader.u16('number of phasors');
  const analogCount = reader.u16('number of analogs');
  const digitalCount = reader.u16('number of digital words');
  // Every name takes an octet at least: a count that lies is noticed before anything is made for it.
  if (phasorCount + analogCount + digitalCount * STATES > reader.remaining) {
    throw new Malformed('number of phasors', reader.offset - 6, 'more channels than the frame has room for');
  }
  return { format, phasorCount, analogCount, digitalCount };
}

function readMasks(reader: ByteReader, count: number): void {
  for (let i = 0; i < count; i++) {
    reader.u16('normal states');
    reader.u16('valid states');
  }
}

function readEnd(reader: ByteReader): { nominal: number; changes: number } {
  const nominal = reader.u16('nominal frequency', (word) => (word & 1 ? '50 Hz' : '60 Hz')) & 1 ? 50 : 60;
  return { nominal, changes: reader.u16('configuration changes') };
}

function readName(reader: ByteReader, field: string): string {
  return reader.text(reader.u8(`${field} length`), field, 'utf-8');
}

/** Octets of one PMU in a data frame. */
export function blockSize({ format, phasors, analogs, digitals }: Block): number {
  const phasor = format & FLOAT_PHASORS ? 8 : 4;
  const frequency = format & FLOAT_FREQUENCY ? 8 : 4;
  const analog = format & FLOAT_ANALOGS ? 4 : 2;
  return 2 + phasors.length * phasor + frequency + analogs.length * analog + digitals.length * 2;
}

const UNIT = '\u001f';

/**
 * As text, for reading a data frame again: a line for each PMU with format, nominal frequency, numbers of digital
 * words and phasors, station, and of each channel name, scale and unit.
 */
export function written({ blocks }: Configuration): string {
  const clean = (name: string) => name.replaceAll(/[\n\u001f]/g, ' ');
  const lines = blocks.map(({ format, nominal, digitals, phasors, analogs, station }) =>
    [
      format,
      nominal,
      digitals.length,
      phasors.length,
      clean(station),
      ...[...phasors, ...analogs].flatMap(({ name, scale, unit }) => [clean(name), scale, unit]),
    ].join(UNIT),
  );
  return lines.join('\n');
}

/** It may come from outside: whatever is wrong with it, the frame then reads differently, and no more. */
export function blocksFrom(text: string): Block[] {
  return text.split('\n').map((line): Block => {
    const [format, nominal, digitals, phasors, station = '', ...rest] = line.split(UNIT);
    const channels: Channel[] = [];
    for (let i = 0; i + 2 < rest.length; i += 3) {
      channels.push({ name: rest[i]!, scale: Number(rest[i + 1]), unit: rest[i + 2]! });
    }
    const count = Math.min(channels.length, Number(phasors) || 0);
    return {
      station,
      id: 0,
      format: Number(format) || 0,
      phasors: channels.slice(0, count),
      analogs: channels.slice(count),
      digitals: Array.from({ length: Math.min(0xffff, Number(digitals) || 0) }, () => []),
      nominal: Number(nominal) || 0,
      changes: 0,
    };
  });
}
