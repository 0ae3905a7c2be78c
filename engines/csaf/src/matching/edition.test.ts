import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { matchingRules } from '../index.ts';

/** The number under which each state of the data went out. */
const known: Readonly<Record<string, number>> = { '84d09ae0ca19831e': 1, faf4ba1267fb991e: 2 };

it('the number of the rules is raised with the data they rest on', () => {
  const digest = createHash('sha256');
  for (const path of [
    '../products/data/families.json',
    '../products/data/vendors.json',
    '../products/data/words.json',
    'data/asset-fields.json',
  ])
    digest.update(readFileSync(new URL(path, import.meta.url)));
  const state = digest.digest('hex').slice(0, 16);
  assert.equal(
    known[state],
    matchingRules,
    `The data changed: raise matchingRules in edition.ts, and write ${state} with the new number here`,
  );
});
