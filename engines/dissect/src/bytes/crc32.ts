const POLYNOMIAL = 0xedb8_8320;
const TABLE = Int32Array.from({ length: 256 }, (_, octet) => {
  let rest = octet;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** Of nothing yet; the checksum of Ethernet (IEEE 802.3) is the complement of what the last piece left. */
export const CRC32_BEGIN = -1;

/** Goes on from what an earlier piece left. */
export function crc32(rest: number, bytes: Uint8Array, start: number, end: number): number {
  let crc = rest;
  for (let at = start; at < end; at++) crc = TABLE[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return crc;
}
