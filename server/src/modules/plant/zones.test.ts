import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { captureApi, plantApi, type Level, type NewZone, zoneApi } from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor } from '../../platform/actor.ts';
import { insertMany } from '../../platform/bulk.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { type Candidate, proposeZones } from './zone-proposals.ts';

const MONDAY = '2026-03-02T08:00:00Z';
const blank: Omit<NewZone, 'kind' | 'name'> = {
  level: 'unknown',
  safetyImpact: null,
  exposure: null,
  slTarget: null,
  slAchieved: null,
  protocols: [],
  outside: false,
  note: '',
  connects: [],
};

describe('zones and conduits', () => {
  let server: TestServer;
  let authoriser: Actor;
  let stranger: Actor;
  let call: ReturnType<TestServer['as']>;
  before(async () => {
    server = await startTestServer();
    authoriser = await (await server.organisation('Nordwasser', 'operator')).person('MAD');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
    call = server.as(authoriser);
  });
  after(() => server.close());

  describe('are proposed', () => {
    it('by network and level, safety apart, and who tells no level goes with those he talks to', () => {
      const one = (id: string, level: Level, network: string, role: Candidate['role'] = 'controller') => ({
        id,
        level,
        network,
        role,
      });
      const devices = [
        one('plc', 'control', '10.0.1.0/24'),
        one('io', 'field', '10.0.1.0/24', 'io'),
        one('panel', 'supervision', '10.0.1.0/24', 'hmi'),
        one('sis', 'control', '10.0.1.0/24', 'safety'),
        one('switch', 'unknown', '10.0.1.0/24', 'switch'),
        one('silent', 'unknown', '10.0.1.0/24', 'unknown'),
        one('bus', 'field', '', 'drive'),
        one('nobody', 'unknown', '', 'unknown'),
        one('office', 'enterprise', '10.0.9.0/24', 'workstation'),
      ];
      const talk = (from: string, to: string, packets: number) => ({
        from,
        to,
        packets,
        protocol: 'x',
        last: new Date(0),
      });
      const groups = proposeZones(devices, [
        talk('switch', 'panel', 9),
        talk('switch', 'plc', 3),
        talk('plc', 'bus', 1),
      ]);
      assert.deepEqual(
        groups.map(({ proposal, devices }) => [proposal, [...devices].sort()]),
        [
          ['enterprise 10.0.9.0/24', ['office']],
          ['operations 10.0.1.0/24', ['panel', 'switch']],
          ['control 10.0.1.0/24', ['bus', 'io', 'plc', 'silent']],
          ['safety 10.0.1.0/24', ['sis']],
        ],
      );
      assert.deepEqual(
        groups[2]!.reasons.map(({ code }) => code),
        ['network', 'levels', 'company'],
      );
    });

    it('and what a person decided stays decided, whatever comes later', async () => {
      const site = await plant('Works 1');
      const [plc, hmi, pump] = await devices(site, [
        ['10.1.1.1', 'control'],
        ['10.1.2.1', 'supervision'],
        ['10.1.3.1', 'control'],
      ]);
      const { proposals } = await plan(site);
      assert.deepEqual(
        proposals.map(({ proposal }) => proposal),
        ['operations 10.1.2.0/24', 'control 10.1.1.0/24', 'control 10.1.3.0/24'],
      );
      const done = await decide(site, {
        accept: [{ proposal: 'control 10.1.1.0/24', name: 'Kiln' }],
        dismiss: ['control 10.1.3.0/24'],
      });
      assert.deepEqual(done, { accepted: 1, dismissed: 1, placed: 1 });
      assert.deepEqual((await page(plc!)).zone?.name, 'Kiln');
      await place(hmi!, null);

      await devices(site, [
        ['10.1.1.2', 'control'],
        ['10.1.3.2', 'control'],
      ]);
      const later = await plan(site);
      assert.deepEqual(
        later.proposals.map(({ proposal, joins, devices: count }) => [proposal, joins?.name, count]),
        [['control 10.1.1.0/24', 'Kiln', 1]],
      );
      assert.equal((await page(pump!)).zone, null);
      // Whoever decides on what is no longer there is told.
      await assert.rejects(decide(site, { dismiss: ['control 10.1.3.0/24'] }), refused(409, 'proposal-gone'));
    });
  });

  describe('when devices talk across', () => {
    let site: string;
    let [plc, hmi, remote] = ['', '', ''];
    let kiln = '';
    let room = '';
    before(async () => {
      site = await plant('Works 2');
      [plc, hmi, remote] = (await devices(site, [
        ['10.2.1.1', 'control'],
        ['10.2.2.1', 'supervision'],
        ['203.0.113.7', 'unknown'],
      ])) as [string, string, string];
      kiln = (await add(site, { kind: 'zone', name: 'Kiln', level: 'control' })).id;
      room = (await add(site, { kind: 'zone', name: 'Room', level: 'supervision' })).id;
      await place(plc, kiln);
      await place(hmi, room);
      await talked(site, [
        [hmi, plc, 'modbus', 20],
        [remote, plc, 'ftp', 5],
        [remote, hmi, 'ftp', 1],
      ]);
    });

    it('what no conduit allows is unexpected; all that leaves the plant is one', async () => {
      const { unexpected } = await plan(site);
      assert.deepEqual(
        unexpected.map(({ outside, zones, protocols, packets, devices: count, reasons }) => [
          outside,
          zones.map(({ name }) => name).sort(),
          protocols,
          packets,
          count,
          reasons.map(({ code }) => code),
        ]),
        [
          [true, ['Kiln', 'Room'], ['ftp'], 6, 3, ['outside', 'conduit']],
          [false, ['Kiln', 'Room'], ['modbus'], 20, 2, ['conduit']],
        ],
      );
      const { talks } = await call(zoneApi.crossing, {
        params: { id: site },
        query: { proposal: unexpected[0]!.proposal },
      });
      assert.deepEqual(
        talks.map(({ from, to, capture, packets }) => [from.asset, to.asset, capture.name, packets]),
        [
          [remote, plc, 'x.pcap', 5],
          [remote, hmi, 'x.pcap', 1],
        ],
      );
      const { lines } = await call(zoneApi.drawing, { params: { id: site } });
      assert.equal(lines.filter((line) => line.unexpected).length, 3);
    });

    it('an accepted one is expected from then on, but for its protocols only', async () => {
      const between = (await plan(site)).unexpected.find(({ outside }) => !outside)!;
      await decide(site, { accept: [{ proposal: between.proposal, name: 'C1' }] });
      assert.equal((await plan(site)).unexpected.filter(({ outside }) => !outside).length, 0);
      await talked(site, [[hmi, plc, 'ssh', 3]]);
      const [more] = (await plan(site)).unexpected.filter(({ outside }) => !outside);
      assert.deepEqual(
        [more!.conduit?.name, more!.protocols, more!.reasons.map(({ code }) => code)],
        ['C1', ['ssh'], ['protocol']],
      );
      await decide(site, { accept: [{ proposal: more!.proposal }] });
      const { conduits, unexpected } = await plan(site);
      assert.deepEqual(conduits.find(({ name }) => name === 'C1')!.protocols, ['modbus', 'ssh']);
      assert.deepEqual(
        unexpected.map(({ outside }) => outside),
        [true],
      );
      const { talks } = await call(zoneApi.zone, {
        params: { id: conduits.find(({ name }) => name === 'C1')!.id },
      });
      assert.equal(talks.length, 2);
    });

    it('a dismissed one must not be: it is still shown, as unwanted, until something new passes', async () => {
      const way = async () => (await plan(site)).unexpected.find(({ outside }) => outside)!;
      await decide(site, { dismiss: [(await way()).proposal] });
      assert.equal((await way()).unwanted, true);
      await talked(site, [[remote, plc, 'telnet', 2]]);
      assert.equal((await way()).unwanted, false);
      await decide(site, { dismiss: [(await way()).proposal] });
      assert.equal((await way()).unwanted, true);
      assert.equal((await plan(site)).conduits.filter(({ state }) => state === 'dismissed').length, 1);
    });

    it('a dismissed zone counts for nothing, and comes back with its devices', async () => {
      await correct(room, { state: 'dismissed' });
      assert.deepEqual([(await page(hmi)).zone, (await plan(site)).unplaced], [null, 2]);
      const zones = await server.database.as(authoriser, (tx) => server.house.plant.zonesOf(tx, [plc, hmi]));
      assert.deepEqual([...zones.keys()], [plc]);
      await correct(room, { state: 'accepted', safetyImpact: 'critical', exposure: 'open' });
      const back = await server.database.as(authoriser, (tx) => server.house.plant.zonesOf(tx, [hmi]));
      assert.deepEqual(back.get(hmi), { id: room, name: 'Room', safetyImpact: 'critical', exposure: 'open' });
    });

    it('joins zones, and leads somewhere', async () => {
      await assert.rejects(
        add(site, { kind: 'conduit', name: 'C9', connects: [kiln] }),
        refused(400, 'conduit-to-nowhere'),
      );
      const elsewhere = await plant('Works 3');
      await assert.rejects(add(elsewhere, { kind: 'conduit', name: 'C9', connects: [kiln, room] }), {
        status: 404,
      });
      const { id } = await add(site, { kind: 'conduit', name: 'C9', connects: [kiln], outside: true });
      await assert.rejects(add(site, { kind: 'conduit', name: 'C10', connects: [kiln, id] }), {
        status: 404,
      });
      await assert.rejects(correct(id, { outside: false }), refused(400, 'conduit-to-nowhere'));
    });
  });

  it('are placed in many at once, and the answer undoes it to the letter', async () => {
    const site = await plant('Works 4');
    const [one, two, three] = await devices(site, [
      ['10.4.1.1', 'control'],
      ['10.4.1.2', 'control'],
      ['10.4.1.3', 'control'],
    ]);
    const { id: kiln } = await add(site, { kind: 'zone', name: 'Kiln' });
    const { id: mill } = await add(site, { kind: 'zone', name: 'Mill' });
    await place(one!, kiln);
    await place(two!, null);
    const { changed, undo } = await call(zoneApi.place, {
      body: { places: [{ assets: [one!, two!, three!], zone: mill }] },
    });
    assert.equal(changed, 3);
    assert.deepEqual(
      (await call(plantApi.assets, { query: { zone: mill } })).items.map(({ zone }) => zone?.name),
      ['Mill', 'Mill', 'Mill'],
    );
    await call(zoneApi.place, { body: { places: undo } });
    assert.deepEqual([(await page(one!)).zone?.name, (await page(two!)).zone], ['Kiln', null]);
    assert.equal((await call(plantApi.assets, { query: { zone: 'none', site } })).items.length, 2);
    // Nobody had decided on the third, so that it is proposed again; of the second somebody had said: nowhere.
    assert.deepEqual(
      (await plan(site)).proposals.map(({ devices: count }) => count),
      [1],
    );
    const elsewhere = await plant('Works 5');
    const { id: far } = await add(elsewhere, { kind: 'zone', name: 'Far' });
    await assert.rejects(place(one!, far), refused(409, 'zone-of-another-site'));
  });

  it('hold two devices that became one once, where somebody had put either', async () => {
    const site = await plant('Works 9');
    const [part, kept] = await devices(site, [
      ['10.9.1.1', 'control'],
      ['10.9.1.2', 'control'],
    ]);
    const { id: kiln } = await add(site, { kind: 'zone', name: 'Kiln' });
    await place(part!, kiln);
    await call(plantApi.merge, { params: { id: kept! }, body: { other: part!, takes: [] } });
    const { zones, unplaced, proposals } = await plan(site);
    assert.deepEqual([zones[0]!.devices, unplaced, proposals], [1, 0, []]);
    assert.equal((await page(kept!)).zone?.name, 'Kiln');
    const { devices: drawn } = await call(zoneApi.drawing, { params: { id: site } });
    assert.deepEqual(
      drawn.map(({ id }) => id),
      [kept],
    );
    // Two again, the one stands where it stood, and the other nowhere and to be decided on.
    const undo = async () => call(plantApi.unmerge, { params: { id: (await page(kept!)).merges[0]!.id } });
    await undo();
    assert.deepEqual([(await page(part!)).zone?.name, (await page(kept!)).zone], ['Kiln', null]);
    assert.equal((await plan(site)).proposals[0]!.devices, 1);
    // But where somebody has put it since.
    await call(plantApi.merge, { params: { id: kept! }, body: { other: part!, takes: [] } });
    await place(kept!, (await add(site, { kind: 'zone', name: 'Mill' })).id);
    await undo();
    assert.equal((await page(kept!)).zone?.name, 'Mill');
  });

  it('keep the place a person gave them on the drawing, and give it up', async () => {
    const site = await plant('Works 6');
    const { id } = await add(site, { kind: 'zone', name: 'Kiln' });
    const arrange = (at: { x: number; y: number } | null) =>
      call(zoneApi.arrange, { params: { id: site }, body: { places: [{ zone: id, at }] } });
    await arrange({ x: 40, y: -7 });
    assert.deepEqual((await plan(site)).zones[0]!.place, { x: 40, y: -7 });
    await arrange(null);
    assert.equal((await plan(site)).zones[0]!.place, null);
  });

  it('have names of their own on a site', async () => {
    const site = await plant('Works 7');
    const { id } = await add(site, { kind: 'zone', name: 'Kiln' });
    await assert.rejects(add(site, { kind: 'zone', name: 'KILN' }), refused(409, 'zone-name-taken'));
    await correct(id, { state: 'dismissed' });
    await add(site, { kind: 'zone', name: 'kiln' });
    await assert.rejects(correct(id, { state: 'accepted' }), refused(409, 'zone-name-taken'));
  });

  it('are their owner’s alone: no page, no list, and no key tells of them', async () => {
    const site = await plant('Works 8');
    const [asset] = await devices(site, [['10.8.1.1', 'control']]);
    const { id } = await add(site, { kind: 'zone', name: 'Kiln' });
    const other = server.as(stranger);
    await assert.rejects(other(zoneApi.plan, { params: { id: site } }), { status: 404 });
    await assert.rejects(other(zoneApi.zone, { params: { id } }), { status: 404 });
    await assert.rejects(other(zoneApi.place, { body: { places: [{ assets: [asset!], zone: id }] } }), {
      status: 404,
    });
    const mine = (
      await other(plantApi.addSite, { body: { name: 'Mine', sector: '', country: '', process: '' } })
    ).id;
    const insert = (statement: ReturnType<typeof sql>) =>
      server.database.as(stranger, (tx) => statement.execute(tx));
    await assert.rejects(
      insert(
        sql`insert into zone (owner_id, site_id, kind, name) values (${stranger.organisation}, ${site}, 'zone', 'x')`,
      ),
      /foreign key/,
    );
    await assert.rejects(
      insert(sql`insert into conduit_end (owner_id, site_id, conduit_id, zone_id)
        values (${stranger.organisation}, ${mine}, ${id}, ${id})`),
      /foreign key/,
    );
    await assert.rejects(
      insert(
        sql`insert into zone (owner_id, site_id, kind, name) values (${authoriser.organisation}, ${site}, 'zone', 'x')`,
      ),
      /row-level security/,
    );
    const { rows } = (await insert(sql`select from zone`)) as { rows: unknown[] };
    assert.equal(rows.length, 0);
  });

  const plan = (id: string) => call(zoneApi.plan, { params: { id } });
  const page = (id: string) => call(plantApi.asset, { params: { id } });
  const decide = (id: string, body: { accept?: { proposal: string; name?: string }[]; dismiss?: string[] }) =>
    call(zoneApi.decide, { params: { id }, body: { accept: [], dismiss: [], ...body } });
  const add = (id: string, body: Pick<NewZone, 'kind' | 'name'> & Partial<NewZone>) =>
    call(zoneApi.add, { params: { id }, body: { ...blank, ...body } });
  const correct = (id: string, body: object) => call(zoneApi.correct, { params: { id }, body });
  const place = (asset: string, zone: string | null) =>
    call(zoneApi.place, { body: { places: [{ assets: [asset], zone }] } });
  const plant = async (name: string) =>
    (await call(plantApi.addSite, { body: { name, sector: '', country: '', process: '' } })).id;

  async function devices(site: string, all: readonly (readonly [string, Level])[]): Promise<string[]> {
    const ids: string[] = [];
    for (const [address, level] of all)
      ids.push((await call(plantApi.addAsset, { body: { site, name: address, address, level } })).id);
    return ids;
  }

  /** A capture of a site that shows these devices talking. */
  async function talked(
    site: string,
    talks: readonly (readonly [string, string, string, number])[],
  ): Promise<void> {
    const { capture } = await call(captureApi.begin, { body: { site, name: 'x.pcap', size: 1 } });
    await server.database.as(authoriser, (tx) =>
      insertMany(
        tx,
        'capture_conversation',
        talks.map(([from, to, protocol, packets]) => ({
          id: crypto.randomUUID(),
          owner_id: authoriser.organisation!,
          capture_id: capture.id,
          from_asset: from,
          from_address: 'a',
          to_asset: to,
          to_address: 'b',
          protocol,
          transport: 'tcp',
          packets,
          bytes: 1,
          messages: 1,
          first_seen: MONDAY,
          last_seen: MONDAY,
        })),
      ),
    );
  }
});
