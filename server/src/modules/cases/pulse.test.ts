import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import {
  caseApi,
  caseConsentApi,
  caseworkApi,
  deadlineApi,
  evidenceApi,
  findingApi,
  guestApi,
  type IncidentReport,
  investigationApi,
  timelineApi,
} from '@busbar/contract';

import { type Actor, founder, holderOf } from '../../platform/actor.ts';
import { sender } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('the pulse of a case', { timeout: 240_000 }, () => {
  let server: TestServer;
  let [analyst, lead, colleague, member, authoriser, vendor, other]: Actor[] = [];
  let holder: Actor;
  let id: string;
  let params: { id: string };
  let thread: string;

  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    [analyst, colleague, lead] = [
      await cert.person('ANA'),
      await cert.person('ANA'),
      await cert.person('LEAD'),
    ];
    const delta = await server.organisation('Delta Motors', 'operator');
    [member, authoriser] = [await delta.person('MEM'), await delta.person('MAD')];
    const aurum = await server.organisation('Aurum Controls', 'vendor');
    [vendor, other] = [await aurum.person('VEN'), await aurum.person('VEN')];
    const { reference } = await server.as(authoriser)(caseApi.report, {
      body: { danger: 'no', control: 'partly', sees: 'Line 3 stopped', naming: 'member' } as IncidentReport,
    });
    const { items } = await server.as(analyst)(caseApi.list, { query: { search: reference } });
    id = items[0]!.id;
    params = { id };
    // As if it had been reported with a receipt: he reads what is said with him, and nothing of the work.
    holder = holderOf(id);
    await server.as(analyst)(caseApi.move, { params, body: { to: 'triaged' } as never });
    await server.as(lead)(caseApi.join, { params });
    thread = await letIn(vendor!);
    await letIn(other!);
  });
  after(() => server.close());

  const letIn = async (guest: Actor) => {
    const part = await server.as(lead!)(guestApi.invite, {
      params,
      body: {
        role: 'vendor',
        name: 'Vera Vogel',
        email: `${crypto.randomUUID()}@aurum.example`,
        home: 'Aurum Controls',
        language: 'en',
        note: '',
      },
    });
    const opened = await server.as(lead!)(guestApi.openThread, {
      params,
      body: { title: 'Aurum Controls', participants: [part.id], ownerReads: false },
    });
    const { path } = await server.as(lead!)(guestApi.link, { params: { id, participant: part.id } });
    const token = path.split('/').at(-1)!;
    await server.as(guest)(guestApi.answer, { params: { token }, body: { accept: true } });
    return opened.id;
  };
  const pulse = async (actor: Actor) => (await server.as(actor)(caseApi.pulse, { params })).pulse;
  const readers = () => ({ analyst: analyst!, lead: lead!, member: member!, holder, vendor: vendor! });
  const pulses = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(readers()).map(async ([who, actor]) => [who, await pulse(actor)])),
    ) as Record<keyof ReturnType<typeof readers>, string>;
  /** Whose pulse another one is after it. */
  const feel = async (work: () => Promise<unknown>) => {
    const before = await pulses();
    assert.deepEqual(await pulses(), before, 'to ask changes nothing');
    await work();
    const now = await pulses();
    return (Object.keys(now) as (keyof typeof now)[]).filter((who) => now[who] !== before[who]);
  };
  const inside = ['analyst', 'lead', 'member'];
  const desk = ['analyst', 'lead'];

  const add = (internal: boolean) =>
    server.as(analyst!)(caseworkApi.addTask, {
      params,
      body: { title: 'Compare the logs', side: 'cert', effect: 'none', internal } as never,
    });
  const propose = () =>
    server.as(analyst!)(caseworkApi.addMeasure, {
      params,
      body: {
        title: 'Close the remote access',
        effect: 'none',
        does: 'Nobody comes in',
        confirm: 'nobody',
        reversible: 'yes',
        undo: '',
      },
    });
  const fact = () =>
    server.as(analyst!)(investigationApi.addFact, { params, body: { says: 'So it was', evidence: [] } });
  const send = async (actor: Actor) => {
    const bytes = randomBytes(2000);
    const body = { name: 'memory.raw', size: bytes.length, note: '' };
    const { evidence, upload } = await server.as(actor)(evidenceApi.begin, { params, body });
    await sender(server, actor).patch(upload, 0, bytes);
    return server.as(actor)(evidenceApi.claimHash, {
      params: { id, evidence: evidence.id },
      body: { sha256: createHash('sha256').update(bytes).digest('hex') },
    });
  };

  it('is another one after each piece of work, for all who work on it, and for nobody from outside', async () => {
    const task = await add(false);
    const measure = await propose();
    const work: Record<string, () => Promise<unknown>> = {
      'colleague who is brought in': () =>
        server.as(lead!)(caseApi.bring, { params, body: { person: colleague!.person! } }),
      task: () => add(false),
      'change of a task': () =>
        server.as(member!)(caseworkApi.changeTask, {
          params: { id, task: task.id },
          body: { revision: task.revision, state: 'doing' },
        }),
      measure: propose,
      'step of a measure': () =>
        server.as(analyst!)(caseworkApi.moveMeasure, {
          params: { id, measure: measure.id },
          body: { to: 'done', revision: measure.revision },
        }),
      'legal clock': () =>
        server.as(member!)(deadlineApi.start, { params, body: { law: 'eu-nis2' } as never }),
      'timeline note': () =>
        server.as(analyst!)(timelineApi.note, {
          params,
          body: { kind: 'note', precision: 'minute', what: 'The shift saw the pumps stop' },
        }),
      hypothesis: () =>
        server.as(analyst!)(timelineApi.suppose, { params, body: { statement: 'Somebody came in' } }),
      consent: async () => {
        const { id: about } = await fact();
        return server.as(analyst!)(caseConsentApi.ask, {
          params,
          body: {
            purpose: 'A lesson',
            items: [{ kind: 'fact', id: about }],
            audience: 'members',
            label: 'GREEN',
            attribution: 'anonymous',
            days: 30,
          },
        });
      },
    };
    for (const [what, doIt] of Object.entries(work)) assert.deepEqual(await feel(doIt), inside, what);
    assert.deepEqual(await feel(() => send(member!)), [...inside, 'holder'], 'file of evidence');
  });

  it('tells its owner nothing of what the CERT keeps to itself', async () => {
    const work: Record<string, () => Promise<unknown>> = {
      'task of the CERT': () => add(true),
      fact,
      'text of the report': () =>
        server.as(analyst!)(investigationApi.save, {
          params,
          body: { revision: 0, language: 'en', title: 'Draft', sections: [{ heading: 'One', text: 'Two.' }] },
        }),
      'finding that is drafted': () =>
        server.as(analyst!)(findingApi.add, {
          params,
          body: {
            title: 'Close it',
            because: 'It was open',
            kind: 'weakness',
            severity: 'high',
            effort: 'hours',
            effect: 'none',
            effectNote: '',
          },
        }),
      'note between the two': () =>
        server.as(analyst!)(caseApi.write, {
          params,
          body: { body: 'Do not tell', internal: true, asIs: false },
        }),
    };
    for (const [what, doIt] of Object.entries(work)) assert.deepEqual(await feel(doIt), desk, what);
  });

  it('tells a guest of his own: his thread, and files that he may read', async () => {
    const say = (to?: string) => () =>
      server.as(analyst!)(caseApi.write, {
        params,
        body: { body: 'Is it yours?', internal: false, asIs: false, ...(to && { thread: to }) },
      });
    assert.deepEqual(await feel(say(thread)), [...desk, 'vendor']);
    assert.deepEqual(await feel(say()), [...inside, 'holder']);
    const file = await send(member!);
    const of = { params: { id, evidence: file.id } };
    const open = () =>
      server.as(analyst!)(evidenceApi.move, { ...of, body: { to: 'available', reason: 'Looked at' } });
    assert.deepEqual(await feel(open), [...inside, 'holder']);
    const share = () => server.as(analyst!)(evidenceApi.share, { ...of, body: { shared: true } });
    assert.deepEqual(await feel(share), [...inside, 'holder', 'vendor']);
  });

  it('keeps no more beats than it needs, and lets two who work at once not wait for one another', async () => {
    const beats = async () =>
      (await server.owner.query(`select count(*)::int as n from case_beat where case_id = $1`, [id])).rows[0]
        .n;
    await Promise.all(Array.from({ length: 12 }, () => add(false)));
    await add(false);
    await add(true);
    assert.equal(await beats(), 2);

    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const [before, slow] = [await pulse(member!), late(held)];
    await add(false);
    const between = await pulse(member!);
    release();
    await slow;
    assert.notEqual(between, before);
    assert.notEqual(await pulse(member!), between, 'who began first and ended last is not overlooked');
  });

  it('is made by what changes, and by nobody who says that something did', async () => {
    for (const actor of [analyst!, member!, founder])
      await assert.rejects(
        server.database.as(actor, (tx) =>
          tx
            .insertInto('case_beat' as never)
            .values({ case_id: id, desk: false } as never)
            .execute(),
        ),
        /row-level security/,
      );
  });

  /** Changes something at once, and commits when it is let. */
  const late = (held: Promise<void>) =>
    server.database.as(analyst!, async (tx) => {
      await tx
        .updateTable('case_hypothesis' as never)
        .set({ state: 'supported' } as never)
        .where('case_id' as never, '=', id as never)
        .execute();
      await held;
    });
});
