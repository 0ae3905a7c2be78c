import type { Baseline as Learnt } from '@busbar/dissect';
import { type Generated, type JSONColumnType, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

declare module '../../platform/database.ts' {
  interface Tables {
    site_baseline: {
      owner_id: string;
      site_id: string;
      revision: Generated<string>;
      learnt: JSONColumnType<Learnt, string, string>;
    };
    site_baseline_capture: {
      id: Generated<string>;
      owner_id: string;
      site_id: string;
      capture_id: string | null;
      name: string;
      learnt_at: Generated<Date>;
      learnt_by: string | null;
    };
  }
}

export interface LearntCapture {
  readonly capture_id: string | null;
  readonly name: string;
  readonly learnt_at: Date;
  readonly learnt_by: string | null;
}

export async function learntCaptures(tx: Db, site: string): Promise<LearntCapture[]> {
  return tx
    .selectFrom('site_baseline_capture')
    .select(['capture_id', 'name', 'learnt_at', 'learnt_by'])
    .where('site_id', '=', site)
    .orderBy('learnt_at')
    .orderBy('id')
    .execute();
}

export interface LearntNumbers {
  readonly observed: number;
  readonly devices: number;
  readonly talks: number;
  readonly operations: number;
  readonly variables: number;
  readonly users: number;
}

/** Counted where it lies: the document itself may be large. */
export async function numbersOf(tx: Db, site: string): Promise<LearntNumbers | undefined> {
  const { rows } = await sql<LearntNumbers>`
    select (learnt->>'observed')::float8 as observed,
      jsonb_array_length(learnt->'devices') as devices, jsonb_array_length(learnt->'talks') as talks,
      jsonb_array_length(learnt->'operations') as operations, jsonb_array_length(learnt->'variables') as variables,
      jsonb_array_length(learnt->'users') as users
    from site_baseline where site_id = ${site}`.execute(tx);
  return rows[0];
}

export async function revisionOf(tx: Db, site: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('site_baseline')
    .select('revision')
    .where('site_id', '=', site)
    .executeTakeFirst();
  return row?.revision;
}

export async function findBaseline(tx: Db, site: string): Promise<Learnt | undefined> {
  const row = await tx
    .selectFrom('site_baseline')
    .select('learnt')
    .where('site_id', '=', site)
    .executeTakeFirst();
  return row?.learnt;
}

/** What was learnt, kept from others until the transaction ends; begun where there is none. */
export async function lockBaseline(
  tx: Db,
  { owner, site, nothing }: { owner: string; site: string; nothing: string },
): Promise<Learnt> {
  await tx
    .insertInto('site_baseline')
    .values({ owner_id: owner, site_id: site, learnt: nothing })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { learnt } = await tx
    .selectFrom('site_baseline')
    .select('learnt')
    .where('site_id', '=', site)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return learnt;
}

export async function addLesson(
  tx: Db,
  lesson: {
    owner: string;
    site: string;
    capture: string;
    name: string;
    person: string | null;
    learnt: string;
  },
): Promise<void> {
  await tx
    .updateTable('site_baseline')
    .set({ learnt: lesson.learnt, revision: crypto.randomUUID() })
    .where('site_id', '=', lesson.site)
    .execute();
  await tx
    .insertInto('site_baseline_capture')
    .values({
      owner_id: lesson.owner,
      site_id: lesson.site,
      capture_id: lesson.capture,
      name: lesson.name,
      learnt_by: lesson.person,
    })
    .execute();
}

/** Gives back how many captures were learnt. */
export async function forgetBaseline(tx: Db, site: string): Promise<number> {
  const { length } = await learntCaptures(tx, site);
  await tx.deleteFrom('site_baseline').where('site_id', '=', site).execute();
  return length;
}
