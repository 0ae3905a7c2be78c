import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

/**
 * `npm test`: everything that must hold, in two lanes for two cores. Prints what failed in full, what passed in a line,
 * and how many tests ran. `npm test -- NAME…` runs only the steps with these names.
 */
interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** A run of tests, whose closing lines are counted. */
  readonly tests?: true;
}

const tests = (name: string, pattern: string): Step => ({
  name,
  // One process and no isolation: many times faster, and the suites share one database cluster.
  command: [
    'node',
    '--test',
    '--test-isolation=none',
    '--test-force-exit',
    '--test-reporter=spec',
    ...files(pattern),
  ],
  tests: true,
});

const lanes: readonly (readonly Step[])[] = [
  [
    { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
    { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
    tests('engines', '{engines,contract,cli,tools}/**/*.test.ts'),
    tests('platform', 'server/src/{platform,testing}/**/*.test.ts'),
  ],
  [
    { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
    tests('portal', 'portal/**/*.test.ts'),
    tests('server', 'server/src/{*,!(platform|testing)/**/*}.test.ts'),
    tests('journeys', 'journeys/**/*.test.ts'),
  ],
];

const wanted = process.argv.slice(2);
const totals = { pass: 0, fail: 0, skipped: 0 };
const failed: string[] = [];

await Promise.all(lanes.map(runLane));
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
const failures = Math.max(totals.fail, failed.length);
console.log(`\n${totals.pass} passed, ${failures} failed, ${totals.skipped} skipped`);
process.exitCode = failures > 0 ? 1 : 0;

async function runLane(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (wanted.length === 0 || wanted.includes(step.name)) await run(step);
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
    for (const line of output.split('\n')) if (/# SKIP|﹣/.test(line)) console.log(`    ${line.trim()}`);
  } else {
    failed.push(name);
    console.log(`✖ ${name.padEnd(9)} ${seconds} s${ranNothing ? ', no test ran' : ''}\n${output}`);
  }
}

function outputOf([program, ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function countsIn(output: string) {
  const last = (word: string) =>
    Number([...output.matchAll(new RegExp(`^ℹ ${word} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0);
  return { pass: last('pass'), fail: last('fail') + last('cancelled'), skipped: last('skipped') };
}

/** Without files, node would go and look for tests by itself: that must not pass for having run these. */
function files(pattern: string): string[] {
  const found = globSync(pattern, { exclude: (name) => /node_modules|build/.test(String(name)) }).sort();
  return found.length > 0 ? found : [pattern];
}
