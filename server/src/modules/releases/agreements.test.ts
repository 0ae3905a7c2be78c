import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { type CheckName, publicationApi, releaseApi, signingKeyApi } from '@busbar/contract';
import pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('what others agreed to', { timeout: 120_000 }, () => {
  let server: TestServer;
  let [ana, ben, cleo, lead]: Actor[] = [];
  let authoriser: Actor;
  let other: Actor;

  before(async () => {
    server = await startTestServer({ work: true });
    const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
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
    await owner.end();
    const cert = await server.organisation('CERT', 'cert');
    [ana, ben, cleo] = [await cert.person('ANA'), await cert.person('ANA'), await cert.person('ANA')];
    lead = await cert.person('LEAD');
    const operator = await server.organisation('Pump House', 'operator');
    authoriser = await operator.person('MAD', 'MEM');
    other = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
    await server.as(await cert.person('ADM'))(signingKeyApi.create, { body: { years: 2 } });
  });
  after(() => server.close());

  it('an embargo stops a release until its minute, and one that waits when it is agreed on later', async () => {
    const { publication, release } = await proposed();
    await embargo(publication, new Date(Date.now() + 86_400_000));
    await again(release);
    assert.equal(await outcomeOf(release, 'embargo'), 'blocked');
    await embargo(publication, null);
    await again(release);
    assert.equal(await outcomeOf(release, 'embargo'), 'passed');
    // Approved for a minute to come, and then those concerned ask for more time.
    const snapshot = await reviewed(release);
    const sendAt = new Date(Date.now() + 2_000).toISOString();
    await server.as(lead!)(releaseApi.approve, { params: { id: release }, body: { snapshot, sendAt } });
    await embargo(publication, new Date(Date.now() + 86_400_000));
    assert.equal(await settled(release), 'blocked');
    const { embargo: told } = await server.as(ana!)(publicationApi.get, { params: { id: publication } });
    assert.equal(told!.with, 'Aurum Controls');
  });

  it('is a consent that its owner takes back: what has not left does not leave', async () => {
    const { id: proposal } = await server.as(authoriser)(publicationApi.propose, {
      body: {
        kind: 'lesson',
        language: 'en',
        title: 'What a failed restore taught us',
        summary: 'Try the restore every quarter.',
        impact: '',
        mitigation: 'Try it with the night shift.',
        references: [],
      },
    });
    const { release } = await proposed(proposal);
    assert.equal(await outcomeOf(release, 'consents'), 'passed');
    const params = { id: proposal };
    await assert.rejects(server.as(other)(publicationApi.endConsent, { params }), { status: 404 });
    await server.as(authoriser)(publicationApi.endConsent, { params });
    await again(release);
    assert.equal(await outcomeOf(release, 'consents'), 'blocked');
    await assert.rejects(server.as(authoriser)(publicationApi.endConsent, { params }), /took it back/);
  });

  async function proposed(proposal?: string) {
    const { id } = await server.as(ana!)(publicationApi.create, {
      body: {
        kind: 'lesson',
        language: 'en',
        title: 'What a failed restore taught us',
        ...(proposal && { proposal }),
      },
    });
    const { blocks } = await server.as(ana!)(publicationApi.get, { params: { id } });
    const summary = blocks.find(({ content }) => content.kind === 'summary')!;
    await server.as(ana!)(publicationApi.save, {
      params: { id, block: summary.id },
      body: {
        editor: crypto.randomUUID(),
        base: summary.revision,
        removed: false,
        settles: [],
        content: { kind: 'summary', heading: '', text: 'Try the restore every quarter.' },
      },
    });
    const move = (actor: Actor, to: 'sourced' | 'checked') =>
      server.as(actor)(publicationApi.move, { params: { id }, body: { to } });
    await move(ana!, 'sourced');
    await move(ben!, 'checked');
    const { id: release } = await server.as(ana!)(releaseApi.propose, {
      body: { subject: { kind: 'publication', id } },
    });
    return { publication: id, release };
  }

  async function embargo(id: string, until: Date | null): Promise<void> {
    await server.as(lead!)(publicationApi.embargo, {
      params: { id },
      body: { until: until?.toISOString() ?? null, with: 'Aurum Controls', reason: 'As agreed' },
    });
  }

  async function again(id: string): Promise<void> {
    await server.as(ana!)(releaseApi.check, { params: { id } });
  }

  async function outcomeOf(id: string, check: CheckName) {
    const { checks } = await server.as(lead!)(releaseApi.get, { params: { id } });
    return checks.find(({ name }) => name === check)!.outcome;
  }

  async function reviewed(id: string): Promise<string> {
    const { snapshot } = await server.as(cleo!)(releaseApi.get, { params: { id } });
    await server.as(cleo!)(releaseApi.review, {
      params: { id },
      body: { snapshot, couldHarm: false, reason: 'It tells nobody how', answers: {} },
    });
    return snapshot;
  }

  async function settled(id: string): Promise<string> {
    for (let wait = 0; wait < 400; wait++) {
      const { state } = await server.as(lead!)(releaseApi.get, { params: { id } });
      if (state !== 'scheduled') return state;
      await sleep(50);
    }
    return 'scheduled';
  }
});
