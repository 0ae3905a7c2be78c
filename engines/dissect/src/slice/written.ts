import type { PacketTree } from '../analysis/find-packet.ts';
import { partOf, type ReadBytes } from '../analysis/read-message.ts';
import { u32leAt } from '../bytes/byte-reader.ts';
import type { TracedField } from '../bytes/traced-reader.ts';
import { readLayers } from '../network/layers.ts';
import { ENHANCED_PACKET, INTERFACE, PACKET_AT } from './pcapng-writer.ts';
import { INDEX_EVERY, type Sliced } from './slicer.ts';

/** A packet as it stands in a file that was written here. */
export interface WrittenPacket extends PacketTree {
  /** What it measured on the wire: more than there is of it where something was cut off. */
  readonly wireLength: number;
  readonly length: number;
  readonly from: string;
  readonly to: string;
  /** Of its headers the innermost one, such as `TCP`. */
  readonly header: string;
}

/** Reads packets of such a file again, `first` counted from 1; fewer at its end. */
export async function packetsAt(
  read: ReadBytes,
  { index, links, bytes: size, written }: Sliced,
  first: number,
  count: number,
): Promise<WrittenPacket[]> {
  const last = Math.min(written, first + count - 1);
  const packets: WrittenPacket[] = [];
  let number = Math.floor((first - 1) / INDEX_EVERY) * INDEX_EVERY;
  let at = index[number / INDEX_EVERY] ?? size;
  while (number < last && at < size) {
    const head = await read(at, PACKET_AT);
    const [type, length] = [u32leAt(head, 0), u32leAt(head, 4)];
    if (type === ENHANCED_PACKET && ++number >= first)
      packets.push(packetOf(await read(at, length), at, number, links));
    else if (type !== ENHANCED_PACKET && type !== INTERFACE) throw new RangeError(`No block at byte ${at}`);
    at += length;
  }
  return packets;
}

function packetOf(block: Uint8Array, at: number, packet: number, links: readonly number[]): WrittenPacket {
  const [link, high, low, length, wireLength] = [8, 12, 16, 20, 24].map((place) => u32leAt(block, place)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const bytes = block.slice(PACKET_AT, PACKET_AT + length);
  const frame = partOf(bytes, [[at + PACKET_AT, length]], (reader) => readLayers(reader, links[link]!, []));
  const time = high * 0x1_0000_0000 + low;
  return { packet, time, frame, length, wireLength, ...headersOf(frame.fields) };
}

function headersOf(groups: readonly TracedField[]) {
  let [from, to, header] = ['', '', ''];
  for (const { field, children = [] } of groups) {
    if (children.length === 0) continue;
    header = field;
    const said = (name: string) => children.find((child) => child.field === name);
    const [source, destination] = [said('source'), said('destination')];
    if (source) from = source.remark ?? source.meaning ?? '';
    if (destination) to = destination.remark ?? destination.meaning ?? '';
    const [sends, takes] = [said('source port')?.value, said('destination port')?.value];
    if (sends !== undefined) from = `${from}:${sends}`;
    if (takes !== undefined) to = `${to}:${takes}`;
  }
  return { from, to, header };
}
