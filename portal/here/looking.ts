import {
  type Baseline,
  bytesAt,
  compare,
  type Detected,
  type Detection,
  findPacket,
  learn,
  type Location,
  merge,
  nothingLearnt,
  readMessage,
  type Report,
  shownMessage,
  shownPacket,
  type Stored,
} from '@busbar/dissect';

/** One message, or one packet where it is not told where a message lies. Counted from 1. */
export interface MessageAsked {
  readonly packet: number;
  readonly at?: string | undefined;
}

export type MessageFound = ReturnType<typeof shownMessage> | ReturnType<typeof shownPacket>;

/** Reads a message from its file again; null where there is no such packet. It may have to read all of the file. */
export async function messageIn(stored: Stored, { packet, at }: MessageAsked): Promise<MessageFound | null> {
  if (at === undefined) {
    const found = await findPacket(stored.read(), packet);
    return found ? shownPacket(found) : null;
  }
  const location = JSON.parse(at) as Location;
  const { frame, pieces, within = [] } = location;
  const read = await bytesAt(stored, [frame, ...pieces, ...within.flatMap((carrier) => carrier.pieces)]);
  return shownMessage(await readMessage(read, location));
}

/** With what a capture is compared: what others say is usual, and captures that show it. */
export interface Comparing {
  readonly report: Report;
  readonly baselines: readonly Baseline[];
  readonly usual: readonly Report[];
  readonly detections: readonly Detection[];
}

export function differencesIn({ report, baselines, usual, detections }: Comparing): Detected[] {
  const baseline = [...baselines, ...usual.map(learn)].reduce(merge, nothingLearnt);
  return compare(baseline, report, detections);
}

/** A file as the engine reads it. `reached` hears of each piece. */
export const storedOf = (file: File, reached: (bytes: number) => void = () => {}): Stored => ({
  read: (from, to) => piecesOf(file.slice(from, to), reached),
});

const PIECE = 1 << 20;

async function* piecesOf(blob: Blob, reached: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < blob.size; at += PIECE) {
    const piece = new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer());
    reached(piece.length);
    yield piece;
  }
}
