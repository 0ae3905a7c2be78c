import type { Words } from '../../analysis/refusals.ts';

/** ANSI C12.19-2008 (IEEE 1377), section 9: standard tables by number; the decades that meters are seen to use. */
export const standardTables: Words = {
  0: 'general configuration',
  1: 'manufacturer identification',
  2: 'device nameplate',
  3: 'end device mode status',
  4: 'pending status',
  5: 'device identification',
  6: 'utility information',
  7: 'procedure initiate',
  8: 'procedure response',
  10: 'dimension sources limiting',
  11: 'actual sources limiting',
  12: 'unit of measure entry',
  13: 'demand control',
  14: 'data control',
  15: 'constants',
  16: 'source definition',
  20: 'dimension register',
  21: 'actual register',
  22: 'data selection',
  23: 'current register data',
  24: 'previous season data',
  25: 'previous demand reset data',
  26: 'self-read data',
  27: 'present register selection',
  28: 'present register data',
  30: 'dimension display',
  31: 'actual display',
  32: 'display source',
  33: 'primary display list',
  34: 'secondary display list',
  40: 'dimension security limiting',
  41: 'actual security limiting',
  42: 'security',
  43: 'default access control',
  44: 'access control',
  45: 'key',
  46: 'extended key',
  50: 'dimension time and TOU',
  51: 'actual time and TOU',
  52: 'clock',
  53: 'time offset',
  54: 'calendar',
  55: 'clock state',
  56: 'time remaining',
  57: 'precision clock state',
  60: 'dimension load profile',
  61: 'actual load profile',
  62: 'load profile control',
  63: 'load profile status',
  64: 'load profile data set 1',
  65: 'load profile data set 2',
  66: 'load profile data set 3',
  67: 'load profile data set 4',
  70: 'dimension log',
  71: 'actual log',
  72: 'events identification',
  73: 'history log control',
  74: 'history log data',
  75: 'event log control',
  76: 'event log data',
  80: 'dimension user-defined tables',
  81: 'actual user-defined tables',
  90: 'dimension telephone',
  91: 'actual telephone',
  93: 'originate communications',
  95: 'answer communications',
  110: 'dimension load control and pricing',
  111: 'actual load control and pricing',
  112: 'load control status',
  113: 'load control configuration',
  114: 'load control schedule',
  115: 'load control conditions',
  120: 'dimension network',
  121: 'actual network',
  122: 'interface control',
  123: 'exception report configuration',
  124: 'filtering rules',
  125: 'interface status',
  126: 'registration status',
  127: 'network statistics',
};

export const MANUFACTURER_TABLE = 1;
export const DEVICE_TABLE = 5;
export const PROCEDURE_TABLE = 7;
/** Passwords and keys. */
export const secretTables: ReadonlySet<number> = new Set([42, 45, 46]);

/** The number of a table has eleven bits; beyond are whose it is and whether it is pending: TABLE_IDA_BFLD. */
const NUMBER = 0x07ff;
const MANUFACTURERS = 0x0800;
const PENDING = 0x1000;

/** `ST 23 current register data`, `MT 5 (manufacturer's)`, as the standard abbreviates them. */
export function tableName(id: number): string {
  const number = id & NUMBER;
  const pending = id & PENDING ? ', pending' : '';
  if (id & MANUFACTURERS) return `MT ${number}${pending}`;
  const name = standardTables[number];
  return `ST ${number}${name === undefined ? '' : ` ${name}`}${pending}`;
}

/** Section 9, table 7: standard procedures. */
const procedures: Words = {
  0: 'cold start',
  1: 'warm start',
  2: 'save configuration',
  3: 'clear data',
  4: 'reset list pointers',
  5: 'update last read entry',
  6: 'change end device mode',
  7: 'clear standard status flags',
  8: 'clear manufacturer status flags',
  9: 'remote reset',
  10: 'set date and time',
  11: 'execute diagnostics',
  12: 'activate all pending tables',
  13: 'activate pending table',
  14: 'clear all pending tables',
  15: 'clear pending table',
  16: 'start load profile',
  17: 'stop load profile',
  18: 'log in',
  19: 'log out',
  20: 'initiate an immediate call',
  21: 'direct load control',
  22: 'modify credit',
};

/** TABLE_IDB_BFLD, little-endian as nearly all meters have their data. */
export function procedureName(id: number): string {
  const number = id & NUMBER;
  return id & MANUFACTURERS
    ? `manufacturer procedure ${number}`
    : (procedures[number] ?? `procedure ${number}`);
}
