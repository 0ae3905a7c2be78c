import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { systemApi } from '@busbar/contract';

import { Authenticator } from '../../testing/authenticator.ts';
import { Browser, PASSWORD } from '../../testing/browser.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const cert = {
  name: 'Delta CERT',
  shortName: 'DCERT',
  country: 'NL',
  phone: '+31 20 555 0100',
  email: 'help@cert.example',
};
const administrator = { name: 'Ada Min', email: 'ada@cert.example', password: PASSWORD };

describe('an empty instance', () => {
  let server: TestServer;
  const visitor = () => server.as(server.visitor);
  const setUp = (code: string, changes: object = {}, name = cert.name) =>
    visitor()(systemApi.setUp, {
      body: { code, cert: { ...cert, name }, administrator: { ...administrator, ...changes } },
    });

  beforeEach(async () => {
    server = await startTestServer();
  });
  afterEach(() => server.close());

  it('says that it is empty', async () => {
    const { state, demo, cert: contact } = await visitor()(systemApi.instance);
    assert.deepEqual([state, demo, contact], ['empty', false, null]);
  });

  it('is set up by whoever read the code that the program printed, who is then its administrator', async () => {
    const code = await server.house.system.setUpCode();
    const { organisation } = await setUp(code!.toLowerCase());
    const instance = await visitor()(systemApi.instance);
    assert.deepEqual([instance.state, instance.cert?.shortName], ['ready', 'DCERT']);

    const window = new Browser(server);
    await window.signIn(administrator.email);
    await window.addTotp();
    assert.equal((await window.me()).mustUsePasskey, true);
    await window.addPasskey(new Authenticator(server.config.origin));
    const { acting, roles } = await window.me();
    assert.deepEqual([acting.organisation.id, roles], [organisation, ['ADM']]);
  });

  it('refuses a wrong code, a code of an earlier start, and any before one was printed', async () => {
    await assert.rejects(setUp('00000000-00000000-00000000-00000000'), refused(400, 'set-up-code-wrong'));
    const earlier = await server.house.system.setUpCode();
    await server.house.system.setUpCode();
    await assert.rejects(setUp(earlier!), refused(400, 'set-up-code-wrong'));
    assert.equal((await visitor()(systemApi.instance)).state, 'empty');
  });

  it('is set up once, even by two at once', async () => {
    const code = await server.house.system.setUpCode();
    const eve = setUp(code!, { email: 'eve@cert.example' }, 'Another CERT');
    const outcomes = await Promise.allSettled([setUp(code!), eve]);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await server.house.system.setUpCode(), undefined);
    await assert.rejects(setUp(code!), refused(409, 'already-set-up'));
  });

  it('stays empty when the password is one that everybody tries, and leaves nothing behind', async () => {
    const code = await server.house.system.setUpCode();
    await assert.rejects(setUp(code!, { password: 'administrator1' }), refused(400, 'password-too-common'));
    assert.equal((await visitor()(systemApi.instance)).state, 'empty');
    await setUp(code!);
  });

  it('replaces an account that a set-up left behind which was cut off', async () => {
    const stray = crypto.randomUUID();
    await server.database.signIn.query(
      `insert into auth."user" (id, name, email) values ($1, 'Ada Min', $2)`,
      [stray, administrator.email],
    );
    await setUp((await server.house.system.setUpCode())!);
    assert.equal((await new Browser(server).signIn(administrator.email)).status, 200);
  });

  it('keeps its authenticator apps apart by the name of the CERT', async () => {
    await setUp((await server.house.system.setUpCode())!);
    const window = new Browser(server);
    await window.signIn(administrator.email);
    const { body } = await window.auth('two-factor/enable', { password: PASSWORD, issuer: 'Another Bank' });
    assert.equal(new URL(body.totpURI).searchParams.get('issuer'), 'DCERT');
  });

  it('is healthy', async () => {
    const { status, database, jobs } = await visitor()(systemApi.health);
    assert.deepEqual([status, database, jobs], ['ok', true, true]);
  });
});
