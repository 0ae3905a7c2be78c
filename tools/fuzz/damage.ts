import {
  Analysis,
  type Location,
  type MessageTree,
  NotACapture,
  readMessage,
  type Report,
  type TracedField,
} from '@busbar/dissect';

/** A capture to be damaged, and where in it the fields of its messages lie. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly FieldPlace[];
  /** Who reads a message of it, by name, with those who carry it. */
  readonly dissectors: ReadonlySet<string>;
}

/** A field of a message: [offset in the file, length]. */
export type FieldPlace = readonly [offset: number, length: number];

export interface Attacked {
  readonly name: string;
  readonly size: number;
  /** Packets that were read in spite of it. */
  readonly read: number;
  /** What went wrong and where; none is the promise. */
  readonly fault: string | undefined;
}

const MOST_MESSAGES = 300;
const WIDEST = 8;

/** Reads a capture for the places to damage, by the word of our own field trees. Gzip and what is no capture have none. */
export async function seedOf(name: string, bytes: Uint8Array): Promise<Seed> {
  const fields: FieldPlace[] = [];
  const dissectors = new Set<string>();
  const report = reportOf(bytes);
  for (const { protocol } of report?.conversations ?? []) if (protocol) dissectors.add(protocol);
  for (const at of toldIn(report).slice(0, MOST_MESSAGES)) {
    const { frame, messages } = await readMessage((from, length) => bytes.subarray(from, from + length), at);
    for (const part of [frame, ...messages]) fields.push(...placesOf(part));
    for (const { dissector } of messages) dissectors.add(dissector);
  }
  return { name, bytes, fields, dissectors };
}

function reportOf(bytes: Uint8Array): Report | undefined {
  const analysis = new Analysis({ strict: true });
  try {
    analysis.push(bytes);
    return analysis.finish();
  } catch (error) {
    if (error instanceof NotACapture) return undefined;
    throw error;
  }
}

function toldIn(report: Report | undefined): Location[] {
  if (!report) return [];
  const { operations, anomalies, malformed, devices, transfers } = report;
  return [
    ...operations.flatMap(({ samples }) => samples),
    ...[...anomalies, ...malformed].flatMap(({ samples }) => samples),
    ...devices.flatMap(({ facts }) => facts),
    ...transfers,
  ].flatMap(({ at }): Location[] => (at ? [at] : []));
}

function placesOf({ fields, pieces }: MessageTree['frame']): FieldPlace[] {
  return leaves(fields).flatMap(({ offset, length }): FieldPlace[] => {
    let before = 0;
    for (const [file, size] of pieces) {
      if (offset >= before && offset + length <= before + size) return [[file + offset - before, length]];
      before += size;
    }
    return [];
  });
}

function leaves(fields: readonly TracedField[]): TracedField[] {
  return fields.flatMap((field) =>
    field.children ? leaves(field.children) : field.length > 0 ? [field] : [],
  );
}

/** Damages one of the captures as this seed has it, and reads what is left. */
export function attack(seeds: readonly Seed[], number: number): Attacked {
  const random = generator(number);
  const seed = seeds[Math.floor(random() * seeds.length)]!;
  const damaged = damage(Uint8Array.from(seed.bytes), seed.fields, random);
  const analysis = new Analysis({ strict: true });
  const answer = (fault?: string): Attacked => {
    return { name: seed.name, size: damaged.length, read: analysis.packets, fault };
  };
  try {
    const piece = 1 + Math.floor(random() * 70_000);
    for (let at = 0; at < damaged.length; at += piece) analysis.push(damaged.subarray(at, at + piece));
    JSON.stringify(analysis.finish());
    return answer();
  } catch (error) {
    if (error instanceof NotACapture) return answer();
    const [what, ...frames] = (error as Error).stack?.split('\n') ?? [String(error)];
    // Where in our code, not in the library it called.
    return answer(`${what}\n  ${frames.find((frame) => frame.includes('/engines/'))?.trim()}`);
  }
}

/** Values at which counting goes over. */
const telling = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

/**
 * Most hits go where a message says something: a field becomes the least, the most, one more, one less, or what another
 * field says. The rest go anywhere: bits, bytes, pieces moved or repeated, the end left out.
 */
function damage(bytes: Uint8Array, fields: readonly FieldPlace[], random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const hits = 1 + below(Math.max(2, bytes.length / 200));
  for (let i = 0; i < hits; i++) {
    if (fields.length > 0 && random() < 0.6) hitField(bytes, fields, below);
    else hitAnywhere(bytes, below);
  }
  return random() < 0.1 ? bytes.subarray(0, below(bytes.length)) : bytes;
}

function hitField(bytes: Uint8Array, fields: readonly FieldPlace[], below: (limit: number) => number): void {
  const [at, length] = fields[below(fields.length)]!;
  const width = Math.min(length, WIDEST);
  // The lower end of a number, whichever byte order it has.
  const last = below(2) === 0 ? at : at + width - 1;
  switch (below(6)) {
    case 0:
      return void bytes.fill(0x00, at, at + width);
    case 1:
      return void bytes.fill(0xff, at, at + width);
    case 2:
      bytes[last] = (bytes[last]! + 1) & 0xff;
      return;
    case 3:
      bytes[last] = (bytes[last]! - 1) & 0xff;
      return;
    case 4:
      bytes[at + below(width)] = telling[below(telling.length)]!;
      return;
    default: {
      const [other, size] = fields[below(fields.length)]!;
      bytes.copyWithin(at, other, other + Math.min(size, width));
    }
  }
}

function hitAnywhere(bytes: Uint8Array, below: (limit: number) => number): void {
  const at = 24 + below(Math.max(1, bytes.length - 32));
  switch (below(5)) {
    case 0:
      bytes[at] = below(256);
      break;
    case 1:
      bytes[at]! ^= 1 << below(8);
      break;
    case 2:
      bytes[at] = telling[below(telling.length)]!;
      break;
    case 3:
      bytes.set([0xff, 0xff].slice(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      break;
    default:
      bytes.copyWithin(
        at,
        24 + below(Math.max(1, bytes.length - 24)),
        Math.min(bytes.length, at + below(24)),
      );
  }
}

/** The same numbers for the same seed (mulberry32). */
function generator(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
