const scratch = new DataView(new ArrayBuffer(4));

export function f32At(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 4; i++) scratch.setUint8(i, bytes[at + i] ?? 0);
  return scratch.getFloat32(0);
}
