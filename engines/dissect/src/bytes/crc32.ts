const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb8_8320 : rest >>> 1;
  return rest;
});

/** That of Ethernet and of ZIP, without what is done at its ends: it begins with -1, and is inverted when all is in. */
export function crc32(initial: number, bytes: Uint8Array, start: number, end: number): number {
  let rest = initial;
  for (let at = start; at < end; at++) rest = (rest >>> 8) ^ table[(rest ^ bytes[at]!) & 0xff]!;
  return rest;
}
