/** IEEE 1815-2012, Annex A: the object groups. */
export const groups: Readonly<Record<number, string>> = {
  0: 'device attribute',
  1: 'binary input',
  2: 'binary input event',
  3: 'double-bit input',
  4: 'double-bit input event',
  10: 'binary output',
  11: 'binary output event',
  12: 'binary output command',
  13: 'binary output command event',
  20: 'counter',
  21: 'frozen counter',
  22: 'counter event',
  23: 'frozen counter event',
  30: 'analog input',
  31: 'frozen analog input',
  32: 'analog input event',
  33: 'frozen analog input event',
  34: 'analog input deadband',
  40: 'analog output',
  41: 'analog output command',
  42: 'analog output event',
  43: 'analog output command event',
  50: 'time and date',
  51: 'common time of occurrence',
  52: 'time delay',
  60: 'class',
  70: 'file',
  80: 'internal indications',
  81: 'device storage',
  82: 'device profile',
  83: 'private registration',
  85: 'data set prototype',
  86: 'data set descriptor',
  87: 'data set value',
  88: 'data set event',
  90: 'application',
  91: 'status of requested operation',
  100: 'floating point',
  101: 'binary-coded decimal',
  102: 'unsigned integer',
  110: 'octet string',
  111: 'octet string event',
  112: 'virtual terminal output',
  113: 'virtual terminal event',
  114: 'extended octet string',
  115: 'extended octet string event',
  120: 'authentication',
  121: 'security statistic',
  122: 'security statistic event',
};

/** Short, for values in one line. */
export const pointNames: Readonly<Record<number, string>> = {
  1: 'BI',
  2: 'BI',
  3: 'DBI',
  4: 'DBI',
  10: 'BO',
  11: 'BO',
  12: 'BO',
  13: 'BO',
  20: 'CTR',
  21: 'FCTR',
  22: 'CTR',
  23: 'FCTR',
  30: 'AI',
  31: 'FAI',
  32: 'AI',
  33: 'FAI',
  34: 'AI deadband',
  40: 'AO',
  41: 'AO',
  42: 'AO',
  43: 'AO',
  100: 'float',
  101: 'BCD',
  102: 'INT',
  110: 'string',
  111: 'string',
  112: 'terminal',
  113: 'terminal',
};

/** One part of an object. Sizes in octets below. */
export type Part =
  | 'flags'
  | 'status'
  | 'command'
  | 'time'
  | 'relative'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'i16'
  | 'i32'
  | 'f32'
  | 'f64'
  | 'bcd2'
  | 'bcd4'
  | 'bcd8'
  | 'interval'
  | 'units'
  | 'association'
  | 'group'
  | 'variation'
  | 'coarse'
  | 'fine';

const sizes: Record<Part, number> = {
  flags: 1,
  status: 1,
  command: 11,
  time: 6,
  relative: 2,
  u8: 1,
  u16: 2,
  u32: 4,
  i16: 2,
  i32: 4,
  f32: 4,
  f64: 8,
  bcd2: 2,
  bcd4: 4,
  bcd8: 8,
  interval: 4,
  units: 1,
  association: 2,
  group: 1,
  variation: 1,
  coarse: 2,
  fine: 2,
};

const counterEvents = {
  1: 'flags u32',
  2: 'flags u16',
  3: 'flags u32',
  4: 'flags u16',
  5: 'flags u32 time',
  6: 'flags u16 time',
  7: 'flags u32 time',
  8: 'flags u16 time',
};
const analogEvents = {
  1: 'flags i32',
  2: 'flags i16',
  3: 'flags i32 time',
  4: 'flags i16 time',
  5: 'flags f32',
  6: 'flags f64',
  7: 'flags f32 time',
  8: 'flags f64 time',
};

/** Objects of fixed size, in the order of their parts. `bits`: packed, that many to an object. */
const layouts: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: { 1: 'bits 1', 2: 'flags' },
  2: { 1: 'flags', 2: 'flags time', 3: 'flags relative' },
  3: { 1: 'bits 2', 2: 'flags' },
  4: { 1: 'flags', 2: 'flags time', 3: 'flags relative' },
  10: { 1: 'bits 1', 2: 'flags' },
  11: { 1: 'flags', 2: 'flags time' },
  12: { 1: 'command', 2: 'command', 3: 'bits 1' },
  13: { 1: 'status', 2: 'status time' },
  20: {
    1: 'flags u32',
    2: 'flags u16',
    3: 'flags u32',
    4: 'flags u16',
    5: 'u32',
    6: 'u16',
    7: 'u32',
    8: 'u16',
  },
  21: {
    ...counterEvents,
    9: 'u32',
    10: 'u16',
    11: 'u32',
    12: 'u16',
  },
  22: counterEvents,
  23: counterEvents,
  30: { 1: 'flags i32', 2: 'flags i16', 3: 'i32', 4: 'i16', 5: 'flags f32', 6: 'flags f64' },
  31: {
    1: 'flags i32',
    2: 'flags i16',
    3: 'flags i32 time',
    4: 'flags i16 time',
    5: 'i32',
    6: 'i16',
    7: 'flags f32',
    8: 'flags f64',
  },
  32: analogEvents,
  33: analogEvents,
  34: { 1: 'u16', 2: 'u32', 3: 'f32' },
  40: { 1: 'flags i32', 2: 'flags i16', 3: 'flags f32', 4: 'flags f64' },
  41: { 1: 'i32 status', 2: 'i16 status', 3: 'f32 status', 4: 'f64 status' },
  42: analogEvents,
  43: {
    1: 'status i32',
    2: 'status i16',
    3: 'status i32 time',
    4: 'status i16 time',
    5: 'status f32',
    6: 'status f64',
    7: 'status f32 time',
    8: 'status f64 time',
  },
  50: { 1: 'time', 2: 'time interval', 3: 'time', 4: 'time interval units' },
  51: { 1: 'time', 2: 'time' },
  52: { 1: 'coarse', 2: 'fine' },
  60: { 1: '', 2: '', 3: '', 4: '' },
  80: { 1: 'bits 1' },
  81: { 1: 'u8 group variation' },
  101: { 1: 'bcd2', 2: 'bcd4', 3: 'bcd8' },
  102: { 1: 'u8' },
  121: { 1: 'flags association u32' },
  122: { 1: 'flags association u32', 2: 'flags association u32 time' },
};

export interface Layout {
  readonly parts: readonly Part[];
  /** Octets of one object; 0 for packed ones. */
  readonly size: number;
  /** Bits of one packed object; 0 for all others. */
  readonly bits: number;
}

const known = new Map<number, Layout>();
for (const [group, variations] of Object.entries(layouts)) {
  for (const [variation, text] of Object.entries(variations)) {
    known.set(Number(group) * 256 + Number(variation), layoutFrom(text));
  }
}

/** Undefined for what we do not know, or what carries its own length. */
export function layoutOf(group: number, variation: number): Layout | undefined {
  return known.get(group * 256 + variation);
}

function layoutFrom(text: string): Layout {
  if (text.startsWith('bits ')) return { parts: [], size: 0, bits: Number(text.slice(5)) };
  const parts = (text === '' ? [] : text.split(' ')) as Part[];
  return { parts, size: parts.reduce((sum, part) => sum + sizes[part], 0), bits: 0 };
}

/** The variation is the length of the string. */
export function isString(group: number): boolean {
  return group >= 110 && group <= 113;
}
