import assert from 'node:assert/strict';
import { it } from 'node:test';

import { entriesOf, readingOf, readText } from '../index.ts';

it('50,000 rows with a byte order mark, semicolons and formulas are each understood or told', async () => {
  const rows = Array.from({ length: 50_000 }, (_, i) => {
    const firmware = i % 10 === 0 ? '=HYPERLINK("http://x";"V1")' : `V2.${i % 7}`;
    const serial = i % 1000 === 999 ? `SN-${i - 1}-X` : `SN-${i}-X`;
    return `Pump ${i};10.${Math.floor(i / 62_500)}.${Math.floor(i / 250) % 250}.${(i % 250) + 1};"${firmware.replaceAll('"', '""')}";${serial}`;
  });
  const text = `\ufeffName;IP-Adresse;Firmwarestand;Seriennummer\r\n${rows.join('\r\n')}\r\n`;
  const table = readText(new TextEncoder().encode(text));
  const reading = readingOf(table, {});
  assert.deepEqual(
    [reading.encoding, reading.separator, reading.headerRow, reading.rows],
    ['utf-8', ';', 1, 50_000],
  );
  assert.deepEqual(
    reading.columns.map(({ field }) => field),
    ['name', 'address', 'firmware', 'serial'],
  );
  const entries = await entriesOf(table, reading);
  const noted = (code: string) => entries.filter(({ notes }) => notes.some((note) => note.code === code));
  assert.equal(entries.length, 50_000);
  // A formula is left out, and the rest of its row is taken.
  assert.equal(noted('formula').length, 5000);
  assert.ok(
    noted('formula').every(({ isLeft, says }) => !isLeft && says.firmware === undefined && says.serial),
  );
  // Of two rows with one serial number the first is taken, and both are told.
  assert.deepEqual([noted('same-serial').length, entries.filter(({ isLeft }) => isLeft).length], [100, 50]);
  assert.equal(entries.filter(({ says }) => says.firmware).length, 45_000);
});

it('rows that are long and quoted are read, wherever the look at the first of them ends', () => {
  for (const length of [300, 500, 700, 30_000]) {
    const rows = Array.from({ length: 60 }, (_, n) => [
      `Pump ${n}`,
      '6ES7 315-2EH14-0AB0',
      'as built; '.repeat(length / 10),
    ]);
    const text = [['Name', 'Order number', 'Remarks'], ...rows]
      .map((cells) => cells.map((cell) => `"${cell}"`).join(';'))
      .join('\r\n');
    const table = readText(new TextEncoder().encode(text));
    assert.deepEqual([table.separator, table.rows.length, table.rows[60]!.cells[0]], [';', 61, 'Pump 59']);
  }
});
