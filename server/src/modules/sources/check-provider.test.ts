import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { releaseApi, signingKeyApi } from '@busbar/contract';
import { findingInEnglish } from '@busbar/csaf';
import pg from 'pg';

import { fetcherOver } from '../../platform/fetcher.ts';
import { certificate, OtherSide } from '../../testing/other-side.ts';
import { csafFile, TestSubject } from '../../testing/subject.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { providerCheck } from './check-provider.ts';

/** This program publishes; a stranger comes by TLS and judges it. */
describe('the check of a CSAF provider, over the network', { timeout: 120_000 }, () => {
  let server: TestServer;
  const site = new OtherSide({ secure: true });
  const fetcher = () =>
    fetcherOver({ ca: certificate, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
  const check = async (path: string, local = true) => {
    const over = fetcher();
    try {
      return await providerCheck(over, site.at(path), { local, limit: 100 });
    } finally {
      over.close();
    }
  };
  const faultsOf = ({ requirements }: Awaited<ReturnType<typeof check>>) =>
    requirements
      .filter(({ state }) => state === 'notMet')
      .flatMap(({ number, findings }) => findings.map((one) => `${number}: ${findingInEnglish(one)}`));

  before(async () => {
    await site.open();
    server = await startTestServer({ work: true, origin: site.at('') });
    site.files.get = (path) => (request, response) => {
      void server.app.inject({ url: path, headers: { 'user-agent': 'x' } }).then((answer) => {
        response.writeHead(answer.statusCode, answer.headers as Record<string, string>);
        response.end(answer.rawPayload);
      });
    };
    await publish();
  });
  after(async () => {
    await site.close();
    await server.close();
  });

  for (const [root, role, looked] of [
    ['/.well-known/csaf', 'csaf_trusted_provider', 1],
    // Nothing of this version is out: what nobody could look at proves no role.
    ['/.well-known/csaf/v2.1', undefined, 0],
  ] as const)
    it(`finds no requirement that this program does not meet at ${root}`, async () => {
      const report = await check(`${root}/provider-metadata.json`);
      assert.deepEqual(faultsOf(report), []);
      assert.deepEqual([report.role, report.looked], [role, looked]);
    });

  it('finds a signature of another document', async () => {
    const usual = site.files.get;
    site.files.get = (path) => usual.call(site.files, path.endsWith('.json.asc') ? '/rfc2350.txt.asc' : path);
    const report = await check('/.well-known/csaf/provider-metadata.json');
    site.files.get = usual;
    assert.equal(report.requirements.find(({ number }) => number === 19)!.state, 'notMet');
    assert.notEqual(report.role, 'csaf_trusted_provider');
  });

  it('goes to no private address unless it is told that it may', async () => {
    site.asked.length = 0;
    const report = await check('/.well-known/csaf/provider-metadata.json', false);
    assert.match(faultsOf(report).join(), /no public address/);
    assert.deepEqual(site.asked, []);
  });

  /** One advisory through the gate. */
  async function publish(): Promise<void> {
    const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    const contact = { name: 'CERT', shortName: 'CERT', country: 'DE', phone: '+49 30 555 0110' };
    await owner.query(`insert into setting values ('cert', $1)`, [
      JSON.stringify({ ...contact, email: 'cert@cert.example', url: 'https://cert.example' }),
    ]);
    await owner.end();
    const cert = await server.organisation('CERT', 'cert');
    const [author, reviewer, lead] = [
      await cert.person('ANA'),
      await cert.person('ANA'),
      await cert.person('LEAD'),
    ];
    await server.as(await cert.person('ADM'))(signingKeyApi.create, { body: { years: 2 } });
    const ref = 'BB-2026-check1';
    const subject = new TestSubject(author.person!, { ref, files: [csafFile(ref)] });
    server.house.releases.lets(TestSubject.all(new Map([[subject.id, subject]])));
    const { id } = await server.as(author)(releaseApi.propose, {
      body: { subject: { kind: 'publication', id: subject.id } },
    });
    const { snapshot } = await server.as(lead)(releaseApi.get, { params: { id } });
    await server.as(reviewer)(releaseApi.review, {
      params: { id },
      body: { snapshot, couldHarm: false, reason: 'It tells nobody how', answers: {} },
    });
    await server.as(lead)(releaseApi.approve, { params: { id }, body: { snapshot, sendAt: null } });
    for (let wait = 0; wait < 600; wait++) {
      if ((await server.as(lead)(releaseApi.get, { params: { id } })).state === 'sent') return;
      await sleep(50);
    }
    assert.fail('It was not sent');
  }
});
