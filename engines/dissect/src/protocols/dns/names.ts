import { type ByteReader, Malformed, textAt } from '../../bytes/byte-reader.ts';

const POINTER = 0xc0;
const LONGEST = 255;

/**
 * RFC 1035, 4.1.4. Pointers only lead back, so that no name runs in circles.
 * @param message from the reader's first byte
 * @param base where in it pointers count from
 */
export function readName(reader: ByteReader, message: Uint8Array, field: string, base = 0): string {
  const start = reader.offset;
  let [name, at, segment, size] = ['', start, start, 0];
  for (;;) {
    const length = message[at] ?? -1;
    if (length < 0) throw new Malformed(field, start, 'has no end');
    if (length >= POINTER) {
      const to = base + (((length & 0x3f) << 8) | (message[at + 1] ?? 0xff));
      size ||= at + 2 - start;
      if (to >= segment) throw new Malformed(field, start, 'a pointer that does not lead back');
      at = segment = to;
      continue;
    }
    if (length > 63) throw new Malformed(field, start, `a label of kind ${length >> 6}`);
    if (length === 0) break;
    name += `${name === '' ? '' : '.'}${textAt(message, at + 1, at + 1 + length, 'utf-8')}`;
    if (name.length > LONGEST) throw new Malformed(field, start, `longer than ${LONGEST}`);
    at += 1 + length;
  }
  reader.skip(size || at + 1 - start, field);
  reader.remark(name);
  return name;
}
