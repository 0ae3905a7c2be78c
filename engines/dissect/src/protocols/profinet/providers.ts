import type { Capture, Endpoint } from '../../dissector.ts';

/** What stands in the frames of one provider: agreed upon when it was connected. */
export interface Layout {
  /** The one that has the inputs and outputs. */
  readonly device: Endpoint;
  /** From the controller to the device. */
  readonly output: boolean;
  /** Of the data, in bytes. */
  readonly length: number;
  readonly items: readonly Item[];
}

/** The data of one submodule, and behind them what their provider says of them. */
export interface Item {
  readonly slot: number;
  readonly subslot: number;
  readonly offset: number;
  readonly length: number;
}

const MOST_LAYOUTS = 4_096;
const FRAMES = 0x1_0000;

/** Who sends which frames, agreed upon by calls and needed where the frames are read. */
export class Providers {
  dropped = 0;
  /** Changes with every agreement: who asks for each frame need not look again. */
  version = 0;
  readonly #layouts = new Map<number, Layout>();

  agreed(provider: Endpoint, frame: number, layout: Layout): void {
    const key = provider * FRAMES + frame;
    if (this.#layouts.size >= MOST_LAYOUTS && !this.#layouts.has(key)) this.dropped++;
    else this.#layouts.set(key, layout);
    this.version++;
  }

  layout(provider: Endpoint, frame: number): Layout | undefined {
    return this.#layouts.get(provider * FRAMES + frame);
  }
}

const ofCaptures = new WeakMap<Capture, Providers>();

/** The same for both dissectors of one capture. */
export function providersOf(capture: Capture): Providers {
  let providers = ofCaptures.get(capture);
  if (!providers) ofCaptures.set(capture, (providers = capture.bounded('memories', new Providers())));
  return providers;
}
