import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { KnownNames } from './known-names.ts';

describe('names that people type', () => {
  const names = new KnownNames();
  for (const [vendor, product] of [
    ['Siemens', 'SIMATIC S7-1500 CPU family (incl. related ET200 CPUs and SIPLUS variants)'],
    ['Siemens AG', 'SIMATIC S7-1500 Software Controller V2'],
    ['Siemens', 'SIMATIC S7-1200 CPU family'],
    ['Siemens', 'SIMATIC HMI Comfort Panels'],
    ['Schneider Electric', 'Modicon M340 CPU (part numbers BMXP34*)'],
    ['Nordbruk', 'PX 200'],
  ] as const)
    names.add(vendor, product);
  const found = (typed: string) =>
    names.find(typed).map(({ vendor, product }) => [vendor, product].filter(Boolean).join(' | '));

  it('are proposed as their makers write them, up to the last word that was typed', () => {
    assert.equal(found('simens s7 1500')[0], 'Siemens | SIMATIC S7-1500');
    assert.equal(found('Siemens S7-12')[0], 'Siemens | SIMATIC S7-1200');
    assert.equal(found('schnieder modicon m340')[0], 'Schneider Electric | Modicon M340');
    assert.equal(found('nordburk px')[0], 'Nordbruk | PX');
  });

  it('are found by an alias, and without a vendor', () => {
    assert.equal(found('西门子 s7 1500')[0], 'Siemens | SIMATIC S7-1500');
    assert.equal(found('telemecanique m340')[0], 'Schneider Electric | Modicon M340');
    assert.deepEqual(found('modicon'), ['Schneider Electric | Modicon', 'Schneider Electric']);
    assert.deepEqual(found('simens'), ['Siemens']);
  });

  it('never with another number, and never where nothing is like it', () => {
    assert.deepEqual(found('siemens s7 1300'), ['Siemens']);
    for (const nothing of ['', '   ', '%', 'qwertz', 'x'.repeat(10_000)])
      assert.deepEqual(found(nothing), []);
  });
});
