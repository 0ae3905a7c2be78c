import type { PublicationKind, Tlp, Told, Webhook } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface WebhookTable {
  id: Generated<string>;
  owner_id: string;
  name: string;
  url: string;
  max_label: Tlp;
  kinds: PublicationKind[];
  vendors: string[];
  vendor_keys: string[];
  min_severity: Webhook['minSeverity'];
  warnings: Generated<boolean>;
  state: Generated<Webhook['state']>;
  off_reason: JSONColumnType<Told | null, string | null | undefined, string | null>;
  failures: Generated<number>;
  last_sent_at: Generated<Date | null>;
  added_by: string | null;
  created_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    webhook: WebhookTable;
    webhook_secret: { webhook_id: string; owner_id: string; sealed: Buffer };
  }
}

export type WebhookRow = Selectable<WebhookTable>;
export type NewHook = Pick<
  WebhookRow,
  'name' | 'url' | 'max_label' | 'kinds' | 'vendors' | 'vendor_keys' | 'min_severity' | 'warnings'
>;

export async function listHooks(tx: Db, owner: string): Promise<WebhookRow[]> {
  return tx
    .selectFrom('webhook')
    .selectAll()
    .where('owner_id', '=', owner)
    .orderBy('created_at', 'desc')
    .execute();
}

/** Of every organisation, for the gate. */
export async function hooksOn(tx: Db): Promise<WebhookRow[]> {
  return tx
    .selectFrom('webhook as w')
    .innerJoin('organisation as o', 'o.id', 'w.owner_id')
    .selectAll('w')
    .where('w.state', '=', 'on')
    .where('o.state', '=', 'active')
    .execute();
}

/** Of the organisation itself, for what stays inside it. */
export async function hooksForWarnings(tx: Db, owner: string): Promise<WebhookRow[]> {
  return tx
    .selectFrom('webhook')
    .selectAll()
    .where('owner_id', '=', owner)
    .where('state', '=', 'on')
    .where('warnings', '=', true)
    .execute();
}

export async function hooksAmong(tx: Db, ids: readonly string[]): Promise<Map<string, WebhookRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('webhook')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export async function findHook(tx: Db, id: string, owner: string): Promise<WebhookRow | undefined> {
  return tx
    .selectFrom('webhook')
    .selectAll()
    .where('id', '=', id)
    .where('owner_id', '=', owner)
    .executeTakeFirst();
}

export async function insertHook(
  tx: Db,
  hook: NewHook & { id: string; owner_id: string; added_by: string | null },
  sealed: Buffer,
): Promise<WebhookRow> {
  const row = await tx.insertInto('webhook').values(hook).returningAll().executeTakeFirstOrThrow();
  await tx
    .insertInto('webhook_secret')
    .values({ webhook_id: row.id, owner_id: row.owner_id, sealed })
    .execute();
  return row;
}

export async function changeHook(
  tx: Db,
  id: string,
  owner: string,
  change: NewHook & { state: Webhook['state'] },
): Promise<WebhookRow | undefined> {
  return tx
    .updateTable('webhook')
    .set({ ...change, failures: 0, off_reason: null })
    .where('id', '=', id)
    .where('owner_id', '=', owner)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteHook(tx: Db, id: string, owner: string): Promise<WebhookRow | undefined> {
  return tx
    .deleteFrom('webhook')
    .where('id', '=', id)
    .where('owner_id', '=', owner)
    .returningAll()
    .executeTakeFirst();
}

export async function secretOf(tx: Db, id: string): Promise<Buffer | undefined> {
  const row = await tx
    .selectFrom('webhook_secret')
    .select('sealed')
    .where('webhook_id', '=', id)
    .executeTakeFirst();
  return row?.sealed;
}

export async function hookAnswered(tx: Db, id: string): Promise<void> {
  await tx
    .updateTable('webhook')
    .set({ failures: 0, last_sent_at: new Date() })
    .where('id', '=', id)
    .execute();
}

/** One more message that could not be handed over; after so many in a row nothing more is sent there. */
export async function hookFailed(tx: Db, id: string, most: number, reason: Told): Promise<void> {
  await tx
    .updateTable('webhook')
    .set((row) => ({
      failures: row('failures', '+', 1),
      state: sql<Webhook['state']>`case when failures + 1 >= ${most} then 'off' else state end`,
      off_reason: sql<
        string | null
      >`case when failures + 1 >= ${most} then ${JSON.stringify(reason)}::jsonb end`,
    }))
    .where('id', '=', id)
    .where('state', '=', 'on')
    .execute();
}
