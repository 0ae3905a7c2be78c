import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { hex } from '../testing/hex.ts';
import * as ber from './ber.ts';
import { ByteReader, Malformed } from './byte-reader.ts';
import { TracedReader } from './traced-reader.ts';

const reading = (bytes: Uint8Array) => new ByteReader(bytes);

/** X.690, 8.1.3.6: contents whose end is marked. */
const marked = hex`
  30 80        SEQUENCE, of unknown length
  31 80        SET, the same
  02 01 05     INTEGER 5
  00 00
  04 02 0000   OCTET STRING that looks like an end
  00 00
  02 01 07
`;

describe('BER', () => {
  it('reads numbers of any width', () => {
    // X.690, 8.3.
    for (const [bytes, value] of [
      [hex`02 01 80`, -128],
      [hex`02 02 0080`, 128],
      [hex`02 02 FF7F`, -129],
      [hex`02 03 010000`, 65_536],
      [hex`02 04 FFFFFFFE`, -2],
      [hex`02 00`, 0],
      [hex`02 09 00 FFFFFFFFFFFFFFFF`, 2 ** 64],
      [hex`9F 8101 02 0100`, 256],
    ] as const) {
      assert.equal(ber.integer(reading(bytes), 'number'), value);
    }
    assert.equal(ber.unsigned(reading(hex`41 04 FFFFFFFE`), 'counter'), 0xffff_fffe);
    assert.equal(ber.integerAt(hex`FF7F`, 0, 2), -129);
    assert.equal(ber.integerAt(hex`80`, 0, 1), -128);
  });

  it('reads object identifiers', () => {
    assert.equal(ber.objectIdentifier(reading(hex`06 03 883703`), 'type'), '2.999.3');
    assert.equal(ber.objectIdentifier(reading(hex`06 05 28 CA 22 02 01`), 'syntax'), '1.0.9506.2.1');
    assert.equal(ber.objectIdentifier(reading(hex`06 00`), 'type'), '');
  });

  it('takes tags for what their octets say', () => {
    assert.equal(ber.peekTag(reading(hex`A1 00`)), 0xa1);
    assert.equal(ber.peekTag(reading(hex`BF 48 00`)), 0xbf48);
    assert.equal(ber.peekTag(reading(hex``)), ber.NOTHING);
    assert.deepEqual([0x30, 0xa1, 0xbf48, 0x9f8101, 0x61, 0x02].map(ber.tagName), [
      'SEQUENCE',
      '[1]',
      '[72]',
      '[129]',
      'APPLICATION 1',
      'INTEGER',
    ]);
  });

  it('steps into elements and behind them, whatever was not read', () => {
    const reader = reading(hex`30 06 02 01 05 04 01 41 02 01 07`);
    const before = ber.enter(reader, 'sequence');
    assert.equal(ber.integer(reader, 'first'), 5);
    ber.leave(reader, before);
    assert.equal(ber.integer(reader, 'second'), 7);
    assert.equal(reader.remaining, 0);
  });

  it('finds the end of contents that mark it', () => {
    const reader = reading(marked);
    const outer = ber.enter(reader, 'sequence');
    const inner = ber.enter(reader, 'set');
    assert.equal(ber.integer(reader, 'number'), 5);
    assert.equal(reader.remaining, 0);
    ber.leave(reader, inner);
    assert.equal(ber.octets(reader, 'octets').length, 2);
    assert.equal(reader.remaining, 0);
    ber.leave(reader, outer);
    assert.equal(ber.integer(reader, 'number'), 7);
  });

  it('shows tag, length and value of each element by name', () => {
    const reader = new TracedReader(hex`30 81 0B 02 01 05 06 03 883703 04 01 41`);
    const before = ber.enter(reader, 'request');
    ber.integer(reader, 'id', { 5: 'five' });
    ber.objectIdentifier(reader, 'type');
    ber.leave(reader, before);
    const [request] = reader.finish();
    assert.deepEqual(
      request!.children!.map(({ field }) => field),
      ['tag', 'length', 'length continued', 'id', 'type', 'not read'],
    );
    assert.equal(request!.children![0]!.meaning, 'SEQUENCE');
    assert.deepEqual(
      request!.children![3]!.children!.map(({ field, value, meaning }) => [field, value, meaning]),
      [
        ['tag', 2, 'INTEGER'],
        ['length', 1, undefined],
        ['id', 5, 'five'],
      ],
    );
    assert.equal(request!.children![4]!.children![2]!.remark, '2.999.3');
    assert.equal(request!.length, 14);
  });

  it('says which element claims more than there is', () => {
    const claims = (bytes: Uint8Array) => () => void ber.integer(reading(bytes), 'id');
    assert.throws(claims(hex`02 05 01`), new Malformed('id', 2, 'says 5 bytes, 1 left'));
    assert.throws(claims(hex`02 84 FFFFFFFF 01`), new Malformed('id', 6, 'says 4294967295 bytes, 1 left'));
    assert.throws(claims(hex`02 85 0000000001 01`), new Malformed('id', 1, 'a length of 5 octets'));
    assert.throws(claims(hex`9F 81818181 01 01`), new Malformed('id', 0, 'a tag of more than 4 octets'));
    assert.throws(claims(hex`30 80 02 01 05`), new Malformed('id', 1, 'its contents have no end'));
    assert.throws(claims(hex`02 80 00 00`), new Malformed('id', 1, 'its contents have no end'));
  });

  it('does not nest without end', () => {
    const deep = new Uint8Array(40_000).fill(0x30);
    for (let at = 1; at < deep.length; at += 2) deep[at] = 0x80;
    assert.throws(() => ber.skip(reading(deep), 'deep'), Malformed);
  });

  it('finds elements without making anything', () => {
    const element = new ber.Element();
    const bytes = hex`BF 48 82 0003 414243 02`;
    assert.ok(element.read(bytes, 0, bytes.length));
    assert.deepEqual([element.tag, element.start, element.end], [0xbf48, 5, 8]);
    assert.equal(element.read(bytes, element.end, bytes.length), false);
    for (let cut = 0; cut < 8; cut++) assert.equal(element.read(bytes, 0, cut), false);
  });

  it('tells the length of a message as soon as it can', () => {
    const bytes = hex`30 84 00000010 02`;
    assert.deepEqual(
      [0, 1, 5, 6, 7].map((cut) => ber.elementLength(bytes, 0, cut)),
      [0, 0, 0, 22, 22],
    );
    assert.equal(ber.elementLength(hex`30 80 02 01 05 00 00`, 0, 7), -1);
    assert.equal(ber.elementLength(hex`30 FF 02 01 05 00 00 00 00`, 0, 9), -1);
  });
});
