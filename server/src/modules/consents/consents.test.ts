import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { consentApi, plantApi, zoneApi } from '@busbar/contract';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const terms = {
  purpose: 'Advice on the pump station',
  caseRef: 'INC-2026-0042',
  warnings: true,
  shares: false,
  packets: false,
  days: 30,
};

describe('who sees my inventory', () => {
  let server: TestServer;
  let nordwasser: Awaited<ReturnType<TestServer['organisation']>>;
  let authoriser: Actor;
  let operator: Actor;
  let analyst: Actor;
  let colleague: Actor;
  let everybody: Actor[];
  before(async () => {
    server = await startTestServer();
    nordwasser = await server.organisation('Nordwasser', 'operator');
    authoriser = await nordwasser.person('MAD');
    operator = await nordwasser.person('MEM');
    const cert = await server.organisation('CERT Nord', 'cert');
    analyst = await cert.person('ANA');
    colleague = await cert.person('ANA', 'LEAD');
    everybody = [
      authoriser,
      operator,
      analyst,
      colleague,
      await cert.person('LEAD'),
      await cert.person('ADM'),
      await (await server.organisation('Elmira Grid', 'operator')).person('MAD'),
      await (await server.organisation('Second CERT', 'cert')).person('ANA'),
    ];
    await server.house.imports.importStream(analyst, 'x.tar', bytes(await tar({ '0.json': json(csaf()) })));
    const site = await server.as(authoriser)(plantApi.addSite, {
      body: { name: 'Waterworks', sector: '', country: '', process: '' },
    });
    const { id } = await server.as(authoriser)(plantApi.addAsset, {
      body: { site: site.id, name: 'PLC 1', vendor: 'Nordbruk', product: 'PX 200', firmware: '2.3.9' },
    });
    asset = id;
    // As it would be brought by a field kit, with what was shared of a capture and with what was not.
    await server.database.as(operator, async (tx) => {
      const [sent] = await sql<{ id: string }>`
        insert into evidence (owner_id, purpose, subject_id, subject_name, size, roles)
        values (${nordwasser.id}, 'bundle', gen_random_uuid(), 'night.age', 1, '{MEM}') returning id`
        .execute(tx)
        .then(({ rows }) => rows);
      const bundle = crypto.randomUUID();
      await sql`insert into bundle (id, owner_id, site_id, evidence_id, name)
        values (${bundle}, ${nordwasser.id}, ${site.id}, ${sent!.id}, 'night.age')`.execute(tx);
      await sql`insert into bundle_file (owner_id, bundle_id, place, name, type, size, sha256, shared)
        select ${nordwasser.id}, ${bundle}, place, name, type, 1, sha256('x'), shared from (values
          (0, 'report.json', 'application/vnd.busbar.share+json', false),
          (1, 'night.pcapng', 'application/vnd.tcpdump.pcap', false),
          (2, 'capture.pcapng', 'application/vnd.tcpdump.pcap', true)) as file (place, name, type, shared)`.execute(
        tx,
      );
    });
    const zone = {
      safetyImpact: null,
      exposure: null,
      slTarget: null,
      slAchieved: null,
      outside: false,
    } as const;
    await server.as(authoriser)(zoneApi.add, {
      params: { id: site.id },
      body: { ...zone, kind: 'zone', name: 'Pumps', level: 'control', protocols: [], note: '', connects: [] },
    });
  });
  after(() => server.close());
  let asset: string;

  it('is answered in words: its people, and of the CERT only counts', async () => {
    const { says } = await answer();
    assert.deepEqual(
      says.map(({ text }) => text),
      ['2 people of Nordwasser', 'CERT: only counts of 5 organisations or more'],
    );
    await agrees();
  });

  it('a request opens nothing until the authoriser grants it, and then at once', async () => {
    const { id, state, requestedBy } = await ask(analyst);
    assert.deepEqual([state, requestedBy], ['requested', analyst.name]);
    await agrees();
    assert.deepEqual(await readsNow(analyst), []);
    await reply(id, { to: 'granted' });
    assert.deepEqual(await readsNow(analyst), ['devices', 'warnings']);
    const { says } = await answer();
    const [, ...ofTheCert] = says.map(({ text }) => text);
    for (const { name } of [analyst, colleague]) {
      const begins = `CERT Nord: ${name} reads devices and warnings until `;
      assert.ok(
        ofTheCert.some((text) => text.startsWith(begins)),
        ofTheCert.join('\n'),
      );
    }
    await agrees();
    assert.equal((await server.as(authoriser)(plantApi.assets)).visibility.people, 4);
    await reply(id, { to: 'withdrawn', reason: 'Done' });
    assert.deepEqual(await readsNow(analyst), []);
    await agrees();
  });

  it('narrowed: only who asked, without the warnings, for fewer days; and never wider again', async () => {
    const { id, until } = await ask(analyst);
    const narrowed = await reply(id, { to: 'granted', onlyWhoAsked: true, warnings: false, days: 7 });
    assert.deepEqual(
      [narrowed.state, narrowed.only, narrowed.parts],
      ['narrowed', analyst.name, ['devices']],
    );
    assert.ok(narrowed.until < until);
    assert.deepEqual([await readsNow(analyst), await readsNow(colleague)], [['devices'], []]);
    await agrees();
    await assert.rejects(reply(id, { to: 'narrowed', days: 9 }), refused(400, 'not-narrower'));
    for (const wider of [
      sql`update consent set until = until + interval '1 hour' where id = ${id}`,
      sql`update consent set person_id = null, state = 'narrowed' where id = ${id}`,
      sql`update consent set parts = '{devices,warnings}', state = 'narrowed' where id = ${id}`,
      sql`update consent set state = 'granted' where id = ${id}`,
    ])
      await assert.rejects(
        server.database.as(authoriser, (tx) => wider.execute(tx)),
        /not open for this/,
      );
    await server.as(analyst)(consentApi.giveBack, { params: { id } });
    assert.deepEqual(await readsNow(analyst), []);
    await agrees();
  });

  it('of what was shared of captures: only where the authoriser says so, and taken back by itself', async () => {
    const { id } = await server.as(authoriser)(consentApi.give, { body: { ...terms, shares: true } });
    assert.deepEqual(await readsNow(analyst), ['devices', 'warnings', 'shares']);
    await agrees();
    const narrowed = await reply(id, { to: 'narrowed', shares: false });
    assert.deepEqual(narrowed.parts, ['devices', 'warnings']);
    await agrees();
    await assert.rejects(reply(id, { to: 'narrowed', shares: false }), refused(400, 'not-narrower'));
    await reply(id, { to: 'withdrawn' });
  });

  it('of the packets that went along: only together with what was shared, which ends both', async () => {
    const body = { ...terms, shares: true, packets: true };
    const { id } = await server.as(authoriser)(consentApi.give, { body });
    assert.deepEqual(await readsNow(analyst), ['devices', 'warnings', 'shares', 'packets']);
    await agrees();
    assert.deepEqual((await reply(id, { to: 'narrowed', shares: false })).parts, ['devices', 'warnings']);
    await agrees();
    await reply(id, { to: 'withdrawn' });
  });

  it('ends at its moment, with nobody doing anything', async () => {
    const insert = (until: ReturnType<typeof sql>) =>
      server.database.as(authoriser, (tx) =>
        sql`insert into consent (owner_id, subject_kind, subject_id, reader_id, parts, purpose, state, until)
          values (${nordwasser.id}, 'plant', ${nordwasser.id}, ${analyst.organisation}, '{devices}', 'x', 'granted', ${until})`.execute(
          tx,
        ),
      );
    await insert(sql`clock_timestamp() - interval '1 millisecond'`);
    assert.deepEqual(await readsNow(analyst), []);
    await agrees();
    const { items } = await server.as(authoriser)(consentApi.list);
    assert.equal(items[0]?.state, 'expired');
    // Inside one transaction: open at its beginning, closed when its time has come.
    await insert(sql`clock_timestamp() + interval '150 milliseconds'`);
    await server.database.as({ ...analyst, plant: nordwasser.id }, async (tx) => {
      const seen = async () => (await sql`select from asset`.execute(tx)).rows.length;
      assert.equal(await seen(), 1);
      await sql`select pg_sleep(0.16)`.execute(tx);
      assert.equal(await seen(), 0);
    });
  });

  it('follows roles: who gets one reads, who loses it does not', async () => {
    const set = (roles: string) =>
      server.database.as(authoriser, (tx) =>
        sql`update membership set roles = ${roles}::role_code[] where person_id = ${operator.person}`.execute(
          tx,
        ),
      );
    await set('{TEE}');
    operatorRoles = ['TEE'];
    assert.equal((await answer()).readers.length, 1);
    await agrees();
    await set('{MEM}');
    operatorRoles = ['MEM'];
    assert.equal((await answer()).readers.length, 2);
    await agrees();
  });
  let operatorRoles: Actor['roles'] = ['MEM'];

  it('standing consent is given unasked; analysts see which plants are open, with its terms', async () => {
    const given = await server.as(authoriser)(consentApi.give, { body: { ...terms, caseRef: '' } });
    assert.deepEqual([given.state, given.requestedBy, given.caseRef], ['granted', null, '']);
    const { items } = await server.as(colleague)(consentApi.plants, { query: { open: 'true' } });
    assert.deepEqual(
      items.map(({ id, owner }) => [id, owner.name]),
      [[given.id, 'Nordwasser']],
    );
    await agrees();
    const { items: devices, visibility } = await server.as(colleague)(consentApi.assets, {
      params: { id: nordwasser.id },
      query: { search: 'plc nordbruk' },
    });
    assert.deepEqual(
      [devices[0]?.name, visibility.owner, visibility.organisations.length],
      ['PLC 1', 'Nordwasser', 2],
    );
    const warnings = await server.as(colleague)(consentApi.warnings, {
      params: { id: nordwasser.id },
      query: {},
    });
    assert.deepEqual(
      warnings.items.map((warning) => warning.asset.name),
      ['PLC 1'],
    );
    const page = await server.as(colleague)(consentApi.asset, { params: { id: nordwasser.id, asset } });
    assert.equal(page.vendor, 'Nordbruk');
  });

  it('whoever looked stands in the log of the owner, by name', async () => {
    const { items } = await server.as(operator)(consentApi.accesses);
    assert.deepEqual(
      items
        .slice(0, 2)
        .map(({ action, person, organisation, object }) => [
          action,
          person.name,
          organisation.name,
          object.name,
        ]),
      [
        ['asset read by consent', colleague.name, 'CERT Nord', 'PLC 1'],
        ['warnings read by consent', colleague.name, 'CERT Nord', ''],
      ],
    );
    assert.ok(items.every(({ organisation }) => organisation.name !== 'Nordwasser'));
  });

  it('to read is not to change, not even for whom all is open', async () => {
    const opened = { ...analyst, plant: nordwasser.id };
    const changed = await server.database.as(opened, (tx) =>
      sql`update asset set name = 'x'`.execute(tx).then(({ numAffectedRows }) => numAffectedRows),
    );
    assert.equal(Number(changed), 0);
    await assert.rejects(
      server.database.as(opened, (tx) =>
        sql`insert into site (owner_id, name) values (${nordwasser.id}, 'x')`.execute(tx),
      ),
      /row-level security/,
    );
  });

  it('nobody gives for another, and nobody but a CERT is given', async () => {
    const stranger = everybody[6]!;
    const forge = (actor: Actor, owner: string, reader: string) =>
      server.database.as(actor, (tx) =>
        sql`insert into consent (owner_id, subject_kind, subject_id, reader_id, parts, purpose, state, until)
          values (${owner}, 'plant', ${owner}, ${reader}, '{devices}', 'x', 'granted', now() + interval '1 day')`.execute(
          tx,
        ),
      );
    await assert.rejects(forge(stranger, nordwasser.id, analyst.organisation!), /row-level security/);
    await assert.rejects(forge(analyst, nordwasser.id, analyst.organisation!), /row-level security/);
    await assert.rejects(forge(operator, nordwasser.id, analyst.organisation!), /row-level security/);
    await assert.rejects(forge(authoriser, nordwasser.id, stranger.organisation!), /row-level security/);
    const { id } = await ask(analyst);
    await assert.rejects(
      server.database.as(analyst, (tx) =>
        sql`update consent set state = 'granted' where id = ${id}`.execute(tx),
      ),
      /not open for this/,
    );
    await assert.rejects(
      server.as(stranger)(consentApi.answer, { params: { id }, body: { to: 'granted' } }),
      {
        status: 404,
      },
    );
    await assert.rejects(ask(analyst), refused(409, 'consent-asked'));
    assert.equal(
      (await reply(id, { to: 'refused', reason: 'Not needed' })).steps.at(-1)?.reason,
      'Not needed',
    );
  });

  const answer = () => server.as(authoriser)(consentApi.readers);
  const ask = (actor: Actor) =>
    server.as(actor)(consentApi.ask, { params: { id: nordwasser.id }, body: terms });
  const reply = (id: string, body: object) =>
    server.as(authoriser)(consentApi.answer, { params: { id }, body: body as never });

  /** What an actor gets to see of the plant, by the tables themselves. */
  async function readsNow(actor: Actor): Promise<string[]> {
    const own = actor.organisation === nordwasser.id;
    return server.database.as(own ? actor : { ...actor, plant: nordwasser.id }, async (tx) => {
      const rows = async (table: string) =>
        (await sql`select from ${sql.table(table)}`.execute(tx)).rows.length > 0;
      const seen = await Promise.all(['asset', 'asset_fact', 'site', 'zone'].map(rows));
      const devices = seen[0];
      assert.ok(
        seen.every((one) => one === devices),
        'all of it or nothing',
      );
      const { rows: files } = await sql<{ shared: boolean }>`select shared from bundle_file`.execute(tx);
      const packets = files.some(({ shared }) => shared);
      const visible = own ? 3 : packets ? 2 : 1;
      assert.equal(files.length, (await rows('bundle')) ? visible : 0, 'of files, what was shared');
      return [
        ...(devices ? ['devices'] : []),
        ...((await rows('match')) ? ['warnings'] : []),
        ...(files.length > 0 ? ['shares'] : []),
        ...(packets ? ['packets'] : []),
      ];
    });
  }

  /** The sentence names exactly those who can read, and exactly what they can. */
  async function agrees(): Promise<void> {
    const told = new Map(
      (await answer()).readers.map(({ person, reads }) => [person, reads.map(({ part }) => part)]),
    );
    for (const actor of everybody) {
      const now = actor === operator ? { ...operator, roles: operatorRoles } : actor;
      assert.deepEqual(await readsNow(now), told.get(actor.name) ?? [], actor.name);
    }
  }
});
