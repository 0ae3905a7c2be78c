import type { ForProductsJson } from './csaf-json.ts';

/**
 * The products of a document by number: those that are defined from 1 on, then those that are only referred to. Long
 * lists name the same products again and again; each text is looked up once, and rules compare numbers. What is no
 * id ('') is 0.
 */
export class ProductNumbers {
  readonly #byId = new Map<string, number>([['', 0]]);
  readonly #byList = new Map<readonly string[], readonly number[]>();
  readonly #used: boolean[] = [];
  /** The last number of a product that is defined. */
  readonly defined: number;

  constructor(
    defined: Iterable<{ readonly id: string | undefined }>,
    lists: Iterable<{ readonly ids: readonly string[] }>,
    links: Iterable<{ readonly id: string }>,
  ) {
    for (const { id } of defined) if (id) this.#of(id);
    this.defined = this.#byId.size - 1;
    let before: readonly string[] = [];
    let numbers: readonly number[] = [];
    for (const { ids } of lists) {
      // Everything about a vulnerability mostly concerns the same products.
      if (!isSame(ids, before)) [before, numbers] = [ids, this.#use(ids)];
      this.#byList.set(ids, numbers);
    }
    for (const { id } of links) this.#used[this.#of(id)] = true;
  }

  /** Of the last product. */
  get last(): number {
    return this.#byId.size - 1;
  }

  /** Of a list that stands in the document, in its order. */
  of(ids: readonly string[]): readonly number[] {
    return this.#byList.get(ids) ?? ids.map((id) => this.#byId.get(id) ?? 0);
  }

  isUsed(id: string): boolean {
    return this.#used[this.#byId.get(id) ?? 0] ?? false;
  }

  #use(ids: readonly string[]): readonly number[] {
    const numbers: number[] = [];
    for (let i = 0; i < ids.length; i++) {
      const number = this.#of(ids[i]!);
      numbers.push(number);
      this.#used[number] = true;
    }
    return numbers;
  }

  #of(id: string): number {
    let number = this.#byId.get(id);
    if (number === undefined) this.#byId.set(id, (number = this.#byId.size));
    return number;
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Products, to be filled and emptied for one vulnerability after another. */
export class ProductSet {
  readonly #numbers: ProductNumbers;
  readonly #groups: ReadonlyMap<string, readonly string[]>;
  /** By number, the round in which it was added. */
  readonly #marks: Uint32Array;
  #round = 1;
  /** Those added in this round. */
  readonly #groupsIn = new Set<string>();

  constructor(numbers: ProductNumbers, groups: ReadonlyMap<string, readonly string[]>) {
    this.#numbers = numbers;
    this.#groups = groups;
    this.#marks = new Uint32Array(numbers.last + 1);
  }

  clear(): void {
    this.#round++;
    this.#groupsIn.clear();
  }

  add(ids: readonly string[]): void {
    for (const number of this.#numbers.of(ids)) this.#marks[number] = this.#round;
  }

  /** Those that something is about, with its groups resolved. */
  addOf({ product_ids: ids, group_ids: groups }: ForProductsJson): void {
    if (ids) this.add(ids);
    for (const group of groups ?? []) {
      if (this.#groupsIn.has(group)) continue;
      this.#groupsIn.add(group);
      this.add(this.#groups.get(group) ?? []);
    }
  }

  has(number: number): boolean {
    return this.#marks[number] === this.#round;
  }
}
