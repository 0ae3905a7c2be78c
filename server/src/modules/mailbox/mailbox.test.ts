import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { type Case, caseApi, evidenceApi, mailboxApi, signingKeyApi, timelineApi } from '@busbar/contract';
import type { Said } from 'hoodiecrow-imap';
import * as openpgp from 'openpgp';

import type { Actor } from '../../platform/actor.ts';
import { ImapServer } from '../../testing/imap-server.ts';
import { headersOf, MailServer, partsOf, textOf } from '../../testing/mail-server.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

/** After RFC 5965, appendix B.2, with what RFC 6591 and RFC 6692 add. */
const arfFields = [
  'Feedback-Type: auth-failure',
  'User-Agent: SomeGenerator/1.0',
  'Version: 1',
  'Original-Mail-From: <somespammer@example.net>',
  'Arrival-Date: Tue, 8 Mar 2005 14:00:00 -0400 (EDT)',
  'Reporting-MTA: dns; mail.example.com',
  'Source-IP: 203.0.113.77',
  'Source-Port: 40321',
  'Incidents: 12',
  'Auth-Failure: dmarc',
  'Reported-Domain: bad.example',
  'Reported-Domain: xn--bcher-kva.example',
  'Reported-URI: http://bad.example/earn_money.html',
  'Reported-URI:\r\n mailto:user@bad.example',
];

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

    it('and what came back of a letter of ours stands in its case, as a program sent it', async () => {
      const { found, answer } = await reported();
      const bounced = letter({
        from: 'mailer-daemon@relay.example',
        subject: 'Undelivered Mail Returned to Sender',
        more: ['Return-Path: <>', 'Auto-Submitted: auto-replied'],
        body: [
          'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
          '',
          '--b\r\nContent-Type: text/plain\r\n\r\nNo such user here\r\n',
          '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\nFinal-Recipient: rfc822; a@plant.example\r\nAction: failed\r\nStatus: 5.1.1\r\n',
          `--b\r\nContent-Type: text/rfc822-headers\r\n\r\n${answer.raw.slice(0, answer.raw.indexOf('\r\n\r\n'))}\r\n`,
          '--b--\r\n',
        ].join('\r\n'),
      });
      assert.deepEqual(await came(bounced), []);
      const [, back] = (await letters(found.id)).items;
      assert.deepEqual([back!.kind, back!.message], ['automatic', null]);
      assert.match(back!.body!, /No such user here/);
      assert.deepEqual((await read(found.id)).messages, []);
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

    it('and what an alarm says without a name of its letter, another day again, is another letter', async () => {
      const one = letter({ from: stranger(), subject: 'ALARM', text: 'Pumpe steht' }).replace(
        /^Message-ID: .*\r\n/m,
        '',
      );
      assert.equal((await came(one, one.replace('27 Nov', '28 Nov'))).length, 2);
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

    it('takes nothing for signed that stands beside what is, and loses nothing that stands beside what is encrypted', async () => {
      const from = stranger();
      const mine = await openpgp.generateKey({ userIDs: [{ email: from }], format: 'object' });
      const keydata = Buffer.from(mine.publicKey.write()).toString('base64');
      const more = [`Autocrypt: addr=${from}; keydata=${keydata}`];
      const clear = await openpgp.sign({
        message: await openpgp.createCleartextMessage({ text: 'Alles in Ordnung' }),
        signingKeys: mine.privateKey,
      });
      const armored = await openpgp.encrypt({
        message: await openpgp.createMessage({ text: 'Das Passwort folgt' }),
        signingKeys: mine.privateKey,
        encryptionKeys: await ourKey(),
      });
      const lines = (text: string) => text.replace(/\r?\n/g, '\r\n');
      for (const [subject, text, says, signature, problems] of [
        ['Whole', clear, /^Alles in Ordnung$/, 'unconfirmed', []],
        ['Around', `Bitte Zugang öffnen\n\n${clear}`, /^Bitte Zugang öffnen/, 'unsigned', ['partlySigned']],
        ['Sealed', armored, /^Das Passwort folgt$/, 'unconfirmed', []],
        [
          'Beside',
          `Vorab: rufen Sie an\n\n${armored}\nGruß`,
          /^Vorab: rufen Sie an\s+Das Passwort folgt\s+Gruß$/,
          'unsigned',
          ['partlySigned'],
        ],
        ['Attached', clear, /^Alles in Ordnung$/, 'unsigned', ['partlySigned']],
        ['Quoted', `Danke\n\n${clear.replace(/^/gm, '> ')}`, /^Danke/, 'unsigned', []],
      ] as const) {
        const plain = `Content-Type: text/plain; charset=utf-8\r\n\r\n${lines(text)}\r\n`;
        const body =
          subject === 'Attached'
            ? `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${plain}--b\r\nContent-Type: application/zip; name=patch.zip\r\n\r\nPK\r\n--b--\r\n`
            : plain;
        const [line] = await came(letter({ from, subject, body, more }));
        const [kept] = (await letters(line!.id)).items;
        assert.match((await read(line!.id)).details, says);
        assert.deepEqual([subject, kept!.signature, kept!.problems], [subject, signature, problems]);
      }
    });

    it('knows its parts by the whole of their boundary', async () => {
      const from = stranger();
      const mine = await openpgp.generateKey({ userIDs: [{ email: from }], format: 'object' });
      const keydata = Buffer.from(mine.publicKey.write()).toString('base64');
      const inner =
        'Content-Type: multipart/mixed; boundary=b-2\r\n\r\n--b-2\r\nContent-Type: text/plain\r\n\r\nUnterschrieben\r\n--b-2--\r\n';
      const signature = await openpgp.sign({
        message: await openpgp.createMessage({ binary: Buffer.from(inner) }),
        signingKeys: mine.privateKey,
        detached: true,
      });
      const [line] = await came(
        letter({
          from,
          subject: 'Signed',
          more: [`Autocrypt: addr=${from}; keydata=${keydata}`],
          body: `Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b\r\n\r\n--b\r\n${inner}\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\n${signature.replace(/\r?\n/g, '\r\n')}\r\n--b--\r\n`,
        }),
      );
      assert.equal((await letters(line!.id)).items[0]!.signature, 'unconfirmed');
      assert.equal((await read(line!.id)).details, 'Unterschrieben');
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
      'beginnings of sealed letters without end': {
        letter: () =>
          letter({
            from: stranger(),
            subject: 'Anfänge',
            text: 'Words\r\n-----BEGIN PGP MESSAGE-----\r\n'.repeat(100_000),
          }),
        details: /^Words/,
        problems: ['longText'],
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

  describe('reads abuse reports of programs', () => {
    it('in ARF: its fields, its parts as files, what it names as candidates; and answers none', async () => {
      const from = `no-reply@${crypto.randomUUID().slice(0, 8)}.example`;
      const [line, ...more] = await came(arf({ from }));
      assert.equal(more.length, 0);
      const found = await read(line!.id);
      assert.deepEqual(
        [found.sees, found.details, found.reach],
        ['Any subject', 'This is an email abuse report.', from],
      );
      const { items, abuse } = await letters(found.id);
      const { at: _, id: __, attachments, ...told } = items[0]!;
      assert.deepEqual(told.abuse, {
        format: 'arf',
        version: '1',
        type: 'auth-failure',
        program: 'SomeGenerator/1.0',
        source: '203.0.113.77',
        sourcePort: 40_321,
        incidents: 12,
        arrivedAt: '2005-03-08T18:00:00.000Z',
        domains: ['bad.example', 'xn--bcher-kva.example'],
        uris: ['http://bad.example/earn_money.html', 'mailto:user@bad.example'],
        authFailure: 'dmarc',
        reportId: null,
        faults: [],
      });
      assert.deepEqual([told.kind, told.problems], ['report', []]);
      assert.deepEqual(
        attachments.map(({ name, type, evidence }) => [name, type, evidence !== null]),
        [
          ['feedback-report.txt', 'message/feedback-report', true],
          ['message.eml', 'message/rfc822', true],
        ],
      );
      const params = { id: found.id, evidence: attachments[0]!.evidence! };
      const file = await server.as(analyst)(evidenceApi.get, { params });
      const sha256 = createHash('sha256')
        .update(`${arfFields.join('\r\n')}\r\n`)
        .digest('hex');
      assert.deepEqual([file.state, file.sha256], ['quarantined', sha256]);
      assert.deepEqual([abuse!.letters, abuse!.incidents], [1, 12]);
      assert.deepEqual(await candidates(found.id), [
        ['203.0.113.77', 'suggested', 12, '2005-03-08T18:00:00.000Z'],
        ['bad.example', 'suggested', 1, '2005-03-08T18:00:00.000Z'],
        ['http://bad.example/earn_money.html', 'suggested', 1, '2005-03-08T18:00:00.000Z'],
        ['mailto:user@bad.example', 'suggested', 1, '2005-03-08T18:00:00.000Z'],
        ['xn--bcher-kva.example', 'suggested', 1, '2005-03-08T18:00:00.000Z'],
      ]);
      assert.deepEqual(smtp.to(from), []);
    });

    it('in X-ARF of all forms, also where its words are its only report', async () => {
      const yaml = `---\r\nReported-From: noc@net.example\r\nCategory: abuse\r\nReport-Type: login-attack\r\nService: ssh\r\nUser-Agent: fail2ban 0.9\r\nReport-ID: 4711@net.example\r\nDate: Fri, 27 Nov 2026 09:30:00 +0100\r\nSource: 2001:db8:0:0::BAD\r\nSource-Type: ip-address\r\nOccurrences: 7\r\nAttachment: text/plain\r\nSchema-URL: http://www.x-arf.org/schema/abuse_login-attack_0.1.2.json\r\n`;
      const four = JSON.stringify({
        xarf_version: '4.0.0',
        report_id: '550e8400-e29b-41d4-a716-446655440000',
        timestamp: '2026-11-27T08:30:00Z',
        reporter: { org: 'Net', contact: 'noc@net.example' },
        source_identifier: 'c2.bad.example',
        category: 'content',
        type: 'phishing',
        url: 'https://c2.bad.example/login',
        evidence: [{ content_type: 'text/plain', payload: 'QUJD' }],
      });
      const cameIn = await came(
        xArf(yaml, 'text/plain; charset=utf-8; name="report.txt"'),
        xArf(four, 'application/json; name="xarf.json"'),
      );
      const told = await Promise.all(
        cameIn.map(async ({ id }) => ({ id, letter: (await letters(id)).items[0]! })),
      );
      const of = (version: string | null) =>
        told.find(({ letter: { abuse } }) => abuse!.version === version)!;
      const { abuse, attachments } = of(null).letter;
      assert.deepEqual(
        [abuse!.format, abuse!.type, abuse!.source, abuse!.incidents, abuse!.reportId, abuse!.faults],
        ['xArf', 'abuse/login-attack', '2001:db8::bad', 7, '4711@net.example', []],
      );
      assert.equal(abuse!.arrivedAt, '2026-11-27T08:30:00.000Z');
      assert.deepEqual(
        attachments.map(({ name, evidence }) => [name, evidence !== null]),
        [
          ['report.txt', true],
          ['log.txt', true],
        ],
      );
      assert.equal((await read(of(null).id)).details, 'Dear sirs');
      const json = of('4.0.0').letter.abuse!;
      assert.deepEqual(
        [json.type, json.source, json.domains, json.uris, json.faults],
        ['content/phishing', null, ['c2.bad.example'], ['https://c2.bad.example/login'], []],
      );
    });

    it('counts the same thing again in its case, and lets what is another be another', async () => {
      const from = stranger();
      const [line] = await came(arf({ from }));
      assert.deepEqual(await came(arf({ from }), arf({ from, changes: { Incidents: '30' } })), []);
      const { items, abuse } = await letters(line!.id);
      assert.deepEqual([abuse!.letters, abuse!.incidents], [3, 54]);
      assert.deepEqual(
        items.map(({ kind, message, attachments }) => [
          kind,
          message,
          attachments.some(({ evidence }) => evidence),
        ]),
        [
          ['report', null, true],
          ['automatic', null, false],
          ['automatic', null, false],
        ],
      );
      assert.equal((await candidates(line!.id)).length, 5);
      const others = await came(
        arf({ from, changes: { 'Source-IP': '203.0.113.78' } }),
        arf({ from, changes: { 'Feedback-Type': 'fraud' } }),
        arf({ from: stranger() }),
        // A person is never counted away.
        letter({ from, subject: 'Any subject', text: 'Bitte rufen Sie an' }),
      );
      assert.equal(others.length, 4);

      // What comes after a day, or after the case has ended, is looked at anew.
      await server.owner.query(
        `update case_abuse set last_at = now() - interval '25 hours' where case_id = $1`,
        [line!.id],
      );
      const [later] = await came(arf({ from }));
      const body = { to: 'rejected', reason: 'A drill' } as const;
      await server.as(analyst)(caseApi.move, { params: { id: later!.id }, body });
      assert.equal((await came(arf({ from }))).length, 1);
    });

    it('so that a flood of them is one line of the desk, keeps some, counts all, and makes no person wait', async () => {
      const from = stranger();
      const [line] = await came(arf({ from }));
      await server.owner.query('update case_abuse set letters = 50 where case_id = $1', [line!.id]);
      assert.deepEqual(await came(arf({ from }), arf({ from })), []);
      const { items, abuse } = await letters(line!.id);
      assert.deepEqual([items.length, abuse!.letters, abuse!.incidents], [2, 52, 36]);
      // As if many thousand of many senders had come within the hour.
      await server.owner.query('delete from auth.tries');
      await came(arf({ from: stranger() }));
      await server.owner.query('update auth.tries set count = 100000');
      const [machine] = await came(arf({ from: stranger() }));
      const [person] = await came(letter({ from: stranger(), subject: 'Pumpe steht', text: 'Wirklich' }));
      assert.deepEqual([(await read(machine!.id)).lane, (await read(person!.id)).lane], ['slow', 'usual']);
      await server.owner.query('delete from auth.tries');
    });

    describe('and says what is wrong with one that somebody forged, and loses nothing:', () => {
      const forged: Record<
        string,
        {
          changes?: Record<string, string>;
          fields?: readonly string[];
          faults: Record<string, string>;
          source?: string | null;
        }
      > = {
        'fields that are not there': {
          fields: ['Source-IP: 203.0.113.9'],
          faults: { 'Feedback-Type': 'missing', Version: 'missing', 'User-Agent': 'missing' },
          source: '203.0.113.9',
        },
        'an address twice, of which neither counts': {
          fields: [...arfFields, 'Source-IP: 198.51.100.1'],
          faults: { 'Source-IP': 'twice' },
          source: null,
        },
        'a line break of another machine in a field': {
          changes: { 'Source-IP': '203.0.113.77\rReported-Domain: victim.example' },
          faults: { 'Source-IP': 'malformed' },
          source: null,
        },
        'a megabyte in one field': {
          changes: { 'User-Agent': 'x'.repeat(1 << 20) },
          faults: { 'User-Agent': 'tooLong' },
        },
        'more fields than anybody has': {
          fields: [
            ...arfFields,
            ...Array.from({ length: 20_000 }, (_, n) => `Reported-Domain: a${n}.example`),
          ],
          faults: { '': 'tooMany', 'Reported-Domain': 'tooMany' },
        },
        'a date out of any calendar': {
          changes: { 'Arrival-Date': 'Thu, 31 Feb 2005 14:00:00 -0400' },
          faults: { 'Arrival-Date': 'malformed' },
        },
        'a date that is to come, and numbers that are none': {
          changes: {
            'Arrival-Date': 'Fri, 01 Jan 9999 00:00:00 +0000',
            Incidents: '-5',
            'Source-Port': '65536',
          },
          faults: { 'Arrival-Date': 'malformed', Incidents: 'malformed', 'Source-Port': 'malformed' },
        },
        'names and addresses that are none': {
          fields: [
            ...arfFields.filter((field) => !/^(?:Source-IP|Reported)/.test(field)),
            'Source-IP: 999.1.1.1',
            'Reported-Domain: <script>alert(1)</script>',
            'Reported-URI: javascript:alert(1) onclick=x',
          ],
          faults: { 'Source-IP': 'malformed', 'Reported-Domain': 'malformed', 'Reported-URI': 'malformed' },
          source: null,
        },
        'letters of another alphabet that look alike': {
          changes: { 'Feedback-Type': '\u0430buse', 'Source-IP': '\u0662\u0660\u0663.0.113.9' },
          faults: { 'Feedback-Type': 'malformed', 'Source-IP': 'malformed' },
          source: null,
        },
      };
      it(Object.keys(forged).join(', '), async () => {
        const cameIn = await came(
          ...Object.entries(forged).map(([subject, { changes, fields }]) =>
            arf({ from: stranger(), changes, fields }).replace('Any subject', subject),
          ),
        );
        assert.equal(cameIn.length, Object.keys(forged).length);
        for (const { id } of cameIn) {
          const { abuse, attachments, subject } = (await letters(id)).items[0]!;
          const { faults, source = '203.0.113.77' } = forged[subject]!;
          const told = Object.fromEntries(abuse!.faults.map(({ field, fault }) => [field, fault]));
          assert.deepEqual([subject, told, abuse!.source], [subject, faults, source]);
          assert.equal(attachments.filter(({ evidence }) => evidence).length, 2);
        }
      });

      it('two reports in one, none, one cut off, a proof nested 200 deep, another character set, YAML made to be much', async () => {
        const two = `--b\r\nContent-Type: message/feedback-report\r\n\r\n${arfFields.join('\r\n')}\r\n`;
        const whole = arf({ from: stranger() });
        const utf16 = Buffer.from(arfFields.join('\r\n'), 'utf16le').toString('base64');
        const deep = Array.from(
          { length: 200 },
          (_, n) => `Content-Type: multipart/mixed; boundary=d${n}\r\n\r\n--d${n}\r\n`,
        ).join('');
        const cases: [string, string[], number, string | null | undefined][] = [
          [
            whole.replace('--b\r\nContent-Type: message/rfc822', `${two}--b\r\nContent-Type: message/rfc822`),
            ['manyAbuseReports'],
            3,
            undefined,
          ],
          [whole.replace('message/feedback-report', 'text/x-note'), ['noAbuseReport'], 2, undefined],
          [whole.slice(0, whole.indexOf('Content-Type: message/rfc822')), ['cutOff'], 1, '203.0.113.77'],
          [whole.replace('From: spammer@bad.example', deep), [], 2, '203.0.113.77'],
          [
            whole.replace(
              `feedback-report\r\n\r\n${arfFields.join('\r\n')}`,
              `feedback-report; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\n${utf16}`,
            ),
            [],
            2,
            null,
          ],
          [xArf(`Schema-URL: x\r\nA: ${'['.repeat(100_000)}`, 'text/plain'), [], 2, null],
        ];
        const cameIn = await came(
          ...cases.map(([sent], n) =>
            sent.replace(/^From: .*$/m, `From: ${stranger()}`).replace(/^Subject: .*$/m, `Subject: ${n}`),
          ),
        );
        assert.equal(cameIn.length, cases.length);
        for (const { id } of cameIn) {
          const { subject, problems, attachments, abuse } = (await letters(id)).items[0]!;
          const kept = attachments.filter(({ evidence }) => evidence).length;
          assert.deepEqual(
            [subject, problems, kept, abuse?.source],
            [subject, ...cases[Number(subject)]!.slice(1)],
          );
        }
      });
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

  describe('loses no letter to a server that', () => {
    const again = (said: Said): Said =>
      said.tag === '*' ? said : { ...said, command: 'NO', attributes: ['Server busy'] };

    it('refuses to say what there is: it is told, and asked again', async () => {
      imap.put(letter({ from: stranger(), subject: 'Waits', text: 'x' }));
      await imap.lying('UID SEARCH', again, look);
      assert.equal((await state()).problem?.code, 'mailbox-withholds');
      assert.equal((await came()).length, 1);
      assert.equal((await state()).problem, null);
    });

    it('has one that it does not hand over, or says nothing of its size', async () => {
      const isHeld = ({ attributes: [, , row] }: Said) =>
        Array.isArray(row) && row.length > 2 && /BODY/.test(JSON.stringify(row));
      for (const lie of [
        (said: Said) =>
          isHeld(said)
            ? {
                ...said,
                attributes: [...said.attributes.slice(0, 2), (said.attributes[2] as unknown[]).slice(-2)],
              }
            : said,
        again,
      ]) {
        imap.put(letter({ from: stranger(), subject: 'Held back', text: 'x' }));
        await imap.lying('UID FETCH', lie, look);
        assert.ok((await state()).problem);
        assert.equal((await came(letter({ from: stranger(), subject: 'Behind', text: 'y' }))).length, 2);
      }
      imap.put(letter({ from: stranger(), subject: 'Without a size', text: 'x' }));
      const before = (await cases()).length;
      await imap.lying('UID FETCH', (said) => (said.tag === '*' && !isHeld(said) ? undefined : said), look);
      assert.equal((await cases()).length, before + 1);
    });

    it('takes a letter for larger or smaller than it is', async () => {
      for (const [size, text, problems] of [
        [40 << 20, 'Small', []],
        [10, 'Not that small', []],
        [10, 'z'.repeat(26 << 20), ['tooLarge']],
      ] as const) {
        imap.sayOfSize(size);
        const [line] = await came(letter({ from: stranger(), subject: 'Size', text }));
        imap.sayOfSize(undefined);
        assert.deepEqual((await letters(line!.id)).items[0]!.problems, problems);
      }
    });
  });

  it('says what is in the way of its server, and looks again later', async () => {
    assert.deepEqual([(await state()).on, (await state()).problem], [true, null]);
    await imap.close();
    await look();
    const { problem, nextAt } = await state();
    assert.equal(problem!.code, 'mailbox-not-reachable');
    assert.ok(Date.parse(nextAt!) > Date.now() + 20_000);
    assert.doesNotMatch(JSON.stringify(await state()), /testpass/);
  });

  const state = () => server.as(administrator)(mailboxApi.state, {});

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

  /** What is named as an indicator, in order. */
  async function candidates(id: string) {
    const { items } = await server.as(analyst)(timelineApi.list, {
      params: { id },
      query: { kind: 'indicator' },
    });
    return items
      .map(({ what, state, count, from }) => [what.params['value'], state, count, from] as const)
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  }

  const letters = (id: string) => server.as(analyst)(mailboxApi.letters, { params: { id } });

  /** What is new in the list of cases once these letters have come. */
  async function came(...letters: (string | Buffer)[]) {
    const before = new Set((await cases()).map(({ id }) => id));
    for (const one of letters) imap.put(one);
    await look();
    // The server looks by itself, too: where it began first, it ends what it began.
    await until('all letters are taken', async () => imap.flags.every((flags) => flags.includes('\\Seen')));
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

function arf({
  from,
  changes = {},
  fields = arfFields,
}: {
  from: string;
  changes?: Readonly<Record<string, string>> | undefined;
  fields?: readonly string[] | undefined;
}): string {
  const said = fields.map((field) => {
    const [name] = field.split(':');
    return name! in changes ? `${name}: ${changes[name!]}` : field;
  });
  return letter({
    from,
    subject: 'Any subject',
    body: [
      'Content-Type: multipart/report; report-type=feedback-report;\r\n\tboundary="b"',
      '',
      '--b\r\nContent-Type: text/plain; charset="us-ascii"\r\n\r\nThis is an email abuse report.\r\n',
      `--b\r\nContent-Type: message/feedback-report\r\n\r\n${said.join('\r\n')}\r\n`,
      '--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\nFrom: spammer@bad.example\r\nSubject: Earn money\r\n\r\nSpam',
      '--b--\r\n',
    ].join('\r\n'),
  });
}

/** As X-ARF 0.2 has it: words, the report, what shows it. */
const xArf = (report: string, type: string) =>
  letter({
    from: stranger(),
    subject: 'abuse report',
    more: ['X-XARF: PLAIN', 'Auto-Submitted: auto-generated'],
    body: [
      'Content-Type: multipart/mixed; boundary="x"',
      '',
      '--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDear sirs\r\n',
      `--x\r\nContent-Type: ${type}\r\n\r\n${report}`,
      '--x\r\nContent-Type: text/plain; name="log.txt"\r\n\r\nFailed password for root',
      '--x--\r\n',
    ].join('\r\n'),
  });

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
