import { Analysis } from '../analysis/analysis.ts';
import type { Report } from '../analysis/report.ts';
import { can } from '../protocols/can/can.ts';
import { canopen } from '../protocols/canopen/canopen.ts';
import { j1939 } from '../protocols/j1939/j1939.ts';
import { join, u16, u32, Wire } from './wire.ts';

const SOCKETCAN = 227;
const ARPHRD_CAN = 280;
export const EXTENDED = 0x8000_0000;

/** A frame as SocketCAN hands it over. */
export function canFrame(identifier: number, data: Uint8Array): Uint8Array {
  return join(u32(identifier >>> 0), [data.length, 0, 0, 0], data);
}

interface Xl {
  readonly network?: number;
  readonly flags?: number;
  readonly sduType?: number;
  readonly acceptance?: number;
}

/** One of CAN XL, as libpcap writes it: the priority with the high octet first, what follows with the low one. */
export function canXlFrame(priority: number, data: Uint8Array, xl: Xl = {}): Uint8Array {
  const { network = 0, flags = 0, sduType = 1, acceptance = 0 } = xl;
  const little = [u16(data.length).reverse(), u32(acceptance >>> 0).reverse()];
  return join([0, network], u16(priority), [0x80 | flags, sduType], ...little, data);
}

const isXl = (frame: Uint8Array): boolean => frame[4]! >= 0x80;

/** What the frames of a CAN bus tell. */
export function onBus(...frames: Uint8Array[]): Report & { readonly file: Uint8Array } {
  return heard(busOf(frames).pcap({ linkType: SOCKETCAN }));
}

/**
 * The same frames, as captures of all interfaces of a Linux machine hold them in either version: identifiers, and the
 * other numbers of CAN XL, in the byte order of the machine, which is that of the file.
 */
export function cookedBus(frames: readonly Uint8Array[]): Uint8Array[] {
  const as = (linkType: number, headerOf: (type: number) => Uint8Array, type: number, little: boolean) => {
    const turned = frames.map((frame) =>
      join(headerOf(isXl(frame) ? 0x000e : type), little ? lowFirst(frame) : highFirst(frame)),
    );
    return { wire: busOf(turned), how: { linkType, little } };
  };
  const first = (type: number) => join([0, 1], u16(ARPHRD_CAN), new Uint8Array(10), u16(type));
  const second = (type: number) => join(u16(type), new Uint8Array(6), u16(ARPHRD_CAN), new Uint8Array(10));
  const one = as(113, first, 0x000c, true);
  const two = as(276, second, 0x000d, false);
  return [one.wire.pcap(one.how), two.wire.pcap(two.how), one.wire.pcapng(one.how), two.wire.pcapng(two.how)];
}

function lowFirst(frame: Uint8Array): Uint8Array {
  return join(frame.slice(0, 4).reverse(), frame.subarray(4));
}

function highFirst(frame: Uint8Array): Uint8Array {
  if (!isXl(frame)) return frame;
  const [length, acceptance] = [frame.slice(6, 8).reverse(), frame.slice(8, 12).reverse()];
  return join(frame.subarray(0, 6), length, acceptance, frame.subarray(12));
}

/** What a capture tells of a CAN bus. */
export function heard(file: Uint8Array): Report & { readonly file: Uint8Array } {
  const analysis = new Analysis({ strict: true, dissectors: [can, canopen, j1939] });
  analysis.push(file);
  return { ...analysis.finish(), file };
}

function busOf(frames: readonly Uint8Array[]): Wire {
  const wire = new Wire({ on: 'link', at: [SOCKETCAN] });
  for (const frame of frames) wire.add(frame);
  return wire;
}

/** Cut off anywhere, any bit flipped: nothing is thrown. */
export function survivesDamage(frames: readonly Uint8Array[]): void {
  for (const frame of frames) {
    for (let length = 0; length < frame.length; length++) onBus(...frames, frame.subarray(0, length));
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const damaged = Uint8Array.from(frame);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      onBus(...frames, damaged);
    }
  }
}
