import type { CaseConcern } from '@busbar/contract';
import { type Generated, type Insertable, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface ConcernTable {
  id: string;
  case_id: string;
  kind: CaseConcern['kind'];
  owner_id: string | null;
  site_id: string | null;
  asset_id: string | null;
  sealed: Buffer;
  person_id: string;
  person_name: string;
  added_as: 'member' | 'cert';
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    case_concern: ConcernTable;
  }
}

export type ConcernRow = Selectable<ConcernTable>;

export async function listConcerns(tx: Db, caseId: string): Promise<ConcernRow[]> {
  return tx
    .selectFrom('case_concern')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('at')
    .orderBy('id')
    .execute();
}

/** Undefined where it is named already. */
export async function insertConcern(tx: Db, row: Insertable<ConcernTable>): Promise<ConcernRow | undefined> {
  return tx
    .insertInto('case_concern')
    .values(row)
    .onConflict((known) => known.doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function deleteConcern(tx: Db, caseId: string, id: string): Promise<ConcernRow | undefined> {
  return tx
    .deleteFrom('case_concern')
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Cases that name one of these devices, the one that was named last first. */
export async function casesOf(tx: Db, assets: readonly string[], most: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('case_concern')
    .select('case_id')
    .where('asset_id', '=', sql<string>`any(${[...assets]}::uuid[])`)
    .groupBy('case_id')
    .orderBy(sql`max(at)`, 'desc')
    .limit(most)
    .execute();
  return rows.map(({ case_id }) => case_id);
}
