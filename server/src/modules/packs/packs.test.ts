import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { apis, type Source } from '@busbar/contract';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json, needsRealAdvisories, realAdvisories, tar } from '../../testing/documents.ts';
import { OtherSide } from '../../testing/other-side.ts';
import { bringPack, installPack, makePack, setUpCert } from '../../testing/packs.ts';
import { TestProvider } from '../../testing/provider.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

type Cert = Awaited<ReturnType<typeof setUpCert>>;

const kev = (...cves: string[]) =>
  json({
    catalogVersion: '1',
    vulnerabilities: cves.map((cveID) => ({
      cveID,
      vendorProject: 'Nordbruk',
      product: 'PX',
      vulnerabilityName: 'Fixed password',
      dateAdded: '2026-02-03',
      requiredAction: 'Update',
    })),
  });
const epss = (score: number) =>
  `#model_version:v2025.03.14,score_date:2026-11-01T00:00:00+0000\ncve,epss,percentile\nCVE-2026-10001,${score},0.999\n`;
const record = (cveId: string) => ({
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: { cveId, state: 'PUBLISHED', dateUpdated: '2026-05-01T00:00:00Z' },
  containers: { cna: { descriptions: [{ lang: 'en', value: 'A fixed password' }] } },
});
const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
  <item><guid>1</guid><title>Pumps stop</title><link>https://news.example/1</link></item></channel></rss>`;

