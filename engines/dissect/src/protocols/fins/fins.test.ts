import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { addressName } from './areas.ts';
import { fins } from './fins.ts';

const text = (words: string, length = words.length) => Buffer.from(words.padEnd(length));

const command = (code: number, body: ArrayLike<number> = [], service = 1) =>
  join(hex`80 00 02 00 02 00 00 01 00`, [service], u16(code), body);
const response = (code: number, body: ArrayLike<number> = [], { service = 1, end = 0 } = {}) =>
  join(hex`C0 00 02 00 01 00 00 02 00`, [service], u16(code), u16(end), body);
const overTcp = (kind: number, body: ArrayLike<number>, error = 0) =>
  join(text('FINS'), u32(8 + body.length), u32(kind), u32(error), body);

/** As W342 prints them: ten words from D10. */
const readRequest = hex`
  80 00 02     ICF, RSV, GCT
  00 02 00     destination network, node, unit
  00 01 00     source
  01           service id
  0101         memory area read
  82 000A 00   D10
  0002         two words
`;
const readReply = hex`
  C0 00 02
  00 01 00
  00 02 00
  01
  0101
  0000         normal completion
  3039 0001
`;

const samples = [
  { request: readRequest, reply: readReply },
  {
    request: command(0x0102, hex`31 0003 05 0002 01 00`),
    reply: response(0x0102),
  },
  {
    request: command(0x0501, [0]),
    reply: response(0x0501, join(text('CJ2M-CPU31', 20), text('02.01', 20))),
  },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  return over('udp', parts);
}

