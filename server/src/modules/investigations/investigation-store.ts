import { randomInt } from 'node:crypto';

import type {
  EvidenceReference,
  Finding,
  FindingState,
  Language,
  Paging,
  PieceWords,
  ReportPiece,
  ReportSection,
  ReportState,
} from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { DataKey } from '../../platform/keys.ts';

interface FactTable {
  id: Generated<string>;
  case_id: string;
  number: number;
  sealed: Buffer;
  revision: Generated<number>;
  changed_name: Generated<string | null>;
  withdrawn_at: Date | null;
  withdrawn_by: string | null;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
}

interface ReportTable {
  id: string;
  case_id: string;
  version: number;
  state: Generated<ReportState>;
  language: Language;
  sealed: Buffer;
  revision: Generated<number>;
  changed_name: Generated<string | null>;
  authors: string[];
  names: string[];
  snapshot: Buffer | null;
  sha256: Buffer | null;
  checker_id: string | null;
  checker: string | null;
  at: Generated<Date>;
}

interface FindingTable {
  id: string;
  case_id: string;
  number: number;
  state: FindingState;
  kind: Finding['kind'];
  severity: Finding['severity'];
  effort: Finding['effort'];
  effect: Finding['effect'];
  sealed: Buffer;
  due: string | null;
  revision: Generated<number>;
  created_at: Generated<Date>;
}

interface FindingStepTable {
  id: string;
  case_id: string;
  finding_id: string;
  state: FindingState;
  sealed: Buffer | null;
  person_id: string | null;
  person_name: string;
  at: Generated<Date>;
}

interface TranslationTable {
  id: string;
  case_id: string;
  piece: ReportPiece;
  number: number;
  language: Language;
  sealed: Buffer;
  revision: Generated<number>;
  version: number;
  authors: string[];
  names: string[];
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    case_fact: FactTable;
    case_report: ReportTable;
    case_finding: FindingTable;
    case_finding_step: FindingStepTable;
    report_translation: TranslationTable;
  }
}

export type FactRow = Selectable<FactTable>;
export type ReportRow = Selectable<ReportTable>;
export type FindingRow = Selectable<FindingTable> & {
  reference: string;
  owner_id: string;
  overdue: boolean;
  may_move: boolean;
};
export type FindingStepRow = Selectable<FindingStepTable>;
export type TranslationRow = Selectable<TranslationTable>;

export interface FactContent {
  readonly says: string;
  readonly language?: Language | undefined;
  readonly evidence: readonly EvidenceReference[];
  readonly reason?: string;
}
export interface ReportContent {
  readonly title: string;
  readonly sections: readonly ReportSection[];
  readonly sentBack: string | null;
}
export interface FindingContent {
  readonly language?: Language | undefined;
  readonly title: string;
  readonly because: string;
  readonly effectNote: string;
  readonly owner: string;
}

export interface TranslationContent extends PieceWords {
  /** What the original said when this was translated. */
  readonly from: PieceWords;
}

/** Sealed under the key of the case, each in its place. */
function sealedIn<Content>(column: string) {
  return {
    seal: (key: DataKey, id: string, content: Content) =>
      key.seal(`${column} ${id}`, JSON.stringify(content)),
    open: (key: DataKey, { id, sealed }: { id: string; sealed: Buffer }) =>
      JSON.parse(key.open(`${column} ${id}`, sealed)) as Content,
  };
}
export const factContent = sealedIn<FactContent>('case_fact.sealed');
export const reportContent = sealedIn<ReportContent>('case_report.sealed');
export const findingContent = sealedIn<FindingContent>('case_finding.sealed');
export const stepReason = sealedIn<string>('case_finding_step.sealed');
export const translationContent = sealedIn<TranslationContent>('report_translation.sealed');
export const snapshotText = {
  seal: (key: DataKey, id: string, json: string) => key.seal(`case_report.snapshot ${id}`, json),
  open: (key: DataKey, { id, snapshot }: ReportRow) => key.open(`case_report.snapshot ${id}`, snapshot!),
};

