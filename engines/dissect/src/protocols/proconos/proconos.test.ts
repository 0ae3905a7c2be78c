import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { proconos } from './proconos.ts';

const text = (words: string, length: number) => Buffer.from(words.padEnd(length, '\0'));

/** As published: of nmap's script, and of a tool that stops an ILC 390. */
const identify = hex`
  CC 01 00 0B    identity
  4002 0000      sequence, no payload
  47EE           checksum
`;
const stop = hex`CC010001 400E0000 4C07`;
const readState = hex`CC01000F 40070000 EAFA`;
/** Who answers says neither the command nor the whole of octets 2 to 4 as they were asked. */
const answer = (sequence: number, payload: Uint8Array) =>
  checked(join(hex`CC01 860400`, [sequence, payload.length & 0xff, payload.length >> 8], payload));

/** The places are as published scripts have them; of the project there are two, 76 and 77. */
const identityWith = (project: string, type = 'ILC 390 PN') =>
  answer(
    2,
    join(
      Buffer.from('V4.1'),
      text('ProConOS V4.1.0230', 32),
      text(type, 32),
      text(project, 12),
      text('Pumps boot', 12),
      text('Exist', 12),
      hex`
        31A2C461 31A2C461 00000000 0200005D FFFFFFFF BF0E0000 44EC0300 F4180F00 0010E603 FA000100 0000  the rest, as published
      `,
    ),
  );
const identity = identityWith('Pumps');
const stateIs = (state: number) => answer(7, join([state], new Uint8Array(15)));

/** As all that was published are: with the checksum behind. */
function checked(message: Uint8Array): Uint8Array {
  const checksum = crc16(crc16Ccitt, 0, message, 0, message.length);
  return join(message, [checksum & 0xff, checksum >> 8]);
}

/** Of the same tools; what they do was never published. */
const connect = hex`CC01000D C0010000 D517`;
const unexplained = [
  connect,
  hex`CC01005B 40031C00 01000000 1C000000 01000000 02000000 00000000 00000000 00000000 D79A`,
  hex`CC01005B 40041C00 01000000 1C000000 01000000 04000000 80000000 00000000 00000000 EA43`,
  hex`CC010006 40050000 361E`,
  hex`CC010007 40061000 26750000 00000000 00000000 00000000 C682`,
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [proconos], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [20_547] }, parts).pcap());
  return analysis.finish();
}

