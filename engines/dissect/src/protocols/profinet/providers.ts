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

/** The controller a device has, and by which relation. */
export interface Owner {
  readonly controller: Endpoint;
  readonly relation: string;
  /** The two stations on Ethernet, where the relation may be aborted. */
  readonly controllerMac: Endpoint;
  readonly deviceMac: Endpoint;
}

const MOST_LAYOUTS = 4_096;
const MOST_OWNERS = 4_096;
const FRAMES = 0x1_0000;
const ENDPOINTS = 0x10_0000;

/** What was agreed upon by calls and is needed where frames are read: who sends which frames, and whose a device is. */
export class Providers {
  dropped = 0;
  /** Changes with every agreement: who asks for each frame need not look again. */
  version = 0;
  readonly #layouts = new Map<number, Layout>();
  readonly #owners = new Map<Endpoint, Owner>();
  /** Devices by the two stations that speak. */
  readonly #devices = new Map<number, Endpoint>();

  agreed(provider: Endpoint, frame: number, layout: Layout): void {
    const key = provider * FRAMES + frame;
    if (this.#layouts.size >= MOST_LAYOUTS && !this.#layouts.has(key)) this.dropped++;
    else this.#layouts.set(key, layout);
    this.version++;
  }

  layout(provider: Endpoint, frame: number): Layout | undefined {
    return this.#layouts.get(provider * FRAMES + frame);
  }

  ownerOf(device: Endpoint): Owner | undefined {
    return this.#owners.get(device);
  }

  owned(device: Endpoint, owner: Owner): void {
    const before = this.#owners.get(device);
    if (before) this.#forget(device, before);
    if (this.#owners.size >= MOST_OWNERS) this.dropped++;
    else {
      this.#owners.set(device, owner);
      this.#devices.set(pairOf(owner.controllerMac, owner.deviceMac), device);
    }
  }

  released(device: Endpoint, relation: string | undefined): void {
    const owner = this.#owners.get(device);
    if (owner && owner.relation === relation) this.#forget(device, owner);
  }

  /** Either of two stations ended what was between them. */
  aborted(one: Endpoint, other: Endpoint): void {
    const device = this.#devices.get(pairOf(one, other));
    const owner = device === undefined ? undefined : this.#owners.get(device);
    if (owner) this.#forget(device!, owner);
  }

  #forget(device: Endpoint, { controllerMac, deviceMac }: Owner): void {
    this.#owners.delete(device);
    this.#devices.delete(pairOf(controllerMac, deviceMac));
  }
}

/** The same whichever of them speaks. */
function pairOf(one: Endpoint, other: Endpoint): number {
  return Math.min(one, other) * ENDPOINTS + Math.max(one, other);
}

const ofCaptures = new WeakMap<Capture, Providers>();

/** The same for both dissectors of one capture. */
export function providersOf(capture: Capture): Providers {
  let providers = ofCaptures.get(capture);
  if (!providers) ofCaptures.set(capture, (providers = capture.bounded('memories', new Providers())));
  return providers;
}
