import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

import { adler32 } from '../bytes/adler32.ts';
import type { Stored } from '../bytes/stored.ts';

export interface Making {
  readonly sectorsPerChunk?: number;
  /** How many files; chunks are shared out evenly. */
  readonly segments?: number;
  /** Every other chunk is stored as it is. */
  readonly compress?: 'all' | 'none' | 'every other';
  readonly hashes?: 'none' | 'hash' | 'digest';
  readonly header?: string;
  readonly header2?: string;
  readonly unreadable?: readonly (readonly [first: number, count: number])[];
  readonly guid?: Uint8Array;
  /** The last word on the content of a section, before its checksums. */
  readonly change?: (type: string, content: Uint8Array, segment: number) => Uint8Array | undefined;
}

const SECTOR = 512;

/** The segments of an image as the format's description prints them, section by section. */
export function expertWitness(medium: Uint8Array, making: Making = {}): Uint8Array[] {
  const { sectorsPerChunk = 8, segments = 1, compress = 'all', hashes = 'digest', change } = making;
  const size = sectorsPerChunk * SECTOR;
  const count = Math.ceil(medium.length / size);
  const each = Math.ceil(count / segments);
  return Array.from({ length: segments }, (_, at) => {
    const parts: Uint8Array[] = [
      bytes([0x45, 0x56, 0x46, 0x09, 0x0d, 0x0a, 0xff, 0x00], [1], u16(at + 1), u16(0)),
    ];
    let length = parts[0]!.length;
    const add = (type: string, plain: Uint8Array, isLast = false) => {
      const content = change?.(type, plain, at + 1) ?? plain;
      const next = isLast ? length : length + 76 + content.length;
      const descriptor = bytes(text(type, 16), u64(next), u64(isLast ? 0 : 76 + content.length), zeros(40));
      parts.push(withSum(descriptor), content);
      length += 76 + content.length;
      return length - content.length;
    };
    const volume = withSum(
      bytes(
        [1, 0, 0, 0], // media type: fixed disk
        u32(count),
        u32(sectorsPerChunk),
        u32(SECTOR),
        u64(medium.length / SECTOR),
        zeros(12), // cylinders, heads, sectors of the geometry
        [3, 0, 0, 0], // media flags: image, physical
        zeros(12), // PALM volume, unknown, SMART logs
        [1, 0, 0, 0], // compression level: good
        u32(1), // error granularity
        zeros(4),
        making.guid ?? zeros(16),
        zeros(963),
        zeros(5), // signature
      ),
    );
    if (at === 0) {
      if (making.header2) add('header2', deflateSync(Buffer.from(`\ufeff${making.header2}`, 'utf16le')));
      if (making.header) add('header', deflateSync(Buffer.from(making.header, 'latin1')));
      add('volume', volume);
    } else add('data', volume);
    const chunks: Uint8Array[] = [];
    const entries: number[] = [];
    let offset = 76;
    for (let number = at * each; number < Math.min(count, (at + 1) * each); number++) {
      const plain = medium.subarray(number * size, (number + 1) * size);
      const packs = compress === 'all' || (compress === 'every other' && number % 2 === 0);
      const chunk = packs ? new Uint8Array(deflateSync(plain)) : withSum(plain);
      entries.push(packs ? offset + 0x8000_0000 : offset);
      chunks.push(chunk);
      offset += chunk.length;
    }
    const sectors = add('sectors', bytes(...chunks)) - 76;
    const table = bytes(
      withSum(bytes(u32(entries.length), zeros(4), u64(sectors), zeros(4))),
      withSum(bytes(...entries.map(u32))),
    );
    add('table', table);
    add('table2', table);
    if (at < segments - 1) {
      add('next', zeros(0), true);
      return bytes(...parts);
    }
    if (making.unreadable)
      add(
        'error2',
        bytes(
          withSum(bytes(u32(making.unreadable.length), zeros(512))),
          withSum(bytes(...making.unreadable.map(([first, many]) => bytes(u32(first), u32(many))))),
        ),
      );
    const md5 = createHash('md5').update(medium).digest();
    const sha1 = createHash('sha1').update(medium).digest();
    if (hashes === 'digest') add('digest', withSum(bytes(md5, sha1, zeros(40))));
    if (hashes !== 'none') add('hash', withSum(bytes(md5, zeros(16))));
    add('done', zeros(0), true);
    return bytes(...parts);
  });
}

/** With a count of what was read of it. */
export function held(file: Uint8Array): Stored & { readonly asked: () => number } {
  let asked = 0;
  return {
    size: file.length,
    asked: () => asked,
    async read(from, length) {
      if (from < 0 || from + length > file.length) throw new RangeError(`${from} + ${length} is outside`);
      asked += length;
      return file.slice(from, from + length);
    },
  };
}

/** Where the content of a section begins. */
export function contentAt(file: Uint8Array, type: string): number {
  const name = text(type, 16);
  for (let at = 13; at + 76 <= file.length; at++)
    if (name.every((byte, place) => file[at + place] === byte)) return at + 76;
  throw new Error(`There is no section ${type}`);
}

/** Writes a number and puts the checksum right that lies `length` behind `from`. */
export function rewritten(
  file: Uint8Array,
  at: number,
  value: Uint8Array,
  from: number,
  length: number,
): Uint8Array {
  const changed = file.slice();
  changed.set(value, at);
  changed.set(u32(adler32(changed.subarray(from, from + length))), from + length);
  return changed;
}

export const u16 = (value: number) => new Uint8Array(new Uint16Array([value]).buffer);
export const u32 = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);
export const u64 = (value: number) => new Uint8Array(new BigUint64Array([BigInt(value)]).buffer);
const zeros = (length: number) => new Uint8Array(length);
const text = (value: string, length: number) => {
  const field = zeros(length);
  field.set(Buffer.from(value, 'latin1'));
  return field;
};
const bytes = (...parts: readonly ArrayLike<number>[]) =>
  Uint8Array.from(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
const withSum = (content: Uint8Array) => bytes(content, u32(adler32(content)));
