import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { searchApi } from '@busbar/contract';
import pg from 'pg';

import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const kills = Math.max(3, Number(process.env['BUSBAR_KILLS'] ?? 3));
const documents = 400;

/** The program that brings the words is killed while it does; the one that is asked is another. */
describe('what waits for its words', { timeout: 240_000 }, () => {
  let server: TestServer;
  let owner: pg.Client;
  let worker: ChildProcess | undefined;

  before(async () => {
    server = await startTestServer();
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    const analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    const files = Array.from({ length: documents }, (_, n) => [
      `${n}.json`,
      json(csaf({ id: `KILL-${n}`, title: 'Numbat relay' })),
    ]);
    await server.house.imports.importStream(analyst, 'all.tar', bytes(await tar(Object.fromEntries(files))));
  });
  after(async () => {
    await die();
    await owner.end();
    await server.close();
  });

  it(`gets them once, however often the worker is killed with -9 (${kills} kills)`, async (test) => {
    for (let kill = 0; kill < kills; kill++) {
      const before = await state();
      await live();
      while (before.due > 0 && (await state()).due === before.due) await sleep(10);
      await sleep(Math.random() * 100);
      await die();
      const { due, entries } = await state();
      test.diagnostic(`killed with ${due} due and ${entries} there`);
      assert.equal(due + entries, documents);
    }
    await live();
    for (let wait = 0; wait < 600 && (await state()).due > 0; wait++) await sleep(100);
    assert.deepEqual(await state(), { due: 0, entries: documents });
    const { groups } = await server.as(server.visitor)(searchApi.find, { query: { q: 'numbat' } });
    assert.equal(groups.find(({ kind }) => kind === 'advisory')?.count, documents);
  });

  async function state(): Promise<{ due: number; entries: number }> {
    const { rows } = await owner.query(
      `select (select count(*)::int from search_due) as due, (select count(*)::int from search_public) as entries`,
    );
    return rows[0];
  }

  async function live(): Promise<void> {
    worker = spawn(process.execPath, [join(import.meta.dirname, '../../testing/mortal.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    worker.stdin!.end(JSON.stringify({ ...server.config, masterKey: Buffer.alloc(32, 7).toString('hex') }));
    await once(worker.stdout!, 'data');
  }

  async function die(): Promise<void> {
    if (!worker) return;
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;
    worker = undefined;
  }
});
