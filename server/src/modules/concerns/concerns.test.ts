import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  caseApi,
  caseConcernApi,
  consentApi,
  guestApi,
  IncidentReport,
  plantApi,
  timelineApi,
} from '@busbar/contract';

import { type Actor, holderOf } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { closeCase, fallDue } from '../../testing/purge.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('what a case is about in a plant', () => {
  let server: TestServer;
  let analyst: Actor;
  let colleague: Actor;
  let lead: Actor;
  let member: Actor;
  let authoriser: Actor;
  let stranger: Actor;
  let vendor: Actor;
  let site: string;
  let pump: string;
  let panel: string;
  let id: string;

  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT Nord', 'cert');
    [analyst, colleague, lead] = [
      await cert.person('ANA'),
      await cert.person('ANA'),
      await cert.person('LEAD'),
    ];
    const plant = await server.organisation('Nordwasser', 'operator');
    [member, authoriser] = [await plant.person('MEM'), await plant.person('MAD')];
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    vendor = await (await server.organisation('Fenix HMI', 'vendor')).person('VEN');
    await server.house.imports.importStream(analyst, 'x.tar', bytes(await tar({ '0.json': json(csaf()) })));
    const as = server.as(authoriser);
    site = (
      await as(plantApi.addSite, { body: { name: 'Waterworks', sector: '', country: '', process: '' } })
    ).id;
    const device = async (name: string, more: object = {}) =>
      (await as(plantApi.addAsset, { body: { site, name, ...more } })).id;
    pump = await device('Pump PLC', {
      vendor: 'Nordbruk',
      product: 'PX 200',
      firmware: '2.3.9',
      role: 'controller',
      criticality: 'high',
    });
    panel = await device('Panel 7', { role: 'hmi' });
    id = await report(member);
  });
  after(() => server.close());

  it('is a site and devices of the plant it came from, with what is known of them', async () => {
    const found = await server.as(member)(caseConcernApi.candidates, {
      params: { id },
      query: { search: 'px 200' },
    });
    assert.deepEqual(
      [found.sites, found.devices.map(({ name, warnings }) => [name, warnings]), found.more],
      [[], [['Pump PLC', 1]], false],
    );
    await name(member, { site });
    const key = 'k'.repeat(24);
    const first = await name(member, { device: pump, key });
    assert.equal((await name(member, { device: pump, key })).id, first.id);
    assert.equal((await name(authoriser, { device: pump })).id, first.id);
    const { items, plant, parts } = await list(member);
    assert.deepEqual(
      items.map(({ kind, name: called, by }) => [kind, called, by]),
      [
        ['site', 'Waterworks', member.name],
        ['device', 'Pump PLC', member.name],
      ],
    );
    const { role, criticality, firmware, warnings } = items[1]!.device!;
    assert.deepEqual([role, criticality, firmware, warnings], ['controller', 'high', '2.3.9', 1]);
    assert.deepEqual([plant, parts], [member.organisation, ['devices', 'warnings', 'shares', 'packets']]);
    const of = (actor: Actor, device: string, more: object = {}) =>
      server.as(actor)(caseConcernApi.ofDevice, { params: { id: device }, query: more });
    assert.deepEqual(
      (await of(member, pump)).items.map((one) => one.id),
      [id],
    );
    assert.deepEqual((await of(member, panel)).items, []);
    await assert.rejects(of(stranger, pump), refused(404, 'not-found'));
    await assert.rejects(of(analyst, pump, { plant: member.organisation! }), refused(404, 'not-found'));
  });

  it('is a name to the team, and no more, until its inventory is open to the team', async () => {
    const told = await list(analyst);
    assert.deepEqual(
      told.items.map(({ name: called, device, site: place, by }) => [called, device, place, by]),
      [
        ['Waterworks', null, null, member.name],
        ['Pump PLC', null, null, member.name],
      ],
    );
    assert.deepEqual([told.plant, told.parts], [null, []]);
    await assert.rejects(
      server.as(analyst)(caseConcernApi.candidates, { params: { id } }),
      refused(403, 'inventory-closed'),
    );
    await assert.rejects(name(analyst, { device: panel }), refused(403, 'inventory-closed'));
    const words = await name(analyst, { words: 'The modem in the old pump house' });
    assert.deepEqual((await list(member)).items.at(-1), { ...words, by: null });

    const seen = await server.as(member)(timelineApi.note, {
      params: { id },
      body: { kind: 'note', precision: 'minute', what: 'It stopped', assets: [pump] },
    });
    const row = { id, observation: seen.id };
    const drawn = await server.as(analyst)(timelineApi.mark, { params: row, body: {} });
    assert.deepEqual(drawn.assets, []);

    await server.as(analyst)(caseApi.bring, { params: { id }, body: { person: colleague.person! } });

    const consent = await server.as(authoriser)(consentApi.give, {
      body: { purpose: 'This case', caseRef: '', warnings: false, shares: false, packets: false, days: 5 },
    });
    // A page that was drawn before takes away nothing that it could not show; nor does one what a colleague added since.
    const marks = async (actor: Actor, add: string[], remove: string[], revision?: number) => {
      const body = { assets: { add, remove }, ...(revision !== undefined && { revision }) };
      const { assets } = await server.as(actor)(timelineApi.mark, { params: row, body });
      return assets.map(({ name: called }) => called).toSorted();
    };
    assert.deepEqual(await marks(analyst, [], [], drawn.revision), ['Pump PLC']);
    assert.deepEqual(await marks(colleague, [panel], []), ['Panel 7', 'Pump PLC']);
    assert.deepEqual(await marks(analyst, [], [pump]), ['Panel 7']);
    assert.deepEqual(await marks(analyst, [pump, panel], []), ['Panel 7', 'Pump PLC']);
    await name(analyst, { device: panel });
    const opened = await list(analyst);
    assert.deepEqual(
      [
        opened.plant,
        opened.parts,
        opened.items.map(({ device }) => device && [device.name, device.warnings]),
      ],
      [member.organisation, ['devices'], [null, ['Panel 7', null], ['Pump PLC', null], null]],
    );
    assert.deepEqual(
      (
        await server.as(analyst)(caseConcernApi.ofDevice, {
          params: { id: pump },
          query: { plant: member.organisation! },
        })
      ).items.map((one) => one.id),
      [id],
    );
    await server.as(authoriser)(consentApi.answer, { params: { id: consent.id }, body: { to: 'withdrawn' } });
    assert.deepEqual(await marks(analyst, [pump, panel], []), []);
    assert.equal(
      (await server.as(member)(timelineApi.list, { params: { id }, query: { search: 'stopped' } })).items[0]!
        .assets.length,
      2,
    );
    assert.deepEqual(
      (await list(analyst)).items.map(({ device }) => device),
      [null, null, null, null],
    );
    const accesses = await server.as(authoriser)(consentApi.accesses, {});
    assert.ok(accesses.items.some(({ action }) => action === 'concerns of case read'));
  });

  it('is nothing to others, to guests and to the holder of words, and nobody names what he may not', async () => {
    await assert.rejects(list(stranger), refused(404, 'not-found'));
    await assert.rejects(list(lead), refused(409, 'case-not-joined'));
    await asGuest(vendor);
    assert.deepEqual(await list(vendor), { items: [], told: [], plant: null, parts: [] });
    await assert.rejects(name(vendor, { words: 'x' }), refused(403, 'role-not-allowed'));
    await assert.rejects(name(stranger, { words: 'x' }), refused(404, 'not-found'));
    for (const device of [crypto.randomUUID(), await deviceOf(stranger)])
      await assert.rejects(name(member, { device }), refused(404, 'not-found'));
    await assert.rejects(name(member, { words: 'x', site }), refused(400, 'not-understood'));
    await assert.rejects(name(member, { words: 'x\u202ey' }), refused(400, 'not-understood'));

    const open = await report(null);
    const holder = holderOf(open);
    await name(analyst, { words: 'Pump house' }, open);
    assert.deepEqual((await list(holder, open)).items, []);
    assert.deepEqual(
      (await list(analyst, open)).items.map((one) => one.name),
      ['Pump house'],
    );
    await assert.rejects(name(holder, { words: 'x' }, open), refused(403, 'concerns-not-yours'));
    // The database says so itself.
    const rows = await Promise.all(
      [stranger, lead, vendor, holder].map((actor) =>
        server.database.as(actor, (tx) => tx.selectFrom('case_concern').select('id').execute()),
      ),
    );
    assert.deepEqual(rows, [[], [], [], []]);
    const named = (actor: Actor, added_as: 'cert' | 'member', changes: object = {}) =>
      server.database.as(actor, (tx) =>
        tx
          .insertInto('case_concern')
          .values({
            id: crypto.randomUUID(),
            case_id: id,
            kind: 'device',
            owner_id: member.organisation,
            site_id: null,
            asset_id: spare,
            sealed: Buffer.from('x'),
            person_id: actor.person ?? analyst.person!,
            person_name: actor.name,
            added_as,
            ...changes,
          })
          .execute(),
      );
    const spare = (
      await server.as(authoriser)(plantApi.addAsset, { body: { site, name: 'Panel 8', role: 'hmi' } })
    ).id;
    const inWords = { kind: 'words', owner_id: null, asset_id: null } as const;
    for (const forged of [
      [analyst, 'cert'],
      [stranger, 'member', inWords],
      [lead, 'cert', inWords],
      [vendor, 'member', inWords],
      [holder, 'member', { ...inWords, case_id: open }],
      [member, 'cert', inWords],
      [member, 'member', { ...inWords, person_id: analyst.person }],
    ] as const)
      await assert.rejects(named(forged[0], forged[1], forged[2]), /row-level security/);
    await named(member, 'member');
    const gone = await Promise.all(
      [stranger, lead, vendor].map((actor) =>
        server.database.as(actor, (tx) => tx.deleteFrom('case_concern').returning('id').execute()),
      ),
    );
    assert.deepEqual(gone, [[], [], []]);
  });

  it('is proposed by the timeline, by the device that was seen and is not named yet', async () => {
    const other = await report(member);
    const note = await server.as(member)(timelineApi.note, {
      params: { id: other },
      body: { kind: 'note', precision: 'minute', what: 'It showed the wrong level', assets: [panel] },
    });
    assert.deepEqual((await list(member, other)).told, []);
    await server.as(analyst)(timelineApi.decide, {
      params: { id: other },
      body: { ids: [note.id], to: 'accepted' },
    });
    assert.deepEqual(
      (await list(member, other)).told.map(({ device, observations }) => [device.id, observations]),
      [[panel, 1]],
    );
    assert.deepEqual((await list(analyst, other)).told, []);
    const { pulse } = await server.as(analyst)(caseApi.pulse, { params: { id: other } });
    await name(member, { device: panel }, other);
    assert.deepEqual((await list(member, other)).told, []);
    assert.notEqual((await server.as(analyst)(caseApi.pulse, { params: { id: other } })).pulse, pulse);
  });

  it('is named on when the inventory does not know it any more, and taken away by whoever works on it', async () => {
    const second = await report(member);
    const again = (await server.as(authoriser)(plantApi.addAsset, { body: { site, name: 'Pump PLC 2' } })).id;
    const concern = await name(member, { device: again }, second);
    await server.as(authoriser)(plantApi.merge, { params: { id: pump }, body: { other: again, takes: [] } });
    assert.deepEqual(
      (await list(member, second)).items.map((one) => one.device?.id),
      [pump],
    );
    const { items } = await server.as(member)(caseConcernApi.ofDevice, { params: { id: pump } });
    assert.deepEqual(items.map((one) => one.id).toSorted(), [id, second].toSorted());
    const away = (actor: Actor) =>
      server.as(actor)(caseConcernApi.remove, { params: { id: second, concern: concern.id } });
    for (const actor of [stranger, vendor]) await assert.rejects(away(actor));
    await away(analyst);
    assert.deepEqual((await list(member, second)).items, []);
    await assert.rejects(away(analyst), refused(404, 'not-found'));
  });

  it('goes with the key of the case', async () => {
    await closeCase(server, analyst, id);
    await fallDue(server, id);
    const left = async () =>
      (await server.owner.query('select from case_concern where case_id = $1', [id])).rowCount;
    assert.ok((await left())! > 0);
    await server.house.retention.tick();
    assert.equal(await left(), 0);
  });

  async function report(actor: Actor | null): Promise<string> {
    const said = { danger: 'no', control: 'partly', sees: 'Two pumps stopped at 02:41' } as const;
    const { reference } = await server.as(actor)(caseApi.report, {
      body: IncidentReport.parse({ ...said, naming: actor ? 'member' : 'anonymous' }),
    });
    const { items } = await server.as(analyst)(caseApi.list, { query: { search: reference } });
    await server.as(analyst)(caseApi.move, { params: { id: items[0]!.id }, body: { to: 'triaged' } });
    return items[0]!.id;
  }

  const list = (actor: Actor, of = id) => server.as(actor)(caseConcernApi.list, { params: { id: of } });
  const name = (actor: Actor, body: object, of = id) =>
    server.as(actor)(caseConcernApi.add, { params: { id: of }, body });

  async function asGuest(guest: Actor): Promise<void> {
    const { id: participant } = await server.as(authoriser)(guestApi.invite, {
      params: { id },
      body: {
        role: 'vendor',
        name: 'Guest',
        email: 'guest@fenix.example',
        home: 'Fenix HMI',
        language: 'en',
        note: '',
      },
    });
    const { path } = await server.as(authoriser)(guestApi.link, { params: { id, participant } });
    await server.as(guest)(guestApi.answer, {
      params: { token: path.split('/').at(-1)! },
      body: { accept: true },
    });
  }

  async function deviceOf(actor: Actor): Promise<string> {
    const as = server.as(actor);
    const { id: place } = await as(plantApi.addSite, {
      body: { name: 'Substation', sector: '', country: '', process: '' },
    });
    return (await as(plantApi.addAsset, { body: { site: place, name: 'Relay' } })).id;
  }
});
