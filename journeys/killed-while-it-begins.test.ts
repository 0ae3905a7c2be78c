import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { apis, type Call, client, overFetch } from '@busbar/contract';

import { freePort, patiently } from './house.ts';

const program = fileURLToPath(new URL('../server/busbar.mjs', import.meta.url));
const KILLS = Number(process.env['BUSBAR_KILLS'] ?? 4);

/** As it is started for real: a cluster of its own that flushes to disk. What a running one survives, kill.test.ts tells. */
describe('killed while it begins, the program', () => {
  const data = mkdtempSync(join(tmpdir(), 'busbar-begins-'));
  let port: number;
  let child: ChildProcess;
  let call: Call;

  before(async () => {
    port = await freePort();
  });
  after(async () => {
    child.kill('SIGTERM');
    await gone();
    rmSync(data, { recursive: true, force: true });
  });

  it(`begins anew and loses nothing (${KILLS} kills, while it makes its database, its tables and its demo)`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      begin();
      await sleep(150 + (kill * 4500) / KILLS);
      child.kill('SIGKILL');
      await gone();
    }
    await begun();
    call = client(overFetch(`http://localhost:${port}`, { cookie: await signedIn() }));

    const { items: sites } = await call(apis.plant.sites);
    assert.deepEqual(
      sites.map(({ name, captures }) => [name, captures]),
      // The calm morning that is learnt, and the day of the visitor.
      [['Waterworks North', 2]],
    );
    // Two of them from the source that the demo follows, whenever its job comes to it.
    await patiently(async () => assert.equal((await call(apis.advisories.list)).total, 403), 90_000);
  });

  it('has its rows when the database itself is killed as well', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `Pump house ${n}`);
    for (const name of names)
      await call(apis.plant.addSite, { body: { name, sector: '', country: '', process: '' } });
    const postmaster = Number(readFileSync(join(data, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
    child.kill('SIGKILL');
    process.kill(postmaster, 'SIGKILL');
    await gone();
    await begun();

    const { items } = await call(apis.plant.sites);
    const kept = new Set(items.map(({ name }) => name));
    assert.deepEqual(
      names.filter((name) => !kept.has(name)),
      [],
    );
    const verdict = await call(apis.audit.verify);
    assert.equal(verdict.broken, null);
    assert.ok(verdict.events >= names.length);
  });

  function begin(): void {
    child = spawn(process.execPath, [program, '--demo', '--port', String(port), '--data', data], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, BUSBAR_LOG: 'fatal' },
    });
  }

  async function begun(): Promise<void> {
    begin();
    let output = '';
    await new Promise<void>((ready, failed) => {
      for (const stream of [child.stdout!, child.stderr!]) {
        stream.on('data', (chunk) => {
          output += String(chunk);
          if (output.includes('Busbar is at')) ready();
        });
      }
      child.once('exit', () => failed(new Error(`It did not begin:\n${output}`)));
    });
    child.removeAllListeners('exit');
  }

  async function gone(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((done) => child.once('exit', done));
  }

  async function signedIn(): Promise<string> {
    const origin = `http://localhost:${port}`;
    const answer = await fetch(`${origin}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email: 'katrin.sommer@nordwasser.example', password: 'look-around-busbar' }),
    });
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    return cookies.join('; ');
  }
});
