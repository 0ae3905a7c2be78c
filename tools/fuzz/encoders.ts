import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { type Seed, seedOf } from './damage.ts';

/**
 * `samples`: the conversation of each dissector's samples, in a second. `everything`: each capture that any of their
 * tests writes, in ten.
 */
export type Extent = 'samples' | 'everything';

const root = resolve(import.meta.dirname, '../..');
/** What tests of damage are called, and what `keepsItsPromises` calls the one that speaks every sample. */
const chosen: Readonly<Record<Extent, string>> = {
  samples: '--test-name-pattern=/^counts every message of a conversation/',
  everything: '--test-skip-pattern=/^survives/',
};

/**
 * Captures that the encoders of the dissectors' own tests write. Their tests are run for it, with a tape beside them: so
 * nothing is written twice, and whoever adds a dissector and its test has added seeds. Throws where a test fails.
 */
export async function encoded(extent: Extent): Promise<Seed[]> {
  const folder = await mkdtemp(join(tmpdir(), 'busbar-tape-'));
  try {
    await run(chosen[extent], folder);
    const seeds: Seed[] = [];
    for (const file of (await readdir(folder)).sort()) {
      const seed = await seedOf(file, await readFile(join(folder, file)));
      seeds.push({ ...seed, name: `encoded/${[...seed.dissectors].join('+')}/${file}` });
    }
    return seeds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(which: string, folder: string): Promise<void> {
  const tests = globSync('engines/dissect/src/{network,protocols}/**/*.test.ts', { cwd: root }).sort();
  // Without the captures of others, and without what tells a test runner that it runs within another.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const tape = join(import.meta.dirname, 'tape.ts');
  const how = [
    '--import',
    tape,
    '--test',
    '--test-isolation=none',
    '--test-force-exit',
    '--test-reporter=dot',
  ];
  await promisify(execFile)(process.execPath, [...how, which, ...tests], {
    cwd: root,
    env: { ...env, BUSBAR_TAPE: folder, BUSBAR_SHARED: folder },
    maxBuffer: 16 * 1024 * 1024,
  }).catch((error: { stdout?: string }) => {
    throw new Error(
      `A test of a dissector fails, so its encoder is not heard; mend it first:\n${error.stdout}`,
    );
  });
}
