import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import {
  type Block,
  blocksFrom,
  type Channel,
  type Configuration,
  FLOAT_ANALOGS,
  FLOAT_FREQUENCY,
  FLOAT_PHASORS,
  POLAR,
  readConfiguration,
  readConfiguration3,
} from './configuration.ts';
import { crc } from './crc.ts';

/** IEEE C37.118.2-2011, 6.2. */
export interface Frame {
  readonly type: number;
  readonly version: number;
  readonly stream: number;
  /** Seconds since 1970. */
  readonly second: number;
  readonly fraction: number;
  readonly checked: boolean;
  readonly command?: number;
  readonly text?: string;
  readonly configuration?: Configuration | undefined;
  readonly measurements?: readonly Measurement[] | undefined;
}

/** What one PMU measured. */
export interface Measurement {
  readonly station: string;
  readonly status: number;
  /** Magnitude in the unit of the channel and angle in degrees. */
  readonly phasors: readonly { name: string; magnitude: number; angle: number; unit: string }[];
  /** Hertz. */
  readonly frequency: number;
  /** Hertz per second. */
  readonly change: number;
  readonly analogs: readonly { name: string; value: number }[];
  readonly digitals: readonly number[];
}

export const SYNC = 0xaa;
export const HEADER = 14;
export const CHECKSUM = 2;
export const LEAST = HEADER + CHECKSUM;

export const DATA = 0;
export const TEXT = 1;
export const CONFIGURATION_1 = 2;
export const CONFIGURATION_2 = 3;
export const COMMAND = 4;
export const CONFIGURATION_3 = 5;
const types: Record<number, string> = {
  [DATA]: 'data',
  [TEXT]: 'header',
  [CONFIGURATION_1]: 'configuration 1',
  [CONFIGURATION_2]: 'configuration 2',
  [COMMAND]: 'command',
  [CONFIGURATION_3]: 'configuration 3',
};

// 6.6.
export const DATA_OFF = 1;
export const DATA_ON = 2;
export const EXTENDED = 8;
export const commands: Record<number, string> = {
  [DATA_OFF]: 'data off',
  [DATA_ON]: 'data on',
  3: 'send header',
  4: 'send configuration 1',
  5: 'send configuration 2',
  6: 'send configuration 3',
  [EXTENDED]: 'extended frame',
};

/** 6.3, STAT. */
export const DATA_ERROR = 0xc000;
export const NOT_IN_SYNC = 0x2000;
export const TRIGGERED = 0x0800;

/** @param layout what a configuration frame said, as `written` puts it; without, data stay unread */
export function readFrame(reader: ByteReader, layout: string | undefined): Frame {
  const size = reader.remaining;
  const content = reader.peekBytes(size - CHECKSUM);
  reader.open('header', '6.2');
  reader.constant8(SYNC, 'sync');
  const kind = reader.u8('frame');
  const type = reader.bits(kind, 0x70, 'type', types);
  const version = reader.bits(kind, 0x0f, 'version', { 1: '2005', 2: '2011' });
  const said = reader.u16('frame size');
  if (said < LEAST) throw new Malformed('frame size', 2, `is ${said}, must be ${LEAST} or more`);
  if (said > size) throw new Malformed('frame size', 2, `says ${said} bytes, ${size} are here`);
  const stream = reader.u16('stream');
  const second = reader.u32('second of century', (seconds) => new Date(seconds * 1_000).toISOString());
  const fraction = readFraction(reader);
  reader.close();
  const whole = reader.limit(said - LEAST, 'frame size');
  const body = readBody(reader, type, layout);
  reader.release(whole);
  const right = crc(content, 0, content.length);
  const checked = reader.u16('checksum') === right;
  if (!checked) reader.remark(`should be ${right}`);
  return { type, version, stream, second, fraction, checked, ...body };
}

function readFraction(reader: ByteReader): number {
  const word = reader.u32('fraction of second');
  reader.bits(word, 0x4000_0000, 'leap second added or removed');
  reader.bits(word, 0x2000_0000, 'leap second occurred');
  reader.bits(word, 0x1000_0000, 'leap second pending');
  reader.bits(word, 0x0f00_0000, 'time quality', timeQuality);
  return reader.bits(word, 0x00ff_ffff, 'fraction');
}

