import type { EvidenceFile, FileType } from '@busbar/contract';
import { type Generated, type Insertable, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor } from '../../platform/search.ts';

interface CaseEvidenceTable {
  id: string;
  owner_id: string;
  case_id: string;
  sealed: Buffer;
  handling: Generated<Handling>;
  type: FileType | null;
  is_shared: Generated<boolean>;
  clock_offset: Generated<number>;
  clock_uncertainty: Generated<number>;
  added_as: EvidenceFile['addedBy']['as'];
  person_id: string | null;
  person_name: string | null;
  created_at: Generated<Date>;
}

export type Handling = 'quarantined' | 'available' | 'sealed';

declare module '../../platform/database.ts' {
  interface Tables {
    case_evidence: CaseEvidenceTable;
  }
}

export type FileRow = Selectable<CaseEvidenceTable> & { upload: string; suggested: number; accepted: number };

/** False when it was announced before. */
export async function insertFile(tx: Db, row: Insertable<CaseEvidenceTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('case_evidence')
    .values(row)
    .onConflict((already) => already.column('id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

export async function listFiles(
  tx: Db,
  caseId: string,
  { after, limit, ids }: { after?: string | undefined; limit: number; ids?: readonly string[] | undefined },
): Promise<FileRow[]> {
  let query = files(tx)
    .where('f.case_id', '=', caseId)
    .orderBy('f.created_at', 'desc')
    .orderBy('f.id', 'desc')
    .limit(limit);
  if (ids) query = query.where('f.id', 'in', [...ids]);
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(sql<boolean>`(f.created_at, f.id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`);
  return query.execute();
}

export async function countFiles(tx: Db, caseId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('case_evidence')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function findFile(tx: Db, caseId: string, id: string): Promise<FileRow | undefined> {
  return files(tx).where('f.case_id', '=', caseId).where('f.id', '=', id).executeTakeFirst();
}

export async function lockFile(tx: Db, caseId: string, id: string): Promise<FileRow | undefined> {
  await tx
    .selectFrom('case_evidence')
    .select('id')
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .forUpdate()
    .execute();
  return findFile(tx, caseId, id);
}

/** Sealed names of these files. */
export async function sealedNames(tx: Db, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('case_evidence')
    .select(['id', 'sealed', 'clock_offset', 'clock_uncertainty'])
    .where('id', 'in', ids)
    .execute();
}

export async function changeFile(
  tx: Db,
  id: string,
  change: { type: FileType } | { handling: Handling; is_shared: boolean } | { is_shared: boolean },
): Promise<void> {
  await tx.updateTable('case_evidence').set(change).where('id', '=', id).execute();
}

export async function setClock(
  tx: Db,
  id: string,
  { offset, uncertainty }: { offset: number; uncertainty: number },
): Promise<void> {
  await tx
    .updateTable('case_evidence')
    .set({ clock_offset: offset, clock_uncertainty: uncertainty })
    .where('id', '=', id)
    .execute();
}

function files(tx: Db) {
  const counted = (state: 'suggested' | 'accepted') => sql<number>`(
    select count(*)::int from case_observation o
    where o.case_id = f.case_id and o.evidence_id = f.id and o.state = ${state})`;
  return tx
    .selectFrom('case_evidence as f')
    .innerJoin('evidence as e', 'e.subject_id', 'f.id')
    .where('e.case_id', 'is not', null)
    .selectAll('f')
    .select(['e.id as upload', counted('suggested').as('suggested'), counted('accepted').as('accepted')]);
}
