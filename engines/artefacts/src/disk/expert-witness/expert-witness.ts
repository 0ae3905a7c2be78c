import { md5, sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';

import { adler32 } from '../../bytes/adler32.ts';
import { inflate } from '../../bytes/inflate.ts';
import type { Stored } from '../../bytes/stored.ts';
import { type Fault, NotAnImage } from '../fault.ts';
import { type Acquisition, readAcquisition } from './acquisition.ts';
import { DESCRIPTOR, readSegment, type Section, type Segment, viewOf } from './sections.ts';
import { type Place, placeOf, readTable, type Table } from './tables.ts';
import { readVolume, type Volume } from './volume.ts';

export interface Sectors {
  readonly first: number;
  readonly count: number;
}

export interface Verified {
  /** Of the medium, that could be read. */
  readonly bytes: number;
  readonly damaged: number;
  readonly hashes: readonly HashCheck[];
}

/**
 * `incomplete`: the image that is here is not the whole one, so its hash says nothing. `not stored`: whoever took it kept
 * none.
 */
export interface HashCheck {
  readonly algorithm: 'md5' | 'sha1';
  readonly verdict: 'verified' | 'differs' | 'incomplete' | 'not stored';
  /** In hexadecimal; empty where there is none. */
  readonly stored: string;
  readonly computed: string;
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly fault?: Fault;
}

/** A chunk as it lies in its segment. */
interface Packed extends Place {
  readonly number: number;
  readonly segment: number;
  readonly bytes: Uint8Array;
}

const algorithms = ['md5', 'sha1'] as const;

const MOST_CACHE = 8 << 20;
const MOST_AHEAD = 512 << 10;
/** What is wrong beyond is counted by `verify`. */
const MOST_FAULTS = 1000;
const MOST_UNREADABLE = 10_000;

/**
 * A disk in Expert Witness format (E01), read like a raw one: any part of it is inflated when it is asked for, and only
 * what was asked for last is kept. What is damaged is told as a fault and reads as far as it can be read, zeros behind.
 */
export class ExpertWitness implements Stored {
  /** Of the medium, in bytes. */
  readonly size: number;
  readonly volume: Volume;
  readonly acquisition: Acquisition | undefined;
  /** Sectors that could not be read when the image was taken; zeros stand in their place. */
  readonly unreadable: readonly Sectors[];
  /** The first segment that is not here and without which the rest of the medium is not, either; else undefined. */
  readonly missing: number | undefined;
  readonly #stored: { readonly md5: string; readonly sha1: string };
  readonly #tables: readonly Table[];
  readonly #present: number;
  readonly #faults = new Map<string, Fault>();
  readonly #cache = new Map<number, Uint8Array>();

  private constructor(found: Gathered, volume: Volume) {
    this.volume = volume;
    this.acquisition = found.acquisition;
    this.unreadable = found.unreadable;
    this.missing = found.missing;
    this.#stored = { md5: found.md5, sha1: found.sha1 };
    const claimed = volume.sectors * volume.sectorSize;
    this.size = claimed > 0 ? claimed : found.chunks * volume.chunkSize;
    const needed = Math.ceil(this.size / volume.chunkSize);
    this.#tables = found.tables;
    this.#present = Math.min(found.chunks, needed);
    for (const fault of found.faults) this.#note(fault);
    if (found.chunks > needed)
      this.#note({
        code: 'table-too-many',
        params: { chunks: found.chunks, needed },
        text: `Tables list ${found.chunks} chunks of a medium that has ${needed}`,
      });
    if (found.chunks < needed)
      this.#note({
        code: 'chunks-missing',
        params: { first: found.chunks, count: needed - found.chunks },
        text: `No table lists the ${needed - found.chunks} chunks from ${found.chunks}; they are not here`,
      });
  }

  /**
   * Reads what an image says of itself; of the medium nothing yet.
   * @param segments the files of one image, in any order: their numbers stand in them
   * @throws NotAnImage where none is the first segment of one, and what to do
   */
  static async open(segments: readonly Stored[]): Promise<ExpertWitness> {
    const found = await gather(segments);
    if (!found.volume)
      throw new NotAnImage(
        'Nothing in this image says how large the medium is: its section “volume” is missing or damaged. Ask for the image anew',
      );
    return new ExpertWitness(found, found.volume);
  }

  /** What is wrong, as far as was read so far. */
  get faults(): readonly Fault[] {
    return [...this.#faults.values()];
  }

  /** Where in the medium something is: from one byte up to another, in order. A volume may claim far more. */
  get present(): readonly { readonly from: number; readonly to: number }[] {
    const { chunkSize } = this.volume;
    return this.#tables
      .map(({ first, usable }) => ({
        from: first * chunkSize,
        to: Math.min(Math.min(first + usable, this.#present) * chunkSize, this.size),
      }))
      .filter(({ from, to }) => from < to);
  }

  /** Bytes of the medium; fewer at its end. */
  async read(from: number, length: number): Promise<Uint8Array> {
    const to = Math.min(from + length, this.size);
    if (from >= to) return new Uint8Array();
    const { chunkSize } = this.volume;
    const bytes = new Uint8Array(to - from);
    for (let number = Math.floor(from / chunkSize); number * chunkSize < to; number++) {
      if (number >= this.#present) break;
      const start = number * chunkSize;
      const known = await this.#kept(number);
      const part = known.subarray(Math.max(0, from - start), to - start);
      bytes.set(part, Math.max(start - from, 0));
    }
    return bytes;
  }

  /**
   * One pass over the whole medium: every checksum, and the hashes that were stored with it; where none was, MD5 and SHA-1
   * are computed all the same.
   */
  async verify(onProgress: (bytes: number) => void = () => {}): Promise<Verified> {
    const stored = algorithms.filter((algorithm) => this.#stored[algorithm]);
    const sums = (stored.length > 0 ? stored : algorithms).map((algorithm) => ({
      algorithm,
      sum: (algorithm === 'md5' ? md5 : sha1).create(),
    }));
    let [bytes, damaged] = [0, 0];
    const take = (chunk: Chunk) => {
      for (const { sum } of sums) sum.update(chunk.bytes);
      bytes += chunk.bytes.length;
      if (chunk.fault) {
        damaged++;
        this.#note(chunk.fault);
      }
      onProgress(bytes);
    };
    // Some are inflated while others are hashed; of large chunks one after the other.
    const most = Math.floor(MOST_AHEAD / this.volume.chunkSize);
    const ahead: Promise<Chunk>[] = [];
    for (const table of this.#tables) {
      const end = Math.min(table.first + table.claimed, this.#present);
      const usable = Math.min(table.first + table.usable, end);
      for (let number = table.first; number < usable; number++) {
        ahead.push(this.#opened(await this.#packed(table, number)));
        if (ahead.length > most) take(await ahead.shift()!);
      }
      // A table may claim thousands of millions: they are counted, not gone through.
      if (usable < end) {
        damaged += end - Math.max(usable, table.first);
        this.#note(lost(table));
      }
    }
    for (const chunk of ahead) take(await chunk);
    const isWhole = bytes === this.size;
    return {
      bytes,
      damaged,
      hashes: sums.map(({ algorithm, sum }) => {
        const said = this.#stored[algorithm];
        const computed = isWhole ? bytesToHex(sum.digest()) : '';
        return { algorithm, verdict: verdictOf(said, computed), stored: said, computed };
      }),
    };
  }

  async #kept(number: number): Promise<Uint8Array> {
    const known = this.#cache.get(number);
    if (known) {
      this.#cache.delete(number);
      this.#cache.set(number, known);
      return known;
    }
    const { bytes, fault } = await this.#chunk(number);
    if (fault) this.#note(fault);
    if ((this.#cache.size + 1) * this.volume.chunkSize > MOST_CACHE && this.#cache.size > 0)
      this.#cache.delete(this.#cache.keys().next().value!);
    // A copy: a view would hold the page that it lies in.
    this.#cache.set(number, bytes.slice());
    return bytes;
  }

  async #chunk(number: number): Promise<Chunk> {
    const table = this.#tableOf(number);
    return number - table.first < table.usable
      ? this.#opened(await this.#packed(table, number))
      : { bytes: new Uint8Array(this.#lengthOf(number)), fault: lost(table) };
  }

  async #packed(table: Table, number: number): Promise<Packed> {
    const place = await placeOf(table, number - table.first);
    // More than a chunk could take even if nothing of it could be made smaller is not one.
    const length = Math.min(place.length, 2 * this.volume.chunkSize + 1024);
    return {
      number,
      segment: table.segment.number,
      ...place,
      bytes: await table.segment.bytes.read(place.offset, length),
    };
  }

  /** Always as long as the chunk is in the medium. */
  async #opened({ number, segment, offset, isCompressed, bytes: packed }: Packed): Promise<Chunk> {
    const expected = this.#lengthOf(number);
    const opened = (read: Uint8Array, code?: Fault['code'], text = ''): Chunk => {
      const bytes = read.length === expected ? read : new Uint8Array(expected);
      if (bytes !== read) bytes.set(read.subarray(0, expected));
      if (!code) return { bytes };
      const sector = number * (this.volume.chunkSize / this.volume.sectorSize);
      return {
        bytes,
        fault: {
          code,
          params: { chunk: number, segment, offset, sector, readable: Math.min(read.length, expected) },
          text: `Chunk ${number} (from sector ${sector}) at offset ${offset} of segment ${segment} ${text}`,
        },
      };
    };
    const doesNotFit = 'does not fit its checksum';
    if (isCompressed) {
      const { bytes, fault } = await inflate(packed, this.volume.chunkSize);
      if (fault === 'too-long') return opened(bytes, 'chunk-too-long', 'inflates to more than a chunk');
      if (fault === 'checksum') return opened(bytes, 'chunk-checksum', doesNotFit);
      return fault || bytes.length < expected
        ? opened(bytes, 'chunk-damaged', `is damaged: ${bytes.length} of ${expected} bytes can be read`)
        : opened(bytes);
    }
    const bytes = packed.subarray(0, expected);
    if (packed.length < expected + 4)
      return opened(bytes, 'chunk-damaged', `is cut: ${bytes.length} of ${expected} bytes can be read`);
    const fits = viewOf(packed).getUint32(expected, true) === adler32(bytes);
    return fits ? opened(bytes) : opened(bytes, 'chunk-checksum', doesNotFit);
  }

  #lengthOf(chunk: number): number {
    return Math.min(this.volume.chunkSize, this.size - chunk * this.volume.chunkSize);
  }

  #tableOf(number: number): Table {
    let [low, high] = [0, this.#tables.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#tables[middle]!.first <= number) low = middle;
      else high = middle - 1;
    }
    return this.#tables[low]!;
  }

  #note(fault: Fault): void {
    if (this.#faults.size < MOST_FAULTS) this.#faults.set(fault.text, fault);
  }
}

function verdictOf(stored: string, computed: string): HashCheck['verdict'] {
  if (!stored) return 'not stored';
  if (!computed) return 'incomplete';
  return stored === computed ? 'verified' : 'differs';
}

function lost({ first, claimed, usable }: Table): Fault {
  const [from, count] = [first + usable, claimed - usable];
  return {
    code: 'chunks-missing',
    params: { first: from, count },
    text: `No sound table says where the ${count} chunks from ${from} lie; they cannot be read`,
  };
}

interface Gathered {
  readonly faults: Fault[];
  readonly tables: Table[];
  readonly unreadable: Sectors[];
  chunks: number;
  volume?: Volume;
  acquisition?: Acquisition;
  md5: string;
  sha1: string;
  missing?: number;
}

async function gather(files: readonly Stored[]): Promise<Gathered> {
  const found: Gathered = { faults: [], tables: [], unreadable: [], chunks: 0, md5: '', sha1: '' };
  const tell = (fault: Fault) => {
    if (found.faults.length < MOST_FAULTS) found.faults.push(fault);
  };
  const segments: Segment[] = [];
  for (const file of files) segments.push(await readSegment(file, tell));
  segments.sort((a, b) => a.number - b.number);
  const [lowest] = segments;
  if (!lowest || lowest.number !== 1)
    throw new NotAnImage(
      `This is segment ${lowest?.number ?? 0} of an image; only with segment 1 (usually .E01), and those between, can it be read`,
    );
  let next = 1;
  for (const segment of segments) {
    const named = { segment: segment.number };
    if (segment.number < next) {
      tell({
        code: 'segment-twice',
        params: named,
        text: `Segment ${segment.number} is here twice; one is left out`,
      });
      continue;
    }
    if (segment.number > next) break;
    if (!(await readSections(segment, found, tell))) {
      tell({
        code: 'segment-of-another',
        params: named,
        text: `Segment ${segment.number} is of another image; it and what follows is left out`,
      });
      break;
    }
    next++;
    // Of one that is cut a table may be lost: where chunks behind it belong, nobody knows.
    if (segment.ended !== 'next') return found;
  }
  found.missing = next;
  tell({
    code: 'segment-missing',
    params: { segment: next },
    text: `Segment ${next} is missing; what is in it and behind cannot be read`,
  });
  return found;
}

/** False where this segment is of another image than those before. */
async function readSections(
  segment: Segment,
  found: Gathered,
  tell: (fault: Fault) => void,
): Promise<boolean> {
  // Where chunks of tables end: of all, and of all but the last, which a mirror may take the place of.
  let [behind, behindFirst] = [0, 0];
  for (const section of segment.sections) {
    const content = () => segment.bytes.read(section.at + DESCRIPTOR, contentOf(section));
    const damaged = (code: 'header-damaged' | 'content-checksum') =>
      tell({
        code,
        params: { segment: segment.number, section: section.type, offset: section.at },
        text:
          code === 'header-damaged'
            ? `Section “${section.type}” at offset ${section.at} of segment ${segment.number}, which says who took the image, cannot be read`
            : `Section “${section.type}” at offset ${section.at} of segment ${segment.number} does not fit its checksum`,
      });
    switch (section.type) {
      case 'header2':
      case 'header': {
        // The first that can be read; header2 stands before header and tells more.
        if (found.acquisition) break;
        const said = await readAcquisition(await content());
        if (said) found.acquisition = said;
        else damaged('header-damaged');
        break;
      }
      case 'volume':
      case 'disk':
      case 'data': {
        const volume = readVolume(await content());
        if (!volume?.fits) damaged('content-checksum');
        if (!volume) break;
        const known = found.volume;
        if (segment.number > 1 && known?.fits && volume.fits && isOfAnother(known, volume)) return false;
        // One that fits its checksum is worth more than one that does not.
        if (!found.volume?.fits) found.volume = volume;
        break;
      }
      case 'table':
      case 'table2': {
        const before = found.tables.at(-1);
        const mirrored = section.type === 'table2' && before?.segment === segment ? before : undefined;
        if (mirrored?.faults.length === 0) break;
        // Nobody knows where in the medium its chunks belong.
        if (!mirrored && before?.isCounted === false) break;
        const table = await readTable(segment, section, mirrored?.first ?? found.chunks);
        if (mirrored) {
          if (table.faults.length > 0 && table.usable <= mirrored.usable) break;
          found.chunks = mirrored.first;
          found.tables.pop();
        } else behindFirst = behind;
        addTable(table, behindFirst, found, tell);
        behind = Math.max(behindFirst, table.to);
        break;
      }
      case 'hash':
      case 'digest': {
        const bytes = await content();
        const size = section.type === 'hash' ? 32 : 76;
        if (
          bytes.length < size + 4 ||
          viewOf(bytes).getUint32(size, true) !== adler32(bytes.subarray(0, size))
        ) {
          damaged('content-checksum');
          break;
        }
        found.md5 ||= hexUnlessZero(bytes.subarray(0, 16));
        if (section.type === 'digest') found.sha1 ||= hexUnlessZero(bytes.subarray(16, 36));
        break;
      }
      case 'error2': {
        const bytes = await content();
        const view = viewOf(bytes);
        const header = 520;
        if (bytes.length < header || view.getUint32(516, true) !== adler32(bytes.subarray(0, 516))) {
          damaged('content-checksum');
          break;
        }
        const count = Math.min(
          view.getUint32(0, true),
          Math.floor((bytes.length - header) / 8),
          MOST_UNREADABLE - found.unreadable.length,
        );
        for (let at = header; at < header + count * 8; at += 8)
          found.unreadable.push({ first: view.getUint32(at, true), count: view.getUint32(at + 4, true) });
        break;
      }
    }
  }
  return true;
}

/** A section may be as large as its file; what is read whole has a bound. */
const MOST_CONTENT = 1 << 20;
const contentOf = ({ at, end }: Section) => Math.min(Math.max(0, end - at - DESCRIPTOR), MOST_CONTENT + 1);

function isOfAnother(one: Volume, other: Volume): boolean {
  return (
    one.chunkSize !== other.chunkSize ||
    one.sectors !== other.sectors ||
    (other.guid !== '' && one.guid !== '' && one.guid !== other.guid)
  );
}

function addTable(table: Table, behind: number, found: Gathered, tell: (fault: Fault) => void): void {
  for (const fault of table.faults) tell(fault);
  const overlaps = table.usable > 0 && table.from < behind;
  if (overlaps)
    tell({
      code: 'table-overlaps',
      params: { segment: table.segment.number, offset: table.from },
      text: `A table of segment ${table.segment.number} points to offset ${table.from}, where chunks of another table lie; its own are not read`,
    });
  found.tables.push(overlaps ? { ...table, usable: 0 } : table);
  found.chunks += table.claimed;
}

const hexUnlessZero = (bytes: Uint8Array) => (bytes.some((byte) => byte !== 0) ? bytesToHex(bytes) : '');
