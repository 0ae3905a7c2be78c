import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { deviceName } from './devices.ts';
import { melsec } from './melsec.ts';

const text = (words: string) => Buffer.from(words);
const u16le = (value: number) => u16(value).reverse();
const ROUTE = hex`00 FF FF03 00`;

function request(command: number, subcommand: number, data: ArrayLike<number> = []): Uint8Array {
  const rest = join(hex`1000`, u16le(command), u16le(subcommand), data);
  return join(hex`5000`, ROUTE, u16le(rest.length), rest);
}

function reply(data: ArrayLike<number> = [], endCode = 0): Uint8Array {
  return join(hex`D000`, ROUTE, u16le(2 + data.length), u16le(endCode), data);
}

/** 4E: with a serial number, so that several may be under way. */
const with4E = (message: Uint8Array, serial: number) =>
  join([message[0]! | 4, 0], u16le(serial), [0, 0], message.subarray(2));

/** SH-080956, 5.2: three words from D100, in binary and in ASCII. */
const readRequest = hex`
  5000             subheader
  00 FF FF03 00    network, station, module, multidrop
  0C00             length
  1000             monitoring timer
  0104 0000        read, in words
  640000 A8        D100
  0300             three
`;
const readReply = hex`
  D000
  00 FF FF03 00
  0800
  0000             end code
  3412 0200 EF1D
`;
const asciiRequest = text('500000FF03FF000018001004010000D*0001000003');
const asciiReply = text('D00000FF03FF0000100000123400021DEF');

/** 1E, SH-080008: three words from D100. */
const read1E = hex`
  01 FF 0A00       command, station, monitoring timer
  64000000 2044    D100
  03 00            three
`;
const write1E = hex`03 FF 0A00 65000000 2044 01 00 0900`;

