const MOST = 8_192;

/**
 * Requests that wait for their reply, by connection and a number both carry. Bounded: the oldest gives way,
 * and `dropped` says how many did.
 */
export class Pending<Request> {
  readonly #waiting = new Map<number, Request>();
  readonly #limit: number;
  dropped = 0;

  constructor(limit = MOST) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @param flow `here.flow` @param key up to 32 bits */
  put(flow: number, key: number, request: Request): void {
    const at = where(flow, key);
    this.#waiting.delete(at);
    if (this.#waiting.size >= this.#limit) {
      const [oldest] = this.#waiting.keys();
      this.#waiting.delete(oldest!);
      this.dropped++;
    }
    this.#waiting.set(at, request);
  }

  /** The request this reply belongs to; it waits no longer. */
  take(flow: number, key: number): Request | undefined {
    const at = where(flow, key);
    const request = this.#waiting.get(at);
    if (request !== undefined) this.#waiting.delete(at);
    return request;
  }
}

/** One number of both: flows get 21 bits, which is more than live at any time. */
function where(flow: number, key: number): number {
  return (flow & 0x1f_ffff) * 0x1_0000_0000 + (key >>> 0);
}
