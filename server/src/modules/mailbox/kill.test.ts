import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { caseApi, evidenceApi, mailboxApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { ImapServer } from '../../testing/imap-server.ts';
import { Mortal } from '../../testing/mortal.ts';
import { refused } from '../../testing/refused.ts';
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

  it('from another address, as it is filed and as a person takes it in, is there once; a file that came with one arrives whole', async () => {
    const [first] = (await witness.as(analyst)(caseApi.list, { query: {} })).items;
    const params = { id: first!.id };
    const letters = async () => (await witness.as(analyst)(mailboxApi.letters, { params })).items;
    /** The program, killed when it waits to say this to the database. */
    const killedAt = async (table: string, saying: string, doing?: () => Promise<unknown>) => {
      await witness.owner.query('update mailbox set next_at = now()');
      await witness.owner.query(`begin; lock table ${table} in share mode`);
      await mortal.live();
      const ended = doing?.().catch(() => 'cut off');
      await until(`it waits for ${table}`, async () => {
        const { rows } = await witness.database.app.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and query like $1 and datname = current_database()`,
          [`${saying}%`],
        );
        return rows.length > 0;
      });
      await mortal.die();
      await witness.owner.query('rollback');
      return ended;
    };
    const look = async () => {
      await witness.owner.query('update mailbox set next_at = now()');
      await witness.house.mailbox.tick();
    };

    imap.put(letter(`Re: ${first!.reference}`, 'b@elsewhere.example'));
    await killedAt('case_letter', 'insert into "case_letter"');
    assert.equal((await letters()).filter(({ kind }) => kind === 'apart').length, 0);
    await look();
    const [apart, ...more] = (await letters()).filter(({ kind }) => kind === 'apart');
    assert.deepEqual([more.length, apart!.message], [0, null]);

    const take = { params: { ...params, letter: apart!.id } };
    const said = async () => (await witness.as(analyst)(caseApi.get, { params })).messages.length;
    assert.equal(
      await killedAt('case_letter', 'update "case_letter"', () => mortal.as(analyst)(mailboxApi.take, take)),
      'cut off',
    );
    assert.deepEqual(
      [await said(), (await letters()).find(({ id }) => id === apart!.id)!.message],
      [0, null],
    );
    await witness.as(analyst)(mailboxApi.take, take);
    await assert.rejects(witness.as(analyst)(mailboxApi.take, take), refused(409, 'letter-taken'));
    assert.equal(await said(), 1);

    // The letter is in the case, and its file not at its end: the next program finds it on the disk.
    const body = 'A log\r\n';
    imap.put(
      `From: a@plant.example\r\nSubject: ${first!.reference}\r\nMessage-ID: <${crypto.randomUUID()}@plant.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee file\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.log\r\n\r\n${body}--b--\r\n`,
    );
    await killedAt('blob', 'insert into "blob"');
    const file = async () => (await witness.as(analyst)(evidenceApi.list, { params })).items;
    assert.deepEqual(
      (await file()).map(({ name, state }) => [name, state]),
      [['a.log', 'receiving']],
    );
    await witness.house.uploads.recover();
    const [whole, ...others] = await file();
    assert.deepEqual([whole!.state, whole!.sha256, others.length], ['quarantined', whole!.claimed, 0]);
    await look();
    assert.equal((await file()).length, 1);
  });

  const titles = async () =>
    (await witness.as(analyst)(caseApi.list, { query: {} })).items.map(({ title }) => title);
});

const letter = (subject: string, from = 'a@plant.example') =>
  `From: ${from}\r\nSubject: ${subject}\r\nMessage-ID: <${crypto.randomUUID()}@plant.example>\r\n\r\nWords`;
