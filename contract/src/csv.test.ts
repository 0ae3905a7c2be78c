import assert from 'node:assert/strict';
import { it } from 'node:test';

import { csvLine } from './csv.ts';

it('a line of a table holds no formula that a spreadsheet would run', () => {
  for (const formula of ['=HYPERLINK("http://x")', '+1', '-1', '@x', '\tx', '\rx'])
    assert.match(csvLine([formula]), /^"?'/, JSON.stringify(formula));
});

it('a line of a table keeps numbers numbers, quotes what must be quoted, and leaves empty what is unknown', () => {
  assert.equal(
    csvLine(['a,"b"\r\nc', -5, true, null, undefined, 'plain']),
    '"a,""b""\r\nc",-5,true,,,plain\r\n',
  );
});
