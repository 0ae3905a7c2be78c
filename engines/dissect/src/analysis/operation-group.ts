import type { Endpoint, OperationKind, Params, Refusal } from '../dissector.ts';
import type { Location } from './location.ts';

export interface OperationSample {
  params: Params;
  refused?: Refusal;
  readonly at: Location;
}

export interface RefusalNote extends Refusal {
  count: number;
}

export interface OperationGroup {
  // What every operation looks at lies together.
  /** Its place among all groups. */
  readonly index: number;
  count: number;
  last: number;
  /** So many more samples are wanted. */
  room: number;
  /** Who watches it happen; -1 for nobody. */
  readonly interest: number;
  readonly samples: OperationSample[];
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly protocol: string;
  readonly kind: OperationKind;
  readonly first: number;
  /** By their text: the parameters are in it. */
  readonly refusals: Map<string, RefusalNote>;
}
