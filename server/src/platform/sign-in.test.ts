import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { auditApi, type Role } from '@busbar/contract';
import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';

import { Authenticator } from '../testing/authenticator.ts';
import { account, Browser, PASSWORD, totp } from '../testing/browser.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { holderOf } from './actor.ts';
import { logTo } from './log.ts';
import { signInLibrary } from './sign-in.ts';

describe('signing in', () => {
  let server: TestServer;
  let organisation: Awaited<ReturnType<TestServer['organisation']>>;
  let addresses = 0;
  const browser = () => new Browser(server, `192.0.2.${++addresses}`);
  const passkey = (verifies = true) => new Authenticator(server.config.origin, verifies);
  const arrive = async (name: string) => {
    const { email, id } = await account(server, organisation.id, name, 'MEM');
    const window = browser();
    await window.signIn(email);
    return { email, id, window };
  };
  const isSignedIn = async (window: Browser) => (await window.me()).person !== null;

  before(async () => {
    server = await startTestServer();
    organisation = await server.organisation('Nordwasser', 'operator');
  });
  after(() => server.close());

  it('stands on every table and column that its library writes', async () => {
    const pool = new pg.Pool({ connectionString: server.config.databaseUrl!, max: 2 });
    pool.on('error', () => {});
    try {
      const { options } = signInLibrary(server.config, pool, logTo('silent')).auth;
      const { toBeCreated, toBeAdded } = await getMigrations(options);
      assert.deepEqual([toBeCreated, toBeAdded], [[], []]);
    } finally {
      await pool.end();
    }
  });

  describe('with a password alone', () => {
    it('opens nothing but the own account', async () => {
      const { window } = await arrive('Ina First');
      const me = await window.me();
      assert.deepEqual([me.person.name, me.mustAddSecondFactor, me.roles], ['Ina First', true, ['PUB']]);
      const members = await window.send('GET', '/api/members');
      assert.deepEqual([members.status, members.body.code], [403, 'second-factor-needed']);
      assert.equal((await window.send('GET', '/api/instance')).status, 200);
    });

    it('ends when the account gets a second factor elsewhere', async () => {
      const { window, email } = await arrive('Ina Thief');
      const thief = browser();
      await thief.signIn(email);
      const begun = await thief.auth('two-factor/enable', { password: PASSWORD });
      await window.addPasskey(passkey());
      assert.equal((await window.me()).mustAddSecondFactor, false);
      const secret = new URL(begun.body.totpURI).searchParams.get('secret')!;
      assert.equal((await thief.auth('two-factor/verify-totp', { code: totp(secret) })).status, 401);
      assert.equal(await isSignedIn(thief), false);
    });

    it('does not open an account that has a passkey', async () => {
      const { window, email } = await arrive('Ina Key');
      await window.addPasskey(passkey());
      const other = browser();
      const { status, body } = await other.signIn(email);
      assert.deepEqual([status, body.code], [403, 'PASSKEY_NEEDED']);
      assert.deepEqual([await isSignedIn(other), other.cookies.size], [false, 0]);
    });
  });

  describe('with an authenticator app', () => {
    it('opens what the membership may', async () => {
      const { window, email } = await arrive('Ina Second');
      const { secret } = await window.addTotp();
      const { mustAddSecondFactor, roles, secondFactor } = await window.me();
      assert.deepEqual([mustAddSecondFactor, roles], [false, ['MEM']]);
      assert.deepEqual(secondFactor, { passkeys: 0, totp: true, recoveryCodesLeft: 10 });
      assert.equal((await window.send('GET', '/api/members')).status, 200);

      const other = browser();
      assert.equal((await other.signIn(email)).body.twoFactorRedirect, true);
      assert.equal(await isSignedIn(other), false);
      assert.equal((await other.auth('two-factor/verify-totp', { code: totp(secret, 1) })).status, 200);
      assert.equal((await other.me()).mustAddSecondFactor, false);
    });

    it('takes a code once', async () => {
      const { window, email } = await arrive('Ina Once');
      const { secret } = await window.addTotp();
      const [one, two] = [browser(), browser()];
      await Promise.all([one.signIn(email), two.signIn(email)]);
      const code = totp(secret, 1);
      const answers = await Promise.all(
        [one, two].map((each) => each.auth('two-factor/verify-totp', { code })),
      );
      assert.deepEqual(
        answers.map(({ status }) => status).toSorted((a, b) => a - b),
        [200, 401],
      );
      assert.notEqual(await isSignedIn(one), await isSignedIn(two));
    });

    it('takes a recovery code once', async () => {
      const { window, email } = await arrive('Ina Lost');
      const { codes } = await window.addTotp();
      const answers = [];
      for (const other of [browser(), browser()]) {
        await other.signIn(email);
        answers.push((await other.auth('two-factor/verify-backup-code', { code: codes[0]! })).status);
      }
      assert.deepEqual(answers, [200, 401]);
      assert.equal((await window.me()).secondFactor.recoveryCodesLeft, 9);
    });

    it('trusts a device only where it was asked to', async () => {
      const { window, email } = await arrive('Ina Trusts');
      const { secret } = await window.addTotp();
      const other = browser();
      await other.signIn(email);
      await other.auth('two-factor/verify-totp', { code: totp(secret, 1), trustDevice: true });
      await other.auth('sign-out');
      await other.signIn(email);
      assert.equal((await other.me()).mustAddSecondFactor, false);
    });

    it('locks a guesser of codes out', async () => {
      const { window, email } = await arrive('Ina Guessed');
      await window.addTotp();
      const guesser = browser();
      await guesser.signIn(email);
      for (let guess = 0; guess < 6; guess++)
        await guesser.auth('two-factor/verify-totp', { code: '000000' });
      const { status } = await guesser.auth('two-factor/verify-totp', { code: '000000' });
      assert.ok([400, 401, 429].includes(status));
      assert.equal(await isSignedIn(guesser), false);
    });
  });

  describe('with a passkey', () => {
    it('opens what the membership may, without a name or a password', async () => {
      const { window } = await arrive('Ina Passkey');
      const key = passkey();
      assert.equal((await window.addPasskey(key)).status, 200);
      const other = browser();
      assert.equal((await other.usePasskey(key)).status, 200);
      const me = await other.me();
      assert.deepEqual(
        [me.person.name, me.mustAddSecondFactor, me.secondFactor.passkeys],
        ['Ina Passkey', false, 1],
      );
    });

    it('refuses one that did not ask for a finger, a face or a PIN', async () => {
      const { window } = await arrive('Ina Bare');
      assert.equal((await window.addPasskey(passkey(false))).body.code, 'USER_VERIFICATION_NEEDED');
      assert.equal((await window.me()).mustAddSecondFactor, true);
    });

    it('refuses one that nobody registered, and one that signed for another site', async () => {
      assert.equal((await browser().usePasskey(passkey())).status, 401);
      const { window } = await arrive('Ina Phished');
      assert.equal((await window.addPasskey(new Authenticator('https://busbar.example'))).status, 400);
    });
  });

  describe('sessions', () => {
    it('act as before when the password changes, and the others end', async () => {
      const { window, email } = await arrive('Ina Changes');
      const { secret } = await window.addTotp();
      const other = browser();
      await other.signIn(email);
      await other.auth('two-factor/verify-totp', { code: totp(secret, 1) });
      const change = {
        currentPassword: PASSWORD,
        newPassword: 'quiet lamp behind nine doors',
        revokeOtherSessions: true,
      };
      assert.equal((await window.auth('change-password', change)).status, 200);
      assert.equal((await window.me()).mustAddSecondFactor, false);
      assert.equal(await isSignedIn(other), false);
    });

    it('end after eight hours without use, and after a day whatever happens', async () => {
      for (const age of [
        `"updatedAt" = now() - interval '8 hours 1 second'`,
        `"expiresAt" = now() - interval '1 second'`,
      ]) {
        const { window, id } = await arrive(`Ina Idle ${age.length}`);
        assert.equal(await isSignedIn(window), true);
        await server.database.signIn.query(`update auth.session set ${age} where "userId" = $1`, [id]);
        assert.equal(await isSignedIn(window), false);
        assert.equal((await window.send('GET', '/api/auth/list-sessions')).status, 401);
      }
    });

    it('end with sign-out, and a cookie that was tampered with is none', async () => {
      const { window } = await arrive('Ina Leaves');
      const [name, value] = [...window.cookies].find(([cookie]) => cookie.endsWith('session_token'))!;
      window.cookies.set(
        name,
        value.replace(/^./, (first) => (first === 'x' ? 'y' : 'x')),
      );
      assert.equal(await isSignedIn(window), false);
      window.cookies.set(name, value);
      assert.equal(await isSignedIn(window), true);
      await window.auth('sign-out');
      window.cookies.set(name, value);
      assert.equal(await isSignedIn(window), false);
    });

    it('keep their cookie from scripts and from other sites', async () => {
      const { email } = await arrive('Ina Cookie');
      const { headers } = await browser().signIn(email);
      assert.match(String(headers['set-cookie']), /^busbar\.session_token=[^;]+;.*HttpOnly; SameSite=Lax/);
    });

    it('have a Secure cookie where the address is https', async () => {
      const secure = await startTestServer({ origin: 'https://cert.example' });
      const { id } = await secure.organisation('Nordwasser', 'operator');
      const { email } = await account(secure, id, 'Ina Secure', 'MEM');
      const { headers } = await new Browser(secure).signIn(email);
      assert.match(String(headers['set-cookie']), /^__Secure-busbar\.session_token=[^;]+;.*Secure/);
      await secure.close();
    });
  });

  describe('again', () => {
    const consent = { purpose: 'A warning that nobody understood', warnings: false, days: 30 };
    const give = (window: Browser) => window.send('POST', '/api/consents', consent);
    const given = async (window: Browser) =>
      (await window.send('GET', '/api/consents')).body.items.filter(
        ({ purpose }: { purpose: string }) => purpose === consent.purpose,
      ).length;
    const letMinutesPass = (minutes: number) =>
      server.database.signIn.query(
        `update auth.session set "provedAt" = "provedAt" - make_interval(mins => $1)`,
        [minutes],
      );
    const authoriser = async (name: string) => {
      const { id: operator } = await server.organisation(`Works of ${name}`, 'operator');
      const { email, id } = await account(server, operator, name, 'MAD');
      const window = browser();
      await window.signIn(email);
      return { email, id, window };
    };

    before(() => server.organisation('CERT of Elbonia', 'cert'));

    it('is asked for ten minutes after signing in, and nothing happens until it is done', async () => {
      const { window } = await authoriser('Ola Again');
      const key = passkey();
      await window.addPasskey(key);
      assert.equal((await give(window)).status, 200);
      await letMinutesPass(9);
      assert.equal((await give(window)).status, 200);
      assert.equal((await window.me()).proved, true);

      await letMinutesPass(1);
      const { status, body, headers } = await give(window);
      assert.deepEqual([status, body.code, headers['x-sign-in-again']], [401, 'sign-in-again', '1']);
      assert.equal((await window.me()).proved, false);
      assert.equal(await given(window), 2);

      assert.equal((await window.againWithPasskey(key)).status, 200);
      assert.equal((await give(window)).status, 200);
      assert.equal(await given(window), 3);
    });

    it('is never asked for by what only reads', async () => {
      const { window } = await authoriser('Ola Reads');
      await window.addPasskey(passkey());
      await letMinutesPass(60);
      for (const url of ['/api/consents', '/api/assets', '/api/search?q=pump', '/api/cases', '/api/me'])
        assert.equal((await window.send('GET', url)).status, 200, url);
    });

    it('takes no passkey of somebody else, and lets him in nowhere', async () => {
      const { window } = await authoriser('Ola Mine');
      await window.addPasskey(passkey());
      const { window: other } = await authoriser('Ola Other');
      const theirs = passkey();
      await other.addPasskey(theirs);
      await letMinutesPass(10);
      const { status, body } = await window.againWithPasskey(theirs);
      assert.deepEqual([status, body.code], [403, 'PROOF_OF_ANOTHER']);
      for (const either of [window, other]) assert.equal((await give(either)).body.code, 'sign-in-again');
      assert.equal((await window.me()).person.name, 'Ola Mine');
    });

    it('counts for the session that was asked, and for no other', async () => {
      const { window } = await authoriser('Ola Here');
      const key = passkey();
      await window.addPasskey(key);
      const elsewhere = browser();
      await elsewhere.usePasskey(key);
      await letMinutesPass(10);
      assert.equal((await window.againWithPasskey(key)).status, 200);
      assert.equal((await give(window)).status, 200);
      assert.equal((await give(elsewhere)).body.code, 'sign-in-again');
    });

    it('takes an answer of a passkey once, and none to another question', async () => {
      const { window } = await authoriser('Ola Once');
      const key = passkey();
      await window.addPasskey(key);
      const { body: question } = await window.send('GET', '/api/auth/passkey/generate-authenticate-options');
      const response = key.get(question);
      assert.equal((await window.auth('sign-in-again/passkey', { response })).status, 200);
      await letMinutesPass(10);
      assert.equal(
        (await window.auth('sign-in-again/passkey', { response })).body.code,
        'CHALLENGE_NOT_FOUND',
      );
      await window.send('GET', '/api/auth/passkey/generate-authenticate-options');
      assert.equal((await window.auth('sign-in-again/passkey', { response })).status, 400);
      assert.equal((await give(window)).body.code, 'sign-in-again');
    });

    it('takes the code of an app from who has no passkey, each once', async () => {
      const { window } = await authoriser('Ola App');
      const { secret } = await window.addTotp();
      await letMinutesPass(10);
      assert.equal((await window.auth('sign-in-again/password', { password: PASSWORD })).status, 403);
      assert.equal((await window.auth('sign-in-again/code', { code: '000000' })).body.code, 'INVALID_CODE');
      const code = totp(secret, 1);
      assert.equal((await window.auth('sign-in-again/code', { code })).status, 200);
      assert.equal((await give(window)).status, 200);
      await letMinutesPass(10);
      assert.equal((await window.auth('sign-in-again/code', { code })).status, 401);
      assert.equal((await give(window)).body.code, 'sign-in-again');
      await letMinutesPass(-10);
      await window.addPasskey(passkey());
      const { status, body } = await window.auth('sign-in-again/code', { code: totp(secret) });
      assert.deepEqual([status, body.code], [403, 'OTHER_PROOF_NEEDED']);
    });

    it('is asked of a device that is trusted, where a password alone let him in', async () => {
      const { window, email } = await authoriser('Ida Trusted');
      const { secret } = await window.addTotp();
      const other = browser();
      await other.signIn(email);
      await other.auth('two-factor/verify-totp', { code: totp(secret, 1), trustDevice: true });
      assert.equal((await give(other)).status, 200);
      await other.auth('sign-out');
      await other.signIn(email);
      assert.equal((await give(other)).body.code, 'sign-in-again');
    });

    it('takes the password of an account of the demo, which has nothing else', async () => {
      const { window, id } = await authoriser('Ola Demo');
      await server.database.signIn.query('update auth."user" set demo = true where id = $1', [id]);
      await letMinutesPass(10);
      assert.equal((await give(window)).body.code, 'sign-in-again');
      assert.equal((await window.auth('sign-in-again/password', { password: 'x' })).status, 401);
      assert.equal((await window.auth('sign-in-again/password', { password: PASSWORD })).status, 200);
      assert.equal((await give(window)).status, 200);
    });

    it('is not got around by a proof that is put in the place of the account’s', async () => {
      const { window } = await authoriser('Ola Away');
      await window.addPasskey(passkey());
      const [{ id }] = (await window.send('GET', '/api/auth/passkey/list-user-passkeys')).body;
      await letMinutesPass(10);
      for (const { body } of [
        await window.send('GET', '/api/auth/passkey/generate-register-options'),
        await window.auth('passkey/delete-passkey', { id }),
        await window.auth('two-factor/enable', { password: PASSWORD }),
      ])
        assert.equal(body.code, 'sign-in-again');
      const change = { currentPassword: PASSWORD, newPassword: 'quiet lamp behind nine doors' };
      await window.auth('change-password', { ...change, revokeOtherSessions: true });
      assert.equal((await give(window)).body.code, 'sign-in-again');
    });

    it('is not asked of whoever holds the words of a report: they are typed anew for each visit', async () => {
      const answer = await server.send({ ...holderOf(organisation.id), proved: false })(
        'PUT',
        `/api/case-consents/${organisation.id}`,
        { to: 'withdrawn' },
      );
      assert.equal(answer.status, 404);
    });

    it('is nothing for visitors, and slows a guesser down', async () => {
      assert.equal((await browser().auth('sign-in-again/code', { code: '1' })).status, 401);
      const { window, email } = await authoriser('Ola Guessed');
      await window.addTotp();
      const answers = [];
      for (let guess = 0; guess < 21; guess++) {
        window.address = `192.0.2.${++addresses}`;
        const path = guess % 2 ? 'two-factor/verify-totp' : 'sign-in-again/code';
        answers.push((await window.auth(path, { code: '000000' })).status);
      }
      assert.deepEqual([answers[0], answers.at(-1)], [401, 429]);
      assert.equal((await browser().signIn(email)).status, 200);
    });

    it('is written down: that it was asked, what was answered, and what was refused', async () => {
      const { window, id } = await authoriser('Ola Noted');
      const key = passkey();
      await window.addPasskey(key);
      await letMinutesPass(10);
      await give(window);
      await window.againWithPasskey(passkey());
      await window.againWithPasskey(key);
      const { rows } = await server.owner.query(
        `select action, details ->> 'operation' as operation from audit_event where person_id = $1
         and action like '%again%' order by at, id`,
        [id],
      );
      assert.deepEqual(
        rows.map(({ action, operation }) => [action, operation]),
        [
          ['asked to sign in again', 'POST /api/consents'],
          ['signing in again refused', null],
          ['signed in again', null],
        ],
      );
    });
  });

  describe('as staff, where a passkey is asked of them', () => {
    let office: Awaited<ReturnType<TestServer['organisation']>>;
    const ask = (staffMustUsePasskey: boolean) =>
      server.owner.query(
        `insert into setting values ('sign-in', $1) on conflict (name) do update set value = excluded.value`,
        [{ staffMustUsePasskey }],
      );
    const hire = async (name: string, role: Role) => {
      const { email, id } = await account(server, office.id, name, role);
      const window = browser();
      await window.signIn(email);
      return { email, id, window };
    };
    const works = async (window: Browser) => (await window.send('GET', '/api/members')).body.code ?? 'yes';

    before(async () => {
      office = await server.organisation('Duty room of the CERT', 'cert');
      await ask(true);
    });
    after(() => ask(false));

    for (const role of ['ANA', 'LEAD', 'ADM'] as const)
      it(`opens nothing to ${role} by an authenticator app, and everything by a passkey`, async () => {
        const { window } = await hire(`Kim ${role}`, role);
        await window.addTotp();
        assert.equal(await works(window), 'passkey-needed');
        const { mustUsePasskey, roles } = await window.me();
        assert.deepEqual([mustUsePasskey, roles], [true, ['PUB']]);
        await window.addPasskey(passkey());
        assert.equal(await works(window), 'yes');
        assert.equal((await window.me()).mustUsePasskey, false);
      });

    it('asks whoever came in by a code for the passkey, which the code cannot replace', async () => {
      const { window, email } = await hire('Kim Phished', 'ANA');
      const { secret } = await window.addTotp();
      const key = passkey();
      await window.addPasskey(key);
      const other = browser();
      await other.signIn(email);
      await other.auth('two-factor/verify-totp', { code: totp(secret, 1) });
      assert.equal(await works(other), 'passkey-needed');
      const anew = await other.send('GET', '/api/auth/passkey/generate-register-options');
      assert.equal(anew.body.code, 'passkey-needed');
      assert.equal((await other.againWithPasskey(key)).status, 200);
      assert.equal(await works(other), 'yes');
    });

    it('leaves members with the app of their choice', async () => {
      const { window } = await arrive('Kim Member');
      await window.addTotp();
      assert.equal(await works(window), 'yes');
    });

    it('lets whoever is alone in the staff begin anew without anybody', async () => {
      const { rows } = await server.owner.query<{ id: string }>(
        `update membership set until = now() where until is null and roles && '{ANA,LEAD,ADM}' returning id`,
      );
      const { window, email } = await hire('Kim Alone', 'ADM');
      await window.addPasskey(passkey());
      await server.house.people.resetSecondFactor(email);
      assert.notEqual(await works(window), 'yes');
      await server.owner.query(`update membership set until = null where id = any ($1)`, [
        rows.map(({ id }) => id),
      ]);
    });

    it('lets whoever lost a passkey begin anew when a second of the staff vouches', async () => {
      const { window, email } = await hire('Kim Lost', 'LEAD');
      await window.addPasskey(passkey());
      const { email: colleague, id } = await hire('Kim Voucher', 'ANA');
      const { email: member } = await arrive('Kim Outside');
      const { people } = server.house;
      for (const nobody of [undefined, email, member, 'ghost@example.org'])
        await assert.rejects(people.resetSecondFactor(email, nobody), { code: 'voucher-needed' });
      assert.equal(await works(window), 'yes');
      await people.resetSecondFactor(email, colleague);
      const { rows } = await server.owner.query(
        `select details ->> 'vouchedBy' as by from audit_event where action = 'second factor reset' and object_name = 'Kim Lost'`,
      );
      assert.deepEqual(rows, [{ by: id }]);
      const anew = browser();
      await anew.signIn(email);
      assert.equal(await works(anew), 'passkey-needed');
      await anew.addPasskey(passkey());
      assert.equal(await works(anew), 'yes');
    });

    it('is switched on and off by an administrator who has one himself', async () => {
      await ask(false);
      const { window } = await hire('Kim Admin', 'ADM');
      await window.addTotp();
      const put = (staffMustUsePasskey: boolean) =>
        window.send('PUT', '/api/instance/sign-in', { staffMustUsePasskey });
      assert.equal((await put(true)).body.code, 'own-passkey-first');
      assert.equal(await works(window), 'yes');
      await window.addPasskey(passkey());
      assert.equal((await put(true)).body.staffMustUsePasskey, true);
      const { window: colleague } = await hire('Kim Late', 'ANA');
      await colleague.addTotp();
      assert.equal(await works(colleague), 'passkey-needed');
      assert.equal((await put(false)).status, 200);
      assert.equal(await works(colleague), 'yes');
    });
  });

  describe('for those who have no business here', () => {
    it('answers alike for accounts that exist and those that do not', async () => {
      const { email } = await arrive('Ina Known');
      const timed = async (address: string) => {
        const began = performance.now();
        const { status, body } = await browser().signIn(address, 'not the password');
        return { status, body, ms: performance.now() - began };
      };
      const [known, unknown] = [await timed(email), await timed('nobody@example.org')];
      assert.deepEqual([known.status, known.body], [401, unknown.body]);
      assert.equal(known.status, unknown.status);
      // Both hash a password; neither answers before that work is done.
      assert.ok(unknown.ms > known.ms / 5, `known ${known.ms} ms, unknown ${unknown.ms} ms`);
    });

    it('slows down one address', async () => {
      const window = browser();
      const statuses = [];
      for (let attempt = 0; attempt < 21; attempt++)
        statuses.push((await window.signIn(`n${attempt}@example.org`, 'x')).status);
      assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
    });

    it('slows down many addresses at one account, whether it exists or not', async () => {
      const { email } = await arrive('Ina Target');
      for (const target of [email, 'ghost@example.org']) {
        let status = 0;
        for (let attempt = 0; attempt < 21; attempt++) ({ status } = await browser().signIn(target, 'x'));
        assert.equal(status, 429);
      }
    });

    it('forgets the failures of an account that was opened', async () => {
      const { email } = await arrive('Ina Fumbles');
      for (let round = 0; round < 3; round++) {
        for (let attempt = 0; attempt < 9; attempt++) await browser().signIn(email, 'x');
        assert.equal((await browser().signIn(email)).status, 200);
      }
    });

    it('does not believe an address somebody writes into a header', async () => {
      const window = browser();
      const statuses = [];
      for (let attempt = 0; attempt < 21; attempt++)
        statuses.push(
          (
            await window.send(
              'POST',
              '/api/auth/sign-in/email',
              { email: `m${attempt}@example.org`, password: 'x' },
              {
                'x-forwarded-for': `203.0.113.${attempt}`,
                'x-busbar-ip': `203.0.113.${attempt}`,
              },
            )
          ).status,
        );
      assert.equal(statuses.at(-1), 429);
    });

    it('refuses a form of another site', async () => {
      const { email } = await arrive('Ina Forged');
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': '', origin: 'https://evil.example' },
      ]) {
        const { status, body } = await browser().send(
          'POST',
          '/api/auth/sign-in/email',
          { email, password: PASSWORD },
          headers,
        );
        assert.deepEqual([status, body.code], [403, 'foreign-origin']);
      }
    });

    it('sends nobody anywhere after signing in', async () => {
      const { email } = await arrive('Ina Redirected');
      const { status, body, headers } = await browser().auth('sign-in/email', {
        email,
        password: PASSWORD,
        callbackURL: 'https://evil.example',
      });
      assert.deepEqual([status, body.url ?? null, headers['location']], [200, null, undefined]);
    });

    it('makes no accounts, and offers none of what the library has besides', async () => {
      const window = browser();
      const person = { name: 'Eve', email: 'eve@example.org', password: PASSWORD };
      for (const path of [
        'sign-up/email',
        'request-password-reset',
        'update-user',
        'delete-user',
        'sign-in/social',
        'change-email',
      ])
        assert.equal((await window.auth(path, person)).status, 404, path);
      assert.equal((await window.signIn('eve@example.org')).status, 401);
    });

    it('refuses the passwords that everybody tries first', async () => {
      const { window } = await arrive('Ina Simple');
      for (const newPassword of ['password2026!', 'qwertyuiop123', 'Ina.Simple.99'])
        assert.equal(
          (await window.auth('change-password', { currentPassword: PASSWORD, newPassword })).body.code,
          'PASSWORD_COMPROMISED',
          newPassword,
        );
      assert.equal(
        (await window.auth('change-password', { currentPassword: PASSWORD, newPassword: 'short-9x' })).status,
        400,
      );
    });
  });

  it('is written down: who came in, and what was refused', async () => {
    const { window, id } = await arrive('Ina Watched');
    await window.addTotp();
    await browser().signIn((await window.me()).person.email, 'wrong');
    const lead = await (await server.organisation('CERT', 'cert')).person('LEAD');
    const { items } = await server.as(lead)(auditApi.accesses, { query: { object: id } });
    assert.deepEqual(
      items.map(({ action }) => action),
      ['sign-in refused', 'authenticator app added', 'signed in'],
    );
  });

  it('keeps its secrets from the program itself', async () => {
    for (const table of ['"user"', 'account', 'session', 'verification', '"twoFactor"', 'passkey'])
      await assert.rejects(
        server.database.app.query(`select from auth.${table}`),
        /permission denied for schema auth/,
      );
  });

  it('sees passwords and sessions, and nothing of the plants', async () => {
    await assert.rejects(server.database.signIn.query('select from job'), /permission denied/);
    await assert.rejects(server.database.signIn.query('select email from person'), /permission denied/);
    await assert.rejects(
      server.database.signIn.query('update membership set until = now()'),
      /permission denied/,
    );
  });
});
