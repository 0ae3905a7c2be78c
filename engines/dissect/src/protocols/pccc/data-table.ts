import type { ByteReader } from '../../bytes/byte-reader.ts';

/** Where in the data table: a file, an element of it, a word of that. */
export interface Place {
  readonly letter: string;
  readonly file: number;
  readonly element: number;
  readonly sub: number;
  /** Of a PLC-5: inputs and outputs are numbered in octal, and floats come with the upper word first. */
  readonly plc5: boolean;
}

/** One value of the data table, or one bit of it, by the address a practitioner writes. */
export interface Item {
  readonly name: string;
  readonly value: number | string;
  /** The word it stands in, whichever way it was addressed; -1 for text. */
  readonly index: number;
  /** -1 for the whole word. */
  readonly bit: number;
}

/** 1770-6.5.16, chapter 13: types of the files of SLC 500 and MicroLogix. */
export const fileTypes: Readonly<Record<number, string>> = {
  0x80: 'O',
  0x81: 'I',
  0x82: 'O',
  0x83: 'I',
  0x84: 'S',
  0x85: 'B',
  0x86: 'T',
  0x87: 'C',
  0x88: 'R',
  0x89: 'N',
  0x8a: 'F',
  0x8b: 'O',
  0x8c: 'I',
  0x8d: 'ST',
  0x8e: 'A',
  0x8f: 'D',
  0x91: 'L',
  0x92: 'MG',
  0x93: 'PD',
  0x94: 'PLS',
};

/** Of a PLC-5, when nobody made them anew: what the first files are. Others have no letter on the wire. */
export const defaultFiles: readonly string[] = ['O', 'I', 'S', 'B', 'T', 'C', 'R', 'N', 'F'];

/** A word of type/data parameters (chapter 13), by the letter of files that hold such elements. */
export const elementTypes: Readonly<Record<number, string>> = { 4: 'N', 5: 'T', 6: 'C', 7: 'R', 8: 'F' };

/** Timers, counters and controls are three words: flags, then these. */
const words: Readonly<Record<string, readonly string[]>> = {
  T: ['', '.PRE', '.ACC'],
  C: ['', '.PRE', '.ACC'],
  R: ['', '.LEN', '.POS'],
};

/** Of their flags, from bit 15 down. */
const flags: Readonly<Record<string, readonly string[]>> = {
  T: ['EN', 'TT', 'DN'],
  C: ['CU', 'CD', 'DN', 'OV', 'UN'],
  R: ['EN', 'EU', 'DN', 'EM', 'ER', 'UL', 'IN', 'FD'],
};

const STRUCTURE_WORDS = 3;
const TOP_BIT = 15;
const WORD_BITS = 16;
const TEXT_BYTES = 82;

/** `N7:0`, `B3:1`, `T4:2.ACC`, `S:5`, `O:017` of a PLC-5. */
export function addressOf(place: Place): string {
  const { letter, element, sub, plc5 } = place;
  const inOut = letter === 'O' || letter === 'I';
  const number = inOut && plc5 ? element.toString(8).padStart(3, '0') : String(element);
  const named = words[letter]?.[sub];
  return `${fileOf(place)}:${number}${named ?? (sub > 0 ? `.${sub}` : '')}`;
}

/** There is one file of inputs, of outputs and of status, which needs no number. */
function fileOf({ letter, file }: Place): string {
  if (letter === '') return `file ${file}`;
  return letter === 'O' || letter === 'I' || letter === 'S' ? letter : `${letter}${file}`;
}

/** As many words further on. */
export function further(place: Place, count: number): Place {
  const { letter, element, sub } = place;
  if (letter in words) {
    const at = sub + count;
    return { ...place, element: element + Math.floor(at / STRUCTURE_WORDS), sub: at % STRUCTURE_WORDS };
  }
  if (letter === 'F' || letter === 'L') return { ...place, element: element + Math.floor(count / 2) };
  if (letter === 'ST') return { ...place, element: element + Math.floor((count * 2) / (2 + TEXT_BYTES)) };
  // A slot of an SLC 500 may have several words, and only its configuration tells how many.
  if ((letter === 'O' || letter === 'I') && !place.plc5) return { ...place, sub: sub + count };
  return { ...place, element: element + count };
}

