const WAYS = 4;

/**
 * Finds a small number by two others, and never grows: where all places of a pair are taken, the one taken longest ago
 * gives way. What belongs to a slot lies in arrays of those who use it.
 */
export class Slots {
  readonly size: number;
  /** Room is taken with the first claim: most captures have no use for most slots. */
  #first = NONE;
  #second = NONE;
  #claimed = NONE;
  #clock = 0;
  /** Taken from a pair that was still there. */
  dropped = 0;

  /** @param size a power of two */
  constructor(size: number) {
    this.size = size;
  }

  /** -1 when this pair has no slot. */
  find(first: number, second: number): number {
    if (this.#first === NONE) return -1;
    const start = this.#start(first, second);
    for (let slot = start; slot < start + WAYS; slot++) {
      if (this.#first[slot] === first && this.#second[slot] === second) return slot;
    }
    return -1;
  }

  claim(first: number, second: number): number {
    if (this.#first === NONE) {
      this.#first = new Float64Array(this.size).fill(FREE);
      this.#second = new Float64Array(this.size);
      this.#claimed = new Float64Array(this.size);
    }
    const start = this.#start(first, second);
    let oldest = start;
    for (let slot = start; slot < start + WAYS; slot++) {
      if (this.#first[slot] === first && this.#second[slot] === second)
        return this.#take(slot, first, second);
      if (this.#claimed[slot]! < this.#claimed[oldest]!) oldest = slot;
    }
    if (this.#first[oldest] !== FREE) this.dropped++;
    return this.#take(oldest, first, second);
  }

  #take(slot: number, first: number, second: number): number {
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#claimed[slot] = ++this.#clock;
    return slot;
  }

  #start(first: number, second: number): number {
    let hash = Math.imul(first | 0, 0x9e37_79b1) ^ Math.imul(second | 0, 0x85eb_ca6b);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b_3c6d);
    hash ^= hash >>> 13;
    return (hash & (this.size / WAYS - 1)) * WAYS;
  }
}

const FREE = -1;
const NONE = new Float64Array(0);
