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

const LEAST_COMPARED = 8;

const LARGEST_MESSAGE = 262_144;

/** One direction of a TCP connection. */
export class Stream {
  readonly flow: Flow;
  /** The sequence number that comes next; like all of them kept as a signed number, which needs no object. */
  next = 0;
  /** Nothing is missing, nothing waits, and what comes next is a message. */
  isCalm = false;

  // The last segment that was long enough: where it began, how long it was, and what it began and ended with.
  #lastAt = 0;
  #lastLength = 0;
  #lastHead = 0;
  #lastTail = 0;

  /** 0 from `one` of the flow, 1 from `other`. */
  readonly side: number;
  /** There was a first segment. */
  begun = false;
  /** What has arrived in order and is not yet a whole message. */
  readonly pending = new Gathered(LARGEST_MESSAGE);
  early: Early[] = [];
  earlyBytes = 0;
  /** Bytes are missing before the next ones: they may begin in the middle of a message. */
  lost = false;
  /** So many bytes to come are content rather than messages, and so many have come. */
  content = 0;
  contentRead = 0;

  constructor(flow: Flow, side: number) {
    this.flow = flow;
    this.side = side;
  }

  /** A segment has been dealt with: can the next one be a message by itself? */
  calm(): void {
    this.isCalm =
      this.begun && this.pending.length === 0 && this.content === 0 && this.early.length === 0 && !this.lost;
  }

  /** So many bytes from here on are content. */
  announce(length: number): void {
    this.content = length;
    this.contentRead = 0;
    this.isCalm = false;
  }

  /** The same as `remember`, of a segment that is seen through a view. */
  rememberIn(view: DataView, sequence: number, start: number, end: number): void {
    if (end - start < LEAST_COMPARED) return;
    this.#lastAt = sequence;
    this.#lastLength = end - start;
    this.#lastHead = mixed(view.getInt32(start), view.getInt32(start + 4));
    this.#lastTail = view.getInt32(end - 4);
  }

  remember(sequence: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < LEAST_COMPARED) return;
    this.#lastAt = sequence | 0;
    this.#lastLength = end - start;
    this.#lastHead = headOf(bytes, start);
    this.#lastTail = tailOf(bytes, end);
  }

  /**
   * The same place of the stream as the segment before, but not the same bytes: one of the two was not sent by whom we
   * believe. Looks at the first and the last bytes only, for every segment pays for it; a few bytes alone may be what
   * keeps a connection alive and can be anything.
   */
  contradicts(sequence: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length < LEAST_COMPARED || this.#lastAt !== (sequence | 0) || this.#lastLength === 0) return false;
    if (this.#lastHead !== headOf(bytes, start)) return true;
    return this.#lastLength === length && this.#lastTail !== tailOf(bytes, end);
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
    this.isCalm = false;
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

function headOf(bytes: Uint8Array, start: number): number {
  return mixed(u32At(bytes, start), u32At(bytes, start + 4));
}

function mixed(first: number, second: number): number {
  return first ^ Math.imul(second, 0x0100_0193);
}

function tailOf(bytes: Uint8Array, end: number): number {
  return u32At(bytes, end - 4) | 0;
}
