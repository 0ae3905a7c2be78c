import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  type CaseConsent,
  caseApi,
  caseConsentApi,
  type CheckName,
  type ConsentItemKind,
  investigationApi,
  releaseApi,
  retentionApi,
} from '@busbar/contract';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { Mortal } from '../../testing/mortal.ts';
import { closeCase, fallDue } from '../../testing/purge.ts';
import { meanwhile } from '../../testing/meanwhile.ts';
import { refused } from '../../testing/refused.ts';
import { type ReleaseGate, releaseGate } from '../../testing/release-gate.ts';
import { until } from '../../testing/until.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const indicators = ['203.0.113.7', 'update.example', 'sha256 of s7otbxdx.dll', 'the user svc_maint'];

describe('what of a case may leave', { timeout: 240_000 }, () => {
  let server: TestServer;
  let gate: ReleaseGate;
  let analyst: Actor;
  let colleague: Actor;
  let authoriser: Actor;
  let operator: Actor;
  let stranger: Actor;
  let incident: string;

  before(async () => {
    server = await startTestServer({ trustProxy: true });
    gate = await releaseGate(server);
    analyst = gate.author;
    colleague = await gate.cert.person('ANA');
    const delta = await server.organisation('Delta Motors', 'operator');
    [authoriser, operator] = [await delta.person('MAD'), await delta.person('MEM')];
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    incident = await reported(authoriser);
  });
  after(() => server.close());

  it('is asked for item by item; who is concerned reads it, and nobody else', async () => {
    const { id, state, items } = await ask(incident, { purpose: 'To warn others of the same attack' });
    assert.deepEqual([state, items.map(({ says }) => says)], ['requested', indicators.toSorted()]);
    for (const actor of [authoriser, operator, analyst])
      assert.equal((await read(actor, id)).purpose, 'To warn others of the same attack');
    assert.deepEqual(
      [
        (await read(authoriser, id)).mayAnswer,
        (await read(operator, id)).mayAnswer,
        (await read(analyst, id)).mayAnswer,
      ],
      [true, false, false],
    );
    for (const actor of [stranger, colleague, gate.lead]) {
      await assert.rejects(read(actor, id), refused(404, 'not-found'));
      await assert.rejects(
        server.as(actor)(caseConsentApi.ofCase, { params: { id: incident } }),
        actor === gate.lead ? refused(409, 'case-not-joined') : refused(404, 'not-found'),
      );
    }
    assert.equal((await listed(authoriser, 'same attack')).length, 1);
    assert.equal((await listed(authoriser, 'svc_maint')).length, 1);
    assert.equal((await listed(authoriser, 'nothing like it')).length, 0);
    assert.equal((await listed(stranger)).length, 0);
    const { rows } = await server.owner.query(
      `select (consent.*)::text || (select string_agg(i::text, '') from consent_item i) as kept from consent`,
    );
    for (const secret of ['same attack', ...indicators])
      assert.ok(!rows.some(({ kept }) => kept.includes(secret)));
  });

  it('is granted for three of four, narrowed later, and never becomes more than it was', async () => {
    const { id, items } = await ask(incident);
    const three = items.slice(0, 3).map(({ part }) => part);
    const granted = await answer(authoriser, id, { to: 'granted', parts: three, reason: 'Not our account' });
    assert.equal(granted.state, 'narrowed');
    assert.deepEqual(states(granted), ['granted', 'granted', 'granted', 'refused']);
    assert.equal(granted.steps.at(-1)!.reason, 'Not our account');
    for (const wider of [{ audience: 'public', label: 'CLEAR' }, { attribution: 'named' }] as const)
      await assert.rejects(
        answer(authoriser, id, { to: 'narrowed', parts: three, ...wider }),
        refused(400, 'consent-wider'),
      );
    await assert.rejects(
      answer(authoriser, id, { to: 'narrowed', parts: three }),
      refused(400, 'not-narrower'),
    );
    const narrowed = await answer(authoriser, id, {
      to: 'narrowed',
      parts: three.slice(0, 1),
      audience: 'orgs',
    });
    assert.deepEqual(states(narrowed), ['granted', 'withdrawn', 'withdrawn', 'refused']);
    for (const wider of [
      sql`update consent set parts = parts || array['lesson'] where id = ${id}`,
      sql`update consent set audience = 'members' where id = ${id}`,
      sql`update consent set label = 'CLEAR' where id = ${id}`,
      sql`update consent set attribution = 'named' where id = ${id}`,
      sql`update consent set until = until + interval '1 hour' where id = ${id}`,
      sql`update consent set state = 'requested' where id = ${id}`,
    ])
      await assert.rejects(
        server.database.as(authoriser, (tx) => wider.execute(tx)),
        /not open for this/,
      );
    await assert.rejects(answer(authoriser, id, { to: 'refused' }), refused(409, 'consent-closed'));
  });

  it('is granted item by item: none named is none granted, and none is never read as all', async () => {
    const { id, items } = await ask(incident);
    const parts = items.map(({ part }) => part);
    for (const to of ['granted', 'narrowed'])
      await assert.rejects(
        server.as(authoriser)(caseConsentApi.answer, { params: { id }, body: { to } as never }),
        refused(400, 'not-understood'),
      );
    for (const none of [[], ['lesson']])
      await assert.rejects(
        answer(authoriser, id, { to: 'granted', parts: none }),
        refused(400, 'no-item-left'),
      );
    assert.equal((await read(authoriser, id)).state, 'requested');
    await answer(authoriser, id, { to: 'granted', parts });
    await assert.rejects(
      answer(authoriser, id, { to: 'narrowed', parts: [], days: 1 }),
      refused(400, 'no-item-left'),
    );
    assert.deepEqual(states(await read(authoriser, id)), Array(4).fill('granted'));
  });

  it('is answered by nobody but the authoriser; the CERT may only give back', async () => {
    const { id, items } = await ask(incident);
    const granted = { to: 'granted', parts: items.map(({ part }) => part) };
    await assert.rejects(answer(operator, id, granted), refused(403, 'role-not-allowed'));
    await assert.rejects(answer(stranger, id, granted), refused(404, 'not-found'));
    for (const actor of [analyst, gate.lead, colleague])
      await assert.rejects(
        server.database.as(actor, (tx) =>
          sql`update consent set state = 'granted' where id = ${id}`.execute(tx),
        ),
        /not open for this/,
      );
    const forged = server.database.as(operator, (tx) =>
      sql`update consent set state = 'granted' where id = ${id} returning id`.execute(tx),
    );
    assert.equal((await forged).rows.length, 0);
    await server.as(analyst)(caseConsentApi.takeBack, { params: { id } });
    assert.equal((await read(authoriser, id)).state, 'withdrawn');
    await assert.rejects(answer(authoriser, id, granted), refused(409, 'consent-closed'));
  });

  it('of a report without an account is answered by whoever holds its words, until a member has it', async () => {
    const { reference, words } = await server.as(null, { 'x-forwarded-for': '10.9.9.9' })(caseApi.report, {
      body: { danger: 'no', control: 'yes', sees: 'The HMI is blank' } as never,
    });
    const { case: id, token } = await server.as(null)(caseApi.open, {
      body: { reference, words: words.join(' ') },
    });
    const holder = server.as(null, { cookie: `busbar.receipt=${token}` });
    const { id: consent, items } = await ask(id);
    const parts = items.map(({ part }) => part);
    const [asked] = (await holder(caseConsentApi.list, { query: {} })).items;
    assert.deepEqual([asked!.id, asked!.mayAnswer, asked!.requestedBy], [consent, true, '']);
    const given = await holder(caseConsentApi.answer, {
      params: { id: consent },
      body: { to: 'granted', parts, attribution: 'anonymous' },
    });
    assert.deepEqual([given.state, given.steps.at(-1)!.by], ['granted', '']);
    const all = await holder(caseConsentApi.ofCase, { params: { id } });
    assert.deepEqual(
      [all.items.map((one) => one.id), all.left, all.kept, all.mayAsk],
      [[consent], [], ['indicators'], false],
    );
    const { current, mayWrite } = await holder(investigationApi.report, { params: { id } });
    assert.deepEqual([current, mayWrite], [null, false]);
    const { rows } = await server.owner.query(
      `select person_id, person from consent_step where consent_id = $1 and state = 'granted'`,
      [consent],
    );
    assert.deepEqual(rows, [{ person_id: null, person: '' }]);
    await assert.rejects(
      holder(caseConsentApi.answer, {
        params: { id: (await ask(incident)).id },
        body: { to: 'granted', parts },
      }),
      refused(404, 'not-found'),
    );

    await server.as(operator)(caseApi.claim, { body: { reference, words: words.join(' ') } });
    await assert.rejects(
      holder(caseConsentApi.answer, { params: { id: consent }, body: { to: 'withdrawn' } }),
      refused(404, 'not-found'),
    );
    assert.equal((await answer(authoriser, consent, { to: 'withdrawn' })).state, 'withdrawn');
  });

  it('leaves only as far, as marked, and as long as it was given', async () => {
    const { subject, id: release } = await gate.proposed({ label: 'GREEN', scope: 'members', files: [] });
    const { id, items } = await ask(incident, { audience: 'members', label: 'GREEN', days: 5 });
    const parts = items.map(({ part }) => part);
    assert.equal(await outcome(release), 'passed');
    await use(subject.id, parts.slice(0, 2));
    assert.equal(await outcome(release), 'blocked');
    await answer(authoriser, id, { to: 'granted', parts: items.map(({ part }) => part) });
    assert.equal(await outcome(release), 'passed');

    const wide = await gate.proposed({ label: 'GREEN', scope: 'partners', files: [] });
    await use(wide.subject.id, parts.slice(0, 1));
    assert.equal(await outcome(wide.id), 'blocked', 'farther than the audience it was given for');
    const open = await gate.proposed({ label: 'CLEAR', scope: 'members', files: [] });
    await use(open.subject.id, parts.slice(0, 1));
    assert.equal(await outcome(open.id), 'blocked', 'under a more open label');
    await gate.approved(release, new Date(Date.now() + 3 * 86_400_000));
    await server.as(gate.lead)(releaseApi.hold, { params: { id: release }, body: { reason: 'Later' } });
    const { snapshot } = await server.as(gate.lead)(releaseApi.get, { params: { id: release } });
    await assert.rejects(
      server.as(gate.lead)(releaseApi.approve, {
        params: { id: release },
        body: { snapshot, sendAt: new Date(Date.now() + 6 * 86_400_000).toISOString() },
      }),
      refused(409, 'release-check-open'),
    );
    await assert.rejects(use(subject.id, ['name']), refused(400, 'item-not-asked'));
    await use(subject.id, []);
    await answer(authoriser, id, { to: 'withdrawn' });
    assert.equal(await outcome(release), 'passed', 'what is in it no more stops nothing');
  });

  it('is stopped in the moment in which consent is withdrawn, proposed or approved', async () => {
    const { subject, id: release } = await gate.proposed({ files: [] });
    const { id, items } = await ask(incident, { audience: 'public', label: 'CLEAR' });
    await answer(authoriser, id, { to: 'granted', parts: items.map(({ part }) => part) });
    await use(subject.id, [items[0]!.part]);
    await answer(authoriser, id, { to: 'narrowed', parts: items.slice(1).map(({ part }) => part) });
    assert.deepEqual([await stateOf(release), await outcome(release)], ['blocked', 'blocked']);

    const second = await gate.proposed({ files: [] });
    await use(second.subject.id, [items[1]!.part]);
    await gate.approved(second.id, new Date(Date.now() + 86_400_000));
    assert.equal(await stateOf(second.id), 'scheduled');
    await answer(authoriser, id, { to: 'withdrawn' });
    assert.equal(await stateOf(second.id), 'blocked');
    const { rows } = await server.owner.query(
      `select count(*)::int as lines from audit_event where action = 'release blocked' and object_id = $1`,
      [second.id],
    );
    assert.equal(rows[0].lines, 1);
  });

  it('holds no indicator that the limit of its case keeps back, whatever was granted', async () => {
    const other = await reported(authoriser);
    const { subject, id: release } = await gate.proposed({ files: [] });
    const { items } = await granted(other, [{ kind: 'indicator', says: '203.0.113.9' }]);
    await use(subject.id, [items[0]!.part], other);
    await gate.approved(release, new Date(Date.now() + 86_400_000));
    assert.equal(await stateOf(release), 'scheduled');
    const allow = (limit: 'analyse' | 'shareIndicators') =>
      server.as(operator)(caseApi.allow, { params: { id: other }, body: { limit } });
    await allow('analyse');
    assert.deepEqual([await stateOf(release), await codes(release)], ['blocked', ['bound-indicators']]);
    const { kept } = await server.as(authoriser)(caseConsentApi.ofCase, { params: { id: other } });
    assert.deepEqual(kept, ['indicators'], 'and who granted it is told so');
    await pastTheChecks(release, 'indicators');
    await allow('shareIndicators');
    assert.deepEqual([await stateOf(release), await outcome(release)], ['proposed', 'passed']);
  });

  it('holds nothing of a case whose label was narrowed, until whoever it is from puts it back', async () => {
    const other = await reported(authoriser);
    const { subject, id: release } = await gate.proposed({ files: [] });
    const { items } = await granted(other, [{ kind: 'lesson', says: 'Remote access was left open' }]);
    await use(subject.id, [items[0]!.part], other);
    await gate.approved(release, new Date(Date.now() + 86_400_000));
    const label = (actor: Actor, to: 'RED' | 'AMBER+STRICT') =>
      server.as(actor)(caseApi.label, { params: { id: other }, body: { label: to } });
    await label(analyst, 'RED');
    assert.deepEqual([await stateOf(release), await codes(release)], ['blocked', ['bound-label']]);
    const { kept } = await server.as(authoriser)(caseConsentApi.ofCase, { params: { id: other } });
    assert.ok(kept.includes('label'));
    await pastTheChecks(release, 'label');
    const { mayLabel, messages } = await server.as(analyst)(caseApi.get, { params: { id: other } });
    assert.deepEqual(mayLabel, []);
    assert.match(messages.at(-1)!.body, /TLP:RED/);
    await assert.rejects(label(analyst, 'AMBER+STRICT'), refused(403, 'label-not-yours'));
    for (const [actor, to] of [
      [analyst, 'AMBER+STRICT'],
      [operator, 'GREEN'],
    ] as const)
      await assert.rejects(
        server.database.as(actor, (tx) =>
          sql`update "case" set label = ${to}::tlp where id = ${other}`.execute(tx),
        ),
        /widened by whoever it is from/,
      );
    await label(operator, 'AMBER+STRICT');
    assert.deepEqual([await stateOf(release), await outcome(release)], ['proposed', 'passed']);
  });

  it('holds no lesson and no name against what was answered when its case was closed', async () => {
    const other = await reported(authoriser);
    const { items } = await granted(other, [
      { kind: 'lesson', says: 'Remote access was left open' },
      { kind: 'name', says: 'That it was Delta Motors' },
      { kind: 'indicator', says: '203.0.113.10' },
    ]);
    const part = (kind: ConsentItemKind) => items.find((item) => item.kind === kind)!.part;
    await closeCase(server, analyst, other);
    const closing = (lesson: boolean, name: boolean) =>
      server.as(authoriser)(retentionApi.answer, { params: { id: other }, body: { lesson, name } });
    await closing(true, true);
    const lesson = await gate.proposed({ kind: 'lesson', files: [] });
    const name = await gate.proposed({ files: [] });
    await use(lesson.subject.id, [part('indicator')], other);
    await use(name.subject.id, [part('name')], other);
    assert.deepEqual([await outcome(lesson.id), await outcome(name.id)], ['passed', 'passed']);
    await closing(false, false);
    assert.deepEqual(
      [await codes(lesson.id), await codes(name.id)],
      [['bound-lesson'], ['bound-name']],
      'a lesson holds nothing of it at all',
    );
    await pastTheChecks(lesson.id, 'lesson');
    await pastTheChecks(name.id, 'name');
    for (const kind of ['lesson', 'name'] as const)
      await assert.rejects(
        use(name.subject.id, [part(kind)], other),
        refused(409, `bound-${kind}`),
        'said at once to whoever puts it in',
      );
    // An answer that comes while somebody is just putting in the first item holds, too.
    const fresh = await reported(authoriser);
    await closeCase(server, analyst, fresh);
    const answered = await meanwhile(
      server,
      analyst,
      (tx) =>
        sql`insert into consent_use (subject_kind, subject_id, case_id, part, owner_id, name)
          values ('publication', gen_random_uuid(), ${fresh}, 'lesson', ${analyst.organisation}, 'x')`.execute(
          tx,
        ),
      () =>
        server.as(authoriser)(retentionApi.answer, {
          params: { id: fresh },
          body: { lesson: false, name: false },
        }),
    );
    assert.equal(answered.status, 'fulfilled');
    const { rows: bounds } = await server.owner.query(
      'select lesson, named from case_bounds where case_id = $1',
      [fresh],
    );
    assert.deepEqual(bounds, [{ lesson: false, named: false }]);
    // Nobody writes what a case lets out but the case itself.
    await server.database.as(analyst, (tx) =>
      sql`update case_bounds set case_id = case_id where case_id = ${other}`.execute(tx),
    );
    await assert.rejects(
      server.database.as(analyst, (tx) =>
        sql`update case_bounds set lesson = true where case_id = ${other}`.execute(tx),
      ),
      /permission denied/,
    );
    assert.deepEqual(await codes(name.id), ['bound-name']);
  });

  it('is withdrawn once when two do it at once, and a release that is proposed at that moment is stopped', async () => {
    const { subject } = await gate.proposed({ files: [] });
    const { id, items } = await ask(incident, { audience: 'public', label: 'CLEAR' });
    await answer(authoriser, id, { to: 'granted', parts: items.map(({ part }) => part) });
    await use(subject.id, [items[0]!.part]);
    const withdraw = () => answer(authoriser, id, { to: 'withdrawn' });
    const [one, other, release] = await Promise.allSettled([withdraw(), withdraw(), gate.propose(subject)]);
    const lost = [one, other].filter((result) => result.status === 'rejected');
    assert.equal(lost.length, 1);
    assert.throws(
      () => {
        throw lost[0]!.reason;
      },
      refused(409, 'consent-closed'),
    );
    const { steps } = await read(authoriser, id);
    assert.deepEqual(
      steps.map(({ state }) => state),
      ['requested', 'granted', 'withdrawn'],
    );
    assert.equal(release.status, 'fulfilled');
    assert.equal(await outcome((release as PromiseFulfilledResult<string>).value), 'blocked');
  });

  it('stays stopped when the program is killed with -9 right after; what already left is listed', async () => {
    const other = await reported(authoriser);
    const profile = { kind: 'profile', id: gate.author.organisation! } as const;
    const granted = async () => {
      const { id, items } = await ask(other, { audience: 'public', label: 'CLEAR' });
      await answer(authoriser, id, { to: 'granted', parts: items.map(({ part }) => part) });
      await server.as(analyst)(caseConsentApi.use, {
        params: { id: other },
        body: { subject: profile, parts: items.map(({ part }) => part) },
      });
      return id;
    };
    const whereabouts = async (release: string) => {
      const { rows } = await server.owner.query(
        `select (select state from release where id = $1) as state,
          (select count(*)::int from published where release_id = $1) as published,
          (select count(*)::int from consent_left where release_id = $1) as listed`,
        [release],
      );
      return rows[0];
    };

    const consent = await granted();
    const stopped = await gate.propose(profile);
    await gate.approved(stopped);
    // Nobody works here: one program takes the withdrawal and dies of it, another is to send.
    const asked = new Mortal(server, authoriser, { work: false });
    const worker = new Mortal(server);
    try {
      await asked.live();
      await asked.call(caseConsentApi.answer, { params: { id: consent }, body: { to: 'withdrawn' } });
      await asked.die();
      assert.equal((await read(authoriser, consent)).state, 'withdrawn');
      await worker.live();
      await worker.die();
      await granted();
      const sent = await gate.propose(profile);
      await gate.approved(sent);
      await worker.live();
      await gate.sent(sent);
      assert.deepEqual(await whereabouts(stopped), { state: 'withdrawn', published: 0, listed: 0 });
      assert.deepEqual(await whereabouts(sent), { state: 'sent', published: 1, listed: 4 });

      // At the same moment: it left and is listed, or it did not leave.
      await worker.die();
      const last = await granted();
      const racing = await gate.propose(profile);
      await gate.approved(racing);
      await Promise.all([worker.live(), answer(authoriser, last, { to: 'withdrawn' })]);
      await worker.die();
      await worker.live();
      await until('it is settled', async () => ['sent', 'blocked'].includes(await stateOf(racing)));
      const { state, published, listed } = await whereabouts(racing);
      assert.deepEqual([published, listed], state === 'sent' ? [1, 4] : [0, 0]);
    } finally {
      await Promise.all([asked.die(), worker.die()]);
    }
    const seen = await server.as(authoriser)(caseConsentApi.ofCase, { params: { id: other } });
    const first = seen.left.at(-1)!;
    assert.deepEqual(
      [first.ref, first.parts.length, first.audience, first.recalledAt],
      ['rfc2350', 4, 'public', null],
    );
    assert.ok(seen.uses.every(({ title }) => title === null));
    const { rows } = await server.owner.query(`select release_id from published where current`);
    await server.as(gate.lead)(releaseApi.recall, {
      params: { id: rows[0].release_id },
      body: { reason: 'Asked to' },
    });
    const recalled = await server.as(authoriser)(caseConsentApi.ofCase, { params: { id: other } });
    assert.ok(recalled.left.find(({ release }) => release === rows[0].release_id)!.recalledAt);
  });

  it('of a case that was destroyed nothing leaves any more', async () => {
    const other = await reported(authoriser);
    const { id, items } = await ask(other, { audience: 'public', label: 'CLEAR' });
    await answer(authoriser, id, { to: 'granted', parts: items.map(({ part }) => part) });
    const lent = async (subject: { kind: 'profile'; id: string }) =>
      server.as(analyst)(caseConsentApi.use, {
        params: { id: other },
        body: { subject, parts: items.map(({ part }) => part) },
      });
    const { subject, id: waiting } = await gate.proposed({ files: [] });
    await lent({ kind: subject.kind, id: subject.id } as never);
    await gate.approved(waiting, new Date(Date.now() + 3_600_000));
    assert.equal(await outcome(waiting), 'passed');

    await closeCase(server, analyst, other);
    await fallDue(server, other);
    await server.house.retention.tick();
    assert.deepEqual([await outcome(waiting), await stateOf(waiting)], ['blocked', 'blocked']);
    await assert.rejects(answer(authoriser, id, { to: 'withdrawn' }), (error) => error instanceof Error);

    const { snapshot } = await server.as(gate.lead)(releaseApi.get, { params: { id: waiting } });
    await assert.rejects(
      server.as(gate.lead)(releaseApi.approve, { params: { id: waiting }, body: { snapshot, sendAt: null } }),
      refused(409, 'release-moved-on'),
    );
  });

  /** A case of this member, taken by the analyst. */
  async function reported(member: Actor): Promise<string> {
    const { reference } = await server.as(member)(caseApi.report, {
      body: {
        danger: 'no',
        control: 'partly',
        sees: 'Line 3 stopped',
        naming: 'member',
        limit: 'shareIndicators',
      } as never,
    });
    const { items } = await server.as(analyst)(caseApi.list, { query: { search: reference } });
    const { id } = items[0]!;
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } as never });
    return id;
  }

  const ask = (
    id: string,
    {
      purpose = 'To warn others',
      audience = 'members',
      label = 'GREEN',
      days = 30,
    }: { purpose?: string; audience?: 'members' | 'public'; label?: 'GREEN' | 'CLEAR'; days?: number } = {},
  ) =>
    server.as(analyst)(caseConsentApi.ask, {
      params: { id },
      body: {
        purpose,
        items: indicators.map((says) => ({ kind: 'indicator' as ConsentItemKind & 'indicator', says })),
        audience,
        label,
        attribution: 'anonymous',
        days,
      },
    });
  const answer = (actor: Actor, id: string, body: object): Promise<CaseConsent> =>
    server.as(actor)(caseConsentApi.answer, { params: { id }, body: body as never });
  const read = (actor: Actor, id: string) => server.as(actor)(caseConsentApi.get, { params: { id } });
  const listed = async (actor: Actor, search?: string) =>
    (await server.as(actor)(caseConsentApi.list, { query: search ? { search } : {} })).items;
  /** All of what is asked for, given by its authoriser as far as anything goes. */
  async function granted(
    id: string,
    items: { kind: 'indicator' | 'lesson' | 'name'; says: string }[],
  ): Promise<CaseConsent> {
    const asked = await server.as(analyst)(caseConsentApi.ask, {
      params: { id },
      body: {
        purpose: 'To tell others',
        items,
        audience: 'public',
        label: 'CLEAR',
        attribution: 'named',
        days: 30,
      },
    });
    return answer(authoriser, asked.id, { to: 'granted', parts: asked.items.map(({ part }) => part) });
  }

  /** A program that forgot to ask, and says that everything passed: the database does not let it approve. */
  async function pastTheChecks(release: string, why: string): Promise<void> {
    await server.owner.query(`update release set state = 'proposed' where id = $1`, [release]);
    await server.owner.query(`update release_check set outcome = 'passed' where release_id = $1`, [release]);
    const { snapshot, people } = await server.as(gate.lead)(releaseApi.get, { params: { id: release } });
    if (!people.reviewer)
      await server.as(gate.reviewer)(releaseApi.review, {
        params: { id: release },
        body: { snapshot, couldHarm: false, reason: 'It helps', answers: {} },
      });
    await assert.rejects(
      server.database.as(gate.lead, (tx) =>
        sql`insert into release_approval (release_id, owner_id, snapshot, authors, proposer_id, reviewer_id, approver_id)
          select id, owner_id, snapshot, authors, proposer_id, ${gate.reviewer.person}, ${gate.lead.person}
          from release where id = ${release}`.execute(tx),
      ),
      (error: { message: string; detail?: string }) =>
        /release-beyond-consent/.test(error.message) && error.detail === why,
    );
    await server.as(gate.author)(releaseApi.check, { params: { id: release } });
  }

  const codes = async (id: string) =>
    (await server.as(gate.lead)(releaseApi.get, { params: { id } })).checks
      .find(({ name }) => name === 'consents')!
      .findings.map(({ told }) => told.code);
  const use = (subject: string, parts: string[], of = incident) =>
    server.as(analyst)(caseConsentApi.use, {
      params: { id: of },
      body: { subject: { kind: 'publication', id: subject }, parts },
    });
  const states = ({ items }: CaseConsent) => items.map(({ state }) => state);
  const stateOf = async (id: string) =>
    (await server.as(gate.lead)(releaseApi.get, { params: { id } })).state;
  const outcome = async (id: string, check: CheckName = 'consents') =>
    (await server.as(gate.lead)(releaseApi.get, { params: { id } })).checks.find(
      ({ name }) => name === check,
    )!.outcome;
});
