import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

import { advisoryFiles } from '../corpus.ts';
import { drawInventory } from '../inventory/inventory.ts';
import { rates } from '../inventory/judge.ts';
import { suite as inventory } from './inventory.ts';
import { suite as matching } from './matching.ts';
import { suite as expressions } from './version-expressions.ts';

const dataDir = join(process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'), 'data');
const skip = existsSync(join(dataDir, 'standards')) ? false : 'The shared standards are not here';

for (const [suite, atLeast] of [
  [matching, 30],
  [expressions, 3400],
  [inventory, 8000],
] as const) {
  it(`${suite.name}: every answer is right, or there is a reason`, { skip }, async () => {
    const { total, differences } = await suite.run(dataDir);
    assert.deepEqual(
      differences.filter(({ reason }) => reason === undefined),
      [],
    );
    assert.ok(total >= atLeast, `${total} cases`);
  });
}

describe('the inventories that the matcher is tried on', () => {
  it('share nothing with it: only what asks it knows it', () => {
    const folder = join(import.meta.dirname, '../inventory');
    const knowing = globSync('*.ts', { cwd: folder }).filter((file) =>
      /@busbar|engines\//.test(readFileSync(join(folder, file), 'utf8')),
    );
    assert.deepEqual(knowing, ['judge.ts']);
  });

  it('are the same for the same seed, and others for another', { skip }, () => {
    const texts = advisoryFiles(dataDir)
      .slice(0, 200)
      .map(({ text }) => text);
    const drawn = (seed: number) => JSON.stringify(drawInventory(texts, seed, 50).affected);
    assert.equal(drawn(7), drawn(7));
    assert.notEqual(drawn(7), drawn(8));
  });

  it('are missed by who says nothing, and taken for affected by who says so of everything', { skip }, () => {
    const texts = advisoryFiles(dataDir)
      .slice(0, 200)
      .map(({ text }) => text);
    const { affected, nearMisses } = drawInventory(texts, 7, 50);
    const saying = (told: boolean) =>
      [...affected, ...nearMisses].map((drawn) => ({ drawn, verdict: undefined, told }));
    assert.equal(rates(saying(false)).recall, 0);
    assert.deepEqual(rates(saying(true)), {
      recall: 1,
      precision: affected.length / (affected.length + nearMisses.length),
    });
  });
});
