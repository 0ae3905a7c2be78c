import type { Carrier, Direction } from '../dissector.ts';

const CLIENT_MAC = [0x02, 0, 0, 0, 0, 0x01];
const SERVER_MAC = [0x02, 0, 0, 0, 0, 0x02];
const CLIENT_PORT = 49_152;

/** Writes captures, for tests and benches: one conversation between 192.0.2.1, who asks, and 192.0.2.2. */
export class Wire {
  /** Hears of every capture that is written: the fuzzer keeps them. */
  static written: ((file: Uint8Array) => void) | undefined;

  readonly packets: { time: number; bytes: Uint8Array; wireLength: number }[] = [];
  time = 1_700_000_000_000_000;
  readonly #carrier: Carrier;
  readonly #sequence: Record<Direction, number> = { request: 1_000, reply: 2_000_000_000 };

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  static speaking(carrier: Carrier, parts: readonly (readonly [Direction, Uint8Array])[]): Wire {
    const wire = new Wire(carrier);
    for (const [direction, bytes] of parts) wire.say(direction, bytes);
    return wire;
  }

  say(direction: Direction, payload: Uint8Array): void {
    const place = this.#carrier.at?.[0] ?? 0;
    switch (this.#carrier.on) {
      case 'ethertype':
        return this.add(ethernet(direction, place, payload));
      case 'llc':
        return this.add(logicalLink(direction, [place, place, 3], payload));
      case 'snap':
        return this.add(
          logicalLink(
            direction,
            [0xaa, 0xaa, 3, ...u16(place / 0x100_0000), ...u32(place).slice(1)],
            payload,
          ),
        );
      case 'link':
        return this.add(payload);
      case 'fragment':
        return this.#overlapping(direction, payload);
      case 'ip':
        return this.add(ethernet(direction, 0x0800, ipv4(direction, place, payload)));
    }
    const ports: [number, number] = direction === 'request' ? [CLIENT_PORT, place] : [place, CLIENT_PORT];
    if (this.#carrier.on === 'udp')
      return this.add(ethernet(direction, 0x0800, ipv4(direction, 17, udp(ports, payload))));
    const sequence = this.#sequence[direction];
    const acknowledged = this.#sequence[direction === 'request' ? 'reply' : 'request'];
    this.segment(direction, sequence, payload, acknowledged);
    this.#sequence[direction] = (sequence + payload.length) >>> 0;
  }

  /** A fragment of IP that was there before, and one that covers part of it. */
  #overlapping(direction: Direction, payload: Uint8Array): void {
    const id = this.packets.length + 1;
    this.add(ethernet(direction, 0x0800, ipv4(direction, 17, new Uint8Array(16), { id, fragment: 0x2000 })));
    this.add(ethernet(direction, 0x0800, ipv4(direction, 17, payload, { id, fragment: 0x2001 })));
  }

  /** Bytes that were sent but not captured. */
  skip(direction: Direction, count: number): void {
    this.#sequence[direction] += count;
  }

  /** A TCP segment anywhere in the stream. */
  segment(direction: Direction, sequence: number, payload: Uint8Array, acknowledged = 0, flags = 0x18): void {
    const place = this.#carrier.at?.[0] ?? 0;
    const ports: [number, number] = direction === 'request' ? [CLIENT_PORT, place] : [place, CLIENT_PORT];
    const header = join(
      u16(ports[0]),
      u16(ports[1]),
      u32(sequence),
      u32(acknowledged),
      [0x50, flags],
      u16(8192),
      u16(0),
      u16(0),
    );
    this.add(ethernet(direction, 0x0800, ipv4(direction, 6, join(header, payload))));
  }

  add(bytes: Uint8Array, wireLength = bytes.length): void {
    this.packets.push({ time: (this.time += 1_000), bytes, wireLength });
  }

