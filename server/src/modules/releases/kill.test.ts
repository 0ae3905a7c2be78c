import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { releaseApi, signingKeyApi } from '@busbar/contract';
import pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const kills = Math.max(3, Number(process.env['BUSBAR_KILLS'] ?? 3));

/** The program that works is killed while it sends; the one that is asked is another. */
describe('a release that is being sent', { timeout: 240_000 }, () => {
  let server: TestServer;
  let owner: pg.Client;
  let [author, reviewer, lead]: Actor[] = [];
  let worker: ChildProcess | undefined;

  before(async () => {
    server = await startTestServer();
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    const contact = {
      name: 'CERT',
      shortName: 'CERT',
      country: 'DE',
      phone: '1',
      email: 'c@cert.example',
      url: '',
    };
    await owner.query(`insert into setting values ('cert', $1)`, [JSON.stringify(contact)]);
    const cert = await server.organisation('CERT', 'cert');
    [author, reviewer, lead] = [
      await cert.person('ANA'),
      await cert.person('ANA'),
      await cert.person('LEAD'),
    ];
    await server.as(await cert.person('ADM'))(signingKeyApi.create, { body: { years: 1 } });
  });
  after(async () => {
    await die();
    await owner.end();
    await server.close();
  });

  it(`is sent once and whole, however often the worker is killed with -9 (${kills} kills)`, async (test) => {
    const subject = { kind: 'profile' as const, id: author!.organisation! };
    const { id } = await server.as(author!)(releaseApi.propose, { body: { subject } });
    const { snapshot } = await server.as(lead!)(releaseApi.get, { params: { id } });
    await server.as(reviewer!)(releaseApi.review, {
      params: { id },
      body: { snapshot, couldHarm: false, reason: 'It says who we are', answers: {} },
    });
    await server.as(lead!)(releaseApi.approve, { params: { id }, body: { snapshot, sendAt: null } });
    for (let kill = 0; kill < kills; kill++) {
      await live();
      await sleep(Math.random() * 600);
      await die();
      const { rows } = await owner.query(
        `select (select count(*)::int from published where release_id = $1) as published,
          (select count(*)::int from published_file where release_id = $1) as files,
          (select state from release where id = $1) as state`,
        [id],
      );
      test.diagnostic(`killed: ${JSON.stringify(rows[0])}`);
      const { published, files, state } = rows[0] as { published: number; files: number; state: string };
      assert.deepEqual([published, files > 0], state === 'sent' ? [1, true] : [0, false]);
    }
    await live();
    for (let wait = 0; wait < 600; wait++) {
      const { rows } = await owner.query(`select state from release where id = $1`, [id]);
      if (rows[0].state === 'sent') break;
      await sleep(100);
    }
    const { rows } = await owner.query(
      `select (select count(*)::int from published) as published, (select count(*)::int from published_file) as files,
        (select number::int from published_edition) as edition,
        (select count(*)::int from audit_event where action = 'release sent') as lines`,
    );
    assert.deepEqual(rows[0], { published: 1, files: 3, edition: 1, lines: 1 });
  });

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
