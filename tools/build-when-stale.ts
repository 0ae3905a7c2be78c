import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

// Run before `npm start`: builds the pages when a source they are made of is younger than they are.

const root = resolve(import.meta.dirname, '..');
const built = join(root, 'portal/build/server/index.js');
const sources = ['portal', 'contract/src', 'engines/dissect/src', 'package-lock.json'];
const notSources = new Set(['build', 'node_modules', '.react-router']);

if (!existsSync(built) || sources.some((source) => newest(join(root, source)) > statSync(built).mtimeMs)) {
  console.log('Building the pages…');
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) console.error(stdout);
  process.exitCode = status ?? 1;
}

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(path).filter((name) => !notSources.has(name) && !name.endsWith('.test.ts'));
  return Math.max(0, ...inside.map((name) => newest(join(path, name))));
}
