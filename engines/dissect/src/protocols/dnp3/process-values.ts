import type { Capture, Endpoint, Here } from '../../dissector.ts';
import type { Fragment, Point } from './fragment.ts';
import { pointNames } from './groups.ts';

const MOST_INDEX = 0x10_0000;
const GROUPS = 256;
/** Deadbands and text are no quantities of the process. */
const DEADBAND = 34;
const FIRST_TEXT = 110;

// Annex A, group 12: control code.
const OPERATION = 0x0f;
const TRIP_CLOSE = 0xc0;
const CLOSE = 0x40;
/** Pulse on and latch on; the others are off. */
const ON = new Set([1, 3]);
const OFF = new Set([2, 4]);

/** Points of outstations as process variables: `AI 3`, with the outstation in front where there are several. */
export class ProcessValues {
  readonly #family: number;
  readonly #outstations = new Set<number>();
  /** Static values, events and commands of one kind of point are the same quantity. */
  readonly #groupOf = new Map<number, number>();

  constructor(capture: Capture) {
    const byName = new Map<string, number>();
    for (const [group, name] of Object.entries(pointNames)) {
      const number = Number(group);
      if (number === DEADBAND || number >= FIRST_TEXT) continue;
      if (!byName.has(name)) byName.set(name, number);
      this.#groupOf.set(number, byName.get(name)!);
    }
    this.#family = capture.variables((index) => this.#nameOf(index));
  }

  tell(here: Here, about: Endpoint, outstation: number, { headers }: Fragment, set: boolean): void {
    for (const { group, points } of headers) {
      const kind = this.#groupOf.get(group);
      if (kind === undefined) continue;
      for (const point of points) {
        const value = valueOf(point);
        if (value === undefined || point.index >= MOST_INDEX) continue;
        if (this.#outstations.size < 2) this.#outstations.add(outstation);
        const index = (outstation * GROUPS + kind) * MOST_INDEX + point.index;
        here.variable(about, this.#family, index, value, set);
      }
    }
  }

  #nameOf(index: number): string {
    const kind = Math.floor(index / MOST_INDEX) % GROUPS;
    const name = `${pointNames[kind]} ${index % MOST_INDEX}`;
    if (this.#outstations.size < 2) return name;
    return `outstation ${Math.floor(index / MOST_INDEX / GROUPS)} ${name}`;
  }
}

function valueOf({ value, command }: Point): number | undefined {
  if (command) return commanded(command.code);
  return typeof value === 'string' ? undefined : value === undefined ? undefined : Number(value);
}

function commanded(code: number): number | undefined {
  const tripOrClose = code & TRIP_CLOSE;
  if (tripOrClose !== 0) return tripOrClose === CLOSE ? 1 : 0;
  if (ON.has(code & OPERATION)) return 1;
  return OFF.has(code & OPERATION) ? 0 : undefined;
}
