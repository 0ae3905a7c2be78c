import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { NOT_OURS } from '../../dissector.ts';
import { tlv } from '../../testing/ber.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, told } from '../../testing/shared.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { goose } from './goose.ts';
import * as encode from './iec61850-encode.ts';
import { ROUTED, routed } from './routed.ts';

const trip = hex`
  3001         APPID
  0073         length
  0000 0000
  61 69        goosePdu
  80 15 494544314C44302F4C4C4E3024474F246763623031  IED1LD0/LLN0$GO$gcb01
  81 02 07D0   timeAllowedToLive
  82 12 494544314C44302F4C4C4E30245472697073  IED1LD0/LLN0$Trips
  83 05 5472697073
  84 08 488890C1 240000 27
  85 01 05     stNum
  86 01 00     sqNum
  87 01 00
  88 01 01     confRev
  89 01 00
  8A 01 03     numDatSetEntries
  AB 15
  83 01 FF     tripped
  84 02 0680   closed
  A2 0C 87 05 08 41480000 84 03 030000  12.5, good
  00           padding of the frame
`;

type Frame = encode.GooseFields & { readonly after?: number; readonly by?: 'another' };

/** Frames of one publisher, a millisecond apart unless said otherwise. */
function analysed(...frames: readonly Frame[]) {
  const wire = new Wire({ on: 'ethertype', at: [0x88b8] });
  for (const { after = 20_000, by, ...fields } of frames) {
    wire.time += after;
    wire.say(by ? 'reply' : 'request', encode.goose(fields));
  }
  const analysis = new Analysis({ dissectors: [goose], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}
const found = (...frames: readonly Frame[]) =>
  analysed(...frames).anomalies.map(({ code, samples: [sample] }) => {
    const { name: _, ...params } = sample!.params;
    return [code, params];
  });

describe('GOOSE', () => {
  keepsItsPromises(goose, [{ request: trip }, { request: encode.goose() }]);

  it('is told with all its values', () => {
    const wire = Wire.speaking({ on: 'ethertype', at: [0x88b8] }, [['request', trip]]);
    const analysis = new Analysis({ dissectors: [goose], strict: true });
    analysis.push(wire.pcap());
    const { operations, variables, counts } = analysis.finish();
    assert.equal(
      operations[0]!.samples[0]!.text,
      'publish IED1LD0/LLN0$GO$gcb01 (state 5) (true, on, {12.5, 0000000000000})',
    );
    assert.deepEqual(
      variables.map(({ name, last }) => [name, last.value]),
      [
        ['IED1LD0/LLN0$GO$gcb01[0]', 1],
        ['IED1LD0/LLN0$GO$gcb01[1]', 2],
        ['IED1LD0/LLN0$GO$gcb01[2]', 12.5],
      ],
    );
    assert.deepEqual(counts['goose'], [
      {
        gocbRef: 'IED1LD0/LLN0$GO$gcb01',
        src: '02:00:00:00:00:01',
        dst: '02:00:00:00:00:02',
        appid: 0x3001,
        frames: 1,
        stNum_min: 5,
        stNum_max: 5,
        state_changes: 0,
        stNum_decreases: 0,
      },
    ]);
  });

  it('is nothing to remark on when it repeats itself and changes as it should', () => {
    assert.deepEqual(
      found(
        { sequence: 7 },
        { sequence: 8 },
        { sequence: 8, after: 100 },
        { state: 6, sequence: 0, data: encode.on },
        { state: 6, sequence: 1, data: encode.on },
      ),
      [],
    );
  });

  for (const [what, frames, code, params] of [
    ['a state left out', [{ sequence: 1 }, { state: 9 }], 'goose.state-jumped', { before: 5, after: 9 }],
    ['an earlier state', [{ sequence: 1 }, { state: 3 }], 'goose.state-fell', { before: 5, after: 3 }],
    [
      'a publisher that began anew',
      [{ sequence: 9 }, { state: 1, sequence: 1 }],
      'goose.restarted',
      { before: 5 },
    ],
    [
      'a publisher that began anew with the same state',
      [
        { state: 1, sequence: 9 },
        { state: 1, sequence: 1 },
      ],
      'goose.restarted',
      { before: 1 },
    ],
    [
      'a sequence left out',
      [{ sequence: 1 }, { sequence: 5 }],
      'goose.sequence-jumped',
      { expected: 2, actual: 5 },
    ],
    [
      'a new state that does not begin at its beginning',
      [{ sequence: 1 }, { state: 6, sequence: 4 }],
      'goose.sequence-jumped',
      { expected: 0, actual: 4 },
    ],
    [
      'an earlier sequence',
      [{ sequence: 5 }, { sequence: 2 }],
      'goose.out-of-order',
      { expected: 6, actual: 2 },
    ],
    [
      'the same frame much later',
      [{ sequence: 5 }, { sequence: 5 }],
      'goose.repeated',
      { expected: 6, actual: 5 },
    ],
    [
      'other values in the same state',
      [{ sequence: 5 }, { sequence: 6, data: encode.on }],
      'goose.changed-silently',
      { state: 5 },
    ],
    [
      'a publisher that was silent for longer than it said',
      [{ allowed: 100 }, { sequence: 1, after: 250_000 }],
      'goose.expired',
      { silence: 251, allowed: 100 },
    ],
    [
      'another configuration',
      [{}, { sequence: 1, revision: 2 }],
      'goose.configuration-changed',
      { before: 1, after: 2 },
    ],
    ['what is simulated', [{}, { sequence: 1, simulation: true }], 'goose.simulated', {}],
    ['what needs commissioning', [{ commissioning: true }], 'goose.needs-commissioning', {}],
    ['other entries than it says', [{ entries: 2 }], 'goose.entries-differ', { expected: 2, actual: 1 }],
  ] satisfies [string, Frame[], string, object][]) {
    it(`notices ${what}`, () => {
      assert.deepEqual(found(...frames), [[code, params]]);
    });
  }

  it('notices a second publisher, whatever it publishes, and tells it as an operation of its own', () => {
    const { operations, anomalies } = analysed(
      {},
      { sequence: 1 },
      { by: 'another', state: 9, data: encode.on },
    );
    assert.deepEqual(
      anomalies.map(({ code, samples: [sample] }) => [code, sample!.params]),
      [['goose.second-publisher', { name: 'IED1LD0/LLN0$GO$gcb01', publisher: '02:00:00:00:00:01' }]],
    );
    const other = operations.find(({ code }) => code === 'goose.publish-of-another')!;
    assert.deepEqual(other.techniques, ['T0856', 'T0830']);
    assert.equal(other.samples[0]!.params['publisher'], '02:00:00:00:00:01');
    assert.equal(other.source.address, '02:00:00:00:00:02');
  });

  it('goes over from the highest numbers to the lowest', () => {
    const highest = 0xffff_ffff;
    assert.deepEqual(found({ state: highest, sequence: highest }, { state: highest, sequence: 1 }), []);
    assert.deepEqual(found({ state: highest, sequence: 3 }, { state: 1, sequence: 0 }), []);
  });

  it('says which field is missing, or cut off', () => {
    const read = (bytes: Uint8Array) => goose.read(new ByteReader(bytes), { direction: 'request' });
    const pdu = tlv(0x61, tlv(0x80, 'A'), tlv(0x81, [1]));
    assert.throws(() => read(encode.framed(pdu)), new Malformed('datSet', 8, 'is missing'));
    assert.throws(
      () => read(trip.subarray(0, 40)),
      new Malformed('IECGoosePdu', 10, 'says 105 bytes, 30 left'),
    );
  });

  it('counts what it can of frames that are not well-formed', () => {
    const wire = Wire.speaking({ on: 'ethertype', at: [0x88b8] }, [['request', trip.subarray(0, 100)]]);
    const analysis = new Analysis({ dissectors: [goose], strict: true });
    analysis.push(wire.pcap());
    const { malformed, counts } = analysis.finish();
    assert.equal(malformed.length, 1);
    assert.equal((counts['goose'] as { stNum_min: number }[])[0]!.stNum_min, 5);
  });

  it('is not looked for elsewhere', () => {
    assert.equal(goose.recognises(trip, 0, trip.length, false), NOT_OURS);
  });

  for (const file of [
    'w3h+icsmaster/pcap/IEC61850/GOOSE/Sample_File_GOOSE.pcap',
    'EmreEkin+ICS-Pcaps/IEC61850/gooseind1_7.pcap',
  ]) {
    it(`is sound: ${file}`, (t) => {
      const report = told(t, file);
      if (report) assertSound(report, /goose/, file);
    });
  }

  it('of a real bay changes its values without a new state', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/IEC61850/GOOSE/Sample_File_GOOSE.pcap');
    if (!report) return;
    const changed = report.anomalies.filter(({ code }) => code === 'goose.changed-silently');
    assert.deepEqual(
      changed.map(({ samples: [sample] }) => String(sample!.params['name'])).sort(),
      [1, 5, 7].map((bay) => `AA1C1Q0${bay}A1LD0/LLN0$GO$gcb_A`),
    );
  });
});

/** IEC 61850-90-5: session header without security, one payload. */
function session(...payloads: Uint8Array[]): Uint8Array {
  const payload = join(...payloads);
  const header = join(u32(20), u32(1), u16(1), u32(0), u16(0), u32(0), [0]);
  return join([0xa1, header.length + 2, 0x80, 16], header, u32(payload.length), payload);
}

describe('routed GOOSE', () => {
  const pdu = encode.goosePdu();
  const payload = join([0x81, 0], u16(1), u16(pdu.length), pdu);
  const samples = [{ request: session(payload) }, { request: join(session(payload), [0xaf, 1, 0, 1, 2, 3]) }];

  // It tells nothing by itself; what it carries is GOOSE that has no Ethernet here.
  const inside = { ...goose, carriers: goose.carriers.filter(({ on }) => on === ROUTED) };
  keepsItsPromises(routed, samples, { dissectors: [inside], wrap: (message) => message });

  it('is the same GOOSE', () => {
    const wire = Wire.speaking({ on: 'udp', at: [102] }, [['request', session(payload)]]);
    const analysis = new Analysis({ dissectors: [routed, goose], strict: true });
    analysis.push(wire.pcap());
    const { operations, malformed } = analysis.finish();
    assert.deepEqual(malformed, []);
    assert.equal(operations[0]!.samples[0]!.text, 'publish IED1LD0/LLN0$GO$gcb01 (state 5) (false)');
    assert.equal(operations[0]!.source.address, '192.0.2.1');
  });

  it('is recognised when its lengths agree', () => {
    const message = session(payload);
    assert.equal(routed.recognises(message.with(1, 3), 0, message.length, true), NOT_OURS);
    assert.equal(routed.recognises(message, 0, 30, true), NOT_OURS);
  });
});
