import { decompressed, isCompressed } from '../analysis/analyse.ts';
import type { ReadBytes } from '../analysis/read-message.ts';
import type { Piece } from '../network/gathered.ts';

/** A capture as it was kept: packed or not, and read from anywhere. */
export interface Stored {
  read(from?: number, to?: number): AsyncIterable<Uint8Array>;
}

/** Reads these pieces of a capture, whether it is packed or not; what lies elsewhere need not be readable. */
export async function bytesAt(capture: Stored, pieces: readonly Piece[]): Promise<ReadBytes> {
  return (await isPacked(capture)) ? unpacked(capture, pieces) : plain(capture);
}

/** What the pieces hold, one after the other in their order. */
export async function* contentOf(capture: Stored, pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  if (await isPacked(capture)) {
    const read = await unpacked(capture, pieces);
    for (const [offset, length] of pieces) yield await read(offset, length);
    return;
  }
  for (const near of neighbours(pieces)) {
    const from = near[0]![0];
    const bytes = await bytesOf(capture.read(from, end(near.at(-1)!)));
    for (const [offset, length] of near) yield bytes.subarray(offset - from, offset - from + length);
  }
}

const NEAR = 65_536;
const MOST_AT_ONCE = 4 << 20;

/** Pieces of one file follow one another with a header in between: they are read at one go. */
function neighbours(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const group = groups.at(-1);
    const gap = group ? piece[0] - end(group.at(-1)!) : -1;
    if (group && gap >= 0 && gap < NEAR && end(piece) - group[0]![0] < MOST_AT_ONCE) group.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

const end = ([offset, length]: Piece) => offset + length;

async function isPacked(capture: Stored): Promise<boolean> {
  return isCompressed(await bytesOf(capture.read(0, 4)));
}

function plain(capture: Stored): ReadBytes {
  return (offset, length) => bytesOf(capture.read(offset, offset + length));
}

/** What is packed can only be read from the beginning: once, keeping what the pieces speak of. */
async function unpacked(capture: Stored, pieces: readonly Piece[]): Promise<ReadBytes> {
  const kept = new Map<number, { length: number; parts: Uint8Array[] }>();
  for (const [offset, length] of pieces)
    kept.set(offset, { length: Math.max(length, kept.get(offset)?.length ?? 0), parts: [] });
  // By where they begin; what has been passed is not looked at again.
  const waiting = [...kept]
    .map(([offset, piece]) => ({ offset, ...piece }))
    .sort((a, b) => a.offset - b.offset);
  const last = Math.max(...pieces.map(end));
  let first = 0;
  let at = 0;
  for await (const chunk of decompressed(capture.read())) {
    for (let i = first; i < waiting.length && waiting[i]!.offset < at + chunk.length; i++) {
      const { offset, length, parts } = waiting[i]!;
      const part = chunk.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
      if (part.length > 0) parts.push(part.slice());
      if (i === first && offset + length <= at + chunk.length) first++;
    }
    at += chunk.length;
    if (at >= last) break;
  }
  return (offset, length) => joined(kept.get(offset)?.parts ?? []).subarray(0, length);
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(chunks.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
