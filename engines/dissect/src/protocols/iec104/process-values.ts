import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Teller } from '../../dissector.ts';

type ValueAt = (bytes: Uint8Array, at: number) => number;

const single: ValueAt = (bytes, at) => bytes[at]! & 1;
const double: ValueAt = (bytes, at) => bytes[at]! & 3;
const step: ValueAt = (bytes, at) => (bytes[at]! << 25) >> 25;
const bits: ValueAt = u32leAt;
const scaled: ValueAt = (bytes, at) => (u16leAt(bytes, at) << 16) >> 16;
const normalized: ValueAt = (bytes, at) => scaled(bytes, at) / 32_768;
const counter: ValueAt = (bytes, at) => u32leAt(bytes, at) | 0;
const word = new DataView(new ArrayBuffer(4));
const float: ValueAt = (bytes, at) => {
  word.setUint32(0, u32leAt(bytes, at));
  return word.getFloat32(0);
};

interface Layout {
  readonly value: ValueAt;
  /** Octets of an information element, without the address of the object. */
  readonly size: number;
  /** Of a command: the octet whose highest bit says that it only selects; -1 where nothing is selected. */
  readonly selects: number;
}

const CP24 = 3;
const CP56 = 7;

/** IEC 60870-5-101:2003, 7.3: without a time, with one of three octets and with one of seven. */
const layouts: (Layout | undefined)[] = [];
for (const [type, short, long, value, size] of [
  [1, 2, 30, single, 1],
  [3, 4, 31, double, 1],
  [5, 6, 32, step, 2],
  [7, 8, 33, bits, 5],
  [9, 10, 34, normalized, 3],
  [11, 12, 35, scaled, 3],
  [13, 14, 36, float, 5],
  [15, 16, 37, counter, 5],
] as const) {
  layouts[type] = { value, size, selects: -1 };
  layouts[short] = { value, size: size + CP24, selects: -1 };
  layouts[long] = { value, size: size + CP56, selects: -1 };
}
layouts[21] = { value: normalized, size: 2, selects: -1 };
for (const [type, dated, value, size, selects] of [
  [45, 58, single, 1, 0],
  [46, 59, double, 1, 0],
  [47, 60, double, 1, 0],
  [48, 61, normalized, 3, 2],
  [49, 62, scaled, 3, 2],
  [50, 63, float, 5, 4],
  [51, 64, bits, 4, -1],
] as const) {
  layouts[type] = { value, size, selects };
  layouts[dated] = { value, size: size + CP56, selects };
}

const UNIT = 6;
const SELECT = 0x80;
const OBJECTS = 0x100_0000;

/** Information objects as process variables. */
export class ProcessValues {
  readonly #family: number;

  constructor(capture: Capture) {
    this.#family = capture.variables((index) => `CA ${Math.floor(index / OBJECTS)} IOA ${index % OBJECTS}`);
  }

  /** Of a service data unit from `start` on. */
  tell(here: Teller, about: Endpoint, bytes: Uint8Array, start: number, end: number, set: boolean): void {
    const layout = layouts[bytes[start]!];
    if (!layout || end - start < UNIT + 3) return;
    const count = bytes[start + 1]! & 0x7f;
    const isSequence = bytes[start + 1]! >= 0x80;
    const station = u16leAt(bytes, start + 4);
    let at = start + UNIT;
    let object = 0;
    for (let i = 0; i < count; i++) {
      if (i === 0 || !isSequence) {
        if (end - at < 3) return;
        object = (bytes[at + 2]! << 16) | u16leAt(bytes, at);
        at += 3;
      } else object = (object + 1) % OBJECTS;
      if (end - at < layout.size) return;
      const isSelect = layout.selects >= 0 && (bytes[at + layout.selects]! & SELECT) !== 0;
      if (!isSelect) {
        here.variable(about, this.#family, station * OBJECTS + object, layout.value(bytes, at), set);
      }
      at += layout.size;
    }
  }
}
