import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { codesysNvl } from './codesys-nvl.ts';

/** As codesys-client writes it. */
const packet = (part: number, counter: number, data: ArrayLike<number>, list = 5) =>
  join(
    hex`
      002D5333    identity
      00000000    network variables
    `,
    u16(list).reverse(),
    [part, 0, 2, 0],
    u16(20 + data.length).reverse(),
    [counter, 0],
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

  it('tells nothing again that did not change, however long what comes between', () => {
    const [shorter, empty] = [packet(0, 2, hex`0A00`), packet(0, 3, hex``)];
    const longer = packet(0, 4, hex`0A00 0100 0200`);
    const { variables } = analysed(1202, first, empty, shorter, first, empty, longer, empty, first, longer);
    assert.deepEqual(
      Object.fromEntries(variables.map(({ name, count, last }) => [name, [count, last.value]])),
      {
        'list 5 word 0': [1, 10],
        'list 5 byte 2': [1, 1],
        'list 5 word 1': [1, 1],
        'list 5 word 2': [1, 2],
      },
    );
  });

  it('tells the first 4,096 octets of a list, and counts once each list that is longer', () => {
    const octets = new Uint8Array(4_099).fill(7);
    const whole = analysed(1202, packet(0, 1, octets.subarray(0, 4_096)));
    const { variables, dropped } = analysed(1202, packet(0, 1, octets), packet(0, 2, octets));
    assert.deepEqual([variables.length, whole.variables.length], [2_048, 2_048]);
    assert.deepEqual([dropped['memories'], whole.dropped['memories']], [1, 0]);
    assert.deepEqual(analysed(1202, packet(0, 1, octets), packet(1, 1, octets)).dropped['memories'], 2);
  });

  it('tells 2,048 lists, and counts once each list that finds no place', () => {
    const all = Array.from({ length: 2_050 }, (_, list) => packet(0, 1, [list & 0xff, 1], list));
    const { variables, dropped, operations } = analysed(1202, ...all, all[2_049]!, all[0]!);
    assert.equal(operations[0]!.count, 2_052);
    assert.deepEqual([variables.length, dropped['memories']], [2_048, 2]);
    assert.ok(!variables.some(({ name }) => name === 'list 2048 word 0'));
    const more = Array.from({ length: 2_048 + 4_097 }, (_, list) => packet(0, 1, hex``, list));
    assert.equal(analysed(1202, ...more).dropped['memories'], 4_096);
  });

  it('is recognised on any port by identity, type and length', () => {
    assert.equal(analysed(5_000, first).operations[0]!.count, 1);
    const recognised = (bytes: Uint8Array) => codesysNvl.recognises(bytes, 0, bytes.length, false);
    assert.equal(recognised(first), OURS);
    for (const at of [1, 4, 14]) assert.equal(recognised(first.with(at, 0x7f)), NOT_OURS, `octet ${at}`);
  });
});
