import { ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import {
  type Capture,
  type Direction,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { type Body, EXCEPTION, functionName, functions, readBody } from './functions.ts';
import { ModbusSession } from './modbus.ts';

/** A message as it goes over a serial line, carried over TCP or UDP by a device that knows no better. */
export interface SerialMessage {
  readonly unit: number;
  readonly code: number;
  readonly body: Body;
  readonly isRight: boolean;
}

// MODBUS over Serial Line V1.02, 2.5.1: unit, function, data, CRC.
const SHORTEST = 4;
const LONGEST = 256;
const CHECK = 2;

export const modbusRtu: Dissector<SerialMessage> = {
  name: 'modbus-rtu',
  title: 'Modbus RTU over TCP',
  reference: 'MODBUS over Serial Line V1.02, 2.5.1',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [502] },
    { on: 'udp', at: [502] },
  ],
  claims: [],

  /** A CRC of 16 bits over a message of a length that its function allows, and behind it nothing or the next. */
  recognises(bytes, start, end, expected) {
    const length = lengthOf(bytes, start, end);
    if (length === 0) return expected ? PERHAPS : NOT_OURS;
    return length !== LOST && lengthOf(bytes, start + length, end) !== LOST ? OURS : NOT_OURS;
  },

  messageLength: (bytes, start, end) => lengthOf(bytes, start, end),

  read(reader, { direction }) {
    const whole = reader.peekBytes(reader.remaining - CHECK);
    const right = crc16(crc16Arc, 0xffff, whole, 0, whole.length);
    const message = readMessage(reader, direction, CHECK);
    const isRight = reader.u16le('CRC') === right;
    if (!isRight) reader.remark(`should be ${right}`);
    return { ...message, isRight };
  },

  begin: (capture) =>
    new SerialSession(capture, (bytes, start, end, into) => {
      into.set(bytes.subarray(start, end - CHECK));
      return end - CHECK - start;
    }),
};

const COLON = 0x3a;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LONGEST_LINE = 1 + 2 * (LONGEST + 1) + 2;
/** Colon, unit, function, LRC, line end. */
const SHORTEST_LINE = 9;

/** 2.5.2: the same in hexadecimal, from a colon to the end of a line, with a sum of 8 bits. */
export const modbusAscii: Dissector<SerialMessage> = {
  name: 'modbus-ascii',
  title: 'Modbus ASCII over TCP',
  reference: 'MODBUS over Serial Line V1.02, 2.5.2',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [502] },
    { on: 'udp', at: [502] },
  ],
  claims: [],

  recognises(bytes, start, end) {
    if (bytes[start] !== COLON) return NOT_OURS;
    const length = lineLength(bytes, start, end);
    if (length === 0) return PERHAPS;
    return length !== LOST && isSummed(bytes, start, start + length) ? OURS : NOT_OURS;
  },

  messageLength: lineLength,

  read(reader, { direction }) {
    const line = reader.peekBytes(reader.remaining);
    const octets = new Uint8Array(LONGEST + 1);
    const length = decoded(line, 0, line.length, octets);
    const isRight = line.length >= SHORTEST_LINE && isSummed(line, 0, line.length);
    reader.text(reader.remaining, 'line');
    // Two characters are one octet: what they say lies in no octets of the capture, and is shown in words.
    const message = readMessage(new ByteReader(octets, 0, length), direction, 0);
    reader.remark(`unit ${message.unit}, ${functionName(message.code) ?? message.code}`);
    return { ...message, isRight };
  },

  begin: (capture) => new SerialSession(capture, decoded),
};

function readMessage(
  reader: ByteReader,
  direction: Direction,
  behind: number,
): Omit<SerialMessage, 'isRight'> {
  const unit = reader.u8('unit');
  const code = reader.u8('function', functionName);
  const before = reader.limit(reader.remaining - behind, 'message');
  const body = readBody(reader, code, direction, undefined);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'more data');
  reader.release(before);
  return { unit, code, body };
}

/** MBAP header in front: what `ModbusSession` reads. Without a transaction, one request is outstanding at a time. */
const HEADER = 6;

