import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'node:test';

import { suite as cve } from './cve.ts';
import { suite as vers } from './vers.ts';

const dataDir = join(process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'), 'data');
const skip = existsSync(join(dataDir, 'standards')) ? false : 'The shared standards are not here';

for (const [suite, atLeast] of [
  [vers, 2284],
  [cve, 1000],
] as const) {
  it(`${suite.name}: every case comes out as others have it, or there is a reason`, { skip }, async () => {
    const { total, differences } = await suite.run(dataDir);
    assert.deepEqual(
      differences.filter(({ reason }) => reason === undefined),
      [],
    );
    assert.ok(total >= atLeast, `${total} cases`);
  });
}
