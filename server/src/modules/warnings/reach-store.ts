import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

type Range = { from: number; to: number };

export interface ReachCount {
  readonly advisory: string;
  readonly organisations: number;
  readonly devices: number | null;
  readonly delivered: Range;
  readonly seen: Range;
  readonly acknowledged: Range;
  readonly unreached: Range;
}

/** What `reach` in the database lets out, by advisory. It counts every plant and shows none. */
export async function reachOf(tx: Db): Promise<Map<string, ReachCount>> {
  const { rows } = await sql<{
    advisory_id: string;
    organisations: number;
    devices: number | null;
    delivered: number[];
    seen: number[];
    acknowledged: number[];
    unreached: number[];
  }>`select * from reach()`.execute(tx);
  return new Map(
    rows.map((row) => [
      row.advisory_id,
      {
        advisory: row.advisory_id,
        organisations: row.organisations,
        devices: row.devices,
        delivered: rangeOf(row.delivered),
        seen: rangeOf(row.seen),
        acknowledged: rangeOf(row.acknowledged),
        unreached: rangeOf(row.unreached),
      },
    ]),
  );
}

const rangeOf = ([from, to]: readonly number[]): Range => ({ from: from!, to: to! });

/** Operators with nobody who could read a warning, or nobody who was here for 90 days; whatever their plants are. */
export async function silentOperators(
  tx: Db,
): Promise<{ id: string; name: string; people: number; lastSeenAt: string | null }[]> {
  const { rows } = await sql<{ id: string; name: string; people: number; last: Date | null }>`
    select o.id, o.name, count(p.id)::integer as people, max(p.last_seen) as last
    from organisation o
      left join membership m on m.organisation_id = o.id and m.until is null and m.roles::text[] && array['MEM', 'MAD']
      left join person p on p.id = m.person_id and p.state = 'active'
    where o.kinds && array['operator', 'integrator'] and o.state = 'active'
    group by o.id having coalesce(max(p.last_seen), 'epoch') < now() - interval '90 days'
    order by o.name limit 500`.execute(tx);
  return rows.map(({ last, ...row }) => ({ ...row, lastSeenAt: last?.toISOString() ?? null }));
}
