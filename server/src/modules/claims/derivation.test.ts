import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Fact, jobApi, radarApi, vulnerabilityApi } from '@busbar/contract';
import { claimsOfCsaf, read, readCve, readEpss, readKev } from '@busbar/csaf';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { derivationRules, stated } from './comparison.ts';

/** As the owner of the tables, what no program does: the claims are gone, as if they had come before there were any. */
async function owning({ owner }: TestServer, ...statements: string[]): Promise<void> {
  for (const statement of statements) await owner.query(statement);
}
const forgetAll = [
  'delete from claim',
  'delete from vulnerability_source',
  'delete from vulnerability_key',
  'delete from vulnerability_standing',
  'delete from vulnerability',
  'delete from claim_document',
  'delete from claim_derivation',
];

describe('claims follow the rules of the program', { timeout: 240_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let colleague: Actor;
  before(async () => {
    server = await startTestServer({ work: true });
    const cert = await server.organisation('CERT', 'cert');
    [analyst, colleague] = [await cert.person('ANA'), await cert.person('LEAD')];
  });
  after(() => server.close());

  const take = async (...documents: object[]) =>
    server.house.imports.importStream(
      analyst,
      'x.tar',
      bytes(await tar(Object.fromEntries(documents.map((one, n) => [`${n}.json`, json(one)])))),
    );
  const page = (ref: string, actor: Actor = analyst) =>
    server.as(actor)(vulnerabilityApi.get, { params: { ref } });
  const factOf = async (ref: string, kind: Fact['kind'] = 'productStatus') =>
    (await page(ref)).facts.find((fact) => fact.kind === kind)!;
  const jobsOf = async () =>
    (await server.as(analyst)(jobApi.list, { query: { kind: 'derive-claims' } })).items;
  const derive = async () => {
    const before = (await jobsOf()).length;
    await server.house.derivations.begin();
    for (;;) {
      const jobs = await jobsOf();
      if (jobs.length === before || !['queued', 'running'].includes(jobs[0]!.state)) return jobs;
      await sleep(20);
    }
  };

  it('which are raised with every change of what comes of a document', () => {
    const found = [
      claimsOfCsaf(documentOf(csaf())).claims,
      claimsOfCsaf(
        documentOf(
          csaf({
            products: wild,
            vulnerabilities: [
              about(
                'CVE-2026-1001',
                wild.map(({ key }) => key),
              ),
            ],
          }),
        ),
      ).claims,
      claimsIn(readCve(cveRecord)),
      claimsIn(readKev({ vulnerabilities: [kevEntry] })),
      claimsIn(readEpss('#score_date:2026-01-02\ncve,epss,percentile\nCVE-2026-1001,0.25,0.9\n')),
    ].map((claims) => stated(claims).lines);
    const digest = createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 16);
    assert.deepEqual(
      { rules: derivationRules, digest },
      { rules: 2, digest: '6d8b7300e60fcf32' },
      'What comes of a document has changed: raise derivationRules in comparison.ts, and write both down here',
    );
  });

  it('and is made of what came before there were claims, as old as it is, and no news to anybody', async () => {
    await take(
      csaf({ id: 'D-1' }),
      csaf({ id: 'D-2', tlp: 'RED', vulnerabilities: [about('CVE-2026-20002', ['old'])] }),
    );
    await owning(server, ...forgetAll, `update advisory_version set received_at = '2026-03-02T00:00:00Z'`);
    await assert.rejects(() => page('CVE-2026-10001'));
    const { counts } = await server.as(analyst)(radarApi.list, { query: {} });
    const [job] = await derive();
    assert.deepEqual([job!.state, job!.subject.kind, job!.problem], ['done', 'organisation', null]);
    const { facts, sourceList, timeline } = await page('CVE-2026-10001');
    assert.ok(facts.length > 3);
    assert.deepEqual(timeline, []);
    for (const { retrievedAt } of [...sourceList, ...facts.flatMap(({ claims }) => claims)])
      assert.equal(retrievedAt, '2026-03-02T00:00:00.000Z');
    assert.deepEqual((await server.as(analyst)(radarApi.list, { query: {} })).counts, counts);
    // What is for one person only is read for that person.
    assert.ok((await page('CVE-2026-20002')).facts.length > 0);
    await assert.rejects(() => page('CVE-2026-20002', colleague));
  });

  it('once: a second start finds nothing to do', async () => {
    assert.equal((await derive()).length, 1);
  });

  it('while verdicts of people stay, and nobody is said to have changed his mind', async () => {
    const cve = 'CVE-2026-20003';
    await take(csaf({ id: 'D-3', vulnerabilities: [about(cve, ['old'])] }));
    const { key, claims } = await factOf(cve);
    const answer = {
      value: '<2.4.1',
      verification: 'singleSource' as const,
      evidence: '',
      links: [],
      claims: [claims[0]!.id],
    };
    const { verdict } = await server.as(analyst)(vulnerabilityApi.decide, {
      params: { ref: cve },
      body: { ...answer, fact: key },
    });
    await server.as(colleague)(vulnerabilityApi.check, { params: { id: verdict }, body: answer });
    const before = await page(cve);
    // As an older program had read it.
    await owning(
      server,
      `update claim set value = '< 2', value_key = '<2' where id = '${claims[0]!.id}'`,
      'update claim_derivation set rules = 0',
      'update claim_document set rules = 0',
    );
    const jobs = await derive();
    assert.deepEqual([jobs.length, jobs[0]!.state], [2, 'done']);
    const now = await page(cve);
    const fact = now.facts.find((one) => one.key === key)!;
    assert.deepEqual(
      [fact.claims[0]!.value, fact.claims[0]!.retrievedAt],
      ['< 2.4.1', claims[0]!.retrievedAt],
    );
    assert.notEqual(fact.claims[0]!.id, claims[0]!.id);
    assert.deepEqual([now.timeline, fact.changedSince], [[], false]);
    assert.deepEqual(
      now.facts.map(({ ours, verdict: one }) => [ours, one]),
      before.facts.map(({ ours, verdict: one }) => [ours, one]),
    );
  });

  it('and an older program that still runs changes nothing back', async () => {
    await owning(server, 'update claim_derivation set rules = 99', 'update claim_document set rules = 99');
    assert.equal((await derive()).length, 2);
  });
});

