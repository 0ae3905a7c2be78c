import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { factsOf, SERVER } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { Plant } from '../../testing/plant.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { srtp } from './srtp.ts';

const u16le = (value: number) => u16(value).reverse();

/** Written after the tables of the paper: 42 octets up to the service request. */
function header(type: number, mailbox: number, sequence: number, length: number): Uint8Array {
  return join(
    [type, 0],
    u16le(sequence),
    u16le(length),
    new Uint8Array(25),
    [mailbox],
    hex`00000000 100E0000`,
    [1, 1],
  );
}

const request = (service: number, parameters: ArrayLike<number>, sequence = 1) =>
  join(
    header(2, 0xc0, sequence, 0),
    [service],
    Uint8Array.from({ length: 13 }, (_, i) => parameters[i] ?? 0),
  );

/** With a text buffer. */
function long(
  service: number,
  parameters: ArrayLike<number>,
  text: ArrayLike<number>,
  sequence = 1,
  packets = [1, 1],
): Uint8Array {
  const head = header(2, 0x80, sequence, text.length).subarray(0, 42);
  const rest = Uint8Array.from({ length: 5 }, (_, i) => parameters[i] ?? 0);
  return join(head, u16le(text.length), [0, 0, 0, 0], packets, [service], rest, text);
}

const noText: ArrayLike<number> = [];

function reply(
  data: ArrayLike<number>,
  { sequence = 1, status = [0, 0], state = 0, text = noText, packets = [1, 1] } = {},
) {
  const inline = Uint8Array.from({ length: 6 }, (_, i) => data[i] ?? 0);
  const mailbox = status[0] ? 0xd1 : text.length > 0 ? 0x94 : 0xd4;
  const length = text.length;
  const head = length > 0 ? join(u16le(length), [0, 0, 0, 0], packets) : join(status, inline);
  return join(header(3, mailbox, sequence, length), head, [0, 2], u16le(10), u16le(state << 12), text);
}

const readRegisters = request(0x04, hex`08 0900 0200`);

