import type { Exposure, Level, SafetyImpact } from '@busbar/contract';
import { type Generated, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface ZoneTable {
  id: Generated<string>;
  owner_id: string;
  site_id: string;
  kind: 'zone' | 'conduit';
  state: Generated<'accepted' | 'dismissed'>;
  proposal: string | null;
  name: string;
  level: Generated<Level>;
  safety_impact: SafetyImpact | null;
  exposure: Exposure | null;
  sl_target: number[] | null;
  sl_achieved: number[] | null;
  protocols: Generated<string[]>;
  note: Generated<string>;
  x: number | null;
  y: number | null;
  created_at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    zone: ZoneTable;
    conduit_end: { owner_id: string; site_id: string; conduit_id: string; zone_id: string };
  }
}

/** What the place of a device means for how urgent something is; null where nobody said. */
export interface ZoneOfAsset {
  readonly id: string;
  readonly name: string;
  readonly safetyImpact: SafetyImpact | null;
  readonly exposure: Exposure | null;
}

/** The zone of each of these devices. Those that nobody placed are left out. */
export async function zonesOf(tx: Db, assets: readonly string[]): Promise<Map<string, ZoneOfAsset>> {
  if (assets.length === 0) return new Map();
  const rows = await tx
    .selectFrom('asset as a')
    .innerJoin('zone as z', 'z.id', 'a.zone_id')
    .where('a.id', '=', sql<string>`any(${assets}::uuid[])`)
    .where('z.state', '=', 'accepted')
    .select(['a.id as asset', 'z.id', 'z.name', 'z.safety_impact as safetyImpact', 'z.exposure'])
    .execute();
  return new Map(rows.map(({ asset, ...zone }) => [asset, zone]));
}
