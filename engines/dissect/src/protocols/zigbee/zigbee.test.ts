import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { ieee802154 } from './ieee802154.ts';
import { zep } from './zep.ts';
import { zigbee } from './zigbee.ts';

const dissectors = [ieee802154, zep, zigbee];

/** IEEE 802.15.4 between coordinator 0 and device 0x1234 of PAN 0xabcd, with its check sequence. */
function mac(way: 'there' | 'back', payload: Uint8Array): Uint8Array {
  const addresses = way === 'there' ? hex`cd ab 34 12 00 00` : hex`cd ab 00 00 34 12`;
  const frame = join(hex`61 88 01`, addresses, payload);
  return join(frame, u16(crc16(crc16Ccitt, 0, frame, 0, frame.length)).reverse());
}

/** Network layer and application support: endpoint 1 of both, profile home automation. */
function support(way: 'there' | 'back', cluster: number, payload: Uint8Array): Uint8Array {
  const addresses = way === 'there' ? hex`34 12 00 00` : hex`00 00 34 12`;
  return join(
    hex`08 00`,
    addresses,
    hex`1e 05`,
    hex`00 01`,
    u16(cluster).reverse(),
    hex`04 01 01 07`,
    payload,
  );
}

const READ_MODEL = support('there', 0, hex`00 11 00 04 00 05 00`);
const READ_MODEL_ANSWER = support(
  'back',
  0,
  join(hex`18 11 01`, hex`04 00 00 42 03 41 42 42`, hex`05 00 00 42 02 58 31`),
);
const TEMPERATURE = support('back', 0x0402, hex`18 12 0a 00 00 29 2e fb`);
const SET_POINT = support('there', 0x0201, hex`00 13 02 12 00 29 d0 07`);
const SET_POINT_REFUSED = support('back', 0x0201, hex`18 13 04 88 12 00`);
const ON = support('there', 6, hex`01 14 01`);

function analysed(...frames: Uint8Array[]) {
  const wire = new Wire({ on: 'link', at: [195] });
  for (const frame of frames) wire.add(frame);
  const analysis = new Analysis({ dissectors, strict: true });
  const file = wire.pcap({ linkType: 195 });
  analysis.push(file);
  return { file, ...analysis.finish() };
}

/** Of a sniffer: version 2, data, with a check sequence. */
function sniffed(frame: Uint8Array): Uint8Array {
  return join(hex`4558 02 01 0B 0001 01 FF`, new Uint8Array(22), [frame.length], frame);
}

const checked = (frame: Uint8Array) =>
  join(frame, u16(crc16(crc16Ccitt, 0, frame, 0, frame.length)).reverse());
/** The coordinator admits a device by its extended address. */
const ADMIT = checked(hex`63 CC 02 CDAB 8877665544332211 FFEEDDCCBBAA0099 02 3412 00`);
const LEAVES = checked(hex`63 88 03 CDAB 0000 3412 03 02`);

describe('zep', () => {
  keepsItsPromises(
    zep,
    [{ request: sniffed(ADMIT), reply: sniffed(LEAVES) }, { request: hex`4558 02 02 00000007` }],
    {
      within: [ieee802154],
    },
  );
});

describe('ieee802.15.4', () => {
  keepsItsPromises(ieee802154, [{ request: ADMIT, reply: LEAVES }, { request: mac('there', ON) }]);

  it('knows stations by PAN and short address', () => {
    const { conversations, malformed, anomalies } = analysed(mac('there', ON));
    assert.deepEqual([malformed, anomalies], [[], []]);
    assert.deepEqual(
      conversations.map(({ from, to, protocol }) => [from.address, to.address, protocol]),
      [['wpan:abcd/0000', 'wpan:abcd/1234', 'zigbee']],
    );
  });

  it('does not read a frame whose check sequence is wrong', () => {
    const frame = mac('there', ON);
    for (let at = 3; at < frame.length; at++) {
      const damaged = Uint8Array.from(frame);
      damaged[at]! ^= 1;
      const { anomalies, operations } = analysed(damaged);
      assert.deepEqual([anomalies.map(({ code }) => code), operations], [['wpan.wrong-check'], []]);
    }
  });

  it('joins the extended address of a newcomer to the short one it is given', (t) => {
    const report = told(t, 'ITI+ICS-Security-Tools/pcaps/Zigbee/control4-sample.pcap');
    if (!report) return;
    assert.deepEqual(sentences(report, /wpan\.associate/), [
      '1 × admit to the network with short address 0x9090 (status 0)',
    ]);
    const newcomer = report.devices.find(({ addresses }) => addresses.includes('wpan:3359/9090'))!;
    assert.ok(newcomer.addresses.includes('eui64:00:0f:ff:00:00:41:5b:1a'));
  });

  it('reads what a radio wrote in the place of the check sequence, through a sniffer', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/Zigbee/zigbee1.pcap');
    if (!report) return;
    assert.deepEqual({ ...(report.counts['ics_frames'] as object) }, { 'ieee802.15.4': 500, zigbee: 131 });
    assert.deepEqual(report.malformed, []);
  });
});

