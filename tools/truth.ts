import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import type { Difference, TruthResult, TruthSuite } from './truth/suite.ts';

/**
 * `npm run truth [-- --data DIR] [--suite NAME] [--all] [--accept]`: us against everything that others made, and
 * against what we told before (`golden`; `--accept` keeps what we tell now).
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    suite: { type: 'string', multiple: true },
    all: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
  },
});

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../shared');
const dataDir = resolve(values.data ?? join(shared, 'data'));
const SHOWN = 40;

/** Files beside `truth/suite.ts`, in the order they are printed. */
const suiteNames = [
  'captures',
  'peers',
  'golden',
  'detections',
  'matching',
  'version-expressions',
  'inventory',
  'csaf-2.0',
  'csaf-2.1',
  'csaf-corpus',
  'cvss',
  'ssvc',
  'vers',
  'cve',
];

if (!existsSync(dataDir)) {
  console.log(`No data in ${dataDir}; nothing was compared. Name a folder with --data DIR.`);
  process.exit(0);
}

let unexplained = 0;
for (const suite of await suites()) {
  if (values.suite && !values.suite.includes(suite.name)) continue;
  const result = await suite.run(dataDir, { accept: values.accept });
  print(suite.name, result);
  unexplained += result.differences.filter(({ reason }) => reason === undefined).length;
}
process.exitCode = unexplained > 0 ? 1 : 0;

async function suites(): Promise<TruthSuite[]> {
  const found: TruthSuite[] = [];
  for (const name of suiteNames) {
    const file = join(import.meta.dirname, 'truth', `${name}.ts`);
    if (existsSync(file)) found.push(((await import(file)) as { suite: TruthSuite }).suite);
  }
  return found;
}

function print(name: string, { total, equal, differences, parts, notYet, skipped }: TruthResult): void {
  if (skipped) return console.log(`${name}: skipped, ${skipped}`);
  const explained = differences.filter(({ reason }) => reason !== undefined);
  const open = differences.filter(({ reason }) => reason === undefined);
  console.log(
    `${name}: ${equal} of ${total} (differences: ${explained.length} explained, ${open.length} not)`,
  );
  for (const part of parts ?? []) console.log(`  ${part.name}: ${part.equal} of ${part.total}`);
  for (const difference of shown(open)) console.log(`  ✗ ${line(difference)}`);
  if (open.length > shown(open).length) console.log(`  … ${open.length - SHOWN} more; see them with --all`);
  for (const difference of explained) console.log(`  ≈ ${line(difference)}\n      ${difference.reason}`);
  if (notYet?.length) {
    console.log(`  not yet: ${notYet.map(({ name: key, total: count }) => `${key} (${count})`).join(', ')}`);
  }
}

function shown(differences: readonly Difference[]): readonly Difference[] {
  return values.all ? differences : differences.slice(0, SHOWN);
}

function line({ where, key, ours, theirs, diff }: Difference): string {
  if (diff) return [where, ...diff.map((changed) => `      ${changed}`)].join('\n');
  return `${where}${key ? ` ${key}` : ''}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`;
}
