import type { Endpoint, Here } from '../dissector.ts';

/** Octets of one image that are looked at, and numbers for what begins at one: a word, or an octet by itself. */
const LONGEST_IMAGE = 4_096;
export const WORDS_WITHIN = LONGEST_IMAGE * 2;

const NOT_ASKED = -2;
const NOWHERE = -1;

/**
 * What somebody sends again and again without saying of which types it is: words of 16 bits, lowest octet first, and an octet
 * where one is left, told when they change. One that is shorter, or empty, says nothing of the words it leaves out.
 */
export class RawWords {
  readonly #counted: { dropped: number };
  #isCut = false;
  #last = new Uint16Array(0);
  /** Of the process variables, one for each word. */
  #numbers = new Int32Array(0);
  /** The octet that was left last: where, what, and its number. */
  #tailAt = NOWHERE;
  #tail = 0;
  #tailNumber = NOT_ASKED;

  /** @param counted what is too long to be told whole, once */
  constructor(counted: { dropped: number }) {
    this.#counted = counted;
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
    if (end - start > LONGEST_IMAGE && !this.#isCut) {
      this.#isCut = true;
      this.#counted.dropped++;
    }
    const words = length >> 1;
    if (words > this.#last.length) this.#grow(words);
    const last = this.#last;
    const numbers = this.#numbers;
    for (let word = 0, at = start; word < words; word++, at += 2) {
      const value = bytes[at]! + bytes[at + 1]! * 256;
      if (numbers[word] === NOT_ASKED) {
        numbers[word] = here.variableNumber(about, family, base + word * 4);
      } else if (value === last[word]) continue;
      last[word] = value;
      here.numberedVariable(numbers[word]!, value, set);
    }
    if (length % 2 === 0) return;
    const value = bytes[start + length - 1]!;
    const at = base + (length - 1) * 2 + 1;
    if (at === this.#tailAt && value === this.#tail) return;
    if (at !== this.#tailAt) this.#tailNumber = here.variableNumber(about, family, at);
    this.#tailAt = at;
    this.#tail = value;
    here.numberedVariable(this.#tailNumber, value, set);
  }

  #grow(words: number): void {
    const [last, numbers] = [this.#last, this.#numbers];
    this.#last = new Uint16Array(words);
    this.#numbers = new Int32Array(words).fill(NOT_ASKED);
    this.#last.set(last);
    this.#numbers.set(numbers);
  }
}

/** `word 3`; of an index less its base. */
export function wordName(within: number): string {
  return within % 2 === 0 ? `word ${within / 4}` : `byte ${(within - 1) / 2}`;
}
