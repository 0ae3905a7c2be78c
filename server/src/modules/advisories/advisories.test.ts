import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';

import {
  type Advisory,
  advisoryApi,
  auditApi,
  type AdvisorySearch,
  vulnerabilityApi,
} from '@busbar/contract';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json, needsRealAdvisories, realAdvisories, tar, zip } from '../../testing/documents.ts';
import { sender } from '../../testing/sending.ts';
import { realLibrary } from '../../testing/real-library.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('advisories', () => {
  let server: TestServer;
  let analyst: Actor;
  let lead: Actor;
  let member: Actor;
  let administrator: Actor;
  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    analyst = await cert.person('ANA');
    lead = await cert.person('LEAD');
    administrator = await cert.person('ADM');
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
  });
  after(() => server.close());

  const take = (...documents: object[]) => takeBytes('documents.tar', tar(named(documents)));
  const named = (documents: object[]) =>
    Object.fromEntries(documents.map((document, n) => [`${n}.json`, json(document)]));
  const takeBytes = async (name: string, content: Uint8Array | Promise<Uint8Array>) =>
    server.house.imports.importStream(analyst, name, bytes(await content));
  const search = async (query: Partial<AdvisorySearch>, actor: Actor = visitor) =>
    (await server.as(actor)(advisoryApi.list, { query })).items;
  const idsOf = (items: readonly Advisory[]) => items.map(({ trackingId }) => trackingId).sort();
  const byId = async (trackingId: string, actor: Actor = visitor) =>
    (await search({ search: trackingId }, actor)).find((one) => one.trackingId === trackingId);
  const read = async (trackingId: string, actor: Actor = visitor) =>
    server.as(actor)(advisoryApi.get, { params: { id: (await byId(trackingId, actor))!.id } });

  describe('once imported', () => {
    before(() =>
      take(csaf(), csaf({ id: 'NBC-2026-002', published: '2026-04-01T00:00:00Z', title: 'Another' })),
    );

    it('are for everybody, signed in or not, with the newest first', async () => {
      const { items, total } = await server.as(visitor)(advisoryApi.list);
      assert.deepEqual(
        [items.map(({ trackingId }) => trackingId), total],
        [['NBC-2026-002', 'NBC-2026-001'], 2],
      );
    });

    it('show what can be done without a fix before the fix', async () => {
      const { remedies, vulnerabilities, products, visibility, label } = await read('NBC-2026-001');
      assert.deepEqual(
        remedies.map(({ kind }) => kind),
        ['mitigation', 'vendor_fix'],
      );
      assert.deepEqual(vulnerabilities[0]!.scores[0]!.severity, 'critical');
      assert.deepEqual(products[0]!.orderNumbers, ['NB-PX-200']);
      assert.deepEqual([visibility.scope, visibility.owner, label], ['public', 'CERT', 'CLEAR']);
    });

    it('are given back byte for byte, as a download', async () => {
      const original = Buffer.from(`  ${JSON.stringify(csaf({ id: 'nbc 2026/003' }), null, 3)}\n`);
      await takeBytes('one.json', original);
      const { id } = (await byId('nbc 2026/003'))!;
      const answer = await server.app.inject({ url: `/api/advisories/${id}/document.json` });
      assert.ok(answer.rawPayload.equals(original));
      assert.match(
        String(answer.headers['content-disposition']),
        /^attachment; filename="nbc_2026_003\.json"/,
      );
    });

    it('are found by product, vendor, CVE, order number and any word, whole or begun', async () => {
      for (const words of [
        'px 200',
        'Nordbruk',
        'cve-2026-10001',
        '2026-10001',
        'NB-PX-200',
        'nbpx200',
        'hard-coded pass',
        'PUMP',
      ])
        assert.ok((await search({ search: words })).length > 0, words);
      for (const words of ['CVE-2026-10002', 'px 300', '%', "'", "a' | 'b", '!!'])
        assert.deepEqual(await search({ search: words }), [], words);
    });

    it('are found by the vendor under any of its spellings', async () => {
      assert.equal((await search({ vendor: 'NORDBRUK GmbH' })).length, 3);
      assert.equal((await search({ vendor: 'Nord' })).length, 0);
      const { items } = await server.as(visitor)(advisoryApi.vendors);
      assert.deepEqual(items, [{ name: 'Nordbruk', advisories: 3 }]);
    });

    it('are read page by page in either order, none twice and none left out', async () => {
      for (const sort of ['newest', 'severity'] as const) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await server.as(visitor)(advisoryApi.list, {
            query: { limit: 1, sort, ...(after && { after }) },
          });
          seen.push(...idsOf(page.items));
          after = page.next ?? undefined;
        } while (after);
        assert.equal(new Set(seen).size, 3, sort);
        assert.equal(seen.length, 3, sort);
      }
    });

    it('that do not exist are not found', async () => {
      const nowhere = { params: { id: '00000000-0000-4000-8000-000000000000' } };
      await assert.rejects(server.as(member)(advisoryApi.get, nowhere), { status: 404 });
    });

    it('are tried against the standard for the CERT, and for nobody else', async () => {
      const wrong = csaf({ id: 'NBC-2026-004' });
      wrong['vulnerabilities'][0].product_status.known_affected.push(
        ...Array.from({ length: 300 }, (_, n) => `NOWHERE-${n}`),
      );
      wrong['vulnerabilities'][0].cwe.name = 'Something else';
      await takeBytes('wrong.json', json(wrong));
      const ask = async (trackingId: string, actor: Actor = analyst) =>
        server.as(actor)(advisoryApi.validation, { params: { id: (await byId(trackingId))!.id } });
      const { csaf: version, valid, errors, findings } = await ask('NBC-2026-004');
      assert.deepEqual([version, valid, findings.length], ['2.0', false, 200]);
      assert.ok(errors > 300, String(errors));
      const first = findings.find(({ section }) => section === '6.1.1')!;
      assert.match(first.path, /^\/vulnerabilities\/0\/product_status\/known_affected\/\d+$/);
      assert.deepEqual([first.severity, first.told.code], ['error', '6.1.1']);
      assert.match(String(first.told.params['id']), /^NOWHERE-/);
      assert.ok(first.told.text.includes(String(first.told.params['id'])));
      const right = await ask('NBC-2026-001', lead);
      assert.deepEqual([right.valid, right.errors], [true, 0]);
      for (const actor of [visitor, member, administrator])
        await assert.rejects(() => ask('NBC-2026-001', actor));
      await assert.rejects(
        () => server.as(analyst)(advisoryApi.validation, { params: { id: crypto.randomUUID() } }),
        { status: 404 },
      );
    });
  });

  it('of CSAF 2.0 become ones of CSAF 2.1 for the CERT, with what somebody has to look at', async () => {
    const old = csaf({ id: 'NBC-2026-005' });
    old['document'].nobody_knows = true;
    await takeBytes('old.json', json(old));
    const { id } = (await byId('NBC-2026-005'))!;
    const { converted, notes } = await server.as(analyst)(advisoryApi.conversion, { params: { id } });
    assert.ok(converted);
    const note = notes.find(({ told }) => told.code === 'additional-field')!;
    assert.deepEqual([note.path, note.told.params], ['/document/nobody_knows', { value: 'nobody_knows' }]);
    const answer: unknown = await server.as(analyst)(advisoryApi.converted, { params: { id } });
    const head = (answer as { document: Record<string, unknown> }).document;
    assert.deepEqual([head['csaf_version'], 'nobody_knows' in head], ['2.1', false]);
    for (const actor of [visitor, member, administrator])
      await assert.rejects(() => server.as(actor)(advisoryApi.conversion, { params: { id } }));
  });

  describe('in several versions', () => {
    const versions = (version: string, title: string) => csaf({ id: 'NBC-2026-010', version, title });

    it('show the highest, whatever comes in which order', async () => {
      await take(versions('2', 'second'));
      assert.deepEqual(await counts(take(versions('10', 'tenth'))), [0, 1, 0, 0]);
      const { refused, ...late } = await take(versions('9', 'ninth'));
      assert.deepEqual([late.updated, refused[0]?.why.code], [0, 'older-version']);
      assert.equal((await byId('NBC-2026-010'))?.title, 'tenth');
    });

    it('change nothing when they come again', async () => {
      assert.deepEqual(await counts(take(versions('10', 'tenth'), versions('2', 'second'))), [0, 0, 2, 0]);
    });

    it('are kept as first received when the same version comes with other bytes, and say so', async () => {
      const { refused } = await take(versions('10', 'forged'));
      assert.equal(refused[0]?.why.code, 'same-version-differs');
      const { title, problems } = await read('NBC-2026-010');
      assert.deepEqual([title, problems.map(({ code }) => code)], ['tenth', ['same-version-differs']]);
    });

    it('count once when one archive holds several', async () => {
      const several = ['1', '3', '2'].map((version) => csaf({ id: 'NBC-2026-011', version }));
      assert.deepEqual(await counts(take(...several)), [1, 1, 0, 1]);
      assert.equal((await byId('NBC-2026-011'))?.version, '3');
    });

    it('say what changed since the one before, as far as the reader may see that', async () => {
      const ask = async (actor: Actor) =>
        server.as(actor)(advisoryApi.changes, { params: { id: (await byId('NBC-2026-012'))!.id } });
      await take(csaf({ id: 'NBC-2026-012', version: '1', title: 'first', tlp: 'AMBER' }));
      await take(csaf({ id: 'NBC-2026-012', version: '2', title: 'second', tlp: 'AMBER' }));
      const third = csaf({ id: 'NBC-2026-012', version: '3', title: 'third' });
      third['vulnerabilities'][0].remediations = [];
      await take(third);
      const { since, matters, changes } = await ask(analyst);
      assert.deepEqual([since?.version, matters], ['2', true]);
      const codes = changes.map(({ told }) => told.code);
      assert.ok(codes.includes('remedy-removed') && codes.includes('title-changed'), codes.join());
      assert.deepEqual(
        changes.map((change) => change.matters),
        changes.map((change) => change.matters).toSorted((a, b) => Number(b) - Number(a)),
      );
      assert.deepEqual(changes.find(({ told }) => told.code === 'label-changed')?.told.params, {
        from: 'AMBER',
        to: 'CLEAR',
      });
      // What was not for everybody is not told by what changed in it.
      assert.deepEqual(await ask(visitor), { since: null, matters: false, changes: [], more: 0 });
    });

    it('of different publishers do not meet', async () => {
      const publisher = {
        name: 'Somebody Else',
        namespace: 'https://else.example',
        category: 'other',
      } as const;
      assert.deepEqual(await counts(take(csaf({ id: 'NBC-2026-010', publisher }))), [1, 0, 0, 0]);
    });
  });

  describe('go as far as their label', () => {
    before(() =>
      take(
        csaf({ id: 'TLP-GREEN', tlp: 'GREEN', title: 'Quokka green' }),
        csaf({ id: 'TLP-AMBER', tlp: 'AMBER', title: 'Quokka amber' }),
        csaf({ id: 'TLP-RED', tlp: 'RED', title: 'Quokka red' }),
        csaf({ id: 'DRAFT', status: 'draft', version: '0.1', title: 'Quokka draft' }),
        (() => {
          const { distribution: _unmarked, ...document } = csaf({ id: 'UNMARKED', title: 'Quokka unmarked' })[
            'document'
          ];
          return { ...csaf({ id: 'UNMARKED' }), document };
        })(),
      ),
    );
    const found = async (actor: Actor) => idsOf(await search({ search: 'quokka' }, actor));

    it('and no further', async () => {
      assert.deepEqual(await found(visitor), []);
      assert.deepEqual(await found(member), ['TLP-GREEN']);
      assert.deepEqual(await found(lead), ['DRAFT', 'TLP-AMBER', 'TLP-GREEN', 'UNMARKED']);
      assert.deepEqual(await found(analyst), ['DRAFT', 'TLP-AMBER', 'TLP-GREEN', 'TLP-RED', 'UNMARKED']);
    });

    it('also in the index that browsers compare devices with, which who has it is not sent again', async () => {
      const indexed = async (actor: Actor, upTo = 'RED') => {
        const { status, headers, text } = await fetchIndex(actor, upTo);
        assert.equal(status, 200);
        const { advisories } = JSON.parse(text) as { advisories: { facts: { id: string } }[] };
        const labelled = /^(TLP-|DRAFT|UNMARKED)/;
        const ids = advisories.map(({ facts }) => facts.id).filter((id) => labelled.test(id));
        return { ids: ids.sort(), etag: String(headers['etag']) };
      };
      await take(csaf({ id: 'TLP-CLEAR', title: 'For everybody' }));
      const open = await indexed(visitor);
      assert.deepEqual(open.ids, ['TLP-CLEAR']);
      const own = await indexed(member);
      assert.deepEqual(own.ids, ['TLP-CLEAR', 'TLP-GREEN']);
      assert.deepEqual(await indexed(member, 'CLEAR'), open);
      assert.deepEqual((await indexed(lead, 'AMBER')).ids, ['DRAFT', 'TLP-AMBER', 'TLP-CLEAR', 'TLP-GREEN']);
      assert.equal((await fetchIndex(member, 'RED', own.etag)).status, 304);
      assert.equal((await fetchIndex(member, 'RED', open.etag)).status, 200);
    });

    async function fetchIndex(actor: Actor, upTo: string, etag?: string) {
      const answer = await server.app.inject({
        url: `/api/advisories/index.json.gz?upTo=${encodeURIComponent(upTo)}`,
        headers: { 'x-test-actor': JSON.stringify(actor), ...(etag && { 'if-none-match': etag }) },
      });
      const text = answer.rawPayload.length > 0 ? gunzipSync(answer.rawPayload).toString('utf8') : '';
      return { status: answer.statusCode, headers: answer.headers, text };
    }

    it('which keeps administrators from reading what is not public', async () => {
      assert.deepEqual(await found(administrator), []);
    });

    it('and keeps machines below their ceiling', async () => {
      assert.deepEqual(await found({ ...analyst, roles: ['SVC'], ceiling: 'GREEN' }), ['DRAFT', 'TLP-GREEN']);
    });

    it('and those one may not read answer like those that are not there, also by their vendor', async () => {
      const { id } = (await byId('TLP-AMBER', lead))!;
      for (const route of [advisoryApi.get, advisoryApi.document] as (typeof advisoryApi.get)[])
        await assert.rejects(server.as(member)(route, { params: { id } }), {
          status: 404,
          message: /No such advisory/,
        });
      await take(
        csaf({
          id: 'AMBER-2',
          tlp: 'AMBER',
          products: [
            { key: 'old', vendor: 'Hush Hush', name: 'X', range: '*' },
            { key: 'new', vendor: 'Hush Hush', name: 'X', version: '2' },
          ],
        }),
      );
      const { items } = await server.as(member)(advisoryApi.vendors, { query: { search: 'hush' } });
      assert.deepEqual(items, []);
    });

    it('and leave the public index of words when a later version is not public any more', async () => {
      await take(csaf({ id: 'ONCE-OPEN', title: 'Wombat' }));
      assert.equal((await search({ search: 'wombat' })).length, 1);
      await take(csaf({ id: 'ONCE-OPEN', title: 'Wombat', version: '2', tlp: 'AMBER' }));
      assert.equal((await search({ search: 'wombat' })).length, 0);
      assert.equal((await search({ search: 'wombat' }, lead)).length, 1);
      const { rows } = await server.database.app.query(
        `select * from advisory_word_public where words @@ 'wombat'`,
      );
      assert.deepEqual(rows, []);
      await take(csaf({ id: 'ONCE-OPEN', title: 'Wombat', version: '3' }));
      assert.equal((await search({ search: 'wombat' })).length, 1);
    });

    it('and are brought in by the CERT only, which the ledger remembers', async () => {
      const begin = { body: { name: 'a.zip', size: 10 } };
      for (const actor of [member, administrator, visitor])
        await assert.rejects(server.as(actor)(advisoryApi.beginImport, begin));
      await assert.rejects(server.house.imports.importStream(member, 'x', bytes(json(csaf({ id: 'MINE' })))));
      assert.equal(await byId('MINE', member), undefined);
      const { items } = await server.as(lead)(auditApi.accesses, {
        query: { action: 'advisories imported' },
      });
      assert.deepEqual(Object.keys(items[0]!.details).sort(), ['added', 'refused', 'unchanged', 'updated']);
    });
  });

  describe('that somebody meant badly', () => {
    const evil = '<img src=x onerror=alert(1)>[x](javascript:alert(1))\u202egpj.exe\u0000{{7*7}}';

    it('are shown as the text they are', async () => {
      const document = csaf({
        id: 'EVIL-1',
        title: evil,
        references: [
          { summary: 'click', url: 'javascript:alert(1)' },
          { summary: 'file', url: 'file:///etc/passwd' },
          { summary: 'good', url: 'https://example.org/a' },
        ],
      });
      document['vulnerabilities'][0].remediations[0].url = 'data:text/html,x';
      await take(document);
      const { title, references, remedies } = await read('EVIL-1');
      assert.equal(title, '<img src=x onerror=alert(1)>[x](javascript:alert(1)) gpj.exe {{7*7}}');
      assert.deepEqual(
        references.map(({ url }) => url).filter((url) => url !== undefined && !url.includes('EVIL')),
        ['https://example.org/a'],
      );
      assert.deepEqual(
        remedies.map(({ url }) => url),
        [null, null],
      );
    });

    it('do not reach what every object has', async () => {
      const text = JSON.stringify(csaf({ id: 'EVIL-2' })).replace(
        '"document":',
        '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"document":',
      );
      await takeBytes('proto.json', Buffer.from(text));
      assert.ok(await byId('EVIL-2'));
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });

    it('may hold half characters, a hundred thousand products and dates that are none', async () => {
      const document = csaf({ id: 'EVIL-3' });
      document['document'].title = 'half \ud800 character';
      document['document'].tracking.current_release_date = '9999-12-31T23:59:59Z';
      document['document'].tracking.initial_release_date = '0001-01-01T00:00:00Z';
      document['product_tree'].full_product_names = Array.from({ length: 100_000 }, (_, n) => ({
        product_id: `P${n}`,
        name: `Thing ${n}`,
      }));
      document['product_tree'].relationships = [
        {
          category: 'installed_on',
          product_reference: 'R1',
          relates_to_product_reference: 'R1',
          full_product_name: { product_id: 'R1', name: 'itself' },
        },
      ];
      await take(document);
      const page = await read('EVIL-3');
      assert.equal(page.products.length, 2000);
      assert.deepEqual([page.publishedAt.slice(0, 4), page.updatedAt.slice(0, 4)], ['0001', '9999']);
      const codes = page.problems.map(({ code }) => code);
      for (const code of ['date-in-future', 'unresolved', 'list-cut']) assert.ok(codes.includes(code), code);
      await take(csaf({ id: 'TODAY', published: new Date(Date.now() + 60_000).toISOString() }));
      await take(csaf({ id: 'NEVER', published: '2031-01-15T08:00:00Z' }));
      const [first] = (await server.as(visitor)(advisoryApi.list)).items;
      assert.equal(
        first?.trackingId,
        'TODAY',
        'what pretends to be of a year to come is not the newest, not even on the day it comes',
      );
    });

    it('may say both affected and fixed, which is shown as their mistake', async () => {
      const document = csaf({ id: 'EVIL-4' });
      document['vulnerabilities'][0].product_status.fixed =
        document['vulnerabilities'][0].product_status.known_affected;
      await take(document);
      assert.ok((await read('EVIL-4')).problems.some(({ code }) => code === 'contradicting-status'));
    });

    it('may name vulnerabilities as products, which is shown as their mistake', async () => {
      const document = (id: string, name: string) =>
        csaf({
          id,
          products: [{ key: 'old', vendor: 'Nordbruk', name, range: '<2' }],
          vulnerabilities: [
            {
              cve: 'CVE-2026-10001',
              title: 'Hard-coded password',
              description: 'x',
              affected: ['old'],
              remediations: [],
            },
          ],
        });
      await take(
        document('TITLE-1', 'Hard-coded Password'),
        document('TITLE-2', 'PX 200 (CVE-2026-10001)'),
        document('TITLE-3', 'PX 200'),
      );
      const codes = await Promise.all(
        [1, 2, 3].map(async (n) => (await read(`TITLE-${n}`)).problems.map(({ code }) => code)),
      );
      assert.deepEqual(codes, [['vulnerability-as-product'], ['vulnerability-as-product'], []]);
    });

    it('come from clocks that differ: some minutes ahead are nobody’s mistake, and lead no list for that', async () => {
      const ahead = (minutes: number) =>
        csaf({ id: `AHEAD-${minutes}`, published: new Date(Date.now() + minutes * 60_000).toISOString() });
      await take(ahead(14), ahead(16));
      assert.deepEqual((await read('AHEAD-14')).problems, []);
      assert.deepEqual(
        (await read('AHEAD-16')).problems.map(({ code }) => code),
        ['date-in-future'],
      );
      await take(csaf({ id: 'AFTER', published: new Date().toISOString() }));
      assert.equal((await search({}))[0]!.trackingId, 'AFTER');
    });

    it('fail tests of the standard: they are kept, show their errors, and a claim corrects them', async () => {
      const cve = 'CVE-2026-10077';
      const document = csaf({
        id: 'WRONG-1',
        vulnerabilities: [
          { cve, title: 'x', description: 'x', affected: ['old'], fixed: ['new'], remediations: [] },
        ],
      });
      document['vulnerabilities'][0].product_status.fixed.push(
        document['vulnerabilities'][0].product_status.known_affected[0],
      );
      document['vulnerabilities'][0].cwe = { id: 'CWE-00', name: 'none' };
      await take(document);
      const { id } = (await byId('WRONG-1'))!;
      const judged = await server.as(analyst)(advisoryApi.validation, { params: { id } });
      assert.equal(judged.valid, false);
      assert.ok(judged.findings.some(({ section }) => section === '6.1.6'));
      assert.equal((await server.as(analyst)(advisoryApi.get, { params: { id } })).trackingId, 'WRONG-1');
      const { facts } = await server.as(analyst)(vulnerabilityApi.get, { params: { ref: cve } });
      const fixed = facts.find(({ kind, aspect }) => kind === 'productStatus' && aspect === 'fixed')!;
      const answer = {
        value: '2.4.1',
        verification: 'unverified' as const,
        evidence: 'Asked the vendor',
        links: [],
        claims: [],
      };
      const { verdict } = await server.as(analyst)(vulnerabilityApi.decide, {
        params: { ref: cve },
        body: { ...answer, corrects: fixed.claims[0]!.id },
      });
      await server.as(lead)(vulnerabilityApi.check, { params: { id: verdict }, body: answer });
      const corrected = (await server.as(analyst)(vulnerabilityApi.get, { params: { ref: cve } })).facts.find(
        ({ key }) => key === fixed.key,
      )!;
      assert.deepEqual([corrected.ours!.value, corrected.verdict!.corrects], ['2.4.1', fixed.claims[0]!.id]);
    });
  });

  describe('arrive in files', () => {
    const refusals = async (name: string, content: Uint8Array | Promise<Uint8Array>) =>
      (await takeBytes(name, content)).refused.map((one) => `${one.name}: ${one.why.code}`);
    let number = 0;
    const fresh = () => json(csaf({ id: `FILE-${++number}` }));
    const refusedAs = (code: string, status = 400) => ({ name: 'Problem', code, status });

    it('of any kind, whatever they are called', async () => {
      const stored = zip([{ name: 'a.exe', content: fresh() }]);
      const content = fresh();
      const deflated = zip([{ name: 'b.json', content, deflated: deflateRawSync(content) }]);
      for (const file of [
        fresh(),
        gzipSync(fresh()),
        stored,
        deflated,
        await tar({ 'x.bin': fresh() }),
        gzipSync(await tar({ y: fresh() })),
      ]) {
        const outcome = await takeBytes('holiday.jpg', file);
        assert.deepEqual([outcome.added, outcome.refused], [1, []]);
      }
    });

    it('with names that point elsewhere, which nobody follows', async () => {
      const outcome = await takeBytes(
        'x.zip',
        zip([
          { name: '../../../etc/cron.d/x.json', content: fresh() },
          { name: '/etc/passwd', content: fresh() },
        ]),
      );
      assert.deepEqual([outcome.added, outcome.refused], [2, []]);
      assert.deepEqual(await counts(takeBytes('x.tar', tar({ '../../x': fresh() }))), [1, 0, 0, 0]);
    });

    it('beside others, of which only those that should be documents are named', async () => {
      const files = {
        'good.json': fresh(),
        'good.json.asc': Buffer.from('-----BEGIN PGP SIGNATURE-----'),
        'good.json.sha512': Buffer.from('abc'),
        'feed.json': json({ feed: {} }),
        'broken.json': Buffer.from('{"document": '),
        'page.bin': Buffer.from('\xff\xfe\x00'),
        'latin.json': Buffer.from('{"document":{"title":"Geutebr\xfcck"}}', 'latin1'),
        'empty.json': Buffer.alloc(0),
        'inner.zip': zip([{ name: 'a.json', content: fresh() }]),
      };
      assert.deepEqual((await refusals('all.tar', tar(files))).sort(), [
        'broken.json: not-json',
        'empty.json: not-json',
        'feed.json: not-csaf',
        'inner.zip: nested-archive',
        'latin.json: not-utf8',
        'page.bin: not-json',
      ]);
    });

    it('and a password is asked to be taken off', async () => {
      assert.deepEqual(
        await refusals('x.zip', zip([{ name: 'a.json', content: fresh(), encrypted: true }])),
        ['a.json: encrypted'],
      );
    });

    it('that break off are read up to there', async () => {
      const whole = await tar({
        'a.json': fresh(),
        'b.json': Buffer.concat([fresh(), Buffer.alloc(5000, 0x20)]),
      });
      const outcome = await takeBytes('cut.tar.gz', gzipSync(whole.subarray(0, whole.length - 5000)));
      assert.deepEqual([outcome.added, outcome.refused.map(({ why }) => why.code)], [1, ['broken-off']]);
      const broken = gzipSync(await tar({ 'a.json': fresh() }));
      assert.deepEqual(
        (await takeBytes('cut.tgz', broken.subarray(0, broken.length - 30))).refused.map(
          ({ why }) => why.code,
        ),
        ['broken-off'],
      );
      await assert.rejects(
        takeBytes('cut.zip', zip([{ name: 'a', content: fresh() }]).subarray(0, 80)),
        refusedAs('broken-archive'),
      );
      await assert.rejects(takeBytes('empty', Buffer.alloc(0)), refusedAs('empty-file'));
    });

    it('that swell are stopped before they fill the machine, and leave nothing', async () => {
      const zeros = Buffer.alloc(40 << 20);
      const bomb = { name: 'bomb.json', content: zeros, deflated: deflateRawSync(zeros, { level: 9 }) };
      const file = fresh();
      await assert.rejects(
        takeBytes('bomb.zip', zip([{ name: 'good.json', content: file }, bomb])),
        refusedAs('archive-too-large', 413),
      );
      await assert.rejects(takeBytes('bomb.gz', gzipSync(zeros)), refusedAs('archive-too-large', 413));
      await assert.rejects(
        takeBytes('bomb.tgz', gzipSync(await tar({ 'good.json': file, z: zeros }))),
        refusedAs('archive-too-large', 413),
      );
      assert.equal(await byId(`FILE-${number}`), undefined);
    });

    it('and lies about sizes are found out', async () => {
      const archive = zip([{ name: 'a.json', content: fresh() }]);
      archive.writeUInt32LE(5, archive.lastIndexOf('PK\x01\x02') + 24);
      const outcome = await takeBytes('lie.zip', archive).catch((error: { code: string }) => error.code);
      assert.ok(
        outcome === 'broken-archive' ||
          (typeof outcome === 'object' && outcome.refused[0]?.why.code === 'damaged'),
      );
    });
  });

  const counts = async (outcome: ReturnType<typeof take>) => {
    const { added, updated, unchanged, refused } = await outcome;
    return [added, updated, unchanged, refused.length];
  };
});

