import type { Capture, Endpoint, Here } from '../../dissector.ts';
import type { Asdu } from './asdu.ts';
import { commandSweep, refusedSweep } from './operations.ts';

const MOST_ASKERS = 4_096;
const MANY_REFUSED = 5;
const MANY_IN_A_ROW = 8;

interface Tries {
  /** `station/object` that the station said it does not know. */
  readonly refused: Set<string>;
  refusedTold: boolean;
  /** Objects commanded in rising order, each the next. */
  first: number;
  last: number;
  inARow: number;
  rowTold: boolean;
}

/** Notices who does not know the plant: commands to one object after another, or to objects that are not there. */
export class Sweeps {
  readonly #tries = new Map<number, Tries>();
  readonly #refused: number;
  readonly #commands: number;

  constructor(capture: Capture) {
    this.#refused = capture.operation(refusedSweep);
    this.#commands = capture.operation(commandSweep);
  }

  /** `here` is the command. */
  commanded(here: Here, { station, objects }: Asdu): void {
    const tries = this.#of(here.source, here.target);
    if (!tries) return;
    for (const { address } of objects) {
      if (address === tries.last) continue;
      if (address === tries.last + 1) tries.inARow++;
      else {
        tries.first = address;
        tries.inARow = 1;
      }
      tries.last = address;
    }
    if (tries.rowTold || tries.inARow < MANY_IN_A_ROW) return;
    tries.rowTold = true;
    const note = here.operation(this.#commands);
    if (here.wanted(note)) here.describe(note, { station, from: tries.first, to: tries.last });
  }

  /** `here` is the refusal, so the asker is its target. */
  refused(here: Here, { type, station, objects }: Asdu): void {
    const tries = this.#of(here.target, here.source);
    if (!tries || tries.refusedTold) return;
    tries.refused.add(`type ${type}, station ${station}, object ${objects[0]?.address ?? 0}`);
    if (tries.refused.size < MANY_REFUSED) return;
    tries.refusedTold = true;
    const tried = [...tries.refused];
    const note = here.operation(this.#refused);
    if (here.wanted(note)) here.describe(note, { tried });
    here.role(here.target, 'scanner', 'inferred', 'iec104.tries-objects', { tried });
  }

  /** Beyond its bounds, newcomers are not watched. */
  #of(asker: Endpoint, asked: Endpoint): Tries | undefined {
    const key = asker * 0x100_0000 + asked;
    const known = this.#tries.get(key);
    if (known || this.#tries.size >= MOST_ASKERS) return known;
    const tries = {
      refused: new Set<string>(),
      refusedTold: false,
      first: 0,
      last: -2,
      inARow: 0,
      rowTold: false,
    };
    this.#tries.set(key, tries);
    return tries;
  }
}
