import type { Endpoint, Here } from '../dissector.ts';

/** Octets that one image may have, and numbers for what begins at one: a word, or an octet by itself. */
export const LONGEST_IMAGE = 0x1_0000;
export const WORDS_WITHIN = LONGEST_IMAGE * 2;

const NONE = new Uint8Array(0);

/**
 * What somebody sends again and again without saying of which types it is: words of 16 bits, lowest octet first, and an octet
 * where one is left, told when they change.
 */
export class RawWords {
  #last = NONE;

  /** As if there had been nothing before. */
  forget(): void {
    this.#last = NONE;
  }

  /** @param base of the first index of the image in `family` */
  tell(
    here: Here,
    about: Endpoint,
    family: number,
    base: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    set: boolean,
  ): void {
    const length = Math.min(end - start, LONGEST_IMAGE);
    const seen = this.#last.length === length;
    if (!seen) this.#last = new Uint8Array(Math.max(0, length));
    const last = this.#last;
    for (let i = 0; i < length; i += 2) {
      const isWord = i + 1 < length;
      const low = bytes[start + i]!;
      const high = isWord ? bytes[start + i + 1]! : 0;
      if (seen && low === last[i] && (!isWord || high === last[i + 1])) continue;
      last[i] = low;
      if (isWord) last[i + 1] = high;
      here.variable(about, family, base + i * 2 + Number(!isWord), low + high * 256, set);
    }
  }
}

/** `word 3`; of an index less its base. */
export function wordName(within: number): string {
  return within % 2 === 0 ? `word ${within / 4}` : `byte ${(within - 1) / 2}`;
}
