import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';

const scratch = new DataView(new ArrayBuffer(8));

export function i16leAt(bytes: Uint8Array, at: number): number {
  return (u16leAt(bytes, at) << 16) >> 16;
}

export function i32leAt(bytes: Uint8Array, at: number): number {
  return u32leAt(bytes, at) | 0;
}

export function f32leAt(bytes: Uint8Array, at: number): number {
  scratch.setUint32(0, u32leAt(bytes, at));
  return scratch.getFloat32(0);
}

export function f64leAt(bytes: Uint8Array, at: number): number {
  scratch.setUint32(0, u32leAt(bytes, at + 4));
  scratch.setUint32(4, u32leAt(bytes, at));
  return scratch.getFloat64(0);
}

/** Of a number of 32 bits, the shortest decimal that means it: 0.1, not 0.10000000149. */
export function shortest(value: number): number {
  return Number.isFinite(value) && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;
}
