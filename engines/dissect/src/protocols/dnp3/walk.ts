import type { Counter } from '../../analysis/counters.ts';
import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { carriesObjects, FIRST_SIZE_PREFIX, prefixLengths, rangeLengths } from './fragment.ts';
import { isString, layoutOf } from './groups.ts';
import type { Outputs } from './outputs.ts';

/** Nothing that a poll does not bring again and again. */
export const PLAIN = 0;
/** Holds something worth reading: controls, files, attributes, authentication. */
export const TELLING = 1;
/** The objects do not add up, or their length is unknown: reading says where. */
export const BROKEN = 2;

const telling = new Set([0, 12, 13, 41, 43, 70, 120]);

/**
 * Steps over the objects of a fragment, counts them, and remembers the outputs it passes, without making anything. This
 * is what happens to nearly every message; whatever it finds curious is read properly.
 */
export function walk(
  bytes: Uint8Array,
  start: number,
  end: number,
  code: number,
  objects: Counter,
  outputs: Outputs | undefined,
): number {
  let result = PLAIN;
  let at = start;
  while (at < end) {
    if (end - at < 3) return BROKEN;
    const group = bytes[at]!;
    const variation = bytes[at + 1]!;
    objects.add(group * 256 + variation);
    if (telling.has(group)) result = TELLING;
    const prefix = (bytes[at + 2]! >> 4) & 7;
    const specifier = bytes[at + 2]! & 0xf;
    const width = rangeLengths[specifier]!;
    if (width < 0 || prefix === 7) return BROKEN;
    at += 3;
    const numbers = specifier < 6 ? 2 : specifier === 6 ? 0 : 1;
    if (end - at < numbers * width) return BROKEN;
    const first = numbers === 2 ? numberAt(bytes, at, width) : 0;
    const last = numbers > 0 ? numberAt(bytes, at + (numbers - 1) * width, width) : -1;
    const count = numbers === 2 ? last - first + 1 : numbers === 1 ? last : 0;
    at += numbers * width;
    if (numbers === 2 && count < 1) return BROKEN;
    const prefixWidth = prefixLengths[prefix]!;
    if (prefix >= FIRST_SIZE_PREFIX) {
      for (let i = 0; i < count; i++) {
        if (end - at < prefixWidth) return BROKEN;
        at += prefixWidth + numberAt(bytes, at, prefixWidth);
        if (at > end) return BROKEN;
      }
      continue;
    }
    if (!carriesObjects(code, group)) {
      at += count * prefixWidth;
      if (at > end) return BROKEN;
      continue;
    }
    const layout = layoutOf(group, variation);
    if (!layout && !isString(group)) {
      // Attributes carry their length; of what else is unknown, nobody knows where it ends.
      if (group !== 0) return count === 0 ? result : BROKEN;
      for (let i = 0; i < count; i++) {
        if (end - at < prefixWidth + 2) return BROKEN;
        at += prefixWidth + 2 + bytes[at + prefixWidth + 1]!;
        if (at > end) return BROKEN;
      }
      continue;
    }
    const packed = layout !== undefined && layout.bits > 0;
    const each = layout ? (packed ? 1 : layout.size) : variation;
    const length =
      packed && prefixWidth === 0 ? Math.ceil((count * layout.bits) / 8) : count * (prefixWidth + each);
    if (at + length > end) return BROKEN;
    if (outputs && prefixWidth === 0) outputs.learn(group, variation, first, count, bytes, at);
    at += length;
  }
  return result;
}

function numberAt(bytes: Uint8Array, at: number, width: number): number {
  return width === 1 ? bytes[at]! : width === 2 ? u16leAt(bytes, at) : width === 4 ? u32leAt(bytes, at) : 0;
}
