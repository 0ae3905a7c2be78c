import type { MadePack, Paging, PackChange, PackSigner, PackTlp, Told } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface PackKeyTable {
  id: Generated<string>;
  owner_id: string;
  fingerprint: string;
  user_ids: string[];
  public_key: string;
  expires_at: Date | null;
  is_revoked: boolean;
  added_by: string | null;
  added_at: Generated<Date>;
  removed_at: Date | null;
}

interface MadePackTable {
  id: Generated<string>;
  owner_id: string;
  number: number;
  most: PackTlp;
  since_id: string | null;
  requested_by: string | null;
  requested_at: Generated<Date>;
  made_at: Date | null;
  fingerprint: string | null;
  size: number | null;
  sha256: Buffer | null;
  manifest_sha256: Buffer | null;
  counts: JSONColumnType<NonNullable<MadePack['counts']> | null, string | null, string | null>;
  contents: Buffer | null;
  blob_id: string | null;
}

interface PackTable {
  id: Generated<string>;
  owner_id: string;
  name: string;
  size: number;
  evidence_id: string | null;
  brought_by: string | null;
  brought_at: Generated<Date>;
  number: number | null;
  maker_id: string | null;
  maker: string | null;
  most: PackTlp | null;
  made_at: Date | null;
  signer: JSONColumnType<PackSigner | null, string | null, string | null>;
  manifest_sha256: Buffer | null;
  since_number: number | null;
  since_sha256: Buffer | null;
  checked_at: Date | null;
  refused: JSONColumnType<Told | null, string | null, string | null>;
  changes: JSONColumnType<PackChange[], string | undefined, string>;
  left_out: JSONColumnType<{ name: string; why: Told }[], string | undefined, string>;
  installed_by: string | null;
  installed_at: Date | null;
  pass: Generated<number>;
  removed_at: Date | null;
}

declare module '../../platform/database.ts' {
  interface Tables {
    pack_key: PackKeyTable;
    made_pack: MadePackTable;
    pack: PackTable;
  }
}

export type PackKeyRow = Selectable<PackKeyTable> & { added_by_name: string | null };
export type MadePackRow = Selectable<MadePackTable> & {
  since: number | null;
  requested_by_name: string | null;
};
export type PackRow = Selectable<PackTable> & { installed_by_name: string | null };

export async function listKeys(tx: Db): Promise<PackKeyRow[]> {
  return tx
    .selectFrom('pack_key as k')
    .leftJoin('person as p', 'p.id', 'k.added_by')
    .selectAll('k')
    .select('p.name as added_by_name')
    .where('k.removed_at', 'is', null)
    .orderBy('k.added_at', 'desc')
    .execute();
}

