import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { plants } from '../../server/src/modules/demo/plants.ts';
import { attack, fieldsOf, type Seed } from './damage.ts';

/**
 * `npm run fuzz -- [--packets 10000000] [--seed N] [--only NAME] [--data DIR]`: damages captures, field by field, and
 * reads them: those of others in `--data`, and what the project's own encoders write. The same seed does the same
 * damage; a fault is printed with the seed that shows it alone. Without `--seed` it goes on where the last run stopped.
 */
const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '10000000' },
    seed: { type: 'string' },
    only: { type: 'string' },
    data: { type: 'string' },
  },
});

const LARGEST = 2_000_000;
const SLOW_MS = 2_000;
const remembered = resolve(import.meta.dirname, '../../.cache/fuzz-seed');

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
const folder = join(resolve(values.data ?? join(shared, 'data')), 'captures/captures');
if (!existsSync(folder)) console.log(`No captures in ${folder}; only our own encoders are heard.`);

const files = [
  ...globSync('**/*.{pcap,pcapng,cap}', { cwd: folder })
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) })),
  ...(await plants()).map(({ capture }) => capture),
].filter(({ name, bytes }) => bytes.length < LARGEST && (!values.only || name.includes(values.only)));

const seeds: Seed[] = [];
for (const { name, bytes } of files) seeds.push({ name, bytes, fields: await fieldsOf(bytes) });
const fields = seeds.reduce((total, seed) => total + seed.fields.length, 0);
console.log(`${seeds.length} captures, ${fields} fields of messages`);

const wanted = Number(values.packets);
const first = Number(values.seed ?? (existsSync(remembered) ? readFileSync(remembered, 'utf8') : '1'));
let [packets, faults, slow, seed] = [0, 0, 0, first];
const known = new Set<string>();
let [calm, told] = [0, 0];

for (; packets < wanted; seed++) {
  const began = performance.now();
  const { name, size, read, fault } = attack(seeds, seed);
  packets += read;
  const took = performance.now() - began;
  if (took > SLOW_MS) {
    slow++;
    console.log(`seed ${seed}: took ${took.toFixed(0)} ms for ${size} bytes (${name})`);
  }
  if (fault && !known.has(fault)) {
    known.add(fault);
    faults++;
    console.log(`seed ${seed} (${name}): ${fault}`);
  }
  if (packets - told < 1_000_000) continue;
  told = packets;
  const held = memory();
  calm ||= held;
  console.log(`${(packets / 1e6).toFixed(0)} M packets, ${held.toFixed(0)} MB held, at seed ${seed}`);
  mkdirSync(dirname(remembered), { recursive: true });
  writeFileSync(remembered, String(seed + 1));
}

const grown = calm > 0 ? memory() / calm : 1;
console.log(
  `${packets} damaged packets read, seeds ${first} to ${seed - 1}: ${faults} faults, ${slow} slow, memory × ${grown.toFixed(2)}`,
);
process.exitCode = faults > 0 || slow > 0 || grown > 2 ? 1 : 0;

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
