import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { NOT_OURS } from '../../dissector.ts';
import { tlv } from '../../testing/ber.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, told } from '../../testing/shared.ts';
import { join, u32, Wire } from '../../testing/wire.ts';
import * as encode from './iec61850-encode.ts';
import { sv } from './sv.ts';

const sample = hex`
  4000         APPID
  0066         length
  0000 0000
  60 5C        savPdu
  80 01 01     one ASDU
  A2 57
  30 55
  80 04 4D553031  MU01
  82 02 0F9F   smpCnt 3999
  83 04 00000001
  85 01 02     global clock
  87 40
  000003E8 00000000  1 A
  FFFFFE0C 00000000  -0.5 A
  FFFFFE0C 00000000
  00000000 00002000  derived
  00002710 00000000  100 V
  FFFFEC78 00000000
  FFFFEC78 00000000
  00000000 00002000
  00 00
`;

function analysed(...messages: (Uint8Array | readonly ['another', Uint8Array])[]) {
  const wire = new Wire({ on: 'ethertype', at: [0x88ba] });
  for (const message of messages) {
    if (message instanceof Uint8Array) wire.say('request', message);
    else wire.say('reply', message[1]);
  }
  const analysis = new Analysis({ dissectors: [sv], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}
const found = (...messages: Parameters<typeof analysed>) =>
  analysed(...messages).anomalies.map(({ code, count, samples: [one] }) => [code, count, one!.params]);
const counted = (...counts: number[]) => counts.map((count) => encode.samples({ count }));

describe('sampled values', () => {
  keepsItsPromises(sv, [{ request: sample }, { request: encode.samples({ count: 1 }, { count: 2 }) }]);

  it('are told by phase, in ampere and volt', () => {
    const { operations, variables, counts } = analysed(sample);
    assert.equal(
      operations[0]!.samples[0]!.text,
      'publish samples of MU01: Ia = 1 A, Ib = -0.5 A, Ic = -0.5 A, In = 0 A, Ua = 100 V, Ub = -50 V, Uc = -50 V, Un = 0 V',
    );
    assert.deepEqual(
      variables.slice(0, 2).map(({ name, last }) => [name, last.value]),
      [
        ['MU01 Ia', 1],
        ['MU01 Ib', -0.5],
      ],
    );
    assert.deepEqual({ ...(counts['sv_id'] as object) }, { MU01: 1 });
  });

  it('are counted one by one where a frame has several, and each stream by itself', () => {
    const frames = [0, 2, 4].map((count) => encode.samples({ count }, { count: count + 1 }));
    const others = [0, 1, 2].map((count) => encode.samples({ id: 'MU02', count }));
    const { anomalies, counts } = analysed(...frames.flatMap((frame, i) => [frame, others[i]!]));
    assert.deepEqual(anomalies, []);
    assert.deepEqual({ ...(counts['sv_id'] as object) }, { MU01: 6, MU02: 3 });
  });

  it('come twice over redundant networks, several in a frame or not, and are told to do so once', () => {
    const frames = [0, 2, 4].map((count) => encode.samples({ count }, { count: count + 1 }));
    assert.deepEqual(found(...frames.flatMap((frame) => [frame, frame])), [
      ['sv.repeated', 1, { stream: 'MU01', count: 0 }],
    ]);
  });

  it('begin counting anew with every second', () => {
    assert.deepEqual(found(...counted(3_998, 3_999, 0, 1)), []);
    assert.deepEqual(found(...counted(4_798, 4_799, 0, 1)), []);
  });

  for (const [what, counts, code, params] of [
    ['that are missing', [5, 9], 'sv.samples-missing', { expected: 6, actual: 9 }],
    [
      'that are missing at the turn of the second',
      [3_998, 1],
      'sv.samples-missing',
      { expected: 3_999, actual: 1 },
    ],
    ['that come late', [7, 6], 'sv.out-of-order', { expected: 8, actual: 6 }],
    ['that come again, once', [7, 7, 8, 8], 'sv.repeated', { count: 7 }],
  ] as const) {
    it(`notices those ${what}`, () => {
      assert.deepEqual(found(...counted(...counts)), [[code, 1, { stream: 'MU01', ...params }]]);
    });
  }

  it('notices a clock that is lost, another configuration, and values that are not good', () => {
    const invalid = join(u32(0), u32(1), encode.lightEdition.subarray(8));
    assert.deepEqual(
      found(
        encode.samples({ count: 0 }),
        encode.samples({ count: 1, synchronization: 0 }),
        encode.samples({ count: 2, synchronization: 0, revision: 3 }),
        encode.samples({ count: 3, synchronization: 0, revision: 3, values: invalid }),
        encode.samples({ count: 4, synchronization: 0, revision: 3, values: invalid }),
      ),
      [
        ['sv.not-synchronized', 1, { stream: 'MU01' }],
        ['sv.configuration-changed', 1, { stream: 'MU01', before: 1, after: 3 }],
        ['sv.invalid', 1, { stream: 'MU01', channels: ['Ia'] }],
      ],
    );
  });

  it('notices a second publisher', () => {
    const { anomalies, operations } = analysed(
      ...counted(0, 1),
      ['another', encode.samples({ count: 2 })],
      ['another', encode.samples({ count: 3 })],
    );
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { stream: 'MU01', publisher: '02:00:00:00:00:01' });
    const other = operations.find(({ code }) => code === 'sv.publish-of-another')!;
    assert.deepEqual([other.count, other.techniques], [2, ['T0856', 'T0832']]);
  });

  it('notices what is simulated', () => {
    assert.deepEqual(found(sample.with(4, 0x80)), [['sv.simulated', 1, { stream: 'MU01' }]]);
  });

  it('of other data sets are shown as they are', () => {
    const { operations, variables } = analysed(encode.samples({ values: [1, 2, 3] }));
    assert.equal(operations[0]!.samples[0]!.text, 'publish samples of MU01: 010203');
    assert.deepEqual(variables, []);
  });

  it('say where they are malformed', () => {
    const read = (bytes: Uint8Array) => sv.read(new ByteReader(bytes), { direction: 'request' });
    assert.throws(() => read(encode.framed(tlv(0x60))), new Malformed('noASDU', 8, 'is missing'));
    assert.throws(() => read(sample.subarray(0, 30)), new Malformed('SavPdu', 10, 'says 92 bytes, 20 left'));
  });

  it('are not looked for elsewhere', () => {
    assert.equal(sv.recognises(sample, 0, sample.length, false), NOT_OURS);
  });

  it('are sound in a real capture, of twenty merging units behind one address', (t) => {
    const file = 'EmreEkin+ICS-Pcaps/IEC61850/9-2-sv.pcap';
    const report = told(t, file);
    if (!report) return;
    assertSound(report, /sv/, file);
    assert.equal(Object.keys(report.counts['sv_id'] as object).length, 20);
    assert.equal(report.anomalies.filter(({ code }) => code === 'sv.samples-missing').length, 0);
  });
});
