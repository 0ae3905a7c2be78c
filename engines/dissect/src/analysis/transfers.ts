import type { Endpoint, Here, Transfer, TransferKind } from '../dissector.ts';
import type { Piece } from '../network/gathered.ts';
import type { Location } from './location.ts';
import type { MessageAtHand, Placed } from './message-at-hand.ts';

const MOST_TRANSFERS = 1_024;
const MOST_PIECES = 8_192;
const MOST_PIECES_IN_ALL = 131_072;
const LONGEST_NAME = 512;

export interface TransferNote {
  readonly about: Endpoint;
  readonly other: Endpoint;
  readonly dissector: string;
  readonly way: 'to' | 'from';
  readonly kind: TransferKind;
  readonly name: string;
  readonly at: Location;
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** Whether both sides said that this was all, and all of it was seen. */
  readonly complete: boolean;
  /** Where its content lies in the file, in order; less than all of it when `bytes` is more. */
  readonly pieces: readonly Piece[];
}

/** Files and blocks that were carried over. Their content stays in the capture; what is kept are places. */
export class Transfers {
  readonly #noted: Carried[] = [];
  #pieces = 0;
  dropped = 0;

  begin(
    message: MessageAtHand,
    about: Endpoint,
    way: 'to' | 'from',
    kind: TransferKind,
    name: string,
  ): Transfer {
    if (this.#noted.length >= MOST_TRANSFERS) {
      this.dropped++;
      return nothing;
    }
    const carried = new Carried(message, this, about, way, kind, name.slice(0, LONGEST_NAME));
    this.#noted.push(carried);
    return carried;
  }

  /** Those that carried anything. */
  list(): TransferNote[] {
    return this.#noted.filter(({ bytes }) => bytes > 0).map((carried) => carried.note());
  }

  /** Room for so many more pieces? */
  take(count: number): boolean {
    if (this.#pieces + count > MOST_PIECES_IN_ALL) return false;
    this.#pieces += count;
    return true;
  }
}

const nothing: Transfer = { add() {}, end() {} };

class Carried implements Transfer {
  readonly #transfers: Transfers;
  readonly #about: Endpoint;
  readonly #other: Endpoint;
  readonly #dissector: string;
  readonly #way: 'to' | 'from';
  readonly #kind: TransferKind;
  readonly #name: string;
  readonly #at: Location;
  readonly #first: number;
  #last: number;
  #next = 0;
  /** By the offset in the content: what is sent twice is kept once. */
  readonly #parts = new Map<number, { readonly length: number; readonly pieces: readonly Piece[] }>();
  #pieces = 0;
  #left = false;
  #complete = false;
  bytes = 0;

  constructor(
    message: MessageAtHand,
    transfers: Transfers,
    about: Endpoint,
    way: 'to' | 'from',
    kind: TransferKind,
    name: string,
  ) {
    this.#transfers = transfers;
    this.#about = about;
    this.#other = message.source === about ? message.target : message.source;
    this.#dissector = message.protocol;
    this.#way = way;
    this.#kind = kind;
    this.#name = name;
    this.#at = message.location;
    this.#first = this.#last = message.time;
  }

  add(here: Here, bytes: Uint8Array, start: number, end: number, offset = this.#next): void {
    if (start >= end) return;
    this.#last = here.time;
    this.#next = offset + end - start;
    const before = this.#parts.get(offset);
    if (before && before.length >= end - start) return;
    const pieces = (here as Placed).placesOf(bytes, start, end);
    if (this.#pieces + pieces.length > MOST_PIECES || !this.#transfers.take(pieces.length)) {
      this.bytes += end - start;
      this.#left = true;
      return;
    }
    this.#pieces += pieces.length;
    this.#parts.set(offset, { length: end - start, pieces });
    this.bytes += end - start - (before?.length ?? 0);
  }

  end(complete: boolean): void {
    this.#complete = complete;
  }

  note(): TransferNote {
    const parts = [...this.#parts].sort(([a], [b]) => a - b);
    const whole = parts.every(
      ([offset, { length }], i) => (parts[i + 1]?.[0] ?? offset + length) === offset + length,
    );
    return {
      about: this.#about,
      other: this.#other,
      dissector: this.#dissector,
      way: this.#way,
      kind: this.#kind,
      name: this.#name,
      at: this.#at,
      first: this.#first,
      last: this.#last,
      bytes: this.bytes,
      complete: this.#complete && !this.#left && whole,
      pieces: parts.flatMap(([, { pieces }]) => pieces),
    };
  }
}