  pcap({ little = true, nano = false, linkType = 1 } = {}): Uint8Array {
    const word = (value: number) => (little ? u32(value).reverse() : u32(value));
    const half = (value: number) => (little ? u16(value).reverse() : u16(value));
    const records = this.packets.flatMap(({ time, bytes, wireLength }) => {
      const fraction = (time % 1_000_000) * (nano ? 1_000 : 1);
      return [
        word(Math.floor(time / 1_000_000)),
        word(fraction),
        word(bytes.length),
        word(wireLength),
        bytes,
      ];
    });
    const magic = word(nano ? 0xa1b2_3c4d : 0xa1b2_c3d4);
    const header = [magic, half(2), half(4), word(0), word(0), word(65_535), word(linkType)];
    return written([...header, ...records]);
  }

  /** RFC 1761. */
  snoop(): Uint8Array {
    const records = this.packets.flatMap(({ time, bytes, wireLength }) => {
      const data = padded(bytes);
      return [
        u32(wireLength),
        u32(bytes.length),
        u32(24 + data.length),
        u32(0),
        u32(Math.floor(time / 1_000_000)),
        u32(time % 1_000_000),
        data,
      ];
    });
    return written([u32(0x736e_6f6f), u32(0x7000_0000), u32(2), u32(4), ...records]);
  }

  pcapng({ little = true, resolution = 6, linkType = 1 } = {}): Uint8Array {
    const word = (value: number) => (little ? u32(value).reverse() : u32(value));
    const half = (value: number) => (little ? u16(value).reverse() : u16(value));
    const block = (type: number, ...content: ArrayLike<number>[]) => {
      const body = padded(join(...content));
      return join(word(type), word(body.length + 12), body, word(body.length + 12));
    };
    const section = block(
      0x0a0d_0d0a,
      word(0x1a2b_3c4d),
      half(1),
      half(0),
      word(0xffff_ffff),
      word(0xffff_ffff),
    );
    const one = block(
      1,
      half(linkType),
      half(0),
      word(0),
      half(9),
      half(1),
      [resolution, 0, 0, 0],
      half(0),
      half(0),
    );
    const packets = this.packets.map(({ time, bytes, wireLength }) => {
      const stamp = BigInt(time) * 10n ** BigInt(resolution - 6);
      const [high, low] = [Number(stamp >> 32n), Number(stamp & 0xffff_ffffn)];
      return block(6, word(0), word(high), word(low), word(bytes.length), word(wireLength), bytes);
    });
    return written([section, one, ...packets]);
  }
}

function written(parts: readonly ArrayLike<number>[]): Uint8Array {
  const file = joined(parts);
  Wire.written?.(file);
  return file;
}

export function ethernet(direction: Direction, type: number, payload: ArrayLike<number>): Uint8Array {
  const [to, from] = direction === 'request' ? [SERVER_MAC, CLIENT_MAC] : [CLIENT_MAC, SERVER_MAC];
  return join(to, from, u16(type), payload);
}

/** IEEE 802.3 with a length and an IEEE 802.2 header. */
function logicalLink(direction: Direction, header: readonly number[], payload: Uint8Array): Uint8Array {
  return ethernet(direction, header.length + payload.length, join(header, payload));
}

export function ipv4(
  direction: Direction,
  protocol: number,
  payload: ArrayLike<number>,
  { id = 0, fragment = 0 } = {},
): Uint8Array {
  const [from, to] = direction === 'request' ? [1, 2] : [2, 1];
  const header = join([0x45, 0], u16(20 + payload.length), u16(id), u16(fragment), [64, protocol, 0, 0]);
  return join(header, [192, 0, 2, from], [192, 0, 2, to], payload);
}

export function udp([from, to]: readonly [number, number], payload: ArrayLike<number>): Uint8Array {
  return join(u16(from), u16(to), u16(8 + payload.length), u16(0), payload);
}

export function join(...parts: ArrayLike<number>[]): Uint8Array {
  return joined(parts);
}

/** Parts that are too many to be arguments. */
function joined(parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function u16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

function padded(bytes: Uint8Array): Uint8Array {
  return join(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}
