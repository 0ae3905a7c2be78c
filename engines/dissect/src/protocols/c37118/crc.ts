import { u16At } from '../../bytes/byte-reader.ts';
import { crc16HighFirst } from '../../bytes/crc16.ts';

/** IEEE C37.118.2-2011, annex B: from -1. */
export function crc(bytes: Uint8Array, start: number, end: number): number {
  return crc16HighFirst(0xffff, bytes, start, end);
}

/** The checksum is the last word of a frame. */
export function agrees(bytes: Uint8Array, start: number, end: number): boolean {
  return u16At(bytes, end - 2) === crc(bytes, start, end - 2);
}
