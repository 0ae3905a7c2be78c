import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Params, Refusal } from '../../dissector.ts';
import { refusals } from './status.ts';
import { readHex } from './values.ts';

/**
 * The older language of Allen-Bradley controllers (DF1 Protocol and Command Set, 1770-6.5.16, chapter 7), carried by
 * the PCCC object of CIP (1756-PM020).
 */
export interface PcccCommand {
  readonly command: number;
  readonly func: number;
}

export type PcccKind = 'read' | 'write' | 'mode' | 'program' | 'force' | 'identify' | 'other';

const CHANGES_MODE = 'mode';

// Chapter 7, by CMD × 256 + FNC.
const functions: Readonly<Record<number, readonly [string, PcccKind]>> = {
  0x0600: ['echo', 'other'],
  0x0601: ['read diagnostic counters', 'read'],
  0x0602: ['set variables', 'write'],
  0x0603: ['diagnostic status', 'identify'],
  0x0604: ['set timeout', 'other'],
  0x0605: ['set NAKs', 'other'],
  0x0606: ['set ENQs', 'other'],
  0x0607: ['reset diagnostic counters', 'other'],
  0x0608: ['set data table size', 'write'],
  0x0609: ['read link parameters', 'read'],
  0x060a: ['set link parameters', 'write'],
  0x0700: ['disable outputs', CHANGES_MODE],
  0x0701: ['enable outputs', CHANGES_MODE],
  0x0703: ['enable PLC scanning', CHANGES_MODE],
  0x0704: ['enter download mode', 'program'],
  0x0705: ['exit download or upload mode', 'program'],
  0x0706: ['enter upload mode', 'program'],
  0x0f00: ['word range write', 'write'],
  0x0f01: ['word range read', 'read'],
  0x0f02: ['bit write', 'write'],
  0x0f03: ['file write', 'write'],
  0x0f04: ['file read', 'read'],
  0x0f05: ['download', 'program'],
  0x0f06: ['upload', 'program'],
  0x0f07: ['shutdown', CHANGES_MODE],
  0x0f0a: ['restart', CHANGES_MODE],
  0x0f11: ['get edit resource', 'program'],
  0x0f12: ['return edit resource', 'program'],
  0x0f17: ['read bytes physical', 'read'],
  0x0f18: ['write bytes physical', 'write'],
  0x0f26: ['read modify write', 'write'],
  0x0f29: ['read section size', 'read'],
  0x0f3a: ['set CPU mode', CHANGES_MODE],
  0x0f41: ['disable forces', 'force'],
  0x0f50: ['download all', 'program'],
  0x0f52: ['download completed', 'program'],
  0x0f53: ['upload all', 'program'],
  0x0f55: ['upload completed', 'program'],
  0x0f57: ['initialise memory', 'program'],
  0x0f5e: ['modify PLC-2 compatibility file', 'write'],
  0x0f67: ['typed write', 'write'],
  0x0f68: ['typed read', 'read'],
  0x0f79: ['read modify write N', 'write'],
  0x0f80: ['change mode', CHANGES_MODE],
  0x0f81: ['open file', 'other'],
  0x0f82: ['close file', 'other'],
  0x0f88: ['execute command list', 'other'],
  0x0f8f: ['apply port configuration', 'write'],
  0x0fa1: ['protected typed logical read with two address fields', 'read'],
  0x0fa2: ['protected typed logical read with three address fields', 'read'],
  0x0fa7: ['protected typed file read', 'read'],
  0x0fa9: ['protected typed logical write with two address fields', 'write'],
  0x0faa: ['protected typed logical write with three address fields', 'write'],
  0x0fab: ['protected typed logical write with mask', 'write'],
  0x0faf: ['protected typed file write', 'write'],
};

// Commands without a function.
const bare: Readonly<Record<number, readonly [string, PcccKind]>> = {
  0x00: ['protected write', 'write'],
  0x01: ['unprotected read', 'read'],
  0x02: ['protected bit write', 'write'],
  0x03: ['physical write', 'write'],
  0x04: ['physical read', 'read'],
  0x05: ['unprotected bit write', 'write'],
  0x08: ['unprotected write', 'write'],
};

