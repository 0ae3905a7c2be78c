import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { FactField } from '../../dissector.ts';

// System status lists: "System and Standard Functions" (A5E00709327), chapter "System Status Lists (SSL)".

/** What a list said about the device that answered. */
export interface StatusList {
  readonly id: number;
  readonly index: number;
  readonly facts: readonly { readonly field: FactField; readonly value: string }[];
  /** Findings that are no identity: `mode`, `protection`, … */
  readonly state: Readonly<Record<string, string | number>>;
}

/** By the low byte of the list's number; the high byte says which part of it. */
const lists: Record<number, string> = {
  0x00: 'all lists',
  0x11: 'module identification',
  0x12: 'CPU characteristics',
  0x13: 'user memory areas',
  0x14: 'system areas',
  0x15: 'block types',
  0x16: 'priority classes',
  0x17: 'permitted blocks',
  0x18: 'racks',
  0x19: 'status of the LEDs',
  0x1c: 'component identification',
  0x22: 'interrupt status',
  0x24: 'operating mode',
  0x25: 'process image partitions',
  0x31: 'communication capability',
  0x32: 'communication status and protection',
  0x33: 'diagnostic stations',
  0x37: 'Ethernet interfaces',
  0x71: 'redundant CPUs',
  0x74: 'status of the LEDs',
  0x75: 'switched slaves',
  0x82: 'startup events',
  0x90: 'DP masters',
  0x91: 'module status',
  0x92: 'rack and station status',
  0x94: 'station status',
  0x95: 'DP and PROFINET systems',
  0x96: 'module status, PROFINET',
  0xa0: 'diagnostic buffer',
  0xb1: 'module diagnostics',
  0xb2: 'module diagnostics by address',
  0xb3: 'module diagnostics by logical address',
  0xb4: 'slave diagnostics',
};

export function listName(id: number): string {
  return lists[id & 0xff] ?? 'unknown list';
}

export const isMode = (id: number) => (id & 0xff) === 0x24;

interface Telling {
  facts: { field: FactField; value: string }[];
  state: Record<string, string | number>;
}

type ReadRecord = (reader: ByteReader, telling: Telling) => void;

const records: Record<number, ReadRecord> = {
  0x11: readModule,
  0x1c: readComponent,
  0x24: readMode,
  0x32: readProtection,
  0xa0: readEvent,
};

/** The request names a list; the reader stands at its number. */
export function readListRequest(reader: ByteReader): StatusList {
  const { id, index } = readListName(reader);
  return { id, index, facts: [], state: {} };
}

/** The whole answer, or the first part of it; what does not fit into records is stepped over. */
export function readList(reader: ByteReader): StatusList {
  const { id, index } = readListName(reader);
  const telling: Telling = { facts: [], state: {} };
  if (reader.remaining < 4) return { id, index, ...telling };
  const length = reader.u16('record length');
  const count = reader.u16('records');
  const readRecord = records[id & 0xff];
  for (let i = 0; i < count && length > 0 && reader.remaining >= length; i++) {
    reader.open('record');
    const whole = reader.limit(length, 'record length');
    if (readRecord && length >= (shortest[id & 0xff] ?? 0)) readRecord(reader, telling);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    reader.release(whole);
    reader.close();
  }
  return { id, index, ...telling };
}

const shortest: Record<number, number> = { 0x11: 28, 0x1c: 34, 0x24: 4, 0x32: 12, 0xa0: 20 };

function readListName(reader: ByteReader): { id: number; index: number } {
  const id = reader.u16('list', listName);
  return { id, index: reader.u16('index') };
}

const MODULE = 1;
const HARDWARE = 6;
const FIRMWARE = 7;
const identifications: Record<number, string> = {
  [MODULE]: 'module',
  [HARDWARE]: 'basic hardware',
  [FIRMWARE]: 'basic firmware',
  0x81: 'firmware extension',
};

