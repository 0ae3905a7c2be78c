import type { Capture, Endpoint, Here } from '../../dissector.ts';
import { functionSweep, unitSweep } from './operations.ts';

/** Refusals of one asker. A plant's own programs know what their devices can do; somebody who tries does not. */
interface Tries {
  readonly functions: Set<number>;
  readonly units: Set<number>;
  functionsTold: boolean;
  unitsTold: boolean;
}

const MOST_ASKERS = 4_096;
const MANY_FUNCTIONS = 5;
const MANY_UNITS = 8;

// Section 7.
const ILLEGAL_FUNCTION = 0x01;
const GATEWAY_PATH_UNAVAILABLE = 0x0a;
const GATEWAY_TARGET_FAILED = 0x0b;

/** Notices who tries functions that devices do not have, or units that are not there. */
export class Sweeps {
  readonly #tries = new Map<Endpoint, Tries>();
  readonly #functionSweep: number;
  readonly #unitSweep: number;

  constructor(capture: Capture) {
    this.#functionSweep = capture.operation(functionSweep);
    this.#unitSweep = capture.operation(unitSweep);
  }

  /** A refusal; `here` is the reply, so the asker is its target. */
  refused(here: Here, code: number, unit: number, exception: number): void {
    const tries = this.#tries.get(here.target) ?? this.#begin(here.target);
    if (!tries) return;
    if (exception === ILLEGAL_FUNCTION) tries.functions.add(code);
    if (exception === GATEWAY_PATH_UNAVAILABLE || exception === GATEWAY_TARGET_FAILED) tries.units.add(unit);
    if (!tries.functionsTold && tries.functions.size >= MANY_FUNCTIONS) {
      tries.functionsTold = true;
      this.#tell(here, this.#functionSweep, [...tries.functions], 'modbus.tries-functions');
    }
    if (!tries.unitsTold && tries.units.size >= MANY_UNITS) {
      tries.unitsTold = true;
      this.#tell(here, this.#unitSweep, [...tries.units], 'modbus.tries-units');
    }
  }

  #tell(here: Here, kind: number, tried: number[], because: string): void {
    const note = here.operation(kind);
    if (here.wanted(note)) here.describe(note, { tried });
    here.role(here.target, 'scanner', 'inferred', because, { tried });
  }

  #begin(asker: Endpoint): Tries | undefined {
    if (this.#tries.size >= MOST_ASKERS) return undefined;
    const tries = {
      functions: new Set<number>(),
      units: new Set<number>(),
      functionsTold: false,
      unitsTold: false,
    };
    this.#tries.set(asker, tries);
    return tries;
  }
}
