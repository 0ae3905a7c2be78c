import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { auditApi, caseApi, IncidentReport, jobApi, plantApi } from '@busbar/contract';

import { type Actor, holderOf } from '../../platform/actor.ts';
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
  it('tells everybody what was done, of months that are over, and names nobody', async () => {
    const analyst = await (await server.organisation('CERT of numbers', 'cert')).person('ANA');
    const reports = [null, null, null].map(() =>
      server.as(null)(caseApi.report, {
        body: IncidentReport.parse({ danger: 'no', control: 'yes', sees: 'It stands' }),
      }),
    );
    for (const [at, { reference }] of (await Promise.all(reports)).entries()) {
      const { items } = await server.as(analyst)(caseApi.list, { query: { search: reference } });
      const params = { id: items[0]!.id };
      const write = (internal: boolean) =>
        server.as(analyst)(caseApi.write, { params, body: { body: 'We read it', internal, asIs: false } });
      // A note is no answer, and neither is what the reporter adds.
      await write(true);
      if (at < 2) await write(false);
      await tamper(
        `update audit_event set at = (select min(at) from audit_event where case_id = '${params.id}') + interval '${(at + 1) * 10} minutes'
           where case_id = '${params.id}' and action = 'case message written' and details ->> 'internal' = 'false'`,
      );
    }
    for (const action of ['release sent', 'release recalled', 'case purged', 'break-glass decided'])
      await server.database.as(lead, (tx) =>
        record(tx, action, { details: action === 'break-glass decided' ? { to: 'approved' } : {} }),
      );
    await server.database.as(lead, (tx) => record(tx, 'break-glass decided', { details: { to: 'refused' } }));
    const begun = new Date();
    const before = new Date(Date.UTC(begun.getUTCFullYear(), begun.getUTCMonth(), 1) - 20 * 86_400_000);
    await tamper(
      `update audit_event set at = at - ('${begun.toISOString()}'::timestamptz - '${before.toISOString()}'::timestamptz)`,
    );
    // Of the month that goes on, nothing: a number that grows tells what was just done.
    await server.database.as(lead, (tx) => record(tx, 'case purged', {}));
    assert.deepEqual((await server.as(null)(auditApi.numbers)).items, [
      {
        month: before.toISOString().slice(0, 7),
        reports: 3,
        answered: 2,
        firstAnswer: 15 * 60,
        releases: 1,
        recalls: 1,
        breakGlass: 1,
        purges: 1,
      },
    ]);
  });

  async function tamper(statement: string) {
    const { default: pg } = await import('pg');
    const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    await owner.query(`set session_replication_role = replica; ${statement}`);
    await owner.end();
  }
});

describe('the access log of a case', () => {
  let server: TestServer;
  let analyst: Actor;
  let lead: Actor;
  let member: Actor;
  let stranger: Actor;
  let id: string;
  const report = IncidentReport.parse({ danger: 'no', control: 'yes', sees: 'Pump stands still' });
  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    [analyst, lead] = [await cert.person('ANA'), await cert.person('LEAD')];
    member = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
    stranger = await (await server.organisation('Nordwasser', 'operator')).person('MAD');
    const receipt = await server.as(server.visitor)(caseApi.report, { body: report });
    const words = { reference: receipt.reference, words: receipt.words.join(' ') };
    ({ case: id } = await server.as(server.visitor)(caseApi.open, { body: words }));
    await server.as(analyst)(caseApi.get, { params: { id } });
    await server.as(member)(caseApi.claim, { body: words });
  });
  after(() => server.close());

  const log = async (actor: Actor, query: object = {}) =>
    (await server.as(actor)(auditApi.ofCase, { params: { id }, query })).items;

  it('tells the member by name who read it, from before he claimed it on', async () => {
    const read = (await log(member)).find(({ action }) => action === 'case read')!;
    assert.deepEqual(
      [read.kind, read.by, read.person.name, read.organisation.name],
      ['read', 'person', analyst.name, 'CERT'],
    );
  });

  it('counts the look into itself', async () => {
    await log(member);
    assert.equal((await log(member))[0]!.action, 'access log read');
  });

  it('tells the reporter which organisation it was, and names nobody', async () => {
    const { items } = await server.as(holderOf(id))(auditApi.ofReport, { params: { id } });
    assert.ok(
      items.some(({ action, organisation }) => action === 'case read' && organisation.name === 'CERT'),
    );
    assert.deepEqual([...new Set(items.map(({ person }) => person.name))], ['']);
    assert.equal(items.at(-1)!.by, 'receipt');
  });

  it('shows a lead all of it, though he has not joined', async () => {
    assert.ok((await log(lead)).some(({ person }) => person.name === analyst.name));
  });

  it('tells a lead that something was done in a plant, and not to what', async () => {
    const body = { name: 'Waterworks North', sector: '', country: '', process: '' };
    const site = await server.as(member)(plantApi.addSite, { body });
    const line = async (actor: Actor) =>
      (await server.as(actor)(auditApi.accesses, { query: { object: site.id } })).items[0]!;
    const [own, seen] = [await line(member), await line(lead)];
    assert.deepEqual([own.object.name, seen.object.name], [body.name, '']);
    assert.deepEqual([seen.action, seen.person.name, seen.details], [own.action, member.name, {}]);
  });

  it('narrows by kind, person and day', async () => {
    const kinds = async (query: object) => [...new Set((await log(member, query)).map(({ kind }) => kind))];
    assert.deepEqual(await kinds({ kind: 'write' }), ['write']);
    assert.deepEqual(await kinds({ kind: 'download' }), []);
    assert.deepEqual(await kinds({ until: '2020-01-01' }), []);
    const his = await log(member, { person: analyst.person! });
    assert.deepEqual([...new Set(his.map(({ person }) => person.id))], [analyst.person]);
  });

  it('is read to its end page by page', async () => {
    const all = (await log(member)).length;
    const ids = new Set<string>();
    for (let after: string | undefined; ;) {
      const { items, next } = await server.as(member)(auditApi.ofCase, {
        params: { id },
        query: { limit: 2, kind: 'write', ...(after && { after }) },
      });
      for (const { id } of items) ids.add(id);
      if (!next) break;
      after = next;
    }
    assert.ok(ids.size > 1 && ids.size < all);
  });

  it('is not there for whom the case is not', async () => {
    await assert.rejects(log(stranger), { status: 404 });
    await assert.rejects(server.as(holderOf(crypto.randomUUID()))(auditApi.ofReport, { params: { id } }), {
      status: 404,
    });
    const { items } = await server.as(stranger)(auditApi.accesses, { query: { limit: 200 } });
    assert.ok(items.every(({ object }) => object.id !== id));
  });

  it('knows what was done in the case by the address alone', async () => {
    const { rows } = await server.owner.query(
      `select count(*) filter (where case_id is null) as missing, count(*) as all from audit_event where object_id = $1`,
      [id],
    );
    assert.equal(Number(rows[0].missing), 0);
    assert.ok(Number(rows[0].all) > 3);
  });

  it('is covered by the chain, with its names', async () => {
    assert.equal((await server.as(lead)(auditApi.verify)).whole, true);
    await server.owner.query(
      `set session_replication_role = replica; update audit_event set person_name = 'Mallory' where person_id = '${analyst.person}' and action = 'case read';
       set session_replication_role = default`,
    );
    assert.equal((await server.as(lead)(auditApi.verify)).broken?.kind, 'changed');
  });
});
