import { u16leAt } from '../bytes/byte-reader.ts';

/** Of a variable, for people: the number, the text, or the octets. */
export type Shown = number | string;

const MOST_SHOWN = 32;
const LONGEST_TEXT = 1_024;

/**
 * What octets are worth of which nobody said of which type they are, lowest first: one or two are a number. Wider ones may
 * as well be REAL, which only a table of symbols can tell.
 */
export function untypedNumber(data: Uint8Array): number | undefined {
  return data.length === 1 ? data[0] : data.length === 2 ? u16leAt(data, 0) : undefined;
}

/** The number, or the octets. */
export function shownUntyped(data: Uint8Array): Shown {
  return untypedNumber(data) ?? shownOctets(data);
}

/** The octets as IEC 61131-3 writes them: `16#0fd2`, in the order in which they came. */
export function shownOctets(data: Uint8Array): string {
  const digits = Array.from(data.subarray(0, MOST_SHOWN), (octet) => octet.toString(16).padStart(2, '0'));
  return `16#${digits.join('')}${data.length > MOST_SHOWN ? '…' : ''}`;
}

/** Up to the NUL. */
export function textUpToNul(data: Uint8Array): string {
  const end = data.indexOf(0);
  return String.fromCharCode(...data.subarray(0, Math.min(end < 0 ? data.length : end, LONGEST_TEXT)));
}
