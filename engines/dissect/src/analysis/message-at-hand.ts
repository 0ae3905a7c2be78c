import type { Direction, Endpoint, Here } from '../dissector.ts';
import type { LastFound } from '../network/flows.ts';
import type { Piece } from '../network/gathered.ts';
import type { Location } from './location.ts';
import type { OperationGroup } from './operation-group.ts';

/** What those who take notes ask of the message at hand. */
export interface MessageAtHand {
  readonly packet: number;
  readonly time: number;
  readonly direction: Direction;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly side: number;
  /** Who reads it, by name. */
  readonly protocol: string;
  readonly location: Location;
  /** What was looked up for its connection. */
  readonly operationsOfFlow: LastFound<OperationGroup> | undefined;
  frameLocation(): Location;
}

/** Bytes that a session was given still know their places in the file. */
export interface Placed extends Here {
  placesOf(bytes: Uint8Array, start: number, end: number): readonly Piece[];
}
