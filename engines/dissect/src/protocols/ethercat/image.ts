import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here } from '../../dissector.ts';

/** Part of the process image that one slave reads or writes, as the master told its FMMU. */
interface Range {
  readonly from: number;
  readonly length: number;
  readonly slave: number;
  readonly output: boolean;
  /** Bits of a range of one byte that are this slave's. */
  readonly mask: number;
  readonly last: Uint8Array;
  seen: boolean;
}

// ETG.1000.4, 6.6 (FMMU).
const FIRST = 0x0600;
const LAST = 0x06ff;
const SIZE = 16;
const READ = 1;
const MOST_RANGES = 512;
const LONGEST = 2_048;
const BYTES = 0x1_0000;

export function isFmmu(register: number): boolean {
  return register >= FIRST && register <= LAST;
}

/** Values of the process image, told when they change. */
export class Image {
  readonly #bytes: number;
  #ranges: Range[] = [];

  constructor(capture: Capture) {
    this.#bytes = capture.variables(nameOf, true);
  }

  /** The master writes FMMUs of one slave. */
  configured(slave: number, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at + SIZE <= end; at += SIZE) {
      const length = u16leAt(bytes, at + 4);
      const active = bytes[at + 12]! & 1;
      if (!active || length === 0 || length > LONGEST) continue;
      const from = u32leAt(bytes, at);
      const output = (bytes[at + 11]! & READ) === 0;
      const mask = length === 1 ? bitsFrom(bytes[at + 6]! & 7, bytes[at + 7]! & 7) : 0xff;
      this.#ranges = this.#ranges.filter(
        (one) => one.slave !== slave || one.output !== output || one.from !== from,
      );
      if (this.#ranges.length >= MOST_RANGES) return;
      const last = new Uint8Array(length);
      this.#ranges.push({ from, length, slave, output, mask, last, seen: false });
    }
  }

  /** Outputs are what the master sent, inputs what came back. */
  exchanged(
    here: Here,
    master: Endpoint,
    output: boolean,
    address: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    for (const range of this.#ranges) {
      if (range.output !== output) continue;
      const at = start + range.from - address;
      if (at < start || at + range.length > end) continue;
      this.#compare(here, master, range, bytes, at);
    }
  }

  #compare(here: Here, master: Endpoint, range: Range, bytes: Uint8Array, at: number): void {
    const { last, mask, slave, output } = range;
    for (let i = 0; i < range.length; i++) {
      const value = bytes[at + i]! & mask;
      if (value === last[i] && range.seen) continue;
      last[i] = value;
      here.variable(master, this.#bytes, (slave * 2 + Number(output)) * BYTES + i, value, output);
    }
    range.seen = true;
  }
}

function bitsFrom(first: number, last: number): number {
  return last < first ? 0xff : ((2 << last) - 1) & ~((1 << first) - 1) & 0xff;
}

/** `slave 0x1001 QB 0`. */
function nameOf(index: number): string {
  const [place, byte] = [Math.floor(index / BYTES), index % BYTES];
  return `slave ${slaveName(Math.floor(place / 2))} ${place % 2 ? 'QB' : 'IB'} ${byte}`;
}

/** Positions, station addresses and all of them are numbers of one kind. */
export const ADDRESSED = 0x1_0000;
export const ALL = 0x2_0000;

/** `position 3`, `0x1001`, `all`. */
export function slaveName(slave: number): string {
  if (slave >= ALL) return 'all';
  if (slave < ADDRESSED) return `position ${slave}`;
  return `0x${(slave - ADDRESSED).toString(16).padStart(4, '0')}`;
}
