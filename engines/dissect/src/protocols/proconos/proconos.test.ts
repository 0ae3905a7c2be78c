import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { type Direction, NOT_OURS } from '../../dissector.ts';
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
const strings = join(
  new Uint8Array(4),
  text('ProConOS V4.1.0230', 32),
  text('ILC 390 PN', 33),
  text('Pumps', 16),
);
const identity = join(hex`CC02000B 4002`, [strings.length, 0], strings, hex`ABCD`);

function analysed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [proconos], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [20_547] }, parts).pcap());
  return analysis.finish();
}

describe('ProConOS', () => {
  keepsItsPromises(proconos, [
    { request: identify, reply: identity },
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

  it('is recognised only where it is expected', () => {
    assert.equal(proconos.recognises(identify, 0, identify.length, false), NOT_OURS);
  });
});