function over(on: string, parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on, at: [9600] }, parts);
  const analysis = new Analysis({ dissectors: [fins], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const first = ({ operations }: Report, code: string) =>
  operations.find((operation) => operation.code === `omron-fins.${code}`)!.samples[0]!.text;

describe('OMRON FINS', () => {
  keepsItsPromises(fins, samples);
});

describe('OMRON FINS over TCP', () => {
  keepsItsPromises({ ...fins, carriers: [{ on: 'tcp', at: [9600] }] }, [
    { request: overTcp(0, u32(0)), reply: overTcp(1, join(u32(5), u32(2))) },
    { request: overTcp(2, readRequest), reply: overTcp(2, readReply) },
  ]);

  it('tells why a client gets no node address', () => {
    const { operations } = over('tcp', [
      ['request', overTcp(0, u32(5))],
      ['reply', overTcp(1, join(u32(0), u32(0)), 0x21)],
    ]);
    assert.equal(operations[0]!.refused[0]!.code, 'omron-fins.node-already-connected');
  });
});

describe('OMRON FINS', () => {
  for (const [code, name] of [
    [0x0305, 'unprotect-program'],
    [0x0308, 'clear-program'],
    [0x0401, 'run'],
    [0x0402, 'stop'],
    [0x0403, 'reset'],
    [0x0c02, 'force-access'],
    [0x2302, 'cancel-forces'],
  ] as const) {
    it(`tells 0x${code.toString(16).padStart(4, '0')} as ${name}, which is dangerous`, () => {
      const { operations } = analysed(['request', command(code, hex`FFFF 00 00000000 FFFFFFFF 00000000`)]);
      assert.ok(operations.some((one) => one.code === `omron-fins.${name}` && one.dangerous));
    });
  }

  it('writes addresses as engineers do', () => {
    const names = [
      [0x82, 100, 0, 'D100'],
      [0x30, 10, 3, 'CIO 10.03'],
      [0xb1, 7, 0, 'W7'],
      [0x32, 0, 15, 'H0.15'],
      [0xb3, 448, 0, 'A448'],
      [0xa1, 5, 0, 'E1_5'],
      [0x60, 5, 0, 'ED_5'],
      [0x89, 0x8003, 0, 'C3'],
      [0x81, 0x0803, 0, 'C3'],
      [0x80, 0x0b02, 0, 'A2'],
    ] as const;
    for (const [area, word, bit, name] of names) assert.equal(addressName(area, word, bit), name);
  });

  it('tells what was read and written, and what was there before', () => {
    const report = analysed(
      ['request', readRequest],
      ['reply', readReply],
      ['request', command(0x0102, hex`82 000A 00 0001 0007`, 2)],
      ['reply', response(0x0102, [], { service: 2 })],
    );
    assert.equal(first(report, 'read-memory'), 'read D10 to D11: 12345, 1');
    assert.equal(first(report, 'write-memory'), 'write D10 := 7 (before: 12345)');
    assert.deepEqual(
      report.variables.map(({ name, last }) => [name, last.value]),
      [
        ['D10', 7],
        ['D11', 1],
      ],
    );
  });

  it('takes no value from a write that is refused', () => {
    const report = analysed(
      ['request', readRequest],
      ['reply', readReply],
      ['request', command(0x0102, hex`82 000A 00 0001 0007`, 2)],
      ['reply', response(0x0102, [], { service: 2, end: 0x2108 })],
    );
    assert.deepEqual(report.variables.map(({ name, sets, last }) => [name, sets, last.value])[0], [
      'D10',
      0,
      12_345,
    ]);
  });

  it('counts bits from one word into the next', () => {
    const { variables } = analysed(['request', command(0x0102, hex`31 0003 0F 0002 01 00`)]);
    assert.deepEqual(
      variables.map(({ name, last }) => [name, last.value]),
      [
        ['W3.15', 1],
        ['W4.00', 0],
      ],
    );
  });

  it('tells who stops a controller, forces bits and takes the access right', () => {
    const report = analysed(
      ['request', command(0x0402)],
      ['request', command(0x0401, hex`FFFF 04`, 2)],
      ['request', command(0x2301, hex`0001 0001 30 0001 02`, 3)],
      ['request', command(0x0c02, hex`0000`, 4)],
      ['reply', response(0x0c02, [], { service: 4, end: 0x3001 })],
    );
    assert.equal(first(report, 'run'), 'change to run');
    assert.equal(first(report, 'force'), 'force CIO 1.02: set');
    const stop = report.operations.find(({ code }) => code === 'omron-fins.stop')!;
    assert.deepEqual(stop.techniques, ['T0858']);
    const access = report.operations.find(({ code }) => code === 'omron-fins.force-access')!;
    assert.equal(access.refused[0]!.code, 'omron-fins.no-access-right');
  });

  it('puts programs together that are written part by part', () => {
    const part = (offset: number, content: string, end: number) =>
      command(0x0307, join(u16(0), u32(offset), u16(content.length | end), text(content)), offset);
    const report = analysed(['request', part(0, 'ABCD', 0)], ['request', part(4, 'EF', 0x8000)]);
    const [transfer] = report.transfers;
    assert.deepEqual(
      [transfer!.name, transfer!.kind, transfer!.bytes, transfer!.complete],
      ['program 0', 'program', 6, true],
    );
    const content = transfer!.pieces.map(([at, length]) =>
      text(report.file.subarray(at, at + length).toString()),
    );
    assert.equal(content.length, 2);
    const [at] = transfer!.pieces[0]!;
    assert.equal(Buffer.from(report.file.subarray(at, at + 4)).toString(), 'ABCD');
  });

  it('tells that a program password was sent, and never which', async () => {
    const report = analysed(['request', command(0x0305, join(hex`0000 00 00000000 FFFFFFFF`, text('7G5x')))]);
    assert.deepEqual(
      report.credentials.map(({ scheme, secret }) => [scheme, secret]),
      [['FINS program protection', 4]],
    );
    const { at } = report.operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [fins]);
    const fields = JSON.stringify(tree.messages.map((message) => message.fields));
    assert.ok(fields.includes('"password"') && !fields.includes('37473578') && !fields.includes('7G5x'));
  });

  it('learns model, version and units, and says when the CPU has a fatal error', () => {
    const report = analysed(
      ['request', samples[2]!.request],
      ['reply', samples[2]!.reply],
      ['request', command(0x0601, [], 2)],
      [
        'reply',
        response(0x0601, join(hex`00 00 8000 0000 0000 80F1`, text('MEMORY ERR', 16)), { service: 2 }),
      ],
    );
    const device = report.devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const facts = device.facts.map(({ field, value }) => `${field} ${value}`);
    assert.ok(facts.includes('model CJ2M-CPU31') && facts.includes('firmware 02.01'));
    assert.deepEqual(report.anomalies[0]!.samples[0]!.params, { errors: '0x8000', message: 'MEMORY ERR' });
  });

  it('says when data are not as many as announced', () => {
    const { anomalies } = analysed(['request', command(0x0102, hex`82 000A 00 0001 0007 0008`)]);
    assert.deepEqual(
      anomalies.map(({ code, samples: [sample] }) => [code, sample!.params]),
      [['omron-fins.elements-and-data-differ', { surplus: 2 }]],
    );
  });

  it('is recognised on any port by a command there is', () => {
    assert.equal(fins.recognises(readRequest, 0, readRequest.length, false), OURS);
    assert.equal(fins.recognises(readRequest.with(10, 0x99), 0, readRequest.length, false), NOT_OURS);
    assert.equal(fins.recognises(readReply.with(12, 0x7e), 0, readReply.length, false), NOT_OURS);
  });

  it('finds in a real capture every command another engine logs', (t) => {
    const report = told(t, 'piercema+icsnpp-omron-fins/testing/traces/omron.pcap');
    if (!report) return;
    assert.equal(new Set(report.operations.map(({ code }) => code)).size, 55);
    assert.equal(first(report, 'write-clock'), 'set the clock to 09-01-20 01:02:01');
    assert.equal(report.credentials[0]!.count, 2);
  });
});
