import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis } from '@busbar/contract';
import { validate } from '@busbar/csaf';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json } from '../../testing/documents.ts';
import { makePack } from '../../testing/packs.ts';
import { type Publishing, publishing, type Told } from '../../testing/publishing.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import { readPack } from '../packs/pack-file.ts';

describe('an advisory that the CERT releases', { timeout: 300_000 }, () => {
  let server: TestServer;
  let cert: Publishing;
  let member: Actor;
  let neighbour: Actor;
  let school: Actor;
  const sites = new Map<Actor, string>();
  /** As long as no part of a ref is: searched for, a product is found by its own number alone. */
  let number = 500_000;

  before(async () => {
    server = await startTestServer({ work: true });
    cert = await publishing(server);
    member = await plant('Nordwasser');
    neighbour = await plant('Delta Motors');
    school = await (await server.organisation('School', 'training')).person('TEE');
  });
  after(() => server.close());

  describe('meets the plants', () => {
    it('warns within seconds, and is told, as what others say is', async () => {
      const product = await pumps(member);
      const { ref } = await cert.published({ product });
      const { advisory, certainty, state, urgency } = await warned(member, product);
      assert.deepEqual(
        [advisory.trackingId, advisory.publisher, advisory.score, certainty, state],
        [ref, 'CERT of the coast', 9.8, 'exact', 'new'],
      );
      assert.notEqual(urgency, null);
      const [alert] = await alertsOf(member, advisory.id);
      assert.equal(alert!.advisory.trackingId, ref);
      assert.equal((await inLibrary(visitor, ref))!.version, '1');
    });

    it('not one that is mended', async () => {
      const product = await pumps(member, '2.4');
      const { ref } = await cert.published({ product });
      await compared();
      assert.deepEqual(await warningsOf(member, product), []);
      assert.ok(await inLibrary(visitor, ref));
    });

    it('is counted on the board of reach', async () => {
      const product = await pumps(member);
      for (let n = 0; n < 4; n++) await pumps(await plant(`Reach ${n}`), '2.3', product);
      const { ref } = await cert.published({ product, title: 'Everywhere' });
      const reach = await until('it is counted', async () => {
        const { items } = await server.as(cert.lead)(apis.reach.board, { query: { search: 'Everywhere' } });
        return items[0];
      });
      assert.deepEqual([reach.advisory.trackingId, reach.organisations], [ref, 5]);
    });

    it('is a warning of an early kind, too, which asks to look it up', async () => {
      const product = await pumps(member);
      await cert.published({ product, kind: 'earlyWarning' });
      assert.equal((await warned(member, product)).certainty, 'unsure');
    });

    it('is no news to its own analysts, and is found once by whoever searches', async () => {
      const product = await pumps(member);
      const { ref } = await cert.published({ product });
      await warned(member, product);
      const { items } = await server.as(cert.author)(apis.radar.list, { query: { limit: 100 } });
      assert.deepEqual(
        items.filter(({ trackingId }) => trackingId === ref),
        [],
      );
      const found = await until('it is found', async () => {
        const answer = await server.as(visitor)(apis.search.find, { query: { q: ref } });
        return answer.groups.some((group) => group.items.length > 0) && answer.groups;
      });
      assert.deepEqual(
        found.flatMap(({ kind, items: some }) => some.map(() => kind)),
        ['publication'],
      );
    });
  });

  describe('in its next version', () => {
    it('disturbs nobody when only words change', async () => {
      const product = await pumps(member);
      const { publication, ref } = await cert.published({ product });
      const before = await warned(member, product);
      const alerts = await alertsOf(member, before.advisory.id);
      await revised(
        publication,
        'Said **more nicely**, [here](https://cert.example/px):\n\n1. stop ~~later~~, H~2~O\n2. _look_\n\n```\nrun\n```\n\n3. [go on][1]\n\n[1]: https://cert.example/py',
      );
      assert.equal((await inLibrary(visitor, ref))!.version, '2');
      // CSAF 2.1, 5.4: its texts may be Markdown. Those of 2.0 are shown as they stand.
      const { document } = JSON.parse((await documentOf(ref)).toString());
      assert.equal(
        document.notes[0].text,
        'Said more nicely, here (https://cert.example/px):\n\n1. stop ~~later~~, H~2~O\n2. look\n\nrun\n\n3. go on (https://cert.example/py)',
      );
      // What nobody could have typed is not read as Markdown, which would take for ever or more room than there is.
      await revised(publication, '>'.repeat(3_000));
      const hostile = JSON.parse((await documentOf(ref)).toString());
      assert.equal(hostile.document.notes[0].text, '>'.repeat(3_000));
      await compared();
      const later = await warned(member, product);
      assert.deepEqual([later.id, later.since, later.state], [before.id, before.since, before.state]);
      assert.deepEqual(
        (await alertsOf(member, before.advisory.id)).map(({ id }) => id),
        alerts.map(({ id }) => id),
      );
    });

    it('is for whom that version is', async () => {
      const product = await pumps(member);
      await pumps(neighbour, '2.3', product);
      const { publication, ref } = await cert.published({ product, label: 'GREEN', scope: 'members' });
      for (const actor of [member, neighbour]) await warned(actor, product);
      await revised(publication, 'For one of you.', {
        label: 'GREEN',
        scope: 'orgs',
        audience: [member.organisation!],
      });
      await until(
        'it is over for the other',
        async () => (await warningsOf(neighbour, product)).length === 0,
      );
      assert.equal(await inLibrary(neighbour, ref), undefined);
      assert.equal((await warned(member, product)).advisory.trackingId, ref);
    });

    it('is withdrawn from the library when that version is no document any more', async () => {
      const product = await pumps(member);
      const { publication } = await cert.published({ product });
      const { id } = await warned(member, product);
      await revised(publication, 'For one person.', {
        label: 'RED',
        scope: 'named',
        audience: [cert.lead.person!],
      });
      await until('it has ended', async () => (await warning(member, id)).state === 'ended');
    });
  });

  describe('once it is recalled', () => {
    const recall = (release: string) =>
      server.as(cert.lead)(apis.releases.recall, {
        params: { id: release },
        body: { reason: 'The range was wrong' },
      });

    it('warns nobody any more; what it was stays to be read, with the reason', async () => {
      const product = await pumps(member);
      const { ref, release } = await cert.published({ product });
      const { id } = await warned(member, product);
      await recall(release);
      await until('it has ended', async () => (await warning(member, id)).state === 'ended');
      const { id: advisory, version } = (await inLibrary(visitor, ref))!;
      assert.equal(version, '1.0.1');
      const text = (await fetched(`/api/advisories/${advisory}/document.json`)).toString();
      assert.match(text, /The range was wrong/);
      assert.ok(!text.includes('product_tree'));
      assert.deepEqual(
        validate(JSON.parse(text)).findings.filter(({ severity }) => severity === 'error'),
        [],
      );
    });

    it('by the publication itself, too', async () => {
      const product = await pumps(member);
      const { ref, publication } = await cert.published({ product });
      const { id } = await warned(member, product);
      await server.as(cert.lead)(apis.publications.withdraw, {
        params: { id: publication },
        body: { reason: 'Told elsewhere', confirm: ref },
      });
      await until('it has ended', async () => (await warning(member, id)).state === 'ended');
    });

    it('does not come back with what somebody still carries, and is carried on as withdrawn', async () => {
      const product = await pumps(member);
      const { ref, release } = await cert.published({ product });
      const { id } = await warned(member, product);
      const before = await documentOf(ref);
      await recall(release);
      await until('it has ended', async () => (await warning(member, id)).state === 'ended');
      await brought(before);
      assert.equal((await warning(member, id)).state, 'ended');
      const carried: string[] = [];
      await readPack(
        bytes((await makePack(server, cert.lead)).bytes),
        async (text) => JSON.parse(text.toString('utf8')),
        async (_entry, content) => void carried.push(content.toString('utf8')),
      );
      const versions = carried
        .flatMap((text) => JSON.parse(text).document ?? [])
        .filter(({ tracking }) => tracking.id === ref)
        .map(({ category, tracking }) => [category, tracking.version]);
      assert.deepEqual(versions, [['Withdrawn', '1.0.1']]);
    });
  });

  describe('is in the library for those whom it was released for', () => {
    const cases: [string, (who: Actor) => Told, boolean][] = [
      ['GREEN, for some of those who could have it', to('GREEN', 'orgs'), false],
      ['AMBER+STRICT, for organisations', to('AMBER+STRICT', 'orgs'), false],
      ['CLEAR, for members', () => ({ label: 'CLEAR', scope: 'members' }), true],
    ];
    for (const [name, told, everyMember] of cases)
      it(name, async () => {
        const product = await pumps(member);
        await pumps(neighbour, '2.3', product);
        const { ref } = await cert.published({ product, cve: 'CVE-2026-70001', ...told(member) });
        const { advisory } = await warned(member, product);
        await compared();
        assert.equal((await warningsOf(neighbour, product)).length, everyMember ? 1 : 0);
        for (const [actor, sees] of [
          [member, true],
          [cert.author, true],
          [neighbour, everyMember],
          [school, false],
          [visitor, false],
        ] as const) {
          assert.equal((await inLibrary(actor, ref)) !== undefined, sees, actor.name);
          const { items } = await server.as(actor)(apis.advisories.list, { query: { search: product } });
          assert.equal(items.length, sees ? 1 : 0, actor.name);
          const page = server.as(actor)(apis.advisories.get, { params: { id: advisory.id } });
          if (sees) assert.equal((await page).trackingId, ref);
          else await assert.rejects(page, { status: 404 });
          const spoken = await server
            .as(actor)(apis.vulnerabilities.get, { params: { ref: 'CVE-2026-70001' } })
            .catch(() => undefined);
          assert.equal(spoken?.sourceList.some(({ trackingId }) => trackingId === ref) ?? false, sees);
        }
      });

    function to(label: Told['label'], scope: Told['scope']) {
      return (who: Actor): Told => ({ label: label!, scope: scope!, audience: [who.organisation!] });
    }
  });

  describe('is there once', () => {
    it('when it comes back the way that others’ documents come', async () => {
      const product = await pumps(member);
      const { ref } = await cert.published({ product, label: 'GREEN', scope: 'members' });
      const { advisory } = await warned(member, product);
      const alerts = await alertsOf(member, advisory.id);
      const { unchanged, edition } = await brought(await documentOf(ref, member));
      assert.deepEqual([unchanged, edition], [1, null]);
      assert.equal((await warningsOf(member, product)).length, 1);
      assert.deepEqual(await alertsOf(member, advisory.id), alerts);
      // As far as its label would let it go, it still does not.
      assert.equal(await inLibrary({ ...school, roles: ['GOV'] }, ref), undefined);
    });

    it('and in nobody else’s words: what is not what was released takes its place under no number', async () => {
      const product = await pumps(member);
      const { ref } = await cert.published({ product });
      await warned(member, product);
      const forged = JSON.parse((await documentOf(ref)).toString());
      forged.document.tracking.version = '9';
      forged.document.tracking.revision_history.push({
        number: '9',
        date: '2026-04-01T00:00:00Z',
        summary: 'x',
      });
      delete forged.vulnerabilities;
      const { refused, updated } = await brought(json(forged));
      assert.deepEqual([updated, refused.map(({ why }) => why.code)], [0, ['said-by-us']]);
      assert.equal((await inLibrary(visitor, ref))!.version, '1');
    });

    it('under the name that the CERT has now', async () => {
      const product = await pumps(member);
      const { publication, ref } = await cert.published({ product });
      const { id } = await warned(member, product);
      await server.owner.query(
        `update setting set value = value || '{"name": "CERT of the sea"}' where name = 'cert'`,
      );
      await revised(publication, 'By another name.');
      const { items } = await server.as(visitor)(apis.advisories.list, { query: { search: product } });
      assert.deepEqual(
        items.map((one) => [one.trackingId, one.publisher, one.version]),
        [[ref, 'CERT of the sea', '2']],
      );
      await server.owner.query(
        `update setting set value = value || '{"name": "CERT of the coast"}' where name = 'cert'`,
      );
      await compared();
      assert.equal((await warned(member, product)).id, id);
    });
  });

  it('confirms no source that it was made of, and contradicts none', async () => {
    const cve = 'CVE-2026-70002';
    const product = `PX ${++number}`;
    const document = csaf({
      id: 'NBC-2026-777',
      products: [{ key: 'old', vendor: 'Nordbruk', name: product, range: '<2.4' }],
      vulnerabilities: [
        {
          cve,
          title: 'Fixed password',
          description: 'The service account has a fixed password.',
          cvss: { vector: 'CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 8.4, severity: 'HIGH' },
          affected: ['old'],
          remediations: [{ category: 'mitigation', text: 'Allow port 502 from the control room only.' }],
        },
      ],
    });
    await brought(json(document));
    await cert.published({ product, cve });
    const page = await server.as(cert.author)(apis.vulnerabilities.get, { params: { ref: cve } });
    assert.deepEqual(page.publishers, ['Nordbruk'], 'what others say, the CERT does not say once more');
    const facts = page.facts.filter(({ kind }) => kind === 'productStatus' || kind === 'severity');
    assert.deepEqual([...new Set(facts.map(({ agreement }) => agreement))], ['one']);
    const verified = facts.flatMap(({ claims }) => claims.map(({ verification }) => verification));
    assert.deepEqual([...new Set(verified)], ['singleSource']);
    assert.equal(page.standing?.disagreeing ?? 0, 0);
  });

  async function plant(name: string): Promise<Actor> {
    const actor = await (await server.organisation(name, 'operator')).person('MEM');
    const { id } = await server.as(actor)(apis.plant.addSite, {
      body: { name: 'Works', sector: '', country: '', process: '' },
    });
    sites.set(actor, id);
    return actor;
  }

  /** A device of a product of its own, unless it is named. */
  async function pumps(actor: Actor, firmware = '2.3', product = `PX ${++number}`): Promise<string> {
    const site = sites.get(actor)!;
    await server.as(actor)(apis.plant.addAsset, {
      body: { site, name: `Pump ${product}`, vendor: 'Nordbruk', product, firmware },
    });
    return product;
  }

  async function warningsOf(actor: Actor, product: string) {
    const { items } = await server.as(actor)(apis.warnings.list, { query: { open: 'true', limit: 200 } });
    return items.filter(({ asset }) => asset.product === product);
  }

  const warned = async (actor: Actor, product: string) =>
    until('there is a warning', async () => (await warningsOf(actor, product))[0], 20);

  const warning = (actor: Actor, id: string) => server.as(actor)(apis.warnings.get, { params: { id } });

  const alertsOf = (actor: Actor, advisory: string) =>
    until('it is told', async () => {
      const { items } = await server.as(actor)(apis.alerts.list, { query: { limit: 200 } });
      const found = items.filter((one) => one.advisory.id === advisory);
      return found.length > 0 && found;
    });

  async function inLibrary(actor: Actor, ref: string) {
    const { items } = await server.as(actor)(apis.advisories.list, { query: { limit: 200 } });
    return items.find(({ trackingId }) => trackingId === ref);
  }

  async function revised(id: string, summary: string, told?: Told) {
    await server.as(cert.author)(apis.publications.revise, { params: { id } });
    await cert.say(id, 'summary', summary);
    if (told) await cert.describe(id, told);
    await cert.sent(id);
  }

  /** Until every plant was compared with everything. */
  const compared = () =>
    until('the plants are compared', async () => {
      const { rows } = await server.owner.query(
        `select from job where kind = 'match-advisories' and state in ('queued', 'running')`,
      );
      return rows.length === 0;
    });

  async function brought(document: Buffer) {
    const outcome = await server.house.imports.importStream(cert.lead, 'x.json', bytes(document));
    await compared();
    return outcome;
  }

  /** As it lies at its address. */
  async function documentOf(ref: string, actor?: Actor): Promise<Buffer> {
    const folder = actor ? 'green' : 'white';
    const year = new Date().getUTCFullYear();
    return fetched(`/.well-known/csaf/${folder}/${year}/${ref.toLowerCase()}.json`, actor);
  }

  async function fetched(url: string, actor?: Actor): Promise<Buffer> {
    const { statusCode, rawPayload } = await server.app.inject({
      url,
      headers: actor ? { 'x-test-actor': JSON.stringify(actor) } : {},
    });
    assert.equal(statusCode, 200, url);
    return rawPayload;
  }
});
