import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Block, readBlocks, Types } from './blocks.ts';
import { readStructure, structures } from './diagnosis.ts';
import { ALARM_HIGH, ALARM_LOW, blockName } from './names.ts';
import { readStatus, type Status } from './status.ts';

/** IEC 61158-6-10, 4.7.6 (RTA): an alarm, its acknowledgement, or the end of the relation. */
export interface Alarm {
  readonly kind: number;
  readonly notification?: Notification;
  /** Of an error: why the relation ended. */
  readonly status?: Status;
  readonly blocks?: readonly Block[];
}

export interface Notification {
  readonly alarm: string;
  readonly slot: number;
  readonly subslot: number;
  readonly module: number;
  readonly faults: readonly string[];
}

export const DATA = 1;
export const ERROR = 4;

const kinds: Readonly<Record<number, string>> = {
  [DATA]: 'data',
  2: 'negative acknowledgement',
  3: 'acknowledgement',
  [ERROR]: 'error',
  5: 'request fragment',
  6: 'response fragment',
};

/** 5.2.7: AlarmType. */
const alarms: Readonly<Record<number, string>> = {
  0x01: 'diagnosis',
  0x02: 'process',
  0x03: 'pull',
  0x04: 'plug',
  0x05: 'status',
  0x06: 'update',
  0x07: 'media redundancy',
  0x08: 'controlled by supervisor',
  0x09: 'released',
  0x0a: 'plug of a wrong submodule',
  0x0b: 'return of submodule',
  0x0c: 'diagnosis disappears',
  0x0d: 'multicast communication mismatch',
  0x0e: 'port data change',
  0x0f: 'sync data changed',
  0x10: 'isochronous mode problem',
  0x11: 'network component problem',
  0x12: 'time data changed',
  0x13: 'dynamic frame packing problem',
  0x14: 'media redundancy with planned duplication problem',
  0x15: 'several interfaces mismatch',
  0x1e: 'upload and retrieval',
  0x1f: 'pull of a module',
};

/** The reader stands behind the frame identifier. */
export function readAlarm(reader: ByteReader, types = new Types()): Alarm {
  reader.open('alarm', 'IEC 61158-6-10, 4.7.6');
  reader.u16('destination endpoint');
  reader.u16('source endpoint');
  const word = reader.u8('type');
  const kind = reader.bits(word, 0x0f, 'kind', kinds);
  reader.bits(word, 0xf0, 'version');
  const flags = reader.u8('flags');
  reader.bits(flags, 0x0f, 'window size');
  reader.bits(flags, 0x10, 'acknowledge at once');
  reader.u16('send sequence');
  reader.u16('acknowledged sequence');
  const whole = reader.limit(reader.u16('length'), 'length');
  const content = kind === ERROR ? { status: readStatus(reader) } : readContent(reader, kind, types);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.release(whole);
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  return { kind, ...content };
}

function readContent(reader: ByteReader, kind: number, types: Types): Partial<Alarm> {
  if (kind !== DATA || reader.remaining < 6) return {};
  const type = (reader.peek() << 8) | reader.peek(1);
  if (type !== ALARM_HIGH && type !== ALARM_LOW) return { blocks: readBlocks(reader, types) };
  types.seen.push(type);
  return { notification: readNotification(reader) };
}

// 5.2.7.
function readNotification(reader: ByteReader): Notification {
  reader.open('notification', 'IEC 61158-6-10, 5.2.7');
  reader.u16('type', blockName);
  const whole = reader.limit(reader.u16('length'), 'length');
  reader.u8('version');
  reader.u8('minor version');
  const type = reader.u16('alarm type', alarms);
  reader.u32('API');
  const slot = reader.u16('slot');
  const subslot = reader.u16('subslot');
  const module = reader.u32('module');
  reader.u32('submodule');
  const specifier = reader.u16('specifier');
  reader.bits(specifier, 0x07ff, 'sequence');
  reader.bits(specifier, 0x0800, 'diagnosis of channels');
  reader.bits(specifier, 0x1000, 'diagnosis of the manufacturer');
  reader.bits(specifier, 0x2000, 'diagnosis of the submodule');
  reader.bits(specifier, 0x8000, 'diagnosis of the relation');
  const faults: string[] = [];
  while (reader.remaining >= 2) {
    faults.push(...readStructure(reader, reader.u16('structure', structures)));
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  }
  reader.release(whole);
  reader.close();
  return { alarm: alarms[type] ?? `alarm ${type}`, slot, subslot, module, faults };
}
