import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ByteReader, Malformed } from './byte-reader.ts';
import { TracedReader } from './traced-reader.ts';

describe('a traced reader', () => {
  it('shows where a secret is and how long, and not what it says', () => {
    const reader = new TracedReader(Buffer.from('2hunter2'));
    reader.u8('before');
    reader.secret(7, 'password');
    assert.deepEqual(reader.finish()[1], { field: 'password', offset: 1, length: 7, secret: true });
  });
});

describe('a reader', () => {
  const read = (...octets: number[]) => new ByteReader(Uint8Array.from(octets));

  it('reads numbers of as many octets as they need', () => {
    assert.equal(read(0x7f).varint('length'), 127);
    assert.equal(read(0x80, 0x01).varint('length'), 128);
    assert.equal(read(0xff, 0xff, 0xff, 0x7f).varint('length', 4), 268_435_455);
    const minusOne = read(...Array.from({ length: 9 }, () => 0xff), 0x01);
    assert.equal(minusOne.varint64('value'), 0xffff_ffff_ffff_ffffn);
    assert.equal(minusOne.remaining, 0);
  });

  it('refuses those that end nowhere', () => {
    assert.throws(() => read(0x80, 0x80, 0x80, 0x80, 0x01).varint('length', 4), Malformed);
    assert.throws(() => read(0x80).varint('length'), Malformed);
    assert.throws(() => read().varint64('value'), Malformed);
  });
});
