import type { Advisory, AdvisorySearch, Paging, Scope, Severity, Tlp, Told } from '@busbar/contract';
import { type Generated, type JSONColumnType, type RawBuilder, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { queryOf } from './text.ts';
import { compareDocumentVersions } from './versions.ts';

interface AdvisoryTable {
  id: Generated<string>;
  owner_id: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  publisher: string;
  tracking_id: string;
  version: string;
  status: Advisory['status'];
  title: string;
  vendors: string[];
  vendor_keys: string[];
  cves: string[];
  severity: Severity;
  score: number | null;
  has_fix: boolean;
  published_at: Date;
  updated_at: Date;
  newest_at: Date;
  facts: Buffer;
  words: string | RawBuilder<string> | null;
  problems: JSONColumnType<Told[], string, string>;
  edition: number;
  /** The CERT itself has released it. */
  ours: Generated<boolean>;
}

interface VersionTable {
  owner_id: string;
  advisory_id: string;
  version: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  sha256: Buffer;
  size: number;
  document: Buffer;
  received_at: Generated<Date>;
}

interface ImportTable {
  id: Generated<string>;
  owner_id: string;
  name: string;
  size: number;
  evidence_id: string;
  requested_by: string | null;
  added: Generated<number>;
  updated: Generated<number>;
  unchanged: Generated<number>;
  refused: JSONColumnType<Refusal[], string | undefined, string>;
  created_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    advisory: AdvisoryTable;
    advisory_version: VersionTable;
    advisory_word_public: {
      advisory_id: string;
      label: Generated<Tlp>;
      scope: Generated<Scope>;
      words: string | RawBuilder<string>;
    };
    advisory_import: ImportTable;
    advisory_edition: { one: Generated<boolean>; number: number };
  }
}

export interface Refusal {
  readonly name: string;
  readonly why: Told;
}

/** What a list shows of an advisory. */
export type AdvisoryLine = Omit<Advisory, 'myMatches'>;

const lineColumns = [
  'id',
  'publisher',
  'tracking_id',
  'version',
  'title',
  'vendors',
  'cves',
  'severity',
  'score',
  'label',
  'status',
  'published_at',
  'updated_at',
  'has_fix',
] as const;

/** What a search asks for, once words are a query, a vendor its keys, and "mine" a list. */
export interface Wanted extends Pick<AdvisorySearch, 'search' | 'severity' | 'sort' | 'after' | 'limit'> {
  readonly vendorKeys?: readonly string[] | undefined;
  readonly among?: readonly string[] | undefined;
}

export async function listAdvisories(tx: Db, wanted: Wanted): Promise<AdvisoryLine[]> {
  const { sort, after, limit } = wanted;
  let query = filtered(tx, wanted).select(lineColumns).limit(limit);
  if (sort === 'severity') query = query.orderBy(sql`score desc nulls last`);
  query = query.orderBy('newest_at', 'desc').orderBy('id', 'desc');
  if (after)
    query = query.where(
      sort === 'severity'
        ? sql<boolean>`(coalesce(score, -1), newest_at, id) < (select coalesce(score, -1), newest_at, id from advisory where id = ${after})`
        : sql<boolean>`(newest_at, id) < (select newest_at, id from advisory where id = ${after})`,
    );
  return (await query.execute()).map(toLine);
}

/**
 * The newest that words lead to. Rare words are looked up and sorted; where there are too many of them to sort, the
 * advisories are walked from the newest on until there are enough.
 */
export async function idsOf(tx: Db, search: string, most: number): Promise<string[]> {
  const words = queryOf(search);
  if (!words) return [];
  const { rows: open } = await sql<{ id: string }>`
    select advisory_id as id from advisory_word_public where words @@ ${words}::tsquery limit ${rare + 1}`.execute(
    tx,
  );
  const matches =
    open.length > rare
      ? sql`(select w.words @@ ${words}::tsquery from advisory_word_public w where w.advisory_id = a.id)`
      : sql`a.id = any (${open.map(({ id }) => id)}::uuid[])`;
  const { rows } = await sql<{ id: string }>`
    (select a.id, a.newest_at from advisory a where ${matches} order by a.newest_at desc, a.id desc limit ${most})
    union all
    (select a.id, a.newest_at from advisory a where a.words is not null and a.words @@ ${words}::tsquery
      order by a.newest_at desc, a.id desc limit ${most})
    order by newest_at desc, id desc limit ${most}`.execute(tx);
  return rows.map(({ id }) => id);
}

const rare = 5000;

