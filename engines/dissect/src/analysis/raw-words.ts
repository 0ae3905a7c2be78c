import type { Endpoint, Here } from '../dissector.ts';

/** Octets of one image that are looked at, and numbers for what begins at one: a word, or an octet by itself. */
const LONGEST_IMAGE = 4_096;
export const WORDS_WITHIN = LONGEST_IMAGE * 2;

const NOT_ASKED = -2;

/**
 * What somebody sends again and again without saying of which types it is: words of 16 bits, lowest octet first, and an octet
 * where one is left, told when they change.
 */
export class RawWords {
  #last = new Uint8Array(0);
  /** Of the process variables, one for each word. */
  #numbers = new Int32Array(0);
  #seen = false;

  /** As if there had been nothing before. */
  forget(): void {
    this.#seen = false;
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
    const length = Math.min(Math.max(0, end - start), LONGEST_IMAGE);
    if (this.#last.length !== length) {
      this.#last = new Uint8Array(length);
      this.#numbers = new Int32Array((length + 1) >> 1).fill(NOT_ASKED);
      this.#seen = false;
    }
    const last = this.#last;
    const numbers = this.#numbers;
    const seen = this.#seen;
    for (let i = 0; i < length; i++) {
      if (seen && bytes[start + i] === last[i]) continue;
      i &= ~1;
      const isWord = i + 1 < length;
      const low = (last[i] = bytes[start + i]!);
      const high = isWord ? (last[i + 1] = bytes[start + i + 1]!) : 0;
      const word = i >> 1;
      if (numbers[word] === NOT_ASKED) {
        numbers[word] = here.variableNumber(about, family, base + i * 2 + Number(!isWord));
      }
      here.numberedVariable(numbers[word]!, low + high * 256, set);
      i++;
    }
    this.#seen = true;
  }
}

/** `word 3`; of an index less its base. */
export function wordName(within: number): string {
  return within % 2 === 0 ? `word ${within / 4}` : `byte ${(within - 1) / 2}`;
}
