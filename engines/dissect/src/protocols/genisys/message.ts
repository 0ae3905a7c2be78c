import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import { COMMON_CONTROL, EXECUTE, operations } from './operations.ts';

export interface GenisysMessage {
  readonly header: number;
  readonly server: number;
  /** Of bytes of indications or controls: address, then what they are. */
  readonly pairs: readonly (readonly [address: number, data: number])[];
  /** False when there is a checksum and it is wrong. */
  readonly checked: boolean;
}

export const ACKNOWLEDGE = 0xf1;
export const INDICATION = 0xf2;
export const CHECKBACK = 0xf3;
const TERMINATOR = 0xf6;
const ESCAPE = 0xf0;
const INITIAL = 0xffff;
const CHECKSUM = 2;
/** Header, server, checksum, terminator. */
const LEAST_CHECKED = 3 + CHECKSUM;
/** Every address once, everything escaped. */
export const LONGEST = 2 + 2 * (1 + 2 * 256 + 2);
/** Address 0xE0 is no byte of relays but says how the server works. */
export const MODE = 0xe0;

const headers: Record<number, string> = {
  [ACKNOWLEDGE]: 'acknowledge client',
  [INDICATION]: 'indication data',
  [CHECKBACK]: 'control checkback',
  ...Object.fromEntries(Object.entries(operations).map(([header, { title }]) => [header, title])),
};

export const isFromServer = (header: number): boolean => header < COMMON_CONTROL;

function isHeader(octet: number): boolean {
  return (octet >= ACKNOWLEDGE && octet <= CHECKBACK) || (octet >= COMMON_CONTROL && octet <= EXECUTE);
}

/** Where the message that begins here ends; 0 when that has not arrived, -1 when none begins. */
export function messageEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start < end && !isHeader(bytes[start]!)) return -1;
  const last = Math.min(end, start + LONGEST);
  let at = start + 1;
  while (at < last && bytes[at] !== TERMINATOR) at++;
  if (at === last) return end - start < LONGEST ? 0 : -1;
  if (at === start + 1 || !isEscapedUntil(bytes, start + 1, at - CHECKSUM)) return -1;
  // Not everybody escapes the checksum: it may hold what looks like the terminator.
  for (let next = at; next < Math.min(last, at + 1 + CHECKSUM); next++) {
    if (bytes[next] === TERMINATOR && isChecked(bytes, start, next + 1)) return next + 1;
  }
  return at + 1;
}

function isEscapedUntil(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at]! > ESCAPE || (bytes[at] === ESCAPE && bytes[at + 1]! > 0x0f)) return false;
  }
  return true;
}

/** A checksum that covers something, and is right. */
export function isChecked(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= LEAST_CHECKED && (isPlain(bytes, start, end) || isEscaped(bytes, start, end));
}

/** Is the checksum told as it is, and right? */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  const at = end - 1 - CHECKSUM;
  return at > start + 1 && sumOf(bytes, start, at) === u16leAt(bytes, at);
}

/** Of a sum over all with the sum itself nothing remains. */
function isEscaped(bytes: Uint8Array, start: number, end: number): boolean {
  return sumOf(bytes, start, end - 1) === 0;
}

/** Octets from `start` on, with escaped ones counted once. */
function octetsIn(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] !== ESCAPE) count++;
  return count;
}

function sumOf(bytes: Uint8Array, start: number, end: number): number {
  let sum = crc16(crc16Arc, INITIAL, bytes, start, start + 1);
  for (let at = start + 1; at < end; at++) {
    const octet = bytes[at] === ESCAPE ? ESCAPE | bytes[++at]! : bytes[at]!;
    sum = (sum >>> 8) ^ crc16Arc[(sum ^ octet) & 0xff]!;
  }
  return sum;
}

export function readGenisys(reader: ByteReader): GenisysMessage {
  const whole = reader.peekBytes(reader.remaining);
  const { length } = whole;
  const hasChecksum = whole[0] !== ACKNOWLEDGE && length >= LEAST_CHECKED;
  const escaped = hasChecksum && !isPlain(whole, 0, length) && isEscaped(whole, 0, length);
  const checked = !hasChecksum || escaped || isPlain(whole, 0, length);
  let left = escaped
    ? octetsIn(whole, 1, length - 1) - CHECKSUM
    : octetsIn(whole, 1, length - 1 - (hasChecksum ? CHECKSUM : 0));
  const header = reader.u8('header', headers);
  const server = octet(reader, 'server');
  left--;
  const pairs: [number, number][] = [];
  for (; left >= 2; left -= 2) {
    reader.open('byte');
    pairs.push([octet(reader, 'address'), octet(reader, 'data')]);
    reader.close();
  }
  if (left === 1) octet(reader, 'address without data');
  if (escaped) {
    reader.open('checksum');
    octet(reader, 'low');
    octet(reader, 'high');
    reader.close();
  } else if (hasChecksum) {
    reader.u16le('checksum');
    if (!checked) reader.remark('wrong');
  }
  reader.constant8(TERMINATOR, 'terminator');
  return { header, server, pairs, checked };
}

/** Those from 0xF0 on are told in two: an escape, and the lower four bits. */
function octet(reader: ByteReader, field: string): number {
  if (reader.peek() !== ESCAPE) return reader.u8(field);
  reader.open(field);
  reader.u8('escape');
  const value = ESCAPE | reader.u8('lower four bits');
  reader.close();
  reader.remark(String(value));
  return value;
}
