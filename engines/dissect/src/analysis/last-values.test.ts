import assert from 'node:assert/strict';
import { it } from 'node:test';

import { LastValues } from './last-values.ts';

it('last values are kept by device and index, and no more of them than there is room for', () => {
  const last = new LastValues(2);
  last.put(1, 100, 7);
  last.put(2, 100, 8);
  last.put(1, 101, 9);
  last.put(1, 100, 6);
  assert.deepEqual([last.get(1, 100), last.get(2, 100), last.get(1, 101)], [6, 8, undefined]);
  assert.equal(last.dropped, 1);
});
