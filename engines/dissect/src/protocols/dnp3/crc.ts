import { u16leAt } from '../../bytes/byte-reader.ts';

/** IEEE 1815-2012, 9.2.4.3: x^16 + x^13 + x^12 + x^11 + x^10 + x^8 + x^6 + x^5 + x^2 + 1, lowest bit first. */
const REVERSED_POLYNOMIAL = 0xa6bc;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ REVERSED_POLYNOMIAL : rest >>> 1;
  return rest;
});

export function crc(bytes: Uint8Array, start: number, end: number): number {
  let rest = 0;
  for (let at = start; at < end; at++) rest = (rest >>> 8) ^ table[(rest ^ bytes[at]!) & 0xff]!;
  return ~rest & 0xffff;
}

/** The checksum follows what it is about, low byte first. */
export function agrees(bytes: Uint8Array, start: number, end: number): boolean {
  return u16leAt(bytes, end) === crc(bytes, start, end);
}
