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
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly protocol: string;
  readonly kind: OperationKind;
  count: number;
  readonly first: number;
  last: number;
  readonly samples: OperationSample[];
  /** So many more samples are wanted. */
  room: number;
  /** By their text: the parameters are in it. */
  readonly refusals: Map<string, RefusalNote>;
}
