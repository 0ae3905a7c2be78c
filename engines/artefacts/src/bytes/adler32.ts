/** So many bytes may be summed before the sums outgrow 32 bits. */
const MOST_AT_ONCE = 5552;

/** Adler-32 (RFC 1950 section 8.2), of all bytes or, from `before`, of some more. */
export function adler32(bytes: Uint8Array, before = 1): number {
  let [low, high] = [before & 0xffff, before >>> 16];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(at + MOST_AT_ONCE, bytes.length);
    for (; at < end; at++) {
      low += bytes[at]!;
      high += low;
    }
    low %= 65_521;
    high %= 65_521;
  }
  return high * 65_536 + low;
}
