import { u16At } from '../../bytes/byte-reader.ts';

/** IEEE C37.118.2-2011, annex B: x^16 + x^12 + x^5 + 1, from -1. */
const POLYNOMIAL = 0x1021;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 8;
  for (let bit = 0; bit < 8; bit++) rest = rest & 0x8000 ? (rest << 1) ^ POLYNOMIAL : rest << 1;
  return rest & 0xffff;
});

export function crc(bytes: Uint8Array, start: number, end: number): number {
  let rest = 0xffff;
  for (let at = start; at < end; at++) {
    rest = ((rest << 8) & 0xffff) ^ table[(rest >>> 8) ^ bytes[at]!]!;
  }
  return rest;
}

/** The checksum is the last word of a frame. */
export function agrees(bytes: Uint8Array, start: number, end: number): boolean {
  return u16At(bytes, end - 2) === crc(bytes, start, end - 2);
}
