import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readMessage } from '../../analysis/read-message.ts';
import { canFrame, EXTENDED, onBus, survivesDamage } from '../../testing/bus.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join } from '../../testing/wire.ts';
import { can } from '../can/can.ts';
import { j1939 } from './j1939.ts';

const frame = (identifier: number, data: Uint8Array) => canFrame(identifier | EXTENDED, data);

/** SAE J1939-81, 4.1.1: identity 1234, manufacturer 42, function 0, industry 5. */
const claim = frame(0x18eeff11, hex`D204 4005 00 00 00 D0`);
const ask = frame(0x18ea11f9, hex`EBFE 00`);
/** Engine controller 1: torque 0 %, speed 1500 1/min. */
const engine = frame(0x0cf00411, hex`F0 7D 7D E02E FF FF FF`);
const nothingKnown = frame(0x0cf00411, hex`F0 FF FF FFFF FF FF FF`);
const control = frame(0x0c001103, hex`01 E02E FF FF FF FF FF`);
/** Component identification, 20 octets in three frames (SAE J1939-21, 5.10). */
const component = [
  frame(0x18ecff11, hex`20 1400 03 FF EBFE00`),
  ...['CUMMINS', '*QSX15*', '79003*'].map((text, i) =>
    frame(0x18ebff11, join([i + 1], Buffer.from(text.padEnd(7, '\u00ff'), 'latin1'))),
  ),
];
const fault = frame(0x18feca11, hex`04 FF 6E00 03 01 FF FF`);
const known = [claim, ask, claim];

const factsOf = ({ devices }: ReturnType<typeof onBus>) =>
  devices
    .find(({ addresses }) => addresses.includes('j1939:17'))!
    .facts.map(({ field, value }) => `${field}: ${value}`);

describe('J1939', () => {
  keepsItsPromises(j1939, [{ request: ask, reply: claim }, { request: component[0]! }], {
    dissectors: [can],
  });

  it('learns who is who from claims of addresses', () => {
    assert.deepEqual(
      factsOf(onBus(claim)).toSorted((a, b) => a.localeCompare(b)),
      [
        'deviceType: function 0, industrial, process control, stationary equipment',
        'serial: 1234',
        'vendor: J1939 manufacturer 42',
      ],
    );
  });

  it('tells quantities with their unit, and nothing where nothing is known', () => {
    const { variables } = onBus(...known, engine, nothingKnown);
    assert.deepEqual(
      variables.map(({ name, last, count }) => [name, last.value, count]),
      [
        ['engine torque, % (SPN 513)', 0, 1],
        ['engine speed, 1/min (SPN 190)', 1500, 1],
      ],
    );
  });

  it('puts together what comes in parts', () => {
    const facts = factsOf(onBus(...known, ...component));
    assert.ok(facts.includes('vendor: CUMMINS') && facts.includes('model: QSX15'), facts.join());
  });

  it('tells who asks for what, and who controls an engine', () => {
    const texts = onBus(...known, control).operations.flatMap(({ samples }) =>
      samples.map(({ text }) => text),
    );
    assert.ok(texts.includes('ask for 0xfeeb, component identification'), texts.join());
    assert.ok(texts.includes('control the engine: speed, 1500 1/min'), texts.join());
  });

  it('tells faults once', () => {
    const [anomaly] = onBus(...known, fault, fault).anomalies;
    assert.deepEqual([anomaly!.code, anomaly!.count], ['j1939.faults', 1]);
    assert.deepEqual(anomaly!.samples[0]!.params, { faults: ['SPN 110 FMI 3'] });
  });

  it('is not seen in other frames of 29 bits', () => {
    const report = onBus(frame(0x18daf110, hex`02 10 03 00 00 00 00 00`));
    assert.equal((report.counts['ics_frames'] as Record<string, number>)['j1939'], undefined);
  });

  it('shows every field of a frame', async () => {
    const report = onBus(claim);
    const { at } = report.devices.flatMap(({ facts }) => facts)[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at!);
    assert.match(JSON.stringify(tree.messages.at(-1)!.fields), /"identity number"/);
  });

  it('survives damage', () => survivesDamage([claim, engine, component[0]!, component[1]!, fault, control]));
});
