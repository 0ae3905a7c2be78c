import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, sentences, told } from '../../testing/shared.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { melsoft } from './melsoft.ts';

const u16le = (value: number) => u16(value).reverse();

function message(
  isReply: boolean,
  command: number,
  data: ArrayLike<number>,
  { reference = 1, status = 0 } = {},
) {
  const head = isReply
    ? join([0x9c, 0x0a, 0x18, 0x14], u16le(status), new Uint8Array(20))
    : join([0x1c, 0x0a, 0x16, 0x14], new Uint8Array(20));
  const body = join(head, u16(command), u16le(reference), data);
  return join([isReply ? 0xd7 : 0x57, 1], new Uint8Array(17), u16le(body.length), body);
}

const ask = (command: number, data: ArrayLike<number>, reference = 1): [Direction, Uint8Array] => [
  'request',
  message(false, command, data, { reference }),
];
const answer = (command: number, data: ArrayLike<number>, rest = {}): [Direction, Uint8Array] => [
  'reply',
  message(true, command, data, rest),
];
const path = (words: string) => join(u16le(words.length * 2), Buffer.from(words, 'utf16le'));

const samples = [
  { request: hex`5A 0000 01`, reply: hex`DA 0000 01 1400 C0000201 C0000201` },
  {
    // What an FX5U is asked first.
    request: hex`
      5701 00 000000111107 00 00 FFFF 030000FE0300  header
      2000                                          length
      1C 0A1614 0000000000000000000000000000000000000000
      0121 0100 00000001                            open, reference
    `,
    reply: message(true, 0x0121, join([0, 0], Buffer.from('FX5U-32MT/ES'.padEnd(16, '\0')), hex`294A0008`)),
  },
  { request: message(false, 0x1002, [0, 0, 1, 0]), reply: message(true, 0x1002, [0, 0]) },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'udp', at: [5560] }, parts);
  const analysis = new Analysis({ dissectors: [melsoft], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

describe('MELSOFT', () => {
  keepsItsPromises(melsoft, samples);

  it('tells who stops a controller', () => {
    const { operations } = analysed(ask(0x1002, [0, 0, 1, 0]), answer(0x1002, [], { status: 0x4080 }));
    assert.deepEqual(
      operations.map(({ code, techniques, refused }) => [code, techniques, refused[0]!.code]),
      [['melsoft.stop', ['T0858'], 'melsoft.request-data-error']],
    );
  });

  it('shows where in the capture a file is that was written, by its name', () => {
    const report = analysed(
      ask(0x1867, join(new Uint8Array(14), path('$MELPRJ$\\MAIN.PRG'))),
      answer(0x1867, join([0, 0], u16le(0x92))),
      ask(0x1869, join([0, 0], u16le(0x92), [0, 0, 0, 0], u16le(4), Buffer.from('CODE')), 2),
      ask(0x186a, join([0, 0], u16le(0x92), [0, 0]), 3),
    );
    const [transfer] = report.transfers;
    assert.deepEqual(
      [transfer!.name, transfer!.kind, transfer!.complete],
      ['$MELPRJ$\\MAIN.PRG', 'program', true],
    );
    const [at, length] = transfer!.pieces[0]!;
    assert.equal(Buffer.from(report.file.subarray(at, at + length)).toString(), 'CODE');
  });

  it('is recognised on any port by a header that says the same twice', () => {
    const bytes = samples[1]!.request;
    assert.equal(melsoft.recognises(bytes, 0, bytes.length, false), OURS);
    assert.equal(melsoft.recognises(bytes.with(21, 0x9c), 0, bytes.length, false), NOT_OURS);
  });

  it('tells of a real capture which files GX Works3 wrote, and that it stopped the controller', (t) => {
    const file = 'ITI+ICS-Security-Tools/pcaps/MELSEC/melsoft_UDP_clean_1.pcap';
    const report = told(t, file);
    if (!report) return;
    assertSound(report, /^melsoft$/, file);
    assert.deepEqual(sentences(report, /^melsoft\.stop$/), ['1 × change to STOP']);
    const writtenTo = report.transfers.filter(({ way }) => way === 'to').map(({ name }) => name);
    assert.ok(writtenTo.includes('$MELPRJ$\\SYSTEM.PRM'));
    const device = report.devices.find(({ addresses }) => addresses.includes('192.168.3.250'))!;
    assert.ok(device.facts.some(({ field, value }) => field === 'model' && value === 'FX5U-32MT/ES'));
  });
});
