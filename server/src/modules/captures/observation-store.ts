import type { Location, Transfer } from '@busbar/contract';
import type { Piece } from '@busbar/dissect';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor, wordsOf } from '../../platform/search.ts';
import { type Found, found } from './capture-store.ts';

interface VariableTable {
  id: Generated<string>;
  owner_id: string;
  capture_id: string;
  asset_id: string | null;
  address: string;
  protocol: string;
  name: string;
  count: number;
  sets: number;
  changes: number;
  first: number;
  last: number;
  least: number;
  most: number;
  least_set: number | null;
  most_set: number | null;
  first_seen: Date;
  last_seen: Date;
  points: JSONColumnType<[number, number][], string, string>;
  search: string;
}

interface TransferTable {
  id: Generated<string>;
  owner_id: string;
  capture_id: string;
  asset_id: string | null;
  address: string;
  other_asset: string | null;
  other_address: string;
  protocol: string;
  way: Transfer['way'];
  kind: Transfer['kind'];
  name: string;
  bytes: number;
  complete: boolean;
  first_seen: Date;
  last_seen: Date;
  location: JSONColumnType<Location, string, string>;
  pieces: JSONColumnType<Piece[], string, string>;
}

interface CredentialsTable {
  id: Generated<string>;
  owner_id: string;
  capture_id: string;
  source_asset: string | null;
  source_address: string;
  target_asset: string | null;
  target_address: string;
  protocol: string;
  scheme: string;
  user_name: string;
  secret: number;
  count: number;
  first_seen: Date;
  last_seen: Date;
  location: JSONColumnType<Location, string, string>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    capture_variable: VariableTable;
    capture_transfer: TransferTable;
    capture_credentials: CredentialsTable;
  }
}

export type VariableRow = Selectable<VariableTable>;
/** Where its bytes lie is only asked for when somebody wants them. */
export type TransferRow = Omit<Selectable<TransferTable>, 'pieces'>;
export type CredentialsRow = Selectable<CredentialsTable>;

export interface Within {
  readonly asset?: string | undefined;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export async function deleteObservations(tx: Db, capture: string): Promise<void> {
  for (const table of ['capture_variable', 'capture_transfer', 'capture_credentials'] as const)
    await tx.deleteFrom(table).where('capture_id', '=', capture).execute();
}

export async function listVariables(
  tx: Db,
  capture: string,
  { asset, search, after, limit }: Within,
): Promise<Found<VariableRow>> {
  let query = tx.selectFrom('capture_variable').where('capture_id', '=', capture);
  if (asset) query = query.where('asset_id', '=', asset);
  for (const word of wordsOf(search)) query = query.where('search', 'like', word);
  const whole = query;
  const cursor = readCursor(after);
  if (cursor) {
    const [sets, changes] = cursor[0].split(' ');
    query = query.where(
      sql<boolean>`(sets, changes, id) < (${sets}::text::bigint, ${changes}::text::bigint, ${cursor[1]}::uuid)`,
    );
  }
  const rows = await query
    .selectAll()
    .orderBy('sets', 'desc')
    .orderBy('changes', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return found(rows, { limit, after, whole }, ({ sets, changes }) => `${sets} ${changes}`);
}

export async function listTransfers(
  tx: Db,
  capture: string,
  { asset, search, after, limit }: Within,
): Promise<Found<TransferRow>> {
  let query = tx.selectFrom('capture_transfer').where('capture_id', '=', capture);
  if (asset)
    query = query.where((where) =>
      where.or([where('asset_id', '=', asset), where('other_asset', '=', asset)]),
    );
  for (const word of wordsOf(search))
    query = query.where(
      sql<boolean>`lower(name || ' ' || protocol || ' ' || address || ' ' || other_address) like ${word}`,
    );
  const whole = query;
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(sql<boolean>`(bytes, id) < (${cursor[0]}::text::bigint, ${cursor[1]}::uuid)`);
  const rows = await query
    .select(['id', 'owner_id', 'capture_id', 'asset_id', 'address', 'other_asset', 'other_address'])
    .select(['protocol', 'way', 'kind', 'name', 'bytes', 'complete', 'first_seen', 'last_seen', 'location'])
    .orderBy('bytes', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return found(rows, { limit, after, whole }, ({ bytes }) => String(bytes));
}

export async function findTransfer(
  tx: Db,
  capture: string,
  id: string,
): Promise<Selectable<TransferTable> | undefined> {
  return tx
    .selectFrom('capture_transfer')
    .selectAll()
    .where('capture_id', '=', capture)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function listCredentials(
  tx: Db,
  capture: string,
  { asset, search, after, limit }: Within,
): Promise<Found<CredentialsRow>> {
  let query = tx.selectFrom('capture_credentials').where('capture_id', '=', capture);
  if (asset)
    query = query.where((where) =>
      where.or([where('source_asset', '=', asset), where('target_asset', '=', asset)]),
    );
  for (const word of wordsOf(search))
    query = query.where(
      sql<boolean>`lower(user_name || ' ' || protocol || ' ' || scheme || ' ' || source_address || ' ' || target_address) like ${word}`,
    );
  const whole = query;
  const cursor = readCursor(after);
  if (cursor)
    query = query.where(sql<boolean>`(count, id) < (${cursor[0]}::text::bigint, ${cursor[1]}::uuid)`);
  const rows = await query.selectAll().orderBy('count', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return found(rows, { limit, after, whole }, ({ count }) => String(count));
}
