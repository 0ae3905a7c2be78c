import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { mqtt } from './mqtt.ts';

type Bytes = ArrayLike<number>;

const text = (value: string) => join(u16(Buffer.byteLength(value)), Buffer.from(value));

/** 2.1: type and flags, the remaining length, the rest. */
function packet(first: number, ...body: Bytes[]): Uint8Array {
  const content = join(...body);
  const length: number[] = [];
  for (let left = content.length; ; left = left >> 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) break;
  }
  return join([first], length, content);
}

/** 3.1.2: name, version, flags, a minute. */
const connect = (version: number, flags: number, ...payload: Bytes[]) =>
  packet(0x10, text('MQTT'), [version, flags], u16(60), version === 5 ? [0] : [], ...payload);
const withPassword = (user: string, password: string) =>
  connect(4, 0xc2, text('panel-7'), text(user), text(password));
const connack = (code: number) => packet(0x20, [0, code]);
const publish = (topic: string, payload: Bytes) => packet(0x30, text(topic), payload);
const subscribe = (...filters: string[]) =>
  packet(0x82, u16(10), ...filters.flatMap((one) => [text(one), [1]]));
const suback = (code: number) => packet(0x90, u16(10), [code]);

// Protocol Buffers: fields of a number, of bytes, and of 64 bits.
const varint = (value: bigint): number[] =>
  value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
const number = (field: number, value: number | bigint) =>
  join(varint(BigInt(field * 8)), varint(BigInt.asUintN(64, BigInt(value))));
const bytes = (field: number, value: Bytes) =>
  join(varint(BigInt(field * 8 + 2)), varint(BigInt(value.length)), value);
const float = (field: number, value: number) => {
  const four = new Uint8Array(4);
  new DataView(four.buffer).setFloat32(0, value, true);
  return join(varint(BigInt(field * 8 + 5)), four);
};

/** Sparkplug 3.0.0, 6.4.1: numbers of fields and of types. */
const [INT16, INT32, INT64, FLOAT, BOOLEAN, STRING] = [2, 3, 4, 9, 11, 12];
const metric = (...fields: Bytes[]) => bytes(2, join(...fields));
const named = (name: string, type: number, ...value: Bytes[]) =>
  metric(bytes(1, Buffer.from(name)), number(4, type), ...value);
const numbered = (sequence: number, type: string, station: string, ...metrics: Bytes[]) =>
  publish(
    `spBv1.0/plant/${type}/${station}`,
    join(number(1, 1_700_000_000_000n), ...metrics, number(3, sequence)),
  );
const sparkplug = (type: string, station: string, ...metrics: Bytes[]) =>
  numbered(0, type, station, ...metrics);

const birth = sparkplug(
  'NBIRTH',
  'boiler',
  named('Temperature', FLOAT, number(2, 7), float(12, 21.5)),
  named('Level', INT16, number(2, 8), number(10, 0xffff_fffe)),
  named('Offset', INT32, number(10, 0xffff_fffd)),
  named('Count', INT64, number(2, 9), number(11, -5)),
  named('Pump', BOOLEAN, number(2, 10), number(14, 1)),
  named('Properties/Hardware Make', STRING, bytes(15, Buffer.from('ACME'))),
);

const samples = [
  { request: withPassword('operator', 'secret'), reply: connack(0) },
  { request: subscribe('plant/#'), reply: suback(0x80) },
  { request: publish('plant/t', Buffer.from('21.5')), reply: publish('plant/x', hex`000102`) },
  { request: birth, reply: sparkplug('NCMD', 'boiler', named('Pump', BOOLEAN, number(14, 0))) },
  { request: packet(0xc0), reply: packet(0xd0) },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [mqtt], strict: true });
  const file = Wire.speaking({ on: 'tcp', at: [1883] }, parts).pcap();
  analysis.push(file);
  return { ...analysis.finish(), file };
}

const texts = (report: { operations: readonly { samples: readonly { text: string }[] }[] }) =>
  report.operations.flatMap((operation) => operation.samples.map((sample) => sample.text));

const values = (report: ReturnType<typeof analysed>) =>
  Object.fromEntries(report.variables.map(({ name, last }) => [name, last.value]));

