import { Malformed } from '../bytes/byte-reader.ts';
import { type TracedField, TracedReader } from '../bytes/traced-reader.ts';
import type { Context, Direction, Dissector } from '../dissector.ts';
import type { Piece } from '../network/gathered.ts';
import { readLayers } from '../network/layers.ts';
import { dissectors as registry } from '../registry.ts';
import { FRAME, type Location } from './location.ts';

/** One message, field by field, and everything that carried it. JSON throughout. */
export interface MessageTree {
  readonly packet: number;
  readonly time: number;
  readonly direction: Direction;
  /** The packet that completed the message: its bytes, and its headers from the link layer to the ports. */
  readonly frame: Part;
  /** What carried the message, the outermost first; the message itself comes last. */
  readonly messages: readonly MessagePart[];
}

export interface Part {
  /** Hexadecimal, with `**` for bytes of a secret. Offsets of fields are indices into these bytes. */
  readonly bytes: string;
  /** Where they lie in the (decompressed) capture: [offset, length]. */
  readonly pieces: readonly Piece[];
  readonly fields: readonly TracedField[];
  /** Where the bytes stop making sense. */
  readonly malformed?: { readonly field: string; readonly offset: number; readonly problem: string };
}

export interface MessagePart extends Part {
  readonly dissector: string;
  readonly title: string;
  readonly reference: string;
}

/**
 * Gives bytes of the (decompressed) capture. Fewer than asked for means that the file ends there.
 */
export type ReadBytes = (offset: number, length: number) => Uint8Array | Promise<Uint8Array>;

/** More than any message we make a Location for. A Location comes from outside: it is not believed. */
const LONGEST = 1024 * 1024;

/** Reads one message again. Nothing but the Location is needed from the analysis that found it. */
export async function readMessage(
  readBytes: ReadBytes,
  location: Location,
  dissectors: readonly Dissector[] = registry,
): Promise<MessageTree> {
  const { packet, time, direction, frame, linkType, context } = location;
  const parts: MessagePart[] = [];
  for (const { dissector: name, pieces } of [...(location.within ?? []), location]) {
    if (name === FRAME) continue;
    const dissector = dissectors.find((one) => one.name === name);
    if (!dissector)
      throw new RangeError(`There is no dissector ${name}; was the report made by a newer version?`);
    const own = name === location.dissector ? context : undefined;
    parts.push(messageOf(dissector, await gather(readBytes, pieces), pieces, direction, own));
  }
  const packetPart = partOf(await gather(readBytes, [frame]), [frame], (reader) =>
    readLayers(reader, linkType, dissectors),
  );
  const secrets = [packetPart, ...parts].flatMap(secretsOf);
  return {
    packet,
    time,
    direction,
    frame: hidden(packetPart, secrets),
    messages: parts.map((part) => hidden(part, secrets)),
  };
}

/** Where the secrets lie in the file. */
function secretsOf({ fields, pieces }: Part): Piece[] {
  return fields.flatMap((field) => [
    ...(field.secret ? placesOf(pieces, field.offset, field.length) : []),
    ...secretsOf({ bytes: '', pieces, fields: field.children ?? [] }),
  ]);
}

/** What the innermost message keeps to itself, nothing that carried it gives away. */
function hidden<Shown extends Part>(part: Shown, secrets: readonly Piece[]): Shown {
  const ranges = secrets.flatMap((secret) => rangesOf(part.pieces, secret));
  if (ranges.length === 0) return part;
  let { bytes } = part;
  for (const [from, to] of ranges) {
    const length = Math.max(0, Math.min(to, bytes.length / 2) - from);
    bytes = `${bytes.slice(0, from * 2)}${'**'.repeat(length)}${bytes.slice((from + length) * 2)}`;
  }
  return { ...part, bytes, fields: part.fields.map((field) => withoutValue(field, ranges)) };
}

type Range = readonly [from: number, to: number];

function withoutValue(field: TracedField, ranges: readonly Range[]): TracedField {
  const { value, meaning, ...place } = field;
  const end = field.offset + field.length;
  const says = ranges.every(([from, to]) => end <= from || to <= field.offset);
  return {
    ...place,
    ...(says && value !== undefined && { value }),
    ...(says && meaning !== undefined && { meaning }),
    ...(field.children && { children: field.children.map((child) => withoutValue(child, ranges)) }),
  };
}

/** The bytes of a part from `offset` on, as places in the file. */
function placesOf(pieces: readonly Piece[], offset: number, length: number): Piece[] {
  const places: Piece[] = [];
  let at = 0;
  for (const [file, count] of pieces) {
    const [from, to] = [Math.max(offset, at), Math.min(offset + length, at + count)];
    if (from < to) places.push([file + from - at, to - from]);
    at += count;
  }
  return places;
}

/** A place in the file, as indices into the bytes of a part. */
function rangesOf(pieces: readonly Piece[], [place, length]: Piece): Range[] {
  const ranges: Range[] = [];
  let at = 0;
  for (const [file, count] of pieces) {
    const [from, to] = [Math.max(place, file), Math.min(place + length, file + count)];
    if (from < to) ranges.push([at + from - file, at + to - file]);
    at += count;
  }
  return ranges;
}

function messageOf(
  dissector: Dissector,
  bytes: Uint8Array,
  pieces: readonly Piece[],
  direction: Direction,
  context: Context | undefined,
): MessagePart {
  const { name, title, reference } = dissector;
  const part = partOf(bytes, pieces, (reader) => dissector.read(reader, { direction, context }));
  return { dissector: name, title, reference, ...part };
}

export function partOf(
  bytes: Uint8Array,
  pieces: readonly Piece[],
  read: (reader: TracedReader) => unknown,
): Part {
  const reader = new TracedReader(bytes);
  let malformed: Part['malformed'];
  try {
    read(reader);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    malformed = { field: error.field, offset: error.offset, problem: error.problem };
  }
  return { bytes: hexadecimal(bytes), pieces, fields: reader.finish(), ...(malformed && { malformed }) };
}

async function gather(readBytes: ReadBytes, pieces: readonly Piece[]): Promise<Uint8Array> {
  const length = pieces.reduce((total, [, count]) => total + Math.max(0, count), 0);
  const whole = new Uint8Array(Math.min(length, LONGEST));
  let at = 0;
  for (const [offset, count] of pieces) {
    const wanted = Math.min(count, whole.length - at);
    if (wanted <= 0) continue;
    const piece = await readBytes(offset, wanted);
    whole.set(piece.subarray(0, wanted), at);
    at += Math.min(piece.length, wanted);
  }
  return whole.subarray(0, at);
}

function hexadecimal(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16);
  return digits;
}
