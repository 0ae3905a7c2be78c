import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'node:test';

import { suite } from './detections.ts';

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');

it('attacks that others labelled are found, calm parts stay silent, and every exception has its reason', async (t) => {
  if (!existsSync(join(shared, 'data/captures'))) return t.skip('the shared captures are not here');
  const { total, differences, notYet } = await suite.run(join(shared, 'data'));
  const unexplained = differences.filter(({ reason }) => reason === undefined);
  assert.deepEqual(unexplained, []);
  assert.ok(total > 50, `${total} trials`);
  for (const { name } of notYet!) t.diagnostic(`no operation yet: ${name}`);
});
