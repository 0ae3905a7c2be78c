/** GFK-0529, table of segment selectors: memory types, as engineers name them. */
interface Segment {
  readonly name: string;
  readonly unit: 'bit' | 'byte' | 'word';
}

const segments: Readonly<Record<number, Segment>> = {
  0x08: { name: '%R', unit: 'word' },
  0x0a: { name: '%AI', unit: 'word' },
  0x0c: { name: '%AQ', unit: 'word' },
  0x10: { name: '%I', unit: 'byte' },
  0x12: { name: '%Q', unit: 'byte' },
  0x14: { name: '%T', unit: 'byte' },
  0x16: { name: '%M', unit: 'byte' },
  0x18: { name: '%SA', unit: 'byte' },
  0x1a: { name: '%SB', unit: 'byte' },
  0x1c: { name: '%SC', unit: 'byte' },
  0x1e: { name: '%S', unit: 'byte' },
  0x38: { name: '%G', unit: 'byte' },
  0x46: { name: '%I', unit: 'bit' },
  0x48: { name: '%Q', unit: 'bit' },
  0x4a: { name: '%T', unit: 'bit' },
  0x4c: { name: '%M', unit: 'bit' },
  0x4e: { name: '%SA', unit: 'bit' },
  0x50: { name: '%SB', unit: 'bit' },
  0x52: { name: '%SC', unit: 'bit' },
  0x54: { name: '%S', unit: 'bit' },
  0x56: { name: '%G', unit: 'bit' },
};

export interface Range {
  readonly selector: number;
  /** From 0, in the unit of the selector. */
  readonly offset: number;
  readonly count: number;
}

const BYTE = 8;
const MOST_POINTS = 1_024;

export function selectorName(selector: number): string | undefined {
  const segment = segments[selector];
  return segment && `${segment.name}, by the ${segment.unit}`;
}

/** `%R1 to %R10`; what is discrete is numbered by the bit. */
export function rangeName({ selector, offset, count }: Range): string {
  const segment = segments[selector];
  if (!segment) return `segment 0x${selector.toString(16)}, ${offset}`;
  const points = segment.unit === 'byte' ? count * BYTE : count;
  const first = segment.unit === 'byte' ? offset * BYTE : offset;
  const from = `${segment.name}${first + 1}`;
  return points <= 1 ? from : `${from} to ${segment.name}${first + points}`;
}

/** A number for each point there is: selectors of one memory that differ in their unit only share it. */
export function pointName(index: number): string {
  const segment = segments[Math.floor(index / 0x10_0000)];
  return `${segment?.name ?? '?'}${(index % 0x10_0000) + 1}`;
}

export interface Point {
  readonly index: number;
  readonly value: number;
}

/** Words, and every bit of bits and bytes. By the bit, the first is where it is in its octet. */
export function pointsIn({ selector, offset, count }: Range, data: Uint8Array): Point[] {
  const segment = segments[selector];
  const points: Point[] = [];
  if (!segment) return points;
  const base = baseOf(segment) * 0x10_0000;
  if (segment.unit === 'word') {
    for (let i = 0; i < count && 2 * i + 1 < data.length && i < MOST_POINTS; i++) {
      points.push({ index: base + offset + i, value: data[2 * i]! | (data[2 * i + 1]! << 8) });
    }
    return points;
  }
  const first = segment.unit === 'byte' ? offset * BYTE : offset;
  const bits = segment.unit === 'byte' ? count * BYTE : count;
  const skipped = segment.unit === 'byte' ? 0 : offset % BYTE;
  for (let i = 0; i < bits && i < MOST_POINTS; i++) {
    const octet = data[(skipped + i) >> 3];
    if (octet === undefined) break;
    points.push({ index: base + first + i, value: (octet >> ((skipped + i) & 7)) & 1 });
  }
  return points;
}

/** Octets that hold the range. */
export function sizeOf({ selector, offset, count }: Range): number {
  const unit = segments[selector]?.unit;
  if (unit === 'word') return count * 2;
  return unit === 'bit' ? Math.ceil(((offset % BYTE) + count) / BYTE) : count;
}

/** The lowest selector of that memory. */
function baseOf({ name }: Segment): number {
  return Number(Object.keys(segments).find((selector) => segments[Number(selector)]!.name === name));
}
