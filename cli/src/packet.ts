import { createReadStream } from 'node:fs';

import {
  bytesAt,
  findPacket,
  type Location,
  readMessage,
  type Report,
  type ShownField,
  shownMessage,
  shownPacket,
  type Stored,
} from '@busbar/dissect';

import { table } from './table.ts';

/**
 * The fields of what a packet carries, each with its offset in hexadecimal, its length, its value, and the section of its
 * standard: of every message in it that the report points to, else of its headers. Undefined where there is no such packet.
 */
export async function fieldsOfPacket(
  file: string,
  report: Report,
  packet: number,
): Promise<string | undefined> {
  const stored: Stored = {
    read: (from = 0, to = Infinity) =>
      createReadStream(file, { start: from, end: to - 1 }) as AsyncIterable<Uint8Array>,
  };
  const messages = locationsIn(report, packet);
  if (messages.length === 0) {
    const found = await findPacket(stored.read(), packet);
    return found && written(shownPacket(found));
  }
  const texts: string[] = [];
  for (const at of messages) {
    const { frame, pieces, within = [] } = at;
    const bytes = await bytesAt(stored, [frame, ...pieces, ...within.flatMap((one) => one.pieces)]);
    texts.push(written(shownMessage(await readMessage(bytes, at))));
  }
  return texts.join('\n\n');
}

/** A report names the place of every message it shows, wherever in it that message stands. */
function locationsIn(report: Report, packet: number): Location[] {
  const found = new Map<string, Location>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('packet' in value && 'pieces' in value && 'dissector' in value) {
      if (value.packet === packet) found.set(JSON.stringify(value), value as Location);
    } else for (const one of Object.values(value)) look(one);
  };
  look(report);
  return [...found.values()];
}

function written({
  packet,
  time,
  dissector,
  fields,
  layers,
}: ReturnType<typeof shownMessage> | ReturnType<typeof shownPacket>): string {
  const parts = [...layers, { name: dissector, reference: '', fields }].map(
    ({ name, reference, fields: of }) => `${name}${reference && ` (${reference})`}\n${tableOf(of)}`,
  );
  return [`Packet ${packet}, ${time}`, ...parts].join('\n\n');
}

function tableOf(fields: readonly ShownField[]): string {
  const lines: string[][] = [];
  const add = (some: readonly ShownField[], depth: number) => {
    for (const {
      name,
      offset,
      length,
      value,
      meaning = '',
      reference = '',
      malformed,
      fields: within,
    } of some) {
      const mark = malformed ? '! ' : '';
      lines.push([
        offset.toString(16).padStart(4, '0'),
        String(length),
        `${'  '.repeat(depth)}${mark}${name}`,
        value,
        meaning,
        reference,
      ]);
      if (within) add(within, depth + 1);
    }
  };
  add(fields, 0);
  return table(['Offset', 'Length', 'Field', 'Value', 'Meaning', 'Section'], lines);
}
