import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { plantApi } from '@busbar/contract';
import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { headersOf, MailServer } from '../../testing/mail-server.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const readers = 40;
const advisories = 3;

/** From the advisory that comes in to the mail that is taken, killed between any two steps. */
describe('telling people of warnings', { timeout: 240_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let [analyst, mad]: Actor[] = [];
  let worker: Mortal;

  before(async () => {
    mail = await new MailServer().open();
    mail.slow = () => sleep(20);
    server = await startTestServer({ mail: mail.settings });
    worker = new Mortal(server);
    await server.owner.query(`create function at_once() returns trigger language plpgsql as $$ begin
        new.urgency := 'immediate'; return new; end $$;
      create trigger at_once before insert on match for each row execute function at_once()`);
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    const operator = await server.organisation('Nordwasser', 'operator');
    mad = await operator.person('MAD');
    for (let n = 1; n < readers; n++) await operator.person('MEM');
    const { id } = await server.as(mad)(plantApi.addSite, {
      body: { name: 'Works', sector: '', country: '', process: '' },
    });
    for (const name of ['Pump 1', 'Pump 2'])
      await server.as(mad)(plantApi.addAsset, {
        body: { site: id, name, vendor: 'Nordbruk', product: 'PX 200', firmware: '2.3' },
      });
  });
  after(async () => {
    await worker.die();
    await server.close();
    await mail.close();
  });

  it('loses nothing and says nothing twice but what was in hand at a kill -9', async (test) => {
    const documents = Array.from({ length: advisories }, (_, n) => [
      `${n}.json`,
      json(csaf({ id: `NBC-2026-${n}`, title: `Fixed password ${n}` })),
    ]);
    await server.house.imports.importStream(
      analyst!,
      'x.tar',
      bytes(await tar(Object.fromEntries(documents))),
    );
    const steps: [step: string, reached: string][] = [
      ['found', 'select exists (select from alert) as is'],
      ['told', 'select exists (select from dispatch) as is'],
      ['mailed', `select count(*) > 5 as is from delivery where state = 'sent'`],
    ];
    for (const [step, reached] of steps) {
      await worker.live();
      await until(`it is ${step}`, async () => (await server.owner.query(reached)).rows[0].is, 60);
      await worker.die();
      test.diagnostic(`killed when it was ${step}, after ${mail.taken.length} messages`);
    }
    await worker.live();
    await until(
      'everybody is told',
      async () => {
        const { rows } = await server.owner.query(
          `select count(*)::int as sent from alert_reader where state = 'sent'`,
        );
        return rows[0].sent === readers * advisories;
      },
      60,
    );
    const { rows } = await server.owner.query(
      `select (select count(*)::int from alert) as alerts, (select count(*)::int from alert_match) as devices,
        (select count(*)::int from delivery) as deliveries`,
    );
    assert.deepEqual(rows[0], {
      alerts: advisories,
      devices: 2 * advisories,
      deliveries: readers * advisories,
    });
    const messages = new Set(mail.taken.map(({ to, raw }) => `${to} ${headersOf(raw).get('message-id')}`));
    assert.equal(messages.size, readers * advisories);
    const again = mail.taken.length - messages.size;
    test.diagnostic(`${again} sent again`);
    // Three go abreast; the kill while they did may leave as many that were taken and not yet acknowledged, a dispatch.
    assert.ok(again <= 3 * advisories, `${again} sent again`);
  });
});
