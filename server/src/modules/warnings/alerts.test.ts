import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  alertApi,
  type AlertSettings,
  type MatchState,
  plantApi,
  reachApi,
  signingKeyApi,
  subscriptionApi,
  webhookApi,
  warningApi,
} from '@busbar/contract';
import { sql } from 'kysely';
import * as openpgp from 'openpgp';

import { type Actor, founder } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { fieldsOf, headersOf, MailServer, partsOf, textOf } from '../../testing/mail-server.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { calendarOf } from './calendar.ts';

const hour = 3_600_000;
const day = 24 * hour;

describe('what people are told of their warnings', { timeout: 300_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let [analyst, lead]: Actor[] = [];
  let operator: Awaited<ReturnType<TestServer['organisation']>>;
  let [mad, member]: Actor[] = [];
  let privateKey: string;
  let number = 0;

  before(async () => {
    mail = await new MailServer().open();
    server = await startTestServer({ work: true, still: true, mail: mail.settings });
    // How urgent something is is decided elsewhere; here the title says it.
    await server.owner.query(`create function urgency_of_title() returns trigger language plpgsql as $$ begin
        new.urgency := coalesce((regexp_match(new.search, '(immediate|out-of-cycle|scheduled|defer):'))[1], new.urgency);
        return new; end $$;
      create trigger urgency_of_title before insert or update of search on match for each row execute function urgency_of_title()`);
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
    const cert = await server.organisation('CERT', 'cert');
    [analyst, lead] = [await cert.person('ANA'), await cert.person('LEAD')];
    await server.as(await cert.person('ADM'))(signingKeyApi.create, { body: { years: 2 } });
  });
  after(async () => {
    await server.close();
    await mail.close();
  });

  /** Each test has an operator of its own: an authoriser whose mail is encrypted, and a member without a key. */
  beforeEach(async () => {
    operator = await server.organisation(`Operator ${++number}`, 'operator');
    [mad, member] = [await operator.person('MAD'), await operator.person('MEM')];
    const pair = await openpgp.generateKey({
      type: 'ecc',
      userIDs: [{ email: 'a@example.org' }],
      format: 'armored',
    });
    privateKey = pair.privateKey;
    await server.as(mad)(subscriptionApi.setKey, { body: { publicKey: pair.publicKey } });
  });

  it('is mailed at once when it is urgent: one message an advisory, whatever number of devices', async () => {
    await server.as(mad!)(webhookApi.add, {
      body: {
        kinds: [],
        vendors: [],
        minSeverity: null,
        name: 'Chat',
        url: 'https://hooks.example/secret',
        maxTlp: 'GREEN',
        warnings: true,
      },
    });
    await pumps(3);
    await take(`Immediate: fixed password ${number}`);
    await told();
    const [message, ...more] = await readBy(mad!);
    assert.equal(more.length, 0);
    assert.match(message!, /Immediate: .*3 devices/);
    assert.match(message!, /Pump 1 \(Works\)[^]*Allow port 502 from the control room only/);
    const { items } = await server.as(mad!)(alertApi.list, {});
    assert.equal(items.length, 1);
    assert.deepEqual([items[0]!.devices, items[0]!.state, items[0]!.unseen], [3, 'sent', true]);
    assert.ok(items[0]!.reachedAt);
    // The proof says who was told by what, and who has it in hand.
    await server.as(mad!)(alertApi.acknowledge, { body: { alerts: [items[0]!.id] } });
    const proof = async (format: 'csv' | 'json'): Promise<any> =>
      server.as(mad!)(warningApi.proof, { query: { format } });
    const { warnings } = await proof('json');
    assert.equal(warnings.length, 3);
    for (const warning of warnings)
      assert.deepEqual(
        warning.told
          .map(({ what, to, channel, state, at }: Record<string, string>) =>
            [what, to, channel, state, at ? 'at a time' : 'never'].join(),
          )
          .toSorted(),
        [
          `acknowledged,${mad!.name},portal,,at a time`,
          `message,${mad!.name},mail,sent,at a time`,
          `message,${member!.name},mail,sent,at a time`,
          // Its host alone: who has the whole address may write there.
          'message,https://hooks.example,webhook,failed,never',
          `seen,${mad!.name},portal,,at a time`,
          'told,,portal,,at a time',
        ],
      );
    const acknowledgements = String(await proof('csv'))
      .split('\n')
      .filter((row) => row.includes(',acknowledged,'));
    assert.equal(acknowledgements.length, 3);
    assert.ok(acknowledgements[0]!.includes(`,${mad!.name},portal,`));
    // Who has no key learns that there is something, and nothing of it.
    const [notice, ...others] = mail.to(await addressOf(member!));
    assert.equal(others.length, 0);
    assert.doesNotMatch(notice!.raw, /Pump|password|Immediate/);
    assert.match(textOf(partsOf(notice!.raw)[0]!), new RegExp(`/alerts/${items[0]!.id}`));
  });

  it('holds against hostile names of devices, advisories and organisations: no header, no recipient and no line more', async () => {
    const bad = 'X\r\nBcc: victim@example.org\r\n\r\nFrom: =?utf-8?B?QQ==?= \u202Egpj';
    await server.owner.query(`update organisation set name = $2 where id = $1`, [mad!.organisation, bad]);
    await pumps(1);
    await take(`Immediate: hostile ${number}`);
    await told();
    const [harmless] = mail.to(await addressOf(member!)).map(({ raw }) => fieldsOf(raw));
    const { id } = (await server.as(member!)(plantApi.assets, { query: {} })).items[0]!;
    await server.owner.query(`update asset set name = $2 where id = $1`, [id, bad + 'A'.repeat(2000)]);
    await take(`Immediate: ${bad} ${'A'.repeat(10_000)}`);
    await told();
    const [sealed, notices] = [mail.to(await addressOf(mad!)), mail.to(await addressOf(member!))];
    assert.deepEqual([sealed.length, notices.length], [2, 2]);
    assert.deepEqual(fieldsOf(notices[1]!.raw), harmless);
    assert.deepEqual(fieldsOf(sealed[1]!.raw), fieldsOf(sealed[0]!.raw));
    for (const { raw } of [...sealed, ...notices]) {
      assert.ok(Math.max(...raw.split('\r\n').map((one) => one.length)) <= 998);
      assert.doesNotMatch(headersOf(raw).get('subject')!, /victim|=\?/);
    }
    assert.deepEqual(mail.to('victim@example.org'), []);
    const text = (await readBy(mad!))[1]!;
    assert.doesNotMatch(text, /^\s*(?:Bcc|From):/m);
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069]/);
    assert.ok(text.length < 3000, String(text.length));
  });

  it('is told once for ever: comparing again, another text, and importing again tell nobody', async () => {
    await pumps(1);
    const title = `Immediate: once ${number}`;
    const document = await take(title);
    await told();
    await again(document, { version: '2', summary: 'The same in other words.' });
    await server.database.as(analyst!, (tx) => server.house.warnings.advisoriesChanged(tx, analyst!));
    server.jobs.wake();
    await told();
    assert.equal((await readBy(mad!)).length, 1);
    const news = () =>
      server.database.as(member!, async (tx) => {
        const rows = await tx.selectFrom('match').select('id').execute();
        await server.house.alerts.news(
          tx,
          rows.map(({ id }) => id),
        );
      });
    await Promise.all([news(), news(), news()]);
    await told();
    assert.equal((await readBy(mad!)).length, 1);
    await assert.rejects(
      server.owner.query(`insert into alert_match select gen_random_uuid(), owner_id, match_id, since, urgency
        from alert_match where owner_id = '${operator.id}'`),
      /alert_match_match_id_since_urgency_key/,
    );
  });

  it('is told again when it became more urgent, and not when it became less', async () => {
    await pumps(1);
    const document = await take(`Scheduled: rising ${number}`);
    await again(document, { version: '2', title: `Immediate: rising ${number}` });
    await told();
    await again(document, { version: '3', title: `Scheduled: rising ${number}` });
    await again(document, { version: '4', title: `Immediate: rising ${number}` });
    await told();
    const { items } = await server.as(mad!)(alertApi.list, {});
    assert.deepEqual(
      items.map(({ urgency }) => urgency),
      ['immediate', 'scheduled'],
    );
    assert.equal((await readBy(mad!)).length, 1);
  });

  describe('of two devices that are one', () => {
    it('is not told again, whoever of them is kept: what was told, acknowledged and chosen of the part lives on', async () => {
      // Only the part is known to be affected; what it is makes the kept one affected by the merge.
      const { kept, part } = await twins(null);
      await take(`Immediate: twins ${number}`);
      await told();
      const alert = (await server.as(mad!)(alertApi.list, {})).items[0]!;
      await server.as(member!)(alertApi.acknowledge, { body: { alerts: [alert.id] } });
      const theirs = await warningOf(part);
      const { measures } = await server.as(member!)(warningApi.get, { params: { id: theirs.id } });
      const [{ key }] = measures as [(typeof measures)[number]];
      const due = new Date(Date.now() + day).toISOString().slice(0, 10);
      await server.as(member!)(warningApi.plan, {
        body: { warnings: [theirs.id], equal: false, due, measures: [key] },
      });
      const eve = new Date(`${due}T00:00:00Z`);
      await told(eve);
      const before = (await readBy(mad!)).length;

      await merge(kept, part);
      const ours = await warningOf(kept);
      assert.deepEqual([ours.state, ours.due], ['planned', due]);
      const page = await server.as(member!)(warningApi.get, { params: { id: ours.id } });
      assert.ok(page.measures.find((measure) => measure.key === key)!.chosen);
      await told();
      await told(new Date(Date.now() + 10 * hour));
      assert.equal(
        (await readBy(mad!)).length,
        before,
        'nothing is said twice, not even that the date comes',
      );
      const { items } = await server.as(mad!)(alertApi.list, {});
      assert.deepEqual(
        items.map(({ id, devices, open, acknowledged }) => [id, devices, open, acknowledged?.by]),
        [[alert.id, 1, 1, member!.name]],
      );

      // And not when they are two again either.
      const { merges } = await server.as(member!)(plantApi.asset, { params: { id: kept } });
      await server.as(member!)(plantApi.unmerge, { params: { id: merges[0]!.id } });
      assert.equal((await warningOf(part)).due, due);
      await told(eve);
      assert.equal((await readBy(mad!)).length, before);
      assert.equal((await server.as(mad!)(alertApi.list, {})).items.length, 1);
    });

    it('waits to be told once, and is asked again as long as nobody has it in hand', async () => {
      const { kept, part } = await twins('2.3');
      await take(`Immediate: untold ${number}`);
      await merge(kept, part);
      await told();
      const [alert] = (await server.as(mad!)(alertApi.list, {})).items;
      assert.deepEqual([alert!.devices, alert!.open], [1, 1]);
      await told(new Date(Date.now() + 5 * hour));
      const asked = await readBy(mad!);
      assert.deepEqual([asked.length, asked.filter((text) => text.includes('Reminder')).length], [2, 1]);
    });

    it('is in hand with what was decided of the part', async () => {
      const { kept, part } = await twins('2.3');
      await take(`Immediate: decided ${number}`);
      await told();
      // Somebody takes the part only, in a part of the plant whose alert came later.
      const [alert] = (await server.as(mad!)(alertApi.list, {})).items;
      await server.owner.query(`update match set state = 'confirmed' where id = $1`, [
        (await warningOf(part)).id,
      ]);
      await merge(kept, part);
      assert.equal((await warningOf(kept)).state, 'confirmed');
      assert.equal(
        (await server.as(mad!)(alertApi.list, {})).items.find(({ id }) => id === alert!.id)!.acknowledged?.by,
        member!.name,
      );
      // Nobody has decided on the kept one when they are two again, and so nobody has it in hand.
      const { merges } = await server.as(member!)(plantApi.asset, { params: { id: kept } });
      await server.as(member!)(plantApi.unmerge, { params: { id: merges[0]!.id } });
      assert.deepEqual([(await warningOf(kept)).state, (await warningOf(part)).state], ['new', 'confirmed']);
      assert.equal(
        (await server.as(mad!)(alertApi.list, {})).items.find(({ id }) => id === alert!.id)!.acknowledged,
        null,
      );
    });

    /** Two entries for one pump; `firmware` is that of the one that will be kept. */
    async function twins(firmware: string | null) {
      const as = server.as(member!);
      const { id: site } = await as(plantApi.addSite, {
        body: { name: 'Works', sector: '', country: '', process: '' },
      });
      const pump = { site, vendor: 'Nordbruk', orderNumber: `NB-${number}`, product: `PX NB-${number}` };
      const { id: part } = await as(plantApi.addAsset, { body: { ...pump, name: 'Part', firmware: '2.3' } });
      const { id: kept } = await as(plantApi.addAsset, {
        body: firmware ? { ...pump, name: 'Kept', firmware } : { site, name: 'Kept' },
      });
      return { kept, part };
    }

    const merge = (kept: string, other: string) =>
      server.as(member!)(plantApi.merge, { params: { id: kept }, body: { other, takes: [] } });
    async function warningOf(asset: string) {
      const { items } = await server.as(member!)(warningApi.list, { query: { asset, open: 'true' } });
      assert.equal(items.length, 1);
      return items[0]!;
    }
  });

  describe('in a digest', () => {
    const settings = { atOnce: true, digest: 'daily', hour: 7, weekday: 1, zone: 'Europe/Berlin' } as const;

    it('comes at its hour of the reader, with everything since the last one, and is not repeated', async () => {
      await choose(mad!, settings);
      await pumps(2);
      const tomorrow = await next(settings);
      await take(`Scheduled: first ${number}`);
      await take(`Defer: second ${number}`);
      await told();
      assert.equal((await readBy(mad!)).length, 0);
      await told(new Date(tomorrow.getTime() - 1000));
      assert.equal((await readBy(mad!)).length, 0);
      await told(tomorrow);
      await told(new Date(tomorrow.getTime() + 1000));
      await told(new Date(tomorrow.getTime() + day));
      const [digest, ...more] = await readBy(mad!);
      assert.equal(more.length, 0);
      assert.match(digest!, /2 new warnings[^]*Scheduled: [^]*first[^]*Can wait: [^]*second/);
    });

    it('leaves out what its reader has opened, or somebody has in hand, or is over', async () => {
      await choose(mad!, settings);
      await pumps(1);
      for (const title of ['opened', 'in hand', 'over', 'left']) await take(`Scheduled: ${title} ${number}`);
      const { items } = await server.as(mad!)(alertApi.list, {});
      const called = (word: string) => items.find(({ advisory }) => advisory.title.includes(word))!;
      await server.as(mad!)(alertApi.see, { params: { id: called('opened').id } });
      await server.as(member!)(alertApi.acknowledge, { body: { alerts: [called('in hand').id] } });
      const { items: warnings } = await server.as(member!)(warningApi.list, {});
      const over = warnings.find(({ advisory }) => advisory.title.includes('over'))!;
      await server.as(member!)(warningApi.move, {
        body: { warnings: [over.id], to: 'notAffected', reason: 'It has another board' },
      });
      await told(await next(settings));
      const [digest, ...more] = await readBy(mad!);
      assert.equal(more.length, 0);
      assert.match(digest!, /Scheduled: [^]*left/);
      assert.doesNotMatch(digest!, /: (opened|in hand|over) \d/);
    });

    it('keeps its hour when clocks change: an hour left out comes after, one shown twice comes once', async () => {
      const at = async (since: string, zone: string, hour: number) => {
        const { rows } = await server.owner.query<{ at: Date }>('select next_at($1, $2, $3) as at', [
          since,
          zone,
          hour,
        ]);
        return rows[0]!.at.toISOString();
      };
      // Europe/Berlin leaves out 02:00 to 03:00 on 29 March 2026 and shows it twice on 25 October.
      assert.equal(await at('2026-03-28T06:00:00Z', 'Europe/Berlin', 7), '2026-03-29T05:00:00.000Z');
      assert.equal(await at('2026-03-28T12:00:00Z', 'Europe/Berlin', 2), '2026-03-29T01:00:00.000Z');
      assert.equal(await at('2026-03-29T01:00:00Z', 'Europe/Berlin', 2), '2026-03-30T00:00:00.000Z');
      const autumn = await at('2026-10-24T12:00:00Z', 'Europe/Berlin', 2);
      assert.ok(['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z'].includes(autumn));
      assert.equal(await at(autumn, 'Europe/Berlin', 2), '2026-10-26T01:00:00.000Z');
      // Half an hour of change (Lord Howe), and none.
      assert.equal(await at('2026-04-04T12:00:00Z', 'Australia/Lord_Howe', 7), '2026-04-04T20:30:00.000Z');
      assert.equal(await at('2026-04-04T22:00:00Z', 'Asia/Kolkata', 7), '2026-04-05T01:30:00.000Z');
    });

    it('is as each person has it, else as the organisation has it; no zone that nobody knows', async () => {
      await server.as(mad!)(alertApi.setOrganisation, {
        body: { ...settings, digest: 'none', atOnce: false, remindHours: 8, secondContact: null },
      });
      await choose(mad!, settings);
      await pumps(1);
      await take(`Immediate: chosen ${number}`);
      await told();
      assert.equal((await readBy(mad!)).length, 1);
      assert.equal(mail.to(await addressOf(member!)).length, 0);
      assert.equal((await server.as(member!)(alertApi.list, {})).items[0]!.unseen, true);
      await assert.rejects(choose(mad!, { ...settings, zone: 'Europe/Atlantis' }), { status: 400 });
      await assert.rejects(
        server.as(member!)(alertApi.setOrganisation, {
          body: { ...settings, remindHours: 8, secondContact: null },
        }),
        { status: 403 },
      );
    });
  });

  describe('until somebody has it in hand', () => {
    it('is asked again, then of the second contact, each once, also over a change of clocks', async () => {
      const second = await operator.person('MEM');
      await server.as(mad!)(alertApi.setOrganisation, {
        body: {
          atOnce: true,
          digest: 'daily',
          hour: 7,
          weekday: 1,
          zone: 'Europe/Berlin',
          remindHours: 4,
          secondContact: second.person,
        },
      });
      await choose(second, { atOnce: false, digest: 'none', hour: 7, weekday: 1, zone: 'UTC' });
      await pumps(1);
      await take(`Out-of-cycle: unanswered ${number}`);
      await told();
      // As if it had been told at half past midnight before the clocks of Berlin change at 01:00 UTC.
      const before = new Date('2026-10-25T00:30:00Z');
      await server.owner.query(`update alert set remind_at = $1 where owner_id = $2`, [before, operator.id]);
      for (let minutes = 0; minutes <= 10 * 60; minutes += 30)
        await told(new Date(before.getTime() + minutes * 60_000));
      const asked = await readBy(mad!);
      assert.equal(asked.length, 2);
      assert.match(asked[1]!, /Reminder: Out of cycle/);
      // Content-less, and the only one: he is told nothing but what nobody answered.
      assert.equal(mail.to(await addressOf(second)).length, 1);
      const { readers } = await alertOf(mad!);
      assert.equal(readers.find(({ name }) => name === second.name)!.state, 'sent');
    });

    it('and then not any more, whoever said so, by whatever button', async () => {
      await pumps(2);
      for (const end of ['acknowledged', 'moved', 'withdrawn']) {
        const document = await take(`Immediate: ${end} ${number}`);
        await told();
        const { id, advisory } = (await server.as(mad!)(alertApi.list, { query: { limit: 1 } })).items[0]!;
        if (end === 'acknowledged')
          await server.as(member!)(alertApi.acknowledge, { body: { alerts: [id] } });
        if (end === 'moved') {
          const { items } = await server.as(member!)(warningApi.list, { query: { advisory: advisory.id } });
          await server.as(member!)(warningApi.move, {
            body: { warnings: [items[0]!.id], to: 'confirmed' },
          });
        }
        if (end === 'withdrawn') await again(document, { version: '2', products: others() });
      }
      const before = (await readBy(mad!)).length;
      await told(new Date(Date.now() + 5 * hour));
      await told(new Date(Date.now() + 10 * hour));
      assert.equal((await readBy(mad!)).length, before);
      const { unseen, urgent } = await server.as(mad!)(alertApi.summary, {});
      assert.deepEqual([unseen, urgent], [0, 0]);
    });

    it('and not at all what is over before it was told, nor of its devices those that are', async () => {
      await pumps(3);
      const later = await operator.person('MEM');
      await take(`Immediate: over at once ${number}`);
      const over = await warnings();
      await server.as(member!)(warningApi.plan, {
        body: { warnings: [over[0]!.id], equal: false, secondContact: later.person! },
      });
      await move(member!, [over[0]!.id, over[1]!.id, over[2]!.id]);
      await told();
      assert.deepEqual(await readBy(mad!), []);

      await take(`Immediate: half over ${number}`);
      const half = (await warnings()).filter(({ state }) => state === 'new');
      await server.as(member!)(warningApi.plan, {
        body: { warnings: [half[0]!.id], equal: false, secondContact: later.person! },
      });
      await move(member!, [half[0]!.id, half[1]!.id]);
      await server.as(member!)(alertApi.handBack, { body: { alerts: [(await alertOf(member!)).id] } });
      await told();
      const [message, ...more] = await readBy(mad!);
      assert.equal(more.length, 0);
      assert.match(message!, /half over .*1 device\)/);
      assert.equal(message!.match(/Pump \d/g)!.length, 1);
      // Second contact of what is over only: he is not asked about the rest.
      const before = mail.to(await addressOf(later)).length;
      await choose(later, { atOnce: false, digest: 'none', hour: 7, weekday: 1, zone: 'UTC' });
      await told(new Date(Date.now() + 5 * hour));
      await told(new Date(Date.now() + 10 * hour));
      assert.equal(mail.to(await addressOf(later)).length, before);
      assert.equal((await readBy(mad!)).length, 3);
    });

    it('and again when whoever moved a warning takes that back: the alert is what it was before', async () => {
      await pumps(2);
      await take(`Immediate: taken back ${number}`);
      await told();
      const before = await alertOf(member!);
      const again = () => server.as(member!)(alertApi.get, { params: { id: before.id } });
      const [one, other] = await warnings();
      const { move: click } = await move(member!, [one!.id, other!.id]);
      assert.equal((await again()).acknowledged?.by, member!.name);
      await undo(member!, click);
      assert.deepEqual(await again(), before);
      await told(new Date(Date.now() + 5 * hour));
      await told(new Date(Date.now() + 10 * hour));
      // He is a reader and, as nobody named one, second contact, too.
      assert.equal((await readBy(mad!)).length, 3);
    });

    it('stays with whoever else has it, and with him by whatever else he did', async () => {
      await pumps(3);
      await take(`Immediate: in two hands ${number}`);
      await told();
      const [one, other, third] = await warnings();
      const inHand = async () => (await alertOf(mad!)).acknowledged?.by;
      const first = await move(member!, [one!.id]);
      const second = await move(mad!, [other!.id]);
      await undo(member!, first.move);
      assert.equal(await inHand(), mad!.name);
      await undo(mad!, second.move);
      assert.equal(await inHand(), undefined);

      // Two clicks of one person, of which the later goes first.
      const clicks = [await move(member!, [one!.id]), await move(member!, [other!.id])];
      await undo(member!, clicks[1]!.move);
      assert.equal(await inHand(), member!.name);
      await undo(member!, clicks[0]!.move);
      assert.equal(await inHand(), undefined);

      // A click of which one device stays as it is.
      const click = await move(member!, [one!.id, other!.id], 'confirmed');
      await move(mad!, [other!.id], 'planned');
      await server.as(mad!)(alertApi.handBack, { body: { alerts: [(await alertOf(mad!)).id] } });
      assert.equal((await undo(member!, click.move)).changed, 1);
      assert.equal(await inHand(), member!.name);

      // And what he said himself no click takes back.
      const { id } = await alertOf(member!);
      await server.as(member!)(alertApi.acknowledge, { body: { alerts: [id] } });
      await undo(member!, (await move(member!, [third!.id])).move);
      assert.equal(await inHand(), member!.name);
    });

    it('is given back by whoever has it, and asked about from the beginning', async () => {
      await pumps(1);
      await take(`Immediate: given back ${number}`);
      await told();
      await told(new Date(Date.now() + 5 * hour));
      const { id } = await alertOf(member!);
      const handBack = (actor: Actor) => server.as(actor)(alertApi.handBack, { body: { alerts: [id] } });
      await server.as(member!)(alertApi.acknowledge, { body: { alerts: [id] } });
      await assert.rejects(handBack(mad!), { status: 409 });
      await told(new Date(Date.now() + 10 * hour));
      assert.equal((await readBy(mad!)).length, 2, 'nobody is asked while he has it');
      assert.deepEqual(await handBack(member!), { handedBack: 1 });
      await assert.rejects(handBack(member!), { status: 409 });
      const { acknowledged, state } = await alertOf(member!);
      assert.deepEqual([acknowledged, state], [null, 'seen']);
      assert.equal((await server.as(mad!)(alertApi.summary, {})).urgent, 1);
      await told(new Date(Date.now() + 3 * hour));
      assert.equal((await readBy(mad!)).length, 2);
      await told(new Date(Date.now() + 5 * hour));
      assert.match((await readBy(mad!)).at(-1)!, /Reminder/);
      await told(new Date(Date.now() + 10 * hour));
      await told(new Date(Date.now() + 20 * hour));
      assert.equal((await readBy(mad!)).length, 4);
      await assert.rejects(
        server.as(await (await server.organisation(`Else ${number}`, 'operator')).person('MAD'))(
          alertApi.handBack,
          { body: { alerts: [id] } },
        ),
        { status: 404 },
      );
    });

    it('and anew for what is opened again, whatever it was; not where that is taken back at once', async () => {
      const ways: MatchState[][] = [
        ['confirmed', 'mitigated'],
        ['confirmed', 'fixed'],
        ['confirmed', 'fixed', 'verified'],
        ['planned', 'notAffected'],
        ['confirmed', 'riskAccepted'],
      ];
      await pumps(ways.length);
      await take(`Immediate: opened again ${number}`);
      await told();
      const all = await warnings();
      for (const [place, way] of ways.entries())
        for (const to of way) await move(member!, [all[place]!.id], to);
      const page = (id: string) => server.as(member!)(warningApi.get, { params: { id } });
      let before = (await readBy(mad!)).length;
      for (const [place, way] of ways.entries()) {
        const [{ id }, from] = [all[place]!, way.at(-1)!];
        const [was, alerts] = [await page(id), (await server.as(mad!)(alertApi.list, {})).items.length];
        const click = await move(member!, [id], 'confirmed');
        await undo(member!, click.move);
        await told();
        const back = await page(id);
        assert.deepEqual([back.state, back.since, back.due], [from, was.since, was.due]);
        assert.equal((await readBy(mad!)).length, before, `${from} and back`);

        await move(member!, [id], 'confirmed');
        await told();
        const { open, acknowledged, warnings: about } = await alertOf(mad!);
        assert.deepEqual([open, acknowledged, about.map((one) => one.id)], [1, null, [id]], from);
        await told(new Date(Date.now() + 5 * hour));
        assert.equal((await readBy(mad!)).length, (before += 2), `${from} is told and asked about`);
        assert.equal((await server.as(mad!)(alertApi.list, {})).items.length, Math.max(alerts, 1) + 1);
        await server.as(member!)(alertApi.acknowledge, { body: { alerts: [(await alertOf(mad!)).id] } });
      }
    });

    const warnings = async () => (await server.as(member!)(warningApi.list, {})).items;
    const move = (actor: Actor, ids: string[], to: MatchState = 'notAffected') =>
      server.as(actor)(warningApi.move, {
        body: {
          warnings: ids,
          to,
          reason: 'It has another board',
          ...(to === 'riskAccepted' && { until: '2999-12-31' }),
        },
      });
    const undo = (actor: Actor, click: string) =>
      server.as(actor)(warningApi.undo, { body: { move: click } });

    it('names who opened it and who has it; nobody can say so for another, and the program for nobody', async () => {
      await pumps(1);
      await take(`Immediate: read ${number}`);
      await told();
      const { id } = await alertOf(member!);
      await server.as(member!)(alertApi.see, { params: { id } });
      assert.equal((await alertOf(member!)).state, 'seen');
      await server.as(member!)(alertApi.acknowledge, { body: { alerts: [id] } });
      const { acknowledged, readers } = await alertOf(mad!);
      assert.equal(acknowledged!.by, member!.name);
      assert.deepEqual(
        new Map(readers.map(({ name, state }) => [name, state])),
        new Map([
          [mad!.name, 'sent'],
          [member!.name, 'acknowledged'],
        ]),
      );
      const forge = (actor: Actor) =>
        server.database.as(actor, (tx) =>
          sql`update alert_reader set state = 'seen', seen_at = now() where person_id = ${mad!.person}`.execute(
            tx,
          ),
        );
      await assert.rejects(forge(member!), /row-level security/);
      await assert.rejects(forge({ ...mad!, person: null }), /row-level security/);
      await assert.rejects(
        server.as(await (await server.organisation(`Else ${number}`, 'operator')).person('MAD'))(
          alertApi.get,
          {
            params: { id },
          },
        ),
        { status: 404 },
      );
    });
  });

  it('tells of what the mail server refused, and of a key that has ended', async () => {
    await server.owner.query(`update recipient_key set expires_at = now() where person_id = $1`, [
      mad!.person,
    ]);
    const address = await addressOf(member!);
    mail.refuses = (to) => (to === address ? { code: 550, text: 'no such mailbox' } : undefined);
    await pumps(1);
    await take(`Immediate: bounced ${number}`);
    await told();
    mail.refuses = () => undefined;
    const { readers, reachedAt } = await alertOf(mad!);
    assert.ok(reachedAt);
    assert.deepEqual(readers.map(({ state }) => state).sort(), ['bounced', 'keyExpired']);
  });

  it('tells of dates that come and dates that have passed, once each, whoever is to see to them', async () => {
    await choose(mad!, { atOnce: true, digest: 'daily', hour: 7, weekday: 1, zone: 'America/New_York' });
    await server.as(mad!)(alertApi.setOrganisation, {
      body: {
        atOnce: true,
        digest: 'daily',
        hour: 7,
        weekday: 1,
        zone: 'America/New_York',
        remindHours: 4,
        secondContact: mad!.person,
      },
    });
    await pumps(2);
    await take(`Defer: dated ${number}`);
    // 8 March 2026 is a day of 23 hours in New York.
    await server.owner.query(`update match set due = '2026-03-08', assignee_id = $1 where owner_id = $2`, [
      member!.person,
      operator.id,
    ]);
    const count = async () => [mail.to(await addressOf(member!)).length, (await readBy(mad!)).length];
    for (const [at, expected] of [
      ['2026-03-07T11:59:00Z', [0, 0]],
      ['2026-03-07T12:00:00Z', [1, 0]],
      ['2026-03-07T12:01:00Z', [1, 0]],
      ['2026-03-09T10:59:00Z', [1, 0]],
      ['2026-03-09T11:00:00Z', [2, 1]],
      ['2026-03-12T11:00:00Z', [2, 1]],
    ] as const) {
      await told(new Date(at));
      assert.deepEqual(await count(), expected, at);
    }
    assert.match((await readBy(mad!))[0]!, /2 dates[^]*Past due:[^]*2026-03-08 {2}Pump 1/);
  });

  describe('as a calendar', () => {
    it('has the dates of what is open, at an address that is a secret and can be revoked', async () => {
      await pumps(2);
      await take(`Defer: calendar, with; marks ${number}`);
      await server.owner.query(`update match set due = '2026-03-08' where owner_id = $1`, [operator.id]);
      const open = (names: boolean) => server.as(member!)(alertApi.openCalendar, { body: { names } });
      const read = async (url: string) => server.app.inject({ method: 'GET', url: new URL(url).pathname });
      const quiet = (await open(false)).url;
      const { body, headers } = await read(quiet);
      assert.match(String(headers['content-type']), /^text\/calendar/);
      assert.match(body, /DTSTART;VALUE=DATE:20260308\r\nSUMMARY:2 warnings are due\r\n/);
      assert.doesNotMatch(body, /Pump|marks|NBC/);
      const named = (await open(true)).url;
      assert.equal((await read(quiet)).statusCode, 404);
      assert.match(
        (await read(named)).body.replace(/\r\n /g, ''),
        /calendar\\, with\\; marks.*\\nPump 1\\nPump 2/,
      );
      await server.owner.query(`update membership set until = now() where person_id = $1`, [member!.person]);
      assert.equal((await read(named)).statusCode, 404);
      await server.owner.query(`update membership set until = null where person_id = $1`, [member!.person]);
      await server.as(member!)(alertApi.closeCalendar, {});
      assert.equal((await read(named)).statusCode, 404);
    });

    it('says how many dates it leaves out, from which day on, and where they are', async () => {
      await pumps(1);
      await take(`Defer: crowded ${number}`);
      const columns = async (table: string, ...replaced: string[]) => {
        const { rows } = await server.owner.query<{ name: string }>(
          `select quote_ident(column_name) as name from information_schema.columns
           where table_name = $1 and is_generated = 'NEVER' and column_name <> all ($2)`,
          [table, replaced],
        );
        return rows.map(({ name }) => name).join();
      };
      const [ofAsset, ofMatch] = [
        await columns('asset', 'id'),
        await columns('match', 'id', 'asset_id', 'due'),
      ];
      // One device a day, for 2,003 days.
      await server.owner.query(
        `with copied as (
           insert into asset (id, ${ofAsset}) select gen_random_uuid(), ${ofAsset} from asset, generate_series(1, 2002)
           where owner_id = $1 returning id)
         insert into match (id, asset_id, due, ${ofMatch})
         select gen_random_uuid(), copied.id, date '2026-03-08' + row_number() over ()::integer, ${ofMatch}
         from match, copied where owner_id = $1`,
        [operator.id],
      );
      await server.owner.query(`update match set due = '2026-03-08' where owner_id = $1 and due is null`, [
        operator.id,
      ]);
      const { url } = await server.as(member!)(alertApi.openCalendar, { body: { names: false } });
      const { body } = await server.app.inject({ method: 'GET', url: new URL(url).pathname });
      const events = body.replaceAll('\r\n ', '').split('BEGIN:VEVENT').slice(1);
      assert.equal(events.length, 2001);
      assert.match(events[0]!, /DATE:20260308\r\n/);
      // 2026-03-08 and 2,000 days.
      assert.match(
        events.at(-1)!,
        /DATE:20310829\r\nSUMMARY:From here on 3 more dates are not in this calendar\r\n/,
      );
      assert.match(events.at(-1)!, /URL:.*\/warnings\?view=all\r\n/);
    });

    it('keeps to octets and escapes, whatever words it is given (RFC 5545 sections 3.1 and 3.3.11)', () => {
      const hostile = `Насос 泵 😀 ${'ü'.repeat(80)}\r\nEND:VCALENDAR\nX;Y,Z\\ \u0000\ud800`;
      const text = calendarOf(
        hostile,
        [{ uid: 'a', day: '2026-03-08', summary: hostile, description: hostile, url: 'https://a.example/' }],
        new Date(0),
      );
      const lines = text.split('\r\n');
      assert.ok(lines.every((line) => Buffer.byteLength(line) <= 75));
      assert.equal(lines.filter((line) => line === 'END:VCALENDAR').length, 1);
      assert.ok(lines.every((line) => line.isWellFormed() && !/[\u0000-\u001f]/.test(line)));
      const unfolded = text.replaceAll('\r\n ', '');
      assert.match(unfolded, /SUMMARY:Насос 泵 😀 ü{80}\\nEND:VCALENDAR\\nX\\;Y\\,Z\\\\ {2}\ufffd\r\n/);
      assert.match(unfolded, /DTSTAMP:19700101T000000Z\r\n/);
    });
  });

  describe('to the CERT', () => {
    it('is counts of five organisations and more; who is reached by nothing is counted, too', async () => {
      const title = `Immediate: everywhere ${number}`;
      const others: Actor[] = [];
      for (let n = 0; n < 4; n++) {
        const one = await server.organisation(`Reach ${number}-${n}`, 'operator');
        // The last one has nobody who could read anything.
        others.push(n < 3 ? await one.person('MEM') : { ...(await one.person('MAD')), name: 'gone' });
      }
      for (const actor of [...others, mad!]) await pumps(4, actor, false);
      const gone = others[3]!;
      await server.owner.query(`update membership set until = now() where person_id = $1`, [gone.person]);
      await take(title, 'NB-EVERYWHERE');
      await told();
      const found = async (actor: Actor) =>
        (await server.as(actor)(reachApi.board, { query: { search: title } })).items;
      const [count] = await found(lead!);
      assert.equal(count!.organisations, 5);
      assert.equal(count!.devices, 20);
      // Four of five: one of fewer than five that are not is told as what it could be.
      assert.deepEqual(
        [count!.delivered, count!.unreached],
        [
          { from: 0, to: 4 },
          { from: 0, to: 4 },
        ],
      );
      for (let n = 5; n < 10; n++) {
        const one = await server.organisation(`Reach ${number}-${n}`, 'operator');
        await pumps(1, await one.person('MEM'), false);
      }
      await told();
      const [later] = await found(lead!);
      assert.deepEqual([later!.organisations, later!.delivered], [10, { from: 6, to: 10 }]);
      const acknowledging = await server.owner.query<{ id: string; owner: string; person: string }>(
        `select a.id, a.owner_id as owner, r.person_id as person from alert a join alert_reader r on r.alert_id = a.id
         join organisation o on o.id = a.owner_id where o.name like $1 limit 5`,
        [`Reach ${number}-%`],
      );
      const distinct = new Set(acknowledging.rows.map(({ owner }) => owner));
      for (const { id, owner: organisation, person } of acknowledging.rows)
        await server.as({ ...member!, organisation, person })(alertApi.acknowledge, {
          body: { alerts: [id] },
        });
      assert.equal(distinct.size, 5);
      assert.deepEqual((await found(lead!))[0]!.acknowledged, { from: 5, to: 5 });
      // Ministries see counts, too; analysts, members and vendors nothing, not even in the database.
      const ministry = await (await server.organisation(`Ministry ${number}`, 'government')).person('GOV');
      assert.equal((await found(ministry)).length, 1);
      for (const actor of [analyst!, member!]) {
        await assert.rejects(found(actor), { status: 403 });
        const { rows } = await server.database.as(actor, (tx) => sql`select * from reach()`.execute(tx));
        assert.deepEqual(rows, []);
      }
      const { rows } = await server.database.as(lead!, (tx) => sql`select * from alert`.execute(tx));
      assert.deepEqual(rows, []);
      const silent = await server.as(lead!)(reachApi.silent, {});
      assert.ok(silent.items.some(({ name, people }) => name === `Reach ${number}-3` && people === 0));
    });

    it('says nothing at all below five, and nothing of how many devices when one has most of them', async () => {
      const few = `Immediate: few ${number}`;
      for (let n = 0; n < 4; n++)
        await pumps(
          1,
          await (await server.organisation(`Few ${number}-${n}`, 'operator')).person('MEM'),
          false,
          `NB-FEW-${number}`,
        );
      await take(few, `NB-FEW-${number}`);
      const search = (title: string) => server.as(lead!)(reachApi.board, { query: { search: title } });
      assert.deepEqual((await search(few)).items, []);
      await pumps(9, mad!, false, `NB-FEW-${number}`);
      const { items } = await search(few);
      assert.deepEqual([items[0]!.organisations, items[0]!.devices], [5, null]);
    });
  });

  /** Devices of one plant, below the version that is mended. */
  async function pumps(
    count: number,
    actor = member!,
    isOwn = true,
    orderNumber = isOwn ? `NB-${number}` : 'NB-EVERYWHERE',
  ) {
    const site = await server.as(actor)(plantApi.addSite, {
      body: { name: 'Works', sector: '', country: '', process: '' },
    });
    for (let n = 1; n <= count; n++)
      await server.as(actor)(plantApi.addAsset, {
        body: {
          site: site.id,
          name: `Pump ${n}`,
          vendor: 'Nordbruk',
          product: `PX ${orderNumber}`,
          orderNumber,
          firmware: '2.3',
        },
      });
  }

  const products = (orderNumber: string, range = '<2.4.1') => [
    { key: 'old', vendor: 'Nordbruk', name: `PX ${orderNumber}`, range, orderNumbers: [orderNumber] },
    {
      key: 'new',
      vendor: 'Nordbruk',
      name: `PX ${orderNumber}`,
      version: '2.4.1',
      orderNumbers: [orderNumber],
    },
  ];
  const others = () => products('NB-NOBODY');

  /** An advisory of the pumps, compared with every plant. */
  async function take(title: string, orderNumber = `NB-${number}`) {
    const id = `NBC-${crypto.randomUUID().slice(0, 8)}`;
    const changes = { id, title, products: products(orderNumber) };
    await again(changes, {});
    return changes;
  }

  async function again(document: object, changes: object) {
    const file = json(csaf({ ...document, ...changes } as never));
    await server.house.imports.importStream(analyst!, 'x.tar', bytes(await tar({ 'a.json': file })));
    await idle();
  }

  /** As if this were now, everything that is due is told and delivered. */
  async function told(now = new Date(Date.now() + 60_000)) {
    await server.house.alerts.tick(now);
    await idle();
  }

  async function idle() {
    for (let wait = 0; wait < 600; wait++) {
      const { rows } = await server.owner.query(
        `select (select count(*)::int from job where state in ('queued', 'running'))
           + (select count(*)::int from delivery where state = 'queued' and next_at <= now()) as busy,
         (select string_agg(problem::text, ' ') from job where state = 'failed') as failed`,
      );
      assert.equal(rows[0].failed, null);
      if (rows[0].busy === 0) return;
      server.jobs.wake();
      await sleep(20);
    }
    assert.fail('it did not come to rest');
  }

  const choose = (actor: Actor, settings: AlertSettings) =>
    server.as(actor)(alertApi.setMine, { body: { settings } });

  async function next({ zone, hour }: AlertSettings): Promise<Date> {
    const { rows } = await server.owner.query<{ at: Date }>(
      `select next_at(now() + interval '1 minute', $1, $2) as at`,
      [zone, hour],
    );
    return rows[0]!.at;
  }

  async function alertOf(actor: Actor) {
    const { items } = await server.as(actor)(alertApi.list, { query: { limit: 1 } });
    return server.as(actor)(alertApi.get, { params: { id: items[0]!.id } });
  }

  async function addressOf({ person }: Actor): Promise<string> {
    return server.database.as(founder, async (tx) => {
      const row = await tx
        .selectFrom('person')
        .select('email')
        .where('id', '=', person)
        .executeTakeFirstOrThrow();
      return row.email;
    });
  }

  /** What the holder of the key has got, as he reads it. */
  async function readBy(actor: Actor): Promise<string[]> {
    const decryptionKeys = await openpgp.readPrivateKey({ armoredKey: privateKey });
    const read = mail.to(await addressOf(actor)).map(async ({ raw }) => {
      const armored = partsOf(raw)[1]!;
      const message = await openpgp.readMessage({
        armoredMessage: armored.slice(armored.indexOf('-----BEGIN')),
      });
      return textOf(String((await openpgp.decrypt({ message, decryptionKeys })).data));
    });
    return Promise.all(read);
  }
});
