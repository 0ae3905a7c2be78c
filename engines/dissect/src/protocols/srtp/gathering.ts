import type { Here } from '../../dissector.ts';
import type { Range } from './memory.ts';
import type { Message } from './message.ts';

/** Messages say how many packets they come in, up to 255; nobody was seen to send more than a few. */
const MOST_OCTETS = 65_536;
/** Of one capture, for all messages that are not whole. */
const MOST_HELD = 4_194_304;
/** What a piece and a message take besides their octets. */
const PIECE = 256;
const HEAD = 512;

/** One message of several packets. It holds copies only: the bytes are the capture's. */
interface Begun {
  readonly sequence: number;
  readonly service: number;
  readonly packets: number;
  readonly range: Range | undefined;
  last: number;
  /** Undefined when a packet is missing, or when there are too many octets. */
  pieces: Uint8Array[] | undefined;
  octets: number;
  held: number;
}

/**
 * Messages of several packets, put together: one in each direction of a connection, in order or not at all. When all hold
 * too much, those that waited longest give way.
 */
export class Gathering {
  readonly #begun = new Map<number, Begun>();
  #held = 0;
  dropped = 0;

  /**
   * Whether nothing was seen yet of the message that this packet belongs to. What no text goes with is never continued,
   * whatever it says of packets; nor is it by another request, or another service.
   */
  begins(here: Here, packet: Message): boolean {
    const begun = this.#begun.get(keyOf(here, packet));
    return !isPiece(packet) || !begun || !continues(begun, packet);
  }

  /** The whole message with its last packet, undefined while more are to come or when one is missing. */
  add(here: Here, packet: Message): Message | undefined {
    const { data } = packet;
    if (!isPiece(packet) || !data) return packet;
    const key = keyOf(here, packet);
    const before = this.#begun.get(key);
    this.#drop(key);
    const begun = before && continues(before, packet) ? before : newlyBegun(packet);
    if (packet.packet !== begun.last + 1 || begun.octets + data.length > MOST_OCTETS) lose(begun);
    begun.last = packet.packet;
    if (begun.pieces) {
      begun.pieces.push(data.slice());
      begun.octets += data.length;
      begun.held += data.length + PIECE;
    }
    if (packet.packet < packet.packets) return this.#keep(key, begun);
    return begun.pieces && { ...packet, range: begun.range, data: joined(begun.pieces, begun.octets) };
  }

  #keep(key: number, begun: Begun): undefined {
    for (const oldest of this.#begun.keys()) {
      if (this.#held + begun.held <= MOST_HELD) break;
      this.#drop(oldest);
      this.dropped++;
    }
    this.#begun.set(key, begun);
    this.#held += begun.held;
  }

  #drop(key: number): void {
    this.#held -= this.#begun.get(key)?.held ?? 0;
    this.#begun.delete(key);
  }
}

function newlyBegun({ sequence, service, packets, range }: Message): Begun {
  return { sequence, service, packets, range, last: 0, pieces: [], octets: 0, held: HEAD };
}

function lose(begun: Begun): void {
  begun.pieces = undefined;
  begun.held = HEAD;
}

function isPiece({ packets, data }: Message): boolean {
  return packets > 1 && data !== undefined;
}

function keyOf({ flow }: Here, { service }: Message): number {
  return flow * 2 + Number(service < 0);
}

function continues({ sequence, service, packets, last }: Begun, packet: Message): boolean {
  const isSame = packet.sequence === sequence && packet.service === service && packet.packets === packets;
  return isSame && packet.packet > last;
}

function joined(pieces: readonly Uint8Array[], octets: number): Uint8Array {
  const whole = new Uint8Array(octets);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