/** W#16#xy11: order number and two words of version. */
function readModule(reader: ByteReader, { facts }: Telling): void {
  const index = reader.u16('index', identifications);
  const order = reader.text(20, 'order number');
  reader.u16('kind of module');
  const major = reader.u16('version');
  const minor = reader.u16('version, continued');
  if (index === MODULE) facts.push({ field: 'orderNumber', value: order });
  if (index === MODULE && major > 0 && major < 0x100) facts.push({ field: 'hardware', value: String(major) });
  // 'V' and three numbers; older CPUs leave it empty.
  if (index === FIRMWARE && major >> 8 === 0x56) {
    const version = `V${major & 0xff}.${minor >> 8}.${minor & 0xff}`;
    reader.remark(version);
    facts.push({ field: 'firmware', value: version });
  }
}

const components: Record<number, { title: string; field?: FactField }> = {
  1: { title: 'name of the station', field: 'station' },
  2: { title: 'name of the module', field: 'name' },
  3: { title: 'plant designation', field: 'location' },
  4: { title: 'copyright' },
  5: { title: 'serial number', field: 'serial' },
  7: { title: 'module type', field: 'product' },
  8: { title: 'serial number of the memory card' },
  9: { title: 'manufacturer and profile' },
  10: { title: 'OEM identifier' },
  11: { title: 'location designation', field: 'location' },
};

/** W#16#xy1C: 32 characters each. */
function readComponent(reader: ByteReader, { facts, state }: Telling): void {
  const index = reader.u16('index', (value) => components[value & 0xff]?.title);
  const component = components[index & 0xff];
  if ((index & 0xff) === 9 || (index & 0xff) === 10) return reader.skip(32, component?.title ?? '');
  const text = reader.text(32, component?.title ?? 'text');
  if (component?.field) facts.push({ field: component.field, value: text });
  if ((index & 0xff) === 8 && text) state['memoryCard'] = text;
  if ((index & 0xff) === 4 && text === 'Original Siemens Equipment')
    facts.push({ field: 'vendor', value: 'Siemens' });
}

const operatingModes: Record<number, string> = {
  0x1: 'STOP (update)',
  0x2: 'STOP (memory reset)',
  0x3: 'STOP (self initialisation)',
  0x4: 'STOP',
  0x5: 'STARTUP (cold restart)',
  0x6: 'STARTUP (warm restart)',
  0x7: 'STARTUP (hot restart)',
  0x8: 'RUN',
  0x9: 'RUN (redundant)',
  0xa: 'HOLD',
  0xb: 'LINK-UP',
  0xc: 'UPDATE',
  0xd: 'DEFECTIVE',
  0xe: 'SELF-TEST',
  0xf: 'NO POWER',
};

/** W#16#xy24: the present mode in the low half of the fourth byte, the one before in the high half. */
function readMode(reader: ByteReader, { state }: Telling): void {
  reader.u16('event');
  reader.u8('mark');
  const mode = reader.u8('transition');
  reader.bits(mode, 0x0f, 'mode', operatingModes);
  reader.bits(mode, 0xf0, 'mode before', operatingModes);
  state['mode'] = operatingModes[mode & 0xf] ?? `mode ${mode & 0xf}`;
}

const KEY_SWITCHES: Record<number, string> = { 0: 'undefined', 1: 'RUN', 2: 'RUN-P', 3: 'STOP', 4: 'MRES' };

/** W#16#xy32, index 4: protection levels and the mode selector. */
function readProtection(reader: ByteReader, { state }: Telling): void {
  const index = reader.u16('index');
  if ((index & 0xff) !== 4) return;
  reader.u16('level by mode selector');
  reader.u16('level by configuration', { 0: 'no password' });
  const level = reader.u16('level in force');
  const selector = reader.u16('mode selector', KEY_SWITCHES);
  reader.u16('startup switch');
  state['protection'] = level;
  if (KEY_SWITCHES[selector]) state['selector'] = KEY_SWITCHES[selector];
}

/** W#16#xyA0: the newest entry comes first. */
function readEvent(reader: ByteReader, { state }: Telling): void {
  const event = reader.u16('event');
  state['newestEvent'] ??= event.toString(16).padStart(4, '0');
}
