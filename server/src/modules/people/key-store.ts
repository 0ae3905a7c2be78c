import type { MachineKey, Tlp } from '@busbar/contract';
import type { Generated, Selectable } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface MachineKeyTable {
  id: Generated<string>;
  owner_id: string;
  name: string;
  start: string;
  secret_hash: Buffer;
  max_tlp: Tlp;
  made_by: string | null;
  created_at: Generated<Date>;
  expires_at: Date;
  last_used: Generated<Date | null>;
  revoked_at: Generated<Date | null>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    machine_key: MachineKeyTable;
  }
}

export async function listKeys(tx: Db): Promise<MachineKey[]> {
  const rows = await tx
    .selectFrom('machine_key')
    .selectAll()
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(toMachineKey);
}

export async function insertKey(
  tx: Db,
  key: {
    owner: string;
    name: string;
    start: string;
    hash: Buffer;
    maxTlp: Tlp;
    madeBy: string | null;
    expiresAt: Date;
  },
): Promise<MachineKey> {
  const row = await tx
    .insertInto('machine_key')
    .values({
      owner_id: key.owner,
      name: key.name,
      start: key.start,
      secret_hash: key.hash,
      max_tlp: key.maxTlp,
      made_by: key.madeBy,
      expires_at: key.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toMachineKey(row);
}

export async function revokeKey(tx: Db, id: string): Promise<MachineKey | undefined> {
  const row = await tx
    .updateTable('machine_key')
    .set({ revoked_at: new Date() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row && toMachineKey(row);
}

function toMachineKey(row: Selectable<MachineKeyTable>): MachineKey {
  return {
    id: row.id,
    name: row.name,
    start: row.start,
    maxTlp: row.max_tlp,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsed: row.last_used?.toISOString() ?? null,
  };
}
