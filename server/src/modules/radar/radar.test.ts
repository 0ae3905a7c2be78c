import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { radarApi, type RadarSearch, type RadarState, vulnerabilityApi } from '@busbar/contract';
import type { AdvisoryDraft } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('the radar', { timeout: 300_000 }, () => {
  let server: TestServer;
  let arjun: Actor;
  let mei: Actor;
  let elsewhere: Actor;
  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    [arjun, mei] = [await cert.person('ANA'), await cert.person('LEAD')];
    elsewhere = await (await server.organisation('CERT of the Neighbours', 'cert')).person('ANA');
  });
  after(() => server.close());

  let number = 50_000;
  async function take(changes: Partial<AdvisoryDraft> = {}, cve = `CVE-2026-${++number}`, actor = arjun) {
    const document = csaf({ id: `NBC-${++number}`, ...changes });
    document['vulnerabilities'][0].cve = cve;
    await server.house.imports.importStream(actor, 'x.tar', bytes(await tar({ 'a.json': json(document) })));
    const { items } = await list({ search: document['document'].tracking.id.toLowerCase() }, actor);
    return items[0]!;
  }
  const list = (query: Partial<RadarSearch> = {}, actor = arjun) =>
    server.as(actor)(radarApi.list, { query });
  const next = async (actor: Actor, after?: string) =>
    (await server.as(actor)(radarApi.next, { body: after ? { after } : {} })).item;
  const move = (actor: Actor, items: string[], to: RadarState, more: object = {}) =>
    server.as(actor)(radarApi.move, { body: { items, to, ...more } });
  const get = (id: string, actor = arjun) => server.as(actor)(radarApi.get, { params: { id } });
  const clear = async () => {
    const { items } = await list({ state: 'new', limit: 200 });
    for (const { id, heldBy } of items)
      if (heldBy) await server.as(arjun)(radarApi.hold, { params: { id }, body: { takeOver: true } });
    if (items.length > 0)
      await move(
        arjun,
        items.map(({ id }) => id),
        'dropped',
        { reason: 'done' },
      );
  };

  it('shows what came in, with what it speaks of', async () => {
    const item = await take();
    assert.deepEqual(
      [item.state, item.cause, item.severity, item.vulnerabilities.length, item.heldBy],
      ['new', 'added', 'critical', 1, null],
    );
    assert.match((await get(item.id)).summary, /stop the pump/);
  });

  it('puts what contradicts other sources first, then what is exploited, then what is severe', async () => {
    await clear();
    const cve = `CVE-2026-${++number}`;
    const calm = await take({}, cve);
    const contradicting = await take(
      {
        publisher: { name: 'Grid Watch', namespace: 'https://gridwatch.example', category: 'coordinator' },
        products: [
          { key: 'old', vendor: 'Nordbruk', name: 'PX 200', range: '<2.3' },
          { key: 'new', vendor: 'Nordbruk', name: 'PX 200', version: '2.4.1' },
        ],
      },
      cve,
    );
    assert.equal(contradicting.cause, 'contradicts');
    assert.deepEqual(
      (await list({ state: 'new' })).items.map(({ id }) => id),
      [contradicting.id, calm.id],
    );
    assert.ok(contradicting.vulnerabilities[0]!.disagreeing > 0);
  });

  it('never gives the same item to two people who ask at once', async () => {
    await clear();
    const ids = [await take(), await take(), await take(), await take()].map(({ id }) => id);
    const given = await Promise.all(
      [arjun, mei, arjun, mei].map((actor, n) => next(actor, undefined).then((id) => ({ id, n }))),
    );
    const [byArjun, byMei] = [0, 1].map(
      (who) => new Set(given.filter(({ n }) => n % 2 === who).map(({ id }) => id)),
    );
    assert.ok(
      [...byArjun!].every((id) => !byMei!.has(id)),
      JSON.stringify(given),
    );
    assert.ok([...byArjun!, ...byMei!].every((id) => ids.includes(id!)));
  });

  it('says who has an item in front of him, and lets it be taken over only on purpose', async () => {
    await clear();
    const { id } = await take();
    assert.equal(await next(arjun), id);
    assert.equal((await get(id)).heldByMe, true);
    assert.equal((await get(id, mei)).heldBy, arjun.name);
    assert.equal(await next(mei), null);
    await assert.rejects(move(mei, [id], 'dropped', { reason: 'old' }), refused(409, 'radar-held'));
    const hold = (takeOver: boolean) => server.as(mei)(radarApi.hold, { params: { id }, body: { takeOver } });
    await assert.rejects(hold(false), refused(409, 'radar-held'));
    await hold(true);
    await move(mei, [id], 'dropped', { reason: 'old' });
  });

  it('passes an item over and comes to the end', async () => {
    await clear();
    const [first, second] = [await take(), await take()];
    const one = await next(arjun);
    const other = await next(arjun, one!);
    assert.deepEqual(new Set([one, other]), new Set([first.id, second.id]));
    assert.equal(await next(arjun, other!), null);
  });

  it('drops with a reason, and takes that back', async () => {
    const { id } = await take();
    await assert.rejects(move(arjun, [id], 'dropped'), refused(400, 'reason-needed'));
    await move(arjun, [id], 'dropped', { reason: 'No such device with our members' });
    const dropped = await get(id);
    assert.deepEqual(
      [dropped.state, dropped.reason, dropped.decidedBy],
      ['dropped', 'No such device with our members', arjun.name],
    );
    await assert.rejects(
      move(arjun, [id], 'attached', { vulnerability: 'CVE-2026-1' }),
      refused(409, 'radar-cannot-move'),
    );
    await move(mei, [id], 'new');
    assert.deepEqual(
      (await get(id)).history.map(({ state, by }) => [state, by]),
      [
        ['new', ''],
        ['dropped', arjun.name],
        ['new', mei.name],
      ],
    );
  });

  it('puts off until a time in the future', async () => {
    const { id } = await take();
    await assert.rejects(
      move(arjun, [id], 'later', { until: '2020-01-01T00:00:00Z' }),
      refused(400, 'until-needed'),
    );
    await move(arjun, [id], 'later', { until: new Date(Date.now() + 400).toISOString() });
    assert.equal((await get(id)).state, 'later');
    assert.ok(!(await list({ state: 'new', limit: 200 })).items.some((item) => item.id === id));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await get(id)).state, 'new');
    assert.ok((await list({ state: 'new', limit: 200 })).items.some((item) => item.id === id));
  });

  it('attaches a document without a CVE to a vulnerability, which then has its claims too', async () => {
    const cve = `CVE-2026-${++number}`;
    await take({}, cve);
    const document = (version: string) => {
      const one = csaf({
        id: 'GW-7',
        version,
        updated: `2026-04-0${version}T00:00:00Z`,
        publisher: { name: 'Grid Watch', namespace: 'https://gridwatch.example', category: 'coordinator' },
      });
      delete one['vulnerabilities'][0].cve;
      return one;
    };
    const bring = async (version: string) =>
      server.house.imports.importStream(
        arjun,
        'x.tar',
        bytes(await tar({ 'a.json': json(document(version)) })),
      );
    await bring('1');
    const item = (await list({ search: 'gw-7' })).items[0]!;
    assert.match(item.vulnerabilities[0]!.ref, /^VUL-/);
    await move(arjun, [item.id], 'attached', { vulnerability: cve.toLowerCase() });
    const publishers = async () =>
      (await server.as(arjun)(vulnerabilityApi.get, { params: { ref: cve } })).facts[0]!.claims.map(
        ({ publisher }) => publisher,
      ).sort();
    assert.deepEqual(await publishers(), ['Grid Watch', 'Nordbruk']);
    assert.equal((await get(item.id)).attachedTo!.ref, cve);
    await bring('2');
    assert.deepEqual(await publishers(), ['Grid Watch', 'Nordbruk'], 'its next version too');
    const again = await get(item.id);
    assert.deepEqual([again.state, again.cause], ['new', 'changed'], 'and it is news again');
  });

  it('belongs to one CERT', async () => {
    const { id } = await take();
    assert.deepEqual((await list({}, elsewhere)).items, []);
    await assert.rejects(get(id, elsewhere), refused(404, 'not-found'));
    await assert.rejects(move(elsewhere, [id], 'dropped', { reason: 'mine' }), refused(404, 'not-found'));
    const theirs = await take({ id: 'NBC-THEIRS' }, undefined, elsewhere);
    await assert.rejects(get(theirs.id), refused(404, 'not-found'));
  });

  it('is searched and filtered, and counted by state', async () => {
    const item = await take({ title: 'Mercury switch opens by itself' });
    assert.deepEqual(
      (await list({ search: 'mercury opens' })).items.map(({ id }) => id),
      [item.id],
    );
    assert.deepEqual(
      (await list({ search: item.vulnerabilities[0]!.ref.toLowerCase() })).items.map(({ id }) => id),
      [item.id],
    );
    assert.deepEqual((await list({ search: 'mercury', severity: 'low' })).items, []);
    const { counts } = await list({ limit: 1 });
    assert.equal(counts.new, (await list({ state: 'new', limit: 200 })).items.length);
  });
});
