/** Of a variable, for people: the number, the text, or the octets. */
export type Shown = number | string;

const MOST_SHOWN = 32;

/**
 * Octets whose type no message tells: one or two are taken for a number, wider ones may as well be REAL and stay
 * hexadecimal.
 */
export function untyped(data: Uint8Array): Shown {
  if (data.length === 1) return data[0]!;
  if (data.length === 2) return data[0]! | (data[1]! << 8);
  const digits = Array.from(data.subarray(0, MOST_SHOWN), (octet) => octet.toString(16).padStart(2, '0'));
  return `16#${digits.join('')}${data.length > MOST_SHOWN ? '…' : ''}`;
}

/** Undefined where the text is no decimal number. */
export function numberIn(text: string): number | undefined {
  return /^[+-]?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}
