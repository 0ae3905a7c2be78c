import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  apis,
  invitedCheckApi,
  releaseApi,
  signingKeyApi,
  type StatedVerification,
  vulnerabilityApi,
} from '@busbar/contract';
import { sql } from 'kysely';
import pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { TestSubject } from '../../testing/subject.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('somebody outside who is invited to check', { timeout: 300_000 }, () => {
  let server: TestServer;
  let owner: pg.Client;
  let [analyst, other, lead, administrator]: Actor[] = [];
  let finder: Actor;
  let partner: Actor;
  let stranger: Actor;
  let number = 70_000;
  const subjects = new Map<string, TestSubject>();

  before(async () => {
    server = await startTestServer();
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    const cert = await server.organisation('CERT', 'cert');
    [analyst, other, lead, administrator] = [
      await cert.person('ANA'),
      await cert.person('ANA'),
      await cert.person('LEAD'),
      await cert.person('ADM'),
    ];
    await owner.query(`insert into setting values ('cert', $1)`, [
      JSON.stringify({
        name: 'CERT',
        shortName: 'C',
        country: 'DE',
        phone: '1',
        email: 'c@c.example',
        url: '',
      }),
    ]);
    finder = await (await server.organisation('Finders', 'research')).person('RES');
    partner = await (await server.organisation('Ministry', 'government')).person('GOV');
    stranger = await (await server.organisation('Other finders', 'research')).person('RES');
    server.house.releases.lets(TestSubject.all(subjects));
    await server.as(administrator)(signingKeyApi.create, { body: { years: 1 } });
  });
  after(async () => {
    await owner.end();
    await server.close();
  });

  describe('a verdict', () => {
    it('sees its sources, confidential ones once they agreed, and neither the first answer nor anything else', async () => {
      const { verdict, cve } = await opened('AMBER');
      const elsewhere = await opened('AMBER');
      await assert.rejects(invite(finder, { kind: 'verdict', id: verdict }), /rests on TLP:AMBER/);
      const { id } = await invite(finder, { kind: 'verdict', id: verdict }, true);
      const seen = await server.as(finder)(invitedCheckApi.get, { params: { id } });
      assert.deepEqual(seen.verdict!.sources.map(({ value }) => value).sort(), ['< 4.30', '< 4.35'].sort());
      assert.equal(seen.verdict!.first, null);
      assert.doesNotMatch(JSON.stringify(seen), /4\.33|the rig/);
      const visible = async (actor: Actor) =>
        server.database.as(actor, async (tx) => {
          const count = async (table: string) => {
            const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
              tx,
            );
            return rows[0]!.n;
          };
          return {
            verdicts: await count('verdict'),
            first: await count('verdict_first'),
            vulnerabilities: await count('vulnerability'),
            sources: await count('vulnerability_source'),
            claims: (await count('claim')) > 0,
            invitations: await count('check_invitation'),
          };
        });
      assert.deepEqual(await visible(finder), {
        verdicts: 1,
        first: 0,
        vulnerabilities: 1,
        sources: 0,
        claims: true,
        invitations: 1,
      });
      assert.deepEqual(await visible(stranger), {
        verdicts: 0,
        first: 0,
        vulnerabilities: 0,
        sources: 0,
        claims: false,
        invitations: 0,
      });
      const { rows } = await server.database.as(finder, (tx) =>
        sql<{ fact: string }>`select distinct fact from claim`.execute(tx),
      );
      assert.equal(rows.length, 1);
      const page = await server.as(finder)(vulnerabilityApi.get, { params: { ref: cve } });
      assert.equal(page.facts.length, 1);
      await assert.rejects(server.as(finder)(vulnerabilityApi.get, { params: { ref: elsewhere.cve } }), {
        status: 404,
      });
      await assert.rejects(server.as(finder)(vulnerabilityApi.verdicts, {}), { status: 403 });
      await assert.rejects(server.as(stranger)(invitedCheckApi.get, { params: { id } }), { status: 404 });
      await assert.rejects(
        server.as(partner)(invitedCheckApi.answer, { params: { id }, body: answer('< 4.33') }),
        {
          status: 404,
        },
      );
    });

    it('does not see what comes later and is confidential, unless its source agreed', async () => {
      const { verdict, cve } = await opened();
      const open = await invite(finder, { kind: 'verdict', id: verdict });
      const agreed = await invite(partner, { kind: 'verdict', id: verdict }, true);
      await arrives(advisory(cve, { name: 'Mill', range: '<4.31', tlp: 'AMBER' }));
      const seen = async (actor: Actor, id: string) => {
        const { verdict: shown } = await server.as(actor)(invitedCheckApi.get, { params: { id } });
        return shown!.sources.map(({ value }) => value).sort();
      };
      assert.deepEqual(await seen(finder, open.id), ['< 4.30', '< 4.35']);
      assert.deepEqual(await seen(partner, agreed.id), ['< 4.30', '< 4.31', '< 4.35']);
    });

    it('is its second checker, by name, once; two equal answers make a claim of the CERT', async () => {
      const { verdict } = await opened();
      const { id } = await invite(partner, { kind: 'verdict', id: verdict });
      await server.as(partner)(invitedCheckApi.answer, { params: { id }, body: answer('< 4.33') });
      const { state, second, first } = await server.as(lead!)(vulnerabilityApi.verdict, {
        params: { id: verdict },
      });
      assert.deepEqual([state, second!.value, first!.value], ['checkedTwice', '< 4.33', '< 4.33']);
      assert.equal(second!.by, partner.name);
      await assert.rejects(
        server.as(partner)(invitedCheckApi.answer, { params: { id }, body: answer('< 4.33') }),
        /by now/,
      );
      const { items } = await server.as(other!)(invitedCheckApi.invitations, { query: { subject: verdict } });
      assert.equal(items[0]!.state, 'answered');
    });

    it('sees nothing any more once it is over, or was taken back, or as member of another house', async () => {
      const { verdict } = await opened();
      const { id } = await invite(finder, { kind: 'verdict', id: verdict });
      const params = { id };
      await server.as(finder)(invitedCheckApi.get, { params });
      await assert.rejects(
        server.as({ ...finder, organisation: stranger.organisation })(invitedCheckApi.get, { params }),
        { status: 404 },
      );
      await server.as(lead!)(invitedCheckApi.revoke, { params });
      await assert.rejects(server.as(finder)(invitedCheckApi.get, { params }), { status: 404 });
      await assert.rejects(server.as(finder)(invitedCheckApi.answer, { params, body: answer('< 4.33') }), {
        status: 404,
      });
      const again = await invite(finder, { kind: 'verdict', id: verdict });
      await owner.query(`update check_invitation set until = now() where id = $1`, [again.id]);
      assert.deepEqual(
        (await server.as(finder)(invitedCheckApi.mine, {})).items.filter(({ id }) => id === again.id),
        [],
      );
      await assert.rejects(behindTheDoor(finder, verdict, analyst!.person!), /row-level security/);
    });

    it('cannot be its first hand under another name: the database keeps them apart', async () => {
      const { verdict } = await opened();
      // The analyst is a finder, too, in another organisation.
      const twice: Actor = { ...finder, person: analyst!.person, name: analyst!.name };
      await owner.query(
        `insert into membership (person_id, organisation_id, roles) values ($1, $2, '{RES}') on conflict do nothing`,
        [analyst!.person, finder.organisation],
      );
      const { id } = await invite(twice, { kind: 'verdict', id: verdict });
      await assert.rejects(
        server.as(twice)(invitedCheckApi.answer, { params: { id }, body: answer('< 4.33') }),
        /first answer/,
      );
      await assert.rejects(behindTheDoor(twice, verdict, analyst!.person!), /verdict_second/);
    });

    it('is invited by a lead alone, and only if he is a researcher or a partner', async () => {
      const { verdict } = await opened();
      const body = {
        subject: { kind: 'verdict' as const, id: verdict },
        person: finder.person!,
        organisation: finder.organisation!,
        days: 3,
        note: '',
        consented: false,
      };
      await assert.rejects(server.as(analyst!)(invitedCheckApi.invite, { body }), { status: 403 });
      const member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
      await assert.rejects(
        server.as(lead!)(invitedCheckApi.invite, {
          body: { ...body, person: member.person!, organisation: member.organisation! },
        }),
        { status: 404 },
      );
      await server.as(lead!)(invitedCheckApi.invite, { body });
      await assert.rejects(server.as(lead!)(invitedCheckApi.invite, { body }), /invited to this already/);
      const { items } = await server.as(lead!)(invitedCheckApi.checkers, { query: { search: 'ministry' } });
      assert.deepEqual(
        items.map(({ organisation }) => organisation.name),
        ['Ministry'],
      );
    });
  });

  describe('a release', () => {
    it('sees the snapshot and its checks, is the second checker, and never its approver', async () => {
      const { release, snapshot } = await proposed();
      const other = await proposed();
      const { id } = await invite(finder, { kind: 'release', id: release });
      const seen = await server.as(finder)(invitedCheckApi.get, { params: { id } });
      assert.equal(seen.release!.snapshot, snapshot);
      assert.match(seen.release!.texts[0]!.body, /Restrict who reaches/);
      const { rows } = await server.database.as(finder, (tx) =>
        sql<{ id: string }>`select id from release union select release_id from release_artefact`.execute(tx),
      );
      assert.deepEqual(
        rows.map((row) => row.id),
        [release],
      );
      for (const route of [releaseApi.get, releaseApi.approve])
        await assert.rejects(
          server
            .send(finder)(
              route.method,
              route.path.replace(':id', other.release),
              route.method === 'POST' ? { snapshot, sendAt: null } : undefined,
            )
            .then(({ status }) => assert.equal(status, 200)),
        );
      await server.as(finder)(invitedCheckApi.review, {
        params: { id },
        body: { snapshot, couldHarm: false, reason: 'I tried it: no step is told', answers: {} },
      });
      const page = await server.as(lead!)(releaseApi.get, { params: { id: release } });
      assert.equal(page.people.reviewer!.name, finder.name);
      await assert.rejects(
        server.as({ ...lead!, person: finder.person })(releaseApi.approve, {
          params: { id: release },
          body: { snapshot, sendAt: null },
        }),
        /second check/,
      );
      await server.as(lead!)(releaseApi.approve, {
        params: { id: release },
        body: { snapshot, sendAt: null },
      });
    });

    it('stops it by saying that it could prepare an attack', async () => {
      const { release, snapshot } = await proposed();
      const { id } = await invite(finder, { kind: 'release', id: release });
      await server.as(finder)(invitedCheckApi.review, {
        params: { id },
        body: { snapshot, couldHarm: true, reason: 'It tells the order of the bytes', answers: {} },
      });
      const page = await server.as(lead!)(releaseApi.get, { params: { id: release } });
      assert.equal(page.state, 'blocked');
    });

    it('is not invited to what he wrote in', async () => {
      const { release } = await proposed([analyst!.person!, finder.person!]);
      await assert.rejects(invite(finder, { kind: 'release', id: release }), /You wrote in this version/);
    });
  });

  it('is not asked by those who have no such role, whatever they send', async () => {
    const member = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
    for (const route of Object.values(apis.invitedChecks)) {
      const { status } = await server.send(member)(
        route.method,
        route.path.replace(':id', crypto.randomUUID()),
        route.method === 'POST' ? {} : undefined,
      );
      assert.equal(status, 403, route.path);
    }
  });

  const answer = (value: string) => ({
    value,
    verification: 'unverified' as StatedVerification,
    evidence: 'tried on the rig',
    links: [],
    claims: [] as string[],
  });

  /** Two sources that disagree, and the first answer to that. */
  async function opened(tlp: 'CLEAR' | 'AMBER' = 'CLEAR') {
    const cve = `CVE-2026-${++number}`;
    await arrives(
      advisory(cve, { name: 'Aurum', range: '<4.35', tlp }),
      advisory(cve, { name: 'Grid', range: '<4.30', tlp }),
    );
    const { facts } = await server.as(analyst!)(vulnerabilityApi.get, { params: { ref: cve } });
    const fact = facts.find(({ kind }) => kind === 'productStatus')!;
    const { verdict } = await server.as(analyst!)(vulnerabilityApi.decide, {
      params: { ref: cve },
      body: { ...answer('< 4.33'), fact: fact.key },
    });
    return { cve, verdict };
  }

  function advisory(
    cve: string,
    { name, range, tlp }: { name: string; range: string; tlp: 'CLEAR' | 'AMBER' },
  ) {
    return csaf({
      id: `${name}-${cve}`,
      tlp,
      publisher: { name, namespace: `https://${name.toLowerCase()}.example`, category: 'vendor' },
      products: [{ key: 'old', vendor: 'Aurum Controls', name: 'AX-300', range }],
      vulnerabilities: [
        {
          cve,
          title: 'Commands from anybody',
          description: 'No authentication.',
          affected: ['old'],
          remediations: [{ category: 'mitigation', text: 'Block port 502 at the conduit.' }],
        },
      ],
    });
  }

  async function arrives(...documents: ReturnType<typeof csaf>[]): Promise<void> {
    const files = documents.map((document, n) => [`${n}.json`, json(document)] as const);
    await server.house.imports.importStream(analyst!, 'x.tar', bytes(await tar(Object.fromEntries(files))));
  }

  async function proposed(authors = [analyst!.person!]) {
    const subject = new TestSubject(analyst!.person!, { authors });
    subjects.set(subject.id, subject);
    const { id } = await server.as(analyst!)(releaseApi.propose, {
      body: { subject: { kind: 'publication', id: subject.id } },
    });
    const { snapshot } = await server.as(lead!)(releaseApi.get, { params: { id } });
    return { release: id, snapshot };
  }

  function invite(who: Actor, subject: { kind: 'verdict' | 'release'; id: string }, consented = false) {
    const [person, organisation] = [who.person!, who.organisation!];
    return server.as(lead!)(invitedCheckApi.invite, {
      body: { subject, person, organisation, days: 7, note: 'Please look', consented },
    });
  }

  function behindTheDoor(who: Actor, verdict: string, first: string) {
    return server.database.as(who, (tx) =>
      sql`insert into verdict_second (verdict_id, owner_id, first_person, person_id, value, value_key, verification, evidence, links, claims)
        values (${verdict}, ${lead!.organisation}, ${first}, ${who.person}, 'a', 'a', 'unverified', '', '{}', '{}')`.execute(
        tx,
      ),
    );
  }
});
