import { CaptureReader } from '../capture/capture-reader.ts';
import type { Dissector } from '../dissector.ts';
import { Network } from '../network/network.ts';
import { dissectors } from '../registry.ts';
import { Stage } from './stage.ts';

export interface Options {
  readonly dissectors?: readonly Dissector[];
}

/** One capture: push its bytes in pieces of any size, then finish. */
export class Analysis {
  readonly #stage: Stage;
  readonly #reader: CaptureReader;

  constructor(options: Options = {}) {
    this.#stage = new Stage(options.dissectors ?? dissectors);
    this.#reader = new CaptureReader(new Network(this.#stage));
  }

  get packets(): number {
    return this.#stage.packet;
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  finish() {
    const { counters, dissectors, frames, sessions } = this.#stage;
    for (const session of sessions) session.finish?.();
    const counts: Record<string, number | Record<string, number>> = { packets: this.#stage.packet };
    for (const [key, counter] of counters) if (counter.total > 0) counts[key] = counter.result();
    counts['ics_frames'] = Object.fromEntries(
      dissectors.flatMap(({ name, industrial }, i) => (industrial && frames[i] ? [[name, frames[i]]] : [])),
    );
    return { counts };
  }
}
