/**
 * A short name for a text, to tell texts of one document apart. It resists nobody who looks for two texts with the
 * same name: who needs that takes SHA-256.
 */
export function fingerprint(text: string): string {
  // Two multiplicative hashes over UTF-16 units (cyrb53 by bryc, public domain).
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
