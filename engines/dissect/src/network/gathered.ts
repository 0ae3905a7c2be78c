import type { Span } from './links.ts';

/** Where bytes lie in the capture file: the file offset of index 0 of the buffer, or who knows. */
export type Origin = number | Places;

export interface Places {
  /** The pieces of the file that make up `start` to `end`. */
  pieces(start: number, end: number): Piece[];
}

/** [offset in the file, length] */
export type Piece = readonly [number, number];

/** Bytes brought together from several places, which remembers the places. */
export class Gathered implements Places {
  bytes = NOTHING;
  length = 0;
  /** Where in `bytes` each piece starts, and where it lies in the file. */
  #starts: number[] = [];
  #files: number[] = [];
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** False, and nothing added, when this would exceed the limit. */
  append(bytes: Uint8Array, start: number, end: number, origin: Origin): boolean {
    if (start >= end) return true;
    const length = this.length + end - start;
    if (length > this.limit) return false;
    if (length > this.bytes.length) {
      const wider = new Uint8Array(Math.min(Math.max(length, this.bytes.length * 2, 256), this.limit));
      wider.set(this.bytes.subarray(0, this.length));
      this.bytes = wider;
    }
    if (end - start < 64) for (let i = start, to = this.length; i < end; i++) this.bytes[to++] = bytes[i]!;
    else this.bytes.set(bytes.subarray(start, end), this.length);
    this.#remember(start, end, origin);
    this.length = length;
    return true;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    if (count >= this.length) return this.clear();
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    let first = this.#starts.findLastIndex((start) => start <= count);
    if (first < 0) first = 0;
    this.#files[first]! += count - this.#starts[first]!;
    this.#starts[first] = count;
    this.#starts = this.#starts.slice(first).map((start) => start - count);
    this.#files = this.#files.slice(first);
  }

  clear(): void {
    if (this.length === 0) return;
    this.length = 0;
    this.#starts = [];
    this.#files = [];
    if (this.bytes.length > LARGE) this.bytes = NOTHING;
  }

  /** The pieces of the file that make up `start` to `end`; neighbours are joined. */
  pieces(start: number, end: number): Piece[] {
    const pieces: [number, number][] = [];
    for (let i = 0; i < this.#starts.length; i++) {
      const from = Math.max(start, this.#starts[i]!);
      const to = Math.min(end, this.#starts[i + 1] ?? this.length);
      if (from >= to) continue;
      const file = this.#files[i]! + from - this.#starts[i]!;
      const last = pieces.at(-1);
      if (last && last[0] + last[1] === file) last[1] += to - from;
      else pieces.push([file, to - from]);
    }
    return pieces;
  }

  #remember(start: number, end: number, origin: Origin): void {
    if (typeof origin === 'number') {
      this.#starts.push(this.length);
      this.#files.push(origin + start);
      return;
    }
    let at = this.length;
    for (const [file, length] of origin.pieces(start, end)) {
      this.#starts.push(at);
      this.#files.push(file);
      at += length;
    }
  }
}

/** A copy of bytes of which some numbers stand the other way round in the file; made once and filled again. */
export class Turned implements Places {
  readonly bytes: Uint8Array;
  length = 0;
  #start = 0;
  #origin: Origin = 0;
  #turned: readonly Span[] = [];
  /** Behind it, nothing is turned. */
  #straight = 0;

  constructor(limit: number) {
    this.bytes = new Uint8Array(limit);
  }

  /** Of what is longer than the limit, the beginning. */
  set(bytes: Uint8Array, start: number, end: number, origin: Origin, turned: readonly Span[]): void {
    this.length = Math.min(end - start, this.bytes.length);
    this.#start = start;
    this.#origin = origin;
    this.#turned = turned;
    this.#straight = Math.min(turned.at(-1)?.[1] ?? 0, this.length);
    for (let i = 0; i < this.#straight; i++) this.bytes[i] = bytes[start + this.#place(i)]!;
    for (let i = this.#straight; i < this.length; i++) this.bytes[i] = bytes[start + i]!;
  }

  pieces(start: number, end: number): Piece[] {
    const pieces: Piece[] = [];
    const straight = this.#straight;
    const turned = Math.min(straight, end);
    for (let i = start; i < turned; i++) pieces.push(...this.#piecesOf(this.#place(i), this.#place(i) + 1));
    if (end > straight) pieces.push(...this.#piecesOf(Math.max(straight, start), end));
    return pieces;
  }

  #piecesOf(from: number, to: number): Piece[] {
    return piecesOf(this.#origin, this.#start + from, this.#start + to);
  }

  #place(i: number): number {
    for (const [from, to] of this.#turned) {
      if (i >= from && i < to && this.length >= to) return from + to - 1 - i;
    }
    return i;
  }
}

const NOTHING = new Uint8Array(0);
/** Buffers above this are given back when they are empty. */
const LARGE = 16_384;

export function piecesOf(origin: Origin, start: number, end: number): Piece[] {
  return typeof origin === 'number' ? [[origin + start, end - start]] : origin.pieces(start, end);
}
