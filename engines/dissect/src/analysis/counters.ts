/** Counts whole numbers; small ones by array access. Names are made once, when all is counted. */
export class Counter {
  /** A plain array: of small numbers, which counts mostly are, V8 makes less ado in one than in a typed one. */
  #dense: number[] = [];
  readonly #sparse = new Map<number, number>();
  readonly #nameOf: (value: number) => string;
  /** Values that found no place any more. */
  dropped = 0;

  constructor(nameOf: (value: number) => string = String) {
    this.#nameOf = nameOf;
  }

  add(value: number, count = 1): void {
    if (value >= 0 && value < this.#dense.length) this.#dense[value]! += count;
    else this.#addRare(value, count);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#dense) total += count;
    for (const count of this.#sparse.values()) total += count;
    return total;
  }

  /** By name, the most frequent first. */
  result(): Record<string, number> {
    const named = new Map<string, number>();
    const add = (value: number, count: number) => {
      const name = this.#nameOf(value);
      named.set(name, (named.get(name) ?? 0) + count);
    };
    this.#dense.forEach((count, value) => count > 0 && add(value, count));
    this.#sparse.forEach((count, value) => add(value, count));
    return mostFirst(named);
  }

  #addRare(value: number, count: number): void {
    const size = value < FEW ? FEW : this.#sparse.size < FEW_RARE ? 0 : MANY;
    if (size !== 0 && value >= 0 && value < size) {
      this.#widen(size);
      this.#dense[value]! += count;
      return;
    }
    const before = this.#sparse.get(value);
    if (before === undefined && this.#sparse.size >= MOST_VALUES) this.dropped += count;
    else this.#sparse.set(value, (before ?? 0) + count);
  }

  /** Most captures count a few values; only those that count many are worth half a megabyte. */
  #widen(size: keyof typeof noneOf): void {
    const wider = noneOf[size].slice();
    this.#dense.forEach((count, value) => (wider[value] = count));
    this.#dense = wider;
    for (const [value, count] of this.#sparse) {
      if (value < 0 || value >= size) continue;
      wider[value]! += count;
      this.#sparse.delete(value);
    }
  }
}

const FEW = 256;
const MANY = 0x1_0000;
const FEW_RARE = 64;
/** To be copied: a copy is made in a tenth of the time that filling takes. */
const noneOf = { [FEW]: noughts(FEW), [MANY]: noughts(MANY) };

function noughts(size: number): number[] {
  return Array.from({ length: size }, () => 0);
}

/** Counts text. Not for the hot path. */
export class TextCounter {
  readonly #counts = new Map<string, number>();
  dropped = 0;

  add(text: string, count = 1): void {
    const before = this.#counts.get(text);
    if (before === undefined && this.#counts.size >= MOST_VALUES) this.dropped += count;
    else this.#counts.set(text, (before ?? 0) + count);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  result(): Record<string, number> {
    return mostFirst(this.#counts);
  }
}

const MOST_VALUES = 16_384;

/** Without a prototype: the names come from the capture, and one of them may be `__proto__`. */
function mostFirst(counts: ReadonlyMap<string, number>): Record<string, number> {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const result = Object.create(null) as Record<string, number>;
  for (const [name, count] of sorted) result[name] = count;
  return result;
}
