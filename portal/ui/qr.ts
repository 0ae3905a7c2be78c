/**
 * QR codes after ISO/IEC 18004:2015: byte mode, error correction level M, versions 1 to 12 (up to 285 bytes).
 * Enough for the address that a phone reads when a second factor is set up; it never leaves the page.
 */

// Table 9, level M: error correction codewords per block, and blocks, by version.
const correctionLength = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22];
const blockCount = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8];

/** Rows of modules, true for dark. Throws for text longer than the largest version holds. */
export function qr(text: string): readonly (readonly boolean[])[] {
  const bytes = new TextEncoder().encode(text);
  const version = correctionLength.findIndex((_, place) => bytes.length <= capacity(place + 1)) + 1;
  if (version === 0) throw new RangeError(`${bytes.length} bytes do not fit into a QR code of version 12-M`);

  const size = version * 4 + 17;
  const dark: boolean[][] = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const fixed: boolean[][] = dark.map((row) => row.slice());
  const set = (x: number, y: number, on: boolean) => {
    dark[y]![x] = on;
    fixed[y]![x] = true;
  };

  drawPatterns(version, size, set);
  drawData(interleave(dataOf(bytes, version), version), dark, fixed);

  let best: { mask: number; penalty: number } | undefined;
  for (let mask = 0; mask < 8; mask++) {
    applyMask(mask, dark, fixed);
    drawFormat(mask, size, set);
    const penalty = penaltyOf(dark);
    if (!best || penalty < best.penalty) best = { mask, penalty };
    applyMask(mask, dark, fixed);
  }
  applyMask(best!.mask, dark, fixed);
  drawFormat(best!.mask, size, set);
  return dark;
}

function rawCodewords(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const align = Math.floor(version / 7) + 2;
    modules -= (25 * align - 10) * align - 55;
    if (version >= 7) modules -= 36;
  }
  return Math.floor(modules / 8);
}

function dataCodewords(version: number): number {
  return rawCodewords(version) - correctionLength[version - 1]! * blockCount[version - 1]!;
}

function capacity(version: number): number {
  return Math.floor((dataCodewords(version) * 8 - 4 - lengthBits(version)) / 8);
}

function lengthBits(version: number): number {
  return version < 10 ? 8 : 16;
}