class SerialSession implements Session {
  readonly #inner: ModbusSession;
  readonly #take: (bytes: Uint8Array, start: number, end: number, into: Uint8Array) => number;
  readonly #frame = new Uint8Array(HEADER + LONGEST + 1);

  constructor(
    capture: Capture,
    take: (bytes: Uint8Array, start: number, end: number, into: Uint8Array) => number,
  ) {
    this.#inner = new ModbusSession(capture);
    this.#take = take;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const frame = this.#frame;
    const length = this.#take(bytes, start, end, frame.subarray(HEADER));
    if (length < 2) return;
    frame[4] = length >> 8;
    frame[5] = length & 0xff;
    this.#inner.message(here, frame, 0, HEADER + length);
  }

  finish(): void {
    this.#inner.finish();
  }
}

/**
 * The length of a message by its function; 0 until there is enough, LOST when no length fits. Request and answer of one
 * function differ in length: it is the checksum that tells which it is.
 */
function lengthOf(bytes: Uint8Array, start: number, end: number): number {
  const there = end - start;
  if (there < SHORTEST) return 0;
  const code = bytes[start + 1]!;
  if (code & EXCEPTION) return functions[code & ~EXCEPTION] ? checked(bytes, start, there, 5, 5) : LOST;
  const counted = SHORTEST + 1 + bytes[start + 2]!;
  switch (code) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
      return checked(bytes, start, there, 8, counted);
    case 0x05:
    case 0x06:
    case 0x08:
      return checked(bytes, start, there, 8, 8);
    case 0x0f:
    case 0x10:
      return checked(bytes, start, there, 8, there > 6 ? 9 + bytes[start + 6]! : 9);
    case 0x16:
      return checked(bytes, start, there, 10, 10);
    case 0x17:
      return checked(bytes, start, there, counted, there > 10 ? 13 + bytes[start + 10]! : 13);
    case 0x07:
      return checked(bytes, start, there, 4, 5);
    case 0x11:
      return checked(bytes, start, there, 4, counted);
    default:
      return LOST;
  }
}

function checked(bytes: Uint8Array, start: number, there: number, one: number, other: number): number {
  if (agrees(bytes, start, there, one)) return one;
  if (agrees(bytes, start, there, other)) return other;
  return there < Math.max(one, other) && Math.max(one, other) <= LONGEST ? 0 : LOST;
}

function agrees(bytes: Uint8Array, start: number, there: number, length: number): boolean {
  if (length > there || length > LONGEST) return false;
  const end = start + length - CHECK;
  return crc16(crc16Arc, 0xffff, bytes, start, end) === u16leAt(bytes, end);
}

/** Of a line with its end; 0 while there is none, LOST when this is none. */
function lineLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== COLON) return start < end ? LOST : 0;
  const stop = Math.min(end, start + LONGEST_LINE);
  for (let at = start + 1; at < stop; at++) {
    const character = bytes[at]!;
    if (character === LINE_FEED) {
      const length = at + 1 - start;
      return length >= SHORTEST_LINE && length % 2 === 1 && bytes[at - 1] === CARRIAGE_RETURN ? length : LOST;
    }
    if (character !== CARRIAGE_RETURN && digitOf(character) < 0) return LOST;
  }
  return end - start >= LONGEST_LINE ? LOST : 0;
}

/** The octets of a line without their sum; how many. */
function decoded(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let length = 0;
  for (let at = start + 1; at + 1 < end - 4 && length < LONGEST; at += 2) {
    into[length++] = (digitOf(bytes[at]!) << 4) | digitOf(bytes[at + 1]!);
  }
  return length;
}

/** All octets and their sum make 0. */
function isSummed(bytes: Uint8Array, start: number, end: number): boolean {
  let sum = 0;
  for (let at = start + 1; at + 1 < end - 2; at += 2) {
    sum += (digitOf(bytes[at]!) << 4) | digitOf(bytes[at + 1]!);
  }
  return (sum & 0xff) === 0;
}

function digitOf(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  return character >= 0x41 && character <= 0x46 ? character - 0x37 : -1;
}
