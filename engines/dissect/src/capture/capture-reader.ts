import { u32At, u32leAt } from '../bytes/byte-reader.ts';

/** Takes packets out of a capture. Everything is a number or a view: nothing is made for a packet. */
export interface PacketSink {
  /** @param base offset in the file of index 0 of `bytes` */
  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    base: number,
    time: number,
    wireLength: number,
    linkType: number,
  ): void;
}

/** pcap, either byte order, microseconds or nanoseconds. */
export class CaptureReader {
  readonly #sink: PacketSink;
  #rest = new Uint8Array(0);
  #bytesRead = 0;
  #little = true;
  #nano = false;
  #linkType = -1;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    let base = this.#bytesRead;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
      base -= this.#rest.length;
    }
    this.#bytesRead += chunk.length;
    let at = 0;
    if (this.#linkType < 0) {
      if (bytes.length < 24) {
        this.#rest = bytes.slice();
        return;
      }
      const magic = u32At(bytes, 0);
      this.#little = magic === 0xd4c3_b2a1 || magic === 0x4d3c_b2a1;
      this.#nano = magic === 0x4d3c_b2a1 || magic === 0xa1b2_3c4d;
      this.#linkType = (this.#little ? u32leAt(bytes, 20) : u32At(bytes, 20)) & 0xffff;
      at = 24;
    }
    const u32 = this.#little ? u32leAt : u32At;
    while (bytes.length - at >= 16) {
      const length = u32(bytes, at + 8);
      if (bytes.length - at - 16 < length) break;
      const fraction = u32(bytes, at + 4);
      const time = u32(bytes, at) * 1e6 + (this.#nano ? fraction / 1000 : fraction);
      this.#sink.packet(bytes, at + 16, at + 16 + length, base, time, u32(bytes, at + 12), this.#linkType);
      at += 16 + length;
    }
    this.#rest = bytes.slice(at);
  }
}