describe('packs', { timeout: 300_000 }, () => {
  let maker: TestServer;
  let taker: TestServer;
  let there: Cert;
  let here: Cert;
  let member: Actor;
  let provider: TestProvider;
  let site: OtherSide;
  const sources: Record<string, Source> = {};

  before(async () => {
    maker = await startTestServer({ work: true });
    // Nothing here asks anybody: there is no way out of this plant.
    taker = await startTestServer({ work: true, still: true });
    there = await setUpCert(maker, 'CERT of the coast');
    here = await setUpCert(taker, 'CERT of the island');
    member = await (await taker.organisation('Nordwasser', 'operator')).person('MEM');
    provider = await TestProvider.open();
    site = await new OtherSide().open();
    await provider.publish('/a.json', csaf({ id: 'NBC-2026-001' }));
    await provider.publish('/b.json', csaf({ id: 'NBC-2026-002' }));
    await provider.publish('/green.json', csaf({ id: 'NBC-2026-003', tlp: 'GREEN' }));
    site.files.set('/kev.json', kev('CVE-2026-10001', 'CVE-2026-10002'));
    site.files.set('/epss.csv', epss(0.97));
    site.files.set('/cve.json', json(record('CVE-2026-10001')));
    site.files.set('/rss', rss);
    await add('csaf', {
      kind: 'csaf-provider',
      address: provider.address,
      fingerprints: [provider.fingerprint],
      mustBeSigned: true,
      maxTlp: 'GREEN',
    });
    await add('kev', { kind: 'kev', address: site.at('/kev.json') });
    await add('epss', { kind: 'epss', address: site.at('/epss.csv') });
    await add('cve', { kind: 'cve', address: site.at('/cve.json') });
    await add('feed', { kind: 'feed', address: site.at('/rss') });
    // They stand for sources of the world, which tests have none of.
    await maker.owner.query('update peer set local = false');
    await byHand(csaf({ id: 'HAND-1' }), csaf({ id: 'HAND-AMBER', tlp: 'AMBER' }));
  });
  after(async () => {
    await Promise.all([maker.close(), taker.close(), provider.close(), site.close()]);
  });

  async function add(name: string, body: object) {
    const added = await maker.as(there.lead)(apis.sources.add, {
      body: { name: `The ${name}`, local: true, ...body } as never,
    });
    sources[name] = await until(`${name} is read`, () => read(added.id));
  }
  async function read(id: string) {
    const source = await maker.as(there.lead)(apis.sources.get, { params: { id } });
    return source.job && source.job.state === 'done' ? source : undefined;
  }
  async function byHand(...documents: object[]) {
    const files = Object.fromEntries(documents.map((document, n) => [`${n}.json`, json(document)]));
    await maker.house.imports.importStream(there.lead, 'x.tar', bytes(await tar(files)));
  }
  async function addPump(server: TestServer, actor: Actor) {
    const { id: works } = await server.as(actor)(apis.plant.addSite, {
      body: { name: 'Works', sector: '', country: '', process: '' },
    });
    const pump = { vendor: 'Nordbruk', product: 'PX 200', firmware: '2.3.9', orderNumber: 'NB-PX-200' };
    await server.as(actor)(apis.plant.addAsset, { body: { site: works, name: 'Pump', ...pump } });
  }
  /** But of the one that is for members. */
  async function warningsOf(server: TestServer, actor: Actor) {
    const { items } = await server.as(actor)(apis.warnings.list, { query: {} });
    const found = items
      .filter(({ advisory }) => advisory.trackingId !== 'NBC-2026-003')
      .map(({ advisory, certainty, product, because }) => [advisory.trackingId, certainty, product, because])
      .sort();
    return found.length === 3 && found;
  }
  const trust = () =>
    taker.as(here.administrator)(apis.packKeys.accept, {
      body: { publicKey: there.key.publicKey, fingerprint: there.key.fingerprint },
    });
  const advisories = async (server: TestServer, actor: Actor) =>
    (await server.as(actor)(apis.advisories.list, { query: { limit: 200 } })).items
      .map(({ trackingId, version, title, label }) => ({ trackingId, version, title, label }))
      .sort((a, b) => (a.trackingId < b.trackingId ? -1 : 1));

  it('carry what sources brought to an instance without any way out, which then shows and matches the same', async () => {
    const abroad = await (await maker.organisation('Ostwasser', 'operator')).person('MEM');
    await addPump(maker, abroad);
    await addPump(taker, member);
    const made = await makePack(maker, there.lead);
    await trust();
    const ready = await bringPack(taker, here.lead, made.bytes);
    assert.deepEqual(
      [ready.state, ready.refused, ready.maker, ready.number, ready.tlp, ready.signer?.fingerprint],
      ['ready', null, 'CERT of the coast', made.number, 'CLEAR', there.key.fingerprint],
    );
    assert.deepEqual(
      ready.changes
        .map(({ source, kind, isNew, holds, added }) => [source, kind, isNew, holds, added])
        .sort(),
      [
        ['CERT of the coast: library', 'archive', true, 1, 1],
        ['The csaf', 'csaf-provider', true, 2, 2],
        ['The cve', 'cve', true, 1, null],
        ['The epss', 'epss', true, 1, null],
        ['The feed', 'feed', true, 1, null],
        ['The kev', 'kev', true, 2, null],
      ],
    );
    assert.deepEqual(await advisories(taker, visitor), [], 'looking changes nothing');

    const installed = await installPack(taker, here.lead, ready.id);
    assert.deepEqual([installed.state, installed.job?.problem, installed.leftOut], ['installed', null, []]);
    assert.equal(installed.installedBy, here.lead.name);
    assert.deepEqual(await advisories(taker, visitor), await advisories(maker, visitor));
    assert.equal((await advisories(taker, visitor)).length, 3);

    const warned = await until('the plant is compared', () => warningsOf(taker, member));
    assert.deepEqual(warned, await until('the plant there is compared', () => warningsOf(maker, abroad)));
    assert.deepEqual(warned[0]!.slice(0, 3), ['HAND-1', 'exact', 'PX 200 <2.4.1']);

    // What catalogues say is said here, too, each by its own name.
    const known = await taker.database.as(visitor, (tx) =>
      taker.house.sources.exploitationOf(tx, ['CVE-2026-10001']),
    );
    assert.deepEqual(
      [known.get('CVE-2026-10001')?.known?.source ?? '', known.get('CVE-2026-10001')?.probability?.epss],
      ['', 0.97],
    );
    const { facts } = await taker.as(here.lead)(apis.vulnerabilities.get, {
      params: { ref: 'CVE-2026-10001' },
    });
    const publishers = new Set(facts.flatMap(({ claims }) => claims.map(({ publisher }) => publisher)));
    assert.ok(
      publishers.has('Nordbruk') && publishers.has('The kev') && publishers.has('The epss'),
      [...publishers].join(),
    );
  });

  it('name the source of each document, what its hash and signature say, and the pack as the way it came', async () => {
    const { items } = await taker.as(here.lead)(apis.sources.list, { query: { search: 'The csaf' } });
    const [source] = items;
    assert.deepEqual(
      [source!.address, source!.state, source!.nextAt, source!.fingerprints, source!.pack?.maker],
      [provider.address, 'off', null, [provider.fingerprint], 'CERT of the coast'],
    );
    const { items: documents } = await taker.as(here.analyst)(apis.sources.documents, {
      params: { id: source!.id },
      query: { search: 'NBC-2026-001' },
    });
    assert.deepEqual(
      documents.map(({ url, hash, signature, signedBy, outcome, pack }) => [
        url,
        hash,
        signature,
        signedBy,
        outcome,
        pack?.number,
      ]),
      [[provider.site.at('/a.json'), 'right', 'right', provider.fingerprint, 'added', 1]],
    );
  });
});
