import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { alertApi, plantApi, type Warning, warningApi, zoneApi } from '@busbar/contract';
import { readOpenVex, read, validate, vexOfCsaf } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { decide, explained, type Setting, type Threat } from './decision.ts';
import { fits, safetyOf } from './remedy-rules.ts';

const remote = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H';

describe('the decision on a warning', () => {
  const pump: Setting = {
    role: 'controller',
    level: 'control',
    hasAddress: true,
    publicAddress: undefined,
    criticality: null,
    exposure: undefined,
    safetyImpact: undefined,
  };
  const said = { vulnerability: 'CVE-2026-0001', publisher: 'CISA' };
  const threat: Threat = {
    exploitation: { value: 'none', ...said },
    automatable: { value: 'yes', vector: remote, ...said },
  };
  const exploited: Threat = { ...threat, exploitation: { value: 'active', ...said } };

  it('grows with attacks, with the way to the device and with what may happen to people', () => {
    assert.equal(decide(pump, threat).urgency, 'scheduled');
    assert.equal(decide(pump, exploited).urgency, 'out-of-cycle');
    assert.equal(decide({ ...pump, publicAddress: '203.0.113.9' }, exploited).urgency, 'immediate');
    const { grounds } = decide({ ...pump, role: 'safety' }, threat);
    assert.equal(grounds.safetyImpact.value, 'catastrophic');
  });

  it('takes a person’s word of a zone for each of its devices, a protecting one graver and a watching one milder', () => {
    const zone = { value: 'critical' as const, place: 'zone' as const, name: 'Filters' };
    const of = (role: Setting['role']) =>
      decide({ ...pump, role, safetyImpact: zone }, threat).grounds.safetyImpact;
    assert.deepEqual(
      [of('controller'), of('safety'), of('historian')].map(({ value, assumed }) => [value, assumed]),
      [
        ['critical', false],
        ['catastrophic', false],
        ['marginal', false],
      ],
    );
  });

  it('assumes the worse where nobody has said anything, and says that it does', () => {
    const { grounds } = decide(
      { ...pump, role: 'unknown', level: 'unknown', hasAddress: false },
      { exploitation: undefined, automatable: undefined },
    );
    assert.deepEqual(
      [grounds.exposure, grounds.automatable].map(({ value, assumed }) => [value, assumed]),
      [
        ['open', true],
        ['yes', true],
      ],
    );
  });

  it('tells what would change it', () => {
    const inputs = explained(decide(pump, threat).grounds);
    const exploitation = inputs.find(({ point }) => point === 'exploitation')!;
    assert.deepEqual(exploitation.otherwise, [{ value: 'active', urgency: 'out-of-cycle' }]);
  });
});

describe('what can be done while the plant runs', () => {
  it('is told by the words, and unknown where they do not tell', () => {
    const safe = (text: string, kind: 'mitigation' | 'vendor_fix' = 'mitigation') =>
      safetyOf({ kind, text }).safe;
    assert.equal(safe('Block port 102/tcp at the firewall'), 'yes');
    assert.equal(safe('Do not click links in unsolicited e-mails'), 'yes');
    assert.equal(safe('Restart the controller after blocking the port'), 'no');
    assert.equal(safe('Safe during operation: restart the panel’s browser'), 'yes');
    assert.equal(safe('Behind a firewall, update to V4.35'), 'no');
    assert.equal(safe('Disable the web server'), 'unknown');
    assert.equal(safe('Contact customer care'), 'unknown');
    assert.equal(safe('See the download page', 'vendor_fix'), 'no');
  });

  it('is for the role that the words name', () => {
    assert.equal(fits('controller', 'Do not open e-mail attachments'), false);
    assert.equal(fits('engineering', 'Do not open e-mail attachments'), true);
    assert.equal(fits('unknown', 'Do not open e-mail attachments'), true);
  });
});