const samples = [
  { request: new Uint8Array(56), reply: join([1], new Uint8Array(55)) },
  { request: readRegisters, reply: reply(hex`3930 0100`) },
  { request: long(0x07, hex`08 0000 0400`, hex`0100 0200 0300 0400`), reply: reply([]) },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'tcp', at: [18_245] }, parts);
  const analysis = new Analysis({ dissectors: [srtp], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const first = ({ operations }: Report, code: string) =>
  operations.find((operation) => operation.code === `ge-srtp.${code}`)!.samples[0]!.text;
const lastValues = ({ variables }: Report) =>
  Object.fromEntries(variables.map(({ name, last }) => [name, last.value]));

describe('GE SRTP', () => {
  keepsItsPromises(srtp, samples);

  for (const [service, code] of [
    [0x08, 'write-task'],
    [0x09, 'write-program-memory'],
    [0x22, 'set-cpu-id'],
    [0x23, 'set-state'],
    [0x24, 'set-clock'],
    [0x39, 'clear-faults'],
    [0x3f, 'upload'],
    [0x40, 'download'],
    [0x44, 'toggle-force'],
  ] as const) {
    it(`tells service 0x${service.toString(16)} as ${code}, which is dangerous`, () => {
      const { operations, malformed } = analysed(['request', request(service, [])]);
      const told = operations.find((one) => one.code === `ge-srtp.${code}`);
      assert.deepEqual([told?.dangerous, malformed], [true, []]);
    });
  }

  it('tells registers that are read and written, and what was there before', () => {
    const report = analysed(
      ['request', readRegisters],
      ['reply', reply(hex`3930 0100`)],
      ['request', request(0x07, hex`08 0900 0100 0700`, 2)],
      ['reply', reply([], { sequence: 2 })],
    );
    assert.equal(first(report, 'read'), 'read %R10 to %R11: 12345, 1');
    assert.equal(first(report, 'write'), 'write %R10 := 7 (before: 12345)');
    assert.deepEqual(lastValues(report), { '%R10': 7, '%R11': 1 });
  });

  it('takes no value from a write that is refused', () => {
    const write = (value: number) => request(0x07, join(hex`08 0900 0100`, [value, 0]), value);
    const report = analysed(
      ['request', write(1)],
      ['reply', reply([], { sequence: 1 })],
      ['request', write(2)],
      ['reply', reply([], { sequence: 2, status: [5, 0xf1] })],
    );
    assert.deepEqual(lastValues(report), { '%R10': 1 });
  });

  it('numbers what is discrete by the bit, also when it comes by the byte', () => {
    const report = analysed(
      ['request', request(0x07, hex`46 0200 0200 04`)],
      ['request', request(0x07, hex`12 0100 0100 81`, 2)],
    );
    const values = lastValues(report);
    assert.deepEqual([values['%I3'], values['%I4']], [1, 0]);
    assert.deepEqual([values['%Q9'], values['%Q10'], values['%Q16']], [1, 0, 1]);
  });

  it('tells who stops the controller, and that it did stop', () => {
    const report = analysed(
      ['request', request(0x00, [])],
      ['reply', reply([])],
      ['request', request(0x23, [1], 2)],
      ['reply', reply([], { sequence: 2, state: 2 })],
    );
    const stop = report.operations.find(({ code }) => code === 'ge-srtp.set-state')!;
    assert.deepEqual(stop.techniques, ['T0858']);
    assert.equal(stop.samples[0]!.text, 'change between RUN and STOP: 1 (answer: stopped)');
    assert.deepEqual(report.anomalies[0]!.samples[0]!.params, { before: 'running', state: 'stopped' });
  });

  it('reads what Kepware and a robot said, as recordings show that others printed', () => {
    const middle = hex`000000 01 00000000000000 01 000000000000000000000000 06`;
    const ask = join(
      hex`0200 2409 0000`,
      middle,
      hex`c0 00000000 100e0000 01 01 04 08 f82a 2800 0000000000000000`,
    );
    const answer = join(
      hex`0300 2409 5000`,
      middle,
      hex`94 100e0000 303a0000 01 01 0000 00000000 01 01 ff 04 0000 7c21`,
      Buffer.from('START PB'.padEnd(80, '\0')),
    );
    assert.deepEqual([ask.length, answer.length], [56, 136]);
    const report = analysed(['request', ask], ['reply', answer]);
    assert.deepEqual([report.malformed, report.anomalies], [[], []]);
    assert.match(first(report, 'read'), /^read %R11001 to %R11040: 21587, 21057, 8276, 16976, 0,/);
    assert.equal(lastValues(report)['%R11001'], 0x5453);
  });

  it('learns the name of a controller, from an answer that says again what was asked', () => {
    const identity = join(
      new Uint8Array(8),
      hex`43 0A 0000`,
      Buffer.from('LSPS\0\0\0\0'),
      new Uint8Array(20),
    );
    const ask = request(0x43, []);
    const report = analysed(['request', ask], ['reply', reply([], { text: identity })]);
    assert.deepEqual(factsOf(report, SERVER), ['name LSPS']);
    assert.equal(first(report, 'identify'), 'ask type and name (answer: LSPS)');
    const other = reply([], { text: identity.with(8, 0x44) });
    assert.deepEqual(factsOf(analysed(['request', ask], ['reply', other]), SERVER), []);
  });

  it('tells what a robot is told in text, which is no bits of %G', () => {
    const command = Buffer.from('SETVAR $MCR.$GENOVERRIDE 100');
    const report = analysed(['request', long(0x07, join(hex`38 0000`, u16le(command.length)), command)]);
    assert.equal(first(report, 'command-robot'), 'tell the robot: SETVAR $MCR.$GENOVERRIDE 100');
    assert.deepEqual(report.variables, []);
    const bits = analysed(['request', long(0x07, hex`38 0000 0800`, hex`4300000000000000`)]);
    assert.equal(lastValues(bits)['%G1'], 1);
  });

  it('puts messages of several packets together, and none of which one is missing', () => {
    const write = (...numbers: number[]) =>
      numbers.map((number): [Direction, Uint8Array] => [
        'request',
        long(
          0x07,
          hex`08 0000 0600`,
          hex`0100 0200`.map((octet) => octet * number),
          1,
          [number, 3],
        ),
      ]);
    const report = analysed(...write(1, 2, 3));
    assert.equal(first(report, 'write'), 'write %R1 to %R6 := 1, 2, 2, 4, 3, 6');
    assert.equal(report.operations[0]!.count, 1);
    const cut = analysed(...write(1, 3));
    assert.deepEqual([first(cut, 'write'), cut.operations[0]!.count], ['write %R1 to %R6 := ?', 1]);
    assert.deepEqual(cut.variables, []);
    const text = hex`0100 0200 0300 0400`;
    const read = analysed(
      ['request', request(0x04, hex`08 0000 0800`)],
      ['reply', reply([], { text, packets: [1, 2] })],
      ['reply', reply([], { text, packets: [2, 2] })],
    );
    assert.equal(first(read, 'read'), 'read %R1 to %R8: 1, 2, 3, 4, 1, 2, 3, 4');
  });

  it('tells at once what is asked, however many packets are said to come', () => {
    const stop = request(0x23, [1]).with(41, 2);
    const { operations, detections } = analysed(['request', stop], ['request', stop.with(2, 2).with(40, 2)]);
    assert.deepEqual(
      operations.map(({ code, count, samples: [sample] }) => [code, count, sample!.text]),
      [['ge-srtp.set-state', 2, 'change between RUN and STOP: 1']],
    );
    assert.ok(detections.some(({ id }) => id === 'controller-mode-changed'));
    const write = request(0x07, hex`08 0000 0100 0700`).with(41, 2);
    assert.deepEqual(lastValues(analysed(['request', write])), { '%R1': 7 });
    // Cut within its first word, text to a robot is told once it is whole.
    const command = Buffer.from('SETVAR $X 1');
    const range = join(hex`38 0000`, u16le(command.length));
    const robot = analysed(
      ['request', long(0x07, range, command.subarray(0, 3), 1, [1, 2])],
      ['request', long(0x07, range, command.subarray(3), 1, [2, 2])],
    );
    assert.equal(first(robot, 'command-robot'), 'tell the robot: SETVAR $X 1');
  });

  it('takes packets of another request for no part of the first', () => {
    const part = (sequence: number, service: number, number: number) =>
      long(service, hex`08 0000 0400`, [sequence, number, 0, 0], sequence, [number, 2]);
    for (const [sequence, service] of [
      [2, 0x07],
      [1, 0x08],
    ] as const) {
      const { operations, variables } = analysed(
        ['request', part(1, 0x07, 1)],
        ['request', part(sequence, service, 2)],
      );
      assert.deepEqual([operations.reduce((sum, { count }) => sum + count, 0), variables], [2, []]);
    }
    const text = hex`0100 0200`;
    const ask = (sequence: number) => request(0x04, hex`08 0000 0400`, sequence);
    const read = analysed(
      ['request', ask(1)],
      ['request', ask(2)],
      ['reply', reply([], { text, sequence: 1, packets: [1, 2] })],
      ['reply', reply([], { text, sequence: 2, packets: [2, 2] })],
    );
    assert.deepEqual(read.variables, []);
  });

  it('holds so much of what never gets whole, and no more', () => {
    const unfinished = (octets: number, packets: number) => {
      const plant = new Plant();
      for (let host = 1; host <= 80; host++) {
        for (let packet = 1; packet <= packets; packet++) {
          const text = new Uint8Array(octets);
          plant.asks(host, 200, 18_245, long(0x07, hex`08 0000 0400`, text, 1, [packet, 255]));
        }
      }
      const analysis = new Analysis({ dissectors: [srtp], strict: true });
      analysis.push(plant.pcap());
      const report = analysis.finish();
      assert.equal(report.operations.length, 80);
      return report.dropped['pieces'];
    };
    assert.equal(unfinished(8_000, 8), 17);
    // One that is longer than any may be holds nothing any more.
    assert.equal(unfinished(8_000, 9), 0);
  });

  it('keeps nothing of the capture alive for a message that waits', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const analysis = new Analysis({ dissectors: [srtp], strict: true, detections: [] });
    // V8 gives octets back beside the program, some time after it was asked to: the fewest of several looks count, until
    // they are few enough or so many in a row brought no fewer.
    const held = async (patience: number, enough: number) => {
      let fewest = Infinity;
      for (let look = 0, same = 0; look < 20 && same < patience && fewest >= enough; look++) {
        gc();
        await setImmediate();
        const now = process.memoryUsage().arrayBuffers;
        same = now < fewest ? 0 : same + 1;
        fewest = Math.min(fewest, now);
      }
      return fewest;
    };
    const plant = new Plant();
    for (let host = 1; host <= 100; host++) {
      plant.asks(host, 200, 18_245, long(0x07, hex`08 0000 0400`, [1, 2], 1, [1, 2]));
      plant.asks(host, 201, 9, new Uint8Array(60_000));
    }
    const file = plant.pcap();
    const before = await held(3, 0);
    for (let at = 0; at < file.length; at += 65_536) analysis.push(file.slice(at, at + 65_536));
    const most = 2_000_000;
    const more = (await held(20, before + most)) - before;
    assert.ok(more < most, `${more} octets are held`);
    assert.equal(analysis.finish().operations.length, 100);
  });

  it('names services that nothing else is known of, and tells which of them take something away', () => {
    const report = analysed(['request', request(0x29, [])], ['request', request(0x35, [], 2)]);
    assert.equal(first(report, 'unknown-service'), 'service request sequence control');
    assert.equal(first(report, 'clear-memory'), 'clear what is stored: clear all memory');
    assert.ok(report.detections.some(({ id }) => id === 'data-destroyed'));
  });

  it('gives the reason of a refusal', () => {
    const report = analysed(['request', request(0x23, [1])], ['reply', reply([], { status: [5, 0xf1] })]);
    assert.equal(report.operations[0]!.refused[0]!.code, 'ge-srtp.only-valid-from-a-programmer');
  });

  it('shows where a loaded program is in the capture', () => {
    const report = analysed(['request', long(0x40, [], Buffer.from('LADDER'))]);
    const [at, length] = report.transfers[0]!.pieces[0]!;
    assert.equal(Buffer.from(report.file.subarray(at, at + length)).toString(), 'LADDER');
  });

  it('tells that a password was sent, and never which', async () => {
    const report = analysed(['request', request(0x21, join([4], Buffer.from('k7Q')))]);
    assert.deepEqual(
      report.credentials.map(({ scheme, secret }) => [scheme, secret]),
      [['GE SRTP privilege', 3]],
    );
    const { at } = report.operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [srtp]);
    assert.ok(!JSON.stringify(tree.messages.map(({ fields }) => fields)).includes('6b3751'));
  });

  it('is recognised on any port by its mailbox', () => {
    assert.equal(srtp.recognises(readRegisters, 0, 56, false), OURS);
    assert.equal(srtp.recognises(readRegisters.with(31, 0xd4), 0, 56, false), NOT_OURS);
    assert.equal(srtp.recognises(new Uint8Array(56), 0, 56, false), NOT_OURS);
  });
});
