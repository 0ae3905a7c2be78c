import type { BundledFile, BundleState, Paging } from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface BundleTable {
  id: string;
  owner_id: string;
  site_id: string;
  evidence_id: string;
  name: string;
  state: Generated<BundleState>;
  made_at: Date | null;
  program: string | null;
  person_id: string | null;
  created_at: Generated<Date>;
  imported_at: Date | null;
}

interface FileTable {
  owner_id: string;
  bundle_id: string;
  place: number;
  name: string;
  type: string;
  size: number;
  sha256: Buffer;
  evidence_id: string | null;
  capture_id: string | null;
  before_id: string | null;
  /** Packets of which a share in the same bundle tells. */
  shared: boolean;
}

declare module '../../platform/database.ts' {
  interface Tables {
    bundle_key: { owner_id: string; recipient: string; made_at: Generated<Date> };
    bundle_secret: { owner_id: string; sealed: Buffer };
    bundle: BundleTable;
    bundle_file: FileTable;
  }
}

export type BundleRow = Selectable<BundleTable>;
export type FileRow = Selectable<FileTable>;

export async function bundleKey(tx: Db, cert: string) {
  return tx.selectFrom('bundle_key').selectAll().where('owner_id', '=', cert).executeTakeFirst();
}

export async function sealedIdentity(tx: Db, cert: string): Promise<Buffer | undefined> {
  const row = await tx
    .selectFrom('bundle_secret')
    .select('sealed')
    .where('owner_id', '=', cert)
    .executeTakeFirst();
  return row?.sealed;
}

/** The key that is there from now on: this one, unless there was one already. */
export async function insertBundleKey(
  tx: Db,
  { owner, recipient, sealed }: { owner: string; recipient: string; sealed: Buffer },
) {
  const made = await tx
    .insertInto('bundle_key')
    .values({ owner_id: owner, recipient })
    .onConflict((conflict) => conflict.column('owner_id').doNothing())
    .returning('owner_id')
    .executeTakeFirst();
  if (made) await tx.insertInto('bundle_secret').values({ owner_id: owner, sealed }).execute();
  return (await bundleKey(tx, owner))!;
}

export async function insertBundle(
  tx: Db,
  row: Pick<BundleRow, 'id' | 'owner_id' | 'site_id' | 'evidence_id' | 'name' | 'person_id'>,
): Promise<BundleRow> {
  return tx
    .insertInto('bundle')
    .values({ ...row, made_at: null, program: null, imported_at: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findBundle(tx: Db, id: string): Promise<BundleRow | undefined> {
  return tx.selectFrom('bundle').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Keeps others from changing it until the transaction ends. */
export async function lockBundle(tx: Db, id: string): Promise<BundleRow | undefined> {
  return tx.selectFrom('bundle').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function listBundles(tx: Db, { after, limit }: Paging): Promise<BundleRow[]> {
  let query = tx
    .selectFrom('bundle')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (after)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from bundle where id::text = ${after})`,
    );
  return query.execute();
}

export async function bundleNames(tx: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('bundle').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function filesOf(tx: Db, bundles: readonly string[]): Promise<FileRow[]> {
  if (bundles.length === 0) return [];
  return tx
    .selectFrom('bundle_file')
    .selectAll()
    .where('bundle_id', 'in', bundles)
    .orderBy('bundle_id')
    .orderBy('place')
    .execute();
}

/** A file of a bundle with where it lies, which for one that was known is with the bundle that brought it. */
export async function fileAt(tx: Db, bundle: string, place: number): Promise<FileRow | undefined> {
  const file = await tx
    .selectFrom('bundle_file')
    .selectAll()
    .where('bundle_id', '=', bundle)
    .where('place', '=', place)
    .executeTakeFirst();
  if (!file?.before_id) return file;
  const before = await tx
    .selectFrom('bundle_file')
    .select('evidence_id')
    .where('bundle_id', '=', file.before_id)
    .where('sha256', '=', file.sha256)
    .where('type', '=', file.type)
    .executeTakeFirst();
  return { ...file, evidence_id: before?.evidence_id ?? null };
}

/** Until the transaction ends, nobody else of this owner takes a bundle over. */
export async function holdBundles(tx: Db, owner: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('bundles of ' || ${owner}::text, 0))`.execute(tx);
}

/** The bundle that brought this file, if what became of it is still here. */
export async function broughtBefore(
  tx: Db,
  owner: string,
  { type, sha256 }: Pick<BundledFile, 'type' | 'sha256'>,
): Promise<FileRow | undefined> {
  return tx
    .selectFrom('bundle_file')
    .selectAll('bundle_file')
    .innerJoin('evidence', 'evidence.id', 'bundle_file.evidence_id')
    .where('bundle_file.owner_id', '=', owner)
    .where('bundle_file.sha256', '=', Buffer.from(sha256, 'hex'))
    .where('bundle_file.type', '=', type)
    .where('evidence.state', '!=', 'removed')
    .executeTakeFirst();
}

export async function insertFiles(tx: Db, rows: readonly FileRow[]): Promise<void> {
  await tx
    .insertInto('bundle_file')
    .values([...rows])
    .execute();
}

export async function setImported(
  tx: Db,
  id: string,
  { madeAt, program }: { madeAt: string; program: string },
): Promise<void> {
  await tx
    .updateTable('bundle')
    .set({ state: 'imported', imported_at: new Date(), made_at: new Date(madeAt), program })
    .where('id', '=', id)
    .execute();
}

export async function deleteBundle(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('bundle').where('id', '=', id).execute();
}
