import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

import { Analysis } from '@busbar/dissect';

import { Wire } from '../../engines/dissect/src/testing/wire.ts';
import { changes, observations, suite } from './golden.ts';

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
const folder = join(import.meta.dirname, 'golden');

describe('golden observations', () => {
  it('are what we tell of the same captures today', async (t) => {
    if (!existsSync(join(shared, 'data/captures'))) return t.skip('the shared captures are not here');
    const { total, differences } = await suite.run(join(shared, 'data'));
    assert.ok(total >= 40);
    assert.deepEqual(
      differences.map(({ where, diff }) => [where, ...diff!].join('\n')),
      [],
      'look at what changed; when it is right, npm run truth -- --suite golden --accept',
    );
  });

  it('are short enough to be read', () => {
    for (const file of readdirSync(folder)) {
      const { length } = readFileSync(join(folder, file));
      assert.ok(length <= 15_360, `${file} has ${length} bytes`);
    }
  });

  it('have a line for each thing that was told', () => {
    const write = [0, 1, 0, 0, 0, 6, 1, 6, 0, 4, 0, 40];
    const refused = [0, 2, 0, 0, 0, 3, 1, 0x86, 2];
    const wire = Wire.speaking({ on: 'tcp', at: [502] }, [
      ['request', Uint8Array.from(write)],
      ['reply', Uint8Array.from(write)],
      ['request', Uint8Array.from([0, 2, ...write.slice(2)])],
      ['reply', Uint8Array.from(refused)],
    ]);
    const analysis = new Analysis();
    analysis.push(wire.pcap());
    const lines = observations(analysis.finish());
    assert.match(
      lines.join('\n'),
      /^device 192\.0\.2\.2 02:.* control; controller \(inferred, modbus\.answers\)/m,
    );
    assert.match(
      lines.join('\n'),
      /^operation modbus\.write-register 192\.0\.2\.1 > 192\.0\.2\.2 × 2; refused 1: illegal data address \| write register 4 := 40/m,
    );
    assert.match(lines.join('\n'), /^variable modbus 192\.0\.2\.2 .*40005: 1 values, 1 set by 192\.0\.2\.1/m);
    assert.match(lines.join('\n'), /^detection \w+ process-commanded \(stated\)/m);
  });

  it('are compared line by line', () => {
    assert.deepEqual(changes(['a', 'b', 'c', 'd'], ['a', 'c', 'x', 'd']), ['- b', '+ x']);
    assert.deepEqual(changes(['a'], ['a']), []);
    assert.deepEqual(changes([], ['a']), ['+ a']);
  });
});
