import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  type Asset,
  auditApi,
  captureApi,
  type Certainty,
  type FactField,
  plantApi,
  type Refusal,
} from '@busbar/contract';
import { type Device, isPrivate, zoneOf } from '@busbar/dissect';
import { sql } from 'kysely';

import { type Actor, onBehalfOf } from '../../platform/actor.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { learn } from './plant-learning.ts';

const MONDAY = Date.parse('2026-03-02T08:00:00Z') * 1000;
const TUESDAY = MONDAY + 86_400_000_000;

describe('the plant', () => {
  let server: TestServer;
  let authoriser: Actor;
  let stranger: Actor;
  let site: string;
  before(async () => {
    server = await startTestServer();
    authoriser = await (await server.organisation('Nordwasser', 'operator')).person('MAD');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
    site = (await addSite(authoriser, 'Waterworks')).id;
  });
  after(() => server.close());

  describe('knows a device again', () => {
    it('by its MAC address, wherever it moves', async () => {
      const { first, second } = await seenTwice(
        device({ macs: [mac(1)], addresses: ['10.0.0.1'] }),
        device({ macs: [mac(1)], addresses: ['10.0.0.99'] }),
      );
      assert.equal(first.id, second.id);
      assert.deepEqual(second.addresses.toSorted(), ['10.0.0.1', '10.0.0.99']);
    });

    it('by its IP address where a capture shows no MAC address of it', async () => {
      const { first, second } = await seenTwice(
        device({ macs: [], addresses: ['10.0.1.1'] }),
        device({ macs: [mac(2)], addresses: ['10.0.1.1'] }),
      );
      assert.equal(first.id, second.id);
      assert.deepEqual(second.macs, [mac(2)]);
    });

    it('but not when another network card answers at its address', async () => {
      const { first, second } = await seenTwice(
        device({ macs: [mac(3)], addresses: ['10.0.2.1'] }),
        device({ macs: [mac(4)], addresses: ['10.0.2.1'] }),
      );
      assert.notEqual(first.id, second.id);
    });

    it('only within its site', async () => {
      const elsewhere = (await addSite(authoriser, 'Pumping station')).id;
      const here = device({ macs: [mac(5)], addresses: ['10.0.3.1'] });
      const [first] = await taught(await captureAt(site), [here]);
      const [second] = await taught(await captureAt(elsewhere), [here], elsewhere);
      assert.notEqual(first, second);
    });

    it('when it turns out to be two addresses of one device', async () => {
      const both = device({ id: 'a', macs: [mac(6), mac(7)], addresses: ['10.0.4.1'] });
      const [known] = await taught(await captureAt(site), [both]);
      const apart = [
        device({ id: 'b', macs: [mac(6)], addresses: [], packets: 3 }),
        device({ id: 'c', macs: [mac(7)], addresses: [], packets: 4 }),
      ];
      const capture = await captureAt(site);
      assert.deepEqual(await taught(capture, apart), [known, known]);
      const { captures } = await page(known!);
      assert.equal(captures.find(({ id }) => id === capture)?.packets, 7);
    });
  });

  describe('believes', () => {
    it('what was stated more than what was guessed', async () => {
      const asset = await once(
        fact('vendor', 'Siemens', 'guessed'),
        fact('vendor', 'Aurum Controls', 'stated'),
      );
      assert.equal(asset.vendor, 'Aurum Controls');
    });

    it('the later of two captures, whichever was sent first', async () => {
      const macs = [mac(20)];
      const late = device({ macs, lastSeen: TUESDAY, facts: [fact('firmware', '2.0', 'stated')] });
      const early = device({ macs, lastSeen: MONDAY, facts: [fact('firmware', '1.0', 'stated')] });
      const [id] = await taught(await captureAt(site), [late]);
      await taught(await captureAt(site), [early]);
      const { firmware, facts } = await page(id!);
      assert.equal(firmware, '2.0');
      assert.deepEqual(
        facts.filter(({ field }) => field === 'firmware').map(({ value, holds }) => [value, holds]),
        [
          ['2.0', true],
          ['1.0', false],
        ],
      );
    });

    it('a person over every capture, those to come included', async () => {
      const macs = [mac(21)];
      const [id] = await taught(await captureAt(site), [
        device({ macs, facts: [fact('vendor', 'Siemens', 'stated')] }),
      ]);
      const corrected = await correct(id!, { vendor: 'Fenix HMI', role: 'hmi' });
      assert.deepEqual([corrected.vendor, corrected.role, corrected.state], ['Fenix HMI', 'hmi', 'accepted']);
      await taught(await captureAt(site), [
        device({ macs, lastSeen: TUESDAY, facts: [fact('vendor', 'Siemens', 'stated')] }),
      ]);
      assert.equal((await page(id!)).vendor, 'Fenix HMI');
    });

    it('a person who says which addresses it has, over what was seen until then', async () => {
      const addresses = ['10.9.0.1', '10.9.0.2'];
      const [id] = await taught(await captureAt(site), [device({ macs: [mac(23)], addresses })]);
      const corrected = await correct(id!, {
        addresses: ['10.9.0.7/24', ' 10.9.0.7 '],
        slot: 'Rack 0, slot 2',
      });
      assert.deepEqual(
        [corrected.addresses, corrected.macs, corrected.slot],
        [['10.9.0.7'], [mac(23)], 'Rack 0, slot 2'],
      );
      const said = (await page(id!)).facts.filter(({ field }) => field === 'address');
      assert.deepEqual(
        said.map(({ value, holds, person }) => [value, holds, person]),
        [['10.9.0.7', true, authoriser.name]],
      );
      // What a capture shows later comes to them.
      const later = Date.now() * 1000 + 60_000_000;
      await taught(await captureAt(site), [
        device({ macs: [mac(23)], addresses: ['10.9.0.2'], lastSeen: later }),
      ]);
      assert.deepEqual((await page(id!)).addresses.toSorted(), ['10.9.0.2', '10.9.0.7']);
      assert.deepEqual((await correct(id!, { addresses: [] })).addresses, ['10.9.0.2']);
      for (const wrong of [{ addresses: ['10.9.0.300'] }, { macs: ['here'] }])
        await assert.rejects(correct(id!, wrong), { status: 400 });
    });

    it('a person who corrects an address, and knows the device again in captures from before that', async () => {
      const at = (id: string, address: string, more: Partial<Device> = {}) =>
        device({ id, addresses: [address], ...more });
      const capture = await captureAt(site);
      const [id] = await taught(capture, [at('a', '10.8.0.1')]);
      await correct(id!, { addresses: ['10.8.0.2'] });
      assert.deepEqual(await taught(capture, [at('a', '10.8.0.1')]), [id], 'the same capture, read again');
      assert.deepEqual(await taught(await captureAt(site), [at('b', '10.8.0.1')]), [id], 'another of then');
      assert.deepEqual((await page(id!)).addresses, ['10.8.0.2']);
      // Whoever is there since has the address; in what was recorded before, it is still the first.
      const later = Date.now() * 1000 + 60_000_000;
      const [next] = await taught(await captureAt(site), [at('c', '10.8.0.1', { lastSeen: later })]);
      assert.notEqual(next, id);
      assert.deepEqual(await taught(capture, [at('a', '10.8.0.1')]), [id]);
      assert.deepEqual(await taught(await captureAt(site), [at('d', '10.8.0.1', { lastSeen: later })]), [
        next,
      ]);
      const [moved] = await taught(capture, [device({ id: 'm', macs: [mac(24)] })]);
      await correct(moved!, { macs: [mac(25)] });
      assert.deepEqual(await taught(capture, [device({ id: 'm', macs: [mac(24)] })]), [moved]);
    });

    it('a person who says that nobody knows', async () => {
      const [id] = await taught(await captureAt(site), [
        device({ macs: [mac(22)], facts: [fact('vendor', 'Siemens', 'guessed')] }),
      ]);
      assert.equal((await correct(id!, { vendor: null })).vendor, null);
      const { facts } = await page(id!);
      const said = facts.find(({ source }) => source === 'person');
      assert.deepEqual([said?.value, said?.holds, said?.person], ['', true, authoriser.name]);
    });

    it('is as sure of an identity as of the weaker of vendor and product', async () => {
      const asset = await once(fact('vendor', 'Aurum', 'guessed'), fact('product', 'AC-300', 'stated'));
      assert.equal(asset.certainty, 'guessed');
    });

    it('no capture more than it can hold: hostile text is kept harmless', async () => {
      const asset = await once(
        fact('name', 'pump\u0000\ud800', 'stated'),
        fact('vendor', '<b>x</b>', 'stated'),
      );
      assert.deepEqual([asset.name, asset.vendor], ['pump\ufffd\ufffd', '<b>x</b>']);
    });
  });

  describe('when a capture is analysed again', () => {
    it('forgets what only the old analysis said', async () => {
      const capture = await captureAt(site);
      const [kept, gone] = await taught(capture, [
        device({ id: 'a', macs: [mac(30)], facts: [fact('serial', 'old', 'stated')] }),
        device({ id: 'b', macs: [mac(31)] }),
      ]);
      await taught(capture, [device({ id: 'a', macs: [mac(30)] })]);
      assert.equal((await page(kept!)).serial, null);
      await assert.rejects(page(gone!), { status: 404 });
    });
  });

  describe('is searched', () => {
    before(async () => {
      await taught(await captureAt(site), [
        device({
          id: 'a',
          macs: [mac(40)],
          addresses: ['172.16.9.1'],
          facts: [
            fact('name', 'Quarry PLC', 'stated'),
            fact('vendor', 'Zenith', 'stated'),
            fact('orderNumber', '6ES7 315-2EH14-0AB0', 'stated'),
          ],
        }),
        device({
          id: 'b',
          macs: [mac(41)],
          facts: [fact('name', '100%_sure', 'stated'), fact('vendor', 'Zenith', 'stated')],
        }),
      ]);
    });

    it('in all its words at once, in any case', async () => {
      assert.deepEqual(await names({ search: 'quarry ZENITH' }), ['Quarry PLC']);
      assert.deepEqual(await names({ search: '6es73152eh' }), ['Quarry PLC']);
      assert.deepEqual(await names({ search: '172.16.9' }), ['Quarry PLC']);
      assert.deepEqual(await names({ search: mac(40) }), ['Quarry PLC']);
    });

    it('with signs that mean nothing but themselves', async () => {
      assert.deepEqual(await names({ search: '100%_s' }), ['100%_sure']);
      assert.deepEqual(await names({ search: '%zen%' }), []);
      assert.deepEqual(await names({ search: `'; drop table asset; --` }), []);
    });

    it('by a piece of a word, long or short, in any script', async () => {
      await taught(await captureAt(site), [
        device({ id: 'a', macs: [mac(45)], facts: [fact('name', 'Насос охлаждения', 'stated')] }),
        device({ id: 'b', macs: [mac(46)], facts: [fact('name', '中央水泵站', 'stated')] }),
      ]);
      for (const search of ['НАСОС', 'хлажд', 'ос ох'])
        assert.deepEqual(await names({ search }), ['Насос охлаждения'], search);
      for (const search of ['水泵', '中央水泵站', '泵 央'])
        assert.deepEqual(await names({ search }), ['中央水泵站'], search);
      assert.deepEqual(await names({ search: '泵' }), ['中央水泵站']);
      assert.deepEqual(await names({ search: '泵水' }), []);
    });

    it('page by page, also by words that thousands have', async () => {
      const numbers = Array.from({ length: 4500 }, (_, n) => String(n + 1));
      await server.database.as(authoriser, (tx) =>
        sql`insert into asset (owner_id, site_id, name, search)
          select ${authoriser.organisation}, ${site}, 'Meter ' || lpad(n::text, 4, '0'), 'meter ' || n || case n % 2 when 0 then ' even' else '' end
          from generate_series(1, ${numbers.length}) n`.execute(tx),
      );
      // As the database does by itself, later than a test waits for.
      await server.owner.query('analyze asset');
      for (const [search, count] of [
        ['meter', numbers.length],
        ['even meter', numbers.length / 2],
        ['meter 44', numbers.filter((n) => n.includes('44')).length],
      ] as const) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const { items, next } = await list({ limit: 200, search, ...(after && { after }) });
          seen.push(...items.map(({ name }) => name));
          after = next ?? undefined;
        } while (after);
        assert.equal(new Set(seen).size, count, search);
        assert.deepEqual(seen, [...seen].sort(), search);
      }
      await server.database.as(authoriser, (tx) =>
        sql`delete from asset where search like 'meter %'`.execute(tx),
      );
    });

    for (const sort of ['name', 'vendor', 'role', 'lastSeen', 'warnings'] as const) {
      it(`page by page without gap or double, by ${sort}`, async () => {
        const whole = await list({ limit: 200, sort });
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const { items, next } = await list({ limit: 3, sort, ...(after && { after }) });
          seen.push(...items.map(({ id }) => id));
          after = next ?? undefined;
        } while (after);
        assert.deepEqual(
          seen,
          whole.items.map(({ id }) => id),
        );
        assert.equal(whole.total, seen.length);
      });
    }

    it('with a cursor of somebody else from the beginning', async () => {
      const { items } = await list({ limit: 1, after: 'nonsense' });
      assert.equal(items.length, 1);
    });
  });

  it('takes words of any length in any script, and finds a device by them', async () => {
    // No two characters alike, so that nothing can be packed together: 600 bytes each.
    const words = (from: number) =>
      String.fromCodePoint(...Array.from({ length: 200 }, (_, n) => 0x4e00 + from + 97 * n));
    const long = {
      name: `水水水${words(0).slice(3)}`,
      vendor: words(1),
      product: words(2),
      model: words(3),
      serial: words(4),
    };
    const { id } = await server.as(authoriser)(plantApi.addAsset, { body: { site, ...long } });
    const { items } = await server.as(authoriser)(plantApi.assets, { query: { search: '水水水' } });
    assert.deepEqual(
      items.map((asset) => asset.id),
      [id],
    );
  });

  it('grows by hand', async () => {
    const asset = await server.as(authoriser)(plantApi.addAsset, {
      body: { site, name: 'Old pump', address: '10.9.9.9', vendor: 'Aurum Controls' },
    });
    assert.deepEqual(
      [asset.name, asset.state, asset.addresses, asset.vendor],
      ['Old pump', 'accepted', ['10.9.9.9'], 'Aurum Controls'],
    );
    const [seen] = await taught(await captureAt(site), [
      device({ macs: [mac(50)], addresses: ['10.9.9.9'] }),
    ]);
    assert.equal(seen, asset.id);
  });

  it('grows by hand at a site and in a zone that are made for it, unless they are there or called nearly so', async () => {
    const add = (more: object) =>
      server.as(authoriser)(plantApi.addAsset, { body: { name: 'By hand', ...more } });
    const first = await add({ newSite: 'Klärwerk Süd', zone: 'Boiler house' });
    assert.deepEqual([first.site.name, first.zone?.name], ['Klärwerk Süd', 'Boiler house']);
    const again = await add({ newSite: 'klärwerk-süd', zone: 'BOILER HOUSE' });
    assert.deepEqual([again.site.id, again.zone?.id], [first.site.id, first.zone?.id]);
    const refusedAs = (code: string) => (error: Refusal) => error.status === 409 && error.told.code === code;
    await assert.rejects(add({ newSite: 'Klärwerk Sud' }), refusedAs('site-nearly-so'));
    await assert.rejects(add({ site: first.site.id, zone: 'Bioler house' }), refusedAs('zone-nearly-so'));
    assert.equal(
      (await add({ site: first.site.id, zone: 'Bioler house', anyway: true })).zone?.name,
      'Bioler house',
    );
    // A number is no slip of the hand.
    assert.equal((await add({ site: first.site.id, zone: 'Boiler house 2' })).zone?.name, 'Boiler house 2');
  });

  it('is accepted and dismissed by the dozen, with a line for it', async () => {
    const ids = await taught(
      await captureAt(site),
      [60, 61, 62].map((n) => device({ id: `${n}`, macs: [mac(n)] })),
    );
    const move = (route: typeof plantApi.accept, assets: string[]) =>
      server.as(authoriser)(route, { body: { assets } });
    assert.equal((await move(plantApi.accept, [...ids, crypto.randomUUID()])).changed, 3);
    assert.equal((await move(plantApi.accept, ids)).changed, 0);
    assert.equal((await move(plantApi.dismiss, ids)).changed, 3);
    const { items } = await server.as(authoriser)(auditApi.accesses, {
      query: { action: 'assets dismissed' },
    });
    assert.deepEqual((items[0]!.details['assets'] as string[]).toSorted(), ids.toSorted());
  });

  it('has a site of the name of its organisation only when one is needed', async () => {
    assert.deepEqual((await server.as(stranger)(plantApi.sites)).items, []);
    const found = await server.database.as(stranger, (tx) =>
      server.house.plant.siteFor(tx, stranger, undefined),
    );
    assert.equal(found.name, 'Elmira Grid');
  });

  it('has no two sites of one name', async () => {
    await assert.rejects(addSite(authoriser, 'waterworks'), { status: 409 });
  });

  it('has sites that get other names, and that go while nothing belongs to them', async () => {
    const { id } = await addSite(authoriser, 'Old works');
    const params = { id };
    const said = { name: 'New works', sector: 'water', country: 'DE', process: 'Lifts water' };
    const body = { ...said, revision: 1 };
    const call = server.as(authoriser);
    assert.deepEqual(await call(plantApi.changeSite, { params, body }), {
      id,
      ...said,
      revision: 2,
      assets: 0,
      captures: 0,
    });
    await assert.rejects(
      call(plantApi.changeSite, { params, body: { ...said, name: 'WATERWORKS', revision: 2 } }),
      refused(409, 'site-name-taken'),
    );
    await assert.rejects(
      call(plantApi.changeSite, { params, body: { ...body, process: 'Older words' } }),
      refused(409, 'changed-meanwhile'),
    );
    const theirs = server.as(stranger);
    await assert.rejects(theirs(plantApi.changeSite, { params, body }), { status: 404 });
    await assert.rejects(theirs(plantApi.removeSite, { params }), { status: 404 });
    await assert.rejects(call(plantApi.removeSite, { params: { id: site } }), refused(409, 'site-in-use'));
    const learn = `insert into site_baseline (owner_id, site_id, learnt) values ($1, $2, '{}')`;
    await server.owner.query(learn, [authoriser.organisation, id]);
    await assert.rejects(call(plantApi.removeSite, { params }), refused(409, 'site-in-use'));
    await server.owner.query('delete from site_baseline where site_id = $1', [id]);
    await call(plantApi.removeSite, { params });
    const { items } = await call(plantApi.sites);
    assert.deepEqual(
      items.map(({ name }) => name).filter((name) => /works/i.test(name)),
      ['Waterworks'],
    );
  });

  it('is described by the dozen: what is not said stays, and what was said before is kept', async () => {
    const ids = await taught(
      await captureAt(site),
      [80, 81].map((n) => device({ id: `${n}`, macs: [mac(n)] })),
    );
    const describe = (said: object) =>
      server.as(authoriser)(plantApi.describe, { body: { assets: [...ids, crypto.randomUUID()], ...said } });
    assert.equal((await describe({ role: 'hmi', level: 'supervision' })).changed, 2);
    assert.equal((await describe({ criticality: 'high' })).changed, 2);
    for (const id of ids) {
      const asset = await page(id);
      assert.deepEqual(
        [asset.role, asset.level, asset.criticality, asset.state],
        ['hmi', 'supervision', 'high', 'proposed'],
      );
      assert.deepEqual(
        asset.facts
          .filter(({ source }) => source === 'person')
          .map(({ field }) => field)
          .toSorted(),
        ['criticality', 'level', 'role'],
      );
    }
    const theirs = { body: { assets: ids, role: 'controller' } } as const;
    assert.equal((await server.as(stranger)(plantApi.describe, theirs)).changed, 0);
    assert.equal((await page(ids[0]!)).role, 'hmi');
  });

  it('says who sees it', async () => {
    const { visibility } = await server.as(authoriser)(plantApi.summary);
    assert.deepEqual([visibility.owner, visibility.people, visibility.scope], ['Nordwasser', 1, 'org']);
  });

  describe('is its owner’s alone', () => {
    it('nothing of it is there for another', async () => {
      const [id] = await taught(await captureAt(site), [device({ macs: [mac(70)] })]);
      assert.deepEqual((await server.as(stranger)(plantApi.assets)).items, []);
      const theirs = server.as(stranger);
      await assert.rejects(theirs(plantApi.asset, { params: { id: id! } }), { status: 404 });
      await assert.rejects(theirs(plantApi.correct, { params: { id: id! }, body: { name: 'x' } }), {
        status: 404,
      });
      assert.equal((await theirs(plantApi.dismiss, { body: { assets: [id!] } })).changed, 0);
      await assert.rejects(theirs(plantApi.addAsset, { body: { site, name: 'x' } }), { status: 404 });
      assert.equal((await page(id!)).state, 'proposed');
    });

    it('not even its ids are found by words', async () => {
      const [id] = await taught(await captureAt(site), [
        device({ macs: [mac(73)], facts: [fact('name', 'Secret kiln', 'stated')] }),
      ]);
      const found = async (actor: Actor) =>
        (await server.database.as(actor, (tx) => sql`select assets_with('{kil,iln}', 9) as id`.execute(tx)))
          .rows;
      assert.deepEqual(await found(authoriser), [{ id }]);
      assert.deepEqual(await found(stranger), []);
      assert.deepEqual(await found({ ...authoriser, roles: ['ADM'] }), []);
    });

    it('no row can point at the row of another', async () => {
      const [id] = await taught(await captureAt(site), [device({ macs: [mac(71)] })]);
      await assert.rejects(
        server.database.as(stranger, (tx) =>
          sql`insert into asset_address (owner_id, site_id, address, asset_id)
            values (${stranger.organisation}, ${site}, 'x', ${id})`.execute(tx),
        ),
        /foreign key/,
      );
    });

    it('analysts and administrators of the CERT see nothing of it', async () => {
      const cert = await server.organisation('CERT', 'cert');
      await taught(await captureAt(site), [device({ macs: [mac(72)] })]);
      const analyst = await cert.person('ANA');
      assert.deepEqual((await server.as(analyst)(plantApi.assets)).items, []);
      await assert.rejects(server.as(await cert.person('ADM'))(plantApi.assets), { status: 403 });
    });
  });

  describe('has zones', () => {
    it('named after the VLAN, else the network', () => {
      assert.equal(zoneOf({ vlans: [10], addresses: ['10.1.2.3'] }), 'VLAN 10');
      assert.equal(zoneOf({ vlans: [], addresses: ['fe80::1', '10.1.2.3'] }), '10.1.2.0/24');
      assert.equal(zoneOf({ vlans: [], addresses: ['8.8.8.8'] }), 'Internet');
      assert.equal(zoneOf({ vlans: [], addresses: [] }), '');
    });

    it('and knows which addresses leave the plant', () => {
      for (const inside of [
        '10.0.0.1',
        '172.31.0.1',
        '192.168.0.1',
        'fe80::1',
        'fd00::1',
        '02:00:00:00:00:01',
        '239.1.1.1',
      ])
        assert.equal(isPrivate(inside), true, inside);
      for (const outside of ['8.8.8.8', '172.32.0.1', '2001:db8::1'])
        assert.equal(isPrivate(outside), false, outside);
    });
  });

  const addSite = (actor: Actor, name: string) =>
    server.as(actor)(plantApi.addSite, { body: { name, sector: '', country: '', process: '' } });
  const page = (id: string) => server.as(authoriser)(plantApi.asset, { params: { id } });
  const correct = (id: string, body: object) =>
    server.as(authoriser)(plantApi.correct, { params: { id }, body });
  const list = (query: object) => server.as(authoriser)(plantApi.assets, { query });
  const names = async (query: object) => (await list(query)).items.map(({ name }) => name);

  /** What one device with these facts comes to. */
  async function once(...facts: Device['facts'][number][]): Promise<Asset> {
    const [id] = await taught(await captureAt(site), [device({ macs: [mac(++cards)], facts })]);
    return page(id!);
  }

  async function seenTwice(one: Device, other: Device) {
    const [first] = await taught(await captureAt(site), [one]);
    const [second] = await taught(await captureAt(site), [other]);
    return { first: await page(first!), second: await page(second!) };
  }

  async function taught(capture: string, devices: Device[], at = site): Promise<string[]> {
    const worker = onBehalfOf(authoriser.organisation!, authoriser.person, authoriser.roles);
    const { assets } = await server.database.as(worker, (tx) =>
      learn(tx, { owner: authoriser.organisation!, site: at, capture, devices }),
    );
    return devices.map(({ id }) => assets.get(id)!);
  }

  /** A capture of which nothing has arrived: enough to have been seen in. */
  async function captureAt(at: string): Promise<string> {
    const { capture } = await server.as(authoriser)(captureApi.begin, {
      body: { site: at, name: 'x.pcap', size: 1 },
    });
    return capture.id;
  }
});

let cards = 1000;

function mac(n: number): string {
  return `02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 0xff).toString(16).padStart(2, '0')}`;
}

function fact(field: FactField, value: string, certainty: Certainty): Device['facts'][number] {
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
