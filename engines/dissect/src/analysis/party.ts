import type { Params, Refusal } from '../dissector.ts';
import type { Location } from './location.ts';

/** Who: a device of this report if it is one (not a group address), and the address it used. */
export interface Party {
  readonly device: string | null;
  readonly address: string;
}

/** A message or packet that is part of what was detected. */
export interface Evidence {
  /** Of a sequence, from 1. */
  readonly step?: number;
  /** Of the operation or anomaly. */
  readonly code?: string;
  readonly text: string;
  readonly params: Params;
  readonly refused?: Refusal;
  readonly at: Location;
}
