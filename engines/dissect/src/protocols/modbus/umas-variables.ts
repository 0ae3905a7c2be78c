import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Endpoint } from '../../dissector.ts';

/** Where a variable lies: Control Expert puts those without an address into blocks of memory. */
export interface UmasPlace {
  readonly block: number;
  readonly offset: number;
  /** Octets of one value. */
  readonly size: number;
  readonly count: number;
}

export interface UmasItem {
  readonly place: UmasPlace;
  readonly bytes: Uint8Array;
}

export interface UmasSymbol {
  readonly block: number;
  readonly offset: number;
  readonly type: number;
  readonly name: string;
}

/** By how plc4x asks for them: an index of sizes. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 4: 4 };
const ARRAY = 0x10;
const MOST_PLACES = 255;
const MOST_VALUES = 64;

/** Functions 0x22 and 0x23 name the CRC of the project, and then each variable. */
export function readPlaces(reader: ByteReader): UmasPlace[] {
  reader.u32le('project CRC');
  const places: UmasPlace[] = [];
  for (let left = reader.u8('variables'); left > 0 && reader.remaining >= 7; left--) {
    reader.open('variable');
    const { size, isArray } = readKind(reader);
    const block = reader.u16le('block');
    reader.u8('unknown');
    const base = reader.u16le('base offset');
    const offset = base * 256 + reader.u8('offset');
    const count = isArray ? reader.u16le('elements') : 1;
    reader.close();
    if (places.length < MOST_PLACES) places.push({ block, offset, size, count });
  }
  return places;
}

export function readWrittenItems(reader: ByteReader): UmasItem[] {
  reader.u32le('project CRC');
  const items: UmasItem[] = [];
  for (let left = reader.u8('variables'); left > 0 && reader.remaining >= 7; left--) {
    reader.open('variable');
    const { size, isArray } = readKind(reader);
    const block = reader.u16le('block');
    const base = reader.u16le('base offset');
    const offset = reader.u16le('offset') * 0x1_0000 + base;
    const count = isArray ? reader.u16le('elements') : 1;
    const bytes = reader.bytes(Math.min(size * count, reader.remaining), 'value').slice();
    reader.close();
    items.push({ place: { block, offset, size, count }, bytes });
  }
  return items;
}

/** The values of an answer follow one another as they were asked for. */
export function readItems(reader: ByteReader, places: readonly UmasPlace[]): UmasItem[] {
  const items: UmasItem[] = [];
  for (const place of places) {
    const length = place.size * place.count;
    if (length > reader.remaining) break;
    items.push({ place, bytes: reader.bytes(length, `block ${place.block} offset ${place.offset}`) });
  }
  return items;
}

function readKind(reader: ByteReader): { size: number; isArray: boolean } {
  const kind = reader.u8('kind');
  const isArray = reader.bits(kind, ARRAY, 'array') === 1;
  return { isArray, size: sizes[reader.bits(kind, 0x0f, 'size')] ?? 1 };
}

/** Function 0x26, records of names: what lies where, and of which type. */
export function readSymbols(reader: ByteReader): UmasSymbol[] {
  const symbols: UmasSymbol[] = [];
  reader.u8('range');
  reader.u16le('next');
  reader.u16le('unknown');
  for (let left = reader.u16le('records'); left > 0 && reader.remaining > 10; left--) {
    reader.open('record');
    const type = reader.u16le('type', typeNames);
    const block = reader.u16le('block');
    const offset = reader.u16le('offset');
    reader.u16le('unknown');
    reader.u16le('length of name');
    let length = 0;
    while (reader.peek(length) > 0) length++;
    const name = reader.text(length, 'name');
    if (reader.remaining > 0) reader.u8('end of name');
    reader.close();
    symbols.push({ block, offset, type, name });
  }
  return symbols;
}

const INT = 4;
const DINT = 6;
const REAL = 8;

const typeNames: Readonly<Record<number, string>> = {
  1: 'BOOL',
  [INT]: 'INT',
  5: 'UINT',
  [DINT]: 'DINT',
  7: 'UDINT',
  [REAL]: 'REAL',
  9: 'STRING',
  10: 'TIME',
  14: 'DATE',
  15: 'TOD',
  16: 'DT',
  21: 'BYTE',
  22: 'WORD',
  23: 'DWORD',
  25: 'EBOOL',
};

export interface UmasValue {
  readonly name: string;
  readonly value: number;
}

const MOST_SYMBOLS = 16_384;
const BLOCKS = 0x1_0000_0000;

/** What variables are called, as far as somebody asked a controller for its dictionary. */
export class Dictionaries {
  readonly #symbols = new Map<Endpoint, Map<number, UmasSymbol>>();
  #size = 0;
  dropped = 0;

  learn(about: Endpoint, symbol: UmasSymbol): void {
    let own = this.#symbols.get(about);
    if (!own) this.#symbols.set(about, (own = new Map()));
    const key = keyOf(symbol);
    if (!own.has(key)) {
      if (this.#size >= MOST_SYMBOLS) {
        this.dropped++;
        return;
      }
      this.#size++;
    }
    own.set(key, symbol);
  }

  nameOf(about: Endpoint, place: UmasPlace): string {
    return this.#symbolAt(about, place)?.name ?? `block ${place.block} offset ${place.offset}`;
  }

  /** Each element by its name. Without a type, numbers are taken to be signed integers. */
  valuesOf(about: Endpoint, { place, bytes }: UmasItem): UmasValue[] {
    const type = this.#symbolAt(about, place)?.type ?? -1;
    const name = this.nameOf(about, place);
    const { size } = place;
    const values: UmasValue[] = [];
    for (let at = 0; at + size <= bytes.length && values.length < MOST_VALUES; at += size) {
      const element = place.count === 1 ? name : `${name}[${at / size}]`;
      values.push({ name: element, value: valueAt(bytes, at, size, type) });
    }
    return values;
  }

  /** Some write the whole offset where others write what lies above its lowest octet. */
  #symbolAt(about: Endpoint, { block, offset }: UmasPlace): UmasSymbol | undefined {
    const own = this.#symbols.get(about);
    const exact = own?.get(keyOf({ block, offset }));
    return exact ?? (offset % 256 === 0 ? own?.get(keyOf({ block, offset: offset / 256 })) : undefined);
  }
}

function keyOf({ block, offset }: { readonly block: number; readonly offset: number }): number {
  return block * BLOCKS + offset;
}

const unsigned: ReadonlySet<number> = new Set([5, 7, 10, 14, 15, 16, 21, 22, 23]);

function valueAt(bytes: Uint8Array, at: number, size: number, type: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
  if (size === 1) return type === 1 || type === 25 ? view.getUint8(0) & 1 : view.getUint8(0);
  if (size === 2) return unsigned.has(type) ? view.getUint16(0, true) : view.getInt16(0, true);
  if (type === REAL) return view.getFloat32(0, true);
  return unsigned.has(type) ? view.getUint32(0, true) : view.getInt32(0, true);
}

/** As text, to be kept with the place of an answer. */
export function writtenPlaces(places: readonly UmasPlace[]): string {
  return places.map(({ block, offset, size, count }) => [block, offset, size, count].join(',')).join(';');
}

export function placesOf(text: string | number | undefined): UmasPlace[] {
  if (typeof text !== 'string' || text === '') return [];
  return text.split(';').map((part) => {
    const [block = 0, offset = 0, size = 1, count = 1] = part.split(',').map(Number);
    return { block, offset, size, count };
  });
}
