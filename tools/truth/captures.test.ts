import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'node:test';

import { beyondReference, suite } from './captures.ts';
import { suite as peers } from './peers.ts';

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');

it('what we count in real captures differs from the reference only where we know why', async (t) => {
  if (!existsSync(join(shared, 'data/captures'))) return t.skip('the shared captures are not here');
  const { differences, parts = [] } = await suite.run(join(shared, 'data'));
  const unexplained = differences.filter(({ reason }) => reason === undefined);
  assert.deepEqual(unexplained, []);
  // A difference that is explained is one still: they stay few among all that is compared.
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  const equal = parts.reduce((sum, part) => sum + part.equal, 0);
  assert.ok(total > 0 && equal > total * 0.98, `${equal} of ${total}`);
});

it('we count at least as many messages as other engines log of the same captures', async (t) => {
  if (!existsSync(join(shared, 'data/captures/baseline'))) return t.skip('the logs of others are not here');
  const { total, differences } = await peers.run(join(shared, 'data'));
  assert.deepEqual(
    differences.filter(({ reason }) => reason === undefined),
    [],
  );
  assert.ok(total > 20);
});

it('takes the silence of the reference for a count only where it names the protocol at all', () => {
  const beyond = beyondReference([{ ics_frames: { modbus: 1 } }, { conversations: [] }]);
  assert.ok(!beyond.has('ics_frames.modbus'));
  assert.ok(beyond.has('conversations.modbus') && beyond.has('ics_frames.dnp3'));
});