const samples = [
  { request: readRequest, reply: readReply },
  { request: asciiRequest, reply: asciiReply },
  { request: with4E(request(0x1401, 1, hex`640000 90 0300 1010`), 7), reply: with4E(reply(), 7) },
  { request: read1E },
  { request: write1E },
  { request: request(0x0101, 0), reply: reply(join(text('Q03UDVCPU'.padEnd(16)), [0x66, 0x03])) },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'tcp', at: [5007] }, parts);
  const analysis = new Analysis({ dissectors: [melsec], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const first = ({ operations }: Report, code: string) =>
  operations.find((operation) => operation.code === `melsec.${code}`)!.samples[0]!.text;
const lastValues = ({ variables }: Report) =>
  Object.fromEntries(variables.map(({ name, last }) => [name, last.value]));

describe('MELSEC', () => {
  keepsItsPromises(melsec, samples);

  for (const [command, code] of [
    [0x1001, 'run'],
    [0x1002, 'stop'],
    [0x1003, 'pause'],
    [0x1005, 'clear-latch'],
    [0x1006, 'reset'],
    [0x1617, 'clear-error'],
  ] as const) {
    it(`tells 0x${command.toString(16)} as ${code}, which is dangerous`, () => {
      const { operations, malformed } = analysed(['request', request(command, 0, hex`0100 0000`)]);
      const told = operations.find((one) => one.code === `melsec.${code}`);
      assert.deepEqual([told?.dangerous, malformed], [true, []]);
    });
  }

  it('writes devices as engineers do', () => {
    assert.equal(deviceName(0xa8, 100), 'D100');
    assert.equal(deviceName(0x9c, 0x1f), 'X1F');
    assert.equal(deviceName(0xb4, 0xff), 'WFF');
    assert.equal(deviceName(0xb0, 0x12), 'ZR18');
  });

  it('reads binary and ASCII alike', () => {
    const expected = { D100: 0x1234, D101: 2, D102: 0x1def };
    const binary = analysed(['request', readRequest], ['reply', readReply]);
    const ascii = analysed(['request', asciiRequest], ['reply', asciiReply]);
    assert.equal(first(binary, 'read'), 'read D100 to D102: 4660, 2, 7663');
    assert.equal(first(ascii, 'read'), first(binary, 'read'));
    assert.deepEqual(lastValues(binary), expected);
    assert.deepEqual(lastValues(ascii), expected);
  });

  it('tells what is written, and what was there before', () => {
    const report = analysed(
      ['request', readRequest],
      ['reply', readReply],
      ['request', request(0x1401, 0, hex`650000 A8 0100 0900`)],
      ['reply', reply()],
    );
    assert.equal(first(report, 'write'), 'write D101 := 9 (before: 2)');
  });

  it('takes no value from a write that is refused, and takes those that nobody answers', () => {
    const write = (value: number) => request(0x1401, 0, join(hex`650000 A8 0100`, u16le(value)));
    const report = analysed(
      ['request', write(1)],
      ['reply', reply()],
      ['request', write(2)],
      ['reply', reply([], 0xc05b)],
    );
    assert.deepEqual(lastValues(report), { D101: 1 });
    const oneSided = analysed(['request', write(1)], ['request', write(2)]).variables[0]!;
    assert.deepEqual([oneSided.sets, oneSided.last.value], [2, 2]);
  });

  it('tells bits apart, whether they come by the bit or by the word', () => {
    const bits = analysed(['request', request(0x1401, 1, hex`640000 90 0300 1010`)]);
    assert.deepEqual(lastValues(bits), { M100: 1, M101: 0, M102: 1 });
    const words = analysed(['request', request(0x1401, 0, hex`100000 9D 0100 0180`)]);
    const values = lastValues(words);
    assert.deepEqual([values['Y10'], values['Y11'], values['Y1F']], [1, 0, 1]);
  });

  it('reads random and block access: words, double words, blocks', () => {
    const random = request(0x1402, 0, hex`01 01 0A0000A8 0700 140000A8 40E20100`);
    const block = request(0x1406, 0, hex`01 00 000000A8 0200 0100 0200`);
    const report = analysed(['request', random], ['reply', reply()], ['request', block]);
    assert.deepEqual(lastValues(report), { D10: 7, 'D20 (32 bits)': 123_456, D0: 1, D1: 2 });
    assert.equal(first(report, 'write'), 'write D10, D20 to D21 := 7, 123456');
  });

  it('remembers what was registered to be monitored', () => {
    const report = analysed(
      ['request', request(0x0801, 0, hex`01 00 0A0000A8`)],
      ['reply', reply()],
      ['request', request(0x0802, 0)],
      ['reply', reply(hex`0500`)],
    );
    assert.deepEqual(lastValues(report), { D10: 5 });
  });

  it('joins answers of 4E by their serial number', () => {
    const report = analysed(
      ['request', with4E(request(0x0401, 0, hex`010000A8 0100`), 1)],
      ['request', with4E(request(0x0401, 0, hex`020000A8 0100`), 2)],
      ['reply', with4E(reply(hex`2200`), 2)],
      ['reply', with4E(reply(hex`1100`), 1)],
    );
    assert.deepEqual(lastValues(report), { D1: 0x11, D2: 0x22 });
  });

  it('tells who runs, stops, resets and clears, and why not', () => {
    const report = analysed(
      ['request', request(0x1001, 0, hex`0300 02 00`)],
      ['reply', reply()],
      ['request', request(0x1002, 0, hex`0100`)],
      ['reply', reply([], 0xc201)],
      ['request', request(0x1005, 0, hex`0100`)],
      ['reply', reply()],
      ['request', request(0x1006, 0, hex`0100`)],
    );
    assert.equal(first(report, 'run'), 'change to RUN: by force, clear all devices');
    const stop = report.operations.find(({ code }) => code === 'melsec.stop')!;
    assert.deepEqual(stop.techniques, ['T0858']);
    assert.equal(stop.refused[0]!.code, 'melsec.locked-by-remote-password');
    assert.ok(report.operations.some(({ code }) => code === 'melsec.clear-latch'));
    assert.ok(report.operations.some(({ code }) => code === 'melsec.reset'));
  });

  it('tells that a remote password was sent, and never which', async () => {
    const report = analysed(['request', request(0x1630, 0, join(u16le(8), text('q9ZxMel7')))]);
    assert.deepEqual(
      report.credentials.map(({ scheme, secret }) => [scheme, secret]),
      [['MELSEC remote password', 8]],
    );
    const { at } = report.operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [melsec]);
    const shown = JSON.stringify([tree.messages.map(({ fields }) => fields), report.operations]);
    assert.ok(shown.includes('"password"') && !shown.includes('q9ZxMel7') && !shown.includes('71395a78'));
  });

  it('reads 1E frames, whose answers are known by their request only', () => {
    const parts: [Direction, Uint8Array][] = [
      ['request', read1E],
      ['reply', hex`81 00 3412 0200 EF1D`],
      ['request', write1E],
      ['reply', hex`83 00`],
      ['request', hex`00 FF 0A00 10000000 204D 03 00`],
      ['reply', hex`80 00 10 10`],
      ['request', hex`03 FF 0A00 65000000 2044 01 00 0800`],
      ['reply', hex`83 55`],
    ];
    for (const on of ['tcp', 'udp']) {
      const analysis = new Analysis({ dissectors: [melsec], strict: true });
      analysis.push(Wire.speaking({ on, at: [5007] }, parts).pcap());
      const report = analysis.finish();
      assert.deepEqual(report.malformed, []);
      assert.equal(first(report, 'read'), 'read D100 to D102: 4660, 2, 7663');
      assert.equal(first(report, 'write'), 'write D101 := 9 (before: 2)');
      const values = lastValues(report);
      assert.deepEqual([values['D100'], values['D101'], values['M16'], values['M17']], [0x1234, 9, 1, 0]);
      const write = report.operations.find(({ code }) => code === 'melsec.write')!;
      assert.equal(write.refused[0]!.code, 'melsec.not-possible-while-running');
    }
  });

  it('learns the model', () => {
    const { request: ask, reply: answer } = samples.at(-1)!;
    const { devices } = analysed(['request', ask], ['reply', answer!]);
    const facts = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!.facts;
    assert.ok(facts.some(({ field, value }) => field === 'model' && value === 'Q03UDVCPU'));
  });

  it('is recognised on any port when lengths, route and command agree', () => {
    const { length } = readRequest;
    assert.equal(melsec.recognises(readRequest, 0, length, false), OURS);
    assert.equal(melsec.recognises(readRequest.with(12, 0x77), 0, length, false), NOT_OURS);
    assert.equal(melsec.recognises(readRequest.with(7, 0x0d), 0, length, false), NOT_OURS);
    assert.equal(melsec.recognises(u32(0x5000_0000) as never, 0, 4, false), NOT_OURS);
  });
});
