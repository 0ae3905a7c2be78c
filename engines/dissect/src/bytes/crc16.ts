/** Cyclic checksums of 16 bits, lowest bit first: `table` comes from `crc16Table(reversed polynomial)`. */
export function crc16(
  table: Uint16Array,
  initial: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let rest = initial;
  for (let at = start; at < end; at++) rest = (rest >>> 8) ^ table[(rest ^ bytes[at]!) & 0xff]!;
  return rest;
}

export function crc16Table(reversedPolynomial: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ reversedPolynomial : rest >>> 1;
    return rest;
  });
}

/** x^16 + x^12 + x^5 + 1: that of ITU-T V.41, of HDLC, of IEEE 802.15.4 and of MS/TP. */
export const crc16Ccitt = crc16Table(0x8408);
const highFirst = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 8;
  for (let bit = 0; bit < 8; bit++) rest = rest & 0x8000 ? (rest << 1) ^ 0x1021 : rest << 1;
  return rest & 0xffff;
});

/** The polynomial of ITU-T V.41 too, highest bit first: of synchrophasors and of CANopen. */
export function crc16HighFirst(initial: number, bytes: Uint8Array, start: number, end: number): number {
  let rest = initial;
  for (let at = start; at < end; at++) {
    rest = ((rest << 8) & 0xffff) ^ highFirst[(rest >>> 8) ^ bytes[at]!]!;
  }
  return rest;
}

/** x^16 + x^15 + x^2 + 1: that of Modbus on serial lines. */
export const crc16Arc = crc16Table(0xa001);
