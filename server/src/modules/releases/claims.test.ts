import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  apis,
  type BlockContent,
  type CheckName,
  publicationApi,
  releaseApi,
  type SigningKey,
  signingKeyApi,
  vulnerabilityApi,
} from '@busbar/contract';
import pg from 'pg';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { bringPack, installPack, makePack, setUpCert } from '../../testing/packs.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const contact = {
  name: 'CERT',
  shortName: 'CERT',
  country: 'DE',
  phone: '+49 30 555 0110',
  email: 'cert@cert.example',
  url: 'https://cert.example',
};

describe('a claim of the CERT that a publication stands on', { timeout: 120_000 }, () => {
  let server: TestServer;
  let ana: Actor;
  let ben: Actor;
  let cleo: Actor;
  let lead: Actor;
  let key: SigningKey;
  let number = 50_000;
  before(async () => {
    server = await startTestServer({ work: true });
    const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    await owner.query(`insert into setting values ('cert', $1)`, [JSON.stringify(contact)]);
    await owner.end();
    const cert = await server.organisation('CERT', 'cert');
    [ana, ben, cleo] = [await cert.person('ANA'), await cert.person('ANA'), await cert.person('ANA')];
    lead = await cert.person('LEAD');
    key = await server.as(await cert.person('ADM'))(signingKeyApi.create, { body: { years: 2 } });
  });
  after(() => server.close());

  it('is seen by a visitor from the release on, and not before; after the recall it is the CERT’s own again', async () => {
    const { cve, verdict } = await claimed();
    const { publication, release } = await proposed(cve, verdict);
    await reviewed(release);
    assert.equal(await seenBy(visitor, cve), false);
    assert.equal(await seenBy(ana, cve), true);
    await sent(release);
    assert.equal(await seenBy(visitor, cve), true);
    await server.as(lead)(releaseApi.recall, { params: { id: release }, body: { reason: 'It was wrong' } });
    assert.equal(await seenBy(visitor, cve), false);
    assert.equal(await seenBy(ana, cve), true);
    assert.equal(
      (await server.as(ana)(publicationApi.get, { params: { id: publication } })).state,
      'withdrawn',
    );
  });

  it('stays as long as another publication that is out stands on it, whoever takes the first back', async () => {
    const { cve, verdict } = await claimed();
    const [first, second] = [await proposed(cve, verdict), await proposed(cve, verdict)];
    for (const { release } of [first, second]) {
      await reviewed(release);
      await sent(release);
    }
    const withdraw = async (id: string) => {
      const { ref } = await server.as(lead)(publicationApi.get, { params: { id } });
      await server.as(lead)(publicationApi.withdraw, {
        params: { id },
        body: { reason: 'Told elsewhere', confirm: ref },
      });
    };
    await withdraw(first.publication);
    assert.equal(await seenBy(visitor, cve), true);
    await withdraw(second.publication);
    assert.equal(await seenBy(visitor, cve), false);
  });

  it('goes nowhere with a publication that goes farther than what the claim rests on', async () => {
    const { cve, verdict } = await claimed('AMBER');
    const { release } = await proposed(cve, verdict);
    const { checks, state } = await server.as(lead)(releaseApi.get, { params: { id: release } });
    assert.equal(state, 'blocked');
    assert.deepEqual(
      checks
        .find(({ name }) => name === 'composition')!
        .findings.map(({ told }) => told.code)
        .sort(),
      ['part-narrower', 'part-stricter'],
    );
  });

  it('goes along in packs as the word of its CERT, is taken back by the next one, and never comes back as that of another', async () => {
    const taker = await startTestServer({ work: true, still: true });
    try {
      const here = await setUpCert(taker, 'CERT of the island');
      const trust = (at: TestServer, by: Actor, { publicKey, fingerprint }: SigningKey) =>
        at.as(by)(apis.packKeys.accept, { body: { publicKey, fingerprint } });
      await trust(taker, here.lead, key);
      await trust(server, lead, here.key);
      const carry = async (tlp: 'CLEAR' | 'GREEN') => {
        const { bytes: file } = await makePack(server, lead, { tlp });
        const { id, refused } = await bringPack(taker, here.lead, file);
        assert.equal(refused, null);
        return installPack(taker, here.lead, id);
      };
      const { cve, verdict } = await claimed();
      const { release } = await proposed(cve, verdict);
      await reviewed(release);
      await carry('GREEN');
      const others = async (at: TestServer, by: Actor) =>
        (await at.as(by)(vulnerabilityApi.get, { params: { ref: cve } })).facts
          .flatMap(({ claims, agreement }) => claims.map((claim) => ({ ...claim, agreement })))
          .filter(({ value }) => value === '< 2.4.0');
      // Not released yet, it has stayed where it was.
      assert.deepEqual(await others(taker, here.analyst), []);
      const own = await others(server, ana);
      await sent(release);
      const { changes } = await carry('CLEAR');
      assert.deepEqual(
        changes.filter(({ kind }) => kind === 'claims').map(({ source, holds }) => [source, holds]),
        [['CERT: claims, TLP:CLEAR', 1]],
      );
      const [said, ...more] = await others(taker, visitor);
      assert.equal(more.length, 0);
      assert.deepEqual(
        [said!.publisher, said!.verification, said!.quote, said!.agreement],
        ['CERT', 'disputed', '', 'disagree'],
      );
      const { sourceList } = await taker.as(visitor)(vulnerabilityApi.get, { params: { ref: cve } });
      assert.deepEqual(
        sourceList.filter(({ publisher }) => publisher === 'CERT').map((one) => one.publisherKind),
        ['coordinator'],
      );
      // The island carries on what it knows; here it is nobody else's word.
      const { bytes: back } = await makePack(taker, here.lead);
      const { id } = await bringPack(server, lead, back);
      await installPack(server, lead, id);
      assert.deepEqual(await others(server, ana), own);
      await server.as(lead)(releaseApi.recall, { params: { id: release }, body: { reason: 'It was wrong' } });
      await carry('CLEAR');
      assert.deepEqual(await others(taker, here.analyst), []);
      // What is for members only is not for partners, whatever its label.
      for (const [scope, seen] of [
        ['members', 0],
        ['partners', 1],
      ] as const) {
        const sets = `update claim set label = 'GREEN', scope = $1 where id = $2`;
        await server.owner.query(sets, [scope, verdict]);
        await carry('GREEN');
        assert.equal((await others(taker, here.analyst)).length, seen, scope);
        assert.equal((await others(taker, visitor)).length, 0, scope);
      }
    } finally {
      await taker.close();
    }
  });

  /** Everybody knows of the vulnerability by a public advisory; two analysts came to a value of their own. */
  async function claimed(rests: 'CLEAR' | 'AMBER' = 'CLEAR') {
    const cve = `CVE-2026-${++number}`;
    const about = (id: string, tlp: 'CLEAR' | 'AMBER') => {
      const draft = csaf({ id, tlp });
      draft['vulnerabilities'][0].cve = cve;
      return draft;
    };
    const files = {
      '1.json': json(about(`O-${number}`, 'CLEAR')),
      '2.json': json(about(`A-${number}`, rests)),
    };
    await server.house.imports.importStream(ana, 'x.tar', bytes(await tar(files)));
    const { facts, sourceList } = await server.as(ana)(vulnerabilityApi.get, { params: { ref: cve } });
    const fact = facts.find(({ kind, aspect }) => kind === 'productStatus' && aspect === 'affected')!;
    const source = sourceList.find(({ label }) => label === rests)!;
    const rested = fact.claims.filter((claim) => claim.source === source.id).map(({ id }) => id);
    const answer = {
      value: '< 2.4.0',
      verification: 'reproducedByUs' as const,
      evidence: 'Tried on the rig',
      links: [],
      claims: rested,
    };
    const { verdict } = await server.as(ana)(vulnerabilityApi.decide, {
      params: { ref: cve },
      body: { ...answer, fact: fact.key },
    });
    await server.as(ben)(vulnerabilityApi.check, { params: { id: verdict }, body: answer });
    return { cve, verdict };
  }

  async function proposed(cve: string, claim: string) {
    const { id } = await server.as(ana)(publicationApi.create, {
      body: { kind: 'advisory', language: 'en', title: 'A password that is fixed' },
    });
    const { blocks } = await server.as(ana)(publicationApi.get, { params: { id } });
    const save = (block: string, base: number, content: BlockContent) =>
      server.as(ana)(publicationApi.save, {
        params: { id, block },
        body: { editor: crypto.randomUUID(), base, removed: false, settles: [], content },
      });
    const summary = blocks.find(({ content }) => content.kind === 'summary')!;
    await save(summary.id, summary.revision, {
      ...summary.content,
      text: 'Versions before 2.4.0 have a fixed password.',
    });
    await save(crypto.randomUUID(), 0, {
      kind: 'reference',
      heading: 'Vendor bulletin',
      text: '',
      url: 'https://nordbruk.example/7',
    });
    await save(crypto.randomUUID(), 0, {
      kind: 'vulnerability',
      heading: '',
      text: 'The service account has a fixed password.',
      cve,
      cwe: '',
      vectors: [],
      claims: [claim],
    });
    const move = (actor: Actor, to: 'sourced' | 'checked') =>
      server.as(actor)(publicationApi.move, { params: { id }, body: { to } });
    await move(ana, 'sourced');
    await move(ben, 'checked');
    const { id: release } = await server.as(ana)(releaseApi.propose, {
      body: { subject: { kind: 'publication', id } },
    });
    return { publication: id, release };
  }

  async function reviewed(id: string) {
    const { snapshot, checks } = await server.as(cleo)(releaseApi.get, { params: { id } });
    const answers: Partial<Record<CheckName, string>> = {};
    for (const { name, outcome } of checks) if (outcome === 'warning') answers[name] = 'It may stand';
    await server.as(cleo)(releaseApi.review, {
      params: { id },
      body: { snapshot, couldHarm: false, reason: 'It tells nobody how', answers },
    });
  }

  async function sent(id: string) {
    const { snapshot } = await server.as(lead)(releaseApi.get, { params: { id } });
    await server.as(lead)(releaseApi.approve, { params: { id }, body: { snapshot, sendAt: null } });
    for (let wait = 0; wait < 600; wait++) {
      const { state } = await server.as(lead)(releaseApi.get, { params: { id } });
      if (state === 'sent') return;
      await sleep(50);
    }
    assert.fail('It was not sent');
  }

  async function seenBy(actor: Actor, ref: string): Promise<boolean> {
    const { facts } = await server.as(actor)(vulnerabilityApi.get, { params: { ref } });
    return facts.some(({ ours }) => ours !== null);
  }
});
