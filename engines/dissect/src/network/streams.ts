import { u32At } from '../bytes/byte-reader.ts';
import type { Flow } from './flows.ts';
import { Gathered } from './gathered.ts';

/** A segment that came before its turn; with what is needed to tell about its messages later. */
export interface Early {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** So that index 0 of `bytes` lies at this place in the file. */
  readonly base: number;
  /** Bytes of the segment that the capture does not hold. */
  readonly cut: number;
  readonly packet: number;
  readonly time: number;
  readonly frameAt: number;
  readonly frameLength: number;
  readonly linkType: number;
}

/** Segments whose beginnings are remembered, and how much of each counts. */
const REMEMBERED = 4;
const LOOKED_AT = 24;

const LARGEST_MESSAGE = 262_144;

/** One direction of a TCP connection. */
export class Stream {
  readonly flow: Flow;
  /** 0 from `one` of the flow, 1 from `other`. */
  readonly side: number;
  /** The sequence number that comes next; -1 before the first segment. */
  next = -1;
  /** What the other side says it has received; -1 before it said anything. */
  acknowledged = -1;
  /** What has arrived in order and is not yet a whole message. */
  readonly pending = new Gathered(LARGEST_MESSAGE);
  early: Early[] = [];
  earlyBytes = 0;
  /** Bytes are missing before the next ones: they may begin in the middle of a message. */
  lost = false;
  /** So many bytes to come are content rather than messages, and so many have come. */
  content = 0;
  contentRead = 0;

  // The last few segments: where they began, how long they were, and a sum over their first bytes.
  readonly #segments = new Float64Array(REMEMBERED * 3).fill(-1);
  #turn = 0;

  constructor(flow: Flow, side: number) {
    this.flow = flow;
    this.side = side;
  }

  remember(sequence: number, bytes: Uint8Array, start: number, end: number): void {
    const at = (this.#turn = (this.#turn + 3) % this.#segments.length);
    this.#segments[at] = sequence;
    this.#segments[at + 1] = end - start;
    this.#segments[at + 2] = sum(bytes, start, Math.min(end, start + LOOKED_AT));
  }

  /**
   * The same place of the stream, but not the same bytes: one of two segments was not sent by whom we believe. Only what
   * can be compared is; a single byte is what keeps connections alive and may be anything.
   */
  contradicts(sequence: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length <= 1) return false;
    for (let at = 0; at < this.#segments.length; at += 3) {
      if (this.#segments[at] !== sequence) continue;
      const before = this.#segments[at + 1]!;
      if (before !== length && Math.min(before, length) < LOOKED_AT) continue;
      return this.#segments[at + 2] !== sum(bytes, start, Math.min(end, start + LOOKED_AT));
    }
    return false;
  }

  /** Bytes that will not come. True if they were all content: then the messages behind it are still in their place. */
  missing(bytes: number): boolean {
    const within = bytes > 0 && bytes <= this.content;
    this.content = within ? this.content - bytes : 0;
    this.contentRead += bytes;
    return within;
  }

  /** Keeps it in order of sequence. */
  keep(segment: Early): void {
    let at = this.early.length;
    while (at > 0 && ((segment.sequence - this.early[at - 1]!.sequence) | 0) < 0) at--;
    this.early.splice(at, 0, segment);
    this.earlyBytes += segment.bytes.length;
  }

  takeEarly(): Early {
    const segment = this.early.shift()!;
    this.earlyBytes -= segment.bytes.length;
    return segment;
  }
}

/** FNV-1a over words and the bytes that are left: for telling apart, not against malice. */
function sum(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5 | 0;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ u32At(bytes, at), 0x0100_0193);
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  return hash;
}
