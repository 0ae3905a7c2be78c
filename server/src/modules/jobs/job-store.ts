import type { Job, JobKind, JobState } from '@busbar/contract';
import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { toJob } from '../../platform/jobs.ts';

export async function findJob(tx: Db, id: string): Promise<Job | undefined> {
  const row = await tx.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toJob(row);
}

/** Keeps a worker from ending the job until the transaction ends. */
export async function lockJob(tx: Db, id: string): Promise<{ job: Job; owner: string } | undefined> {
  const row = await tx.selectFrom('job').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && { job: toJob(row), owner: row.owner_id };
}

export async function listJobs(
  tx: Db,
  {
    state,
    kind,
    after,
    limit,
  }: { state?: JobState | undefined; kind?: JobKind | undefined; after?: string | undefined; limit: number },
): Promise<Job[]> {
  let query = tx
    .selectFrom('job')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (state) query = query.where('state', '=', state);
  if (kind) query = query.where('kind', '=', kind);
  if (after)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from job where id = ${after})`,
    );
  return (await query.execute()).map(toJob);
}

/** A job that is queued anew begins from nothing, but its attempts count on: a worker still busy with an old one may not store. */
export async function setJobState(tx: Db, id: string, state: JobState): Promise<void> {
  const queued = state === 'queued';
  await tx
    .updateTable('job')
    .set((row) => ({
      state,
      ended_at: queued ? null : new Date(),
      step: null,
      ...(queued && {
        give_up_at: sql<number>`${row.ref('attempt')} + 5`,
        problem: null,
        done: 0,
        total: null,
      }),
    }))
    .where('id', '=', id)
    .execute();
}
