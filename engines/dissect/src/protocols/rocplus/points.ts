import type { ByteReader } from '../../bytes/byte-reader.ts';

/**
 * Types of parameters by type of point: ROC Plus Protocol Specifications Manual, 3.3 and 3.4. Those that an operator
 * meets; what is not here stays the octets it is.
 */
type Kind =
  | 'u8'
  | 'bits'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'u16'
  | 'u32'
  | 'f32'
  | 'f64'
  | 'time'
  | 'tlp'
  | 'secret'
  | `text${number}`;

interface Point {
  readonly name: string;
  readonly kinds: readonly (Kind | undefined)[];
  readonly names: Readonly<Record<number, string>>;
}

/** Which parameter of which point, as the manual writes it: type, logical number, parameter. */
export interface Tlp {
  readonly type: number;
  readonly logical: number;
  readonly parameter: number;
}

export interface Item extends Tlp {
  /** Undefined where only somebody else may know it. */
  readonly value?: number | string | undefined;
}

const alarmLimits = (first: number): Record<number, string> => ({
  [first]: 'low low alarm',
  [first + 1]: 'low alarm',
  [first + 2]: 'high alarm',
  [first + 3]: 'high high alarm',
});

const points: ReadonlyMap<number, Point> = new Map([
  [
    91,
    point('system', 'u8*2 text20*5 - u16*2 u8*3 u16*2 u8*8', {
      2: 'station name',
      3: 'part number and version',
      19: 'clear FSTs',
      20: 'clear configuration memory',
      21: 'write to configuration memory',
    }),
  ],
  [92, point('logon', 'text3 u8*3 secret u8*19', { 0: 'operator', 4: 'password', 5: 'access level' })],
  [98, point('soft point', 'text40 f32*20 u32*2 u16*10 u8*10 f64*10 u32*8 u8', {})],
  [99, point('opcode table', 'f32 tlp*44', { 0: 'revision' })],
  [100, point('power control', 'text10 u8*2 u16*3 u32*6 u8 u32*2 tlp f32 u32*2 f32', { 2: 'enable' })],
  [
    101,
    point('discrete input', 'text10 u8 f32 u8*3 u32 f32*2 u8*3 bits f32*2 u8', {
      1: 'scanning',
      3: 'status',
      6: 'accumulated value',
    }),
  ],
  [
    102,
    point('discrete output', 'text10*2 u8*4 bits u8*2 u32 u8*4 f32*7 u8*2 f32 u8*3', {
      2: 'scanning mode',
      8: 'auto output',
      20: 'EU value',
      21: 'manual output',
      22: 'failsafe output',
      24: 'physical output',
    }),
  ],
  [
    103,
    point('analog input', 'text10*2 u8 f32*2 u8*2 u16*6 f32*9 u8 f32*6 u8*3 bits f32 u8*3 f32 u8 f32', {
      2: 'scanning',
      20: 'manual value',
      21: 'EU value',
      ...alarmLimits(23),
      34: 'calibration mode',
      37: 'failsafe value',
    }),
  ],
  [
    104,
    point('analog output', 'text10*2 u8*4 bits u8 u16*2 f32*3 u16 f32*3', {
      2: 'scanning mode',
      12: 'auto value',
      14: 'manual value',
      15: 'failsafe value',
      16: 'physical value',
    }),
  ],
  [
    105,
    point('pulse input', 'text10*2 u8 f32 u32 u8 u32 u8*2 f32*2 u8 f32*8 u8*3 bits f32*4', {
      2: 'scanning',
      4: 'accumulated value',
      10: 'current rate',
      13: 'EU value',
      ...alarmLimits(14),
      27: 'frequency',
    }),
  ],
  [
    106,
    point('RTD', 'text10*2 u8 f32*2 u8*3 u16*6 f32*9 u8 f32*6 u8*3 bits f32 u8*3', {
      2: 'scanning',
      21: 'manual value',
      22: 'EU value',
      ...alarmLimits(24),
    }),
  ],
  [
    107,
    point('thermocouple', 'text10*2 u8*3 f32*2 u8*2 f32*7 u8*3 bits f32 u8 f32', {
      2: 'scanning',
      9: 'EU value',
      ...alarmLimits(10),
    }),
  ],
  [
    108,
    point(
      'multi-variable sensor',
      'text10 u8*7 f32 u8 bits*2 f32*13 u8*3 bits f32*11 u8*3 bits f32*11 u8*3 bits u8*2 f32 u8*2 f32*3 u16 u8',
      { 2: 'poll mode', 19: 'differential pressure', 35: 'static pressure', 50: 'temperature' },
    ),
  ],
  [
    109,
    point('system analog input', 'text10*2 u8 f32*2 u8*2 u16*3 f32*3 u8 f32*6 u8*3 bits u8', {
      12: 'EU value',
    }),
  ],
  [
    110,
    point(
      'PID',
      'text10 u8 f32*2 u8*4 tlp f32 tlp f32*10 u8*2 tlp f32 tlp f32*10 u8 f32 tlp*3 f32*2 u8*10 f32*2 tlp*2 f32',
      {
        1: 'mode',
        9: 'process variable',
        11: 'setpoint',
        15: 'proportional gain',
        16: 'integral gain',
        17: 'derivative gain',
        24: 'override process variable',
        26: 'override setpoint',
        37: 'output',
      },
    ),
  ],
  [
    112,
    point(
      'station',
      'text10 u8*7 bits f32*3 u8 f32*2 u8 f32 u8 f32*3 u8 f32*2 u8*2 f32*20 u8 f32*19 u8*2 f32',
      {
        22: 'heating value',
        53: 'flow rate per day',
        54: 'energy rate per day',
        55: 'flow today',
        56: 'flow yesterday',
      },
    ),
  ],
  [
    113,
    point(
      'orifice meter run',
      'text10 text30 u8*5 bits f32*3 u8 f32*2 u8 f32*2 u8 f32*3 u8 f32*2 tlp*2 f32 tlp f32 tlp f32 u8*2 f32*2 u8*6 bits',
      {
        12: 'pipe diameter',
        15: 'orifice diameter',
        26: 'differential pressure',
        28: 'static pressure',
        30: 'temperature',
        34: 'user correction factor',
      },
    ),
  ],
  [
    114,
    point('orifice meter run values', 'f32*28', {
      0: 'flow rate per day',
      1: 'energy rate per day',
      2: 'flow rate per hour',
      19: 'flow today',
      20: 'flow yesterday',
      23: 'flow accumulated',
    }),
  ],
]);

