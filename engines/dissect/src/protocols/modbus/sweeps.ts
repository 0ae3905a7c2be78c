import { Tried } from '../../analysis/tried.ts';
import { type Capture, type Here, NOBODY } from '../../dissector.ts';
import { functionSweep, unitSweep } from './operations.ts';

const MANY_FUNCTIONS = 5;
const MANY_UNITS = 8;

// Section 7.
const ILLEGAL_FUNCTION = 0x01;
const GATEWAY_PATH_UNAVAILABLE = 0x0a;
const GATEWAY_TARGET_FAILED = 0x0b;

/** Notices who tries functions that devices do not have, or units that are not there: at whichever device. */
export class Sweeps {
  readonly #functions: Tried<number>;
  readonly #units: Tried<number>;

  constructor(capture: Capture) {
    this.#functions = new Tried(capture, functionSweep, MANY_FUNCTIONS, 'modbus.tries-functions');
    this.#units = new Tried(capture, unitSweep, MANY_UNITS, 'modbus.tries-units');
  }

  /** A refusal; `here` is the reply, so the asker is its target. */
  refused(here: Here, code: number, unit: number, exception: number): void {
    if (exception === ILLEGAL_FUNCTION) this.#functions.add(here, here.target, NOBODY, code);
    const noUnit = exception === GATEWAY_PATH_UNAVAILABLE || exception === GATEWAY_TARGET_FAILED;
    if (noUnit) this.#units.add(here, here.target, NOBODY, unit);
  }
}
