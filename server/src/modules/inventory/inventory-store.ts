import type {
  InventoryChoice,
  InventoryReading,
  InventoryRow,
  InventoryState,
  Paging,
  RowOutcome,
} from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import { insertMany } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import type { Planned } from './inventory-plan.ts';

/** Sites and zones that were not there before an import. */
export interface Made {
  readonly sites: readonly string[];
  readonly zones: readonly string[];
}

type Counts = Record<RowOutcome, number>;

interface InventoryTable {
  id: string;
  owner_id: string;
  site_id: string;
  evidence_id: string;
  name: string;
  state: Generated<InventoryState>;
  choice: JSONColumnType<InventoryChoice, string | undefined, string>;
  reading: JSONColumnType<InventoryReading | null, string | null, string | null>;
  counts: JSONColumnType<Counts | null, string | null, string | null>;
  person_id: string | null;
  made: JSONColumnType<Made, string | undefined, string>;
  created_at: Generated<Date>;
  imported_at: Date | null;
}

interface RowTable {
  owner_id: string;
  inventory_id: string;
  row: number;
  outcome: RowOutcome;
  says: JSONColumnType<InventoryRow['says']>;
  changes: JSONColumnType<InventoryRow['changes']>;
  notes: JSONColumnType<InventoryRow['notes']>;
  noted: boolean;
  asset_id: string | null;
  created: Generated<boolean>;
  accepted: Generated<boolean>;
  zone_id: string | null;
}

declare module '../../platform/database.ts' {
  interface Tables {
    inventory: InventoryTable;
    inventory_row: RowTable;
  }
}

export type InventoryRecord = Selectable<InventoryTable>;

