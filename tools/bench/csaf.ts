import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { validate } from '@busbar/csaf';

import { advisoryFiles } from '../corpus.ts';

/**
 * `npm run bench:csaf [-- DATA]`: full validation of the public OT advisories, ours against the library of the BSI
 * with the same tests (what needs the network or a dictionary left out). Time is that of the processor, the best
 * of three, so that a busy machine does not decide.
 */
const dataDir = resolve(
  process.argv[2] ?? process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'),
  process.argv[2] ? '.' : 'data',
);
const documents = advisoryFiles(dataDir).map(({ text }) => JSON.parse(text) as unknown);
if (documents.length === 0) {
  console.log(`No advisories in ${dataDir}; nothing was measured.`);
  process.exit(0);
}

const theirs = await library();
for (const document of documents) validate(document);
for (const document of documents) await theirs(document);

const ourTimes = await times(documents, async (document) => void validate(document));
const theirTimes = await times(documents, theirs);

const [ours, other] = [figures(ourTimes), figures(theirTimes)];
console.log(`${documents.length} advisories, processor time of a document after JSON.parse`);
console.log(`  busbar              mean ${ours.mean} µs, median ${ours.median} µs, p99 ${ours.p99} µs`);
console.log(`  csaf-validator-lib  mean ${other.mean} µs, median ${other.median} µs, p99 ${other.p99} µs`);
console.log(
  `  ratio               ${(other.mean / ours.mean).toFixed(1)} of the means, ${(other.median / ours.median).toFixed(1)} of the medians`,
);
console.log(`load: ${loadTime()} ms from source, the first validation included`);

/** All tests of theirs that ours are compared with. */
async function library(): Promise<(document: unknown) => Promise<unknown>> {
  type Test = (document: unknown) => unknown;
  const load = async (name: string) =>
    Object.values((await import(`@secvisogram/csaf-validator-lib/${name}.js`)) as Record<string, Test>);
  const { default: run } = (await import('@secvisogram/csaf-validator-lib/validate.js' as string)) as {
    default: (tests: readonly Test[], document: unknown) => Promise<unknown>;
  };
  const informative = (await load('informativeTests')).filter(({ name }) => !/_6_3_[678]$/.test(name));
  const tests = [...(await load('basic')), ...(await load('optionalTests')), ...informative];
  return (document) => run(tests, document);
}

/** Microseconds for each document. */
async function times(
  documents: readonly unknown[],
  work: (document: unknown) => Promise<unknown>,
): Promise<number[]> {
  const all: number[] = [];
  for (const document of documents) {
    let best = Infinity;
    for (let round = 0; round < 3; round++) {
      const start = process.cpuUsage();
      await work(document);
      best = Math.min(best, since(start));
    }
    all.push(best);
  }
  return all;
}

function since(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function figures(times: number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))]!);
  const mean = Math.round(times.reduce((sum, time) => sum + time, 0) / times.length);
  return { mean, median: at(0.5), p99: at(0.99) };
}

/** In a process of its own, with nothing loaded before. */
function loadTime(): number {
  const script = `
    const start = process.cpuUsage();
    const { validate } = await import('@busbar/csaf');
    validate({ document: { csaf_version: '2.1' } });
    const { user, system } = process.cpuUsage(start);
    console.log(Math.round((user + system) / 1000));`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }),
  );
}
