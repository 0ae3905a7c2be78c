import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'node:test';

import { attack, fieldsOf, type Seed } from './damage.ts';

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
const PACKETS = 60_000;
const LARGEST = 200_000;

it('damaged captures of others are read without a fault, whatever a field says', async (t) => {
  const folder = join(shared, 'data/captures/captures');
  if (!existsSync(folder)) return t.skip('the shared captures are not here');
  const seeds: Seed[] = [];
  for (const name of globSync('**/*.{pcap,pcapng,cap}', { cwd: folder }).sort()) {
    const bytes = readFileSync(join(folder, name));
    if (bytes.length < LARGEST) seeds.push({ name, bytes, fields: await fieldsOf(bytes) });
  }
  assert.ok(seeds.length > 100 && seeds.some(({ fields }) => fields.length > 100));
  for (let [packets, seed] = [0, 1]; packets < PACKETS; seed++) {
    const { read, fault, name } = attack(seeds, seed);
    assert.equal(fault, undefined, `seed ${seed} of npm run fuzz (${name}): ${fault}`);
    packets += read;
  }
});

it('the same seed does the same damage', async () => {
  const bytes = new Uint8Array(400).fill(7);
  const seeds = [{ name: 'nothing', bytes, fields: await fieldsOf(bytes) }];
  assert.deepEqual(attack(seeds, 5), attack(seeds, 5));
});
