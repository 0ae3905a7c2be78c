import { encode } from 'uqr';

/** What a reader needs to find the code: ISO/IEC 18004, 6.3.8. */
const QUIET = 4;

/** The dark modules as one path, in a square of `size` with its quiet zone. */
export function qrPath(words: string): { size: number; path: string } {
  const { size, data } = encode(words, { ecc: 'M', border: QUIET });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { size, path };
}
