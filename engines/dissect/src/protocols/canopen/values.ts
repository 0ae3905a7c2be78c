import { textAt } from '../../bytes/byte-reader.ts';

const MOST_SHOWN = 64;
const LONGEST_NUMBER = 4;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** The value of an object: numbers are little-endian; text where it is text. */
export function valueOf(data: Uint8Array): number | string {
  if (data.length <= LONGEST_NUMBER) return data.reduceRight((value, octet) => value * 256 + octet, 0);
  const text = textAt(data, 0, data.length);
  return text !== '' && PRINTABLE.test(text) ? text : hexOf(data, 0, data.length);
}

export function hexOf(bytes: Uint8Array, start: number, end: number): string {
  let digits = '';
  for (let at = start; at < Math.min(end, start + MOST_SHOWN); at++) {
    digits += bytes[at]!.toString(16).padStart(2, '0');
  }
  return end - start > MOST_SHOWN ? `${digits}…` : digits;
}
