import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { plants } from '../../server/src/modules/demo/plants.ts';
import { attack, type Seed, seedOf } from './damage.ts';
import { encoded } from './encoders.ts';

/**
 * `npm run fuzz -- [--packets 10000000] [--seed N] [--only NAME] [--data DIR]`: damages captures, field by field, and
 * reads them: those of others in `--data`, and every capture that the encoders of the demo and of the dissectors' tests
 * write. The same seed does the same damage; a fault is printed with the seed that shows it alone. Without `--seed` it
 * goes on where the last run stopped.
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

const seeds: Seed[] = [];
const take = (seed: Seed) => {
  if (seed.bytes.length < LARGEST && (!values.only || seed.name.includes(values.only))) seeds.push(seed);
};
for (const name of globSync('**/*.{pcap,pcapng,cap}', { cwd: folder }).sort()) {
  if (statSync(join(folder, name)).size < LARGEST) take(await seedOf(name, readFileSync(join(folder, name))));
}
const ofOthers = seeds.length;
for (const { capture } of await plants()) take(await seedOf(capture.name, capture.bytes));
for (const seed of await encoded('everything')) take(seed);
const fields = seeds.reduce((total, seed) => total + seed.fields.length, 0);
console.log(
  `${ofOthers} captures of others, ${seeds.length - ofOthers} of encoders, ${fields} fields of messages`,
);

const wanted = Number(values.packets);
const first = Number(values.seed ?? (existsSync(remembered) ? readFileSync(remembered, 'utf8') : '1'));
let [packets, faults, slow, seed] = [0, 0, 0, first];
const known = new Set<string>();
let [calm, told] = [0, 0];

for (; packets < wanted; seed++) {
  const began = busy();
  const { name, size, read, fault } = attack(seeds, seed);
  packets += read;
  const took = busy() - began;
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

/** Milliseconds that this thread has worked: a machine with other things to do makes no seed slow. */
function busy(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
