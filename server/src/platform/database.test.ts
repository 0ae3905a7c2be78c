import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { sql } from 'kysely';

import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { visitor } from './actor.ts';
import { type Db, openDatabase } from './database.ts';

describe('a transaction', () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer({ still: true });
  });
  after(() => server.close());

  const answer = async (tx: Db) => (await sql<{ one: number }>`select 1 as one`.execute(tx)).rows[0]!.one;

  it('never waits for a second connection of its pool: that is refused at once, and not only under load', async () => {
    const { as, look, apart } = server.database;
    for (const outer of [as, look])
      for (const inner of [as, look])
        await assert.rejects(
          outer(visitor, () => inner(visitor, answer)),
          /open here already/,
        );
    await assert.rejects(
      apart(visitor, () => apart(visitor, answer)),
      /open here already/,
    );
    await assert.rejects(
      apart(visitor, () => as(visitor, answer)),
      /open here already/,
    );
  });

  it('has beside it what must hold whatever becomes of it', async () => {
    const { as, apart } = server.database;
    assert.equal(await as(visitor, () => apart(visitor, answer)), 1);
    assert.deepEqual(
      await Promise.all(Array.from({ length: 60 }, () => as(visitor, () => apart(visitor, answer)))),
      Array.from({ length: 60 }, () => 1),
    );
  });

  it('may begin what has one of its own later', async () => {
    const { as } = server.database;
    let later: Promise<number> | undefined;
    await as(visitor, async () => {
      later = sleep(50).then(() => as(visitor, answer));
    });
    assert.equal(await later, 1);
  });
});

describe('a program that ends', () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer({ still: true });
  });
  after(() => server.close());

  it('leaves no connection behind, for which it would wait until nobody uses it any more', async () => {
    const connections = async () => {
      const { rows } = await server.owner.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      return rows.map(({ pid }) => pid);
    };
    const before = new Set(await connections());
    const again = await openDatabase(server.config, () => {});
    await again.as(visitor, async (tx) => sql`select 1`.execute(tx));
    await again.close();
    // One that nobody uses is closed after ten.
    const seconds = 5;
    await until(
      'every connection is closed',
      async () => (await connections()).every((pid) => before.has(pid)),
      seconds,
    );
  });
});
