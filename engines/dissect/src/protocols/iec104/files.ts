import { u16leAt } from '../../bytes/byte-reader.ts';
import type { Here, Transfer } from '../../dissector.ts';
import { HEADER } from './apdu.ts';

// Types and qualifiers of file transfer: IEC 60870-5-101, 7.3.6 and 7.2.6.28 to .37.
const FILE_READY = 120;
const SECTION_READY = 121;
const LAST = 123;
const ACKNOWLEDGED = 124;
const SEGMENT = 125;
const NEGATIVE = 0x80;
const LAST_SECTION = 2;
const POSITIVE_FILE = 1;
const NEGATIVE_FILE = 2;
const NEGATIVE_SECTION = 4;
const MOST_OPEN = 16;
/** In the message with the last segment. */
const CHECKSUM_AT = HEADER + 13;

/** A file on its way: 60870-5-5, 6.12. */
interface Carried {
  readonly transfer: Transfer;
  /** As it was announced; 0 when nobody said. */
  readonly length: number;
  /** Where the section at hand begins, and what of it has come. */
  section: number;
  come: number;
  /** Sums of octets, modulo 256: of the section at hand, and of those before. */
  sectionSum: number;
  sum: number;
}

/** The files of one connection, by who sends them and what they are called. Put together as both sides say. */
export class Files {
  readonly #open = new Map<string, Carried>();

  /** @param start of the message, which holds one object of one of the types of file transfer */
  message(here: Here, type: number, bytes: Uint8Array, start: number, end: number): void {
    const at = start + HEADER + 9;
    if (end - at < 4) return;
    const station = u16leAt(bytes, start + HEADER + 4);
    const object = u16leAt(bytes, start + HEADER + 6) | (bytes[start + HEADER + 8]! << 16);
    const file = u16leAt(bytes, at);
    // An acknowledgement comes from who receives.
    const isSender = type !== ACKNOWLEDGED;
    const upload = isSender === (here.direction === 'reply');
    const key = `${upload} ${station} ${object} ${file}`;
    const name = `station ${station}, IOA ${object}, file ${file}`;
    switch (type) {
      case FILE_READY:
        if (end - at >= 6 && (bytes[at + 5]! & NEGATIVE) === 0)
          this.#begin(here, key, name, upload, u24leAt(bytes, at + 2));
        return;
      case SECTION_READY: {
        const known = this.#open.get(key) ?? this.#begin(here, key, name, upload, 0);
        return known && nextSection(known);
      }
      case SEGMENT: {
        const known = this.#open.get(key) ?? this.#begin(here, key, name, upload, 0);
        const stop = Math.min(end, at + 4 + bytes[at + 3]!);
        return known && this.#add(here, known, bytes, at + 4, stop);
      }
      case LAST:
        if (end - at >= 5) checked(here, this.#open.get(key), file, bytes[at + 3]!, bytes[at + 4]!);
        return;
      case ACKNOWLEDGED:
        return this.#acknowledged(key, bytes[at + 3]! & 0x0f);
    }
  }

  /** Messages are missing: what follows is not known to fit what came. */
  lost(): void {
    for (const { transfer } of this.#open.values()) transfer.end(false);
    this.#open.clear();
  }

  #begin(here: Here, key: string, name: string, upload: boolean, length: number): Carried | undefined {
    if (this.#open.size >= MOST_OPEN && !this.#open.has(key)) return undefined;
    const transfer = here.transfer(upload ? here.source : here.target, upload ? 'from' : 'to', 'file', name);
    const carried = { transfer, length, section: 0, come: 0, sectionSum: 0, sum: 0 };
    this.#open.set(key, carried);
    return carried;
  }

  #add(here: Here, carried: Carried, bytes: Uint8Array, start: number, end: number): void {
    carried.transfer.add(here, bytes, start, end, carried.section + carried.come);
    for (let at = start; at < end; at++) carried.sectionSum = (carried.sectionSum + bytes[at]!) & 0xff;
    carried.come += Math.max(0, end - start);
  }

  #acknowledged(key: string, what: number): void {
    const carried = this.#open.get(key);
    if (!carried) return;
    if (what === NEGATIVE_SECTION) carried.come = carried.sectionSum = 0;
    if (what !== POSITIVE_FILE && what !== NEGATIVE_FILE) return;
    const bytes = carried.section + carried.come;
    carried.transfer.end(what === POSITIVE_FILE && (carried.length === 0 || carried.length === bytes));
    this.#open.delete(key);
  }
}

function nextSection(carried: Carried): void {
  carried.section += carried.come;
  carried.sum = (carried.sum + carried.sectionSum) & 0xff;
  carried.come = carried.sectionSum = 0;
}

/** The checksum is the sum of all octets, of the file or of the section. */
function checked(
  here: Here,
  carried: Carried | undefined,
  file: number,
  last: number,
  expected: number,
): void {
  if (!carried) return;
  const actual = last <= LAST_SECTION ? (carried.sum + carried.sectionSum) & 0xff : carried.sectionSum;
  if (actual !== expected)
    here.anomaly('iec104.file-checksum-wrong', 'checksum', CHECKSUM_AT, { file, expected, actual });
}

function u24leAt(bytes: Uint8Array, at: number): number {
  return u16leAt(bytes, at) | (bytes[at + 2]! << 16);
}
