import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { crc, rocPlus } from './rocplus.ts';

function message(opcode: number, data: ArrayLike<number>, reply = false): Uint8Array {
  const addresses = reply ? [1, 0, 1, 2] : [1, 2, 1, 0];
  const open = join(addresses, [opcode, data.length], data);
  return join(open, u16(crc(open, 0, open.length)).reverse());
}

const configuration = join([1], hex`A00F`, [0], new Uint8Array(14), [6], new Uint8Array(196));
const samples = [
  { request: message(6, []), reply: message(6, configuration, true) },
  { request: message(180, hex`01 670015`), reply: message(180, hex`01 670015 0000C842`, true) },
  { request: message(17, join(Buffer.from('LOI'), hex`E803`)), reply: message(17, [], true) },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'tcp', at: [4000] }, parts);
  const analysis = new Analysis({ dissectors: [rocPlus], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

describe('ROC Plus', () => {
  keepsItsPromises(rocPlus, samples);

  it('knows the checksum', () => {
    assert.equal(crc(Uint8Array.from([1, 2, 1, 0, 17, 3, 0x4d, 0x4f, 0x43]), 0, 9), 0x1885);
  });

  it('tells which parameters are read and written', () => {
    const { operations } = analysed(
      ['request', samples[1]!.request],
      ['reply', samples[1]!.reply],
      ['request', message(166, hex`67 00 01 15 0000A041`)],
      ['reply', message(255, hex`13 A6 00`, true)],
    );
    const told = Object.fromEntries(operations.map(({ code, samples: [one] }) => [code, one!.text]));
    assert.equal(told['roc-plus.read'], 'read 103,0,21: 0x0000c842');
    assert.equal(told['roc-plus.write'], 'write 103,0,21 := 0x0000a041');
    const write = operations.find(({ code }) => code === 'roc-plus.write')!;
    assert.equal(write.refused[0]!.code, 'roc-plus.parameter-is-read-only');
  });

  it('tells who logs in, and never the password', async () => {
    const report = analysed(['request', message(17, join(Buffer.from('LOI'), hex`D2A7`))]);
    assert.deepEqual(
      report.credentials.map(({ user, secret }) => [user, secret]),
      [['LOI', 2]],
    );
    const { at, text } = report.operations[0]!.samples[0]!;
    assert.equal(text, 'log in as LOI');
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [rocPlus]);
    const fields = JSON.stringify(tree.messages.map((part) => part.fields));
    assert.ok(fields.includes('"password"') && !fields.includes('d2a7') && !fields.includes(String(0xa7d2)));
  });

  it('learns the type of the controller', () => {
    const { devices } = analysed(['request', samples[0]!.request], ['reply', samples[0]!.reply]);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.ok(facts.some(({ field, value }) => field === 'product' && value === 'ROC800'));
  });

  it('shows where a written file is in the capture', () => {
    const name = join(Buffer.from('/flash/'.padEnd(100, '\0')), Buffer.from('prog.bin'.padEnd(25, '\0')));
    const { transfers, file } = analysed(
      ['request', message(203, join([1, 2], name))],
      ['request', message(203, join([3], hex`01000000 04000000 00000000`, [4], Buffer.from('CODE')))],
    );
    assert.equal(transfers[0]!.name, '/flash/prog.bin');
    const [at, length] = transfers[0]!.pieces[0]!;
    assert.equal(Buffer.from(file.subarray(at, at + length)).toString(), 'CODE');
  });

  it('believes nothing behind a wrong checksum, and is recognised by a right one', () => {
    const bytes = message(7, []);
    assert.equal(rocPlus.recognises(bytes, 0, bytes.length, false), OURS);
    assert.equal(rocPlus.recognises(bytes.with(0, 9), 0, bytes.length, true), NOT_OURS);
    const { anomalies, operations } = analysed(['request', bytes], ['request', bytes.with(0, 9)]);
    assert.equal(anomalies[0]!.code, 'roc-plus.checksum-wrong');
    assert.equal(operations[0]!.count, 1);
  });
});
