import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  type AnyRoute,
  apis,
  caseApi,
  type CaseStep,
  guestApi,
  type IncidentReport,
  type Refusal,
  retentionApi,
  urlOf,
} from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, founder } from '../../platform/actor.ts';
import { MailServer } from '../../testing/mail-server.ts';
import { meanwhile } from '../../testing/meanwhile.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const report = {
  danger: 'no',
  control: 'partly',
  sees: 'Zwei Pumpen stehen. Eine Verbindung von 203.0.113.77 zur Steuerung 6ES7315-2EH14-0AB0.',
  place: 'Wasserwerk Nord',
} as const;

describe('the room of a case', { timeout: 300_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let cert: Awaited<ReturnType<TestServer['organisation']>>;
  let first: Actor;
  let second: Actor;
  let lead: Actor;
  let member: Actor;
  let authoriser: Actor;
  let otherAuthoriser: Actor;
  let administrator: Actor;
  let vendor: Actor;
  let other: Actor;
  let places = 0;

  before(async () => {
    mail = await new MailServer().open();
    server = await startTestServer({ trustProxy: true, work: true, mail: mail.settings });
    cert = await server.organisation('CERT', 'cert');
    [first, second, lead] = [await cert.person('ANA'), await cert.person('ANA'), await cert.person('LEAD')];
    const operator = await server.organisation('Delta Motors', 'operator');
    [member, authoriser, otherAuthoriser] = [
      await operator.person('MEM'),
      await operator.person('MAD'),
      await operator.person('MAD'),
    ];
    administrator = await cert.person('ADM');
    vendor = await (await server.organisation('Aurum Controls', 'vendor')).person('VEN');
    other = await (await server.organisation('Fenix HMI', 'vendor')).person('VEN');
  });
  after(async () => {
    await server.close();
    await mail.close();
  });

  const from = () => ({ 'x-forwarded-for': `10.8.${++places}.7` });
  /** A report of nobody in particular: its id, and a way to follow it. */
  const called = async (more: Partial<IncidentReport> = {}) => {
    const receipt = await server.as(null, from())(caseApi.report, {
      body: { ...report, ...more } as IncidentReport,
    });
    const { case: id, token } = await server.as(null, from())(caseApi.open, {
      body: { reference: receipt.reference, words: receipt.words.join(' ') },
    });
    return { id, receipt, follows: server.as(null, { cookie: `busbar.receipt=${token}` }) };
  };
  /** A case of Delta Motors that the first analyst has taken. */
  const room = async (more: Partial<IncidentReport> = {}) => {
    const { reference } = await server.as(member)(caseApi.report, {
      body: { ...report, naming: 'member', ...more } as IncidentReport,
    });
    const { items } = await server.as(member)(caseApi.list, { query: { search: reference } });
    const id = items[0]!.id;
    await step(first, id, { to: 'triaged' });
    return id;
  };
  const step = (actor: Actor, id: string, body: CaseStep) =>
    server.as(actor)(caseApi.move, { params: { id }, body });
  const read = (actor: Actor, id: string) => server.as(actor)(caseApi.get, { params: { id } });
  const write = (actor: Actor, id: string, body: string, thread?: string) =>
    server.as(actor)(caseApi.write, {
      params: { id },
      body: { body, internal: false, asIs: false, ...(thread && { thread }) },
    });
  /** So many messages of the first analyst, some at a time: their ids in the order in which they came to stand. */
  const manyIn = async (id: string, count: number): Promise<string[]> => {
    for (let at = 0; at < count; at += 6)
      await Promise.all(
        Array.from({ length: Math.min(6, count - at) }, () => write(first, id, `Message ${at}`)),
      );
    const { rows: found } = await server.owner.query(
      `select id from case_message where case_id = $1 and thread_id is null order by at, id`,
      [id],
    );
    return found.map((row) => row.id);
  };
  const invite = (actor: Actor, id: string, email: string) =>
    server.as(actor)(guestApi.invite, {
      params: { id },
      body: { role: 'vendor', name: 'Vera Vogel', email, home: 'Aurum Controls', language: 'en', note: '' },
    });
  const linkOf = async (id: string, participant: string) => {
    const { path } = await server.as(lead)(guestApi.link, { params: { id, participant } });
    return { token: path.split('/').at(-1)! };
  };
  /** Invited by the lead, with a thread, and accepted. */
  const guestIn = async (id: string, who: Actor, ownerReads = false) => {
    await server.as(lead)(caseApi.join, { params: { id } });
    const part = await invite(lead, id, `${crypto.randomUUID()}@aurum.example`);
    const thread = await server.as(lead)(guestApi.openThread, {
      params: { id },
      body: { title: 'Aurum Controls', participants: [part.id], ownerReads },
    });
    const params = await linkOf(id, part.id);
    await server.as(who)(guestApi.answer, { params, body: { accept: true } });
    return { part, thread: thread.id, params };
  };
  const rows = async (actor: Actor, id: string) =>
    server.database.as(actor, async (tx) => {
      const count = async (table: string) =>
        Number(
          (
            await sql<{
              n: number;
            }>`select count(*) as n from ${sql.table(table)} where case_id = ${id}`.execute(tx)
          ).rows[0]!.n,
        );
      return {
        messages: await count('case_message'),
        steps: await count('case_step'),
        threads: await count('case_thread'),
        participants: await count('case_participant'),
        features: await count('case_feature'),
      };
    });

  it('has a team: who takes it, whom he brings in, who joins, and who leaves while somebody stays', async () => {
    const id = await room();
    await assert.rejects(read(second, id), refused(404, 'not-found'));
    assert.deepEqual(await rows(second, id), {
      messages: 0,
      steps: 0,
      threads: 0,
      participants: 0,
      features: 0,
    });
    await assert.rejects(
      server.as(second)(caseApi.bring, { params: { id }, body: { person: second.person! } }),
      refused(404, 'not-found'),
    );
    const { items } = await server.as(first)(caseApi.colleagues, { params: { id } });
    assert.ok(items.some(({ person }) => person === second.person));
    await assert.rejects(
      server.as(first)(caseApi.bring, { params: { id }, body: { person: vendor.person! } }),
      refused(404, 'not-found'),
    );
    await server.as(first)(caseApi.bring, { params: { id }, body: { person: second.person! } });
    assert.equal((await read(second, id)).team.length, 2);
    await server.as(first)(caseApi.leave, { params: { id } });
    await assert.rejects(read(first, id), refused(404, 'not-found'));
    await assert.rejects(server.as(second)(caseApi.leave, { params: { id } }), refused(409, 'last-of-team'));

    await server.as(lead)(caseApi.join, { params: { id } });
    const seen = await read(member, id);
    assert.deepEqual(
      seen.team.map(({ name }) => name).toSorted(),
      [second.name, lead.name].toSorted(),
      'its owner is shown who reads it',
    );
    await until('the owner is told', () => mail.taken.some(({ to }) => to.includes('@example.org')));
    const { rows: lines } = await server.owner.query(
      `select person_id from audit_event where object_id = $1 and action = 'case joined' and owner_id = $2`,
      [id, member.organisation],
    );
    assert.deepEqual(lines, [{ person_id: lead.person }]);
  });

  it('lets nobody bring strangers into a team, send others away, or leave none behind, whoever writes SQL', async () => {
    const id = await room();
    await server.as(first)(caseApi.bring, { params: { id }, body: { person: second.person! } });
    const set = (actor: Actor, team: (string | null)[]) =>
      server.database.as(actor, (tx) =>
        tx
          .updateTable('case')
          .set({ team: team as string[] })
          .where('id', '=', id)
          .execute(),
      );
    await assert.rejects(set(first, [first.person, second.person, vendor.person]), /not of the CERT/);
    await assert.rejects(set(first, [first.person]), /nobody is sent away/);
    await assert.rejects(
      set({ ...first, roles: ['LEAD'] }, [second.person, vendor.person]),
      /not of the CERT/,
    );
    await set({ ...second, roles: ['LEAD'] }, [first.person]);
    await assert.rejects(set({ ...first, roles: ['LEAD'] }, []), /has no team/);
    await assert.rejects(
      server.database.as(first, (tx) =>
        tx
          .updateTable('case')
          .set({ guests: [vendor.person!] })
          .where('id', '=', id)
          .execute(),
      ),
      /guests are those who accepted/,
    );
  });

  it('takes a step with the form of that step, and with nothing else', async () => {
    const id = await room();
    await assert.rejects(step(first, id, { to: 'duplicate', reason: 'x' }), refused(400, 'field-needed'));
    await assert.rejects(
      step(first, id, { to: 'containing', rootCause: 'phishing' }),
      refused(400, 'field-not-of-step'),
    );
    const impact = { safety: 'possible', production: 'real', environment: 'none', data: 'none' } as const;
    await step(first, id, { to: 'containing', impact, spread: 'sites', rsit: 'intrusions' });
    const found = await read(first, id);
    assert.deepEqual(
      [found.severity, found.spread, found.rsit, found.impact.production],
      ['critical', 'sites', 'intrusions', 'real'],
    );
  });

  it('makes one case of three reports: three threads, each with its own reporter, who learns where it stands', async () => {
    const sees = 'Verbindung von 203.0.113.78, Pumpen stehen';
    const [one, two, three] = [await called({ sees }), await called({ sees }), await called()];
    await step(first, one.id, { to: 'triaged' });
    const { items, hidden } = await server.as(first)(caseApi.related, { params: { id: two.id } });
    assert.ok(items.some((related) => related.case.id === one.id && related.shares[0]!.what === 'address'));
    assert.equal(hidden, 0);
    // The third resembles nothing; whoever triages it finds the case by its reference, by whose it is, or by its words.
    const another = await room({ sees: 'Etwas ganz anderes' });
    const mains = async (actor: Actor, search: string) =>
      (await server.as(actor)(caseApi.list, { query: { mainFor: three.id, search } })).items.map(
        ({ id }) => id,
      );
    for (const search of [one.receipt.reference.slice(0, 17), 'cert pumpen 203.0.113.78'])
      assert.deepEqual(await mains(first, search), [one.id], search);
    assert.ok((await mains(first, 'delta motors')).includes(another));
    const ended = await called({ sees });
    await step(first, ended.id, { to: 'rejected', reason: 'A drill' });
    await assert.rejects(
      step(first, three.id, { to: 'duplicate', reason: 'The same', duplicateOf: ended.id }),
      refused(409, 'main-ended'),
    );
    // Neither itself, nor one at which nobody works yet, nor one that has ended, though all have its words.
    assert.deepEqual(await mains(first, ended.receipt.reference), []);
    assert.deepEqual(await mains(first, three.receipt.reference), []);
    assert.deepEqual(await mains(first, two.receipt.reference), []);
    for (const { id } of [two, three])
      await step(first, id, { to: 'duplicate', reason: 'The same incident', duplicateOf: one.id });
    await assert.rejects(
      step(first, one.id, { to: 'duplicate', reason: 'x', duplicateOf: two.id }),
      refused(400, 'case-itself'),
    );
    await server.as(first)(caseApi.bring, { params: { id: one.id }, body: { person: second.person! } });
    const main = await read(second, one.id);
    assert.deepEqual(main.parts.map(({ id }) => id).toSorted(), [two.id, three.id].toSorted());
    await write(second, two.id, 'Only to the second');
    await step(second, one.id, { to: 'containing' });

    const followed = await two.follows(caseApi.get, { params: { id: two.id } });
    assert.deepEqual(followed.partOf, { id: null, reference: null, state: 'containing' });
    assert.deepEqual([followed.parts, followed.team, followed.guests], [[], [], []]);
    assert.deepEqual(
      followed.messages.map(({ body }) => body),
      ['Only to the second'],
    );
    for (const { id } of [one, three])
      await assert.rejects(two.follows(caseApi.get, { params: { id } }), refused(404, 'not-found'));
    assert.equal((await two.follows(caseApi.list, { query: {} })).items.length, 1);

    // What turns out to be part of something bigger goes there with its own parts.
    const [four, five, bigger] = [await called(), await called(), await room()];
    await step(first, four.id, { to: 'triaged' });
    await step(first, five.id, { to: 'duplicate', reason: 'One', duplicateOf: four.id });
    await step(first, four.id, { to: 'duplicate', reason: 'All one', duplicateOf: bigger });
    assert.equal((await read(first, bigger)).parts.length, 2);
    // Named is a part; the case that it belongs to ends meanwhile, and nobody becomes part of what has ended.
    const late = await called();
    const joined = await meanwhile(
      server,
      first,
      (tx) => sql`update "case" set state = 'closed' where id = ${bigger}`.execute(tx),
      () => step(first, late.id, { to: 'duplicate', reason: 'Of it, too', duplicateOf: four.id }),
    );
    assert.equal(joined.status, 'rejected');
    assert.equal((await read(first, late.id)).state, 'received');
    await step(first, two.id, { to: 'triaged', reason: 'Another one after all' });
    assert.equal((await read(first, two.id)).partOf, null);
  });

  it('counts what it may not show: another team’s case by its address, and none by words alone', async () => {
    const hiddenCase = await room({ sees: 'Angriff von 198.51.100.99 auf die Steuerung' });
    const fresh = await called({ sees: 'Wir sehen 198.51.100.99 im Protokoll' });
    const { items, hidden } = await server.as(second)(caseApi.related, { params: { id: fresh.id } });
    assert.ok(!items.some(({ case: { id } }) => id === hiddenCase));
    assert.equal(hidden, 1);
    const unlike = await called({ sees: 'Angriff auf die Steuerung im Protokoll', place: '' });
    const answer = await server.as(second)(caseApi.related, { params: { id: unlike.id } });
    assert.equal(answer.hidden, 0);
    // Nor does looking for it find it: no search, and no try to join it, tells it from what does not exist.
    const { reference } = await read(first, hiddenCase);
    const found = (actor: Actor, search: string) =>
      server.as(actor)(caseApi.list, { query: { mainFor: fresh.id, search } });
    const nowhere = await found(second, 'no such words');
    for (const actor of [second, lead])
      for (const search of [reference, 'delta 198.51.100.99', '198.51.100.99'])
        assert.deepEqual(await found(actor, search), nowhere, `${actor.roles.join()} ${search}`);
    const join = (main: string) =>
      step(second, fresh.id, { to: 'duplicate', reason: 'Guessed', duplicateOf: main }).then(
        () => assert.fail('joined'),
        ({ status, told }: Refusal) => ({ status, told }),
      );
    assert.deepEqual(await join(hiddenCase), await join(crypto.randomUUID()));
    assert.equal((await read(second, fresh.id)).state, 'received');
    const { rows: kept } = await server.owner.query(`select f::text from case_feature f`);
    assert.ok(kept.length > 0 && !JSON.stringify(kept).includes('198.51'));
  });

  it('invites whom the matrix lets it: a lead or the owner’s authoriser at once, others by proposal', async () => {
    const id = await room();
    const proposed = await invite(first, id, 'psirt@aurum.example');
    assert.equal(proposed.state, 'proposed');
    await assert.rejects(invite(lead, id, 'x@aurum.example'), refused(409, 'case-not-joined'));
    await assert.rejects(
      server.as(first)(guestApi.decide, {
        params: { id, participant: proposed.id },
        body: { invite: true },
      }),
      refused(403, 'role-not-allowed'),
    );
    await server.as(lead)(caseApi.join, { params: { id } });
    await assert.rejects(invite(lead, id, 'psirt@aurum.example'), refused(409, 'participant-invited'));
    const decided = await server.as(lead)(guestApi.decide, {
      params: { id, participant: proposed.id },
      body: { invite: true },
    });
    assert.equal(decided.state, 'invited');
    const letter = await until('she is mailed', () =>
      mail.taken.find(({ to }) => to === 'psirt@aurum.example'),
    );
    assert.ok(!/Pumpen|INC-|Delta/.test(letter.raw), 'the mail tells nothing of the case');
    // Pressed twice at once, and once more: one guest, one letter, one thread; from another form it is another try.
    const key = 'i'.repeat(22);
    const again = {
      role: 'expert',
      name: 'Eva',
      email: 'eva@lab.example',
      home: 'Lab',
      language: 'en',
    } as const;
    const send = (key: string) =>
      server.as(lead)(guestApi.invite, { params: { id }, body: { ...again, key, note: '' } });
    const sent = [...(await Promise.all([send(key), send(key)])), await send(key)];
    assert.equal(new Set(sent.map((part) => part.id)).size, 1);
    await assert.rejects(send('j'.repeat(22)), refused(409, 'participant-invited'));
    const threads = [];
    for (const title of ['Lab', 'Lab', 'Lab 2'])
      threads.push(
        await server.as(lead)(guestApi.openThread, {
          params: { id },
          body: { key, title, participants: [sent[0]!.id], ownerReads: false },
        }),
      );
    assert.deepEqual(
      (await read(lead, id)).threads.map((thread) => thread.id).toSorted(),
      [threads[0]!.id, threads[2]!.id].toSorted(),
    );
    await until('the expert is mailed', () => mail.taken.find(({ to }) => to === 'eva@lab.example'));
    const { rows: letters } = await server.owner.query(`select from delivery where recipient = $1`, [
      sent[0]!.id,
    ]);
    assert.equal(letters.length, 1);
    assert.equal((await invite(authoriser, id, 'second@aurum.example')).state, 'invited');
    assert.equal((await invite(member, id, 'third@aurum.example')).state, 'proposed');
    await assert.rejects(invite(other, id, 'friend@fenix.example'), refused(404, 'not-found'));
    // Whoever proposed does not decide, and whoever may only propose does not invite, in SQL either.
    await assert.rejects(
      server.database.as(first, (tx) =>
        sql`insert into case_participant (id, case_id, ref, role, sealed, email, language, state, terms, about, invited_by, inviter_name)
          values (gen_random_uuid(), ${id}, 'P-x', 'vendor', decode(repeat('00', 40), 'hex'), 'x@x.example', 'en', 'invited', '', '{}', ${first.person}, 'x')`.execute(
          tx,
        ),
      ),
      /row-level security/,
    );
    await assert.rejects(
      server.database.as(first, (tx) =>
        sql`update case_participant set state = 'invited', decided_by = ${first.person} where case_id = ${id} and state = 'proposed'`.execute(
          tx,
        ),
      ),
      /not open for this|check constraint/,
    );
  });

  it('shows a guest the terms first, then the threads that name him, and nothing else', async () => {
    const id = await room();
    await write(member, id, 'Nur für das CERT');
    await server.as(lead)(caseApi.join, { params: { id } });
    const part = await invite(lead, id, 'vera@aurum.example');
    const params = await linkOf(id, part.id);
    const shown = await server.as(null)(guestApi.invitation, { params });
    assert.ok(shown.terms.includes('TLP'));
    assert.deepEqual([shown.case, shown.about.kind], [null, 'incident']);
    await assert.rejects(server.as(vendor)(guestApi.room, { params: { id } }), refused(404, 'not-found'));
    await assert.rejects(
      server.as(member)(guestApi.answer, { params, body: { accept: true } }),
      refused(403, 'role-not-allowed'),
    );
    const researcher = await (await server.organisation('Lab', 'research')).person('RES');
    await assert.rejects(
      server.as(researcher)(guestApi.answer, { params, body: { accept: true } }),
      refused(409, 'wrong-membership'),
    );
    const thread = await server.as(first)(guestApi.openThread, {
      params: { id },
      body: { title: 'Aurum', participants: [part.id], ownerReads: false },
    });
    await write(first, id, 'Which firmware is affected?', thread.id);
    assert.deepEqual(await rows(vendor, id), {
      messages: 0,
      steps: 0,
      threads: 0,
      participants: 0,
      features: 0,
    });

    const accept = (who: Actor, yes = true) =>
      server.as(who)(guestApi.answer, { params, body: { accept: yes } });
    assert.equal((await accept(vendor)).case, id);
    // Who presses again, or comes back to the link, is told that he is in; with nobody else it opens anything any more.
    assert.deepEqual([(await accept(vendor)).state, (await accept(vendor)).case], ['accepted', id]);
    assert.equal((await server.as(vendor)(guestApi.invitation, { params })).case, id);
    await assert.rejects(accept(vendor, false), refused(409, 'participation-closed'));
    for (const yes of [true, false]) await assert.rejects(accept(other, yes), refused(404, 'not-found'));
    for (const who of [other, null])
      await assert.rejects(server.as(who)(guestApi.invitation, { params }), refused(404, 'not-found'));
    const refusedBy = await invite(lead, id, 'vera.2@aurum.example');
    const declines = { params: await linkOf(id, refusedBy.id), body: { accept: false } };
    for (let times = 0; times < 2; times++)
      assert.deepEqual((await server.as(other)(guestApi.answer, declines)).state, 'declined');
    assert.equal((await server.as(other)(guestApi.invitation, declines)).case, null);
    await assert.rejects(server.as(vendor)(guestApi.answer, declines), refused(404, 'not-found'));
    const theirs = await server.as(vendor)(guestApi.room, { params: { id } });
    assert.deepEqual(
      theirs.messages.map(({ body, by }) => [body, by]),
      [['Which firmware is affected?', null]],
    );
    assert.deepEqual(await rows(vendor, id), {
      messages: 1,
      steps: 0,
      threads: 1,
      participants: 1,
      features: 0,
    });
    await assert.rejects(read(vendor, id), refused(409, 'case-as-guest'));
    await write(vendor, id, 'All below 4.35', thread.id);
    await assert.rejects(write(vendor, id, 'x'), refused(409, 'case-as-guest'));
    await assert.rejects(write(other, id, 'x', thread.id), refused(404, 'not-found'));
    await assert.rejects(write(member, id, 'x', thread.id), refused(404, 'not-found'));
    assert.ok(!JSON.stringify(await read(member, id)).includes('All below'));
    assert.ok(JSON.stringify(await read(first, id)).includes('All below'));
    // A membership of another organisation of the same person opens nothing.
    const elsewhere = { ...vendor, organisation: other.organisation };
    assert.equal((await rows(elsewhere, id)).messages, 0);
  });

  it('takes no word into a case or a thread from whom it is not open for, whoever writes SQL', async () => {
    const id = await room();
    const hers = await guestIn(id, vendor, true);
    const theirs = await guestIn(id, other);
    const put = (actor: Actor, author: 'member' | 'cert' | 'guest', thread: string | null) =>
      server.database.as(actor, (tx) =>
        sql`insert into case_message (case_id, thread_id, author, person_id, person_name, sealed)
          values (${id}, ${thread}, ${author}, ${actor.person}, ${actor.name}, decode(repeat('00', 40), 'hex'))`.execute(
          tx,
        ),
      );
    const stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
    const notOpen: [Actor, 'member' | 'cert' | 'guest', string | null][] = [
      [stranger, 'member', null],
      [stranger, 'member', hers.thread],
      [second, 'cert', null],
      [second, 'cert', hers.thread],
      // The owner reads along in one thread; nothing else makes him a guest of it, or shows him the other.
      [member, 'guest', hers.thread],
      [member, 'member', theirs.thread],
      [first, 'guest', theirs.thread],
      [vendor, 'guest', theirs.thread],
      [vendor, 'member', hers.thread],
    ];
    for (const [actor, author, thread] of notOpen)
      await assert.rejects(
        put(actor, author, thread),
        /row-level security/,
        `${actor.name} as ${author} in ${thread}`,
      );
    await put(member, 'member', null);
    await put(member, 'member', hers.thread);
    await put(first, 'cert', theirs.thread);
    await put(vendor, 'guest', hers.thread);
  });

  it('gives the program the key of a case once somebody is invited to it, and not before', async () => {
    const id = await room();
    const found = () =>
      server.database.as(founder, async (tx) => {
        const { rows: keys } = await sql`select from data_key where case_id = ${id}`.execute(tx);
        return keys.length;
      });
    assert.equal(await found(), 0);
    await server.as(lead)(caseApi.join, { params: { id } });
    await invite(lead, id, `${crypto.randomUUID()}@aurum.example`);
    assert.equal(await found(), 1);
  });

  it('answers a guest his part and whether something is new, whatever else of the case he asks for', async () => {
    const id = await room({ details: 'Canary 4711' });
    await write(member, id, 'Canary 4712');
    const { thread } = await guestIn(id, vendor);
    await write(first, id, 'For Aurum', thread);
    const { guests, cases, retention, breakGlass, casework, deadlines, investigations, findings } = apis;
    const asked = [guests, cases, retention, breakGlass, casework, deadlines, investigations, findings]
      .flatMap((api): AnyRoute[] => Object.values(api))
      .concat(Object.values(apis.caseConsents), Object.values(apis.audit))
      .filter(({ method, path }) => method === 'GET' && !/:(?!id)|export/.test(path));
    assert.ok(asked.length > 20);
    const answered: string[] = [];
    for (const route of asked) {
      const { status, body } = await server.send(vendor)('GET', urlOf(route, { params: { id } }), undefined);
      assert.ok(status < 500, route.path);
      const said = JSON.stringify(body);
      const secret = ['Canary', '203.0.113.77', 'Wasserwerk', 'Delta Motors', first.name, member.name].find(
        (one) => said.includes(one),
      );
      assert.equal(secret, undefined, `${route.path} says ${secret}`);
      if (status < 400 && route.path.startsWith('/api/cases/:id')) answered.push(route.path);
    }
    // Of the ledger, he is shown what he did himself.
    assert.deepEqual(
      answered.toSorted(),
      ['accesses', 'part', 'pulse'].map((one) => `/api/cases/:id/${one}`),
    );
  });

  it('keeps of guests, threads and what cases share nothing that can be read once it is purged', async () => {
    const id = await room();
    const { part, params } = await guestIn(id, vendor);
    const email = `${crypto.randomUUID()}@fenix.example`;
    const waiting = await invite(lead, id, email);
    const open = await linkOf(id, waiting.id);
    await until('he is mailed', () => mail.taken.some(({ to }) => to === email));
    const left = async () => {
      const { rows } = await server.owner.query<{ features: boolean; emails: number; mailed: number }>(
        `select exists (select from case_feature where case_id = $1) as features,
          (select count(email) from case_participant where case_id = $1) as emails,
          (select count(*) from delivery where recipient in (select id::text from case_participant where case_id = $1)) as mailed`,
        [id],
      );
      return rows[0];
    };
    assert.deepEqual(await left(), { features: true, emails: 2, mailed: 2 });

    await step(first, id, { to: 'rejected', reason: 'A drill' });
    const { purges } = await server.as(authoriser)(retentionApi.askPurge, {
      params: { id },
      body: { reason: 'A drill' },
    });
    await server.as(otherAuthoriser)(retentionApi.decidePurge, {
      params: { id, purge: purges[0]!.id },
      body: { to: 'approved' },
    });
    await server.as(administrator)(retentionApi.purge, { params: { id } });

    assert.deepEqual(await left(), { features: false, emails: 0, mailed: 0 });
    await assert.rejects(server.as(null)(guestApi.invitation, { params: open }), refused(410, 'purged'));
    const accept = (who: Actor, link: { token: string }) =>
      server.as(who)(guestApi.answer, { params: link, body: { accept: true } });
    await assert.rejects(accept(vendor, params), refused(410, 'purged'));
    await assert.rejects(accept(other, params), refused(404, 'not-found'));
    await assert.rejects(accept(other, open), refused(410, 'purged'));
    await assert.rejects(
      server.as(vendor)(guestApi.room, { params: { id } }),
      (error: Refusal) => error.status === 410,
    );
    const { items } = await server.as(vendor)(guestApi.mine, {});
    assert.ok(!items.some(({ id: one }) => one === part.id));
  });

  it('gives all that was said, 500 at a time: to the team, whoever reported, and a guest of one thread', async () => {
    const { id, follows } = await called();
    await step(first, id, { to: 'triaged' });
    const { thread } = await guestIn(id, vendor);
    await write(first, id, 'To the guest alone', thread);
    const said = await manyIn(id, 502);
    await write(first, id, 'To the guest, too', thread);
    const ids = ({ messages }: { messages: readonly { id: string }[] }) => messages.map((one) => one.id);
    const bodies = ({ messages }: { messages: readonly { body: string }[] }) =>
      messages.map(({ body }) => body);
    const page = (call: typeof follows, query: object) => call(caseApi.get, { params: { id }, query });

    const newest = await page(follows, {});
    assert.deepEqual(ids(newest), said.slice(2));
    const before = await page(follows, { before: newest.earlier! });
    assert.deepEqual([ids(before), before.earlier], [said.slice(0, 2), null]);
    const ours = await page(server.as(first), {});
    assert.equal(ids(ours)[0], said[3], 'the newest of all threads');
    const main = await page(server.as(first), { before: ours.earlier!, thread: id });
    assert.deepEqual([ids(main), main.earlier], [said.slice(0, 3), null]);
    const apart = await page(server.as(first), { before: ids(ours).at(-1)!, thread });
    assert.deepEqual(bodies(apart), ['To the guest alone']);

    const part = (query: object) => server.as(vendor)(guestApi.room, { params: { id }, query });
    const theirs = await part({});
    assert.deepEqual([bodies(theirs), theirs.earlier], [['To the guest alone', 'To the guest, too'], null]);
    assert.deepEqual(bodies(await part({ before: ids(theirs)[1]! })), ['To the guest alone']);
    // What is not his to read is before nothing.
    assert.deepEqual(bodies(await part({ before: said[9]! })), []);
    assert.deepEqual(bodies(await part({ before: ids(theirs)[1]!, thread: id })), []);
    // Facts may stand on what was said long ago.
    await server.as(first)(apis.investigations.addFact, {
      params: { id },
      body: { says: 'It was said first', evidence: [{ source: 'message', id: said[0]!, place: '' }] },
    });
  });

  it('closes to a guest the moment he leaves or is taken out, and keeps what he said', async () => {
    const id = await room();
    const { part, thread, params } = await guestIn(id, vendor, true);
    await write(vendor, id, 'We are looking into it', thread);
    assert.ok(
      (await read(member, id)).messages.some(({ from: who, by }) => who === 'guest' && by === vendor.name),
    );
    await server.as(vendor)(guestApi.leave, { params: { id } });
    await assert.rejects(write(vendor, id, 'x', thread), refused(404, 'not-found'));
    await assert.rejects(server.as(vendor)(guestApi.room, { params: { id } }), refused(404, 'not-found'));
    await assert.rejects(
      server.as(vendor)(guestApi.answer, { params, body: { accept: true } }),
      refused(404, 'not-found'),
    );
    assert.deepEqual(
      (await server.as(vendor)(caseApi.list, { query: {} })).items.filter((c) => c.id === id),
      [],
    );

    const again = await guestIn(id, vendor);
    const remove = (actor: Actor) =>
      server.as(actor)(guestApi.remove, {
        params: { id, participant: again.part.id },
        body: { reason: 'Not needed any more' },
      });
    await assert.rejects(remove(member), refused(404, 'not-found'));
    assert.equal((await remove(authoriser)).state, 'removed');
    await assert.rejects(write(vendor, id, 'x', again.thread), refused(404, 'not-found'));
    assert.equal((await rows(vendor, id)).messages, 0);
    const { guests, messages } = await read(first, id);
    assert.deepEqual(
      guests.map(({ id: one, state }) => [one, state]),
      [
        [part.id, 'left'],
        [again.part.id, 'removed'],
      ],
    );
    assert.ok(messages.some(({ body }) => body === 'We are looking into it'));
  });

  it('tells everybody in it, and nobody else, that something is new; and each what he has not read', async () => {
    const id = await room();
    const { thread } = await guestIn(id, vendor);
    const pulse = async (actor: Actor) => (await server.as(actor)(caseApi.pulse, { params: { id } })).pulse;
    const before = { member: await pulse(member), vendor: await pulse(vendor) };
    await write(first, id, 'To the owner');
    assert.notEqual(await pulse(member), before.member);
    assert.equal(await pulse(vendor), before.vendor, 'a guest learns nothing of what is not his');
    await write(first, id, 'To the vendor', thread);
    assert.notEqual(await pulse(vendor), before.vendor);
    await assert.rejects(pulse(second), refused(404, 'not-found'));

    const unread = async (actor: Actor) =>
      (await server.as(actor)(caseApi.list, { query: { limit: 200 } })).items.find((c) => c.id === id)!
        .unread;
    assert.equal(await unread(member), 1);
    assert.equal((await server.as(vendor)(guestApi.room, { params: { id } })).threads[0]!.unread, 1);
    const seen = (actor: Actor, more = {}) =>
      server.as(actor)(caseApi.seen, {
        params: { id },
        body: { until: new Date(Date.now() + 9e6).toISOString(), ...more },
      });
    await seen(member);
    await seen(vendor, { thread });
    assert.equal(await unread(member), 0);
    assert.equal((await server.as(vendor)(guestApi.room, { params: { id } })).threads[0]!.unread, 0);
    await assert.rejects(seen(vendor), refused(404, 'not-found'));
    await assert.rejects(seen(other, { thread }), refused(404, 'not-found'));
    await write(first, id, 'Another one');
    assert.equal(await unread(member), 1, 'a mark is never in the future');
    assert.ok(apis.guests);
  });
});