const READ_TWO_FIELDS = 0xa1;
const READ_THREE_FIELDS = 0xa2;
const WRITE_TWO_FIELDS = 0xa9;
const WRITE_THREE_FIELDS = 0xaa;
const WRITE_MASK = 0xab;
const MODE_OF_MICRO = 0x80;
const MODE_OF_PLC5 = 0x3a;

// 1770-6.5.16, "file type" of the typed logical commands.
const fileLetters: Readonly<Record<number, string>> = {
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
  0x91: 'L',
};

// MicroLogix and SLC 500, function 0x80.
const modes: Readonly<Record<number, string>> = {
  0x01: 'program',
  0x06: 'run',
  0x07: 'test, continuous scan',
  0x08: 'test, single scan',
  0x09: 'test, debug step',
};

// PLC-5, function 0x3a: the two low bits.
const plc5Modes: Readonly<Record<number, string>> = { 0: 'program', 1: 'test', 2: 'run' };

// Table of STS, remote errors in the high nibble.
const statuses: Readonly<Record<number, string>> = {
  0x00: 'success',
  0x10: 'illegal command or format',
  0x20: 'host has a problem',
  0x30: 'remote node missing',
  0x40: 'hardware fault',
  0x50: 'addressing problem or memory protected',
  0x60: 'command protection',
  0x70: 'processor in program mode',
  0x80: 'compatibility mode file missing',
  0x90: 'remote node cannot buffer command',
  0xb0: 'remote node problem due to download',
  0xf0: 'error in extended status',
};
const EXTENDED = 0xf0;

export function pcccName({ command, func }: PcccCommand): string {
  const known = functions[command * 256 + func] ?? bare[command];
  return known?.[0] ?? `command 0x${hex(command)} function 0x${hex(func)}`;
}

export function pcccKind({ command, func }: PcccCommand): PcccKind {
  return (functions[command * 256 + func] ?? bare[command])?.[1] ?? 'other';
}

/** Command and function without stepping forward; -1 where there are not enough bytes. */
export function peekPccc(bytes: Uint8Array, start: number, end: number): PcccCommand {
  const at = start + (start < end ? bytes[start]! : 0);
  const command = at < end ? bytes[at]! & 0x0f : -1;
  const func = hasFunction(command) && at + 4 < end ? bytes[at + 4]! : -1;
  return { command, func };
}

export function readPcccRequest(reader: ByteReader): Params {
  readRequestor(reader);
  reader.open('PCCC command', 'DF1 Protocol and Command Set, chapter 7');
  const command = reader.u8('command') & 0x0f;
  reader.u8('status');
  reader.u16le('transaction');
  const func = hasFunction(command)
    ? reader.u8('function', (value) => pcccName({ command, func: value }))
    : -1;
  const params = { command: pcccName({ command, func }), ...readArguments(reader, command, func) };
  reader.close();
  return params;
}

export function readPcccReply(reader: ByteReader, toDiagnosticStatus = false): Params {
  readRequestor(reader);
  reader.open('PCCC reply', 'DF1 Protocol and Command Set, chapter 7');
  reader.u8('command');
  const status = reader.u8('status', (value) => statuses[value & 0xf0]);
  reader.u16le('transaction');
  const extended = status === EXTENDED && reader.remaining > 0 ? reader.u8('extended status') : -1;
  const processor = status === 0 && toDiagnosticStatus ? readProcessor(reader) : undefined;
  const data = status === 0 && reader.remaining > 0 ? { data: readHex(reader, 'data') } : {};
  reader.close();
  return {
    status,
    ...(extended >= 0 ? { extended } : {}),
    ...(processor === undefined ? {} : { processor }),
    ...data,
  };
}

const NAMED = 0xee;
const NAME_LENGTH = 11;

