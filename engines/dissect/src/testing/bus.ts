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

/** What the frames of a CAN bus tell. */
export function onBus(...frames: Uint8Array[]): Report & { readonly file: Uint8Array } {
  return heard(busOf(frames).pcap({ linkType: SOCKETCAN }));
}

/**
 * The same frames, as captures of all interfaces of a Linux machine hold them in either version: identifiers in the
 * byte order of the machine, which is that of the file.
 */
export function cookedBus(frames: readonly Uint8Array[]): Uint8Array[] {
  const as = (linkType: number, header: Uint8Array, little: boolean) => {
    const turned = frames.map((frame) =>
      join(header, little ? frame.slice(0, 4).reverse() : frame.slice(0, 4), frame.subarray(4)),
    );
    return { wire: busOf(turned), how: { linkType, little } };
  };
  const one = as(113, join([0, 1], u16(ARPHRD_CAN), new Uint8Array(10), u16(0x000c)), true);
  const two = as(276, join(u16(0x000d), new Uint8Array(6), u16(ARPHRD_CAN), new Uint8Array(10)), false);
  return [one.wire.pcap(one.how), two.wire.pcap(two.how), one.wire.pcapng(one.how), two.wire.pcapng(two.how)];
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
