import { type ByteReader, Malformed, u16At, u16leAt } from '../../bytes/byte-reader.ts';
import { deviceCode, deviceName, holdsBits, isHexadecimalInAscii } from './devices.ts';
import { operations } from './operations.ts';
import { refusalOf } from './refusals.ts';

/** SH(NA)-080956ENG, 4: messages of 3E and 4E, in binary or ASCII. */
export interface Frame {
  readonly isReply: boolean;
  readonly serial: number;
  readonly command: number;
  readonly subcommand: number;
  readonly endCode: number;
  readonly body: Body;
}

export interface Body {
  readonly places?: readonly Place[];
  /** Values of the places, in their order. */
  readonly values?: readonly number[];
  readonly mode?: string;
  readonly secret?: number;
  readonly model?: string;
  readonly address?: number;
  readonly quantity?: number;
}

/** Some devices of one kind behind each other, in words, bits or double words. */
export interface Place {
  readonly code: number;
  readonly number: number;
  readonly count: number;
  readonly unit: Unit;
}

export type Unit = 'bit' | 'word' | 'double';

/** What a request said and its reply does not repeat; written into a context. */
export interface Asked {
  readonly command: number;
  readonly subcommand: number;
  readonly places: readonly Place[];
}

/** Replies have the upper bit of the subheader; 4E has bit 2, and a serial number. */
const REPLY = 0x80;
const SERIAL = 0x04;

const BIT_UNITS = 0x0001;
const WIDE = 0x0002;
const MOST_PLACES = 256;
const MOST_VALUES = 2_048;
const WORD_BITS = 16;
const nothing: Body = {};

export interface Shape {
  /** The first octet of the subheader; the second is zero. */
  readonly subheader: number;
  readonly ascii: boolean;
  /** Where the length stands, and where what it counts begins. */
  readonly lengthAt: number;
}

/** By the first two octets: in ASCII they are the digits of the first. */
const shapes = new Map<number, Shape>([
  [0x5000, { subheader: 0x50, ascii: false, lengthAt: 7 }],
  [0xd000, { subheader: 0xd0, ascii: false, lengthAt: 7 }],
  [0x5400, { subheader: 0x54, ascii: false, lengthAt: 11 }],
  [0xd400, { subheader: 0xd4, ascii: false, lengthAt: 11 }],
  [0x3530, { subheader: 0x50, ascii: true, lengthAt: 14 }],
  [0x4430, { subheader: 0xd0, ascii: true, lengthAt: 14 }],
  [0x3534, { subheader: 0x54, ascii: true, lengthAt: 22 }],
  [0x4434, { subheader: 0xd4, ascii: true, lengthAt: 22 }],
]);

export function shapeAt(bytes: Uint8Array, start: number): Shape | undefined {
  return shapes.get(u16At(bytes, start));
}

export function isReplyShape({ subheader }: Shape): boolean {
  return (subheader & REPLY) !== 0;
}

/** Of what follows the length; -1 where ASCII digits are none. */
export function lengthIn(bytes: Uint8Array, start: number, { ascii, lengthAt }: Shape): number {
  return numberAt(bytes, start + lengthAt, ascii);
}

