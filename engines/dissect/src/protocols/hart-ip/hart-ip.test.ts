import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import type { Report } from '../../analysis/report.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { hartIp } from './hart-ip.ts';

/** A gateway for wireless devices, as it speaks in a capture of icsnpp-hart-ip. */
const openRequest = hex`
  01 00 00 00    version, request, session initiate, status
  0002 000D      sequence, length
  01 00007530    primary host, 30 s
`;
const openReply = hex`
  01 01 00 00
  0002 000D
  01 0000EA60
`;
const variablesRequest = hex`
  01 00 03 00 0006 0011    token-passing PDU
  82 264E0000D2            to the device with this unique address
  03 00                    read dynamic variables
  3B                       checksum
`;
const variablesReply = hex`
  01 01 03 00 0006 002B
  86 264E0000D2
  03 1A
  00 D0                    success; status of the device: it malfunctions
  7FA00000                 no loop current
  FB 00000000              PV
  FB 00000000              SV
  20 42010000              TV: 32.25 °C
  20 41FE0000              QV
  D6
`;

const samples = [
  { request: openRequest, reply: openReply },
  { request: variablesRequest, reply: variablesReply },
  { request: direct(0, hex`0014 00`), reply: direct(1, join(hex`0014 21 00`, text('TT-101', 32))) },
];

function text(words: string, length: number): Buffer {
  return Buffer.from(words.padEnd(length, '\0'));
}

function header(type: number, id: number, body: ArrayLike<number>, sequence = 7): Uint8Array {
  return join([1, type, id, 0], u16(sequence), u16(8 + body.length), body);
}

function direct(type: number, commands: ArrayLike<number>): Uint8Array {
  return header(type, 4, join([0, 0], commands));
}

/** To a device behind the gateway, and back. */
function token(type: number, command: number, data: ArrayLike<number>): Uint8Array {
  const delimiter = type === 0 ? 0x82 : 0x86;
  const body = join([delimiter], hex`264E0000D2`, [command, data.length], data);
  return header(type, 3, join(body, [body.reduce((sum, octet) => sum ^ octet, 0)]));
}

const ask = (command: number, data: ArrayLike<number> = []): [Direction, Uint8Array] => [
  'request',
  token(0, command, data),
];
const answer = (command: number, data: ArrayLike<number> = [], response = 0): [Direction, Uint8Array] => [
  'reply',
  token(1, command, join([response, 0], data)),
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'udp', at: [5094] }, parts);
  const analysis = new Analysis({ dissectors: [hartIp], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

const first = ({ operations }: Report, code: string) =>
  operations.find((operation) => operation.code === `hart-ip.${code}`)!.samples[0]!.text;

describe('HART-IP', () => {
  keepsItsPromises(hartIp, samples);
});

describe('HART-IP over TCP', () => {
  keepsItsPromises({ ...hartIp, carriers: [{ on: 'tcp', at: [5094] }] }, samples);
});

describe('HART-IP', () => {
  it('reads values with their units, by the tag of the device once it is known', () => {
    const report = analysed(
      ask(20),
      answer(20, text('TT-101', 32)),
      ['request', variablesRequest],
      ['reply', variablesReply],
    );
    assert.equal(
      first(report, 'read'),
      'read of TT-101: loop current = NaN mA, PV = 0, SV = 0, TV = 32.25 °C, QV = 31.75 °C',
    );
    const variable = report.variables.find(({ name }) => name === 'TT-101 TV')!;
    assert.equal(variable.last.value, 32.25);
    assert.ok(!report.variables.some(({ name }) => name.includes('loop current')));
    assert.deepEqual(
      report.anomalies.map(({ code, count }) => [code, count]),
      [['hart-ip.device-malfunction', 1]],
    );
  });

  it('tells who falsifies a measurement: range, units, fixed current, zero, reset', () => {
    const report = analysed(
      ask(35, hex`07 41200000 00000000`),
      ask(44, [12]),
      ask(40, hex`41400000`),
      ask(43),
      ask(42),
      ask(6, [3]),
    );
    assert.equal(
      first(report, 'write-range'),
      'set the range of 264e0000d2 to upper = 10 bar, lower = 0 bar',
    );
    assert.equal(first(report, 'write-units'), 'set the unit of 264e0000d2 to kPa');
    assert.equal(first(report, 'fix-current'), 'fix the loop current of 264e0000d2 at 12 mA');
    assert.equal(first(report, 'write-polling-address'), 'set the polling address of 264e0000d2 to 3');
    const techniques = new Map(report.operations.map(({ code, techniques: named }) => [code, named]));
    assert.deepEqual(techniques.get('hart-ip.write-range'), ['T0836', 'T0832']);
    assert.deepEqual(techniques.get('hart-ip.set-zero'), ['T0831', 'T0836']);
    assert.deepEqual(techniques.get('hart-ip.reset-device'), ['T0816']);
    assert.deepEqual(report.variables, []);
  });

  for (const [command, code, data] of [
    [34, 'write-damping', hex`40000000`],
    [36, 'set-upper-range', []],
    [37, 'set-lower-range', []],
    [41, 'self-test', []],
    [45, 'trim-zero', hex`40800000`],
    [46, 'trim-gain', hex`41A00000`],
    [47, 'write-transfer-function', [1]],
    [71, 'lock', [1]],
  ] as const) {
    it(`tells command ${command} as ${code}, which is dangerous`, () => {
      const { operations, malformed } = analysed(ask(command, data), answer(command, data));
      const told = operations.find((one) => one.code === `hart-ip.${code}`);
      assert.deepEqual([told?.dangerous, malformed], [true, []]);
    });
  }

  it('unpacks letters of six bits', () => {
    // As a gateway has them in its message: every letter once.
    const report = analysed(ask(18, join(hex`001083105187`, new Uint8Array(12), [1, 1, 120])));
    assert.equal(first(report, 'write-tag'), 'write tag @ABCDEFG to 264e0000d2');
  });

  it('gives the reason of a refusal, of the device and of the loop', () => {
    const report = analysed(ask(40, hex`41400000`), answer(40, [], 7), ask(42), answer(42, [], 0x84));
    assert.deepEqual(report.operations.flatMap(({ refused }) => refused.map(({ code }) => code)).sort(), [
      'hart-ip.communication-error-on-the-loop',
      'hart-ip.in-write-protect-mode',
    ]);
  });

  it('is recognised on any port by a checksum that is right', () => {
    const { length } = variablesRequest;
    assert.equal(hartIp.recognises(variablesRequest, 0, length, false), OURS);
    assert.equal(hartIp.recognises(variablesRequest.with(length - 1, 0), 0, length, false), NOT_OURS);
  });

  it('finds in real captures what was written, and what the devices are', (t) => {
    const report = told(
      t,
      'cisagov+icsnpp-hart-ip/testing/traces/hart-ip_all_types_and_commands_sent.pcapng',
    );
    if (!report) return;
    assert.deepEqual(sentences(report, /write-range/), [
      '2 × set the range of 2695eb27b8 to upper = 24000 kg/h, lower = 0 kg/h',
    ]);
    const device = report.devices.find(({ addresses }) => addresses.includes('10.9.0.117'))!;
    assert.ok(device.facts.some(({ field, value }) => field === 'serial' && value === '9774703'));
  });
});