/** What SLC 500 and MicroLogix say of themselves (chapter 10, "diagnostic status"); others have no name there. */
function readProcessor(reader: ByteReader): string | undefined {
  if (reader.peek(1) !== NAMED || reader.remaining < 5 + NAME_LENGTH) return undefined;
  reader.u8('operating status');
  reader.u8('type extender');
  reader.u8('extended interface type');
  reader.u8('extended processor type');
  reader.u8('series and revision');
  return reader.text(NAME_LENGTH, 'processor');
}

const { 0: _success, ...failures } = statuses;
const refusalByStatus = refusals.numbered(
  Object.fromEntries(Object.entries(failures).map(([status, words]) => [status, `PCCC ${words}`])),
);
const localError = refusals.named('PCCC local error');

/** Undefined when the PLC did as it was told. */
export function pcccRefusal(params: Params): Refusal | undefined {
  const status = params['status'] as number;
  if (status === 0) return undefined;
  return status & 0xf0 ? refusalByStatus(status & 0xf0) : localError;
}

// 1756-PM020: who asks, its length included in itself.
function readRequestor(reader: ByteReader): void {
  reader.open('requestor', '1756-PM020');
  const length = reader.u8('length');
  const rest = reader.limit(Math.max(0, length - 1), 'length');
  if (reader.remaining >= 6) {
    reader.u16le('vendor');
    reader.u32le('serial number');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'other');
  reader.release(rest);
  reader.close();
}

function readArguments(reader: ByteReader, command: number, func: number): Params {
  if (command !== 0x0f) return reader.remaining > 0 ? { data: readHex(reader, 'data') } : {};
  switch (func) {
    case READ_TWO_FIELDS:
    case READ_THREE_FIELDS:
      return readAddress(reader, func === READ_THREE_FIELDS);
    case WRITE_TWO_FIELDS:
    case WRITE_THREE_FIELDS:
      return { ...readAddress(reader, func === WRITE_THREE_FIELDS), values: readWords(reader) };
    case WRITE_MASK:
      return { ...readAddress(reader, true), mask: reader.u16le('mask'), values: readWords(reader) };
    case MODE_OF_MICRO: {
      const mode = reader.u8('mode', modes);
      return { mode: modes[mode] ?? mode };
    }
    case MODE_OF_PLC5: {
      const mode = reader.u8('mode', (value) => plc5Modes[value & 3]) & 3;
      return { mode: plc5Modes[mode] ?? mode };
    }
    default:
      return reader.remaining > 0 ? { data: readHex(reader, 'data') } : {};
  }
}

/** `N7:0`, `B3:1`, `T4:2.1`: file letter, file number, element and, where it is not the whole, sub-element. */
function readAddress(reader: ByteReader, three: boolean): { address: string; size: number } {
  const size = reader.u8('size, bytes');
  const file = readField(reader, 'file number');
  const type = reader.u8('file type', fileLetters);
  const element = readField(reader, 'element');
  const sub = three ? readField(reader, 'sub-element') : 0;
  const letter = fileLetters[type] ?? `type 0x${hex(type)} file `;
  const address = `${letter}${file}:${element}${sub > 0 ? `.${sub}` : ''}`;
  reader.remark(address);
  return { address, size };
}

const WIDE_FIELD = 0xff;

/** A byte, or 0xff and a word. */
function readField(reader: ByteReader, name: string): number {
  const value = reader.u8(name);
  return value === WIDE_FIELD ? reader.u16le(name) : value;
}

const MOST_SHOWN = 32;

function readWords(reader: ByteReader): number[] {
  const words: number[] = [];
  while (reader.remaining >= 2 && words.length < MOST_SHOWN) words.push(reader.i16le('value'));
  return words;
}

function hasFunction(command: number): boolean {
  return command === 0x06 || command === 0x07 || command === 0x0f;
}

function hex(value: number): string {
  return value < 0 ? '' : value.toString(16).padStart(2, '0');
}