export async function insertInventory(
  tx: Db,
  row: Pick<InventoryRecord, 'id' | 'owner_id' | 'site_id' | 'evidence_id' | 'name' | 'person_id'>,
): Promise<InventoryRecord> {
  return tx
    .insertInto('inventory')
    .values({ ...row, reading: null, counts: null, imported_at: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function isKnown(tx: Db, site: string, name: string): Promise<boolean> {
  const row = await tx
    .selectFrom('inventory')
    .select('id')
    .where('site_id', '=', site)
    .where('name', '=', name)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findInventory(tx: Db, id: string): Promise<InventoryRecord | undefined> {
  return tx.selectFrom('inventory').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Keeps others from changing it until the transaction ends. */
export async function lockInventory(tx: Db, id: string): Promise<InventoryRecord | undefined> {
  return tx.selectFrom('inventory').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function listInventories(tx: Db, { after, limit }: Paging): Promise<InventoryRecord[]> {
  let query = tx
    .selectFrom('inventory')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (after)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from inventory where id::text = ${after})`,
    );
  return query.execute();
}

export async function inventoryNames(tx: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('inventory').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function setInventory(
  tx: Db,
  id: string,
  changes: {
    state?: InventoryState;
    choice?: InventoryChoice;
    reading?: InventoryReading;
    counts?: Counts;
    importedAt?: Date | null;
    made?: Made;
  },
): Promise<void> {
  const { state, choice, reading, counts, importedAt, made } = changes;
  await tx
    .updateTable('inventory')
    .set({
      ...(state && { state }),
      ...(choice && { choice: JSON.stringify(choice) }),
      ...(reading && { reading: JSON.stringify(reading) }),
      ...(counts && { counts: JSON.stringify(counts) }),
      ...(importedAt !== undefined && { imported_at: importedAt }),
      ...(made && { made: JSON.stringify(made) }),
    })
    .where('id', '=', id)
    .execute();
}

/** How people of this organisation had other tables with titles read, the last first. */
export async function chosenBefore(tx: Db, { id, owner_id }: Pick<InventoryRecord, 'id' | 'owner_id'>) {
  return tx
    .selectFrom('inventory')
    .select(['choice', 'reading', 'name', 'person_id'])
    .where('owner_id', '=', owner_id)
    .where('id', '!=', id)
    .where(sql<boolean>`choice ? 'columns' and (reading ->> 'headerRow')::integer > 0`)
    .orderBy('created_at', 'desc')
    .limit(mostRemembered)
    .execute();
}

/** Tables of so many kinds an organisation hardly keeps. */
const mostRemembered = 100;

/** @param assets of rows whose device was not known before; `zones` those that rows were placed in */
export async function replaceRows(
  tx: Db,
  { id, owner_id }: InventoryRecord,
  planned: readonly Planned[],
  assets: ReadonlyMap<number, string> = new Map(),
  zones: ReadonlyMap<number, string> = new Map(),
): Promise<void> {
  await tx.deleteFrom('inventory_row').where('inventory_id', '=', id).execute();
  await insertMany(
    tx,
    'inventory_row',
    planned.map(({ row, outcome, says, changes, notes, asset, created, accepted }) => ({
      owner_id,
      inventory_id: id,
      row,
      outcome,
      says,
      changes,
      notes,
      noted: notes.length > 0,
      asset_id: assets.get(row) ?? asset,
      created: created && assets.has(row),
      accepted,
      zone_id: zones.get(row) ?? null,
    })),
  );
}

export async function listRows(
  tx: Db,
  id: string,
  {
    after,
    limit,
    outcome,
    noted,
  }: Paging & { outcome?: RowOutcome | undefined; noted?: 'true' | 'false' | undefined },
): Promise<{ rows: Selectable<RowTable>[]; next: string | null; total?: number }> {
  let query = tx.selectFrom('inventory_row').where('inventory_id', '=', id);
  if (outcome) query = query.where('outcome', '=', outcome);
  if (noted) query = query.where('noted', '=', noted === 'true');
  const total = after
    ? undefined
    : await query.select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  if (after) query = query.where('row', '>', Number.parseInt(after, 10) || 0);
  const rows = await query.selectAll().orderBy('row').limit(limit).execute();
  return {
    rows,
    next: rows.length === limit ? String(rows.at(-1)!.row) : null,
    ...(total && { total: total.count }),
  };
}

/** The zones in which tables that are in the plant placed these devices. */
export async function placedByTables(tx: Db, assets: readonly string[]): Promise<Map<string, Set<string>>> {
  if (assets.length === 0) return new Map();
  const rows = await tx
    .selectFrom('inventory_row as r')
    .innerJoin('inventory as i', 'i.id', 'r.inventory_id')
    .select(['r.asset_id', 'r.zone_id'])
    .where('r.asset_id', '=', sql<string>`any(${[...assets]}::uuid[])`)
    .where('r.zone_id', 'is not', null)
    .where('i.state', '=', 'imported')
    .execute();
  const zones = Map.groupBy(rows, ({ asset_id }) => asset_id!);
  return new Map([...zones].map(([asset, list]) => [asset, new Set(list.map(({ zone_id }) => zone_id!))]));
}

/** Where an import placed devices, and where the last import before it had placed them. */
export async function placingsOf(
  tx: Db,
  id: string,
): Promise<{ asset: string; zone: string; before: string | null }[]> {
  const { rows } = await sql<{ asset: string; zone: string; before: string | null }>`
    select r.asset_id as asset, r.zone_id as zone, (
      select e.zone_id from inventory_row e join inventory i on i.id = e.inventory_id
      where e.asset_id = r.asset_id and e.zone_id is not null and i.state = 'imported' and i.imported_at < n.imported_at
      order by i.imported_at desc limit 1) as before
    from inventory_row r join inventory n on n.id = r.inventory_id
    where r.inventory_id = ${id} and r.zone_id is not null and r.asset_id is not null`.execute(tx);
  return rows;
}

/** The site that it was brought to, and those that its devices are at. */
export async function sitesToHold(
  tx: Db,
  { id, site_id }: { readonly id: string; readonly site_id: string },
): Promise<string[]> {
  const { rows } = await sql<{ site: string }>`
    select ${site_id}::uuid as site
    union select a.site_id from inventory_row r join asset a on a.id = r.asset_id where r.inventory_id = ${id}
    order by site`.execute(tx);
  return rows.map(({ site }) => site);
}

/** What the import itself did to devices. */
export async function didTo(tx: Db, id: string): Promise<{ created: string[]; accepted: string[] }> {
  const rows = await tx
    .selectFrom('inventory_row')
    .select(['asset_id', 'created', 'accepted'])
    .where('inventory_id', '=', id)
    .where('asset_id', 'is not', null)
    .execute();
  const where = (kind: 'created' | 'accepted') =>
    rows.flatMap((row) => (row[kind] && row.asset_id ? [row.asset_id] : []));
  return { created: where('created'), accepted: where('accepted') };
}

export async function deleteInventory(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('inventory').where('id', '=', id).execute();
}
