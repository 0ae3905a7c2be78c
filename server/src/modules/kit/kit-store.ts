import type { KitLabel, Paging } from '@busbar/contract';
import { type Generated, type Insertable, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface KitTable {
  id: string;
  owner_id: string;
  label: KitLabel;
  advisories: number;
  program: string;
  size: number;
  sha256: Buffer;
  signature: string;
  blob_id: string | null;
  made_by: string | null;
  made_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    kit: KitTable;
  }
}

export type KitRow = Selectable<KitTable>;

export async function insertKit(tx: Db, row: Insertable<KitTable>): Promise<KitRow> {
  return tx.insertInto('kit').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findKit(tx: Db, id: string): Promise<KitRow | undefined> {
  return tx.selectFrom('kit').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listKits(tx: Db, { after, limit }: Paging): Promise<KitRow[]> {
  let query = tx.selectFrom('kit').selectAll().orderBy('made_at', 'desc').orderBy('id', 'desc').limit(limit);
  if (after)
    query = query.where(
      sql<boolean>`(made_at, id) < (select made_at, id from kit where id::text = ${after})`,
    );
  return query.execute();
}
