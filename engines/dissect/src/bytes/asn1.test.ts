import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { hex } from '../testing/hex.ts';
import { join } from '../testing/wire.ts';
import * as asn1 from './asn1.ts';
import { ByteReader, Malformed } from './byte-reader.ts';
import { TracedReader } from './traced-reader.ts';

const name = asn1.choice({ 0x80: asn1.latin1, 0x81: asn1.integer() });
const request = asn1.sequence(
  [0x02, 'id', asn1.integer()],
  [[0x80, 0x81], 'name', name],
  [0xa0, 'list', asn1.sequenceOf(asn1.bits, 'bits')],
  [0xa1, 'wrapped', asn1.explicit(asn1.boolean)],
);

describe('types of ASN.1', () => {
  it('read what a module describes, in its order', () => {
    const bytes = hex`
      30 13
      02 01 05
      80 01 41
      A0 04 03 02 06 40  01
      A1 03 01 01 FF
      8F 00              nobody knows this one
    `;
    assert.deepEqual(request(new ByteReader(bytes), 'request'), {
      id: 5,
      name: 'A',
      list: ['01'],
      wrapped: true,
    });
  });

  it('show what nobody knows', () => {
    const traced = new TracedReader(hex`30 05 02 01 05 8F 00`);
    request(traced, 'request');
    assert.deepEqual(
      traced.finish()[0]!.children!.map(({ field }) => field),
      ['tag', 'length', 'id', 'unknown component'],
    );
  });

  it('say what cannot stand where it does', () => {
    assert.throws(() => name(new ByteReader(hex`82 00`), 'name'), new Malformed('name', 0, 'cannot be [2]'));
    assert.throws(() => name(new ByteReader(hex``), 'name'), new Malformed('name', 0, 'is missing'));
    assert.throws(
      () => asn1.bits(new ByteReader(hex`03 02 09 FF`), 'bits'),
      new Malformed('bits', 2, '9 unused bits'),
    );
  });

  it('nest so deep and no deeper, and begin anew after that', () => {
    const tree: asn1.Type<unknown> = asn1.recursive(() => asn1.choice({ 0x30: list, 0x05: asn1.nothing }));
    const list = asn1.sequenceOf(tree, 'branch');
    const nested = (depth: number) => {
      let bytes: Uint8Array = hex`05 00`;
      for (let i = 0; i < depth; i++) bytes = join([0x30, bytes.length], bytes);
      return new ByteReader(bytes);
    };
    assert.throws(() => tree(nested(40), 'tree'), /nested too deep/);
    assert.doesNotThrow(() => tree(nested(31), 'tree'));
  });
});