describe('an import of advisories', () => {
  let server: TestServer;
  let analyst: Actor;
  let member: Actor;
  before(async () => {
    server = await startTestServer({ work: true });
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
  });
  after(() => server.close());

  async function send(name: string, content: Buffer) {
    const begun = await server.as(analyst)(advisoryApi.beginImport, { body: { name, size: content.length } });
    const { patch } = sender(server, analyst);
    assert.equal((await patch(begun.upload, 0, content)).status, 204);
    for (;;) {
      const found = await server.as(analyst)(advisoryApi.import, { params: { id: begun.import } });
      if (!['queued', 'running'].includes(found.job.state)) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it('begins when its bytes have arrived, and tells what came of it', async () => {
    const done = await send('two.tar', await tar({ 'a.json': json(csaf()), 'b.json': Buffer.from('{}') }));
    assert.deepEqual(
      [done.job.state, done.added, done.refused.map(({ name }) => name)],
      ['done', 1, ['b.json']],
    );
    assert.equal((await server.as(server.visitor)(advisoryApi.list)).items.length, 1);
    assert.equal((await send('again.json', json(csaf()))).unchanged, 1);
    const { items } = await server.as(analyst)(advisoryApi.imports);
    assert.deepEqual(
      items.map(({ name }) => name),
      ['again.json', 'two.tar'],
    );
  });

  it('of what is no archive fails with what to do about it', async () => {
    const { job } = await send('cut.zip', Buffer.from('PK\x03\x04 and nothing else'));
    assert.deepEqual([job.state, job.problem?.code], ['failed', 'broken-archive']);
  });

  it('is nobody else’s to see', async () => {
    const { items } = await server.as(analyst)(advisoryApi.imports);
    await assert.rejects(server.as(member)(advisoryApi.imports), { status: 403 });
    const other = await (await server.organisation('Other CERT', 'cert')).person('LEAD');
    assert.deepEqual((await server.as(other)(advisoryApi.imports)).items, []);
    await assert.rejects(server.as(other)(advisoryApi.import, { params: { id: items[0]!.id } }), {
      status: 404,
    });
  });
});

describe('two thousand real advisories', needsRealAdvisories, () => {
  let server: TestServer;
  before(async () => {
    const { config } = await realLibrary();
    server = await startTestServer({ from: config });
  });
  after(() => server.close());

  it('are imported, once', async (t) => {
    const { analyst, outcome, seconds } = await realLibrary();
    t.diagnostic(`imported in ${seconds.clock.toFixed(1)} s`);
    assert.deepEqual([outcome.added, outcome.updated, outcome.refused.length], [2009, 0, 0]);
    const second = await server.house.imports.importStream(
      analyst,
      'corpus.tar.gz',
      createReadStream(realAdvisories),
    );
    assert.deepEqual([second.added, second.unchanged, second.edition], [0, 2009, null]);
  });

  it('are all readable, by anybody', async (t) => {
    const read = server.as(visitor);
    const times: number[] = [];
    let after: string | undefined;
    do {
      const page = await read(advisoryApi.list, { query: { limit: 200, ...(after && { after }) } });
      for (const { id } of page.items.filter((_, n) => n % 8 === 0)) {
        const began = performance.now();
        await read(advisoryApi.get, { params: { id } });
        times.push(performance.now() - began);
      }
      after = page.next ?? undefined;
    } while (after);
    t.diagnostic(`an advisory: median ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms`);
    assert.ok(times.length > 250);
  });

  it('are found', async (t) => {
    const times: number[] = [];
    for (const words of [
      'siemens s7-1200',
      'modicon m340',
      '6ES7 315-2EH14',
      'CVE-2022-38465',
      'icsa-24',
      'buffer overflow',
      'e',
      'moxa nport',
      'password',
      'rockwell controllogix',
    ])
      for (const sort of ['newest', 'severity'] as const) {
        const began = performance.now();
        const { items } = await server.as(visitor)(advisoryApi.list, { query: { search: words, sort } });
        times.push(performance.now() - began);
        assert.ok(items.length > 0, words);
      }
    t.diagnostic(`a search: median ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms`);
    const { items } = await server.as(visitor)(advisoryApi.vendors);
    assert.ok(items.find(({ name }) => name === 'Siemens')!.advisories > 500);
    assert.equal(items.filter(({ name }) => /^siemens( ag)?$/i.test(name)).length, 1);
  });
});

const percentile = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]!.toFixed(1);
