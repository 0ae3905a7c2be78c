import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  advisoryApi,
  baselineApi,
  captureApi,
  jobApi,
  observationApi,
  plantApi,
  sourceApi,
  systemApi,
  warningApi,
  zoneApi,
} from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, founder, onBehalfOf, visitor } from '../../platform/actor.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('the demo', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ work: true });
    await server.house.demo.fill();
  });
  after(() => server.close());

  const memberOf = async (organisation: string): Promise<Actor> => {
    const { rows } = await server.database.as(founder, (tx) =>
      sql<{ organisation: string; person: string }>`select o.id as organisation, m.person_id as person
        from organisation o join membership m on m.organisation_id = o.id where o.name = ${organisation}`.execute(
        tx,
      ),
    );
    return onBehalfOf(rows[0]!.organisation, rows[0]!.person, ['MEM']);
  };

  const analyst = async (): Promise<Actor> => ({
    ...(await memberOf('ICS CERT of the Demo')),
    roles: ['ANA'],
  });

  async function settled(actor: Actor) {
    for (let wait = 0; wait < 200; wait++) {
      const { items } = await server.as(actor)(jobApi.list);
      if (items.every(({ state }) => state === 'done')) return;
      await sleep(50);
    }
    throw new Error('The jobs of the demo did not end');
  }

  it('shows what the journeys tell of: one certain warning, one that asks for a version, someone from outside', async () => {
    const member = await memberOf('Nordwasser');
    await settled(member);
    const call = server.as(member);
    const { items } = await call(warningApi.list, { query: { limit: 200 } });
    const of = (product: string) => items.filter(({ asset }) => asset.product === product);
    assert.ok(of('AX-300').every(({ certainty }) => certainty === 'exact') && of('AX-300').length > 0);
    assert.ok(
      of('AX-500').every(({ certainty, lookUp }) => certainty === 'unsure' && lookUp.length > 0) &&
        of('AX-500').length > 0,
    );
    const { assets } = await call(plantApi.summary);
    assert.ok(assets.accepted + assets.proposed >= 60);
    const [capture] = (await call(captureApi.list)).items;
    const { items: operations } = await call(captureApi.operations, {
      params: { id: capture!.id },
      query: { dangerous: 'true' },
    });
    assert.ok(operations.some(({ source }) => source.address === '203.0.113.77'));
  });

  it('knows a calm morning of the pump hall, and shows what stands out in the other and differs from it', async () => {
    const member = await memberOf('Nordwasser');
    await settled(member);
    const call = server.as(member);
    const { items: captures } = await call(captureApi.list);
    const [visited, calm] = captures;
    assert.deepEqual(
      captures.map(({ name }) => name),
      ['pump-hall-2026-09-14.pcap', 'pump-hall-2026-09-07.pcap'],
    );
    const { captures: learnt } = await call(baselineApi.get, { params: { id: calm!.site.id } });
    assert.deepEqual(
      learnt.map(({ capture }) => capture),
      [calm!.id],
    );
    assert.ok(visited!.summary!.detections!.high > 0);
    assert.equal(calm!.summary!.detections!.high, 0);
    const differing = async (id: string) => (await call(baselineApi.differences, { params: { id } })).total;
    assert.equal(await differing(calm!.id), 0);
    assert.ok((await differing(visited!.id))! > 3);
    const { items: files } = await call(observationApi.transfers, { params: { id: visited!.id } });
    assert.deepEqual(
      files.map(({ name, complete }) => [name, complete]),
      [['PUMPHALL.FXP', true]],
    );
  });

  it('draws the waterworks as three zones, and one conduit that nobody expects: somebody comes in from outside', async () => {
    const member = await memberOf('Nordwasser');
    await settled(member);
    const call = server.as(member);
    const [site] = (await call(plantApi.sites)).items;
    const params = { id: site!.id };
    const plan = await call(zoneApi.plan, { params });
    assert.deepEqual(
      plan.zones.map(({ name, devices }) => [name, devices > 0]),
      [
        ['Control room', true],
        ['Field instruments', true],
        ['Pump hall', true],
      ],
    );
    assert.deepEqual(plan.proposals, []);
    const [odd, ...others] = plan.unexpected;
    assert.deepEqual(others, []);
    assert.equal(odd!.outside, true);
    assert.deepEqual(odd!.zones.map(({ name }) => name).sort(), ['Control room', 'Pump hall']);
    const { talks } = await call(zoneApi.crossing, { params, query: { proposal: odd!.proposal } });
    assert.ok(talks.length > 1 && talks.every(({ from }) => from.address === '203.0.113.77'));
    assert.deepEqual([...new Set(talks.map(({ capture }) => capture.name))], ['pump-hall-2026-09-14.pcap']);
  });

  it('has four hundred advisories that anybody may read, four in ten without a fix', async () => {
    await settled(await analyst());
    const { items, total } = await server.as(visitor)(advisoryApi.list, { query: { limit: 200 } });
    const unfixed = items.filter(({ hasFix }) => !hasFix).length / items.length;
    const [ofItsSources, ofItsOwn] = [2, 1];
    assert.equal(total, 400 + ofItsSources + ofItsOwn);
    assert.ok(unfixed > 0.3 && unfixed < 0.5, String(unfixed));
  });

  it('follows sources that show what holds and what does not, without a network', async () => {
    await settled(await analyst());
    const call = server.as(await analyst());
    const { items } = await call(sourceApi.list);
    assert.deepEqual(
      items.map(({ kind, standing, documents, withErrors, items: entries }) => [
        kind,
        standing,
        documents,
        withErrors,
        entries,
      ]),
      [
        ['kev', 'working', 0, 0, 2],
        ['feed', 'working', 0, 0, 2],
        ['archive', 'working', 4, 2, 0],
      ],
    );
  });

  it('is filled once', async () => {
    const before = await server.as(visitor)(systemApi.instance);
    await server.house.demo.fill();
    assert.deepEqual(await server.as(visitor)(systemApi.instance), before);
  });

  it('goes on where it was killed', async () => {
    const again = await startTestServer();
    const { imports } = again.house;
    const honest = imports.importStream;
    imports.importStream = () => Promise.reject(new Error('killed'));
    await assert.rejects(again.house.demo.fill(), /killed/);
    imports.importStream = honest;
    await again.house.demo.fill();
    assert.equal((await again.as(visitor)(systemApi.instance)).demo, true);
    assert.equal((await again.as(visitor)(advisoryApi.list)).total, 400);
    await again.close();
  });

  it('does not come over an instance that is somebody’s', async () => {
    const taken = await startTestServer();
    await taken.database.as(founder, (tx) =>
      tx
        .insertInto('setting')
        .values({
          name: 'cert',
          value: JSON.stringify({
            name: 'Real',
            shortName: 'R',
            country: 'DE',
            phone: '1',
            email: 'a@example.org',
            url: '',
          }),
        })
        .execute(),
    );
    await assert.rejects(taken.house.demo.fill(), { code: 'already-set-up' });
    await taken.close();
  });
});
