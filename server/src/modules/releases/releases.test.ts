import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  advisoryApi,
  type CheckName,
  jobApi,
  plantApi,
  publishedApi,
  releaseApi,
  type ReleasePage,
  signingKeyApi,
} from '@busbar/contract';
import { sql } from 'kysely';
import * as openpgp from 'openpgp';

import type { Actor } from '../../platform/actor.ts';
import { type ReleaseGate, releaseGate } from '../../testing/release-gate.ts';
import { csafFile, TestSubject } from '../../testing/subject.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import type { Snapshot } from './release-service.ts';

describe('the release gate', { timeout: 300_000 }, () => {
  let server: TestServer;
  let gate: ReleaseGate;
  let author: Actor;
  let reviewer: Actor;
  let lead: Actor;
  let otherLead: Actor;
  let administrator: Actor;
  let member: Actor;

  before(async () => {
    server = await startTestServer({ work: true });
    gate = await releaseGate(server);
    ({ author, reviewer, lead, administrator } = gate);
    otherLead = await gate.cert.person('LEAD');
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
  });
  after(() => server.close());

  it('lets an advisory out when three people have had their part in it', async () => {
    const { subject, id } = await gate.proposed();
    await reviewed(id);
    await approved(id);
    await gate.sent(id);
    const page = await server.as(server.visitor)(publishedApi.get, { params: { id } });
    assert.equal(page.title, subject.now.title);
    assert.deepEqual(
      page.texts.map(({ language }) => language),
      ['en', 'ru'],
    );
    assert.deepEqual(subject.told, ['released 1']);
  });

  describe('keeps the hands apart:', () => {
    it('the author neither checks nor approves', async () => {
      const { id } = await gate.proposed({ authors: [lead.person!, author.person!] });
      await refused('reviewer-wrote', review(id, author));
      await reviewed(id);
      await refused('approver-wrote', approve(id, lead));
      await approved(id, otherLead);
    });

    it('the proposer does not approve, nor does the second checker', async () => {
      const first = await gate.proposed({}, lead);
      await reviewed(first.id);
      await refused('approver-proposed', approve(first.id, lead));
      const second = await gate.proposed();
      await review(second.id, lead);
      await refused('approver-reviewed', approve(second.id, lead));
    });

    it('nothing is approved that nobody has checked', async () => {
      const { id } = await gate.proposed();
      await refused('release-not-reviewed', approve(id, lead));
    });

    it('by the database, whatever the program forgets', async () => {
      const { id } = await gate.proposed({ authors: [lead.person!] }, otherLead);
      await reviewed(id);
      for (const [who, why] of [
        [lead, /release_approver_wrote/],
        [otherLead, /release_approver_proposed/],
        [{ ...reviewer, roles: ['LEAD'] } as Actor, /release_approver_reviewed/],
        [{ ...author, roles: ['ANA'] } as Actor, /row-level security/],
      ] as const)
        await assert.rejects(() => approvalBehindTheDoor(id, who, who.person!), why);
      await assert.rejects(() => approvalBehindTheDoor(id, lead, author.person!), /row-level security/);
      // A row that tells another story about who wrote it has no release to stand on.
      await assert.rejects(
        () =>
          server.database.as(lead, (tx) =>
            sql`insert into release_approval (release_id, owner_id, snapshot, authors, proposer_id, reviewer_id, approver_id)
            select id, owner_id, snapshot, array[${author.person}::uuid], ${author.person}, ${reviewer.person}, ${lead.person} from release where id = ${id}`.execute(
              tx,
            ),
          ),
        /foreign key/,
      );
    });

    it('when two leads approve in the same moment: one does', async () => {
      const { id } = await gate.proposed();
      await reviewed(id);
      const { snapshot } = await get(id);
      const answers = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) =>
          server.as(n % 2 ? lead : otherLead)(releaseApi.approve, {
            params: { id },
            body: { snapshot, sendAt: null },
          }),
        ),
      );
      assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
      await gate.sent(id);
      assert.equal(
        (await server.owner.query('select from published where release_id = $1', [id])).rowCount,
        1,
      );
    });

    it('when the second check and the approval of the same person race', async () => {
      for (let round = 0; round < 5; round++) {
        const { id } = await gate.proposed();
        const { snapshot } = await get(id);
        await Promise.allSettled([
          review(id, lead),
          server.as(lead)(releaseApi.approve, { params: { id }, body: { snapshot, sendAt: null } }),
          review(id, reviewer),
        ]);
        const { people } = await get(id);
        assert.ok(!people.approver || people.approver.id !== people.reviewer?.id);
      }
    });
  });

  describe('approves a snapshot, not a draft:', () => {
    it('what is written afterwards is not in it, and asks for a new one', async () => {
      const { subject, id } = await gate.proposed();
      await reviewed(id);
      subject.now = { ...subject.now, title: 'Something else' };
      await approved(id);
      await gate.sent(id);
      const page = await server.as(server.visitor)(publishedApi.get, { params: { id } });
      assert.notEqual(page.title, 'Something else');
    });

    it('a new proposal takes the place of the one that waited, whose hash approves nothing', async () => {
      const { subject, id } = await gate.proposed();
      const { snapshot } = await get(id);
      subject.now = { ...subject.now, version: '2' };
      const again = await gate.propose(subject);
      assert.equal((await get(id)).state, 'withdrawn');
      await review(again, reviewer);
      await refused(
        'release-other-snapshot',
        server.as(lead)(releaseApi.approve, { params: { id: again }, body: { snapshot, sendAt: null } }),
      );
    });

    it('bytes changed in the database cannot be approved, and leave no door when changed after', async () => {
      const before = await gate.proposed();
      await reviewed(before.id);
      await tamper(before.id);
      await refused('release-changed', approve(before.id, lead));
      await assert.rejects(() => approvalBehindTheDoor(before.id, lead, lead.person!), /release-changed/);

      const later = await gate.proposed();
      await reviewed(later.id);
      await approved(later.id, lead, new Date(Date.now() + 60_000));
      await tamper(later.id);
      await server.owner.query(`update release set send_at = now() where id = $1`, [later.id]);
      await assert.rejects(() => publishedBehindTheDoor(later.id), /release-changed/);
    });

    it('nobody adds a file to what was looked at', async () => {
      const { id } = await gate.proposed();
      await reviewed(id);
      await assert.rejects(
        () =>
          server.database.as(author, (tx) =>
            sql`insert into release_artefact (owner_id, release_id, name, media_type, bytes)
              values (actor_organisation(), ${id}, 'csaf/2.0/2026/more.json', 'application/json', 'x')`.execute(
              tx,
            ),
          ),
        /release-changed/,
      );
    });

    it('its hash is that of a manifest anybody can recompute', async () => {
      const { id } = await gate.proposed();
      const { manifest, snapshot, artefacts } = await get(id);
      assert.equal(createHash('sha256').update(manifest).digest('hex'), snapshot);
      for (const { name, sha256 } of artefacts) assert.ok(manifest.includes(`${sha256}  ${name}\n`));
    });
  });

  describe('is the only door:', () => {
    it('the database takes nothing outbound that was not approved', async () => {
      const { id } = await gate.proposed();
      await reviewed(id);
      await assert.rejects(() => publishedBehindTheDoor(id), /release-not-due/);
    });

    it('nor what was approved for later', async () => {
      const { id } = await gate.proposed();
      await reviewed(id);
      await approved(id, lead, new Date(Date.now() + 60_000));
      await assert.rejects(() => publishedBehindTheDoor(id), /release-not-due/);
    });

    it('nor other bytes under an approved name, nor a change of what has left', async () => {
      const { id } = await gate.published();
      await assert.rejects(
        () =>
          server.database.as(lead, (tx) =>
            sql`insert into published_file (release_id, owner_id, label, scope, audience, name, media_type, bytes, sha256, sha512, signature, key_id)
              select release_id, owner_id, label, scope, audience, 'csaf/2.0/2026/x.json', media_type, 'x', sha256('x'), sha512('x'), signature, key_id
              from published_file where release_id = ${id} limit 1`.execute(tx),
          ),
        /foreign key/,
      );
      await assert.rejects(
        () => server.database.as(lead, (tx) => sql`update published_file set bytes = 'x'`.execute(tx)),
        /permission denied/,
      );
      await assert.rejects(
        () => server.database.as(lead, (tx) => sql`delete from published`.execute(tx)),
        /permission denied/,
      );
    });
  });

  describe('asks:', () => {
    const breaks: [CheckName, Partial<Snapshot>, 'warning' | 'blocked'][] = [
      ['label', { label: 'GREEN', scope: 'partners' }, 'blocked'],
      ['scope', { scope: 'orgs', audience: [] }, 'blocked'],
      ['composition', { parts: [part({ label: 'AMBER' })] }, 'blocked'],
      ['consents', { parts: [part({ consent: 'missing' })] }, 'blocked'],
      ['members', text('Seen at Nordwasser in March.'), 'blocked'],
      ['addresses', text('It calls 10.20.30.40 every minute.'), 'warning'],
      ['harm', text('A proof of concept is attached.'), 'warning'],
      ['claims', { claims: { unchecked: [], disputed: ['severity of CVE-2026-10001'] } }, 'blocked'],
      [
        'validator',
        {
          validator: [
            {
              severity: 'error',
              where: '/document',
              told: { code: '6.1.1', params: {}, text: 'It breaks section 6.1.1' },
            },
          ],
        },
        'blocked',
      ],
      ['embargo', { embargoUntil: '2031-01-01T00:00:00Z' }, 'blocked'],
      ['links', text('[look](javascript:alert(1))'), 'blocked'],
    ];
    for (const [name, change, outcome] of breaks)
      it(`${name}: ${outcome} when broken, and nothing else is`, async () => {
        const { id } = await gate.proposed(change);
        const page = await get(id);
        const found = page.checks.filter((check) => check.outcome !== 'passed');
        assert.deepEqual(
          found.map((check) => [check.name, check.outcome]),
          [[name, outcome]],
        );
        assert.ok(found[0]!.findings[0]!.told.text.length > 20);
        assert.equal(page.state, outcome === 'blocked' ? 'blocked' : 'proposed');
        if (outcome === 'blocked') await refused('release-moved-on', review(id, reviewer));
        else await refused('warnings-open', review(id, reviewer));
      });

    it('translations: a stale one may leave when somebody says why', async () => {
      const stale = new TestSubject(author.person!).now.texts.map((one) =>
        one.language === 'ru' ? { ...one, basedOn: '0' } : one,
      );
      const { id } = await gate.proposed({ texts: stale });
      await refused('warnings-open', review(id, reviewer));
      await review(id, reviewer, { answers: { translations: 'The change was in the English wording only' } });
      await approved(id);
      await gate.sent(id);
    });

    it('members: knows the serial numbers of their devices, and tells nobody whose', async () => {
      const site = await server.as(member)(plantApi.addSite, {
        body: { name: 'Works', sector: '', country: '', process: '' },
      });
      await server.as(member)(plantApi.addAsset, {
        body: { site: site.id, name: 'PLC 1', address: '10.0.0.1' },
      });
      await server.owner.query(`update asset set serial = 'SN-7734-XK91'`);
      const { id } = await gate.proposed(text('The device with serial SN-7734-XK91 stopped.'));
      const { checks } = await get(id);
      const [finding] = checks.find(({ name }) => name === 'members')!.findings;
      assert.equal(finding?.told.code, 'serial-named');
      assert.ok(!JSON.stringify(checks).includes('Nordwasser'));
    });

    it('the second checker whether it could prepare an attack; yes blocks it', async () => {
      const { id } = await gate.proposed();
      await review(id, reviewer, { couldHarm: true, reason: 'It shows how to stop the pump' });
      assert.equal((await get(id)).state, 'blocked');
      await server.as(author)(releaseApi.check, { params: { id } });
      assert.equal((await get(id)).state, 'blocked');
    });

    it('again when somebody wants to approve, and again at its minute', async () => {
      const { subject, id } = await gate.proposed();
      await reviewed(id);
      subject.now = { ...subject.now, claims: { unchecked: [], disputed: ['range of AX-300'] } };
      await refused('release-check-open', approve(id, lead));
      subject.now = { ...subject.now, claims: { unchecked: [], disputed: [] } };
      await approved(id, lead, new Date(Date.now() + 1500));
      subject.now = { ...subject.now, claims: { unchecked: [], disputed: ['range of AX-300'] } };
      await until('it is blocked', async () => (await get(id)).state === 'blocked');
      assert.equal(
        (await server.owner.query('select from published where release_id = $1', [id])).rowCount,
        0,
      );
    });
  });

  describe('a scheduled release', () => {
    it('appears nowhere before its minute, and everywhere at it', async () => {
      await gate.published();
      const began = Date.now();
      const before = await everythingPublic();
      // Everything is looked at once more before the minute comes, however slow the machine.
      const soon = 2000 + 4 * (Date.now() - began);
      const { subject, id } = await gate.proposed({ title: 'Zebrafish in the controller' });
      await reviewed(id);
      await approved(id, lead, new Date(Date.now() + soon));
      assert.equal((await get(id)).state, 'scheduled');
      assert.deepEqual(await everythingPublic(), before);
      for (const address of [
        `/api/published/${id}`,
        `/.well-known/csaf/white/2026/${subject.now.ref.toLowerCase()}.json`,
        `/.well-known/csaf/white/2026/${subject.now.ref.toLowerCase()}.json.asc`,
      ])
        assert.deepEqual(
          await fetched(address),
          await fetched(address.replace(/[0-9a-f]{4}(?=\.json|$)/, 'ffff')),
        );
      const { bytes } = subject.now.files[0]!;
      const hash = createHash('sha256').update(bytes).digest('hex');
      assert.equal((await server.as(server.visitor)(publishedApi.verify, { query: { hash } })).known, false);
      await gate.sent(id);
      const after = await everythingPublic();
      assert.ok(after['/feed.atom']!.includes('Zebrafish'));
      assert.ok(after['/sitemap.xml']!.includes(id));
      assert.ok(after['/.well-known/csaf/white/changes.csv']!.includes(subject.now.ref.toLowerCase()));
      assert.equal((await server.as(server.visitor)(publishedApi.verify, { query: { hash } })).known, true);
    });

    it('is held by a lead, and then leaves at no minute', async () => {
      const { id } = await gate.proposed();
      await reviewed(id);
      await approved(id, lead, new Date(Date.now() + 1500));
      await server.as(otherLead)(releaseApi.hold, {
        params: { id },
        body: { reason: 'The vendor asks for a day' },
      });
      await sleep(3000);
      const page = await get(id);
      assert.equal(page.state, 'proposed');
      assert.equal(page.people.approver, null);
      assert.equal(
        (await server.owner.query('select from published where release_id = $1', [id])).rowCount,
        0,
      );
    });

    it('is not shown to members as a job', async () => {
      const { items } = await server.as(member)(jobApi.list);
      assert.ok(!items.some(({ kind }) => kind === 'send-release'));
    });
  });

  describe('a recall', () => {
    it('leaves a page that says why, takes the files and the entries in feeds away, and tells who verifies', async () => {
      const { subject, id } = await gate.published();
      const path = `/.well-known/csaf/white/2026/${subject.now.ref.toLowerCase()}.json`;
      assert.equal((await fetched(path)).status, 200);
      await server.as(lead)(releaseApi.recall, { params: { id }, body: { reason: 'The range was wrong' } });
      const page = await server.as(server.visitor)(publishedApi.get, { params: { id } });
      assert.equal(page.recallReason, 'The range was wrong');
      assert.deepEqual([page.texts, page.files], [[], []]);
      assert.equal((await fetched(path)).status, 410);
      assert.ok(
        !(await fetched('/.well-known/csaf/white/index.txt')).body.includes(subject.now.ref.toLowerCase()),
      );
      assert.ok((await fetched('/feed.atom')).body.includes('[recalled]'));
      const hash = createHash('sha256').update(subject.now.files[0]!.bytes).digest('hex');
      const { file } = await server.as(server.visitor)(publishedApi.verify, { query: { hash } });
      assert.equal(file?.recallReason, 'The range was wrong');
      assert.deepEqual(subject.told, ['released 1', 'recalled: The range was wrong']);
    });

    it('is a lead’s', async () => {
      const { id } = await gate.published();
      await refused(
        'role-not-allowed',
        server.as(author)(releaseApi.recall, { params: { id }, body: { reason: 'x' } }),
      );
    });
  });

  describe('what has left', () => {
    it('is signed, and any OpenPGP program can tell', async () => {
      const { subject } = await gate.published();
      const path = `/.well-known/csaf/white/2026/${subject.now.ref.toLowerCase()}.json`;
      const [document, signature, metadata] = [
        await fetched(path),
        await fetched(`${path}.asc`),
        JSON.parse((await fetched('/.well-known/csaf/provider-metadata.json')).body),
      ];
      const key = await fetched(new URL(metadata.public_openpgp_keys[0].url).pathname);
      const { signatures } = await openpgp.verify({
        message: await openpgp.createMessage({ binary: Buffer.from(document.body) }),
        signature: await openpgp.readSignature({ armoredSignature: signature.body }),
        verificationKeys: await openpgp.readKey({ armoredKey: key.body }),
      });
      assert.ok(await signatures[0]!.verified);
      const sha256 = createHash('sha256').update(document.body).digest('hex');
      const sha512 = createHash('sha512').update(document.body).digest('hex');
      assert.ok((await fetched(`${path}.sha256`)).body.startsWith(sha256));
      assert.ok((await fetched(`${path}.sha512`)).body.startsWith(sha512));
    });

    it('still verifies when its key was rotated, and says when it was revoked', async () => {
      const { subject } = await gate.published();
      const hash = createHash('sha256').update(subject.now.files[0]!.bytes).digest('hex');
      const verify = async () =>
        (await server.as(server.visitor)(publishedApi.verify, { query: { hash } })).file!;
      const { key: old } = await verify();
      await server.as(administrator)(signingKeyApi.create, { body: { years: 1 } });
      assert.deepEqual([(await verify()).signature, (await verify()).key.state], ['valid', 'retired']);
      const { items } = await server.as(server.visitor)(signingKeyApi.list);
      const { id } = items.find(({ fingerprint }) => fingerprint === old.fingerprint)!;
      await server.as(administrator)(signingKeyApi.revoke, {
        params: { id },
        body: { reason: 'compromised' },
      });
      const now = await verify();
      assert.deepEqual(
        [now.signature, now.key.state, now.key.revokedReason],
        ['valid', 'revoked', 'compromised'],
      );
    });

    it('of TLP:AMBER+STRICT lies in CSAF 2.0, too: labelled RED there, and the text says which it is', async () => {
      const ref = 'BB-2026-strict1';
      await gate.published({
        ref,
        label: 'AMBER+STRICT',
        scope: 'orgs',
        audience: [member.organisation!],
        files: [csafFile(ref, 'AMBER+STRICT')],
      });
      const folder = '/.well-known/csaf/amber-strict';
      const path = `${folder}/2026/bb-2026-strict1.json`;
      assert.equal((await fetched(path)).status, 401);
      const { status, body } = await fetched(path, member);
      assert.equal(status, 200);
      const { distribution } = JSON.parse(body).document;
      assert.deepEqual(distribution, { text: 'TLP v2.0: TLP:AMBER+STRICT', tlp: { label: 'RED' } });
      assert.ok((await fetched(`${folder}/csaf-feed-tlp-amber-strict.json`, member)).body.includes(ref));
      const metadata = await fetched('/.well-known/csaf/provider-metadata.json');
      const feeds = JSON.parse(metadata.body).distributions.at(-1).rolie.feeds as {
        url: string;
        tlp_label: string;
      }[];
      assert.equal(feeds.find(({ url }) => url.includes(folder))?.tlp_label, 'RED');
    });

    it('of another label than CLEAR is for those it is for', async () => {
      const ref = 'BB-2026-green1';
      const { id } = await gate.published({
        ref,
        label: 'GREEN',
        scope: 'partners',
        files: [csafFile(ref, 'GREEN')],
      });
      const path = '/.well-known/csaf/green/2026/bb-2026-green1.json';
      assert.equal((await fetched(path)).status, 401);
      assert.equal((await fetched('/.well-known/csaf/green/2026/never.json')).status, 401);
      assert.equal((await fetched('/.well-known/csaf/white/2026/bb-2026-green1.json')).status, 404);
      assert.equal((await fetched(path, member)).status, 200);
      assert.ok(
        (await fetched('/.well-known/csaf/green/csaf-feed-tlp-green.json', member)).body.includes(ref),
      );
      assert.ok(!(await fetched('/feed.atom')).body.includes(id));
      assert.ok(!(await fetched('/sitemap.xml')).body.includes(id));
      const trainee = await (await server.organisation('School', 'training')).person('TEE');
      assert.equal((await fetched(path, { ...trainee, ceiling: 'CLEAR' })).status, 404);
      await assert.rejects(() => server.as(server.visitor)(publishedApi.get, { params: { id } }), /No such/);
    });

    it('answers a second question with 304', async () => {
      await gate.published();
      for (const path of [
        '/.well-known/csaf/white/index.txt',
        '/feed.atom',
        '/.well-known/csaf/provider-metadata.json',
      ]) {
        const { etag } = (await fetched(path)).headers;
        const again = await server.app.inject({ url: path, headers: { 'if-none-match': String(etag) } });
        assert.equal(again.statusCode, 304, path);
      }
    });

    it('a new version takes the address of the old one, which still verifies', async () => {
      const { subject, id } = await gate.published();
      const old = subject.now.files[0]!;
      const text = old.bytes.toString().replace('too often', 'very often');
      subject.now = { ...subject.now, version: '2', files: [{ ...old, bytes: Buffer.from(text) }] };
      const next = await gate.propose(subject);
      await reviewed(next);
      await approved(next);
      await gate.sent(next);
      const path = `/.well-known/csaf/white/2026/${subject.now.ref.toLowerCase()}.json`;
      assert.equal((await fetched(path)).body, text);
      const hash = createHash('sha256').update(old.bytes).digest('hex');
      const { file } = await server.as(server.visitor)(publishedApi.verify, { query: { hash } });
      assert.deepEqual([file?.version, file?.current], ['1', false]);
      const { versions } = await server.as(server.visitor)(publishedApi.get, { params: { id } });
      assert.deepEqual(
        versions.map(({ version }) => version),
        ['2', '1'],
      );
    });
  });

  it('lets the CERT’s own description out, signed, which is found by its kind and is no news', async () => {
    const listed = async (query: { kind?: string }) =>
      (await server.as(server.visitor)(publishedApi.list, { query })).items.map(({ ref }) => ref);
    assert.deepEqual(await listed({ kind: 'rfc2350' }), []);
    const { id } = await server.as(author)(releaseApi.propose, {
      body: { subject: { kind: 'profile', id: author.organisation! } },
    });
    assert.deepEqual(
      (await get(id)).people.authors.map((one) => one.id),
      [author.person],
    );
    await reviewed(id);
    await approved(id);
    await gate.sent(id);
    const text = await fetched('/rfc2350.txt');
    assert.match(text.body, /RFC 2350/);
    assert.match((await fetched('/rfc2350.txt.asc')).body, /BEGIN PGP SIGNATURE/);
    assert.deepEqual(await listed({ kind: 'rfc2350' }), ['rfc2350']);
    assert.ok(!(await listed({})).includes('rfc2350'));
  });

  it('is not there for members', async () => {
    const { id } = await gate.proposed();
    for (const stranger of [member, administrator])
      await refused('role-not-allowed', server.as(stranger)(releaseApi.get, { params: { id } }));
    const { rows } = await server.database.as(member, (tx) => sql`select from release`.execute(tx));
    assert.equal(rows.length, 0);
  });

  function text(added: string): Partial<Snapshot> {
    const [first] = new TestSubject('').now.texts;
    return { texts: [{ ...first!, body: `${first!.body}\n${added}\n` }] };
  }

  function part(changes: Partial<Snapshot['parts'][number]>): Snapshot['parts'][number] {
    return {
      name: 'Report of a member',
      label: 'CLEAR',
      scope: 'public',
      audience: [],
      consent: 'own',
      ...changes,
    };
  }

  const get = (id: string): Promise<ReleasePage> => server.as(lead)(releaseApi.get, { params: { id } });

  async function review(
    id: string,
    by: Actor,
    more: { couldHarm?: boolean; reason?: string; answers?: Partial<Record<CheckName, string>> } = {},
  ) {
    const { snapshot } = await get(id);
    return server.as(by)(releaseApi.review, {
      params: { id },
      body: { snapshot, couldHarm: false, reason: 'It names no step of an attack', answers: {}, ...more },
    });
  }
  const reviewed = (id: string) => review(id, reviewer);

  async function approve(id: string, by: Actor, at?: Date) {
    const { snapshot } = await get(id);
    return server.as(by)(releaseApi.approve, {
      params: { id },
      body: { snapshot, sendAt: at?.toISOString() ?? null },
    });
  }
  const approved = (id: string, by = lead, at?: Date) => approve(id, by, at);

  async function refused(code: string, work: Promise<unknown>) {
    await assert.rejects(work, (error: { told?: { code: string } }) => {
      assert.equal(error.told?.code, code);
      return true;
    });
  }

  async function fetched(url: string, actor?: Actor) {
    const { statusCode, body, headers } = await server.app.inject({
      url,
      headers: actor ? { 'x-test-actor': JSON.stringify(actor) } : {},
    });
    return {
      status: statusCode,
      body: body.replace(/"instance":"[^"]*"/, ''),
      headers: statusCode < 400 ? headers : {},
    };
  }

  /** Whatever a visitor can read that is made of more than one publication. */
  async function everythingPublic(): Promise<Record<string, string>> {
    const addresses = [
      '/feed.atom',
      '/sitemap.xml',
      '/robots.txt',
      '/.well-known/security.txt',
      '/.well-known/csaf/provider-metadata.json',
      '/.well-known/csaf/service.json',
      '/.well-known/csaf/white/',
      '/.well-known/csaf/white/index.txt',
      '/.well-known/csaf/white/changes.csv',
      '/.well-known/csaf/white/csaf-feed-tlp-white.json',
      '/.well-known/csaf/v2.1/clear/csaf-feed-tlp-clear.json',
      '/.well-known/csaf/v2.1/provider-metadata.json',
      '/api/published',
      '/api/published?search=zebrafish',
      advisoryApi.list.path,
      '/api/advisories?search=zebrafish',
    ];
    const answers: Record<string, string> = {};
    for (const address of addresses) {
      const { statusCode, body, headers } = await server.app.inject(address);
      assert.equal(statusCode, 200, address);
      answers[address] = `${String(headers.etag)} ${String(headers['last-modified'])} ${body}`;
    }
    return answers;
  }

  async function tamper(id: string) {
    await server.owner.query(
      `update release_artefact set bytes = bytes || ' '::bytea where release_id = $1 and name like 'page/%en.json'`,
      [id],
    );
  }

  const approvalBehindTheDoor = (id: string, actor: Actor, approver: string) =>
    server.database.as(actor, (tx) =>
      sql`insert into release_approval (release_id, owner_id, snapshot, authors, proposer_id, reviewer_id, approver_id)
        select id, owner_id, snapshot, authors, proposer_id, ${reviewer.person}, ${approver} from release where id = ${id}`.execute(
        tx,
      ),
    );

  const publishedBehindTheDoor = (id: string) =>
    server.database.as(lead, (tx) =>
      sql`insert into published (release_id, owner_id, snapshot, label, scope, audience, subject_kind, subject_id, kind, ref, version, title, summary, languages)
        select id, owner_id, snapshot, label, scope, audience, subject_kind, subject_id, kind, ref, version, title, '', '{}' from release where id = ${id}`.execute(
        tx,
      ),
    );
});
