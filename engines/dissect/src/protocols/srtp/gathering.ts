import type { Message } from './message.ts';

/** Messages say how many packets they come in, up to 255; nobody was seen to send more than a few. */
const MOST_OCTETS = 65_536;

/** Messages of several packets, put together: one in each direction of a connection, in order or not at all. */
export class Gathering {
  #first: Message | undefined;
  #next = 0;
  #size = 0;
  #pieces: Uint8Array[] = [];

  /** The whole message with its last packet, undefined while more are to come or when one is missing. */
  add(message: Message): Message | undefined {
    const { packet, packets, data } = message;
    if (packets <= 1) return message;
    if (packet === 1) this.#begin(message);
    else if (!this.#first || packet !== this.#next || packets !== this.#first.packets) return this.#drop();
    this.#next = packet + 1;
    this.#size += data?.length ?? 0;
    if (this.#size > MOST_OCTETS) return this.#drop();
    // The bytes are the capture's.
    if (data) this.#pieces.push(data.slice());
    if (packet < packets) return undefined;
    const whole = { ...this.#first!, state: message.state, data: this.#joined() };
    this.#drop();
    return whole;
  }

  #begin(message: Message): void {
    this.#drop();
    this.#first = message;
  }

  #joined(): Uint8Array {
    const joined = new Uint8Array(this.#size);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }

  #drop(): undefined {
    this.#first = undefined;
    this.#pieces = [];
    this.#size = 0;
    this.#next = 0;
  }
}
