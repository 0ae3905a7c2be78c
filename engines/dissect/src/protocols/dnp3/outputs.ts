import { f32leAt, f64leAt, i16leAt, i32leAt } from './numbers.ts';

/** Points beyond are not remembered. */
const MOST = 4_096;
const BINARY = 10;
const ANALOG = 40;

/**
 * What the outputs of an outstation were worth when it last said so, for telling a control with the value it
 * replaces.
 */
export class Outputs {
  #binary = new Float64Array(0);
  #analog = new Float64Array(0);

  /** Statuses in a row, as a reply to a poll brings them: group 10 and 40. */
  learn(group: number, variation: number, first: number, count: number, bytes: Uint8Array, at: number): void {
    if (group === BINARY && (variation === 1 || variation === 2)) {
      const values = (this.#binary = roomFor(this.#binary, first + count));
      for (let i = 0; i < count && first + i < values.length; i++) {
        values[first + i] = variation === 1 ? (bytes[at + (i >> 3)]! >> (i & 7)) & 1 : bytes[at + i]! >> 7;
      }
    } else if (group === ANALOG && variation >= 1 && variation <= 4) {
      const values = (this.#analog = roomFor(this.#analog, first + count));
      const size = analogSizes[variation]!;
      for (let i = 0; i < count && first + i < values.length; i++) {
        values[first + i] = analogAt(bytes, at + i * size + 1, variation);
      }
    }
  }

  /** Undefined when never seen. */
  binary(index: number): boolean | undefined {
    const value = this.#binary[index];
    return value === undefined || Number.isNaN(value) ? undefined : value === 1;
  }

  analog(index: number): number | undefined {
    const value = this.#analog[index];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }
}

/** Octets of an object of group 40, flags included. */
const analogSizes = [0, 5, 3, 5, 9];

function analogAt(bytes: Uint8Array, at: number, variation: number): number {
  if (variation === 1) return i32leAt(bytes, at);
  if (variation === 2) return i16leAt(bytes, at);
  return variation === 3 ? f32leAt(bytes, at) : f64leAt(bytes, at);
}

function roomFor(values: Float64Array<ArrayBuffer>, count: number): Float64Array<ArrayBuffer> {
  const wanted = Math.min(count, MOST);
  if (values.length >= wanted) return values;
  const more = new Float64Array(wanted).fill(Number.NaN);
  more.set(values);
  return more;
}
