import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';

import {
  apis,
  auditApi,
  caseApi,
  caseMoves,
  CaseState,
  type IncidentReport,
  type Receipt,
  withoutSecrets,
} from '@busbar/contract';
import { sql } from 'kysely';
import pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import { neighbourhood } from '../../platform/tries.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const fire = {
  danger: 'no',
  control: 'partly',
  sees: 'Zwei Pumpen stehen, das HMI zeigt sie laufend',
} as const;

describe('a report without an account', { timeout: 300_000 }, () => {
  let server: TestServer;
  let owner: pg.Client;
  let cert: Awaited<ReturnType<TestServer['organisation']>>;
  let analyst: Actor;
  let operator: Actor;
  let administrator: Actor;
  let places = 0;
  const heard: string[] = [];

  before(async () => {
    server = await startTestServer({ trustProxy: true, logLevel: 'trace', logged: heard });
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    cert = await server.organisation('CERT', 'cert');
    analyst = await cert.person('ANA');
    administrator = await cert.person('ADM');
    operator = await (await server.organisation('Delta Motors', 'operator')).person('MEM');
  });
  after(async () => {
    await owner.end();
    await server.close();
  });

  /** Each from a network of its own, unless it says from where. */
  const from = (network = ++places) => ({ 'x-forwarded-for': `10.${network >> 8}.${network & 255}.7` });
  const report = (more: Partial<IncidentReport> = {}, headers = from()): Promise<Receipt> =>
    server.as(null, headers)(caseApi.report, { body: { ...fire, ...more } as IncidentReport });
  const open = ({ reference, words }: Receipt, headers = from()) =>
    server.as(null, headers)(caseApi.open, { body: { reference, words: words.join(' ') } });
  const holding = async (receipt: Receipt) => {
    const { case: id, token } = await open(receipt);
    return { id, call: server.as(null, { cookie: `busbar.receipt=${token}` }) };
  };

  it('goes to the CERT and its answer comes back, by the reference and the words alone', async () => {
    const receipt = await report({ place: 'Linie 3', key: 'k'.repeat(22) });
    assert.match(receipt.reference, /^INC-2\d{3}-\d{4}-\d{4}-\d{4}$/);
    assert.equal(receipt.words.length, 6);
    const lines = await readFile(new URL('receipt-words.txt', import.meta.url), 'utf8');
    const list = lines.split('\n').filter((word) => /^[a-z]/.test(word));
    assert.deepEqual([list.length, new Set(list).size], [7776, 7776], 'six words of these are 77 bits');
    assert.ok(receipt.words.every((word) => list.includes(word)));
    const { items } = await server.as(analyst)(caseApi.list, { query: { view: 'new', search: 'Linie' } });
    const [line] = items;
    assert.deepEqual([line!.reference, line!.awaits, line!.owner], [receipt.reference, 'cert', 'CERT']);
    const write = (body: string, internal = false) =>
      server.as(analyst)(caseApi.write, { params: { id: line!.id }, body: { body, internal, asIs: false } });
    await write('Wie viele Steuerungen?');
    await write('Vermutlich Fernwartung', true);
    await server.as(analyst)(caseApi.move, { params: { id: line!.id }, body: { to: 'triaged' } });

    // Typed as it is read out on the telephone.
    const typed = { ...receipt, reference: receipt.reference.toLowerCase().replaceAll('-', ' ') };
    const { id, call } = await holding({ ...typed, words: [receipt.words.join(', ').toUpperCase()] });
    await call(caseApi.write, { params: { id }, body: { body: 'Vier', internal: false, asIs: false } });
    const seen = await call(caseApi.get, { params: { id } });
    assert.equal(seen.state, 'triaged');
    assert.deepEqual(
      seen.messages.map(({ from: who, by, body }) => [who, by, body]),
      [
        ['cert', null, 'Wie viele Steuerungen?'],
        ['reporter', null, 'Vier'],
      ],
    );
    assert.equal((await call(caseApi.list, { query: {} })).items.length, 1);
    const back = await server.as(analyst)(caseApi.get, { params: { id } });
    assert.deepEqual(
      back.messages.map(({ internal }) => internal),
      [false, true, false],
    );
    await assert.rejects(
      call(caseApi.write, { params: { id }, body: { body: 'x', internal: true, asIs: false } }),
      refused(400, 'note-not-yours'),
    );
    await assert.rejects(
      call(caseApi.move, { params: { id }, body: { to: 'closed' } }),
      refused(401, 'sign-in-needed'),
    );
  });

  it('is read by its team alone once it is taken; a lead sees that it is there, joins, and is seen to', async () => {
    const { id } = await holding(await report({ place: 'Kessel 4' }));
    const [other, lead] = [await cert.person('ANA'), await cert.person('LEAD')];
    const read = (actor: Actor) => server.as(actor)(caseApi.get, { params: { id } });
    const listed = async (actor: Actor, search?: string) =>
      (await server.as(actor)(caseApi.list, { query: { limit: 200, ...(search && { search }) } })).items.find(
        (line) => line.id === id,
      );
    assert.equal((await read(other)).place, 'Kessel 4');
    await assert.rejects(
      server.database.as(other, (tx) =>
        tx.updateTable('case').set({ state: 'triaged' }).where('id', '=', id).execute(),
      ),
      /has no team/,
    );
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } });

    await assert.rejects(read(other), refused(404, 'not-found'));
    await assert.rejects(server.as(other)(caseApi.join, { params: { id } }), refused(404, 'not-found'));
    await assert.rejects(read(lead), refused(409, 'case-not-joined'));
    await assert.rejects(
      server.as(lead)(caseApi.move, { params: { id }, body: { to: 'containing' } }),
      refused(409, 'case-not-joined'),
    );
    const closed = (await listed(lead))!;
    assert.equal(closed.awaits, null);
    assert.deepEqual(
      [closed.opens, closed.title, closed.danger, closed.state],
      [false, null, null, 'triaged'],
    );
    assert.equal(await listed(lead, 'Kessel'), undefined);
    const inside = { other: 0, lead: 0 };
    for (const [who, actor] of Object.entries({ other, lead }))
      inside[who as keyof typeof inside] = await server.database.as(
        actor,
        async (tx) =>
          (await tx.selectFrom('case_step').select('id').where('case_id', '=', id).execute()).length,
      );
    assert.deepEqual(inside, { other: 0, lead: 0 });
    await assert.rejects(
      server.database.as(lead, (tx) =>
        tx
          .updateTable('case')
          .set({ state: 'closed', team: [lead.person!] })
          .where('id', '=', id)
          .execute(),
      ),
      /not open for this/,
    );

    await server.as(lead)(caseApi.join, { params: { id } });
    await server.as(lead)(caseApi.join, { params: { id } });
    assert.equal((await read(lead)).place, 'Kessel 4');
    assert.equal((await listed(lead, 'Kessel'))!.opens, true);
    const { rows } = await owner.query(`select cardinality(team) as team from "case" where id = $1`, [id]);
    assert.deepEqual(rows, [{ team: 2 }]);
    const { rows: lines } = await owner.query(
      `select person_id from audit_event where object_id = $1 and action = 'case joined'`,
      [id],
    );
    assert.ok(lines.some(({ person_id }) => person_id === lead.person));

    const change = (actor: Actor, set: { team?: string[]; guests?: string[] }) =>
      server.database.as(actor, (tx) =>
        tx
          .updateTable('case')
          .set(set)
          .where('id', '=', id)
          .execute()
          .then(() => undefined),
      );
    for (const [set, why] of [
      [{ team: [lead.person!] }, /nobody is sent away/],
      [{ team: [analyst.person!, lead.person!, operator.person!] }, /not of the CERT/],
      [{ guests: [other.person!] }, /those who accepted/],
    ] satisfies [Parameters<typeof change>[1], RegExp][])
      await assert.rejects(change(lead, set), why);
  });

  it('tells its owner who joined', async () => {
    const member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    const { reference } = await server.as(member)(caseApi.report, {
      body: { ...fire, naming: 'member' } as IncidentReport,
    });
    const [mine] = (await server.as(member)(caseApi.list, { query: { search: reference } })).items;
    const { id } = mine!;
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
    const lead = await cert.person('LEAD');
    await server.as(lead)(caseApi.join, { params: { id } });
    const { items } = await server.as(member)(auditApi.accesses, {
      query: { object: id, action: 'case joined' },
    });
    assert.equal(items.length, 1);
    assert.equal(items[0]!.object.id, id);
  });

  it('is there for nobody else: no member, no administrator, no other receipt, not even by its id', async () => {
    const { id } = await holding(await report());
    const stranger = (await holding(await report())).call;
    await assert.rejects(stranger(caseApi.get, { params: { id } }), refused(404, 'not-found'));
    await assert.rejects(server.as(operator)(caseApi.get, { params: { id } }), refused(404, 'not-found'));
    await assert.rejects(
      server.as(administrator)(caseApi.get, { params: { id } }),
      refused(404, 'not-found'),
    );
    assert.deepEqual((await server.as(operator)(caseApi.list, { query: {} })).items, []);
    await assert.rejects(
      stranger(caseApi.write, { params: { id }, body: { body: 'x', internal: false, asIs: false } }),
      refused(404, 'not-found'),
    );
    const forged = server.as(null, { cookie: `busbar.receipt=${'A'.repeat(56)}` });
    await assert.rejects(forged(caseApi.get, { params: { id } }), refused(401, 'sign-in-needed'));
  });

  it('leaves its words in no log, no line of the ledger and no column; its reporter in no line, either', async () => {
    const receipt = await report({ key: 'secret-of-this-form-0001' });
    const { id, call } = await holding(receipt);
    await call(caseApi.get, { params: { id } });
    await assert.rejects(
      open({ ...receipt, words: receipt.words.toReversed() }),
      refused(404, 'words-wrong'),
    );
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'auth', 'queue')`,
    );
    const secrets = [
      receipt.words.join(' '),
      receipt.words.join(''),
      receipt.words.slice(0, 2).join(' '),
      'secret-of-this',
    ];
    const found: string[] = [];
    for (const { name } of tables)
      for (const secret of secrets) {
        const { rows } = await owner.query(`select 1 from ${name} t where t::text ilike $1 limit 1`, [
          `%${secret}%`,
        ]);
        if (rows.length > 0) found.push(`${name}: ${secret}`);
      }
    assert.deepEqual(found, []);
    assert.ok(
      heard.some((line) => line.includes('/api/receipts')),
      'something was logged',
    );
    assert.ok(!heard.some((line) => secrets.some((secret) => line.includes(secret))));
    const { rows: lines } = await owner.query(
      `select action, person_id, organisation_id from audit_event where object_id = $1 order by at`,
      [id],
    );
    assert.deepEqual(
      lines.map(({ action, person_id, organisation_id }) => [action, person_id ?? organisation_id]),
      [
        ['incident reported', null],
        ['case opened by words', null],
        ['case read', null],
      ],
    );
  });

  it('names nobody in the ledger when somebody signed in reports without a name', async () => {
    const { reference } = await server.as(operator)(caseApi.report, {
      body: { ...fire, naming: 'anonymous' } as IncidentReport,
    });
    const { rows } = await owner.query(
      `select person_id, organisation_id from audit_event where object_name = $1`,
      [reference],
    );
    assert.deepEqual(rows, [{ person_id: null, organisation_id: null }]);
  });

  it('answers wrong words, and words for what does not exist, alike and in the same time', async () => {
    const receipt = await report();
    const wrong = { ...receipt, words: ['abacus', 'abdomen', 'zoom', 'zit', 'zebra', 'yodel'] };
    const nowhere = { ...wrong, reference: 'INC-2026-0000-0000-0000' };
    const answerTo = async (asked: Receipt) => {
      const began = performance.now();
      const { status, body } = await server.send(null, from())('POST', '/api/receipts', {
        reference: asked.reference,
        words: asked.words.join(' '),
      });
      return {
        ms: performance.now() - began,
        said: JSON.stringify([status, body]).replace(/"instance":"[^"]*"/, ''),
      };
    };
    await answerTo(wrong);
    const times: Record<string, number[]> = { wrong: [], nowhere: [] };
    for (let turn = 0; turn < 9; turn++) {
      const [one, other] = [await answerTo(wrong), await answerTo(nowhere)];
      assert.equal(one.said, other.said);
      times['wrong']!.push(one.ms);
      times['nowhere']!.push(other.ms);
    }
    const middle = (all: number[]) => all.toSorted((a, b) => a - b)[4]!;
    const [one, other] = [middle(times['wrong']!), middle(times['nowhere']!)];
    assert.ok(one < 2 * other && other < 2 * one, `${one} ms and ${other} ms`);
  });

  it('makes who guesses wait, and lets its reporter in from elsewhere meanwhile', async () => {
    const receipt = await report();
    const wrong = { ...receipt, words: ['abacus'] };
    const here = from();
    for (let turn = 0; turn < 6; turn++) await assert.rejects(open(wrong, here), refused(404, 'words-wrong'));
    await assert.rejects(open(receipt, here), refused(429, 'words-too-often'));
    assert.ok(await open(receipt));
    // From everywhere at once: each place keeps its first tries.
    await owner.query(
      `update auth.tries set count = 1000 where count > 5 and until < now() + interval '20 minutes'`,
    );
    const elsewhere = from();
    assert.ok(await open(receipt, elsewhere));
  });

  it('is never refused for being one of many: it waits in a lane of its own, and the page says so', async () => {
    const here = from();
    const lanes = [];
    for (let turn = 0; turn < 11; turn++) lanes.push((await report({}, here)).lane);
    assert.deepEqual([lanes.indexOf('slow'), lanes.length], [10, 11]);
    const trapped = await report({ website: 'https://spam.example' });
    assert.equal(trapped.lane, 'slow');
    const { items } = await server.as(analyst)(caseApi.list, { query: { view: 'slow' } });
    assert.equal(items.length, 2);
    assert.ok((await holding(trapped)).id);
  });

  it('sent twice is one report with one receipt, even at the same moment', async () => {
    const key = 'pressed-twice-in-a-hurry';
    const receipts = await Promise.all([report({ key }), report({ key })]);
    assert.deepEqual(receipts[0]!.words, receipts[1]!.words);
    assert.deepEqual(new Set(receipts.map(({ again }) => again)), new Set([false, true]));
    await owner.query(`alter table "case" disable trigger changes`);
    await owner.query(`update "case" set received_at = received_at - interval '2 hours' where ref = $1`, [
      receipts[0]!.reference,
    ]);
    await owner.query(`alter table "case" enable trigger changes`);
    await assert.rejects(report({ key }), refused(409, 'report-taken'));
  });

  it('warns before a password is sent, and sends it when told to', async () => {
    const sees = 'HMI tot. Zugang: admin, Passwort: Sommer2024!';
    await assert.rejects(report({ sees }), refused(409, 'holds-secret'));
    const { id, call } = await holding(await report({ sees, asIs: true }));
    const body = 'vnc://op:geheim@10.0.0.4 geht nicht mehr';
    await assert.rejects(
      call(caseApi.write, { params: { id }, body: { body, internal: false, asIs: false } }),
      refused(409, 'holds-secret'),
    );
    assert.ok(
      await call(caseApi.write, {
        params: { id },
        body: { body: withoutSecrets(body), internal: false, asIs: false },
      }),
    );
    assert.equal(withoutSecrets(body), 'vnc://op:[…]@10.0.0.4 geht nicht mehr');
  });

  it('becomes a member’s by its words, once, and stays open to them', async () => {
    const receipt = await report();
    const words = { reference: receipt.reference, words: receipt.words.join(' ') };
    await assert.rejects(
      server.as(analyst, from())(caseApi.claim, { body: words }),
      refused(409, 'not-a-member'),
    );
    const { case: id } = await server.as(operator, from())(caseApi.claim, { body: words });
    assert.equal((await server.as(operator)(caseApi.get, { params: { id } })).owner, 'Delta Motors');
    const other = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
    await assert.rejects(
      server.as(other, from())(caseApi.claim, { body: words }),
      refused(409, 'case-claimed'),
    );
    await assert.rejects(server.as(other)(caseApi.get, { params: { id } }), refused(404, 'not-found'));
    await server.as(operator)(caseApi.write, {
      params: { id },
      body: { body: 'Wir sind es', internal: false, asIs: false },
    });
    const { messages } = await (await holding(receipt)).call(caseApi.get, { params: { id } });
    assert.deepEqual(
      messages.map(({ from: who, body }) => [who, body]),
      [['member', 'Wir sind es']],
    );
    const third = await (await server.organisation('Third', 'operator')).person('MEM');
    const fresh = await holding(await report());
    for (const more of [{ team: [third.person!] }, { guests: [third.person!] }])
      await assert.rejects(
        server.database.as({ ...third, receipt: fresh.id }, (tx) =>
          tx
            .updateTable('case')
            .set({ owner_id: third.organisation!, ...more })
            .where('id', '=', fresh.id)
            .execute(),
        ),
        /not open for this|those who accepted/,
      );
    await assert.rejects(
      server.database.as({ ...operator, receipt: id }, (tx) =>
        tx.updateTable('case').set({ state: 'closed' }).where('id', '=', id).execute(),
      ),
      /not open for this/,
    );
  });

  it('lets the CERT do more or less as whoever it is from says, who is its holder until a member has it', async () => {
    const receipt = await report({ language: 'ru' });
    const { id, call } = await holding(receipt);
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } as never });
    const read = (actor: Actor) => server.as(actor)(caseApi.get, { params: { id } });
    const before = await read(analyst);
    assert.deepEqual([before.limit, before.setsLimit], ['advise', false]);
    const { pulse } = await server.as(analyst)(caseApi.pulse, { params: { id } });

    await call(caseApi.allow, { params: { id }, body: { limit: 'analyse' } });
    const { limit, messages } = await read(analyst);
    assert.deepEqual([limit, messages.at(-1)!.from], ['analyse', 'reporter']);
    assert.match(messages.at(-1)!.body, /советовать и анализировать.*только советовать/);
    assert.notEqual((await server.as(analyst)(caseApi.pulse, { params: { id } })).pulse, pulse);
    assert.equal((await call(caseApi.get, { params: { id } })).setsLimit, true);
    await call(caseApi.allow, { params: { id }, body: { limit: 'analyse' } });
    assert.equal((await read(analyst)).messages.length, messages.length, 'nothing changed, nothing is said');

    const lead = await cert.person('LEAD');
    for (const actor of [analyst, lead]) {
      await assert.rejects(
        server.as(actor)(caseApi.allow, { params: { id }, body: { limit: 'shareIndicators' } }),
        refused(403, 'role-not-allowed'),
      );
      await assert.rejects(
        server.database.as(actor, (tx) =>
          sql`update "case" set handling_limit = 'shareIndicators' where id = ${id}`.execute(tx),
        ),
        /set by whoever it is from/,
      );
    }
    // With the words of somebody, too: the CERT is no reporter.
    await assert.rejects(
      server.database.as({ ...analyst, receipt: id }, (tx) =>
        sql`update "case" set handling_limit = 'shareIndicators' where id = ${id}`.execute(tx),
      ),
      /set by whoever it is from/,
    );
    const forged = server.database.as(operator, (tx) =>
      sql`update "case" set handling_limit = 'advise' where id = ${id} returning id`.execute(tx),
    );
    assert.equal((await forged).rows.length, 0);

    // The label is narrowed by the team, too, and put back by him alone.
    await server.as(analyst)(caseApi.label, { params: { id }, body: { label: 'RED' } });
    assert.match((await read(analyst)).messages.at(-1)!.body, /дело TLP:RED/);
    const mine = await call(caseApi.get, { params: { id } });
    assert.deepEqual([mine.label, mine.mayLabel], ['RED', ['AMBER+STRICT']]);
    await assert.rejects(
      server.as(lead)(caseApi.label, { params: { id }, body: { label: 'AMBER+STRICT' } }),
      refused(409, 'case-not-joined'),
    );
    await call(caseApi.label, { params: { id }, body: { label: 'AMBER+STRICT' } });

    const { reference, words } = receipt;
    await server.as(operator)(caseApi.claim, { body: { reference, words: words.join(' ') } });
    await assert.rejects(
      call(caseApi.allow, { params: { id }, body: { limit: 'advise' } }),
      refused(403, 'limit-not-yours'),
    );
    assert.equal((await call(caseApi.get, { params: { id } })).setsLimit, false);
    await server.as(operator)(caseApi.allow, { params: { id }, body: { limit: 'shareIndicators' } });
    await assert.rejects(
      server.database.as(operator, (tx) =>
        sql`update "case" set handling_limit = 'advise', state = 'closed' where id = ${id}`.execute(tx),
      ),
      /set by whoever it is from/,
    );
    assert.equal((await read(analyst)).messages.at(-1)!.by, operator.name);
    const { rows } = await owner.query(
      `select details from audit_event where action = 'handling limit changed' and object_id = $1 order by at`,
      [id],
    );
    assert.deepEqual(
      rows.map(({ details }) => `${details.from} ${details.to}`),
      ['advise analyse', 'analyse analyse', 'analyse shareIndicators'],
    );
  });

  it('as a member is the organisation’s from the first moment, and knows whose hand it was', async () => {
    const { reference } = await server.as(operator)(caseApi.report, {
      body: { ...fire, naming: 'member' } as IncidentReport,
    });
    const { items } = await server.as(operator)(caseApi.list, { query: { search: reference } });
    assert.equal(items[0]!.owner, 'Delta Motors');
    await assert.rejects(report({ naming: 'member' }), refused(409, 'not-a-member'));
  });

  it('goes the ways of its kind and no others, each step once and with its reason', async () => {
    const { id } = await open(await report()).then(({ case: found }) => ({ id: found }));
    const move = (to: CaseState, reason?: string) =>
      server.as(analyst)(caseApi.move, { params: { id }, body: { to, ...(reason && { reason }) } });
    await assert.rejects(move('closed', 'x'), refused(409, 'case-move'));
    await assert.rejects(move('rejected'), refused(400, 'reason-needed'));
    const both = await Promise.allSettled([move('triaged'), move('triaged')]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    for (const { from: state, to } of caseMoves.incident)
      assert.ok(CaseState.options.includes(state) && CaseState.options.includes(to));
  });

  it('takes what is hostile as what it is: nothing, too much, or from the future', async () => {
    await assert.rejects(report({ sees: '   ' }), refused(400, 'not-understood'));
    await assert.rejects(report({ sees: 'a\u0000b' }), refused(400, 'not-understood'));
    for (const sees of ['a'.repeat(8001), 'invoice\u202efdp.exe', 'half \ud800 letter'])
      await assert.rejects(report({ sees }), refused(400, 'not-understood'));
    await assert.rejects(report({ sees: 'a'.repeat(10 << 20) }), { status: 413 });
    const odd = `[x](javascript:alert(1)) {{7*7}} \${7*7} =HYPERLINK("x") ${'o\u0301\u0302\u0303'.repeat(200)}`;
    const claims = await holding(await report({ sees: odd, name: 'The shift leader of Delta Motors' }));
    const its = await claims.call(caseApi.get, { params: { id: claims.id } });
    assert.equal(its.sees, odd);
    // Whoever says that he is of a member has not become one by that.
    assert.notEqual(its.owner, 'Delta Motors');
    await assert.rejects(
      server.as(operator)(caseApi.get, { params: { id: claims.id } }),
      refused(404, 'not-found'),
    );
    const { id, call } = await holding(
      await report({ sees: '<script>alert(1)</script>', awareAt: '2031-01-01T00:00:00Z' }),
    );
    const found = await call(caseApi.get, { params: { id } });
    assert.ok(Date.parse(found.awareAt) <= Date.now());
    assert.equal(found.sees, '<script>alert(1)</script>');
  });

  it('is taken from forty networks at once, while one network that floods gets no more than its share', async () => {
    const answers: string[] = [];
    const flood = Array.from({ length: 40 }, (_, at) =>
      report({}, { 'x-forwarded-for': `10.200.0.${at}` }).then(
        () => answers.push('flood'),
        (error: unknown) => {
          assert.ok(refused(503, 'desk-busy')(error));
        },
      ),
    );
    const people = Array.from({ length: 40 }, () => report().then(() => answers.push('person')));
    await Promise.all([...flood, ...people]);
    const of = (who: string) => answers.filter((one) => one === who).length;
    assert.equal(of('person'), 40);
    // Two at work, four in its line when the others come, and one for each of its turns among them.
    assert.ok(of('flood') > 0 && of('flood') <= 12, `${of('flood')} of a flood were taken`);
  });

  it('knows who is a neighbour of whom', () => {
    assert.equal(neighbourhood('192.0.2.9'), neighbourhood('::ffff:192.0.2.200'));
    assert.equal(neighbourhood('2001:db8::1'), neighbourhood('2001:db8:0:ff:1:2:3:4'));
    assert.notEqual(neighbourhood('2001:db8:0:100::1'), neighbourhood('2001:db8::1'));
    assert.ok(apis.cases);
  });
});
