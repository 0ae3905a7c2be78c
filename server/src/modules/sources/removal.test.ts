import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { advisoryApi, auditApi, jobApi, type Source, sourceApi, vulnerabilityApi } from '@busbar/contract';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json } from '../../testing/documents.ts';
import { OtherSide } from '../../testing/other-side.ts';
import { TestProvider } from '../../testing/provider.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('a source that is removed', { timeout: 180_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let lead: Actor;
  let provider: TestProvider;
  let site: OtherSide;
  before(async () => {
    server = await startTestServer({ work: true });
    const cert = await server.organisation('CERT', 'cert');
    [analyst, lead] = [await cert.person('ANA'), await cert.person('LEAD')];
    provider = await TestProvider.open();
    site = await new OtherSide().open();
  });
  after(async () => {
    await provider.close();
    await site.close();
    await server.close();
  });

  let number = 50_000;
  const document = (id: string, cve: string, score = 9.8) =>
    csaf({
      id,
      vulnerabilities: [
        {
          cve,
          title: 'Fixed password',
          description: 'A fixed password.',
          cvss: {
            vector: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:${score > 9.5 ? 'H' : 'L'}`,
            score,
            severity: 'CRITICAL',
          },
          affected: ['old'],
          remediations: [],
        },
      ],
    });
  const add = async (changes: object = {}): Promise<Source> => {
    const { id } = await server.as(analyst)(sourceApi.add, {
      body: {
        name: `Source ${++number}`,
        kind: 'csaf-provider',
        address: provider.address,
        local: true,
        ...changes,
      } as never,
    });
    for (;;) {
      const source = await server.as(analyst)(sourceApi.get, { params: { id } });
      if (source.job && !['queued', 'running'].includes(source.job.state)) return source;
      await sleep(20);
    }
  };
  const remove = async ({ id }: Source, claims: 'keep' | 'delete' = 'keep') => {
    await server.as(analyst)(sourceApi.remove, { params: { id }, query: { claims } });
    for (;;) {
      const { items } = await server.as(analyst)(jobApi.list, { query: { kind: 'withdraw-claims' } });
      if (items.every(({ state }) => state === 'done')) return;
      assert.ok(items.every(({ state }) => state !== 'failed'));
      await sleep(20);
    }
  };
  const page = (ref: string, actor: Actor = analyst) =>
    server.as(actor)(vulnerabilityApi.get, { params: { ref } });
  const listed = async (ref: string) =>
    (await server.as(analyst)(vulnerabilityApi.list, { query: { search: ref } })).items.length;

  it('leaves what only it has said as history that counts no more, and says since when', async () => {
    const cve = `CVE-2026-${++number}`;
    await provider.publish('/r1.json', document('R-1', cve));
    const source = await add();
    await server.house.imports.importStream(analyst, 'x', bytes(json(csaf({ ...draftOf(cve), id: 'H-1' }))));
    const before = await page(cve);
    assert.deepEqual([before.sources, before.standing!.disagreeing > 0], [2, true]);
    await remove(source);
    const now = await page(cve);
    assert.deepEqual(
      [now.sources, now.publishers, now.standing?.disagreeing ?? 0],
      [1, ['Aurum Controls'], 0],
    );
    const gone = now.sourceList.filter(({ removedAt }) => removedAt !== null);
    assert.deepEqual(
      gone.map(({ trackingId }) => trackingId),
      ['R-1'],
    );
    assert.ok(
      now.facts.every(
        ({ claims, agreement }) =>
          agreement !== 'disagree' && claims.every(({ publisher }) => publisher !== 'Nordbruk'),
      ),
    );
    assert.ok(now.timeline.length > 0);
    assert.ok(
      now.timeline.every(
        ({ why, after: then, publisher }) => why === 'removed' && then === null && publisher === 'Nordbruk',
      ),
    );
    // The document itself stays in the library.
    const { items } = await server.as(visitor)(advisoryApi.list, { query: { search: 'R-1' } });
    assert.equal(items.length, 1);
  });

  it('leaves what came by another way as well: another source, or somebody', async () => {
    const [shared, own] = [`CVE-2026-${++number}`, `CVE-2026-${++number}`];
    await provider.publish('/r2.json', document('R-2', shared));
    await server.house.imports.importStream(analyst, 'x', bytes(json(document('R-3', own))));
    await provider.publish('/r3.json', document('R-3', own));
    const source = await add();
    site.files.set('/one.json', json(document('R-2', shared)));
    const other = await add({ kind: 'archive', address: site.at('/one.json') });
    await remove(source);
    assert.deepEqual([(await page(shared)).sources, (await page(own)).sources], [1, 1]);
    await remove(other);
    assert.deepEqual([(await page(shared)).sources, (await page(own)).sources], [0, 1]);
    assert.deepEqual([await listed(shared), await listed(own)], [0, 1]);
  });

  it('counts again when it is added again, though its documents are nothing new', async () => {
    const cve = `CVE-2026-${++number}`;
    await provider.publish('/r4.json', document('R-4', cve));
    const source = await add();
    await remove(source);
    assert.equal((await page(cve)).sources, 0);
    const back = await add();
    const { sources, facts, sourceList } = await page(cve);
    assert.deepEqual([sources, sourceList.map(({ removedAt }) => removedAt)], [1, [null]]);
    assert.ok(facts.length > 0);
    await remove(back);
  });

  it('takes with it what a catalogue said', async () => {
    const cve = `CVE-2026-${++number}`;
    await server.house.imports.importStream(analyst, 'x', bytes(json(document('R-5', cve))));
    site.files.set(
      '/kev.json',
      json({
        catalogVersion: '1',
        vulnerabilities: [{ cveID: cve, dateAdded: '2026-01-02', vulnerabilityName: 'x' }],
      }),
    );
    site.files.set(
      '/epss.csv',
      `#model_version:v1,score_date:2026-01-02T00:00:00+0000\ncve,epss,percentile\n${cve},0.5,0.9\n`,
    );
    const kev = await add({ kind: 'kev', address: site.at('/kev.json') });
    const epss = await add({ kind: 'epss', address: site.at('/epss.csv') });
    assert.deepEqual([(await page(cve)).exploited, (await page(cve)).sources], [true, 3]);
    await remove(kev);
    await remove(epss);
    assert.deepEqual([(await page(cve)).exploited, (await page(cve)).sources], [false, 1]);
  });

  it('is deleted where its owner says so, but for what a verdict of the CERT was weighed against', async () => {
    const [free, bound] = [`CVE-2026-${++number}`, `CVE-2026-${++number}`];
    await provider.publish('/r6.json', document('R-6', free));
    await provider.publish('/r7.json', document('R-7', bound));
    const source = await add();
    const fact = (await page(bound)).facts.find(({ kind }) => kind === 'productStatus')!;
    await server.as(analyst)(vulnerabilityApi.decide, {
      params: { ref: bound },
      body: {
        value: '<2',
        verification: 'unverified',
        evidence: '',
        links: [],
        claims: [fact.claims[0]!.id],
        fact: fact.key,
      },
    });
    await remove(source, 'delete');
    const rows = await server.database.as(lead, (tx) =>
      tx.selectFrom('claim').select('id').where('id', '=', fact.claims[0]!.id).execute(),
    );
    assert.equal(rows.length, 1);
    const kept = await page(bound);
    assert.deepEqual(
      kept.sourceList.map(({ removedAt }) => removedAt !== null),
      [true],
    );
    await assert.rejects(() => page(free, visitor));
    assert.equal(await listed(free), 0);
    const { items } = await server.as(lead)(auditApi.accesses, { query: { limit: 50 } });
    assert.ok(items.some(({ action, object }) => action === 'claims deleted' && object.id === source.id));
  });
});

function draftOf(cve: string) {
  return {
    publisher: { name: 'Aurum Controls', namespace: 'https://aurum.example', category: 'vendor' as const },
    vulnerabilities: [
      {
        cve,
        title: 'Fixed password',
        description: 'A fixed password.',
        cvss: {
          vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L',
          score: 9.4,
          severity: 'CRITICAL' as const,
        },
        affected: ['old'],
        remediations: [],
      },
    ],
  };
}
