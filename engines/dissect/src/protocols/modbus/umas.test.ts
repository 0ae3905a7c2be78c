import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Direction } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { modbus } from './modbus.ts';

let transaction = 0;

function message(pdu: Uint8Array, number: number): Uint8Array {
  return join(u16(number), [0, 0], u16(pdu.length + 1), [0], pdu);
}

function exchange(request: Uint8Array, reply: Uint8Array): [Direction, Uint8Array][] {
  const number = ++transaction & 0xffff;
  return [
    ['request', message(request, number)],
    ['reply', message(reply, number)],
  ];
}

/** The dictionary, as plc4x asks for it: one record. */
const dictionary = exchange(
  hex`
    5A 00 26        function 90, reservation, read dictionary
    02DD            records: names
    00 12345678     index, hardware
    FFFF 0000 0000  block, offset
  `,
  hex`
    5A 00 FE
    00 0000 0000    range, next
    0200            records
    0800 3000 0C00 0000 0600  REAL in block 48 at 12
    4C6576656C00    Level
    0400 3000 1000 0000 0500  INT in block 48 at 16
    50756D7000      Pump
  `,
);

const readVariables = exchange(
  hex`
    5A 00 22
    78563412        CRC of the project
    03              variables
    03 3000 01 0000 0C  4 octets of block 48, offset 12
    02 3000 01 0000 10  2 octets at 16
    12 3100 01 0100 00 0200  an array of 2 in block 49, offset 256
  `,
  hex`5A 00 FE 0000C841 FBFF 0100 0200`,
);

const write = (value: number, answer: Uint8Array) =>
  exchange(join(hex`5A 07 23 78563412 01 02 3000 1000 0000`, u16(value).reverse()), answer);

const readRegisters = exchange(hex`5A 00 24 0100 03 00 0A000000 0400`, hex`5A 00 FE 01 0400 01020304`);

const BLOCK = hex`0011 2233 4455 6677`;
const done = hex`5A 07 FE`;

/** As a station changes a program: it reserves, stops, carries over, starts. */
const changed = [
  exchange(hex`5A 00 10 01000000 04 454E4731`, hex`5A 00 FE 07`),
  exchange(hex`5A 07 41 FF00`, done),
  exchange(hex`5A 07 30 0001`, done),
  exchange(join(hex`5A 07 31 0001 0100 0800`, BLOCK), done),
  exchange(join(hex`5A 07 31 0001 0200 0800`, BLOCK), done),
  exchange(hex`5A 07 32 0001 0200`, done),
  exchange(hex`5A 07 40 FF00`, done),
  exchange(hex`5A 07 11`, done),
];

function analysed(...exchanges: [Direction, Uint8Array][][]) {
  const wire = Wire.speaking({ on: 'tcp', at: [502] }, exchanges.flat());
  const analysis = new Analysis({ dissectors: [modbus], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const textsOf = ({ operations }: ReturnType<typeof analysed>, code: string) =>
  operations.filter((one) => one.code === code).flatMap(({ samples }) => samples.map(({ text }) => text));

describe('UMAS', () => {
  keepsItsPromises(
    modbus,
    [dictionary, readVariables, readRegisters, ...changed].map(([request, reply]) => ({
      request: request![1],
      reply: reply![1],
    })),
  );

  it('tells variables by block and offset when nobody asked for the dictionary', () => {
    const report = analysed(readVariables);
    assert.deepEqual(textsOf(report, 'umas.read-variables'), [
      'read variables block 48 offset 12, block 48 offset 16, block 49 offset 256 (got 1103626240, -5, 1, 2)',
    ]);
    assert.ok(report.variables.some(({ name }) => name === 'block 49 offset 256[1]'));
  });

  it('tells them by name and type when somebody did', () => {
    const report = analysed(dictionary, readVariables);
    assert.deepEqual(report.variables.map(({ name, last }) => [name, last.value]).slice(0, 2), [
      ['Level', 25],
      ['Pump', -5],
    ]);
  });

  it('tells what is written and what was there before, and takes no value from what is refused', () => {
    const report = analysed(
      dictionary,
      readVariables,
      write(7, hex`5A 07 FE`),
      write(8, hex`5A 07 FD 83 80`),
    );
    assert.deepEqual(textsOf(report, 'umas.write-variables'), [
      'write variables Pump := 7 (was -5)',
      'write variables Pump := 8 (was 7)',
    ]);
    const pump = report.variables.find(({ name }) => name === 'Pump')!;
    assert.deepEqual([pump.sets, pump.last.value], [1, 7]);
  });

  it('tells a program that is replaced step by step, and keeps what was carried over', () => {
    const report = analysed(...changed);
    const told = report.operations
      .flatMap(({ code, dangerous, samples }) =>
        samples.map(({ at, text }) => ({ at: at.packet, code, text, dangerous })),
      )
      .sort((a, b) => a.at - b.at);
    assert.deepEqual(
      told.map(({ code, text }) => [code, text]),
      [
        ['umas.take-reservation', 'take PLC reservation as ENG1'],
        ['umas.stop', 'stop PLC'],
        ['umas.begin-download', 'begin program download'],
        ['umas.download-block', 'download program block 1'],
        ['umas.download-block', 'download program block 2'],
        ['umas.end-download', 'end program download'],
        ['umas.start', 'start PLC'],
        ['umas.release-reservation', 'release PLC reservation'],
      ],
    );
    assert.ok(told.every(({ dangerous }) => dangerous));
    assert.deepEqual(
      report.transfers.map(({ way, kind, bytes, complete }) => [way, kind, bytes, complete]),
      [['to', 'program', 16, true]],
    );
    const ids = report.detections.map(({ id }) => id);
    for (const id of ['program-replaced-while-stopped', 'stopped-and-started'])
      assert.ok(ids.includes(id), id);
  });

  it('tells that a controller did not start', () => {
    const { operations } = analysed(exchange(hex`5A 00 40 FF00`, hex`5A 00 FD 83 80`));
    assert.deepEqual(
      operations.map(({ code, techniques, refused }) => [code, techniques, refused[0]!.count]),
      [['umas.start', ['T0858'], 1]],
    );
  });

  it('shows what was read of memory, coils and registers', () => {
    assert.deepEqual(textsOf(analysed(readRegisters), 'umas.read-registers'), [
      'read coils and registers: 4 bytes of registers at 10 (got 01020304)',
    ]);
  });

  it('shows values of an answer by the place they were asked from', async () => {
    const report = analysed(readVariables);
    const wire = Wire.speaking({ on: 'tcp', at: [502] }, readVariables);
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    analysis.push(wire.pcap());
    const { at } = analysis.finish().operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [modbus]);
    assert.match(JSON.stringify(tree.messages[0]!.fields), /"field":"block"/);
  });

  it('reads the memory of a Modicon as a capture of Unity Pro has it', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/modicon/modicon_test.part1.pcap');
    if (!report) return;
    const read = report.operations.find(({ code }) => code === 'umas.read-memory')!;
    assert.match(
      read.samples[0]!.text,
      /^read memory block: 100 bytes at 0 of block 19 \(got [0-9a-f]{64}…\)$/,
    );
  });
});
