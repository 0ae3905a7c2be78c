import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { type CarriedNames, TaughtNames, type TaughtNamesFile, Tlp } from '@busbar/contract';
import { faultsOfNames, matchingData, teach } from '@busbar/csaf';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';

import type { Actor } from '../../platform/actor.ts';
import { fault, type NameFileFault, ofShape, ofYaml } from './name-file-faults.ts';

export type NamesService = ReturnType<typeof namesService>;

/** Some thousand names; what is longer is no list of names. */
const mostBytes = 1024 * 1024;
const mostFiles = 50;
const mostFaults = 20;

/**
 * Names of vendors and families that an instance adds to those of Busbar: files in its folder `names`. All files together
 * are what is known; one with a fault is refused as a whole and told with its lines, and the others are in use.
 */
export function namesService(folder: string) {
  let files: readonly TaughtNamesFile[] = [];
  let inUse: readonly TaughtNames[] = [];
  let seen = '';
  let reading: Promise<boolean> | undefined;

  return {
    async list(): Promise<{ items: TaughtNamesFile[] }> {
      return { items: [...files] };
    },

    /** What whoever acts may take along, up to a label; undefined where that is nothing. */
    carried({ organisation }: Pick<Actor, 'organisation'>, upTo: Tlp): CarriedNames | undefined {
      const may: Tlp = organisation === null ? 'CLEAR' : 'AMBER';
      const rank = (label: Tlp) => Tlp.options.indexOf(label);
      const some = inUse.filter(({ label }) => rank(label) <= Math.min(rank(may), rank(upTo)));
      if (some.length === 0) return undefined;
      return {
        label: Tlp.options.findLast((label) => some.some((one) => one.label === label))!,
        vendors: some.flatMap(({ vendors }) => vendors),
        families: some.flatMap(({ families }) => families),
      };
    },

    /** Reads the folder where it has changed. Whether devices are compared by other names than before. */
    async read(): Promise<boolean> {
      return (reading ??= readAgain().finally(() => (reading = undefined)));
    },
  };

  async function readAgain(): Promise<boolean> {
    const paths = (await readdir(folder).catch(unlessMissing))
      .filter((file) => /\.(?:ya?ml|json)$/.test(file))
      .toSorted()
      // The first that is too many is told, and speaks for the rest.
      .slice(0, mostFiles + 1);
    const found = await Promise.all(
      paths.map(async (file) => {
        const found = await stat(join(folder, file)).catch(() => undefined);
        // What is no file, such as a pipe, is never opened.
        const size = found?.isFile() ? found.size : Infinity;
        return { file, size, state: `${file} ${size} ${found?.mtimeMs}` };
      }),
    );
    const state = found.map((one) => one.state).join('\n');
    if (state === seen) return false;
    const taken: Pick<TaughtNames, 'vendors' | 'families'> = { vendors: [], families: [] };
    const using: TaughtNames[] = [];
    const told: TaughtNamesFile[] = [];
    for (const [count, { file, size }] of found.entries()) {
      if (count >= mostFiles) told.push(refused(file, [fault('too-many-files', { most: mostFiles })]));
      else if (size > mostBytes) told.push(refused(file, [fault('too-large', { most: mostBytes })]));
      else {
        const text = await readFile(join(folder, file), 'utf8').catch(
          (error: NodeJS.ErrnoException) => error,
        );
        // Its code, and not its message: that says where the folder is.
        const read =
          text instanceof Error ? [fault('unreadable', { reason: text.code ?? '' })] : namesOf(text, taken);
        if (Array.isArray(read)) told.push(refused(file, read));
        else {
          taken.vendors = [...taken.vendors, ...read.vendors];
          taken.families = [...taken.families, ...read.families];
          using.push(read);
          const { label, vendors, families } = read;
          told.push({ file, label, vendors: vendors.length, families: families.length, faults: [] });
        }
      }
    }
    const before = matchingData();
    teach(taken);
    [files, inUse, seen] = [told, using, state];
    return matchingData() !== before;
  }
}

/** For commands that compare without a service: teaches this process what stands in a folder, and tells what was refused. */
export async function namesIn(folder: string): Promise<readonly TaughtNamesFile[]> {
  const names = namesService(folder);
  await names.read();
  return (await names.list()).items;
}

/** A folder that cannot be read for a while teaches what it taught: only without one is nothing taught. */
function unlessMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

const refused = (file: string, faults: readonly NameFileFault[]): TaughtNamesFile => ({
  file,
  label: null,
  vendors: 0,
  families: 0,
  faults: faults.slice(0, mostFaults),
});

/** `before`: what the files above said, which this one must not contradict. */
function namesOf(
  text: string,
  before: Pick<TaughtNames, 'vendors' | 'families'>,
): TaughtNames | NameFileFault[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0)
    return document.errors.map(({ pos, code }) => fault(ofYaml[code], {}, { line: lineAt(pos[0]) }));
  const lineOf = (path: readonly PropertyKey[]): number | null => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) return lineAt(offset);
    }
    return null;
  };
  let value: unknown;
  try {
    // Few aliases, so that a small file cannot become a large one.
    value = document.toJS({ maxAliasCount: 20 });
  } catch {
    return [fault('yaml-references')];
  }
  const { data, error } = TaughtNames.safeParse(value ?? {});
  if (error)
    return error.issues.flatMap((issue) =>
      ofShape(issue, document.getIn(issue.path)).map(({ code, params, at }) => {
        const path = at === undefined ? issue.path : [...issue.path, at];
        return fault(code, params, { line: lineOf(path), path });
      }),
    );
  const together = {
    vendors: [...before.vendors, ...data.vendors],
    families: [...before.families, ...data.families],
  };
  const shift = { vendors: before.vendors.length, families: before.families.length };
  const faults = faultsOfNames(together).map(({ path: [list, at, ...rest], code, params }) => {
    const path = [list!, Number(at) - shift[list as keyof typeof shift], ...rest];
    return fault(code, params, { line: lineOf(path), path });
  });
  return faults.length > 0 ? faults : data;
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const node = document.getIn(path as unknown[], true);
  return isNode(node) ? node.range?.[0] : undefined;
}
