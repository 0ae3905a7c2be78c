import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { matchingData } from '../index.ts';
import { fingerprint } from './edition.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../products/data/${name}.json`, import.meta.url), 'utf8'));

it('whoever teaches the data raises no number: every change of it shows', () => {
  const data = { families: read('families'), vendors: read('vendors'), words: read('words') };
  assert.equal(matchingData(), fingerprint(data));
  const taught = structuredClone(data);
  taught.vendors.vendors[0].aliases.push('another name');
  const unlearned = structuredClone(data);
  unlearned.words.neutral.pop();
  const swapped = { ...data, families: data.words, words: data.families };
  const all = [data, taught, unlearned, swapped].map(fingerprint);
  assert.equal(new Set(all).size, all.length);
});