describe('a reading of everything that is killed with -9', { timeout: 240_000 }, () => {
  it('goes on where it was, and nothing is there twice', async (test) => {
    const DOCUMENTS = 400;
    const witness = await startTestServer();
    const analyst = await (await witness.organisation('CERT', 'cert')).person('ANA');
    const files = Object.fromEntries(
      Array.from({ length: DOCUMENTS }, (_, n) => [
        `${n}.json`,
        json(csaf({ id: `K-${n}`, vulnerabilities: [about(`CVE-2026-${30_000 + n}`, ['old'])] })),
      ]),
    );
    await witness.house.imports.importStream(analyst, 'x.tar', bytes(await tar(files)));
    const count = async () => {
      const { rows } = await witness.database.as(analyst, (tx) =>
        sql<{ documents: number; claims: number; facts: number }>`select
          (select count(*) from claim_document) as documents,
          (select count(*) from claim where superseded_at is null) as claims,
          (select count(distinct (vulnerability_id, fact)) from claim) as facts`.execute(tx),
      );
      return rows[0]!;
    };
    const whole = await count();
    await owning(witness, ...forgetAll);
    const mortal = new Mortal(witness);
    await mortal.live();
    for (const some of [1, DOCUMENTS / 2]) {
      while ((await count()).documents < some) await sleep(5);
      await mortal.die();
      test.diagnostic(`killed with ${(await count()).documents} of ${DOCUMENTS} read`);
      await mortal.live();
    }
    const ended = async () =>
      (await witness.as(analyst)(jobApi.list, { query: { kind: 'derive-claims' } })).items.map(
        ({ state }) => state,
      );
    while ((await ended())[0] !== 'done') await sleep(50);
    await mortal.die();
    assert.deepEqual(await ended(), ['done']);
    assert.deepEqual(await count(), whole);
    await witness.close();
  });
});

function about(cve: string, affected: string[]) {
  return {
    cve,
    title: 'Hard-coded password',
    description: 'The service account has a fixed password.',
    cvss: {
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      score: 9.8,
      severity: 'CRITICAL' as const,
    },
    affected,
    remediations: [{ category: 'mitigation' as const, text: 'Allow port 502 from the control room only.' }],
  };
}

const wild = [
  '<4.35',
  'prior to 4.35',
  'vers:generic/>=1|<2',
  'V02.01.08_HF3',
  'all versions',
  'unknown',
].map((range, n) => ({ key: `p${n}`, vendor: 'Aurum Controls', name: `AX-${n}`, range }));

function documentOf(value: object) {
  const reading = read(JSON.stringify(value));
  return reading.ok ? reading.document : assert.fail('unreadable');
}

function claimsIn(reading: ReturnType<typeof readCve> | ReturnType<typeof readKev>) {
  return reading.ok ? reading.claims : assert.fail('unreadable');
}

const kevEntry = {
  cveID: 'CVE-2026-1001',
  vendorProject: 'Aurum',
  product: 'AX',
  vulnerabilityName: 'Password',
  dateAdded: '2026-01-02',
  dueDate: '2026-02-02',
  requiredAction: 'Apply the update.',
  knownRansomwareCampaignUse: 'Known',
};

const cveRecord = {
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: { cveId: 'CVE-2026-1001', state: 'PUBLISHED', datePublished: '2026-01-01T00:00:00Z' },
  containers: {
    cna: {
      providerMetadata: { shortName: 'aurum' },
      descriptions: [{ lang: 'en', value: 'A fixed password.' }],
      affected: [
        {
          vendor: 'Aurum',
          product: 'AX',
          versions: [{ version: '0', lessThan: '4.35', status: 'affected', versionType: 'semver' }],
        },
      ],
      metrics: [
        {
          cvssV3_1: {
            version: '3.1',
            vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
            baseScore: 7.5,
            baseSeverity: 'HIGH',
          },
        },
      ],
      problemTypes: [
        { descriptions: [{ lang: 'en', type: 'CWE', cweId: 'CWE-798', description: 'CWE-798' }] },
      ],
    },
  },
};
