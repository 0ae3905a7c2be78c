import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { proconos } from './proconos.ts';

const text = (words: string, length: number) => Buffer.from(words.padEnd(length, '\0'));

/** As published: of nmap's script, and of a tool that stops an ILC 390. */
const identify = hex`
  CC 01 00 0B    identity
  4002 0000      sequence, no payload
  47EE           checksum
`;
const stop = hex`CC010001 400E0000 4C07`;
const readState = hex`CC01000F 40070000 EAFA`;
const strings = join(
  new Uint8Array(4),
  text('ProConOS V4.1.0230', 32),
  text('ILC 390 PN', 33),
  text('Pumps', 16),
);
const identity = checked(join(hex`CC02000B 4002`, [strings.length, 0], strings));
const stateIs = (state: number) => checked(join(hex`CC02000F 4007 0200`, [state, 0]));

/** As all that was published are: with the checksum behind. */
function checked(message: Uint8Array): Uint8Array {
  const checksum = crc16(crc16Ccitt, 0, message, 0, message.length);
  return join(message, [checksum & 0xff, checksum >> 8]);
}

function analysed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [proconos], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [20_547] }, parts).pcap());
  return analysis.finish();
}

describe('ProConOS', () => {
  keepsItsPromises(proconos, [
    { request: identify, reply: identity },
    { request: readState, reply: stateIs(2) },
    { request: hex`CC01005B 40031C00 01000000 1C000000 01000000 02000000 00000000 00000000 00000000 D79A` },
  ]);

  it('tells who stops the program', () => {
    const { operations } = analysed(['request', stop]);
    assert.deepEqual(
      operations.map(({ code, techniques }) => [code, techniques]),
      [['proconos.stop', ['T0858']]],
    );
  });

  it('learns runtime, type and project', () => {
    const { devices } = analysed(['request', identify], ['reply', identity]);
    const device = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const facts = device.facts.map(({ field, value }) => `${field} ${value}`);
    assert.deepEqual(facts.sort(), ['firmware ProConOS V4.1.0230', 'model ILC 390 PN', 'project Pumps']);
  });

  it('tells in which state the controller is', () => {
    const texts = [2, 4].map((state) => {
      const { operations } = analysed(['request', readState], ['reply', stateIs(state)]);
      return operations.flatMap(({ samples }) => samples.map((sample) => sample.text));
    });
    assert.deepEqual(texts, [['ask the state (got running)'], ['ask the state (got stopped)']]);
  });

  it('is recognised on other ports by its checksum', () => {
    const published = [identify, stop, readState, hex`CC010004 400E0000 1821`];
    for (const message of [...published, identity]) {
      assert.equal(proconos.recognises(message, 0, message.length, false), OURS);
      const changed = Uint8Array.from(message);
      changed[4]! ^= 1;
      assert.equal(proconos.recognises(changed, 0, changed.length, false), NOT_OURS);
    }
    const analysis = new Analysis({ dissectors: [proconos], strict: true });
    analysis.push(Wire.speaking({ on: 'tcp', at: [40_000] }, [['request', stop]]).pcap());
    assert.equal(analysis.finish().operations[0]!.code, 'proconos.stop');
  });

  it('tells a checksum that is wrong', () => {
    const changed = Uint8Array.from(stop);
    changed[9]! ^= 1;
    const { anomalies } = analysed(['request', stop], ['request', changed]);
    assert.deepEqual(
      anomalies.map(({ code, count }) => [code, count]),
      [['proconos.checksum-wrong', 1]],
    );
  });
});