describe('zigbee', () => {
  keepsItsPromises(
    zigbee,
    [
      { request: READ_MODEL, reply: READ_MODEL_ANSWER },
      { request: SET_POINT, reply: SET_POINT_REFUSED },
      { request: ON, reply: TEMPERATURE },
    ],
    { dissectors: [ieee802154], wrap: (message) => mac('there', message) },
  );

  it('tells who a device is', () => {
    const report = analysed(mac('there', READ_MODEL), mac('back', READ_MODEL_ANSWER));
    const { facts } = report.devices.find(({ id }) => id === 'wpan:abcd/1234')!;
    assert.deepEqual(
      facts.map(({ field, value }) => [field, value]),
      [
        ['vendor', 'ABB'],
        ['model', 'X1'],
      ],
    );
    assert.deepEqual(sentences(report, /read/), [
      '1 × read attributes 0x0004, 0x0005 of Basic at endpoint 1',
    ]);
    assert.deepEqual(report.operations[0]!.samples[0]!.params['values'], ['ABB', 'X1']);
  });

  it('tells values that are reported, and those that are set', () => {
    const { variables } = analysed(mac('back', TEMPERATURE), mac('there', SET_POINT));
    assert.deepEqual(
      variables.map(({ device, name, last, sets }) => [device.address, name, last.value, sets]),
      [
        ['wpan:abcd/1234', '1 Thermostat 0x0012', 2000, 1],
        ['wpan:abcd/1234', '1 Temperature measurement 0x0000', -1234, 0],
      ],
    );
  });

  it('joins a refusal to what was asked', () => {
    const { operations } = analysed(mac('there', SET_POINT), mac('back', SET_POINT_REFUSED));
    assert.deepEqual(
      operations.map(({ code, refused }) => [code, refused.map((reason) => reason.code)]),
      [['zigbee.write-attributes', ['zigbee.read-only']]],
    );
    assert.deepEqual(analysed(mac('there', SET_POINT), mac('back', SET_POINT_REFUSED)).variables, []);
  });

  it('tells what is switched', () => {
    assert.deepEqual(sentences(analysed(mac('there', ON)), /./), ['1 × command On/off at endpoint 1: on']);
  });

  it('tells that a key was handed over in clear, never which', (t) => {
    const report = told(t, 'ITI+ICS-Security-Tools/pcaps/Zigbee/control4-sample.pcap');
    if (!report) return;
    assert.deepEqual(
      report.credentials.map(({ scheme, user, secret }) => [scheme, user, secret]),
      [['key', 'network key', 16]],
    );
  });

  it('speaks from end to end, whoever relays', () => {
    const relayed = join(hex`61 88 01 cd ab 34 12 99 00`, ON);
    const check = u16(crc16(crc16Ccitt, 0, relayed, 0, relayed.length)).reverse();
    const { operations, conversations } = analysed(join(relayed, check));
    assert.equal(operations[0]!.source.address, 'wpan:abcd/0000');
    assert.equal(conversations.length, 2);
  });

  it('can be read again, field by field', async () => {
    const { file, operations } = analysed(mac('there', SET_POINT));
    const { at } = operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, dissectors);
    assert.equal(tree.frame.fields[0]!.field, 'MAC header');
    assert.deepEqual(
      tree.messages.map(({ dissector, malformed }) => [dissector, malformed]),
      [
        ['ieee802.15.4', undefined],
        ['zigbee', undefined],
      ],
    );
  });

  const messages = [READ_MODEL, READ_MODEL_ANSWER, TEMPERATURE, SET_POINT, SET_POINT_REFUSED, ON];

  it('shows every octet', () => {
    for (const bytes of messages) {
      const reader = new TracedReader(bytes);
      assert.deepEqual(
        zigbee.read(reader, { direction: 'request' }),
        zigbee.read(new ByteReader(bytes), { direction: 'request' }),
      );
      assert.equal(
        reader.finish().reduce((sum, { length }) => sum + length, 0),
        bytes.length,
      );
    }
  });

  it('survives any bit flipped, and any end', () => {
    for (const bytes of messages) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const damaged = Uint8Array.from(bytes);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        for (const part of [damaged, damaged.subarray(0, bit >> 3)]) {
          analysed(mac('there', part));
          try {
            zigbee.read(new ByteReader(part), { direction: 'request' });
          } catch (error) {
            assert.ok(error instanceof Malformed);
          }
        }
      }
    }
  });
});
