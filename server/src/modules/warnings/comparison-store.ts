import { type Generated, sql } from 'kysely';

import { insertMany } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';

interface ComparisonTable {
  owner_id: string;
  edition: number;
  rules: number;
  data: Generated<string>;
  restricted: string[];
}

declare module '../../platform/database.ts' {
  interface Tables {
    comparison: ComparisonTable;
    comparison_due: { owner_id: string; asset_id: string };
  }
}

/** How far a plant has been compared. */
export interface Compared {
  readonly edition: number;
  readonly rules: number;
  /** What tells the data apart that the rules rest on. */
  readonly data: string;
  readonly restricted: readonly string[];
}

/** Nobody else compares devices of this plant until the transaction ends: two at once would each add what the other adds. */
export async function holdPlant(tx: Db): Promise<string> {
  const { rows } = await sql<{ owner: string }>`
    select actor_organisation() as owner, pg_advisory_xact_lock(hashtextextended('match ' || actor_organisation(), 0))`.execute(
    tx,
  );
  return rows[0]!.owner;
}

export async function comparedOf(tx: Db): Promise<Compared | undefined> {
  return tx.selectFrom('comparison').select(['edition', 'rules', 'data', 'restricted']).executeTakeFirst();
}

/** Of two who compare at once, the one who came further is right. */
export async function setCompared(tx: Db, owner: string, { edition, rules, data, restricted }: Compared) {
  await sql`insert into comparison as c (owner_id, edition, rules, data, restricted)
    values (${owner}, ${edition}, ${rules}, ${data}, ${[...restricted]}::uuid[])
    on conflict (owner_id) do update set edition = excluded.edition, rules = greatest(c.rules, excluded.rules),
      data = case when excluded.rules >= c.rules then excluded.data else c.data end, restricted = excluded.restricted
    where c.edition <= excluded.edition`.execute(tx);
}

export async function addDue(tx: Db, owner: string, assets: readonly string[]): Promise<void> {
  // Whoever deletes them waits for us, and whoever added them has ended: both hold the plant.
  await sql`delete from comparison_due where asset_id = any (${[...assets]}::uuid[])`.execute(tx);
  await insertMany(
    tx,
    'comparison_due',
    assets.map((asset_id) => ({ owner_id: owner, asset_id })),
  );
}

export async function takeDue(tx: Db, most: number): Promise<string[]> {
  const { rows } = await sql<{ asset_id: string }>`
    delete from comparison_due where (owner_id, asset_id) in (select owner_id, asset_id from comparison_due limit ${most})
    returning asset_id`.execute(tx);
  return rows.map(({ asset_id }) => asset_id);
}

export async function countDue(tx: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from comparison_due`.execute(tx);
  return rows[0]!.count;
}
