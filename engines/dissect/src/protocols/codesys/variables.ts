import { LastNamed } from '../../analysis/last-named.ts';
import { type Shown, shownUntyped, untypedNumber } from '../../analysis/untyped.ts';
import type { Endpoint, Teller } from '../../dissector.ts';

const MOST_NAMES = 65_536;
const MOST_TEXT = 1_024;
const FLOWS = 0x20_0000;
const HANDLES = 0x1_0000_0000;

/** Lists of variables that are read by a handle, and what variables were worth when last seen; both in bounds. */
export class Variables {
  /** By connection and handle. */
  readonly #lists = new Map<number, readonly string[]>();
  readonly #last = new LastNamed(MOST_NAMES);
  #names = 0;
  #forgotten = 0;

  get dropped(): number {
    return this.#forgotten + this.#last.dropped;
  }

  register(flow: number, handle: number, names: readonly string[]): void {
    this.release(flow, handle);
    while (this.#lists.size > 0 && this.#names + names.length > MOST_NAMES) {
      this.#forget(this.#lists.keys().next().value!);
      this.#forgotten++;
    }
    this.#lists.set(keyOf(flow, handle), names);
    this.#names += names.length;
  }

  release(flow: number, handle: number): void {
    this.#forget(keyOf(flow, handle));
  }

  namesOf(flow: number, handle: number): readonly string[] | undefined {
    return this.#lists.get(keyOf(flow, handle));
  }

  before(of: Endpoint, name: string): Shown | undefined {
    return this.#last.get(of, name);
  }

  /** `of` holds this now. */
  saw(here: Teller, of: Endpoint, name: string, value: Uint8Array, set: boolean): void {
    const number = untypedNumber(value);
    if (number !== undefined) here.variableNamed(of, name, number, set);
    this.#last.put(of, name, number ?? shownValue(value));
  }

  #forget(key: number): void {
    this.#names -= this.#lists.get(key)?.length ?? 0;
    this.#lists.delete(key);
  }
}

/** For people: a number, a text, or the octets. */
export function shownValue(value: Uint8Array): Shown {
  const end = value.indexOf(0);
  // A STRING: printable up to its NUL. Numbers are rarely five printable octets.
  const text = value.subarray(0, end < 0 ? 0 : Math.min(end, MOST_TEXT));
  const isText = text.length > 4 && text.every((octet) => octet >= 0x20 && octet <= 0x7e);
  return isText ? String.fromCharCode(...text) : shownUntyped(value);
}

function keyOf(flow: number, handle: number): number {
  return (flow % FLOWS) * HANDLES + handle;
}
