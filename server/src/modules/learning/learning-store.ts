import type { ExerciseDraft } from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { DataKey } from '../../platform/keys.ts';

interface ExerciseTable {
  case_id: string;
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

const placeOf = (caseId: string) => `case_exercise.sealed ${caseId}`;
export const sealExercise = (key: DataKey, caseId: string, draft: ExerciseDraft): Buffer =>
  key.seal(placeOf(caseId), JSON.stringify(draft));
export const openExercise = (key: DataKey, { case_id, sealed }: ExerciseRow) =>
  JSON.parse(key.open(placeOf(case_id), sealed)) as ExerciseDraft;

export async function exerciseOf(tx: Db, caseId: string): Promise<ExerciseRow | undefined> {
  return tx.selectFrom('case_exercise').selectAll().where('case_id', '=', caseId).executeTakeFirst();
}

export async function keepExercise(tx: Db, row: Omit<ExerciseRow, 'at'>): Promise<void> {
  const { sealed, person_id, person_name } = row;
  await tx
    .insertInto('case_exercise')
    .values(row)
    .onConflict((at) =>
      at.column('case_id').doUpdateSet({ sealed, person_id, person_name, at: sql<Date>`clock_timestamp()` }),
    )
    .execute();
}

export interface OwnName {
  readonly kind: 'operator' | 'person' | 'site' | 'device';
  readonly name: string;
}

/**
 * What of an organisation has a name that stands in this text: itself, its people, sites, zones and devices. Asked in
 * the place of that organisation. A name of two letters stands in every text, and is none.
 */
export async function namesIn(tx: Db, ownerId: string, text: string): Promise<OwnName[]> {
  const { rows } = await sql<OwnName>`
    select distinct on (lower(name)) kind, name from (
      select 'operator' as kind, 1 as rank, name from organisation where id = ${ownerId}
      union all select 'person', 2, p.name from membership m join person p on p.id = m.person_id
        where m.organisation_id = ${ownerId}
      union all select 'site', 3, name from site where owner_id = ${ownerId}
      union all select 'site', 4, name from zone where owner_id = ${ownerId}
      union all select 'device', 5, name from asset where owner_id = ${ownerId}
      union all select 'device', 6, value from asset_fact where owner_id = ${ownerId} and field ilike '%name%'
    ) as named
    where length(name) > 2 and position(lower(name) in lower(${text})) > 0
    order by lower(name), rank limit 2000`.execute(tx);
  return rows;
}
