import pg from 'pg';

type Answered = (error: unknown, answer: unknown) => void;

/** Statements that a connection keeps prepared. Each takes about 55 kB of PostgreSQL’s memory, most of it policies. */
const MOST_PREPARED = 200;
/** Statements that it has met once, of which some come again: lists of other lengths are other statements. */
const MOST_MET = 2_000;

/**
 * A connection that prepares what it is asked a second time. With the policies of all tables it reads, planning a
 * statement takes longer than running it; once prepared, PostgreSQL keeps the plan while none for these values alone
 * is cheaper (PostgreSQL 18, PREPARE, “Notes”).
 *
 * What is said `on conflict … where` must be written out, not be a parameter: the index is found without its value.
 */
export class PreparingClient extends pg.Client {
  readonly #prepared = new Map<string, string>();
  readonly #met = new Set<string>();
  #names = 0;

  override query(...asked: never[]): never {
    const [text, values, callback] = asked as unknown as readonly [unknown, unknown, Answered | undefined];
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0 ? this.#nameOf(text) : undefined;
    if (!name) return super.query(...(asked as unknown as [never])) as never;
    const named = { name, text, values } as never;
    if (callback)
      return super.query(named, ((error, answer) => {
        this.#forgetAfter(error);
        callback(error, answer);
      }) satisfies Answered as never) as never;
    return (super.query(named) as Promise<unknown>).catch((error: unknown) => {
      this.#forgetAfter(error);
      throw error;
    }) as never;
  }

  #nameOf(text: string): string | undefined {
    const known = this.#prepared.get(text);
    if (known || this.#prepared.size >= MOST_PREPARED) return known;
    if (!this.#met.delete(text)) {
      if (this.#met.size >= MOST_MET) this.#met.clear();
      this.#met.add(text);
      return undefined;
    }
    const name = `asked_${++this.#names}`;
    this.#prepared.set(text, name);
    return name;
  }

  /** A newer program has given a table another column: what was prepared before answers with the shape of then. */
  #forgetAfter(error: unknown): void {
    if ((error as { code?: unknown } | undefined)?.code === '0A000') this.#prepared.clear();
  }
}
