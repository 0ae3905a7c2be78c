import type { Endpoint } from '../../dissector.ts';
import type { Scalar } from './values.ts';

const MOST_STATIONS = 16_384;
const MOST_KNOWN = 65_536;
const LONGEST_KNOWN = 256;
const MOST_DEVICES = 16_384;
/** Proprietary properties go beyond; they are not remembered. */
const PROPERTIES = 0x20_0000;

/** One BACnet device, or whoever speaks to it: a node at an address, perhaps on a network behind it. */
export interface Station {
  readonly endpoint: Endpoint;
  /** `5:0c`: network and address behind a router; empty for the node itself. */
  readonly remote: string;
  asks: boolean;
  answers: boolean;
  /** What was last said or accepted, by object and property. */
  readonly known: Map<number, Scalar>;
}

/** Who was heard, and what each last said of its objects. Bounded: what finds no place is not remembered. */
export class Stations {
  readonly #stations = new Map<number | string, Station>();
  /** Who said it was the device with this number. */
  readonly #devices = new Map<number, { readonly carrier: string; readonly endpoint: Endpoint }>();
  #known = 0;
  dropped = 0;

  of(endpoint: Endpoint, remote: string): Station {
    const key = remote === '' ? endpoint : `${endpoint} ${remote}`;
    const before = this.#stations.get(key);
    if (before) return before;
    const station = { endpoint, remote, asks: false, answers: false, known: new Map<number, Scalar>() };
    if (this.#stations.size < MOST_STATIONS) this.#stations.set(key, station);
    else this.dropped++;
    return station;
  }

  remember({ known }: Station, object: number, property: number, value: Scalar): void {
    if (property >= PROPERTIES || (typeof value === 'string' && value.length > LONGEST_KNOWN)) return;
    const key = placeOf(object, property);
    if (!known.has(key)) {
      if (this.#known >= MOST_KNOWN) {
        this.dropped++;
        return;
      }
      this.#known++;
    }
    known.set(key, value);
  }

  /** False when somebody else on the same kind of network said that before. */
  claim(device: number, carrier: string, endpoint: Endpoint): boolean {
    const before = this.#devices.get(device);
    if (before) return before.carrier !== carrier || before.endpoint === endpoint;
    if (this.#devices.size < MOST_DEVICES) this.#devices.set(device, { carrier, endpoint });
    else this.dropped++;
    return true;
  }

  before({ known }: Station, object: number, property: number): Scalar | undefined {
    return property < PROPERTIES ? known.get(placeOf(object, property)) : undefined;
  }
}

/** One number for both, below 2^53; the last properties of makers do not fit. */
export function placeOf(object: number, property: number): number {
  return object * PROPERTIES + property;
}

export const objectAt = (place: number) => Math.floor(place / PROPERTIES);
export const propertyAt = (place: number) => place % PROPERTIES;
export const fits = (property: number) => property < PROPERTIES;
