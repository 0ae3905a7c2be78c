import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { ProviderReport } from '@busbar/csaf';

describe('busbar csaf check', () => {
  let asked = 0;
  const site = createServer((_request, response) => {
    asked++;
    response.end(JSON.stringify({ canonical_url: '\u001b[2J' }));
  });
  let url: string;
  before(async () => {
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/provider-metadata.json`;
  });
  after(() => site.close());

  it('asks no private address, and says how it would', async () => {
    const { status, stdout } = await run('https://127.0.0.1/provider-metadata.json');
    assert.equal(status, 1);
    assert.match(stdout, /no public address/);
    assert.match(stdout, /NOT MET +provider-metadata\.json/);
    await run(url);
    assert.equal(asked, 0);
  });

  it('asks it when it is marked as local, and ends with 1 when a requirement is not met', async () => {
    const { status, stdout } = await run(url, '--local', '--json');
    assert.equal(status, 1);
    const { requirements } = JSON.parse(stdout) as ProviderReport;
    assert.ok(asked > 0);
    assert.equal(requirements.find(({ number }) => number === 3)!.state, 'notMet');
    const { stdout: words } = await run(url, '--local');
    assert.ok(!words.includes('\u001b'));
  });

  it('tells how it is used', async () => {
    assert.equal((await run()).status, 2);
    assert.equal((await run('example.org', '--most', '0')).status, 2);
    assert.match((await run('--help')).stdout, /--local/);
  });
});

async function run(...args: string[]): Promise<{ status: number; stdout: string }> {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, '../busbar.mjs'),
    'csaf',
    'check',
    ...args,
  ]);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  const [status] = (await once(child, 'close')) as [number];
  return { status, stdout };
}
