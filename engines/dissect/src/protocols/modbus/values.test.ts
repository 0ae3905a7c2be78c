import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import type { Direction } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { told } from '../../testing/shared.ts';
import { Wire } from '../../testing/wire.ts';
import { modbus } from './modbus.ts';

function variablesOf(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [modbus], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [502] }, parts).pcap());
  return analysis
    .finish()
    .variables.map(
      ({ name, count, sets, last, device }) =>
        `${device.address} ${name} = ${last.value} (${count}, ${sets} set)`,
    )
    .sort();
}

describe('registers and coils', () => {
  it('are told as engineers number them, by unit, however often they come', () => {
    const ask: [Direction, Uint8Array] = ['request', hex`0001 0000 0006 11 03 006B 0002`];
    const answer: [Direction, Uint8Array] = ['reply', hex`0001 0000 0007 11 03 04 022B 0064`];
    const other: [Direction, Uint8Array] = ['reply', hex`0001 0000 0007 11 03 04 022B 0065`];
    assert.deepEqual(variablesOf(ask, answer, ask, answer, ask, other), [
      '192.0.2.2 unit 17 40108 = 555 (3, 0 set)',
      '192.0.2.2 unit 17 40109 = 101 (3, 0 set)',
    ]);
  });

  it('of the server itself have no unit', () => {
    assert.deepEqual(variablesOf(['request', hex`0004 0000 0006 FF 06 270F 0007`]), [
      '192.0.2.2 410000 = 7 (1, 1 set)',
    ]);
  });

  it('are told one by one where bits are packed', () => {
    assert.deepEqual(
      variablesOf(
        ['request', hex`0005 0000 0008 FF 0F 0013 0003 01 05`],
        ['request', hex`0006 0000 0006 FF 02 0000 0009`],
        ['reply', hex`0006 0000 0005 FF 02 02 01 01`],
        ['request', hex`0007 0000 0006 FF 05 0013 0000`],
      ),
      [
        '192.0.2.2 00020 = 0 (2, 2 set)',
        '192.0.2.2 00021 = 0 (1, 1 set)',
        '192.0.2.2 00022 = 1 (1, 1 set)',
        '192.0.2.2 10001 = 1 (1, 0 set)',
        ...[2, 3, 4, 5, 6, 7, 8].map((number) => `192.0.2.2 1000${number} = 0 (1, 0 set)`),
        '192.0.2.2 10009 = 1 (1, 0 set)',
      ],
    );
  });

  it('are not what a device refused to be told', () => {
    const ask: [Direction, Uint8Array] = ['request', hex`0001 0000 0006 FF 03 0000 0001`];
    const answer: [Direction, Uint8Array] = ['reply', hex`0001 0000 0005 FF 03 02 0007`];
    assert.deepEqual(
      variablesOf(
        ask,
        answer,
        ['request', hex`0002 0000 0006 FF 06 0000 0063`],
        ['reply', hex`0002 0000 0003 FF 86 02`],
        ['request', hex`0003 0000 0009 FF 10 0000 0001 02 0058`],
        ['reply', hex`0003 0000 0003 FF 90 04`],
        ask,
        answer,
      ),
      ['192.0.2.2 40001 = 7 (2, 0 set)'],
    );
  });

  it('hold what was set once the device agreed, however many writes are on their way', () => {
    const writes = [1, 2, 3].map((value): [Direction, Uint8Array] => [
      'request',
      Uint8Array.of(0, value, 0, 0, 0, 6, 0xff, 6, 0, value, 0, value),
    ]);
    const [first, second, third] = writes as [(typeof writes)[0], (typeof writes)[0], (typeof writes)[0]];
    assert.deepEqual(
      variablesOf(
        first,
        second,
        third,
        ['reply', third[1]],
        ['reply', hex`0002 0000 0003 FF 86 02`],
        ['reply', first[1]],
      ),
      ['192.0.2.2 40002 = 1 (1, 1 set)', '192.0.2.2 40004 = 3 (1, 1 set)'],
    );
  });

  it('are told as set when nobody answers, by whom and when', () => {
    const wire = new Wire({ on: 'tcp', at: [502] });
    wire.say('request', hex`0001 0000 0006 FF 06 0000 0007`);
    const { time } = wire;
    wire.time += 3_600_000_000;
    wire.say('request', hex`0002 0000 0006 FF 03 0000 0001`);
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    analysis.push(wire.pcap());
    const [variable] = analysis.finish().variables;
    assert.deepEqual(variable!.last, { time, value: 7 });
    assert.equal(variable!.setters[0]!.by.address, '192.0.2.1');
  });

  it('change by a mask when it is known what they were', () => {
    assert.deepEqual(
      variablesOf(
        ['request', hex`0001 0000 0006 FF 03 0004 0001`],
        ['reply', hex`0001 0000 0005 FF 03 02 0012`],
        ['request', hex`0002 0000 0008 FF 16 0004 00F2 0025`],
        ['reply', hex`0002 0000 0008 FF 16 0004 00F2 0025`],
      ),
      ['192.0.2.2 40005 = 23 (2, 1 set)'],
    );
  });

  it('of a range that is read again and again are told one by one, whatever else reads or sets them', () => {
    const ask: [Direction, Uint8Array] = ['request', hex`0001 0000 0006 FF 03 0000 0003`];
    const says = (...values: number[]): [Direction, Uint8Array] => [
      'reply',
      Uint8Array.from([0, 1, 0, 0, 0, 9, 0xff, 3, 6, ...values.flatMap((value) => [0, value])]),
    ];
    const set: [Direction, Uint8Array] = ['request', hex`0002 0000 0006 FF 06 0001 0009`];
    const askOther: [Direction, Uint8Array] = ['request', hex`0003 0000 0006 FF 03 0002 0001`];
    const other: [Direction, Uint8Array] = ['reply', hex`0003 0000 0005 FF 03 02 0007`];
    const calm = [ask, says(1, 2, 3), ask, says(1, 2, 3), ask, says(1, 2, 4)];
    assert.deepEqual(variablesOf(...calm), [
      '192.0.2.2 40001 = 1 (3, 0 set)',
      '192.0.2.2 40002 = 2 (3, 0 set)',
      '192.0.2.2 40003 = 4 (3, 0 set)',
    ]);
    // What was set counts as seen, and the old value after it as a change.
    assert.deepEqual(variablesOf(...calm, set, ask, says(1, 2, 4), ask, says(1, 2, 4)), [
      '192.0.2.2 40001 = 1 (5, 0 set)',
      '192.0.2.2 40002 = 2 (6, 1 set)',
      '192.0.2.2 40003 = 4 (5, 0 set)',
    ]);
    // Another range with a register in common.
    assert.deepEqual(variablesOf(...calm, askOther, other, ask, says(1, 2, 4)), [
      '192.0.2.2 40001 = 1 (4, 0 set)',
      '192.0.2.2 40002 = 2 (4, 0 set)',
      '192.0.2.2 40003 = 4 (5, 0 set)',
    ]);
    assert.deepEqual(variablesOf(...calm, askOther, other, ask, says(1, 2, 4), ask, says(5, 2, 7)), [
      '192.0.2.2 40001 = 5 (5, 0 set)',
      '192.0.2.2 40002 = 2 (5, 0 set)',
      '192.0.2.2 40003 = 7 (6, 0 set)',
    ]);
  });

  it('of a range that is read again and again are known when one of them is changed by a mask', () => {
    const exchange = (...values: number[]): [Direction, Uint8Array][] => [
      ['request', hex`0001 0000 0006 FF 03 0000 0003`],
      ['reply', Uint8Array.from([0, 1, 0, 0, 0, 9, 0xff, 3, 6, ...values.flatMap((value) => [0, value])])],
    ];
    const polled = [...exchange(1, 2, 3), ...exchange(1, 2, 3), ...exchange(1, 9, 4)];
    const both = (bytes: Uint8Array): [Direction, Uint8Array][] => [
      ['request', bytes],
      ['reply', bytes],
    ];
    const keepsLowOctet = both(hex`0002 0000 0008 FF 16 0001 00FF 0100`);
    const expected = [
      '192.0.2.2 40001 = 1 (3, 0 set)',
      '192.0.2.2 40002 = 265 (4, 1 set)',
      '192.0.2.2 40003 = 4 (3, 0 set)',
    ];
    assert.deepEqual(variablesOf(...polled, ...keepsLowOctet), expected);
    const setsAnother = both(hex`0003 0000 0006 FF 06 0002 0004`);
    expected[2] = '192.0.2.2 40003 = 4 (4, 1 set)';
    assert.deepEqual(variablesOf(...polled, ...setsAnother, ...keepsLowOctet), expected);
  });

  it('are not told when nobody heard which were asked for', () => {
    assert.deepEqual(variablesOf(['reply', hex`0001 0000 0007 11 03 04 022B 0064`]), []);
  });
});

describe('a project of Unity Pro', () => {
  it('is told with the places of its blocks', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/modicon/modicon_test.part1.pcap');
    if (!report) return;
    assert.deepEqual(
      report.transfers.map(({ way, kind, name, bytes, pieces }) => [way, kind, name, bytes, pieces.length]),
      [['from', 'program', 'project', 2_370, 12]],
    );
  });
});
