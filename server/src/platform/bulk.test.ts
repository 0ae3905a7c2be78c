import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { sql } from 'kysely';

import { startTestServer, type TestServer } from '../testing/test-server.ts';
import type { Actor } from './actor.ts';
import { insertMany } from './bulk.ts';

describe('many rows at once', () => {
  let server: TestServer;
  let analyst: Actor;
  before(async () => {
    server = await startTestServer();
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
  });
  after(() => server.close());

  it('are found by those that refer to them, and not looked for among all', async () => {
    const few = vulnerabilities(10);
    const many = vulnerabilities(3000);
    await server.database.as(analyst, (tx) => insertMany(tx, 'vulnerability', few));
    await server.owner.query('analyze vulnerability');
    const looked = await server.database.as(analyst, async (tx) => {
      // From the sixth on, the plan stays that was made for ten.
      for (const row of few) await insertMany(tx, 'vulnerability_key', [keyOf(row)]);
      await insertMany(tx, 'vulnerability', many);
      await insertMany(tx, 'vulnerability_key', many.map(keyOf));
      const { rows } = await sql<{
        count: number;
      }>`select pg_stat_get_xact_tuples_returned('vulnerability'::regclass) as count`.execute(tx);
      return rows[0]!.count;
    });
    assert.ok(looked < 100_000, `${looked} rows were looked at for 3000 keys`);
  });

  let number = 10_000;
  const vulnerabilities = (count: number) =>
    Array.from({ length: count }, () => ({
      id: crypto.randomUUID(),
      owner_id: analyst.organisation!,
      ref: `CVE-2026-${number++}`,
      label: 'CLEAR',
      scope: 'public',
      newest_at: new Date().toISOString(),
      created_at: new Date().toISOString(),
    }));
});

const keyOf = ({ id, owner_id, ref }: { id: string; owner_id: string; ref: string }) => ({
  owner_id,
  key: ref,
  vulnerability_id: id,
});
