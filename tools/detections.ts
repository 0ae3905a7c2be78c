import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

import { catalogue } from '../engines/dissect/src/detections/catalogue.ts';

/**
 * `npm run detections`: the files under engines/dissect/detections become the module that the engine takes them from,
 * so that the engine reads no files and no YAML. What is wrong is told by file and place, and nothing is written then.
 * `-- FOLDER MODULE` takes other files, and writes another module.
 */
const root = resolve(import.meta.dirname, '..');
const ours = join(root, 'engines/dissect/detections');
const made = join(root, 'engines/dissect/src/detections/catalogue.ts');

export interface Written {
  readonly id: string;
  readonly version?: number;
  readonly replaces?: readonly string[];
  readonly techniques: readonly string[];
}

/** All of them in the order of their names. Throws with everything that is wrong. */
export function written(folder = ours): Written[] {
  const schema = JSON.parse(readFileSync(join(root, 'docs/detections.schema.json'), 'utf8')) as object;
  const valid = new Ajv2020({ allErrors: true, strictTypes: false, strictRequired: false }).compile(schema);
  const wrong: string[] = [];
  const files = globSync('*.yaml', { cwd: folder }).sort();
  const all = files.map((file) => {
    const detection = parse(readFileSync(join(folder, file), 'utf8')) as Written;
    if (!valid(detection)) {
      wrong.push(...valid.errors!.map(({ instancePath, message }) => `${file}: ${instancePath} ${message}`));
    }
    if (detection.id !== basename(file, '.yaml')) wrong.push(`${file}: its id is ${detection.id}`);
    return detection;
  });
  const ids = new Set(all.map(({ id }) => id));
  for (const { id, replaces } of all) {
    for (const lesser of replaces ?? []) {
      if (!ids.has(lesser)) wrong.push(`${id}.yaml: replaces ${lesser}, which there is not`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return all;
}

/** Elsewhere the higher version counts: what has changed and did not raise it would not come through. */
export function unraised(now: readonly Written[], before: readonly Written[]): string[] {
  const known = new Map(before.map((detection) => [detection.id, detection]));
  const said = ({ version: _version, ...detection }: Written) => JSON.stringify(detection);
  return now
    .filter((detection) => {
      const old = known.get(detection.id);
      return old && said(old) !== said(detection) && (detection.version ?? 1) <= (old.version ?? 1);
    })
    .map(({ id }) => id);
}

if (import.meta.main) {
  const head = `// Made by \`npm run detections\` from the files under engines/dissect/detections. Change those.
import type { Detection } from './detection.ts';

export const catalogue: readonly Detection[] = `;
  const [folder = ours, module = made] = process.argv.slice(2);
  const all = written(folder);
  const kept = unraised(all, catalogue as readonly Written[]);
  if (kept.length > 0) throw new Error(`Changed, and of the same version: ${kept.join(', ')}. Raise it`);
  writeFileSync(module, `${head}${JSON.stringify(all, null, 2)};\n`);
  const { status } = spawnSync('oxfmt', [module], { stdio: 'inherit' });
  if (status !== 0) throw new Error('oxfmt is not to be found: run `npm run detections`');
  console.log(`${all.length} detections`);
}
