import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { jobApi, type Source, sourceApi, vulnerabilityApi } from '@busbar/contract';
import { createMessage, generateKey, readPrivateKey, reformatKey, sign } from 'openpgp';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json } from '../../testing/documents.ts';
import { OtherSide } from '../../testing/other-side.ts';
import { TestProvider } from '../../testing/provider.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('a source that somebody should look at', { timeout: 180_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let site: OtherSide;
  before(async () => {
    server = await startTestServer({ work: true });
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    site = await new OtherSide().open();
  });
  after(async () => {
    await site.close();
    await server.close();
  });

  let names = 0;
  const settled = async (id: string): Promise<Source> => {
    for (;;) {
      const source = await server.as(analyst)(sourceApi.get, { params: { id } });
      if (source.job && !['queued', 'running'].includes(source.job.state)) return source;
      await sleep(20);
    }
  };
  const add = async (changes: object) => {
    const body = { name: `S ${++names}`, kind: 'kev', local: true, everyMinutes: 600, ...changes };
    return settled((await server.as(analyst)(sourceApi.add, { body: body as never })).id);
  };
  const again = async ({ id }: Source) => {
    await server.as(analyst)(sourceApi.fetch, { params: { id } });
    return settled(id);
  };
  const codes = ({ concerns }: Source) => concerns.map(({ code }) => code);
  const concerning = async () =>
    (await server.as(analyst)(sourceApi.list, { query: { concerning: 'true' } })).items.map(({ id }) => id);
  const change = (id: string, what: string) =>
    server.database.as(analyst, (tx) => sql`update peer set ${sql.raw(what)} where id = ${id}`.execute(tx));
  const kev = (count: number, from = 0) =>
    json({
      catalogVersion: '1',
      vulnerabilities: Array.from({ length: count }, (_, n) => ({
        cveID: `CVE-2026-${70_000 + from + n}`,
        dateAdded: '2020-01-02',
        vulnerabilityName: 'x',
      })),
    });

  it('is none that works, has nothing, or is switched off', async () => {
    site.files.set('/ok.json', kev(1));
    const source = await add({ address: site.at('/ok.json') });
    assert.deepEqual([codes(source), await concerning()], [[], []]);
    await change(source.id, `state = 'off', failing_since = now(), next_at = now() - interval '1 day'`);
    assert.deepEqual(await concerning(), []);
  });

  it('fails, and says why', async () => {
    const source = await add({ address: site.at('/nothing.json') });
    assert.deepEqual([codes(source), source.concerns[0]], [['nothing-there'], source.problem]);
    assert.deepEqual(await concerning(), [source.id]);
    await server.as(analyst)(sourceApi.remove, { params: { id: source.id }, query: {} });
  });

  it('is late: its time came and nobody asked it', async () => {
    site.files.set('/late.json', kev(1));
    const source = await add({ address: site.at('/late.json') });
    await change(source.id, `next_at = now() - interval '29 minutes'`);
    assert.deepEqual(codes(await settled(source.id)), []);
    await change(source.id, `next_at = now() - interval '31 minutes'`);
    assert.deepEqual(codes(await settled(source.id)), ['source-late']);
    assert.deepEqual(await concerning(), [source.id]);
    assert.deepEqual(codes(await again(source)), []);
  });

  it('has a key that runs out or ran out; the same key with another date is fetched from its owner', async () => {
    const day = 86_400;
    const begun = new Date(Date.now() - 30 * day * 1000);
    const made = await generateKey({
      userIDs: [{ name: 'PSIRT' }],
      type: 'curve25519',
      format: 'armored',
      date: begun,
      keyExpirationTime: 31 * day,
    });
    const privateKey = await readPrivateKey({ armoredKey: made.privateKey });
    const fingerprint = privateKey.getFingerprint().toUpperCase();
    const provider = await TestProvider.open();
    const publish = async (id: string, at = new Date()) => {
      const text = JSON.stringify(csaf({ id }));
      const signature = (await sign({
        message: await createMessage({ binary: Buffer.from(text) }),
        signingKeys: privateKey,
        detached: true,
        format: 'armored',
        date: at,
      })) as string;
      await provider.publish(`/${id}.json`, text, { signed: false, updated: at.toISOString() });
      provider.site.files.set(`/${id}.json.asc`, signature);
      const metadata = JSON.parse(
        String(provider.site.files.get('/.well-known/csaf/provider-metadata.json')),
      );
      metadata.public_openpgp_keys = [{ fingerprint, url: provider.site.at('/theirs.asc') }];
      provider.site.files.set('/.well-known/csaf/provider-metadata.json', JSON.stringify(metadata));
    };
    provider.site.files.set('/theirs.asc', made.publicKey);
    await publish('KEY-1');
    const source = await add({
      kind: 'csaf-provider',
      address: provider.address,
      fingerprints: [fingerprint],
      mustBeSigned: true,
    });
    assert.deepEqual([source.documents, source.withErrors, codes(source)], [1, 0, ['key-expires']]);
    assert.deepEqual(await concerning(), [source.id]);

    const { publicKey: short } = await reformatKey({
      privateKey,
      userIDs: [{ name: 'PSIRT' }],
      date: new Date(begun.getTime() + 1000),
      keyExpirationTime: 10 * day,
      format: 'armored',
    });
    provider.site.files.set('/theirs.asc', short);
    await publish('KEY-2');
    const expired = await again(source);
    assert.deepEqual([expired.withErrors, codes(expired)], [1, ['key-expired']]);
    const { items } = await server.as(analyst)(sourceApi.documents, {
      params: { id: source.id },
      query: { troubled: 'true' },
    });
    assert.deepEqual(
      items.map(({ outcome, signature, problems }) => [outcome, signature, problems[0]!.code]),
      [['held', 'wrong', 'signed-by-expired']],
    );

    const { publicKey: renewed } = await reformatKey({
      privateKey,
      userIDs: [{ name: 'PSIRT' }],
      date: new Date(begun.getTime() + 2000),
      keyExpirationTime: 1000 * day,
      format: 'armored',
    });
    provider.site.files.set('/theirs.asc', renewed);
    await publish('KEY-3');
    const mended = await again(source);
    assert.deepEqual([mended.documents, codes(mended), await concerning()], [3, [], []]);
    await provider.close();
  });

  it('must be signed and nobody has confirmed a key', async () => {
    const provider = await TestProvider.open();
    const source = await add({ kind: 'csaf-provider', address: provider.address, mustBeSigned: true });
    assert.deepEqual(codes(source), ['no-key']);
    assert.deepEqual(await concerning(), [source.id]);
    await server.as(analyst)(sourceApi.remove, { params: { id: source.id }, query: {} });
    await provider.close();
  });

  it('has shrunk to less than half: nothing is taken back until a person says that it is right', async () => {
    const cve = 'CVE-2026-70030';
    await server.house.imports.importStream(
      analyst,
      'x',
      bytes(
        json(
          csaf({
            id: 'SH-1',
            vulnerabilities: [{ cve, title: 'x', description: 'x', affected: ['old'], remediations: [] }],
          }),
        ),
      ),
    );
    const isExploited = async () =>
      (await server.as(analyst)(vulnerabilityApi.get, { params: { ref: cve } })).exploited;
    site.files.set('/kev.json', kev(40));
    const source = await add({ address: site.at('/kev.json') });
    assert.equal(await isExploited(), true);
    site.files.set('/kev.json', kev(10));
    await change(source.id, `next_at = now()`);
    await server.house.sources.tick();
    const shrunk = await settled(source.id);
    assert.deepEqual(
      [codes(shrunk), shrunk.problem!.params],
      [['catalogue-shrank'], { now: 10, before: 40 }],
    );
    assert.equal(await isExploited(), true);
    assert.deepEqual(codes(await again(source)), []);
    assert.equal(await isExploited(), false);
    // A list of documents takes nothing back whatever it lists; the run says it.
    const provider = await TestProvider.open();
    for (let n = 0; n < 24; n++)
      await provider.publish(`/${n}.json`, csaf({ id: `LIST-${n}` }), { signed: false });
    const list = await add({ kind: 'csaf-provider', address: provider.address });
    assert.equal(list.documents, 24);
    provider.site.files.set(
      '/feed.json',
      JSON.stringify({ feed: { id: 'f', title: 'f', updated: '2026-01-01T00:00:00Z', entry: [] } }),
    );
    assert.equal((await again(list)).documents, 24);
    const { items } = await server.as(analyst)(sourceApi.runs, { params: { id: list.id } });
    assert.deepEqual(
      items[0]!.problems.map(({ code }) => code),
      ['key-not-pinned', 'list-shrank'],
    );
    await provider.close();
    const { items: jobs } = await server.as(analyst)(jobApi.list, { query: { state: 'failed' } });
    assert.ok(jobs.some(({ subject }) => subject.id === source.id));
  });
});
