import assert from 'node:assert/strict';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
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

    // Killed while it waits to ask about room: what is attached lies on the disk already, so that no disk makes those wait
    // who ask after it. Nothing of the letter is there, and what lies is swept when nobody can be writing it any more.
    const withFiles = (...files: readonly string[]) =>
      `From: a@plant.example\r\nSubject: ${first!.reference}\r\nMessage-ID: <${crypto.randomUUID()}@plant.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee file\r\n${files
        .map(
          (name) =>
            `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=${name}\r\n\r\nOf ${name}\r\n`,
        )
        .join('')}--b--\r\n`;
    const file = async () => (await witness.as(analyst)(evidenceApi.list, { params })).items;
    const spool = join(witness.config.data, 'spool', analyst.organisation!);
    const lying = async () => (await readdir(spool).catch(() => [])).map((name) => join(spool, name));
    imap.put(withFiles('1.log', '2.log'));
    await witness.owner.query('update mailbox set next_at = now()');
    await witness.owner.query(`begin; select pg_advisory_xact_lock(hashtext('busbar evidence limits'))`);
    await mortal.live();
    await until('it waits to ask about room', async () => {
      const { rows } = await witness.database.app.query(
        `select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows.length > 0;
    });
    assert.equal((await lying()).length, 2);
    await mortal.die();
    await witness.owner.query('rollback');
    assert.deepEqual(await file(), []);
    await look();
    const arrived = (await file()).map(
      ({ name, state, sha256, claimed }) => [name, sha256 === claimed && state] as const,
    );
    assert.deepEqual(Object.fromEntries(arrived), { '1.log': 'quarantined', '2.log': 'quarantined' });
    const orphans = await lying();
    await witness.house.uploads.sweep();
    assert.deepEqual([orphans.length, await lying()], [2, orphans]);
    for (const orphan of orphans) await utimes(orphan, new Date(), new Date(Date.now() - 2 * 3_600_000));
    await witness.house.uploads.sweep();
    assert.deepEqual(await lying(), []);

    // The letter is in the case, and its file not at its end: the next program finds it on the disk.
    imap.put(withFiles('a.log'));
    await killedAt('blob', 'insert into "blob"');
    const named = async () => (await file()).filter(({ name }) => name === 'a.log');
    assert.deepEqual(
      (await named()).map(({ state }) => state),
      ['receiving'],
    );
    await witness.house.uploads.recover();
    const [whole, ...others] = await named();
    assert.deepEqual([whole!.state, whole!.sha256, others.length], ['quarantined', whole!.claimed, 0]);
    await look();
    assert.equal((await named()).length, 1);
  });

  const titles = async () =>
    (await witness.as(analyst)(caseApi.list, { query: {} })).items.map(({ title }) => title);
});

const letter = (subject: string, from = 'a@plant.example') =>
  `From: ${from}\r\nSubject: ${subject}\r\nMessage-ID: <${crypto.randomUUID()}@plant.example>\r\n\r\nWords`;
