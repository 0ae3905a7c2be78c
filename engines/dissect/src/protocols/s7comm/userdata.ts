import type { ByteReader } from '../../bytes/byte-reader.ts';
import { blockFile, type BlockInformation, readBlockInformation } from './blocks.ts';
import { refusalOf } from './errors.ts';
import { type Item, readItem } from './items.ts';
import * as s7 from './names.ts';
import { readList, readListRequest, type StatusList } from './szl.ts';
import { dateAndTime, readValues, type Value } from './values.ts';

export interface Userdata {
  readonly type: number;
  readonly group: number;
  readonly sub: number;
  /** Where an answer comes in several messages, these and the requests for them carry the same number. */
  readonly sequence: number;
  readonly last: boolean;
  /** 0 when all went well. */
  readonly error: number;
  readonly returned: number;
  readonly said: Said;
  /** Of the data, from the beginning of the message. */
  readonly from: number;
  readonly to: number;
}

export type Said =
  | { kind: 'none' }
  | { kind: 'list'; list: StatusList }
  | { kind: 'counts'; counts: { type: string; count: number }[] }
  | { kind: 'numbers'; numbers: number[] }
  | { kind: 'block'; block: string }
  | { kind: 'information'; information: BlockInformation }
  | { kind: 'clock'; time: string }
  | { kind: 'user'; user: string; events: number }
  | { kind: 'items'; items: Item[]; values: Value[] };

const NONE: Said = { kind: 'none' };
const LONG = 8;

/** @param continues that the data go on where those of an earlier message ended */
export function readUserdata(
  reader: ByteReader,
  parameters: number,
  data: number,
  continues: boolean,
): Userdata {
  reader.open('parameters');
  const whole = reader.limit(parameters, 'parameter length');
  reader.u24('head');
  const length = reader.u8('length');
  reader.u8('method', { 0x11: 'request', 0x12: 'response' });
  const kind = reader.u8('type and group');
  const type = reader.bits(kind, 0xf0, 'type', s7.userdataTypes);
  const group = reader.bits(kind, 0x0f, 'group', s7.groups);
  const sub = reader.u8('subfunction', s7.subfunctions[group]);
  const sequence = reader.u8('sequence');
  let [last, error] = [true, 0];
  if (length >= LONG) {
    reader.u8('data unit');
    last = reader.u8('last data unit', { 0: 'yes', 1: 'no' }) === 0;
    error = reader.u16('error code', (code) => (code === 0 ? 'none' : refusalOf(code).text));
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'more parameters');
  reader.release(whole);
  reader.close();
  if (data === 0) {
    return { type, group, sub, sequence, last, error, returned: s7.DONE, said: NONE, from: 0, to: 0 };
  }
  const rest = reader.limit(data, 'data length');
  reader.open('data');
  const returned = reader.u8('return code', s7.returnCodes);
  reader.u8('data size', s7.dataSizes);
  const said = reader.u16('length');
  const from = reader.offset;
  const inner = reader.limit(Math.min(said, reader.remaining), 'length');
  const whatWasSaid = continues ? NONE : readSaid(reader, type, group, sub, returned);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  const to = reader.offset;
  reader.release(inner);
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'after the data');
  reader.release(rest);
  return { type, group, sub, sequence, last, error, returned, said: whatWasSaid, from, to };
}

/** The data behind its own head. */
export function readSaid(
  reader: ByteReader,
  type: number,
  group: number,
  sub: number,
  returned: number,
): Said {
  if (reader.remaining === 0) return NONE;
  const asks = type === s7.REQUEST;
  if (!asks && returned !== s7.DONE) return NONE;
  switch ((group << 8) | sub) {
    case (s7.CPU << 8) | 0x01:
      if (reader.remaining < 4) return NONE;
      return { kind: 'list', list: asks ? readListRequest(reader) : readList(reader) };
    case (s7.CPU << 8) | 0x02:
      return asks ? readMessageService(reader) : NONE;
    case (s7.BLOCKS << 8) | 0x01:
      return asks ? NONE : readCounts(reader);
    case (s7.BLOCKS << 8) | 0x02:
      return asks ? readBlockType(reader) : readNumbers(reader);
    case (s7.BLOCKS << 8) | 0x03:
      return asks ? readBlockName(reader) : readInformation(reader);
    case (s7.TIME << 8) | 0x01:
    case (s7.TIME << 8) | 0x03:
      return asks ? NONE : readClock(reader);
    case (s7.TIME << 8) | 0x02:
    case (s7.TIME << 8) | 0x04:
      return asks ? readClock(reader) : NONE;
    case (s7.CYCLIC << 8) | 0x01:
    case (s7.CYCLIC << 8) | 0x05:
      return asks ? readSubscription(reader) : readCyclic(reader);
    case (s7.PROGRAMMER << 8) | 0x08:
    case (s7.PROGRAMMER << 8) | 0x09:
      return asks ? readModified(reader) : NONE;
    default:
      return NONE;
  }
}

