import type { Service } from './message.ts';
import { Slots } from './slots.ts';

/** No operation was told for this request, or it has been answered. */
export const NO_NOTE = -1;

const MOST_EXCHANGES = 4096;
/** Requests remembered, those within Multiple Service Packets included. A power of two. */
const MOST_REQUESTS = 16_384;
/** Room for so many at first: most captures have few. */
const LEAST_REQUESTS = 256;

/**
 * Requests that may still be answered, in arrays rather than objects: a controller is polled a thousand times a second.
 * A request is known by a number that is never given again; `forgotten` tells whether its place was taken.
 */
export class Exchanges {
  readonly #slots = new Slots(MOST_EXCHANGES);
  readonly #first = new Float64Array(MOST_EXCHANGES);
  readonly #counts = new Uint16Array(MOST_EXCHANGES);
  readonly #waits = new Uint8Array(MOST_EXCHANGES);
  #next = 0;
  #room = LEAST_REQUESTS;
  /** The slot of the exchange that began last. */
  #open = 0;
  /** Exchanges whose place was taken by later ones before they were answered. */
  dropped = 0;

  code = new Uint8Array(LEAST_REQUESTS);
  classId = new Float64Array(LEAST_REQUESTS);
  instance = new Float64Array(LEAST_REQUESTS);
  attribute = new Float64Array(LEAST_REQUESTS);
  isTag = new Uint8Array(LEAST_REQUESTS);
  wraps = new Uint8Array(LEAST_REQUESTS);
  kind = new Uint8Array(LEAST_REQUESTS);
  note = new Float64Array(LEAST_REQUESTS);
  /** Of a tag: two paths with one hash are taken to be the same. */
  pathHash = new Uint32Array(LEAST_REQUESTS);
  port = new Int32Array(LEAST_REQUESTS);
  link = new Float64Array(LEAST_REQUESTS);
  /** Of the few that ask for more than numbers. */
  readonly #more: unknown[] = [];
  readonly #unanswered: (more: unknown) => void;

  /** @param unanswered hears what was remembered of a request that gets no answer any more */
  constructor(unanswered: (more: unknown) => void) {
    this.#unanswered = unanswered;
  }

  /** An exchange of requests begins; those pushed after belong to it. */
  begin(flow: number, key: number): void {
    const before = this.#slots.dropped;
    const slot = this.#slots.claim(flow, key);
    if (this.#slots.dropped > before) this.dropped += this.#waits[slot]!;
    this.#waits[slot] = 1;
    this.#first[slot] = this.#next;
    this.#counts[slot] = 0;
    this.#open = slot;
  }

  /** The place of a request in the arrays. */
  push(service: Service): number {
    if (this.#next === this.#room && this.#room < MOST_REQUESTS) this.#grow();
    const at = this.#next++ & (MOST_REQUESTS - 1);
    const { path } = service;
    this.#counts[this.#open]!++;
    this.code[at] = service.code;
    this.classId[at] = path.classId;
    this.instance[at] = path.instance;
    this.attribute[at] = path.attribute;
    this.isTag[at] = path.isTag ? 1 : 0;
    this.wraps[at] = service.wraps ? 1 : 0;
    this.pathHash[at] = 0;
    this.port[at] = service.route.port;
    this.link[at] = service.route.link;
    this.note[at] = NO_NOTE;
    if (this.#more[at] !== undefined) this.#unanswered(this.take(at));
    return at;
  }

  /** Which exchange a reply belongs to; -1 if none is known. It waits no longer. */
  answered(flow: number, key: number): number {
    const slot = this.#slots.find(flow, key);
    if (slot >= 0) this.#waits[slot] = 0;
    return slot >= 0 && this.#first[slot]! >= this.#next - MOST_REQUESTS ? slot : -1;
  }

  /** The place of the request at `index` of an exchange; -1 when it has no so many. */
  request(exchange: number, index: number): number {
    if (exchange < 0 || index >= this.#counts[exchange]!) return -1;
    return (this.#first[exchange]! + index) % MOST_REQUESTS;
  }

  /** What was remembered of a request; it is forgotten. */
  take(at: number): unknown {
    const more = this.#more[at];
    if (more !== undefined) this.#more[at] = undefined;
    return more;
  }

  #grow(): void {
    const room = (this.#room *= 2);
    this.code = longer(this.code, new Uint8Array(room));
    this.classId = longer(this.classId, new Float64Array(room));
    this.instance = longer(this.instance, new Float64Array(room));
    this.attribute = longer(this.attribute, new Float64Array(room));
    this.isTag = longer(this.isTag, new Uint8Array(room));
    this.wraps = longer(this.wraps, new Uint8Array(room));
    this.kind = longer(this.kind, new Uint8Array(room));
    this.note = longer(this.note, new Float64Array(room));
    this.pathHash = longer(this.pathHash, new Uint32Array(room));
    this.port = longer(this.port, new Int32Array(room));
    this.link = longer(this.link, new Float64Array(room));
  }

  finish(): void {
    for (let at = 0; at < this.#more.length; at++) {
      if (this.#more[at] !== undefined) this.#unanswered(this.take(at));
    }
  }

  remember(at: number, more: unknown): void {
    while (this.#more.length <= at) this.#more.push(undefined);
    this.#more[at] = more;
  }
}

function longer<Numbers extends { set(numbers: Numbers): void }>(before: Numbers, after: Numbers): Numbers {
  after.set(before);
  return after;
}
