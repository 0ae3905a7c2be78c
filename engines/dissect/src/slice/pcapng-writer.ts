/** Writes pcapng (draft-ietf-opsawg-pcapng): one section, an interface for each link type, and nothing about who captured. */
export class PcapngWriter {
  readonly #write: (piece: Uint8Array<ArrayBuffer>) => void;
  readonly #interfaces = new Map<number, number>();
  #buffer = new Uint8Array(BUFFER);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;
  /** Bytes written so far. */
  written = 0;

  constructor(write: (piece: Uint8Array<ArrayBuffer>) => void) {
    this.#write = write;
    // 4.1: byte order, version 1.0, a length that is not told.
    this.#block(SECTION, [0x1a2b_3c4d, 0x0000_0001, 0xffff_ffff, 0xffff_ffff], NOTHING);
  }

  /** @param time microseconds since 1970 */
  packet(bytes: Uint8Array, time: number, wireLength: number, linkType: number): void {
    const high = Math.floor(time / 0x1_0000_0000);
    const at = this.#interface(linkType);
    this.#block(
      ENHANCED_PACKET,
      [at, high, time >>> 0, bytes.length, Math.max(wireLength, bytes.length)],
      bytes,
    );
  }

  /** The link types of the interfaces, in their order. */
  get links(): number[] {
    return [...this.#interfaces.keys()];
  }

  finish(): void {
    if (this.#length > 0) this.#write(this.#buffer.slice(0, this.#length));
    this.#length = 0;
  }

  #interface(linkType: number): number {
    const known = this.#interfaces.get(linkType);
    if (known !== undefined) return known;
    const fresh = this.#interfaces.size;
    this.#interfaces.set(linkType, fresh);
    // 4.2: the clock counts microseconds unless an option says otherwise.
    this.#block(INTERFACE, [linkType, 0], NOTHING);
    return fresh;
  }

  #block(type: number, words: readonly number[], bytes: Uint8Array): void {
    const padded = (bytes.length + 3) & ~3;
    const length = 12 + words.length * 4 + padded;
    this.#room(length);
    let at = this.#length;
    for (const word of [type, length, ...words]) {
      this.#view.setUint32(at, word >>> 0, true);
      at += 4;
    }
    this.#buffer.set(bytes, at);
    this.#buffer.fill(0, at + bytes.length, at + padded);
    this.#view.setUint32(at + padded, length, true);
    this.#length += length;
    this.written += length;
  }

  #room(length: number): void {
    if (this.#length + length <= this.#buffer.length) return;
    this.finish();
    if (length <= this.#buffer.length) return;
    this.#buffer = new Uint8Array(length);
    this.#view = new DataView(this.#buffer.buffer);
  }
}

const SECTION = 0x0a0d_0d0a;
export const INTERFACE = 1;
export const ENHANCED_PACKET = 6;
/** Where the bytes of a packet begin in its block. */
export const PACKET_AT = 28;
const BUFFER = 1 << 20;
const NOTHING = new Uint8Array(0);
