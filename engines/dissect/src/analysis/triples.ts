import { hash } from '../network/hash.ts';

const FREE = -1;
/** Of a triple, so that none lies across two lines of a cache. */
const WIDTH = 4;

/** Numbers three integers in the order they are first seen, without making an object to look one up. */
export class Triples {
  readonly #limit: number;
  #values = new Int32Array(32 * WIDTH);
  #slots = new Int32Array(64).fill(FREE);
  #last = FREE;
  count = 0;
  /** Times a new one found no place. */
  dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The number of this triple, a new one if need be; -1 when the table is full. */
  index(a: number, b: number, c: number): number {
    if (this.#last !== FREE && this.#is(this.#last, a, b, c)) return this.#last;
    const mask = this.#slots.length - 1;
    let slot = hash(a, b, c, 0) & mask;
    for (;;) {
      const index = this.#slots[slot]!;
      if (index === FREE) break;
      if (this.#is(index, a, b, c)) return (this.#last = index);
      slot = (slot + 1) & mask;
    }
    if (this.count >= this.#limit) {
      this.dropped++;
      return -1;
    }
    const index = this.count++;
    if (index * WIDTH >= this.#values.length) this.#grow();
    this.#values[index * WIDTH] = a;
    this.#values[index * WIDTH + 1] = b;
    this.#values[index * WIDTH + 2] = c;
    if (this.count * 2 > this.#slots.length) this.#rebuild();
    else this.#slots[slot] = index;
    return (this.#last = index);
  }

  at(index: number, which: 0 | 1 | 2): number {
    return this.#values[index * WIDTH + which]!;
  }

  #is(index: number, a: number, b: number, c: number): boolean {
    const at = index * WIDTH;
    return this.#values[at] === a && this.#values[at + 1] === b && this.#values[at + 2] === c;
  }

  #grow(): void {
    const wider = new Int32Array(this.#values.length * 2);
    wider.set(this.#values);
    this.#values = wider;
  }

  #rebuild(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(FREE);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.count; index++) {
      let slot = hash(this.at(index, 0), this.at(index, 1), this.at(index, 2), 0) & mask;
      while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
      this.#slots[slot] = index;
    }
  }
}
