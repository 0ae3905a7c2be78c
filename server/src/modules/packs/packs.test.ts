import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { apis, type Source } from '@busbar/contract';
import { detections as ours } from '@busbar/dissect';
import { sql } from 'kysely';
import { createMessage, generateKey, revokeKey, sign } from 'openpgp';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { OtherSide } from '../../testing/other-side.ts';
import { bringPack, installPack, makePack, setUpCert, settledPack } from '../../testing/packs.ts';
import { TestProvider } from '../../testing/provider.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import { type Manifest, readPack, writePack } from './pack-file.ts';

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

async function wholeOf(file: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of file) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const byText = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1);

describe('packs', { timeout: 900_000 }, () => {
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
      .sort(byText);
    return found.length === 3 && found;
  }
  const trust = () =>
    taker.as(here.administrator)(apis.packKeys.accept, {
      body: { publicKey: there.key.publicKey, fingerprint: there.key.fingerprint },
    });
  const refusedWith = (code: string) => (error: { told?: { code: string } }) => error.told?.code === code;
  const advisories = async (server: TestServer, actor: Actor) =>
    (await server.as(actor)(apis.advisories.list, { query: { limit: 200 } })).items
      .map(({ trackingId, version, title, label }) => ({ trackingId, version, title, label }))
      .sort((a, b) => (a.trackingId < b.trackingId ? -1 : 1));

  type Signing = Awaited<ReturnType<typeof signing>>;
  async function signing(options: { keyExpirationTime?: number } = {}) {
    const { privateKey, publicKey } = await generateKey({
      userIDs: [{ name: 'Somebody', email: 'somebody@example.org' }],
      type: 'curve25519',
      format: 'object',
      ...options,
    });
    return {
      publicKey: publicKey.armor(),
      fingerprint: publicKey.getFingerprint().toUpperCase(),
      async sign(content: Uint8Array) {
        const message = await createMessage({ binary: content });
        return Buffer.from(
          (await sign({ message, signingKeys: privateKey, detached: true, format: 'armored' })) as string,
        );
      },
      revoked: async () =>
        (await revokeKey({ key: privateKey, reasonForRevocation: { flag: 2 }, format: 'armored' })).publicKey,
    };
  }
  const accept = ({ publicKey, fingerprint }: Pick<Signing, 'publicKey' | 'fingerprint'>) =>
    taker.as(here.lead)(apis.packKeys.accept, { body: { publicKey, fingerprint } });

  async function packed(manifest: Manifest, text: Buffer, signature: Buffer, contents: Buffer[]) {
    const file = writePack(
      text,
      signature,
      manifest.entries,
      (place) => bytes(contents[place]!) as AsyncGenerator<Buffer>,
    );
    return wholeOf(file);
  }
  const made = async (body: Parameters<typeof makePack>[2] = {}) =>
    (await makePack(maker, there.lead, body)).bytes;
  async function opened(file: Uint8Array): Promise<{ manifest: Manifest; contents: Buffer[] }> {
    const contents: Buffer[] = [];
    const manifest = await readPack(
      bytes(file),
      async (text) => JSON.parse(text.toString('utf8')) as Manifest,
      async (_entry, content) => void contents.push(content),
    );
    return { manifest, contents };
  }
  async function busbar(server: TestServer, folder: string, ...words: string[]) {
    const key = join(folder, 'master.key');
    writeFileSync(key, server.config.masterKey.text);
    const { data, databaseUrl } = server.config;
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../../../cli/src/busbar.ts'), ...words],
      {
        env: { ...process.env, BUSBAR_MASTER_KEY_FILE: key, BUSBAR_DATA: data, DATABASE_URL: databaseUrl },
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, said };
  }

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
        .sort(byText),
      [
        ['CERT of the coast: detections', 'detections', true, ours.length, null],
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
    // So is all that any source says of a vulnerability: who, in which words, and where they stand.
    const saidAt = async (server: TestServer, actor: Actor) => {
      const { facts, sourceList } = await server.as(actor)(apis.vulnerabilities.get, {
        params: { ref: 'CVE-2026-10001' },
      });
      const named = new Map(sourceList.map(({ id, trackingId, url }) => [id, [trackingId, url]]));
      return facts
        .flatMap(({ key, claims }) =>
          claims
            .filter(({ label }) => label === 'CLEAR')
            .map(({ source, publisher, value, quote, pointer, version }) => [
              named.get(source ?? ''),
              key,
              publisher,
              value,
              quote,
              pointer,
              version,
            ]),
        )
        .sort(byText);
    };
    const said = await saidAt(maker, there.lead);
    assert.deepEqual(await saidAt(taker, here.lead), said);
    const publishers = new Set(said.map((claim) => claim[2]));
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

  it('are the same bytes for the same contents, but for number, date and signature', async () => {
    const [one, other] = [await opened(await made()), await opened(await made())];
    assert.deepEqual(one.contents, other.contents);
    const timeless = ({ number: _number, madeAt: _madeAt, ...manifest }: Manifest) => manifest;
    assert.deepEqual(timeless(one.manifest), timeless(other.manifest));
    const { manifest, contents } = one;
    const again = () =>
      packed(manifest, Buffer.from(JSON.stringify(manifest)), Buffer.from('signed'), contents);
    assert.ok((await again()).equals(await again()));
  });

  it('are all that an administrator is shown of what is stored, whatever question he puts', async () => {
    await makePack(maker, there.lead);
    await maker.database.as(there.analyst, async (tx) => {
      const id = randomUUID();
      await sql`insert into data_key (id, owner_id, purpose, wrapped) values (${id}, ${there.id}, 'captures', '\\x00')`.execute(
        tx,
      );
      await sql`insert into blob (id, owner_id, key_id, size, frames, address)
        values (${randomUUID()}, ${there.id}, ${id}, 1, '[]', 'an address')`.execute(tx);
    });
    const purposesOf = async (actor: Actor) => {
      const { rows } = await maker.database.as(actor, (tx) =>
        sql<{ key_id: string }>`select key_id from blob`.execute(tx),
      );
      const { rows: purposes } = await maker.owner.query<{ purpose: string }>(
        `select distinct purpose from data_key where id = any ($1) order by 1`,
        [rows.map(({ key_id: key }) => key)],
      );
      return purposes.map(({ purpose }) => purpose);
    };
    assert.deepEqual(await purposesOf(there.analyst), ['captures', 'packs']);
    assert.deepEqual(await purposesOf(there.administrator), ['packs']);
  });

  it('hold what may leave, and no more: by label, and nothing of a member', async () => {
    const titles = async (tlp: 'CLEAR' | 'GREEN' | 'AMBER') => {
      const { manifest, contents } = await opened(await made({ tlp }));
      const text = Buffer.concat([Buffer.from(JSON.stringify(manifest)), ...contents]).toString('latin1');
      for (const hidden of ['Ostwasser', 'Works', 'Pump', there.lead.name, 'PRIVATE KEY'])
        assert.ok(!text.includes(hidden) || hidden === 'Pump', hidden);
      return manifest.entries.flatMap(({ document }) => document?.trackingId ?? []).sort();
    };
    const open = ['HAND-1', 'NBC-2026-001', 'NBC-2026-002'];
    assert.deepEqual(await titles('CLEAR'), open);
    assert.deepEqual(await titles('GREEN'), [...open, 'NBC-2026-003'].sort());
    assert.deepEqual(await titles('AMBER'), [...open, 'HAND-AMBER', 'NBC-2026-003'].sort());
    await assert.rejects(
      maker.as(there.lead)(apis.madePacks.make, { body: { tlp: 'RED', since: null } as never }),
      {
        status: 400,
      },
    );
    // What its label says is more than what the pack says of itself: at a source that came by packs it is held back.
    const { manifest, contents } = await opened(await made({ tlp: 'GREEN' }));
    const by = await signing();
    await accept(by);
    const lying = {
      ...manifest,
      number: 1,
      tlp: 'CLEAR',
      maker: { id: randomUUID(), name: 'Careless' },
      key: { fingerprint: by.fingerprint, publicKey: by.publicKey, userIds: [] },
      sources: manifest.sources.map((source) => ({ ...source, address: `${source.address}?` })),
    } as Manifest;
    const text = Buffer.from(JSON.stringify(lying));
    const { id } = await bringPack(
      taker,
      here.lead,
      await packed(lying, text, await by.sign(text), contents),
    );
    const { leftOut, state } = await installPack(taker, here.lead, id);
    assert.deepEqual(
      [state, leftOut.map(({ name, why }) => [name, why.code])],
      ['installed', [[provider.site.at('/green.json'), 'label-too-strict']]],
    );
    assert.ok(!(await advisories(taker, here.lead)).some(({ trackingId }) => trackingId === 'NBC-2026-003'));
  });

  it('since another one hold what is new, and go where that one is', async () => {
    const [skipped, base] = [await makePack(maker, there.lead), await makePack(maker, there.lead)];
    await assert.rejects(
      makePack(maker, there.lead, { since: base.number }),
      refusedWith('pack-nothing-new'),
    );
    await assert.rejects(
      makePack(maker, there.lead, { since: base.number, tlp: 'GREEN' }),
      refusedWith('pack-since-narrower'),
    );
    await assert.rejects(makePack(maker, there.lead, { since: 999 }), refusedWith('pack-since-unknown'));
    await byHand(csaf({ id: 'HAND-2' }), csaf({ id: 'HAND-1', version: '2' }));
    const since = await makePack(maker, there.lead, { since: base.number });
    assert.deepEqual(
      (await opened(since.bytes)).manifest.entries.map(({ document }) => document?.trackingId),
      ['HAND-1', 'HAND-2'],
    );
    const early = await bringPack(taker, here.lead, since.bytes);
    assert.deepEqual([early.state, early.refused?.code], ['refused', 'pack-since-missing']);
    await installPack(taker, here.lead, (await bringPack(taker, here.lead, base.bytes)).id);
    await taker.as(here.lead)(apis.packs.check, { params: { id: early.id } });
    const { changes } = await settledPack(taker, here.lead, early.id);
    assert.deepEqual(
      changes.map(({ added, updated, before }) => [added, updated, before]),
      [[1, 1, 1]],
    );
    await installPack(taker, here.lead, early.id);
    assert.deepEqual(await advisories(taker, visitor), await advisories(maker, visitor));
    const missing = await makePack(maker, there.lead, { since: skipped.number });
    assert.equal((await bringPack(taker, here.lead, missing.bytes)).refused?.code, 'pack-since-missing');
  });

  it('are carried by leads and administrators, each step in the ledger, and by nobody else', async () => {
    const made = await makePack(maker, there.administrator);
    const { id } = await bringPack(taker, here.administrator, made.bytes);
    assert.equal((await installPack(taker, here.administrator, id)).state, 'installed');
    for (const actor of [here.analyst, member, visitor]) {
      await assert.rejects(taker.as(actor)(apis.packs.list), { status: actor === visitor ? 401 : 403 });
      await assert.rejects(taker.as(actor)(apis.packs.get, { params: { id } }));
    }
    const other = await (await taker.organisation('Another CERT', 'cert')).person('LEAD');
    await assert.rejects(taker.as(other)(apis.packs.get, { params: { id } }), { status: 404 });
    assert.deepEqual((await taker.as(other)(apis.packs.list)).items, []);
    const { rows } = await taker.owner.query(
      `select action from audit_event where object_id = $1 order by at, id`,
      [id],
    );
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['pack brought', 'evidence stored', 'pack installation begun', 'pack installed'],
    );
    assert.equal((await taker.house.audit.verify()).whole, true);
  });

  it('are made and installed by command, too, which ends with 1 where one is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-pack-'));
    const file = join(folder, 'pack.tar.zst');
    try {
      const made = await busbar(maker, folder, 'pack', '--out', file);
      assert.equal(made.code, 0, made.said);
      assert.match(made.said, /pack \d+, .* TLP:CLEAR, everything\n\d+ documents/);
      const { items } = await maker.as(there.lead)(apis.madePacks.list);
      assert.ok(made.said.includes(items[0]!.sha256!) && !items[0]!.canDownload);
      const looked = await busbar(taker, folder, 'pack', 'install', file, '--look');
      assert.equal(looked.code, 0, looked.said);
      assert.match(
        looked.said,
        /Pack \d+ of CERT of the coast[^]*The csaf: 2 in the pack, 2 here before, 0 new/,
      );
      const installed = await busbar(taker, folder, 'pack', 'install', file);
      assert.deepEqual([installed.code, /^Installed\.$/m.test(installed.said)], [0, true], installed.said);
      const again = await busbar(taker, folder, 'pack', 'install', file);
      assert.equal(again.code, 1);
      assert.match(again.said, /was installed on .* nothing left to do/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  describe('are refused with the reason:', () => {
    let stranger: Signing;
    let good: { bytes: Buffer; manifest: Manifest; contents: Buffer[] };
    let next = 100;
    const somebody = randomUUID();
    before(async () => {
      stranger = await signing();
      await accept(stranger);
      const file = await made();
      good = { bytes: file, ...(await opened(file)) };
    });

    /** The good pack with changes, by another maker, signed by a key that is taken here. */
    async function crafted(changes: object = {}, { by = stranger, contents = good.contents } = {}) {
      const { publicKey, fingerprint } = by;
      const manifest = {
        ...good.manifest,
        number: ++next,
        maker: { id: somebody, name: 'Somebody' },
        key: { fingerprint, publicKey, userIds: [] },
        ...changes,
      };
      const text = Buffer.from(JSON.stringify(manifest));
      return packed(manifest as Manifest, text, await by.sign(text), contents);
    }
    /** The same tar, changed, packed again. */
    const repacked = (file: Buffer, change: (tar: Buffer) => Buffer) =>
      zstdCompressSync(change(zstdDecompressSync(file)));

    async function refused(file: Uint8Array, code: string) {
      const before = await advisories(taker, visitor);
      const pack = await bringPack(taker, here.lead, file);
      assert.deepEqual([pack.state, pack.refused?.code], ['refused', code], JSON.stringify(pack.refused));
      await assert.rejects(installPack(taker, here.lead, pack.id), refusedWith('pack-not-ready'));
      assert.deepEqual(await advisories(taker, visitor), before);
      return pack;
    }

    it('that which is installed already, or is older', async () => {
      const [first, second] = [await makePack(maker, there.lead), await makePack(maker, there.lead)];
      const { id } = await bringPack(taker, here.lead, second.bytes);
      const installed = await installPack(taker, here.lead, id);
      // Everything was here: the same again disturbs nobody.
      assert.ok(
        installed.changes.every(
          ({ added, updated, kind }) => added === 0 && (updated === 0 || kind === 'epss'),
        ),
        JSON.stringify(installed.changes),
      );
      const again = await refused(second.bytes, 'pack-installed');
      assert.deepEqual([again.number, again.maker], [second.number, 'CERT of the coast']);
      const { refused: why } = await refused(first.bytes, 'pack-older');
      assert.deepEqual([why?.params['number'], why?.params['last']], [first.number, second.number]);
      // Whoever goes on from an older copy of his data counts anew, and would not be told that it is installed.
      const by = await signing();
      await accept(by);
      const restored = { id: randomUUID(), name: 'Restored' };
      const seventh = await bringPack(
        taker,
        here.lead,
        await crafted({ maker: restored, number: 7 }, { by }),
      );
      await installPack(taker, here.lead, seventh.id);
      for (const number of [7, 6]) {
        const { refused: because } = await refused(
          await crafted({ maker: restored, number, madeAt: new Date().toISOString() }, { by }),
          'pack-counts-back',
        );
        assert.equal(because?.params['last'], 7);
      }
    });

    it('that which is unsigned', async () => {
      const text = Buffer.from(JSON.stringify(good.manifest));
      // A pack whose second file is the first entry.
      const signed = await packed(good.manifest, text, Buffer.from('x'), good.contents);
      await refused(
        repacked(signed, (tarred) => {
          const at = tarred.indexOf('manifest.json.asc');
          return Buffer.concat([tarred.subarray(0, at), tarred.subarray(at + 1024)]);
        }),
        'pack-unsigned',
      );
      await refused(signed, 'pack-altered');
    });

    it('that which was altered: its list, an entry, a bit on its way, or something put behind it', async () => {
      const text = Buffer.from(JSON.stringify(good.manifest));
      const signature = await stranger.sign(text);
      const other = Buffer.from(text.toString('utf8').replace('The kev', 'The cat'));
      await refused(await packed(good.manifest, other, signature, good.contents), 'pack-altered');
      const contents = good.contents.map((content) => Buffer.from(content));
      contents[0]![10]! ^= 1;
      await refused(await crafted({}, { contents }), 'pack-altered');
      const flipped = Buffer.from(await crafted());
      flipped[flipped.length - 2000]! ^= 1;
      await refused(flipped, 'pack-altered');
      for (const behind of [Buffer.from('More'), Buffer.alloc(1 << 20)])
        await refused(Buffer.concat([await crafted(), behind]), 'pack-altered');
      for (const name of ['../../../etc/pass', '/etc/passwd\0\0\0', 'entries/000002'])
        await refused(
          repacked(await crafted(), (tarred) => {
            tarred.write(name, tarred.indexOf('entries/000001'), 'latin1');
            return tarred;
          }),
          'pack-altered',
        );
      await refused(
        repacked(await crafted(), (tarred) =>
          Buffer.concat([tarred.subarray(0, -1024), tarred.subarray(0, 1024), Buffer.alloc(1024)]),
        ),
        'pack-altered',
      );
    });

    it('that which breaks off, is no pack, or is empty of sense', async () => {
      await refused((await crafted()).subarray(0, -100), 'pack-cut');
      await refused(
        repacked(await crafted(), (tarred) => tarred.subarray(0, -2048)),
        'pack-cut',
      );
      await refused(Buffer.from('A letter'), 'pack-not-one');
      await refused(zstdCompressSync(Buffer.alloc(64 << 20)), 'pack-not-one');
      await refused(await tar({ 'manifest.json': json({}) }), 'pack-not-one');
    });

    it('that which a stranger signed, until somebody accepts the key; and no more once he is removed', async () => {
      const by = await signing();
      const file = await crafted({ maker: { id: randomUUID(), name: 'By a stranger' } }, { by });
      const { id, signer } = await refused(file, 'pack-key-unknown');
      assert.equal(signer?.fingerprint, by.fingerprint);
      const other = { publicKey: by.publicKey, fingerprint: stranger.fingerprint };
      await assert.rejects(accept(other), refusedWith('pack-key-other'));
      const { id: key } = await accept({ ...by, fingerprint: by.fingerprint });
      await taker.as(here.lead)(apis.packs.check, { params: { id } });
      assert.equal((await settledPack(taker, here.lead, id)).state, 'ready');
      await taker.as(here.lead)(apis.packKeys.remove, { params: { id: key! } });
      // Asked once more when it is installed.
      const { job, state } = await installPack(taker, here.lead, id);
      assert.deepEqual([state, job?.problem?.code], ['refused', 'pack-key-unknown']);
      // Who changes it may not hope that somebody accepts a key for it.
      await refused(
        repacked(file, (tarred) =>
          Buffer.from(tarred.toString('latin1').replace('The kev', 'The cat'), 'latin1'),
        ),
        'pack-altered',
      );
    });

    it('that which a key signed that was revoked, or has run out', async () => {
      const by = await signing();
      await accept(by);
      const file = await crafted({ maker: { id: randomUUID(), name: 'Revoked' } }, { by });
      await accept({ publicKey: await by.revoked(), fingerprint: by.fingerprint });
      await refused(file, 'pack-key-revoked');
      const short = await signing({ keyExpirationTime: 2 });
      await accept(short);
      const late = await crafted({ maker: { id: randomUUID(), name: 'Late' } }, { by: short });
      await sleep(2500);
      await refused(late, 'pack-key-expired');
      const { items } = await taker.as(here.lead)(apis.packKeys.list);
      const stateOf = (fingerprint: string) => items.find((one) => one.fingerprint === fingerprint)?.state;
      assert.deepEqual(
        [by, short, here.key].map(({ fingerprint }) => stateOf(fingerprint)),
        ['revoked', 'expired', 'good'],
      );
      // Our own, too.
      const own = await makePack(taker, here.lead);
      await taker.as(here.administrator)(apis.signingKeys.revoke, {
        params: { id: here.key.id },
        body: { reason: 'compromised' },
      });
      await refused(own.bytes, 'pack-key-revoked');
      await taker.as(here.administrator)(apis.signingKeys.create, { body: { years: 1 } });
    });

    it('that which comes from the future, in a form nobody knows, or under the key of another maker', async () => {
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      await refused(await crafted({ madeAt: tomorrow }), 'pack-from-future');
      const { refused: why } = await refused(
        await crafted({ format: 'busbar pack 7' }),
        'pack-format-unknown',
      );
      assert.equal(why?.params['format'], 'busbar pack 7');
      await refused(
        await crafted({ sources: good.manifest.sources.map((source) => ({ ...source, hosts: undefined })) }),
        'pack-not-understood',
      );
      const { id } = await bringPack(taker, here.lead, await crafted());
      await installPack(taker, here.lead, id);
      const elsewhere = await crafted({ maker: { id: randomUUID(), name: 'Another CERT' } });
      await refused(elsewhere, 'pack-other-maker');
    });
    it('in part: a source of a kind that nobody here reads, until the program does', async () => {
      const by = await signing();
      await accept(by);
      const maker = { id: randomUUID(), name: 'Newer' };
      const [entry] = good.manifest.entries;
      const address = `pack:${maker.id}/weather`;
      const kevAt = `pack:${maker.id}/kev`;
      const content = kev('CVE-2026-10007');
      const sources = [
        { name: 'The weather', kind: 'weather', address, wind: 'north', maxTlp: 'MAUVE' },
        { ...good.manifest.sources.find(({ kind }) => kind === 'kev')!, name: 'Another kev', address: kevAt },
      ];
      const entries = [address, kevAt].map((url, source) => ({
        ...entry!,
        document: null,
        signature: null,
        listed: null,
        holds: 1,
        source,
        url,
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      }));
      const parts = { maker, number: 1, entries, sources };
      const file = await crafted(parts, { by, contents: [content, content] });
      const { id, state, changes, leftOut } = await bringPack(taker, here.lead, file);
      assert.deepEqual([state, changes.map(({ source }) => source)], ['ready', ['Another kev']]);
      assert.deepEqual(
        leftOut.map(({ name, why }) => [name, why.code, why.params['kind']]),
        [['The weather', 'source-kind-unknown', 'weather']],
      );
      const folder = mkdtempSync(join(tmpdir(), 'busbar-pack-'));
      try {
        writeFileSync(join(folder, 'pack.tar.zst'), file);
        const { code, said } = await busbar(
          taker,
          folder,
          'pack',
          'install',
          join(folder, 'pack.tar.zst'),
          '--look',
        );
        assert.equal(code, 0, said);
        assert.match(
          said,
          /^Left out: The weather: .* kind “weather”\. Update it, and bring this pack once more/m,
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      const installed = await installPack(taker, here.lead, id);
      assert.deepEqual(
        [installed.state, installed.changes[0]?.added, installed.leftOut],
        ['installed', 1, leftOut],
      );
      // The rest is here, and there is nothing more that this program could take.
      await refused(file, 'pack-installed');

      // So an older program that knew no kev had left it; this one knows, and takes just that, though a newer pack is here.
      const later = await crafted(
        { maker, number: 2, entries: entries.slice(0, 1), sources: sources.slice(0, 1) },
        { by, contents: [content] },
      );
      await installPack(taker, here.lead, (await bringPack(taker, here.lead, later)).id);
      await taker.as(here.lead)(apis.sources.remove, { params: { id: installed.changes[0]!.id! } });
      const unread = { code: 'source-kind-unknown', params: { kind: 'kev', address: kevAt }, text: '' };
      await taker.owner.query(`update pack set left_out = left_out || $2 where id = $1`, [
        id,
        JSON.stringify([{ name: 'Another kev', why: unread }]),
      ]);
      const again = await bringPack(taker, here.lead, file);
      assert.deepEqual(
        [again.state, again.changes.map(({ source }) => source), again.leftOut],
        ['ready', ['Another kev'], leftOut],
        JSON.stringify(again.refused),
      );
      const whole = await installPack(taker, here.lead, again.id);
      assert.deepEqual(
        [whole.state, whole.changes.map(({ added, problems }) => [added, problems]), whole.leftOut],
        ['installed', [[1, []]], leftOut],
      );
      await refused(file, 'pack-installed');
    });
    it('that which declares more than a pack may have, before any of it is unpacked', async () => {
      const [entry] = good.manifest.entries;
      await refused(await crafted({ entries: [{ ...entry!, size: 300 << 20 }] }), 'pack-too-large');
      const many = Array.from({ length: 200 }, () => ({ ...entry!, size: 200 << 20 }));
      await refused(
        await crafted({ entries: many }, { contents: many.map(() => Buffer.alloc(0)) }),
        'pack-too-large',
      );
      // The list itself, of which nobody has vouched for a byte.
      const head = zstdDecompressSync(good.bytes).subarray(0, 512);
      const size = ((256 << 20) - 1).toString(8).padStart(11, '0');
      const sum = [...Buffer.from(size)].reduce((total, digit) => total + digit, 0);
      const before = [...head.subarray(124, 135)].reduce((total, digit) => total + digit, 0);
      const checksum = Number.parseInt(head.toString('latin1', 148, 154), 8) - before + sum;
      head.write(size, 124, 'latin1');
      head.write(checksum.toString(8).padStart(6, '0'), 148, 'latin1');
      await refused(zstdCompressSync(head), 'pack-too-large');
    });
  });
});
