import { Tried } from '../../analysis/tried.ts';
import type { Capture, Endpoint, Here } from '../../dissector.ts';
import type { Asdu } from './asdu.ts';
import { commandSweep, refusedSweep } from './operations.ts';

const MOST_ASKERS = 4_096;
const MANY_REFUSED = 5;
const MANY_IN_A_ROW = 8;

/** Objects commanded in rising order, each the next. */
interface Row {
  first: number;
  last: number;
  length: number;
  told: boolean;
}

/** Notices who does not know the plant: commands to one object after another, or to objects that are not there. */
export class Sweeps {
  readonly #rows = new Map<number, Row>();
  readonly #refused: Tried<string>;
  readonly #commands: number;

  constructor(capture: Capture) {
    this.#refused = new Tried(capture, refusedSweep, MANY_REFUSED, 'iec104.tries-objects');
    this.#commands = capture.operation(commandSweep);
  }

  /** `here` is the command. */
  commanded(here: Here, { station, objects }: Asdu): void {
    const row = this.#row(here.source, here.target);
    if (!row) return;
    for (const { address } of objects) {
      if (address === row.last) continue;
      if (address === row.last + 1) row.length++;
      else {
        row.first = address;
        row.length = 1;
      }
      row.last = address;
    }
    if (row.told || row.length < MANY_IN_A_ROW) return;
    row.told = true;
    const note = here.operation(this.#commands);
    if (here.wanted(note)) here.describe(note, { station, from: row.first, to: row.last });
  }

  /** `here` is the refusal, so the asker is its target. */
  refused(here: Here, { type, station, objects }: Asdu): void {
    const object = `type ${type}, station ${station}, object ${objects[0]?.address ?? 0}`;
    this.#refused.add(here, here.target, here.source, object);
  }

  /** Beyond its bounds, newcomers are not watched. */
  #row(asker: Endpoint, asked: Endpoint): Row | undefined {
    const key = asker * 0x100_0000 + asked;
    const known = this.#rows.get(key);
    if (known || this.#rows.size >= MOST_ASKERS) return known;
    const row = { first: 0, last: -2, length: 0, told: false };
    this.#rows.set(key, row);
    return row;
  }
}