describe('ProConOS', () => {
  keepsItsPromises(proconos, [
    { request: identify, reply: identity },
    { request: readState, reply: stateIs(2) },
    ...unexplained.map((request) => ({ request })),
  ]);

  it('tells who stops the program', () => {
    const { operations } = analysed(['request', stop]);
    assert.deepEqual(
      operations.map(({ code, techniques }) => [code, techniques]),
      [['proconos.stop', ['T0858']]],
    );
  });

  it('learns runtime, type and project, and what of it is kept on the controller', () => {
    for (const project of ['Pumps', '\0Pumps']) {
      const { devices, operations } = analysed(['request', identify], ['reply', identityWith(project)]);
      const device = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
      const facts = device.facts.map(({ field, value }) => `${field} ${value}`);
      assert.deepEqual(facts.sort(), ['firmware ProConOS V4.1.0230', 'model ILC 390 PN', 'project Pumps']);
      assert.equal(
        operations[0]!.samples[0]!.text,
        'ask runtime, type and project (boot project Pumps boot) (source Exist)',
      );
    }
    for (const type of ['Bristol: CLM V06:01:00 09/15', 'FCN/FCJ Jun 13 2012', 'ADAM-5560 CE ARM V4.00.14']) {
      const { devices } = analysed(['request', identify], ['reply', identityWith('Pumps', type)]);
      assert.ok(
        devices.some(({ facts }) => facts.some(({ field, value }) => field === 'model' && value === type)),
      );
    }
  });

  it('tells in which state the controller is', () => {
    const texts = [2, 4].map((state) => {
      const { operations } = analysed(['request', readState], ['reply', stateIs(state)]);
      return operations.flatMap(({ samples }) => samples.map((sample) => sample.text));
    });
    assert.deepEqual(texts, [['ask the state (got running)'], ['ask the state (got stopped)']]);
  });

  it('knows by the octet of the sequence what was asked, and an identity by itself', () => {
    const stateTexts = (...parts: [Direction, Uint8Array][]) =>
      analysed(...parts).operations.flatMap(({ samples }) => samples.map((sample) => sample.text));
    assert.deepEqual(
      stateTexts(['request', identify], ['request', readState], ['reply', stateIs(4)], ['reply', identity]),
      [
        'ask runtime, type and project (boot project Pumps boot) (source Exist)',
        'ask the state (got stopped)',
      ],
    );
    const ofAnother = checked(stateIs(4).with(5, 8).subarray(0, -2));
    assert.deepEqual(stateTexts(['request', readState], ['reply', ofAnother]), ['ask the state']);
    assert.deepEqual(stateTexts(['reply', stateIs(2)]), []);
    const { devices } = analysed(['reply', identity]);
    assert.ok(devices.some(({ facts }) => facts.some(({ value }) => value === 'ILC 390 PN')));
    // An answer of the same length to something else is none.
    const asked = analysed(['request', checked(identify.with(3, 6).subarray(0, -2))], ['reply', identity]);
    assert.ok(asked.devices.every(({ facts }) => facts.length === 0));
  });

  it('has sequence and state where checksums of replies that were published have them', () => {
    // Of a controller that runs, and of one that stands, from sequence 7 on; all else in those replies is unknown, and
    // the checksum of two differs as they do.
    const published: [state: number, checksums: string][] = [
      [2, 'c465 043f 4dac 8711 ce82'],
      [
        4,
        '9759 5703 1e90 d42d 9dbe 515e 18cd d270 9be3 52c5 1b56 d1eb 9878 5498 1d0b d7b6 9e25 5e7f 17ec dd51',
      ],
    ];
    const checksumOf = (message: Uint8Array) => Buffer.from(message.subarray(-2)).readUInt16LE();
    const first = checksumOf(stateIs(2));
    for (const [state, checksums] of published) {
      checksums.split(' ').forEach((digits, i) => {
        const told = Buffer.from(digits, 'hex').readUInt16LE() ^ 0x65c4;
        const ours = checked(
          stateIs(state)
            .with(5, 7 + i)
            .subarray(0, -2),
        );
        assert.equal(checksumOf(ours) ^ first, told, `${state} ${i}`);
      });
    }
  });

  it('shows what the state is in the tree of a reply', async () => {
    const wire = Wire.speaking({ on: 'tcp', at: [20_547] }, [
      ['request', readState],
      ['reply', stateIs(2).with(25, 0)],
    ]);
    const analysis = new Analysis({ dissectors: [proconos], strict: true });
    const file = wire.pcap();
    analysis.push(file);
    const { at } = analysis.finish().anomalies[0]!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [proconos]);
    const field = tree.messages.at(-1)!.fields.find(({ field: name }) => name === 'state')!;
    assert.deepEqual([field.offset, field.meaning], [8, 'running']);
  });

  it('tells commands by number where nobody published what they do', () => {
    const { operations } = analysed(...unexplained.map((one): [Direction, Uint8Array] => ['request', one]));
    assert.deepEqual(
      operations
        .map(({ samples }) => samples.map((sample) => sample.text))
        .flat()
        .sort(),
      ['command 0x06', 'command 0x07', 'command 0x5b', 'command 0x5b', 'open a session'],
    );
  });

  it('tells who asks on other ports also when one side alone was captured', () => {
    for (const [only, message] of [
      ['request', readState],
      ['reply', stateIs(2)],
    ] as const) {
      for (const spokenBy of ['request', 'reply'] as const) {
        const analysis = new Analysis({ dissectors: [proconos], strict: true });
        analysis.push(Wire.speaking({ on: 'tcp', at: [40_000] }, [[spokenBy, message]]).pcap());
        const { devices } = analysis.finish();
        const speaker = devices.find(
          ({ addresses }) => addresses[0] === (spokenBy === 'request' ? '192.0.2.1' : '192.0.2.2'),
        )!;
        assert.equal(
          speaker.roles.some(({ role }) => role === 'controller'),
          only === 'reply',
        );
      }
    }
  });

  it('is recognised on other ports by its checksum', () => {
    const published = [identify, stop, readState, hex`CC010004 400E0000 1821`];
    for (const message of [...published, identity]) {
      assert.equal(proconos.recognises(message, 0, message.length, false), OURS);
      const changed = Uint8Array.from(message);
      changed[4]! ^= 1;
      assert.equal(proconos.recognises(changed, 0, changed.length, false), NOT_OURS);
    }
    const analysis = new Analysis({ dissectors: [proconos], strict: true });
    analysis.push(Wire.speaking({ on: 'tcp', at: [40_000] }, [['request', stop]]).pcap());
    assert.equal(analysis.finish().operations[0]!.code, 'proconos.stop');
  });

  it('tells a checksum that is wrong', () => {
    const changed = Uint8Array.from(stop);
    changed[9]! ^= 1;
    const { anomalies } = analysed(['request', stop], ['request', changed]);
    assert.deepEqual(
      anomalies.map(({ code, count }) => [code, count]),
      [['proconos.checksum-wrong', 1]],
    );
  });
});
