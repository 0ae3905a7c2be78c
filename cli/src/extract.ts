import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { type CarriedFile, decompressed, type Report } from '@busbar/dissect';

import { reasonOf, UsageError } from './usage.ts';

/** As the server's download has it. */
const MOST_IN_ONE = 256 << 20;
/** Of one capture: hostile traffic must not fill the disk of who looks at it. */
const MOST_IN_ALL = 1024 << 20;
const LONGEST_NAME = 80;

/** A line of `manifest.json`. Times are microseconds since 1970, as everywhere in the report. */
interface Extracted {
  /** Beside the manifest; null where it was too large to be taken out. */
  readonly file: string | null;
  readonly sha256: string | null;
  readonly bytes: number;
  /** Both sides said that this was all, and all of it is here. */
  readonly complete: boolean;
  readonly name: string;
  readonly kind: CarriedFile['kind'];
  readonly protocol: string;
  /** Who had it, and who got it. */
  readonly source: string;
  readonly target: string;
  readonly packet: number;
  readonly first: number;
  readonly last: number;
}

/** The folder for what is taken out, made if need be: refused before anything was read. */
export async function folderFor(into: string): Promise<void> {
  await mkdir(into, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`${into}: nothing can be written there. ${reasonOf(error)}`);
  });
}

/**
 * Writes what was carried over in a capture into a new folder in `into`, with a manifest. Nothing that is there already
 * is touched, and no name from the traffic leads out of the folder.
 * @returns the folder and how many files are in it; undefined when nothing was carried over
 */
export async function extract(
  capture: string,
  { transfers }: Report,
  into: string,
): Promise<{ folder: string; count: number } | undefined> {
  if (transfers.length === 0) return undefined;
  const folder = await newFolder(into, safe(basename(capture)));
  const chosen = withinBounds(transfers, folder);
  await copy(capture, chosen);
  const files: Extracted[] = [];
  for (const one of chosen) files.push(await manifestLine(one));
  const manifest = { capture: basename(capture), sha256: await sha256Of(capture), files };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`, { flag: 'wx' });
  return { folder, count: files.filter(({ file }) => file !== null).length };
}

/** Something that was carried over, and the file it becomes. */
interface Chosen {
  readonly transfer: CarriedFile;
  readonly path: string | undefined;
  /** What the capture holds of it. */
  readonly bytes: number;
}

async function newFolder(into: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = join(into, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function withinBounds(transfers: readonly CarriedFile[], folder: string): Chosen[] {
  let total = 0;
  return transfers.map((transfer, i) => {
    const bytes = transfer.pieces.reduce((sum, [, length]) => sum + length, 0);
    if (bytes > MOST_IN_ONE || total + bytes > MOST_IN_ALL) return { transfer, bytes, path: undefined };
    total += bytes;
    const last = transfer.name.split(/[\\/]/).at(-1)!.trim();
    const name = safe(last || `${transfer.protocol} ${transfer.kind}`);
    return { transfer, bytes, path: join(folder, `${String(i + 1).padStart(4, '0')}-${name}`) };
  });
}

/** Letters and digits of any script and a few signs; no hidden file, nothing that a shell or a path knows. */
function safe(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._ -]/gu, '_').replace(/^[. -]+|[. ]+$/g, '');
  return plain.slice(0, LONGEST_NAME).toWellFormed() || 'unnamed';
}

/** Reads the capture once, and puts each piece where it belongs. */
async function copy(capture: string, chosen: readonly Chosen[]): Promise<void> {
  const files = chosen.flatMap(({ path, transfer }) => (path ? [{ path, pieces: transfer.pieces }] : []));
  const waiting = files
    .flatMap(({ pieces }, file) => {
      let position = 0;
      return pieces.map(([offset, length]) => {
        const place = { file, offset, length, position };
        position += length;
        return place;
      });
    })
    .sort((a, b) => a.offset - b.offset);
  const end = waiting.reduce((last, { offset, length }) => Math.max(last, offset + length), 0);
  const left = files.map(({ pieces }) => pieces.length);
  const handles: (FileHandle | undefined)[] = [];
  let [first, at] = [0, 0];
  try {
    for await (const chunk of decompressed(createReadStream(capture, { highWaterMark: 1 << 22 }))) {
      const next = at + chunk.length;
      for (let i = first; i < waiting.length && waiting[i]!.offset < next; i++) {
        const { file, offset, length, position } = waiting[i]!;
        const from = Math.max(offset, at);
        const to = Math.min(offset + length, next);
        if (from < to) {
          const handle = (handles[file] ??= await open(files[file]!.path, 'wx', 0o600));
          await handle.write(chunk, from - at, to - from, position + from - offset);
          if (to === offset + length && --left[file]! === 0) await handle.close();
        }
        if (i === first && offset + length <= next) first++;
      }
      at = next;
      if (at >= end) break;
    }
  } finally {
    for (const [file, handle] of handles.entries()) if (left[file]! > 0) await handle?.close();
  }
}

async function manifestLine({ transfer, path, bytes }: Chosen): Promise<Extracted> {
  const { name, kind, protocol, complete, way, device, other, first, last, at } = transfer;
  const [source, target] = way === 'to' ? [other, device] : [device, other];
  return {
    file: path === undefined ? null : basename(path),
    sha256: path === undefined ? null : await sha256Of(path),
    bytes,
    complete: complete && path !== undefined,
    name,
    kind,
    protocol,
    source: source.address,
    target: target.address,
    packet: at.packet,
    first,
    last,
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
