import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Mortal } from '../../testing/mortal.ts';
import { publishing } from '../../testing/publishing.ts';
import { type ReleaseGate, releaseGate } from '../../testing/release-gate.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const kills = Math.max(2, Number(process.env['BUSBAR_KILLS'] ?? 2));

/** The program that works is killed while it sends; the one that is asked is another. */
describe('a release that is being sent', { timeout: 240_000 }, () => {
  let server: TestServer;
  let gate: ReleaseGate;
  let worker: Mortal;

  before(async () => {
    server = await startTestServer();
    gate = await releaseGate(server);
    worker = new Mortal(server);
  });
  after(async () => {
    await worker.die();
    await server.close();
  });

  it(`is sent once and whole, however often the worker is killed with -9 (${kills} kills)`, async (test) => {
    const id = await gate.propose({ kind: 'profile', id: gate.author.organisation! });
    await gate.approved(id);
    for (let kill = 0; kill < kills; kill++) {
      const { attempt } = await job();
      await worker.live();
      await until('it is at work again', async () => {
        const now = await job();
        return now.attempt > attempt || now.state === 'done';
      });
      await sleep(Math.random() * 60);
      await worker.die();
      const { rows } = await server.owner.query(
        `select (select count(*)::int from published where release_id = $1) as published,
          (select count(*)::int from published_file where release_id = $1) as files,
          (select state from release where id = $1) as state`,
        [id],
      );
      test.diagnostic(`killed: ${JSON.stringify(rows[0])}`);
      const { published, files, state } = rows[0] as { published: number; files: number; state: string };
      assert.deepEqual([published, files > 0], state === 'sent' ? [1, true] : [0, false]);
    }
    await worker.live();
    await gate.sent(id);
    const { rows } = await server.owner.query(
      `select (select count(*)::int from published) as published, (select count(*)::int from published_file) as files,
        (select number::int from published_edition) as edition,
        (select count(*)::int from audit_event where action = 'release sent') as lines`,
    );
    assert.deepEqual(rows[0], { published: 1, files: 3, edition: 1, lines: 1 });
  });

  async function job(): Promise<{ attempt: number; state: string }> {
    const { rows } = await server.owner.query(`select attempt, state from job where kind = 'send-release'`);
    return rows[0];
  }
});

it(`an advisory is out and in the library, or neither, whenever the worker is killed (${kills} kills)`, async (test) => {
  const server = await startTestServer();
  const worker = new Mortal(server);
  try {
    const cert = await publishing(server);
    await server.organisation('Nordwasser', 'operator');
    const release = await cert.approved(await cert.written());
    const now = async () =>
      (
        await server.owner.query(
          `select (select count(*)::int from published) as published, (select count(*)::int from advisory) as library,
            (select count(*)::int from advisory_version) as versions,
            (select count(*)::int from job where kind = 'match-advisories') as compared`,
        )
      ).rows[0] as { published: number; library: number; versions: number; compared: number };
    for (let kill = 0; kill < kills; kill++) {
      await worker.live();
      await until('it is at work', async () => {
        const { rows } = await server.owner.query(
          `select state from job where subject_id = $1 and (attempt > $2 or state = 'done')`,
          [release, kill],
        );
        return rows.length > 0;
      });
      await sleep(Math.random() * 120);
      await worker.die();
      const { published, ...rest } = await now();
      test.diagnostic(`killed: ${JSON.stringify({ published, ...rest })}`);
      assert.deepEqual(rest, { library: published, versions: published, compared: published });
    }
    await worker.live();
    await until('it is sent', async () => (await now()).published === 1);
    assert.deepEqual(await now(), { published: 1, library: 1, versions: 1, compared: 1 });
  } finally {
    await worker.die();
    await server.close();
  }
});
