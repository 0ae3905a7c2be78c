import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { factsOf, SERVER } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { rocPlus } from './rocplus.ts';

function message(opcode: number, data: ArrayLike<number>, reply = false): Uint8Array {
  const addresses = reply ? [1, 0, 1, 2] : [1, 2, 1, 0];
  const open = join(addresses, [opcode, data.length], data);
  return join(open, u16(crc16(crc16Arc, 0, open, 0, open.length)).reverse());
}

const text = ({ operations }: Report, code: string) =>
  operations.find((operation) => operation.code === `roc-plus.${code}`)!.samples[0]!.text;

const configuration = join([1], hex`A00F`, [0], new Uint8Array(14), [6], new Uint8Array(196));
const samples = [
  { request: message(6, []), reply: message(6, configuration, true) },
  { request: message(180, hex`01 670015`), reply: message(180, hex`01 670015 0000C842`, true) },
  { request: message(17, join(Buffer.from('LOI'), hex`E803`)), reply: message(17, [], true) },
  {
    request: message(119, hex`01 0000`),
    reply: message(
      119,
      join(hex`01 0000 0100 01 00E1F505`, Buffer.from('LOI'), hex`670518 07 00004842 0000A041 0000`),
      true,
    ),
  },
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
    const open = Uint8Array.from([1, 2, 1, 0, 17, 3, 0x4d, 0x4f, 0x43]);
    assert.equal(crc16(crc16Arc, 0, open, 0, 9), 0x1885);
  });

  it('tells which parameters are read and written', () => {
    const { operations } = analysed(
      ['request', samples[1]!.request],
      ['reply', samples[1]!.reply],
      ['request', message(166, hex`67 00 01 15 0000A041`)],
      ['reply', message(255, hex`13 A6 00`, true)],
    );
    const told = Object.fromEntries(operations.map(({ code, samples: [one] }) => [code, one!.text]));
    assert.equal(told['roc-plus.read'], 'read 103,0,21 (analog input EU value): 100');
    assert.equal(told['roc-plus.write'], 'write 103,0,21 (analog input EU value) := 20 (before: 100)');
    const write = operations.find(({ code }) => code === 'roc-plus.write')!;
    assert.equal(write.refused[0]!.code, 'roc-plus.parameter-is-read-only');
  });

  it('keeps what parameters are worth, and nothing that was refused', () => {
    const write = message(181, hex`02 670515 00004842 6E020B 0000A041`);
    const report = analysed(
      ['request', write],
      ['reply', message(181, [], true)],
      ['request', message(166, hex`67 05 01 15 0000A041`)],
      ['reply', message(255, hex`13 A6 00`, true)],
    );
    const values = Object.fromEntries(report.variables.map(({ name, last }) => [name, last.value]));
    assert.deepEqual(values, { '103,5,21 (analog input EU value)': 50, '110,2,11 (PID setpoint)': 20 });
    assert.equal(
      text(report, 'write'),
      'write 103,5,21 (analog input EU value), 110,2,11 (PID setpoint) := 50, 20',
    );
  });

  it('shows as octets what only somebody with the configuration can take apart', () => {
    const answer = message(180, hex`03 670515 00004842 3C0001 01020304 670615 00004842`, true);
    const report = analysed(['request', message(180, hex`03 670515 3C0001 670615`)], ['reply', answer]);
    assert.match(text(report, 'read'), /: 50, 0x0102030467061500004842$/);
    assert.equal(report.variables.length, 1);
    const hidden = analysed(['request', message(181, hex`02 3C0001 01020304 5C0004 D2A7`)]);
    assert.match(text(hidden, 'write'), /:= \?$/);
  });

  it('reads neighbours, and learns station, firmware and product from them', () => {
    const texts = ['Compressor 7', 'W68241 Ver 3.60', 'Oct 12 2019', 'Emerson', 'ROC800'];
    const answer = join(hex`5B 00 05 02`, ...texts.map((one) => Buffer.from(one.padEnd(20, '\0'))));
    const report = analysed(
      ['request', message(167, hex`5B 00 05 02`)],
      ['reply', message(167, answer, true)],
    );
    assert.match(text(report, 'read'), /^read 91,0,2 \(system station name\) to 6: Compressor 7, W68241/);
    assert.deepEqual(factsOf(report, SERVER).sort(), [
      'firmware W68241 Ver 3.60',
      'product ROC800',
      'station Compressor 7',
      'vendor Emerson',
    ]);
  });

  it('tells that a password was changed, and never to which, also from the event log', async () => {
    const event = join(hex`01 00E1F505`, Buffer.from('LOI'), hex`5C0004 05 D2A7000001000000 0000`);
    const report = analysed(
      ['request', message(166, join(hex`5C 00 05 00`, Buffer.from('OPR'), hex`000000 D2A7`))],
      ['reply', message(166, [], true)],
      ['request', message(119, hex`01 0000`)],
      ['reply', message(119, join(hex`01 0000 0100`, event), true)],
    );
    assert.equal(
      text(report, 'change-logon'),
      'change who may log in: 92,0,0 (logon operator) to 4 := OPR, 0, 0, 0, ?',
    );
    assert.match(
      text(report, 'read-events'),
      /1973-03-03T09:46:40.000Z LOI: 92,0,4 \(logon password\) changed\)$/,
    );
    for (const { samples } of report.operations) {
      const tree = await readMessage(
        (from, count) => report.file.subarray(from, from + count),
        samples[0]!.at,
        [rocPlus],
      );
      assert.ok(
        !/d2a7|42962|53927/.test(JSON.stringify([tree.messages.map(({ fields }) => fields), samples])),
      );
    }
  });

  it('tells alarms and events with their time and reason', () => {
    const alarm = join(hex`C1 00E1F505 03 670515`, Buffer.from('SUCTION   '), hex`0000C842`);
    const change = join(hex`01 00E1F505`, Buffer.from('LOI'), hex`670518 07 00004842 0000A041 0000`);
    const report = analysed(
      ['request', message(118, hex`01 0500`)],
      ['reply', message(118, join(hex`01 0500 0600`, alarm), true)],
      ['request', message(119, hex`01 0000`)],
      ['reply', message(119, join(hex`01 0000 0100`, change), true)],
    );
    assert.equal(
      text(report, 'read-alarms'),
      'read alarms (1 from 5) (answer: 1973-03-03T09:46:40.000Z set: high high alarm 103,5,21 ' +
        '(analog input EU value) SUCTION = 100)',
    );
    assert.match(
      text(report, 'read-events'),
      /LOI: 103,5,24 \(analog input low alarm\) := 50 \(before: 20\)\)$/,
    );
  });

  it('reads the archive, with times where they are told', () => {
    const report = analysed(
      ['request', message(136, hex`01 0A00 01 02 02 01`)],
      ['reply', message(136, hex`01 0A00 0B00 03 00E1F505 0000C842 00004842`, true)],
      ['request', message(105, hex`01 02`)],
      [
        'reply',
        message(105, join(hex`01 02 80 670515 0000C842 00004842 0000A041`, new Uint8Array(30)), true),
      ],
    );
    const history = report.operations.find(({ code }) => code === 'roc-plus.read-history')!;
    assert.deepEqual(
      history.samples.map((sample) => sample.text),
      [
        'read history (segment 1 points 2 to 3 from periodic 10, 1 times) (answer: 1973-03-03T09:46:40.000Z, 100, 50)',
        'read history (segment 1 point 2, today and yesterday) (answer: 100, 50, 20, 0, 0)',
      ],
    );
    assert.equal(report.variables[0]!.last.value, 100);
  });

  it('knows questions from answers by their length, on whichever port', () => {
    const wire = Wire.speaking({ on: 'tcp', at: [40_000] }, [
      ['request', message(7, hex`0A1E0B 1C0B EA07 06 00`.subarray(0, 8), true)],
      ['reply', message(7, [])],
      ['request', message(7, hex`0A1E0B 1C0B EA07 06 00`.subarray(0, 8), true)],
    ]);
    const analysis = new Analysis({ dissectors: [rocPlus], strict: true });
    analysis.push(wire.pcap());
    assert.equal(text(analysis.finish(), 'read-clock'), 'read the clock (answer: 2026-11-28 11:30:10)');
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
