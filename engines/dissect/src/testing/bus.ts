import { Analysis } from '../analysis/analysis.ts';
import type { Report } from '../analysis/report.ts';
import { can } from '../protocols/can/can.ts';
import { canopen } from '../protocols/canopen/canopen.ts';
import { j1939 } from '../protocols/j1939/j1939.ts';
import { join, u32, Wire } from './wire.ts';

const SOCKETCAN = 227;
export const EXTENDED = 0x8000_0000;

/** A frame as SocketCAN hands it over. */
export function canFrame(identifier: number, data: Uint8Array): Uint8Array {
  return join(u32(identifier >>> 0), [data.length, 0, 0, 0], data);
}

/** What the frames of a CAN bus tell. */
export function onBus(...frames: Uint8Array[]): Report & { readonly file: Uint8Array } {
  const wire = new Wire({ on: 'link', at: [SOCKETCAN] });
  for (const frame of frames) wire.add(frame);
  const file = wire.pcap({ linkType: SOCKETCAN });
  const analysis = new Analysis({ strict: true, dissectors: [can, canopen, j1939] });
  analysis.push(file);
  return { ...analysis.finish(), file };
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
