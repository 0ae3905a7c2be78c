import type { BreakGlassState, Paging } from '@busbar/contract';
import { type Generated, type Insertable, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface BreakGlassTable {
  id: Generated<string>;
  case_id: string;
  state: Generated<Exclude<BreakGlassState, 'expired'>>;
  reason: string;
  hours: number;
  asked_by: string;
  asker_name: string;
  asked_at: Generated<Date>;
  decided_by: string | null;
  decider_name: string | null;
  decided_at: Date | null;
  until: Date | null;
  ended_by: string | null;
  ender_name: string | null;
  ended_at: Date | null;
}

declare module '../../platform/database.ts' {
  interface Tables {
    break_glass: BreakGlassTable;
  }
}

export type BreakGlassRow = Selectable<BreakGlassTable>;

/** Nothing where the same person waits for an answer about the same case. */
export async function insertBreakGlass(
  tx: Db,
  row: Insertable<BreakGlassTable>,
): Promise<BreakGlassRow | undefined> {
  return tx
    .insertInto('break_glass')
    .values(row)
    .onConflict((already) =>
      already
        .columns(['case_id', 'asked_by'])
        .where(sql<boolean>`state = 'asked'`)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
}

export async function findBreakGlass(tx: Db, id: string): Promise<BreakGlassRow | undefined> {
  return tx.selectFrom('break_glass').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function moveBreakGlass(
  tx: Db,
  id: string,
  values: Partial<Insertable<BreakGlassTable>>,
): Promise<BreakGlassRow> {
  return tx
    .updateTable('break_glass')
    .set(values)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function listBreakGlass(
  tx: Db,
  { caseId, after, limit }: Paging & { caseId?: string },
): Promise<BreakGlassRow[]> {
  let query = tx
    .selectFrom('break_glass')
    .selectAll()
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (caseId) query = query.where('case_id', '=', caseId);
  if (after)
    query = query.where(
      sql<boolean>`(asked_at, id) < (select asked_at, id from break_glass where id::text = ${after})`,
    );
  return query.execute();
}
