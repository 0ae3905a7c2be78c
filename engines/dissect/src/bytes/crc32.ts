const POLYNOMIAL = 0xedb8_8320;
const TABLE = Int32Array.from({ length: 256 }, (_, octet) => {
  let rest = octet;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});
/** What an octet leaves with one, two and three more behind it: four are taken in one step. */
const TABLE_1 = TABLE.map((rest) => TABLE[rest & 0xff]! ^ (rest >>> 8));
const TABLE_2 = TABLE_1.map((rest) => TABLE[rest & 0xff]! ^ (rest >>> 8));
const TABLE_3 = TABLE_2.map((rest) => TABLE[rest & 0xff]! ^ (rest >>> 8));

/** Of nothing yet; the checksum of Ethernet (IEEE 802.3) is the complement of what the last piece left. */
export const CRC32_BEGIN = -1;

/** Goes on from what an earlier piece left. */
export function crc32(rest: number, bytes: Uint8Array, start: number, end: number): number {
  let crc = rest;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      TABLE_3[crc & 0xff]! ^
      TABLE_2[(crc >>> 8) & 0xff]! ^
      TABLE_1[(crc >>> 16) & 0xff]! ^
      TABLE[crc >>> 24]!;
  }
  for (; at < end; at++) crc = TABLE[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return crc;
}
