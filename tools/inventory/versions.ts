import type { Random } from './random.ts';

/** A range so plain that there are no two opinions about what lies in it; everything else is not drawn. */
export interface PlainRange {
  /** A version that is in it. */
  inside(random: Random): string;
  /** The first version that is not in it any more, where it has an end. */
  readonly fixed: string | undefined;
  /** Whether dotted numbers lie in it; undefined where this cannot be said of other texts. */
  holds(version: string): boolean | undefined;
}

const number = String.raw`(?:[VvRr]|SV|FW)?\s?\d+(?:\.\d+){0,4}`;
const patched = new RegExp(String.raw`^<\s*(${number}\s+(?:SP|Update|Upd|HF)\s?)(\d+)$`);

export function plainRange(written: string): PlainRange | undefined {
  const text = written
    .replace(/^vers:\w+\//, '')
    .replaceAll('_', ' ')
    .trim();
  if (text === '*' || /^all versions$/i.test(text))
    return {
      inside: (random) => `${1 + random.below(9)}.${random.below(10)}.${random.below(10)}`,
      fixed: undefined,
      holds: () => true,
    };

  const below = new RegExp(`^<\\s*(${number})$`).exec(text)?.[1];
  if (below) return belowOf(below, false);
  const upTo = new RegExp(`^<=\\s*(${number})$`).exec(text)?.[1];
  if (upTo) return belowOf(upTo, true);

  const closed = new RegExp(`^>=\\s*(${number})\\s*(?:\\||,|and)?\\s*(<=?)\\s*(${number})$`).exec(text);
  if (closed) {
    const [, lower, sign, upper] = closed as unknown as [string, string, string, string];
    const order = compare(lower, upper);
    // "15" beside "15.2.2" is too coarse for anybody.
    if (order === undefined || order >= 0 || lower.split('.').length < upper.split('.').length)
      return undefined;
    return {
      inside: (random) => (sign === '<=' && random.chance(0.3) ? upper : lower),
      fixed: sign === '<' ? upper : after(upper),
      holds: (version) => {
        const [low, high] = [compare(version, lower), compare(version, upper)];
        if (low === undefined || high === undefined) return undefined;
        return low >= 0 && (sign === '<' ? high < 0 : high <= 0);
      },
    };
  }

  const patch = patched.exec(text);
  if (patch && Number(patch[2]) > 0) {
    const [, base, level] = patch as unknown as [string, string, string];
    const before = Number(level) - 1;
    return {
      inside: () => (before === 0 ? base.replace(/\s+\S+\s*$/, '') : `${base}${before}`),
      fixed: `${base}${level}`,
      holds: () => undefined,
    };
  }

  const list = text.split(/\s*\|\s*/);
  if (list.every((one) => new RegExp(`^${number}$`).test(one) && /\./.test(one)))
    return {
      inside: (random) => random.pick(list),
      fixed: undefined,
      holds: (version) => {
        const orders = list.map((one) => compare(version, one));
        return orders.includes(0) ? true : orders.includes(undefined) ? undefined : false;
      },
    };
  return undefined;
}

function belowOf(bound: string, inclusive: boolean): PlainRange | undefined {
  const before = inclusive ? bound : earlier(bound);
  if (before === undefined) return undefined;
  return {
    inside: (random) => (random.chance(0.5) ? before : (earlier(before) ?? before)),
    fixed: inclusive ? after(bound) : bound,
    holds: (version) => {
      const order = compare(version, bound);
      return order === undefined ? undefined : inclusive ? order <= 0 : order < 0;
    },
  };
}

/** Of the last number that is not zero, one less: 4.3.0 after 4.2.0. Nothing is earlier than 1 or 1.0. */
function earlier(version: string): string | undefined {
  const parts = /^(\D*)(.*)$/.exec(version)!;
  const numbers = parts[2]!.split('.');
  const at = numbers.findLastIndex((one) => Number(one) > 0);
  if (at < 1) return undefined;
  numbers[at] = String(Number(numbers[at]) - 1).padStart(numbers[at]!.length, '0');
  return parts[1] + numbers.join('.');
}

/** The next one: 4.3.1 after 4.3.0. The digits keep their number, so that 09 does not become 010. */
function after(version: string): string {
  return version.replace(/\d+$/, (last) => String(Number(last) + 1).padStart(last.length, '0'));
}

/** Below 0, 0 or above 0; undefined for everything that is not digits and dots. */
function compare(a: string, b: string): number | undefined {
  const [one, other] = [a, b].map((text) => text.replace(/^(?:[VvRr]|SV|FW)?\s?/, ''));
  if (!/^\d+(\.\d+)*$/.test(one!) || !/^\d+(\.\d+)*$/.test(other!)) return undefined;
  const [left, right] = [one!.split('.').map(Number), other!.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
