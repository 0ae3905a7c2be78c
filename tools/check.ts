import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * `npm test`: everything that must hold, two steps at a time for two cores: three take as long, and starve what counts
 * seconds. Prints what failed in full, what passed in a line, and how many tests ran.
 * `npm test -- NAME…` runs only the steps with these names.
 */
interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** A run of tests, whose closing lines are counted. */
  readonly tests?: true;
  /** Steps that must have ended before. */
  readonly after: readonly string[];
}

/** In milliseconds: the longest suite of all ends in half of it. */
const LONGEST = 600_000;
const patience = `--test-timeout=${LONGEST}`;
const SILENT = LONGEST + 60_000;
const LEAVE = 10_000;
const LEFT = '⚠ It left a process behind.';

const tests = (name: string, pattern: string, after: readonly string[] = []): Step => ({
  name,
  // One process and no isolation: many times faster, and the suites share one database cluster.
  command: [
    'node',
    '--test-reporter=spec',
    '--test-force-exit',
    patience,
    'tools/suite.ts',
    ...files(pattern),
  ],
  tests: true,
  after,
});

const script = (name: string, after: readonly string[] = []): Step => ({
  name,
  command: ['npm', 'run', '--silent', name],
  after,
});

/** The modules whose tests read the library of real advisories. They share it, which takes half a minute to fill. */
const readers = 'advisories|claims|packs|sources|warnings';

/** The longest first: whoever is free takes the next, and both cores end together. */
const together: readonly Step[] = [
  // A quarter of a minute, and the canary looks at the pages.
  script('build'),
  tests('server', `server/src/{*,!(platform|testing|modules)/**/*,modules/!(${readers})/**/*}.test.ts`),
  tests('engines', '{engines,contract,cli,tools}/**/*.test.ts'),
  tests('library', `server/src/modules/@(${readers})/**/*.test.ts`),
  tests('platform', 'server/src/{platform,testing}/**/*.test.ts', ['build']),
  script('types'),
  // It reads the types of the routes, which `types` makes.
  script('lint', ['types']),
  tests('portal', 'portal/**/*.test.ts', ['build']),
];
/** Every page takes as long as most journeys do together; with these, as long as all others. */
const pages = 'every-page|field-kit|share-here|from-a-capture|first-set-up';
/** A browser counts milliseconds: when nothing else runs, two have a core each. */
const browsers: readonly Step[] = [
  ['journeys', `journeys/**/!(${pages}).test.ts`] as const,
  ['pages', `journeys/@(${pages}).test.ts`] as const,
].map(([name, pattern]) =>
  tests(
    name,
    pattern,
    together.map((step) => step.name),
  ),
);
const atOnce = 2;

const wanted = process.argv.slice(2);
const totals = { pass: 0, fail: 0, skipped: 0 };
const failed: string[] = [];

await runAll([...together, ...browsers].filter(({ name }) => wanted.length === 0 || wanted.includes(name)));
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
const failures = Math.max(totals.fail, failed.length);
console.log(`\n${totals.pass} passed, ${failures} failed, ${totals.skipped} skipped`);
process.exitCode = failures > 0 ? 1 : 0;

async function runAll(steps: readonly Step[]): Promise<void> {
  const waiting = [...steps];
  const running = new Map<string, Promise<void>>();
  const mayBegin = ({ after }: Step) =>
    !after.some((name) => running.has(name) || waiting.some((step) => step.name === name));
  while (waiting.length > 0 || running.size > 0) {
    const next = running.size < atOnce ? waiting.findIndex(mayBegin) : -1;
    if (next < 0) await Promise.race(running.values());
    else {
      const [step] = waiting.splice(next, 1);
      const { name } = step!;
      running.set(
        name,
        run(step!).finally(() => running.delete(name)),
      );
    }
  }
}

async function run({ name, command, tests }: Step): Promise<void> {
  const began = performance.now();
  const { code, output } = await outputOf(command);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const counted = tests ? countsIn(output) : undefined;
  if (counted) for (const key of ['pass', 'fail', 'skipped'] as const) totals[key] += counted[key];

  const ranNothing = tests && !counted?.pass;
  if (code === 0 && !ranNothing) {
    const what = counted
      ? `${counted.pass} tests${counted.skipped ? `, ${counted.skipped} skipped` : ''}`
      : 'ok';
    console.log(`✔ ${name.padEnd(9)} ${what}, ${seconds} s`);
    for (const line of output.split('\n')) if (/# SKIP|﹣|⚠/.test(line)) console.log(`    ${line.trim()}`);
  } else {
    failed.push(name);
    console.log(`✖ ${name.padEnd(9)} ${seconds} s${ranNothing ? ', no test ran' : ''}\n${output}`);
  }
}

function outputOf([program, ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const child = spawn(program!, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // What one process has made of the TypeScript is there for the next.
      env: { NODE_COMPILE_CACHE: resolve('.cache/compiled'), ...process.env },
    });
    let output = '';
    const end = (code: number, why = '') => {
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      for (const timer of [silent, left]) clearTimeout(timer);
      done({ code, output: output + why });
    };
    // What tests wait for in vain, they tell themselves; what turns in a circle does not.
    const silent = setTimeout(() => {
      child.kill('SIGKILL');
      end(1, `\n${program} said nothing for ${SILENT / 60_000} minutes after this.`);
    }, SILENT);
    let left: NodeJS.Timeout | undefined;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
        silent.refresh();
      });
    child.on('close', (code) => end(code ?? 1));
    // Not all that it started has ended when something else still holds its output.
    child.on('exit', (code) => {
      left = setTimeout(() => end(code ?? 1, `\n${LEFT}`), LEAVE);
    });
  });
}

function countsIn(output: string) {
  const last = (word: string) =>
    Number([...output.matchAll(new RegExp(`^ℹ ${word} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0);
  return { pass: last('pass'), fail: last('fail') + last('cancelled'), skipped: last('skipped') };
}

function files(pattern: string): string[] {
  return globSync(pattern, { exclude: (name) => /node_modules|build/.test(String(name)) }).sort();
}
