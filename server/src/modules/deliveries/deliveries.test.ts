import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  auditApi,
  deliveryApi,
  mailApi,
  type NewSubscription,
  releaseApi,
  type Role,
  signingKeyApi,
  subscriptionApi,
} from '@busbar/contract';
import { sql } from 'kysely';
import * as openpgp from 'openpgp';

import type { Actor } from '../../platform/actor.ts';
import { decoded, fieldsOf, headersOf, MailServer, partsOf, textOf } from '../../testing/mail-server.ts';
import { type ReleaseGate, releaseGate } from '../../testing/release-gate.ts';
import { csafFile, TestSubject } from '../../testing/subject.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import type { Snapshot } from '../releases/release-service.ts';

const hasGpg = spawnSync('gpg', ['--version']).status === 0;

describe('what is published, by mail,', { timeout: 300_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let gate: ReleaseGate;
  let member: Actor;
  const everything = { kinds: [], vendors: [], minSeverity: null, language: 'en' as const };

  before(async () => {
    mail = await new MailServer().open();
    server = await startTestServer({ work: true, mail: mail.settings });
    gate = await releaseGate(server);
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
  });
  after(async () => {
    await server.close();
    await mail.close();
  });

  it('reaches who asked for it, once, signed by the key of the CERT', async () => {
    await server.as(member)(subscriptionApi.add, { body: everything });
    await server.as(member)(subscriptionApi.add, { body: { ...everything, kinds: ['advisory'] } });
    const { id, subject } = await gate.released();
    await gate.delivered(id);
    const [message, ...more] = mail.to(await addressOf(member));
    assert.equal(more.length, 0);
    const headers = headersOf(message!.raw);
    assert.equal(headers.get('subject'), `[TCERT] ${subject.now.title}`);
    assert.equal(headers.get('auto-submitted'), 'auto-generated');
    const [inner, signature] = partsOf(message!.raw);
    assert.match(textOf(inner!), /Restrict who reaches the controller/);
    assert.match(textOf(inner!), new RegExp(`http://localhost:8440/published/${id}`));
    assert.equal(await isSigned(inner!, signature!), true);
    const { items, counts } = await server.as(gate.reviewer)(deliveryApi.ofRelease, { params: { id } });
    assert.deepEqual(
      items.map(({ state, form, organisation }) => [state, form, organisation]),
      [['sent', 'open', 'Nordwasser']],
    );
    assert.equal(counts.sent, 1);
  });

  describe('goes by what was asked for:', () => {
    it('kinds, vendors and severity, and what says nothing of these comes all the same', async () => {
      const wanted: [what: string, criteria: Partial<NewSubscription>, comes: boolean][] = [
        ['by kind', { kinds: ['guidance'] }, false],
        ['by vendor', { vendors: ['AURUM controls GmbH'] }, true],
        ['by another vendor', { vendors: ['Fenix HMI'] }, false],
        ['by severity', { minSeverity: 'critical' }, true],
      ];
      const readers = [];
      for (const [what, criteria, comes] of wanted) {
        const reader = await memberOf('operator', 'MEM');
        await server.as(reader)(subscriptionApi.add, { body: { ...everything, ...criteria } });
        readers.push({ what, comes, address: await addressOf(reader) });
      }
      const { id } = await gate.released();
      await gate.delivered(id);
      for (const { what, comes, address } of readers)
        assert.equal(mail.to(address).length, comes ? 1 : 0, what);
    });

    it('in the language asked for, where there is a text in it', async () => {
      const reader = await memberOf('operator', 'MEM');
      await server.as(reader)(subscriptionApi.add, { body: { ...everything, language: 'ru' } });
      await gate.delivered((await gate.released()).id);
      const [inner] = partsOf(mail.to(await addressOf(reader))[0]!.raw);
      assert.match(textOf(inner!), /Ограничьте доступ к контроллеру/);
      assert.match(textOf(inner!), /Изменить или прекратить подписку/);
    });
  });

  describe('tells nobody what the portal would not show him:', () => {
    it('what is for members does not reach a reader without an account', async () => {
      const reader = await stranger();
      const { id } = await gate.released(forMembers());
      await gate.delivered(id);
      assert.deepEqual(
        mail.to(reader).map(({ raw }) => headersOf(raw).get('subject')),
        ['TCERT: is this your address?'],
      );
      assert.match(
        headersOf((await mail.newest(await addressOf(member), 2)).raw).get('subject')!,
        /^\[TCERT\] TLP:GREEN/,
      );
    });

    it('who left his organisation is not told of what is only for its members', async () => {
      const reader = await memberOf('operator', 'MEM');
      await server.as(reader)(subscriptionApi.add, { body: everything });
      await server.owner.query(`update membership set until = now() where person_id = $1`, [reader.person]);
      await gate.delivered((await gate.released(forMembers())).id);
      assert.equal(mail.to(await addressOf(reader)).length, 0);
    });

    it('above GREEN there is a notice without content, and with a key of the recipient the content, sealed', async () => {
      const [plain, keyed] = [await memberOf('operator', 'MEM'), await memberOf('operator', 'MEM')];
      const { privateKey, publicKey } = await openpgp.generateKey({
        type: 'ecc',
        userIDs: [{ email: await addressOf(keyed) }],
        format: 'armored',
      });
      for (const reader of [plain, keyed]) await server.as(reader)(subscriptionApi.add, { body: everything });
      await server.as(keyed)(subscriptionApi.setKey, { body: { publicKey } });
      const organisations = [plain.organisation!, keyed.organisation!];
      const { id, subject } = await gate.released({
        label: 'AMBER',
        scope: 'orgs',
        audience: organisations,
        files: [],
      });
      await gate.delivered(id);
      const [notice] = mail.to(await addressOf(plain));
      assert.doesNotMatch(notice!.raw, /Aurum|AX-300|controller|контроллер|4\.35/);
      assert.match(textOf(partsOf(notice!.raw)[0]!), new RegExp(`TLP:AMBER[^]*/published/${id}`));
      const [sealed] = mail.to(await addressOf(keyed));
      assert.doesNotMatch(sealed!.raw, /Aurum|AX-300|4\.35/);
      const { data, signatures } = await openpgp.decrypt({
        message: await openpgp.readMessage({ armoredMessage: armorIn(partsOf(sealed!.raw)[1]!) }),
        decryptionKeys: await openpgp.readPrivateKey({ armoredKey: privateKey }),
        verificationKeys: await keyOfCert(),
      });
      assert.equal(await signatures[0]!.verified, true);
      assert.match(textOf(data as string), new RegExp(subject.now.title));
      const { items } = await server.as(gate.lead)(deliveryApi.ofRelease, { params: { id } });
      assert.deepEqual(new Set(items.map(({ form }) => form)), new Set(['notice', 'encrypted']));
    });

    it('a key that has ended encrypts nothing, and the notice comes instead', async () => {
      const reader = await memberOf('operator', 'MEM');
      const { publicKey } = await openpgp.generateKey({ userIDs: [{ email: 'a@b.example' }] });
      await server.as(reader)(subscriptionApi.add, { body: everything });
      await server.as(reader)(subscriptionApi.setKey, { body: { publicKey } });
      await server.owner.query(`update recipient_key set expires_at = now() where person_id = $1`, [
        reader.person,
      ]);
      const audience = [reader.organisation!];
      await gate.delivered((await gate.released({ label: 'AMBER', scope: 'orgs', audience, files: [] })).id);
      assert.match(mail.to(await addressOf(reader))[0]!.raw, /multipart\/signed/);
    });

    it('what is for one person alone leaves although the lead who approved it is not that person', async () => {
      const reader = await (await server.organisation('Delta Motors', 'operator')).person('MEM');
      await server.as(reader)(subscriptionApi.add, { body: everything });
      const one = { label: 'RED', scope: 'named', audience: [reader.person!], files: [] } as const;
      const { id } = await gate.released(one);
      await gate.delivered(id);
      const [notice] = mail.to(await addressOf(reader));
      assert.doesNotMatch(notice!.raw, /Aurum|AX-300|4\.35/);
      await until('it is found by its words', async () => {
        const found = await server.owner.query(`select from search_restricted where release_id = $1`, [id]);
        return found.rows.length > 0;
      });
      await server.as(gate.lead)(releaseApi.recall, { params: { id }, body: { reason: 'Wrong' } });
      await gate.delivered(id, 2);
      const { rows } = await server.owner.query(
        `select recalled_at is not null as recalled from published where release_id = $1`,
        [id],
      );
      assert.deepEqual(rows, [{ recalled: true }]);
      assert.equal(mail.to(await addressOf(reader)).length, 2);
      assert.equal(mail.to(await addressOf(gate.lead)).length, 0);
    });

    it('a private key is refused, and a key that only signs', async () => {
      const { privateKey } = await openpgp.generateKey({ userIDs: [{ email: 'a@b.example' }] });
      await assert.rejects(
        server.as(member)(subscriptionApi.setKey, { body: { publicKey: privateKey } }),
        /your private key/,
      );
      const { publicKey } = await openpgp.generateKey({
        userIDs: [{ email: 'a@b.example' }],
        subkeys: [{ sign: true }],
      });
      await assert.rejects(
        server.as(member)(subscriptionApi.setKey, { body: { publicKey } }),
        /Nothing can be encrypted/,
      );
    });
  });

  describe('without an account', () => {
    it('comes only after whoever reads the mail of the address has said so', async () => {
      const address = `reader-${crypto.randomUUID()}@public.example`;
      await request(address);
      const asked = await mail.newest(address);
      await gate.delivered((await gate.released()).id);
      assert.equal(mail.to(address).length, 1);
      const token = linkIn(asked.raw, 'subscriptions/confirm');
      const { state } = await server.as(server.visitor)(subscriptionApi.confirm, { params: { token } });
      assert.equal(state, 'on');
      await gate.delivered((await gate.released()).id);
      assert.equal(mail.to(address).length, 2);
    });

    it('is asked for with the same answer whoever owns the address, and not more than a few times', async () => {
      const address = `often-${crypto.randomUUID()}@public.example`;
      for (let n = 0; n < 5; n++) assert.deepEqual(await request(address), { done: true });
      assert.deepEqual(await request(await addressOf(member)), { done: true });
      await mail.newest(address, 3);
      await sleep(500);
      assert.equal(mail.to(address).length, 3);
    });

    it('is ended by one click of a mail program, and not by looking', async () => {
      const address = await stranger();
      await gate.delivered((await gate.released()).id);
      const headers = headersOf((await mail.newest(address, 2)).raw);
      assert.equal(headers.get('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
      const { pathname } = new URL(headers.get('list-unsubscribe')!.slice(1, -1));
      const looked = await server.app.inject({ method: 'GET', url: pathname });
      assert.equal(looked.statusCode, 303);
      assert.equal(await countOf('subscription', address), 1);
      const ended = await server.app.inject({
        method: 'POST',
        url: pathname,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'List-Unsubscribe=One-Click',
      });
      assert.equal(ended.statusCode, 200);
      assert.equal(await countOf('subscription', address), 0);
    });

    it('is changed and ended by the link in each message, and by no other', async () => {
      const address = await stranger();
      await gate.delivered((await gate.released()).id);
      const token = linkIn((await mail.newest(address, 2)).raw, 'subscriptions');
      const asVisitor = server.as(server.visitor);
      const changed = await asVisitor(subscriptionApi.changeByLink, {
        params: { token },
        body: { ...everything, kinds: ['guidance'] },
      });
      assert.deepEqual(changed.kinds, ['guidance']);
      const other = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
      for (const wrong of [other, 'x', '', token.slice(1)])
        await assert.rejects(asVisitor(subscriptionApi.endByLink, { params: { token: wrong || 'x' } }), {
          status: 404,
        });
      // The link that confirms is another one.
      await assert.rejects(asVisitor(subscriptionApi.confirm, { params: { token } }), { status: 404 });
      await asVisitor(subscriptionApi.endByLink, { params: { token } });
      assert.equal(await countOf('subscription', address), 0);
    });
  });

  describe('when it is not taken', () => {
    after(() => {
      mail.refuses = () => undefined;
    });

    it('for now, is tried again later, and by staff at once', async () => {
      const reader = await memberOf('operator', 'MEM');
      const address = await addressOf(reader);
      await server.as(reader)(subscriptionApi.add, { body: everything });
      mail.refuses = (to) => (to === address ? { code: 451, text: 'come back later' } : undefined);
      const { id } = await gate.released();
      await gate.delivered(id);
      const failed = await deliveryTo(id, address);
      assert.equal(failed.state, 'failed');
      assert.match(failed.reason!.text, /come back later/);
      assert.ok(Date.parse(failed.nextAt!) > Date.now() + 30_000);
      mail.refuses = () => undefined;
      const { queued } = await server.as(gate.reviewer)(deliveryApi.retry, { params: { id }, body: {} });
      assert.equal(queued, 1);
      await gate.delivered(id);
      assert.equal((await deliveryTo(id, address)).state, 'sent');
      assert.equal(mail.to(address).length, 1);
    });

    it('for good three times in a row, is not sent to that address any more, and its owner sees why', async () => {
      const reader = await memberOf('operator', 'MEM');
      const address = await addressOf(reader);
      const { id: subscription } = await server.as(reader)(subscriptionApi.add, { body: everything });
      mail.refuses = (to) => (to === address ? { code: 550, text: 'no such mailbox' } : undefined);
      for (let n = 0; n < 3; n++) {
        const { id } = await gate.released();
        await gate.delivered(id);
        assert.equal((await deliveryTo(id, address)).state, 'givenUp');
      }
      const { items } = await server.as(reader)(subscriptionApi.list, {});
      assert.equal(items[0]!.state, 'off');
      assert.match(items[0]!.offReason!.text, /no such mailbox/);
      await gate.delivered((await gate.released()).id);
      mail.refuses = () => undefined;
      await server.as(reader)(subscriptionApi.change, { params: { id: subscription }, body: everything });
      await gate.delivered((await gate.released()).id);
      assert.equal(mail.to(address).length, 1);
    });

    it('because our own mail server is away, waits, and counts against nobody', async () => {
      const reader = await memberOf('operator', 'MEM');
      const address = await addressOf(reader);
      await server.as(reader)(subscriptionApi.add, { body: everything });
      const { port } = mail.settings;
      await mail.close();
      const { id } = await gate.released();
      await gate.delivered(id);
      const waiting = await deliveryTo(id, address);
      assert.deepEqual([waiting.state, waiting.attempts], ['queued', 0]);
      assert.match(waiting.reason!.text, /cannot be reached/);
      const { reachable, waiting: many } = await server.as(gate.administrator)(mailApi.state, {});
      assert.equal(reachable, false);
      assert.ok(many > 0);
      const before = mail;
      mail = await new MailServer().open(port);
      mail.taken.push(...before.taken);
      await server.owner.query(`update delivery set next_at = now() where state = 'queued'`);
      await server.house.deliveries.tick();
      await gate.delivered(id);
      assert.equal((await deliveryTo(id, address)).state, 'sent');
    });
  });

  describe('after a recall', () => {
    it('tells everybody who got it, and nobody else; what had not gone does not go', async () => {
      const [got, refused] = [await memberOf('operator', 'MEM'), await memberOf('operator', 'MEM')];
      for (const reader of [got, refused]) await server.as(reader)(subscriptionApi.add, { body: everything });
      const [to, not] = [await addressOf(got), await addressOf(refused)];
      mail.refuses = (address) => (address === not ? { code: 550, text: 'no such mailbox' } : undefined);
      const { id, subject } = await gate.released();
      await gate.delivered(id);
      mail.refuses = () => undefined;
      const late = await memberOf('operator', 'MEM');
      await server.as(late)(subscriptionApi.add, { body: everything });
      // Whoever has left the list since got it all the same.
      const { items } = await server.as(got)(subscriptionApi.list, {});
      await server.as(got)(subscriptionApi.end, { params: { id: items[0]!.id } });
      await server.as(gate.lead)(releaseApi.recall, {
        params: { id },
        body: { reason: 'The range was wrong' },
      });
      await gate.delivered(id, 2);
      const correction = mail.to(to).at(-1)!;
      assert.equal(mail.to(to).length, 2);
      assert.equal(headersOf(correction.raw).get('subject'), `[TCERT] Recalled: ${subject.now.title}`);
      assert.match(textOf(partsOf(correction.raw)[0]!), /The range was wrong/);
      assert.equal(mail.to(not).length + mail.to(await addressOf(late)).length, 0);
      const { queued } = await server.as(gate.lead)(deliveryApi.retry, { params: { id }, body: {} });
      assert.equal(queued, 0);
    });
  });

  describe('holds against hostile words', () => {
    it('in a title: a header stays one header, and says no more than the title', async () => {
      const reader = await memberOf('operator', 'MEM');
      await server.as(reader)(subscriptionApi.add, { body: everything });
      const { texts } = new TestSubject(gate.author.person!).now;
      const sent = async (title: string) => {
        await gate.delivered((await gate.released({ title, texts: [{ ...texts[0]!, title }] })).id);
        return mail.to(await addressOf(reader)).at(-1)!.raw;
      };
      const harmless = fieldsOf(await sent('Harmless'));
      for (const [title, told] of [
        [
          'Harmless\r\nBcc: victim@example.org\r\n\r\nFrom here on a body',
          'Harmless Bcc: victim@example.org From here on a body',
        ],
        [
          '=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?=',
          '=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?=',
        ],
        ['Ventil\u202Eexe.fdp\u2066 zu', 'Ventil exe.fdp zu'],
        ['A'.repeat(10_000), 'A'.repeat(400)],
      ] as const) {
        const raw = await sent(title);
        assert.deepEqual(fieldsOf(raw), harmless, title.slice(0, 40));
        const subject = decoded(headersOf(raw).get('subject')!);
        assert.ok(subject.startsWith(`[TCERT] ${told}`) && subject.length < 600, subject.slice(0, 80));
        // RFC 5322 section 2.1.1.
        assert.ok(Math.max(...raw.split('\r\n').map((one) => one.length)) <= 998);
        const [inner, signature] = partsOf(raw);
        assert.equal(await isSigned(inner!, signature!), true);
        // Programs that keep mail in one file write “>From”, and would break the signature.
        assert.doesNotMatch(raw, /^From /m);
      }
      assert.deepEqual(mail.to('victim@example.org'), []);
    });

    it('and another program finds the signature good', { skip: !hasGpg && 'gpg is not here' }, async () => {
      const reader = await memberOf('operator', 'MEM');
      await server.as(reader)(subscriptionApi.add, { body: everything });
      await gate.delivered((await gate.released()).id);
      const [inner, signature] = partsOf(mail.to(await addressOf(reader))[0]!.raw);
      const folder = mkdtempSync(join(tmpdir(), 'busbar-gpg-'));
      writeFileSync(join(folder, 'part'), inner!, 'latin1');
      writeFileSync(join(folder, 'part.asc'), armorIn(signature!));
      writeFileSync(join(folder, 'key.asc'), (await keyOfCert()).armor());
      const gpg = (...args: string[]) =>
        spawnSync('gpg', ['--homedir', folder, '--batch', ...args], { encoding: 'utf8' });
      gpg('--import', join(folder, 'key.asc'));
      const { status, stderr } = gpg('--verify', join(folder, 'part.asc'), join(folder, 'part'));
      rmSync(folder, { recursive: true, force: true });
      assert.equal(status, 0, stderr);
    });
  });

  describe('cannot leave past the gate:', () => {
    it('the database takes no dispatch of a release that is not out, or under another label', async () => {
      const { id } = await gate.released();
      await gate.delivered(id);
      const add = (columns: string) =>
        server.database.as(gate.lead, (tx) =>
          sql`insert into dispatch (owner_id, label, scope, key, kind, release_id, about, texts, path)
            ${sql.raw(columns)}`.execute(tx),
        );
      const { organisation } = gate.lead;
      await assert.rejects(
        add(
          `values ('${organisation}', 'CLEAR', 'public', 'a', 'published', gen_random_uuid(), '{}', '{}', '/a')`,
        ),
        /dispatch-without-release|foreign key/,
      );
      await assert.rejects(
        add(
          `select owner_id, 'GREEN', 'partners', 'b', 'published', release_id, '{}', '{}', '/a' from published where release_id = '${id}'`,
        ),
        /foreign key/,
      );
      await assert.rejects(
        add(
          `select owner_id, label, scope, 'c', 'recalled', release_id, '{}', '{}', '/a' from published where release_id = '${id}'`,
        ),
        /dispatch-without-release/,
      );
      await assert.rejects(
        add(
          `values ('${organisation}', 'CLEAR', 'public', 'd', 'confirmation', null, '{}', '{"en":{}}', '/a')`,
        ),
        /check constraint/,
      );
    });

    it('what stands on no release reaches the people of its own organisation, and nobody else', async () => {
      const colleague = await memberOf('operator', 'MAD');
      const address = await addressOf(colleague);
      const notice = (key: string, person: Actor, to: string) => ({
        key,
        case: null,
        about: {
          kind: 'warning',
          ref: '',
          version: '',
          vendors: [],
          severity: null,
          original: 'en',
          summary: '',
        },
        texts: { en: { subject: 'Pump 7', text: 'Pump 7 has an open port' } },
        path: '/warnings',
        recipients: [{ person: person.person!, address: to, language: 'en' as const }],
      });
      const { deliveries } = server.house;
      const tell = (key: string, person: Actor, to: string) =>
        server.database.as(colleague, (tx) => deliveries.tell(tx, colleague, notice(key, person, to)));
      assert.ok(await tell('one', colleague, address));
      assert.equal(await tell('one', colleague, address), undefined);
      await assert.rejects(tell('two', member, await addressOf(member)), /delivery-leaves-without-release/);
      await assert.rejects(
        tell('three', colleague, 'elsewhere@example.org'),
        /delivery-leaves-without-release/,
      );
      server.jobs.wake();
      const { raw } = await mail.newest(address);
      assert.doesNotMatch(raw, /Pump/);
      assert.equal(mail.to(address).length, 1);
    });
  });

  it('is tested by the administrator, to himself', async () => {
    const { address, said } = await server.as(gate.administrator)(mailApi.test, {});
    assert.equal(address, await addressOf(gate.administrator));
    assert.match(said!, /^250/);
    const state = await server.as(gate.administrator)(mailApi.state, {});
    assert.deepEqual([state.on, state.reachable, state.from], [true, true, 'news@cert.example']);
  });

  /** A member of an organisation of his own. */
  async function memberOf(kind: string, role: Role): Promise<Actor> {
    return (await server.organisation(`Org ${crypto.randomUUID().slice(0, 8)}`, kind)).person(role);
  }

  /** A reader without an account whose address is confirmed. */
  async function stranger(): Promise<string> {
    const address = `reader-${crypto.randomUUID()}@public.example`;
    await request(address);
    const token = linkIn((await mail.newest(address)).raw, 'subscriptions/confirm');
    await server.as(server.visitor)(subscriptionApi.confirm, { params: { token } });
    return address;
  }

  async function request(address: string) {
    // Tests ask more often than people do.
    await server.owner.query(`delete from mail_request where at < now() - interval '2 seconds'`);
    return server.as(server.visitor)(subscriptionApi.request, { body: { ...everything, address } });
  }

  async function deliveryTo(id: string, address: string) {
    const { items } = await server.as(gate.reviewer)(deliveryApi.ofRelease, {
      params: { id },
      query: { search: address },
    });
    return items[0]!;
  }

  async function countOf(table: string, address: string): Promise<number> {
    const { rows } = await server.owner.query(
      `select count(*)::int as count from ${table} where address = $1`,
      [address],
    );
    return rows[0].count;
  }

  describe('as the head of the ledger', () => {
    const wants = (actor: Actor, wanted: boolean) =>
      server.as(actor)(auditApi.chooseHeadMail, { body: { wanted } });
    const mails = async (actor: Actor) =>
      mail
        .to(await addressOf(actor))
        .filter(({ raw }) => /the ledger on/i.test(headersOf(raw).get('subject')!));
    const sent = (day: string) =>
      until('they are sent', async () => {
        const { rows } = await server.owner.query(
          `select d.state from delivery d join dispatch p on p.id = d.dispatch_id where p.key = $1`,
          [`head ${day}`],
        );
        return rows.length > 0 && rows.every(({ state }) => state === 'sent');
      });

    it('reaches whoever of a member asked for it, once a day, signed, and nobody else', async () => {
      const works = await server.organisation('Works with heads', 'operator');
      const [reader, colleague, leaver] = [
        await works.person('MAD'),
        await works.person('MEM'),
        await works.person('MEM'),
      ];
      for (const one of [reader, leaver]) await wants(one, true);
      assert.deepEqual(await server.as(reader)(auditApi.headMail), { wanted: true, mail: true });
      assert.equal((await server.as(colleague)(auditApi.headMail)).wanted, false);
      await server.owner.query('update membership set until = now() where person_id = $1', [leaver.person]);

      for (let hour = 0; hour < 3; hour++) await server.house.headMail.tick('2999-01-01');
      await sent('2999-01-01');
      const [message, ...more] = await mails(reader);
      assert.equal(more.length, 0);
      const { items } = await server.as(server.visitor)(auditApi.heads, { query: { limit: 1 } });
      const [inner, signature] = partsOf(message!.raw);
      assert.ok(textOf(inner!).includes(items[0]!.hash));
      assert.match(textOf(signature!), /BEGIN PGP SIGNATURE/);
      assert.match(textOf(inner!), /^TLP:CLEAR/m);
      for (const nobody of [colleague, leaver]) assert.deepEqual(await mails(nobody), []);

      await server.house.headMail.tick('2999-01-02');
      await sent('2999-01-02');
      assert.equal((await mails(reader)).length, 2);
      await wants(reader, false);
      await server.house.headMail.tick('2999-01-03');
      await sleep(500);
      assert.equal((await mails(reader)).length, 2);
    });
  });

  async function addressOf({ person }: Actor): Promise<string> {
    const { rows } = await server.owner.query<{ email: string }>(`select email from person where id = $1`, [
      person,
    ]);
    return rows[0]!.email;
  }

  async function isSigned(inner: string, signature: string): Promise<boolean> {
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: Buffer.from(inner, 'latin1') }),
      signature: await openpgp.readSignature({ armoredSignature: armorIn(signature) }),
      verificationKeys: await keyOfCert(),
    });
    return signatures[0]!.verified.then(
      () => true,
      () => false,
    );
  }

  async function keyOfCert() {
    const { items } = await server.as(server.visitor)(signingKeyApi.list, {});
    return openpgp.readKey({ armoredKey: items[0]!.publicKey });
  }
});

/** Something that is for members only. */
function forMembers(): Partial<Snapshot> {
  const ref = `BB-2026-${crypto.randomUUID().slice(0, 6)}`;
  return { ref, label: 'GREEN', scope: 'members', files: [csafFile(ref, 'GREEN')] };
}

const armorIn = (part: string) => part.slice(part.indexOf('-----BEGIN'));

/** The token of the first link of this kind in a message. */
function linkIn(raw: string, path: string): string {
  return new RegExp(`/${path}/([\\w-]+)`).exec(textOf(partsOf(raw)[0]!))![1]!;
}
