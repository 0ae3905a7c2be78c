import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { v8Flags } from '@busbar/dissect';

import { Wire } from '../../../../engines/dissect/src/testing/wire.ts';
import { confinement } from '../../platform/apart.ts';
import { analyseApart } from './analysis.ts';

describe('an analysis apart', () => {
  const calm = { signal: new AbortController().signal, onProgress: () => {} };

  it('gives the report and the very bytes of it', async () => {
    const capture = Wire.speaking({ on: 'tcp', at: [502] }, [['request', new Uint8Array(4)]]).pcap();
    const { report, json } = await analyseApart(inPieces(capture), [], calm);
    assert.equal(report.packets, 1);
    assert.deepEqual(JSON.parse(Buffer.from(json).toString()), report);
  });

  it('says what a file is that is no capture', async () => {
    const page = new TextEncoder().encode('<!doctype html><title>Sign in</title>');
    await assert.rejects(analyseApart(inPieces(page), [], calm), {
      code: 'not-a-capture',
      params: { looksLike: 'HTML' },
    });
    await assert.rejects(analyseApart(inPieces(new Uint8Array()), [], calm), { code: 'empty-file' });
  });

  it('ends when it is cancelled, whatever still comes', async () => {
    const cancelling = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => cancelling.abort(reason), 100);
    await assert.rejects(analyseApart(forEver(), [], { ...calm, signal: cancelling.signal }), reason);
  });

  it('tells the fault of a source that breaks, not that the engine missed the rest', async () => {
    const broken = new Error('the disk is gone');
    await assert.rejects(analyseApart(breaking(broken), [], calm), broken);
  });

  describe('is confined: code that took it over', () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-confined-'));
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'secret');
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const confined = confinement(join(folder, 'program.mjs'), v8Flags);

    /** What the code prints: the name of the fault it met, or that it met none. */
    const fault = (code: string, by: readonly string[] = confined) =>
      String(
        spawnSync(
          process.execPath,
          [...by, '-e', `try { ${code}; console.log('none') } catch (error) { console.log(error.code) }`],
          { env: {} },
        ).stdout,
      ).trim();

    const attempts: Record<string, string> = {
      'reads no file': `require('node:fs').readFileSync(${JSON.stringify(secret)})`,
      'reads no key': `require('node:fs').readdirSync(${JSON.stringify(process.cwd())})`,
      'reads no source': `require('node:fs').readFileSync(${JSON.stringify(import.meta.filename)})`,
      'writes no file': `require('node:fs').writeFileSync(${JSON.stringify(secret)}, '')`,
      'starts no program': `require('node:child_process').spawnSync('true')`,
      'starts no thread': `new (require('node:worker_threads').Worker)('', { eval: true })`,
    };
    for (const [name, code] of Object.entries(attempts)) {
      it(name, () => {
        assert.equal(fault(code), 'ERR_ACCESS_DENIED');
        assert.equal(fault(code, []), 'none', 'the attempt itself must work');
      });
    }

    it('reaches nobody', async () => {
      const listening = createServer().listen(0, '127.0.0.1');
      await new Promise((ready) => listening.once('listening', ready));
      const { port } = listening.address() as { port: number };
      const code = `require('node:net').connect(${port}, '127.0.0.1').on('error', (error) => console.log(error.code)).on('connect', () => process.exit())`;
      const { stdout } = spawnSync(process.execPath, [...confined, '-e', code], { env: {} });
      listening.close();
      assert.equal(String(stdout).trim(), 'ERR_ACCESS_DENIED');
    });
  });
});

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10) yield bytes.subarray(at, at + 10);
}

async function* forEver(): AsyncGenerator<Uint8Array> {
  for (;;) {
    await new Promise((later) => setTimeout(later, 10));
    yield new Uint8Array(100);
  }
}

async function* breaking(error: Error): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(100);
  throw error;
}
