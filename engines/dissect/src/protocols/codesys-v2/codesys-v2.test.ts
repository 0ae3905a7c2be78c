import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u32, Wire } from '../../testing/wire.ts';
import { codesysV2 } from './codesys-v2.ts';

const text = (words: string, length: number) => Buffer.from(words.padEnd(length, '\0'));

/** As Redpoint's script asks. */
const ask = hex`
  BBBB        magic
  01000000    length
  01          service
`;
const content = join(
  [1],
  new Uint8Array(57),
  text('Linux', 32),
  text('3.16.0', 32),
  text('WAGO 750-881', 32),
);
const answer = join(hex`BBBB`, u32(content.length).reverse(), content);

describe('CODESYS V2', () => {
  keepsItsPromises(codesysV2, [{ request: ask, reply: answer }, { request: hex`BBBB 03000000 920000` }]);

  it('learns operating system and product', () => {
    const wire = Wire.speaking({ on: 'tcp', at: [1200] }, [
      ['request', ask],
      ['reply', answer],
    ]);
    const analysis = new Analysis({ dissectors: [codesysV2], strict: true });
    analysis.push(wire.pcap());
    const { devices, operations } = analysis.finish();
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.deepEqual(facts.map(({ field, value }) => `${field} ${value}`).sort(), [
      'os Linux 3.16.0',
      'product WAGO 750-881',
    ]);
    assert.equal(operations[0]!.code, 'codesys-v2.identify');
  });

  it('is recognised on any port by a length that fits', () => {
    assert.equal(codesysV2.recognises(ask, 0, ask.length, false), OURS);
    assert.equal(codesysV2.recognises(ask.with(2, 2), 0, ask.length, false), NOT_OURS);
  });
});