/** `u8*2 - text20`: two octets, one nobody knows, twenty characters. */
function point(name: string, kinds: string, names: Readonly<Record<number, string>>): Point {
  const all = kinds.split(' ').flatMap((group) => {
    const [kind, times = '1'] = group.split('*');
    return Array.from({ length: Number(times) }, () => (kind === '-' ? undefined : (kind as Kind)));
  });
  return { name, kinds: all, names };
}

const sizes: Readonly<Record<string, number>> = {
  u8: 1,
  bits: 1,
  u16: 2,
  u32: 4,
  f32: 4,
  f64: 8,
  time: 4,
  tlp: 3,
  secret: 2,
};

function kindOf({ type, parameter }: Tlp): Kind | undefined {
  return points.get(type)?.kinds[parameter];
}

/** Octets of a value, undefined where the type is not known. */
export function sizeOf(tlp: Tlp): number | undefined {
  const kind = kindOf(tlp);
  return kind && (sizes[kind] ?? Number(kind.slice('text'.length)));
}

export function readTlp(reader: ByteReader, group: string): Tlp {
  reader.open(group, '3.1');
  const type = reader.u8('point type', (number) => points.get(number)?.name);
  const logical = reader.u8('logical number');
  const parameter = reader.u8('parameter', (number) => points.get(type)?.names[number]);
  reader.close();
  return { type, logical, parameter };
}

/** The value of a parameter whose type is known. */
export function readValue(reader: ByteReader, tlp: Tlp): number | string | undefined {
  const kind = kindOf(tlp)!;
  const name = points.get(tlp.type)!.names[tlp.parameter] ?? 'value';
  return readKind(reader, kind, name);
}

/** By type, as the manual lists them in 3.3. */
export function readKind(reader: ByteReader, kind: Kind, name: string): number | string | undefined {
  switch (kind) {
    case 'u8':
    case 'bits':
      return reader.u8(name);
    case 'i8':
      return reader.i8(name);
    case 'i16':
      return reader.i16le(name);
    case 'i32':
      return reader.i32le(name);
    case 'u16':
      return reader.u16le(name);
    case 'u32':
      return reader.u32le(name);
    case 'f32':
      return reader.f32le(name);
    case 'f64':
      return reader.f64le(name);
    case 'time':
      return moment(reader.u32le(name, moment));
    case 'tlp':
      return tlpName(readTlp(reader, name));
    case 'secret':
      reader.secret(2, name);
      return undefined;
    default:
      return reader.text(Number(kind.slice('text'.length)), name);
  }
}

/** Seconds since 1970. */
export function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

export function tlpName({ type, logical, parameter }: Tlp): string {
  return `${type},${logical},${parameter}`;
}

/** `103,0,21 (analog input EU value)`. */
export function itemName(tlp: Tlp): string {
  const known = points.get(tlp.type);
  if (!known) return tlpName(tlp);
  const name = known.names[tlp.parameter];
  return `${tlpName(tlp)} (${known.name}${name === undefined ? '' : ` ${name}`})`;
}

/** One number for each parameter there can be. */
export function indexOf({ type, logical, parameter }: Tlp): number {
  return (type << 16) | (logical << 8) | parameter;
}

export function nameOfIndex(index: number): string {
  return itemName({ type: index >> 16, logical: (index >> 8) & 0xff, parameter: index & 0xff });
}

/** Who may log in. */
export const LOGON = 92;
export const PASSWORD = 4;
