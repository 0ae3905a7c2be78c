import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { auditApi, jobApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('the audit chain', () => {
  let server: TestServer;
  let lead: Actor;
  before(async () => {
    server = await startTestServer();
    lead = await (await server.organisation('CERT', 'cert')).person('LEAD');
  });
  after(() => server.close());

  it('is whole after use, and counts its own reading', async () => {
    const first = await server.as(lead)(auditApi.verify);
    const second = await server.as(lead)(auditApi.verify);
    assert.equal(second.whole, true);
    assert.equal(second.events, first.events + 1);
  });

  it('links what many write at once without losing or doubling any', async () => {
    const before = (await server.as(lead)(auditApi.verify)).events;
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        server.database.as(lead, (tx) => record(tx, 'tried', { details: { n } })),
      ),
    );
    const { whole, events } = await server.as(lead)(auditApi.verify);
    assert.deepEqual({ whole, events }, { whole: true, events: before + 51 });
  });

  it('names the first number whose event was changed by a byte', async () => {
    await server.database.as(lead, (tx) => record(tx, 'tried', {}));
    const { head } = await server.as(lead)(auditApi.verify);
    await tamper(
      `update audit_event set action = action || 'x' where id = (select event_id from audit_link where seq = ${head!.seq})`,
    );
    const { whole, broken } = await server.as(lead)(auditApi.verify);
    assert.deepEqual([whole, broken?.seq, broken?.kind], [false, head!.seq, 'changed']);
    await tamper(
      `update audit_event set action = rtrim(action, 'x') where id = (select event_id from audit_link where seq = ${head!.seq})`,
    );
  });

  it('notices that its end was cut off, by what was published', async () => {
    const published = await server.house.audit.publish('2026-01-01');
    await tamper(`delete from audit_link where seq >= ${published!.seq}`);
    const { broken } = await server.as(lead)(auditApi.verify);
    assert.equal(broken?.seq, published!.seq);
  });

  it('writes down refusals', async () => {
    const trainer = await (await server.organisation('School', 'training')).person('TEE');
    await assert.rejects(server.as(trainer)(jobApi.list), { status: 403 });
    const { items } = await server.as(lead)(auditApi.accesses, { query: { action: 'refused' } });
    assert.deepEqual(items[0]?.details, { operation: 'GET /api/jobs' });
  });

  it('cannot be rewritten by the program itself', async () => {
    for (const attack of [
      'update audit_event set action = $$x$$',
      'delete from audit_event',
      'delete from audit_link',
      'insert into audit_link select * from audit_link',
    ]) {
      await assert.rejects(server.database.app.query(attack), /permission denied/);
    }
  });

  /** As somebody who owns the whole database. */
  async function tamper(statement: string) {
    const { default: pg } = await import('pg');
    const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    await owner.query(`set session_replication_role = replica; ${statement}`);
    await owner.end();
  }
});
