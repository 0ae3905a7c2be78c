import type { Endpoint } from '../../dissector.ts';
import type { Scalar } from './values.ts';

const MOST_STATIONS = 16_384;
const MOST_KNOWN = 65_536;
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
    if (property >= PROPERTIES) return;
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

  before({ known }: Station, object: number, property: number): Scalar | undefined {
    return property < PROPERTIES ? known.get(placeOf(object, property)) : undefined;
  }
}

/** One number for both, below 2^53; undefined properties of makers beyond do not fit. */
export function placeOf(object: number, property: number): number {
  return object * PROPERTIES + property;
}

export const objectAt = (place: number) => Math.floor(place / PROPERTIES);
export const propertyAt = (place: number) => place % PROPERTIES;
export const fits = (property: number) => property < PROPERTIES;