/** Of two octets; -1 where ASCII digits are none. */
export function numberAt(bytes: Uint8Array, at: number, ascii: boolean): number {
  if (!ascii) return u16leAt(bytes, at);
  let number = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = digitOf(bytes[i]!);
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

/** 0 in 3E, which has none. */
export function serialAt(bytes: Uint8Array, start: number, { subheader, ascii }: Shape): number {
  return subheader & SERIAL ? numberAt(bytes, start + (ascii ? 4 : 2), ascii) : 0;
}

export function headerOf({ ascii, lengthAt }: Shape): number {
  return lengthAt + (ascii ? 4 : 2);
}

export function readFrame(reader: ByteReader, asked: Asked | undefined): Frame {
  const head = reader.peekBytes(2);
  const shape = head.length < 2 ? undefined : shapeAt(head, 0);
  if (!shape) throw new Malformed('subheader', 0, 'is none of 3E or 4E');
  const field = new Fields(reader, shape.ascii);
  reader.open('header', 'SH-080956 4');
  field.fixed(2, 'subheader');
  const is4E = (shape.subheader & SERIAL) !== 0;
  const serial = is4E ? field.u16('serial number') : 0;
  if (is4E) field.fixed(2, 'fixed');
  field.u8('network');
  field.u8('station');
  field.u16('module I/O');
  field.u8('multidrop station');
  const length = field.u16('length');
  reader.close();
  const whole = reader.limit(length, 'length');
  const isReply = isReplyShape(shape);
  const frame = isReply ? readReply(field, asked) : readRequest(field);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  return { isReply, serial, ...frame };
}

/** A number takes two digits an octet in ASCII; in binary the low octet comes first. */
export class Fields {
  readonly reader: ByteReader;
  readonly ascii: boolean;

  constructor(reader: ByteReader, ascii: boolean) {
    this.reader = reader;
    this.ascii = ascii;
  }

  get remaining(): number {
    return this.reader.remaining;
  }

  /** In characters or octets. */
  size(octets: number): number {
    return this.ascii ? octets * 2 : octets;
  }

  u8(name: string): number {
    return this.ascii ? this.digits(2, name) : this.reader.u8(name);
  }

  u16(name: string, meaning?: (value: number) => string | undefined): number {
    if (!this.ascii) return this.reader.u16le(name, meaning);
    const value = this.digits(4, name);
    const means = meaning?.(value);
    if (means !== undefined) this.reader.remark(means);
    return value;
  }

  u32(name: string): number {
    return this.ascii ? this.digits(8, name) : this.reader.u32le(name);
  }

  fixed(octets: number, name: string): void {
    this.reader.skip(this.size(octets), name);
  }

  /** @param wide iQ-R: four digits for the code, eight for the number */
  device(wide: boolean): { code: number; number: number } {
    const { reader } = this;
    const found = this.ascii ? this.#asciiDevice(wide) : binaryDevice(reader, wide);
    reader.remark(deviceName(found.code, found.number));
    return found;
  }

  #asciiDevice(wide: boolean): { code: number; number: number } {
    const at = this.reader.offset;
    const name = this.reader.text(wide ? 4 : 2, 'device code').replaceAll('*', '');
    const code = deviceCode(name);
    if (code === undefined) throw new Malformed('device code', at, `${JSON.stringify(name)} is no device`);
    return { code, number: this.digits(wide ? 8 : 6, 'device number', isHexadecimalInAscii(code) ? 16 : 10) };
  }

  digits(count: number, name: string, base = 16): number {
    const at = this.reader.offset;
    const bytes = this.reader.bytes(count, name);
    let value = 0;
    for (const character of bytes) {
      const digit = digitOf(character);
      if (digit < 0 || digit >= base) throw new Malformed(name, at, 'is no number');
      value = value * base + digit;
    }
    return value;
  }
}

function binaryDevice(reader: ByteReader, wide: boolean): { code: number; number: number } {
  const number = wide ? reader.u32le('device number') : reader.u24le('device number');
  return { number, code: wide ? reader.u16le('device code') : reader.u8('device code') };
}

type Rest = Omit<Frame, 'isReply' | 'serial'>;

function readRequest(field: Fields): Rest {
  field.u16('monitoring timer');
  const command = field.u16('command', (code) => operations[code]?.title);
  const subcommand = field.u16('subcommand');
  return { command, subcommand, endCode: 0, body: readQuestion(field, command, subcommand) };
}

function readQuestion(field: Fields, command: number, subcommand: number): Body {
  const wide = (subcommand & WIDE) !== 0;
  const unit: Unit = subcommand & BIT_UNITS ? 'bit' : 'word';
  switch (command) {
    case 0x0401:
      return { places: [readRange(field, wide, unit)] };
    case 0x1401: {
      const place = readRange(field, wide, unit);
      return { places: [place], values: readValues(field, [place]) };
    }
    case 0x0403:
    case 0x0801:
      return { places: readRandom(field, wide) };
    case 0x1402:
      return unit === 'bit' ? readRandomBits(field, wide) : readRandomWords(field, wide);
    case 0x0406:
      return { places: readBlocks(field, wide, undefined) };
    case 0x1406: {
      const values: number[] = [];
      return { places: readBlocks(field, wide, values), values };
    }
    case 0x0613:
    case 0x1613:
      return { address: field.u32('address'), quantity: field.u16('number of words') };
    case 0x1001:
      return {
        mode: `${modeName(field.u16('mode'))}${field.remaining > 0 ? clearName(field.u8('clear mode')) : ''}`,
      };
    case 0x1003:
      return { mode: modeName(field.u16('mode')) };
    case 0x1630:
    case 0x1631: {
      const length = Math.min(field.u16('length of the password'), field.remaining);
      field.reader.secret(length, 'password');
      return { secret: length };
    }
    default:
      return nothing;
  }
}

function readReply(field: Fields, asked: Asked | undefined): Rest {
  const endCode = field.u16('end code', (code) => (code === 0 ? 'normal' : refusalOf(code).text));
  const command = asked?.command ?? -1;
  const subcommand = asked?.subcommand ?? 0;
  const body = endCode === 0 && asked ? readAnswer(field, asked) : nothing;
  return { command, subcommand, endCode, body };
}

