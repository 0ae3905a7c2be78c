import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { sql } from 'kysely';
import pg from 'pg';

import { startTestServer, testConfig, type TestServer } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { visitor } from './actor.ts';
import { type Db, openDatabase } from './database.ts';
import { PreparingClient } from './preparing.ts';

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

  it('that cannot be begun as its actor leaves no connection in the middle of it', async () => {
    const { as } = server.database;
    const nobody = { ...visitor, person: 'no \0 name' };
    const longer = Array.from({ length: 60 }, () => as(nobody, answer));
    for (const { status } of await Promise.allSettled(longer)) assert.equal(status, 'rejected');
    const hostile = { ...visitor, receipt: `'); drop table person; select ('\\` };
    const said = (tx: Db) =>
      sql<{ one: string }>`select current_setting('busbar.receipt') as one`.execute(tx);
    assert.equal((await as(hostile, said)).rows[0]!.one, hostile.receipt);
    assert.deepEqual(
      await Promise.all(Array.from({ length: 60 }, () => as(visitor, answer))),
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

describe('what is asked of the database', () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer({ still: true });
  });
  after(() => server.close());

  const prepared = async (tx: Db) =>
    (
      await sql`select from pg_prepared_statements where starts_with(statement, 'select $1::int +')`.execute(
        tx,
      )
    ).rows.length;

  it('is asked anew of a table that a newer program has changed', async () => {
    const client = new PreparingClient({ connectionString: server.config.databaseUrl! });
    await client.connect();
    try {
      await server.owner.query('create table changed (one int)');
      const asks: pg.Client = client;
      const all = () => asks.query('select * from changed where $1 = 1', [1]);
      for (let time = 0; time < 10; time++) await all();
      await server.owner.query('insert into changed values (1); alter table changed add two int default 2');
      await assert.rejects(all(), /cached plan/);
      assert.deepEqual((await all()).rows, [{ one: 1, two: 2 }]);
    } finally {
      await client.end();
    }
  });

  it('is prepared when it is asked again, by each connection so many and no more', async () => {
    await server.database.as(visitor, async (tx) => {
      const asks = (of: number) => sql`select ${1}::int + ${sql.lit(of)}`.execute(tx);
      await asks(0);
      assert.equal(await prepared(tx), 0);
      for (let time = 0; time < 3; time++) await asks(0);
      assert.equal(await prepared(tx), 1);
      for (let of = 1; of < 300; of++) for (let time = 0; time < 2; time++) await asks(of);
      const most = await prepared(tx);
      assert.ok(most > 150 && most <= 200, `${most} are kept`);
    });
  });
});

describe('a program that ends', () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer({ still: true });
  });
  after(() => server.close());

  it('leaves no connection behind, for which it would wait until nobody uses it any more', async () => {
    // In a database where nobody else is.
    const config = await testConfig();
    const again = await openDatabase(config, () => {});
    await again.as(visitor, async (tx) => sql`select 1`.execute(tx));
    const connections = async () => {
      const { rows } = await server.owner.query<{ count: number }>(
        `select count(*)::int from pg_stat_activity where datname = $1`,
        [new pg.Client({ connectionString: config.databaseUrl! }).database],
      );
      return rows[0]!.count;
    };
    assert.ok((await connections()) > 0);
    await again.close();
    // One that nobody uses is closed after ten.
    const seconds = 5;
    await until('every connection is closed', async () => (await connections()) === 0, seconds);
  });
});
