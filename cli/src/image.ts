import { type FileHandle, open } from 'node:fs/promises';

import { ExpertWitness, type HashCheck, NotAnImage, type Stored, type Verified } from '@busbar/artefacts';

import { table } from './table.ts';
import { argumentsOf, reasonOf, UsageError } from './usage.ts';

const usage = `busbar image FILE… [--json] [--raw FILE]

  FILE              an image of a disk in Expert Witness format (E01), by content; all files of a split one together,
                    in any order: .E01 .E02 …
  --json            who took it and when, the medium, hashes and what is damaged, as JSON
  --raw FILE        writes the medium into a new file, for tools that read no E01; it has
                    holes where nothing can be read, and ends with what is here

  Ends with 0 where the medium is whole and no hash differs, and with 1 otherwise.`;

const AT_ONCE = 4 << 20;

/** What an image says of itself, and whether it still is what was taken. */
export async function imageCommand(args: string[]): Promise<number> {
  const { values, positionals: files } = argumentsOf(usage, {
    args,
    options: { json: { type: 'boolean' }, raw: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (files.length === 0) throw new UsageError(usage);
  const handles: FileHandle[] = [];
  try {
    const segments: Stored[] = [];
    for (const file of files) {
      const handle = await open(file).catch(refusedFor(file));
      handles.push(handle);
      segments.push(await inFile(file, handle));
    }
    const image = await ExpertWitness.open(segments).catch((error: unknown) => {
      throw error instanceof NotAnImage ? new UsageError(`${files.join(', ')}: ${error.message}.`) : error;
    });
    if (values.raw !== undefined) await writeRaw(image, values.raw);
    const verified = await image.verify();
    console.log(values.json ? JSON.stringify(told(image, verified), undefined, 1) : written(image, verified));
    const isWhole = verified.bytes === image.size && verified.damaged === 0;
    return isWhole && verified.hashes.every(({ verdict }) => verdict !== 'differs') ? 0 : 1;
  } finally {
    for (const handle of handles) await handle.close();
  }
}

async function inFile(file: string, handle: FileHandle): Promise<Stored> {
  const stat = await handle.stat();
  if (!stat.isFile()) throw new UsageError(`${file}: This is no file.`);
  return {
    size: stat.size,
    async read(from, length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const { bytesRead } = await handle.read(bytes, at, length - at, from + at).catch(refusedFor(file));
        if (bytesRead === 0) throw new UsageError(`${file}: It became shorter while it was read.`);
        at += bytesRead;
      }
      return bytes;
    },
  };
}

async function writeRaw(image: ExpertWitness, into: string): Promise<void> {
  const handle = await open(into, 'wx').catch(refusedFor(into));
  try {
    for (const { from, to } of image.present)
      for (let at = from; at < to; at += AT_ONCE) {
        const bytes = await image.read(at, Math.min(AT_ONCE, to - at));
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await handle
            .write(bytes, done, bytes.length - done, at + done)
            .catch(refusedFor(into));
          done += bytesWritten;
        }
      }
  } finally {
    await handle.close();
  }
}

const refusedFor = (file: string) => (error: unknown) => {
  throw error instanceof UsageError ? error : new UsageError(`${file}: ${reasonOf(error)}`);
};

function told(image: ExpertWitness, { bytes, damaged, hashes }: Verified) {
  const { acquisition = null, volume, size, unreadable, faults, missing = null } = image;
  const { sectorSize, sectors, guid } = volume;
  return {
    acquisition,
    medium: { size, sectors, sectorSize, guid },
    read: { bytes, damagedChunks: damaged, missingSegment: missing },
    hashes,
    unreadable,
    faults,
  };
}

function written(image: ExpertWitness, { bytes, damaged, hashes }: Verified): string {
  const { acquisition, volume, size, unreadable, faults } = image;
  const taken = acquisition?.acquired;
  const lines: [string, string | undefined][] = [
    ['case number', acquisition?.caseNumber],
    ['evidence number', acquisition?.evidenceNumber],
    ['description', acquisition?.description],
    ['examiner', acquisition?.examiner],
    ['notes', acquisition?.notes],
    ['taken at', taken ? timeOf(taken) : ''],
    ['software', acquisition?.software],
    ['system', acquisition?.system],
    ['model', acquisition?.model],
    ['serial number', acquisition?.serial],
    ['set', volume.guid],
    ['medium', `${size} bytes, ${volume.sectors} sectors of ${volume.sectorSize}`],
    ['read', `${bytes} bytes${damaged > 0 ? `, ${damaged} chunks damaged` : ''}`],
    ...hashes.map(({ algorithm, ...check }): [string, string] => [names[algorithm], verdictOf(check)]),
    ...unreadable.map(({ first, count }): [string, string] => [
      'not readable',
      `when it was taken: ${count} sectors from ${first}`,
    ]),
    ...faults.map(({ text }): [string, string] => ['damaged', text]),
  ];
  return table(
    ['What', 'Value'],
    lines.filter(([, value]) => value).map(([what, value]) => [what, value!]),
  );
}

const names = { md5: 'MD5', sha1: 'SHA-1' } as const;

const verdictOf = ({ verdict, stored, computed }: Omit<HashCheck, 'algorithm'>) =>
  verdict === 'differs'
    ? `differs: stored ${stored}, computed ${computed}`
    : `${verdict} ${computed || stored}`;

const timeOf = ({ seconds, isUtc }: { seconds: number; isUtc: boolean }) =>
  new Date(seconds * 1000).toISOString().replace(/\.000Z$/, isUtc ? 'Z' : ', in an unknown zone');
