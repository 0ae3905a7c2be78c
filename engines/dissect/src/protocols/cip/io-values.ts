import { RawWords, wordName, WORDS_WITHIN } from '../../analysis/raw-words.ts';
import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here } from '../../dissector.ts';
import { className } from './classes.ts';
import { type ForwardOpen, NULL_CONNECTION } from './forward-open.ts';
import { Slots } from './slots.ts';

/** What one direction of an I/O connection carried last. */
export interface IoData {
  /** Number of the place that holds it; -1 when there was no room for its name. */
  readonly place: number;
  words: RawWords;
  sequence: number;
  /** Whether a run/idle header is guessed to stand in front: so long as it has only been nought and one. */
  header: boolean;
  /** What it says then; -1 without. */
  run: number;
}

type UnopenedData = Pick<IoData, 'place' | 'words'>;

/** What has to be known of the connection that carries them. */
export interface IoConnection {
  readonly open: ForwardOpen;
  readonly target: Endpoint;
  readonly io: { outputs?: IoData; inputs?: IoData };
}

const SEQUENCE = 2;
const HEADER = 4;
const MOST_PLACES = 4_096;
/** Of connections that nobody saw opened. A power of two. */
const MOST_UNOPENED = 1_024;
/** Of a place: its words, those behind a header that is guessed, and that header. */
const BEHIND = WORDS_WITHIN;
const RUN_AT = 2 * WORDS_WITHIN;
const WITHIN = RUN_AT + 1;

/**
 * Data of class 0 and 1 connections as process values, told when they change: CIP Volume 1, 3-6 and Volume 2, 3-2. What types
 * they have stands in files of the maker only: they are words of 16 bits, and an octet where one is left.
 */
export class IoValues {
  readonly #words: number;
  readonly #places: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** By sender and id. */
  readonly #unopened = new Slots(MOST_UNOPENED);
  readonly #ofUnopened: (UnopenedData | undefined)[] = [];
  dropped = 0;

  constructor(capture: Capture) {
    this.#words = capture.variables((index) => this.#nameOf(index), true);
  }

  /** @param output sent to the target, which the originator may switch between run and idle */
  exchanged(
    here: Here,
    connection: IoConnection,
    output: boolean,
    bytes: Uint8Array,
    from: number,
    end: number,
  ) {
    const { open, io } = connection;
    const data = output ? (io.outputs ??= this.#data(open, true)) : (io.inputs ??= this.#data(open, false));
    let start = from;
    if (open.transport === 1) {
      if (end - start < SEQUENCE) return;
      const sequence = u16leAt(bytes, start);
      // Sent again because it was time, not because there is anything new.
      if (sequence === data.sequence) return;
      data.sequence = sequence;
      start += SEQUENCE;
    }
    if (output && data.header) start = this.#readHeader(here, connection, data, bytes, start, end, from);
    if (data.place < 0) return;
    const base = data.place * WITHIN + (data.run < 0 ? 0 : BEHIND);
    data.words.tell(here, connection.target, this.#words, base, bytes, start, end, output);
  }

  /**
   * Of a connection that was opened before the capture began: by its id, as the sender's. Nearly all are of class 1, and so
   * its first two octets are taken for the sequence count, and all that stands behind them is told as a guess.
   */
  guessed(here: Here, id: number, bytes: Uint8Array, from: number, end: number): void {
    const { place, words } = this.#unopenedData(here.source, id);
    if (place < 0 || end - from <= SEQUENCE) return;
    const base = place * WITHIN + BEHIND;
    words.tell(here, here.source, this.#words, base, bytes, from + SEQUENCE, end, false);
  }

  #unopenedData(source: Endpoint, id: number): UnopenedData {
    const known = this.#unopened.find(source, id);
    if (known >= 0) return this.#ofUnopened[known]!;
    const before = this.#unopened.dropped;
    const slot = this.#unopened.claim(source, id);
    this.dropped += this.#unopened.dropped - before;
    const place = this.#place(`connection 0x${id.toString(16).padStart(8, '0')}`);
    return (this.#ofUnopened[slot] = { place, words: new RawWords(this) });
  }

  /**
   * Volume 1, 3-6.1.4: the lowest bit of 32; the others are nought. Not every device has it. Whether it is there stands in
   * the file of the maker, and neither in the Forward Open nor in its path: what depends on it is told as a guess.
   */
  #readHeader(
    here: Here,
    { target, open }: IoConnection,
    data: IoData,
    bytes: Uint8Array,
    start: number,
    end: number,
    from: number,
  ): number {
    if (end === start) return start;
    const header = end - start < HEADER ? -1 : u32leAt(bytes, start);
    if (header < 0 || header > 1) {
      data.header = false;
      data.words = new RawWords(this);
      data.run = -1;
      return start;
    }
    if (header !== data.run) {
      if (data.run === 1) here.anomaly('cip.io-idle', 'run', start - from, { path: open.path });
      data.run = header;
      if (data.place >= 0) here.variable(target, this.#words, data.place * WITHIN + RUN_AT, header, true);
    }
    return start + HEADER;
  }

  #data(open: ForwardOpen, output: boolean): IoData {
    const place = this.#place(placeOf(open, output));
    return { place, words: new RawWords(this), sequence: -1, header: output, run: -1 };
  }

  #place(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#places.length >= MOST_PLACES) {
      this.dropped++;
      return -1;
    }
    this.#numbers.set(name, this.#places.length);
    return this.#places.push(name) - 1;
  }

  #nameOf(index: number): string {
    const [place, within] = [this.#places[Math.floor(index / WITHIN)]!, index % WITHIN];
    if (within === RUN_AT) return `${place} run?`;
    // With a question mark, for what stands in front of them is a guess: these may be words further on.
    return within < BEHIND ? `${place} ${wordName(within)}` : `${place} ${wordName(within - BEHIND)}?`;
  }
}

/**
 * `assembly 150`, `slot 3 assembly 2`, or the tag that is produced. Volume 1, 3-5.5.1.10: where data go both ways, the first
 * connection point consumes and the second produces.
 */
function placeOf(open: ForwardOpen, output: boolean): string {
  const { port, link, tag, points, typeToTarget, typeToOriginator, classes, serial } = open;
  const both = typeToTarget !== NULL_CONNECTION && typeToOriginator !== NULL_CONNECTION;
  const point = both && !output ? (points[1] ?? points[0]) : points[0];
  const route = port === -1 ? '' : port === 1 && link >= 0 ? `slot ${link} ` : `port ${port} link ${link} `;
  if (tag !== '') return `${route}${tag}`;
  if (point === undefined) return `${route}connection ${serial} ${output ? 'outputs' : 'inputs'}`;
  const [first = ASSEMBLY] = classes;
  return `${route}${first === ASSEMBLY ? 'assembly' : `${className(first)} point`} ${point}`;
}

const ASSEMBLY = 0x04;
