import type { Field, Location, MessageView } from '@busbar/contract';
import { findPacket, type Part, readMessage, type TracedField } from '@busbar/dissect';

import type { Stored } from '../../platform/blobs.ts';
import { malformed, notFound } from '../../platform/problem.ts';
import { instant } from '../plant/plant-service.ts';
import { bytesAt } from './capture-bytes.ts';

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
  const message = tree.messages.at(-1)!;
  return {
    packet: tree.packet,
    time: instant(tree.time),
    dissector: message.dissector,
    bytes: message.bytes,
    fields: fieldsOf(message),
    layers: [
      { name: 'frame', reference: '', bytes: tree.frame.bytes, fields: fieldsOf(tree.frame) },
      ...tree.messages.slice(0, -1).map((part) => ({
        name: part.title,
        reference: part.reference,
        bytes: part.bytes,
        fields: fieldsOf(part),
      })),
    ],
  };
}

/** A packet of which nothing is known but its number: its headers. */
export async function viewPacket(capture: Stored, packet: number): Promise<MessageView> {
  const found = await findPacket(capture.read(), packet);
  if (!found) throw notFound('packet');
  return {
    packet,
    time: instant(found.time),
    dissector: 'frame',
    bytes: found.frame.bytes,
    fields: fieldsOf(found.frame),
    layers: [],
  };
}

/** A location comes from outside and is not believed: no message is that long. */
function refuseTooLong({ frame, pieces, within = [] }: Location): void {
  const all = [frame, ...pieces, ...within.flatMap((carrier) => carrier.pieces)];
  if (all.reduce((total, [, length]) => total + length, 0) > MOST_BYTES)
    throw malformed('location-too-long', 'No message of a capture is that long');
}

const MOST_BYTES = 16 << 20;

function fieldsOf({ fields, malformed: broken }: Part): Field[] {
  const read = fields.map(toField);
  if (!broken) return read;
  const { field, offset, problem } = broken;
  return [...read, { name: field, offset, length: 0, value: '', meaning: problem, malformed: true }];
}

function toField({ field, offset, length, value, meaning, remark, section, children }: TracedField): Field {
  const says = [meaning, remark].filter(Boolean).join(' · ');
  return {
    name: field,
    offset,
    length,
    value: value === undefined ? '' : String(value),
    ...(says && { meaning: says }),
    ...(section && { reference: section }),
    ...(children && { fields: children.map(toField) }),
  };
}
