import assert from 'node:assert/strict';
import { it } from 'node:test';

import { assetOfRecord } from '@busbar/csaf';

import { titles } from './columns.ts';

it('whatever a column that matters for matching is called, `busbar match` understands it, too', () => {
  const telling = [
    'vendor',
    'product',
    'model',
    'orderNumber',
    'hardware',
    'firmware',
    'software',
    'serial',
  ] as const;
  for (const field of telling)
    for (const title of titles[field].split(',').map((one) => one.trim()))
      assert.deepEqual(
        assetOfRecord({ [title]: 'X 1' }).ignored,
        [],
        `${title}: add it to asset-fields.json`,
      );
});
