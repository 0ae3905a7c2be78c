import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Malformed } from './byte-reader.ts';
import { TracedReader } from './traced-reader.ts';

describe('a traced reader', () => {
  it('shows where a secret is and how long, and not what it says', () => {
    const reader = new TracedReader(Buffer.from('2hunter2'));
    reader.u8('before');
    reader.secret(7, 'password');
    assert.deepEqual(reader.finish()[1], { field: 'password', offset: 1, length: 7, secret: true });
  });

  it('keeps a secret that is cut off to itself as well', () => {
    const reader = new TracedReader(Buffer.from('9hunter2'));
    reader.u8('length');
    assert.throws(() => reader.secret(9, 'password'), Malformed);
    assert.deepEqual(reader.finish()[1], { field: 'unread', offset: 1, length: 7, secret: true });
  });
});
