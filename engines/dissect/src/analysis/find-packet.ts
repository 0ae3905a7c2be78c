import { CaptureReader, type PacketSink } from '../capture/capture-reader.ts';
import { readLayers } from '../network/layers.ts';
import { dissectors } from '../registry.ts';
import { decompressed } from './analyse.ts';
import { type Part, partOf } from './read-message.ts';

/** One packet with its headers from the link layer to the ports. */
export interface PacketTree {
  readonly packet: number;
  /** Microseconds since 1970. */
  readonly time: number;
  readonly frame: Part;
}

/** Reads a capture as far as the packet with this number, counted from 1; undefined when it has fewer. */
export async function findPacket(
  source: AsyncIterable<Uint8Array>,
  packet: number,
): Promise<PacketTree | undefined> {
  const search = new Search(packet);
  const reader = new CaptureReader(search);
  for await (const chunk of decompressed(source)) {
    reader.push(chunk);
    if (search.found) return search.found;
  }
  reader.finish();
  return search.found;
}

class Search implements PacketSink {
  time = 0;
  found: PacketTree | undefined;
  readonly #wanted: number;
  #count = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    base: number,
    _wireLength: number,
    linkType: number,
  ): void {
    if (++this.#count !== this.#wanted) return;
    const pieces = [[base + start, end - start]] as const;
    const frame = partOf(bytes.slice(start, end), pieces, (reader) =>
      readLayers(reader, linkType, dissectors),
    );
    this.found = { packet: this.#wanted, time: this.time, frame };
  }
}
