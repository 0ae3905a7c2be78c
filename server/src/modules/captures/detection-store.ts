import type { Detection, Gravity, Location, Told } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor, wordsOf } from '../../platform/search.ts';
import { type Found, found } from './capture-store.ts';

interface DetectionTable {
  id: Generated<string>;
  owner_id: string;
  capture_id: string;
  code: string;
  severity: Gravity;
  rank: number;
  certainty: Detection['certainty'];
  techniques: string[];
  source_asset: string | null;
  source_address: string | null;
  target_asset: string | null;
  target_address: string | null;
  count: number;
  refused: number;
  first_seen: Date;
  last_seen: Date;
  params: JSONColumnType<Told['params'], string, string>;
  evidence: JSONColumnType<KeptEvidence[], string, string>;
  search: string;
}

export interface KeptEvidence {
  readonly step: number | null;
  readonly what: Told;
  readonly refused: Told | null;
  readonly at: Location;
}

declare module '../../platform/database.ts' {
  interface Tables {
    capture_detection: DetectionTable;
  }
}

export type DetectionRow = Selectable<DetectionTable>;

export async function deleteDetections(tx: Db, capture: string): Promise<void> {
  await tx.deleteFrom('capture_detection').where('capture_id', '=', capture).execute();
}

export interface DetectionSearch {
  readonly severity?: Gravity | undefined;
  readonly asset?: string | undefined;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export async function listDetections(
  tx: Db,
  capture: string,
  { severity, asset, search, after, limit }: DetectionSearch,
): Promise<Found<DetectionRow>> {
  let query = tx.selectFrom('capture_detection').where('capture_id', '=', capture);
  if (severity) query = query.where('severity', '=', severity);
  if (asset)
    query = query.where((where) =>
      where.or([where('source_asset', '=', asset), where('target_asset', '=', asset)]),
    );
  for (const word of wordsOf(search)) query = query.where('search', 'like', word);
  const whole = query;
  const cursor = readCursor(after);
  if (cursor) {
    const [rank, first] = cursor[0].split(' ');
    query = query.where(
      sql<boolean>`(rank, first_seen, id) > (${rank}::text::smallint, ${first}::text::timestamptz, ${cursor[1]}::uuid)`,
    );
  }
  const rows = await query
    .selectAll()
    .orderBy('rank')
    .orderBy('first_seen')
    .orderBy('id')
    .limit(limit)
    .execute();
  return found(rows, { limit, after, whole }, (row) => `${row.rank} ${row.first_seen.toISOString()}`);
}
