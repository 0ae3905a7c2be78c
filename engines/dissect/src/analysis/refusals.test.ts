import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Refusals } from './refusals.ts';

describe('refusals', () => {
  it('name what has no words as the standard does', () => {
    const refusals = new Refusals('opcua');
    assert.deepEqual(refusals.unknown('BadAggregateListMismatch'), {
      code: 'opcua.unknown-status',
      text: 'status BadAggregateListMismatch',
      params: { status: 'BadAggregateListMismatch' },
    });
    assert.deepEqual(
      refusals.list.map(({ code }) => code),
      ['opcua.unknown-status'],
    );
  });
});
