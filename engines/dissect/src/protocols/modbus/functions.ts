import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import type { Direction } from '../../dissector.ts';
import { type AskedUmas, readUmas, type UmasMessage } from './umas.ts';

/** What the protocol data unit says. */
export type Body =
  | { readonly kind: 'range'; readonly address: number; readonly quantity: number }
  | {
      readonly kind: 'bits';
      readonly address?: number;
      readonly quantity?: number;
      readonly packed: Uint8Array;
    }
  | { readonly kind: 'registers'; readonly address?: number; readonly values: readonly number[] }
  | {
      readonly kind: 'readWrite';
      readonly readAddress: number;
      readonly readQuantity: number;
      readonly address: number;
      readonly values: readonly number[];
    }
  | { readonly kind: 'mask'; readonly address: number; readonly and: number; readonly or: number }
  | { readonly kind: 'files'; readonly files: readonly number[]; readonly records: readonly number[] }
  | { readonly kind: 'diagnostics'; readonly subfunction: number; readonly data: number }
  | { readonly kind: 'interface'; readonly interface: number; readonly objects?: ReadonlyMap<number, string> }
  | { readonly kind: 'server'; readonly description: string; readonly running: boolean | undefined }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'plain' }
  | UmasMessage;

interface ModbusFunction {
  /** As the Application Protocol calls it. */
  readonly name: string;
  readonly section: string;
  readonly request: (reader: ByteReader) => Body;
  readonly reply: (reader: ByteReader) => Body;
}

/** MODBUS Application Protocol V1.1b3, section 6. */
export const functions: Readonly<Record<number, ModbusFunction>> = {
  0x01: { name: 'Read Coils', section: '6.1', request: range, reply: bits },
  0x02: { name: 'Read Discrete Inputs', section: '6.2', request: range, reply: bits },
  0x03: { name: 'Read Holding Registers', section: '6.3', request: range, reply: registers },
  0x04: { name: 'Read Input Registers', section: '6.4', request: range, reply: registers },
  0x05: { name: 'Write Single Coil', section: '6.5', request: coil, reply: coil },
  0x06: { name: 'Write Single Register', section: '6.6', request: register, reply: register },
  0x07: { name: 'Read Exception Status', section: '6.7', request: nothing, reply: exceptionStatus },
  0x08: { name: 'Diagnostics', section: '6.8', request: diagnostics, reply: diagnostics },
  0x0b: { name: 'Get Comm Event Counter', section: '6.9', request: nothing, reply: eventCounter },
  0x0c: { name: 'Get Comm Event Log', section: '6.10', request: nothing, reply: eventLog },
  0x0f: { name: 'Write Multiple Coils', section: '6.11', request: bitsAt, reply: range },
  0x10: { name: 'Write Multiple Registers', section: '6.12', request: registersAt, reply: range },
  0x11: { name: 'Report Server ID', section: '6.13', request: nothing, reply: serverId },
  0x14: { name: 'Read File Record', section: '6.14', request: fileReferences, reply: fileContents },
  0x15: { name: 'Write File Record', section: '6.15', request: fileWrites, reply: fileWrites },
  0x16: { name: 'Mask Write Register', section: '6.16', request: mask, reply: mask },
  0x17: { name: 'Read/Write Multiple Registers', section: '6.17', request: readWrite, reply: registers },
  0x18: { name: 'Read FIFO Queue', section: '6.18', request: fifo, reply: fifoContents },
  0x2b: {
    name: 'Encapsulated Interface Transport',
    section: '6.19',
    request: toInterface,
    reply: fromInterface,
  },
};

export const UMAS = 0x5a;
export const EXCEPTION = 0x80;
const DEVICE_IDENTIFICATION = 0x0e;

/** Section 7. */
export const exceptions: Readonly<Record<number, string>> = {
  0x01: 'illegal function',
  0x02: 'illegal data address',
  0x03: 'illegal data value',
  0x04: 'server device failure',
  0x05: 'acknowledge',
  0x06: 'server device busy',
  0x08: 'memory parity error',
  0x0a: 'gateway path unavailable',
  0x0b: 'gateway target device failed to respond',
};

