import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';

import { sha256 } from './sha256.ts';

describe('SHA-256', () => {
  it('is that of everybody else, whatever the length', () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1_000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
      assert.equal(sha256(bytes), createHash('sha256').update(bytes).digest('hex'));
    }
  });
});
