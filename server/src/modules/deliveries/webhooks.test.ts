import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { deliveryApi, type NewWebhook, releaseApi, webhookApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { internetOf, OtherSide } from '../../testing/other-side.ts';
import { type ReleaseGate, releaseGate } from '../../testing/release-gate.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import { signedHeaders } from './webhook-signature.ts';

interface Heard {
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

describe('a webhook', { timeout: 300_000 }, () => {
  let server: TestServer;
  let listener: OtherSide;
  let gate: ReleaseGate;
  let mad: Actor;
  let internet: Awaited<ReturnType<typeof internetOf>>;
  const heard: Heard[] = [];
  let answers = 204;
  let told: Record<string, string> = {};
  let resolvesTo = '93.184.215.14';

  before(async () => {
    listener = await new OtherSide({ secure: true }).open();
    listener.files.set('/hook', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(answers, told).end();
      });
    });
    internet = await internetOf(listener, async () => [{ address: resolvesTo, family: 4 }]);
    server = await startTestServer({ work: true, outbound: internet.outbound });
    gate = await releaseGate(server);
    mad = await (await server.organisation('Nordwasser', 'operator')).person('MAD');
  });
  after(async () => {
    await server.close();
    await listener.close();
    internet.close();
  });

  it('signs as Standard Webhooks prints it', () => {
    const headers = signedHeaders(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '{"test": 2432232314}',
      new Date(1_614_265_330_000),
    );
    assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is told of a release, signed with the secret that was shown once', async () => {
    const { webhook, secret } = await added();
    const { id, subject } = await gate.released();
    await gate.delivered(id);
    const { headers, body } = heard.at(-1)!;
    const signed = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)
      .digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${signed}`);
    assert.ok(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 60);
    const { type, data } = JSON.parse(body);
    assert.equal(type, 'publication.published');
    assert.deepEqual(
      [data.title, data.ref, data.url, data.vendors],
      [subject.now.title, subject.now.ref, `http://localhost:8440/published/${id}`, ['Aurum Controls']],
    );
    const { items } = await server.as(mad)(webhookApi.list, {});
    assert.ok(items[0]!.lastSentAt);
    assert.equal(JSON.stringify(items).includes(secret), false);
    await server.as(gate.lead)(releaseApi.recall, { params: { id }, body: { reason: 'Wrong range' } });
    await gate.delivered(id, 2);
    assert.equal(JSON.parse(heard.at(-1)!.body).type, 'publication.recalled');
    await removed(webhook.id);
  });

  it('is told of what is above GREEN that there is something, and above its ceiling nothing', async () => {
    const { webhook: low } = await added({ maxTlp: 'GREEN' });
    const audience = [mad.organisation!];
    const before = heard.length;
    await gate.delivered((await gate.released({ label: 'AMBER', scope: 'orgs', audience, files: [] })).id);
    assert.equal(heard.length, before);
    await removed(low.id);
    const { webhook } = await added({ maxTlp: 'AMBER' });
    const { id } = await gate.released({ label: 'AMBER', scope: 'orgs', audience, files: [] });
    await gate.delivered(id);
    const { data } = JSON.parse(heard.at(-1)!.body);
    assert.deepEqual(data, { label: 'AMBER', url: `http://localhost:8440/published/${id}` });
    await removed(webhook.id);
  });

  it('is told of warnings of its organisation when that was chosen: that there are, and nothing of them', async () => {
    const [{ webhook: other }, { webhook }] = [await added(), await added({ warnings: true })];
    const before = heard.length;
    const about = {
      kind: 'warning',
      ref: 'NBC-1',
      version: '',
      vendors: [],
      severity: null,
      original: 'en',
      summary: '',
    };
    const id = await server.database.as(mad, (tx) =>
      server.house.deliveries.tell(tx, mad, {
        key: 'alert',
        case: null,
        about,
        texts: { en: { subject: 'Pump 7', text: 'Pump 7 has a fixed password' } },
        path: '/alerts/1',
        recipients: [],
        hooks: true,
      }),
    );
    assert.ok(id);
    server.jobs.wake();
    await until('it is heard', () => heard.length > before);
    const { type, data } = JSON.parse(heard.at(-1)!.body);
    assert.equal(heard.length, before + 1);
    assert.equal(type, 'warning');
    assert.deepEqual(data, { label: 'AMBER+STRICT', url: 'http://localhost:8440/alerts/1' });
    for (const one of [other, webhook]) await removed(one.id);
  });

  it('is tried again with the same id, and switched off when three messages were given up', async () => {
    const { webhook } = await added();
    answers = 500;
    const { id } = await gate.released();
    await gate.delivered(id);
    const first = await only(id);
    assert.deepEqual([first.state, first.attempts], ['failed', 1]);
    assert.match(first.reason!.text, /status 500/);
    answers = 204;
    await server.as(gate.reviewer)(deliveryApi.retry, { params: { id }, body: {} });
    await gate.delivered(id);
    const [one, two] = heard.slice(-2).map(({ headers }) => headers['webhook-id']);
    assert.equal(one, two);
    answers = 500;
    for (let n = 0; n < 3; n++) {
      const { id } = await gate.released();
      await gate.delivered(id);
      // Two days later, the last try.
      await server.owner.query(`update delivery set attempts = 7, next_at = now() where state = 'failed'`);
      await server.house.deliveries.tick();
      await gate.delivered(id);
      assert.equal((await only(id)).state, 'givenUp');
    }
    answers = 204;
    const { items } = await server.as(mad)(webhookApi.list, {});
    assert.equal(items[0]!.state, 'off');
    assert.match(items[0]!.offReason!.text, /status 500/);
    const { kinds, vendors, minSeverity, name, url } = webhook;
    const { state } = await server.as(mad)(webhookApi.change, {
      params: { id: webhook.id },
      body: { kinds, vendors, minSeverity, name, url, maxTlp: 'GREEN', warnings: false, state: 'on' },
    });
    assert.equal(state, 'on');
    await removed(webhook.id);
  });

  it('is switched off at once by whoever answers that it is gone', async () => {
    const { webhook } = await added();
    answers = 410;
    await gate.delivered((await gate.released()).id);
    answers = 204;
    const { items } = await server.as(mad)(webhookApi.list, {});
    assert.equal(items[0]!.state, 'off');
    await removed(webhook.id);
  });

  it('is not followed elsewhere, and never into a private network', async () => {
    const { webhook } = await added();
    answers = 302;
    told = { location: 'https://169.254.169.254/' };
    await gate.delivered((await gate.released()).id);
    answers = 204;
    told = {};
    resolvesTo = '10.1.2.3';
    const count = heard.length;
    const { problem } = await server.as(mad)(webhookApi.test, { params: { id: webhook.id } });
    assert.equal(problem?.code, 'webhook-not-public');
    assert.doesNotMatch(problem!.text, /10\.1\.2\.3/);
    resolvesTo = '93.184.215.14';
    assert.equal(heard.length, count);
    await removed(webhook.id);
  });

  it('is tested by its owner, and belongs to nobody else', async () => {
    const { webhook } = await added();
    const { answered } = await server.as(mad)(webhookApi.test, { params: { id: webhook.id } });
    assert.equal(answered, 204);
    assert.deepEqual(JSON.parse(heard.at(-1)!.body).data, {});
    const other = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
    const params = { id: webhook.id };
    await assert.rejects(server.as(other)(webhookApi.test, { params }), { status: 404 });
    await assert.rejects(server.as(other)(webhookApi.remove, { params }), { status: 404 });
    assert.deepEqual((await server.as(other)(webhookApi.list, {})).items, []);
    await removed(webhook.id);
  });

  it('has an https address without a password', async () => {
    await assert.rejects(added({ url: 'http://psirt.example/hook' }), { status: 400 });
    await assert.rejects(added({ url: 'https://a:b@psirt.example/hook' }), { status: 400 });
  });

  async function added(changes: Partial<NewWebhook> = {}) {
    return server.as(mad)(webhookApi.add, {
      body: {
        name: 'SIEM',
        url: listener.at('/hook'),
        maxTlp: 'GREEN',
        kinds: [],
        vendors: [],
        minSeverity: null,
        ...changes,
      },
    });
  }

  async function removed(id: string): Promise<void> {
    await server.as(mad)(webhookApi.remove, { params: { id } });
  }

  async function only(id: string) {
    const { items } = await server.as(gate.reviewer)(deliveryApi.ofRelease, { params: { id } });
    return items[0]!;
  }
});
