import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  captureApi,
  type Certainty,
  type FactField,
  type MatchState,
  plantApi,
  type Remediation,
  warningApi,
} from '@busbar/contract';
import type { Device } from '@busbar/dissect';
import { sql } from 'kysely';

import { type Actor, onBehalfOf } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const MONDAY = Date.parse('2026-03-02T08:00:00Z') * 1000;
const TUESDAY = MONDAY + 86_400_000_000;

describe('two devices that are one', () => {
  let server: TestServer;
  let analyst: Actor;
  let member: Actor;
  let stranger: Actor;
  let site: string;
  before(async () => {
    server = await startTestServer();
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    await take(csaf());
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    const body = { name: 'Waterworks', sector: '', country: '', process: '' };
    site = (await server.as(member)(plantApi.addSite, { body })).id;
  });
  after(() => server.close());

  const first = device({
    macs: ['02:00:00:00:00:01'],
    addresses: ['10.0.0.1'],
    facts: [
      fact('name', 'PLC 7'),
      fact('firmware', '2.3.8'),
      fact('vendor', 'Nordbruk'),
      fact('product', 'PX 200'),
    ],
  });
  const second = device({
    macs: ['02:00:00:00:00:02'],
    addresses: ['10.0.0.2'],
    lastSeen: TUESDAY,
    facts: [
      fact('name', 'Pump PLC'),
      fact('firmware', '2.3.9'),
      fact('vendor', 'Nordbruk'),
      fact('product', 'PX 200'),
    ],
  });

  it('become one with the facts, sightings and warnings of both; what was chosen holds', async () => {
    const { one, other } = await both();
    const [theirs] = await warningsOf(other);
    await server.as(member)(warningApi.move, { body: { warnings: [theirs!.id], to: 'confirmed' } });
    await server.as(member)(warningApi.plan, {
      body: { warnings: [theirs!.id], equal: false, due: '2999-01-31' },
    });
    const asset = await merge(one, other, ['firmware']);
    assert.deepEqual(
      [asset.name, asset.firmware, asset.addresses.toSorted(), asset.warnings],
      ['PLC 7', '2.3.9', ['10.0.0.1', '10.0.0.2'], 1],
    );
    const { facts, captures, merges } = await page(one);
    assert.deepEqual(
      facts
        .filter(({ field }) => field === 'firmware')
        .map(({ value, source, holds }) => [value, source, holds]),
      // The rule came to the later value by itself: nobody's word is written, and a later capture still counts.
      [
        ['2.3.9', 'capture', true],
        ['2.3.8', 'capture', false],
      ],
    );
    assert.equal(facts.find(({ field, holds }) => field === 'name' && holds)?.source, 'person');
    assert.equal(captures.length, 2);
    assert.equal(merges[0]?.name, 'Pump PLC');
    const [ours] = await warningsOf(one);
    assert.deepEqual([ours?.state, ours?.due], ['planned', '2999-01-31']);
    assert.deepEqual(
      (await server.as(member)(plantApi.assets, { query: { search: 'p', site } })).items.map(({ id }) => id),
      [one],
    );
    assert.equal((await page(other)).id, one);
  });

  it('are two again when it is undone, each with its own, what was read in between included', async () => {
    const { one, other, captures } = await both();
    await merge(one, other, []);
    // Read again, and seen once more with a new firmware: it is the part that was seen.
    await taught(captures[1]!, [second]);
    await taught(await capture(), [
      device({ ...second, lastSeen: TUESDAY + 1e9, facts: [fact('firmware', '3.0')] }),
    ]);
    const { firmware, merges, captures: seen } = await page(one);
    assert.deepEqual([firmware, seen.length], ['2.3.8', 3]);
    await server.as(member)(plantApi.unmerge, { params: { id: merges[0]!.id } });
    const [a, b] = [await page(one), await page(other)];
    assert.deepEqual(
      [a.name, a.firmware, a.addresses, a.captures.length],
      ['PLC 7', '2.3.8', ['10.0.0.1'], 1],
    );
    assert.deepEqual(
      [b.name, b.firmware, b.addresses, b.captures.length],
      ['Pump PLC', '3.0', ['10.0.0.2'], 2],
    );
    assert.ok(a.facts.every(({ source }) => source === 'capture'));
    assert.deepEqual([a.state, b.state], ['proposed', 'proposed']);
    await assert.rejects(server.as(member)(plantApi.unmerge, { params: { id: merges[0]!.id } }), {
      status: 404,
    });
  });

  describe('as to their warnings, when it is undone', () => {
    const merged = ['NBC-2026-101', 'NBC-2026-102', 'NBC-2026-103', 'NBC-2026-104', 'NBC-2026-105'] as const;
    const [planned, ours, since, accepted, marked] = merged;
    before(() => take(...merged.map((id) => advisory(id))));

    it('have what each of them had: what was decided of the part goes back to it, marks and measures too', async () => {
      const { one, other } = await pumps();
      const [theirs, own] = [await warningIds(other), await warningIds(one)];
      await plan(theirs[planned]!, { due: '2999-01-31', assignee: member.person!, measures: 'all' });
      await plan(theirs[since]!, { due: '2999-02-28' });
      await move(theirs[ours]!, 'confirmed', 'fixed', 'verified');
      await move(own[ours]!, 'confirmed', 'mitigated');
      // What both have by themselves was not given.
      await plan(own[since]!, { due: '2999-02-28' });
      await server.as(member)(warningApi.move, {
        body: { warnings: [theirs[accepted]!], to: 'confirmed' },
      });
      await server.as(member)(warningApi.move, {
        body: { warnings: [theirs[accepted]!], to: 'riskAccepted', reason: 'Old', until: '2999-03-31' },
      });
      await mark(theirs[marked]!, 'inProgress', 'CVE-2026-10001', 'CVE-2026-10002');
      await mark(own[marked]!, 'done', 'CVE-2026-10001');
      const before = [await decidedOn(one), await decidedOn(other)];

      await merge(one, other, []);
      const joint = await decidedOn(one);
      assert.deepEqual(
        merged.map((id) => joint[id]!.state),
        ['planned', 'mitigated', 'planned', 'riskAccepted', 'new'],
      );
      assert.equal(joint[planned]!.assignee?.id, member.person);
      assert.equal(joint[planned]!.measures.length, 2);
      assert.deepEqual(joint[marked]!.marks, { 'CVE-2026-10001': 'done', 'CVE-2026-10002': 'inProgress' });
      await unmerge(one);
      assert.deepEqual([await decidedOn(one), await decidedOn(other)], before);
      const { history } = await server.as(member)(warningApi.get, { params: { id: own[accepted]! } });
      assert.deepEqual(
        [history.at(-1)!.state, history.at(-1)!.by, history.at(-1)!.told[0]!.code],
        ['new', member.name, 'merge-undone'],
      );
    });

    it('keep of it what was decided since, which is of the one that was kept', async () => {
      const { one, other } = await pumps();
      const theirs = await warningIds(other);
      for (const id of [planned, since, marked])
        await plan(theirs[id]!, { due: '2999-01-31', assignee: member.person!, measures: 'all' });
      await mark(theirs[marked]!, 'inProgress', 'CVE-2026-10001', 'CVE-2026-10002');
      const before = await decidedOn(other);
      await merge(one, other, []);
      const own = await warningIds(one);
      // Said and taken back is not said; said with the same words is.
      const { move: click } = await move(own[planned]!, 'mitigated');
      await server.as(member)(warningApi.undo, { body: { move: click } });
      await plan(own[since]!, { due: '2999-01-31', assignee: member.person! });
      await move(own[marked]!, 'mitigated');
      await mark(own[marked]!, 'done', 'CVE-2026-10001');
      const measure = (await decidedOn(one))[marked]!.measures[0]!;
      await server.as(member)(warningApi.tick, {
        params: { id: own[marked]! },
        body: { key: measure.key, done: true },
      });
      await unmerge(one);
      assert.deepEqual(await decidedOn(other), before);
      const left = await decidedOn(one);
      assert.deepEqual(
        [planned, since, marked].map((id) => {
          const { state, due, assignee, measures, marks } = left[id]!;
          return [state, due, assignee?.id, measures.map(({ done }) => done !== null), marks];
        }),
        [
          ['new', null, undefined, [], {}],
          ['planned', '2999-01-31', member.person, [false, false], {}],
          ['mitigated', null, undefined, [true], { 'CVE-2026-10001': 'done' }],
        ],
      );
    });

    it('come apart in any order, and though an advisory was withdrawn in between', async () => {
      const { one, other, third } = await pumps();
      const [theirs, own] = [await warningIds(other), await warningIds(one)];
      await plan(theirs[planned]!, { due: '2999-01-31' });
      await plan((await warningIds(third))[since]!, { due: '2999-02-28' });
      await plan((await warningIds(third))[planned]!, { due: '2999-04-30' });
      await move(own[ours]!, 'confirmed', 'fixed');
      const before = [await decidedOn(one), await decidedOn(other), await decidedOn(third)];
      await merge(one, other, []);
      await merge(one, third, []);
      await unmerge(one, 'Second');
      // What the third has decided holds of both, as if the second had never been among them.
      const [{ [planned]: joint }, alone] = [await decidedOn(one), await decidedOn(other)];
      assert.deepEqual([joint!.state, joint!.due], ['planned', '2999-04-30']);
      assert.deepEqual(alone, before[1]);
      await unmerge(one);
      assert.deepEqual([await decidedOn(one), await decidedOn(other), await decidedOn(third)], before);

      await merge(one, other, []);
      await merge(third, one, []);
      await take(advisory(planned, { version: '2', profile: 'withdrawn' }));
      await unmerge(third);
      await unmerge(one);
      const withdrawn = ({ [planned]: _gone, ...rest }: Awaited<ReturnType<typeof decidedOn>>) => rest;
      assert.deepEqual(
        [await decidedOn(one), await decidedOn(other), await decidedOn(third)],
        before.map(withdrawn),
      );
      // What was decided of the part holds for the part alone, should it return.
      await take(advisory(planned, { version: '3' }));
      for (const id of [one, other])
        await server.as(member)(plantApi.correct, { params: { id }, body: { hardware: 'A' } });
      const [mine, yours] = [await decidedOn(one), await decidedOn(other)];
      assert.deepEqual([mine[planned]!.state, yours[planned]!.state], ['new', 'planned']);
    });

    const advisory = (id: string, changes: object = {}) => {
      const draft = csafDraft();
      return csaf({ id, title: `Password ${id}`, ...draft, ...changes });
    };
    const csafDraft = () => ({
      products: [{ key: 'old', vendor: 'Nordbruk', name: 'QX 900', range: '<2.4.1' }],
      vulnerabilities: ['CVE-2026-10001', 'CVE-2026-10002'].map((cve) => ({
        cve,
        title: cve,
        description: 'The service account has a fixed password.',
        cwe: { id: 'CWE-798', name: 'Use of Hard-coded Credentials' },
        affected: ['old'],
        remediations: [
          { category: 'vendor_fix' as const, text: 'Install 2.4.1.' },
          { category: 'mitigation' as const, text: 'Allow port 502 from the control room only.' },
        ],
      })),
    });
    const pumps = async () => {
      const like = { vendor: 'Nordbruk', product: 'QX 900', firmware: '2.3' };
      const body = { name: `Site ${crypto.randomUUID()}`, sector: '', country: '', process: '' };
      site = (await server.as(member)(plantApi.addSite, { body })).id;
      const [one, other, third] = [
        await add('First', like),
        await add('Second', like),
        await add('Third', like),
      ];
      return { one: one.id, other: other.id, third: third.id };
    };
    const warningIds = async (asset: string) =>
      Object.fromEntries((await warningsOf(asset)).map(({ id, advisory }) => [advisory.trackingId, id]));
    const unmerge = async (id: string, called?: string) => {
      const { merges } = await page(id);
      const { id: last } = merges.find(({ name }) => !called || name === called)!;
      return server.as(member)(plantApi.unmerge, { params: { id: last } });
    };
    async function move(id: string, ...path: MatchState[]) {
      let last = { move: '' };
      for (const to of path)
        last = await server.as(member)(warningApi.move, { body: { warnings: [id], to } });
      return last;
    }
    async function plan(
      id: string,
      { measures, ...rest }: { due: string; assignee?: string; measures?: 'all' },
    ) {
      const keys = (await server.as(member)(warningApi.get, { params: { id } })).measures.map(
        ({ key }) => key,
      );
      await server.as(member)(warningApi.plan, {
        body: { warnings: [id], equal: false, ...rest, ...(measures && { measures: keys }) },
      });
    }
    const mark = (id: string, remediation: Remediation, ...names: string[]) =>
      server.as(member)(warningApi.mark, { params: { id }, body: { names, remediation, equal: false } });

    /** All that people say of the warnings of a device, by advisory. */
    async function decidedOn(asset: string) {
      const all = Object.values(await warningIds(asset)).concat(await closedOf(asset));
      const pages = await Promise.all(all.map((id) => server.as(member)(warningApi.get, { params: { id } })));
      return Object.fromEntries(
        pages.map(({ advisory: { trackingId }, measures, vulnerabilities, ...rest }) => {
          const { id, state, stateReason, since: at, due, assignee, secondContact, acceptedUntil } = rest;
          const chosen = measures.filter((measure) => measure.chosen);
          const marks = Object.fromEntries(
            vulnerabilities
              .flatMap((group) => group.vulnerabilities)
              .flatMap(({ name, marked, remediation }) => (marked ? [[name, remediation]] : [])),
          );
          const said = { id, state, stateReason, since: at, due, assignee, secondContact, acceptedUntil };
          return [trackingId, { ...said, measures: chosen, marks }];
        }),
      );
    }
    const closedOf = async (asset: string) =>
      (await server.as(member)(warningApi.list, { query: { asset, open: 'false' } })).items
        .filter(({ state }) => state !== 'ended')
        .map(({ id }) => id);
  });

  it('have the addresses of both, though a person said which those of one are', async () => {
    const { one, other } = await both();
    await server.as(member)(plantApi.correct, {
      params: { id: one },
      body: { addresses: ['10.0.0.7'], macs: ['02:00:00:00:00:07'] },
    });
    const { addresses, macs } = await merge(one, other, []);
    assert.deepEqual(addresses.toSorted(), ['10.0.0.2', '10.0.0.7']);
    assert.deepEqual(macs.toSorted(), ['02:00:00:00:00:02', '02:00:00:00:00:07']);
    await server.as(member)(plantApi.unmerge, { params: { id: (await page(one)).merges[0]!.id } });
    assert.deepEqual((await page(one)).addresses, ['10.0.0.7']);
    assert.deepEqual((await page(other)).addresses, ['10.0.0.2']);
  });

  it('come apart in the order in which they came together', async () => {
    const { one, other } = await both();
    const third = (await add('Third')).id;
    await merge(one, other, []);
    await merge(third, one, []);
    const inner = await server.database.as(member, (tx) =>
      sql<{ id: string }>`select id from asset_merge where kept_id = ${one} and undone_at is null`.execute(
        tx,
      ),
    );
    await assert.rejects(
      server.as(member)(plantApi.unmerge, { params: { id: inner.rows[0]!.id } }),
      refused(409, 'merged-on'),
    );
    await server.as(member)(plantApi.unmerge, { params: { id: (await page(third)).merges[0]!.id } });
    assert.deepEqual((await page(one)).addresses.toSorted(), ['10.0.0.1', '10.0.0.2']);
    // Of merges from before it was kept, nobody knows what they did to warnings.
    await server.owner.query('update asset_merge set warnings = null where id = $1', [inner.rows[0]!.id]);
    await server.as(member)(plantApi.unmerge, { params: { id: inner.rows[0]!.id } });
    assert.deepEqual((await page(one)).addresses, ['10.0.0.1']);
  });

  it('are proposed with the reason, until somebody says that they are two', async () => {
    const one = await add('Twin', { serial: 'SN-48 151', vendor: 'A' });
    const other = await add('Other name', { serial: 'sn48151' });
    const like = await add('Twin', { model: 'X' });
    const named = await add('twin', { model: 'x' });
    await add('Nobody', { serial: '0000' });
    await add('Nobody else', { serial: '0000' });
    const pairs = async () => {
      const { items } = await server.as(member)(plantApi.same);
      return Object.fromEntries(
        items.map((pair) => [
          [pair.one.id, pair.other.id].toSorted().join(),
          pair.because.map(({ code }) => code),
        ]),
      );
    };
    assert.deepEqual(await pairs(), {
      [[one.id, other.id].toSorted().join()]: ['same-serial'],
      [[like.id, named.id].toSorted().join()]: ['same-name'],
    });
    assert.deepEqual(
      (await page(other.id)).same.map((same) => same.other.id),
      [one.id],
    );
    await server.as(member)(plantApi.apart, { params: { id: one.id }, body: { other: other.id } });
    await merge(like.id, named.id, []);
    assert.deepEqual(await pairs(), {});
  });

  it('are looked for among thousands without holding each against each', { timeout: 15_000 }, async () => {
    const { organisation } = stranger;
    const body = { name: 'Works', sector: '', country: '', process: '' };
    const { id: works } = await server.as(stranger)(plantApi.addSite, { body });
    const many = 16_000;
    await server.owner.query(
      `insert into asset (id, owner_id, site_id, name, model)
       select gen_random_uuid(), $1, $2, '10.0.0.' || n % ${many - 1}, case when n % ${many - 1} = 1 then 'M' end
       from generate_series(1, ${many}) n`,
      [organisation, works],
    );
    await server.owner.query('analyze asset');
    const { items } = await server.as(stranger)(plantApi.same);
    assert.deepEqual(
      items.map(({ one, because }) => [one.name, because[0]!.code]),
      [['10.0.0.1', 'same-name']],
    );
  });

  it('one that was two is split by what sources say; the capture read again finds both', async () => {
    const [from, also] = [await capture(), await capture()];
    const seen = (firmware: string) =>
      device({ macs: ['02:00:00:00:00:09'], addresses: ['10.0.0.9'], facts: [fact('firmware', firmware)] });
    const [joined] = await taught(from, [{ ...seen('1.0'), lastSeen: TUESDAY }]);
    await server.as(member)(plantApi.accept, { body: { assets: [joined!] } });
    assert.deepEqual(await taught(also, [seen('9.9')]), [joined]);
    const made = await split(joined!, [also]);
    assert.deepEqual([made.firmware, made.state, (await page(joined!)).firmware], ['9.9', 'accepted', '1.0']);
    assert.deepEqual(await taught(also, [seen('9.10')]), [made.id]);
    assert.deepEqual([(await page(made.id)).firmware, (await page(joined!)).firmware], ['9.10', '1.0']);
    await assert.rejects(split(made.id, [also]), refused(400, 'everything-split'));
    await assert.rejects(split(made.id, [from]), refused(400, 'nothing-to-split'));
    assert.deepEqual((await page(made.id)).same, []);
  });

  it('are the business of their owner alone', async () => {
    const [one, other, theirs] = [await add('A 1'), await add('B 1'), await addAs(stranger, 'C 1')];
    const asStranger = server.as(stranger);
    for (const [kept, part] of [
      [one.id, other.id],
      [theirs.id, one.id],
      [one.id, theirs.id],
    ] as const)
      await assert.rejects(
        asStranger(plantApi.merge, { params: { id: kept }, body: { other: part, takes: [] } }),
        { status: 404 },
      );
    await assert.rejects(
      server.database.as(stranger, (tx) =>
        sql`update asset set state = 'merged', state_before = 'accepted', merged_into = ${one.id} where id = ${theirs.id}`.execute(
          tx,
        ),
      ),
      /foreign key/,
    );
    await merge(one.id, other.id, []);
    const id = (await page(one.id)).merges[0]!.id;
    await assert.rejects(asStranger(plantApi.unmerge, { params: { id } }), { status: 404 });
    await assert.rejects(merge(one.id, one.id, []), refused(400, 'same-asset'));
  });

  async function take(...documents: object[]) {
    const files = Object.fromEntries(documents.map((document, n) => [`${n}.json`, json(document)]));
    await server.house.imports.importStream(analyst, 'x.tar', bytes(await tar(files)));
  }

  const page = (id: string) => server.as(member)(plantApi.asset, { params: { id } });
  const add = (name: string, more: object = {}) =>
    server.as(member)(plantApi.addAsset, { body: { site, name, ...more } });
  const merge = (id: string, other: string, takes: FactField[]) =>
    server.as(member)(plantApi.merge, { params: { id }, body: { other, takes } });
  const split = (id: string, captures: string[]) =>
    server.as(member)(plantApi.split, { params: { id }, body: { captures, inventories: [] } });
  const warningsOf = async (asset: string) =>
    (await server.as(member)(warningApi.list, { query: { asset, open: 'true' } })).items;

  async function addAs(actor: Actor, name: string) {
    const { id } = await server.as(actor)(plantApi.addSite, {
      body: { name: 'Elsewhere', sector: '', country: '', process: '' },
    });
    return server.as(actor)(plantApi.addAsset, { body: { site: id, name } });
  }

  /** A site of its own with both devices, each seen in a capture. */
  async function both() {
    const body = { name: `Site ${crypto.randomUUID()}`, sector: '', country: '', process: '' };
    site = (await server.as(member)(plantApi.addSite, { body })).id;
    const captures = [await capture(), await capture()];
    const [one] = await taught(captures[0]!, [first]);
    const [other] = await taught(captures[1]!, [second]);
    assert.notEqual(one, other);
    return { one: one!, other: other!, captures };
  }

  async function capture(): Promise<string> {
    const { capture } = await server.as(member)(captureApi.begin, {
      body: { site, name: 'x.pcap', size: 1 },
    });
    return capture.id;
  }

  async function taught(capture: string, devices: Device[]): Promise<string[]> {
    const worker = onBehalfOf(member.organisation!, member.person, member.roles);
    const assets = await server.database.as(worker, (tx) =>
      server.house.plant.learn(tx, { owner: member.organisation!, site, capture, devices }),
    );
    return devices.map(({ id }) => assets.get(id)!);
  }
});

function fact(field: FactField, value: string, certainty: Certainty = 'stated'): Device['facts'][number] {
  return { field, value, certainty, protocol: 'test', count: 1 };
}

function device(told: Partial<Device>): Device {
  return {
    id: 'device',
    addresses: [],
    macs: [],
    vlans: [],
    names: [],
    facts: [],
    roles: [],
    level: 'unknown',
    protocols: [],
    firstSeen: MONDAY,
    lastSeen: MONDAY,
    packets: 1,
    bytes: 60,
    ...told,
  };
}
