import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { type CarriedFile, type CarriedSecrets, decompressed, type Report } from '@busbar/dissect';

import { reasonOf, UsageError } from './usage.ts';

/** As the server's download has it. */
const MOST_IN_ONE = 256 << 20;
/** Of one capture: hostile traffic must not fill the disk of who looks at it. */
const MOST_IN_ALL = 1024 << 20;
const LONGEST_NAME = 80;

/** What stands in `manifest.json` of each file beside it. */
interface Extracted {
  /** Null where it was too large to be taken out, or nothing of it is there. */
  readonly file: string | null;
  readonly sha256: string | null;
  /** Of it, in the capture. */
  readonly bytes: number;
  /** Both sides said that this was all, or the file says so, and all of it is here. */
  readonly complete: boolean;
}

/** The folder for what is taken out, made if need be: refused before anything was read. */
export async function folderFor(into: string): Promise<void> {
  await mkdir(into, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`${into}: nothing can be written there. ${reasonOf(error)}`);
  });
}

/**
 * Writes what was carried over in a capture, and the secrets that the file itself carries, into a new folder in `into`,
 * with a manifest. Nothing that is there already is touched, and no name from the traffic leads out of the folder.
 * @returns the folder, how many files are in it and of how many; undefined when there is nothing to be taken out
 */
export async function extract(
  capture: string,
  { transfers, secrets }: Report,
  into: string,
): Promise<{ folder: string; count: number; of: number } | undefined> {
  const carried = [...transfers.map(ofTraffic), ...secrets.map(ofTheFile)];
  if (carried.length === 0) return undefined;
  const folder = await newFolder(into, safe(basename(capture)));
  const chosen = withinBounds(carried, folder);
  await copy(capture, chosen);
  const lines: Extracted[] = [];
  for (const one of chosen) lines.push(await manifestLine(one));
  const manifest = {
    capture: basename(capture),
    sha256: await sha256Of(capture),
    files: lines.slice(0, transfers.length),
    secrets: lines.slice(transfers.length),
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`, { flag: 'wx' });
  return { folder, count: lines.filter(({ file }) => file !== null).length, of: lines.length };
}

/** Something that can be taken out, and what its line of the manifest tells besides. */
interface Carried {
  readonly pieces: CarriedFile['pieces'];
  readonly name: string;
  readonly complete: boolean;
  readonly about: Readonly<Record<string, string | number>>;
}

/** Times are microseconds since 1970, as everywhere in the report; `source` had it, `target` got it. */
function ofTraffic({ pieces, complete, ...transfer }: CarriedFile): Carried {
  const { name, kind, protocol, way, device, other, first, last, at } = transfer;
  const [source, target] = way === 'to' ? [other.address, device.address] : [device.address, other.address];
  return {
    pieces,
    name: name.split(/[\\/]/).at(-1)!.trim() || `${protocol} ${kind}`,
    complete,
    about: { name, kind, protocol, source, target, packet: at.packet, first, last },
  };
}

function ofTheFile({ pieces, kind, packet }: CarriedSecrets): Carried {
  return { pieces, name: `secrets ${kind}`, complete: true, about: { kind, packet } };
}

/** The file that something becomes. */
interface Chosen {
  readonly carried: Carried;
  readonly path: string | undefined;
  /** What the capture says it holds of it. */
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

function withinBounds(all: readonly Carried[], folder: string): Chosen[] {
  let total = 0;
  return all.map((carried, i) => {
    const bytes = carried.pieces.reduce((sum, [, length]) => sum + length, 0);
    if (bytes > MOST_IN_ONE || total + bytes > MOST_IN_ALL) return { carried, bytes, path: undefined };
    total += bytes;
    return { carried, bytes, path: join(folder, `${String(i + 1).padStart(4, '0')}-${safe(carried.name)}`) };
  });
}

/** Letters and digits of any script and a few signs; no hidden file, nothing that a shell or a path knows. */
function safe(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._ -]/gu, '_').replace(/^[. -]+|[. ]+$/g, '');
  return plain.slice(0, LONGEST_NAME).toWellFormed() || 'unnamed';
}

/** Reads the capture once, and puts each piece where it belongs. */
async function copy(capture: string, chosen: readonly Chosen[]): Promise<void> {
  const files = chosen.flatMap(({ path, carried: { pieces } }) => (path ? [{ path, pieces }] : []));
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

/** A file that breaks off in the secrets it announces holds less of them than it says, or nothing. */
async function manifestLine({ carried, path, bytes }: Chosen): Promise<Extracted> {
  const there = path === undefined ? undefined : await stat(path).catch(() => undefined);
  const isThere = path !== undefined && there !== undefined;
  return {
    file: isThere ? basename(path) : null,
    sha256: isThere ? await sha256Of(path) : null,
    bytes: there?.size ?? bytes,
    complete: carried.complete && there?.size === bytes,
    ...carried.about,
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
