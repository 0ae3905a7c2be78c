import { crc32, CRC32_BEGIN } from '../../bytes/crc32.ts';
import type { Piece } from './message.ts';
import { WORD } from './message.ts';

/** With this the malware that became known as TRITON or TRISIS marks what it appends: FireEye and Nozomi, 2018. */
const MARK = 0x7b52_41d3;
const MARK_AND_CHECKSUM = 2 * WORD;

/**
 * Watches programs as they are loaded. Before the checksum of a program that the malware wrote stands the CRC-32 of
 * all before it, exclusive-or a constant.
 */
export class MarkWatch {
  #id = -1;
  #next = 0;
  #rest = CRC32_BEGIN;

  /** True with the last piece of a marked program. */
  isMarked({ id, full, offset, count, content }: Piece): boolean {
    if (offset === 0) {
      this.#id = id;
      this.#rest = CRC32_BEGIN;
    } else if (id !== this.#id || offset !== this.#next) {
      this.#id = -1;
      return false;
    }
    this.#next = offset + count;
    if (this.#next < full) {
      this.#rest = crc32(this.#rest, content, 0, content.length);
      return false;
    }
    const end = content.length - MARK_AND_CHECKSUM;
    if (end < 0) return false;
    const sum = ~crc32(this.#rest, content, 0, end);
    const mark =
      content[end]! | (content[end + 1]! << 8) | (content[end + 2]! << 16) | (content[end + 3]! << 24);
    return (sum ^ MARK) === mark;
  }
}
