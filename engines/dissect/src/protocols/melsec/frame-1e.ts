import type { ByteReader } from '../../bytes/byte-reader.ts';
import { NOT_OURS, OURS, PERHAPS, type Recognition } from '../../dissector.ts';
import { deviceCode, deviceName } from './devices.ts';
import { type Asked, type Body, Fields, type Frame, type Place, readValues, type Unit } from './frame.ts';
import { refusalOf1E } from './refusals.ts';

/**
 * SH(NA)-080008, 1E frames (those of the A series, which FX and its adapters speak too), in binary. A message does not say
 * how long it is: a request ends with what its command calls for, an answer with what arrived.
 */

/** By the first octet: the command of 3E that does the same, and its unit. */
const commands: Readonly<Record<number, { readonly command: number; readonly unit: Unit }>> = {
  0x00: { command: 0x0401, unit: 'bit' },
  0x01: { command: 0x0401, unit: 'word' },
  0x02: { command: 0x1401, unit: 'bit' },
  0x03: { command: 0x1401, unit: 'word' },
  0x04: { command: 0x1402, unit: 'bit' },
  0x05: { command: 0x1402, unit: 'word' },
  0x06: { command: 0x0801, unit: 'bit' },
  0x07: { command: 0x0801, unit: 'word' },
  0x08: { command: 0x0802, unit: 'bit' },
  0x09: { command: 0x0802, unit: 'word' },
  0x13: { command: 0x1001, unit: 'word' },
  0x14: { command: 0x1002, unit: 'word' },
  0x15: { command: 0x0101, unit: 'word' },
};

const READ = 0x0401;
const WRITE = 0x1401;
const TEST = 0x1402;
const MONITOR_REGISTER = 0x0801;
const READ_TYPE = 0x0101;

const REPLY = 0x80;
const OWN_STATION = 0xff;
/** Command, station, monitoring timer. */
const HEADER = 4;
/** Device, number of points. */
const RANGE = 8;
const DEVICE = 6;
const ABNORMAL = 0x5b;
const ALL_POINTS = 256;

/** The two characters of a device, the second first. */
const names: Readonly<Record<number, string>> = {
  0x5820: 'X',
  0x5920: 'Y',
  0x4d20: 'M',
  0x4220: 'B',
  0x4620: 'F',
  0x4420: 'D',
  0x5720: 'W',
  0x5220: 'R',
  0x544e: 'TN',
  0x5453: 'TS',
  0x5443: 'TC',
  0x434e: 'CN',
  0x4353: 'CS',
  0x4343: 'CC',
};

/** Is this a request to the own station? Answers are known by their request only. */
export function recognises1E(bytes: Uint8Array, start: number, end: number, expected: boolean): Recognition {
  const known = commands[bytes[start]!];
  if (!known || (end - start > 1 && bytes[start + 1] !== OWN_STATION)) return NOT_OURS;
  const length = end - start < HEADER ? 0 : lengthOf1E(bytes, start, end);
  if (length === 0 || end - start < length) return expected ? PERHAPS : NOT_OURS;
  // Without a device there is nothing to recognise it by.
  if (known.command !== READ && known.command !== WRITE) return expected ? OURS : NOT_OURS;
  const isWhole = expected || end - start === length;
  const isDevice = (bytes[start + 8]! | (bytes[start + 9]! << 8)) in names;
  return isWhole && isDevice && bytes[start + HEADER + RANGE - 1] === 0 ? OURS : NOT_OURS;
}

export function isMessage1E(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (end - start < 2 || !((first & ~REPLY) in commands)) return false;
  return isReply1E(first) || bytes[start + 1] === OWN_STATION;
}

export const isReply1E = (first: number): boolean => (first & REPLY) !== 0;

/** 0 until enough is there to tell. */
export function lengthOf1E(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start]!;
  if (isReply1E(first)) return end - start;
  const { command, unit } = commands[first]!;
  switch (command) {
    case READ:
      return HEADER + RANGE;
    case WRITE: {
      if (end - start < HEADER + RANGE) return 0;
      const points = bytes[start + HEADER + DEVICE]! || ALL_POINTS;
      return HEADER + RANGE + (unit === 'bit' ? (points + 1) >> 1 : points * 2);
    }
    case TEST:
    case MONITOR_REGISTER: {
      if (end - start < HEADER + 2) return 0;
      const value = command === MONITOR_REGISTER ? 0 : unit === 'bit' ? 1 : 2;
      return HEADER + 2 + bytes[start + HEADER]! * (DEVICE + value);
    }
    default:
      return HEADER;
  }
}

export function readFrame1E(reader: ByteReader, asked: Asked | undefined): Frame {
  const first = reader.u8('command');
  const known = commands[first & ~REPLY];
  const command = known?.command ?? -1;
  const unit = known?.unit ?? 'word';
  const subcommand = unit === 'bit' ? 1 : 0;
  const isReply = isReply1E(first);
  const field = new Fields(reader, false);
  if (!isReply) {
    reader.u8('station');
    reader.u16le('monitoring timer');
    const body = readQuestion(field, command, unit);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    return { isReply, serial: 0, command, subcommand, endCode: 0, body };
  }
  let endCode = reader.u8('completion code', (code) => (code === 0 ? 'normal' : refusalOf1E(code).text));
  if (endCode === ABNORMAL && reader.remaining > 0) {
    endCode = ABNORMAL * 256 + reader.u8('abnormal code');
  }
  const body = endCode === 0 ? readAnswer(field, command, asked?.places ?? []) : {};
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return { isReply, serial: 0, command, subcommand, endCode, body };
}

function readQuestion(field: Fields, command: number, unit: Unit): Body {
  switch (command) {
    case READ:
    case WRITE: {
      const device = readDevice(field.reader);
      const count = field.u8('number of points') || ALL_POINTS;
      field.fixed(1, 'fixed');
      const place = { ...device, count, unit };
      return { places: [place], ...(command === WRITE && { values: readValues(field, [place]) }) };
    }
    case TEST:
    case MONITOR_REGISTER: {
      const places: Place[] = [];
      const values: number[] = [];
      const count = field.u8('number of devices');
      field.fixed(1, 'fixed');
      for (let i = 0; i < count; i++) {
        places.push({ ...readDevice(field.reader), count: 1, unit });
        if (command === TEST) values.push(unit === 'bit' ? field.u8('value') & 1 : field.u16('value'));
      }
      return { places, ...(command === TEST && { values }) };
    }
    default:
      return {};
  }
}

function readAnswer(field: Fields, command: number, places: readonly Place[]): Body {
  if (command === READ_TYPE && field.remaining > 0) return { model: typeName(field.u8('type')) };
  const reads = command === READ || command === 0x0802;
  return reads ? { values: readValues(field, places) } : {};
}

function readDevice(reader: ByteReader): { code: number; number: number } {
  const number = reader.u32le('device number');
  const code = reader.u16le('device code', names);
  const found = deviceCode(names[code] ?? '') ?? code;
  reader.remark(deviceName(found, number));
  return { code: found, number };
}

/** SH(NA)-080008, "PC type name read": those the manuals agree on. */
const types: Readonly<Record<number, string>> = {
  0xa1: 'A1',
  0xa2: 'A2',
  0xa3: 'A3',
  0x92: 'A2A',
  0x93: 'A3A',
  0x82: 'A2U',
  0x83: 'A3U',
  0x84: 'A4U',
  0xf3: 'FX3U',
};

function typeName(type: number): string {
  return types[type] ?? `type 0x${type.toString(16)}`;
}
