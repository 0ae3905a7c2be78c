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
  /** Hexadecimal. Offsets of fields are indices into these bytes. */
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
  return {
    packet,
    time,
    direction,
    frame: partOf(await gather(readBytes, [frame]), [frame], (reader) =>
      readLayers(reader, linkType, dissectors),
    ),
    messages: parts,
  };
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
