import { join } from './wire.ts';

/** An element of ASN.1: tag, length, contents. Texts are written as they are. */
export function tlv(tag: number, ...contents: (ArrayLike<number> | string)[]): Uint8Array {
  const bytes = join(
    ...contents.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part)),
  );
  const { length } = bytes;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return join([tag], size, bytes);
}
