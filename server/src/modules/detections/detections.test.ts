import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis, type Source, Tlp } from '@busbar/contract';
import { detections as ours } from '@busbar/dissect';

import { smallPlant } from '../../../../journeys/captures.ts';
import { type Actor, visitor } from '../../platform/actor.ts';
import { json } from '../../testing/documents.ts';
import { OtherSide } from '../../testing/other-side.ts';
import { installPack, bringPack, makePack, setUpCert, settledPack } from '../../testing/packs.ts';
import { refused } from '../../testing/refused.ts';
import { analysed, sendCapture } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { registerWritten as written } from '../../../../engines/dissect/src/testing/detection.ts';
import { until } from '../../testing/until.ts';

const tomorrow = { ...written, id: 'of-tomorrow', seen: { weather: { codes: ['rain'] } } };
const list = (...detections: readonly object[]) => json({ format: 'busbar detections 1', detections });

describe('detections of others', { timeout: 300_000 }, () => {
  let server: TestServer;
  let cert: Awaited<ReturnType<typeof setUpCert>>;
  let member: Actor;
  let site: OtherSide;

  before(async () => {
    server = await startTestServer({ work: true });
    cert = await setUpCert(server, 'CERT of the coast');
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    site = await new OtherSide().open();
  });
  after(async () => {
    await Promise.all([server.close(), site.close()]);
  });

  const read = (id: string, after?: string) =>
    until('the source is read', async () => {
      const source = await server.as(cert.lead)(apis.sources.get, { params: { id } });
      return source.job && source.job.state === 'done' && source.job.id !== after ? source : undefined;
    });
  const add = async (path: string, maxTlp: Tlp, ...detections: readonly object[]): Promise<Source> => {
    site.files.set(path, list(...detections));
    const { id } = await server.as(cert.lead)(apis.sources.add, {
      body: {
        name: `List ${path}`,
        kind: 'detections',
        address: site.at(path),
        local: true,
        maxTlp,
      } as never,
    });
    return read(id);
  };
  const again = async (source: Source, path: string, ...detections: readonly object[]) => {
    site.files.set(path, list(...detections));
    await server.as(cert.lead)(apis.sources.fetch, { params: { id: source.id } });
    return read(source.id, source.job!.id);
  };
  const remove = (id: string) =>
    server.as(cert.lead)(apis.sources.remove, { params: { id }, query: { claims: 'keep' } });
  const brought = async (actor: Actor | null, more: object = {}) =>
    (await server.as(actor)(apis.detections.list, { query: { only: 'brought', ...more } })).items;
  const found = async (actor: Actor, language: 'en' | 'ru' = 'en') => {
    const capture = await analysed(
      server,
      actor,
      (await sendCapture(server, actor, `${crypto.randomUUID()}.pcap`, smallPlant)).id,
    );
    const { items } = await server.as(actor)(apis.observations.detections, {
      params: { id: capture.id },
      query: { language },
    });
    return { engine: capture.engine, items, capture };
  };

  it('are looked for in captures beside our own, and told in their words', async () => {
    const before = await found(member);
    assert.ok(!before.items.some(({ code }) => code === written.id));
    const source = await add('/a.json', 'CLEAR', written, tomorrow);
    assert.deepEqual(source.job?.problem, null);
    const runs = await server.as(cert.lead)(apis.sources.runs, { params: { id: source.id }, query: {} });
    assert.deepEqual(
      runs.items[0]!.problems.map(({ code, params }) => [code, params['count'], params['ids']]),
      [['detections-foreign', 1, tomorrow.id]],
      'what this program does not understand is left out, and said',
    );
    assert.deepEqual(
      (await brought(null)).map(({ id, title, looksAt, brought: by }) => [id, title, looksAt, by]),
      [[written.id, written.title.en, 'operation', { by: null, instead: false }]],
    );
    assert.deepEqual((await brought(cert.lead))[0]!.brought, { by: 'List /a.json', instead: false });

    const { items, engine, capture } = await found(member, 'ru');
    const one = items.find(({ code }) => code === written.id)!;
    assert.deepEqual(
      [one.title, one.why, one.now, one.severity],
      [written.title.ru, written.why.ru, written.next.ru, 'high'],
    );
    assert.match(engine!, /^\d+\.\d+\.\d+\+detections\.[0-9a-f]{12}$/);
    assert.match(before.engine!, /^\d+\.\d+\.\d+$/);
    const { items: searched } = await server.as(member)(apis.observations.detections, {
      params: { id: capture.id },
      query: { search: 'насоса' },
    });
    assert.deepEqual(
      searched.map(({ code }) => code),
      [written.id],
    );
    await remove(source.id);
    assert.deepEqual(await brought(null), []);
    assert.ok(!(await found(member)).items.some(({ code }) => code === written.id));
  });

  it('stand in the place of ours where theirs are newer, and only there', async () => {
    const own = ours.find(({ id }) => id === 'clock-changed')!;
    const worded = (version: number | undefined, en: string) => ({
      ...own,
      ...(version && { version }),
      title: { ...own.title, en },
    });
    const titleOf = async () =>
      (await server.as(null)(apis.detections.list, { query: { search: 'clock-changed' } })).items.map(
        ({ title, version }) => [title, version],
      );
    let source = await add('/b.json', 'CLEAR', worded(undefined, 'As old as ours'));
    assert.deepEqual(await titleOf(), [[own.title.en, 1]]);
    assert.deepEqual(await brought(null), []);
    source = await again(source, '/b.json', worded(3, 'A newer one'));
    assert.deepEqual(await titleOf(), [['A newer one', 3]]);
    assert.deepEqual(
      (await brought(cert.lead)).map(({ id, brought: by }) => [id, by]),
      [['clock-changed', { by: 'List /b.json', instead: true }]],
    );
    const other = await add('/c.json', 'CLEAR', worded(2, 'One between'));
    assert.deepEqual(await titleOf(), [['A newer one', 3]]);
    source = await again(source, '/b.json', written);
    assert.deepEqual(await titleOf(), [['One between', 2]], 'what a list drops is looked for no more');
    await remove(other.id);
    await remove(source.id);
    assert.deepEqual(await titleOf(), [[own.title.en, 1]]);
  });

  it('go no further than their label: not to the public, its files and kits, nor by its packs', async () => {
    const source = await add('/amber.json', 'AMBER', written);
    const fileFor = async (actor: Actor | null) => {
      const headers = { 'x-test-actor': JSON.stringify(actor ?? visitor) };
      const { body } = await server.app.inject({
        url: '/api/detections/detections.json?only=brought',
        headers,
      });
      return (JSON.parse(body) as { detections: { id: string }[] }).detections.map(({ id }) => id);
    };
    assert.deepEqual([await brought(null), await fileFor(null)], [[], []]);
    assert.deepEqual(await fileFor(cert.analyst), [written.id]);
    const parts = { style: '', noScript: '', worker: '', program: '' };
    const kit = async (upTo: 'CLEAR' | 'GREEN' | 'AMBER') =>
      (await server.house.kits.makeFor(parts, upTo, undefined)).about;
    for (const upTo of ['CLEAR', 'GREEN'] as const) assert.deepEqual((await kit(upTo)).detections, []);
    const { detections, label } = await kit('AMBER');
    assert.deepEqual([detections.map((one) => (one as { id: string }).id), label], [[written.id], 'AMBER']);
    await remove(source.id);
  });

  it('go no further at once when their source may not, also one that is read no more', async () => {
    const source = await add('/e.json', 'CLEAR', written);
    assert.equal((await brought(null)).length, 1);
    const { name, licence, reliability, hosts, fingerprints, mustBeSigned, everyMinutes } = source;
    const settings = { name, licence, reliability, hosts, fingerprints, mustBeSigned, everyMinutes };
    const change = (maxTlp: Tlp) =>
      server.as(cert.lead)(apis.sources.change, {
        params: { id: source.id },
        body: { ...settings, maxTlp, state: 'off' } as never,
      });
    await change('AMBER');
    assert.deepEqual(await brought(null), []);
    assert.equal((await brought(cert.analyst)).length, 1);
    await change('CLEAR');
    assert.equal((await brought(null)).length, 1);
    await remove(source.id);
  });

  it('come in a pack with everything that its maker looks for, where there is no other way', async () => {
    const far = await startTestServer({ work: true, still: true });
    try {
      const there = await setUpCert(far, 'CERT of the island');
      const source = await add('/d.json', 'CLEAR', written);
      const made = await makePack(server, cert.lead);
      await far.as(there.administrator)(apis.packKeys.accept, {
        body: { publicKey: cert.key.publicKey, fingerprint: cert.key.fingerprint },
      });
      const ready = await bringPack(far, there.lead, made.bytes);
      const changes = ready.changes.filter(({ kind }) => kind === 'detections');
      assert.deepEqual(changes.map(({ source: name, holds }) => `${name}: ${holds}`).sort(), [
        `CERT of the coast: detections: ${ours.length}`,
        'List /d.json: 1',
      ]);
      await installPack(far, there.lead, ready.id);
      assert.equal((await settledPack(far, there.lead, ready.id)).state, 'installed');
      const { items } = await far.as(null)(apis.detections.list, { query: { only: 'brought' } });
      assert.deepEqual(
        items.map(({ id }) => id),
        [written.id],
        'of those both have, none stands twice',
      );
      await remove(source.id);
    } finally {
      await far.close();
    }
  });

  it('are no list of anything else, and none that is too long', async () => {
    site.files.set('/kev.json', json({ catalogVersion: '1', vulnerabilities: [] }));
    const { id } = await server.as(cert.lead)(apis.sources.add, {
      body: { name: 'x', kind: 'detections', address: site.at('/kev.json'), local: true } as never,
    });
    const ended = await until('it ended', async () => {
      const { job } = await server.as(cert.lead)(apis.sources.get, { params: { id } });
      return job?.problem ? job : undefined;
    });
    assert.equal(ended.problem!.code, 'not-detections');
    await remove(id);
    await assert.rejects(
      server.as(member)(apis.sources.add, {
        body: { name: 'x', kind: 'detections', address: site.at('/a.json'), local: true } as never,
      }),
      refused(403, 'role-not-allowed'),
    );
  });
});