export async function countAdvisories(tx: Db, wanted: Wanted): Promise<number> {
  const { count } = await filtered(tx, wanted)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function filtered(tx: Db, { search, severity, vendorKeys, among }: Wanted) {
  let query = tx.selectFrom('advisory');
  if (severity) query = query.where('severity', '=', severity);
  if (vendorKeys) query = query.where(sql<boolean>`vendor_keys && ${[...vendorKeys]}::text[]`);
  if (among) query = query.where('id', '=', sql<string>`any (${[...among]}::uuid[])`);
  const words = search && queryOf(search);
  if (words)
    query = query.where(
      sql<boolean>`(id in (select advisory_id from advisory_word_public where words @@ ${words}::tsquery) or words @@ ${words}::tsquery)`,
    );
  else if (search?.trim()) query = query.where(sql<boolean>`false`);
  return query;
}

export async function findAdvisory(
  tx: Db,
  id: string,
): Promise<
  | { advisory: AdvisoryLine; owner: string; scope: Scope; problems: Told[]; document: Buffer; size: number }
  | undefined
> {
  const row = await tx
    .selectFrom('advisory as a')
    .innerJoin('advisory_version as v', (join) =>
      join.onRef('v.advisory_id', '=', 'a.id').onRef('v.version', '=', 'a.version'),
    )
    .select(lineColumns.map((column) => `a.${column}` as const))
    .select(['a.owner_id', 'a.scope', 'a.problems', 'v.document', 'v.size'])
    .where('a.id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const { owner_id: owner, scope, problems, document, size } = row;
  return { advisory: toLine(row), owner, scope, problems, document, size };
}

export interface EarlierVersion {
  readonly version: string;
  readonly receivedAt: Date;
  readonly document: Buffer;
}

/** The latest version that is earlier than this one, of those that the reader may see. */
export async function findVersionBefore(
  tx: Db,
  id: string,
  version: string,
): Promise<EarlierVersion | undefined> {
  const known = await tx
    .selectFrom('advisory_version')
    .select('version')
    .where('advisory_id', '=', id)
    .execute();
  const before = known
    .map((row) => row.version)
    .filter((one) => compareDocumentVersions(one, version) < 0)
    .sort(compareDocumentVersions)
    .at(-1);
  if (before === undefined) return undefined;
  const row = await tx
    .selectFrom('advisory_version')
    .select(['received_at', 'document'])
    .where('advisory_id', '=', id)
    .where('version', '=', before)
    .executeTakeFirstOrThrow();
  return { version: before, receivedAt: row.received_at, document: row.document };
}

export async function versionsOf(
  tx: Db,
  ids: readonly string[],
): Promise<Map<string, { version: string; receivedAt: Date }[]>> {
  const rows = await tx
    .selectFrom('advisory_version')
    .select(['advisory_id', 'version', 'received_at as receivedAt'])
    .where('advisory_id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .orderBy('received_at')
    .execute();
  return Map.groupBy(rows, ({ advisory_id }) => advisory_id);
}

export interface WholeRow {
  readonly id: string;
  readonly owner_id: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: readonly string[];
  readonly tracking_id: string;
  readonly title: string;
  readonly newest_at: Date;
  readonly document: Buffer;
}

/** With the documents themselves, as they stand now; without those of the CERT itself, which are found as its publications. */
export async function wholeOf(tx: Db, ids: readonly string[]): Promise<WholeRow[]> {
  return tx
    .selectFrom('advisory as a')
    .innerJoin('advisory_version as v', (join) =>
      join.onRef('v.advisory_id', '=', 'a.id').onRef('v.version', '=', 'a.version'),
    )
    .select([
      'a.id',
      'a.owner_id',
      'a.label',
      'a.scope',
      'a.audience',
      'a.tracking_id',
      'a.title',
      'a.newest_at',
    ])
    .select('v.document')
    .where('a.id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .where('a.ours', '=', false)
    .execute();
}

export async function linesOf(tx: Db, ids: readonly string[]): Promise<AdvisoryLine[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('advisory')
    .select(lineColumns)
    .where('id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .execute();
  return rows.map(toLine);
}

/** Every vendor name as written, with how many of the advisories one may read name it. */
export async function countVendors(tx: Db): Promise<{ name: string; advisories: number }[]> {
  const { rows } = await sql<{ name: string; advisories: number }>`
    select name, count(*) as advisories from advisory, unnest(vendors) as name group by name`.execute(tx);
  return rows;
}

/** Those of the actor's organisation that he may read, by id; `named` are those for named people. */
export async function ownIdsAfter(
  tx: Db,
  after: string | null,
  most: number,
  only?: 'named',
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from advisory where owner_id = actor_organisation()
      ${after === null ? sql`` : sql`and id > ${after}::uuid`} ${only ? sql`and scope = 'named'` : sql``}
    order by id limit ${most}`.execute(tx);
  return rows.map(({ id }) => id);
}

export async function countOwn(tx: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from advisory where owner_id = actor_organisation()`.execute(tx);
  return rows[0]!.count;
}

/** A document as it lies in the library, in the version that the library shows. */
export interface Kept extends Pick<
  Selectable<AdvisoryTable>,
  'id' | 'label' | 'scope' | 'audience' | 'publisher' | 'version' | 'title' | 'vendors' | 'cves' | 'ours'
> {
  readonly trackingId: string;
  readonly updatedAt: Date;
  readonly receivedAt: Date;
  /** gzip of its bytes. */
  readonly document: Buffer;
}

export async function keptOf(tx: Db, ids: readonly string[]): Promise<Kept[]> {
  const rows = await tx
    .selectFrom('advisory as a')
    .innerJoin('advisory_version as v', (join) =>
      join.onRef('v.advisory_id', '=', 'a.id').onRef('v.version', '=', 'a.version'),
    )
    .select([
      'a.id',
      'a.label',
      'a.scope',
      'a.audience',
      'a.publisher',
      'a.version',
      'a.title',
      'a.vendors',
      'a.cves',
      'a.ours',
    ])
    .select([
      'a.tracking_id as trackingId',
      'a.updated_at as updatedAt',
      'v.received_at as receivedAt',
      'v.document',
    ])
    .where('a.id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .orderBy('a.id')
    .execute();
  return rows;
}

export async function currentEdition(tx: Db): Promise<number> {
  const { number } = await tx.selectFrom('advisory_edition').select('number').executeTakeFirstOrThrow();
  return number;
}

export interface FactsRow {
  readonly id: string;
  readonly edition: number;
  readonly facts: Buffer;
  readonly open: boolean;
}

const isOpen = sql<boolean>`(scope = 'public' and label = 'CLEAR')`;

export async function publicIds(tx: Db): Promise<string[]> {
  const rows = await tx.selectFrom('advisory').select('id').where(isOpen).execute();
  return rows.map(({ id }) => id);
}

/** What changed after an edition, of what one may read. `open` says whether everybody may. */
export async function factsAfter(
  tx: Db,
  edition: number,
  among?: 'public' | 'restricted',
): Promise<FactsRow[]> {
  let query = tx
    .selectFrom('advisory')
    .select(['id', 'edition', 'facts', isOpen.as('open')])
    .where('edition', '>', edition)
    .orderBy('edition')
    .orderBy('id');
  if (among === 'public') query = query.where(isOpen);
  if (among === 'restricted') query = query.where(sql<boolean>`not ${isOpen}`);
  return query.execute();
}

export interface IndexedRow {
  readonly id: string;
  readonly label: Tlp;
  readonly severity: Severity;
  readonly score: number | null;
  readonly published_at: Date;
  readonly has_fix: boolean;
  readonly facts: Buffer;
}

/** Of all that one may read under these labels: which they are, and whether everybody may read them. */
export async function indexedTags(
  tx: Db,
  labels: readonly Tlp[],
): Promise<{ id: string; edition: number; open: boolean }[]> {
  return tx
    .selectFrom('advisory')
    .select(['id', 'edition', sql<boolean>`(scope = 'public' and label = 'CLEAR')`.as('open')])
    .where('label', 'in', labels)
    .orderBy('id')
    .execute();
}

export async function indexedRows(tx: Db, labels: readonly Tlp[]): Promise<IndexedRow[]> {
  return tx
    .selectFrom('advisory')
    .select(['id', 'label', 'severity', 'score', 'published_at', 'has_fix', 'facts'])
    .where('label', 'in', labels)
    .orderBy('id')
    .execute();
}

export async function addImport(
  tx: Db,
  row: { id: string; owner: string; name: string; size: number; evidence: string; person: string | null },
): Promise<void> {
  await tx
    .insertInto('advisory_import')
    .values({
      id: row.id,
      owner_id: row.owner,
      name: row.name,
      size: row.size,
      evidence_id: row.evidence,
      requested_by: row.person,
    })
    .execute();
}

export async function listImports(tx: Db, { after, limit }: Paging): Promise<Selectable<ImportTable>[]> {
  let query = tx
    .selectFrom('advisory_import')
    .selectAll()
    // One whose bytes are still coming has no job yet, and shows on the page that sends them.
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('job').whereRef('job.subject_id', '=', 'advisory_import.id').select('job.id')),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (after)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from advisory_import where id = ${after})`,
    );
  return query.execute();
}

export async function findImport(tx: Db, id: string): Promise<Selectable<ImportTable> | undefined> {
  return tx.selectFrom('advisory_import').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function endImport(
  tx: Db,
  id: string,
  {
    added,
    updated,
    unchanged,
    refused,
  }: { added: number; updated: number; unchanged: number; refused: readonly Refusal[] },
): Promise<void> {
  await tx
    .updateTable('advisory_import')
    .set({ added, updated, unchanged, refused: JSON.stringify(refused) })
    .where('id', '=', id)
    .execute();
}

function toLine(row: Pick<Selectable<AdvisoryTable>, (typeof lineColumns)[number]>): AdvisoryLine {
  return {
    id: row.id,
    publisher: row.publisher,
    trackingId: row.tracking_id,
    version: row.version,
    title: row.title,
    vendors: row.vendors,
    cves: row.cves,
    severity: row.severity,
    // A real in the database, one decimal in CVSS.
    score: row.score === null ? null : Math.round(row.score * 10) / 10,
    label: row.label,
    status: row.status,
    publishedAt: row.published_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    hasFix: row.has_fix,
  };
}
