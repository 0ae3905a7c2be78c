import type { Location, MessageView } from '@busbar/contract';
import { bytesAt, findPacket, readMessage, shownMessage, shownPacket } from '@busbar/dissect';

import type { Stored } from '../../platform/blobs.ts';
import { malformed, notFound } from '../../platform/problem.ts';

/** One message of a capture, read again from nothing but its bytes. */
export async function viewMessage(capture: Stored, at: Location): Promise<MessageView> {
  refuseTooLong(at);
  const { frame, pieces, within = [] } = at;
  const read = await bytesAt(capture, [frame, ...pieces, ...within.flatMap((carrier) => carrier.pieces)]);
  const tree = await readMessage(read, at as Parameters<typeof readMessage>[1]).catch((error: unknown) => {
    if (error instanceof RangeError)
      throw malformed('unknown-dissector', error.message, { dissector: at.dissector });
    throw error;
  });
  if (tree.frame.bytes === '') throw notFound('packet');
  return shownMessage(tree);
}

/** A packet of which nothing is known but its number: its headers. */
export async function viewPacket(capture: Stored, packet: number): Promise<MessageView> {
  const found = await findPacket(capture.read(), packet);
  if (!found) throw notFound('packet');
  return shownPacket(found);
}

/** A location comes from outside and is not believed: no message is that long. */
function refuseTooLong({ frame, pieces, within = [] }: Location): void {
  const all = [frame, ...pieces, ...within.flatMap((carrier) => carrier.pieces)];
  if (all.reduce((total, [, length]) => total + length, 0) > MOST_BYTES)
    throw malformed('location-too-long', 'No message of a capture is that long');
}

const MOST_BYTES = 16 << 20;
