import type { Field, Location, MessageView } from '@busbar/contract';
import {
  decompressed,
  findPacket,
  type Part,
  type ReadBytes,
  readMessage,
  type TracedField,
} from '@busbar/dissect';

import type { Stored } from '../../platform/blobs.ts';
import { malformed, notFound } from '../../platform/problem.ts';
import { instant } from '../plant/plant-service.ts';

/** One message of a capture, read again from nothing but its bytes. */
export async function viewMessage(capture: Stored, at: Location): Promise<MessageView> {
  refuseTooLong(at);
  const read = (await isGzip(capture)) ? await unpackedBytes(capture, at) : plainBytes(capture);
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

async function isGzip(capture: Stored): Promise<boolean> {
  const [first, second] = await bytesOf(capture.read(0, 2));
  return first === 0x1f && second === 0x8b;
}

function plainBytes(capture: Stored): ReadBytes {
  return (offset, length) => bytesOf(capture.read(offset, offset + length));
}

/** What is packed can only be read from the beginning: once, keeping what the location speaks of. */
async function unpackedBytes(capture: Stored, { frame, pieces, within = [] }: Location): Promise<ReadBytes> {
  const wanted = [frame, ...pieces, ...within.flatMap((carrier) => carrier.pieces)];
  const kept = new Map(wanted.map(([offset, length]) => [offset, { length, parts: [] as Uint8Array[] }]));
  for (const [offset, length] of wanted)
    kept.get(offset)!.length = Math.max(kept.get(offset)!.length, length);
  const end = Math.max(...wanted.map(([offset, length]) => offset + length));
  let at = 0;
  for await (const chunk of decompressed(capture.read())) {
    for (const [offset, { length, parts }] of kept) {
      const part = chunk.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
      if (part.length > 0) parts.push(part.slice());
    }
    at += chunk.length;
    if (at >= end) break;
  }
  return (offset, length) => Buffer.concat(kept.get(offset)?.parts ?? []).subarray(0, length);
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

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
