import type { Capture, Endpoint, Here } from '../../dissector.ts';
import { FIRST_BROADCAST } from './names.ts';
import { addressSweep, functionSweep } from './operations.ts';

const MOST_ASKERS = 4_096;
const MANY_ADDRESSES = 16;
const MANY_FUNCTIONS = 5;

interface Tries {
  readonly tried: Set<number>;
  told: boolean;
}

/** Notices who asks for outstations that are not there. */
export class AddressSweeps {
  readonly #unanswered = new Tried();
  readonly #kind: number;

  constructor(capture: Capture) {
    this.#kind = capture.operation(addressSweep);
  }

  asked(here: Here, address: number): void {
    if (address >= FIRST_BROADCAST) return;
    const tries = this.#unanswered.of(here.source, here.target);
    if (!tries || tries.told) return;
    tries.tried.add(address);
    if (tries.tried.size < MANY_ADDRESSES) return;
    tell(here, here.source, this.#kind, tries, 'dnp3.tries-addresses');
  }

  answered(here: Here, address: number): void {
    this.#unanswered.of(here.target, here.source)?.tried.delete(address);
  }
}

/** Notices who asks for functions that outstations do not have. */
export class FunctionSweeps {
  readonly #refused = new Tried();
  readonly #kind: number;

  constructor(capture: Capture) {
    this.#kind = capture.operation(functionSweep);
  }

  /** `here` is the reply, so the asker is its target. */
  refused(here: Here, code: number): void {
    const tries = this.#refused.of(here.target, here.source);
    if (!tries || tries.told) return;
    tries.tried.add(code);
    if (tries.tried.size >= MANY_FUNCTIONS)
      tell(here, here.target, this.#kind, tries, 'dnp3.tries-functions');
  }
}

function tell(here: Here, asker: Endpoint, kind: number, tries: Tries, because: string): void {
  tries.told = true;
  const tried = [...tries.tried];
  const note = here.operation(kind);
  if (here.wanted(note)) here.describe(note, { tried });
  here.role(asker, 'scanner', 'inferred', because, { tried });
}

/** By who asks and who is asked. Beyond its bounds, newcomers are not watched. */
class Tried {
  readonly #tries = new Map<number, Tries>();
  #lastKey = -1;
  #last: Tries | undefined;

  of(asker: Endpoint, asked: Endpoint): Tries | undefined {
    const key = asker * 0x100_0000 + asked;
    if (key === this.#lastKey) return this.#last;
    let tries = this.#tries.get(key);
    if (!tries && this.#tries.size < MOST_ASKERS) {
      tries = { tried: new Set(), told: false };
      this.#tries.set(key, tries);
    }
    this.#lastKey = key;
    return (this.#last = tries);
  }
}
