import type { Service } from './message.ts';
import { Slots } from './slots.ts';

/** No operation was told for this request, or it has been answered. */
export const NO_NOTE = -1;

const MOST_EXCHANGES = 4096;
/** Requests remembered, those within Multiple Service Packets included. A power of two. */
const MOST_REQUESTS = 16_384;

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
  /** The slot of the exchange that began last. */
  #open = 0;
  /** Exchanges whose place was taken by later ones before they were answered. */
  dropped = 0;

  readonly code = new Uint8Array(MOST_REQUESTS);
  readonly classId = new Float64Array(MOST_REQUESTS);
  readonly instance = new Float64Array(MOST_REQUESTS);
  readonly attribute = new Float64Array(MOST_REQUESTS);
  readonly isTag = new Uint8Array(MOST_REQUESTS);
  readonly wraps = new Uint8Array(MOST_REQUESTS);
  readonly kind = new Uint8Array(MOST_REQUESTS);
  readonly note = new Float64Array(MOST_REQUESTS);
  /** Of a tag: two paths with one hash are taken to be the same. */
  readonly pathHash = new Uint32Array(MOST_REQUESTS);
  readonly port = new Int32Array(MOST_REQUESTS);
  readonly link = new Float64Array(MOST_REQUESTS);
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
