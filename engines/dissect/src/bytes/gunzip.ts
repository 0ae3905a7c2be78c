import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';

/** The bytes are not what was packed, or break off. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
  readonly packing: 'gzip' | 'zstd';

  constructor(problem: string, packing: 'gzip' | 'zstd' = 'gzip') {
    super(problem);
    this.packing = packing;
  }
}

/** As zlib wants it: a window of 2¹⁵ octets, and 16 for gzip and nothing else. */
const WINDOW_BITS = 15 + 16;
/** So much comes out at once. */
const ROOM = 131_072;

/**
 * Gzip (RFC 1952) of any number of members, pushed in pieces of any size.
 *
 * The `DecompressionStream` of browsers is faster and cannot be used: it takes one member, does not say how much of what
 * it was given belonged to that, and calls the next one an error. Where a member ends, only who reads its codes knows, for
 * a gzip that was sent over the network and captured looks just like the next member.
 */
export class Gunzip {
  readonly #stream = new ZStream();
  readonly #output = new Uint8Array(ROOM);
  #isBetween = true;
  #isPadding = false;

  constructor() {
    zlibInflateInit2(this.#stream, WINDOW_BITS);
    this.#stream.output = this.#output;
  }

  /** What it gives is good until it is asked for more. Throws Damaged, after all that was right. */
  *push(bytes: Uint8Array, isLast: boolean): Generator<Uint8Array> {
    const stream = this.#stream;
    stream.input = bytes;
    stream.next_in = 0;
    stream.avail_in = bytes.length;
    for (let isMore = bytes.length > 0; isMore;) {
      // Whatever writes whole blocks of a medium fills the last one with zeros.
      if (this.#isBetween && bytes[stream.next_in] === 0) this.#isPadding = true;
      if (this.#isPadding) {
        if (bytes.subarray(stream.next_in).some((octet) => octet !== 0))
          throw new Damaged('Behind the last member stands something else.');
        break;
      }
      this.#isBetween = false;
      stream.next_out = 0;
      stream.avail_out = ROOM;
      const status = zlibInflate(stream, Z_NO_FLUSH);
      if (stream.next_out > 0) yield this.#output.subarray(0, stream.next_out);
      if (status === Z_STREAM_END) {
        zlibInflateReset(stream);
        this.#isBetween = true;
      } else if (status !== Z_OK && status !== Z_BUF_ERROR) throw new Damaged(stream.msg);
      // Full of what came out, it may have more to say even when all was taken.
      isMore = stream.avail_in > 0 || (!this.#isBetween && stream.avail_out === 0);
    }
    if (isLast && !this.#isBetween && !this.#isPadding) throw new Damaged('It breaks off.');
  }
}