function readAnswer(field: Fields, { command, places }: Asked): Body {
  switch (command) {
    case 0x0401:
    case 0x0403:
    case 0x0406:
    case 0x0802:
      return { values: readValues(field, places) };
    case 0x0101: {
      if (field.remaining < 16) return nothing;
      const model = field.reader.text(16, 'model');
      if (field.remaining >= field.size(2)) field.u16('model code');
      return { model };
    }
    default:
      return nothing;
  }
}

function readRange(field: Fields, wide: boolean, unit: Unit): Place {
  const device = field.device(wide);
  return { ...device, count: field.u16('number of points'), unit };
}

/** 5.2: first all words, then all double words. */
function readRandom(field: Fields, wide: boolean): Place[] {
  const words = field.u8('words');
  const doubles = field.u8('double words');
  const places: Place[] = [];
  for (let i = 0; i < words + doubles && places.length < MOST_PLACES; i++) {
    places.push({ ...field.device(wide), count: 1, unit: i < words ? 'word' : 'double' });
  }
  return places;
}

function readRandomWords(field: Fields, wide: boolean): Body {
  const words = field.u8('words');
  const doubles = field.u8('double words');
  const places: Place[] = [];
  const values: number[] = [];
  for (let i = 0; i < words + doubles && places.length < MOST_PLACES; i++) {
    const unit: Unit = i < words ? 'word' : 'double';
    places.push({ ...field.device(wide), count: 1, unit });
    values.push(unit === 'word' ? field.u16('value') : field.u32('value'));
  }
  return { places, values };
}

function readRandomBits(field: Fields, wide: boolean): Body {
  const count = field.u8('bits');
  const places: Place[] = [];
  const values: number[] = [];
  for (let i = 0; i < count && places.length < MOST_PLACES; i++) {
    places.push({ ...field.device(wide), count: 1, unit: 'bit' });
    values.push((wide ? field.u16('value') : field.u8('value')) & 1);
  }
  return { places, values };
}

/** Blocks of words and blocks of bits, sixteen to a point; those that are written bring their values. */
function readBlocks(field: Fields, wide: boolean, values: number[] | undefined): Place[] {
  const words = field.u8('word blocks');
  const bits = field.u8('bit blocks');
  const places: Place[] = [];
  for (let i = 0; i < words + bits && places.length < MOST_PLACES; i++) {
    const place = readRange(field, wide, 'word');
    places.push(place);
    if (values) values.push(...readValues(field, [place]));
  }
  return places;
}

/** As many as there are. Bits are half an octet each, the first in the upper half; in ASCII a character. */
export function readValues(field: Fields, places: readonly Place[]): number[] {
  const values: number[] = [];
  for (const { count, unit } of places) {
    for (let i = 0; i < count && values.length < MOST_VALUES; i++) {
      if (unit === 'bit') {
        if (field.remaining === 0) return values;
        if (field.ascii) values.push(field.digits(1, 'bit'));
        else {
          const pair = field.reader.u8('two bits');
          values.push((pair >> 4) & 1);
          if (++i < count) values.push(pair & 1);
        }
        continue;
      }
      const octets = unit === 'word' ? 2 : 4;
      if (field.remaining < field.size(octets)) return values;
      values.push(unit === 'word' ? field.u16('value') : field.u32('value'));
    }
  }
  return values;
}

function modeName(mode: number): string {
  return mode === 3 ? 'by force' : mode === 1 ? 'not by force' : String(mode);
}

function clearName(clear: number): string {
  if (clear === 0) return '';
  return clear === 1 ? ', clear all but latched devices' : ', clear all devices';
}

/** `D100`, `D100 to D109`; of bits read by the word, all of them. */
export function placeName({ code, number, count, unit }: Place): string {
  const spread = holdsBits(code) && unit === 'word' ? count * WORD_BITS : unit === 'double' ? 2 : count;
  return spread <= 1
    ? deviceName(code, number)
    : `${deviceName(code, number)} to ${deviceName(code, number + spread - 1)}`;
}

function digitOf(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  if (character >= 0x41 && character <= 0x46) return character - 0x37;
  return -1;
}

const units: readonly Unit[] = ['bit', 'word', 'double'];

/** For the context of a reply: numbers, one behind the other. */
export function written({ command, subcommand, places }: Asked): string {
  const parts = places.map(({ code, number, count, unit }) =>
    [code, number, count, units.indexOf(unit)].join(','),
  );
  return [command, subcommand, ...parts].join(';');
}

export function askedFrom(text: string): Asked {
  const [command = '0', subcommand = '0', ...parts] = text.split(';');
  const places = parts.map((part) => {
    const [code = 0, number = 0, count = 0, unit = 0] = part.split(',').map(Number);
    return { code, number, count, unit: units[unit] ?? 'word' };
  });
  return { command: Number(command), subcommand: Number(subcommand), places };
}
