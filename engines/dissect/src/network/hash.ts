export function hash(a: number, b: number, c: number, d: number): number {
  let h =
    Math.imul(a, 0x9e37_79b1) ^
    Math.imul(b, 0x85eb_ca6b) ^
    Math.imul(c, 0xc2b2_ae35) ^
    Math.imul(d, 0x27d4_eb2f);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b_3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
