import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { faultsOfNames } from './taught.ts';

describe('names that an instance teaches', () => {
  it('make nobody who is taught as a vendor another, in whatever order they come', () => {
    const pumps = { vendor: 'Nordbruk Pumpen', aliases: ['Elmira Drives'] };
    const drives = { vendor: 'Elmira Drives GmbH', aliases: [] };
    for (const vendors of [
      [pumps, drives],
      [drives, pumps],
    ])
      assert.deepEqual(
        faultsOfNames({ vendors, families: [] }).map(({ path, code }) => [path, code]),
        [[['vendors', vendors.indexOf(pumps), 'aliases', 0], 'vendor-taught']],
      );
    assert.deepEqual(faultsOfNames({ vendors: [pumps], families: [] }), []);
  });
});
