import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { familiesOf, matchingData, teach, vendorKeys } from '../index.ts';
import { fingerprint } from './edition.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../products/data/${name}.json`, import.meta.url), 'utf8'));

it('whoever teaches the data raises no number: every change of it shows', () => {
  const data = {
    families: read('families'),
    reading: read('reading'),
    vendors: read('vendors'),
    words: read('words'),
  };
  assert.equal(matchingData(), fingerprint(data));
  const taught = structuredClone(data);
  taught.vendors.vendors[0].aliases.push('another name');
  const unlearned = structuredClone(data);
  unlearned.words.neutral.pop();
  const swapped = { ...data, families: data.words, words: data.families };
  const all = [data, taught, unlearned, swapped].map(fingerprint);
  assert.equal(new Set(all).size, all.length);
});

it('what is taught beside the data shows as long as it is taught, and no longer', () => {
  const before = matchingData();
  const names = { vendors: [{ vendor: 'Nordbruk', aliases: ['Nordbruk Süd'] }], families: [] };
  try {
    assert.deepEqual(vendorKeys('Nordbruk Süd'), ['nordbruk sud']);
    teach(names);
    assert.notEqual(matchingData(), before);
    // What was kept under its own name before is found by it as well.
    assert.deepEqual(vendorKeys('NORDBRUK SÜD GmbH'), ['nordbruk', 'nordbruk sud']);
    teach({ ...names, families: [{ vendor: 'Nordbruk Süd', numbers: ['NBP-77-*'], names: ['PX 200'] }] });
    assert.deepEqual(familiesOf('NBP 77 20'), [
      { vendor: 'nordbruk', names: ['PX 200'], relatedTo: undefined },
    ]);
  } finally {
    teach({ vendors: [], families: [] });
  }
  assert.deepEqual([matchingData(), vendorKeys('Nordbruk Süd')], [before, ['nordbruk sud']]);
});
