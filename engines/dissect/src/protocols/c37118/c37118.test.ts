import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { c37118 } from './c37118.ts';
import { crc } from './crc.ts';

const STREAM = 60;
const DATA = 0;
const HEADER = 1;
const CONFIGURATION_2 = 3;
const COMMAND = 4;
const CONFIGURATION_3 = 5;

function frame(type: number, body: ArrayLike<number>, version = 1): Uint8Array {
  const head = [[0xaa, (type << 4) | version], u16(16 + body.length), u16(STREAM)];
  const open = join(...head, u32(1_700_000_000), u32(0x0000_8000), body);
  return join(open, u16(crc(open, 0, open.length)));
}

const name = (text: string) => Array.from(text.padEnd(16), (letter) => letter.charCodeAt(0));

/** One PMU: a voltage, a current, an analog value and a word of states; integers, rectangular. */
const configuration = frame(
  CONFIGURATION_2,
  join(
    u32(1_000_000),
    u16(1),
    name('Substation 7'),
    u16(STREAM),
    u16(0),
    u16(2),
    u16(1),
    u16(1),
    name('VA'),
    name('IA'),
    name('Oil'),
    ...Array.from({ length: 16 }, (_, i) => name(`D${i}`)),
    u32(100_000),
    u32(0x0100_0000 + 10_000),
    u32(1),
    u16(0),
    u16(0xffff),
    u16(1),
    u16(3),
    u16(50),
  ),
);

/** Status, phasors as real and imaginary, deviation, its change, analog, digital. */
const data = (status = 0) =>
  frame(DATA, join(u16(status), hex`0064 0064  100 and 100`, hex`000A 0000`, hex`FF38 0019 0028 8001`));

const command = (code: number) => frame(COMMAND, u16(code));
const header = frame(HEADER, Buffer.from('Feeder 7, north'));

/** The same in configuration 3: names as long as they are, and where it stands. */
const configuration3 = frame(
  CONFIGURATION_3,
  join(
    u16(0),
    u32(1_000_000),
    u16(1),
    [3],
    Buffer.from('S 7'),
    u16(STREAM),
    new Uint8Array(16),
    u16(0x000f),
    u16(1),
    u16(0),
    u16(0),
    [2],
    Buffer.from('VA'),
    u16(0),
    [0, 0],
    hex`3F800000 00000000`,
    hex`42480000 41200000 00000000  50 and 10 degrees`,
    [0x4d],
    u32(0),
    u32(0),
    u16(1),
    u16(0),
    u16(50),
  ),
  2,
);

const samples = [
  { request: command(2), reply: header },
  { request: command(1), reply: data() },
  { request: command(6), reply: configuration3 },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'tcp', at: [4712] }, parts);
  const analysis = new Analysis({ dissectors: [c37118], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const read = (bytes: Uint8Array) => c37118.read(new ByteReader(bytes), { direction: 'reply' });

describe('IEEE C37.118', () => {
  keepsItsPromises(c37118, samples);

  it('knows the checksum', () => {
    assert.equal(crc(Buffer.from('123456789'), 0, 9), 0x29b1);
  });

  it('reads a configuration', () => {
    const { blocks, rate } = read(configuration).configuration!;
    assert.equal(rate, 50);
    assert.equal(blocks[0]!.station, 'Substation 7');
    assert.deepEqual(
      blocks[0]!.phasors.map(({ name: channel, scale, unit }) => [channel, scale, unit]),
      [
        ['VA', 1, 'V'],
        ['IA', 0.1, 'A'],
      ],
    );
    assert.equal(blocks[0]!.digitals[0]![15], 'D15');
    assert.equal(blocks[0]!.nominal, 50);
  });

  it('reads data in the light of what was configured', () => {
    const { operations } = analysed(['reply', configuration], ['reply', data()]);
    const { params, text } = operations[0]!.samples[0]!;
    assert.equal(text, 'measurements of stream 60 (49.8 Hz)');
    assert.deepEqual(params['values'], [
      'Substation 7 VA = 141.4214 V ∠ 45°',
      'Substation 7 IA = 1 A ∠ 0°',
      'Substation 7 Oil = 40',
    ]);
    assert.deepEqual(params['digitals'], [0x8001]);
    assert.equal(operations[0]!.source.address, '192.0.2.1');
  });

  it('lets an analyst read them again, with the names of the channels', async () => {
    const { operations, file } = analysed(['reply', configuration], ['reply', data()]);
    const { at } = operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [c37118]);
    assert.ok(JSON.stringify(tree.messages[0]!.fields).includes('Substation 7'));
    assert.equal(tree.messages[0]!.malformed, undefined);
  });

  it('counts data that nobody configured, without guessing what they mean', () => {
    const { operations, counts } = analysed(['reply', data()]);
    assert.deepEqual({ ...(counts['c37118_frame'] as object) }, { 0: 1 });
    assert.deepEqual(operations[0]!.samples[0]!.params, { stream: STREAM });
  });

  it('tells who switches a stream off', () => {
    const [operation] = analysed(['request', command(1)]).operations;
    assert.equal(operation!.code, 'c37118.data-off');
    assert.deepEqual(operation!.techniques, ['T0815', 'T0804']);
    assert.equal(operation!.samples[0]!.text, 'stop the data of stream 60');
  });

  it('learns the names and the place of a PMU', () => {
    const { devices } = analysed(['reply', configuration3], ['reply', header]);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const stated = facts.map(({ field, value }) => `${field} ${value}`);
    assert.ok(stated.includes('station S 7'));
    assert.ok(stated.includes('location 50.00000, 10.00000'));
    assert.ok(stated.includes('description Feeder 7, north'));
  });

  it('notices a PMU that loses its clock, once', () => {
    const lost = data(0x2000);
    const { anomalies } = analysed(
      ['reply', configuration],
      ['reply', data()],
      ['reply', lost],
      ['reply', lost],
    );
    assert.deepEqual(
      anomalies.map(({ code, count }) => [code, count]),
      [['c37118.not-in-sync', 1]],
    );
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { pmu: 'Substation 7' });
  });

  it('notices data that are not what was configured', () => {
    const { anomalies } = analysed(['reply', configuration], ['reply', frame(DATA, u16(0))]);
    assert.equal(anomalies[0]!.code, 'c37118.size-differs');
  });

  it('believes nothing behind a wrong checksum', () => {
    const damaged = data();
    damaged[15]! ^= 1;
    const { anomalies, operations } = analysed(['reply', damaged]);
    assert.equal(anomalies[0]!.code, 'c37118.checksum-wrong');
    assert.deepEqual(operations, []);
  });

  it('is recognised on any port by its checksum', () => {
    const bytes = command(2);
    assert.equal(c37118.recognises(bytes, 0, bytes.length, false), OURS);
    assert.equal(c37118.recognises(bytes.with(17, 0), 0, bytes.length, false), NOT_OURS);
  });

  it('takes no count for more than the frame has room for', () => {
    const lying = frame(
      CONFIGURATION_2,
      join(u32(1), u16(1), name('X'), u16(1), u16(0), hex`FFFF FFFF FFFF`),
    );
    assert.throws(
      () => read(lying),
      new Malformed('number of phasors', 40, 'more channels than the frame has room for'),
    );
  });
});
