import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import {
  advisoryApi,
  auditApi,
  jobApi,
  radarApi,
  type Source,
  sourceApi,
  type SourceDocument,
  vulnerabilityApi,
} from '@busbar/contract';
import { generateKey } from 'openpgp';
import { sql } from 'kysely';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json, needsRealAdvisories, realAdvisories, tar } from '../../testing/documents.ts';
import { OtherSide } from '../../testing/other-side.ts';
import { TestProvider } from '../../testing/provider.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('sources', { timeout: 300_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let lead: Actor;
  let member: Actor;
  let administrator: Actor;
  let provider: TestProvider;
  let site: OtherSide;
  before(async () => {
    server = await startTestServer({ work: true, outbound: { patience: { head: 500, idle: 500 } } });
    const organisation = await server.organisation('CERT', 'cert');
    analyst = await organisation.person('ANA');
    lead = await organisation.person('LEAD');
    administrator = await organisation.person('ADM');
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
  });
  after(() => server.close());
  beforeEach(async () => {
    provider = await TestProvider.open();
    site = await new OtherSide().open();
  });
  afterEach(async () => {
    await provider.close();
    await site.close();
  });

  let names = 0;
  type Added = Parameters<ReturnType<TestServer['as']>>[1];
  const add = async (changes: object = {}, actor = analyst): Promise<Source> => {
    const body = {
      name: `Source ${++names}`,
      kind: 'csaf-provider',
      address: provider.address,
      local: true,
      ...changes,
    };
    const { id } = await server.as(actor)(sourceApi.add, { body } as never as Added & {});
    return settled(id);
  };
  /** Once its run has ended, one way or the other. */
  const settled = async (id: string): Promise<Source> => {
    for (let wait = 0; wait < 4000; wait++) {
      const source = await server.as(analyst)(sourceApi.get, { params: { id } });
      if (source.job && !['queued', 'running'].includes(source.job.state)) return source;
      await sleep(wait < 200 ? 25 : 250);
    }
    throw new Error('The run did not end');
  };
  const again = async ({ id }: Source): Promise<Source> => {
    await server.as(analyst)(sourceApi.fetch, { params: { id } });
    return settled(id);
  };
  const trusted = () => ({ fingerprints: [provider.fingerprint], mustBeSigned: true });
  const runsOf = async ({ id }: Source) =>
    (await server.as(analyst)(sourceApi.runs, { params: { id } })).items.map(
      ({ listed, fetched, added, updated, unchanged, held, missed }) => ({
        listed,
        fetched,
        added,
        updated,
        unchanged,
        held,
        missed,
      }),
    );
  const documentsOf = async ({ id }: Source, query: object = {}) =>
    (await server.as(analyst)(sourceApi.documents, { params: { id }, query })).items;
  const refusedWith = (code: string) => (error: { told?: { code: string } }) => error.told?.code === code;
  const only = async (source: Source): Promise<SourceDocument> => {
    const all = await documentsOf(source);
    assert.equal(all.length, 1);
    return all[0]!;
  };
  const codes = ({ problems }: { problems: { code: string }[] }) => problems.map(({ code }) => code);
  const advisory = async (trackingId: string, actor: Actor = visitor) =>
    (await server.as(actor)(advisoryApi.list, { query: { search: trackingId } })).items.find(
      (one) => one.trackingId === trackingId,
    );
  const none = { listed: 0, fetched: 0, added: 0, updated: 0, unchanged: 0, held: 0, missed: 0 };

  describe('that are CSAF providers', () => {
    it('bring their documents into the library, with hash and signature checked', async () => {
      await provider.publish('/white/a.json', csaf({ id: 'P-1' }));
      await provider.publish('/white/b.json', csaf({ id: 'P-2' }));
      const source = await add(trusted());
      assert.deepEqual(
        [source.standing, source.documents, source.withErrors, source.problem],
        ['working', 2, 0, null],
      );
      assert.deepEqual(await runsOf(source), [{ ...none, listed: 2, fetched: 2, added: 2 }]);
      const [document] = await documentsOf(source, { search: 'P-1' });
      assert.deepEqual(
        [document!.hash, document!.signature, document!.signedBy, document!.outcome],
        ['right', 'right', provider.fingerprint, 'added'],
      );
      assert.equal(document!.url, provider.site.at('/white/a.json'));
      assert.equal((await advisory('P-1'))?.id, document!.advisory);
      const { items } = await server.as(lead)(sourceApi.origins, { params: { id: document!.advisory! } });
      assert.deepEqual(items, [document]);
    });

    it('are asked for nothing twice: only what is new or has another date is fetched', async () => {
      await provider.publish('/a.json', csaf({ id: 'Q-1' }));
      const source = await add(trusted());
      provider.site.asked.length = 0;
      const { lastNewAt } = await again(source);
      assert.deepEqual(provider.site.asked, ['/.well-known/csaf/provider-metadata.json', '/feed.json']);
      await provider.publish('/b.json', csaf({ id: 'Q-2' }));
      await provider.publish('/a.json', csaf({ id: 'Q-1', version: '2' }), {
        updated: '2026-04-01T09:00:00Z',
      });
      const later = await again(source);
      assert.deepEqual(await runsOf(source), [
        { ...none, listed: 2, fetched: 2, added: 1, updated: 1 },
        none,
        { ...none, listed: 1, fetched: 1, added: 1 },
      ]);
      assert.ok(later.lastNewAt! > lastNewAt!);
      provider.site.asked.length = 0;
      await provider.publish('/c.json', csaf({ id: 'Q-3' }));
      await again(source);
      assert.deepEqual(
        provider.site.asked
          .filter((path) => path.endsWith('.json') && !path.startsWith('/.well-known'))
          .sort(),
        ['/c.json', '/feed.json'],
      );
      assert.equal((await advisory('Q-1'))?.version, '2');
    });

    it('that have nothing are in order', async () => {
      const source = await add();
      assert.deepEqual([source.standing, source.empty, source.problem], ['working', true, null]);
    });

    it('are found by directory, with dates and without', async () => {
      const metadata = (path: string) =>
        site.files.set(
          '/provider-metadata.json',
          JSON.stringify({
            canonical_url: site.at('/provider-metadata.json'),
            publisher: { name: 'Directory' },
            role: 'csaf_provider',
            distributions: [{ directory_url: site.at(path) }],
          }),
        );
      metadata('/changes');
      site.files.set(
        '/changes/changes.csv',
        '"2026/d-1.json","2026-01-01T00:00:00Z"\n2026/d-2.json,2026-01-02T00:00:00Z\n"../../etc.json","2026-01-01T00:00:00Z"\n',
      );
      site.files.set('/changes/2026/d-1.json', json(csaf({ id: 'D-1' })));
      site.files.set('/changes/2026/d-2.json', json(csaf({ id: 'D-2' })));
      const dated = await add({ address: site.at('/provider-metadata.json') });
      assert.deepEqual(await runsOf(dated), [{ ...none, listed: 2, fetched: 2, added: 2 }]);
      assert.deepEqual(
        (await documentsOf(dated)).map(({ hash, signature }) => [hash, signature]),
        [
          ['unchecked', 'unchecked'],
          ['unchecked', 'unchecked'],
        ],
      );
      metadata('/index/');
      site.files.set('/index/index.txt', '2026/d-3.json\n');
      site.files.set('/index/2026/d-3.json', json(csaf({ id: 'D-3' })));
      await again(dated);
      assert.ok(await advisory('D-3'));
    });

    it('come by an aggregator, from its mirrors where it has them; one that is gone does not stop the others', async () => {
      await provider.publish('/a.json', csaf({ id: 'AG-1' }));
      site.files.set(
        '/aggregator.json',
        JSON.stringify({
          canonical_url: site.at('/aggregator.json'),
          aggregator: { name: 'Lister' },
          csaf_providers: [
            { metadata: { url: site.at('/gone.json') } },
            {
              metadata: { url: 'https://elsewhere.example/provider-metadata.json' },
              mirrors: [provider.address],
            },
          ],
        }),
      );
      const source = await add({
        kind: 'csaf-aggregator',
        address: site.at('/aggregator.json'),
        hosts: [provider.host],
      });
      assert.deepEqual([source.standing, source.documents], ['working', 1]);
      const { items } = await server.as(analyst)(sourceApi.runs, { params: { id: source.id } });
      assert.deepEqual(codes(items[0]!), ['nothing-there', 'key-not-pinned']);
    });

    it('are cancelled at any moment, and what was stored stays', async () => {
      provider.site.files.set('/a.json', () => {});
      await provider.publish('/b.json', csaf());
      provider.site.files.set('/b.json', () => {});
      const { id } = await server.as(analyst)(sourceApi.add, {
        body: {
          name: 'Slow',
          kind: 'csaf-provider',
          address: provider.address,
          local: true,
          everyMinutes: 60,
        } as never,
      });
      const { job } = await running(id);
      await server.as(analyst)(jobApi.cancel, { params: { id: job!.id } });
      assert.equal((await settled(id)).job!.state, 'cancelled');
    });
  });

  describe('keep what does not hold, out of the library, and say why', () => {
    const held = async (why: string, settings: object = trusted()) => {
      const source = await add(settings);
      const document = await only(source);
      assert.deepEqual([document.outcome, codes(document)[0]], ['held', why]);
      assert.equal(document.advisory, null);
      assert.equal(await advisory(document.trackingId!, analyst), undefined);
      assert.deepEqual([source.standing, source.withErrors], ['working', 1]);
      return { source, document };
    };

    it('a wrong hash', async () => {
      await provider.publish('/a.json', csaf({ id: 'H-1' }));
      provider.site.files.set('/a.json.sha512', '00'.repeat(64));
      const { source, document } = await held('hash-wrong');
      assert.equal(document.hash, 'wrong');
      const answer = await server.app.inject({
        url: `/api/sources/${source.id}/documents/${document.id}/original`,
        headers: { 'x-test-actor': JSON.stringify(analyst) },
      });
      assert.ok(answer.rawPayload.equals(json(csaf({ id: 'H-1' }))));
      assert.match(String(answer.headers['content-disposition']), /^attachment; filename="held-a\.json"/);
    });

    it('a signature over something else, and one that is none', async () => {
      await provider.publish('/a.json', csaf({ id: 'S-1' }));
      provider.site.files.set('/a.json.asc', await provider.sign('something else'));
      assert.equal((await held('signature-wrong')).document.signature, 'wrong');
    });

    it('a signature of somebody whom nobody knows', async () => {
      await provider.publish('/a.json', csaf({ id: 'S-2' }));
      const { privateKey } = await generateKey({
        userIDs: [{ name: 'Mallory' }],
        type: 'curve25519',
        format: 'armored',
      });
      provider.site.files.set(
        '/a.json.asc',
        await provider.sign(JSON.stringify(csaf({ id: 'S-2' })), privateKey),
      );
      assert.equal((await held('signed-by-unknown')).document.signature, 'unknown-key');
    });

    it('no signature where there must be one: who takes it away gains nothing', async () => {
      await provider.publish('/a.json', csaf({ id: 'S-3' }), { signed: false });
      assert.equal((await held('signature-missing')).document.signature, 'unchecked');
    });

    it('a key at the address of the pinned one that is another', async () => {
      await provider.publish('/a.json', csaf({ id: 'S-4' }));
      const { publicKey } = await generateKey({
        userIDs: [{ name: 'Mallory' }],
        type: 'curve25519',
        format: 'armored',
      });
      provider.site.files.set('/key.asc', publicKey);
      const { source } = await held('signed-by-unknown');
      const { items } = await server.as(analyst)(sourceApi.runs, { params: { id: source.id } });
      assert.deepEqual(codes(items[0]!), ['key-wrong']);
    });

    it('a label stricter than was agreed, which is never loosened', async () => {
      await provider.publish('/a.json', csaf({ id: 'L-1', tlp: 'RED' }));
      const { source } = await held('label-too-strict', { ...trusted(), maxTlp: 'AMBER' });
      await server.as(lead)(sourceApi.change, {
        params: { id: source.id },
        body: {
          name: source.name,
          ...trusted(),
          maxTlp: 'RED',
          hosts: [],
          licence: '',
          reliability: 'A',
          everyMinutes: 60,
          state: 'on',
        },
      });
      await again(source);
      assert.equal((await only(source)).outcome, 'added');
      assert.equal((await advisory('L-1', analyst))?.label, 'RED');
      assert.equal(await advisory('L-1', lead), undefined);
    });

    it('what is no CSAF document', async () => {
      await provider.publish('/a.json', '{"document": 7}');
      await provider.publish('/b.json', '<html>');
      const source = await add(trusted());
      assert.deepEqual(
        (await documentsOf(source)).map(({ outcome }) => outcome),
        ['unreadable', 'unreadable'],
      );
    });

    it('other bytes under one tracking id and version: a conflict that both sides show', async () => {
      await provider.publish('/a.json', csaf({ id: 'C-1', title: 'One' }));
      await add(trusted());
      site.files.set('/other.json', json(csaf({ id: 'C-1', title: 'Another' })));
      site.files.set('/changes.csv', '"other.json","2026-01-01T00:00:00Z"');
      site.files.set(
        '/p.json',
        JSON.stringify({
          canonical_url: site.at('/p.json'),
          publisher: { name: 'Mirror' },
          role: 'csaf_provider',
          distributions: [{ directory_url: site.at('/') }],
        }),
      );
      const mirror = await add({ address: site.at('/p.json') });
      const document = await only(mirror);
      assert.deepEqual([document.outcome, codes(document)[0]], ['conflict', 'same-version-differs']);
      const known = (await advisory('C-1'))!;
      assert.equal(known.title, 'One');
      const { items } = await server.as(analyst)(sourceApi.origins, { params: { id: known.id } });
      assert.deepEqual(items.map(({ outcome }) => outcome).sort(), ['added', 'conflict']);
      const { problems } = await server.as(analyst)(advisoryApi.get, { params: { id: known.id } });
      assert.ok(problems.some(({ code }) => code === 'same-version-differs'));
    });

    it('a date in the future, which is told and leads no list', async () => {
      const future = '2099-01-01T00:00:00Z';
      await provider.publish('/a.json', csaf({ id: 'F-1', published: future }), { updated: future });
      await provider.publish('/b.json', csaf({ id: 'F-2', published: new Date().toISOString() }));
      const source = await add(trusted());
      const [document] = await documentsOf(source, { search: 'F-1' });
      assert.deepEqual([document!.outcome, codes(document!)[0]], ['added', 'date-in-future']);
      const { newest_at } = await server.database.as(analyst, (tx) =>
        tx
          .selectFrom('advisory')
          .select('newest_at')
          .where('tracking_id', '=', 'F-1')
          .executeTakeFirstOrThrow(),
      );
      assert.ok(newest_at <= new Date());
    });

    it('a document that is not there, which is asked for again the next time', async () => {
      await provider.publish('/a.json', csaf({ id: 'M-1' }));
      provider.site.files.delete('/a.json');
      const source = await add(trusted());
      assert.deepEqual(
        [(await only(source)).outcome, await runsOf(source)],
        ['missed', [{ ...none, listed: 1, missed: 1 }]],
      );
      await provider.publish('/a.json', csaf({ id: 'M-1' }));
      await again(source);
      assert.equal((await only(source)).outcome, 'added');
    });
  });

  describe('that fail', () => {
    const fails = async (code: string, settings: object = {}) => {
      const source = await add(settings);
      assert.deepEqual(
        [source.standing, source.problem?.code, source.job?.state],
        ['failing', code, 'failed'],
      );
      return source;
    };

    it('say that their feed has become a web page', async () => {
      provider.site.files.set('/feed.json', '<!DOCTYPE html><html><title>We have moved</title>');
      await fails('became-html');
    });

    it('say that they have left their hosts', async () => {
      provider.site.files.set('/.well-known/csaf/provider-metadata.json', (_request, response) =>
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
      );
      await fails('host-not-allowed');
    });

    it('are nothing on the networks of others unless marked as local', async () => {
      const body = { name: 'Inside', kind: 'csaf-provider', address: provider.address, local: false };
      await assert.rejects(
        server.as(analyst)(sourceApi.add, { body: body as never }),
        refusedWith('source-not-https'),
      );
      await fails('address-not-public', { address: 'https://127.0.0.1/x', local: false });
    });

    it('work again once they do, and tell how long they did not', async () => {
      await provider.publish('/a.json', csaf({ id: 'W-1' }));
      const feed = provider.site.files.get('/feed.json')!;
      provider.site.files.set('/feed.json', '{}');
      const source = await fails('not-of-kind');
      await server.database.as(analyst, (tx) =>
        sql`update peer set failing_since = now() - interval '31 days' where id = ${source.id}`.execute(tx),
      );
      assert.equal((await again(source)).standing, 'down');
      provider.site.files.set('/feed.json', feed);
      const mended = await again(source);
      assert.deepEqual([mended.standing, mended.failingSince, mended.problem], ['working', null, null]);
    });
  });

  describe('that are no CSAF', () => {
    it('tell which vulnerabilities are exploited, and no longer what was taken back', async () => {
      const catalogue = (...cves: string[]) =>
        JSON.stringify({
          catalogVersion: '1',
          vulnerabilities: cves.map((cveID) => ({
            cveID,
            vendorProject: 'Nordbruk',
            product: 'PX',
            vulnerabilityName: 'Fixed password',
            dateAdded: '2026-02-03',
            dueDate: '2026-02-24',
            requiredAction: 'Update',
            knownRansomwareCampaignUse: 'Known',
          })),
        });
      site.files.set('/kev.json', catalogue('CVE-2026-1001', 'CVE-2026-1002'));
      const source = await add({ kind: 'kev', address: site.at('/kev.json') });
      assert.equal(source.items, 2);
      const look = () =>
        server.database.as(visitor, (tx) =>
          server.house.sources.exploitationOf(tx, ['CVE-2026-1001', 'CVE-2026-1002', 'CVE-2026-1003']),
        );
      assert.deepEqual([...(await look()).keys()].sort(), ['CVE-2026-1001', 'CVE-2026-1002']);
      const known = (await look()).get('CVE-2026-1001')!.known!;
      assert.deepEqual(
        [known.addedOn, known.dueOn, known.ransomware, known.action],
        ['2026-02-03', '2026-02-24', true, 'Update'],
      );
      site.files.set('/kev.json', catalogue('CVE-2026-1002'));
      await again(source);
      assert.deepEqual([...(await look()).keys()], ['CVE-2026-1002']);
      await server.as(lead)(sourceApi.remove, { params: { id: source.id } });
      assert.equal((await look()).size, 0);
    });

    it('tell what another CERT stands for, as far as it can be read, until it is said no more', async () => {
      const claim = {
        kind: 'exploitation',
        aspect: 'state',
        subject: '',
        fact: 'exploitation|state',
        value: 'exploited',
        at: '2026-05-01T00:00:00Z',
      };
      const of = (ref: string, key: string | null = null, ...claims: object[]) => ({
        ref,
        key,
        title: 'A pump',
        claims: claims.length > 0 ? claims : [claim],
      });
      const publish = (...vulnerabilities: object[]) =>
        site.files.set(
          '/claims.json',
          json({ format: 'busbar claims 1', publisher: 'CERT of the coast', vulnerabilities }),
        );
      publish(
        of('CVE-2026-7001'),
        of('VUL-2026-AAAAAAAA', 'Nordbruk\nA pump stops'),
        of('VUL-2026-BBBBBBBB'),
        of('CVE-2026-7002', 'Nordbruk\nA pump stops'),
        of('CVE-2026-7003', null, { ...claim, fact: 'severity|word' }),
        of('CVE-2026-7004', null, { ...claim, kind: 'rumour' }),
        of('CVE-2026-7005', null, { ...claim, value: 'x'.repeat(2000) }),
        of('; drop table claim'),
        [],
      );
      const source = await add({ kind: 'claims', address: site.at('/claims.json') });
      assert.equal(source.items, 2);
      const [run] = (await server.as(analyst)(sourceApi.runs, { params: { id: source.id } })).items;
      assert.deepEqual(
        run!.problems.map(({ code, params }) => [code, params['count']]),
        [['entries-unreadable', 7]],
      );
      const said = async (ref: string) => {
        const { facts, sourceList } = await server.as(visitor)(vulnerabilityApi.get, { params: { ref } });
        return [sourceList.map(({ publisher }) => publisher), facts.map(({ claims }) => claims[0]?.value)];
      };
      assert.deepEqual(await said('CVE-2026-7001'), [['CERT of the coast'], ['exploited']]);
      const label = (maxTlp: 'AMBER' | 'CLEAR') =>
        server.as(lead)(sourceApi.change, { params: { id: source.id }, body: { ...source, maxTlp } });
      await label('AMBER');
      await assert.rejects(said('CVE-2026-7001'), refused(404, 'not-found'));
      await label('CLEAR');
      assert.deepEqual(await said('CVE-2026-7001'), [['CERT of the coast'], ['exploited']]);
      publish(of('VUL-2026-AAAAAAAA', 'Nordbruk\nA pump stops'));
      const { items } = await again(source);
      assert.equal(items, 1);
      // It was said, and says the timeline.
      assert.deepEqual(await said('CVE-2026-7001'), [[], []]);
      site.files.set('/claims.json', json({ format: 'busbar claims 2', publisher: 'x' }));
      assert.equal((await again(source)).problem?.code, 'not-claims');
      await server.as(lead)(sourceApi.remove, { params: { id: source.id } });
    });

    it('tell how probable exploitation is, from plain and packed lists', async () => {
      const list =
        '#model_version:v2025.03.14,score_date:2026-11-01T00:00:00+0000\ncve,epss,percentile\nCVE-2026-2001,0.97,0.999\nCVE-2026-2002,0.0004,0.1\nnonsense\n';
      site.files.set('/epss.csv.gz', gzipSync(list));
      const source = await add({ kind: 'epss', address: site.at('/epss.csv.gz'), maxTlp: 'AMBER' });
      assert.deepEqual([source.problem, source.items], [null, 2]);
      const found = await server.database.as(analyst, (tx) =>
        server.house.sources.exploitationOf(tx, ['CVE-2026-2001']),
      );
      const { source: name, ...scores } = found.get('CVE-2026-2001')!.probability!;
      assert.deepEqual(
        [name, scores],
        [source.name, { epss: 0.97, percentile: 0.999, scoredOn: '2026-11-01' }],
      );
      const outside = await server.database.as(visitor, (tx) =>
        server.house.sources.exploitationOf(tx, ['CVE-2026-2001']),
      );
      assert.equal(outside.size, 0);
      site.files.set('/wrong.gz', Buffer.concat([gzipSync(list).subarray(0, 40), Buffer.alloc(50, 7)]));
      assert.ok((await add({ kind: 'epss', address: site.at('/wrong.gz') })).problem);
    });

    it('bring CVE records, one by one or by the list of those that changed', async () => {
      const record = (cveId: string, value: string) => ({
        dataType: 'CVE_RECORD',
        dataVersion: '5.1',
        cveMetadata: { cveId, state: 'PUBLISHED', dateUpdated: '2026-05-01T00:00:00Z' },
        containers: { cna: { descriptions: [{ lang: 'en', value }] } },
      });
      for (const n of [1, 2])
        site.files.set(`/${n}.json`, json(record(`CVE-2026-300${n}`, 'A fixed password')));
      site.files.set(
        '/delta.json',
        json({
          numberOfChanges: 3,
          new: [{ githubLink: site.at('/1.json') }],
          updated: [{ githubLink: site.at('/2.json') }, { githubLink: site.at('/gone.json') }],
        }),
      );
      const source = await add({ kind: 'cve', address: site.at('/delta.json') });
      const { items } = await server.as(analyst)(sourceApi.items, { params: { id: source.id } });
      assert.deepEqual(items.map(({ externalId }) => externalId).sort(), ['CVE-2026-3001', 'CVE-2026-3002']);
      const { items: runs } = await server.as(analyst)(sourceApi.runs, { params: { id: source.id } });
      assert.deepEqual(codes(runs[0]!), ['nothing-there']);
      site.files.set(
        '/all.tar',
        await tar({
          'cves/1.json': json(record('CVE-2026-3001', 'A')),
          'cves/3.json': json(record('CVE-2026-3003', 'B')),
        }),
      );
      assert.equal((await add({ kind: 'cve', address: site.at('/all.tar') })).items, 2);
    });

    it('bring news, as plain text, whatever stands in it; the same again leaves no trace', async () => {
      const rss = (title: string) => `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
        <item><guid>1</guid><title>${title}</title><link>javascript:alert(1)</link><pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate>
          <description><![CDATA[<script>alert(1)</script><b>Pumps</b> of cve-2026-4001 <img src=x onerror=alert(1)>stop]]></description></item>
        <item><guid>2</guid><title>Two</title><link>https://news.example/2</link></item></channel></rss>`;
      site.files.set('/rss', rss('One &lt;script&gt;'));
      const source = await add({ kind: 'feed', address: site.at('/rss') });
      const read = async () =>
        (await server.as(analyst)(sourceApi.items, { params: { id: source.id } })).items;
      const item = (await read()).find(({ externalId }) => externalId === '1')!;
      assert.deepEqual(
        [item.title, item.summary, item.link, item.cves],
        ['One', 'Pumps of cve-2026-4001 stop', null, ['CVE-2026-4001']],
      );
      await again(source);
      site.files.set('/rss', rss('One, changed'));
      await again(source);
      assert.deepEqual(
        (await runsOf(source)).map(({ added, updated, unchanged }) => [added, updated, unchanged]),
        [
          [0, 1, 1],
          [0, 0, 2],
          [2, 0, 0],
        ],
      );
      assert.equal((await read()).length, 2);
      site.files.set('/rss', '<rss version="2.0"><channel><title>News</title></channel></rss>');
      assert.deepEqual([(await again(source)).standing, (await settled(source.id)).empty], ['working', true]);
      site.files.set('/rss', '<html><body>Gone</body></html>');
      assert.equal((await again(source)).problem?.code, 'became-html');
    });

    describe('reach the board of claims and the radar:', () => {
      const today = new Date().toISOString();
      const long = '2021-11-03';
      const board = (ref: string, actor: Actor = analyst) =>
        server.as(actor)(vulnerabilityApi.get, { params: { ref } });
      const isUnknown = (ref: string) => assert.rejects(() => board(ref), refusedWith('not-found'));
      const said = async (ref: string, kind: string, aspect?: string) =>
        (await board(ref)).facts
          .filter((fact) => fact.kind === kind && (!aspect || fact.aspect === aspect))
          .flatMap(({ claims }) => claims.map(({ publisher, value }) => [publisher, value]));
      const radar = async (search: string) =>
        (await server.as(analyst)(radarApi.list, { query: { search } })).items;
      const speaks = (cve: string, n: number, score = 7.5) =>
        csaf({
          id: `BOARD-${n}`,
          vulnerabilities: [
            {
              cve,
              title: 'Fixed password',
              description: 'A fixed password.',
              cvss: {
                vector: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:${score > 7 ? 'H' : 'L'}`,
                score,
                severity: score > 7 ? 'HIGH' : 'MEDIUM',
              },
              affected: ['old'],
              remediations: [],
            },
          ],
        });
      const learn = async (cve: string, n: number) =>
        server.house.imports.importStream(
          analyst,
          'w.tar',
          bytes(await tar({ 'a.json': json(speaks(cve, n)) })),
        );
      const kev = (entries: Record<string, string>) =>
        json({
          catalogVersion: '1',
          vulnerabilities: Object.entries(entries).map(([cveID, dateAdded]) => ({
            cveID,
            vendorProject: 'Nordbruk',
            product: 'PX',
            vulnerabilityName: 'Fixed password',
            dateAdded,
          })),
        });
      const record = (cveId: string, datePublished: string, containers: object) => ({
        dataType: 'CVE_RECORD',
        dataVersion: '5.1',
        cveMetadata: { cveId, state: 'PUBLISHED', datePublished },
        containers: { cna: { providerMetadata: { shortName: 'nordbruk' }, ...containers } },
      });
      const scored = (score: string) => ({
        descriptions: [{ lang: 'en', value: 'A fixed password.' }],
        metrics: [
          {
            cvssV3_1: {
              version: '3.1',
              vectorString: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:${score}`,
              baseScore: score === 'H' ? 7.5 : 5.3,
              baseSeverity: score === 'H' ? 'HIGH' : 'MEDIUM',
            },
          },
        ],
      });

      it('what is exploited, of vulnerabilities that somebody speaks of; what is new in the catalogue is shown', async () => {
        await learn('CVE-2026-6001', 1);
        site.files.set(
          '/kev.json',
          kev({ 'CVE-2026-6001': long, 'CVE-2026-6002': long, 'CVE-2026-6003': today.slice(0, 10) }),
        );
        const source = await add({ kind: 'kev', address: site.at('/kev.json'), maxTlp: 'CLEAR' });
        assert.equal((await said('CVE-2026-6001', 'exploitation')).length, 1);
        assert.equal((await board('CVE-2026-6001', visitor)).exploited, true);
        await isUnknown('CVE-2026-6002');
        // Nobody has a record of it, and it is exploited all the same.
        assert.deepEqual((await board('CVE-2026-6003', visitor)).exploited, true);
        assert.deepEqual(await radar('CVE-2026-6002'), []);
        const [shown] = await radar('CVE-2026-6003');
        assert.deepEqual([shown!.cause, shown!.exploited, shown!.publisher], ['added', true, source.name]);
        assert.deepEqual(
          shown!.vulnerabilities.map(({ ref }) => ref),
          ['CVE-2026-6003'],
        );
        await again(source);
        assert.deepEqual(await radar('CVE-2026-6003'), [shown]);
        // Whoever speaks of it later is told what the catalogue has said before.
        await learn('CVE-2026-6002', 2);
        assert.equal((await said('CVE-2026-6002', 'exploitation'))[0]![0], source.name);
        site.files.set('/kev.json', kev({ 'CVE-2026-6002': long }));
        await again(source);
        assert.deepEqual(await said('CVE-2026-6001', 'exploitation'), []);
        assert.equal((await said('CVE-2026-6002', 'exploitation')).length, 1);
      });

      it('what nobody has a record of, when an analyst says that something belongs to it', async () => {
        const [listed, named] = ['CVE-2026-6401', 'CVE-2026-6402'];
        site.files.set('/kev.json', kev({ [listed]: long }));
        site.files.set(
          '/epss.csv',
          `#model_version:v1,score_date:2026-11-01T00:00:00+0000\ncve,epss,percentile\n${listed},0.5,0.9\n`,
        );
        site.files.set(
          '/rss',
          `<rss version="2.0"><channel><title>News</title>${[listed, named]
            .map((cve) => `<item><guid>${cve}</guid><title>Attacks by ${cve}</title></item>`)
            .join('')}</channel></rss>`,
        );
        const catalogue = await add({ kind: 'kev', address: site.at('/kev.json') });
        const scores = await add({ kind: 'epss', address: site.at('/epss.csv') });
        const news = await add({ kind: 'feed', address: site.at('/rss') });
        for (const cve of [listed, named]) {
          await isUnknown(cve);
          const [item] = await radar(cve);
          const attach = (vulnerability: string) =>
            server.as(analyst)(radarApi.move, { body: { items: [item!.id], to: 'attached', vulnerability } });
          await assert.rejects(() => attach('CVE-2026'), refusedWith('not-found'));
          await assert.rejects(() => attach('VUL-2026-00000000'), refusedWith('not-found'));
          await attach(cve.toLowerCase());
        }
        const { sourceList, exploited } = await board(listed, visitor);
        assert.deepEqual(
          [sourceList.map(({ publisher }) => publisher).sort(), exploited],
          [[catalogue.name, scores.name, news.name].sort(), true],
        );
        const { sourceList: only, facts } = await board(named);
        assert.deepEqual([only.map(({ publisher }) => publisher), facts], [[news.name], []]);
      });

      it('of a list of scores only those of vulnerabilities that somebody speaks of, and only when they move', async () => {
        await learn('CVE-2026-6101', 3);
        const list = (score: string, day: string) =>
          gzipSync(
            `#model_version:v2025.03.14,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${Array.from(
              { length: 12_000 },
              (_, n) => `CVE-2020-${10_000 + n},0.01,0.1`,
            ).join('\n')}\nCVE-2026-6101,${score},0.9\nCVE-2026-6102,0.5,0.95\n`,
          );
        site.files.set('/epss.csv', list('0.123', '2026-11-01'));
        const waiting = (await radar('')).length;
        const source = await add({ kind: 'epss', address: site.at('/epss.csv'), maxTlp: 'CLEAR' });
        assert.equal(source.items, 12_002);
        assert.deepEqual(await said('CVE-2026-6101', 'exploitation', 'epss'), [[source.name, '12.3 %']]);
        await isUnknown('CVE-2026-6102');
        await isUnknown('CVE-2020-10000');
        assert.equal((await radar('')).length, waiting);
        const { sourceList: before } = await board('CVE-2026-6101');
        site.files.set('/epss.csv', list('0.123', '2026-11-02'));
        await again(source);
        assert.deepEqual((await board('CVE-2026-6101')).sourceList, before);
        site.files.set('/epss.csv', list('0.5', '2026-11-03'));
        await again(source);
        assert.deepEqual(await said('CVE-2026-6101', 'exploitation', 'epss'), [[source.name, '50.0 %']]);
        await learn('CVE-2026-6102', 4);
        assert.deepEqual(await said('CVE-2026-6102', 'exploitation', 'epss'), [[source.name, '50.0 %']]);
      });

      it('CVE records that have just come out, and older ones of vulnerabilities that somebody speaks of', async () => {
        await learn('CVE-2026-6201', 5);
        const all = async (more: Record<string, string | Buffer> = {}) =>
          site.files.set(
            '/all.tar',
            await tar({
              '1.json': json(record('CVE-2026-6201', '2026-01-01T00:00:00Z', scored('L'))),
              '2.json': json(record('CVE-2026-6202', '2026-01-01T00:00:00Z', scored('L'))),
              '3.json': json(record('CVE-2026-6203', today, scored('H'))),
              ...more,
            }),
          );
        await all();
        const source = await add({ kind: 'cve', address: site.at('/all.tar'), maxTlp: 'CLEAR' });
        const { sourceList, standing } = await board('CVE-2026-6201');
        assert.deepEqual(sourceList.map(({ publisher }) => publisher).sort(), ['Nordbruk', source.name]);
        assert.ok(standing!.disagreeing > 0);
        await isUnknown('CVE-2026-6202');
        assert.equal((await board('CVE-2026-6203', visitor)).score, 7.5);
        const [shown] = await radar('CVE-2026-6203');
        assert.deepEqual([shown!.severity, shown!.vulnerabilities[0]!.ref], ['high', 'CVE-2026-6203']);
        assert.deepEqual(await radar('CVE-2026-6202'), []);
        // What changes of what concerns us is news, and the same record twice makes no claim twice.
        await all({ '1.json': json(record('CVE-2026-6201', '2026-01-01T00:00:00Z', scored('H'))) });
        await again(source);
        const rows = await radar('CVE-2026-6201');
        assert.ok(rows.some(({ publisher, cause }) => publisher === source.name && cause === 'changed'));
        assert.equal((await said('CVE-2026-6203', 'severity')).length, 1);
      });

      it('news, which claim nothing; no more at once than somebody can look at', async () => {
        const rss = (count: number) =>
          `<rss version="2.0"><channel><title>News</title>${Array.from(
            { length: count },
            (_, n) => `<item><guid>w-${n}</guid><title>Flood ${n} of CVE-2026-6301</title></item>`,
          ).join('')}</channel></rss>`;
        site.files.set('/rss', rss(2));
        const source = await add({ kind: 'feed', address: site.at('/rss') });
        await isUnknown('CVE-2026-6301');
        const shown = await radar('CVE-2026-6301');
        assert.deepEqual(
          shown.map(({ publisher, cause, vulnerabilities }) => [publisher, cause, vulnerabilities]),
          [
            [source.name, 'added', []],
            [source.name, 'added', []],
          ],
        );
        site.files.set('/rss', rss(600));
        const flooded = await again(source);
        assert.equal(flooded.items, 600);
        const { items: runs } = await server.as(analyst)(sourceApi.runs, { params: { id: source.id } });
        assert.deepEqual(
          runs[0]!.problems.map(({ code, params }) => [code, params]),
          [['more-news', { count: 98 }]],
        );
        const { counts } = await server.as(analyst)(radarApi.list, { query: {} });
        await again(source);
        assert.deepEqual((await server.as(analyst)(radarApi.list, { query: {} })).counts, counts);
      });
    });

    it('are read in the order in which they came, by whoever remembers the last one seen', async () => {
      await server.database.as(analyst, (tx) =>
        sql`update source_item set retrieved_at = now() - interval '2 minutes'`.execute(tx),
      );
      const since = (seq: number) =>
        server.database.as(analyst, (tx) => server.house.sources.itemsSince(tx, seq, 3));
      const first = await since(0);
      assert.equal(first.length, 3);
      const next = await since(first.at(-1)!.seq);
      assert.ok(next[0]!.seq > first.at(-1)!.seq);
      assert.deepEqual(
        await server.database.as(member, (tx) => server.house.sources.itemsSince(tx, 0, 3)),
        [],
      );
    });

    it('are folders below the data of the program, and archives', async () => {
      const folder = join(server.config.data, 'sources/carried');
      mkdirSync(join(folder, '2026'), { recursive: true });
      const text = JSON.stringify(csaf({ id: 'FO-1' }));
      writeFileSync(join(folder, '2026/a.json'), text);
      writeFileSync(join(folder, '2026/b.json'), JSON.stringify(csaf({ id: 'FO-2' })));
      writeFileSync(join(folder, '2026/b.json.sha256'), '00'.repeat(32));
      const source = await add({ kind: 'archive', address: 'folder:carried' });
      assert.deepEqual((await documentsOf(source)).map(({ outcome }) => outcome).sort(), ['added', 'held']);
      await again(source);
      assert.equal((await runsOf(source))[0]!.fetched, 0);
      assert.equal(
        (await add({ kind: 'archive', address: 'folder:nowhere' })).problem?.code,
        'folder-missing',
      );
      mkdirSync(join(server.config.data, 'sources/kev'), { recursive: true });
      writeFileSync(
        join(server.config.data, 'sources/kev/kev.json'),
        '{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2026-5001","dateAdded":"2026-01-01"}]}',
      );
      assert.equal(
        (await server.as(analyst)(sourceApi.look, { body: { address: 'folder:kev', local: false } })).kind,
        'kev',
      );
      const carried = await add({ kind: 'kev', address: 'folder:kev' });
      await again(carried);
      assert.deepEqual(
        (await runsOf(carried)).map(({ added, fetched }) => [added, fetched]),
        [
          [0, 0],
          [1, 1],
        ],
      );
      site.files.set('/all.tar', await tar({ 'a.json': json(csaf({ id: 'AR-1' })), 'b.json': json({}) }));
      const archive = await add({ kind: 'archive', address: site.at('/all.tar') });
      assert.deepEqual((await documentsOf(archive)).map(({ outcome }) => outcome).sort(), [
        'added',
        'unreadable',
      ]);
    });
  });

  describe('are found out about before they are added', () => {
    const look = (address: string, local = true) =>
      server.as(analyst)(sourceApi.look, { body: { address, local } });

    it('by a bare domain, as the standard says', async () => {
      const found = await look(`http://${provider.host}`);
      assert.deepEqual(
        [found.kind, found.name, found.address, found.hosts, found.fingerprints, found.mustBeSigned],
        ['csaf-provider', 'Nordbruk PSIRT', provider.address, [provider.host], [provider.fingerprint], true],
      );
      site.files.set(
        '/.well-known/security.txt',
        `Contact: mailto:a@example.org\nCSAF: ${site.at('/csaf/provider-metadata.json')}\n`,
      );
      site.files.set(
        '/csaf/provider-metadata.json',
        JSON.stringify({
          canonical_url: site.at('/csaf/provider-metadata.json'),
          publisher: { name: 'By security.txt' },
          distributions: [],
        }),
      );
      assert.equal((await look(site.at('/'))).name, 'By security.txt');
    });

    it('and what they are is seen by what stands there', async () => {
      site.files.set('/feed.json', '{"feed":{"title":"F","entry":[]}}');
      site.files.set(
        '/atom',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>1</id><title>x</title></entry></feed>',
      );
      site.files.set('/kev', '{"catalogVersion":"1","vulnerabilities":[]}');
      site.files.set('/claims', '{"format":"busbar claims 1","publisher":"C","vulnerabilities":[]}');
      site.files.set('/epss', '#model_version:v1,score_date:2026-01-01\ncve,epss,percentile\n');
      site.files.set(
        '/aggregator',
        '{"canonical_url":"https://a.example/aggregator.json","aggregator":{"name":"L"},"csaf_providers":[]}',
      );
      for (const [path, kind] of [
        ['/feed.json', 'csaf-provider'],
        ['/atom', 'feed'],
        ['/kev', 'kev'],
        ['/epss', 'epss'],
        ['/claims', 'claims'],
        ['/aggregator', 'csaf-aggregator'],
      ] as const)
        assert.equal((await look(site.at(path))).kind, kind, path);
    });

    it('and what is nothing says why', async () => {
      site.files.set('/page', '<!doctype html><html><title>Hello</title></html>');
      assert.deepEqual(codes(await look(site.at('/page'))), ['only-a-page']);
      site.files.set('/words', 'words');
      assert.deepEqual(codes(await look(site.at('/words'))), ['nothing-known']);
      assert.deepEqual(codes(await look(site.at('/nowhere'))), ['nothing-there']);
      assert.deepEqual(codes(await look(site.at('/page'), false)), ['not-https']);
      assert.deepEqual(codes(await look('https://169.254.169.254/latest')), ['address-not-public']);
    });
  });

  describe('are managed', () => {
    it('by analysts and leads of the CERT, and seen by nobody else', async () => {
      const source = await add();
      for (const actor of [member, administrator, visitor])
        await assert.rejects(server.as(actor)(sourceApi.list), (error: { status: number }) =>
          [401, 403].includes(error.status),
        );
      const other = await (await server.organisation('Other CERT', 'cert')).person('LEAD');
      assert.deepEqual((await server.as(other)(sourceApi.list)).items, []);
      for (const route of [
        sourceApi.get,
        sourceApi.runs,
        sourceApi.documents,
        sourceApi.fetch,
        sourceApi.remove,
      ])
        await assert.rejects(server.as(other)(route as typeof sourceApi.get, { params: { id: source.id } }), {
          status: 404,
        });
    });

    it('and leave their lines in the ledger', async () => {
      const source = await add();
      await server.as(lead)(sourceApi.remove, { params: { id: source.id } });
      const { items } = await server.as(lead)(auditApi.accesses, { query: { object: source.id } });
      assert.deepEqual(
        items.map(({ action }) => action),
        ['source removed', 'source added'],
      );
      await assert.rejects(server.as(lead)(sourceApi.get, { params: { id: source.id } }), { status: 404 });
    });

    it('once each, and asked by one at a time', async () => {
      const source = await add();
      await assert.rejects(
        server.as(analyst)(sourceApi.add, {
          body: { name: 'Twice', kind: 'csaf-provider', address: provider.address, local: true } as never,
        }),
        refusedWith('source-there'),
      );
      provider.site.files.set('/feed.json', () => {});
      await server.as(analyst)(sourceApi.fetch, { params: { id: source.id } });
      await assert.rejects(
        server.as(analyst)(sourceApi.fetch, { params: { id: source.id } }),
        refusedWith('source-running'),
      );
      await settled(source.id);
    });

    it('and asked when their time has come, unless they are off', async () => {
      const source = await add();
      const due = (id: string) =>
        server.database.as(analyst, (tx) =>
          sql`update peer set next_at = now() where id = ${id}`.execute(tx),
        );
      await due(source.id);
      await Promise.all([server.house.sources.tick(), server.house.sources.tick()]);
      await settled(source.id);
      assert.equal((await runsOf(source)).length, 2);
      const { name, hosts, licence, reliability, maxTlp, fingerprints, mustBeSigned, everyMinutes } = source;
      const off = await server.as(lead)(sourceApi.change, {
        params: { id: source.id },
        body: {
          name,
          hosts,
          licence,
          reliability,
          maxTlp,
          fingerprints,
          mustBeSigned,
          everyMinutes,
          state: 'off',
        },
      });
      assert.deepEqual([off.standing, off.nextAt], ['off', null]);
      await due(source.id);
      await server.house.sources.tick();
      assert.equal((await runsOf(source)).length, 2);
    });

    it('and searched for by name, kind and how they are', async () => {
      const { items } = await server.as(analyst)(sourceApi.list, { query: { kind: 'kev', limit: 200 } });
      assert.ok(items.every(({ kind }) => kind === 'kev'));
      const failing = await server.as(analyst)(sourceApi.list, {
        query: { standing: 'failing', limit: 200 },
      });
      assert.ok(failing.items.length > 0 && failing.items.every(({ standing }) => standing === 'failing'));
      assert.deepEqual((await server.as(analyst)(sourceApi.list, { query: { search: '%_' } })).items, []);
    });
  });

  // The library is tried with all of them elsewhere; what is tried here is the same for each.
  const oneIn = Number(process.env['BUSBAR_ONE_IN'] ?? 4);
  it(
    `bring real advisories, one in ${oneIn} that there are`,
    { ...needsRealAdvisories, timeout: 280_000 },
    async (test) => {
      const { unpack } = await import('../advisories/archive.ts');
      const { createReadStream } = await import('node:fs');
      const lines: string[] = [];
      let seen = 0;
      for await (const one of unpack(createReadStream(realAdvisories), 'corpus.tar.gz', server.config.data))
        if ('bytes' in one && one.name.endsWith('.json') && seen++ % oneIn === 0) {
          site.files.set(`/real/${one.name}`, one.bytes);
          lines.push(`"${one.name}","2026-01-01T00:00:00Z"`);
        }
      site.files.set('/real/changes.csv', lines.join('\n'));
      site.files.set(
        '/real.json',
        JSON.stringify({
          canonical_url: site.at('/real.json'),
          publisher: { name: 'CISA' },
          role: 'csaf_provider',
          distributions: [{ directory_url: site.at('/real/') }],
        }),
      );
      const begun = performance.now();
      const source = await add({ address: site.at('/real.json') });
      test.diagnostic(`${lines.length} documents in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      assert.deepEqual(await runsOf(source), [
        { ...none, listed: lines.length, fetched: lines.length, added: lines.length },
      ]);
      assert.deepEqual([source.documents, source.withErrors], [lines.length, 0]);
    },
  );

  const running = async (id: string): Promise<Source> => {
    for (;;) {
      const source = await server.as(analyst)(sourceApi.get, { params: { id } });
      if (source.job?.state === 'running') return source;
      await sleep(20);
    }
  };
});
