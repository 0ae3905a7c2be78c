import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import type { Endpoint } from '../../dissector.ts';
import { bytesOf, type Item, overlaps, readItems, within } from './items.ts';
import { BIT, DONE, WRITE } from './names.ts';
import { type Channel, channelsOf } from './process-values.ts';
import { readValues, type Shown, valueOf } from './values.ts';

/** A power of two. */
const PLACES = 512;
const MOST_BYTES = 512;
const NO_PLACE = -1;

interface Place {
  device: Endpoint;
  hash: number;
  /** Counts how often the place was given to another job. */
  turn: number;
  /** Parameters of the job. */
  askedLength: number;
  asked: Uint8Array;
  /** Data of the items; they hold once the device has confirmed them. */
  dataLength: number;
  data: Uint8Array;
  holds: boolean;
  age: number;
  /** Of the items, once somebody wants to know. */
  channels: (readonly Channel[])[] | undefined;
}

/**
 * What devices last said or accepted about their memory, so that a write can be told with the value before it.
 * Fixed in size: a job hashes to a place and drives out whoever had it. Polling makes nothing new.
 */
export class LastKnown {
  readonly #places: (Place | undefined)[] = Array.from({ length: PLACES });
  readonly #reader = new ByteReader();
  #age = 0;

  /** The parameters of a read job. Returns where its answer is to go. */
  asks(device: Endpoint, bytes: Uint8Array, start: number, end: number): number {
    if (end - start > MOST_BYTES) return NO_PLACE;
    let hash = Math.imul(device + 1, 0x9e37_79b1);
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
    const index = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const place = (this.#places[index] ??= newPlace());
    if (place.hash === hash && place.device === device && isSame(place, bytes, start, end)) return index;
    place.hash = hash;
    place.device = device;
    place.channels = undefined;
    place.turn++;
    place.holds = false;
    place.askedLength = end - start;
    place.asked = copied(place.asked, bytes, start, end);
    return index;
  }

  /** Parameters and data of a write job. They are not known before the device has confirmed them. */
  writes(device: Endpoint, bytes: Uint8Array, start: number, data: number, end: number): number {
    const index = end - data > MOST_BYTES ? NO_PLACE : this.asks(device, bytes, start, data);
    if (index !== NO_PLACE) this.#keep(this.#places[index]!, bytes, data, end);
    return index;
  }

  /** The numbers in the data of a job; made once however often it comes. */
  channelsOf(index: number, turn: number): readonly (readonly Channel[])[] {
    const place = this.#places[index];
    if (!place || place.turn !== turn) return [];
    place.channels ??= this.#channels(place);
    return place.channels;
  }

  #channels({ asked, askedLength }: Place): (readonly Channel[])[] {
    const isWrite = asked[0] === WRITE;
    try {
      return channelsOf(readItems(this.#reader.reset(asked, 2, askedLength), asked[1]!, isWrite), isWrite);
    } catch (error) {
      // It was malformed when it was read, and was told then.
      if (!(error instanceof Malformed)) throw error;
      return [];
    }
  }

  turnOf(place: number): number {
    return this.#places[place]?.turn ?? 0;
  }

  /** The data that came for a read job. */
  answered(index: number, turn: number, bytes: Uint8Array, start: number, end: number): void {
    const place = this.#places[index];
    if (!place || place.turn !== turn) return;
    place.holds = false;
    if (end - start > MOST_BYTES) return;
    this.#keep(place, bytes, start, end);
    this.#confirm(place);
  }

  /** The device did as a write job said. */
  written(index: number, turn: number): void {
    const place = this.#places[index];
    if (place && place.turn === turn) this.#confirm(place);
  }

  /** What was last known to be there; undefined when nobody told. Not for the hot path. */
  value(device: Endpoint, item: Item): Shown | undefined {
    if (!item.range) return undefined;
    let best: Shown | undefined;
    let age = 0;
    for (const place of this.#places) {
      if (!place?.holds || place.device !== device || place.age < age) continue;
      const value = this.#valueIn(place, item);
      if (value === undefined) continue;
      best = value === CHANGED ? undefined : value;
      age = place.age;
    }
    return best;
  }

  #keep(place: Place, bytes: Uint8Array, start: number, end: number): void {
    place.holds = false;
    place.dataLength = end - start;
    place.data = copied(place.data, bytes, start, end);
  }

  #confirm(place: Place): void {
    place.holds = true;
    place.age = ++this.#age;
  }

  #valueIn(place: Place, item: Item): Shown | typeof CHANGED | undefined {
    const wanted = item.range!;
    const writes = place.asked[0] === WRITE;
    let value: Shown | typeof CHANGED | undefined;
    try {
      const items = readItems(this.#reader.reset(place.asked, 2, place.askedLength), place.asked[1]!, false);
      const values = readValues(this.#reader.reset(place.data, 0, place.dataLength), items.length);
      for (let i = 0; i < items.length; i++) {
        const held = items[i]!.range;
        const { code, bytes } = values[i]!;
        if (!held || (!writes && code !== DONE)) continue;
        const from = within(held, wanted);
        if (from >= 0) value = valueAt(item, held.size === BIT, bytes, from);
        else if (writes && overlaps(held, wanted)) value = CHANGED;
      }
    } catch (error) {
      // It was malformed when it was read, and was told then.
      if (!(error instanceof Malformed)) throw error;
    }
    return value;
  }
}

/** Part of it was written since: nobody knows what it holds as a whole. */
const CHANGED = Symbol('changed');

function valueAt(item: Item, heldAsBits: boolean, bytes: Uint8Array, from: number): Shown {
  const { size, start } = item.range!;
  if (size === BIT && !heldAsBits) return ((bytes[from] ?? 0) >> (start & 7)) % 2 === 1;
  return valueOf(item, bytes.subarray(from, from + (bytesOf(item.range!) || 1)));
}

function isSame(place: Place, bytes: Uint8Array, start: number, end: number): boolean {
  if (place.askedLength !== end - start) return false;
  for (let i = start; i < end; i++) if (place.asked[i - start] !== bytes[i]) return false;
  return true;
}

/** Into the buffer that is there, if it is large enough. */
function copied(into: Uint8Array, bytes: Uint8Array, start: number, end: number): Uint8Array {
  const target = into.length < end - start ? new Uint8Array(end - start) : into;
  for (let i = start; i < end; i++) target[i - start] = bytes[i]!;
  return target;
}

function newPlace(): Place {
  return {
    device: -1,
    hash: 0,
    turn: 0,
    askedLength: 0,
    asked: new Uint8Array(32),
    dataLength: 0,
    data: new Uint8Array(64),
    holds: false,
    age: 0,
    channels: undefined,
  };
}