/** One after another numbers what a case gets. */
export async function holdNumbers(tx: Db, caseId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('investigation of ' || ${caseId}::text, 0))`.execute(
    tx,
  );
}

export async function nextNumber(
  tx: Db,
  table: 'case_fact' | 'case_finding',
  caseId: string,
): Promise<number> {
  const { next } = await tx
    .selectFrom(table)
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('next'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  return next;
}

export async function insertFact(
  tx: Db,
  row: Pick<FactRow, 'id' | 'case_id' | 'number' | 'sealed' | 'person_id' | 'person_name'>,
): Promise<FactRow> {
  return tx
    .insertInto('case_fact')
    .values({ ...row, withdrawn_at: null, withdrawn_by: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function factsOf(
  tx: Db,
  caseId: string,
  { ids, from = 0 }: { ids?: readonly string[]; from?: number } = {},
): Promise<FactRow[]> {
  let query = tx
    .selectFrom('case_fact')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('number', '>', from)
    .orderBy('number');
  if (ids) query = query.where('id', 'in', ids.length > 0 ? ids : [null!]);
  return query.execute();
}

export async function lockFact(tx: Db, caseId: string, id: string): Promise<FactRow | undefined> {
  return tx
    .selectFrom('case_fact')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function changeFact(
  tx: Db,
  { id, revision }: FactRow,
  change: Partial<Pick<FactRow, 'sealed' | 'withdrawn_at' | 'withdrawn_by'>>,
): Promise<FactRow> {
  return tx
    .updateTable('case_fact')
    .set({ ...change, revision: revision + 1 })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Newest first. */
export async function reportsOf(tx: Db, caseId: string): Promise<ReportRow[]> {
  return tx
    .selectFrom('case_report')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('version', 'desc')
    .execute();
}

/** The version that is being written, held until the transaction ends. */
export async function lockCurrent(tx: Db, caseId: string): Promise<ReportRow | undefined> {
  return tx
    .selectFrom('case_report')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('state', '!=', 'final')
    .forUpdate()
    .executeTakeFirst();
}

export async function insertReport(
  tx: Db,
  row: Pick<ReportRow, 'id' | 'case_id' | 'version' | 'language' | 'sealed' | 'authors' | 'names'>,
): Promise<ReportRow> {
  return tx
    .insertInto('case_report')
    .values({ ...row, snapshot: null, sha256: null, checker_id: null, checker: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function changeReport(
  tx: Db,
  { id, revision }: ReportRow,
  change: Partial<Omit<ReportRow, 'id' | 'case_id' | 'version' | 'revision' | 'at'>>,
): Promise<ReportRow> {
  return tx
    .updateTable('case_report')
    .set({ ...change, revision: revision + 1, at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Over all cases that open for the actor, newest first. */
export async function listFindings(
  tx: Db,
  wanted: Paging & {
    id?: string;
    state?: FindingState | undefined;
    case?: string | undefined;
    overdue?: 'true' | undefined;
  },
): Promise<FindingRow[]> {
  let query = tx
    .selectFrom('case_finding as f')
    .innerJoin('case as c', 'c.id', 'f.case_id')
    .selectAll('f')
    .select([
      'c.ref as reference',
      'c.owner_id',
      sql<boolean>`f.state = 'accepted' and f.due < (clock_timestamp() at time zone 'utc')::date`.as(
        'overdue',
      ),
      sql<boolean>`holds(c)`.as('may_move'),
      sql<string | null>`f.due::text`.as('due'),
    ])
    .orderBy('f.created_at', 'desc')
    .orderBy('f.id', 'desc')
    .limit(wanted.limit);
  if (wanted.id) query = query.where('f.id', '=', wanted.id);
  if (wanted.case) query = query.where('f.case_id', '=', wanted.case);
  if (wanted.state) query = query.where('f.state', '=', wanted.state);
  if (wanted.overdue)
    query = query.where(
      sql<boolean>`f.state = 'accepted' and f.due < (clock_timestamp() at time zone 'utc')::date`,
    );
  if (wanted.after)
    query = query.where(
      sql<boolean>`(f.created_at, f.id) < (select created_at, id from case_finding where id = ${wanted.after})`,
    );
  return query.execute();
}

export async function holdFinding(tx: Db, id: string): Promise<void> {
  await tx.selectFrom('case_finding').select('id').where('id', '=', id).forUpdate().execute();
}

export async function insertFinding(
  tx: Db,
  row: Pick<FindingRow, 'id' | 'case_id' | 'number' | 'kind' | 'severity' | 'effort' | 'effect' | 'sealed'>,
): Promise<void> {
  await tx
    .insertInto('case_finding')
    .values({ ...row, state: 'drafted', due: null })
    .execute();
}

export async function changeFinding(
  tx: Db,
  id: string,
  change: Partial<
    Pick<FindingRow, 'state' | 'kind' | 'severity' | 'effort' | 'effect' | 'sealed' | 'due' | 'revision'>
  >,
): Promise<void> {
  await tx.updateTable('case_finding').set(change).where('id', '=', id).execute();
}

export async function removeFinding(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('case_finding').where('id', '=', id).execute();
}

export async function insertFindingStep(tx: Db, row: Omit<FindingStepRow, 'at'>): Promise<void> {
  await tx.insertInto('case_finding_step').values(row).execute();
}

export async function findingStepsOf(tx: Db, ids: readonly string[]): Promise<FindingStepRow[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('case_finding_step')
    .selectAll()
    .where('finding_id', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute();
}

export async function translationsOf(
  tx: Db,
  caseId: string,
  only: Partial<Pick<TranslationRow, 'language' | 'piece' | 'number'>> = {},
): Promise<TranslationRow[]> {
  let query = tx
    .selectFrom('report_translation')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('language')
    .orderBy('piece')
    .orderBy('number');
  if (only.language) query = query.where('language', '=', only.language);
  if (only.piece) query = query.where('piece', '=', only.piece);
  if (only.number !== undefined) query = query.where('number', '=', only.number);
  return query.execute();
}

/** The first, or one that follows `before`. */
export async function putTranslation(
  tx: Db,
  row: Omit<TranslationRow, 'revision' | 'at'>,
  before: TranslationRow | undefined,
): Promise<TranslationRow> {
  // It begins anywhere: of one that was taken away somebody may still have the number.
  if (!before)
    return tx
      .insertInto('report_translation')
      .values({ ...row, revision: randomInt(1, 2 ** 30) })
      .returningAll()
      .executeTakeFirstOrThrow();
  const { sealed, version, authors, names } = row;
  return tx
    .updateTable('report_translation')
    .set({
      sealed,
      version,
      authors,
      names,
      revision: before.revision + 1,
      at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function removeTranslation(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('report_translation').where('id', '=', id).execute();
}
