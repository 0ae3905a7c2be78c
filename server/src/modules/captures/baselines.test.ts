import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { auditApi, baselineApi, captureApi, observationApi, plantApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { analysed, sendCapture } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { plants } from '../demo/plants.ts';

/** A morning in the pump hall as it should be, one with a visitor, and a night in which a controller is stopped. */
const [waterworks, pressShop] = await plants();

describe('what stands out', () => {
  let server: TestServer;
  let member: Actor;
  let lead: Actor;
  let stranger: Actor;
  let calm: string;
  let visited: string;
  let night: string;
  let site: string;

  before(async () => {
    server = await startTestServer({ work: true });
    const nordwasser = await server.organisation('Nordwasser', 'operator');
    member = await nordwasser.person('MEM');
    lead = await nordwasser.person('MAD');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    const send = async ({ name, bytes }: { name: string; bytes: Uint8Array }) =>
      (await analysed(server, member, (await sendCapture(server, member, name, bytes)).id)).id;
    calm = await send(waterworks!.calm!);
    visited = await send(waterworks!.capture);
    night = await send(pressShop!.capture);
    site = (await server.as(member)(captureApi.get, { params: { id: calm } })).site.id;
  });
  after(() => server.close());

  const detections = (id: string, query: object = {}) =>
    server.as(member)(observationApi.detections, { params: { id }, query });
  const differences = (id: string, query: object = {}) =>
    server.as(member)(baselineApi.differences, { params: { id }, query });
  const learn = (capture: string, actor = member, id = site) =>
    server.as(actor)(baselineApi.learn, { params: { id }, body: { capture } });

  it('is told gravest first: who to whom, why, what to do, and the bytes that show it', async () => {
    const { items } = await detections(night);
    const [gravest] = items;
    assert.deepEqual(
      [gravest?.code, gravest?.severity, gravest?.source?.address, gravest?.target?.address],
      ['program-replaced-while-stopped', 'critical', '10.30.20.66', '10.30.10.12'],
    );
    assert.ok(gravest?.target?.asset);
    for (const words of [gravest.title, gravest.why, gravest.now, gravest.check])
      assert.ok(words.length > 20);
    assert.deepEqual(
      gravest.evidence.map(({ step, what }) => [step, what.code]),
      [
        [1, 's7comm.stop'],
        [2, 's7comm.download'],
      ],
    );
    const { at } = gravest.evidence[0]!;
    const message = await server.as(member)(captureApi.message, {
      params: { id: night, packet: at.packet },
      query: { at: JSON.stringify(at) },
    });
    assert.equal(message.dissector, 's7comm');
    const order = ['critical', 'high', 'medium', 'low', 'info'];
    const ranks = items.map(({ severity }) => order.indexOf(severity));
    assert.deepEqual(
      ranks,
      ranks.toSorted((a, b) => a - b),
    );
  });

  it('is counted by severity, and found by severity, device, words in any language, and page by page', async () => {
    const { summary } = await server.as(member)(captureApi.get, { params: { id: night } });
    const { items: all, total } = await detections(night, { limit: 200 });
    assert.equal(
      Object.values(summary!.detections!).reduce((sum, count) => sum + count, 0),
      total,
    );
    assert.equal(summary!.detections!.critical, 1);
    const [gravest] = all;
    assert.deepEqual((await detections(night, { severity: 'critical' })).total, 1);
    assert.ok((await detections(night, { asset: gravest!.target!.asset! })).items.length > 1);
    assert.equal((await detections(night, { search: 'no such words' })).total, 0);
    const { items: inRussian } = await detections(night, { language: 'ru', severity: 'critical' });
    assert.match(inRussian[0]!.title, /[а-я]/);
    const word = inRussian[0]!.title.split(' ')[0]!;
    assert.ok((await detections(night, { search: word })).items.some(({ id }) => id === gravest!.id));
    const read: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page = await detections(night, { limit: 3, ...(next && { after: next }) });
      read.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    assert.deepEqual(
      read,
      all.map(({ id }) => id),
    );
  });

  it('is replaced when the capture is analysed again', async () => {
    const before = await detections(night);
    await server.as(member)(captureApi.analyse, { params: { id: night } });
    await analysed(server, member, night);
    assert.equal((await detections(night)).total, before.total);
  });

  it('goes along as tables, as do values, files and sign-ins', async () => {
    const lines = async (id: string, table: string) => {
      const answer = await server.app.inject({
        url: `/api/captures/${id}/${table}.csv`,
        headers: { 'x-test-actor': JSON.stringify(member) },
      });
      return answer.body.trimEnd().split('\r\n');
    };
    const { summary } = await server.as(member)(captureApi.get, { params: { id: visited } });
    assert.equal((await lines(visited, 'transfers')).length, 1 + summary!.transfers);
    assert.equal((await lines(visited, 'credentials')).length, 1 + summary!.credentials);
    assert.equal((await lines(visited, 'variables')).length, 1 + summary!.variables);
    assert.ok(summary!.transfers > 0 && summary!.credentials > 0);
    assert.match((await lines(night, 'detections'))[1]!, /critical.*program-replaced-while-stopped/);
    // The secret itself is nowhere.
    assert.doesNotMatch((await lines(visited, 'credentials')).join(), /fenix12/);
  });

  describe('against what is usual', () => {
    it('compares nothing before something was learnt', async () => {
      const { items, learnt, isLearnt } = await differences(visited);
      assert.deepEqual([items, learnt, isLearnt], [[], 0, false]);
      const { captures, devices } = await server.as(member)(baselineApi.get, { params: { id: site } });
      assert.deepEqual([captures, devices], [[], 0]);
    });

    it('learns a capture once, and says from which, since when and by whom', async () => {
      const baseline = await learn(calm);
      assert.deepEqual(
        baseline.captures.map(({ capture, name, learntBy }) => [capture, name, learntBy]),
        [[calm, 'pump-hall-2026-09-07.pcap', member.name]],
      );
      assert.equal(baseline.devices, 22);
      assert.ok(baseline.talks > 20 && baseline.operations > 20 && baseline.seconds > 200);
      await assert.rejects(learn(calm), { status: 409 });
    });

    it('tells only what differs, with evidence, in the words of the reader', async () => {
      const same = await differences(calm);
      assert.deepEqual([same.items, same.learnt, same.isLearnt], [[], 1, true]);
      const { items, total, isLearnt } = await differences(visited, { language: 'zh' });
      assert.equal(isLearnt, false);
      assert.equal(total, items.length);
      const [gravest] = items;
      assert.deepEqual(
        [gravest?.code, gravest?.severity, gravest?.source?.address, gravest?.target?.address],
        ['baseline-new-operation', 'high', '203.0.113.77', '10.20.10.13'],
      );
      assert.match(gravest!.title, /\p{Script=Han}/u);
      assert.equal(gravest!.evidence[0]?.what.code, 'modbus.write-register');
      assert.ok(gravest!.target?.asset);
      assert.ok(items.every(({ source }) => source === null || source.address === '203.0.113.77'));
      const page = await differences(visited, { limit: 2 });
      const rest = await differences(visited, { limit: 200, after: page.next! });
      assert.equal(page.items.length + rest.items.length, total);
      assert.ok((await differences(visited, { severity: 'high' })).items.length < items.length);
    });

    it('takes more captures in, and then finds them usual', async () => {
      const { captures } = await learn(visited);
      assert.equal(captures.length, 2);
      assert.equal((await differences(visited)).total, 0);
    });

    it('keeps what a removed capture taught, and says that it is gone', async () => {
      await server.as(member)(captureApi.remove, { params: { id: visited } });
      const { captures } = await server.as(member)(baselineApi.get, { params: { id: site } });
      assert.deepEqual(
        captures.map(({ capture }) => capture),
        [calm, null],
      );
    });

    it('learns no capture of another site, none that is not there, and none for somebody else', async () => {
      const other = await server.as(member)(plantApi.addSite, {
        body: { name: 'Waterworks South', sector: '', country: '', process: '' },
      });
      await assert.rejects(learn(calm, member, other.id), { status: 409 });
      await assert.rejects(learn(crypto.randomUUID()), { status: 404 });
      await assert.rejects(learn(calm, stranger), { status: 404 });
      for (const route of [baselineApi.get, baselineApi.forget])
        await assert.rejects(server.as(stranger)(route as typeof baselineApi.get, { params: { id: site } }), {
          status: 404,
        });
    });

    it('forgets all when told to, and every step stands in the ledger', async () => {
      await server.as(lead)(baselineApi.forget, { params: { id: site } });
      assert.equal((await differences(calm)).learnt, 0);
      const { items } = await server.as(lead)(auditApi.accesses, { query: { limit: 200 } });
      const did = new Set(items.map(({ action }) => action));
      for (const action of [
        'baseline learnt',
        'baseline read',
        'baseline forgotten',
        'capture differences listed',
        'capture detections listed',
      ])
        assert.ok(did.has(action), action);
    });
  });
});
