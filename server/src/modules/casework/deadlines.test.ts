import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import {
  type Authority,
  caseApi,
  caseworkApi,
  deadlineApi,
  type IncidentReport,
  signingKeyApi,
} from '@busbar/contract';
import * as openpgp from 'openpgp';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import { MailServer, partsOf, textOf } from '../../testing/mail-server.ts';
import { closeCase, fallDue } from '../../testing/purge.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const hour = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hour).toISOString();

describe('the deadlines of a case', { timeout: 180_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let pair: { publicKey: string; privateKey: string };
  let analyst: Actor;
  let lead: Actor;
  let administrator: Actor;
  let mad: Actor;
  let member: Actor;
  let stranger: Actor;
  let ministry: Actor;
  let ministryId: string;
  let reads: Authority;
  let mails: Authority;

  before(async () => {
    mail = await new MailServer().open();
    server = await startTestServer({ work: true, mail: mail.settings });
    const cert = await server.organisation('CERT', 'cert');
    await server.owner.query(`insert into setting values ('cert', $1)`, [
      JSON.stringify({
        name: 'CERT of Tests',
        shortName: 'TCERT',
        country: 'DE',
        phone: '+49 30 555 0110',
        email: 'cert@cert.example',
        url: 'https://cert.example',
      }),
    ]);
    const delta = await server.organisation('Delta Motors', 'operator');
    const government = await server.organisation('Ministry', 'government');
    ministryId = government.id;
    [analyst, lead, administrator] = [
      await cert.person('ANA'),
      await cert.person('LEAD'),
      await cert.person('ADM'),
    ];
    [mad, member] = [await delta.person('MAD'), await delta.person('MEM')];
    stranger = await (await server.organisation('Nordwasser', 'operator')).person('MAD');
    ministry = await government.person('GOV');
    await server.as(administrator)(signingKeyApi.create, { body: { years: 2 } });
    pair = await openpgp.generateKey({
      type: 'ecc',
      userIDs: [{ email: 'office@authority.example' }],
      format: 'armored',
    });
    reads = await authority({ name: 'Ministry', organisation: ministryId });
    mails = await authority({ name: 'Office', mail: 'office@authority.example', publicKey: pair.publicKey });
  });
  after(async () => {
    await server.close();
    await mail.close();
  });

  const authority = (body: object) =>
    server.as(administrator)(deadlineApi.addAuthority, { body: { laws: ['eu-nis2'], ...body } as never });

  /** A case of Delta Motors that the analyst has taken, and of which it knew so many hours ago. */
  async function incident(awareAt = ago(1)): Promise<string> {
    const { reference } = await server.as(member)(caseApi.report, {
      body: {
        danger: 'no',
        control: 'partly',
        naming: 'member',
        sees: 'Two pumps stand still',
        place: 'Hall 3',
        awareAt,
      } as unknown as IncidentReport,
    });
    const { items } = await server.as(member)(caseApi.list, { query: { search: reference } });
    const { id } = items[0]!;
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
    return id;
  }
  const list = (actor: Actor, id: string, query: object = {}) =>
    server.as(actor)(deadlineApi.list, { params: { id }, query });
  const start = (actor: Actor, id: string, body: object = {}) =>
    server.as(actor)(deadlineApi.start, { params: { id }, body: { law: 'eu-nis2', ...body } as never });
  const stageIn = async (id: string, stage: string) =>
    (await list(member, id)).deadlines.find((one) => one.stage === stage)!;
  const draft = async (actor: Actor, id: string, clock: string, stage: string, language = 'en') => {
    const made = await server.as(actor)(deadlineApi.draft, {
      params: { id },
      body: { clock, stage, language } as never,
    });
    return server.as(actor)(deadlineApi.notice, { params: { id, notice: made.id } });
  };
  const write = (actor: Actor, id: string, notice: { id: string; revision: number }, values: object) =>
    server.as(actor)(deadlineApi.write, {
      params: { id, notice: notice.id },
      body: { revision: notice.revision, values } as never,
    });
  const send = (actor: Actor, id: string, notice: { id: string; revision: number }, body: object) =>
    server.as(actor)(deadlineApi.send, {
      params: { id, notice: notice.id },
      body: { revision: notice.revision, ...body } as never,
    });
  const filled = async (actor: Actor, id: string, clock: string, stage: string) => {
    const notice = await draft(actor, id, clock, stage);
    const values = Object.fromEntries(
      notice.fields.map((field) => [field.id, field.value || (field.options?.[0]?.id ?? 'as far as known')]),
    );
    return write(actor, id, notice, values);
  };

  it('run from when the member became aware, as the law counts, and wait for what has not happened', async () => {
    const id = await incident('2026-03-03T02:10:00Z');
    const clock = await start(analyst, id, { zone: 'Europe/Berlin' });
    await assert.rejects(start(member, id), refused(409, 'clock-runs'));
    await assert.rejects(start(member, id, { law: 'none' }), refused(404, 'not-found'));
    await assert.rejects(
      start(member, id, { law: 'de-bsig', zone: 'Mars/Base' }),
      refused(400, 'zone-unknown'),
    );
    await start(member, id, { law: 'eu-cra-vulnerability' });
    const { deadlines, clocks, case: head } = await list(member, id);
    assert.deepEqual([head.owner, head.isMembers], ['Delta Motors', true]);
    assert.deepEqual(
      deadlines
        .filter((one) => one.clock === clock.id)
        .map(({ stage, dueAt, lastDay, state, assumed }) => [stage, dueAt, lastDay, state, assumed]),
      [
        ['early-warning', '2026-03-04T03:00:00.000Z', null, 'late', false],
        ['notification', '2026-03-06T03:00:00.000Z', null, 'late', false],
        ['final-report', '2026-04-06T22:00:00.000Z', '2026-04-06', 'late', true],
      ],
    );
    const waiting = deadlines.find(
      ({ law, stage }) => law === 'eu-cra-vulnerability' && stage === 'final-report',
    )!;
    assert.deepEqual([waiting.state, waiting.dueAt, waiting.from], ['waiting', null, 'remedyAvailable']);
    const cra = clocks.find(({ law }) => law === 'eu-cra-vulnerability')!;
    await server.as(member)(deadlineApi.event, {
      params: { id, clock: cra.id },
      body: { event: 'remedyAvailable', at: '2026-03-10T10:00:00Z' },
    });
    await assert.rejects(
      server.as(member)(deadlineApi.event, {
        params: { id, clock: cra.id },
        body: { event: 'handled', at: new Date(Date.now() + hour).toISOString() },
      }),
      refused(400, 'in-the-future'),
    );
    const due = (await list(member, id)).deadlines.find(
      ({ law, stage }) => law === 'eu-cra-vulnerability' && stage === 'final-report',
    )!;
    assert.equal(due.lastDay, '2026-03-24');
    assert.equal((await list(member, id, { search: 'article 14(2)(c)' })).deadlines.length, 1);
    await server.as(analyst)(deadlineApi.stop, {
      params: { id, clock: cra.id },
      body: { reason: 'It makes no products' },
    });
    const stopped = await list(member, id);
    assert.equal(stopped.clocks.find((one) => one.id === cra.id)!.stopReason, 'It makes no products');
    assert.ok(stopped.deadlines.every(({ clock: of, state }) => of !== cra.id || state === 'stopped'));
    const dueOf = ({ deadlines }: typeof stopped) =>
      deadlines.filter(({ clock: of }) => of === cra.id).map(({ stage, dueAt }) => [stage, dueAt]);
    const resume = () => server.as(analyst)(deadlineApi.resume, { params: { id, clock: cra.id } });
    await resume();
    const resumed = await list(member, id);
    assert.deepEqual(dueOf(resumed), dueOf(stopped), 'due when it was due before');
    assert.ok(resumed.deadlines.every(({ clock: of, state }) => of !== cra.id || state !== 'stopped'));
    await assert.rejects(resume(), refused(409, 'clock-runs'));
    await server.as(analyst)(deadlineApi.stop, {
      params: { id, clock: cra.id },
      body: { reason: 'It makes no products' },
    });
  });

  it('run once for each law, also when two of them are resumed at once', async () => {
    const id = await incident();
    const clocks: string[] = [];
    for (let n = 0; n < 2; n++) {
      const clock = await start(analyst, id);
      clocks.push(clock.id);
      await server.as(analyst)(deadlineApi.stop, {
        params: { id, clock: clock.id },
        body: { reason: 'Not yet' },
      });
    }
    const answers = await Promise.allSettled(
      clocks.map((clock) => server.as(analyst)(deadlineApi.resume, { params: { id, clock } })),
    );
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    for (const answer of answers) if (answer.status === 'rejected') refused(409, 'clock-runs')(answer.reason);
  });

  it('keep the file by which they were counted', async () => {
    const id = await incident();
    await start(member, id);
    const { items } = await server.as(member)(deadlineApi.laws);
    const law = items.find((one) => one.id === 'eu-nis2')!;
    const [clock] = (await list(member, id)).clocks;
    assert.deepEqual([clock!.version, clock!.sha256], [law.version, law.sha256]);
  });

  it('end with the notice that the authoriser read and sent, and the next one runs from it', async () => {
    const id = await incident();
    const clock = await start(analyst, id);
    const notice = await draft(analyst, id, clock.id, 'early-warning', 'ru');
    const prefilled = Object.fromEntries(notice.fields.map((field) => [field.id, field.value]));
    assert.equal(prefilled['organisation'], 'Delta Motors');
    assert.equal(prefilled['description'], 'Two pumps stand still');
    assert.match(prefilled['aware']!, /Europe\/Brussels \(.* UTC\)$/);
    assert.equal((await draft(member, id, clock.id, 'early-warning')).id, notice.id);
    await assert.rejects(
      send(mad, id, notice, { how: 'here', authority: reads.id }),
      refused(400, 'notice-incomplete'),
    );
    const written = await write(member, id, notice, {
      contact: 'Jo Weber, +49 30 5550 142',
      malicious: 'unknown',
      'cross-border': 'no',
      nothing: 'else',
    });
    assert.match(written.text, /^Раннее предупреждение – NIS2\n/);
    assert.match(written.text, /Пока неизвестно/);
    assert.doesNotMatch(written.text, /else/);
    await assert.rejects(
      send(member, id, written, { how: 'here', authority: reads.id }),
      refused(403, 'role-not-allowed'),
    );
    await assert.rejects(
      send(analyst, id, written, { how: 'here', authority: reads.id }),
      refused(403, 'role-not-allowed'),
    );
    await assert.rejects(
      send(stranger, id, written, { how: 'here', authority: reads.id }),
      refused(404, 'not-found'),
    );
    // What he read is what leaves: somebody wrote on meanwhile.
    const older = await write(mad, id, written, { description: 'Two pumps stand still since 02:41' });
    await assert.rejects(
      send(mad, id, written, { how: 'here', authority: reads.id }),
      refused(409, 'changed-meanwhile'),
    );
    await assert.rejects(
      send(mad, id, older, { how: 'here', authority: mails.id }),
      refused(400, 'authority-reads-elsewhere'),
    );
    const sent = await send(mad, id, older, { how: 'here', authority: reads.id });
    assert.equal(sent.sha256, createHash('sha256').update(sent.text).digest('hex'));
    assert.deepEqual([sent.state, sent.authority, sent.sentBy], ['sent', 'Ministry', mad.name]);
    await assert.rejects(write(mad, id, sent, { description: 'x' }), refused(409, 'notice-sent'));
    await assert.rejects(
      send(mad, id, sent, { how: 'here', authority: reads.id }),
      refused(409, 'notice-sent'),
    );
    assert.equal((await stageIn(id, 'early-warning')).state, 'sent');

    const { items } = await server.as(ministry)(deadlineApi.received, { query: { search: 'delta' } });
    const received = await server.as(ministry)(deadlineApi.receivedOne, { params: { id: items[0]!.id } });
    assert.deepEqual(
      [received.text, received.sha256, received.from],
      [sent.text, sent.sha256, 'Delta Motors'],
    );
    await assert.rejects(server.as(ministry)(caseApi.get, { params: { id } }), refused(404, 'not-found'));
    await assert.rejects(list(ministry, id), refused(404, 'not-found'));

    const before = await stageIn(id, 'final-report');
    assert.equal(before.assumed, true);
    const notification = await filled(mad, id, clock.id, 'notification');
    assert.match(notification.text, /Early warning, sent /);
    await send(mad, id, notification, { how: 'ourselves', to: 'Portal of the CSIRT', reference: 'A-1' });
    const final = await stageIn(id, 'final-report');
    assert.equal(final.assumed, false);
    assert.ok(final.dueAt! <= before.dueAt!);
  });

  it('are met by a progress report while it goes on, and by a final one a month after it was handled', async () => {
    const id = await incident();
    const clock = await start(analyst, id);
    await send(mad, id, await filled(mad, id, clock.id, 'notification'), { how: 'ourselves', to: 'CSIRT' });
    const progress = await filled(mad, id, clock.id, 'progress-report');
    await send(mad, id, progress, { how: 'ourselves', to: 'CSIRT' });
    const waiting = await stageIn(id, 'final-report');
    assert.deepEqual([waiting.state, waiting.from], ['waiting', 'handled']);
    await server.as(mad)(deadlineApi.event, {
      params: { id, clock: clock.id },
      body: { event: 'handled', at: ago(0) },
    });
    assert.equal((await stageIn(id, 'final-report')).state, 'running');

    const other = await incident();
    const second = await start(analyst, other);
    await server.as(mad)(deadlineApi.event, {
      params: { id: other, clock: second.id },
      body: { event: 'handled', at: ago(0) },
    });
    await assert.rejects(
      send(mad, other, await filled(mad, other, second.id, 'progress-report'), { how: 'ourselves', to: 'x' }),
      refused(409, 'handled-already'),
    );
  });

  it('are late by the moment at which the notice was handed in', async () => {
    const id = await incident(ago(30));
    const clock = await start(analyst, id);
    assert.equal((await stageIn(id, 'early-warning')).state, 'late');
    const notice = await filled(mad, id, clock.id, 'early-warning');
    const sent = await send(mad, id, notice, { how: 'ourselves', to: 'CSIRT', handedAt: ago(10) });
    assert.equal((await stageIn(id, 'early-warning')).state, 'sent');
    assert.ok(sent.sentAt! < ago(9));
  });

  it('go by mail encrypted to the key of the authority, exactly as they were read, and only there', async () => {
    const id = await incident();
    const clock = await start(analyst, id);
    const notice = await filled(mad, id, clock.id, 'early-warning');
    await assert.rejects(
      send(mad, id, notice, { how: 'mail', authority: reads.id }),
      refused(400, 'authority-without-key'),
    );
    const sent = await send(mad, id, notice, { how: 'mail', authority: mails.id });
    const [message] = await until('the mail came', () => {
      const taken = mail.to('office@authority.example');
      return taken.length > 0 && taken;
    });
    assert.doesNotMatch(message!.raw, /pumps|Delta/);
    const armored = partsOf(message!.raw)[1]!;
    const { data } = await openpgp.decrypt({
      message: await openpgp.readMessage({ armoredMessage: armored.slice(armored.indexOf('-----BEGIN')) }),
      decryptionKeys: await openpgp.readPrivateKey({ armoredKey: pair.privateKey }),
    });
    const arrived = textOf(String(data)).replaceAll('\r\n', '\n');
    assert.equal(arrived.slice(arrived.indexOf('Early warning')).trim(), sent.text.trim());
    const delivered = await until('it is known to be delivered', async () => {
      const { notices } = await list(mad, id);
      return notices[0]!.delivery === 'delivered' && notices[0];
    });
    assert.equal(delivered.sha256, sent.sha256);
  });

  it('are held to all of this by the database itself', async () => {
    const id = await incident();
    const clock = await start(analyst, id);
    const notice = await filled(mad, id, clock.id, 'early-warning');
    const set = (actor: Actor, values: object) =>
      server.database.as(actor, (tx) =>
        tx
          .updateTable('case_notice')
          .set(values as never)
          .where('id', '=', notice.id)
          .execute(),
      );
    const sending = {
      state: 'sent',
      letter: Buffer.alloc(40),
      sha256: 'a'.repeat(64),
      how: 'ourselves',
      addressee: Buffer.alloc(40),
      sent_at: new Date(),
      sent_by: mad.person,
      sent_name: 'x',
    };
    for (const actor of [analyst, member])
      await assert.rejects(set(actor, { ...sending, sent_by: actor.person }), /sent by the authoriser/);
    await assert.rejects(set(mad, { ...sending, sent_by: member.person }), /sent by the authoriser/);
    await assert.rejects(set(mad, { ...sending, how: 'mail' }), /check constraint/);
    const deadline = await stageIn(id, 'early-warning');
    await assert.rejects(
      server.database.as(mad, (tx) =>
        tx
          .updateTable('case_deadline')
          .set({ notice_id: notice.id, ended_at: new Date(), remind_at: null })
          .where('id', '=', deadline.id)
          .execute(),
      ),
      /ends with a notice/,
    );
    await send(mad, id, notice, { how: 'ourselves', authority: mails.id });
    await assert.rejects(set(mad, { letter: Buffer.alloc(41) }), /was sent/);
    const deliver = (tx: Db, dispatch: string, address: string) =>
      tx
        .insertInto('delivery')
        .values({
          owner_id: mad.organisation!,
          dispatch_id: dispatch,
          channel: 'mail',
          recipient: address,
          address,
          person_id: null,
          organisation_id: null,
          subscription_id: null,
          webhook_id: null,
          language: 'en',
        })
        .execute();
    const leave = (kind: string, address: string) =>
      server.database.as(mad, async (tx) => {
        const { id: dispatch } = await tx
          .insertInto('dispatch')
          .values({
            owner_id: mad.organisation!,
            case_id: id,
            label: 'AMBER+STRICT',
            scope: 'case',
            audience: [],
            key: `notice ${notice.id}`,
            kind: kind as 'notice',
            release_id: null,
            about: '{}',
            texts: '{}',
            path: '/x',
            expanded_at: new Date(),
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await deliver(tx, dispatch, address);
      });
    // Handed in by themselves: nothing of it leaves by mail, to whomever.
    await assert.rejects(leave('notice', 'office@authority.example'), /leaves-without-release/);
    const mailed = await filled(mad, id, clock.id, 'notification');
    await send(mad, id, mailed, { how: 'mail', authority: mails.id });
    const elsewhere = server.database.as(mad, async (tx) => {
      const { id: dispatch } = await tx
        .selectFrom('dispatch')
        .select('id')
        .where('key', '=', `notice ${mailed.id}`)
        .executeTakeFirstOrThrow();
      await deliver(tx, dispatch, 'press@paper.example');
    });
    await assert.rejects(elsewhere, /leaves-without-release/);
  });

  it('are told of when half of their time is over, nearly all of it, and when they have passed; each once', async () => {
    const id = await incident(ago(0));
    const clock = await start(analyst, id);
    const { rows } = await server.owner.query<{ address: string }>(
      `select email as address from person where id = $1`,
      [mad.person],
    );
    const told = async () =>
      (
        await server.owner.query<{ subject: string }>(
          `select texts -> 'en' ->> 'subject' as subject from dispatch where path = $1 and owner_id = $2 order by created_at`,
          [`/cases/${id}/deadlines`, mad.organisation],
        )
      ).rows.map(({ subject }) => subject.split(' ')[0]);
    const due = Date.parse((await stageIn(id, 'early-warning')).dueAt!);
    await server.house.deadlines.tick(new Date(due - 13 * hour));
    assert.deepEqual(await told(), []);
    const half = new Date(due - 11 * hour);
    await server.house.deadlines.tick(half);
    await server.house.deadlines.tick(half);
    assert.deepEqual(await told(), ['Due']);
    const cert = await server.owner.query(`select 1 from dispatch where path = $1 and owner_id = $2`, [
      `/cases/${id}/deadlines`,
      analyst.organisation,
    ]);
    assert.equal(cert.rows.length, 1);
    await until('it came by mail', () => mail.to(rows[0]!.address).length > 0);
    assert.match(textOf(partsOf((await mail.newest(rows[0]!.address)).raw)[0]!), /TLP:AMBER\+STRICT/);
    await send(mad, id, await filled(mad, id, clock.id, 'early-warning'), { how: 'ourselves', to: 'CSIRT' });
    await server.house.deadlines.tick(new Date(due + 1000));
    // The notification has 72 hours: half of them is over by then, and of what was sent nobody is told.
    assert.deepEqual(await told(), ['Due']);
    await server.house.deadlines.tick(new Date(due + 49 * hour));
    assert.equal((await told()).filter((word) => word === 'Passed').length, 1);
  });

  it('are told of under the label of their case as it is when the mail leaves, and to no program', async () => {
    const id = await incident();
    const { address } = (
      await server.owner.query<{ address: string }>(`select email as address from person where id = $1`, [
        mad.person,
      ])
    ).rows[0]!;
    const about = { version: '', vendors: [], severity: null, original: 'en', summary: '' };
    const notice = (key: string, ofCase: string | null, hooks = false) => ({
      key,
      case: ofCase,
      about: { ...about, kind: 'deadline', ref: 'BB-CONFIDENTIAL' },
      texts: { en: { subject: 'Due: Confidential', text: 'Confidential words' } },
      path: `/cases/${id}/deadlines`,
      hooks,
      recipients: [{ person: mad.person!, address: address.toLowerCase(), language: 'en' as const }],
    });
    const { deliveries } = server.house;
    await server.database.as(mad, async (tx) => {
      await deliveries.tell(tx, mad, notice('before', id));
      await tx.updateTable('case').set({ label: 'RED' }).where('id', '=', id).execute();
      await deliveries.tell(tx, mad, notice('after', id));
    });
    const kept = await server.owner.query(
      `select key, label, scope from dispatch where case_id = $1 order by key`,
      [id],
    );
    assert.deepEqual(kept.rows, [
      { key: 'after', label: 'RED', scope: 'case' },
      { key: 'before', label: 'AMBER+STRICT', scope: 'case' },
    ]);
    server.jobs.wake();
    const came = await until('both came', () => {
      const read = mail.to(address.toLowerCase()).map(({ raw }) => textOf(partsOf(raw)[0]!));
      const all = read.filter((text) => text.includes(id));
      return all.length === 2 && all;
    });
    for (const text of came) {
      assert.match(text, /TLP:RED/);
      assert.doesNotMatch(text, /Confidential/i);
    }

    // Whoever left his organisation before the mail did is told nothing, also not that there is something.
    const plant = await server.organisation('Cobalt Yard', 'operator');
    const [stays, leaves] = [await plant.person('MAD'), await plant.person('MEM')];
    const mailOf = async ({ person }: Actor) =>
      (
        await server.owner.query<{ email: string }>(
          'select lower(email) as email from person where id = $1',
          [person],
        )
      ).rows[0]!.email;
    const [to, not] = [await mailOf(stays), await mailOf(leaves)];
    await server.database.as(stays, async (tx) => {
      await deliveries.tell(tx, stays, {
        ...notice('two', null),
        about: { ...about, kind: 'warning', ref: 'Two' },
        recipients: [
          { person: leaves.person!, address: not, language: 'en' },
          { person: stays.person!, address: to, language: 'en' },
        ],
      });
      await tx
        .updateTable('membership')
        .set({ until: new Date() })
        .where('person_id', '=', leaves.person)
        .execute();
    });
    server.jobs.wake();
    const ended = await until('both are done with', async () => {
      const { rows } = await server.owner.query<{ address: string; state: string }>(
        `select address, v.state from delivery v join dispatch d on d.id = v.dispatch_id where d.key = 'two' and d.owner_id = $1`,
        [stays.organisation],
      );
      return rows.every(({ state }) => state !== 'queued') && rows;
    });
    assert.deepEqual(
      new Map(ended.map(({ address: one, state }) => [one, state])),
      new Map([
        [not, 'withdrawn'],
        [to, 'sent'],
      ]),
    );
    assert.deepEqual([mail.to(to).length, mail.to(not).length], [1, 0]);

    const tell = (told: ReturnType<typeof notice>) =>
      server.database.as(mad, (tx) => deliveries.tell(tx, mad, told));
    await assert.rejects(tell(notice('unnamed', null)), /dispatch_of_case/);
    await server.owner.query(
      `insert into webhook (owner_id, url, name, max_label, warnings) values ($1, 'https://program.example', 'Program', 'AMBER', true)`,
      [mad.organisation],
    );
    await assert.rejects(tell(notice('program', id, true)), /delivery-leaves-without-release/);
  });

  it('go with the key of the case, and nobody is reminded of them any more', async () => {
    const id = await incident(ago(20));
    const clock = await start(analyst, id);
    await start(analyst, id, { law: 'de-bsig' });
    const notice = await filled(mad, id, clock.id, 'early-warning');
    await send(mad, id, notice, { how: 'here', authority: reads.id, reference: 'A-7' });
    await draft(member, id, clock.id, 'notification');
    const params = { id };
    await server.as(analyst)(caseworkApi.choose, { params, body: { playbook: 'ransomware-in-ot' } });
    const { items: tasks } = await server.as(analyst)(caseworkApi.tasks, { params, query: {} });
    assert.ok(tasks.length > 0);
    const rows = async () => {
      const { rows: found } = await server.owner.query(
        `select (select count(*)::int from case_clock where case_id = $1) as clocks,
          (select count(*)::int from case_deadline where case_id = $1) as deadlines,
          (select count(*)::int from case_notice where case_id = $1) as notices,
          (select count(*)::int from case_task where case_id = $1) as tasks,
          (select count(*)::int from case_playbook where case_id = $1) as playbooks`,
        [id],
      );
      return Object.values(found[0]) as number[];
    };
    assert.ok(
      (await rows()).every((count) => count > 0),
      String(await rows()),
    );

    await closeCase(server, analyst, id);
    await fallDue(server, id);
    await server.house.retention.tick();
    assert.deepEqual(await rows(), [0, 0, 0, 0, 0]);

    await server.house.deadlines.tick(new Date(Date.now() + 100 * hour));
    const { rows: told } = await server.owner.query(`select 1 from dispatch where path = $1`, [
      `/cases/${id}/deadlines`,
    ]);
    assert.deepEqual(told, []);
    // What the authority received is the authority's.
    const received = await server.as(ministry)(deadlineApi.receivedOne, { params: { id: notice.id } });
    assert.equal(received.id, notice.id);
    const { rows: ledger } = await server.owner.query(
      `select details from audit_event where case_id = $1 and details ? 'how'`,
      [id],
    );
    assert.deepEqual(Object.keys(ledger[0].details).toSorted(), ['how', 'law', 'notice', 'sha256', 'stage']);
  });

  it('tell to whom a notice went where the case opens alone, also what an older program wrote in the clear', async () => {
    const id = await incident();
    const clock = await start(analyst, id);
    const notice = await filled(mad, id, clock.id, 'early-warning');
    await send(mad, id, notice, { how: 'ourselves', to: 'Desk wagtail-31', reference: 'wagtail-32' });
    const told = async () => {
      const { authority: to, reference } = await server.as(analyst)(deadlineApi.notice, {
        params: { id, notice: notice.id },
      });
      return [to, reference];
    };
    assert.deepEqual(await told(), ['Desk wagtail-31', 'wagtail-32']);
    const { rowCount } = await server.owner.query(`select from case_notice n where n::text ~ 'wagtail'`);
    assert.equal(rowCount, 0);

    // As 0141-sealed-addressees.sql leaves what was sent before.
    await server.owner.query(`
      alter table case_notice disable trigger changes, drop constraint case_notice_sent;
      update case_notice set addressee = null where id = '${notice.id}';
      alter table case_notice enable trigger changes`);
    await server.owner.query(`insert into case_unsealed (case_id, notice, text) values ($1, $2, $3)`, [
      id,
      notice.id,
      JSON.stringify({ to: 'Older desk', reference: null }),
    ]);
    await server.house.cases.sealOld();
    assert.deepEqual(await told(), ['Older desk', null]);
  });

  it('are nobody else’s to see, nor is what is in them in any column', async () => {
    const id = await incident();
    const clock = await start(analyst, id);
    const notice = await draft(member, id, clock.id, 'notification');
    await write(member, id, notice, { description: 'Canary sparrow-79' });
    for (const actor of [stranger, lead])
      await assert.rejects(list(actor, id), (error) => error instanceof Error);
    const { rows } = await server.owner.query(
      `select 1 from case_notice n where encode(sealed, 'escape') ~ 'sparrow' or n::text ~ 'sparrow'`,
    );
    assert.deepEqual(rows, []);
    await assert.rejects(
      server.as(member)(deadlineApi.addAuthority, { body: { name: 'x', laws: [] } as never }),
      refused(403, 'role-not-allowed'),
    );
    assert.equal((await server.as(mad)(deadlineApi.authorities)).items.length, 2);
  });
});
