import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u32, Wire } from '../../testing/wire.ts';
import { ffHse } from './ff-hse.ts';

const text = (words: string) => Buffer.from(words.padEnd(32));

/** With an invoke id behind it. */
function message(
  protocol: number,
  type: number,
  service: number,
  body: ArrayLike<number>,
  invoke = 1,
): Uint8Array {
  const kind = (protocol << 2) | type;
  return join([1, 0x40, kind, service], u32(0x0001_0002), u32(16 + body.length), body, u32(invoke));
}

const read = hex`
  01 40 0C 82    version, invoke id, FMS request, confirmed read
  00010002       FDA address
  00000014       length
  000001F4       index 500
  00000001       invoke id
`;
const device = join(
  hex`05 20 00 00 0001 0010`,
  new Uint8Array(16),
  text('0003000101:4711'),
  text('LT-101'),
  new Uint8Array(20),
);

const samples = [
  { request: read, reply: message(3, 1, 0x82, hex`41480000`) },
  { request: message(2, 0, 0x83, []), reply: message(2, 1, 0x83, device) },
  {
    request: message(3, 0, 0x83, hex`000001F4 00`, 2),
    reply: message(3, 2, 0x83, join(hex`06 03 0000`, text('')), 2),
  },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  return analysedAt(3622, ...parts);
}

function analysedAt(port: number, ...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [ffHse], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [port] }, parts).pcap());
  return analysis.finish();
}

describe('FOUNDATION Fieldbus HSE', () => {
  keepsItsPromises(ffHse, samples);
});

describe('FOUNDATION Fieldbus HSE over TCP', () => {
  keepsItsPromises({ ...ffHse, carriers: [{ on: 'tcp', at: [3622] }] }, samples);

  it('tells what is read and written, and why not', () => {
    const { operations } = analysed(
      ...samples.flatMap(({ request, reply }): [Direction, Uint8Array][] => [
        ['request', request],
        ['reply', reply],
      ]),
    );
    const told = Object.fromEntries(operations.map(({ code, samples: [one] }) => [code, one!.text]));
    assert.equal(told['ff-hse.read'], 'read index 500: 0x41480000');
    assert.equal(told['ff-hse.write'], 'write index 500 := 0x00');
    const write = operations.find(({ code }) => code === 'ff-hse.write')!;
    assert.equal(write.refused[0]!.code, 'ff-hse.object-access-denied');
  });

  it('tells which part of the object dictionary is asked for', () => {
    const { operations } = analysed(
      ['request', message(3, 0, 0x84, hex`01 01 0000 000000C8`)],
      ['reply', message(3, 1, 0x84, hex`00 01 0000 C8070401`)],
    );
    assert.deepEqual(operations[0]!.samples[0]!.params['items'], ['dictionary from index 200']);
    assert.deepEqual(operations[0]!.samples[0]!.params['values'], ['0xc8070401']);
  });

  it('tells who stops a program, and who takes the address of a device away', () => {
    const { operations } = analysed(
      ['request', message(3, 0, 0x94, [])],
      ['request', message(2, 0, 0x8c, join(text('4711'), text('LT-101')), 2)],
    );
    const told = Object.fromEntries(operations.map(({ code, samples: [one] }) => [code, one!.text]));
    assert.equal(told['ff-hse.program'], 'FMS stop');
    assert.equal(told['ff-hse.change-address'], 'SM clear address: LT-101');
  });

  it('learns tag and identity of a device', () => {
    const { devices } = analysed(['request', samples[1]!.request], ['reply', samples[1]!.reply]);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const stated = facts.map(({ field, value }) => `${field} ${value}`);
    assert.ok(stated.includes('name LT-101') && stated.includes('serial 0003000101:4711'));
  });

  it('is recognised on any port by a service that there is and a length that fits', () => {
    const recognised = (bytes: Uint8Array) => ffHse.recognises(bytes, 0, bytes.length, false);
    assert.equal(recognised(read), OURS);
    assert.equal(analysedAt(5_000, ['request', read], ['reply', samples[0]!.reply]).operations.length, 1);
    // Version, options, protocol, service, length.
    for (const [at, value] of [
      [0, 2],
      [1, 0],
      [1, 0x50],
      [2, 0x3c],
      [3, 0xff],
      [11, 0x13],
    ] as const) {
      assert.equal(recognised(read.with(at, value)), NOT_OURS, `octet ${at}`);
    }
    assert.equal(recognised(join(read, [0])), NOT_OURS);
  });
});