/** Section 6.8.1. */
export const subfunctions: Readonly<Record<number, string>> = {
  0x00: 'return query data',
  0x01: 'restart communications option',
  0x02: 'return diagnostic register',
  0x03: 'change ASCII input delimiter',
  0x04: 'force listen only mode',
  0x0a: 'clear counters and diagnostic register',
  0x0b: 'return bus message count',
  0x0c: 'return bus communication error count',
  0x0d: 'return bus exception error count',
  0x0e: 'return server message count',
  0x0f: 'return server no response count',
  0x10: 'return server NAK count',
  0x11: 'return server busy count',
  0x12: 'return bus character overrun count',
  0x14: 'clear overrun counter and flag',
};

export const functionName = (code: number): string | undefined =>
  code & EXCEPTION ? `${nameOf(code & ~EXCEPTION) ?? 'unknown function'}, exception` : nameOf(code);

function nameOf(code: number): string | undefined {
  return code === UMAS ? 'UMAS (Schneider)' : functions[code]?.name;
}

/** @param asked of a UMAS reply, what was asked for */
export function readBody(
  reader: ByteReader,
  code: number,
  direction: Direction,
  asked: AskedUmas | undefined,
): Body {
  if (code & EXCEPTION) return exception(reader);
  if (code === UMAS) return readUmas(reader, direction, asked);
  const known = functions[code];
  if (!known) return unread(reader);
  reader.open(known.name, known.section);
  const body = known[direction](reader);
  reader.close();
  return body;
}

function range(reader: ByteReader): Body {
  const address = reader.u16('address');
  return { kind: 'range', address, quantity: reader.u16('quantity') };
}

function coil(reader: ByteReader): Body {
  const address = reader.u16('address');
  const value = reader.u16('value', coilStates);
  return { kind: 'bits', address, quantity: 1, packed: value === 0 ? OFF : ON };
}

const ON = Uint8Array.of(1);
const OFF = Uint8Array.of(0);
const coilStates = { 0x0000: 'off', 0xff00: 'on' };

function register(reader: ByteReader): Body {
  return { kind: 'registers', address: reader.u16('address'), values: [reader.u16('value')] };
}

function registers(reader: ByteReader): Body {
  return { kind: 'registers', values: values(reader) };
}

function registersAt(reader: ByteReader): Body {
  const address = reader.u16('address');
  reader.u16('quantity');
  return { kind: 'registers', address, values: values(reader) };
}

function values(reader: ByteReader): number[] {
  const count = reader.u8('byte count') >> 1;
  const read: number[] = [];
  for (let i = 0; i < count; i++) read.push(reader.u16('value'));
  return read;
}

function bits(reader: ByteReader): Body {
  return { kind: 'bits', packed: reader.bytes(reader.u8('byte count'), 'states') };
}

function bitsAt(reader: ByteReader): Body {
  const address = reader.u16('address');
  const quantity = reader.u16('quantity');
  return { kind: 'bits', address, quantity, packed: reader.bytes(reader.u8('byte count'), 'states') };
}

function exceptionStatus(reader: ByteReader): Body {
  reader.u8('exception outputs');
  return { kind: 'plain' };
}

function diagnostics(reader: ByteReader): Body {
  const subfunction = reader.u16('sub-function', subfunctions);
  const data = reader.u16('data');
  // Only the echo may carry more.
  if (subfunction === 0) reader.skip(reader.remaining, 'more data');
  return { kind: 'diagnostics', subfunction, data };
}

function eventCounter(reader: ByteReader): Body {
  reader.u16('status', { 0x0000: 'ready', 0xffff: 'busy' });
  reader.u16('event count');
  return { kind: 'plain' };
}

function eventLog(reader: ByteReader): Body {
  const before = reader.limit(reader.u8('byte count'), 'byte count');
  reader.u16('status', { 0x0000: 'ready', 0xffff: 'busy' });
  reader.u16('event count');
  reader.u16('message count');
  reader.skip(reader.remaining, 'events');
  reader.release(before);
  return { kind: 'plain' };
}

/** The contents are the vendor's; text is common, a last byte of 0x00 or 0xFF tells whether it runs. */
function serverId(reader: ByteReader): Body {
  const content = reader.bytes(reader.u8('byte count'), 'server id');
  const description = readable(content);
  const status = content.at(-1);
  return { kind: 'server', description, running: status === 0xff ? true : status === 0 ? false : undefined };
}

