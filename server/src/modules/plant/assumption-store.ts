import type { Exposure, SafetyImpact } from '@busbar/contract';
import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { isDevice } from './plant-store.ts';

/** What people say of a site or a zone of it; null where nobody said. */
export interface Assumed {
  readonly id: string;
  readonly name: string;
  readonly exposure: Exposure | null;
  readonly safetyImpact: SafetyImpact | null;
  readonly devices: number;
}

const devicesIn = (column: 'site_id' | 'zone_id', of: 's.id' | 'z.id') =>
  sql<number>`(select count(*) from asset a where a.${sql.ref(column)} = ${sql.ref(of)} and ${isDevice('a')})`;

export async function assumedSites(tx: Db): Promise<Assumed[]> {
  return tx
    .selectFrom('site as s')
    .select(['s.id', 's.name', 's.exposure', 's.safety_impact as safetyImpact'])
    .select(devicesIn('site_id', 's.id').as('devices'))
    .orderBy('s.created_at')
    .orderBy('s.id')
    .execute();
}

export async function assumedZones(tx: Db): Promise<(Assumed & { readonly site: string })[]> {
  return tx
    .selectFrom('zone as z')
    .select(['z.id', 'z.site_id as site', 'z.name', 'z.exposure', 'z.safety_impact as safetyImpact'])
    .select(devicesIn('zone_id', 'z.id').as('devices'))
    .where('z.kind', '=', 'zone')
    .where('z.state', '=', 'accepted')
    .orderBy(sql`lower(z.name)`)
    .orderBy('z.id')
    .execute();
}

/** Gives back the name of what was said something of; nothing where it is not there. */
export async function assume(
  tx: Db,
  place: { readonly site: string; readonly zone: string | undefined },
  said: Pick<Assumed, 'exposure' | 'safetyImpact'>,
): Promise<string | undefined> {
  const values = { exposure: said.exposure, safety_impact: said.safetyImpact };
  const row =
    place.zone === undefined
      ? await tx
          .updateTable('site')
          .set(values)
          .where('id', '=', place.site)
          .returning('name')
          .executeTakeFirst()
      : await tx
          .updateTable('zone')
          .set(values)
          .where('id', '=', place.zone)
          .where('site_id', '=', place.site)
          .where('kind', '=', 'zone')
          .returning('name')
          .executeTakeFirst();
  return row?.name;
}

export async function assetsAt(tx: Db, place: { site: string; zone: string | undefined }): Promise<string[]> {
  let query = tx.selectFrom('asset').select('id').where('site_id', '=', place.site);
  if (place.zone !== undefined) query = query.where('zone_id', '=', place.zone);
  return (await query.execute()).map(({ id }) => id);
}

/** What is said of the site of each of these devices. */
export async function saidOfSites(tx: Db, assets: readonly string[]) {
  const rows = await tx
    .selectFrom('asset')
    .select(['id', 'site_id'])
    .where('id', '=', sql<string>`any (${[...assets]}::uuid[])`)
    .execute();
  const sites = await tx
    .selectFrom('site')
    .select(['id', 'name', 'exposure', 'safety_impact as safetyImpact'])
    .execute();
  const said = new Map(sites.map(({ id, ...site }) => [id, site]));
  return new Map(rows.map(({ id, site_id }) => [id, said.get(site_id)]));
}
