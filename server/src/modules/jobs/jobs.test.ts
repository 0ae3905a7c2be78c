import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Job, jobApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { Work } from '../../platform/jobs.ts';
import { conflict } from '../../platform/problem.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

/** The work, and what else is done while it is stored. */
type Plan = (work: Work) => Promise<void | (() => Promise<void>)>;

describe('jobs', () => {
  let server: TestServer;
  let member: Actor;
  let stranger: Actor;
  let administrator: Actor;
  /** What the worker does with the next job, by subject. */
  const plans = new Map<string, Plan>();

  before(async () => {
    server = await startTestServer();
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    stranger = await (await server.organisation('Delta Motors', 'operator')).person('MEM');
    administrator = await (await server.organisation('CERT', 'cert')).person('ADM');
    await server.jobs.work({
      'match-advisories': async (work) => {
        const more = await plans.get(work.job.subject)?.(work);
        return async (tx) => {
          await record(tx, 'stored', { id: work.job.subject });
          await more?.();
        };
      },
    });
  });
  after(() => server.close());

  it('run, tell how far they are, and store what they found once', async () => {
    const job = await given(async (work) => {
      work.progress({ code: 'counting', params: {}, text: 'Counting' }, 3, 7);
      await until(async () => (await get(job.id)).done === 3);
    });
    const ended = await settled(job);
    assert.equal(ended.state, 'done');
    assert.equal(await timesStored(job), 1);
  });

  it('stop when somebody cancels, and store nothing', async () => {
    const job = await given(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    await until(async () => (await get(job.id)).state === 'running');
    await server.as(member)(jobApi.cancel, { params: { id: job.id } });
    await until(async () => (await get(job.id)).state === 'cancelled');
    await sleep(700);
    assert.equal(await timesStored(job), 0);
  });

  it('tell how far they are while they store, and undo it when somebody cancels', async () => {
    const job = await given(async ({ progress, signal }) => async () => {
      progress({ code: 'storing', params: {}, text: 'Storing' }, 3, 7);
      await new Promise((stopped) => signal.addEventListener('abort', stopped));
    });
    await until(async () => (await get(job.id)).done === 3);
    await server.as(member)(jobApi.cancel, { params: { id: job.id } });
    await until(async () => (await get(job.id)).state === 'cancelled');
    await sleep(700);
    assert.equal(await timesStored(job), 0);
  });

  it('that refuse say why and are not tried again by themselves, but by hand', async () => {
    let tries = 0;
    const job = await given(async () => {
      if (++tries === 1) throw conflict('bad-day', 'This is not the day for it');
    });
    const failed = await settled(job);
    assert.deepEqual([failed.state, failed.problem?.code, tries], ['failed', 'bad-day', 1]);

    await server.as(member)(jobApi.retry, { params: { id: job.id } });
    await until(async () => (await get(job.id)).state === 'done');
    assert.equal(await timesStored(job), 1);
  });

  it('that break are tried again by themselves', async () => {
    let tries = 0;
    const job = await given(async () => {
      if (++tries === 1) throw new Error('the cable was pulled');
    });
    await until(async () => (await get(job.id)).state === 'done', 15_000);
    assert.deepEqual([tries, await timesStored(job)], [2, 1]);
  });

  it('store nothing from an attempt that was given up for dead', async () => {
    const job = await given(async ({ job: { attempt } }) => {
      // As if another worker had taken the job over while this one slept.
      if (attempt === 1)
        await server.database.as(member, (tx) =>
          tx.updateTable('job').set({ attempt: 2 }).where('subject_id', '=', job.subject.id).execute(),
        );
    });
    await sleep(1500);
    assert.equal(await timesStored(job), 0);
  });

  it('are seen by their organisation, without their subject by the administrator, and by nobody else', async () => {
    const job = await given(async () => {});
    assert.equal((await get(job.id)).subject.name, 'Pump house 3');
    assert.equal((await server.as(administrator)(jobApi.get, { params: { id: job.id } })).subject.name, '');
    await assert.rejects(server.as(stranger)(jobApi.get, { params: { id: job.id } }), { status: 404 });
    assert.deepEqual((await server.as(stranger)(jobApi.list)).items, []);
  });

  it('cannot be cancelled once they are done', async () => {
    const job = await settled(await given(async () => {}));
    await assert.rejects(server.as(member)(jobApi.cancel, { params: { id: job.id } }), { status: 409 });
  });

  async function given(plan: Plan): Promise<Job> {
    const subject = { kind: 'organisation' as const, id: crypto.randomUUID(), name: 'Pump house 3' };
    plans.set(subject.id, plan);
    const job = await server.database.as(member, (tx) =>
      server.jobs.enqueue(tx, member, { kind: 'match-advisories', subject }),
    );
    server.jobs.wake();
    return job;
  }

  const get = (id: string) => server.as(member)(jobApi.get, { params: { id } });

  async function settled(job: Job): Promise<Job> {
    await until(async () => ['done', 'failed', 'cancelled'].includes((await get(job.id)).state));
    return get(job.id);
  }

  async function timesStored(job: Job): Promise<number> {
    const rows = await server.database.as(member, (tx) =>
      tx
        .selectFrom('audit_event')
        .select('id')
        .where('action', '=', 'stored')
        .where('object_id', '=', job.subject.id)
        .execute(),
    );
    return rows.length;
  }

  async function until(reached: () => Promise<boolean>, patience = 8000): Promise<void> {
    for (const end = Date.now() + patience; !(await reached()); await sleep(50)) {
      assert.ok(Date.now() < end, 'waited in vain');
    }
  }
});
