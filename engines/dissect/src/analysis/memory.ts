/** What devices said before, by name. Bounded: when it is full, what is new finds no place and is counted. */
export class Memory<Value> {
  dropped = 0;
  readonly #known = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    return this.#known.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#known.size >= this.#limit && !this.#known.has(key)) this.dropped++;
    else this.#known.set(key, value);
  }
}
