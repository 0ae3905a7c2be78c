import { type ByteReader, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { readWellKnown, readStructure, type Structure } from './builtin.ts';
import { encodings } from './encodings.ts';
import { type LayoutName } from './layouts.ts';
import { sections } from './sections.ts';

/** One request or response of a service, put together from its chunks: OPC 10000-6, 6.7.3 and 5.2.6. */
export interface Message {
  /** NodeId of the encoding in namespace 0, or -1. */
  readonly id: number;
  readonly name: LayoutName | undefined;
  readonly body: Structure<LayoutName> | undefined;
  /** Bytes behind the last parameter. */
  readonly surplus: number;
}

export function readMessage(reader: ByteReader): Message {
  const id = readWellKnown(reader, 'typeId');
  const name = encodings[id];
  let body: Message['body'];
  if (name !== undefined && isService(id)) {
    reader.open(name, sections[name.replace(/Request$|Response$/, '')]);
    body = readStructure(reader, name, 0);
    reader.close();
  }
  const surplus = reader.remaining;
  if (surplus > 0) reader.skip(surplus, body ? 'surplus' : 'parameters');
  return { id, name, body, surplus: body ? surplus : 0 };
}

/** Number of the service if a message begins here, or -1; at least four bytes must be there. */
export function serviceAt(bytes: Uint8Array, start: number, end: number): number {
  let id = -1;
  // OPC 10000-6, 5.2.2.9: the four-byte form, or the numeric one of those who do not care; in namespace 0.
  if (end - start >= 4 && bytes[start] === 1 && bytes[start + 1] === 0) id = u16leAt(bytes, start + 2);
  else if (end - start >= 7 && bytes[start] === 2 && u16leAt(bytes, start + 1) === 0)
    id = u32leAt(bytes, start + 3);
  return isService(id) ? id : -1;
}

export function isRequest(id: number): boolean {
  return requests.has(id);
}

export function isService(id: number): boolean {
  return requests.has(id) || responses.has(id);
}

const FAULT = 'ServiceFault';
const requests = new Set<number>();
const responses = new Set<number>();
for (const [id, name] of Object.entries(encodings)) {
  if (name.endsWith('Request') && isAsked(name)) requests.add(Number(id));
  if (name.endsWith('Response') || name === FAULT) responses.add(Number(id));
}

/** Some parts of requests are called requests, too. */
function isAsked(name: string): boolean {
  return name.replace(/Request$/, '') in sections;
}
