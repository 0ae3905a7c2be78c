import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  breakGlassApi,
  caseApi,
  type CaseState,
  consentApi,
  type IncidentReport,
  retentionApi,
} from '@busbar/contract';
import { sql } from 'kysely';
import type pg from 'pg';

import { type Actor, founder } from '../../platform/actor.ts';
import { keyring, masterKeyWrapper } from '../../platform/keys.ts';
import { Mortal } from '../../testing/mortal.ts';
import { fallDue } from '../../testing/purge.ts';
import { refused } from '../../testing/refused.ts';
import { masterKey, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const marker = 'Quittung der Pumpe 77';

describe('a case at its end', { timeout: 300_000 }, () => {
  let server: TestServer;
  let owner: pg.Client;
  let analyst: Actor;
  let lead: Actor;
  let otherLead: Actor;
  let administrator: Actor;
  let operator: Actor;
  let authoriser: Actor;
  let otherAuthoriser: Actor;
  let stranger: Actor;
  let certId: string;
  const keys = keyring(masterKeyWrapper(masterKey));

  before(async () => {
    server = await startTestServer();
    ({ owner } = server);
    const cert = await server.organisation('CERT', 'cert');
    certId = cert.id;
    [analyst, lead, otherLead, administrator] = [
      await cert.person('ANA'),
      await cert.person('LEAD'),
      await cert.person('LEAD'),
      await cert.person('ADM'),
    ];
    const delta = await server.organisation('Delta Motors', 'operator');
    [operator, authoriser, otherAuthoriser] = [
      await delta.person('MEM'),
      await delta.person('MAD'),
      await delta.person('MAD'),
    ];
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
  });
  after(() => server.close());

  const report = async (from: Actor | null = operator) => {
    const { reference, words } = await server.as(from, { 'x-forwarded-for': '192.0.2.1' })(caseApi.report, {
      body: {
        danger: 'no',
        control: 'yes',
        sees: `${marker} fehlt`,
        place: 'Halle 4',
        naming: from ? 'member' : 'named',
        ...(!from && { name: 'Zeugin Unbekannt', reach: '+49 30 5550 000' }),
      } as IncidentReport,
    });
    const { items } = await server.as(analyst)(caseApi.list, { query: { search: reference } });
    return { id: items[0]!.id, reference, words };
  };
  const move = (id: string, to: CaseState) =>
    server.as(analyst)(caseApi.move, { params: { id }, body: { to, reason: `${marker}, Grund` } });
  const closed = async (from: Actor | null = operator) => {
    const found = await report(from);
    for (const to of ['triaged', 'containing', 'recovering', 'monitoring', 'closed'] as const)
      await move(found.id, to);
    return found;
  };
  const write = (actor: Actor, id: string, body = `${marker} wieder da`) =>
    server.as(actor)(caseApi.write, { params: { id }, body: { body, internal: false, asIs: false } });
  const of = (actor: Actor, id: string) => server.as(actor)(retentionApi.of, { params: { id } });
  const read = (actor: Actor, id: string) => server.as(actor)(caseApi.get, { params: { id } });
  const hold = (actor: Actor, id: string) =>
    server.as(actor)(retentionApi.hold, { params: { id }, body: { reason: 'Court file 12 K 34/26' } });

  const keysOf = async (id: string) =>
    (await owner.query(`select from data_key where case_id = $1`, [id])).rowCount;
  const tables = async () =>
    (
      await owner.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'auth', 'queue')`,
      )
    ).rows.map(({ name }) => name);

  describe('what people write in it', () => {
    it('stands in no table of the database, and is found by whom the case opens for', async () => {
      const { id } = await closed(null);
      await write(analyst, id);
      await server.as(lead)(caseApi.join, { params: { id } });
      await hold(lead, id);
      await server.as(lead)(retentionApi.choose, {
        params: { id },
        body: { class: 'long', reason: `${marker}, Frist` },
      });
      const found: string[] = [];
      for (const name of await tables())
        for (const secret of [marker, 'Zeugin', '5550 000', 'Halle 4', '12 K 34']) {
          const { rowCount } = await owner.query(`select from ${name} t where t::text like $1 limit 1`, [
            `%${secret}%`,
          ]);
          if (rowCount) found.push(`${name}: ${secret}`);
        }
      assert.deepEqual(found, []);

      const search = async (actor: Actor) =>
        (await server.as(actor)(caseApi.list, { query: { search: 'pumpe halle' } })).items.map(
          (line) => line.id,
        );
      assert.deepEqual(await search(analyst), [id]);
      assert.deepEqual(await search(otherLead), []);
      assert.deepEqual(await search(stranger), []);
      const whole = await read(analyst, id);
      assert.deepEqual(
        [whole.name, whole.messages[0]!.body, whole.steps.at(-1)!.reason],
        ['Zeugin Unbekannt', `${marker} wieder da`, `${marker}, Grund`],
      );
    });

    it('opens in no other row: what is moved there is refused, and nobody is shown it', async () => {
      const [one, other] = [await report(), await report()];
      await write(operator, one.id);
      await write(operator, other.id);
      await owner.query(
        `update case_message m set sealed = (select sealed from case_message where case_id = $1) where case_id = $2`,
        [one.id, other.id],
      );
      await assert.rejects(read(operator, other.id), refused(500, 'unexpected'));
    });

    it('is sealed at the next start where an older program wrote it, and goes on where it was killed', async () => {
      const { id } = await closed();
      await write(operator, id);
      const before = await read(operator, id);
      // As 0106-sealed-cases.sql leaves a case that was there before.
      const content = { danger: 'no', control: 'yes', sees: before.sees, place: 'Halle 4', details: '' };
      await owner.query(`insert into case_unsealed (case_id, text) values ($1, $2)`, [
        id,
        JSON.stringify({ ...content, name: before.name, reach: null }),
      ]);
      await owner.query(
        `insert into case_unsealed (case_id, message, text) select case_id, id, 'alter Text' from case_message where case_id = $1`,
        [id],
      );
      await owner.query(
        `insert into case_unsealed (case_id, step, text) select case_id, uid, 'alter Grund' from case_step where case_id = $1`,
        [id],
      );
      await owner.query(`delete from case_content where case_id = $1`, [id]);
      await owner.query(`delete from data_key where case_id = $1`, [id]);
      await Promise.all([server.house.cases.sealOld(), server.house.cases.sealOld()]);
      const afterwards = await read(operator, id);
      assert.equal(afterwards.sees, before.sees);
      assert.deepEqual(
        [afterwards.messages[0]!.body, afterwards.steps[0]!.reason],
        ['alter Text', 'alter Grund'],
      );
      const { rowCount } = await owner.query(`select from case_unsealed`);
      assert.equal(rowCount, 0);
      await server.house.cases.sealOld();
    });
  });

  describe('how long it is kept', () => {
    it('follows its kind and how it ended, and stops counting when it goes on', async () => {
      const { id } = await closed();
      const usual = await of(operator, id);
      const [year, rest] = [Number(usual.endedOn!.slice(0, 4)), usual.endedOn!.slice(4)];
      assert.deepEqual([usual.class, usual.months, usual.purgeOn], ['usual', 24, `${year + 2}${rest}`]);
      await move(id, 'triaged');
      assert.deepEqual((await of(operator, id)).purgeOn, null);
      await move(id, 'rejected');
      assert.deepEqual((await of(operator, id)).class, 'brief');
      const calendar = await server.as(authoriser)(retentionApi.calendar, { query: { limit: 200 } });
      assert.ok(calendar.items.some((line) => line.id === id));
      const others = await server.as(stranger)(retentionApi.calendar, { query: {} });
      assert.deepEqual(others.items, []);
    });

    it('is chosen by its authoriser or a lead of its team, with a reason, and by nobody else', async () => {
      const { id } = await closed();
      const choose = (actor: Actor) =>
        server.as(actor)(retentionApi.choose, {
          params: { id },
          body: { class: 'lasting', reason: 'Insurance' },
        });
      for (const actor of [operator, analyst])
        await assert.rejects(choose(actor), refused(403, 'role-not-allowed'));
      await assert.rejects(choose(stranger), refused(404, 'not-found'));
      await assert.rejects(choose(lead), refused(409, 'case-not-joined'));
      const chosen = await choose(authoriser);
      assert.deepEqual([chosen.class, chosen.months, chosen.reason], ['lasting', 120, 'Insurance']);
      // Not even past the service.
      for (const values of [
        { months: 1 },
        { class: 'brief', months: 3 },
        { purged_at: new Date(), tombstone: '{}' },
      ])
        await assert.rejects(
          server.database.as(analyst, (tx) =>
            tx
              .updateTable('case_retention')
              .set(values as { months: number })
              .where('case_id', '=', id)
              .execute(),
          ),
          /not open for this/,
        );
    });

    it('is asked of its owner when it ends, with what may be published of it', async () => {
      const { id } = await closed();
      const answer = (actor: Actor) =>
        server.as(actor)(retentionApi.answer, { params: { id }, body: { lesson: true, name: false } });
      assert.deepEqual((await of(authoriser, id)).may.answer, true);
      await assert.rejects(answer(operator), refused(403, 'role-not-allowed'));
      await assert.rejects(answer(stranger), refused(404, 'not-found'));
      const { answers } = await answer(authoriser);
      assert.deepEqual([answers!.lesson, answers!.name, answers!.by], [true, false, 'member']);
    });
  });

  describe('a legal hold', () => {
    it('is proposed by some, placed by others, and lifted by its own side alone', async () => {
      const { id } = await closed();
      await server.as(lead)(caseApi.join, { params: { id } });
      const proposed = await hold(operator, id);
      assert.deepEqual(
        proposed.holds.map(({ state, side, mayDecide }) => [state, side, mayDecide]),
        [['proposed', 'owner', false]],
      );
      await assert.rejects(hold(authoriser, id), refused(409, 'hold-there'));
      const decide = (actor: Actor, to: 'placed' | 'lifted') =>
        server.as(actor)(retentionApi.decideHold, {
          params: { id, hold: proposed.holds[0]!.id },
          body: { to },
        });
      await assert.rejects(decide(lead, 'placed'), refused(409, 'hold-of-others'));
      assert.equal((await decide(authoriser, 'placed')).holds[0]!.state, 'placed');
      await assert.rejects(decide(authoriser, 'placed'), refused(409, 'hold-moved'));
      await assert.rejects(decide(lead, 'lifted'), refused(409, 'hold-of-others'));
      await assert.rejects(
        server.database.as(lead, (tx) =>
          tx
            .updateTable('case_hold')
            .set({ state: 'lifted', ended_by: lead.person, ended_at: new Date() })
            .where('case_id', '=', id)
            .execute()
            .then(([done]) => assert.equal(done!.numUpdatedRows, 1n)),
        ),
        /0n !== 1n|not open for this/,
      );
      // It keeps what is due, and so does one that is only proposed.
      await fallDue(server, id);
      await server.house.retention.tick();
      assert.equal(await keysOf(id), 1);
      await decide(authoriser, 'lifted');
      await hold(analyst, id);
      await server.house.retention.tick();
      assert.equal(await keysOf(id), 1);
      assert.equal((await read(operator, id)).sees, `${marker} fehlt`);
    });
  });

  describe('its destruction', () => {
    it('comes by its date, a week after it was announced, and leaves a tombstone that the ledger knows', async () => {
      const { id, reference } = await closed();
      await write(operator, id);
      await fallDue(server, id, null);
      // Overdue by years, as a clock that is wrong would have it: first its owner is told.
      await server.house.retention.tick();
      assert.equal(await keysOf(id), 1);
      const { rows: told } = await owner.query(
        `select d.address from delivery d join dispatch s on s.id = d.dispatch_id where s.key like 'purge ' || $1 || '%'`,
        [id],
      );
      assert.equal(told.length, 2, 'both who authorise for it were told');
      await server.house.retention.tick();
      assert.equal(await keysOf(id), 1);
      await fallDue(server, id);
      await server.house.retention.tick();

      assert.equal(await keysOf(id), 0);
      await assert.rejects(read(operator, id), refused(410, 'purged'));
      await assert.rejects(write(operator, id), refused(410, 'purged'));
      await assert.rejects(hold(authoriser, id), refused(410, 'purged'));
      const { items } = await server.as(operator)(caseApi.list, { query: { search: reference } });
      assert.deepEqual([items[0]!.id, items[0]!.title], [id, null]);
      await server.house.audit.verify();
      const { tombstone, may } = await of(authoriser, id);
      assert.deepEqual(
        [tombstone!.reference, tombstone!.rule, tombstone!.destroyed, tombstone!.ledger!.whole],
        [reference, 'due', { evidence: 0, messages: 1 }, true],
      );
      assert.ok(tombstone!.ledger!.seq! > 0);
      assert.deepEqual(may, { choose: false, answer: false, hold: 'no', purge: false });
      assert.equal((await server.house.audit.verify()).whole, true);
      assert.equal((await of(otherLead, id)).tombstone!.digest, tombstone!.digest);
      await assert.rejects(of(stranger, id), refused(404, 'not-found'));
      const gone = await server.as(authoriser)(retentionApi.calendar, { query: { view: 'purged' } });
      assert.ok(gone.items.some((line) => line.id === id));
      await assert.rejects(
        owner.query(`update case_retention set months = 1 where case_id = $1`, [id]),
        /tombstone is not changed/,
      );
      // Whoever forges it is found out by the ledger.
      await owner.query(`alter table case_retention disable trigger changes`);
      await owner.query(
        `update case_retention set tombstone = tombstone || '{"rule": "request"}' where case_id = $1`,
        [id],
      );
      await owner.query(`alter table case_retention enable trigger changes`);
      assert.equal((await of(authoriser, id)).tombstone!.ledger!.whole, false);
    });

    it('before its time takes three people: who asks, who approves for its owner, and an administrator', async () => {
      const open = await report();
      const ask = (actor: Actor, id: string) =>
        server.as(actor)(retentionApi.askPurge, { params: { id }, body: { reason: 'Asked to forget' } });
      await assert.rejects(ask(authoriser, open.id), refused(409, 'case-goes-on'));
      const { id } = await closed();
      await server.as(lead)(caseApi.join, { params: { id } });
      const purgeId = (await ask(analyst, id)).purges[0]!.id;
      const decide = (actor: Actor, to: 'approved' | 'withdrawn', purge = purgeId) =>
        server.as(actor)(retentionApi.decidePurge, { params: { id, purge }, body: { to } });
      const execute = (actor: Actor) => server.as(actor)(retentionApi.purge, { params: { id } });
      await assert.rejects(decide(lead, 'approved'), refused(404, 'not-found'));
      await assert.rejects(execute(administrator), refused(404, 'not-found'));
      await decide(analyst, 'withdrawn');

      const mine = (await ask(authoriser, id)).purges[0]!.id;
      await assert.rejects(decide(authoriser, 'approved', mine), refused(409, 'same-person'));
      await assert.rejects(
        server.database.as(authoriser, (tx) =>
          tx
            .updateTable('case_purge')
            .set({ state: 'approved', decided_by: authoriser.person, decided_at: new Date() })
            .where('id', '=', mine)
            .execute(),
        ),
        /violates check constraint/,
      );
      // Why is told where the case opens; elsewhere once it is decided.
      const whyFor = async (actor: Actor) => (await of(actor, id)).purges.map(({ reason }) => reason);
      assert.deepEqual(await whyFor(lead), ['Asked to forget', 'Asked to forget']);
      assert.deepEqual(await whyFor(otherLead), []);
      await decide(otherAuthoriser, 'approved', mine);
      assert.deepEqual(await whyFor(otherLead), ['Asked to forget']);
      for (const actor of [lead, otherAuthoriser])
        await assert.rejects(execute(actor), refused(403, 'role-not-allowed'));
      const both: Actor = { ...otherAuthoriser, roles: ['ADM'], organisation: certId };
      await assert.rejects(execute(both), refused(409, 'same-person'));
      const asked = await server.as(administrator)(retentionApi.calendar, { query: { view: 'asked' } });
      assert.deepEqual(
        asked.items.map((line) => [line.id, line.purge]),
        [[id, 'approved']],
      );
      await hold(lead, id);
      await assert.rejects(execute(administrator), refused(409, 'case-held'));
      const held = (await of(lead, id)).holds[0]!.id;
      await server.as(lead)(retentionApi.decideHold, { params: { id, hold: held }, body: { to: 'lifted' } });
      assert.ok((await execute(administrator)).purgedAt);
      const { tombstone } = await of(authoriser, id);
      assert.deepEqual([tombstone!.rule, tombstone!.reason], ['request', 'Asked to forget']);
      await assert.rejects(execute(administrator), refused(404, 'not-found'));
    });

    it('waits for who is writing, cancels what is running, and lets nothing be sealed for good afterwards', async () => {
      const { id } = await closed();
      await fallDue(server, id);
      const { rows } = await owner.query<{ id: string }>(
        `insert into job (owner_id, kind, subject_kind, subject_id, roles, payload, state)
         values ($1, 'analyse-capture', 'capture', gen_random_uuid(), '{ANA}', jsonb_build_object('case', $2::text), 'running') returning id`,
        [certId, id],
      );
      const [held, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const writing = server.database.as(operator, async (tx) => {
        await keys.ofCase(tx, id);
        held.resolve();
        await letGo.promise;
      });
      await held.promise;
      const purge = server.house.retention.tick();
      await until(
        'the purge waits',
        async () =>
          (await owner.query(`select from pg_locks where locktype = 'advisory' and not granted`)).rowCount,
      );
      assert.equal(await keysOf(id), 1);
      letGo.resolve();
      await Promise.all([writing, purge]);
      assert.equal(await keysOf(id), 0);
      await assert.rejects(
        server.database.as(operator, (tx) => keys.ofCase(tx, id)),
        /destroyed on purpose/,
      );
      const { rows: job } = await owner.query(`select state from job where id = $1`, [rows[0]!.id]);
      assert.equal(job[0].state, 'cancelled');
    });

    it('is of a case that was purged, and of no other, whatever the program is made to run', async () => {
      const { id } = await closed();
      await write(operator, id);
      const { rows: rules } = await owner.query<{ name: string }>(
        `select distinct p.tablename as name from pg_policies p join information_schema.columns c on c.table_name = p.tablename
         where p.policyname = 'purge' and p.cmd in ('ALL', 'DELETE') and c.column_name = 'case_id' order by 1`,
      );
      assert.ok(rules.length > 10);
      await server.database.as(founder, async (tx) => {
        for (const { name } of rules) {
          const { numAffectedRows } = await sql`delete from ${sql.table(name)} where case_id = ${id}`.execute(
            tx,
          );
          assert.equal(numAffectedRows, 0n, name);
        }
      });
      assert.equal(await keysOf(id), 1);
    });

    it('is told to whoever reported it and never had an account, by the words', async () => {
      const { id, reference, words } = await closed(null);
      const { token } = await server.as(null)(caseApi.open, { body: { reference, words: words.join(' ') } });
      const holder = server.as(null, { cookie: `busbar.receipt=${token}` });
      await fallDue(server, id);
      await server.house.retention.tick();
      const { items } = await holder(caseApi.list, { query: { limit: 1 } });
      assert.deepEqual([items[0]!.id, items[0]!.title], [id, null]);
      await assert.rejects(holder(caseApi.get, { params: { id } }), refused(410, 'purged'));
      assert.equal((await holder(retentionApi.of, { params: { id } })).tombstone!.reference, reference);
    });

    it('killed in the middle is none, and is done whole at the next start', async () => {
      const { id } = await closed();
      await fallDue(server, id);
      const mortal = new Mortal(server, operator);
      // The tombstone is written, and the key held fast: this is the middle.
      await owner.query('begin');
      await owner.query(`select from data_key where case_id = $1 for update`, [id]);
      try {
        await mortal.live();
        const looking = await server.database.app.connect();
        await until(
          'the key is being destroyed',
          async () =>
            (
              await looking.query(
                `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'delete from "data_key"%'`,
              )
            ).rowCount,
        );
        looking.release();
        await mortal.die();
      } finally {
        await owner.query('rollback');
      }
      assert.equal((await read(operator, id)).sees, `${marker} fehlt`);
      assert.equal((await of(operator, id)).tombstone, null);
      await mortal.live();
      await until('the next start does it whole', async () => (await keysOf(id)) === 0);
      await mortal.die();
      await assert.rejects(read(operator, id), refused(410, 'purged'));
      await server.house.audit.verify();
      assert.equal((await of(operator, id)).tombstone!.ledger!.whole, true);
    });
  });

  describe('an administrator', () => {
    const ask = (reference: string, actor = administrator) =>
      server.as(actor)(breakGlassApi.ask, { body: { reference, reason: 'Mailbox loops', hours: 1 } });
    const decide = (actor: Actor, id: string, to: 'approved' | 'refused' | 'ended') =>
      server.as(actor)(breakGlassApi.decide, { params: { id }, body: { to } });

    it('reads no case until a lead lets him in, leaves the reason with every line, and is seen by its owner', async () => {
      const { id, reference } = await closed();
      const other = await closed();
      await write(operator, id);
      await assert.rejects(read(administrator, id), refused(404, 'not-found'));
      await assert.rejects(ask('INC-2026-0000-0000-0000'), refused(404, 'not-found'));
      const asked = await ask(reference.toLowerCase());
      await assert.rejects(ask(reference), refused(409, 'glass-asked'));
      await assert.rejects(read(administrator, id), refused(404, 'not-found'));
      assert.equal((await server.as(otherLead)(breakGlassApi.list, { query: {} })).items[0]!.id, asked.id);

      // Nobody lets himself in, whatever else he may be.
      const both: Actor = { ...administrator, roles: ['ADM', 'LEAD'] };
      await assert.rejects(decide(both, asked.id, 'approved'), refused(409, 'same-person'));
      await assert.rejects(
        server.database.as(both, (tx) =>
          tx
            .updateTable('break_glass')
            .set({ state: 'approved', decided_by: both.person, decided_at: new Date() })
            .where('id', '=', asked.id)
            .execute(),
        ),
        /violates check constraint/,
      );
      await assert.rejects(
        server.database.as(administrator, (tx) =>
          tx
            .updateTable('break_glass')
            .set({ state: 'approved', decided_by: lead.person, decided_at: new Date() })
            .where('id', '=', asked.id)
            .execute(),
        ),
        /not open for this/,
      );
      for (const actor of [analyst, authoriser])
        await assert.rejects(decide(actor, asked.id, 'approved'), refused(403, 'role-not-allowed'));

      const approved = await decide(lead, asked.id, 'approved');
      assert.equal(approved.state, 'approved');
      assert.equal((await read(administrator, id)).messages[0]!.body, `${marker} wieder da`);
      await assert.rejects(read(administrator, other.id), refused(404, 'not-found'));
      await assert.rejects(write(administrator, id), refused(403, 'role-not-allowed'));
      assert.deepEqual(
        (await server.as(administrator)(caseApi.list, { query: {} })).items.map((line) => line.id),
        [id],
      );
      const banner = (await of(operator, id)).breakGlass;
      assert.deepEqual(
        banner.map(({ state, askedBy, reason }) => [state, askedBy, reason]),
        [['approved', administrator.name, 'Mailbox loops']],
      );
      const { rows: told } = await owner.query(
        `select from delivery d join dispatch s on s.id = d.dispatch_id where s.key = 'glass ' || $1`,
        [asked.id],
      );
      assert.equal(told.length, 2);
      const { rows: lines } = await owner.query(
        `select action, reason from audit_event where person_id = $1 and object_id = $2 and action = 'case read'`,
        [administrator.person, id],
      );
      assert.deepEqual(lines, [{ action: 'case read', reason: 'Mailbox loops' }]);
      const log = await server.as(authoriser)(consentApi.accesses, { query: {} });
      assert.ok(log.items.some(({ action, reason }) => action === 'case read' && reason === 'Mailbox loops'));

      await decide(otherLead, asked.id, 'ended');
      await assert.rejects(read(administrator, id), refused(404, 'not-found'));
      await assert.rejects(decide(lead, asked.id, 'approved'), refused(409, 'glass-moved'));
    });

    it('is out at the hour, by the clock of the database', async () => {
      const { id, reference } = await closed();
      const asked = await ask(reference);
      await decide(lead, asked.id, 'approved');
      assert.ok(await read(administrator, id));
      await assert.rejects(
        owner.query(`update break_glass set until = until + interval '1 hour' where id = $1`, [asked.id]),
        /violates check constraint|not open/,
      );
      await owner.query(`alter table break_glass disable trigger moves`);
      await owner.query(`update break_glass set until = now() - interval '1 second' where id = $1`, [
        asked.id,
      ]);
      await owner.query(`alter table break_glass enable trigger moves`);
      await assert.rejects(read(administrator, id), refused(404, 'not-found'));
      assert.equal((await of(operator, id)).breakGlass[0]!.state, 'expired');
      await assert.rejects(decide(lead, asked.id, 'ended'), refused(409, 'glass-moved'));
    });
  });
});
