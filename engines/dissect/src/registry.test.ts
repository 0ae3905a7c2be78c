import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dissectors } from './registry.ts';

describe('every dissector', () => {
  it('names its refusals after itself, each once and with words', () => {
    const refusals = dissectors.flatMap(({ name, refusals = [] }) =>
      refusals.map((one) => ({ name, ...one })),
    );
    assert.ok(refusals.length > 200, `${refusals.length} refusals`);
    for (const { name, code, text } of refusals) {
      assert.ok(code.startsWith(`${name}.`) && text !== '', code);
    }
    assert.equal(new Set(refusals.map(({ code }) => code)).size, refusals.length);
  });
});
