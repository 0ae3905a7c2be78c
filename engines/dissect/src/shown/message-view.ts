import type { PacketTree } from '../analysis/find-packet.ts';
import type { MessageTree, Part } from '../analysis/read-message.ts';
import type { TracedField } from '../bytes/traced-reader.ts';
import { instant } from './told.ts';

/** One field of a message, with the bytes it was read from: `offset` and `length` within the part it stands in. */
export interface ShownField {
  name: string;
  offset: number;
  length: number;
  value: string;
  meaning?: string;
  /** Standard and section. */
  reference?: string;
  malformed?: boolean;
  fields?: ShownField[];
}

/** A message with what carried it, the outermost first. */
export function shownMessage(tree: MessageTree) {
  const message = tree.messages.at(-1);
  // What was seen in the headers themselves.
  if (!message) return shownPacket(tree);
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

/** A packet of which nothing is known but its headers. */
export function shownPacket({ packet, time, frame }: PacketTree) {
  return {
    packet,
    time: instant(time),
    dissector: 'frame',
    bytes: frame.bytes,
    fields: fieldsOf(frame),
    layers: [],
  };
}

function fieldsOf({ fields, malformed: broken }: Part): ShownField[] {
  const read = fields.map(toField);
  if (!broken) return read;
  const { field, offset, problem } = broken;
  return [...read, { name: field, offset, length: 0, value: '', meaning: problem, malformed: true }];
}

function toField({
  field,
  offset,
  length,
  value,
  meaning,
  remark,
  section,
  children,
}: TracedField): ShownField {
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
