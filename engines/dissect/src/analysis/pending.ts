import type { Capture, Endpoint, Here, Teller } from '../dissector.ts';

const MOST = 8_192;

/**
 * Requests that wait for their reply, by connection and a number both carry. Bounded: the oldest gives way,
 * and `dropped` says how many did.
 */
export class Pending<Request> {
  readonly #waiting = new Map<number, Request>();
  readonly #limit: number;
  readonly #unanswered: ((request: Request) => void) | undefined;
  dropped = 0;

  /** @param unanswered hears of requests that get no answer any more, at the latest with `finish` */
  constructor(limit = MOST, unanswered?: (request: Request) => void) {
    this.#limit = limit;
    this.#unanswered = unanswered;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @param flow `here.flow` @param key up to 32 bits */
  put(flow: number, key: number, request: Request): void {
    const at = where(flow, key);
    this.#giveUp(at);
    if (this.#waiting.size >= this.#limit) {
      const [oldest] = this.#waiting.keys();
      this.#giveUp(oldest!);
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

  /** The capture is over. */
  finish(): void {
    for (const at of this.#waiting.keys()) this.#giveUp(at);
  }

  #giveUp(at: number): void {
    const request = this.#unanswered && this.#waiting.get(at);
    this.#waiting.delete(at);
    if (request !== undefined) this.#unanswered!(request);
  }
}

/** Somebody set something: it holds when the device agrees, or when nothing is known of what it said. */
export interface Setting {
  readonly by: Endpoint;
  readonly of: Endpoint;
  /** In microseconds since 1970. */
  readonly time: number;
}

export function settingOf({ source, target, time }: Here): Setting {
  return { by: source, of: target, time };
}

/**
 * Requests of which some set something: `saw` hears of those that get no answer any more, with who tells it and where it
 * was set.
 */
export function pendingSettings<Request extends { readonly setting: Setting | undefined }>(
  capture: Capture,
  saw: (as: Teller, of: Endpoint, request: Request) => void,
): Pending<Request> {
  const unanswered = (request: Request) => {
    const { setting } = request;
    if (setting) saw(capture.unanswered(setting.by, setting.time), setting.of, request);
  };
  return capture.bounded('requests', new Pending<Request>(undefined, unanswered));
}

/** One number of both: flows get 21 bits, which is more than live at any time. */
function where(flow: number, key: number): number {
  return (flow & 0x1f_ffff) * 0x1_0000_0000 + (key >>> 0);
}
