import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { rangeInWords } from './range-in-words.ts';

describe('a range before a reader', () => {
  it('is without the wrapping of VERS', () => {
    assert.equal(rangeInWords('vers:generic/<4.35'), '< 4.35');
    assert.equal(rangeInWords('vers:intdot/>=1.0|<=2.4.1|4'), '>= 1.0 <= 2.4.1 4');
  });

  it('is as it was written otherwise', () => {
    for (const written of ['<V3.2', 'all versions', 'vers:', 'Versions prior to vers:generic/<2', ''])
      assert.equal(rangeInWords(written), written);
  });
});
