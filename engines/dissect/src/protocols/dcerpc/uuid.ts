import type { ByteReader } from '../../bytes/byte-reader.ts';

/** C706, appendix A. The first three parts are numbers in the byte order of the sender. */
export function readUuid(
  reader: ByteReader,
  field: string,
  little: boolean,
  meaning?: (uuid: string) => string | undefined,
): string {
  const uuid = uuidText(reader.bytes(16, field), 0, little);
  const means = meaning?.(uuid);
  reader.remark(means === undefined ? uuid : `${uuid}, ${means}`);
  return uuid;
}

export function uuidText(bytes: Uint8Array, at: number, little: boolean): string {
  const order = little ? LITTLE : BIG;
  let text = '';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += octets[bytes[at + order[i]!]!]!;
  }
  return text;
}

const BIG = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const LITTLE = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const octets = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));
