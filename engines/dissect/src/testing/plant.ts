import { join, u16, u32, Wire } from './wire.ts';

/** Writes captures of many who talk over TCP. A host is the last byte of its address in 10.0.0.0/24, or a whole address. */
export class Plant extends Wire {
  /** A host whose packets bear the hardware address of another. */
  posing: { readonly host: Host; readonly as: number } | undefined;
  readonly #sequences = new Map<string, number>();

  constructor() {
    super({ on: 'tcp', at: [502] });
  }

  wait(seconds: number): this {
    this.time += seconds * 1e6;
    return this;
  }

  /** `from` asks `to`, who answers. */
  asks(from: Host, to: Host, port: number, request: Uint8Array, reply?: Uint8Array): this {
    this.tcp(from, to, CLIENT_PORT, port, request);
    if (reply) this.tcp(to, from, port, CLIENT_PORT, reply);
    return this;
  }

  /** `from` knocks, and nobody opens. */
  knocks(from: Host, to: Host, port: number): this {
    this.tcp(from, to, CLIENT_PORT + port, port, new Uint8Array(0), 0x02);
    return this;
  }

  tcp(from: Host, to: Host, fromPort: number, toPort: number, payload: Uint8Array, flags = 0x18): void {
    const [own, other] = [`${from} ${fromPort} ${to} ${toPort}`, `${to} ${toPort} ${from} ${fromPort}`];
    const sequence = this.#sequences.get(own) ?? 1_000;
    this.#sequences.set(own, sequence + payload.length);
    this.#segment(from, to, fromPort, toPort, sequence, this.#sequences.get(other) ?? 1_000, payload, flags);
  }

  /** What was sent last in this direction, sent again with other content. */
  again(from: Host, to: Host, fromPort: number, toPort: number, payload: Uint8Array): this {
    const sequence = this.#sequences.get(`${from} ${fromPort} ${to} ${toPort}`)! - payload.length;
    this.#segment(from, to, fromPort, toPort, sequence, 0, payload, 0x18);
    return this;
  }

  #segment(
    from: Host,
    to: Host,
    fromPort: number,
    toPort: number,
    sequence: number,
    acknowledged: number,
    payload: Uint8Array,
    flags: number,
  ): void {
    const ports = join(u16(fromPort), u16(toPort));
    const tcp = join(ports, u32(sequence), u32(acknowledged), [0x50, flags], u16(8192), u32(0), payload);
    const ip = join(
      [0x45, 0],
      u16(20 + tcp.length),
      u32(0),
      [64, 6, 0, 0],
      addressOf(from),
      addressOf(to),
      tcp,
    );
    this.add(join(this.#macOf(to), this.#macOf(from), u16(0x0800), ip));
  }

  #macOf(host: Host): number[] {
    return macOf(this.posing?.host === host ? this.posing.as : host);
  }
}

export type Host = number | readonly [number, number, number, number];

export const CLIENT_PORT = 49_152;

const addressOf = (host: Host): readonly number[] => (typeof host === 'number' ? [10, 0, 0, host] : host);
/** Whoever has a whole address is beyond the router. */
const macOf = (host: Host): number[] => [2, 0, 0, 0, 0, typeof host === 'number' ? host : 254];
