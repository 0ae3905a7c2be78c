import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { auditApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { headersOf, MailServer } from '../../testing/mail-server.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const kills = Math.max(2, Number(process.env['BUSBAR_KILLS'] ?? 2));
const readers = 60;
const about = {
  kind: 'warning',
  ref: '',
  version: '',
  vendors: [],
  severity: null,
  original: 'en',
  summary: '',
};

/** The program that works is killed while it sends; the one that is asked is another. */
describe('mail that is being sent', { timeout: 240_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let mad: Actor | undefined;
  let worker: Mortal;

  before(async () => {
    mail = await new MailServer().open();
    mail.slow = () => sleep(40);
    server = await startTestServer({ mail: mail.settings });
    worker = new Mortal(server);
    await server.organisation('CERT', 'cert');
    const operator = await server.organisation('Nordwasser', 'operator');
    mad = await operator.person('MAD');
    for (let n = 1; n < readers; n++) await operator.person('MEM');
  });
  after(async () => {
    await worker.die();
    await server.close();
    await mail.close();
  });

  it(`reaches everybody, and nobody twice but those in hand at a kill -9 (${kills} kills)`, async (test) => {
    await server.database.as(mad!, async (tx) => {
      const rows = await tx.selectFrom('person').select(['id', 'email']).execute();
      await server.house.deliveries.tell(tx, mad!, {
        key: 'one',
        case: null,
        about,
        texts: { en: { subject: 'Pump 7', text: 'Look at pump 7' } },
        path: '/warnings',
        recipients: rows.map(({ id, email }) => ({ person: id, address: email, language: 'en' as const })),
      });
    });
    for (let kill = 0; kill < kills; kill++) {
      const before = mail.taken.length;
      await worker.live();
      await until('it sends', () => mail.taken.length > before + 3);
      await worker.die();
      test.diagnostic(`killed after ${mail.taken.length} messages`);
    }
    await worker.live();
    await until('everybody is sent to', async () => {
      const { rows } = await server.owner.query(
        `select count(*)::int as sent from delivery where state = 'sent'`,
      );
      return rows[0].sent === readers;
    });
    const recipients = new Set(mail.taken.map(({ to }) => to));
    assert.equal(recipients.size, readers);
    const again = mail.taken.length - readers;
    test.diagnostic(`${again} sent again`);
    // So many go abreast; each kill may leave as many that were taken and not yet acknowledged.
    assert.ok(again <= kills * 3, `${again} sent again`);
    const ids = new Map<string, Set<string>>();
    for (const { to, raw } of mail.taken)
      ids.set(to, (ids.get(to) ?? new Set()).add(headersOf(raw).get('message-id')!));
    assert.ok([...ids.values()].every(({ size }) => size === 1));
  });

  it('takes the head of the ledger to whoever asked for it, of each day once, whenever it is killed', async () => {
    await worker.die();
    const known = mail.taken.length;
    await server.as(mad!)(auditApi.chooseHeadMail, { body: { wanted: true } });
    await server.owner.query(
      `insert into head_reader (owner_id, person_id)
       select organisation_id, person_id from membership where organisation_id = $1 on conflict do nothing`,
      [mad!.organisation],
    );
    await worker.live();
    await until('it sends', () => mail.taken.length > known + 3);
    await worker.die();
    await worker.live();
    await until('everybody is sent to', async () => {
      const { rows } = await server.owner.query(
        `select count(*)::int as sent from delivery d join dispatch p on p.id = d.dispatch_id
         where p.kind = 'head' and d.state = 'sent'`,
      );
      return rows[0].sent >= readers;
    });
    const heads = mail.taken.slice(known);
    // Two where a day ended meanwhile.
    const { rows } = await server.owner.query(`select key from dispatch where kind = 'head'`);
    assert.ok(rows.length <= 2 && new Set(rows.map(({ key }) => key)).size === rows.length);
    const ids = new Set(heads.map(({ raw }) => headersOf(raw).get('message-id')));
    assert.equal(ids.size, rows.length * readers);
    assert.ok(heads.length - ids.size <= 3);
  });
});