/** The same key again takes the place of the older copy: its owner may have renewed or revoked it. */
export async function keepKey(
  tx: Db,
  key: Pick<
    PackKeyRow,
    'owner_id' | 'fingerprint' | 'user_ids' | 'public_key' | 'expires_at' | 'is_revoked' | 'added_by'
  >,
): Promise<string> {
  const { id } = await tx
    .insertInto('pack_key')
    .values(key)
    .onConflict((conflict) =>
      conflict.columns(['owner_id', 'fingerprint']).where('removed_at', 'is', null).doUpdateSet({
        user_ids: key.user_ids,
        public_key: key.public_key,
        expires_at: key.expires_at,
        is_revoked: key.is_revoked,
      }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function removeKey(tx: Db, id: string): Promise<string | undefined> {
  const row = await tx
    .updateTable('pack_key')
    .set({ removed_at: new Date() })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .returning('fingerprint')
    .executeTakeFirst();
  return row?.fingerprint;
}

const made = (tx: Db) =>
  tx
    .selectFrom('made_pack as m')
    .leftJoin('made_pack as s', 's.id', 'm.since_id')
    .leftJoin('person as p', 'p.id', 'm.requested_by')
    .selectAll('m')
    .select(['s.number as since', 'p.name as requested_by_name']);

export async function listMade(tx: Db, { after, limit }: Paging): Promise<MadePackRow[]> {
  let query = made(tx).orderBy('m.number', 'desc').limit(limit);
  if (after)
    query = query.where('m.number', '<', (row) =>
      row.selectFrom('made_pack').select('number').where('id', '=', after),
    );
  return query.execute();
}

export async function findMade(tx: Db, id: string): Promise<MadePackRow | undefined> {
  return made(tx).where('m.id', '=', id).executeTakeFirst();
}

export async function madeNumbered(tx: Db, owner: string, number: number): Promise<MadePackRow | undefined> {
  return made(tx).where('m.owner_id', '=', owner).where('m.number', '=', number).executeTakeFirst();
}

/** Takes the next number. Who asks at the same moment waits. */
export async function addMade(
  tx: Db,
  row: Pick<MadePackRow, 'owner_id' | 'most' | 'since_id' | 'requested_by'>,
): Promise<{ id: string; number: number }> {
  await sql`select pg_advisory_xact_lock(hashtext(${`busbar packs ${row.owner_id}`}))`.execute(tx);
  const { last } = await tx
    .selectFrom('made_pack')
    .select(sql<number>`coalesce(max(number), 0)`.as('last'))
    .where('owner_id', '=', row.owner_id)
    .executeTakeFirstOrThrow();
  return tx
    .insertInto('made_pack')
    .values({ ...row, number: last + 1 })
    .returning(['id', 'number'])
    .executeTakeFirstOrThrow();
}

const brought = (tx: Db) =>
  tx
    .selectFrom('pack as k')
    .leftJoin('person as p', 'p.id', 'k.installed_by')
    .selectAll('k')
    .select('p.name as installed_by_name')
    .where('k.removed_at', 'is', null);

export async function listPacks(tx: Db, { after, limit }: Paging): Promise<PackRow[]> {
  let query = brought(tx).orderBy('k.brought_at', 'desc').orderBy('k.id', 'desc').limit(limit);
  if (after)
    query = query.where(
      sql<boolean>`(k.brought_at, k.id) < (select brought_at, id from pack where id = ${after})`,
    );
  return query.execute();
}

export async function findPack(tx: Db, id: string): Promise<PackRow | undefined> {
  return brought(tx).where('k.id', '=', id).executeTakeFirst();
}

/** Held to the end of the transaction. */
export async function lockPack(tx: Db, id: string): Promise<Selectable<PackTable> | undefined> {
  return tx
    .selectFrom('pack')
    .selectAll()
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** The last one of a maker that was installed. */
export async function lastInstalled(tx: Db, owner: string, maker: string) {
  return tx
    .selectFrom('pack')
    .select(['number', 'made_at', 'installed_at', 'manifest_sha256'])
    .where('owner_id', '=', owner)
    .where('maker_id', '=', maker)
    .where('installed_at', 'is not', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** This very pack, as it was last installed. */
export async function installedAs(tx: Db, owner: string, maker: string, manifest: string) {
  return tx
    .selectFrom('pack')
    .select(['installed_at', 'left_out', 'pass'])
    .where('owner_id', '=', owner)
    .where('maker_id', '=', maker)
    .where('manifest_sha256', '=', Buffer.from(manifest, 'hex'))
    .where('installed_at', 'is not', null)
    .orderBy('pass', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Another maker whose packs came under this key. */
export async function otherMakerOf(tx: Db, owner: string, maker: string, fingerprint: string) {
  return tx
    .selectFrom('pack')
    .select('maker')
    .where('owner_id', '=', owner)
    .where('maker_id', '!=', maker)
    .where('installed_at', 'is not', null)
    .where(sql<boolean>`signer ->> 'fingerprint' = ${fingerprint}`)
    .executeTakeFirst();
}
