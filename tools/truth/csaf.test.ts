import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'node:test';

import { suite as csaf20 } from './csaf-2.0.ts';
import { suite as csaf21 } from './csaf-2.1.ts';
import { suite as corpus } from './csaf-corpus.ts';

const dataDir = join(process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'), 'data');
const skip = existsSync(join(dataDir, 'standards/csaf')) ? false : 'The shared CSAF documents are not here';

for (const [suite, atLeast] of [
  [csaf20, 140],
  [csaf21, 480],
  [corpus, 2000],
] as const) {
  it(
    `${suite.name}: every document is judged as others judge it, or there is a reason`,
    { skip },
    async (t) => {
      const { total, differences, notYet = [] } = await suite.run(dataDir);
      assert.deepEqual(
        differences.filter(({ reason }) => reason === undefined),
        [],
      );
      assert.ok(total >= atLeast, `${total} documents`);
      for (const { name } of notYet) t.diagnostic(`not yet: ${name}`);
    },
  );
}