/** Elements rather than words further on. */
export function elementsFurther(place: Place, count: number): Place {
  return { ...place, element: place.element + count };
}

/** Values to the end of what the reader is limited to. */
export function readItems(reader: ByteReader, place: Place): Item[] {
  const items: Item[] = [];
  let at = place;
  switch (place.letter) {
    case 'F':
      for (; reader.remaining >= 4; at = further(at, 2)) items.push(itemOf(at, readFloat(reader, at)));
      break;
    case 'L':
      for (; reader.remaining >= 4; at = further(at, 2)) items.push(itemOf(at, reader.i32le(addressOf(at))));
      break;
    case 'ST':
      for (; reader.remaining >= 4; at = elementsFurther(at, 1))
        items.push(itemOf(at, readString(reader, at)));
      break;
    case 'A':
      if (reader.remaining > 0)
        items.push(itemOf(at, swapped(reader.bytes(reader.remaining, addressOf(at)))));
      break;
    default:
      for (; reader.remaining >= 2; at = further(at, 1)) pushWord(items, reader, at);
  }
  return items;
}

/** The bits of a word that `mask` names, as `value` has them. All of them are the word itself. */
export function itemsOfBits(place: Place, mask: number, value: number): Item[] {
  if (mask === 0xffff) return [itemOf(place, (value << WORD_BITS) >> WORD_BITS)];
  const items: Item[] = [];
  for (let bit = 0; bit < WORD_BITS; bit++) {
    if ((mask >> bit) & 1) items.push(bitOf(place, bit, value));
  }
  return items;
}

/** One number for each word there can be. */
function indexOf({ file, element, sub }: Place): number {
  return (file * 0x1_0000 + element) * 0x100 + Math.min(sub, 0xff);
}

function itemOf(place: Place, value: number | string): Item {
  return { name: addressOf(place), value, index: typeof value === 'number' ? indexOf(place) : -1, bit: -1 };
}

function bitOf(place: Place, bit: number, value: number): Item {
  const flag = place.sub === 0 ? flags[place.letter]?.[TOP_BIT - bit] : undefined;
  const name = flag ? `${addressOf(place)}.${flag}` : `${addressOf(place)}/${bit}`;
  return { name, value: (value >> bit) & 1, index: indexOf(place), bit };
}

/** Of a structure's first word the flags are told, for the word means nothing. */
function pushWord(items: Item[], reader: ByteReader, place: Place): void {
  const value = reader.i16le(addressOf(place));
  const names = place.sub === 0 ? flags[place.letter] : undefined;
  if (!names) {
    items.push(itemOf(place, value));
    return;
  }
  names.forEach((_, i) => items.push(bitOf(place, TOP_BIT - i, value)));
}

function readFloat(reader: ByteReader, place: Place): number {
  if (!place.plc5) return reader.f32le(addressOf(place));
  reader.open(addressOf(place));
  const high = reader.u16le('upper word');
  const low = reader.u16le('lower word');
  reader.close();
  scratch.setUint16(0, high);
  scratch.setUint16(2, low);
  const value = scratch.getFloat32(0);
  reader.remark(String(value));
  return value;
}

const scratch = new DataView(new ArrayBuffer(4));

function readString(reader: ByteReader, place: Place): string {
  reader.open(addressOf(place));
  const length = reader.u16le('length');
  const text = swapped(reader.bytes(Math.min(TEXT_BYTES, reader.remaining), 'text')).slice(0, length);
  reader.close();
  reader.remark(text);
  return text;
}

/** Two characters to a word, the first in its upper half. */
function swapped(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i ^ 1] ?? bytes[i]!;
    text += code < 0x20 || code === 0x7f ? ' ' : String.fromCharCode(code);
  }
  return text.trimEnd();
}