describe('MQTT', () => {
  keepsItsPromises(mqtt, samples);

  it('is recognised on any port by its CONNECT, and by nothing less', () => {
    for (const sample of [samples[0]!.request, connect(5, 2, text('x'))]) {
      assert.equal(mqtt.recognises(sample, 0, sample.length, false), OURS);
    }
    for (const sample of [
      publish('t', [1]),
      connack(0),
      packet(0xc0),
      packet(0x10, text('HTTP'), new Uint8Array(9)),
    ]) {
      assert.equal(mqtt.recognises(sample, 0, sample.length, false), NOT_OURS);
    }
  });

  it('tells a password by its length, and not what it is', async () => {
    const report = analysed(['request', withPassword('operator', 'hunter2')], ['reply', connack(0)]);
    assert.deepEqual(
      report.credentials.map(({ scheme, user, secret }) => [scheme, user, secret]),
      [['mqtt-password', 'operator', 7]],
    );
    assert.deepEqual(texts(report), ['connect as client panel-7 (user operator)']);
    const { at } = report.operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [mqtt]);
    const shown = JSON.stringify(tree.messages[0]!.fields);
    assert.ok(!shown.includes('hunter2') && !shown.includes(Buffer.from('hunter2').toString('hex')));
  });

  it('tells why somebody is refused, and who tries again and again', () => {
    const tries = Array.from({ length: 5 }, (_, i): [Direction, Uint8Array][] => [
      ['request', withPassword('admin', `guess ${i}`)],
      ['reply', connack(5)],
    ]);
    const report = analysed(...tries.flat());
    assert.deepEqual(
      report.operations.map(({ code, count }) => [code, count]),
      [
        ['mqtt.guesses-passwords', 1],
        ['mqtt.connect', 5],
      ],
    );
    assert.equal(report.operations[1]!.refused![0]!.code, 'mqtt.not-authorized');
    const fewer = analysed(...tries.slice(0, 4).flat());
    assert.equal(fewer.operations.length, 1);
  });

  it('tells who listens to everything', () => {
    const report = analysed(['request', subscribe('#')], ['reply', suback(1)], ['request', subscribe('a/#')]);
    assert.deepEqual(texts(report), ['subscribe to everything (#)', 'subscribe to a/#']);
  });

  it('reads numbers that are published as text', () => {
    const report = analysed(
      ['request', publish('plant/t', Buffer.from('21.5'))],
      ['request', publish('plant/pump', Buffer.from('{"on":true,"rpm":1450,"name":"P1","in":{"x":1}}'))],
      ['request', publish('plant/note', Buffer.from('about 7'))],
    );
    assert.deepEqual(values(report), { 'plant/t': 21.5, 'plant/pump on': 1, 'plant/pump rpm': 1450 });
  });

  it('reads what 5.0 adds, in the light of the CONNECT', async () => {
    const alias = packet(0x30, text('plant/t'), [3, 0x23], u16(1), Buffer.from('1'));
    const again = packet(0x30, text(''), [3, 0x23], u16(1), Buffer.from('2'));
    const refused = packet(0x40, u16(9), [0x87, 0]);
    const report = analysed(
      ['request', connect(5, 2, text('panel-7'))],
      ['reply', packet(0x20, [0, 0, 0])],
      ['request', alias],
      ['request', again],
      ['request', packet(0x32, text('plant/x'), u16(9), [0], Buffer.from('3'))],
      ['reply', refused],
    );
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(values(report), { 'plant/t': 2, 'plant/x': 3 });
    const published = report.operations.find(({ code }) => code === 'mqtt.publish')!;
    assert.equal(published.refused![0]!.code, 'mqtt.not-authorized');
    const { at } = published.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [mqtt]);
    assert.ok(tree.messages[0]!.fields.some(({ field }) => field === 'properties'));
  });

  it('knows the version by either of the first two packets', () => {
    const published = packet(0x30, text('plant/t'), [0], Buffer.from('1'));
    for (const first of [
      ['request', connect(5, 2, text('panel-7'))],
      ['reply', packet(0x20, [0, 0, 0])],
    ] as [Direction, Uint8Array][]) {
      assert.deepEqual(values(analysed(first, ['request', published])), { 'plant/t': 1 });
    }
    assert.deepEqual(values(analysed(['request', published])), {});
  });

  it('contradicts a quality of service that there is not', () => {
    const bytesOf = packet(0x36, text('t'), u16(1));
    assert.throws(() => mqtt.read(new ByteReader(bytesOf), { direction: 'request' }), Malformed);
  });

  describe('with Sparkplug', () => {
    it('knows metrics by the alias and type that their birth told', () => {
      const report = analysed(
        ['request', birth],
        [
          'request',
          sparkplug(
            'NDATA',
            'boiler',
            metric(number(2, 7), float(12, 22)),
            metric(number(2, 8), number(10, 0xffff)),
          ),
        ],
      );
      assert.deepEqual(values(report), {
        'plant/boiler/Temperature': 22,
        'plant/boiler/Level': -1,
        'plant/boiler/Offset': -3,
        'plant/boiler/Count': -5,
        'plant/boiler/Pump': 1,
      });
      assert.equal(texts(report)[1], 'plant/boiler reports (Temperature = 22, Level = -1)');
      const facts = report.devices.flatMap((device) =>
        device.facts.map(({ field, value }) => `${field}=${value}`),
      );
      assert.ok(facts.includes('vendor=ACME'));
    });

    it('tells commands with what was before, and reboots', () => {
      const report = analysed(
        ['request', birth],
        ['request', sparkplug('NCMD', 'boiler', named('Pump', BOOLEAN, number(14, 0)))],
        ['request', sparkplug('NCMD', 'boiler', named('Pump', BOOLEAN, number(14, 0)))],
        ['request', sparkplug('NCMD', 'boiler', named('Node Control/Reboot', BOOLEAN, number(14, 1)))],
        ['request', sparkplug('NCMD', 'boiler', named('Node Control/Rebirth', BOOLEAN, number(14, 1)))],
        ['request', sparkplug('DDEATH', 'boiler/valve')],
      );
      assert.deepEqual(
        report.operations.map(({ code, dangerous, samples: told }) => [code, !!dangerous, told.at(-1)!.text]),
        [
          ['mqtt.sparkplug-command', true, 'command plant/boiler: Pump := false (before: true)'],
          ['mqtt.sparkplug-reboot', true, 'reboot plant/boiler: Node Control/Reboot := true'],
          [
            'mqtt.sparkplug-birth',
            false,
            'plant/boiler comes to life (Temperature = 21.5, Level = -2, Offset = -3, Count = -5, Pump = true, Properties/Hardware Make = "ACME")',
          ],
          ['mqtt.sparkplug-rebirth', false, 'ask plant/boiler to tell all it has'],
          ['mqtt.sparkplug-death', false, 'plant/boiler/valve is gone'],
        ],
      );
    });

    it('notices numbers that do not follow, on the connection of the node', () => {
      const say = (sequence: number): [Direction, Uint8Array] => [
        'request',
        numbered(sequence, 'NDATA', 'boiler'),
      ];
      const broken = analysed(say(254), say(255), say(0), say(1), say(7), say(8));
      assert.deepEqual(
        broken.anomalies.map(({ code, samples: [sample] }) => [
          code,
          sample!.params['expected'],
          sample!.params['actual'],
        ]),
        [['mqtt.sparkplug-sequence-broken', 2, 7]],
      );
      const received = ([, bytesOf]: [Direction, Uint8Array]): [Direction, Uint8Array] => ['reply', bytesOf];
      assert.deepEqual(analysed(received(say(1)), received(say(7))).anomalies, []);
    });

    it('does not read messages deeper than anybody means them', () => {
      let deep: Uint8Array = bytes(9, []);
      for (let i = 0; i < 40; i++) deep = bytes(18, bytes(2, deep));
      const sample = publish('spBv1.0/plant/NDATA/boiler', bytes(2, deep));
      assert.throws(() => mqtt.read(new ByteReader(sample), { direction: 'request' }), /messages deep/);
    });
  });

  it('shows a client of Eclipse Paho', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/MQTT/mqtt.pcap');
    if (!report) return;
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(sentences(report, /mqtt\.(receive|publish|subscribe)/), [
      '2 × receive SampleTopic (Hello from the Paho blocking client)',
      '1 × subscribe to SampleTopic',
      '1 × publish SampleTopic (Hello MQTT)',
    ]);
  });
});
