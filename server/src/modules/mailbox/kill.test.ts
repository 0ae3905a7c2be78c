import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { caseApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { ImapServer } from '../../testing/imap-server.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

describe('a letter, while the program is killed with -9,', { timeout: 300_000 }, () => {
  let imap: ImapServer;
  let witness: TestServer;
  let mortal: Mortal;
  let analyst: Actor;

  before(async () => {
    imap = await new ImapServer().open();
    witness = await startTestServer({ mailbox: imap.settings });
    analyst = await (await witness.organisation('CERT', 'cert')).person('ANA');
    mortal = new Mortal(witness);
  });
  after(async () => {
    await mortal.die();
    await witness.close();
    await imap.close();
  });

  it('is taken once, whether it was about to be taken or to be marked in the mailbox', async () => {
    const marked = new Promise<void>((resolve) => (imap.silent = resolve));
    imap.put(letter('Taken, and not marked'));
    await mortal.live();
    await marked;
    await mortal.die();
    imap.silent = undefined;
    assert.deepEqual(await titles(), ['Taken, and not marked']);

    imap.put(letter('Not taken yet'));
    await witness.owner.query('update mailbox set next_at = now()');
    await witness.owner.query('begin; lock table letter_taken in exclusive mode');
    await mortal.live();
    await until('the letter is about to be taken', async () => {
      const { rows } = await witness.database.app.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into "letter_taken"%' and datname = current_database()`,
      );
      return rows.length > 0;
    });
    await mortal.die();
    await witness.owner.query('rollback');
    assert.deepEqual(await titles(), ['Taken, and not marked']);

    await witness.owner.query('update mailbox set next_at = now()');
    await witness.house.mailbox.tick();
    assert.deepEqual(await titles(), ['Not taken yet', 'Taken, and not marked']);
  });

  const titles = async () =>
    (await witness.as(analyst)(caseApi.list, { query: {} })).items.map(({ title }) => title);
});

const letter = (subject: string) =>
  `From: a@plant.example\r\nSubject: ${subject}\r\nMessage-ID: <${crypto.randomUUID()}@plant.example>\r\n\r\nWords`;
