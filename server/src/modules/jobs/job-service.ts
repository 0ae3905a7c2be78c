import { done, type Job, jobMoves, type JobKind, type JobState } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Ask } from '../../platform/http.ts';
import type { Jobs } from '../../platform/jobs.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { findJob, listJobs, lockJob, setJobState } from './job-store.ts';

export type JobService = ReturnType<typeof jobService>;

export function jobService(queue: Jobs) {
  return {
    async list({
      tx,
      query,
      actor,
    }: Ask<
      unknown,
      { state?: JobState | undefined; kind?: JobKind | undefined; after?: string | undefined; limit: number }
    >) {
      const items = await listJobs(tx, query);
      return {
        items: items.map((job) => asSeenBy(actor, job)),
        next: items.length === query.limit ? items.at(-1)!.id : null,
      };
    },

    async get({ tx, params, actor }: Ask<{ id: string }>): Promise<Job> {
      return asSeenBy(actor, (await findJob(tx, params.id)) ?? missing());
    },

    async move({ tx, params, trail, afterCommit }: Ask<{ id: string }>, move: 'cancel' | 'retry') {
      const { job, owner } = (await lockJob(tx, params.id)) ?? missing();
      const allowed = jobMoves.find((step) => step.move === move && step.from === job.state);
      if (!allowed)
        throw conflict(
          `job-cannot-${move}`,
          `A job that is ${job.state} cannot be ${move === 'cancel' ? 'cancelled' : 'retried'}`,
          { state: job.state },
        );

      await setJobState(tx, job.id, allowed.to);
      if (move === 'retry') {
        await queue.again(tx, job.id);
        afterCommit(() => queue.wake());
      }
      trail.on({
        kind: 'job',
        id: job.id,
        name: job.kind,
        owner,
        details: { from: job.state, to: allowed.to },
      });
      return done;
    },
  };
}

/** An administrator sees that there is work, not what it is about. */
function asSeenBy(actor: Actor, job: Job): Job {
  const readsContent = actor.roles.some((role) => role !== 'ADM' && role !== 'PUB');
  return readsContent ? job : { ...job, subject: { ...job.subject, name: '' } };
}

function missing(): never {
  throw notFound('job');
}
