/** Transport selectors as S7 devices use them: two bytes of resource and place, or a name. */
export interface Tsap {
  /** Printable selectors as text, others as hexadecimal: `SIMATIC-ROOT-ES`, `0102`. */
  readonly text: string;
  /** Of two-byte selectors. */
  readonly resource?: number;
  readonly rack?: number;
  readonly slot?: number;
}

// SIMATIC "Communication with SIMATIC" (A5E00069051), TSAP assignment.
export const resources: Record<number, string> = {
  0x01: 'programming device',
  0x02: 'operator panel',
  0x03: 'other',
};

export function tsap(bytes: Uint8Array): Tsap {
  if (bytes.length === 2 && bytes[0]! < 0x20) {
    return {
      text: hexOf(bytes),
      resource: bytes[0]!,
      rack: bytes[1]! >> 5,
      slot: bytes[1]! & 0x1f,
    };
  }
  const printable = bytes.length > 2 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return { text: printable ? String.fromCharCode(...bytes) : hexOf(bytes) };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
