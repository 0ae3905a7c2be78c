import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { apis, type Call, client, overFetch } from '@busbar/contract';

import { plants } from '../server/src/modules/demo/plants.ts';
import { freePort } from './house.ts';

const program = fileURLToPath(new URL('../server/busbar.mjs', import.meta.url));
const KILLS = Number(process.env['BUSBAR_KILLS'] ?? 2);

/** The program as it is started for real, with a database of its own that is flushed, and kill -9 while it works. */
describe('killed at any moment, the program', () => {
  const data = mkdtempSync(join(tmpdir(), 'busbar-killed-'));
  const capture = manyTimes(plants()[0]!.capture.bytes, 300);
  const sha256 = createHash('sha256').update(capture).digest('hex');
  let port: number;
  let child: ChildProcess;
  let call: Call;
  let cookie: string;
  let address: string;
  let id: string;

  before(async () => {
    port = await freePort();
    await begin();
    cookie = await signedIn();
    call = client(overFetch(`http://localhost:${port}`, { cookie }));
  });
  after(async () => {
    child.kill('SIGTERM');
    await new Promise((done) => child.once('exit', done));
    rmSync(data, { recursive: true, force: true });
  });

  it('keeps every acknowledged byte of an upload', async () => {
    const name = 'endless-morning.pcap';
    const begun = await call(apis.captures.begin, { body: { name, size: capture.length, sha256 } });
    id = begun.capture.id;
    address = `http://localhost:${port}${begun.upload}`;

    let acknowledged = await send(0, Math.floor(capture.length / 4));
    for (let kill = 0; kill < KILLS; kill++) {
      const interrupted = send(acknowledged, capture.length - 1000).catch(() => undefined);
      await sleep(5 + 15 * kill);
      await killed();
      await interrupted;
      const kept = await offset();
      assert.ok(kept >= acknowledged, `${kept} bytes are left of ${acknowledged}`);
      acknowledged = await send(kept, Math.min(kept + 1_000_000, capture.length - 1000));
    }
    await send(acknowledged, capture.length);
  });

  it('runs a job again, and stores what it found once', async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(30 + 60 * kill);
      await killed();
    }
    const done = await settled();
    assert.equal(done.evidence.sha256, sha256);
    assert.deepEqual([done.evidence.state, done.job?.state], ['stored', 'done']);
    assert.deepEqual([done.summary?.packets, done.summary?.devices], [611 * 300, 23]);
    const { items } = await call(apis.captures.devices, { params: { id } });
    assert.equal(items.length, 23);
  });

  it('has a whole ledger in the end', async () => {
    const verdict = await call(apis.audit.verify);
    assert.equal(verdict.broken, null);
  });

  async function begin(): Promise<void> {
    const args = [program, '--demo', '--port', String(port), '--data', data];
    child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BUSBAR_LOG: 'fatal' },
    });
    let output = '';
    await new Promise<void>((ready, failed) => {
      child.stdout!.on('data', (chunk) => {
        output += String(chunk);
        if (output.includes('Busbar is at')) ready();
      });
      child.once('exit', () => failed(new Error(`It did not start:\n${output}`)));
    });
  }

  async function killed(): Promise<void> {
    child.removeAllListeners('exit');
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
    await begin();
  }

  async function signedIn(): Promise<string> {
    const origin = `http://localhost:${port}`;
    const answer = await fetch(`${origin}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email: 'katrin.sommer@nordwasser.example', password: 'look-around-busbar' }),
    });
    return answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
  }

  /** Sends what stands between two offsets, and gives back what the program then says it has. */
  async function send(from: number, to: number): Promise<number> {
    const answer = await fetch(address, {
      method: 'PATCH',
      headers: {
        cookie,
        'tus-resumable': '1.0.0',
        'upload-offset': String(from),
        'content-type': 'application/offset+octet-stream',
      },
      body: capture.subarray(from, to),
    });
    assert.equal(answer.status, 204);
    return Number(answer.headers.get('upload-offset'));
  }

  async function offset(): Promise<number> {
    const answer = await fetch(address, { method: 'HEAD', headers: { cookie, 'tus-resumable': '1.0.0' } });
    return Number(answer.headers.get('upload-offset'));
  }

  async function settled() {
    for (const end = Date.now() + 60_000; ; await sleep(200)) {
      const found = await call(apis.captures.get, { params: { id } });
      if (found.job && ['done', 'failed'].includes(found.job.state)) return found;
      assert.ok(Date.now() < end, `still ${found.job?.state ?? found.evidence.state}`);
    }
  }
});

/** The packets of a capture over and over, under one header. */
function manyTimes(pcap: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const records = pcap.subarray(24);
  const whole = new Uint8Array(24 + records.length * times);
  whole.set(pcap.subarray(0, 24));
  for (let n = 0; n < times; n++) whole.set(records, 24 + n * records.length);
  return whole;
}
