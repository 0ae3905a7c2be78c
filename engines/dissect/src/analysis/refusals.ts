import type { Refusal } from '../dissector.ts';

/** Stands among the reasons in the tables of most standards. */
const SUCCESS = 'success';

/** By number, as the standard words them: `illegal data address`. */
export type Words = Readonly<Record<number, string>>;

/**
 * Why devices of one protocol say no. The words of the standard are said once and become both the code
 * (`modbus.illegal-data-address`) and the English.
 */
export class Refusals {
  readonly #protocol: string;
  readonly #known = new Map<string, Refusal>();

  constructor(protocol: string) {
    this.#protocol = protocol;
    this.#known.set('', this.unknown('{status}'));
  }

  /** All that can be told: what a translation has to cover. */
  get list(): readonly Refusal[] {
    return [...this.#known.values()];
  }

  named(words: string): Refusal {
    const known = this.#known.get(words);
    if (known) return known;
    const code = `${this.#protocol}.${words.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    const refusal = { code, text: words, params: {} };
    this.#known.set(words, refusal);
    return refusal;
  }

  /** Finds them by number; earlier tables win. One that no table has is told with its number. */
  numbered(...tables: readonly Words[]): (status: number) => Refusal {
    const known = new Map<number, Refusal>();
    for (const [status, words] of tables.toReversed().flatMap((table) => Object.entries(table))) {
      if (words !== SUCCESS) known.set(Number(status), this.named(words));
    }
    return (status) => known.get(status) ?? this.unknown(`0x${status.toString(16).padStart(2, '0')}`);
  }

  /** One that has no words here, by its number or name in the standard. */
  unknown(status: string): Refusal {
    return { code: `${this.#protocol}.unknown-status`, text: `status ${status}`, params: { status } };
  }
}
