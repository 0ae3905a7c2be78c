import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { codesysNvl } from './codesys-nvl.ts';

/** As codesys-client writes it. */
const packet = (part: number, counter: number, data: ArrayLike<number>) =>
  join(
    hex`
      002D5333    identity
      00000000    network variables
      0500        list 5
    `,
    [part, 0, 2, 0, 20 + data.length, 0, counter, 0],
    hex`00 00     no flags, no checksum`,
    data,
  );
const first = packet(0, 1, hex`0A00 01`);

function analysed(at: number, ...packets: Uint8Array[]) {
  const analysis = new Analysis({ dissectors: [codesysNvl], strict: true });
  const says = packets.map((bytes) => ['request', bytes] as const);
  analysis.push(Wire.speaking({ on: 'udp', at: [at] }, says).pcap());
  return analysis.finish();
}

describe('CODESYS network variables', () => {
  keepsItsPromises(codesysNvl, [{ request: first }, { request: packet(1, 1, hex`FFFF`) }]);

  it('tells lists word by word, when they change', () => {
    const { variables, operations } = analysed(
      1202,
      first,
      packet(1, 1, hex`FFFF`),
      packet(0, 2, hex`0A00 02`),
      packet(1, 2, hex`FFFF`),
    );
    assert.deepEqual(
      Object.fromEntries(variables.map(({ name, count, last }) => [name, [count, last.value]])),
      {
        'list 5 word 0': [1, 10],
        'list 5 byte 2': [2, 2],
        'list 5 part 1 word 0': [1, 0xffff],
      },
    );
    const [published] = operations;
    assert.deepEqual([published!.code, published!.count], ['codesys-nvl.publish', 4]);
    assert.equal(published!.samples[0]!.text, 'publish 2 variables of list 5');
  });

  it('is recognised on any port by identity, type and length', () => {
    assert.equal(analysed(5_000, first).operations[0]!.count, 1);
    const recognised = (bytes: Uint8Array) => codesysNvl.recognises(bytes, 0, bytes.length, false);
    assert.equal(recognised(first), OURS);
    for (const at of [1, 4, 14]) assert.equal(recognised(first.with(at, 0x7f)), NOT_OURS, `octet ${at}`);
  });
});
