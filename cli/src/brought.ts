import { readFile, stat } from 'node:fs/promises';

import { broughtAmong, type Detection, detections as ours, engineOf, withBrought } from '@busbar/dissect';

import about from '../package.json' with { type: 'json' };
import { reasonOf, UsageError } from './usage.ts';

/** As many as a list may hold, each with words in three languages, are far less. */
const LARGEST = 16 << 20;

/** What is looked for in captures. */
export interface LookedFor {
  readonly all: readonly Detection[];
  /** The version of the program, with a hash of what others brought. */
  readonly engine: string;
  /** How it differs from what comes with the program, for people. */
  readonly said: string | undefined;
}

export const ownDetections: LookedFor = { all: ours, engine: engineOf(about.version, ours), said: undefined };

/** What another CERT looks for, from a file as `/api/detections/detections.json` gives it, beside our own. */
export async function detectionsOf(file: string): Promise<LookedFor> {
  const text = await textOf(file);
  // Loaded when it is needed: the server knows how such a list is read.
  const { detectionsIn } = await import('@busbar/server');
  const list = detectionsIn(parsed(text));
  if (!list)
    throw new UsageError(
      `${file} is no list of detections. Take the file that /api/detections/detections.json of a Busbar gives.`,
    );
  const all = withBrought(list.detections);
  const engine = engineOf(about.version, all);
  const { length } = broughtAmong(all);
  const older = list.detections.length - length;
  const parts = [
    `${file}: ${length} looked for beside those of the program (${engine})`,
    ...(older > 0 ? [`${older} no newer than its own`] : []),
    ...(list.foreign.length > 0
      ? [`${list.foreign.length} left out, which only a newer program understands`]
      : []),
  ];
  return { all, engine, said: parts.join('; ') };
}

async function textOf(file: string): Promise<string> {
  try {
    if ((await stat(file)).size <= LARGEST) return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`);
  }
  throw new UsageError(`${file} is larger than any list of detections (16 MiB).`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
