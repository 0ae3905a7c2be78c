import type { SigningKey } from '@busbar/contract';
import type { Generated, Insertable, Selectable } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface SigningKeyTable {
  id: string;
  owner_id: string;
  fingerprint: string;
  user_ids: string[];
  algorithm: string;
  public_key: string;
  made_at: Date;
  expires_at: Date | null;
  state: Generated<SigningKey['state']>;
  revoked_reason: string | null;
  changed_at: Generated<Date>;
  added_by: string | null;
  added_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    signing_key: SigningKeyTable;
    signing_secret: { key_id: string; owner_id: string; sealed: Buffer };
  }
}

export type SigningKeyRow = Selectable<SigningKeyTable>;

export async function listKeys(tx: Db): Promise<SigningKeyRow[]> {
  return tx
    .selectFrom('signing_key')
    .selectAll()
    .orderBy((row) => row.case().when('state', '=', 'active').then(0).else(1).end())
    .orderBy('added_at', 'desc')
    .execute();
}

export async function findKey(tx: Db, id: string): Promise<SigningKeyRow | undefined> {
  return tx.selectFrom('signing_key').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function lockKey(tx: Db, id: string): Promise<SigningKeyRow | undefined> {
  return tx.selectFrom('signing_key').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function activeKey(tx: Db): Promise<SigningKeyRow | undefined> {
  return tx.selectFrom('signing_key').selectAll().where('state', '=', 'active').executeTakeFirst();
}

export async function isKnown(tx: Db, fingerprint: string): Promise<boolean> {
  const row = await tx
    .selectFrom('signing_key')
    .select('id')
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  return row !== undefined;
}

/** It becomes the active one; the one before it retires. */
export async function insertKey(
  tx: Db,
  key: Insertable<SigningKeyTable>,
  sealed: Buffer,
): Promise<SigningKeyRow> {
  await tx
    .updateTable('signing_key')
    .set({ state: 'retired', changed_at: new Date() })
    .where('owner_id', '=', key.owner_id)
    .where('state', '=', 'active')
    .execute();
  const row = await tx.insertInto('signing_key').values(key).returningAll().executeTakeFirstOrThrow();
  await tx.insertInto('signing_secret').values({ key_id: row.id, owner_id: row.owner_id, sealed }).execute();
  return row;
}

export async function sealedSecret(tx: Db, id: string): Promise<Buffer | undefined> {
  const row = await tx
    .selectFrom('signing_secret')
    .select('sealed')
    .where('key_id', '=', id)
    .executeTakeFirst();
  return row?.sealed;
}

export async function markRevoked(
  tx: Db,
  id: string,
  reason: string,
  publicKey: string,
): Promise<SigningKeyRow> {
  return tx
    .updateTable('signing_key')
    .set({ state: 'revoked', revoked_reason: reason, public_key: publicKey, changed_at: new Date() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
