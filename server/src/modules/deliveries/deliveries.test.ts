import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { deliveryApi, releaseApi, signingKeyApi, subscriptionApi } from '@busbar/contract';
import * as openpgp from 'openpgp';
import pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import { headersOf, MailServer, partsOf, textOf } from '../../testing/mail-server.ts';
import { TestSubject } from '../../testing/subject.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import type { Snapshot } from '../releases/release-service.ts';

const contact = {
  name: 'CERT of Tests',
  shortName: 'TCERT',
  country: 'DE',
  phone: '+49 30 555 0110',
  email: 'cert@cert.example',
  url: 'https://cert.example',
};

describe('what is published, by mail,', { timeout: 300_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let owner: pg.Client;
  let [author, reviewer, lead, administrator]: Actor[] = [];
  let member: Actor;
  const subjects = new Map<string, TestSubject>();
  const everything = { kinds: [], vendors: [], minSeverity: null, language: 'en' as const };

  before(async () => {
    mail = await new MailServer().open();
    server = await startTestServer({ work: true, mail: mail.settings });
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    await owner.query(`insert into setting values ('cert', $1)`, [JSON.stringify(contact)]);
    const cert = await server.organisation('CERT', 'cert');
    author = await cert.person('ANA');
    reviewer = await cert.person('ANA');
    lead = await cert.person('LEAD');
    administrator = await cert.person('ADM');
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    server.house.releases.lets(TestSubject.all(subjects));
    await server.as(administrator!)(signingKeyApi.create, { body: { years: 2 } });
  });
  after(async () => {
    await owner.end();
    await server.close();
    await mail.close();
  });

  it('reaches who asked for it, once, signed by the key of the CERT', async () => {
    await server.as(member)(subscriptionApi.add, { body: everything });
    await server.as(member)(subscriptionApi.add, { body: { ...everything, kinds: ['advisory'] } });
    const { id, subject } = await released();
    await delivered(id);
    const [message, ...more] = mail.to(await addressOf(member));
    assert.equal(more.length, 0);
    const headers = headersOf(message!.raw);
    assert.equal(headers.get('subject'), `[TCERT] ${subject.now.title}`);
    assert.equal(headers.get('auto-submitted'), 'auto-generated');
    const [inner, signature] = partsOf(message!.raw);
    assert.match(textOf(inner!), /Restrict who reaches the controller/);
    assert.match(textOf(inner!), new RegExp(`http://localhost:8440/published/${id}`));
    assert.equal(await isSigned(inner!, signature!), true);
    const { items, counts } = await server.as(reviewer!)(deliveryApi.ofRelease, { params: { id } });
    assert.deepEqual(
      items.map(({ state, form, organisation }) => [state, form, organisation]),
      [['sent', 'open', 'Nordwasser']],
    );
    assert.equal(counts.sent, 1);
  });

  async function released(changes: Partial<Snapshot> = {}) {
    const subject = new TestSubject(author!.person!, changes);
    subjects.set(subject.id, subject);
    const { id } = await server.as(author!)(releaseApi.propose, {
      body: { subject: { kind: 'publication', id: subject.id } },
    });
    const { snapshot } = await server.as(lead!)(releaseApi.get, { params: { id } });
    await server.as(reviewer!)(releaseApi.review, {
      params: { id },
      body: { snapshot, couldHarm: false, reason: 'It helps defenders', answers: {} },
    });
    await server.as(lead!)(releaseApi.approve, { params: { id }, body: { snapshot, sendAt: null } });
    return { id, subject };
  }

  /** Nothing of it waits any more, or waits for a later hour. */
  async function delivered(id: string): Promise<void> {
    for (let wait = 0; wait < 400; wait++) {
      const { rows } = await owner.query(
        `select (select count(*)::int from dispatch where release_id = $1) as told,
          (select count(*)::int from dispatch d where release_id = $1 and (expanded_at is null or exists (
            select from delivery v where v.dispatch_id = d.id and v.state in ('queued', 'failed') and v.next_at <= now()))) as open`,
        [id],
      );
      if (rows[0].told > 0 && rows[0].open === 0) return;
      await sleep(50);
    }
    assert.fail('it was not delivered');
  }

  async function addressOf({ person }: Actor): Promise<string> {
    const { rows } = await owner.query<{ email: string }>(`select email from person where id = $1`, [person]);
    return rows[0]!.email;
  }

  async function isSigned(inner: string, signature: string): Promise<boolean> {
    const { items } = await server.as(server.visitor)(signingKeyApi.list, {});
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: Buffer.from(inner, 'latin1') }),
      signature: await openpgp.readSignature({
        armoredSignature: signature.slice(signature.indexOf('-----BEGIN')),
      }),
      verificationKeys: await openpgp.readKey({ armoredKey: items[0]!.publicKey }),
    });
    return signatures[0]!.verified.then(
      () => true,
      () => false,
    );
  }
});