function readMessageService(reader: ByteReader): Said {
  const events = reader.u8('subscribed events');
  reader.bits(events, 0x01, 'mode transitions');
  reader.bits(events, 0x02, 'system diagnostics');
  reader.bits(events, 0x04, 'user defined');
  reader.bits(events, 0x80, 'alarms');
  reader.skip(1, 'unknown');
  return { kind: 'user', events, user: reader.text(Math.min(8, reader.remaining), 'user') };
}

function readCounts(reader: ByteReader): Said {
  const counts: { type: string; count: number }[] = [];
  while (reader.remaining >= 4) {
    reader.open('block type');
    const digits = reader.text(2, 'type');
    const type = s7.blockTypes[digits.slice(1)] ?? digits;
    counts.push({ type, count: reader.u16('count') });
    reader.close();
    reader.remark(type);
  }
  return { kind: 'counts', counts };
}

function readBlockType(reader: ByteReader): Said {
  const digits = reader.text(Math.min(2, reader.remaining), 'type');
  return { kind: 'block', block: s7.blockTypes[digits.slice(-1)] ?? digits };
}

function readNumbers(reader: ByteReader): Said {
  const numbers: number[] = [];
  while (reader.remaining >= 4) {
    reader.open('block');
    numbers.push(reader.u16('number'));
    reader.u8('flags');
    reader.u8('language', s7.languages);
    reader.close();
  }
  return { kind: 'numbers', numbers };
}

function readBlockName(reader: ByteReader): Said {
  const { block } = blockFile(reader.text(Math.min(8, reader.remaining), 'block'));
  reader.remark(block);
  return { kind: 'block', block };
}

const INFORMATION = 70;

function readInformation(reader: ByteReader): Said {
  if (reader.remaining < INFORMATION) return NONE;
  return { kind: 'information', information: readBlockInformation(reader) };
}

function readClock(reader: ByteReader): Said {
  if (reader.remaining < 10) return NONE;
  reader.skip(1, 'reserved');
  reader.skip(1, 'century');
  const time = dateAndTime(reader.bytes(8, 'time'), 0);
  reader.remark(time);
  return { kind: 'clock', time };
}

/** Items that the device is to send again and again, and how often. */
function readSubscription(reader: ByteReader): Said {
  const count = reader.u16('items');
  const base = reader.u8('interval base', { 0: '100 ms', 1: '1 s', 2: '10 s' });
  const factor = reader.u8('interval factor');
  reader.remark(`every ${(factor * 10 ** base) / 10} s`);
  const items: Item[] = [];
  for (let i = 0; i < count && reader.remaining > 0; i++) items.push(readItem(reader, false));
  return { kind: 'items', items, values: [] };
}

function readCyclic(reader: ByteReader): Said {
  const count = reader.u16('items');
  if (reader.remaining < 4) return NONE;
  return { kind: 'items', items: [], values: readValues(reader, count) };
}

/** Places of a variable table: area in the high half of a byte, width in the low one; width 0 is a bit. */
const tableAreas: Record<number, string> = { 0: 'M', 1: 'I', 2: 'Q', 3: 'P', 5: 'T', 6: 'C', 7: 'DB' };
const tableWidths: Record<number, string> = { 1: 'B', 2: 'W', 3: 'D' };

/** What a variable table sets: places, then as many values. */
function readModified(reader: ByteReader): Said {
  if (reader.remaining < 4) return NONE;
  const head = reader.u16('length of the head');
  reader.u16('length of the table');
  reader.skip(head, 'head');
  const count = reader.u16('items');
  const items: Item[] = [];
  for (let i = 0; i < count && reader.remaining >= 6; i++) items.push(readTableItem(reader));
  return { kind: 'items', items, values: readValues(reader, items.length) };
}

function readTableItem(reader: ByteReader): Item {
  reader.open('item');
  const place = reader.u8('area and width');
  const area = reader.bits(place, 0xf0, 'area', tableAreas);
  const width = reader.bits(place, 0x0f, 'width', tableWidths);
  const repeat = reader.u8(width === 0 ? 'bit' : 'count');
  const block = reader.u16('data block');
  const start = reader.u16('start');
  const address = tableAddress(area, width, repeat, block, start);
  reader.close();
  reader.remark(address);
  return { address, type: width === 0 ? 'BOOL' : '' };
}

function tableAddress(area: number, width: number, repeat: number, block: number, start: number): string {
  const letters = tableAreas[area] ?? `area ${area} `;
  if (letters === 'T' || letters === 'C') return `${letters}${start}`;
  const place = letters === 'DB' ? `DB${block}.DB` : letters;
  if (width === 0) return `${place}${letters === 'DB' ? 'X' : ''}${start}.${repeat}`;
  const unit = `${place}${tableWidths[width] ?? `width ${width} `}${start}`;
  return repeat > 1 ? `${unit} × ${repeat}` : unit;
}
