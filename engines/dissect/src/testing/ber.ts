import { join } from './wire.ts';

/** An element in BER, for tests: its tag as it is written (`0xbf48` too), and what is in it. */
export function tlv(tag: number, ...parts: (ArrayLike<number> | string)[]): Uint8Array {
  const content = join(
    ...parts.map((part) =>
      typeof part === 'string' ? Uint8Array.from(part, (letter) => letter.charCodeAt(0)) : part,
    ),
  );
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return join(tag < 0x100 ? [tag] : [tag >> 8, tag & 0xff], size, content);
}
