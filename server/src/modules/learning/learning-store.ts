import type { ExerciseDraft } from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { DataKey } from '../../platform/keys.ts';

interface ExerciseTable {
  case_id: string;
  revision: number;
  sealed: Buffer;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    case_exercise: ExerciseTable;
  }
}

export type ExerciseRow = Selectable<ExerciseTable>;

// The first has no number in its place: it was sealed before there were others.
const placeOf = (caseId: string, revision: number) =>
  revision === 1 ? `case_exercise.sealed ${caseId}` : `case_exercise.sealed ${caseId} ${revision}`;
export const sealExercise = (key: DataKey, caseId: string, revision: number, draft: ExerciseDraft): Buffer =>
  key.seal(placeOf(caseId, revision), JSON.stringify(draft));
export const openExercise = (key: DataKey, { case_id, revision, sealed }: ExerciseRow) =>
  JSON.parse(key.open(placeOf(case_id, revision), sealed)) as ExerciseDraft;

/** The newest edition, or the one of that number. */
export async function exerciseOf(
  tx: Db,
  caseId: string,
  revision?: number,
): Promise<ExerciseRow | undefined> {
  let rows = tx.selectFrom('case_exercise').selectAll().where('case_id', '=', caseId);
  if (revision !== undefined) rows = rows.where('revision', '=', revision);
  return rows.orderBy('revision', 'desc').limit(1).executeTakeFirst();
}

/** Newest first, those before an edition. */
export async function exercisesOf(
  tx: Db,
  caseId: string,
  before: number | undefined,
  most: number,
): Promise<ExerciseRow[]> {
  let rows = tx.selectFrom('case_exercise').selectAll().where('case_id', '=', caseId);
  if (before !== undefined) rows = rows.where('revision', '<', before);
  return rows.orderBy('revision', 'desc').limit(most).execute();
}

/** Undefined where somebody else kept this edition first. */
export async function keepExercise(tx: Db, row: Omit<ExerciseRow, 'at'>): Promise<ExerciseRow | undefined> {
  return tx
    .insertInto('case_exercise')
    .values(row)
    .onConflict((at) => at.doNothing())
    .returningAll()
    .executeTakeFirst();
}

export interface OwnName {
  readonly kind: 'operator' | 'person' | 'site' | 'device';
  readonly name: string;
}

/**
 * What of a plant has a name that stands in this text: sites, zones and devices, as far as that plant is open to whoever
 * asks.
 */
export async function namesIn(tx: Db, ownerId: string, text: string): Promise<OwnName[]> {
  const { rows } = await sql<OwnName>`
    select distinct on (lower(name)) kind, name from (
      select 'site' as kind, 1 as rank, name from site where owner_id = ${ownerId}
      union all select 'site', 2, name from zone where owner_id = ${ownerId}
      union all select 'device', 3, name from asset where owner_id = ${ownerId}
      union all select 'device', 4, value from asset_fact where owner_id = ${ownerId} and field ilike '%name%'
    ) as named
    where position(lower(name) in lower(${text})) > 0
    order by lower(name), rank limit 2000`.execute(tx);
  return rows;
}
