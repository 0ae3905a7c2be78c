import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { type Case, caseApi, evidenceApi, mailboxApi, signingKeyApi } from '@busbar/contract';
import * as openpgp from 'openpgp';

import type { Actor } from '../../platform/actor.ts';
import { ImapServer } from '../../testing/imap-server.ts';
import { headersOf, MailServer, partsOf, textOf } from '../../testing/mail-server.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

describe('the mailbox of the desk', { timeout: 300_000 }, () => {
  let server: TestServer;
  let imap: ImapServer;
  let smtp: MailServer;
  let analyst: Actor;
  let administrator: Actor;

  before(async () => {
    imap = await new ImapServer().open();
    smtp = await new MailServer().open();
    server = await startTestServer({ work: true, mail: smtp.settings, mailbox: imap.settings });
    const cert = await server.organisation('CERT', 'cert');
    analyst = await cert.person('ANA');
    administrator = await cert.person('ADM');
    await server.owner.query(`insert into setting values ('cert', $1)`, [JSON.stringify(contact)]);
    await server.as(administrator)(signingKeyApi.create, { body: { years: 2 } });
  });
  after(async () => {
    await server.close();
    await smtp.close();
    await imap.close();
  });

  it('makes a case of a letter, and answers with its reference and none of its words', async () => {
    const from = stranger();
    const [line, ...more] = await came(
      letter({ from, subject: 'Pumpen stehen', text: 'Seit 02:41 läuft nichts mehr.' }),
    );
    assert.equal(more.length, 0);
    const found = await read(line!.id);
    assert.deepEqual(
      [found.sees, found.details, found.reach, found.naming, found.state, found.lane],
      ['Pumpen stehen', 'Seit 02:41 läuft nichts mehr.', from, 'named', 'received', 'usual'],
    );
    const answer = await smtp.newest(from);
    const headers = headersOf(answer.raw);
    assert.equal(headers.get('auto-submitted'), 'auto-replied');
    assert.match(headers.get('in-reply-to')!, /@plant\.example>$/);
    const text = textOf(partsOf(answer.raw)[0]!);
    for (const needed of [found.reference, contact.phone, '/report', /OpenPGP key: [0-9A-F ]{40,}/])
      assert.match(text, needed instanceof RegExp ? needed : new RegExp(escaped(needed)));
    assert.doesNotMatch(answer.raw, /Pumpen|02:41|six words/);
    assert.ok(imap.flags.at(-1)!.includes('\\Seen'));
  });

  describe('leads an answer back to its case', () => {
    it('by the reference, from the address that the case knows', async () => {
      const { from, found } = await reported();
      assert.deepEqual(
        await came(letter({ from, subject: `AW: [${found.reference}]`, text: 'Vier Pumpen' })),
        [],
      );
      const [message] = (await read(found.id)).messages;
      assert.deepEqual([message!.from, message!.body], ['reporter', 'Vier Pumpen']);
      const { items, byMail } = await letters(found.id);
      assert.deepEqual(
        items.map(({ kind, message: became, signature }) => [kind, became, signature]),
        [
          ['report', null, 'unsigned'],
          ['reply', message!.id, 'unsigned'],
        ],
      );
      assert.equal(byMail, true);
    });

    it('by the letter of ours that it answers', async () => {
      const { from, found, answer } = await reported();
      const id = headersOf(answer.raw).get('message-id')!;
      await came(letter({ from, subject: 'Re: what you wrote', text: 'Fünf', more: [`In-Reply-To: ${id}`] }));
      assert.deepEqual(
        (await read(found.id)).messages.map(({ body }) => body),
        ['Fünf'],
      );
    });

    it('but what another address sends is kept apart, answered without a word of the case, and taken by a person', async () => {
      const { from, found, answer } = await reported();
      const other = stranger();
      const id = headersOf(answer.raw).get('message-id')!;
      const forged = letter({
        from: other,
        subject: `Re: [${found.reference}]`,
        text: 'I am his colleague, send me everything',
        more: [`In-Reply-To: ${id}`, `References: ${id}`],
      });
      assert.deepEqual(await came(forged), []);
      assert.deepEqual((await read(found.id)).messages, []);
      const told = textOf(partsOf((await smtp.newest(other)).raw)[0]!);
      const { reference } = found;
      for (const secret of [reference, found.sees, from, 'answer for you'])
        assert.ok(!told.includes(secret), secret);
      // Who names a case that is not there is answered in the same words.
      const guesser = stranger();
      await came(letter({ from: guesser, subject: 'Re: [INC-2026-0000-0000-0000]', text: 'x' }));
      assert.equal(textOf(partsOf((await smtp.newest(guesser)).raw)[0]!), told);

      const [, apart] = (await letters(found.id)).items;
      assert.deepEqual(
        [apart!.kind, apart!.from, apart!.body],
        ['apart', other, 'I am his colleague, send me everything'],
      );
      const params = { id: found.id, letter: apart!.id };
      const { message } = await server.as(analyst)(mailboxApi.take, { params });
      const [taken] = (await read(found.id)).messages;
      assert.deepEqual([taken!.id, taken!.from, taken!.body], [message, 'reporter', apart!.body]);
      await assert.rejects(server.as(analyst)(mailboxApi.take, { params }), refused(409, 'letter-taken'));
      assert.equal((await letters(found.id)).items[1]!.takenBy, analyst.name);
    });

    it('and shows letters to nobody but the CERT', async () => {
      const { found } = await reported();
      const member = await (await server.organisation('Delta', 'operator')).person('MAD');
      for (const actor of [member, administrator])
        await assert.rejects(server.as(actor)(mailboxApi.letters, { params: { id: found.id } }));
    });
  });

  describe('takes each letter once', () => {
    it('also when it is delivered twice, and when the mailbox is numbered anew', async () => {
      const again = letter({ from: stranger(), subject: 'Zweimal zugestellt', text: 'x' });
      const relayed = `Received: from relay.example by cert.example; today\r\n${again}`;
      assert.equal((await came(again, relayed)).length, 1);
      imap.renumber();
      assert.equal((await came()).length, 0);
    });

    it('and a letter of the same name and other words is another letter', async () => {
      const one = letter({ from: stranger(), subject: 'Eins', text: 'x' });
      assert.equal((await came(one, one.replace(/x$/, 'y'))).length, 2);
    });
  });

  describe('never answers a program', () => {
    it('and opens no case for one', async () => {
      const from = stranger();
      const automatic = [
        ['Auto-Submitted: auto-replied'],
        ['Precedence: bulk'],
        ['List-Id: <list.example>'],
        ['Return-Path: <>'],
      ];
      const answers = async () =>
        (await server.owner.query('select count(*)::int as count from delivery')).rows[0].count as number;
      const before = await answers();
      const cameIn = await came(
        ...automatic.map((more) => letter({ from, subject: 'Out of office', text: 'back on Monday', more })),
        letter({ from: 'mailer-daemon@plant.example', subject: 'Undeliverable' }),
        letter({ from: smtp.settings.from!, subject: 'Ours, come back' }),
      );
      assert.deepEqual(cameIn, []);
      // What is to be sent is written down with what came: those to others may still be on their way.
      assert.equal(await answers(), before);
      assert.deepEqual(smtp.to(from), []);
    });

    it('nor an address twice in an hour, so that two who answer one another come to rest', async () => {
      const { from, found } = await reported();
      // A program that does not say that it is one answers whatever it gets.
      for (let round = 0; round < 3; round++) {
        const { raw } = smtp.to(from).at(-1)!;
        const more = [`In-Reply-To: ${headersOf(raw).get('message-id')}`];
        await came(
          letter({ from, subject: `Re: ${headersOf(raw).get('subject')}`, text: `round ${round}`, more }),
        );
        await came(letter({ from, subject: `I am away ${round}`, text: `round ${round}` }));
      }
      assert.equal(smtp.to(from).length, 1);
      assert.equal((await read(found.id)).messages.length, 3);
    });
  });

  describe('by OpenPGP', () => {
    it('opens what is encrypted to us, and answers it encrypted and signed, with the six words', async () => {
      const { from, mine, sealed } = await keyed('Verschlüsselt: ein Techniker war im Netz');
      const [line] = await came(sealed);
      const found = await read(line!.id);
      assert.match(found.details, /ein Techniker war im Netz/);
      const [kept] = (await letters(found.id)).items;
      assert.deepEqual([kept!.encrypted, kept!.signature], [true, 'unconfirmed']);
      assert.equal(kept!.fingerprint, mine.publicKey.getFingerprint().toUpperCase());
      const { raw } = await smtp.newest(from);
      assert.doesNotMatch(raw, /portal|reference/);
      const text = await opened(raw, mine.privateKey);
      assert.match(text, new RegExp(found.reference));
      // Some words of the list have a hyphen.
      const [, words = assert.fail(text)] = /((?:[a-z-]+\s+){5}[a-z-]+)\s*$/.exec(text) ?? [];
      const { case: id } = await server.as(null)(caseApi.open, {
        body: { reference: found.reference, words },
      });
      assert.equal(id, found.id);

      await server.as(analyst)(caseApi.write, {
        params: { id },
        body: { body: 'Welches Werk?', internal: false, asIs: false },
      });
      const reply = await smtp.newest(from, 2);
      assert.equal(headersOf(reply.raw).get('auto-submitted'), 'no');
      assert.match(await opened(reply.raw, mine.privateKey), /Welches Werk\?/);
      const { mailed } = await letters(id);
      assert.deepEqual([mailed[0]!.state, mailed[0]!.form], ['sent', 'encrypted']);
    });

    it('says so of what cannot be opened, and of a signature that is not of the key we know', async () => {
      const { from, sealed } = await keyed('x');
      const [cut] = await came(sealed.replace(/^[A-Za-z0-9+/]{60,}$/m, 'A'.repeat(64)));
      const [kept] = (await letters(cut!.id)).items;
      assert.deepEqual(kept!.problems, ['undecryptable']);

      const [line] = await came((await keyed('y', from)).sealed);
      const found = await read(line!.id);
      const { sealed: other } = await keyed('Another key', from);
      await came(other.replace(/^Subject: .*$/m, `Subject: ${found.reference}`));
      const reply = (await letters(found.id)).items.at(-1)!;
      assert.deepEqual([reply.kind, reply.signature], ['reply', 'wrong']);
    });

    it('writes to no key that had expired, was revoked, or only signs, when it came, and keeps what was said', async () => {
      const dayAgo = new Date(Date.now() - 86_400_000);
      const [from, other, signer] = [stranger(), stranger(), stranger()];
      const expired = await openpgp.generateKey({
        userIDs: [{ email: from }],
        format: 'object',
        date: dayAgo,
        keyExpirationTime: 3600,
      });
      const fresh = await openpgp.generateKey({ userIDs: [{ email: other }], format: 'object' });
      const onlySigns = await openpgp.generateKey({
        userIDs: [{ email: signer }],
        format: 'object',
        subkeys: [{ sign: true }],
      });
      const revoked = await openpgp.revokeKey({ key: fresh.privateKey, format: 'object' });
      for (const { sealed, to } of [
        { to: from, sealed: await sealedBy(expired, 'Eingang steht offen', from, dayAgo) },
        {
          to: other,
          sealed: await sealedBy({ ...fresh, publicKey: revoked.publicKey }, 'Eingang steht offen', other),
        },
        { to: signer, sealed: await sealedBy(onlySigns, 'Eingang steht offen', signer) },
      ]) {
        const [line] = await came(sealed);
        const found = await read(line!.id);
        assert.match(found.details, /Eingang steht offen/);
        const [kept] = (await letters(found.id)).items;
        assert.deepEqual([kept!.signature, kept!.fingerprint], ['unchecked', null]);
        await server.as(analyst)(caseApi.write, {
          params: { id: found.id },
          body: { body: 'Confidential words', internal: false, asIs: false },
        });
        assert.doesNotMatch((await smtp.newest(to, 2)).raw, /Confidential/);
        await until('it is written down how it went out', async () =>
          (await letters(found.id)).mailed.some(({ form }) => form !== null),
        );
        assert.deepEqual(
          (await letters(found.id)).mailed.map(({ form }) => form),
          ['notice'],
        );
      }
    });

    it('without a key sends only that there is an answer, unless its writer says that it may be read', async () => {
      const { from, found } = await reported();
      const write = (body: string, inClear: boolean) =>
        server.as(analyst)(caseApi.write, {
          params: { id: found.id },
          body: { body, internal: false, asIs: false, inClear },
        });
      await write('Confidential words', false);
      const notice = await smtp.newest(from, 2);
      assert.doesNotMatch(notice.raw, /Confidential/);
      assert.match(
        textOf(partsOf(notice.raw)[0]!),
        new RegExp(`${found.reference}[^]*${escaped(contact.phone)}`),
      );
      await write('Please call us', true);
      const open = await smtp.newest(from, 3);
      assert.match(open.raw, /TLP:AMBER\+STRICT[^]*Please call us/);
      await server.as(analyst)(caseApi.write, {
        params: { id: found.id },
        body: { body: 'A note', internal: true, asIs: false },
      });
      const { mailed } = await letters(found.id);
      assert.deepEqual(
        mailed.map(({ form }) => form),
        ['notice', 'open'],
      );
      await server.as(analyst)(caseApi.label, { params: { id: found.id }, body: { label: 'RED' } });
      await write('Only for you', true);
      const red = await smtp.newest(from, 5);
      assert.doesNotMatch(red.raw, /Only for you/);
    });

    it('is not blown up by data that expands without end', async () => {
      const bomb = await openpgp.encrypt({
        message: await openpgp.createMessage({ binary: new Uint8Array(80 << 20) }),
        encryptionKeys: await ourKey(),
        config: { preferredCompressionAlgorithm: openpgp.enums.compression.zlib },
      });
      assert.ok(bomb.length < 1 << 20);
      const [line] = await came(letter({ from: stranger(), subject: 'Bombe', body: encrypted(bomb) }));
      assert.deepEqual((await letters(line!.id)).items[0]!.problems, ['undecryptable']);
    });
  });

  describe('is not impressed by', () => {
    const hostile: Record<
      string,
      { letter: () => string | Buffer; sees?: RegExp; details?: RegExp; problems?: string[] }
    > = {
      'a letter cut in the middle of a part': {
        letter: () =>
          letter({
            from: stranger(),
            subject: 'Abgerissen',
            body: 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe first half',
          }),
        details: /The first half/,
        problems: ['cutOff'],
      },
      'ten thousand parts': {
        letter: () =>
          letter({
            from: stranger(),
            subject: 'Viele Teile',
            body: `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nWords\r\n${'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=x\r\n\r\ny\r\n'.repeat(10_000)}--b--\r\n`,
          }),
        details: /Words/,
        problems: ['manyParts', 'filesLeft'],
      },
      'parts in parts without end': {
        letter: () =>
          letter({
            from: stranger(),
            subject: 'Tief',
            body: Array.from(
              { length: 2000 },
              (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}`,
            ).join('\r\n'),
          }),
        problems: ['unreadable'],
      },
      'a head without end': {
        letter: () =>
          letter({
            from: stranger(),
            subject: 'Langer Kopf',
            text: 'Below',
            more: Array.from({ length: 40_000 }, (_, n) => `X-Bomb-${n}: ${'b'.repeat(40)}`),
          }),
        sees: /Langer Kopf/,
        problems: ['unreadable'],
      },
      'a charset that lies, and one that is none': {
        letter: () =>
          Buffer.from(
            letter({
              from: stranger(),
              subject: 'Kein =?klingon?Q?=FF=FE?=',
              body: 'Content-Type: text/plain; charset=klingon-8\r\n\r\nW\u00e4rme \u0000 \u0007',
            }),
            'latin1',
          ),
        details: /W.rme/,
      },
      'HTML alone, which is read as text and asks nobody for anything': {
        letter: () =>
          letter({
            from: stranger(),
            subject: 'HTML',
            body: 'Content-Type: text/html\r\n\r\n<script>alert(1)</script><p>Only <b>HTML</b></p><img src="http://127.0.0.1:1/beacon">',
          }),
        details: /^(?![^]*<script)[^]*Only HTML/,
        problems: ['htmlOnly'],
      },
      'a password in it, of which the reader is told': {
        letter: () => letter({ from: stranger(), subject: 'Zugang', text: 'password: hunter2hunter2' }),
        problems: ['holdsSecret'],
      },
    };
    for (const [what, { letter: make, sees, details, problems }] of Object.entries(hostile))
      it(what, async () => {
        const [line, ...more] = await came(make());
        assert.equal(more.length, 0);
        const found = await read(line!.id);
        if (sees) assert.match(found.sees, sees);
        if (details) assert.match(found.details, details);
        if (problems) assert.deepEqual((await letters(line!.id)).items[0]!.problems, problems);
      });

    it('an attachment with a way as its name, and a letter larger than what is fetched', async () => {
      const name = '../../etc/passwd';
      const [line] = await came(
        letter({
          from: stranger(),
          subject: 'Anhang',
          body: `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee file\r\n--b\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\nroot\r\n--b--\r\n`,
        }),
      );
      const [attached] = (await letters(line!.id)).items[0]!.attachments;
      const { evidence, ...told } = attached!;
      assert.deepEqual(told, { name: 'passwd', size: 5, type: 'application/octet-stream' });
      const params = { id: line!.id, evidence: evidence! };
      const file = await server.as(analyst)(evidenceApi.get, { params });
      assert.deepEqual([file.name, file.state, file.addedBy.as], ['passwd', 'quarantined', 'reporter']);
      const [large] = await came(
        letter({ from: stranger(), subject: 'Sehr groß', text: 'z'.repeat(26 << 20) }),
      );
      assert.match((await read(large!.id)).sees, /Sehr gro/);
      assert.deepEqual((await letters(large!.id)).items[0]!.problems, ['tooLarge']);
    });
  });

  it('puts what is attached into the case as uploads are: in quarantine, with the letter it came in, within its bounds', async () => {
    const { from, found } = await reported();
    const bytes = Buffer.from('PK\x03\x04 a file that says that it is an archive');
    const part = (name: string, content: Buffer) =>
      `--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${content.toString('base64')}\r\n`;
    const attached = (parts: readonly string[]) =>
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee files\r\n${parts.join('')}--b--\r\n`;
    const sent = letter({
      from,
      subject: found.reference,
      body: attached([part('log.zip', bytes), part('empty.zip', Buffer.alloc(0))]),
    });
    await came(sent);
    const { attachments, problems, id: letterId } = (await letters(found.id)).items.at(-1)!;
    assert.deepEqual(
      attachments.map(({ name, size }) => [name, size]),
      [
        ['log.zip', bytes.length],
        ['empty.zip', 0],
      ],
    );
    assert.deepEqual(problems, []);
    const params = { id: found.id, evidence: attachments[0]!.evidence! };
    const file = await server.as(analyst)(evidenceApi.get, { params });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual(
      [file.state, file.type, file.sha256, file.claimed, file.addedBy.as],
      ['quarantined', 'zip', sha256, sha256, 'reporter'],
    );
    const empty = { ...params, evidence: attachments[1]!.evidence! };
    assert.equal((await server.as(analyst)(evidenceApi.get, { params: empty })).state, 'quarantined');
    const { items } = await server.as(analyst)(evidenceApi.custody, { params });
    const line = items.find(({ action }) => action === 'evidence announced')!;
    assert.equal(line.details['letter'], letterId);
    const message = /Message-ID: (<.*>)/.exec(sent)![1]!;
    assert.equal(line.reason, `${from} · Message-ID: ${message} · SHA-256: ${sha256}`);

    // A file that is larger than any may be is left without a trace of it, and the others come.
    await server.owner.query(`insert into setting values ('evidence', '{"largest":100}')`);
    await came(
      letter({
        from,
        subject: found.reference,
        body: attached([part('large', Buffer.alloc(200)), part('y', bytes)]),
      }),
    );
    await server.owner.query(`delete from setting where name = 'evidence'`);
    const some = (await letters(found.id)).items.at(-1)!;
    assert.deepEqual(
      [some.problems, some.attachments.map(({ evidence }) => evidence !== null)],
      [['filesLeft'], [false, true]],
    );

    // Taken in the moment in which the program starts anew elsewhere, its bytes are not taken for what was left behind.
    await server.owner.query('update mailbox set next_at = now()');
    await server.owner.query('begin; lock table case_letter in share mode');
    imap.put(letter({ from, subject: found.reference, body: attached([part('now', bytes)]) }));
    const taking = server.house.mailbox.tick();
    await until('the letter waits to be filed', async () => {
      const { rows } = await server.database.app.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into "case_letter"%' and datname = current_database()`,
      );
      return rows.length > 0;
    });
    await server.house.uploads.recover();
    await server.owner.query('rollback');
    await taking;
    const [now] = (await letters(found.id)).items.at(-1)!.attachments;
    const brought = { id: found.id, evidence: now!.evidence! };
    assert.equal((await server.as(analyst)(evidenceApi.get, { params: brought })).state, 'quarantined');

    // More than is taken from outside stays in the mailbox, and the words are there all the same.
    const more = Array.from({ length: 45 }, (_, at) => part(`${at}.zip`, bytes));
    await came(letter({ from, subject: found.reference, body: attached(more) }));
    const full = (await letters(found.id)).items.at(-1)!;
    assert.deepEqual(
      [full.kind, full.problems, full.attachments.filter(({ evidence }) => evidence).length],
      ['reply', ['filesLeft'], 36],
    );
    const { rows } = await server.owner.query(
      'select from case_evidence f where case_id = $1 and not exists (select from evidence e where e.subject_id = f.id)',
      [found.id],
    );
    assert.equal(rows.length, 0);
    // What a stranger attaches is no file of the reporter.
    await came(
      letter({ from: stranger(), subject: found.reference, body: attached([part('x.zip', bytes)]) }),
    );
    const apart = (await letters(found.id)).items.at(-1)!;
    assert.deepEqual([apart.kind, apart.attachments[0]!.evidence], ['apart', null]);
  });

  it('keeps no word of a letter in the clear, and a purge takes who wrote with it', async () => {
    const { from, found } = await reported();
    await came(letter({ from: stranger(), subject: found.reference, text: 'Kanarienvogel 4711' }));
    const { rows: tables } = await server.owner.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const { rows } = await server.owner.query(`select from "${name}" t where t::text ilike any ($1)`, [
        [`%${from}%`, '%Kanarienvogel%', '%Pumpe %'],
      ]);
      assert.equal(rows.length, 0, name);
    }
    await server.owner.query('delete from data_key where case_id = $1', [found.id]);
    const { rows } = await server.owner.query('select from case_correspondent where case_id = $1', [
      found.id,
    ]);
    assert.equal(rows.length, 0);
    // Its reference leads nowhere any more: a letter that names it is a new report.
    assert.equal((await came(letter({ from, subject: found.reference, text: 'Noch da?' }))).length, 1);
  });

  it('says what is in the way of its server, and looks again later', async () => {
    const state = () => server.as(administrator)(mailboxApi.state, {});
    assert.deepEqual([(await state()).on, (await state()).problem], [true, null]);
    await imap.close();
    await look();
    const { problem, nextAt } = await state();
    assert.equal(problem!.code, 'mailbox-not-reachable');
    assert.ok(Date.parse(nextAt!) > Date.now() + 20_000);
    assert.doesNotMatch(JSON.stringify(await state()), /testpass/);
  });

  /** A letter that became a case, and what it was answered. */
  async function reported() {
    const from = stranger();
    const [line] = await came(letter({ from, subject: 'Pumpe steht', text: 'Die Pumpe steht' }));
    return { from, found: await read(line!.id), answer: await smtp.newest(from) };
  }

  /** Encrypted to us and signed by a key that comes along. */
  async function keyed(text: string, from = stranger()) {
    const mine = await openpgp.generateKey({ userIDs: [{ email: from }], format: 'object' });
    return { from, mine, sealed: await sealedBy(mine, text, from) };
  }

  async function sealedBy(
    { privateKey, publicKey }: { privateKey: openpgp.PrivateKey; publicKey: openpgp.PublicKey },
    text: string,
    from: string,
    date = new Date(),
  ): Promise<string> {
    const keydata = Buffer.from(publicKey.write()).toString('base64');
    const message = await openpgp.createMessage({
      text: `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`,
    });
    const armored = await openpgp.encrypt({
      // Signed on that day, and encrypted today: our key may be younger.
      message: await openpgp.sign({ message, signingKeys: privateKey, date, format: 'object' }),
      encryptionKeys: await ourKey(),
    });
    return letter({
      from,
      subject: 'sealed',
      more: [`Autocrypt: addr=${from}; keydata=${keydata}`],
      body: encrypted(armored),
    });
  }

  async function ourKey() {
    const { items } = await server.as(administrator)(signingKeyApi.list, {});
    return openpgp.readKey({ armoredKey: items[0]!.publicKey });
  }

  async function opened(raw: string, decryptionKeys: openpgp.PrivateKey): Promise<string> {
    const part = partsOf(raw)[1]!;
    const { data, signatures } = await openpgp.decrypt({
      message: await openpgp.readMessage({ armoredMessage: part.slice(part.indexOf('-----BEGIN')) }),
      decryptionKeys,
      verificationKeys: await ourKey(),
    });
    assert.equal(await signatures[0]!.verified, true);
    return textOf(data);
  }

  const letters = (id: string) => server.as(analyst)(mailboxApi.letters, { params: { id } });

  /** What is new in the list of cases once these letters have come. */
  async function came(...letters: (string | Buffer)[]) {
    const before = new Set((await cases()).map(({ id }) => id));
    for (const one of letters) imap.put(one);
    await look();
    return (await cases()).filter(({ id }) => !before.has(id));
  }

  async function look(): Promise<void> {
    await server.owner.query('update mailbox set next_at = now()');
    await server.house.mailbox.tick();
  }

  const cases = async () =>
    (await server.as(analyst)(caseApi.list, { query: { view: 'all', limit: 200 } })).items;
  const read = (id: string): Promise<Case> => server.as(analyst)(caseApi.get, { params: { id } });
});

const contact = {
  name: 'Test CERT',
  shortName: 'TCERT',
  country: 'DE',
  phone: '+49 30 5550 100',
  email: 'desk@cert.example',
  url: '',
};

const encrypted = (armored: string) =>
  [
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e',
    '',
    '--e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n',
    `--e\r\nContent-Type: application/octet-stream\r\n\r\n${armored.replace(/\r?\n/g, '\r\n')}`,
    '--e--\r\n',
  ].join('\r\n');

const stranger = () => `${crypto.randomUUID().slice(0, 8)}@plant.example`;
const escaped = (text: string) => text.replaceAll(/[.+*?()[\]\\/]/g, '\\$&');

function letter({
  from,
  subject,
  text = '',
  more = [],
  body,
}: {
  from: string;
  subject: string;
  text?: string;
  more?: readonly string[];
  /** Its content type and what follows, instead of a text. */
  body?: string;
}): string {
  return [
    `From: Somebody <${from}>`,
    'To: desk@cert.example',
    `Subject: ${subject}`,
    `Message-ID: <${crypto.randomUUID()}@plant.example>`,
    'Date: Fri, 27 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    ...more,
    body ?? `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`,
  ].join('\r\n');
}
