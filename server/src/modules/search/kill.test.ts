import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { searchApi } from '@busbar/contract';

import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const kills = Math.max(2, Number(process.env['BUSBAR_KILLS'] ?? 2));
const documents = 400;

/** The program that brings the words is killed while it does; the one that is asked is another. */
describe('what waits for its words', { timeout: 240_000 }, () => {
  let server: TestServer;
  let worker: Mortal;

  before(async () => {
    server = await startTestServer();
    worker = new Mortal(server);
    const analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    const files = Array.from({ length: documents }, (_, n) => [
      `${n}.json`,
      json(csaf({ id: `KILL-${n}`, title: 'Numbat relay' })),
    ]);
    await server.house.imports.importStream(analyst, 'all.tar', bytes(await tar(Object.fromEntries(files))));
  });
  after(async () => {
    await worker.die();
    await server.close();
  });

  it(`gets them once, however often the worker is killed with -9 (${kills} kills)`, async (test) => {
    for (let kill = 0; kill < kills; kill++) {
      const before = await state();
      await worker.live();
      while (before.due > 0 && (await state()).due === before.due) await sleep(10);
      await sleep(Math.random() * 100);
      await worker.die();
      const { due, entries } = await state();
      test.diagnostic(`killed with ${due} due and ${entries} there`);
      assert.equal(due + entries, documents);
    }
    await worker.live();
    await until('nothing waits any more', async () => (await state()).due === 0);
    assert.deepEqual(await state(), { due: 0, entries: documents });
    const { groups } = await server.as(server.visitor)(searchApi.find, { query: { q: 'numbat' } });
    assert.equal(groups.find(({ kind }) => kind === 'advisory')?.count, documents);
  });

  async function state(): Promise<{ due: number; entries: number }> {
    const { rows } = await server.owner.query(
      `select (select count(*)::int from search_due) as due, (select count(*)::int from search_public) as entries`,
    );
    return rows[0];
  }
});
