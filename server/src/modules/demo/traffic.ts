/** One side of the traffic of a made-up plant. */
export interface Station {
  readonly mac: string;
  readonly ip: string;
}

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

/**
 * Writes what stations say to one another as a capture (pcap, microseconds, Ethernet). TCP connections open with their
 * handshake and are acknowledged; nothing gets lost. Frames carry zero checksums, as captures of a sending host do.
 */
export class Traffic {
  readonly #frames: { at: number; bytes: Uint8Array }[] = [];
  #now: number;
  #port = 49_200;

  /** Begins at six in the morning of a day such as `2026-09-14`. */
  constructor(day: string) {
    this.#now = Date.parse(`${day}T06:00:00Z`) * 1000;
  }

  /** Lets time pass, in milliseconds. */
  wait(milliseconds: number): void {
    this.#now += milliseconds * 1000;
  }

  frame(to: string, from: string, type: number, payload: Uint8Array): void {
    const bytes = join(macBytes(to), macBytes(from), u16(type), payload);
    this.#frames.push({
      at: (this.#now += 400),
      bytes: join(bytes, new Uint8Array(Math.max(0, 60 - bytes.length))),
    });
  }

  /** RFC 826: who asks, and the answer. */
  arp(asking: Station, asked: Station): void {
    const body = (operation: number, from: Station, to: Station, target: string) =>
      join(
        [0, 1, 8, 0, 6, 4],
        u16(operation),
        macBytes(from.mac),
        ipBytes(from.ip),
        macBytes(target),
        ipBytes(to.ip),
      );
    this.frame(BROADCAST, asking.mac, 0x0806, body(1, asking, asked, '00:00:00:00:00:00'));
    this.frame(asking.mac, asked.mac, 0x0806, body(2, asked, asking, asking.mac));
  }

  udp(from: Station, to: Station, fromPort: number, toPort: number, payload: Uint8Array): void {
    const datagram = join(u16(fromPort), u16(toPort), u16(8 + payload.length), u16(0), payload);
    this.#ip(from, to, 17, datagram);
  }

  /** Opens a TCP connection; `ask` and `answer` send on it. */
  connect(client: Station, server: Station, port: number) {
    const clientPort = this.#port++;
    const sequence = { client: 1000 + clientPort, server: 500_000 + clientPort };
    const send = (side: 'client' | 'server', payload: Uint8Array, flags = 0x18) => {
      const [from, to] = side === 'client' ? [client, server] : [server, client];
      const ports = side === 'client' ? [clientPort, port] : [port, clientPort];
      const other = side === 'client' ? 'server' : 'client';
      const header = join(
        u16(ports[0]!),
        u16(ports[1]!),
        u32(sequence[side]),
        u32(sequence[other]),
        [0x50, flags],
        u16(8192),
        u16(0),
        u16(0),
      );
      this.#ip(from, to, 6, join(header, payload));
      sequence[side] += payload.length + (flags & 0x02 ? 1 : 0);
    };
    const nothing = new Uint8Array();
    send('client', nothing, 0x02);
    send('server', nothing, 0x12);
    send('client', nothing, 0x10);
    return {
      ask: (payload: Uint8Array) => send('client', payload),
      answer: (payload: Uint8Array) => send('server', payload),
    };
  }

  #ip(from: Station, to: Station, protocol: number, payload: Uint8Array): void {
    const header = join([0x45, 0], u16(20 + payload.length), u16(0), u16(0x4000), [64, protocol], u16(0));
    this.frame(to.mac, from.mac, 0x0800, join(header, ipBytes(from.ip), ipBytes(to.ip), payload));
  }

  pcap(): Uint8Array {
    const le32 = (value: number) => u32(value).toReversed();
    const head = join(le32(0xa1b2c3d4), [2, 0, 4, 0], le32(0), le32(0), le32(65_535), le32(1));
    const records = this.#frames.flatMap(({ at, bytes }) => [
      join(le32(Math.floor(at / 1e6)), le32(at % 1e6), le32(bytes.length), le32(bytes.length)),
      bytes,
    ]);
    return joinAll([head, ...records]);
  }
}

export type Connection = ReturnType<Traffic['connect']>;

export const join = (...parts: ArrayLike<number>[]): Uint8Array => joinAll(parts);

export function joinAll(parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const u16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
export const le16 = (value: number): number[] => u16(value).toReversed();
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const macBytes = (mac: string) => mac.split(':').map((byte) => Number.parseInt(byte, 16));
const ipBytes = (ip: string) => ip.split('.').map(Number);
