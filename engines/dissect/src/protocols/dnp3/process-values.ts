import type { Setting } from '../../analysis/pending.ts';
import type { Capture, Endpoint, Teller } from '../../dissector.ts';
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

// Commands, and what became of those that others gave.
const BINARY_COMMAND = 12;
const ANALOG_COMMAND = 41;
const BINARY_COMMANDED = 13;
const ANALOG_COMMANDED = 43;

/** What an outstation was told to do, until it says point by point whether it did. */
export interface Writes extends Setting {
  /** In the order of the request; undefined for commands that leave no value. */
  readonly outputs: readonly (Output | undefined)[];
}

interface Output {
  readonly index: number;
  readonly value: number;
}

export function isCommand(group: number): boolean {
  return group === BINARY_COMMAND || group === ANALOG_COMMAND;
}

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

  /** What an outstation says of its points. The echo of a command is no value. */
  tell(here: Teller, about: Endpoint, outstation: number, { headers }: Fragment): void {
    for (const { group, points } of headers) {
      if (isCommand(group)) continue;
      const reportsCommand = group === BINARY_COMMANDED || group === ANALOG_COMMANDED;
      for (const point of points) {
        if (reportsCommand && point.status) continue;
        const output = this.#outputOf(outstation, group, point);
        if (output) here.variable(about, this.#family, output.index, output.value);
      }
    }
  }

  commandedBy(outstation: number, { headers }: Fragment): readonly (Output | undefined)[] {
    return headers.flatMap(({ group, points }) =>
      isCommand(group) ? points.map((point) => this.#outputOf(outstation, group, point)) : [],
    );
  }

  /** @param statuses one for each output; without them nothing is known of what the outstation said */
  wrote(here: Teller, { of, outputs }: Writes, statuses: readonly number[] = []): void {
    for (const [place, output] of outputs.entries()) {
      if (output && !statuses[place]) here.variable(of, this.#family, output.index, output.value, true);
    }
  }

  #outputOf(outstation: number, group: number, point: Point): Output | undefined {
    const kind = this.#groupOf.get(group);
    const value = kind === undefined ? undefined : valueOf(point);
    if (value === undefined || point.index >= MOST_INDEX) return undefined;
    if (this.#outstations.size < 2) this.#outstations.add(outstation);
    return { index: (outstation * GROUPS + kind!) * MOST_INDEX + point.index, value };
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