function dataOf(bytes: Uint8Array, version: number): Uint8Array {
  const bits: number[] = [];
  const put = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >>> bit) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, lengthBits(version));
  for (const byte of bytes) put(byte, 8);
  const room = dataCodewords(version) * 8;
  put(0, Math.min(4, room - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Uint8Array.from({ length: room / 8 }, (_, place) =>
    bits.slice(place * 8, place * 8 + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  );
}

function interleave(data: Uint8Array, version: number): number[] {
  const blocks = blockCount[version - 1]!;
  const correction = correctionLength[version - 1]!;
  const raw = rawCodewords(version);
  const short = blocks - (raw % blocks);
  const shortLength = Math.floor(raw / blocks) - correction;
  const generator = generatorOf(correction);
  const parts: { data: Uint8Array; correction: Uint8Array }[] = [];
  for (let block = 0, at = 0; block < blocks; block++) {
    const length = shortLength + (block < short ? 0 : 1);
    const part = data.subarray(at, at + length);
    parts.push({ data: part, correction: remainder(part, generator) });
    at += length;
  }
  const result: number[] = [];
  for (let place = 0; place <= shortLength; place++)
    for (const part of parts) if (place < part.data.length) result.push(part.data[place]!);
  for (let place = 0; place < correction; place++)
    for (const part of parts) result.push(part.correction[place]!);
  return result;
}

function generatorOf(degree: number): Uint8Array {
  const result = new Uint8Array(degree);
  result[degree - 1] = 1;
  let root = 1;
  for (let step = 0; step < degree; step++) {
    for (let place = 0; place < degree; place++) {
      result[place] = multiply(result[place]!, root) ^ (result[place + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  return result;
}

function remainder(data: Uint8Array, generator: Uint8Array): Uint8Array {
  const result = new Uint8Array(generator.length);
  for (const byte of data) {
    const factor = byte ^ result[0]!;
    result.copyWithin(0, 1);
    result[result.length - 1] = 0;
    for (let place = 0; place < result.length; place++) result[place]! ^= multiply(generator[place]!, factor);
  }
  return result;
}

/** In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

type SetModule = (x: number, y: number, on: boolean) => void;

function drawPatterns(version: number, size: number, set: SetModule): void {
  for (let place = 0; place < size; place++) {
    set(6, place, place % 2 === 0);
    set(place, 6, place % 2 === 0);
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++) {
        const [x, y, ring] = [cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy))];
        if (x >= 0 && x < size && y >= 0 && y < size) set(x, y, ring !== 2 && ring !== 4);
      }
  }
  const centres = alignment(version, size);
  const last = centres.length - 1;
  centres.forEach((cx, i) =>
    centres.forEach((cy, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }),
  );
  drawFormat(0, size, set);
  if (version < 7) return;
  let check = version;
  for (let step = 0; step < 12; step++) check = (check << 1) ^ ((check >>> 11) * 0x1f25);
  const bits = (version << 12) | check;
  for (let bit = 0; bit < 18; bit++) {
    const [a, b] = [size - 11 + (bit % 3), Math.floor(bit / 3)];
    set(a, b, ((bits >>> bit) & 1) === 1);
    set(b, a, ((bits >>> bit) & 1) === 1);
  }
}

function alignment(version: number, size: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const rest = Array.from({ length: count - 1 }, (_, place) => size - 7 - place * step);
  return [6, ...rest.toReversed()];
}

function drawFormat(mask: number, size: number, set: SetModule): void {
  // Level M is 00, so the five bits are the mask alone.
  let check = mask;
  for (let step = 0; step < 10; step++) check = (check << 1) ^ ((check >>> 9) * 0x537);
  const bits = ((mask << 10) | check) ^ 0x5412;
  const on = (bit: number) => ((bits >>> bit) & 1) === 1;
  for (let bit = 0; bit <= 5; bit++) set(8, bit, on(bit));
  set(8, 7, on(6));
  set(8, 8, on(7));
  set(7, 8, on(8));
  for (let bit = 9; bit < 15; bit++) set(14 - bit, 8, on(bit));
  for (let bit = 0; bit < 8; bit++) set(size - 1 - bit, 8, on(bit));
  for (let bit = 8; bit < 15; bit++) set(8, size - 15 + bit, on(bit));
  set(8, size - 8, true);
}

function drawData(codewords: readonly number[], dark: boolean[][], fixed: readonly boolean[][]): void {
  const size = dark.length;
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const upward = ((right + 1) & 2) === 0;
        const y = upward ? size - 1 - step : step;
        if (fixed[y]![x] || bit >= codewords.length * 8) continue;
        dark[y]![x] = ((codewords[bit >>> 3]! >>> (7 - (bit & 7))) & 1) === 1;
        bit++;
      }
  }
}

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function applyMask(mask: number, dark: boolean[][], fixed: readonly boolean[][]): void {
  dark.forEach((row, y) =>
    row.forEach((on, x) => {
      if (!fixed[y]![x]) row[x] = on !== masks[mask]!(x, y);
    }),
  );
}

/** §7.8.3: long runs, blocks, look-alikes of the finder, and imbalance count against a mask. */
function penaltyOf(dark: readonly (readonly boolean[])[]): number {
  const size = dark.length;
  let penalty = 0;
  const lines = [
    ...dark.map((row) => row.map((on) => (on ? '1' : '0')).join('')),
    ...dark.map((_, x) => dark.map((row) => (row[x] ? '1' : '0')).join('')),
  ];
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) penalty += run.length - 2;
    for (let at = 0; at + 11 <= size; at++) {
      const eleven = line.slice(at, at + 11);
      if (eleven === '10111010000' || eleven === '00001011101') penalty += 40;
    }
  }
  let count = 0;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const on = dark[y]![x];
      if (on) count++;
      if (
        x + 1 < size &&
        y + 1 < size &&
        dark[y]![x + 1] === on &&
        dark[y + 1]![x] === on &&
        dark[y + 1]![x + 1] === on
      )
        penalty += 3;
    }
  return penalty + Math.floor(Math.abs((count * 20) / (size * size) - 10)) * 10;
}
