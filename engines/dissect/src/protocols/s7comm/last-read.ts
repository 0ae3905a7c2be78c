import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import type { Endpoint } from '../../dissector.ts';
import { bytesOf, type Item, readItems, within } from './items.ts';
import { BIT, DONE } from './names.ts';
import { readValues, type Shown, valueOf } from './values.ts';

/** A power of two. */
const PLACES = 512;
const MOST_BYTES = 512;

interface Place {
  device: Endpoint;
  hash: number;
  /** Counts how often the place was given to another question. */
  turn: number;
  askedLength: number;
  asked: Uint8Array;
  answerLength: number;
  answer: Uint8Array;
  age: number;
}

/**
 * What devices last answered to each question, so that a write can be told with the value before it. Fixed in
 * size: a question hashes to a place and drives out whoever had it. Polling makes nothing new.
 */
export class LastRead {
  readonly #places: (Place | undefined)[] = Array.from({ length: PLACES });
  readonly #reader = new ByteReader();
  #age = 0;

  /** A read job's parameters. Returns where the answer is to go. */
  ask(device: Endpoint, bytes: Uint8Array, start: number, end: number): number {
    if (end - start > MOST_BYTES) return -1;
    let hash = Math.imul(device + 1, 0x9e37_79b1);
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
    const index = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const place = (this.#places[index] ??= newPlace());
    if (place.hash === hash && place.device === device && place.askedLength === end - start) return index;
    place.hash = hash;
    place.device = device;
    place.turn++;
    place.askedLength = end - start;
    place.answerLength = 0;
    if (place.asked.length < end - start) place.asked = new Uint8Array(end - start);
    for (let i = start; i < end; i++) place.asked[i - start] = bytes[i]!;
    return index;
  }

  turnOf(place: number): number {
    return this.#places[place]?.turn ?? 0;
  }

  /** The data that came for it. */
  answer(index: number, turn: number, bytes: Uint8Array, start: number, end: number): void {
    const place = this.#places[index];
    if (!place || place.turn !== turn) return;
    place.answerLength = 0;
    if (end - start > MOST_BYTES) return;
    if (place.answer.length < end - start) place.answer = new Uint8Array(end - start);
    for (let i = start; i < end; i++) place.answer[i - start] = bytes[i]!;
    place.answerLength = end - start;
    place.age = ++this.#age;
  }

  /** What the device last said is there; undefined when nobody asked. Not for the hot path. */
  value(device: Endpoint, item: Item): Shown | undefined {
    if (!item.range) return undefined;
    let best: Shown | undefined;
    let age = 0;
    for (const place of this.#places) {
      if (!place || place.device !== device || place.answerLength === 0 || place.age < age) continue;
      const value = this.#valueIn(place, item);
      if (value === undefined) continue;
      best = value;
      age = place.age;
    }
    return best;
  }

  #valueIn(place: Place, item: Item): Shown | undefined {
    const wanted = item.range!;
    try {
      const reader = this.#reader.reset(place.asked, 2, place.askedLength);
      const items = readItems(reader, place.asked[1]!, false);
      const values = readValues(this.#reader.reset(place.answer, 0, place.answerLength), items.length);
      for (let i = 0; i < items.length; i++) {
        const held = items[i]!.range;
        if (!held || values[i]!.code !== DONE) continue;
        const from = within(held, wanted);
        if (from < 0) continue;
        const bytes = values[i]!.bytes.subarray(from, from + (bytesOf(wanted) || 1));
        if (wanted.size !== BIT || held.size === BIT) return valueOf(item, bytes);
        return ((bytes[0] ?? 0) >> (wanted.start & 7)) % 2 === 1;
      }
    } catch (error) {
      // It was malformed when it was read, and was told then.
      if (!(error instanceof Malformed)) throw error;
    }
    return undefined;
  }
}

function newPlace(): Place {
  return {
    device: -1,
    hash: 0,
    turn: 0,
    askedLength: 0,
    asked: new Uint8Array(32),
    answerLength: 0,
    answer: new Uint8Array(64),
    age: 0,
  };
}