function timeQuality(code: number): string {
  if (code === 0) return 'locked to UTC';
  return code === 0xf ? 'clock failed' : `within ${10 ** (code - 10)} s`;
}

function readBody(reader: ByteReader, type: number, layout: string | undefined): Partial<Frame> {
  switch (type) {
    case DATA:
      return { measurements: layout === undefined ? unread(reader) : readData(reader, blocksFrom(layout)) };
    case TEXT:
      return { text: reader.text(reader.remaining, 'text', 'utf-8') };
    case CONFIGURATION_1:
    case CONFIGURATION_2:
      return { configuration: readRest(reader, readConfiguration(reader)) };
    case CONFIGURATION_3:
      return { configuration: readRest(reader, readConfiguration3(reader)) };
    case COMMAND: {
      const command = reader.u16('command', commands);
      return { command: readRest(reader, command) };
    }
    default:
      unread(reader);
      return {};
  }
}

function readRest<Value>(reader: ByteReader, value: Value): Value {
  if (reader.remaining > 0) reader.skip(reader.remaining, 'extended data');
  return value;
}

function unread(reader: ByteReader): undefined {
  if (reader.remaining > 0) reader.skip(reader.remaining, 'measurements');
  return undefined;
}

// 6.3.
function readData(reader: ByteReader, blocks: readonly Block[]): Measurement[] {
  const measurements = blocks.map((block) => readMeasurement(reader, block));
  return readRest(reader, measurements);
}

function readMeasurement(reader: ByteReader, block: Block): Measurement {
  const { format, station, nominal } = block;
  reader.open(station === '' ? 'PMU' : station, '6.3');
  const status = reader.u16('status');
  reader.bits(status, DATA_ERROR, 'data error', {
    0: 'good',
    1: 'PMU error',
    2: 'test mode',
    3: 'PMU error',
  });
  reader.bits(status, NOT_IN_SYNC, 'not in sync');
  reader.bits(status, 0x1000, 'sorted by arrival');
  reader.bits(status, TRIGGERED, 'trigger');
  reader.bits(status, 0x0400, 'configuration will change');
  reader.bits(status, 0x0200, 'data modified');
  reader.bits(status, 0x01c0, 'time quality');
  reader.bits(status, 0x0030, 'unlocked time');
  reader.bits(status, 0x000f, 'trigger reason');
  const phasors = block.phasors.map((channel) => readPhasor(reader, channel, format));
  const floating = (format & FLOAT_FREQUENCY) !== 0;
  const frequency = floating
    ? reader.f32('frequency')
    : nominal + reader.i16('deviation of frequency') / 1_000;
  const change = floating ? reader.f32('change of frequency') : reader.i16('change of frequency') / 100;
  const analogs = block.analogs.map(({ name, scale }) => {
    const value = format & FLOAT_ANALOGS ? reader.f32(name) : reader.i16(name) * (scale || 1);
    return { name, value: rounded(value) };
  });
  const digitals = block.digitals.map(() => reader.u16('digital states'));
  reader.close();
  return {
    station,
    status,
    phasors,
    frequency: rounded(frequency),
    change: rounded(change),
    analogs,
    digitals,
  };
}

/** Table 6. Integers are scaled by the configuration: 10^-5 units a bit, and 10^-4 radians a bit. */
function readPhasor(reader: ByteReader, { name, scale, unit }: Channel, format: number) {
  reader.open(name === '' ? 'phasor' : name);
  const floating = (format & FLOAT_PHASORS) !== 0;
  let [magnitude, angle]: [number, number] = [0, 0];
  if (format & POLAR) {
    magnitude = floating ? reader.f32('magnitude') : reader.u16('magnitude') * scale;
    angle = floating ? reader.f32('angle') : reader.i16('angle') / 10_000;
  } else {
    const real = floating ? reader.f32('real') : reader.i16('real') * scale;
    const imaginary = floating ? reader.f32('imaginary') : reader.i16('imaginary') * scale;
    magnitude = Math.hypot(real, imaginary);
    angle = Math.atan2(imaginary, real);
  }
  reader.close();
  return { name, magnitude: rounded(magnitude), angle: rounded((angle * 180) / Math.PI), unit };
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : value;
}
