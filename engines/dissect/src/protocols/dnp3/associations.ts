import type { Transfer } from '../../dissector.ts';
import { Outputs } from './outputs.ts';

/** A select, kept until the operate that it announces. */
export interface Selected {
  readonly sequence: number;
  readonly time: number;
  readonly objects: Uint8Array;
}

const SEQUENCES = 16;
const MOST_ASSOCIATIONS = 1_024;
const MOST_FILES = 64;

/** One master and one outstation: what one of them must know to understand the other. */
export class Association {
  /** No other has it. */
  readonly number: number;
  /** The request that waits for its reply, by sequence number: its note and its function. */
  readonly notes = new Int32Array(SEQUENCES).fill(-1);
  readonly codes = new Int16Array(SEQUENCES).fill(-1);
  readonly outputs = new Outputs();
  requests = 0;
  replies = 0;
  selected: Selected | undefined;
  /** Name of the file being opened, and of those open by handle. */
  opening = '';
  readonly #files = new Map<number, string>();
  readonly #transfers = new Map<number, Transfer>();
  /** Internal indications of the last response; -1 before the first. */
  indications = -1;
  /** Told who they are. */
  introduced = false;

  constructor(number: number) {
    this.number = number;
  }

  ask(sequence: number, code: number, note: number): void {
    this.notes[sequence] = note;
    this.codes[sequence] = code;
    this.requests++;
  }

  opened(handle: number): void {
    if (this.opening === '' || this.#files.size >= MOST_FILES) return;
    this.#files.set(handle, this.opening);
    this.opening = '';
  }

  /** The file with this handle on its way, begun when it is new. */
  carrying(handle: number, begin: (name: string) => Transfer): Transfer {
    const before = this.#transfers.get(handle);
    if (before) return before;
    const transfer = begin(this.#files.get(handle) ?? '');
    if (this.#transfers.size < MOST_FILES) this.#transfers.set(handle, transfer);
    return transfer;
  }

  closed(handle: number): void {
    this.#transfers.delete(handle);
  }

  fileOf(handle: number): string | undefined {
    return this.#files.get(handle);
  }
}

/** Those of one connection. */
export class Associations {
  readonly #associations = new Map<number, Association>();
  readonly #numberOfNext: () => number;
  #lastKey = -1;
  #last: Association | undefined;

  constructor(numberOfNext: () => number) {
    this.#numberOfNext = numberOfNext;
  }

  /** Beyond the bound they are not remembered: the newcomer knows nothing of what went before. */
  between(master: number, outstation: number): Association {
    const key = master * 0x1_0000 + outstation;
    if (key === this.#lastKey && this.#last) return this.#last;
    let association = this.#associations.get(key);
    if (!association) {
      association = new Association(this.#numberOfNext());
      if (this.#associations.size < MOST_ASSOCIATIONS) this.#associations.set(key, association);
    }
    this.#lastKey = key;
    return (this.#last = association);
  }

  /** Has this master asked somebody, or has this outstation been asked, but not by one another? */
  areStrangers(master: number, outstation: number): boolean {
    if (this.between(master, outstation).requests > 0) return false;
    for (const { requests } of this.#associations.values()) if (requests > 0) return true;
    return false;
  }

  /** Outstations that answered. */
  get outstations(): number[] {
    const answered = [...this.#associations].filter(([, { replies }]) => replies > 0);
    return [...new Set(answered.map(([key]) => key % 0x1_0000))];
  }
}
