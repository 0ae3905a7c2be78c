import { adler32 } from '../../bytes/adler32.ts';
import type { Fault } from '../fault.ts';
import { DESCRIPTOR, type Section, type Segment, viewOf } from './sections.ts';

/** Where the chunks of one section table lie. The entries stay in the file and are read when they are asked for. */
export interface Table {
  readonly segment: Segment;
  /** Number of its first chunk in the medium. */
  readonly first: number;
  /** As many chunks as it claims; of those behind `usable` nobody knows where they lie. */
  readonly claimed: number;
  readonly usable: number;
  /** What it claims fits its checksum, so that the number of the chunk behind it is known. */
  readonly isCounted: boolean;
  /** Offset of the entries, and what their values count from. */
  readonly entries: number;
  readonly base: number;
  /** Where the first chunk begins and the last one ends. */
  readonly from: number;
  readonly to: number;
  readonly faults: readonly Fault[];
}

export interface Place {
  readonly offset: number;
  readonly length: number;
  readonly isCompressed: boolean;
}

const HEADER = 24;
const ENTRY = 4;
const COMPRESSED = 0x8000_0000;
const AT_ONCE = 1 << 18;

/**
 * Reads all entries once (libewf's EWF description, section table). They are used as far as each lies behind the one before
 * and in this file, so that no chunk is read twice and the work is bounded by the bytes there are.
 */
export async function readTable(segment: Segment, section: Section, first: number): Promise<Table> {
  const faults: Fault[] = [];
  const named = { segment: segment.number, section: section.type, offset: section.at };
  const what = `Section “${section.type}” at offset ${section.at} of segment ${segment.number}`;
  const tell = (code: Fault['code'], text: string, params = {}) =>
    faults.push({ code, params: { ...named, ...params }, text: `${what} ${text}` });

  const content = section.at + DESCRIPTOR;
  const header = await segment.bytes.read(content, HEADER);
  const entries = content + HEADER;
  if (header.length < HEADER || entries > section.end) {
    tell('table-cut', 'ends in its first line');
    return {
      segment,
      first,
      claimed: 0,
      usable: 0,
      isCounted: false,
      entries,
      base: 0,
      from: 0,
      to: 0,
      faults,
    };
  }
  const view = viewOf(header);
  const claimed = view.getUint32(0, true);
  const base = Number(view.getBigUint64(8, true));
  const isCounted = view.getUint32(20, true) === adler32(header.subarray(0, 20));
  let isSound = isCounted;
  const room = Math.floor((section.end - entries) / ENTRY);
  const count = Math.min(claimed, room);
  if (count < claimed)
    tell('table-cut', `claims ${claimed} chunks and has room for ${count}`, { claimed, count });

  let [sum, usable, before, from] = [1, 0, -1, 0];
  for (let read = 0; read < count;) {
    const part = await segment.bytes.read(entries + read * ENTRY, Math.min(AT_ONCE, (count - read) * ENTRY));
    sum = adler32(part, sum);
    const values = viewOf(part);
    for (let at = 0; at + ENTRY <= part.length && usable === read + at / ENTRY; at += ENTRY) {
      const offset = base + (values.getUint32(at, true) % COMPRESSED);
      if (offset <= before || offset >= segment.bytes.size) break;
      if (usable === 0) from = offset;
      before = offset;
      usable++;
    }
    if (part.length < ENTRY) break;
    read += Math.floor(part.length / ENTRY);
  }
  if (usable < count)
    tell('table-disorder', `says of chunk ${first + usable} that it lies where it cannot`, {
      chunk: first + usable,
    });
  // Programs that put the chunks right behind the entries write no checksum between them.
  const end = entries + count * ENTRY;
  if (count === claimed && count > 0 && from !== end && section.end - end >= 4)
    isSound &&= viewOf(await segment.bytes.read(end, 4)).getUint32(0, true) === sum;
  if (!isSound) tell('content-checksum', 'does not fit its checksum');
  const to = usable > 0 ? endOfSectionAt(segment, before) : 0;
  return { segment, first, claimed, usable, isCounted, entries, base, from, to, faults };
}

/** @param number counted from the first chunk of the table, below `usable` */
export async function placeOf(table: Table, number: number): Promise<Place> {
  const isLast = number + 1 === table.usable;
  const view = viewOf(await table.segment.bytes.read(table.entries + number * ENTRY, isLast ? 4 : 8));
  const entry = view.getUint32(0, true);
  const offset = table.base + (entry % COMPRESSED);
  const end = isLast ? table.to : table.base + (view.getUint32(ENTRY, true) % COMPRESSED);
  return { offset, length: end - offset, isCompressed: entry >= COMPRESSED };
}

/** The last chunk of a table has none behind it: it ends with the section that holds it. */
function endOfSectionAt({ sections, bytes }: Segment, offset: number): number {
  let [low, high] = [0, sections.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sections[middle]!.at <= offset) low = middle;
    else high = middle - 1;
  }
  const end = sections[low]!.end;
  return end > offset ? end : bytes.size;
}
