import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { account, Browser, PASSWORD, totp } from '../testing/browser.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

describe('signing in', () => {
  let server: TestServer;
  let organisation: { id: string };
  let addresses = 0;
  const browser = () => new Browser(server, `192.0.2.${++addresses}`);
  const arrive = async (name: string) => {
    const { email, id } = await account(server, organisation.id, name, 'MEM');
    const window = browser();
    await window.signIn(email);
    return { email, id, window };
  };

  before(async () => {
    server = await startTestServer();
    organisation = await server.organisation('Nordwasser', 'operator');
  });
  after(() => server.close());

  it('with a password alone opens nothing but the own account', async () => {
    const { window } = await arrive('Ina First');
    const me = await window.me();
    assert.deepEqual([me.person.name, me.mustAddSecondFactor, me.roles], ['Ina First', true, ['PUB']]);
    const members = await window.send('GET', '/api/members');
    assert.deepEqual([members.status, members.body.code], [403, 'second-factor-needed']);
    assert.equal((await window.send('GET', '/api/instance')).status, 200);
  });

  it('with password and authenticator app opens what the membership may', async () => {
    const { window, email } = await arrive('Ina Second');
    const { secret, codes } = await window.addTotp();
    const me = await window.me();
    assert.deepEqual(
      [me.mustAddSecondFactor, me.roles, me.secondFactor],
      [false, ['MEM'], { passkeys: 0, totp: true, recoveryCodesLeft: 10 }],
    );
    assert.equal((await window.send('GET', '/api/members')).status, 200);

    const other = browser();
    assert.equal((await other.signIn(email)).body.twoFactorRedirect, true);
    assert.equal((await other.me()).person, null);
    assert.equal((await other.auth('two-factor/verify-totp', { code: totp(secret, 1) })).status, 200);
    assert.equal((await other.me()).mustAddSecondFactor, false);

    const third = browser();
    await third.signIn(email);
    assert.equal((await third.auth('two-factor/verify-backup-code', { code: codes[0]! })).status, 200);
    assert.equal((await third.me()).secondFactor.recoveryCodesLeft, 9);
    const fourth = browser();
    await fourth.signIn(email);
    assert.equal((await fourth.auth('two-factor/verify-backup-code', { code: codes[0]! })).status, 401);
  });
});