/** The longest run of printable characters, if it is long enough to be meant as text. */
function readable(content: Uint8Array): string {
  const text = Array.from(content, (byte) => String.fromCharCode(byte)).join('');
  const runs = text.match(/[ -~]{4,}/g) ?? [];
  return runs.reduce((best, run) => (run.length > best.length ? run : best), '').trim();
}

function fileReferences(reader: ByteReader): Body {
  return fileRecords(reader, false);
}

function fileWrites(reader: ByteReader): Body {
  return fileRecords(reader, true);
}

function fileRecords(reader: ByteReader, withData: boolean): Body {
  const before = reader.limit(reader.u8('byte count'), 'byte count');
  const [files, records]: [number[], number[]] = [[], []];
  while (reader.remaining > 0) {
    reader.u8('reference type');
    files.push(reader.u16('file'));
    records.push(reader.u16('record'));
    const words = reader.u16('record length');
    if (withData) reader.skip(words * 2, 'record data');
  }
  reader.release(before);
  return { kind: 'files', files, records };
}

function fileContents(reader: ByteReader): Body {
  const before = reader.limit(reader.u8('byte count'), 'byte count');
  while (reader.remaining > 0) {
    const length = reader.u8('file response length');
    if (length === 0)
      throw new Malformed('file response length', reader.offset - 1, 'is 0, must be at least 1');
    reader.u8('reference type');
    reader.skip(length - 1, 'record data');
  }
  reader.release(before);
  return { kind: 'plain' };
}

function mask(reader: ByteReader): Body {
  const address = reader.u16('address');
  const and = reader.u16('AND mask');
  return { kind: 'mask', address, and, or: reader.u16('OR mask') };
}

function readWrite(reader: ByteReader): Body {
  const readAddress = reader.u16('read address');
  const readQuantity = reader.u16('read quantity');
  const address = reader.u16('write address');
  reader.u16('write quantity');
  return { kind: 'readWrite', readAddress, readQuantity, address, values: values(reader) };
}

function fifo(reader: ByteReader): Body {
  return { kind: 'range', address: reader.u16('FIFO pointer address'), quantity: 1 };
}

function fifoContents(reader: ByteReader): Body {
  const before = reader.limit(reader.u16('byte count'), 'byte count');
  const read: number[] = [];
  for (let left = reader.u16('FIFO count'); left > 0; left--) read.push(reader.u16('value'));
  reader.release(before);
  return { kind: 'registers', values: read };
}

const interfaces = { 0x0d: 'CANopen general reference', 0x0e: 'device identification' };
const categories = { 1: 'basic', 2: 'regular', 3: 'extended', 4: 'one object' };
const objectNames = {
  0: 'vendor',
  1: 'product code',
  2: 'revision',
  3: 'vendor URL',
  4: 'product',
  5: 'model',
  6: 'application',
};

function toInterface(reader: ByteReader): Body {
  const type = reader.u8('interface', interfaces);
  if (type === DEVICE_IDENTIFICATION) {
    reader.u8('category', categories);
    reader.u8('object', objectNames);
  } else {
    reader.skip(reader.remaining, 'data');
  }
  return { kind: 'interface', interface: type };
}

/** Section 6.21. */
function fromInterface(reader: ByteReader): Body {
  const type = reader.u8('interface', interfaces);
  if (type !== DEVICE_IDENTIFICATION) {
    reader.skip(reader.remaining, 'data');
    return { kind: 'interface', interface: type };
  }
  reader.u8('category', categories);
  reader.u8('conformity');
  reader.u8('more follows');
  reader.u8('next object');
  const objects = new Map<number, string>();
  for (let left = reader.u8('object count'); left > 0; left--) {
    const id = reader.u8('object', objectNames);
    objects.set(id, reader.text(reader.u8('object length'), 'object value'));
  }
  return { kind: 'interface', interface: type, objects };
}

function exception(reader: ByteReader): Body {
  return { kind: 'exception', code: reader.u8('exception', exceptions) };
}

function nothing(): Body {
  return { kind: 'plain' };
}

function unread(reader: ByteReader): Body {
  reader.skip(reader.remaining, 'data');
  return { kind: 'plain' };
}
