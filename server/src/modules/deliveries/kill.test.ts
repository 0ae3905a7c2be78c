import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import { headersOf, MailServer } from '../../testing/mail-server.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const kills = Math.max(3, Number(process.env['BUSBAR_KILLS'] ?? 3));
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
  let owner: pg.Client;
  let mad: Actor | undefined;
  let worker: ChildProcess | undefined;

  before(async () => {
    mail = await new MailServer().open();
    mail.slow = () => sleep(40);
    server = await startTestServer({ mail: mail.settings });
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    await server.organisation('CERT', 'cert');
    const operator = await server.organisation('Nordwasser', 'operator');
    mad = await operator.person('MAD');
    for (let n = 1; n < readers; n++) await operator.person('MEM');
  });
  after(async () => {
    await die();
    await owner.end();
    await server.close();
    await mail.close();
  });

  it(`reaches everybody, and nobody twice but those in hand at a kill -9 (${kills} kills)`, async (test) => {
    await server.database.as(mad!, async (tx) => {
      const rows = await tx.selectFrom('person').select(['id', 'email']).execute();
      await server.house.deliveries.tell(tx, mad!, {
        key: 'one',
        label: 'GREEN',
        about,
        texts: { en: { subject: 'Pump 7', text: 'Look at pump 7' } },
        path: '/warnings',
        recipients: rows.map(({ id, email }) => ({ person: id, address: email, language: 'en' as const })),
      });
    });
    for (let kill = 0; kill < kills; kill++) {
      const before = mail.taken.length;
      await live();
      await until(() => mail.taken.length > before + 3);
      await die();
      test.diagnostic(`killed after ${mail.taken.length} messages`);
    }
    await live();
    await until(async () => {
      const { rows } = await owner.query(`select count(*)::int as sent from delivery where state = 'sent'`);
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

  async function until(is: () => boolean | Promise<boolean>): Promise<void> {
    for (let wait = 0; wait < 1500; wait++) {
      if (await is()) return;
      await sleep(40);
    }
    assert.fail('it did not come');
  }

  async function live(): Promise<void> {
    worker = spawn(process.execPath, [join(import.meta.dirname, '../../testing/mortal.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    worker.stdin!.end(JSON.stringify({ ...server.config, masterKey: Buffer.alloc(32, 7).toString('hex') }));
    await once(worker.stdout!, 'data');
  }

  async function die(): Promise<void> {
    if (!worker) return;
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;
    worker = undefined;
  }
});
