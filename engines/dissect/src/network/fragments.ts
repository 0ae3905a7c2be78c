import { Gathered, type Origin } from './gathered.ts';

interface Part {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly base: number;
}

interface Datagram {
  readonly parts: Part[];
  bytes: number;
  /** Known once the last fragment was seen. */
  total: number;
}

const MOST_DATAGRAMS = 1_024;
const MOST_BYTES = 8 * 1024 * 1024;
const LARGEST = 65_535;
const MOST_PARTS = 512;

/** Puts IP fragments together. Bounded; the oldest gives way, and `dropped` says how many did. */
export class Fragments {
  readonly #waiting = new Map<string, Datagram>();
  #held = 0;
  dropped = 0;
  /** The piece added last covers part of another, and is not that piece again: nobody sends so by accident. */
  overlapped = false;

  /** The whole datagram when this was the last piece of it. */
  add(
    key: string,
    offset: number,
    more: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    base: Origin,
  ): Gathered | undefined {
    this.overlapped = false;
    if (typeof base !== 'number' || offset + end - start > LARGEST) {
      this.dropped++;
      return undefined;
    }
    const datagram = this.#waiting.get(key) ?? this.#begin(key);
    this.overlapped = datagram.parts.some((part) => overlaps(part, offset, bytes, start, end));
    datagram.parts.push({ start: offset, bytes: bytes.slice(start, end), base: base + start });
    datagram.bytes += end - start;
    this.#held += end - start;
    if (!more) datagram.total = offset + end - start;
    if (datagram.parts.length > MOST_PARTS) this.#drop(key, datagram);
    const whole = datagram.total >= 0 && datagram.bytes >= datagram.total ? join(datagram) : undefined;
    if (whole) this.#forget(key, datagram);
    else this.#makeRoom();
    return whole;
  }

  #begin(key: string): Datagram {
    const datagram = { parts: [], bytes: 0, total: -1 };
    this.#waiting.set(key, datagram);
    return datagram;
  }

  #makeRoom(): void {
    for (const [key, datagram] of this.#waiting) {
      if (this.#waiting.size <= MOST_DATAGRAMS && this.#held <= MOST_BYTES) return;
      this.#drop(key, datagram);
    }
  }

  #drop(key: string, datagram: Datagram): void {
    this.dropped++;
    this.#forget(key, datagram);
  }

  #forget(key: string, datagram: Datagram): void {
    if (this.#waiting.delete(key)) this.#held -= datagram.bytes;
  }
}

/** In part, or as a whole with other content: RFC 5722 forbids it, and teardrop began with it. */
function overlaps(part: Part, offset: number, bytes: Uint8Array, start: number, end: number): boolean {
  const partEnd = part.start + part.bytes.length;
  if (partEnd <= offset || part.start >= offset + end - start) return false;
  if (part.start !== offset || part.bytes.length !== end - start) return true;
  return part.bytes.some((byte, i) => byte !== bytes[start + i]);
}

/** Undefined while there are holes. Where fragments overlap, the first to arrive counts (as BSD and Windows do). */
function join({ parts, total }: Datagram): Gathered | undefined {
  const inOrder = parts.toSorted((a, b) => a.start - b.start);
  const whole = new Gathered(LARGEST);
  for (const { start, bytes, base } of inOrder) {
    if (start > whole.length) return undefined;
    const known = whole.length - start;
    const end = Math.min(bytes.length, total - start);
    if (known < end) whole.append(bytes, known, end, base);
  }
  return whole.length === total ? whole : undefined;
}
