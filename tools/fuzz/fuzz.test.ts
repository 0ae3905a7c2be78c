import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'node:test';

import { dissectors } from '../../engines/dissect/src/registry.ts';
import { attack, type Seed, seedOf } from './damage.ts';
import { encoded } from './encoders.ts';

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
const PACKETS = 60_000;
const PACKETS_OF_ENCODERS = 2_000;
const LARGEST = 200_000;

const samples = await encoded('samples');

it('damaged captures of others are read without a fault, whatever a field says', async (t) => {
  const folder = join(shared, 'data/captures/captures');
  if (!existsSync(folder)) return t.skip('the shared captures are not here');
  const seeds: Seed[] = [];
  for (const name of globSync('**/*.{pcap,pcapng,cap}', { cwd: folder }).sort()) {
    const bytes = readFileSync(join(folder, name));
    if (bytes.length < LARGEST) seeds.push(await seedOf(name, bytes));
  }
  assert.ok(seeds.length > 100 && seeds.some(({ fields }) => fields.length > 100));
  readsAllDamaged(seeds, PACKETS);
});

it('each dissector is reached by messages of its own encoder, whose fields are known', () => {
  for (const { name, fields } of samples) assert.ok(fields.length > 0, name);
  const reached = new Set(samples.flatMap((seed) => [...seed.dissectors]));
  assert.deepEqual(
    dissectors.map(({ name }) => name).filter((name) => !reached.has(name)),
    [],
  );
});

it('damaged messages of encoders are read without a fault, too', () =>
  readsAllDamaged(samples, PACKETS_OF_ENCODERS));

it('the same seed does the same damage', async () => {
  const seeds = [await seedOf('nothing', new Uint8Array(400).fill(7))];
  assert.deepEqual(attack(seeds, 5), attack(seeds, 5));
});

function readsAllDamaged(seeds: readonly Seed[], enough: number): void {
  for (let [packets, seed] = [0, 1]; packets < enough; seed++) {
    const { read, fault, name } = attack(seeds, seed);
    assert.equal(fault, undefined, `seed ${seed} (${name}): ${fault}`);
    packets += read;
  }
}