describe('a warning', () => {
  let server: TestServer;
  let analyst: Actor;
  let member: Actor;
  let colleague: Actor;
  let stranger: Actor;
  let site: string;
  before(async () => {
    server = await startTestServer({ work: true });
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    const operator = await server.organisation('Nordwasser', 'operator');
    [member, colleague] = [await operator.person('MEM'), await operator.person('MAD')];
    stranger = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
    site = (
      await server.as(member)(plantApi.addSite, {
        body: { name: 'Works', sector: '', country: '', process: '' },
      })
    ).id;
    await take(csaf());
  });
  after(() => server.close());

  async function take(...documents: object[]) {
    const files = Object.fromEntries(documents.map((document, n) => [`${n}.json`, json(document)]));
    await server.house.imports.importStream(analyst, 'x.tar', bytes(await tar(files)));
    await settled();
  }
  async function settled() {
    for (let wait = 0; wait < 400; wait++) {
      const states = await server.database.as(member, (tx) => tx.selectFrom('job').select('state').execute());
      assert.ok(!states.some(({ state }) => state === 'failed'));
      if (states.every(({ state }) => state === 'done')) return;
      await sleep(25);
    }
    throw new Error('The plants were not decided about');
  }

  let number = 0;
  const pump = async (): Promise<Warning> => {
    const { id } = await server.as(member)(plantApi.addAsset, {
      body: {
        site,
        name: `Pump ${++number}`,
        vendor: 'Nordbruk',
        product: 'PX 200',
        firmware: '2.3.9',
        role: 'controller',
        level: 'control',
        address: `10.0.0.${number}`,
      },
    });
    return (await server.as(member)(warningApi.list, { query: { asset: id } })).items[0]!;
  };
  const page = (id: string) => server.as(member)(warningApi.get, { params: { id } });
  const move = (id: string, to: Warning['state'], more: { reason?: string; until?: string } = {}) =>
    server.as(member)(warningApi.move, { body: { warnings: [id], to, ...more } });

  it('says how urgent it is, with each input and where it came from', async () => {
    const warning = await page((await pump()).id);
    assert.equal(warning.urgency, 'scheduled');
    assert.deepEqual(
      warning.decision!.inputs.map(({ point, assumed, because }) => [point, assumed, because.code]),
      [
        ['exploitation', true, 'exploitation-unknown'],
        ['exposure', true, 'exposure-level'],
        ['automatable', false, 'automatable-yes'],
        ['safetyImpact', true, 'safety-role'],
        ['missionImpact', true, 'mission-unknown'],
      ],
    );
  });

  it('is decided anew when attacks become known, and what people said stays', async () => {
    const { id, since } = await pump();
    await move(id, 'confirmed');
    await take(
      csaf({
        id: 'ATTACKS-1',
        products: [{ key: 'x', vendor: 'Nordbruk', name: 'Something Else', range: '<2' }],
        vulnerabilities: [
          {
            cve: 'CVE-2026-10001',
            title: 'Seen',
            description: 'Seen',
            affected: ['x'],
            exploited: { text: 'It is being exploited in the wild.' },
          },
        ],
      }),
    );
    const now = await page(id);
    assert.deepEqual([now.urgency, now.state, now.since], ['out-of-cycle', 'confirmed', since]);
    assert.deepEqual(
      now.history.map(({ what, told }) => [what, told[0]?.code]),
      [
        ['state', undefined],
        ['state', undefined],
        ['decision', 'urgency-changed'],
      ],
    );
    const { items } = await server.as(member)(warningApi.list, { query: { limit: 200 } });
    const order = items.map(({ urgency, certainty }) => `${urgency} ${certainty}`);
    assert.deepEqual(
      order,
      order.toSorted((a, b) => rankIn(a) - rankIn(b)),
    );
  });

  const rankIn = (text: string) => {
    const [urgency = '', certainty = ''] = text.split(' ');
    return (
      ['immediate', 'out-of-cycle', 'scheduled', 'defer'].indexOf(urgency) * 3 +
      ['exact', 'likely', 'unsure'].indexOf(certainty)
    );
  };

  it('is decided anew when a person says more of the site, in one place', async () => {
    const { id } = await pump();
    const assume = (exposure: 'open' | null, actor = member) =>
      server.as(actor)(warningApi.assume, { body: { site, exposure, safetyImpact: null } });
    const said = await assume('open');
    assert.ok(said.more > 0 && said.less === 0 && !said.later, JSON.stringify(said));
    const now = await page(id);
    assert.equal(now.urgency, 'immediate');
    assert.deepEqual(now.decision!.inputs[1]!.because.params, { name: 'Works' });
    await assert.rejects(assume('open', stranger), { status: 404 });
    const { sites } = await server.as(member)(warningApi.assumptions);
    assert.equal(sites[0]!.exposure, 'open');
    assert.equal((await assume(null)).less, said.more);
  });

  it('is decided anew when its device is put into a zone, and when more is said of the zone', async () => {
    const warning = await pump();
    const zone = { slTarget: null, slAchieved: null, protocols: [], outside: false, note: '', connects: [] };
    const { id } = await server.as(member)(zoneApi.add, {
      params: { id: site },
      body: { ...zone, kind: 'zone', name: 'Yard', level: 'control', safetyImpact: null, exposure: 'open' },
    });
    await server.as(member)(zoneApi.place, { body: { places: [{ assets: [warning.asset.id], zone: id }] } });
    const placed = await page(warning.id);
    assert.deepEqual(
      [placed.urgency, placed.decision!.inputs[1]!.because.params],
      ['immediate', { name: 'Yard' }],
    );
    await server.as(member)(zoneApi.correct, { params: { id }, body: { exposure: 'small' } });
    assert.notEqual((await page(warning.id)).urgency, 'immediate');
  });

  it('is planned with measures, a person and a day, for equal devices in one stroke, and taken back', async () => {
    const [one, other] = [await pump(), await pump()];
    const { measures, colleagues } = await page(one.id);
    assert.deepEqual(
      measures.map(({ kind, safe }) => [kind, safe]),
      [
        ['mitigation', 'yes'],
        ['vendor_fix', 'no'],
      ],
    );
    assert.ok(colleagues.some(({ id }) => id === colleague.person));
    const plan = (body: object, actor = member) =>
      server.as(actor)(warningApi.plan, { body: { warnings: [one.id], equal: false, ...body } });
    const { move: click, changed } = await plan({
      equal: true,
      measures: [measures[0]!.key],
      assignee: colleague.person,
      due: '2999-01-31',
    });
    assert.ok(changed >= 2);
    const planned = await page(other.id);
    assert.deepEqual(
      [planned.state, planned.assignee?.id, planned.due, planned.measures[0]!.chosen?.by],
      ['planned', colleague.person, '2999-01-31', member.name],
    );
    assert.deepEqual(
      await server.as(member)(warningApi.tick, {
        params: { id: one.id },
        body: { key: measures[0]!.key, done: true },
      }),
      { left: 0 },
    );
    assert.equal((await page(one.id)).measures[0]!.done?.by, member.name);
    // Somebody has gone on from the first; the others go back.
    const undo = (actor = member) => server.as(actor)(warningApi.undo, { body: { move: click } });
    await assert.rejects(undo(colleague), { status: 409 });
    assert.equal((await undo()).changed, changed - 1);
    const back = await page(other.id);
    assert.deepEqual(
      [back.state, back.assignee, back.due, back.measures[0]!.chosen],
      ['new', null, null, null],
    );
    assert.equal((await page(one.id)).state, 'planned');

    await assert.rejects(plan({ assignee: stranger.person }), { status: 400 });
    await assert.rejects(plan({ measures: ['nothing of the kind'] }), { status: 400 });
    await assert.rejects(plan({ due: '2020-01-01' }), { status: 400 });
    await assert.rejects(plan({}, stranger), { status: 404 });
  });

  it('is answered for equal devices that stand where it stands, in one stroke, and all are taken back', async () => {
    const [one, other, further] = [await pump(), await pump(), await pump()];
    await move(further.id, 'confirmed');
    const { equal, equalInState } = await page(one.id);
    assert.ok(equal > equalInState && equalInState >= 1);
    const answer = (to: Warning['state'], actor = member) =>
      server.as(actor)(warningApi.move, {
        body: { warnings: [one.id], equal: true, to, reason: 'No module of this kind is fitted' },
      });
    await assert.rejects(answer('fixed'), { status: 409 });
    await assert.rejects(answer('notAffected', stranger), { status: 404 });
    const { move: click, changed } = await answer('notAffected');
    assert.equal(changed, equalInState + 1);
    const moved = await page(other.id);
    assert.deepEqual(
      [moved.state, moved.stateReason, moved.history.at(-1)!.by],
      ['notAffected', 'No module of this kind is fitted', member.name],
    );
    assert.equal((await page(further.id)).state, 'confirmed', 'somebody has decided otherwise');
    assert.deepEqual(await server.as(member)(warningApi.undo, { body: { move: click } }), { changed });
    for (const { id } of [one, other]) assert.equal((await page(id)).state, 'new');
  });

  it('is equal to those only that were judged alike, also where a serial number alone tells them apart', async () => {
    const digits = '<=the_first_5_digits_of_serial_number_22031';
    await take(
      csaf({
        id: 'NBC-2026-015',
        products: [{ key: 'old', vendor: 'Nordbruk', name: 'KV 15', range: digits }],
        vulnerabilities: [{ cve: 'CVE-2026-10015', title: 'x', description: 'x', affected: ['old'] }],
      }),
    );
    const valve = async (serial: string | null): Promise<Warning> => {
      const { id } = await server.as(member)(plantApi.addAsset, {
        body: { site, name: `Valve ${serial}`, vendor: 'Nordbruk', product: 'KV 15', serial },
      });
      return (await server.as(member)(warningApi.list, { query: { asset: id } })).items[0]!;
    };
    const [unknown, affected, alike] = [await valve(null), await valve('22031001'), await valve('22030002')];
    assert.deepEqual([unknown.certainty, affected.certainty, alike.certainty], ['unsure', 'exact', 'exact']);
    assert.deepEqual([(await page(unknown.id)).equal, (await page(affected.id)).equal], [0, 1]);
    const { changed } = await server.as(member)(warningApi.move, {
      body: { warnings: [unknown.id], equal: true, to: 'notAffected', reason: 'Made in 2023' },
    });
    assert.equal(changed, 1);
    assert.equal((await page(affected.id)).state, 'new');
  });

  it('is moved and planned with all its equals, however many there are', async () => {
    const { id: device } = (await pump()).asset;
    // More than anybody adds by hand; each as the first, and none of them compared.
    const { rows } = await server.owner.query(
      `select string_agg(column_name, ', ') as columns from information_schema.columns
      where table_name = 'asset' and is_generated = 'NEVER'`,
    );
    const { columns } = rows[0] as { columns: string };
    await server.owner.query(
      `with others as (
        insert into asset (${columns}) select ${columns.replace(/\b\w+/g, 'p.$&')} from asset a, generate_series(1, 5200) n,
          jsonb_populate_record(null::asset, to_jsonb(a) || jsonb_build_object('id', gen_random_uuid(), 'name', 'Equal ' || n)) p
        where a.id = $1 returning id)
      insert into match select p.* from match m, others o,
        jsonb_populate_record(null::match, to_jsonb(m) || jsonb_build_object('id', gen_random_uuid(), 'asset_id', o.id)) p
      where m.asset_id = $1`,
      [device],
    );
    await server.owner.query('analyze asset, match');
    const one = (await server.as(member)(warningApi.list, { query: { asset: device } })).items[0]!;
    const { equalInState } = await page(one.id);
    assert.ok(equalInState >= 5200);
    const planned = await server.as(member)(warningApi.plan, {
      body: { warnings: [one.id], equal: true, due: '2999-01-31' },
    });
    assert.ok(planned.changed > equalInState);
    const moved = await server.as(member)(warningApi.move, {
      body: { warnings: [one.id], equal: true, to: 'mitigated' },
    });
    assert.ok(moved.changed > equalInState);
  });

  it('whose risk was accepted until a day comes back as confirmed when it is over', async () => {
    const { id } = await pump();
    await move(id, 'confirmed');
    await assert.rejects(move(id, 'riskAccepted', { reason: 'Spare part is on its way' }), { status: 400 });
    await move(id, 'riskAccepted', { reason: 'Spare part is on its way', until: '2999-12-31' });
    assert.equal((await page(id)).acceptedUntil, '2999-12-31');
    await server.house.work.reopen();
    assert.equal((await page(id)).state, 'riskAccepted');
    await server.database.as(member, (tx) =>
      tx.updateTable('match').set({ accepted_until: '2020-01-01' }).where('id', '=', id).execute(),
    );
    await server.house.work.reopen();
    const { state, acceptedUntil, history } = await page(id);
    assert.deepEqual([state, acceptedUntil, history.at(-1)!.by], ['confirmed', null, '']);
  });

  it('is due, and accepted, by the days of its organisation, also where they have 23 hours or 25', async () => {
    const { id } = await pump();
    await move(id, 'confirmed');
    const plan = (due: string) =>
      server.as(member)(warningApi.plan, { body: { warnings: [id], equal: false, due } });
    const inZone = (zone: string) =>
      server.as(colleague)(alertApi.setOrganisation, {
        body: {
          atOnce: true,
          digest: 'daily',
          hour: 7,
          weekday: 1,
          zone,
          remindHours: 4,
          secondContact: null,
        },
      });
    const dayIn = (timeZone: string, before = 0) =>
      new Intl.DateTimeFormat('en-CA', { timeZone }).format(Date.now() - before * 86_400_000);
    // At any time one of the two has another day than UTC.
    for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12']) {
      await inZone(zone);
      const until = (day: string) => move(id, 'riskAccepted', { reason: 'Until the outage', until: day });
      await assert.rejects(until(dayIn(zone, 1)), { status: 400 });
      await assert.rejects(plan(dayIn(zone, 1)), { status: 400 });
      await until(dayIn(zone));
      await move(id, 'confirmed');
    }
    await inZone('Europe/Berlin');
    // Summer time ends in the night to 25 October 2026, and begins in that to 29 March.
    for (const [day, over] of [
      ['2026-10-25', '2026-10-25T23:00:00Z'],
      ['2026-03-29', '2026-03-29T22:00:00Z'],
      ['2026-03-28', '2026-03-28T23:00:00Z'],
    ] as const) {
      await move(id, 'riskAccepted', { reason: 'Until the outage', until: '2999-12-31' });
      await server.owner.query(`update match set accepted_until = $1 where id = $2`, [day, id]);
      const at = Date.parse(over);
      await server.house.work.reopen(new Date(at - 1000));
      assert.equal((await page(id)).state, 'riskAccepted', `a second before ${day} is over in Berlin`);
      await server.house.work.reopen(new Date(at));
      assert.equal((await page(id)).state, 'confirmed', over);
    }
  });

  it('stays as it is when only the words of its advisory change', async () => {
    const draft = {
      id: 'WORDS-1',
      products: [{ key: 'x', vendor: 'Nordbruk', name: 'WX 1', range: '<5' }],
      vulnerabilities: [{ cve: 'CVE-2026-10077', title: 'T', description: 'D', affected: ['x'] }],
    };
    await take(csaf(draft));
    const device = await server.as(member)(plantApi.addAsset, {
      body: { site, name: 'WX', vendor: 'Nordbruk', product: 'WX 1', firmware: '4' },
    });
    const { items } = await server.as(member)(warningApi.list, { query: { asset: device.id } });
    const [{ id } = assert.fail('No warning')] = items;
    const was = await page(id);
    await take(csaf({ ...draft, version: '2', title: 'Nicer', summary: 'Said more nicely.' }));
    const now = await page(id);
    assert.deepEqual(
      [now.advisory.title, now.history, now.since, now.urgency],
      ['Nicer', was.history, was.since, was.urgency],
    );
  });

  it('proves what was known when', async () => {
    const { id } = await pump();
    await move(id, 'notAffected', { reason: '=HYPERLINK("x")' });
    const file = async (query: object): Promise<any> =>
      server.as(member)(warningApi.proof, { query: { warning: id, ...query } });
    const { warnings } = await file({ format: 'json' });
    assert.deepEqual(
      warnings[0].steps.map(({ state, by, version }: Record<string, string>) => [state, by, version]),
      [
        ['new', '', '1'],
        ['notAffected', member.name, '1'],
      ],
    );
    assert.equal(warnings[0].advisory.versions.length, 1);
    const csv = String(await file({}));
    assert.ok(csv.includes(`"'=HYPERLINK(""x"")"`), csv);
    await assert.rejects(server.as(stranger)(warningApi.proof, { query: { warning: id } }), { status: 404 });
  });

  it('is told to others as VEX, valid and without naming devices', async () => {
    const { id } = await pump();
    await move(id, 'notAffected', { reason: 'The port is not wired' });
    const file = (format: 'csaf' | 'openvex') =>
      server.as(member)(warningApi.vex, { query: { format, warning: id } });
    const document: unknown = await file('csaf');
    assert.ok(!JSON.stringify(document).includes('Pump '));
    const { findings } = validate(document);
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
    );
    const reading = read(document);
    assert.ok(reading.ok);
    assert.deepEqual(
      vexOfCsaf(reading.document).statements.map(({ status, impact }) => [status, impact]),
      [['notAffected', 'The port is not wired']],
    );
    const open = readOpenVex(await file('openvex'));
    assert.ok(open.ok);
    assert.deepEqual(open.value.statements[0]!.status, 'notAffected');
  });

  it('is told of a product as VEX by the gravest that was decided of its devices', async () => {
    const [safe, other] = [await pump(), await pump()];
    await move(safe.id, 'notAffected', { reason: 'The port is not wired' });
    await move(other.id, 'confirmed');
    const file = (format: 'csaf' | 'openvex') => server.as(member)(warningApi.vex, { query: { format } });
    const document: unknown = await file('csaf');
    assert.deepEqual(
      validate(document).findings.filter(({ severity }) => severity === 'error'),
      [],
    );
    const open = readOpenVex(await file('openvex'));
    assert.ok(open.ok);
    const said = Map.groupBy(
      open.value.statements.flatMap(({ vulnerability, status, products }) =>
        products.map(({ id }) => ({ about: `${vulnerability.id} ${id}`, status })),
      ),
      ({ about }) => about,
    );
    for (const [about, some] of said) assert.equal(new Set(some.map(({ status }) => status)).size, 1, about);
    assert.ok([...said.values()].some(([first]) => first!.status === 'affected'));
  });
});
