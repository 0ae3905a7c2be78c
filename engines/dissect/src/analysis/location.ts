import type { Context, Direction } from '../dissector.ts';
import type { Piece } from '../network/gathered.ts';

/** Who reads a packet as a whole, where it is not about a message in it. */
export const FRAME = 'frame';

/** Where a message stands in the (decompressed) capture file: enough to read it again without the analysis. */
export interface Location {
  /** Number of the packet that completed the message, from 1. */
  readonly packet: number;
  /** Microseconds since 1970. */
  readonly time: number;
  /** The bytes of the message, in order. */
  readonly pieces: readonly Piece[];
  /** That packet as captured, without the record's header. */
  readonly frame: Piece;
  readonly linkType: number;
  /** FRAME for the packet itself. */
  readonly dissector: string;
  readonly direction: Direction;
  /** What the dissector must know besides the bytes. */
  context?: Context;
  /** Messages that carried this one, the outermost first. */
  readonly within?: readonly { readonly dissector: string; readonly pieces: readonly Piece[] }[];
}
