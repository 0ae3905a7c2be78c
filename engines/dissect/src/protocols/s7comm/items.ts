import type { ByteReader } from '../../bytes/byte-reader.ts';
import {
  areaLetters,
  areas,
  BIT,
  COUNTER,
  DATA,
  INSTANCE,
  PERIPHERY,
  TIMER,
  type TransportSize,
  transportSizes,
} from './names.ts';

/** What a job asks for or writes to: one of its items. */
export interface Item {
  /** As the engineers write it: `DB10.DBX4.2`, `M20.0`, `IW4`, `P#DB1.DBX0.0 BYTE 20`. */
  readonly address: string;
  /** `INT`; empty where the item does not say. */
  readonly type: string;
  /** Set when the item names a range of memory. */
  readonly range?: Range;
}

export interface Range {
  readonly area: number;
  /** Of the data block; 0 elsewhere. */
  readonly block: number;
  /** In bits; for timers and counters their number. */
  readonly start: number;
  readonly count: number;
  readonly size: number;
}

const SPECIFICATION = 0x12;
const ANY = 0x10;
const DRIVE = 0xa2;
const BLOCK_READ = 0xb0;
const SYMBOL = 0xb2;

const syntaxes: Record<number, string> = {
  [ANY]: 'S7ANY',
  0x13: 'PBC-ID',
  0x15: 'alarm lock',
  0x16: 'alarm indication',
  0x19: 'alarm acknowledgement',
  0x1a: 'alarm query',
  0x1c: 'notify indication',
  0x82: 'NCK',
  0x83: 'NCK metric',
  0x84: 'NCK inch',
  [DRIVE]: 'DRIVEESANY',
  [BLOCK_READ]: 'DBREAD',
  [SYMBOL]: '1200SYM',
};

/** The items of a read or write job. `writing` decides whether the periphery is one of inputs or of outputs. */
export function readItems(reader: ByteReader, count: number, writing: boolean): Item[] {
  const items: Item[] = [];
  for (let i = 0; i < count; i++) {
    const from = reader.offset;
    items.push(readItem(reader, writing));
    if ((reader.offset - from) % 2 === 1 && i < count - 1) reader.skip(1, 'fill byte');
  }
  return items;
}

export function readItem(reader: ByteReader, writing: boolean): Item {
  reader.open('item');
  reader.constant8(SPECIFICATION, 'specification');
  const whole = reader.limit(reader.u8('length'), 'length');
  const syntax = reader.u8('syntax', syntaxes);
  const item = itemOf(reader, syntax, writing);
  reader.release(whole);
  reader.close();
  reader.remark(item.address);
  return item;
}

function itemOf(reader: ByteReader, syntax: number, writing: boolean): Item {
  switch (syntax) {
    case ANY:
      return readAny(reader, writing);
    case BLOCK_READ:
      return readBlockParts(reader);
    case SYMBOL:
      return readSymbol(reader);
    case 0x82:
    case 0x83:
    case 0x84:
      return readNumericControl(reader);
    default: {
      reader.skip(reader.remaining, 'address');
      const name = syntaxes[syntax] ?? `syntax 0x${syntax.toString(16).padStart(2, '0')}`;
      return { address: name, type: '' };
    }
  }
}

function readAny(reader: ByteReader, writing: boolean): Item {
  const size = reader.u8('transport size', (value) => transportSizes[value]?.name);
  const count = reader.u16('count');
  const block = reader.u16('data block');
  const area = reader.u8('area', areas);
  const start = reader.u24('address', area === TIMER || area === COUNTER ? undefined : bitAddress);
  const range = { area, block, start, count, size };
  return { address: addressOf(range, writing), type: transportSizes[size]?.name ?? '', range };
}

/** `4.2` */
function bitAddress(bits: number): string {
  return `${bits >> 3}.${bits & 7}`;
}

const widthLetters: Record<number, string> = { 1: 'B', 2: 'W', 4: 'D' };

/** How STEP 7 writes it; more than one unit as a pointer. */
export function addressOf({ area, block, start, count, size }: Range, writing: boolean): string {
  if (area === TIMER || area === COUNTER) {
    const letter = area === TIMER ? 'T' : 'C';
    return count > 1 ? `${letter}${start}–${letter}${start + count - 1}` : `${letter}${start}`;
  }
  const unit: TransportSize | undefined = transportSizes[size];
  const place = placeOf(area, block, writing);
  if (count === 1 && unit) {
    if (size === BIT) return place.bit + bitAddress(start);
    const letter = widthLetters[unit.width];
    if (letter && (start & 7) === 0) return `${place.unit}${letter}${start >> 3}`;
  }
  return `P#${place.pointer}${bitAddress(start)} ${unit?.name ?? `type ${size}`} ${count}`;
}

