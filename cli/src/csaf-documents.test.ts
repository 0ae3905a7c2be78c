import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';

import { type AdvisoryDraft, validate, writeAdvisory } from '@busbar/csaf';

import { convertCommand, diffCommand } from './csaf-documents.ts';

describe('busbar csaf', () => {
  let folder = '';
  const said: string[] = [];
  const file = (name: string) => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busbar-csaf-'));
    mock.method(console, 'log', (line: string) => void said.push(line));
    mock.method(console, 'error', (line: string) => void said.push(line));
    await writeFile(file('old.json'), JSON.stringify(writeAdvisory(draft)));
    await writeFile(file('other.json'), JSON.stringify(writeAdvisory({ ...draft, title: 'Other words' })));
    await writeFile(
      file('new.json'),
      JSON.stringify(writeAdvisory({ ...draft, products: [{ ...draft.products[0]!, range: '<3' }] })),
    );
    await writeFile(file('page.html'), '<html>');
  });
  after(async () => {
    mock.restoreAll();
    await rm(folder, { recursive: true });
  });

  it('convert writes a valid document of CSAF 2.1 and overwrites none', async () => {
    assert.equal(await convertCommand([file('old.json'), '--to', folder]), 0);
    const written: unknown = JSON.parse(await readFile(file('a-1.json'), 'utf8'));
    assert.equal(validate(written).valid, true);
    assert.equal(await convertCommand([file('old.json'), '--to', folder]), 1);
    assert.match(said.at(-1)!, /There is a file of that name/);
  });

  it('convert says what is none', async () => {
    assert.equal(await convertCommand([file('page.html')]), 1);
    assert.equal(await convertCommand([]), 2);
  });

  it('diff tells by its exit whether anything matters', async () => {
    assert.equal(await diffCommand([file('old.json'), file('other.json')]), 0);
    assert.equal(said.at(-1), 'Nothing changed that matters for those affected.');
    assert.equal(await diffCommand([file('old.json'), file('new.json')]), 1);
    assert.match(said.at(-1)!, /^! CVE-2026-10001: Acme Pump is known_affected in/);
    assert.equal(await diffCommand([file('old.json'), file('absent.json')]), 2);
  });
});

const draft: AdvisoryDraft = {
  id: 'A-1',
  title: 'Pumps',
  tlp: 'CLEAR',
  published: '2026-02-01T00:00:00Z',
  publisher: { name: 'Acme', namespace: 'https://acme.example', category: 'vendor' },
  summary: 'Pumps stop.',
  products: [{ key: 'P', vendor: 'Acme', name: 'Pump', range: '<2' }],
  vulnerabilities: [{ cve: 'CVE-2026-10001', title: 'Stop', description: 'It stops.', affected: ['P'] }],
};
