import { u16At, u32At } from '../../bytes/byte-reader.ts';
import type { Endpoint, Teller } from '../../dissector.ts';
import { addressOf, type Item } from './items.ts';
import { BIT, COUNTER, DONE, TIMER, transportSizes } from './names.ts';
import { f32At } from './numbers.ts';
import { bcd } from './values.ts';

/** One number in the data of an item. */
export interface Channel {
  /** `DB10.DBW4` */
  readonly name: string;
  /** From the beginning of the value, in octets. */
  readonly at: number;
  readonly width: number;
  readonly value: (bytes: Uint8Array, at: number) => number;
}

/** Of a range of many: beyond, it is a copy of memory rather than values. */
const MOST_CHANNELS = 64;

const readers: Record<string, Channel['value']> = {
  BOOL: (bytes, at) => bytes[at]! & 1,
  BYTE: (bytes, at) => bytes[at]!,
  WORD: u16At,
  INT: (bytes, at) => (u16At(bytes, at) << 16) >> 16,
  DWORD: u32At,
  DINT: (bytes, at) => u32At(bytes, at) | 0,
  REAL: f32At,
  /** Milliseconds. */
  TIME: (bytes, at) => u32At(bytes, at) | 0,
  S5TIME: timer,
  TIMER: timer,
  COUNTER: (bytes, at) => bcd(u16At(bytes, at) & 0xfff),
};

/** Milliseconds, from three digits and a base of 10 ms to 10 s. */
function timer(bytes: Uint8Array, at: number): number {
  const word = u16At(bytes, at);
  return bcd(word & 0xfff) * 10 ** ((word >> 12) & 3) * 10;
}

/** The numbers in what items bring, as far as their types tell. Octets in a row may be anything: they are left alone. */
export function channelsOf(items: readonly Item[], writing: boolean): (readonly Channel[])[] {
  return items.map(({ range }) => {
    const type = range && transportSizes[range.size];
    const value = type && readers[type.name];
    if (!value) return [];
    const { size, count, start, area } = range;
    if (count > MOST_CHANNELS || (count > 1 && type.width < 2)) return [];
    const width = size === BIT ? 1 : type.width;
    const step = area === TIMER || area === COUNTER ? 1 : width * 8;
    return Array.from({ length: count }, (_, i) => ({
      name: addressOf({ ...range, start: start + i * step, count: 1 }, writing),
      at: i * width,
      width,
      value,
    }));
  });
}

/**
 * Data of a write job, or of the answer to a read job, from `start` on.
 * @param results of a write, one octet for each item: only what was written is told
 */
export function tellValues(
  here: Teller,
  about: Endpoint,
  channels: readonly (readonly Channel[])[],
  bytes: Uint8Array,
  start: number,
  end: number,
  set: boolean,
  results?: Uint8Array,
): void {
  let at = start;
  for (const [place, item] of channels.entries()) {
    if (end - at < 4) return;
    const code = bytes[at]!;
    const size = bytes[at + 1]!;
    const said = u16At(bytes, at + 2);
    const isAbsent = size === 0 && code !== DONE && code !== 0;
    const length = isAbsent ? 0 : size >= 3 && size <= 5 ? (said + 7) >> 3 : said;
    const value = at + 4;
    if (set ? (results?.[place] ?? DONE) === DONE : code === DONE) {
      for (const channel of item) {
        const from = value + channel.at;
        if (channel.at + channel.width > length || from + channel.width > end) break;
        here.variableNamed(about, channel.name, channel.value(bytes, from), set);
      }
    }
    at = value + length + (length & 1);
  }
}
