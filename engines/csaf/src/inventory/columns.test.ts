import assert from 'node:assert/strict';
import { it } from 'node:test';

import { assetOfRecord } from '../matching/asset-record.ts';
import { guessColumns, titles } from './columns.ts';

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

it('what stands in a column is looked at in time that grows with it alone: of one that is not, no end is seen', () => {
  const cell = `1${'a'.repeat(900)}!`;
  const rows = Array.from({ length: 200 }, (_, row) => ({ row, cells: [cell, cell] }));
  assert.equal(guessColumns(['Software', ''], rows).columns[0]!.field, 'software');
});