function placeOf(
  area: number,
  block: number,
  writing: boolean,
): { bit: string; unit: string; pointer: string } {
  if (area === DATA) return { bit: `DB${block}.DBX`, unit: `DB${block}.DB`, pointer: `DB${block}.DBX` };
  if (area === INSTANCE) return { bit: `DI${block}.DIX`, unit: `DI${block}.DI`, pointer: `DI${block}.DIX` };
  const letters = area === PERIPHERY ? (writing ? 'PQ' : 'PI') : (areaLetters[area] ?? `area ${area} `);
  return { bit: letters, unit: letters, pointer: `${letters} ` };
}

/** Reads of several stretches of data blocks, as S7-400 panels ask them. */
function readBlockParts(reader: ByteReader): Item {
  const parts: string[] = [];
  for (let left = reader.u8('parts'); left > 0; left--) {
    const length = reader.u8('bytes');
    const block = reader.u16('data block');
    const start = reader.u16('start');
    parts.push(`P#DB${block}.DBX${start}.0 BYTE ${length}`);
  }
  return { address: parts.join(', '), type: 'BYTE' };
}

const DATA_BLOCK = 0x8a0e;
const symbolAreas: Record<number, string> = { 0x50: 'I', 0x51: 'Q', 0x52: 'M', 0x53: 'C', 0x54: 'T' };

/** S7-1200/1500 variables by their place in the symbol tree, guarded by a checksum over their names. */
function readSymbol(reader: ByteReader): Item {
  reader.u8('reserved');
  const root = reader.u16('root', { [DATA_BLOCK]: 'data block', 0: 'I, Q, M, C, T' });
  const area = reader.u16('area', root === DATA_BLOCK ? undefined : symbolAreas);
  const checksum = reader.u32('symbol checksum');
  const path: number[] = [];
  while (reader.remaining >= 4)
    path.push(reader.u32('local identifier', (value) => String(value & 0xfffffff)));
  const place = root === DATA_BLOCK ? `DB${area}` : (symbolAreas[area] ?? `area ${area}`);
  const symbol = path.map((step) => `.${step & 0xfffffff}`).join('');
  return { address: `${place}${symbol} (symbol ${checksum.toString(16).padStart(8, '0')})`, type: '' };
}

const ncAreas: Record<number, string> = {
  0: 'N',
  1: 'B',
  2: 'C',
  3: 'A',
  4: 'T',
  5: 'V',
  6: 'H',
  7: 'M',
};

/** SINUMERIK variables: area and unit, column, line, module. */
function readNumericControl(reader: ByteReader): Item {
  const place = reader.u8('area and unit');
  const column = reader.u16('column');
  const line = reader.u16('line');
  const module = reader.u8('module');
  const lines = reader.u8('lines');
  const address = `NC ${ncAreas[place >> 5]}${place & 0x1f} module ${module} column ${column} line ${line}`;
  return { address: lines > 1 ? `${address} × ${lines}` : address, type: '' };
}

/** In bytes; 0 when the type is unknown. */
export function bytesOf({ size, count }: Range): number {
  if (size === BIT) return count;
  return (transportSizes[size]?.width ?? 0) * count;
}

/** Where within the bytes of `held` the bytes of `wanted` lie; -1 when they do not. */
export function within(held: Range, wanted: Range): number {
  if (held.area !== wanted.area || held.block !== wanted.block) return -1;
  if (held.size === BIT || held.area === TIMER || held.area === COUNTER) {
    return held.start === wanted.start && held.size === wanted.size && held.count >= wanted.count ? 0 : -1;
  }
  const length = wanted.size === BIT ? 1 : bytesOf(wanted);
  const from = (wanted.start >> 3) - (held.start >> 3);
  return length > 0 && from >= 0 && from + length <= bytesOf(held) ? from : -1;
}

export function overlaps(held: Range, wanted: Range): boolean {
  if (held.area !== wanted.area || held.block !== wanted.block) return false;
  return held.start < endOf(wanted) && wanted.start < endOf(held);
}

/** Behind the last bit; for timers and counters, behind the last number. */
function endOf(range: Range): number {
  const { area, start, count, size } = range;
  if (size === BIT || area === TIMER || area === COUNTER) return start + count;
  return start + bytesOf(range) * 8;
}
