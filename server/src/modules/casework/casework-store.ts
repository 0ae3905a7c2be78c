import type { Confirmer, MeasureState, Playbook, ProcessEffect, TaskSide, TaskState } from '@busbar/contract';
import {
  type Generated,
  type Insertable,
  type JSONColumnType,
  type Selectable,
  sql,
  type Updateable,
} from 'kysely';

import type { Db } from '../../platform/database.ts';

interface PlaybookTable {
  id: Generated<string>;
  case_id: string;
  playbook: string;
  version: number;
  sha256: string;
  content: JSONColumnType<Playbook, string, never>;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
}

interface TaskTable {
  id: string;
  case_id: string;
  playbook_id: string | null;
  step: string | null;
  sealed: Buffer | null;
  internal: boolean;
  side: TaskSide;
  effect: ProcessEffect;
  assignee_id: string | null;
  assignee_name: string | null;
  due: Date | null;
  state: Generated<TaskState>;
  revision: Generated<number>;
  place: Generated<number>;
  changed_at: Generated<Date>;
  changed_name: Generated<string | null>;
}

/** What of a task a change may have changed, beside its words. */
export type TaskBefore = Pick<TaskRow, 'side' | 'effect' | 'assignee_id' | 'assignee_name' | 'state'> & {
  readonly due: string | null;
};

interface TaskChangeTable {
  id: Generated<number>;
  case_id: string;
  task_id: string;
  revision: number;
  before: JSONColumnType<TaskBefore, string, never>;
  sealed: Buffer | null;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
}

interface MeasureTable {
  id: string;
  case_id: string;
  playbook_id: string | null;
  step: string | null;
  sealed: Buffer | null;
  effect: ProcessEffect;
  reversible: 'yes' | 'partly' | 'no';
  confirm: Confirmer;
  state: Generated<MeasureState>;
  confirmed_by: Buffer | null;
  confirmed_at: Date | null;
  by_telephone: boolean | null;
  recorded_by: string | null;
  recorded_name: string | null;
  revision: Generated<number>;
  place: Generated<number>;
}

interface MeasureStepTable {
  id: string;
  case_id: string;
  measure_id: string;
  state: MeasureState;
  note: Buffer | null;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    case_playbook: PlaybookTable;
    case_task: TaskTable;
    case_task_change: TaskChangeTable;
    case_measure: MeasureTable;
    case_measure_step: MeasureStepTable;
  }
}

export type PlaybookRow = Selectable<PlaybookTable>;
export type TaskRow = Selectable<TaskTable>;
export type TaskChangeRow = Selectable<TaskChangeTable>;
export type MeasureRow = Selectable<MeasureTable>;
export type MeasureStepRow = Selectable<MeasureStepTable>;

export async function playbooksOf(tx: Db, caseId: string): Promise<PlaybookRow[]> {
  return tx.selectFrom('case_playbook').selectAll().where('case_id', '=', caseId).orderBy('at').execute();
}

/** Undefined when it was chosen before. */
export async function insertPlaybook(tx: Db, row: Insertable<PlaybookTable>): Promise<string | undefined> {
  const added = await tx
    .insertInto('case_playbook')
    .values(row)
    .onConflict((already) => already.columns(['case_id', 'playbook']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return added?.id;
}

export async function tasksOf(tx: Db, caseId: string): Promise<TaskRow[]> {
  return tx.selectFrom('case_task').selectAll().where('case_id', '=', caseId).orderBy('place').execute();
}

export async function countTasks(tx: Db, caseId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('case_task')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  return count;
}

/** How many of them were not there yet. */
export async function insertTasks(tx: Db, rows: readonly Insertable<TaskTable>[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('case_task')
    .values(rows)
    .onConflict((already) => already.column('id').doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows);
}

/** Held until the transaction ends. */
export async function lockTask(tx: Db, caseId: string, id: string): Promise<TaskRow | undefined> {
  return tx
    .selectFrom('case_task')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateTask(
  tx: Db,
  { id, revision }: TaskRow,
  set: Updateable<TaskTable>,
): Promise<TaskRow> {
  return tx
    .updateTable('case_task')
    .set({ ...set, revision: revision + 1, changed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function insertChange(tx: Db, row: Insertable<TaskChangeTable>): Promise<void> {
  await tx.insertInto('case_task_change').values(row).execute();
}

export async function changeTo(tx: Db, task: string, revision: number): Promise<TaskChangeRow | undefined> {
  return tx
    .selectFrom('case_task_change')
    .selectAll()
    .where('task_id', '=', task)
    .where('revision', '=', revision)
    .executeTakeFirst();
}

/** The newest change of a person in a case that nothing has come after. */
export async function lastChangeOf(
  tx: Db,
  caseId: string,
  person: string,
  since: Date,
): Promise<{ task_id: string; revision: number } | undefined> {
  return tx
    .selectFrom('case_task_change as c')
    .innerJoin('case_task as t', (join) =>
      join.onRef('t.id', '=', 'c.task_id').onRef('t.revision', '=', 'c.revision'),
    )
    .select(['c.task_id', 'c.revision'])
    .where('c.case_id', '=', caseId)
    .where('c.person_id', '=', person)
    .where('c.at', '>', since)
    .orderBy('c.at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function measuresOf(tx: Db, caseId: string): Promise<MeasureRow[]> {
  return tx.selectFrom('case_measure').selectAll().where('case_id', '=', caseId).orderBy('place').execute();
}

/** How many of them were not there yet. */
export async function insertMeasures(tx: Db, rows: readonly Insertable<MeasureTable>[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('case_measure')
    .values(rows)
    .onConflict((already) => already.column('id').doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows);
}

export async function lockMeasure(tx: Db, caseId: string, id: string): Promise<MeasureRow | undefined> {
  return tx
    .selectFrom('case_measure')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateMeasure(
  tx: Db,
  { id, revision }: MeasureRow,
  set: Updateable<MeasureTable>,
): Promise<MeasureRow> {
  return tx
    .updateTable('case_measure')
    .set({ ...set, revision: revision + 1 })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function insertMeasureStep(tx: Db, row: Insertable<MeasureStepTable>): Promise<void> {
  await tx.insertInto('case_measure_step').values(row).execute();
}

export async function measureStepsOf(tx: Db, caseId: string): Promise<MeasureStepRow[]> {
  return tx
    .selectFrom('case_measure_step')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('at')
    .orderBy('id')
    .execute();
}

/** Playbooks of which something was done, changed or decided. */
export async function begunPlaybooks(tx: Db, caseId: string): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select playbook_id as id from case_task
      where case_id = ${caseId} and playbook_id is not null and (revision > 1 or state <> 'open')
    union
    select playbook_id from case_measure
      where case_id = ${caseId} and playbook_id is not null and (revision > 1 or state <> 'proposed')`.execute(
    tx,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Until the transaction ends nobody does or changes anything of what a playbook added. */
export async function lockAdded(tx: Db, caseId: string, playbook: string): Promise<void> {
  for (const table of ['case_task', 'case_measure'] as const)
    await tx
      .selectFrom(table)
      .select('id')
      .where('case_id', '=', caseId)
      .where('playbook_id', '=', playbook)
      .forUpdate()
      .execute();
}

/** With its tasks and measures. */
export async function removePlaybook(tx: Db, caseId: string, playbook: string): Promise<void> {
  for (const table of ['case_task', 'case_measure'] as const)
    await tx.deleteFrom(table).where('case_id', '=', caseId).where('playbook_id', '=', playbook).execute();
  await tx.deleteFrom('case_playbook').where('case_id', '=', caseId).where('id', '=', playbook).execute();
}
